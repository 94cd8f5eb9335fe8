"""Answers to lesson 03's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers.checks import lesson_03 as check


def by_hand(values, rate, training, rng):
    if not training:
        return values
    return values * (rng.random(values.shape) >= rate) / (1 - rate)


def with_where(values, rate, training, rng):
    return np.where(rng.uniform(size=values.shape) < 1 - rate, values / (1 - rate), 0) if training else values.copy()


def with_binomial(values, rate, training, rng):
    return values * rng.binomial(1, 1 - rate, values.shape) / (1 - rate) if training else values


def with_keras(values, rate, training, rng):
    return layers.Dropout(rate)(values, training=training)


def exact_number(values, rate, training, rng):
    if not training:
        return values
    keep = np.ones(values.size)
    keep[rng.permutation(values.size)[: round(rate * values.size)]] = 0
    return values * keep.reshape(values.shape) / (1 - rate)


def in_place(values, rate, training, rng):
    values[rng.random(values.shape) < rate] = 0
    return values / (1 - rate)


def training_only(change):
    return lambda values, rate, training, rng: change(values, rate, rng) if training else values


def mask(values, rate, rng):
    return rng.random(values.shape) >= rate


DROPOUT_RIGHT = [by_hand, with_where, with_binomial, exact_number]
DROPOUT_WRONG = [
    (0.5, "not a function"),
    (in_place, "changes its input"),
    (training_only(lambda v, r, g: v[mask(v, r, g)]), "wrong shape"),
    (lambda values, rate, training, rng: None, "wrong shape"),
    (lambda values, rate, training, rng: values, "nothing dropped"),
    (training_only(lambda v, r, g: v * (g.random(v.shape) < r) / r), "rate confused with keep probability"),
    (training_only(lambda v, r, g: v * (g.random(v.shape[1]) >= r) / (1 - r)), "same mask for every row"),
    (training_only(lambda v, r, g: v * (g.random((len(v), 1)) >= r) / (1 - r)), "whole rows dark"),
    (training_only(lambda v, r, g: v * mask(v, 0.5, g) / (1 - r)), "wrong share"),
    (training_only(lambda v, r, g: v * mask(v, r, np.random.default_rng(0)) / (1 - r)), "always the same mask"),
    (lambda v, r, t, g: v * mask(v, r, g) if t else v * (1 - r), "rescales in inference"),
    (lambda v, r, t, g: v * mask(v, r, g) / (1 - r), "dropout in inference"),
    (training_only(lambda v, r, g: v * mask(v, r, g)), "no rescaling"),
    (training_only(lambda v, r, g: v * mask(v, r, g) * (1 - r)), "wrong rescaling"),
    (training_only(lambda v, r, g: v * mask(v, 0.2, g) / 0.8), "ignores the rate"),
    (with_keras, "ignores rng"),
    (training_only(lambda v, r, g: v * (np.random.random(v.shape) >= r) / (1 - r)), "ignores rng"),
    (lambda values: values, "raises TypeError"),
]


def model(*stack, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *stack])


def dense(units=20):
    return layers.Dense(units, activation="relu")


def output():
    return layers.Dense(10, activation="softmax")


def functional_and_nested():
    inputs = keras.Input((28, 28, 1))
    trunk = keras.Sequential([layers.Conv2D(4, 3, strides=4), layers.SpatialDropout2D(0.2), layers.Flatten()])
    x = layers.Dropout(0.5)(dense()(trunk(inputs)))
    return keras.Model(inputs, output()(x))


class Stubborn(layers.Dropout):
    def call(self, inputs, training=False):
        return super().call(inputs, training=True)


def always_on():
    return model(layers.Flatten(), dense(), Stubborn(0.5), dense(), layers.Dropout(0.2), output())


PLACES_RIGHT = [
    functional_and_nested,
    lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), dense(), layers.Dropout(0.3), output()),
    lambda: model(
        layers.Conv2D(4, 3, strides=4),
        layers.Dropout(0.1),
        layers.Flatten(),
        dense(),
        layers.AlphaDropout(0.4),
        layers.Dense(10),
        layers.Softmax(),
    ),
]
PLACES_WRONG = [
    (lambda: [layers.Dropout(0.5)], "not a model"),
    (lambda: model(layers.Flatten(), output(), shape=(784,)), "wrong input shape"),
    (lambda: model(layers.Flatten(), dense(), output()), "no dropout"),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), output(), layers.Dropout(0.5)),
        "dropout after the output",
    ),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dense(10), layers.Dropout(0.5), layers.Softmax()),
        "dropout after the output",
    ),
    (lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), layers.Dense(10)), "not probabilities"),
    (always_on, "dropout in inference"),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dropout(0.95), dense(), layers.Dropout(0.5), output()),
        "rate too high",
    ),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dropout(0.0), dense(), layers.Dropout(0.5), output()),
        "rate too low",
    ),
    (
        lambda: model(layers.Dropout(0.1), layers.Flatten(), dense(), layers.Dropout(0.5), output()),
        "dropout on the picture",
    ),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), layers.Dropout(0.5), output()),
        "only one place",
    ),
    (lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), output()), "only one place"),
]


EXERCISES = [
    Exercise(check.inverted_dropout, DROPOUT_RIGHT, DROPOUT_WRONG),
    Exercise(check.two_places, PLACES_RIGHT, PLACES_WRONG, built=True),
]
QUIZZES = [(check.quiz_rate, "b"), (check.quiz_below, "a"), (check.quiz_penalty, "c")]
