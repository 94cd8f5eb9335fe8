"""Loaders for the course's data, and the plumbing that fetches, verifies and keeps what is not bundled.

A loader returns Keras's convention, `(x_train, y_train), (x_val, y_val), (x_test, y_test)`; images are `uint8`.
What is bundled needs no network. What is not is looked for in `DATA_DIR` first and fetched only then.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import re
import shutil
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

from helpers.language import COMMAND, CourseError, say, tr, wrap

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "mnist_5k.npz"
PHOTO = BUNDLED.with_name("chelsea.png")
# A relative COURSE_DATA counts from the course's folder, for the command line and for notebooks alike.
DATA_DIR = BUNDLED.parents[1] / Path(os.environ.get("COURSE_DATA") or "data").expanduser()
TIMEOUT = (5, 60)  # seconds that a server may take to answer, and between two pieces of a file

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
# SHA-256 of the photo's pixels, in the same format: its PNG may be packed anew.
PHOTO_SHA256 = "74488d818dc87550262a97bafb6e450864add9b07cdc5772073acfdb9a1b9d05"

Pair = tuple[np.ndarray, np.ndarray]


# What a broken transfer, a wrong digest and a damaged archive raise (requests' exceptions are OSErrors).
BROKEN = (OSError, EOFError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)


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


QUICKDRAW_CLASSES = ("apple", "bicycle", "cat", "clock", "eye", "fish", "house", "star", "tree", "umbrella")
QUICKDRAW_URL = "https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap/"
QUICKDRAW_COUNT = 1_000  # drawings of each class

KERAS_URL = "https://storage.googleapis.com/tensorflow/keras-applications/"
VGG16_NUMBERS = 14_714_688  # in its weights
MOBILENETV2_NUMBERS = 2_257_984  # moving averages included
PHOTO_COUNTS = {"train": 1_000, "validation": 500}  # photos of each class
PHOTO_CLASSES = ("cats", "dogs")

DOWNLOADS = {
    "mnist": Download(
        file="mnist.npz",
        url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        digest="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",  # keras.datasets.mnist
        megabytes=11,
        licence="CC BY-SA 3.0",
        en="all 70,000 digits of MNIST",
        es="los 70 000 dígitos de MNIST",
        verify=lambda path: _read_arrays(path, MNIST_SHA256),
    ),
    "wine": Download(
        file="winequality-red.csv",
        url="https://archive.ics.uci.edu/ml/machine-learning-databases/wine-quality/winequality-red.csv",
        digest=None,  # UCI publishes none
        megabytes=0.1,
        licence="CC BY 4.0",
        en="the table of 1,599 red wines",
        es="los datos de 1599 vinos tintos",
        verify=lambda path: _read_wine(path),
    ),
    "quickdraw": Download(
        file="quickdraw_10x1000.npy",
        url=QUICKDRAW_URL,
        digest=None,  # Google publishes none, and of parts of a file nobody could
        megabytes=7.8,
        licence="CC BY 4.0",
        en="the first 1,000 drawings of ten classes of Quick, Draw!",
        es="los primeros 1000 dibujos de diez clases de Quick, Draw!",
        verify=lambda path: _read_drawings(path, len(QUICKDRAW_CLASSES), QUICKDRAW_COUNT),
        downloader=lambda url, file, pooch: _download_drawings(url, Path(file), QUICKDRAW_CLASSES, QUICKDRAW_COUNT),
    ),
    "photos": Download(
        file="cats_and_dogs_filtered",
        url="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
        digest=None,  # Google publishes none
        megabytes=68,
        licence="Kaggle, Dogs vs. Cats",
        en="3,000 photos of cats and dogs",
        es="3000 fotos de gatos y perros",
        unpack=lambda path: _unpack_photos(path),
        verify=lambda path: _require_photos(path, every=True),
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
        verify=lambda path: _require_weights(path, VGG16_NUMBERS),
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
        verify=lambda path: _require_weights(path, MOBILENETV2_NUMBERS),
    ),
}

# Lowest and highest value that each column of the red wines may have: the table's own extremes, rounded outwards.
WINE_RANGES = {
    "fixed acidity": (4, 16),  # g/dm³, as tartaric acid
    "volatile acidity": (0.1, 1.6),  # g/dm³, as acetic acid
    "citric acid": (0, 1),  # g/dm³
    "residual sugar": (0.9, 16),  # g/dm³
    "chlorides": (0.01, 0.62),  # g/dm³, as sodium chloride
    "free sulfur dioxide": (1, 72),  # mg/dm³
    "total sulfur dioxide": (6, 289),  # mg/dm³
    "density": (0.99, 1.004),  # g/cm³
    "pH": (2.7, 4.1),
    "sulphates": (0.3, 2),  # g/dm³, as potassium sulphate
    "alcohol": (8, 15),  # % by volume
    "quality": (3, 8),  # median of at least three tasters' marks from 0 to 10
}
WINE_ROWS = 1_599


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


def photo() -> np.ndarray:
    """Load the course's photo: Chelsea the cat, by Stéfan van der Walt (CC0), bundled.

    Returns:
        Shape (200, 300, 3), `uint8`: height, width, and red, green, blue from 0 (dark) to 255 (bright).

    Raises:
        CourseError: the file is missing or damaged.
    """
    from PIL import Image  # here, because most lessons show no photo

    try:
        with Image.open(PHOTO) as image:
            pixels = np.array(image)
        intact = idx_sha256(pixels) == PHOTO_SHA256
    except (OSError, SyntaxError, ValueError):  # Pillow raises SyntaxError for a broken PNG
        intact = False
    if not intact:
        raise CourseError(
            tr(
                en=f"{PHOTO} is missing, damaged or another picture. Bring it back with `git checkout data/chelsea.png`, or "
                "take the file from a fresh copy of the course. Nothing was changed.",
                es=f"{PHOTO} falta, está dañado o es otra imagen. Recupéralo con `git checkout data/chelsea.png` o copia el "
                "archivo de una descarga nueva del curso. No se ha cambiado nada.",
            )
        )
    return pixels


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
    except Exception:  # damaged files make NumPy raise nearly anything, MemoryError and SyntaxError included
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
            en=f"Move it away and type `{COMMAND} download`, which fetches it again.",
            es=f"Quítalo de ahí y escribe `{COMMAND} download`, que lo descarga de nuevo.",
        )
    raise CourseError(
        tr(
            en=f"{path} is missing, damaged or not MNIST. {remedy} Nothing was changed.",
            es=f"{path} falta, está dañado o no es MNIST. {remedy} No se ha cambiado nada.",
        )
    )


def red_wine() -> tuple[Pair, Pair, Pair]:
    """Load the red wines: 11 laboratory measurements of each, and the quality that tasters gave it.

    1,599 Portuguese *vinho verde* wines, fetched once (84 kB), split by a fixed permutation into 60 % training, 20 %
    validation and 20 % test. Many rows stand in the table more than once; wines with the same eleven measurements
    always land in the same set, so that no set holds the answer to another's question.

    Some copies of the file have lost decimal points to a spreadsheet of another country (density 1.00369 became 100369).
    Where a whole number is out of its column's range and exactly one place for the point brings it back, the point is
    put there, in memory: the file stays as it is. Anything else out of range is refused.

    Returns:
        `(x_train, y_train), (x_val, y_val), (x_test, y_test)`: measurements of shape (N, 11), `float32`, unscaled, in
        the order and units of `WINE_RANGES`; quality of shape (N,), `float32`, 3 to 8 (whole marks; higher is better).

    Raises:
        CourseError: the file is not this table, or holds a value that cannot be one of its column's.
        DataUnavailable: the file is not here and could not be fetched.

    Source: P. Cortez, A. Cerdeira, F. Almeida, T. Matos and J. Reis, *Modeling wine preferences by data mining from
    physicochemical properties*, 2009; UCI Machine Learning Repository.
    """
    wines = _read_wine(fetch("wine"))
    x, y = wines[:, :-1], wines[:, -1]
    _, wine = np.unique(x, axis=0, return_inverse=True)
    wine = wine.reshape(-1)  # some versions of NumPy return a column
    count = wine.max() + 1
    place = np.random.RandomState(0).permutation(count)[wine] / count  # the legacy generator: its stream is frozen
    train, val, test = place < 0.6, (place >= 0.6) & (place < 0.8), place >= 0.8
    return (x[train], y[train]), (x[val], y[val]), (x[test], y[test])


def _read_wine(path: Path) -> np.ndarray:
    """The table of red wines, shape (1599, 12), `float32`; raises CourseError with a sentence where it is not that."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = [row for row in csv.reader(file, delimiter=";") if row]
    except (OSError, ValueError, csv.Error):
        header, rows = [], []
    if header != list(WINE_RANGES):
        raise _not_the_wines(
            path,
            en=f"its columns are not the expected {len(WINE_RANGES)}, separated by semicolons",
            es=f"sus columnas no son las {len(WINE_RANGES)} previstas, separadas por punto y coma",
        )
    if len(rows) != WINE_ROWS:
        raise _not_the_wines(
            path,
            en=f"it has {len(rows)} wines instead of {WINE_ROWS}",
            es=f"tiene {len(rows)} vinos en vez de {WINE_ROWS}",
        )
    values = np.empty((WINE_ROWS, len(header)), np.float32)
    for number, row in enumerate(rows):
        if len(row) != len(header):
            raise _not_the_wines(
                path,
                en=f"row {number + 1} below the header has {len(row)} values instead of {len(header)}",
                es=f"la fila {number + 1} bajo el encabezado tiene {len(row)} valores en vez de {len(header)}",
            )
        for column, (name, text) in enumerate(zip(header, row, strict=True)):
            value = _wine_value(text, *WINE_RANGES[name])
            if value is None:
                raise _not_the_wines(
                    path,
                    en=f"row {number + 1} below the header has {text!r} in the column {name!r}",
                    es=f"la fila {number + 1} bajo el encabezado tiene {text!r} en la columna {name!r}",
                )
            values[number, column] = value
    return values


