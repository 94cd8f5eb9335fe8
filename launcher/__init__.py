"""The course's commands: `python3 -m helpers lab | test | download`, typed in the course's folder.

| to change                                        | look in                    |
|--------------------------------------------------|----------------------------|
| what can be typed                                | `launcher/command_line.py` |
| which Python, the environment, the installation  | `launcher/environment.py`  |
| what is said where pip, network or disk fail     | `launcher/messages.py`     |
| which packages are missing, on Colab, too        | `launcher/packages.py`     |
| how JupyterLab is started                        | `launcher/jupyter.py`      |
| what `download` does                             | `launcher/download.py`     |

All but the last run before anything is installed: Python's standard library only, and no syntax newer than Python 3.8, so
that a Python that is too old can still say so.
"""

import os

from helpers import ROOT

WINDOWS = os.name == "nt"
OLDEST, NEWEST = (3, 11), (3, 13)  # Pythons that the course supports
PACKAGES = ROOT / "data" / "packages"  # filled by a teacher for a room without a network; README.md says how
DOWNLOAD, DISK = "0.8 GB", "4 GB"  # measured on Linux, the largest; the disk also holds pip's cache
PYTHON_ORG = "https://www.python.org/downloads/"
