"""Reads the course's data files; a reader returns what its file holds, or raises CourseError where it is not what it should be.

So reading is verifying: the loaders read what is on the disk, `helpers/downloads.py` what has just arrived.
"""

from __future__ import annotations

import csv
import hashlib
import re
import struct
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from helpers.language import COMMAND, CourseError, say, tr

FILES = tomllib.loads(Path(__file__).with_name("files.toml").read_text("utf-8"))
MNIST_SHA256, MNIST_5K_SHA256 = FILES["mnist"]["holds"], FILES["mnist_5k"]["holds"]
PHOTO_SHA256 = FILES["chelsea"]["holds"]["pixels"]
WINE_RANGES = FILES["wine"]["holds"]  # the lowest and highest value of each column
WINE_ROWS = 1_599
FEATURES_SHA256 = FILES["vgg16_features"]["holds"]
PHOTO_COUNTS = FILES["photos"]["holds"]  # of each class
PHOTO_CLASSES = ("cats", "dogs")
QUICKDRAW_CLASSES = ("cat", "rainbow", "train")
QUICKDRAW_COUNT = 1_000  # drawings of each class


class TooFewError(ValueError):
    """Whole, but with less in it than was asked for; the message says so to the learner."""


def idx_sha256(array: np.ndarray) -> str:
    """SHA-256 of a `uint8` array in the IDX format: magic number, sizes (big-endian), then the bytes in C order.

    Source: the file format described on MNIST's page by LeCun, Cortes and Burges.
    """
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 0x08, array.ndim, *array.shape)
    return hashlib.sha256(header + np.ascontiguousarray(array, np.uint8).tobytes()).hexdigest()


def digits(path: Path, digests: dict[str, str], bundled: str = "") -> dict[str, np.ndarray]:
    """MNIST's arrays of these names, which must have these digests; `bundled`: the file's path in the course, if it came with it."""
    return _arrays(path, digests, bundled, en="is missing, damaged or not MNIST", es="falta, está dañado o no es MNIST")


def features(path: Path) -> dict[str, np.ndarray]:
    """VGG16's features of the photos: arrays `features`, `mirrored`, `divided`, `labels` and `files`."""
    en, es = (
        "is missing, damaged or of another version of the course",
        "falta, está dañado o es de otra versión del curso",
    )
    return _arrays(path, FEATURES_SHA256, "data/vgg16_features.npz", en=en, es=es)


def _arrays(path: Path, digests: dict[str, str], bundled: str, **both: str) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file, which must have these digests; `both` says in two languages what the file is otherwise."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in digests}
        if all(idx_sha256(arrays[name].view(np.uint8)) == digest for name, digest in digests.items()):
            return arrays
    except Exception:  # damaged files make NumPy raise nearly anything, MemoryError and SyntaxError included
        pass
    raise _refused(path, bundled, **both)


def chelsea(path: Path) -> np.ndarray:
    """The photo that comes with the course, shape (200, 300, 3), `uint8`."""
    from PIL import Image  # here, because most lessons show no photo

    try:
        with Image.open(path) as image:
            pixels = np.array(image)
        if idx_sha256(pixels) == PHOTO_SHA256:
            return pixels
    except (OSError, SyntaxError, ValueError):  # Pillow raises SyntaxError for a broken PNG
        pass
    raise _refused(
        path, "data/chelsea.png", en="is missing, damaged or another picture", es="falta, está dañado o es otra imagen"
    )


def wine(path: Path) -> np.ndarray:
    """The table of red wines, shape (1599, 12), `float32`, its columns those of `WINE_RANGES`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = [row for row in csv.reader(file, delimiter=";") if row]
    except (OSError, ValueError, csv.Error):
        header, rows = [], []
    for why in _not_of_the_wines(header, rows):
        raise _refused(
            path, en=f"is not UCI's table of red wines: {why}", es=f"no es la tabla de vinos tintos de UCI: {why}"
        )
    return np.array(
        [[_wine_value(*cell) for cell in zip(row, WINE_RANGES.values(), strict=True)] for row in rows], np.float32
    )


def _not_of_the_wines(header: list[str], rows: list[list[str]]) -> Iterator[str]:
    """What in a table is not as in that of the wines, in the learner's language."""
    if header != list(WINE_RANGES):
        yield tr(
            en=f"its columns are not the expected {len(WINE_RANGES)}, separated by semicolons",
            es=f"sus columnas no son las {len(WINE_RANGES)} previstas, separadas por punto y coma",
        )
    if (n := len(rows)) != WINE_ROWS:
        yield tr(en=f"it has {n} wines instead of {WINE_ROWS}", es=f"tiene {n} vinos en vez de {WINE_ROWS}")
    for number, row in enumerate(rows, 1):
        where = tr(en=f"row {number} below the header has ", es=f"la fila {number} bajo el encabezado tiene ")
        if (n := len(row)) != len(header):
            yield where + tr(en=f"{n} values instead of {len(header)}", es=f"{n} valores en vez de {len(header)}")
        for text, (name, limits) in zip(row, WINE_RANGES.items(), strict=False):
            if np.isnan(_wine_value(text, limits)):
                yield where + tr(en=f"{text!r} in the column {name!r}", es=f"{text!r} en la columna {name!r}")


def _wine_value(text: str, limits: tuple[float, float]) -> float:
    """The number if it is in range; if a lost decimal point explains it in exactly one way, with the point; else NaN."""
    low, high = limits
    readings = [text]
    if text.isascii() and text.isdigit() and not low <= float(text) <= high:
        readings = [f"{text[:place]}.{text[place:]}" for place in range(1, len(text))]
    try:
        fitting = [value for value in map(float, readings) if low <= value <= high]
    except ValueError:
        fitting = []
    return fitting[0] if len(fitting) == 1 else np.nan