def _wine_value(text: str, low: float, high: float) -> float | None:
    """The number if it is in range; if a lost decimal point explains it in exactly one way, with the point; else None."""
    readings = [text]
    if text.isascii() and text.isdigit() and not low <= float(text) <= high:
        readings = [f"{text[:place]}.{text[place:]}" for place in range(1, len(text))]
    try:
        fitting = [value for value in map(float, readings) if low <= value <= high]
    except ValueError:
        return None
    return fitting[0] if len(fitting) == 1 else None


def _not_the_wines(path: Path, en: str, es: str) -> CourseError:
    return CourseError(
        tr(
            en=f"{path} is not UCI's table of red wines: {en}. Move it away and type `{COMMAND} download`, which "
            "fetches it again. Nothing was changed.",
            es=f"{path} no es la tabla de vinos tintos de UCI: {es}. Quítalo de ahí y escribe `{COMMAND} download`, "
            "que lo descarga de nuevo. No se ha cambiado nada.",
        )
    )


def quickdraw(classes: Sequence[str] = QUICKDRAW_CLASSES, n: int = QUICKDRAW_COUNT) -> tuple[Pair, Pair, Pair]:
    """Load the first `n` drawings of each class of Google's Quick, Draw!, fetched once.

    Only the beginning of each class's file is asked for (an HTTP Range request, 0.8 MB per 1,000 drawings; a whole file
    has about 100 MB). The ten classes of `QUICKDRAW_CLASSES` come in one file of the course's downloads; any other class
    (the site names 345), or more than 1,000 drawings, gets a file of its own beside it.

    Returns:
        `(x_train, y_train), (x_val, y_val), (x_test, y_test)`, 60 / 20 / 20 % of each class, the classes taking turns:
        drawings of shape (N, 28, 28), `uint8`, 0 (paper) to 255 (ink); labels of shape (N,), `uint8`, places in `classes`.

    Raises:
        CourseError: fewer than 5 drawings were asked for, or a file holds something else.
        DataUnavailable: the drawings are not here and could not be fetched.

    Source: J. Jongejan and others, *The Quick, Draw! Dataset*, Google, 2017, CC BY 4.0.
    """
    if n < 5 or not classes or len(set(classes)) != len(classes):
        raise CourseError(
            tr(
                en=f"quickdraw() wants different classes and at least 5 drawings of each, not {list(classes)} and {n}.",
                es=f"quickdraw() espera clases distintas y al menos 5 dibujos de cada una, no {list(classes)} y {n}.",
            )
        )
    if set(classes) <= set(QUICKDRAW_CLASSES) and n <= QUICKDRAW_COUNT:
        everything = _read_drawings(fetch("quickdraw"), len(QUICKDRAW_CLASSES), QUICKDRAW_COUNT)
        drawings = everything[[QUICKDRAW_CLASSES.index(name) for name in classes], :n]
    else:
        drawings = np.concatenate([_drawings_of(name, n) for name in classes])
    ends = int(0.6 * n), int(0.8 * n), n
    labels = np.arange(len(classes), dtype=np.uint8)

    def turns(begin: int, end: int) -> Pair:
        part = drawings[:, begin:end].swapaxes(0, 1)  # one drawing of each class, then the next of each
        return part.reshape(-1, 28, 28), np.tile(labels, end - begin)

    return turns(0, ends[0]), turns(ends[0], ends[1]), turns(ends[1], ends[2])


