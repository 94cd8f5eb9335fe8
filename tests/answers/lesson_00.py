"""Answers to lesson 00's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers.checks import lesson_00 as check

RISING = np.array([[-1, -1, 2], [-1, 2, -1], [2, -1, -1]])
STROKE_RIGHT = [
    RISING,
    (0.1 * RISING).tolist(),
    [[-1, 0, 1], [0, 0, 0], [1, 0, -1]],
    [[-2, -1, 3], [-1, 2, -1], [3, -1, -2]],
]
STROKE_WRONG = [
    ([1, 2, 3], "wrong shape"),
    (np.zeros((3, 3)), "all zeros"),
    ([[0, 0, 1], [0, 1, 0], [1, 0, 0]], "answers to flat surfaces"),
    (RISING[::-1], "the other diagonal"),
    (-RISING, "wrong sign"),
    ([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], "not choosy"),
    ([[-1, 0, 1]] * 3, "not choosy"),
    ([["a"]], "raises ValueError"),
]

SHAPE_RIGHT = [(37, 37, 32), [37, 37, 32], (None, 37, 37, 32), np.array([37, 37, 32])]
SHAPE_WRONG = [
    (37, "not a shape"),
    ((37, 37), "not a shape"),
    ((37, 36, 32), "not square"),
    ((37, 37, 3), "channels of the input"),
    ((37, 37, 96), "wrong channels"),
    ((38, 38, 32), "rounded up"),
    ((36, 36, 32), "forgot the padding"),
    ((74, 74, 32), "forgot the stride"),
    ((112, 112, 32), "forgot the pooling"),
    ((56, 56, 32), "pooled by two"),
    ((110, 110, 32), "pooling with stride one"),
    ((40, 40, 32), "wrong size"),
    ((112 / 3, 112 / 3, 32), "not whole"),
    ("(37, 37, 32)", "not a shape"),
]


def filled(dtype=float, cast=lambda value: value):
    def edges(image, kernel):
        answers = np.zeros(image[2:, 2:].shape, dtype)
        for r, c in np.ndindex(answers.shape):
            answers[r, c] = cast((image[r : r + 3, c : c + 3] * kernel).sum())
        return answers

    return edges


def hers(image, kernel):
    answers = np.zeros_like(image[2:, 2:])
    for r, c in np.ndindex(answers.shape):
        answers[r, c] = (image[r : r + 3, c : c + 3] * kernel).sum()
    return answers


def by_keras(image, kernel):
    picture = image[None, :, :, None].astype("float32")
    return keras.ops.conv(picture, kernel[:, :, None, None].astype("float32"))


def overwrites(image, kernel):
    image[0, 0] = 255 - image[0, 0]
    return filled()(image, kernel)


EDGES_RIGHT = [
    filled(),
    filled(int),
    filled(np.int16),
    by_keras,
    lambda image, kernel: filled()(image / 255, kernel),
]
EDGES_WRONG = [
    (3, "not a function"),
    (overwrites, "changes its input"),
    (lambda image, kernel: filled()(np.pad(image, 1), kernel), "wrong shape"),
    (hers, "answers in uint8"),
    (filled(np.int64, lambda v: np.int64(v).astype(np.int8)), "too narrow a type"),
    (filled(int, lambda v: min(max(v, 0), 255)), "negative answers cut off"),
    (filled(int, abs), "sign lost"),
    (lambda image, kernel: filled()(image, kernel[::-1, ::-1]), "kernel turned"),
    (lambda image, kernel: filled()(image, kernel.T), "other values"),
    (lambda image: image, "raises TypeError"),
]


def model(*stack, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *stack])


def functional():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 5, activation="relu")(inputs)
    both = [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)]
    return keras.Model(inputs, layers.Dense(10)(layers.Concatenate()(both)))


MODEL_RIGHT = [
    lambda: model(layers.Conv2D(16, 3, activation="relu"), layers.GlobalMaxPooling2D()),
    lambda: model(
        layers.Conv2D(8, 3, activation="relu"),
        layers.Conv2D(8, 3, padding="same"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(4),
    ),
    functional,
    lambda: model(layers.Conv2D(8, 9, padding="same"), layers.GlobalMaxPooling2D()),
]
MODEL_WRONG = [
    (lambda: [layers.Dense(4)], "not a model"),
    (lambda: layers.GlobalMaxPooling2D, "not a model"),
    (lambda: model(layers.Conv2D(8, 3), layers.GlobalMaxPooling2D(), shape=(28, 28, 3)), "wrong input shape"),
    (lambda: model(layers.Conv2D(8, 3)), "still a picture"),
    (lambda: model(layers.Conv2D(2, 3), layers.GlobalMaxPooling2D()), "too few outputs"),
    (lambda: model(layers.Flatten(), layers.Dense(8, kernel_initializer="zeros")), "cannot tell pictures apart"),
    (lambda: model(layers.GlobalMaxPooling2D(), layers.Dense(4)), "sees ink, not shapes"),
    (lambda: model(layers.Conv2D(8, 3, padding="same"), layers.GlobalAveragePooling2D()), "sees ink, not shapes"),
    (lambda: model(layers.Conv2D(8, 3), layers.MaxPooling2D(2), layers.Flatten()), "every place has its number"),
    (lambda: model(layers.Flatten(), layers.Dense(8)), "every place has its number"),
    (lambda: model(layers.Conv2D(8, 3, strides=2), layers.GlobalMaxPooling2D()), "steps over pixels"),
    (lambda: model(layers.Conv2D(8, 3), layers.MaxPooling2D(2), layers.GlobalAveragePooling2D()), "steps over pixels"),
    (
        lambda: model(*[layers.Conv2D(8, 3, activation="relu") for _ in range(3)], layers.GlobalAveragePooling2D()),
        "cut off at the rim",
    ),
    (lambda: model(layers.Conv2D(8, 9), layers.GlobalMaxPooling2D()), "cut off at the rim"),
]

EXERCISES = [
    Exercise(check.rising_stroke, STROKE_RIGHT, STROKE_WRONG),
    Exercise(check.output_shape, SHAPE_RIGHT, SHAPE_WRONG),
    Exercise(check.edges, EDGES_RIGHT, EDGES_WRONG),
    Exercise(check.invariant_model, MODEL_RIGHT, MODEL_WRONG, built=True),
]
QUIZZES = [(check.quiz_shift, "b"), (check.quiz_weights, "c"), (check.quiz_pooling, "a")]
