"""Answers to lesson 02's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from answers import Exercise
from helpers.checks import lesson_02 as check

PAPER = {"fill_mode": "constant"}


def several(*stack):
    return keras.Sequential([keras.Input((28, 28, 1)), *stack])


class SameShiftForAll(layers.Layer):
    def call(self, images, training=False):
        return tf.roll(images, 2, axis=2) if training else images


def always_shifted(images, training):
    return layers.RandomTranslation(0.1, 0.1, **PAPER)(images, training=True)


def by_hand(images, training):
    if not training:
        return images
    rng = np.random.default_rng(0)
    return np.stack([np.roll(image, rng.integers(-2, 3, 2), axis=(0, 1)) for image in images])


OWN_RIGHT = [
    lambda: several(
        layers.RandomRotation(0.03, **PAPER),
        layers.RandomTranslation(0.1, 0.1, **PAPER),
        layers.RandomZoom(0.1, **PAPER),
    ),
    lambda: layers.RandomShear(0.1, 0.1, **PAPER),
    lambda: several(layers.RandomBrightness(0.2, value_range=(0, 1))),
    lambda: several(layers.GaussianNoise(0.1), layers.ReLU(max_value=1.0)),
    lambda: several(layers.RandomContrast(0.3), layers.ReLU(max_value=1.0)),
    lambda: layers.RandomContrast(0.3, value_range=(0, 1)),
    lambda: layers.RandomTranslation((-0.05, 0.1), 0.1),
    lambda: by_hand,
]
OWN_WRONG = [
    (lambda: [layers.RandomRotation(0.03)], "not a layer"),
    (lambda: layers.RandomRotation, "not a layer"),
    (lambda: lambda images: images, "does not know training from inference"),
    (lambda: layers.RandomCrop(24, 24), "changes the shape"),
    (lambda: always_shifted, "alters in inference"),
    (lambda: several(layers.Rescaling(1 / 255), layers.RandomRotation(0.03)), "alters in inference"),
    (lambda: several(layers.RandomRotation(0.0)), "alters nothing"),
    (lambda: layers.RandomBrightness(0.2), "brightness on the 255 scale"),
    (lambda: layers.GaussianNoise(0.2), "leaves the range"),
    (SameShiftForAll, "always the same change"),
    (lambda: layers.RandomFlip("horizontal"), "label-changing flip"),
    (lambda: layers.RandomFlip("vertical"), "label-changing flip"),
    (lambda: several(layers.RandomFlip("horizontal"), layers.RandomRotation(0.03, **PAPER)), "label-changing flip"),
    (lambda: layers.RandomRotation(0.5, **PAPER), "label-changing rotation"),
    (lambda: layers.RandomRotation(0.25, **PAPER), "label-changing rotation"),
    (lambda: layers.RandomTranslation(0.8, 0.8, **PAPER), "loses the digit"),
]


def altered(images, labels):
    return layer(images, training=True), labels


layer = keras.Sequential([layers.RandomRotation(0.03, **PAPER), layers.RandomTranslation(0.1, 0.1, **PAPER)])


def source(images, labels):
    return tf.data.Dataset.from_tensor_slices((images, labels))


def shuffled_and_prefetched(images, labels, training):
    if not training:
        return source(images, labels).batch(32)
    batches = source(images, labels).shuffle(len(images)).batch(32)
    return batches.map(altered, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def cached_before(images, labels, training):
    batches = source(images, labels).batch(32).cache()
    return batches.map(altered) if training else batches


def validation_shuffled_too(images, labels, training):
    batches = source(images, labels).shuffle(64).batch(32)
    return batches.map(altered) if training else batches


def his(images, labels, training):
    return source(images, labels).batch(32).map(altered).cache()


def only_cache_mended(images, labels, training):
    return source(images, labels).batch(32).cache().map(altered)


def only_validation_mended(images, labels, training):
    batches = source(images, labels).batch(32)
    return (batches.map(altered) if training else batches).cache()


def wrong_way_round(images, labels, training):
    batches = source(images, labels).batch(32)
    return batches if training else batches.map(altered)


def altered_before_batching(images, labels, training):
    layer(images, training=True)  # built for batches, it takes a single image for one
    pairs = source(images, labels)
    return (pairs.map(altered) if training else pairs).batch(32)


def parted(images, labels, training):
    pictures = tf.data.Dataset.from_tensor_slices(images).shuffle(64)
    return tf.data.Dataset.zip((pictures, tf.data.Dataset.from_tensor_slices(labels))).batch(32)


BATCHES_RIGHT = [shuffled_and_prefetched, cached_before, validation_shuffled_too]
BATCHES_WRONG = [
    (3, "not a function"),
    (lambda images, labels, training: None, "returns nothing"),
    (lambda images, labels, training: [(images, labels)], "not a dataset"),
    (lambda images, labels, training: source(images, labels), "not batched"),
    (altered_before_batching, "altered before batching"),
    (lambda images, labels, training: source(images, labels).batch(32).take(1), "loses images"),
    (lambda images, labels, training: source(images, labels).batch(32, drop_remainder=True), "loses images"),
    (lambda images, labels, training: source(images, labels).batch(32), "never alters"),
    (lambda images, labels, training: cached_before(images, labels, training).repeat(), "never ends"),
    (his, "alters validation data"),
    (only_cache_mended, "alters validation data"),
    (wrong_way_round, "alters validation data"),
    (only_validation_mended, "altered once and cached"),
    (parted, "labels parted from images"),
    (lambda images, labels: source(images, labels), "raises TypeError"),
]

EXERCISES = [
    Exercise(check.own_augmentation, OWN_RIGHT, OWN_WRONG, built=True),
    Exercise(check.make_batches, BATCHES_RIGHT, BATCHES_WRONG),
]
QUIZZES = [(check.quiz_turns, "c"), (check.quiz_signs, "b"), (check.quiz_below, "c")]
