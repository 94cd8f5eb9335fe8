"""Other people's environments: what setup and the commands find amiss, put right or named in a sentence."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from helpers import ROOT
from helpers.language import CourseError, say, tr
from launcher.packages import provide_packages
from launcher.programs import is_writable

# What lessons and the packages that they use import; a file of such a name beside the notebook would be taken in its place.
MODULES = {
    "IPython", "PIL", "absl", "anywidget", "google", "grpc", "h5py", "ipywidgets", "keras", "keras_tuner", "matplotlib",
    "ml_dtypes", "numpy", "optree", "packaging", "pandas", "pooch", "requests", "rich", "scipy", "sklearn", "tensorboard",
    "tensorflow", "tqdm", "traitlets", "yaml",
}  # fmt: skip
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "PIP_CERT")


def prepare() -> None:
    """What setup does before TensorFlow is imported. Raises CourseError where the lesson cannot run."""
    check_names()
    sentences = put_right()
    if not is_writable(ROOT / "runs"):
        sentences.append(tell_that_it_is_read_only())
    for sentence in sentences:
        say(sentence)
    provide_packages()


def tell_that_it_is_read_only() -> str:
    """The sentence for a course whose folder cannot be written to; from now on cells that stop for that show it."""
    from IPython import get_ipython

    sentence = tr(
        en=f"{ROOT} cannot be written to: your notebook is not saved there, and cells that keep a file stop. Copy the folder to a place of your own, and open the lesson there.",
        es=f"No se puede escribir en {ROOT}: ahí no se guarda tu cuaderno, y las celdas que guardan un archivo se detienen. Copia la carpeta a un sitio tuyo y abre la lección desde ahí.",
    )

    def stopped(shell, kind, error, traceback, tb_offset=None):  # as IPython calls it
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) and str(ROOT) in str(error.filename):
            error._render_traceback_ = lambda: [f"{kind.__name__}: {sentence}"]
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)

    if get_ipython():
        get_ipython().set_custom_exc((OSError,), stopped)
    return sentence


def check_names() -> None:
    """Raise CourseError where a file that Python would find first, beside the notebook, has a module's name."""
    names = MODULES | (
        sys.stdlib_module_names - {"test"}
    )  # many call a file test.py, and nothing here imports that module
    files = {file for folder in (Path.cwd(), ROOT) for file in (*folder.glob("*.py"), *folder.glob("*/__init__.py"))}
    found = sorted(str(f) for f in files if (f.parent.name if f.name == "__init__.py" else f.stem) in names)
    if found:
        raise CourseError(
            en=f"{', '.join(found)}: Python takes this for the module of that name, which the lesson needs. Rename it, for instance with `my_` in front, then restart the kernel.",
            es=f"{', '.join(found)}: Python lo toma por el módulo de ese nombre, que la lección necesita. Cámbiale el nombre, por ejemplo con `mi_` delante, y reinicia el kernel.",
        )


def put_right() -> list[str]:
    """Mend the environment variables that would stop the course, here and in what is started from here.

    Returns the sentences for the learner about those that mean nothing here and were left out.
    """
    if os.environ.get("COURSE_OFFLINE", "").strip().lower() in ("", "0", "no", "false", "off"):
        os.environ.pop("COURSE_OFFLINE", None)
    for name, mend in (("COURSE_SEED", str), ("COURSE_DATA", os.path.expanduser)):
        value = mend(os.environ.pop(name, "").strip().strip("\"'"))
        if value:
            os.environ[name] = value
    sentences = []
    for name in ("COURSE_SEED", "COURSE_DATA", *CERTIFICATES):
        value = os.environ.get(name)
        reason = _why_not(name, value) if value else ""
        if reason:
            del os.environ[name]
            sentences.append(
                tr(
                    en=f"The environment variable {name} is {value}, but {reason}: the course goes on as if it were not set.",
                    es=f"La variable de entorno {name} es {value}, pero {reason}: el curso sigue como si no estuviera puesta.",
                )
            )
    return sentences


def _why_not(name: str, value: str) -> str:
    """Why a variable's value means nothing here; nothing if it does."""
    if name == "COURSE_SEED":
        good = value.isdecimal() and int(value) < 2**32
        return "" if good else tr(en="that is not a whole number from 0 on", es="no es un número entero desde 0")
    try:
        os.listdir(ROOT / value) if name == "COURSE_DATA" else os.stat(value)
    except FileNotFoundError:
        will_be_made = name == "COURSE_DATA" and not value.startswith("~")
        return "" if will_be_made else tr(en="there is no such thing here", es="aquí no existe")
    except OSError:
        return tr(en="that cannot be read", es="no se puede leer")
    return ""
