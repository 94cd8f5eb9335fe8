"""What the course can fetch, and how: each file whole and verified under its final name, or not there at all.

A file is looked for in `DATA_DIR` first and fetched only then. What it must hold is told by its reader in `helpers/readers.py`.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

from helpers import ROOT, readers
from helpers.language import COMMAND, CourseError, tr, wrap

# A relative COURSE_DATA counts from the course's folder, for the command line and for notebooks alike.
DATA_DIR = ROOT / Path(os.environ.get("COURSE_DATA") or "data").expanduser()
TIMEOUT = (5, 60)  # seconds that a server may take to answer, and between two pieces of a file
# What a broken transfer, a wrong digest and a damaged archive raise (requests' exceptions are OSErrors).
BROKEN = (OSError, EOFError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)
KERAS_URL = "https://storage.googleapis.com/tensorflow/keras-applications/"
QUICKDRAW_URL = "https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap/"
QUICKDRAW_CLASSES = ("apple", "bicycle", "cat", "clock", "eye", "fish", "house", "star", "tree", "umbrella")
QUICKDRAW_COUNT = 1_000  # drawings of each class


class DataUnavailable(CourseError):
    """Data that is not on this machine and could not be fetched, for this `reason`; the message says what to do."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Download:
    """One file the course can fetch: its name in `DATA_DIR`, where from, its size, its licence, what it is.

    `verify` reads the file and raises CourseError unless it is what it should be. What is fetched must also have the
    publisher's `digest`, SHA-256 or "md5:…", None where none is published. `also` is another name, under which a file that
    was not fetched but brought along is accepted. `unpack` takes an archive that has arrived and returns what it holds.
    """

    file: str
    url: str
    digest: str | None
    megabytes: float
    licence: str
    en: str
    es: str
    verify: Callable[[Path], object] = lambda path: None
    downloader: Callable[[str, str, object], None] | None = None  # pooch's protocol; None is an ordinary download
    unpack: Callable[[Path], Path] = lambda path: path
    also: str | None = None

    def present(self) -> Path | None:
        """Its path if it is in `DATA_DIR` already, under either name."""
        paths = [DATA_DIR / file for file in (self.file, self.also) if file]
        return next((path for path in paths if path.exists()), None)


def drawings(file: str, classes: Sequence[str], n: int, en: str, es: str) -> Download:
    """The first `n` drawings of classes of Quick, Draw!, cut from Google's files and put into one."""
    return Download(
        file=file,
        url=QUICKDRAW_URL,
        digest=None,  # Google publishes none, and of parts of a file nobody could
        megabytes=round(784 * n * len(classes) / 1e6, 1),
        licence="CC BY 4.0",
        en=en,
        es=es,
        verify=lambda path: readers.drawings(path, len(classes), n),
        downloader=partial(_download_drawings, classes=classes, n=n),
    )


def _download_drawings(url: str, file: str, pooch: object, *, classes: Sequence[str], n: int) -> None:
    """Write the first `n` drawings of each class to one `.npy` of shape (classes, n, 28, 28), by HTTP Range requests.

    Raises OSError (requests' exceptions are such) or what `readers.first_drawings` raises.
    """
    import requests  # comes with pooch
    from tqdm.auto import tqdm

    wanted = 1_024 + 784 * n  # bytes: the header that a .npy begins with has 80 or 128
    headers = {"Range": f"bytes=0-{wanted - 1}", "Accept-Encoding": "identity"}
    found = np.empty((len(classes), n, 28, 28), np.uint8)
    for place, name in enumerate(tqdm(classes, unit="class", leave=False, disable=len(classes) == 1)):
        begun = io.BytesIO()
        with requests.get(f"{url}{quote(name)}.npy", headers=headers, stream=True, timeout=TIMEOUT) as answer:
            answer.raise_for_status()
            for piece in answer.iter_content(65_536):
                begun.write(piece)
                if begun.tell() >= wanted:  # a server that knows no ranges sends everything: we stop listening
                    break
        begun.seek(0)
        found[place] = readers.first_drawings(begun, n)
    with open(file, "wb") as kept:  # given a name without .npy, np.save would add it
        np.save(kept, found)


DOWNLOADS = {
    "mnist": Download(
        file="mnist.npz",
        url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        digest="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",  # keras.datasets.mnist
        megabytes=11,
        licence="CC BY-SA 3.0",
        en="all 70,000 digits of MNIST",
        es="los 70 000 dígitos de MNIST",
        verify=readers.mnist,
    ),
    "wine": Download(
        file="winequality-red.csv",
        url="https://archive.ics.uci.edu/ml/machine-learning-databases/wine-quality/winequality-red.csv",
        digest=None,  # UCI publishes none
        megabytes=0.1,
        licence="CC BY 4.0",
        en="the table of 1,599 red wines",
        es="los datos de 1599 vinos tintos",
        verify=readers.wine,
    ),
    "quickdraw": drawings(
        "quickdraw_10x1000.npy",
        QUICKDRAW_CLASSES,
        QUICKDRAW_COUNT,
        en="the first 1,000 drawings of ten classes of Quick, Draw!",
        es="los primeros 1000 dibujos de diez clases de Quick, Draw!",
    ),
    "photos": Download(
        file="cats_and_dogs_filtered",
        url="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
        digest=None,  # Google publishes none
        megabytes=68,
        licence="Kaggle, Dogs vs. Cats",
        en="3,000 photos of cats and dogs",
        es="3000 fotos de gatos y perros",
        unpack=readers.unpack_photos,
        verify=readers.photos,
    ),
    "vgg16": Download(
        file="weights/vgg16_imagenet_notop.h5",
        also="weights/vgg16_imagenet_notop.weights.h5",
        url=f"{KERAS_URL}vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        digest="md5:6d6bbae143d832006294945121d1f1fc",  # keras.applications.vgg16
        megabytes=59,
        licence="CC BY 4.0",
        en="the weights of VGG16, trained on ImageNet",
        es="los pesos de VGG16, entrenada con ImageNet",
        verify=partial(readers.weights, numbers=14_714_688),
    ),
    "mobilenetv2": Download(
        file="weights/mobilenet_v2_imagenet_notop.h5",
        also="weights/mobilenet_v2_imagenet_notop.weights.h5",
        url=f"{KERAS_URL}mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
        digest=None,  # Keras publishes none
        megabytes=9,
        licence="Apache 2.0",
        en="the weights of MobileNetV2, trained on ImageNet",
        es="los pesos de MobileNetV2, entrenada con ImageNet",
        verify=partial(readers.weights, numbers=2_257_984),  # moving averages included
    ),
}


