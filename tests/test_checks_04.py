"""Lesson 04's checks: several right answers each, and wrong ones told which misconception they show."""

import keras
import pytest
from keras.callbacks import Callback, EarlyStopping

from helpers.checks import lesson_04 as check
from helpers.exercises import CORRECT, NOT_YET


def stopping(**arguments):
    return EarlyStopping(**{"patience": 8, "min_delta": 0.001, "restore_best_weights": True, **arguments})


class Eager(EarlyStopping):
    def __init__(self):
        super().__init__(patience=10, min_delta=0.01, restore_best_weights=True)


BUMPY_RIGHT = [
    stopping,
    lambda: stopping(monitor="val_loss", mode="min", patience=5),
    lambda: stopping(patience=16, min_delta=0.01),
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


STOP_RIGHT = [StopBelow, OrEqual, factory]
STOP_WRONG = [
    (StopBelow(0.25), "not a class"),
    (0.25, "not a class"),
    (lambda threshold: threshold, "not a callback"),
    (WrongObject, "never stops"),
    (Training, "monitors the training set"),
    (Above, "stops above the threshold"),
    (Fixed, "ignores the threshold"),
    (Late, "stops at another epoch"),
    (Misspelt, "raises KeyError"),
    (Callback, "raises TypeError"),
]

MENDED_RIGHT = [
    lambda: stopping(monitor="val_accuracy", mode="max", min_delta=0),
    lambda: stopping(monitor="val_accuracy", patience=1),
    lambda: stopping(monitor="val_loss"),
]
MENDED_WRONG = [
    (lambda: "max", "not an EarlyStopping"),
    (lambda: stopping(monitor="val_accuracy", mode="min"), "mode against the metric"),
    (lambda: stopping(monitor="val_loss", mode="max"), "mode against the metric"),
    (lambda: stopping(monitor="accuracy", mode="max"), "monitors the training set"),
    (lambda: stopping(monitor="val_accuracy", mode="max", restore_best_weights=False), "keeps the last weights"),
    (lambda: stopping(monitor="val_accuracy", mode="max", min_delta=0.5), "keeps another epoch"),
    (lambda: stopping(monitor="val_accuracy", mode="max", patience=50), "too patient"),
]


@pytest.mark.parametrize("answer", BUMPY_RIGHT)
def test_bumpy_accepts(answer, lang):
    assert check.bumpy.judge(answer()).status == CORRECT


@pytest.mark.parametrize(("answer", "misconception"), BUMPY_WRONG)
def test_bumpy_names(answer, misconception, lang):
    verdict = check.bumpy.judge(answer())
    assert (verdict.status, verdict.misconception) == (NOT_YET, misconception)


def test_a_callback_may_be_judged_twice_and_after_a_training():
    answer = stopping()
    assert check.bumpy.judge(answer).status == check.bumpy.judge(answer).status == CORRECT
    check._replay(stopping(), check._curves(check._SMOOTH))
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = keras.ops.ones((4, 1))
    model.fit(x, x, validation_data=(x, x), epochs=2, callbacks=[answer], verbose=0)
    assert check.bumpy.judge(answer).status == CORRECT


@pytest.mark.parametrize("answer", STOP_RIGHT)
def test_stop_below_accepts(answer, lang):
    assert check.stop_below.judge(answer).status == CORRECT


@pytest.mark.parametrize(("answer", "misconception"), STOP_WRONG)
def test_stop_below_names(answer, misconception, lang):
    verdict = check.stop_below.judge(answer)
    assert (verdict.status, verdict.misconception) == (NOT_YET, misconception)


@pytest.mark.parametrize("answer", MENDED_RIGHT)
def test_mended_accepts(answer, lang):
    assert check.mended.judge(answer()).status == CORRECT


@pytest.mark.parametrize(("answer", "misconception"), MENDED_WRONG)
def test_mended_names(answer, misconception, lang):
    verdict = check.mended.judge(answer())
    assert (verdict.status, verdict.misconception) == (NOT_YET, misconception)


@pytest.mark.parametrize(
    ("quiz", "right"), [(check.quiz_curves, "b"), (check.quiz_delta, "a"), (check.quiz_monitor, "c")]
)
def test_each_quiz_has_one_right_option(quiz, right, lang):
    verdicts = {letter: quiz.judge(letter) for letter in "abc"}
    assert [letter for letter, verdict in verdicts.items() if verdict.status == CORRECT] == [right]
    assert len({verdict.text for verdict in verdicts.values()}) == 3


def test_every_verdict_and_hint_differs_between_languages():
    from helpers import language

    def texts(lang):
        language.use(lang)
        answers = [(check.bumpy, a()) for a in BUMPY_RIGHT[:1] + [w for w, _ in BUMPY_WRONG]]
        answers += [(check.stop_below, a) for a in STOP_RIGHT[:1] + [w for w, _ in STOP_WRONG]]
        answers += [(check.mended, a()) for a in MENDED_RIGHT[:1] + [w for w, _ in MENDED_WRONG]]
        return [c.judge(a).text for c, a in answers]

    try:
        for english, spanish in zip(texts("en"), texts("es"), strict=True):
            assert english != spanish
    finally:
        language.use("en")
