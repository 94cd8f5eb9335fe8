"""Images per second of augmentation: a `tf.data` pipeline of Keras layers against `ImageDataGenerator`, side by side.

Run by hand, on an otherwise idle machine: `python tests/benchmarks/augmentation_speed.py`. Rotation, shift and zoom of
lesson 02, batches of 128 (the last of each epoch has 104 images), nearest-neighbour sampling on both sides. The two take turns; the ratio is that
of the medians. Budget: at least 4 times as many images per second.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from report import Row, missed, show
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import data

BATCH, ROUNDS, SECONDS, BUDGET = 128, 5, 2.0, 4


def pipeline(images: np.ndarray, labels: np.ndarray) -> tf.data.Dataset:
    """The lesson's pipeline, repeated for ever."""
    options = {"fill_mode": "constant", "interpolation": "nearest"}
    alter = keras.Sequential(
        [
            layers.RandomRotation(0.03, **options),
            layers.RandomTranslation(0.1, 0.1, **options),
            layers.RandomZoom(0.1, **options),
        ]
    )
    return (
        tf.data.Dataset.from_tensor_slices((images, labels))
        .shuffle(len(images))
        .batch(BATCH)
        .map(lambda x, y: (alter(x, training=True), y), num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
        .repeat()
    )


def generator(images: np.ndarray, labels: np.ndarray) -> Iterable:
    """The same with `ImageDataGenerator`; it repeats for ever by itself."""
    older = ImageDataGenerator(
        rotation_range=11,
        width_shift_range=0.1,
        height_shift_range=0.1,
        zoom_range=0.1,
        fill_mode="constant",
        interpolation_order=0,
    )
    return older.flow(images, labels, batch_size=BATCH)


def images_per_second(batches: Iterable) -> float:
    """After five batches of warm-up, over about SECONDS seconds."""
    batches = iter(batches)
    for _ in range(5):
        next(batches)
    start, seen = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        seen += len(next(batches)[0])
    return seen / (time.perf_counter() - start)


def rows() -> Iterator[Row]:
    """The ratio of the medians."""
    (raw, labels), _, _ = data.load_mnist()
    images = raw[..., np.newaxis].astype("float32") / 255
    newer, older = pipeline(images, labels), generator(images, labels)
    speeds = [(images_per_second(newer), images_per_second(older)) for _ in range(ROUNDS)]
    for fast, slow in speeds:
        print(f"tf.data {fast:8,.0f}   ImageDataGenerator {slow:8,.0f} images/s   {fast / slow:5.1f} x")
    fast, slow = (statistics.median(column) for column in zip(*speeds, strict=True))
    yield Row(
        "augmentation in `tf.data` against `ImageDataGenerator`, batches of 128",
        f"{fast / slow:.1f} × ({fast:,.0f} and {slow:,.0f} images/s)",
        f"≥ {BUDGET} × as many images",
        fast / slow >= BUDGET,
    )


if __name__ == "__main__":
    sys.exit(missed(show(rows())))
