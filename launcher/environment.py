"""Keeps `.venv`, the course's own environment beside the code, and what is installed there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from helpers import ROOT
from helpers.language import CourseError
from launcher import DOWNLOAD, NEWEST, OLDEST, PACKAGES, VENV, made_with, python_in
from launcher.messages import again, announce, explain
from launcher.programs import ask, installing, run
from launcher.pythons import bring_uv, choose_python

PYTHON = python_in(VENV)
REQUIREMENTS = ROOT / "requirements.txt"
STAMP = VENV / "course-installed.txt"  # written last: without it, the installation was not finished


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
    return STAMP.is_file() and STAMP.read_text("utf-8") == wanted_stamp() and is_complete()


def is_complete() -> bool:
    """Whether `.venv` has every package that it should have."""
    return ask([str(PYTHON), "-c", "from launcher.packages import missing_packages; print(missing_packages())"]) == "[]"


def wanted_stamp() -> str:
    """What STAMP holds when these requirements were installed for the Python that `.venv` was made with."""
    return f"{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()} Python {made_with()}\n"


def make_venv() -> None:
    """Make `.venv`, unless there is one whose Python runs. What is no environment is left as it is."""
    version = ask([str(PYTHON), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    runs = version != "" and version == made_with()  # otherwise its Python has gone, or changed since
    if runs and OLDEST <= tuple(map(int, version.split("."))) <= NEWEST:
        return
    is_free = not os.path.lexists(VENV) or (VENV.is_dir() and not any(VENV.iterdir()))
    if runs or not (is_free or made_with()):
        raise CourseError(
            en=f"{VENV} is something that the course cannot use, and was left as it is: rename it, {again()}",
            es=f"{VENV} es algo que el curso no puede usar y se ha dejado como está: cámbiale el nombre {again()}",
        )
    python = choose_python()
    announce(en=f"Making the environment {VENV} ...", es=f"Creando el entorno {VENV} ...")
    if VENV.is_dir():
        shutil.rmtree(VENV)
    VENV.mkdir()
    try:
        os.symlink("lib", VENV / "lib64")
        (VENV / "lib64").unlink()
    except OSError:  # an exFAT stick, say: `venv` copies what it cannot link, but for this
        (VENV / "lib64").mkdir(exist_ok=True)
    run([*python, "-m", "venv", str(VENV)], quiet=True)


def install() -> None:
    """Install requirements.txt into `.venv`, or go on with an installation that was interrupted."""
    if STAMP.exists():
        STAMP.unlink()
    if not ask([str(PYTHON), "-c", "import pip; print(pip)"]):  # making the environment was interrupted
        run([str(PYTHON), "-m", "ensurepip"], quiet=True)
    env = installing([str(PYTHON)])
    command = [str(PYTHON), "-m", "pip", "install", "-r", str(REQUIREMENTS)]
    if PACKAGES.is_dir():
        announce(
            en=f"Installing what the course needs from {PACKAGES}, without a network.",
            es=f"Instalando lo necesario desde {PACKAGES}, sin red.",
        )
        run([*command, "--no-index", "--find-links", str(PACKAGES)], env=env)
    else:
        announce(
            en=f"Installing what the course needs: up to {DOWNLOAD} to download, once. If interrupted, repeat the command.",
            es=f"Instalando lo necesario: hasta {DOWNLOAD} de descarga, una sola vez. Si se interrumpe, repite la orden.",
        )
        if not uv_installs(env):
            run(command, env=env)
    STAMP.write_text(wanted_stamp(), "utf-8")


def uv_installs(env: dict[str, str]) -> bool:
    """Whether uv, which is faster than pip, could be had and installed everything; it shows its progress itself."""
    try:
        command = [bring_uv(str(PYTHON)), "pip", "install", "--python", str(PYTHON), "-r", str(REQUIREMENTS)]
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0 and is_complete():
            return True
    except (CourseError, OSError):
        return False  # pip has the same network, and says what is wrong with it
    announce(en="uv did not manage it: going on with pip.", es="uv no lo ha conseguido: se sigue con pip.")
    return False
