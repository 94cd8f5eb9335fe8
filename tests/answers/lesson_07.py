"""Answers to lesson 07's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import functools
from unittest import mock

import keras
import numpy as np
from keras import layers

from answers import Exercise
from helpers import data, results
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


def with_unfrozen_clone(base):
    model = assembled(keras.models.clone_model(base), frozen=False)
    base.trainable = False
    return model


def without_base(base):
    model = keras.Sequential([keras.Input((12, 12, 1)), layers.Flatten(), layers.Dense(3, activation="softmax")])
    model.compile("adam", loss=SPARSE)
    return model


def frozen_late(base):
    """Keras notices before the first fit: the base stays as it is, and the praise says when this works."""
    model = assembled(base, frozen=False)
    base.trainable = False
    return model


def frozen_after_fit(base):
    model = assembled(base, frozen=False)
    model.fit(*check._images(), verbose=0)
    base.trainable = False
    return model


LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
ASSEMBLE_RIGHT = [
    assembled,
    functional,
    on_its_output,
    lambda base: assembled(base, layers.Dense(3), layers.Softmax()),
    frozen_late,
]
ASSEMBLE_WRONG = [
    (3, "not a function"),
    (returns_nothing, "returns no model"),
    (functools.partial(assembled, frozen=False), "base not frozen"),
    (all_frozen, "everything frozen"),
    (functools.partial(assembled, compiled=False), "not compiled"),
    (functools.partial(assembled, loss="categorical_crossentropy"), "another loss"),
    (functools.partial(assembled, loss="mse"), "another loss"),
    (lambda base: assembled(base, layers.Dense(5, activation="softmax")), "another number of classes"),
    (lambda base: assembled(base, layers.Dense(3)), "no softmax"),
    (functools.partial(assembled, loss=LOGITS), "softmax twice"),
    (with_random_clone, "another base"),
    (with_unfrozen_clone, "another base"),
    (frozen_after_fit, "base not frozen"),
    (without_base, "another base"),
    (lambda: None, "raises TypeError"),
]


def thawing(model, rate=1e-5, thawed=True, compiled=True, loss=SPARSE):
    model.layers[0].trainable = thawed
    if compiled:
        model.compile(keras.optimizers.Adam(rate), loss=loss)


def layer_by_layer(model):
    for layer in model.layers[0].layers:
        layer.trainable = True
    model.compile(keras.optimizers.RMSprop(1e-4), loss=SPARSE)


def thawed_late(model):
    """Keras prepares the step of the next fit after that: the base learns, and the praise says when this works."""
    model.compile(keras.optimizers.Adam(1e-5), loss=SPARSE)
    model.layers[0].trainable = True


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


THAW_RIGHT = [thawing, everything, functools.partial(thawing, rate=1e-4), layer_by_layer, thawed_late]
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
    (functools.partial(thawing, loss="mse"), "another loss"),
    (functools.partial(thawing, loss=LOGITS), "softmax twice"),
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
    (lambda images: features(images[..., ::-1] / 127.5 - 1), "blue first"),
    (lambda images: features(mobilenet(mobilenet(images.astype("f4")))), "scaled twice"),
    (lambda images: features(mobilenet(images.astype("f4") / 255)), "scaled twice"),
    (lambda images: BASE.predict(mobilenet(images.astype("f4")), verbose=0), "places not averaged"),
    (lambda images: BASE.predict(mobilenet(images.astype("f4")), verbose=0).max(axis=(1, 2)), "other features"),
]


class Swap(Exercise):
    """The check also gets the base that the answer is built on."""

    def judge(self, answer):
        return self.check.judge(answer, BASE)


TOP_RIGHT = [123_642_856, "123642856", 25_088 * 4_096 + 4_096 + 4_096 * 4_097 + 1_000 * 4_097]
TOP_WRONG = [
    (123_633_664, "biases forgotten"),
    (73_311_208, "photos of 160 pixels"),
    (12_800 * 4_096 + 4_096 * 4_096 + 4_096 * 1_000, "photos of 160 pixels"),
    (22_979_560, "not flattened"),
    (106_861_544, "one Dense(4096) only"),
    (102_764_544, "one layer of three"),
    (138_357_544, "the whole network"),
    (14_714_688, "the base"),
    (123_600_000, "rounded"),
    (123.6, "rounded"),
    (7, "another number"),
    ("many", "not a number"),
    ((123, 6), "decimal comma"),
]


def photo_features(name, count):
    """Features of as many photos, half of them dogs; a stand-in for VGG16's in which a line parts the animals nearly always."""
    rng = np.random.default_rng(len(name))
    labels = np.arange(count) % 2
    features = rng.random((count, 512)) + 0.12 * (labels[:, None] - 0.5) * (np.arange(512) % 2)
    return features.astype("float32"), labels.astype("float32")


