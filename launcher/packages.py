"""The packages in requirements.txt: which are missing, and what a notebook says then."""

from __future__ import annotations

import subprocess
import sys

from helpers import ROOT
from helpers.language import COMMAND, CourseError, tr


def missing_packages() -> list[str]:
    """The lines of requirements.txt that this Python cannot satisfy."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()]
    missing = []
    for line in filter(None, lines):
        try:
            from packaging.requirements import Requirement  # comes with matplotlib, JupyterLab and Keras

            requirement = Requirement(line)
            if not requirement.specifier.contains(version(requirement.name), prereleases=True):
                missing.append(line)
        except (ImportError, PackageNotFoundError):
            missing.append(line)
    return missing


def provide_packages() -> None:
    """Raise CourseError where packages are missing; on Colab, install those that may be installed there first."""
    missing = missing_packages()
    if "google.colab" not in sys.modules:
        complaint = tr(
            en=f"This Python ({sys.executable}) lacks what the lesson needs: {', '.join(missing)}. Close JupyterLab, type `{COMMAND} lab` in the folder {ROOT}, and open the notebook there. If it was opened that way, choose *Python 3* in *Kernel › Change Kernel*.",
            es=f"A este Python ({sys.executable}) le falta algo que la lección necesita: {', '.join(missing)}. Cierra JupyterLab, escribe `{COMMAND} lab` en la carpeta {ROOT} y abre el cuaderno desde ahí. Si ya lo abriste así, elige *Python 3* en *Kernel › Change Kernel*.",
        )
    else:
        # Colab's TensorFlow, NumPy and Jupyter fit its machines: other versions would break more than they mend.
        theirs = ("tensorflow", "keras>", "numpy", "jupyterlab", "ipywidgets", "matplotlib", "pytest", "nbval")
        missing = [line for line in missing if not line.startswith(theirs)]
        if missing:
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=False)
            missing = [line for line in missing_packages() if line in missing]
        complaint = tr(
            en=f"pip could not install what the lesson needs: {', '.join(missing)}. What it said stands above; run this cell again.",
            es=f"pip no ha podido instalar lo que la lección necesita: {', '.join(missing)}. Arriba está lo que dijo; ejecuta otra vez esta celda.",
        )
    if missing:
        raise CourseError(complaint)
