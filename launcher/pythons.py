"""Finds a Python that will do: the running one, another on this machine, or one that uv fetches into the course's folder."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from helpers.language import CourseError, tr
from launcher import FETCHED, NEWEST, OLDEST, PYTHON_DOWNLOAD, UV, WINDOWS, python_in
from launcher.messages import announce, explain
from launcher.programs import ask, installing, run

# A supported version as TensorFlow is built for (64 bits, CPython, with its lock) that can make environments: Debian and
# Ubuntu keep `venv` and `ensurepip` back. `-I`: whatever lies in the course's folder.
FITS = (
    "import ensurepip, sys, sysconfig, venv; print("
    f"{OLDEST} <= sys.version_info[:2] <= {NEWEST} and sys.maxsize > 2**32"
    " and sys.implementation.name == 'cpython' and not sysconfig.get_config_var('Py_GIL_DISABLED'))"
)


def fits(command: list[str]) -> bool:
    """Whether this command starts a Python that the course can run on."""
    # Version managers leave a command behind for Pythons that are switched off, so ask it.
    return bool(shutil.which(command[0])) and ask([*command, "-I", "-c", FITS]) == "True"


def commands() -> Iterator[list[str]]:
    """The commands that may start such a Python, the running one first."""
    yield [sys.executable]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        yield [f"python3.{minor}"]
        if WINDOWS:
            yield ["py", f"-3.{minor}"]
    yield from ([str(path)] for path in sorted(UV.glob("python/*/" + ("python.exe" if WINDOWS else "bin/python3"))))


def choose_python() -> list[str]:
    """The command that starts a fitting Python, fetched first where there is none. Raises CourseError when it cannot be."""
    found = next(filter(fits, commands()), None)
    if not found:
        here, oldest, newest = (".".join(map(str, version)) for version in (sys.version_info[:2], OLDEST, NEWEST))
        announce(
            en=f"TensorFlow needs Python {oldest} to {newest}, complete and with 64 bits. This one is Python {here}, and no other was found: fetching Python {FETCHED} into {UV} (up to {PYTHON_DOWNLOAD} to download, once).",
            es=f"TensorFlow necesita Python de {oldest} a {newest}, completo y de 64 bits. Este es Python {here} y no se ha encontrado otro: descargando Python {FETCHED} en {UV} (hasta {PYTHON_DOWNLOAD}, una sola vez).",
        )
        run([bring_uv(sys.executable), "python", "install", FETCHED], quiet=True, env=installing([sys.executable]))
        found = next(filter(fits, commands()), None)
    if not found:
        raise CourseError(
            explain(tr(en=f"Python {FETCHED} does not run here", es=f"Python {FETCHED} no funciona aquí"))
        )
    return found


def bring_uv(python: str) -> str:
    """The program uv, fetched into the course's folder by this Python's pip where it is not there. Raises CourseError."""
    program = UV / "bin" / ("uv.exe" if WINDOWS else "uv")
    if not program.is_file():
        if not ask([python, "-m", "pip", "--version"]):  # then an environment of this Python, which has one
            run([python, "-m", "venv", str(UV / "pip")], quiet=True)
            python = str(python_in(UV / "pip"))
        command = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--retries", "1"]
        run([*command, "--target", str(UV), "uv"], quiet=True, env=installing([python]))
    return str(program)
