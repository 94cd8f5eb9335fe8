"""Answers to lesson 05's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers.checks import lesson_05 as check


def normalise(x, gamma, beta, epsilon, axis=0, ddof=0):
    mean, variance = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True, ddof=ddof)
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def by_keras(x, gamma, beta, epsilon):
    layer = layers.BatchNormalization(epsilon=epsilon)
    layer.build(x.shape)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    return layer(x, training=True)


def column_by_column(x, gamma, beta, epsilon):
    columns = [
        g * (c - np.mean(c)) / (np.var(c) + epsilon) ** 0.5 + b for c, g, b in zip(x.T, gamma, beta, strict=True)
    ]
    return np.stack(columns, axis=1)


def in_place(x, gamma, beta, epsilon):
    x -= x.mean(axis=0)
    return x


NORMALISE_RIGHT = [normalise, by_keras, column_by_column]
NORMALISE_WRONG = [
    (3, "not a function"),
    (in_place, "changes its input"),
    (lambda x, g, b, e: x.mean(axis=0), "wrong shape"),
    (lambda x, g, b, e: normalise(x, g, b, 0), "epsilon forgotten"),
    (lambda x, g, b, e: normalise(x, g, b, e, axis=1), "wrong axis"),
    (lambda x, g, b, e: normalise(x, g, b, e, axis=None), "wrong axis"),
    (lambda x, g, b, e: normalise(x, 1, 0, e), "gamma and beta forgotten"),
    (lambda x, g, b, e: normalise(x, g, 0, e), "gamma and beta forgotten"),
    (lambda x, g, b, e: g * (x - x.mean(axis=0)) / (x.std(axis=0) + e) + b, "epsilon outside the root"),
    (lambda x, g, b, e: normalise(x, g, b, e, ddof=1), "sample variance"),
    (lambda x, g, b, e: g * (x - x.mean(axis=0)) / (x.var(axis=0) + e) + b, "divided by the variance"),
    (lambda x, g, b, e: x, "other values"),
]


def stack(depth=8, activation="sigmoid", normalised=False, last="softmax", more=(), **options):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])
    for _ in range(depth):
        model.add(layers.Dense(32, **options))
        if normalised:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation(activation))
    model.add(layers.Dense(10, activation=last))
    for layer in more:
        model.add(layer)
    return model


def residual():
    inputs = keras.Input((28, 28, 1))
    x = layers.Dense(32)(layers.Flatten()(inputs))
    for _ in range(8):
        x = layers.Add()([x, layers.Dense(32, activation="sigmoid")(x)])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


DEEP_RIGHT = [
    lambda: stack(normalised=True),
    lambda: stack(activation="relu", kernel_initializer="he_normal"),
    lambda: stack(activation="leaky_relu"),
    residual,
]
DEEP_WRONG = [
    (lambda: layers.Dense, "not a model"),
    (lambda: keras.Sequential([keras.Input((7,)), layers.Dense(10)]), "wrong input shape"),
    (lambda: stack(normalised=True, more=[layers.BatchNormalization()]), "batch norm after the output layer"),
    (lambda: stack(normalised=True, last=None), "not ten probabilities"),
    (lambda: stack(depth=3, activation="relu"), "not deep"),
    (lambda: stack(activation="relu", bias_initializer=keras.initializers.Constant(-20)), "no gradient"),
    (lambda: stack(kernel_initializer=keras.initializers.RandomNormal(stddev=1e6), activation="relu"), "exploding"),
    (lambda: stack(activation=None), "linear"),
    (lambda: stack(activation=None, normalised=True, depth=12), "linear"),
    (lambda: stack(), "vanishing gradient"),
    (lambda: stack(depth=10), "vanishing gradient"),
]


LABELS_RIGHT = [
    lambda model, images: np.argmax(model(images, training=False), axis=1),
    lambda model, images: model.predict(images, verbose=0).argmax(axis=-1),
    lambda model, images: [int(np.argmax(model(images[i : i + 1]))) for i in range(len(images))],
]


def own_statistics(model, images):
    kept = model.get_weights()
    labels = np.argmax(model(images, training=True), axis=1)
    model.set_weights(kept)
    return labels


def frozen(model, images):
    model.trainable = False
    return np.argmax(model(images, training=True), axis=1)


LABELS_WRONG = [
    ("labels", "not a function"),
    (lambda model, images: np.argmax(model(images, training=True), axis=1), "training mode in prediction"),
    (lambda model, images: model(images), "probabilities instead of labels"),
    (lambda model, images: np.argmax(model(images)), "not one label per image"),
    (lambda model, images: np.argmax(model(images), axis=0), "not one label per image"),
    (frozen, "freezes the model"),
    (own_statistics, "depends on the batch"),
    (lambda model, images: np.argmin(model(images), axis=1), "other labels"),
]

EXERCISES = [
    Exercise(check.batch_normalise, NORMALISE_RIGHT, NORMALISE_WRONG),
    Exercise(check.deep_network, DEEP_RIGHT, DEEP_WRONG, built=True),
    Exercise(check.labels_of, LABELS_RIGHT, LABELS_WRONG),
]
QUIZZES = [(check.quiz_statistics, "c"), (check.quiz_lag, "a")]
