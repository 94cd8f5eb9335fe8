"""Answers to lesson 07's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import functools

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers.checks import lesson_07 as check

SPARSE = "sparse_categorical_crossentropy"


def assembled(base, *head, loss=SPARSE, frozen=True, compiled=True):
    base.trainable = not frozen
    model = keras.Sequential([base, *(head or [layers.Dense(3, activation="softmax")])])
    if compiled:
        model.compile("adam", loss=loss)
    return model


def functional(base):
    for layer in base.layers:
        layer.trainable = False
    inputs = keras.Input(shape=base.input_shape[1:])
    hidden = layers.Dense(4, activation="relu")(base(inputs, training=False))
    model = keras.Model(inputs, layers.Dense(3)(layers.Dropout(0.2)(hidden)))
    model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def all_frozen(base):
    model = assembled(base)
    model.trainable = False
    model.compile("adam", loss=SPARSE)
    return model


def returns_nothing(base):
    assembled(base)


def on_its_output(base):
    """The idiom of most tutorials: a new output on the base's tensors."""
    base.trainable = False
    model = keras.Model(base.input, layers.Dense(3, activation="softmax")(base.output))
    model.compile("adam", loss=SPARSE)
    return model


def with_random_clone(base):
    base.trainable = False
    return assembled(keras.models.clone_model(base))


def without_base(base):
    model = keras.Sequential([keras.Input((12, 12, 1)), layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.compile("adam", loss=SPARSE)
    return model


LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
ASSEMBLE_RIGHT = [
    assembled,
    functional,
    on_its_output,
    lambda base: assembled(base, layers.Dense(3), layers.Softmax()),
]
ASSEMBLE_WRONG = [
    (3, "not a function"),
    (returns_nothing, "returns no model"),
    (functools.partial(assembled, frozen=False), "base not frozen"),
    (all_frozen, "everything frozen"),
    (functools.partial(assembled, compiled=False), "not compiled"),
    (functools.partial(assembled, loss="categorical_crossentropy"), "categorical loss with integer labels"),
    (lambda base: assembled(base, layers.Dense(5, activation="softmax")), "another number of classes"),
    (lambda base: assembled(base, layers.Dense(3)), "no softmax"),
    (functools.partial(assembled, loss=LOGITS), "softmax twice"),
    (with_random_clone, "another base"),
    (without_base, "another base"),
    (lambda: None, "raises TypeError"),
]


def thawing(model, rate=1e-5, thawed=True, compiled=True):
    model.layers[0].trainable = thawed
    if compiled:
        model.compile(keras.optimizers.Adam(rate), loss=SPARSE)


def everything(model):
    for layer in model.layers:
        layer.trainable = True
    model.compile(keras.optimizers.SGD(1e-3), loss=SPARSE)
    return model


def outside(model):
    model.trainable = True  # was so before: what is inside stays frozen
    model.compile(keras.optimizers.Adam(1e-5), loss=SPARSE)


def fresh(model):
    thawing(model)
    model.layers[0].set_weights([np.zeros_like(weight) for weight in model.layers[0].get_weights()])


def with_fresh_head(model):
    thawing(model)
    model.layers[-1].set_weights([np.ones_like(weight) for weight in model.layers[-1].get_weights()])


def with_its_optimizer(model):
    model.layers[0].trainable = True
    model.compile(model.optimizer, loss=SPARSE)


def with_rmsprop(model):
    model.layers[0].trainable = True
    model.compile(keras.optimizers.RMSprop(1e-3), loss=SPARSE)


THAW_RIGHT = [thawing, everything, functools.partial(thawing, rate=1e-4)]
THAW_WRONG = [
    ("compile", "not a function"),
    (functools.partial(thawing, compiled=False), "not compiled again"),
    (functools.partial(thawing, thawed=False), "still frozen"),
    (lambda model: None, "still frozen"),
    (outside, "still frozen"),
    (functools.partial(thawing, rate=1e-2), "learning rate too large"),
    (functools.partial(thawing, rate=1e-3), "learning rate too large"),
    (functools.partial(thawing, rate=5e-4), "learning rate too large"),
    (with_rmsprop, "learning rate too large"),
    (functools.partial(thawing, rate=1e-9), "learning rate too small"),
    (fresh, "forgets the base"),
    (with_fresh_head, "forgets the head"),
    (with_its_optimizer, "optimiser used again"),
]

BASE = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
mobilenet = keras.applications.mobilenet_v2.preprocess_input


def features(inputs):
    return BASE.predict(inputs, verbose=0).mean(axis=(1, 2))


def pooled(images):
    maps = BASE(keras.ops.cast(images, "float32") / 127.5 - 1, training=False)
    return layers.GlobalAveragePooling2D()(maps)


SWAP_RIGHT = [lambda images: features(mobilenet(images.astype("float32"))), pooled]
SWAP_WRONG = [
    (None, "not a function"),
    (features, "not preprocessed"),
    (lambda images: features(images / 255), "divides by 255"),
    (lambda images: features(keras.applications.vgg16.preprocess_input(images.astype("f4"))), "preprocessing of VGG16"),
    (lambda images: features(mobilenet(images[..., ::-1].astype("f4"))), "blue first"),
    (lambda images: features(mobilenet(mobilenet(images.astype("f4")))), "scaled twice"),
    (lambda images: features(mobilenet(images.astype("f4") / 255)), "scaled twice"),
    (lambda images: BASE.predict(mobilenet(images.astype("f4")), verbose=0), "places not averaged"),
    (lambda images: BASE.predict(mobilenet(images.astype("f4")), verbose=0).max(axis=(1, 2)), "other features"),
]


class Swap(Exercise):
    """The check also gets the base that the answer is built on."""

    def judge(self, answer):
        return self.check.judge(answer, BASE)


SIZE_RIGHT = [2_000 * 10 * 10 * 512 * 2 / 1e6, 205, "204.8", 195.3]
SIZE_WRONG = [
    (102.4, "numbers instead of bytes"),
    (409.6, "float32"),
    (1638, "bits instead of bytes"),
    (0.1024, "one photo"),
    (51.2, "another block"),
    (204_800_000, "another unit"),
    (7, "another number"),
    ("many", "not a number"),
    ((204, 8), "decimal comma"),
    ("204,8", "decimal comma"),
]

EXERCISES = [
    Exercise(check.assemble, ASSEMBLE_RIGHT, ASSEMBLE_WRONG),
    Exercise(check.thaw, THAW_RIGHT, THAW_WRONG),
    Swap(check.swap, SWAP_RIGHT, SWAP_WRONG),
    Exercise(check.size_of_cache, SIZE_RIGHT, SIZE_WRONG),
]
QUIZZES = [(check.quiz_few, "b"), (check.quiz_once, "b"), (check.quiz_order, "a")]
