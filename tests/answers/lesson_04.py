"""Answers to lesson 04's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
from keras.callbacks import Callback, EarlyStopping

from answers import Exercise
from helpers.checks import lesson_04 as check


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
    (Above, "stops above the threshold"),
    (OrEqual, "stops at the threshold itself"),
    (Fixed, "ignores the threshold"),
    (Late, "stops at another epoch"),
    (Misspelt, "raises KeyError"),
    (Callback, "raises TypeError"),
]

MENDED_RIGHT = [
    lambda: stopping(monitor="val_accuracy", mode="max", min_delta=0),
    lambda: stopping(monitor="val_accuracy", patience=1),
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
]

EXERCISES = [
    Exercise(check.bumpy, BUMPY_RIGHT, BUMPY_WRONG, built=True),
    Exercise(check.stop_below, STOP_RIGHT, STOP_WRONG),
    Exercise(check.mended, MENDED_RIGHT, MENDED_WRONG, built=True),
]
QUIZZES = [(check.quiz_curves, "b"), (check.quiz_delta, "a"), (check.quiz_monitor, "c")]