def _drawings_of(name: str, n: int) -> np.ndarray:
    """The first `n` drawings of one class, shape (1, n, 28, 28), from a file of its own, fetched where it is not there."""
    key = f"quickdraw_{n}_{''.join(c if c.isalnum() else '_' for c in name)}"
    path = DATA_DIR / f"{key}.npy"
    reason = _offline()
    if not path.exists() and not os.environ.get("COURSE_OFFLINE"):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".incoming-") as incoming:
                arrived = Path(incoming, path.name)
                _download_drawings(DOWNLOADS["quickdraw"].url, arrived, [name], n)
                arrived.replace(path)
        except (OSError, ValueError) as error:
            reason = str(error) if isinstance(error, ValueError) else _why(error, DOWNLOADS["quickdraw"].url)
    if path.exists():
        return _read_drawings(path, 1, n)
    raise DataUnavailable(
        tr(
            en=f"Skipped: this needs the first {n} drawings of {name!r} from Quick, Draw! ({784 * n / 1e6:.1f} MB), which "
            f"could not be fetched just now ({reason}); with a network, and a class that quickdraw.withgoogle.com/data names, "
            "the same call brings them.",
            es=f"Omitido: esto necesita los primeros {n} dibujos de {name!r} de Quick, Draw! ({784 * n / 1e6:.1f} MB), que "
            f"ahora no se han podido descargar ({reason}); con conexión, y con una clase que figure en "
            "quickdraw.withgoogle.com/data, la misma llamada los trae.",
        ),
        reason,
    )


