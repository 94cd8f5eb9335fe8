"""Answers to lesson 04's exercises: right ones of different kinds, wrong ones with the misconception they show."""

from functools import cache

import keras
import numpy as np
from keras import layers
from keras.callbacks import Callback, EarlyStopping

from answers import Exercise
from helpers import data
from helpers.checks import lesson_04 as check

STEPS_RIGHT = [[60, 17], (60, 17), np.array([60, 17]), [60.0, 17.0]]
STEPS_WRONG = [
    (17, "not two numbers"),
    ("60, 17", "not two numbers"),
    ([59.6, 16.5], "not two numbers"),  # the logarithm's own result: steps are whole
    ({0.03: 60, 0.1: 17}, "not two numbers"),
    ([None, None], "not two numbers"),
    ({60, 17}, "not two numbers"),  # a set has no order
    ([17, 60], "in the other order"),
    ([59, 16], "too few"),
    ([60, 16], "too few"),
    ([20, 20], "too few"),
    ([61, 18], "too many"),  # counts the start
    ([97, 27], "too many"),  # until the weight is within 0.01 of 3
    ([60, 20], "too many"),
]


def stopping(**arguments):
    return EarlyStopping(**{"patience": 8, "min_delta": 0.001, "restore_best_weights": True, **arguments})


class Eager(EarlyStopping):
    def __init__(self):
        super().__init__(patience=10, min_delta=0.01, restore_best_weights=True)


BUMPY_RIGHT = [
    stopping,
    lambda: stopping(monitor="val_loss", mode="min", patience=5),
    lambda: stopping(patience=16, min_delta=0.01),
    lambda: stopping(patience=5, min_delta=0.019),
    lambda: stopping(min_delta=-0.001),  # Keras takes the amount
    Eager,
    lambda: EarlyStopping("val_loss", 0.001, 8, 1, "auto", None, True),
]
BUMPY_WRONG = [
    (lambda: EarlyStopping, "not an EarlyStopping"),
    (lambda: keras.callbacks.ModelCheckpoint("best.keras"), "not an EarlyStopping"),
    (lambda: stopping(monitor="loss"), "monitors the training set"),
    (lambda: stopping(monitor="accuracy", mode="max"), "monitors the training set"),
    (lambda: stopping(monitor="test_loss", mode="min"), "monitors something else"),
    (lambda: stopping(mode="max"), "mode against the metric"),
    (lambda: stopping(restore_best_weights=False), "keeps the last weights"),
    (lambda: stopping(patience=0), "too impatient"),
    (lambda: stopping(patience=4), "too impatient"),
    (lambda: stopping(patience=17), "too patient"),
    (lambda: stopping(min_delta=0), "min_delta too small"),
    (lambda: stopping(min_delta=0.0009, patience=5), "min_delta too small"),
    (lambda: stopping(min_delta=0.0002, patience=16), "min_delta too small"),
    (lambda: stopping(min_delta=0.02), "min_delta too large"),
    (lambda: stopping(min_delta=0.039, patience=16), "min_delta too large"),
    (lambda: stopping(min_delta=1), "min_delta too large"),
    (lambda: stopping(min_delta=0.1), "min_delta too large"),
    (lambda: stopping(patience=12, baseline=0.5), "min_delta too large"),
    (lambda: stopping(start_from_epoch=25), "min_delta too large"),
]


class StopBelow(Callback):
    def __init__(self, threshold):
        super().__init__()
        self.threshold = threshold

    def on_epoch_end(self, epoch, logs=None):
        if self.good_enough(logs):
            self.stop()

    def good_enough(self, logs):
        return logs["val_loss"] < self.threshold

    def stop(self):
        self.model.stop_training = True


class OrEqual(StopBelow):
    def good_enough(self, logs):
        return (logs or {}).get("val_loss", 9) <= self.threshold


class Training(StopBelow):
    def good_enough(self, logs):
        return logs["loss"] < self.threshold


class Above(StopBelow):
    def good_enough(self, logs):
        return logs["val_loss"] > self.threshold


class WrongObject(StopBelow):
    def stop(self):
        self.stop_training = True


class Fixed(StopBelow):
    def good_enough(self, logs):
        return logs["val_loss"] < 0.25


class Late(StopBelow):
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def good_enough(self, logs):
        return logs["val_loss"] < self.threshold / 2


