"""The course's commands: `python3 -m helpers lab | test | download | collect`, typed in the course's folder.

| to change                                        | look in                    |
|--------------------------------------------------|----------------------------|
| what can be typed                                | `launcher/command_line.py` |
| which Python, and uv, which fetches one          | `launcher/pythons.py`      |
| the environment, the installation                | `launcher/environment.py`  |
| how programs are started, with which variables   | `launcher/programs.py`     |
| what is said where pip, network or disk fail     | `launcher/messages.py`     |
| which packages are missing, on Colab, too        | `launcher/packages.py`     |
| other settings of an environment, put right      | `launcher/settings.py`     |
| how JupyterLab is started, with whose notebooks  | `launcher/jupyter.py`      |
| what `download` does                             | `launcher/download.py`     |
| what `collect` does, the learners' own copies    | `helpers/classroom/`       |

All but `download.py` and `collect.py` run before anything is installed: Python's standard library only, and no syntax
newer than Python 3.8, the oldest that may start them.
"""

import os
import re
from pathlib import Path

from helpers import ROOT

WINDOWS = os.name == "nt"
OLDEST, NEWEST = (3, 11), (3, 13)  # Pythons that the course runs on
FETCHED = "3.12"  # where there is none of them
VENV = ROOT / ".venv"  # the course's environment
UV = ROOT / ".uv"  # uv with all that it keeps, Pythons among it
PACKAGES = ROOT / "data" / "packages"  # filled by a teacher for a room without a network; README.md says how
DOWNLOAD, DISK = "0.8 GB", "4 GB"  # measured on Linux, the largest; the disk also holds the installer's cache
PYTHON_DOWNLOAD = "50 MB"  # uv 18 MB, Python up to 32 MB
PYTHON_ORG = "https://www.python.org/downloads/"


def made_with() -> str:
    """The version of Python that `.venv` was made with, such as "3.12"; nothing when it is not an environment."""
    settings = VENV / "pyvenv.cfg"
    found = settings.is_file() and re.search(r"(?m)^version\w*\s*=\s*(\d+\.\d+)", settings.read_text("utf-8"))
    return found.group(1) if found else ""


def python_in(environment: Path) -> Path:
    """The program that is an environment's Python."""
    return environment / ("Scripts/python.exe" if WINDOWS else "bin/python")
