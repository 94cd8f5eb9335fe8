"""What is said when something goes wrong: what happened, in a sentence, and what to do next."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TextIO

from helpers import ROOT
from helpers.language import tr
from launcher import DISK, FETCHED, PACKAGES, PYTHON_ORG, made_with


def announce(*, en: str, es: str, file: TextIO | None = None) -> None:
    """Say it before the program that is started next says something."""
    print(tr(en=en, es=es), flush=True, file=file)


def again() -> str:
    """How a sentence ends whose remedy is to repeat the command."""
    return tr(en="then type the same command again; nothing is lost.", es="y repite la misma orden; no se pierde nada.")


def explain(output: str) -> str:
    """A sentence for a person, out of what venv, pip or uv said when it failed."""
    if shutil.disk_usage(ROOT).free < 50e6:
        output = "No space left"
    for pattern, en, es in causes():
        found = re.search(pattern, output)
        if found:
            return tr(en=en, es=es).replace("PACKAGE", "".join(found.groups()))
    last = (output.strip() or "?").splitlines()[-1].strip()
    return tr(
        en=f"The installation stopped ({last}): type the same command again; if it stops again, ask with that message.",
        es=f"La instalación se detuvo ({last}): repite la misma orden; si vuelve a pasar, pregunta con ese mensaje.",
    )


def causes() -> list[tuple[str, str, str]]:
    """What gives a cause away, and the sentence for it in both languages; the first that fits counts.

    PACKAGE stands for what the pattern's group catches.
    """
    here = f"{sys.platform}, Python {made_with()}, {64 if sys.maxsize > 2**32 else 32} bits"
    debian = "sudo apt install python{}.{}-venv".format(*sys.version_info)
    no_package = (
        f"pip finds no PACKAGE for this machine ({here}): if your internet connection works, you need a 64-bit Python {FETCHED} (on a Mac: with an Apple chip), or the course on Google Colab, without installing anything.",
        f"pip no encuentra PACKAGE para esta máquina ({here}): si tu conexión a internet funciona, necesitas un Python {FETCHED} de 64 bits (en Mac: con chip de Apple) o el curso en Google Colab, sin instalar nada.",
    )
    if PACKAGES.is_dir():
        no_package = (
            f"{PACKAGES} holds no PACKAGE for this machine ({here}): fill it on a machine with the same system and Python, or, where there is a network, remove it, {again()}",
            f"En la carpeta {PACKAGES} no hay PACKAGE para esta máquina ({here}): llénala en un equipo con el mismo sistema y el mismo Python o, si hay red, quítala {again()}",
        )
    return [
        (
            r"No space left|not enough space|Disk quota|Errno 28|WinError 112",
            f"The disk is full, and installing takes about {DISK}: make room, {again()}",
            f"El disco está lleno y la instalación ocupa unos {DISK}: haz sitio {again()}",
        ),
        (
            r"Long Path",
            f"Windows cannot store paths this long: move the course to a folder such as C:\\course, {again()}",
            f"Windows no admite rutas tan largas: mueve el curso a una carpeta como C:\\curso {again()}",
        ),
        (
            r"'lib' -> |symlink|symbolic link",
            f"{ROOT} is on a disk without symbolic links, such as a USB stick: copy the course to a folder of your own on this computer, {again()}",
            f"{ROOT} está en un disco sin enlaces simbólicos, como una memoria USB: copia el curso a una carpeta tuya de este equipo {again()}",
        ),
        (
            r"Permission denied|Access is denied|Read-only file system|Errno 13|WinError (?:5|32)\b",
            f"{ROOT} cannot be written to: close JupyterLab, or move the course to a folder of your own, {again()}",
            f"No se puede escribir en {ROOT}: cierra JupyterLab o lleva el curso a una carpeta tuya {again()}",
        ),
        (
            r"ensurepip is not\s+available|No module named '?(?:venv|ensurepip)",
            f"This Python lacks its `venv` module: on Debian or Ubuntu type `{debian}`, elsewhere install Python {FETCHED} from {PYTHON_ORG}, {again()}",
            f"A este Python le falta su módulo `venv`: en Debian o Ubuntu escribe `{debian}`; en otros sistemas instala Python {FETCHED} desde {PYTHON_ORG} {again()}",
        ),
        (
            r"(?i)connection|timeout|timed out|getaddrinfo|name resolution|ProxyError|SSLError|unreachable|lookup address|failed to download",
            f"The network does not answer: check your internet connection (or your school's proxy), {again()}",
            f"La red no responde: comprueba tu conexión a internet (o el proxy de tu centro) {again()}",
        ),
        (r"No matching distribution found for (\w[\w.-]*\w)", *no_package),
    ]