def _download_drawings(url: str, path: Path, classes: Sequence[str], n: int) -> None:
    """Write the first `n` drawings of each class to one `.npy` of shape (classes, n, 28, 28), by HTTP Range requests.

    Raises OSError (requests' exceptions are such) or ValueError when what arrives is not the beginning of such a file.
    """
    import requests  # comes with pooch
    from tqdm.auto import tqdm

    drawings = np.empty((len(classes), n, 28, 28), np.uint8)
    room = 1_024  # for the header that a .npy begins with: 80 or 128 bytes
    for place, name in enumerate(tqdm(classes, unit="class", leave=False, disable=len(classes) == 1)):
        wanted = room + 784 * n
        whole = f"{url}{quote(name)}.npy"
        headers = {"Range": f"bytes=0-{wanted - 1}", "Accept-Encoding": "identity"}
        with requests.get(whole, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            answer.raise_for_status()
            begun = io.BytesIO()  # a server that knows no ranges sends everything: we stop listening
            for piece in answer.iter_content(65_536):
                begun.write(piece)
                if begun.tell() >= wanted:
                    break
        begun.seek(0)
        if np.lib.format.read_magic(begun) != (1, 0):
            raise ValueError(f"{name}: not a .npy of version 1.0")
        shape, by_column, kind = np.lib.format.read_array_header_1_0(begun)
        if by_column or kind != np.uint8 or len(shape) != 2 or shape[1] != 784:
            raise ValueError(f"{name}: an array of {kind} and shape {shape}, not of uint8 and (N, 784)")
        if shape[0] < n:
            raise ValueError(f"{name}: {shape[0]} drawings, not {n}")
        pixels = begun.read(784 * n)
        if len(pixels) != 784 * n:
            raise ValueError(f"{name}: cut off after {begun.tell()} bytes")
        drawings[place] = np.frombuffer(pixels, np.uint8).reshape(n, 28, 28)
    with path.open("wb") as file:  # given a name without .npy, np.save would add it
        np.save(file, drawings)


def _read_drawings(path: Path, classes: int, n: int) -> np.ndarray:
    """The drawings in a file of ours, shape (classes, n, 28, 28); raises CourseError with a sentence where it is not that."""
    try:
        drawings = np.load(path, allow_pickle=False)
        fits = drawings.dtype == np.uint8 and drawings.shape == (classes, n, 28, 28)
        if fits and drawings.any(axis=(1, 2, 3)).all() and not drawings.all(axis=(1, 2, 3)).any():  # ink and paper
            return drawings
    except Exception:  # as in _read_arrays
        pass
    raise CourseError(
        tr(
            en=f"{path} does not hold the first {n} drawings of {classes} classes of Quick, Draw!. Move it away, and it is "
            "fetched again when it is needed. Nothing was changed.",
            es=f"{path} no contiene los primeros {n} dibujos de {classes} clases de Quick, Draw!. Quítalo de ahí y se "
            "descargará de nuevo cuando haga falta. No se ha cambiado nada.",
        )
    )


def cats_and_dogs() -> tuple[Path, Path]:
    """The folders of 2,000 + 1,000 photos of cats and dogs, fetched once (68 MB).

    Nothing is read into memory: `keras.utils.image_dataset_from_directory` streams them. The second folder is for
    validation *and* test, half each: with `shuffle=False` every other photo, `.shard(2, 0)` and `.shard(2, 1)`, makes two
    halves with as many cats as dogs.

    Returns:
        The folders `train` and `validation`, each with a folder of JPEGs for each class, `cats` and `dogs`. Where they do
        not hold 1,000 and 500 of each, a sentence says so.

    Raises:
        CourseError: a class has no photos.
        DataUnavailable: the photos are not here and could not be fetched.

    Source: a selection by Google for its course on TensorFlow, from Kaggle's competition *Dogs vs. Cats*, 2013.
    """
    folder = fetch("photos")
    _require_photos(folder, every=False)
    return folder / "train", folder / "validation"


def _require_photos(folder: Path, every: bool) -> None:
    """Raise CourseError where a class has no photos; with `every`, unless all are there and begin as JPEGs do."""
    counts = {}
    for split, expected in PHOTO_COUNTS.items():
        for name in PHOTO_CLASSES:
            files = sorted((folder / split / name).glob("*.jpg"))
            counts[f"{split}/{name}"] = (len(files), expected)
            whole = not every or (len(files) == expected and all(map(_looks_like_jpeg, files)))
            if not files or not whole:
                raise CourseError(
                    tr(
                        en=f"{folder / split / name} does not hold the {expected} photos expected, but {len(files)}, or damaged "
                        f"ones. Move the folder cats_and_dogs_filtered away and type `{COMMAND} download`, which "
                        "fetches it again. Nothing was changed.",
                        es=f"{folder / split / name} no contiene las {expected} fotos previstas, sino {len(files)}, o las hay "
                        f"dañadas. Quita de ahí la carpeta cats_and_dogs_filtered y escribe `{COMMAND} download`, que "
                        "la descarga de nuevo. No se ha cambiado nada.",
                    )
                )
    if any(found != expected for found, expected in counts.values()):
        listed = ", ".join(f"{name} {found} ({expected})" for name, (found, expected) in counts.items())
        say(
            tr(
                en=f"These are not all the photos, or not the same ones, so your figures will differ from ours: {listed}.",
                es=f"Estas no son todas las fotos, o no son las mismas, así que tus cifras no serán las nuestras: {listed}.",
            )
        )


def _looks_like_jpeg(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\xff\xd8"


def _unpack_photos(archive: Path) -> Path:
    """Take the photos, and nothing else, out of the archive; the folder `cats_and_dogs_filtered`, next to it.

    Raises zipfile.BadZipFile where a member's CRC does not fit. Names are compared with those expected, so no member
    can land elsewhere, and the sizes that the archive announces are bounded: 3,000 photos, not a bomb.
    """
    wanted = re.compile(rf"cats_and_dogs_filtered/({'|'.join(PHOTO_COUNTS)})/({'|'.join(PHOTO_CLASSES)})/[\w.-]+\.jpg")
    folder = archive.with_name("unpacked")
    with zipfile.ZipFile(archive) as photos:
        members = [member for member in photos.infolist() if wanted.fullmatch(member.filename)]
        if sum(member.file_size for member in members) > 500e6:
            raise ValueError("the archive holds more than 500 MB")
        photos.extractall(folder, members)
    return folder / "cats_and_dogs_filtered"


def _require_weights(path: Path, numbers: int) -> None:
    """Raise CourseError unless this is an HDF5 file of layers' weights with that many numbers in all, none of them NaN."""
    import h5py  # comes with Keras

    found = []

    def visit(name: str, thing: object) -> None:
        if isinstance(thing, h5py.Dataset):
            found.append(thing)

    try:
        with h5py.File(path) as file:
            file.visititems(visit)
            # The sizes first: a damaged file can announce more than any memory holds.
            whole = sum(part.size for part in found) == numbers and all(np.isfinite(part[()]).all() for part in found)
    except Exception:  # damaged files raise nearly anything
        whole = False
    if not whole:
        raise CourseError(
            tr(
                en=f"{path} does not hold the {numbers:,} weights expected. Move it away and type `{COMMAND} download`, "
                "which fetches it again. Nothing was changed.",
                es=f"{path} no contiene los {f'{numbers:_}'.replace('_', ' ')} pesos previstos. Quítalo de ahí y escribe "
                f"`{COMMAND} download`, que lo descarga de nuevo. No se ha cambiado nada.",
            )
        )


def here(name: str) -> Path | None:
    """The path of a download (a key of `DOWNLOADS`) that is in `DATA_DIR` already, under either name; else None."""
    download = DOWNLOADS[name]
    paths = [DATA_DIR / file for file in (download.file, download.also) if file]
    return next((path for path in paths if path.exists()), None)


def fetch(name: str, retries: int = 0) -> Path:
    """The path of a download in `DATA_DIR`, fetched first where it is not there yet.

    Args:
        name: a key of `DOWNLOADS`.
        retries: how often to try again when the connection breaks.

    Raises:
        DataUnavailable: no network, or COURSE_OFFLINE is set, or what arrived was not the published file.
    """
    download = DOWNLOADS[name]
    reason = _offline()
    if not here(name) and not os.environ.get("COURSE_OFFLINE"):
        try:
            _bring(download, retries)
        except (*BROKEN, CourseError) as error:
            reason = _why(error, download.url)
    present = here(name)  # looked for anew: another notebook may have brought it meanwhile
    if present:
        return present
    raise DataUnavailable(
        tr(
            en=f"Skipped: this needs {download.en} ({download.megabytes} MB), which could not be fetched just now "
            f"({reason}). You can read on. With a network, `{COMMAND} download` brings it; then run the skipped "
            "cells again, from the first.",
            es=f"Omitido: esto necesita {download.es} ({download.megabytes} MB), que ahora no se han podido descargar "
            f"({reason}). Puedes seguir leyendo. Con conexión, `{COMMAND} download` hace esa descarga; después, ejecuta otra "
            "vez las celdas omitidas, desde la primera.",
        ),
        reason,
    )


def _bring(download: Download, retries: int) -> None:
    """Fetch it: nothing stands under its final name before it is whole and verified."""
    import pooch  # here, because most learners never download anything

    pooch.get_logger().setLevel("ERROR")
    path = DATA_DIR / download.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".incoming-") as incoming:
        keeper = pooch.create(
            path=incoming,
            base_url="",
            registry={path.name: download.digest},
            urls={path.name: download.url},
            retry_if_failed=retries,
        )
        downloader = download.downloader or pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT)
        arrived = download.unpack(Path(keeper.fetch(path.name, downloader=downloader)))
        download.verify(arrived)
        if arrived.is_file():
            arrived.chmod(0o644)  # pooch leaves it to its owner alone; a class shares it
        arrived.replace(path)


