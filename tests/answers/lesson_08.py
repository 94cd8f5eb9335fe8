"""Answers to lesson 08's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers.checks import lesson_08 as check


def ready(picture):
    return picture[np.newaxis, ..., np.newaxis].astype("float32") / 255


def in_place(picture):
    picture //= 2
    return ready(picture)


READY_RIGHT = [
    ready,
    lambda picture: picture.reshape(1, 28, 28, 1) / 255.0,
    lambda picture: np.expand_dims(np.float64(picture), (0, -1)) / 255,
    lambda picture: layers.Rescaling(1 / 255)(picture[None, ..., None].astype("float32")),
]
READY_WRONG = [
    (ready(np.zeros((28, 28), "uint8")), "not a function"),
    (lambda picture: picture / 255, "missing batch axis"),
    (lambda picture: picture[..., np.newaxis] / 255, "missing batch axis"),
    (lambda picture: picture[np.newaxis] / 255, "missing channel axis"),
    (lambda picture: picture.reshape(1, 784) / 255, "another shape"),
    (lambda picture: picture.reshape(1, 1, 28, 28) / 255, "another shape"),
    (lambda picture: picture[None, ..., None], "whole numbers"),
    (lambda picture: picture[None, ..., None] // 255, "whole numbers"),
    (lambda picture: picture[None, ..., None].astype("float32"), "not scaled"),
    (lambda picture: ready(picture) / 255, "scaled twice"),
    (lambda picture: ready(picture) / ready(picture).max(), "scaled by its own maximum"),
    (lambda picture: 1 - ready(picture), "dark and light turned over"),
    (lambda picture: ready(picture.T), "rows and columns exchanged"),
    (lambda picture: ready(picture) - 0.5, "other values"),
    (in_place, "changes its argument"),
    (lambda picture: picture.prepare(), "raises AttributeError"),
]


def decide(probabilities, threshold):
    sure = probabilities.max(axis=1) >= threshold
    return np.where(sure, probabilities.argmax(axis=1), -1)


def row_by_row(probabilities, threshold):
    return [int(row.argmax()) if row.max() >= threshold else -1 for row in probabilities]


def overwriting(probabilities, threshold):
    answers = probabilities.argmax(axis=1)
    answers[probabilities.max(axis=1) < threshold] = -1
    return answers


DECIDE_RIGHT = [decide, row_by_row, overwriting, lambda p, t: keras.ops.convert_to_tensor(decide(p, t))]
DECIDE_WRONG = [
    (-1, "not a function"),
    (lambda p, t: p.argmax(axis=1), "never refuses"),
    (lambda p, t: decide(p, 0.9), "ignores the threshold"),
    (lambda p, t: np.where(p.max(axis=1) < t, p.argmax(axis=1), -1), "refuses the sure ones"),
    (
        lambda p, t: [d if d and s else -1 for d, s in zip(p.argmax(1), p.max(1) > t, strict=True)],
        "takes zero for no answer",
    ),
    (lambda p, t: p.argmax(axis=0), "along the wrong axis"),
    (lambda p, t: np.where(p.max(axis=1) >= t, p.max(axis=1), -1), "probabilities in place of digits"),
    (lambda p, t: [d if s else None for d, s in zip(p.argmax(1), p.max(1) > t, strict=True)], "None instead of -1"),
    (lambda p, t: np.where(p >= t, p, -1), "probabilities in place of digits"),
    (lambda p, t: decide(p, t)[:, np.newaxis], "another shape"),
    (lambda p, t: np.where(p.max(axis=1) >= t, p.argmax(axis=1), 10), "other answers"),
    (lambda p, t: np.where(p.max(axis=1) > t, p.argmax(axis=1), -1), "refuses at the threshold"),
    (lambda p, t: [int(p[row].argmax()) if p[row].max() >= t else -1 for row in range(4)], "four images only"),
    (lambda p: p.argmax(axis=1), "raises TypeError"),
]


class Negative(layers.Layer):
    def call(self, images):
        return 1 - images


@keras.saving.register_keras_serializable()
class Registered(Negative):
    pass


def turn_over(images):
    return 1 - images


LOADS_RIGHT = [
    lambda: layers.Rescaling(-1, offset=1),
    lambda: layers.Rescaling(scale=-1.0, offset=1.0, name="turn_over"),
    lambda: keras.Sequential([layers.Rescaling(-1), layers.Rescaling(1, offset=1)]),
    lambda: keras.Sequential([layers.Normalization(axis=None, mean=1, variance=1), layers.Rescaling(-1)]),
]
LOADS_WRONG = [
    (lambda: lambda images: 1 - images, "not a layer"),
    (lambda: layers.Rescaling, "not a layer"),
    (lambda: layers.Lambda(lambda images: 1 - images), "still a Lambda"),
    (lambda: keras.Sequential([layers.Lambda(lambda images: 1 - images)]), "still a Lambda"),
    (lambda: layers.Lambda(turn_over), "still a Lambda"),
    (lambda: layers.Rescaling(-1), "offset forgotten"),
    (lambda: layers.Rescaling(1), "turns nothing over"),
    (lambda: layers.Rescaling(-1, offset=255), "other values"),
    (lambda: layers.Flatten(), "changes the shape"),
    (lambda: Negative(), "a class of one's own"),
    (lambda: Registered(), "a class of one's own"),
    (lambda: layers.Activation(turn_over), "a class of one's own"),
    (lambda: layers.Activation(lambda images: 1 - images), "a lambda as activation"),
]

EXERCISES = [
    Exercise(check.batch_of_one, READY_RIGHT, READY_WRONG),
    Exercise(check.answer_or_refuse, DECIDE_RIGHT, DECIDE_WRONG),
    Exercise(check.loads_safely, LOADS_RIGHT, LOADS_WRONG, built=True),
]
QUIZZES = [(check.quiz_share, "c"), (check.quiz_own, "b"), (check.quiz_stranger, "a")]
