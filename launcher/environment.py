"""Finds a Python that will do, and keeps `.venv`, the course's own environment beside the code."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from helpers import ROOT
from helpers.language import CourseError
from launcher import DOWNLOAD, NEWEST, OLDEST, PACKAGES, PYTHON_ORG, WINDOWS
from launcher.messages import again, announce, explain

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
REQUIREMENTS = ROOT / "requirements.txt"
STAMP = VENV / "course-installed.txt"  # written last: without it, the installation was not finished


def check_python(version: tuple[int, int], argv: list[str]) -> None:
    """Raise CourseError, naming what to type instead, unless the course supports this version of Python."""
    if OLDEST <= version <= NEWEST:
        return
    other = next(filter(None, map(find_python, range(NEWEST[1], OLDEST[1] - 1, -1))), None)
    start = other or (["py", "-3.12"] if WINDOWS else ["python3.12"])
    command = " ".join(map(shlex.quote, [*start, "-m", "helpers", *argv]))
    here, oldest, newest = (".".join(map(str, v)) for v in (version, OLDEST, NEWEST))
    get_en = "" if other else f"install Python 3.12 beside it ({PYTHON_ORG}, or your system's packages), then "
    get_es = "" if other else f"instala además Python 3.12 ({PYTHON_ORG} o los paquetes de tu sistema) y "
    raise CourseError(
        en=f"This is Python {here}, and the course needs {oldest} to {newest}: {get_en}type `{command}`.",
        es=f"Este es Python {here}, y el curso necesita de {oldest} a {newest}: {get_es}escribe `{command}`.",
    )


def find_python(minor: int) -> list[str] | None:
    """The command that starts Python 3.`minor` on this machine, or None."""
    for command in [[f"python3.{minor}"]] + [["py", f"-3.{minor}"]] * WINDOWS:
        # Version managers leave a command behind for Pythons that are switched off, so ask it.
        if shutil.which(command[0]) and ask(command, "import sys; print(sys.version_info[1])") == str(minor):
            return command
    return None


def ask(python: list[str], code: str) -> str:
    """What that Python prints when it runs `code`; nothing when it cannot."""
    command = [*python, "-c", code]
    try:
        done = subprocess.run(command, cwd=ROOT, env=variables(), capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def variables() -> dict[str, str]:
    """The environment variables for `.venv`'s Python: without those that would mix in another Python's packages."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}


def provide() -> Path:
    """See to it that `.venv` holds everything in requirements.txt, and return its Python.

    Raises:
        CourseError: it cannot be done; the message says why and what to do next.
    """
    try:
        if not is_installed():
            make_venv()
            install()
    except OSError as error:
        raise CourseError(explain(str(error))) from error
    return PYTHON


def is_installed() -> bool:
    """Whether the last installation was finished, for these requirements, and nothing was taken out since."""
    if not STAMP.is_file() or STAMP.read_text("utf-8") != wanted_stamp():
        return False
    return ask([str(PYTHON)], "from launcher.packages import missing_packages; print(missing_packages())") == "[]"


def wanted_stamp() -> str:
    """What STAMP holds when these requirements were installed for the Python that `.venv` was made with."""
    return f"{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()} Python {made_with()}\n"


def made_with() -> str:
    """The version of Python that `.venv` was made with, such as "3.12"; nothing when it is not an environment."""
    settings = VENV / "pyvenv.cfg"
    found = settings.is_file() and re.search(r"(?m)^version\w*\s*=\s*(\d+\.\d+)", settings.read_text("utf-8"))
    return found.group(1) if found else ""


def make_venv() -> None:
    """Make `.venv`, unless there is one whose Python runs. What is no environment is left as it is."""
    version = ask([str(PYTHON)], "import sys; print('%d.%d' % sys.version_info[:2])")
    runs = version != "" and version == made_with()  # otherwise its Python has gone, or changed since
    if runs and OLDEST <= tuple(map(int, version.split("."))) <= NEWEST:
        return
    is_free = not os.path.lexists(VENV) or (VENV.is_dir() and not any(VENV.iterdir()))
    if runs or not (is_free or made_with()):
        raise CourseError(
            en=f"{VENV} is something that the course cannot use, and was left as it is: rename it, {again()}",
            es=f"{VENV} es algo que el curso no puede usar y se ha dejado como está: cámbiale el nombre {again()}",
        )
    announce(en=f"Making the environment {VENV} ...", es=f"Creando el entorno {VENV} ...")
    if VENV.is_dir():
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", str(VENV)], quiet=True)


def install() -> None:
    """Install requirements.txt into `.venv`, or go on with an installation that was interrupted."""
    if STAMP.exists():
        STAMP.unlink()
    if not ask([str(PYTHON)], "import pip; print(pip)"):  # making the environment was interrupted
        run([str(PYTHON), "-m", "ensurepip"], quiet=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    if PACKAGES.is_dir():
        announce(
            en=f"Installing what the course needs from {PACKAGES}, without a network.",
            es=f"Instalando lo necesario desde {PACKAGES}, sin red.",
        )
        command += ["--no-index", "--find-links", str(PACKAGES)]
    else:
        announce(
            en=f"Installing what the course needs: up to {DOWNLOAD} to download, once. If interrupted, repeat the command.",
            es=f"Instalando lo necesario: hasta {DOWNLOAD} de descarga, una sola vez. Si se interrumpe, repite la orden.",
        )
    run(command)
    STAMP.write_text(wanted_stamp(), "utf-8")


def run(command: list[str], quiet: bool = False) -> None:
    """Run a step of the installation. Raises CourseError, with the cause in a sentence, when it fails."""
    # Only standard error is read along: pip draws its progress bars on a terminal, not into a pipe.
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {"stderr": subprocess.PIPE}
    said = []
    with subprocess.Popen(command, cwd=ROOT, env=variables(), text=True, errors="replace", **streams) as step:
        for line in step.stdout or step.stderr:
            said.append(line)
            quiet = quiet or line.startswith("ERROR: Exception")  # a page of pip's insides follows
            if not quiet:
                sys.stderr.write(line)
    if step.returncode:
        raise CourseError(explain("".join(said)))


def hand_over(command: list[str]) -> int:
    """Run the program that was asked for, in the course's folder, and return its exit status."""
    if not WINDOWS:  # it takes this program's place, so that Ctrl-C and other signals reach it alone
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execve(command[0], command, variables())
    with subprocess.Popen(command, cwd=ROOT, env=variables()) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:  # it went to the program as well, which is tidying up
                pass