def here(name: str) -> Path | None:
    """The path of a download (a key of `DOWNLOADS`) that is in `DATA_DIR` already; else None."""
    return DOWNLOADS[name].present()


def fetch(name: str, retries: int = 0) -> Path:
    """The path of a download in `DATA_DIR`, fetched first where it is not there yet.

    Args:
        name: a key of `DOWNLOADS`.
        retries: how often to try again when the connection breaks.

    Raises:
        DataUnavailable: no network, or COURSE_OFFLINE is set, or what arrived was not the published file.
    """
    wanted = DOWNLOADS[name]
    path, reason = bring(wanted, retries)
    if path:
        return path
    raise DataUnavailable(
        tr(
            en=f"Skipped: this needs {wanted.en} ({wanted.megabytes} MB), which could not be fetched just now ({reason}). You can read on. With a network, `{COMMAND} download` brings it; then run the skipped cells again, from the first.",
            es=f"Omitido: esto necesita {wanted.es} ({wanted.megabytes} MB), que ahora no se han podido descargar ({reason}). Puedes seguir leyendo. Con conexión, `{COMMAND} download` hace esa descarga; después, ejecuta otra vez las celdas omitidas, desde la primera.",
        ),
        reason,
    )


def bring(wanted: Download, retries: int = 0) -> tuple[Path | None, str]:
    """A download's path, fetched where it is not there yet, or None and the reason, for a person."""
    reason = tr(en="COURSE_OFFLINE is set", es="la variable COURSE_OFFLINE está puesta")
    if not wanted.present() and not os.environ.get("COURSE_OFFLINE"):
        try:
            _transfer(wanted, retries)
        except (*BROKEN, CourseError) as error:
            reason = _reason(error, wanted.url)
    return wanted.present(), reason  # looked for anew: another notebook may have brought it meanwhile


def _transfer(wanted: Download, retries: int) -> None:
    """Fetch it: nothing stands under its final name before it is whole and verified."""
    import pooch  # here, because most learners never download anything

    pooch.get_logger().setLevel("ERROR")
    path = DATA_DIR / wanted.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".incoming-") as incoming:
        registry, urls = {path.name: wanted.digest}, {path.name: wanted.url}
        keeper = pooch.create(incoming, base_url="", registry=registry, urls=urls, retry_if_failed=retries)
        downloader = wanted.downloader or pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT)
        arrived = wanted.unpack(Path(keeper.fetch(path.name, downloader=downloader)))
        wanted.verify(arrived)
        if arrived.is_file():
            arrived.chmod(0o644)  # pooch leaves it to its owner alone; a class shares it
        arrived.replace(path)


def _reason(error: Exception, url: str) -> str:
    """What went wrong with a download, for a person."""
    import requests  # comes with pooch

    host = urlsplit(url).netloc
    if isinstance(error, requests.HTTPError):
        code = error.response.status_code
        return tr(en=f"{host} answered {code}, not with the file", es=f"{host} respondió {code} en vez del archivo")
    if isinstance(error, requests.Timeout):
        return tr(en=f"{host} did not answer in time", es=f"{host} no respondió a tiempo")
    if isinstance(error, requests.RequestException):
        return tr(en=f"no connection to {host}, or it broke off", es=f"sin conexión con {host}, o se cortó")
    if isinstance(error, OSError):
        problem = error.strerror or type(error).__name__
        return tr(en=f"cannot write to {DATA_DIR}: {problem}", es=f"no se puede escribir en {DATA_DIR}: {problem}")
    if isinstance(error, readers.TooFewError):
        return str(error)
    return tr(
        en=f"what came from {host} is not the whole published file; some networks send a login page instead",
        es=f"lo que llegó de {host} no es el archivo publicado completo; algunas redes envían una página de acceso",
    )


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
    except KeyboardInterrupt:  # raised in here, it would leave the kernel without an answer and the next cells running
        return ["raise KeyboardInterrupt\n"]
    return ["#" + lines[0], *lines[1:]]  # a comment in its place keeps the numbers in tracebacks right


_needs.has_side_effects = True  # IPython then leaves it out when it only asks whether a cell is complete


def register_needs() -> None:
    """Teach this notebook's kernel the cell magic `%%needs`; a second call changes nothing."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and _needs not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.insert(0, _needs)  # before IPython looks for a magic of that name