PHOTOS = {name: photo_features(name, count) for name, count in {"train": 2_000, "val": 500, "test": 500}.items()}


def head(*hidden, units=1, activation="sigmoid", inputs=512):
    return keras.Sequential([keras.Input((inputs,)), *hidden, layers.Dense(units, activation=activation)])


def between_means(sign=1, rows=100, **options):
    """A head that needs no training: it parts the photos in the middle between the mean cat and the mean dog."""
    features, labels = (part[:rows] for part in PHOTOS["train"])
    cat, dog = features[labels == 0].mean(axis=0), features[labels == 1].mean(axis=0)
    model, line = head(**options), sign * (dog - cat)
    if model.output_shape[1] == 2:
        line = np.stack([-line, line], axis=1)
    line = line.reshape(512, -1)
    model.set_weights([line, -(cat + dog) / 2 @ line])
    return model


def trained():
    model = head(layers.Rescaling(1, offset=-0.5), layers.Dropout(0.5))
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    features, labels = PHOTOS["train"]
    model.fit(features[:100], labels[:100], epochs=20, verbose=0)
    return model


def broken():
    model = head()
    model.set_weights([np.full((512, 1), np.nan), np.zeros(1)])
    return model


class FewPhotos(Exercise):
    """The check gets the stand-in's features, and a ledger that holds our run."""

    def judge(self, answer):
        ours = {"runs": {check.OURS: {"val_accuracy": {"mean": 0.974}}}}
        features = mock.patch.object(data, "vgg16_features", lambda: PHOTOS, create=True)
        with features, mock.patch.object(results, "ledger", lambda: ours):
            return super().judge(answer)


FEW_RIGHT = [
    trained,
    between_means,
    functools.partial(between_means, activation=None),
    functools.partial(between_means, units=2, activation="softmax"),
    lambda: keras.Sequential([between_means(), layers.Flatten(), layers.Reshape(())]),
]
FEW_WRONG = [
    (lambda: "my_head", "not a model"),
    (lambda: head(inputs=100), "wrong input shape"),
    (lambda: head(units=10), "another shape of answers"),
    (broken, "not numbers"),
    (functools.partial(between_means, sign=-1), "cats and dogs exchanged"),
    (functools.partial(between_means, sign=0), "guesses"),
    (functools.partial(between_means, rows=10), "below"),
]

EXERCISES = [
    Exercise(check.assemble, ASSEMBLE_RIGHT, ASSEMBLE_WRONG),
    Exercise(check.thaw, THAW_RIGHT, THAW_WRONG),
    Swap(check.swap, SWAP_RIGHT, SWAP_WRONG),
    Exercise(check.top_weights, TOP_RIGHT, TOP_WRONG),
    FewPhotos(check.few_photos, FEW_RIGHT, FEW_WRONG, built=True),
]
QUIZZES = [
    (check.quiz_few, "b"),
    (check.quiz_once, "b"),
    (check.quiz_order, "a"),
    (check.quiz_curves, "c"),
    (check.quiz_thaw, "a"),
    (check.quiz_leash, "b"),
]
