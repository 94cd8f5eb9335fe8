"""Answers to lesson 08's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import functools

import keras
import numpy as np
from keras import layers
from keras.src.saving.serialization_lib import SafeModeScope
from PIL import Image

from answers import Exercise
from helpers import data
from helpers.checks import lesson_08 as check

STEPS_RIGHT = [300, 300.0, "300", np.int64(300), 20 * -(-900 // 64)]
STEPS_WRONG = [
    (20, "epochs"),
    (15, "one epoch"),
    (900 // 64, "one epoch"),
    (900 / 64, "one epoch"),
    (20 * 900, "digits"),
    (20 * (900 // 64), "short batch left out"),
    (20 * 900 / 64, "rounded too late"),
    (-(-20 * 900 // 64), "rounded too late"),
    (50 * 32, "another number"),
    (-300, "another number"),
    ("many", "not a number"),
    ((281, 25), "decimal comma"),
]


def small_cnn(*first):
    convolutions = layers.Conv2D(32, 5, strides=2, activation="relu"), layers.Conv2D(64, 3, activation="relu")
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            *first,
            *convolutions,
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


@functools.cache
def weights_after(angles, epochs):
    """The weights of a small network that has been trained with digits turned by each of these angles."""
    keras.utils.set_random_seed(0)
    network = small_cnn(layers.RandomTranslation(0.05, 0.05, fill_mode="constant"))
    network.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy")
    images, labels = data.load_mnist()[0]
    turned = [np.asarray(Image.fromarray(image).rotate(angle)) for angle in angles for image in images]
    x, y = np.array(turned)[..., np.newaxis] / 255.0, np.tile(labels, len(angles))
    network.fit(x, y, epochs=epochs, batch_size=64, verbose=0)
    return [array for array in network.get_weights() if array.dtype == np.float32]  # without the states of seeds


def reads_turned(*angles, epochs=6):
    network = small_cnn()
    for weight, array in zip(network.trainable_weights, weights_after(angles, epochs), strict=True):
        weight.assign(array)
    return network


def with_its_rotation():
    return keras.Sequential([keras.Input((28, 28, 1)), layers.RandomRotation(0.125), reads_turned(*ALL)])


class Turned(layers.Layer):
    """Turns every image by 45°, to one side."""

    def __init__(self):
        super().__init__()
        self.rotation = layers.RandomRotation((0.125, 0.125), fill_mode="constant")

    def call(self, images):
        return self.rotation(images, training=True)


def functional():
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, keras.ops.log(reads_turned(*ALL)(inputs)))  # scores in place of probabilities


ALL = (-45, -22, 0, 0, 22, 45)  # upright twice
ASKEW_RIGHT = [lambda: reads_turned(*ALL), with_its_rotation, functional]
ASKEW_WRONG = [
    (lambda: 0.9, "not a model"),
    (lambda: keras.layers.RandomRotation(0.125), "not a model"),
    (lambda: keras.Sequential([keras.Input((784,)), layers.Dense(10)]), "wrong input shape"),
    (lambda: keras.callbacks.History(), "not a model"),
    (lambda: keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(10, 3)]), "another shape of answers"),
    (lambda: keras.Sequential([keras.Input((28, 28, 1)), small_cnn(), layers.Rescaling(np.nan)]), "not numbers"),
    (small_cnn, "guesses"),
    (lambda: reads_turned(0, epochs=4), "too few turned digits"),
    (lambda: keras.Sequential([keras.Input((28, 28, 1)), Turned(), reads_turned(*ALL)]), "one way only"),
    (lambda: reads_turned(-45, 45), "upright forgotten"),
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


def without_return(probabilities, threshold):
    decide(probabilities, threshold)


def first_image_only(probabilities, threshold):
    for row in probabilities:
        return int(row.argmax()) if row.max() >= threshold else -1


DECIDE_RIGHT = [
    decide,
    row_by_row,
    overwriting,
    lambda p, t: tuple(row_by_row(p, t)),
    lambda p, t: decide(p, t).astype(float),
    lambda p, t: [row.argmax() if any(row >= t) else np.int64(-1) for row in p],
    lambda p, t: [keras.ops.argmax(row) if row.max() >= t else keras.ops.array(-1) for row in p],
    lambda p, t: keras.ops.convert_to_tensor(decide(p, t)),
]
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
    (lambda p, t: [d if s else None for d, s in zip(p.argmax(1), p.max(1) > t, strict=True)], "not only whole numbers"),
    (lambda p, t: np.where(p.max(axis=1) >= t, p.argmax(axis=1), np.nan), "not only whole numbers"),
    (lambda p, t: [d if d >= 0 else "?" for d in row_by_row(p, t)], "not only whole numbers"),
    (lambda p, t: [str(d) for d in decide(p, t)], "not only whole numbers"),
    (lambda p, t: [list(np.flatnonzero(row >= t)) for row in p], "not only whole numbers"),
    (without_return, "no list of answers"),
    (first_image_only, "no list of answers"),
    (lambda p, t: np.where(p.max() >= t, p.argmax(), -1), "no list of answers"),
    (lambda p, t: map(int, decide(p, t)), "no list of answers"),
    (lambda p, t: p.argmax(axis=1)[p.max(axis=1) >= t], "not one for each image"),
    (lambda p, t: [int(row.argmax()) for row in p if row.max() >= t], "not one for each image"),
    (lambda p, t: (decide(p, t), p.max(axis=1)), "not one for each image"),
    (lambda p, t: p.max(axis=1) >= t, "other answers"),
    (lambda p, t: (p >= t).argmax(axis=1), "other answers"),
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


def functional_negative():
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, 1 - inputs)


LOADS_RIGHT = [
    lambda: layers.Rescaling(-1, offset=1),
    lambda: layers.Rescaling(scale=-1.0, offset=1.0, name="turn_over"),
    lambda: keras.Sequential([layers.Rescaling(-1), layers.Rescaling(1, offset=1)]),
    lambda: layers.Rescaling(-1, offset=1, dtype="float16"),
    lambda: layers.Conv2D(1, 1, kernel_initializer=keras.initializers.Constant(-1), bias_initializer="ones"),
    functional_negative,
    lambda: keras.Sequential([layers.Normalization(axis=None, mean=1, variance=1), layers.Rescaling(-1)]),
]
LOADS_WRONG = [
    (lambda: lambda images: 1 - images, "not a layer"),
    (lambda: layers.Rescaling, "not a layer"),
    (lambda: layers.Lambda(lambda images: 1 - images), "still a Lambda"),
    (lambda: keras.Sequential([layers.Lambda(lambda images: 1 - images)]), "still a Lambda"),
    (lambda: layers.Lambda(turn_over), "still a Lambda"),
    (lambda: layers.TimeDistributed(layers.Lambda(lambda images: 1 - images)), "still a Lambda"),
    (lambda: layers.Rescaling(-1), "offset forgotten"),
    (lambda: layers.Rescaling(1), "turns nothing over"),
    (lambda: layers.GaussianNoise(0.1), "turns nothing over"),
    (lambda: layers.RandomBrightness(1.0, value_range=(0, 1)), "turns nothing over"),
    (lambda: layers.Rescaling(1, offset=-1), "other values"),
    (lambda: keras.Sequential([layers.Rescaling(-1, offset=1), small_cnn()]), "changes the shape"),
    (lambda: layers.Conv2D(1, 1, kernel_initializer="ones", activation=lambda x: 1 - x), "a lambda as activation"),
    (lambda: layers.Rescaling(-1, offset=255), "other values"),
    (lambda: layers.Flatten(), "changes the shape"),
    (lambda: Negative(), "a class of one's own"),
    (lambda: Registered(), "a class of one's own"),
    (lambda: layers.Activation(turn_over), "a class of one's own"),
    (lambda: layers.Activation(lambda images: 1 - images), "a lambda as activation"),
]


class WhereSafeModeIsOff(Exercise):
    """In a notebook after keras.config.enable_unsafe_deserialization()."""

    def judge(self, answer):
        with SafeModeScope(False):
            return super().judge(answer)


@functools.cache
def examples():
    """Probabilities of 1,000 digits, all surer than half, and their labels: the unsure ones are often wrong, the sure ones seldom."""
    rng = np.random.default_rng(0)
    labels, sureness = rng.integers(0, 10, 1000), np.linspace(1, 0.5, 1000)
    wrong = np.r_[300, np.arange(970, 1000, 3)]  # one of the sure ones, ten of the least sure
    said = labels.copy()
    said[wrong] = (labels[wrong] + 1) % 10
    probabilities = np.full((1000, 10), ((1 - sureness) / 9)[:, np.newaxis])
    probabilities[np.arange(1000), said] = sureness
    return probabilities, labels


class Threshold(Exercise):
    def judge(self, answer):
        return self.check.judge(answer, *examples())


THRESHOLD_RIGHT = [0.511, 0.513, "0.515", np.float32(0.512)]
THRESHOLD_WRONG = [
    (99.5, "in per cent"),
    (0.995, "refuses too many"),
    (float("nan"), "refuses too many"),
    (0, "wrong too often"),
    (0.5, "wrong too often"),
    (0.505, "wrong too often"),
    (-1, "wrong too often"),
    (0.55, "refuses too many"),
    (0.99, "refuses too many"),
    (1, "refuses too many"),
    (51.5, "in per cent"),
    ((0, 5), "decimal comma"),
    ([0.5, 0.6], "not a number"),
]


EXERCISES = [
    Exercise(check.decay_steps, STEPS_RIGHT, STEPS_WRONG),
    Exercise(check.askew, ASKEW_RIGHT, ASKEW_WRONG, built=True),
    WhereSafeModeIsOff(check.loads_safely, LOADS_RIGHT, LOADS_WRONG, built=True),
    Exercise(check.answer_or_refuse, DECIDE_RIGHT, DECIDE_WRONG),
    Threshold(check.best_threshold, THRESHOLD_RIGHT, THRESHOLD_WRONG),
]
QUIZZES = [(check.quiz_curves, "b"), (check.quiz_share, "c"), (check.quiz_own, "b"), (check.quiz_stranger, "a")]
