"""The course's models by name, and what comes out of them, kept on disk. A lesson builds each model in the open before it is offered here."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import joblib
import keras
import numpy as np
from keras import layers

from helpers import ROOT
from helpers.downloads import fetch
from helpers.language import COMMAND, CourseError, say

CACHE_DIR = ROOT / "runs" / "cache"
BASES = {"VGG16": keras.applications.VGG16, "MobileNetV2": keras.applications.MobileNetV2}


def baseline_cnn(
    *, dropout: float = 0.0, batch_norm: bool = False, augmentation: layers.Layer | None = None
) -> keras.Sequential:
    """The network of lesson 01, not yet compiled: Conv 32 – pool – Conv 64 – pool – Dense 128 – Dense 10.

    Images of shape (N, 28, 28, 1), scaled to [0, 1], go in; probabilities of shape (N, 10) come out. 225,034 parameters.
    Source: the convolutional stack of F. Chollet's *Deep Learning with Python*, ch. 5, with one convolution fewer and a wider
    dense layer.

    Args:
        dropout: the rate of a Dropout layer between the two dense layers; 0 leaves it out.
        batch_norm: normalise each convolution's output before its activation (Ioffe and Szegedy, 2015).
        augmentation: a layer, or a Sequential of layers, that alters the images in training; it comes first.
    """
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))], name="baseline_cnn")
    if augmentation is not None:
        model.add(augmentation)
    for filters in (32, 64):
        if batch_norm:
            model.add(layers.Conv2D(filters, kernel_size=3, use_bias=False))  # the normalisation brings its own offset
            model.add(layers.BatchNormalization())
            model.add(layers.ReLU())
        else:
            model.add(layers.Conv2D(filters, kernel_size=3, activation="relu"))
        model.add(layers.MaxPooling2D(pool_size=2))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def pretrained_base(name: str, size: int = 160) -> keras.Model:
    """A network of `keras.applications`, "VGG16" or "MobileNetV2", without its top, with the weights that it learnt from ImageNet.

    The weights are taken from the data folder, as Keras publishes them (`….h5`) or as `save_weights` writes them
    (`….weights.h5`), else fetched there once; `weights="imagenet"` would fetch them on each of a class's machines.

    Returns a network from images of shape (N, size, size, 3), at least 32 pixels, preprocessed as the base wants them, to
    features of shape (N, height, width, channels): at 160 pixels (N, 5, 5, 512) with VGG16, (N, 5, 5, 1280) with MobileNetV2.
    Raises CourseError for another name or a file without these weights, DataUnavailable where they could not be fetched.
    """
    if name not in BASES:
        raise CourseError(
            en=f"pretrained_base() knows {' and '.join(BASES)}, not {name!r}. Others: keras.applications.",
            es=f"pretrained_base() conoce {' y '.join(BASES)}, no {name!r}. Las demás están en keras.applications.",
        )
    path = fetch(name.lower())
    base = BASES[name](include_top=False, weights=None, input_shape=(size, size, 3))
    try:
        base.load_weights(path)
    except Exception as error:  # h5py and Keras raise many kinds for a damaged file, or one of the other format
        raise CourseError(
            en=f"{path} does not hold the weights of {name}, or not in the format that its ending promises: .h5 as Keras publishes them, .weights.h5 as save_weights() writes them. Move it away and type `{COMMAND} download`, which fetches it again. Nothing was changed. ({type(error).__name__})",
            es=f"{path} no contiene los pesos de {name}, o no en el formato que promete su terminación: .h5 como los publica Keras, .weights.h5 como los escribe save_weights(). Quítalo de ahí y escribe `{COMMAND} download`, que lo descarga de nuevo. No se ha cambiado nada. ({type(error).__name__})",
        ) from None
    return base


def cached(name: str, depends_on: Sequence[object], compute: Callable[[], np.ndarray]) -> np.ndarray:
    """An array that takes long to compute: computed once, then read from `runs/cache/`, without filling the memory.

    The file's name holds `name` and the fingerprint of all that the array depends on, and is given only to a whole file. The
    array is returned read-only, mapped from the file; in memory where it could not be kept, which a sentence says.
    """
    path = CACHE_DIR / f"{name}-{fingerprint(*depends_on)}.npy"
    with contextlib.suppress(OSError, EOFError, ValueError):  # not there, or damaged
        return np.load(path, mmap_mode="r", allow_pickle=False)
    array = compute()
    try:
        CACHE_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE_DIR, prefix=".incoming-") as incoming:
            whole = Path(incoming, path.name)
            np.save(whole, array)
            whole.replace(path)
    except OSError as error:  # a full disk, say: minutes of computing are not thrown away for that
        say(
            en=f"{name} could not be kept on disk ({error.strerror}), so it will be computed again next time.",
            es=f"{name} no se ha podido guardar en disco ({error.strerror}), así que la próxima vez se calculará de nuevo.",
        )
        return array
    return np.load(path, mmap_mode="r", allow_pickle=False)


def fingerprint(*things: object) -> str:
    """A short text that is the same only for the same things, in the same order: a name for what depends on them.

    A thing is a folder or file (names and contents count), a network (its kinds of layers, input shape and weights count;
    settings without weights, a `Rescaling`'s say, do not), or what `joblib.hash` tells apart: an array, a text, a number.
    """
    return joblib.hash([_told_apart_by(thing) for thing in things])


def _told_apart_by(thing: object) -> object:
    if isinstance(thing, Path):  # photo by photo: they would not all fit into memory
        files = [thing] if thing.is_file() else sorted(path for path in thing.rglob("*") if path.is_file())
        return [(file.relative_to(thing).as_posix(), joblib.hash(file.read_bytes())) for file in files]
    if isinstance(thing, keras.Model):
        return [type(layer).__name__ for layer in thing.layers], thing.input_shape, thing.get_weights()
    return thing
