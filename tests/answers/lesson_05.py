"""Answers to lesson 05's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers import data
from helpers.checks import lesson_05 as check


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


def parallel():
    inputs = keras.Input((28, 28, 1))
    x = layers.Flatten()(inputs)
    beside = [layers.Dense(16, activation="relu")(x) for _ in range(8)]
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(layers.Concatenate()(beside)))


def nested():
    inputs = keras.Input((28, 28, 1))
    part = keras.Sequential([layers.Dense(32, activation="relu") for _ in range(4)])
    other = keras.Sequential([layers.Dense(32, activation="elu") for _ in range(4)])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(other(part(layers.Flatten()(inputs)))))


def dense_connections():
    inputs = keras.Input((28, 28, 1))
    x = layers.Flatten()(inputs)
    for _ in range(8):
        x = layers.Concatenate()([x, layers.Dense(16, activation="sigmoid")(x)])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def one_object_eight_times():
    inputs, hidden = keras.Input((28, 28, 1)), layers.Dense(32, activation="relu")
    x = layers.Dense(32)(layers.Flatten()(inputs))
    for _ in range(8):
        x = hidden(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


DEEP_RIGHT = [
    lambda: stack(normalised=True),
    lambda: stack(activation="relu", kernel_initializer="he_normal"),
    lambda: stack(activation="leaky_relu"),
    lambda: stack(activation="selu", depth=12, kernel_initializer="lecun_normal"),
    residual,
    dense_connections,
    nested,
]
DEEP_WRONG = [
    (lambda: layers.Dense, "not a model"),
    (lambda: keras.Sequential([keras.Input((7,)), layers.Dense(10)]), "wrong input shape"),
    (lambda: stack(normalised=True, more=[layers.BatchNormalization()]), "batch norm after the output layer"),
    (lambda: stack(normalised=True, last=None), "not probabilities"),
    (lambda: stack(depth=3, activation="relu"), "not deep"),
    (parallel, "not deep"),
    (one_object_eight_times, "not deep"),
    (lambda: stack(activation="relu", bias_initializer=keras.initializers.Constant(-20)), "no gradient"),
    (lambda: stack(kernel_initializer=keras.initializers.RandomNormal(stddev=1e6), activation="relu"), "exploding"),
    (lambda: stack(activation=None), "linear"),
    (lambda: stack(activation=None, normalised=True, depth=12), "linear"),
    (lambda: stack(), "vanishing gradient"),
    (lambda: stack(depth=10), "vanishing gradient"),
    (lambda: stack(activation="softmax"), "vanishing gradient"),
]


def calls(count, **options):
    def refresh(model, images):
        for _ in range(count):
            model(images, **options)

    return refresh


def at_once(model, images):
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.0
    model(images, training=True)


def in_batches(model, images):
    for _ in range(100):
        for first in range(0, len(images), 20):
            model(images[first : first + 20], training=True)


def by_hand(model, images):
    values = images
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(np.mean(values, axis=0))
            layer.moving_variance.assign(np.var(values, axis=0))
        values = layer(values, training=False)


def steps_of_size_0(model, images):
    model.compile(keras.optimizers.SGD(0.0), loss="sparse_categorical_crossentropy")
    model.fit(images, np.zeros(len(images)), epochs=120, verbose=0)


def one_image_at_a_time(model, images):
    for image in images:
        model(image[np.newaxis], training=True)


def a_copy(model, images):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    at_once(copy, images)


def by_fit(model, images):
    model.fit(images, np.zeros(len(images)), epochs=3, verbose=0)


def frozen(model, images):
    model.trainable = False
    calls(300, training=True)(model, images)


def thawed_again(model, images):
    frozen(model, images)
    for part in [model, *model.layers]:
        part.trainable = True


REFRESH_RIGHT = [calls(300, training=True), at_once, in_batches, by_hand, steps_of_size_0]
REFRESH_WRONG = [
    ("refresh", "not a function"),
    (by_fit, "trains the weights"),
    (frozen, "leaves layers frozen"),
    (thawed_again, "averages unchanged"),
    (calls(300, training=False), "averages unchanged"),
    (lambda model, images: model.predict(images, verbose=0), "averages unchanged"),
    (a_copy, "averages unchanged"),
    (one_image_at_a_time, "not there yet"),
    (calls(1, training=True), "not there yet"),
    (calls(100, training=True), "not there yet"),
]


def four_layers(normalisations, depth=4):
    """Like her network, with as many normalisation objects, used in turn."""

    def network():
        norms = [layers.BatchNormalization(momentum=0.9) for _ in range(normalisations)]
        inputs = keras.Input((28, 28, 1))
        x = layers.Flatten()(inputs)
        for place in range(depth):
            x = layers.Dense(64)(x)
            x = layers.Activation("sigmoid")(norms[place % normalisations](x) if norms else x)
        return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

    return network


def normalised_last():
    return stack(depth=4, normalised=True, more=[layers.BatchNormalization()])


MENDED_RIGHT = [four_layers(4), four_layers(5, depth=5), lambda: stack(depth=4, normalised=True)]
MENDED_WRONG = [
    (stack(depth=4, normalised=True), "not a function"),
    (lambda: None, "not a model"),
    (lambda: keras.Sequential([keras.Input((7,)), layers.Dense(10)]), "wrong input shape"),
    (four_layers(1), "too few normalisations"),
    (four_layers(2), "too few normalisations"),
    (four_layers(0), "batch norm removed"),
    (normalised_last, "batch norm after the output layer"),
    (four_layers(2, depth=2), "not like hers"),
]


def trained(width=128, activation="elu", on="train", epochs=10, **options):
    def build():
        (x, y), validation, _ = data.load_mnist()
        x, y = validation if on == "validation" else (x, y)
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dropout(0.3)])
        for _ in range(8):
            model.add(layers.Dense(width, use_bias=False, **options))
            model.add(layers.BatchNormalization(momentum=0.9))
            model.add(layers.Activation(activation))
        model.add(layers.Dense(10, activation="softmax"))
        model.compile("adam", loss="sparse_categorical_crossentropy")
        model.fit(x[..., np.newaxis] / np.float32(255), y, epochs=epochs, verbose=0)
        return model

    return build


def with_convolution():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.Flatten()])
    for _ in range(9):
        model.add(layers.Dense(10, activation="softmax"))
    return model


BEAT_RIGHT = [trained(), trained(width=160, epochs=7)]
BEAT_WRONG = [
    (lambda: 0.9, "not a model"),
    (lambda: keras.Sequential([keras.Input((7,)), layers.Dense(10)]), "wrong input shape"),
    (with_convolution, "uses convolutions"),
    (parallel, "not deep"),
    (lambda: stack(), "guesses"),
    (trained(32, epochs=1), "below"),
    (trained(96, activation=None, epochs=4), "linear"),
    (trained(on="validation"), "saw the validation digits"),
]

EXERCISES = [
    Exercise(check.deep_network, DEEP_RIGHT, DEEP_WRONG, built=True),
    Exercise(check.refresh, REFRESH_RIGHT, REFRESH_WRONG),
    Exercise(check.mended_network, MENDED_RIGHT, MENDED_WRONG),
    Exercise(check.beat_88, BEAT_RIGHT, BEAT_WRONG, built=True),
]
QUIZZES = [(check.quiz_collapse, "c"), (check.quiz_modes, "b"), (check.read_curves, "d")]
