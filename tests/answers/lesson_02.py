"""Answers to lesson 02's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import functools

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from answers import Exercise
from helpers import data, models
from helpers.checks import lesson_02 as check

PAPER = {"fill_mode": "constant"}


def several(*stack):
    return keras.Sequential([keras.Input((28, 28, 1)), *stack])


class SameShiftForAll(layers.Layer):
    def call(self, images, training=False):
        return tf.roll(images, 2, axis=2) if training else images


def always_shifted(images, training):
    return layers.RandomTranslation(0.1, 0.1, **PAPER)(images, training=True)


def by_hand(images, training):
    if not training:
        return images
    rng = np.random.default_rng(0)
    return np.stack([np.roll(image, rng.integers(-2, 3, 2), axis=(0, 1)) for image in images])


def padded_and_cropped():
    return several(layers.ZeroPadding2D(2), layers.RandomCrop(28, 28))


class Own(layers.Layer):
    def __init__(self, **options):
        super().__init__()
        self.turn, self.options = layers.RandomRotation(0.05, **PAPER), options

    def call(self, images, training=False):
        return self.turn(images, **{"training": training, **self.options})


def functional():
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, layers.RandomZoom(0.1, **PAPER)(layers.RandomRotation(0.05, **PAPER)(inputs)))


def lessons_own():
    return several(
        layers.RandomRotation(0.03, **PAPER),
        layers.RandomTranslation(0.1, 0.1, **PAPER),
        layers.RandomZoom(0.1, **PAPER),
    )


def clipped(layer):
    return several(layer, layers.ReLU(max_value=1.0))


OWN_RIGHT = [
    lambda: several(
        layers.RandomRotation(0.05, **PAPER),
        layers.RandomTranslation(0.1, 0.1, **PAPER),
        layers.RandomZoom(0.15, **PAPER),
    ),
    lambda: several(
        layers.RandomShear(0.1, 0.1, **PAPER),
        layers.RandomTranslation(0.08, 0.08, **PAPER),
        layers.RandomBrightness(0.2, value_range=(0, 1)),
    ),
    lambda: layers.RandomRotation(0.08, **PAPER),
    lambda: layers.RandomTranslation(0.2, 0.2, **PAPER),
    lambda: layers.RandomZoom(0.5, **PAPER),
    lambda: layers.RandomZoom((0.2, 0.8), **PAPER),
    lambda: layers.RandomErasing(factor=0.5, scale=(0.02, 0.1), value_range=(0, 1)),
    lambda: clipped(layers.GaussianNoise(0.3)),
    lambda: layers.RandomShear(0.1, 0.1, **PAPER),
    lambda: several(layers.RandomBrightness(0.2, value_range=(0, 1))),
    lambda: clipped(layers.GaussianNoise(0.1)),
    lambda: clipped(layers.RandomContrast(0.3)),
    lambda: layers.RandomContrast(0.3, value_range=(0, 1)),
    lambda: layers.RandomTranslation((-0.05, 0.1), 0.1),
    lambda: by_hand,
    Own,
    functional,
    lambda: layers.Pipeline([layers.RandomRotation(0.05, **PAPER), layers.RandomZoom(0.1, **PAPER)]),
    lambda: layers.RandomRotation(30 / 360),
    lambda: layers.RandomTranslation(0, 0.15, fill_mode="nearest"),
    lambda: several(layers.Rescaling(255), layers.RandomBrightness(0.2), layers.Rescaling(1 / 255)),
    lambda: several(layers.RandomCrop(25, 25), layers.Resizing(28, 28)),
    lambda: clipped(layers.Dropout(0.2)),
]
OWN_WRONG = [
    (lambda: [layers.RandomRotation(0.03)], "not a layer"),
    (lambda: layers.RandomRotation, "not a layer"),
    (lambda: lambda images: images, "raises TypeError"),
    (lessons_own, "the lesson's own"),
    (lambda: several(lessons_own()), "the lesson's own"),
    (lambda: layers.RandomCrop(24, 24), "changes the shape"),
    (padded_and_cropped, "changes the shape"),  # outside training it only pads
    (lambda: Own(training=True), "alters in inference"),
    (lambda: several(layers.RandomRotation(0.05, **PAPER), layers.Rescaling(1 / 255)), "alters in inference"),
    (lambda: layers.RandomTranslation((0.1, 0.1), (0.1, 0.1), **PAPER), "always the same change"),
    (layers.Identity, "alters nothing"),
    (layers.MixUp, "mixes images"),
    (lambda: several(layers.RandomRotation(0.03, **PAPER), layers.CutMix()), "mixes images"),
    (lambda: layers.Dropout(0.2), "leaves the range"),
    (lambda: layers.RandomContrast(0.3), "leaves the range"),
    (lambda: layers.RandomInvert(0.5, value_range=(0, 1)), "loses the digit"),
    (lambda: layers.RandomShear(0.9, 0.9, **PAPER), "loses the digit"),
    (layers.RandomFlip, "label-changing rotation"),  # both flips at once: half a turn
    (lambda: layers.RandomRotation((-0.05, 0.1), **PAPER), "label-changing rotation"),
    (lambda: always_shifted, "alters in inference"),
    (lambda: several(layers.Rescaling(1 / 255), layers.RandomRotation(0.03)), "alters in inference"),
    (lambda: several(layers.RandomRotation(0.0)), "alters nothing"),
    (lambda: layers.RandomBrightness(0.2), "brightness on the 255 scale"),
    (lambda: layers.GaussianNoise(0.2), "leaves the range"),
    (SameShiftForAll, "always the same change"),
    (lambda: layers.RandomFlip("horizontal"), "label-changing flip"),
    (lambda: layers.RandomFlip("vertical"), "label-changing flip"),
    (lambda: several(layers.RandomFlip("horizontal"), layers.RandomRotation(0.03, **PAPER)), "label-changing flip"),
    (lambda: layers.RandomRotation(0.5, **PAPER), "label-changing rotation"),
    (lambda: layers.RandomRotation(0.25, **PAPER), "label-changing rotation"),
    (lambda: layers.RandomRotation(0.12, **PAPER), "label-changing rotation"),
    (lambda: layers.RandomTranslation(0.8, 0.8, **PAPER), "loses the digit"),
    (lambda: layers.RandomTranslation(0.4, 0.4, **PAPER), "loses the digit"),
    (lambda: layers.RandomBrightness(1.0, value_range=(0, 1)), "loses the digit"),
    (lambda: clipped(layers.GaussianNoise(1.0)), "loses the digit"),
]


def altered(images, labels):
    return layer(images, training=True), labels


layer = keras.Sequential([layers.RandomRotation(0.03, **PAPER), layers.RandomTranslation(0.1, 0.1, **PAPER)])


def source(images, labels):
    return tf.data.Dataset.from_tensor_slices((images, labels))


def shuffled_and_prefetched(images, labels, training):
    if not training:
        return source(images, labels).batch(32)
    batches = source(images, labels).shuffle(len(images)).batch(32)
    return batches.map(altered, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def cached_before(images, labels, training):
    kept = source(images, labels).cache()
    return kept.shuffle(len(images)).batch(32).map(altered) if training else kept.batch(32)


def validation_shuffled_too(images, labels, training):
    batches = source(images, labels).shuffle(200).batch(32)
    return batches.map(altered) if training else batches


def shuffled_before_in_numpy(images, labels, training):
    def rows():
        order = np.random.permutation(len(images)) if training else np.arange(len(images))
        yield from zip(images[order], labels[order], strict=True)

    kind = tf.TensorSpec(images.shape[1:], images.dtype), tf.TensorSpec((), labels.dtype)
    batches = tf.data.Dataset.from_generator(rows, output_signature=kind).batch(32)
    return batches.map(altered) if training else batches


def his(images, labels, training):
    return source(images, labels).batch(32).map(altered).cache()


def only_cache_mended(images, labels, training):
    return source(images, labels).batch(32).cache().map(altered)


def only_validation_mended(images, labels, training):
    batches = source(images, labels).batch(32)
    return (batches.map(altered) if training else batches).cache()


def in_training(change):
    """A pipeline that is right in validation; `change` makes the training one of the pairs."""

    def make(images, labels, training):
        pairs = source(images, labels)
        return change(pairs) if training else pairs.batch(32)

    return make


def wrong_way_round(images, labels, training):
    batches = source(images, labels).shuffle(200).batch(32)
    return batches if training else batches.map(altered)


def altered_before_batching(images, labels, training):
    layer(images, training=True)  # built for batches, it takes a single image for one
    pairs = source(images, labels)
    return (pairs.map(altered) if training else pairs).batch(32)


def parted(images, labels, training):
    pictures = tf.data.Dataset.from_tensor_slices(images).shuffle(200)
    return tf.data.Dataset.zip((pictures, tf.data.Dataset.from_tensor_slices(labels))).batch(32)


def brighter(images, labels):
    return tf.image.random_brightness(images, 0.1), labels


def one_by_one(image, label):
    return layer(image[None], training=True)[0], label


def mirrored(image, label):
    return tf.image.random_flip_left_right(image), label


def by_a_generator(images, labels, training):
    def batches():
        order = np.random.permutation(len(images)) if training else np.arange(len(images))
        for start in range(0, len(images), 32):
            yield images[order[start : start + 32]], labels[order[start : start + 32]]

    kind = tf.TensorSpec((None, 28, 28, 1)), tf.TensorSpec((None,), tf.int64)
    batches = tf.data.Dataset.from_generator(batches, output_signature=kind)
    return batches.map(altered) if training else batches


def in_numpy(change):
    """A pipeline that shuffles and alters; `change` is done to the arrays before it, in training."""

    def make(images, labels, training):
        return source(*change(images, labels)).batch(32).map(altered) if training else source(images, labels).batch(32)

    return make


def drawn_once(images, labels):
    order = np.random.default_rng(0).permutation(len(images))
    return images[order], labels[order]


def altered_in_numpy(images, labels, training):
    if not training:
        return source(images, labels).batch(32)
    return source(np.asarray(layer(images, training=True)), labels).shuffle(200).batch(32)


def without_keeping(images, labels, training):
    batches = source(images, labels)
    if training:
        batches.shuffle(200)
    return batches.batch(32).map(altered) if training else batches.batch(32)


BATCHES_RIGHT = [
    by_a_generator,
    in_training(lambda pairs: pairs.shuffle(200, seed=1).batch(32).map(brighter)),
    in_training(lambda pairs: pairs.shuffle(200).map(one_by_one).batch(32)),
    in_training(lambda pairs: pairs.shuffle(200).map(mirrored).batch(32)),
    in_training(lambda pairs: pairs.batch(32).map(altered).unbatch().shuffle(200).batch(32)),
    in_training(lambda pairs: pairs.cache().shuffle(200).batch(32).map(altered, num_parallel_calls=2).repeat(1)),
    lambda images, labels, training: (
        source(images, labels).shuffle(200).batch(32).map(altered)
        if training
        else (source(images.astype("float64"), labels[:, None]).batch(32))
    ),
    shuffled_and_prefetched,
    cached_before,
    validation_shuffled_too,
    shuffled_before_in_numpy,
    in_training(lambda pairs: pairs.shuffle(1000).batch(32).map(altered).prefetch(1)),
]
BATCHES_WRONG = [
    (3, "not a function"),
    (lambda images, labels, training: None, "not a dataset"),
    (lambda images, labels, training: [(images, labels)], "not a dataset"),
    (lambda images, labels, training: source(images, labels), "not batched"),
    (altered_before_batching, "another shape"),
    (lambda images, labels, training: tf.data.Dataset.from_tensors((images, labels)).batch(32), "another shape"),
    (lambda images, labels, training: tf.data.Dataset.from_tensor_slices(images).batch(32), "not pairs"),
    (
        lambda images, labels, training: source(images, {"y": labels}).batch(32).map(lambda x, y: dict(y, x=x)),
        "not pairs",
    ),
    (lambda images, labels, training: source(labels, images).batch(32), "not pairs"),
    (lambda images, labels, training: source(images, tf.one_hot(labels, 10)).batch(32), "not pairs"),
    (lambda images, labels, training: source(images, labels).batch(32).map(lambda x, y: (x, y, y)), "not pairs"),
    (lambda images, labels, training: source(images / 255, labels).batch(32), "alters validation data"),
    (in_numpy(drawn_once), "same order in every epoch"),
    (in_numpy(lambda images, labels: (images[::-1], labels[::-1])), "not shuffled"),
    (altered_in_numpy, "altered once and cached"),
    (without_keeping, "not shuffled"),
    (in_training(lambda pairs: pairs.batch(32).shuffle(7).unbatch().batch(32).map(altered)), "shuffles batches"),
    (in_training(lambda pairs: pairs.shuffle(200).batch(32).map(altered).repeat(3)), "loses images"),
    (in_training(lambda pairs: pairs.concatenate(pairs.batch(32).map(altered).unbatch()).batch(32)), "loses images"),
    (lambda images, labels, training: source(images, labels).batch(32).take(1), "loses images"),
    (lambda images, labels, training: source(images, labels).batch(32, drop_remainder=True), "loses images"),
    (in_training(lambda pairs: pairs.shuffle(200).batch(32, drop_remainder=True).map(altered)), "loses images"),
    (in_training(lambda pairs: pairs.shuffle(200).batch(64).map(altered)), "loses images"),
    (in_training(lambda pairs: pairs.repeat(2).shuffle(200).batch(32).map(altered)), "loses images"),
    (in_training(lambda pairs: pairs.batch(32).map(altered)), "not shuffled"),
    (in_training(lambda pairs: pairs.shuffle(3).batch(32).map(altered)), "not shuffled"),
    (in_training(lambda pairs: pairs.batch(32).shuffle(100).map(altered)), "shuffles batches"),
    (in_training(lambda pairs: pairs.shuffle(200).batch(32).cache().map(altered)), "same order in every epoch"),
    (
        in_training(lambda pairs: pairs.shuffle(200, reshuffle_each_iteration=False).batch(32).map(altered)),
        "same order in every epoch",
    ),
    (lambda images, labels, training: source(images, labels).batch(32), "never alters"),
    (lambda images, labels, training: cached_before(images, labels, training).repeat(), "never ends"),
    (his, "alters validation data"),
    (only_cache_mended, "alters validation data"),
    (wrong_way_round, "alters validation data"),
    (only_validation_mended, "altered once and cached"),
    (parted, "labels parted from images"),
    (lambda images, labels: source(images, labels), "raises TypeError"),
]

TURNS_RIGHT = [40 / 360, 1 / 9, 0.111, "0.11", np.float32(1 / 9), -1 / 9]
TURNS_WRONG = [
    (11.1, "degrees"),
    (-40, "degrees"),
    (40 // 360, "another amount"),
    (1 / 360, "another amount"),
    (float("nan"), "another amount"),
    ((0, 111), "decimal comma"),
    ("40/360", "not a number"),
    (layers.RandomRotation(1 / 9), "not a number"),
    (40, "degrees"),
    (0.4, "another amount"),
    (40 / 180, "another amount"),
    (0.698, "another amount"),
    ("0,111", "decimal comma"),
    ("a ninth", "not a number"),
]

TRUE = np.repeat([4, 6, 2], [40, 30, 30])
PREDICTED = np.repeat([4, 7, 6, 9, 2, 5], [25, 15, 20, 10, 15, 15])  # as often 4 for 7 as 2 for 5


class Confused(Exercise):
    def judge(self, answer):
        return self.check.judge(answer, TRUE, PREDICTED)


CONFUSED_RIGHT = [(4, 7), [2, 5], np.array([4, 7]), ("4", "7"), "47", (4.0, 7.0), tf.constant([4, 7])]
CONFUSED_WRONG = [
    ({4, 7}, "not a pair"),
    ({4: 15, 7: 15}, "not a pair"),
    ((4.5, 7.2), "not a pair"),
    ("4, 7", "not a pair"),
    (47, "not a pair"),
    (np.argwhere(np.eye(10) == 1), "not a pair"),
    ((15, 47), "not a pair"),
    (4, "not a pair"),
    ("four", "not a pair"),
    ((4, 7, 15), "not a pair"),
    ((4, 10), "not a pair"),
    ((4, 4), "the diagonal"),
    ((7, 4), "row and column exchanged"),
    ((5, 2), "row and column exchanged"),
    ((6, 9), "not the most frequent"),
    ((0, 1), "not the most frequent"),
]


class Nearest(layers.Layer):
    """Answers with the label of the nearest of the first `count` digits of a set, each beside its shifts by up to `reach` pixels."""

    def __init__(self, count, reach, of=0):
        super().__init__()
        x, y = data.load_mnist()[of]
        shifts = [(row, column) for row in range(-reach, reach + 1) for column in range(-reach, reach + 1)]
        known = np.concatenate([np.roll(x[:count], shift, axis=(1, 2)) for shift in shifts])
        self.known = tf.constant(known.reshape(len(known), -1) / 255, tf.float32)
        self.labels = tf.constant(np.tile(y[:count], len(shifts)))

    def call(self, images):
        rows = tf.reshape(images, (-1, 784))
        far = tf.reduce_sum(self.known**2, axis=1) - 2 * rows @ tf.transpose(self.known)
        return tf.one_hot(tf.gather(self.labels, tf.argmin(far, axis=1)), 10)


def trained(epochs, augmentation=None, units=10, count=100):
    (x, y), _, _ = data.load_mnist()
    model = models.baseline_cnn(augmentation=augmentation)
    if units != 10:
        model = several(layers.Flatten(), layers.Dense(units, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[:count, ..., np.newaxis] / 255.0, y[:count] % units, epochs=epochs, verbose=0)
    return model


@functools.cache
def good():
    return trained(100, lessons_own())


FEW_RIGHT = [good, lambda: several(good(), layers.Rescaling(20, offset=-10))]  # scores serve as well
FEW_WRONG = [
    (lambda: "my_model", "not a model"),
    (lambda: trained(1).predict, "not a model"),
    (lambda: keras.Sequential([keras.Input((784,)), layers.Dense(10)]), "wrong input shape"),
    (lambda: trained(1, units=5), "another shape of answers"),
    (lambda: trained(0), "guesses"),
    (lambda: trained(25), "below"),
    (lambda: several(Nearest(1000, 0)), "saw more than 100"),
    (lambda: several(Nearest(100, 0)), "below"),
    (lambda: several(Nearest(1000, 0, of=1)), "saw more than 100"),
    (lambda: several(Nearest(1000, 1, of=2)), "saw more than 100"),
    (lambda: several(layers.Rescaling(1 / 255), Nearest(100, 0)), "guesses"),
    (lambda: keras.callbacks.History(), "not a model"),
]

EXERCISES = [
    Exercise(check.turns, TURNS_RIGHT, TURNS_WRONG),
    Exercise(check.own_augmentation, OWN_RIGHT, OWN_WRONG, built=True),
    Exercise(check.make_batches, BATCHES_RIGHT, BATCHES_WRONG),
    Confused(check.confused, CONFUSED_RIGHT, CONFUSED_WRONG),
    Exercise(check.few_digits, FEW_RIGHT, FEW_WRONG, built=True),
]
QUIZZES = [(check.quiz_signs, "b"), (check.quiz_fill, "a"), (check.quiz_curves, "c")]