def drawings(path: Path, n: int) -> np.ndarray:
    """The first `n` drawings of one class of Quick, Draw!, shape (n, 28, 28), `uint8`; the file may hold more."""
    try:
        with path.open("rb") as file:
            found = first_drawings(file, n)
        if found.any() and not found.all():  # ink and paper
            return found
    except Exception:  # as in _arrays
        pass
    raise _refused(
        path,
        en=f"does not hold {n} drawings of Quick, Draw!, or is damaged",
        es=f"no contiene {n} dibujos de Quick, Draw!, o está dañado",
    )


def has_drawings(path: Path, n: int) -> bool:
    """Whether a class's file is there, and not whole with fewer than `n` drawings; of a damaged one `drawings` tells."""
    try:
        with path.open("rb") as file:
            first_drawings(file, n)
    except Exception as error:
        return path.exists() and not isinstance(error, TooFewError)
    return True


def first_drawings(file: BinaryIO, n: int) -> np.ndarray:
    """The first `n` drawings, shape (n, 28, 28), of which Google's `.npy` of one class may hold the beginning only.

    Raises ValueError where it is no such file or ends too early; TooFewError, which is one, where the class has fewer drawings.
    """
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("not a .npy of version 1.0")
    shape, by_column, kind = np.lib.format.read_array_header_1_0(file)
    if by_column or kind != np.uint8 or shape[1:] != (784,):
        raise ValueError(f"an array of {kind} and shape {shape}, not of uint8 and (N, 784)")
    if shape[0] < n:
        raise TooFewError(
            tr(en=f"the class has {shape[0]} drawings, not {n}", es=f"la clase tiene {shape[0]} dibujos, no {n}")
        )
    return np.frombuffer(file.read(784 * n), np.uint8).reshape(n, 28, 28)


def photos(folder: Path, every: bool = True) -> None:
    """Look through the photos: every one has to be there and begin as JPEGs do; or, not `every`, at least one of each class."""
    expected = {f"{split}/{name}": count for split, count in PHOTO_COUNTS.items() for name in PHOTO_CLASSES}
    found = {name: sorted((folder / name).glob("*.jpg")) for name in expected}
    for name, files in found.items():
        whole = len(files) == expected[name] and all(map(_looks_like_jpeg, files)) if every else files
        if not whole:
            raise _refused(
                folder,
                en=f"does not hold the {expected[name]} photos of {name} expected, but {len(files)}, or damaged ones",
                es=f"no contiene las {expected[name]} fotos previstas de {name}, sino {len(files)}, o las hay dañadas",
            )
    if any(len(files) != expected[name] for name, files in found.items()):
        listed = ", ".join(f"{name} {len(files)} ({expected[name]})" for name, files in found.items())
        say(
            en=f"These are not all the photos, or not the same ones, so your figures will differ from ours: {listed}.",
            es=f"Estas no son todas las fotos, o no son las mismas, así que tus cifras no serán las nuestras: {listed}.",
        )


def _looks_like_jpeg(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\xff\xd8"


def unpack_photos(archive: Path) -> Path:
    """Take the photos, and nothing else, out of the archive; the folder `cats_and_dogs_filtered`, next to it.

    Names are compared with those expected, so no member can land elsewhere, and the sizes that the archive announces are
    bounded: 3,000 photos, not a bomb. Raises zipfile.BadZipFile where a member's CRC does not fit.
    """
    wanted = re.compile(rf"cats_and_dogs_filtered/({'|'.join(PHOTO_COUNTS)})/({'|'.join(PHOTO_CLASSES)})/[\w.-]+\.jpg")
    folder = archive.with_name("unpacked")
    with zipfile.ZipFile(archive) as file:
        members = [member for member in file.infolist() if wanted.fullmatch(member.filename)]
        if sum(member.file_size for member in members) > 500e6:
            raise ValueError("the archive holds more than 500 MB")
        file.extractall(folder, members)
    return folder / "cats_and_dogs_filtered"


def weights(path: Path, numbers: int) -> None:
    """Look through an HDF5 file of layers' weights: so many numbers in all, each of them finite."""
    import h5py  # comes with Keras

    found = []
    try:
        with h5py.File(path) as file:
            file.visititems(lambda name, thing: found.append(thing) if isinstance(thing, h5py.Dataset) else None)
            # The sizes first: a damaged file can announce more than any memory holds.
            if sum(part.size for part in found) == numbers and all(np.isfinite(part[()]).all() for part in found):
                return
    except Exception:  # as in _arrays
        pass
    raise _refused(
        path,
        en=f"does not hold the {numbers:,} weights expected",
        es=f"no contiene los {f'{numbers:_}'.replace('_', ' ')} pesos previstos",
    )


def _refused(path: Path, bundled: str = "", *, en: str, es: str) -> CourseError:
    """What is wrong with a file, and what to do: fetch it again; or bring it back, if the course comes with it as `bundled`."""
    remedy = tr(
        en=f"Move it away, and it is fetched again when it is needed, or by `{COMMAND} download`.",
        es=f"Quítalo de ahí y se descargará de nuevo cuando haga falta, o con `{COMMAND} download`.",
    )
    if bundled:
        remedy = tr(
            en=f"Bring it back with `git checkout {bundled}`, or take the file from a fresh copy of the course.",
            es=f"Recupéralo con `git checkout {bundled}` o copia el archivo de una descarga nueva del curso.",
        )
    return CourseError(
        en=f"{path} {en}. {remedy} Nothing was changed.", es=f"{path} {es}. {remedy} No se ha cambiado nada."
    )
