"""The support module of the course *From Overfitting to Transfer Learning*. CONTRIBUTING.md says what to change where."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from helpers.language import CourseError, tr, use

COURSE = "keras-overfitting-course"  # tells this package from any other called `helpers`
ROOT = Path(__file__).resolve().parent.parent
__version__ = "0.1.0"


def setup(*, lang: str, lesson: str, version: str) -> int:
    """Make a notebook ready to run; the last line of every lesson's first cell.

    Checks that the notebook and this package are of one version, that nothing in the way stops it (`launcher/settings.py`) and
    that no package is missing (on Colab, installs it), starts the record (and what is kept of a learner's work), says which device is used, and seeds all chance.

    Args:
        lang: "en" or "es".
        lesson: the notebook's name without its ending, such as "01_mnist_baseline".
        version: the version of the course that the notebook was built with.

    Returns the seed: 0, or the environment variable COURSE_SEED. Raises CourseError: versions differ, packages are missing, or a file has a module's name.
    """
    use(lang)
    if version != __version__:
        raise CourseError(
            en=f"This notebook belongs to version {version} of the course, the folder {ROOT} holds version {__version__}. Take both from the same copy of the course, then restart the kernel.",
            es=f"Este cuaderno es de la versión {version} del curso y la carpeta {ROOT} contiene la {__version__}. Usa los dos de una misma copia del curso y reinicia el kernel.",
        )
    from launcher.settings import prepare

    prepare()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with _silenced_stderr():  # TensorFlow greets with a page of log lines, before any setting can stop it
        import keras
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")

    from helpers import downloads, results
    from helpers.classroom import record

    downloads.register_needs()
    results.start(lesson)
    record.start(lesson, lang)
    seed = int(os.environ.get("COURSE_SEED", "0"))
    keras.utils.set_random_seed(seed)
    device = f"{len(gpus)} GPU" if gpus else f"CPU ({os.cpu_count()} {tr(en='cores', es='núcleos')})"
    print(f"Keras {keras.__version__}, TensorFlow {tf.__version__}, {device}, {tr(en='seed', es='semilla')} {seed}")
    return seed


@contextlib.contextmanager
def _silenced_stderr() -> Iterator[None]:
    """Send what C++ code writes to the process's standard error to nowhere, Python's own exceptions aside."""
    with open(os.devnull, "w") as nowhere, open(os.dup(2), "w") as saved:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved.fileno(), 2)