def _offline() -> str:
    return tr(en="COURSE_OFFLINE is set", es="la variable COURSE_OFFLINE está puesta")


def _why(error: Exception, url: str) -> str:
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
    return tr(
        en=f"what came from {host} is not the whole published file; some networks send a login page instead",
        es=f"lo que llegó de {host} no es el archivo publicado completo; algunas redes envían una página de acceso",
    )


def list_downloads() -> int:
    """Say what the course can fetch, and what of it is here; the exit status, 0."""
    total = sum(download.megabytes for download in DOWNLOADS.values())
    print(
        tr(en=f"{DATA_DIR} (✓ is here; {total:.0f} MB in all)", es=f"{DATA_DIR} (✓ ya está; {total:.0f} MB en total)")
    )
    for name, download in DOWNLOADS.items():
        print(f"{'✓' if here(name) else '–'} {name:12}{download.megabytes:5} MB  {_about(download)}")
    return 0


def _about(download: Download) -> str:
    return f"{tr(en=download.en, es=download.es)} ({tr(en='licence', es='licencia')}: {download.licence})"


def download_all() -> int:
    """Fetch every download of the course into `DATA_DIR`, verify also what was there, and say what is missing.

    Returns:
        The exit status: 0, 1 where something is missing or damaged, 130 where it was stopped by Ctrl-C.
    """
    _sweep()
    missing = []
    try:
        for name, download in DOWNLOADS.items():
            print(f"{_about(download)}, {download.megabytes} MB", flush=True)
            try:
                present = here(name)
                if present:
                    download.verify(present)
                print(f"  ✓ {present or fetch(name, retries=3)}", flush=True)
            except (CourseError, OSError) as error:
                missing.append(name)
                print(f"  ✗ {getattr(error, 'reason', error)}", flush=True)
    except KeyboardInterrupt:
        print(
            tr(
                en="\nStopped. What was whole stays; the same command goes on with the rest.",
                es="\nDetenido. Lo que estaba completo se queda; repite la misma orden para seguir con el resto.",
            )
        )
        return 130
    if not missing:
        say(
            tr(
                en=f"Everything is here, whole and verified. For another machine, copy {DATA_DIR} to the folder data/ of its "
                "course, or set COURSE_DATA to a copy.",
                es=f"Está todo, completo y comprobado. Para otro equipo, copia {DATA_DIR} en la carpeta data/ de su curso o "
                "pon en COURSE_DATA la ruta de una copia.",
            )
        )
        return 0
    if os.environ.get("COURSE_OFFLINE"):
        first = tr(en="Unset COURSE_OFFLINE", es="Quita la variable COURSE_OFFLINE")
    else:
        first = tr(
            en="Check your internet connection (or your school's proxy)",
            es="Comprueba tu conexión a internet (o el proxy de tu centro)",
        )
    say(
        tr(
            en=f"Missing or damaged: {', '.join(missing)}. {first}, see what stands beside ✗, and type the same command "
            "again: it fetches only what is missing. Until then, cells that need it say so, and the lessons go on.",
            es=f"Falta o está dañado: {', '.join(missing)}. {first}, mira lo que dice junto a ✗ y repite la misma orden: solo "
            "descarga lo que falta. Mientras tanto, las celdas que lo necesitan lo dicen y las lecciones siguen.",
        )
    )
    return 1


def _sweep() -> None:
    """Remove what killed downloads left behind: folders `.incoming-…` in which nothing has changed for an hour."""
    for folder in [*DATA_DIR.glob(".incoming-*"), *DATA_DIR.glob("weights/.incoming-*")]:
        with contextlib.suppress(OSError):  # it may belong to another notebook, which has just finished
            if max(path.stat().st_mtime for path in [folder, *folder.rglob("*")]) < time.time() - 3600:
                shutil.rmtree(folder)


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