class EachBatch(StopBelow):  # a method that is not called after an epoch
    def on_train_batch_end(self, batch, logs=None):
        self.model.stop_training = logs["val_loss"] < self.threshold

    on_epoch_end = Callback.on_epoch_end


class ByAccuracy(StopBelow):
    def good_enough(self, logs):
        return logs["val_accuracy"] > 1 - self.threshold


class Misspelt(StopBelow):
    def good_enough(self, logs):
        return logs["validation_loss"] < self.threshold


def factory(threshold):
    class Inner(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = logs["val_loss"] < threshold

    return Inner()


STOP_RIGHT = [StopBelow, factory]
STOP_WRONG = [
    (StopBelow(0.25), "not a class"),
    (0.25, "not a class"),
    (lambda threshold: threshold, "not a callback"),
    (WrongObject, "never stops"),
    (Training, "monitors the training set"),
    (Above, "stops at another epoch"),
    (OrEqual, "stops at the threshold itself"),
    (Fixed, "stops at another epoch"),
    (Late, "stops at another epoch"),
    (ByAccuracy, "stops at another epoch"),
    (EachBatch, "never stops"),
    (Misspelt, "raises KeyError"),
    (Callback, "raises TypeError"),
]


@cache
def trained(right: bool, epochs: int):
    """A small network of the digits after so many epochs with its labels, or with them shifted by one."""
    keras.utils.set_random_seed(0)
    (x, y), _, _ = data.load_mnist()
    first = layers.Conv2D(48, kernel_size=5, strides=2, activation="relu")
    hidden = [layers.MaxPooling2D(2), layers.Flatten(), layers.Dropout(0.3), layers.Dense(128, activation="relu")]
    model = keras.Sequential([keras.Input((28, 28, 1)), first, *hidden, layers.Dense(10)])
    model.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[..., None] / 255, y if right else (y + 1) % 10, epochs=epochs, verbose=0)
    return model


def two_digits_only():
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(2)])


def functional():
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, layers.Softmax()(trained(right=True, epochs=12)(inputs)))


ROBUST_RIGHT = [lambda: trained(right=True, epochs=12), functional]  # that the labels were noisy, no check can see
ROBUST_WRONG = [
    (lambda: "my_network", "not a model"),
    (lambda: keras.Sequential([keras.Input((784,)), layers.Dense(10)]), "wrong input shape"),
    (two_digits_only, "another shape of answers"),
    (lambda: keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)]), "guesses"),
    (lambda: trained(right=False, epochs=12), "guesses"),
    (lambda: trained(right=True, epochs=1), "below"),
]

MENDED_RIGHT = [
    lambda: stopping(monitor="val_accuracy", mode="max", min_delta=0),
    lambda: stopping(monitor="val_accuracy", patience=1),
    lambda: EarlyStopping("val_accuracy", patience=3, restore_best_weights=True, verbose=1),
]
MENDED_WRONG = [
    (lambda: "max", "not an EarlyStopping"),
    (lambda: stopping(monitor="val_accuracy", mode="min"), "mode against the metric"),
    (lambda: stopping(monitor="val_loss"), "monitors something else"),
    (lambda: stopping(monitor="val_loss", mode="max"), "monitors something else"),
    (lambda: stopping(monitor="accuracy", mode="max"), "monitors the training set"),
    (lambda: stopping(monitor="val_accuracy", mode="max", restore_best_weights=False), "keeps the last weights"),
    (lambda: stopping(monitor="val_accuracy", mode="max", min_delta=0.5), "keeps another epoch"),
    (lambda: stopping(monitor="val_accuracy", mode="max", patience=50), "too patient"),
    (lambda: stopping(monitor="val_acc", mode="max"), "monitors something else"),
    (lambda: stopping(monitor="val_accuracy", start_from_epoch=12), "keeps another epoch"),
]

EXERCISES = [
    Exercise(check.steps, STEPS_RIGHT, STEPS_WRONG),
    Exercise(check.robust, ROBUST_RIGHT, ROBUST_WRONG, built=True),
    Exercise(check.bumpy, BUMPY_RIGHT, BUMPY_WRONG, built=True),
    Exercise(check.mended, MENDED_RIGHT, MENDED_WRONG, built=True),
    Exercise(check.stop_below, STOP_RIGHT, STOP_WRONG),
]
QUIZZES = [
    (check.quiz_sizes, "b"),
    (check.quiz_by_hand, "b"),
    (check.quiz_monitor, "c"),
    (check.quiz_backup, "a"),
    (check.quiz_marks, "b"),
]
