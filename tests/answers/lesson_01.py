"""Answers to lesson 01's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers.checks import lesson_01 as check


def scaled_in_place(train, images):
    images -= 10
    return images[..., np.newaxis].astype(float)


def divided_by_zero(train, images):
    with np.errstate(all="ignore"):
        return ((images - train.mean(axis=0)) / train.std(axis=0))[..., np.newaxis]


STANDARDISE_RIGHT = [
    lambda train, images: (images[..., np.newaxis] - train.mean()) / train.std(),
    lambda train, images: np.expand_dims((images.astype("float32") - np.mean(train)) / (np.std(train) + 1e-7), -1),
    lambda train, images: (images.reshape(-1, 28, 28, 1) / 255 - (train / 255).mean()) / (train / 255).std(),
    lambda train, images: layers.Normalization(axis=None, mean=train.mean(), variance=train.var())(images[..., None]),
    lambda train, images: ((images - train.mean(axis=0)) / np.maximum(train.std(axis=0), 1))[..., None],
]
STANDARDISE_WRONG = [
    (3, "not a function"),
    (scaled_in_place, "changes its input"),
    (lambda train, images: (images - train.mean()) / train.std(), "missing channel axis"),
    (lambda train, images: ((images - train.mean()) / train.std())[:, np.newaxis], "wrong shape"),
    (lambda train, images: images[..., np.newaxis], "integers"),
    (divided_by_zero, "division by zero"),
    (
        lambda train, images: ((images - train.mean(axis=0)) / (train.std(axis=0) + 1e-7))[..., None],
        "divided by almost nothing",
    ),
    (lambda train, images: (images[..., None] - images.mean()) / images.std(), "statistics of the wrong set"),
    (lambda train, images: images[..., None] / 255, "min-max instead of z-score"),
    (lambda train, images: images[..., None] - train.mean(), "not divided by the standard deviation"),
    (lambda train, images: (images[..., None] / 255 - train.mean()) / train.std(), "double scaling"),
    (lambda train, images: (images[..., None] - train.mean()) / train.var(), "divided by the variance"),
    (lambda train, images: images[..., None] / train.std(), "other values"),
    (lambda images: images, "raises TypeError"),
]


def model(*stack, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *stack])


def functional():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, strides=2, activation="relu")(inputs)
    x = layers.Conv2D(32, 3, strides=2, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


MODEL_RIGHT = [
    functional,
    lambda: model(layers.Flatten(), layers.Dense(20, activation="relu"), layers.Dense(10, activation="softmax")),
    lambda: model(layers.MaxPooling2D(4), layers.Flatten(), layers.Dense(10), layers.Softmax()),
    lambda: model(layers.Flatten(), layers.Dense(10, activation="softmax", kernel_initializer="zeros")),
]
MODEL_WRONG = [
    (lambda: [layers.Dense(10)], "not a model"),
    (lambda: layers.Dense, "not a model"),
    (lambda: model(layers.Flatten(), layers.Dense(10, activation="softmax"), shape=(784,)), "wrong input shape"),
    (lambda: model(layers.Conv2D(4, 3), layers.Dense(10, activation="softmax")), "not flattened"),
    (lambda: model(layers.Flatten(), layers.Dense(9, activation="softmax")), "not ten outputs"),
    (lambda: model(layers.Flatten(), layers.Dense(10)), "not probabilities"),
    (lambda: model(layers.Flatten(), layers.Dense(10, activation="sigmoid")), "not probabilities"),
    (lambda: model(layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax")), "sees only brightness"),
    (lambda: model(layers.Flatten(), layers.Dense(99), layers.Dense(10, activation="softmax")), "too many parameters"),
]


def with_index(images, labels, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order], labels[order]


def with_pairs(images, labels, seed):
    pairs = list(zip(images, labels, strict=True))
    np.random.RandomState(seed).shuffle(pairs)
    return [image for image, _ in pairs], [label for _, label in pairs]


def with_same_state(images, labels, seed):
    return np.random.RandomState(seed).permutation(images), np.random.RandomState(seed).permutation(labels)


def hers(images, labels, seed):
    rng = np.random.default_rng(seed)
    return rng.permutation(images), rng.permutation(labels)


def with_replacement(images, labels, seed):
    order = np.random.default_rng(seed).integers(0, len(images), len(images))
    return images[order], labels[order]


SHUFFLE_RIGHT = [with_index, with_pairs, with_same_state]
SHUFFLE_WRONG = [
    ("shuffle", "not a function"),
    (lambda images, labels, seed: images, "does not return both"),
    (lambda images, labels, seed: (images[:30], labels[:30]), "loses images"),
    (with_replacement, "drawn with replacement"),
    (hers, "separate orders"),
    (lambda images, labels, seed: (images[::-1], labels), "separate orders"),
    (lambda images, labels, seed: (images, labels), "not shuffled"),
    (lambda images, labels, seed: (np.roll(images, seed, 0), np.roll(labels, seed)), "only moved along"),
    (lambda images, labels, seed: (images[::-1], labels[::-1]), "ignores the seed"),
]

EXERCISES = [
    Exercise(check.standardise, STANDARDISE_RIGHT, STANDARDISE_WRONG),
    Exercise(check.small_network, MODEL_RIGHT, MODEL_WRONG, built=True),
    Exercise(check.shuffle, SHUFFLE_RIGHT, SHUFFLE_WRONG),
]
QUIZZES = [(check.quiz_loss, "b"), (check.quiz_sets, "c"), (check.quiz_output, "b")]
