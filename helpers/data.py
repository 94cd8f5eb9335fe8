"""Loaders for the course's data, and the plumbing that fetches, verifies and keeps what is not bundled.

A loader returns Keras's convention, `(x_train, y_train), (x_val, y_val), (x_test, y_test)`; images are `uint8`.
What is bundled needs no network. What is not is looked for in `DATA_DIR` first and fetched only then.
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.language import CourseError, tr, wrap

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "mnist_5k.npz"
DATA_DIR = Path(os.environ.get("COURSE_DATA") or BUNDLED.parent)

# SHA-256 of each array written as an IDX file, the format MNIST was published in (see idx_sha256). For the full set
# these are the well-known digests of the four published files, so a repacked `mnist.npz` is as good as Keras's own.
MNIST_5K_SHA256 = {
    "x": "b401a2aa73bb238aa6b5fa26cc06a7cd46b500550064fdd772cd30edf86a6a1c",
    "y": "3de2369a638bdd0f95720f0b0e2fd6a373d06e249f81c5e294a3f54317fe458d",
}
MNIST_SHA256 = {
    "x_train": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "y_train": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "x_test": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "y_test": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

Pair = tuple[np.ndarray, np.ndarray]


class DataUnavailable(CourseError):
    """Data that is not on this machine and could not be fetched; the message says what to do."""


@dataclass(frozen=True)
class Download:
    """One file the course can fetch: its name in `DATA_DIR`, where from, its size, its licence, what it is.

    `sha256` is the publisher's digest, None where none is published; then `verify`, which reads the file and raises
    CourseError unless it is what it should be, decides.
    """

    file: str
    url: str
    sha256: str | None
    megabytes: float
    licence: str
    en: str
    es: str
    verify: Callable[[Path], object] = lambda path: None


DOWNLOADS = {
    "mnist": Download(
        file="mnist.npz",
        url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",  # keras.datasets.mnist
        megabytes=11,
        licence="CC BY-SA 3.0",
        en="all 70,000 digits of MNIST",
        es="los 70 000 dígitos de MNIST",
    ),
}


def load_mnist(full: bool = False) -> tuple[Pair, Pair, Pair]:
    """Load MNIST digits: the course's 5,000, or with `full=True` all 70,000.

    The 5,000 (500 per class, all from MNIST's training set) are bundled and split 1,000 / 1,000 / 3,000. Each split
    is stratified, and so is any training prefix whose length is a multiple of 10: the digits come in rounds of ten,
    each class once. The 70,000 are fetched once (11 MB) and split 55,000 / 5,000 / 10,000; the test set is MNIST's.

    Returns:
        `(x_train, y_train), (x_val, y_val), (x_test, y_test)`: images of shape (N, 28, 28), `uint8`, 0 (paper) to
        255 (ink); labels of shape (N,), `uint8`, 0 to 9.

    Raises:
        CourseError: the file is damaged or is not MNIST.
        DataUnavailable: `full=True`, the file is not here and could not be fetched.
    """
    if full:
        arrays = _read_arrays(fetch("mnist"), MNIST_SHA256)
        (x, y), test = (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
        return (x[:55_000], y[:55_000]), (x[55_000:], y[55_000:]), test
    arrays = _read_arrays(BUNDLED, MNIST_5K_SHA256)
    x, y = arrays["x"], arrays["y"]
    return (x[:1_000], y[:1_000]), (x[1_000:2_000], y[1_000:2_000]), (x[2_000:], y[2_000:])


def idx_sha256(array: np.ndarray) -> str:
    """SHA-256 of a `uint8` array in the IDX format: magic number, sizes (big-endian), then the bytes in C order.

    Source: the file format described on MNIST's page by LeCun, Cortes and Burges.
    """
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 0x08, array.ndim, *array.shape)
    return hashlib.sha256(header + np.ascontiguousarray(array, np.uint8).tobytes()).hexdigest()


def _read_arrays(path: Path, digests: dict[str, str]) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in digests}
        intact = all(idx_sha256(arrays[name]) == digest for name, digest in digests.items())
    except FileNotFoundError:
        intact = False
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        intact = False
    if intact:
        return arrays
    if path == BUNDLED:
        remedy = tr(
            en="Bring it back with `git checkout data/mnist_5k.npz`, or take the file from a fresh copy of the course.",
            es="Recupéralo con `git checkout data/mnist_5k.npz` o copia el archivo de una descarga nueva del curso.",
        )
    else:
        remedy = tr(
            en="Move it away and type `python3 -m helpers download`, which fetches it again.",
            es="Quítalo de ahí y escribe `python3 -m helpers download`, que lo descarga de nuevo.",
        )
    raise CourseError(
        tr(
            en=f"{path} is missing, damaged or not MNIST. {remedy} Nothing was changed.",
            es=f"{path} falta, está dañado o no es MNIST. {remedy} No se ha cambiado nada.",
        )
    )


def fetch(name: str, retries: int = 0) -> Path:
    """The path of a download in `DATA_DIR`, fetched first where it is not there yet.

    Args:
        name: a key of `DOWNLOADS`.
        retries: how often to try again when the connection breaks.

    Raises:
        DataUnavailable: no network, or COURSE_OFFLINE is set, or what arrived was not the published file.
    """
    download = DOWNLOADS[name]
    path = DATA_DIR / download.file
    if path.exists():
        return path
    reason = "COURSE_OFFLINE"
    if not os.environ.get("COURSE_OFFLINE"):
        import pooch  # here, because most learners never download anything

        pooch.get_logger().setLevel("ERROR")
        try:  # nothing stands under its final name before it is whole and verified
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".incoming-") as incoming:
                keeper = pooch.create(
                    path=incoming,
                    base_url="",
                    registry={path.name: download.sha256},
                    urls={path.name: download.url},
                    retry_if_failed=retries,
                )
                downloader = pooch.HTTPDownloader(progressbar=True, timeout=(5, 60))
                arrived = Path(keeper.fetch(path.name, downloader=downloader))
                download.verify(arrived)
                arrived.replace(path)
            return path
        # requests' exceptions are OSErrors, a wrong digest is a ValueError
        except (OSError, ValueError, CourseError) as error:
            reason = type(error).__name__
    raise DataUnavailable(
        tr(
            en=f"Skipped: this needs {download.en} ({download.megabytes} MB), which could not be fetched just now "
            f"({reason}); with a network, `python3 -m helpers download` brings it, and until then you can read on, "
            "as nothing later depends on this part.",
            es=f"Omitido: esto necesita {download.es} ({download.megabytes} MB), que ahora no se han podido descargar "
            f"({reason}); con conexión, `python3 -m helpers download` los trae y, mientras tanto, puedes seguir "
            "leyendo: nada de lo que viene después depende de esta parte.",
        )
    )


def download_all() -> int:
    """Fetch every download of the course into `DATA_DIR`, saying what is there; the exit status, 0 or 1."""
    status = 0
    for name, download in DOWNLOADS.items():
        about = f"{tr(en=download.en, es=download.es)} ({download.megabytes} MB, {download.licence})"
        try:
            print(f"✓ {about}: {fetch(name, retries=3)}")
        except DataUnavailable as missing:
            status = 1
            print(f"✗ {about}: {missing}")
    return status


def _needs(lines: list[str]) -> list[str]:
    """Input transform for cells whose first line is `%%needs NAME …`.

    The body runs as an ordinary cell when every download named is there or can be fetched; otherwise the cell
    becomes one sentence that says so.
    """
    if not lines or not lines[0].startswith("%%needs "):
        return lines
    try:
        for name in lines[0].split()[1:]:
            fetch(name)
    except DataUnavailable as missing:
        return [f"print({wrap(str(missing))!r})\n"]
    return ["#" + lines[0], *lines[1:]]  # a comment in its place keeps the numbers in tracebacks right


_needs.has_side_effects = True  # IPython then leaves it out when it only asks whether a cell is complete


def register_needs() -> None:
    """Teach this notebook's kernel the cell magic `%%needs`; a second call changes nothing."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and _needs not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.insert(0, _needs)  # before IPython looks for a magic of that name
