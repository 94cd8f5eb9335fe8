"""Loaders for the course's data. What is bundled needs no network; the rest is fetched once (`helpers/downloads.py`).

A loader returns Keras's convention, `(x_train, y_train), (x_val, y_val), (x_test, y_test)`; images are `uint8`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers import ROOT, downloads, readers
from helpers.downloads import fetch
from helpers.language import CourseError

BUNDLED = ROOT / "data" / "mnist_5k.npz"
PHOTO = ROOT / "data" / "chelsea.png"
FEATURES = ROOT / "data" / "vgg16_features.npz"

Pair = tuple[np.ndarray, np.ndarray]


def load_mnist(full: bool = False) -> tuple[Pair, Pair, Pair]:
    """Load MNIST digits: the course's 5,000, which are bundled, or with `full=True` all 70,000, fetched once (11 MB).

    The 5,000 (500 per class, all from MNIST's training set) are split 1,000 / 1,000 / 3,000. Digits come in rounds of ten, each
    class once, so each split is stratified, and so is any training prefix whose length is a multiple of 10. The 70,000 are
    split 55,000 / 5,000 / 10,000; the test set is MNIST's.

    Returns `(x_train, y_train), (x_val, y_val), (x_test, y_test)`: images of shape (N, 28, 28), `uint8`, 0 (paper) to 255
    (ink); labels of shape (N,), `uint8`, 0 to 9. Raises CourseError where the file is damaged or not MNIST, DataUnavailable
    where it is not here and could not be fetched.
    """
    if full:
        arrays = readers.digits(fetch("mnist"), readers.MNIST_SHA256)
        (x, y), test = (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
        return (x[:55_000], y[:55_000]), (x[55_000:], y[55_000:]), test
    arrays = readers.digits(BUNDLED, readers.MNIST_5K_SHA256, bundled="data/mnist_5k.npz")
    x, y = arrays["x"], arrays["y"]
    return (x[:1_000], y[:1_000]), (x[1_000:2_000], y[1_000:2_000]), (x[2_000:], y[2_000:])


def photo() -> np.ndarray:
    """Load the course's photo: Chelsea the cat, by Stéfan van der Walt (CC0), bundled.

    Returns shape (200, 300, 3), `uint8`: height, width, and red, green, blue from 0 (dark) to 255 (bright). Raises CourseError
    where the file is missing or damaged.
    """
    return readers.chelsea(PHOTO)


def red_wine() -> tuple[Pair, Pair, Pair]:
    """Load the red wines: 11 laboratory measurements of each, and the quality that tasters gave it.

    1,599 Portuguese *vinho verde* wines, fetched once (84 kB), split by a fixed permutation into 60 % training, 20 %
    validation and 20 % test. Many rows stand in the table more than once; wines with the same eleven measurements
    always land in the same set, so that no set holds the answer to another's question.

    Returns `(x_train, y_train), (x_val, y_val), (x_test, y_test)`: measurements of shape (N, 11), `float32`, unscaled, in the
    order and units of `readers.WINE_RANGES`; quality of shape (N,), `float32`, 3 to 8 (whole marks; higher is better).
    Raises CourseError where the file is not this table, DataUnavailable where it could not be fetched.

    Source: P. Cortez and others, *Modeling wine preferences by data mining from physicochemical properties*, 2009; UCI.
    """
    wines = readers.wine(fetch("wine"))
    x, y = wines[:, :-1], wines[:, -1]
    _, wine = np.unique(x, axis=0, return_inverse=True)
    wine = wine.reshape(-1)  # some versions of NumPy return a column
    count = wine.max() + 1
    place = np.random.RandomState(0).permutation(count)[wine] / count  # the legacy generator: its stream is frozen
    train, val, test = place < 0.6, (place >= 0.6) & (place < 0.8), place >= 0.8
    return (x[train], y[train]), (x[val], y[val]), (x[test], y[test])


def quickdraw(
    classes: Sequence[str] = readers.QUICKDRAW_CLASSES, n: int = readers.QUICKDRAW_COUNT
) -> tuple[Pair, Pair, Pair]:
    """Load the first `n` drawings of each class of Google's Quick, Draw!, fetched once (0.8 MB per 1,000 drawings).

    Any of the 345 classes works by its name. Each has a file of its own, as Google publishes it or only the beginning of
    it; one with fewer than `n` drawings is fetched anew.

    Returns `(x_train, y_train), (x_val, y_val), (x_test, y_test)`, 60 / 20 / 20 % of each class, the classes taking turns:
    drawings of shape (N, 28, 28), `uint8`, 0 (paper) to 255 (ink); labels of shape (N,), `uint8`, places in `classes`.
    Raises CourseError for fewer than 5 drawings or a damaged file, DataUnavailable where they could not be fetched.

    Source: J. Jongejan and others, *The Quick, Draw! Dataset*, Google, 2017, CC BY 4.0.
    """
    named = not isinstance(classes, str) and all(re.fullmatch(r"[\w -]+", str(name)) for name in classes)
    if n < 5 or not classes or not named or len(set(classes)) != len(classes):
        raise CourseError(
            en=f"quickdraw() wants a list of different classes and at least 5 drawings of each, not {classes!r} and {n}.",
            es=f"quickdraw() espera una lista de clases distintas y al menos 5 dibujos de cada una, no {classes!r} y {n}.",
        )
    drawings = np.stack([readers.drawings(fetch(downloads.drawings_of(name, n)), n) for name in classes])
    drawings = drawings.swapaxes(0, 1)  # one drawing of each class, then the next of each
    labels = np.tile(np.arange(len(classes), dtype=np.uint8), (n, 1))
    parts = slice(int(0.6 * n)), slice(int(0.6 * n), int(0.8 * n)), slice(int(0.8 * n), n)
    return tuple((drawings[part].reshape(-1, 28, 28), labels[part].ravel()) for part in parts)


def cats_and_dogs() -> tuple[Path, Path]:
    """The folders of 2,000 + 1,000 photos of cats and dogs, fetched once (68 MB).

    Nothing is read into memory: `keras.utils.image_dataset_from_directory` streams them. The second folder is for
    validation *and* test, half each: with `shuffle=False` every other photo, `.shard(2, 0)` and `.shard(2, 1)`, makes two
    halves with as many cats as dogs.

    Returns the folders `train` and `validation`, each with a folder of JPEGs for each class, `cats` and `dogs`; a sentence says
    where photos are missing. Raises CourseError where a class has none, DataUnavailable where they could not be fetched.

    Source: a selection by Google for its course on TensorFlow, from Kaggle's competition *Dogs vs. Cats*, 2013.
    """
    folder = fetch("photos")
    readers.photos(folder, every=False)
    return folder / "train", folder / "validation"


def vgg16_features(divided: bool = False) -> dict[str, Pair]:
    """Load what VGG16 makes of the 3,000 photos, bundled (`data/README.md`): a head trains without photos and weights.

    Returns `(features, labels)` by name, in the order of `cats_and_dogs()`: "train" (2,000 photos), "val" and "test" (500 each),
    and "train_mirrored", the training photos flipped from left to right. With `divided`, those of pixels divided by 255, the
    wrong input: "val", "test", and "train" with 250 cats and 250 dogs. Features have shape (N, 512), `float32`, the means over
    the base's 5 × 5 places; labels shape (N,), `float32`, 0 for a cat, 1 for a dog. Raises CourseError for a damaged file.
    """
    arrays = readers.features(FEATURES)
    x, y = arrays["features"], arrays["labels"].astype("float32")
    if divided:
        x, y = arrays["divided"], y[np.r_[0:250, 1_000:1_250, 2_000:3_000]]
    val, test = len(x) - 1_000, len(x) - 500  # where they begin
    parts = {"train": slice(0, val), "val": slice(val, test), "test": slice(test, None)}
    found = {name: (x[part].astype("float32"), y[part]) for name, part in parts.items()}
    return found if divided else {**found, "train_mirrored": (arrays["mirrored"].astype("float32"), y[:val])}
