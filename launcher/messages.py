"""What is said when something goes wrong: what happened, in a sentence, and what to do next."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TextIO

from helpers import ROOT
from helpers.language import tr
from launcher import DISK, PACKAGES, PYTHON_ORG


def announce(*, en: str, es: str, file: TextIO | None = None) -> None:
    """Say it before the program that is started next says something."""
    print(tr(en=en, es=es), flush=True, file=file)


def again() -> str:
    """How a sentence ends whose remedy is to repeat the command."""
    return tr(en="then type the same command again; nothing is lost.", es="y repite la misma orden; no se pierde nada.")


def explain(output: str) -> str:
    """A sentence for a person, out of what venv or pip said when it failed."""
    if shutil.disk_usage(ROOT).free < 50e6:
        return disk_full()
    for pattern, sentence in CAUSES.items():
        found = re.search(pattern, output)
        if found:
            return sentence(*found.groups())
    last = (output.strip() or "?").splitlines()[-1].strip()
    return tr(
        en=f"The installation stopped ({last}): type the same command again; if it stops again, ask with that message.",
        es=f"La instalación se detuvo ({last}): repite la misma orden; si vuelve a pasar, pregunta con ese mensaje.",
    )


def disk_full() -> str:
    return tr(
        en=f"The disk is full, and installing takes about {DISK}: make room, {again()}",
        es=f"El disco está lleno y la instalación ocupa unos {DISK}: haz sitio {again()}",
    )


def long_path() -> str:
    return tr(
        en=f"Windows cannot store paths this long: move the course to a folder such as C:\\course, {again()}",
        es=f"Windows no admite rutas tan largas: mueve el curso a una carpeta como C:\\curso {again()}",
    )


def not_writable() -> str:
    return tr(
        en=f"{ROOT} cannot be written to: close JupyterLab, or move the course to a folder of your own, {again()}",
        es=f"No se puede escribir en {ROOT}: cierra JupyterLab o lleva el curso a una carpeta tuya {again()}",
    )


def no_venv() -> str:
    debian = "sudo apt install python{}.{}-venv".format(*sys.version_info)
    return tr(
        en=f"This Python lacks its `venv` module: on Debian or Ubuntu type `{debian}`, elsewhere install Python 3.12 from {PYTHON_ORG}, {again()}",
        es=f"A este Python le falta su módulo `venv`: en Debian o Ubuntu escribe `{debian}`; en otros sistemas instala Python 3.12 desde {PYTHON_ORG} {again()}",
    )


def no_network() -> str:
    return tr(
        en=f"The network does not answer: check your internet connection (or your school's proxy), {again()}",
        es=f"La red no responde: comprueba tu conexión a internet (o el proxy de tu centro) {again()}",
    )


def no_package(name: str) -> str:
    if PACKAGES.is_dir():
        here = "{}, Python {}.{}".format(sys.platform, *sys.version_info)
        return tr(
            en=f"{PACKAGES} holds no {name} for this machine ({here}): fill it on a machine with the same system and Python, or, where there is a network, remove it, {again()}",
            es=f"En la carpeta {PACKAGES} no hay {name} para esta máquina ({here}): llénala en un equipo con el mismo sistema y el mismo Python o, si hay red, quítala {again()}",
        )
    here = f"{sys.platform}, {64 if sys.maxsize > 2**32 else 32} bits"
    return tr(
        en=f"pip finds no {name} for this machine ({here}): if your internet connection works, you need a 64-bit Python 3.12 (on a Mac: with an Apple chip), or the course on Google Colab, without installing anything.",
        es=f"pip no encuentra {name} para esta máquina ({here}): si tu conexión a internet funciona, necesitas un Python 3.12 de 64 bits (en Mac: con chip de Apple) o el curso en Google Colab, sin instalar nada.",
    )


# What gives a cause away, and the sentence for it, which is given what the pattern's group caught. The first that fits counts.
CAUSES = {
    r"No space left|not enough space|Disk quota|Errno 28|WinError 112": disk_full,
    r"Long Path": long_path,
    r"Permission denied|Access is denied|Read-only file system|Errno 13|WinError (?:5|32)\b": not_writable,
    r"ensurepip is not\s+available|No module named '?(?:venv|ensurepip)": no_venv,
    r"Connection|Timeout|timed out|getaddrinfo|name resolution|ProxyError|SSLError|unreachable": no_network,
    r"No matching distribution found for (\w[\w.-]*\w)": no_package,
}
