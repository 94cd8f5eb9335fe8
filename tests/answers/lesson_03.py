"""Answers to lesson 03's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import functools

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers import data
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


def whole_maps(values, rate, rng):
    """As SpatialDropout1D does; every value has its own draw in two dimensions only."""
    shape = (values.shape[0], *[1] * (values.ndim - 2), values.shape[-1])
    return values * (rng.random(shape) >= rate) / (1 - rate)


def whole_percent(values, rate, training, rng):
    return values * (rng.integers(0, 100, values.shape) >= 100 * rate) / (1 - rate) if training else values


def mask(values, rate, rng):
    return rng.random(values.shape) >= rate


OWN = np.random.default_rng(0)  # a generator of the learner's own
DROPOUT_RIGHT = [by_hand, with_where, with_binomial, exact_number, whole_percent]
DROPOUT_WRONG = [
    (0.5, "not a function"),
    (in_place, "changes its input"),
    (training_only(lambda v, r, g: v[mask(v, r, g)]), "wrong shape"),
    (lambda values, rate, training, rng: None, "wrong shape"),
    (lambda values, rate, training, rng: values, "wrong share"),
    (training_only(lambda v, r, g: v * 0), "wrong share"),
    (training_only(lambda v, r, g: v * (g.random(v.shape) < r) / r), "rate confused with keep probability"),
    (training_only(lambda v, r, g: v * (g.random(v.shape[1]) >= r) / (1 - r)), "one draw for many values"),
    (training_only(lambda v, r, g: v * (g.random((len(v), 1)) >= r) / (1 - r)), "one draw for many values"),
    (training_only(whole_maps), "one draw for many values"),
    (training_only(lambda v, r, g: v * (g.random((len(v), len(v[0]))) >= r) / (1 - r)), "raises ValueError"),
    (training_only(lambda v, r, g: v * mask(v, 0.5, g) / (1 - r)), "wrong share"),
    (training_only(lambda v, r, g: v * mask(v, 0.2, g) / (1 - r)), "wrong share"),
    (training_only(lambda v, r, g: v * mask(v, r, np.random.default_rng(0)) / (1 - r)), "always the same mask"),
    (lambda v, r, t, g: v * mask(v, r, g) if t else v * (1 - r), "rescales in inference"),
    (lambda v, r, t, g: v * mask(v, r, g) / (1 - r), "dropout in inference"),
    (training_only(lambda v, r, g: v * mask(v, r, g)), "wrong rescaling"),
    (training_only(lambda v, r, g: v * mask(v, r, g) * (1 - r)), "wrong rescaling"),
    (training_only(lambda v, r, g: v * mask(v, r, g) / 0.8), "wrong rescaling"),
    (training_only(lambda v, r, g: v * mask(v, r, g) / r), "wrong rescaling"),
    (with_keras, "ignores rng"),
    (training_only(lambda v, r, g: v * (np.random.random(v.shape) >= r) / (1 - r)), "ignores rng"),
    (training_only(lambda v, r, g: v * mask(v, r, np.random.default_rng()) / (1 - r)), "ignores rng"),
    (training_only(lambda v, r, g: v * mask(v, r, OWN) / (1 - r)), "ignores rng"),
    (lambda values: values, "raises TypeError"),
]

RATES_RIGHT = [[0.5, 0, 0.8, 0.2], (0.5, 0.0, 0.8, 0.2), np.array([0.5, 0, 0.8, 0.2])]
RATES_WRONG = [
    ([0.2, 0.8, 0, 0.5], "exchanged"),  # upside down
    ([0.2, 0, 0.8, 0.5], "exchanged"),
    ([0, 0.2, 0.5, 0.8], "exchanged"),
    ([50, 0, 80, 20], "not the four rates"),
    ([0.5, 0.5, 0.5, 0.5], "not the four rates"),
    ([0.8], "not the four rates"),
    (0.8, "not the four rates"),
    ({"A": 0.5, "B": 0, "C": 0.8, "D": 0.2}, "not the four rates"),
    ("BDAC", "not the four rates"),
    (["a", "b", "c", "d"], "raises ValueError"),
]


def model(*stack, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *stack])


def dense(units=64):
    return layers.Dense(units, activation="relu")


def output():
    return layers.Dense(10, activation="softmax")


def convolutions():
    first = layers.Conv2D(32, 5, strides=2, activation="relu")
    return [first, layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D()]


@functools.cache
def trained():
    """The weights of a network of this shape that gets 96 % right, with a few more epochs than the lesson asks for."""
    keras.utils.set_random_seed(0)
    network = model(*convolutions(), layers.Dropout(0.25), layers.Flatten(), dense(128), layers.Dropout(0.5), output())
    network.compile("adam", "sparse_categorical_crossentropy")
    images, labels = data.load_mnist()[0]
    network.fit(images[..., None] / 255.0, labels, epochs=20, batch_size=32, verbose=0)
    return network.get_weights()


def sequential():
    network = model(*convolutions(), layers.Dropout(0.25), layers.Flatten(), dense(128), layers.Dropout(0.5), output())
    network.set_weights(trained())
    return network


def weakened():
    """The same network with half of its first kernels at zero."""
    network = sequential()
    kernels, biases = network.layers[0].get_weights()
    kernels[..., ::2] = 0
    network.layers[0].set_weights([kernels, biases])
    return network


def functional_and_nested():
    inputs = keras.Input((28, 28, 1))
    trunk = keras.Sequential([*convolutions(), layers.SpatialDropout2D(0.2), layers.Flatten()])
    x = layers.AlphaDropout(0.6)(dense(128)(trunk(inputs)))
    scores = layers.Dense(10)(x)
    network = keras.Model(inputs, layers.Softmax()(scores))
    network.set_weights(trained())
    return network


class Stubborn(layers.Dropout):
    def call(self, inputs, training=False):
        return super().call(inputs, training=True)


def two(first, second, *before, units=64):
    """Dropout after the pooling and between dense layers; `before` stands before the convolutions."""
    end = layers.Dropout(first), layers.Flatten(), dense(units), layers.Dropout(second), output()
    return model(*before, *convolutions(), *end)


def before_pooling(*between):
    convolution, pooling = layers.Conv2D(4, 3, strides=4), layers.MaxPooling2D()
    rest = layers.Flatten(), dense(), layers.Dropout(0.5), output()
    return model(convolution, layers.Dropout(0.2), *between, pooling, *rest)


PLACES_RIGHT = [sequential, functional_and_nested]
PLACES_WRONG = [
    (lambda: [layers.Dropout(0.5)], "not a model"),
    (lambda: model(layers.Flatten(), output(), shape=(784,)), "wrong input shape"),
    (lambda: model(layers.Flatten(), dense(), output()), "no dropout"),
    (lambda: two(0.0, 0.0), "no dropout"),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), output(), layers.Dropout(0.5)),
        "dropout after the output",
    ),
    (
        lambda: model(layers.Flatten(), dense(), layers.Dense(10), layers.Dropout(0.5), layers.Softmax()),
        "dropout after the output",
    ),
    (lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), layers.Dense(10)), "not probabilities"),
    (
        lambda: model(layers.Flatten(), dense(), Stubborn(0.5), dense(), layers.Dropout(0.2), output()),
        "dropout in inference",
    ),
    (lambda: two(0.75, 0.5), "unsuitable rate"),
    (lambda: two(0.3, 0.8), "unsuitable rate"),
    (lambda: two(0.01, 0.01), "unsuitable rate"),
    (lambda: two(0.3, 0.02), "unsuitable rate"),
    (lambda: two(0.3, 0.5, layers.Dropout(0.1)), "dropout on the picture"),
    (lambda: before_pooling(layers.ReLU()), "before pooling"),
    (lambda: before_pooling(layers.BatchNormalization(), layers.Activation("relu")), "before pooling"),
    (before_pooling, "before pooling"),
    (lambda: two(0.3, 0.5, units=16), "too few units"),
    (lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), layers.Dropout(0.5), output()), "only one place"),
    (lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), output()), "only one place"),
    (lambda: two(0.3, 0.5), "guesses"),  # not trained
    (weakened, "below"),
    (lambda: model(layers.Flatten(), dense(), layers.Dropout(0.5), dense(), layers.Dropout(0.3), output()), "guesses"),
]

MENDED_RIGHT = [
    lambda: model(layers.Flatten(), dense(256), layers.Dropout(0.5), output()),
    lambda: keras.Sequential(
        [model(layers.Flatten(), dense(256)), layers.Dropout(0.5), layers.Dense(10), layers.Softmax()]
    ),
    lambda: model(layers.Flatten(), layers.Dense(256), layers.ReLU(), layers.Dropout(0.5), output()),
    lambda: model(layers.Flatten(), layers.Dense(256), layers.Activation("relu"), layers.Dropout(0.5), output()),
]
MENDED_WRONG = [
    (lambda: [layers.Dropout(0.5)], "not a model"),
    (lambda: model(layers.Flatten(), dense(256), output(), layers.Dropout(0.5)), "dropout after the output"),
    (
        lambda: model(layers.Flatten(), dense(256), layers.Dense(10), layers.Dropout(0.5), layers.Softmax()),
        "dropout after the output",
    ),
    (lambda: model(layers.Flatten(), dense(256), output()), "no dropout"),
    (lambda: model(layers.Flatten(), dense(256), layers.Dropout(0.5), layers.Dense(10)), "not probabilities"),
    (lambda: model(layers.Dropout(0.5), layers.Flatten(), dense(256), output()), "other layers"),
    (lambda: model(layers.Flatten(), dense(256), layers.Dropout(0.1), output()), "other layers"),
    (lambda: model(layers.Flatten(), layers.Dense(256), layers.Dropout(0.5), output()), "other layers"),  # linear
    (lambda: model(layers.Flatten(), dense(128), layers.Dropout(0.5), output()), "other layers"),
]

PENALTY_RIGHT = [
    lambda weights, l1, l2: l1 * np.abs(weights).sum() + l2 * (weights**2).sum(),
    lambda weights, l1, l2: sum(l1 * abs(w) + l2 * w * w for w in weights.ravel()),
    lambda weights, l1, l2: keras.regularizers.L1L2(l1=l1, l2=l2)(weights),
    lambda weights, l1, l2: l1 * np.linalg.norm(weights.ravel(), 1) + l2 * np.linalg.norm(weights) ** 2,
]
PENALTY_WRONG = [
    (3.0, "not a function"),
    (lambda weights, l1, l2: l1 * np.abs(weights) + l2 * weights**2, "not a number"),
    (lambda weights, l1, l2: l1 * weights.sum() + l2 * (weights**2).sum(), "signs kept"),
    (lambda weights, l1, l2: l1 * abs(weights.sum()) + l2 * (weights**2).sum(), "signs kept"),
    (lambda weights, l1, l2: l2 * (weights**2).sum(), "another number"),  # no L1 at all
    (lambda weights, l1, l2: l1 * np.abs(weights).sum(), "another number"),
    (lambda weights, l1, l2: l1 * np.abs(weights).sum() + l2 * np.linalg.norm(weights), "another number"),
    (lambda weights, l1, l2: sum(l1 * abs(w) + l2 * w**2 for row in weights for w in row), "raises TypeError"),
    (lambda weights, l1, l2: l1 * np.abs(weights).mean() + l2 * (weights**2).mean(), "another number"),
    (lambda weights, l1, l2: l1 * np.abs(weights).sum() + l2 * np.abs(weights).sum() ** 2, "another number"),
    (lambda weights, l1, l2: l1 * np.abs(weights).sum() + l2 / 2 * (weights**2).sum(), "another number"),
    (lambda weights, l1, l2: l2 * np.abs(weights).sum() + l1 * (weights**2).sum(), "another number"),
    (lambda weights: 0.0, "raises TypeError"),
]

EXERCISES = [
    Exercise(check.inverted_dropout, DROPOUT_RIGHT, DROPOUT_WRONG),
    Exercise(check.which_rates, RATES_RIGHT, RATES_WRONG),
    Exercise(check.two_places, PLACES_RIGHT, PLACES_WRONG, built=True),
    Exercise(check.mended, MENDED_RIGHT, MENDED_WRONG, built=True),
    Exercise(check.penalty, PENALTY_RIGHT, PENALTY_WRONG),
]
QUIZZES = [(check.quiz_below, "a"), (check.quiz_penalty, "c")]
