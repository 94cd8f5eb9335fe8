"""Answers to lesson 06's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import math

import keras
import keras_tuner as kt
import numpy as np
from keras import layers

from answers import Exercise
from helpers import data
from helpers.checks import lesson_06 as check

INPUT = (28, 28, 1)


def finish(model, rate=1e-3, loss="sparse_categorical_crossentropy"):
    model.compile(keras.optimizers.Adam(rate), loss=loss)
    return model


def network(*hidden, last="softmax"):
    return keras.Sequential([keras.Input(INPUT), layers.Flatten(), *hidden, layers.Dense(10, activation=last)])


def rate_of(hp, **change):
    return hp.Float("learning_rate", **{"min_value": 1e-4, "max_value": 1e-2, "sampling": "log", **change})


def units_of(hp):
    return hp.Int("units", 32, 128, step=32)


def conditional(hp):
    with hp.conditional_scope("use_dropout", [True]):
        return hp.Float("rate", 0.1, 0.5) if hp.values.get("use_dropout") else 0.0


def model_with(hp, rate=rate_of, units=units_of, dropout=conditional, **finishing):
    hp.Boolean("use_dropout")
    hidden = [layers.Dense(units(hp), activation="relu"), layers.Dropout(dropout(hp))]
    return finish(network(*hidden), rate(hp), **finishing)


def with_a_parent(hp):
    hidden = [layers.Dense(hp.Choice("units", [32, 64, 96, 128]), activation="relu")]
    use = hp.Boolean("use_dropout")
    rate = hp.Float("rate", 0.1, 0.5, step=0.1, parent_name="use_dropout", parent_values=[True]) if use else None
    if use:
        hidden.append(layers.Dropout(rate))
    return finish(network(*hidden), hp.Float("learning_rate", 1e-4, 1e-2, sampling="log"))


def convolutional(hp):
    inputs = keras.Input(INPUT)
    x = layers.Flatten()(layers.MaxPooling2D(4)(layers.Conv2D(4, 3)(inputs)))
    x = layers.Dense(units_of(hp), activation="relu")(x)
    if hp.Boolean("use_dropout", default=True):
        with hp.conditional_scope("use_dropout", [True]):
            x = layers.Dropout(hp.Float("rate", 0.1, 0.5, sampling="log"))(x)
    return finish(keras.Model(inputs, layers.Dense(10, activation="softmax")(x)), rate_of(hp))


def plain_if(hp):
    return model_with(hp, dropout=lambda hp: hp.Float("rate", 0.1, 0.5) if hp.values["use_dropout"] else 0.0)


def always(hp):
    def dropout(hp):
        conditional(hp)
        return 0.3

    return model_with(hp, dropout=dropout)


def not_compiled(hp):
    hp.Boolean("use_dropout")
    return network(layers.Dense(units_of(hp)))


def forgets_return(hp):
    model_with(hp)


def fixed_rate(hp):
    return model_with(hp, rate=lambda hp: rate_of(hp) and 1e-3)


def fixed_units(hp):
    return model_with(hp, units=lambda hp: units_of(hp) and 64)


def logits(hp):
    return finish(network(last=None))


def nested(hp):
    """Layers inside a model inside the model, and a learning rate that falls from batch to batch."""
    inner = [layers.Dense(units_of(hp), activation="relu")]
    if hp.Boolean("use_dropout"):
        inner.append(layers.Dropout(conditional(hp)))
    return finish(network(keras.Sequential(inner)), keras.optimizers.schedules.CosineDecay(rate_of(hp), 300))


def other_dropout(hp):
    """Another layer of the kind, and a dropout that is always there besides."""
    hidden = [layers.Dropout(0.2), layers.Dense(units_of(hp), activation="relu")]
    if hp.Boolean("use_dropout"):
        hidden.append(layers.GaussianDropout(conditional(hp)))
    return finish(network(*hidden), rate_of(hp))


def keeps_more(hp):
    return model_with(hp, dropout=lambda hp: 1 - conditional(hp))


HYPERMODEL_WRONG = [
    ("a model", "not a function"),
    (forgets_return, "returns no model"),
    (not_compiled, "not compiled"),
    (logits, "not probabilities"),
    (
        lambda hp: finish(keras.Sequential([keras.Input(INPUT), layers.Flatten(), layers.Dense(9)])),
        "another shape of answers",
    ),
    (lambda hp: model_with(hp, loss="categorical_crossentropy"), "categorical loss with integer labels"),
    (lambda hp: model_with(hp, rate=lambda hp: hp.Float("lr", 1e-4, 1e-2, sampling="log")), "a name is missing"),
    (lambda hp: model_with(hp, rate=lambda hp: rate_of(hp, sampling="linear")), "linear sampling"),
    (lambda hp: model_with(hp, rate=lambda hp: rate_of(hp, min_value=1e-5)), "another range"),
    (lambda hp: model_with(hp, units=lambda hp: hp.Int("units", 32, 128)), "another step"),
    (lambda hp: model_with(hp, dropout=lambda hp: hp.Choice("rate", [0.1, 0.5])), "a few values only"),
    (plain_if, "no conditional scope"),
    (always, "drawn but not used"),
    (fixed_rate, "drawn but not used"),
    (fixed_units, "drawn but not used"),
    (keeps_more, "drawn but not used"),
]


def stack(hp, width, count=lambda hp: hp.Int("hidden_layers", 1, 3)):
    return finish(network(*(layers.Dense(width(hp, number), activation="relu") for number in range(count(hp)))))


def scoped(hp):
    hidden = []
    count = hp.Int("hidden_layers", 1, 3)
    for number in range(3):
        with hp.conditional_scope("hidden_layers", list(range(number + 1, 4))):
            if number < count:
                hidden.append(layers.Dense(hp.Choice(f"width {number}", [16, 32, 48, 64]), activation="relu"))
    return finish(network(*hidden))


def drawn_before(hp):
    units = [hp.Int(f"units_{number}", 16, 64, step=16) for number in range(3)]
    return stack(hp, lambda hp, number: units[number])


def drawn_but_first_used(hp):
    units = [hp.Int(f"units_{number}", 16, 64, step=16) for number in range(3)]
    return stack(hp, lambda hp, number: units[0])


def hers(hp):
    return stack(hp, lambda hp, number: hp.Int("units", 16, 64, step=16))


def three_layers(hp):
    hp.Int("hidden_layers", 1, 3)
    return stack(hp, lambda hp, number: hp.Int(f"units_{number}", 16, 64, step=16), count=lambda hp: 3)


def wider(hp):
    return stack(hp, lambda hp, number: hp.Int(f"units_{number}", 32, 256, step=32))


MENDED_RIGHT = [lambda hp: stack(hp, lambda hp, n: hp.Int(f"units_{n}", 16, 64, step=16)), scoped, drawn_before, wider]
MENDED_WRONG = [
    ("units_0", "not a function"),
    (hers, "one name for all"),
    (drawn_but_first_used, "drawn but not used"),
    (three_layers, "number of layers fixed"),
    (lambda hp: None, "returns no model"),
    (not_compiled, "not compiled"),
    (logits, "not probabilities"),
    (
        lambda hp: finish(keras.Sequential([keras.Input(INPUT), layers.Flatten(), layers.Dense(9)])),
        "another shape of answers",
    ),
    (lambda hp: finish(network(), loss="categorical_crossentropy"), "categorical loss with integer labels"),
]


class Batches(kt.HyperModel):
    def build(self, hp):
        return finish(network(layers.Dense(8, activation="relu")))

    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, batch_size=hp.Choice("batch_size", [16, 32, 64, 128]), **kwargs)


class ByDoubling(Batches):
    def fit(self, hp, model, x, y, validation_data, callbacks=None, **kwargs):
        kwargs["batch_size"] = hp.Int("batch_size", 16, 128, step=2, sampling="log")
        history = model.fit(x, y, validation_data=validation_data, callbacks=callbacks, **kwargs)
        return min(history.history["val_loss"])


class NotDrawn(Batches):
    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, batch_size=16, **kwargs)


class ThreeSizes(Batches):
    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, batch_size=hp.Choice("batch_size", [16, 32, 128]), **kwargs)


class DrawnInBuild(Batches):
    def build(self, hp):
        hp.Choice("batch_size", [16, 32, 64, 128])
        return super().build(hp)

    def fit(self, hp, model, *args, **kwargs):
        return model.fit(*args, **kwargs)


class DropsSettings(Batches):
    def fit(self, hp, model, x, y, **kwargs):
        return model.fit(x, y, batch_size=hp.Choice("batch_size", [16, 32, 64, 128]), verbose=0)


class DropsCallbacks(Batches):
    def fit(self, hp, model, *args, callbacks=None, **kwargs):
        return super().fit(hp, model, *args, **kwargs)


class DropsValidation(Batches):
    def fit(self, hp, model, *args, validation_data=None, **kwargs):
        return super().fit(hp, model, *args, **kwargs)


class ReturnsNothing(Batches):
    def fit(self, hp, model, *args, **kwargs):
        super().fit(hp, model, *args, **kwargs)


class ReturnsModel(Batches):
    def fit(self, hp, model, *args, **kwargs):
        super().fit(hp, model, *args, **kwargs)
        return model


class BuildsAnother(Batches):
    def fit(self, hp, model, *args, **kwargs):
        return super().fit(hp, self.build(hp), *args, **kwargs)


class OneMoreCallback(Batches):
    def fit(self, hp, model, *args, callbacks, **kwargs):
        return super().fit(hp, model, *args, callbacks=[*callbacks, keras.callbacks.TerminateOnNaN()], **kwargs)


class NoFit(kt.HyperModel):
    def build(self, hp):
        return finish(network())


class BuildsNothing(Batches):
    def build(self, hp):
        super().build(hp)


BATCHES_WRONG = [
    (hers, "not a hypermodel"),
    (Batches.fit, "not a hypermodel"),
    (NotDrawn, "other batch sizes"),
    (ThreeSizes, "other batch sizes"),
    (DrawnInBuild, "drawn but not used"),
    (DropsSettings, "not passed on"),
    (DropsCallbacks, "not passed on"),
    (DropsValidation, "not passed on"),
    (ReturnsNothing, "returns no score"),
    (ReturnsModel, "returns no score"),
    (BuildsAnother, "not trained"),
    (BuildsNothing, "returns no model"),
    (NoFit, "other batch sizes"),
]


def trained(batch_size, rate, epochs=4, times=1, last="softmax", **settings):
    """What fit returns. These networks train on the validation digits: quick, and only the figure is judged."""

    def history():
        _, (images, labels), _ = data.load_mnist()
        model = finish(network(layers.Rescaling(1), layers.Dense(128, activation="relu"), last=last), rate, **settings)
        for _ in range(times):
            found = model.fit(images[..., None] / 255, labels, batch_size=batch_size, epochs=epochs, verbose=0)
        return found

    return history


BEAT_WRONG = [
    (lambda: finish(network()), "not a history"),
    (lambda: trained(500, 1e-3, epochs=1)().history, "not a history"),
    (keras.callbacks.History, "not a history"),
    (trained(500, 1e-3, epochs=5), "more epochs"),
    (trained(500, 1e-3, epochs=4, times=2), "more epochs"),
    (trained(500, 1e-3), "above"),
    (trained(500, 1e-3, epochs=1, last=None), "not probabilities"),
]


def mean_of_draws(pick=min, times=2000, replace=False):
    draw = np.random.default_rng(1)
    return lambda scores, n: np.mean([pick(draw.choice(scores, n, replace=replace)) for _ in range(times)])


def permuted(scores, n):
    draw, best = np.random.default_rng(), []
    for _ in range(500):
        best.append(draw.permutation(scores)[:n].min())
    return sum(best) / len(best)


def shuffled_in_place(scores, n):
    draw, lowest = np.random.default_rng(2), []
    for _ in range(2000):
        draw.shuffle(scores)
        lowest.append(scores[:n].min())
    return np.mean(lowest)


def exactly(scores, n):
    ranked, count = np.sort(scores), len(scores)
    return sum(math.comb(count - 1 - place, n - 1) * loss for place, loss in enumerate(ranked)) / math.comb(count, n)


EXPECTED_BEST_WRONG = [
    (0.07, "not a function"),
    (lambda scores, n: scores[:n].min(), "no mean of many draws"),
    (lambda scores, n: np.mean([scores[:n].min() for _ in range(2000)]), "no mean of many draws"),
    (lambda scores, n: np.sort(scores)[:n].min(), "no mean of many draws"),
    (lambda scores, n: np.random.default_rng(0).permutation(scores)[:n].min(), "no mean of many draws"),
    (mean_of_draws(times=1), "no mean of many draws"),
    (mean_of_draws(pick=max), "another number"),
    (mean_of_draws(pick=np.mean), "another number"),
    (lambda scores, n: np.sort(scores)[:n].mean(), "no mean of many draws"),
    (mean_of_draws(replace=True, times=20000), "put back"),
    (lambda scores, n: mean_of_draws()(scores, 5), "put back"),
    (lambda scores, n: [np.random.permutation(scores)[:n].min() for _ in range(2000)], "returns no number"),
    (lambda scores, n: None, "returns no number"),
]

EXERCISES = [
    Exercise(check.hypermodel, [model_with, with_a_parent, convolutional, nested, other_dropout], HYPERMODEL_WRONG),
    Exercise(check.mended, MENDED_RIGHT, MENDED_WRONG),
    Exercise(check.batches, [Batches, ByDoubling, Batches(), OneMoreCallback], BATCHES_WRONG),
    Exercise(check.expected_best, [mean_of_draws(), permuted, shuffled_in_place, exactly], EXPECTED_BEST_WRONG),
    Exercise(check.beat, [trained(8, 2e-3), trained(4, 1e-3, epochs=3)], BEAT_WRONG, built=True),
]
QUIZZES = [
    (check.quiz_outlier, "a"),
    (check.quiz_map, "b"),
    (check.quiz_report, "c"),
    (check.quiz_reload, "b"),
    (check.quiz_resumed, "b"),
    (check.quiz_gpus, "b"),
]
