"""How other programs are started: the environment variables they are given, and what becomes of what they say."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from helpers import ROOT
from helpers.language import CourseError
from launcher import UV, VENV, WINDOWS
from launcher.messages import explain

# Of what somebody has set for Python, only what changes neither which modules it finds nor what it does with them.
HARMLESS = ("PYTHONUTF8", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
# Of pip's settings, those that say how to reach a server, and what uv, which does not read them, calls the same. The others
# (user, target, dry-run, …) would install elsewhere, other things, or nothing.
CONNECTION = {
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    **dict.fromkeys(("extra-index-url", "find-links", "no-index", "client-cert", "default-timeout", "retries"), ""),
}
OF_UV = (*CONNECTION.values(), "UV_PYTHON_INSTALL_MIRROR", "UV_PYTHON_DOWNLOADS_JSON_URL")


def variables() -> dict[str, str]:
    """The environment variables for a Python: without those that would mix in another Python's packages, or stop it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") or name in HARMLESS}


def installing(python: list[str]) -> dict[str, str]:
    """The variables for pip and uv: they write inside the course's folder only, whatever is set for them elsewhere."""
    given = {}
    # In this order a command's own settings replace the global ones, and the environment's replace both.
    lines = ask([*python, "-m", "pip", "config", "list"]).splitlines()
    for line in sorted(lines, key=lambda line: (line.startswith(":env:"), line)):
        name, value = line.split("=", 1)
        name, value = name.split(".")[-1], " ".join(ast.literal_eval(value).split())
        if name in CONNECTION:
            pips = f"PIP_{name.replace('-', '_').upper()}"
            given.update({pips: value, CONNECTION[name] or pips: value})
    for name, value in variables().items():
        if not name.startswith(("PIP_", "UV_")) or name in OF_UV:
            given[name] = value
    return {
        **given,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_CACHE_DIR": str(UV / "cache" / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_CACHE_DIR": str(UV / "cache" / "uv"),
        "UV_PYTHON_INSTALL_DIR": str(UV / "python"),
        "UV_PYTHON_INSTALL_BIN": "0",  # no commands in the home folder, nothing in Windows's registry
        "UV_PYTHON_INSTALL_REGISTRY": "0",
        "UV_SYSTEM_CERTS": "1",  # a school's certificate is in the system's store
    }


def ask(command: list[str]) -> str:
    """What a program prints; nothing when it cannot be started or fails."""
    try:
        done = subprocess.run(command, cwd=ROOT, env=variables(), capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return ""
    return done.stdout.strip()


def run(command: list[str], quiet: bool = False, env: dict[str, str] | None = None) -> None:
    """Run a step of the installation. Raises CourseError, with the cause in a sentence, when it fails."""
    # Only standard error is read along: pip draws its progress bars on a terminal, not into a pipe.
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {"stderr": subprocess.PIPE}
    said = []
    with subprocess.Popen(command, cwd=ROOT, env=env or variables(), text=True, errors="replace", **streams) as step:
        for line in step.stdout or step.stderr:
            said.append(line)
            quiet = quiet or line.startswith("ERROR: Exception")  # a page of pip's insides follows
            if not quiet:
                sys.stderr.write(line)
    if step.returncode:
        raise CourseError(explain("".join(said)))


def at_home() -> dict[str, str]:
    """Where JupyterLab finds the course's kernel before a learner's own of that name, and what programs keep for themselves.

    That is the home folder, and `.venv/home` where something in it cannot be written to.
    """
    kernels = {
        "JUPYTER_PATH": os.pathsep.join(filter(None, [str(VENV / "share/jupyter"), os.environ.get("JUPYTER_PATH")]))
    }
    theirs = [
        Path(os.path.expanduser("~"), *parts)
        for parts in ((".jupyter",), (".ipython",), (".local", "share", "jupyter"))
    ]
    if WINDOWS or all(map(is_writable, theirs)):
        return kernels
    kept = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    return {**kernels, **{name: os.environ.get(name, str(VENV / "home" / name)) for name in kept}}


def is_writable(path: Path) -> bool:
    """Whether a folder can be written to, or made."""
    while not os.path.exists(path):
        path = path.parent
    return os.access(path, os.W_OK)


def hand_over(command: list[str]) -> int:
    """Run the program that was asked for, in the course's folder, and return its exit status."""
    env = {**variables(), **at_home()}
    if not WINDOWS:  # it takes this program's place, so that Ctrl-C and other signals reach it alone
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execve(command[0], command, env)
    with subprocess.Popen(command, cwd=ROOT, env=env) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:  # it went to the program as well, which is tidying up
                pass
