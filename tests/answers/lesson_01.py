"""Answers to lesson 01's exercises: right ones of different kinds, wrong ones with the misconception they show."""

from dataclasses import dataclass
from types import SimpleNamespace

import keras
import numpy as np
from keras import layers
from matplotlib.figure import Figure
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, StratifiedShuffleSplit, train_test_split

from answers import Exercise
from helpers import data
from helpers.checks import lesson_01 as check


def with_copies(x_train, x_val, y_train, y_val):
    moved = np.roll(x_train, 1, axis=2)
    return np.concatenate([x_train, moved]), x_val, np.concatenate([y_train, y_train]), y_val


def split_first(images, labels, seed):
    return with_copies(*train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=seed))


def split_places(images, labels, seed):
    splitter = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed)
    train, val = next(splitter.split(labels, labels))
    x, y = images[train][..., None], labels[train]
    copies = [np.roll(x, step, axis=1) for step in (-2, 0, 2)]
    return np.concatenate(copies), images[val][..., None], np.tile(y, 3), labels[val]


def split_by_hand(images, labels, seed):
    rng, val = np.random.default_rng(seed), []
    for digit in np.unique(labels):
        places = rng.permutation(np.flatnonzero(labels == digit))
        val += places[: len(places) // 5].tolist()
    train = np.setdiff1d(np.arange(len(labels)), val)
    return with_copies(images[train], images[val], labels[train], labels[val])


def her_split(images, labels, seed):
    moved = np.roll(images, 1, axis=2)
    images, labels = np.concatenate([images, moved]), np.concatenate([labels, labels])
    return train_test_split(images, labels, test_size=0.2, random_state=seed)


def shuffled_apart(images, labels, seed):
    rng = np.random.default_rng(seed)
    return split_first(rng.permutation(images), rng.permutation(labels), seed)


def copies_everywhere(images, labels, seed):
    x_train, x_val, y_train, y_val = split_first(images, labels, seed)
    return x_train, np.concatenate([x_val, np.roll(x_val, 1, axis=2)]), y_train, np.concatenate([y_val, y_val])


def copies_alone_in_validation(images, labels, seed):
    x_train, x_val, y_train, y_val = split_first(images, labels, seed)
    return x_train, np.roll(x_val, 1, axis=2), y_train, y_val


def copies_alone(images, labels, seed):
    x_train, x_val, y_train, y_val = split_first(images, labels, seed)
    return np.roll(x_train, 1, axis=2), x_val, y_train, y_val


def moved_along(images, labels, seed):
    val = np.concatenate([np.roll(p, seed)[: len(p) // 5] for p in (np.flatnonzero(labels == d) for d in range(3))])
    train = np.setdiff1d(np.arange(len(labels)), val)
    return with_copies(images[train], images[val], labels[train], labels[val])


def fold(images, labels, seed, **options):
    train, val = next(StratifiedKFold(5, **options).split(labels, labels))
    return with_copies(images[train], images[val], labels[train], labels[val])


def without_leaks_afterwards(images, labels, seed):
    x_train, x_val, y_train, y_val = train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=seed)
    keep = [not (image == x_val).all(axis=(1, 2)).any() for image in images]
    moved = np.roll(images, 1, axis=2)
    return [*x_train, *moved[keep]], [*x_val], [*y_train, *labels[keep]], [*y_val]


def grouped(images, labels, seed):
    both = np.concatenate([images, np.roll(images, 1, axis=2)]), np.tile(labels, 2)
    digits = np.tile(np.arange(len(labels)), 2)
    train, val = next(StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(*both, digits))
    return both[0][train], both[0][val], both[1][train], both[1][val]


def shuffled_afterwards(images, labels, seed):
    x_train, x_val, y_train, y_val = split_first(images, labels, seed)
    order = np.random.default_rng(seed).permutation(len(x_train))
    return x_train[order], x_val, y_train[order], y_val


def copies_labelled_in_turn(images, labels, seed):
    x_train, x_val, y_train, y_val = split_first(images, labels, seed)
    return x_train, x_val, np.repeat(y_train[: len(y_train) // 2], 2), y_val


SPLIT_RIGHT = [
    split_first,
    split_places,
    split_by_hand,
    lambda images, labels, seed: fold(images, labels, seed, shuffle=True, random_state=seed),
    without_leaks_afterwards,
    shuffled_afterwards,
]
SPLIT_WRONG = [
    (1, "not a function"),
    (lambda images, labels, seed: (images, labels), "not four parts"),
    (lambda images, labels, seed: (images, images, labels, labels[:5]), "not four parts"),
    (
        lambda images, labels, seed: np.array(split_first(images, labels, seed), dtype=object)[[0, 2, 1, 3]],
        "not four parts",
    ),
    (lambda images, labels, seed: split_first(images / 255, labels, seed), "not four parts"),
    (her_split, "leak"),
    (lambda i, x, seed: (*(p := split_first(i, x, seed))[:1], i, p[2], x), "leak"),
    (shuffled_apart, "labels mixed up"),
    (lambda i, x, seed: with_copies(*train_test_split(i, x, stratify=x, random_state=seed)), "wrong share"),
    (copies_everywhere, "copies in validation"),
    (copies_alone_in_validation, "copies in validation"),
    (
        lambda i, x, seed: train_test_split(i, x, test_size=0.2, stratify=x, random_state=seed),
        "originals or copies missing",
    ),
    (lambda i, x, seed: with_copies(*train_test_split(i, x, test_size=0.2, random_state=seed)), "not stratified"),
    (
        lambda i, x, seed: with_copies(*train_test_split(i, x, test_size=0.2, stratify=x, random_state=0)),
        "does not follow the seed",
    ),
    (
        lambda i, x, seed: with_copies(*train_test_split(i, x, test_size=0.2, stratify=x)),
        "does not follow the seed",
    ),
    (copies_alone, "originals or copies missing"),
    (moved_along, "only moved along"),
    (fold, "does not follow the seed"),
    (grouped, "copies in validation"),
    (copies_labelled_in_turn, "labels mixed up"),
    (lambda i, x, seed: None, "not four parts"),
    (lambda i, x, seed: [split_first(i, x, seed)[place] for place in (1, 0, 3, 2)], "wrong share"),
    (lambda i, x, seed: (*(p := split_first(i, x, seed))[:2], p[2][: len(p[2]) // 2], p[3]), "not four parts"),
]

HISTORY = SimpleNamespace(
    history={
        "loss": [2.0, 1, 0.5],
        "val_loss": [1.8, 1.1, 0.9],
        "accuracy": [0.1, 0.5, 0.8],
        "val_accuracy": [0.2, 0.5, 0.7],
    }
)


@dataclass(frozen=True)
class Drawing(Exercise):
    """An exercise whose check also takes the history that is drawn."""

    def judge(self, answer):
        return self.check.judge(answer() if self.built else answer, HISTORY)


def drawn(*metrics, names=True, legend=True, figure=False, x=()):
    """What draws these metrics of HISTORY on new axes."""

    def draw():
        page = Figure()
        ax = page.subplots()
        for metric in metrics:
            ax.plot(*x, HISTORY.history[metric], label=metric)
        if names:
            ax.set(xlabel="epoch", ylabel="loss")
        if legend:
            ax.legend()
        return page if figure else ax

    return draw


def two_panels():
    page = Figure()
    axes = page.subplots(1, 2)
    for ax, metric in zip(axes, ("accuracy", "loss"), strict=True):
        ax.plot(range(1, 4), HISTORY.history[metric], label="training")
        ax.plot(range(1, 4), HISTORY.history[f"val_{metric}"], label="validation")
        ax.set(xlabel="epoch", ylabel=metric)
    page.legend()
    return axes


def named_on_the_lines():
    ax = drawn("loss", "val_loss", legend=False)()
    for metric in ("loss", "val_loss"):
        ax.text(2, HISTORY.history[metric][-1], metric)
    return ax


def drawn_as(labels, legend=(), ax=None, change=np.asarray):
    """What draws both losses under these labels of lines, or of the legend."""

    def draw():
        ax = Figure().subplots()
        for metric, label in zip(("loss", "val_loss"), labels, strict=True):
            ax.plot(change(HISTORY.history[metric]), label=label)
        ax.set(xlabel="epoch", ylabel="loss")
        ax.legend(*legend)
        return ax

    return draw


def with_one_name_for_two_panels():
    page = Figure()
    axes = page.subplots(2, 1, sharex=True)
    for ax, metric in zip(axes, ("loss", "val_loss"), strict=True):
        ax.plot(HISTORY.history[metric])
        ax.set(ylabel=metric)
    axes[1].set(xlabel="epoch")
    return axes


def with_names_of_the_page():
    ax = drawn("loss", "val_loss", names=False)()
    ax.figure.supxlabel("epoch")
    ax.figure.supylabel("loss")
    return ax


def with_two_scales():
    ax = Figure().subplots()
    right = ax.twinx()
    ax.plot(HISTORY.history["loss"], label="training")
    right.plot(HISTORY.history["val_loss"], label="validation")
    ax.set(xlabel="epoch", ylabel="loss, training")
    right.set(ylabel="loss, validation")
    ax.figure.legend()
    return ax


def with_points():
    ax = Figure().subplots()
    ax.scatter(range(3), HISTORY.history["loss"])
    return ax


DRAWING_RIGHT = [
    drawn_as((None, None), [["train", "val"]]),
    drawn_as(("entrenamiento", "validación"), change=np.float32),
    lambda: (ax := drawn("loss", "val_loss")(), ax.figure)[::-1],
    drawn("loss", "val_loss", "accuracy", "val_accuracy"),
    with_one_name_for_two_panels,
    with_names_of_the_page,
    with_two_scales,
    drawn("loss", "val_loss"),
    drawn("val_loss", "loss", figure=True, x=[[1, 2, 3]]),
    two_panels,
    named_on_the_lines,
]
DRAWING_WRONG = [
    (lambda: "a picture", "not axes"),
    (lambda: drawn("loss")().lines, "not axes"),
    (drawn(legend=False), "nothing drawn"),
    (drawn("val_loss"), "no training loss"),
    (drawn("accuracy", "val_accuracy"), "no training loss"),
    (drawn("loss", "accuracy"), "no validation loss"),
    (drawn("loss", "val_loss", names=False), "axes without names"),
    (drawn("loss", "val_loss", legend=False), "no legend"),
    (drawn_as(("loss", "loss")), "no legend"),
    (drawn_as(("loss", None)), "no legend"),
    (drawn_as(("validation", "training")), "labels exchanged"),
    (drawn_as(("t", "v"), change=lambda values: 100 * np.array(values)), "no training loss"),
    (with_points, "nothing drawn"),
    (lambda: HISTORY, "not axes"),
    (lambda: [drawn(metric, legend=False)() for metric in ("loss", "val_loss")], "no legend"),
]

CURVES_RIGHT = ["3214", 3214, "3, 2, 1, 4", [3, 2, 1, 4], ("3", "2", "1", "4"), dict(A=3, B=2, C=1, D=4), "A3 B2 C1 D4"]
CURVES_WRONG = [
    ("1C 2B 3A 4D", "not four digits"),
    (dict(D=4, C=1, B=2, A=3), "not four digits"),
    (None, "not four digits"),
    ("CBAD", "not four digits"),
    ("3211", "not four digits"),
    ("1234", "A"),
    ("3124", "B"),
    ("3241", "C"),
]


def model(*stack, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *stack])


def trained(*stack, epochs=12, sets=(0,)):
    """What builds a model of these layers and fits it to these of the three sets of digits."""

    def build():
        network = model(*(layer() for layer in stack))
        pairs = [data.load_mnist()[place] for place in sets]
        images, labels = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
        network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        network.fit(images[..., None] / 255, labels, epochs=epochs, verbose=0)
        return network

    return build


def softmax():
    return layers.Dense(10, activation="softmax")


def convolution(filters, **options):
    return lambda: layers.Conv2D(filters, 3, activation="relu", **options)


def frozen_zeros():
    network = model(layers.Flatten(), layers.Dense(10, activation="softmax", kernel_initializer="zeros"))
    network.trainable = False
    return network


class Nearest(layers.Layer):
    """Answers with the labels of the known digits that an image resembles most."""

    def __init__(self, sets):
        super().__init__()
        images, labels = (np.concatenate(parts) for parts in zip(*(data.load_mnist()[i] for i in sets), strict=True))
        steps = [(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)]
        known = np.concatenate([np.roll(images, step, (1, 2)) for step in steps]).reshape(-1, 784).astype("float32")
        self.known = keras.ops.convert_to_tensor(known / np.linalg.norm(known, axis=1, keepdims=True))
        self.labels = keras.ops.one_hot(np.tile(labels, len(steps)), 10)

    def call(self, images):
        alike = keras.ops.normalize(keras.ops.reshape(images, (-1, 784))) @ keras.ops.transpose(self.known)
        return keras.ops.softmax(60 * alike) @ self.labels


def remembers(*sets):
    """A network that knows these sets by heart: it takes no training and has no parameters."""
    return lambda: model(Nearest(sets))


MODEL_RIGHT = [
    remembers(0),
    trained(convolution(8), layers.MaxPooling2D, convolution(16), layers.MaxPooling2D, layers.Flatten, softmax),
    trained(
        convolution(16, strides=2),
        layers.BatchNormalization,
        convolution(12),
        layers.Flatten,
        lambda: layers.Dropout(0.3),
        softmax,
    ),
]
MODEL_WRONG = [
    (lambda: [layers.Dense(10)], "not a model"),
    (lambda: layers.Dense, "not a model"),
    (lambda: model(layers.Flatten(), softmax(), shape=(784,)), "wrong input shape"),
    (lambda: model(layers.Conv2D(4, 3), softmax()), "another shape of answers"),
    (lambda: model(layers.Flatten(), layers.Dense(9, activation="softmax")), "another shape of answers"),
    (lambda: model(layers.Flatten(), layers.Dense(10)), "not probabilities"),
    (lambda: model(layers.Flatten(), layers.Dense(10, activation="sigmoid")), "not probabilities"),
    (lambda: model(layers.Flatten(), softmax(), layers.Dropout(0.5)), "changed in training"),
    (lambda: model(layers.Flatten(), softmax(), layers.GaussianNoise(0.5)), "changed in training"),
    (lambda: model(layers.GlobalAveragePooling2D(), softmax()), "sees only brightness"),
    (lambda: model(layers.GlobalMaxPooling2D(), softmax()), "sees only brightness"),
    (lambda: model(layers.Flatten(), layers.Dense(99), softmax()), "too many parameters"),
    (lambda: model(layers.Flatten(), softmax()), "guesses"),
    (frozen_zeros, "guesses"),
    (trained(layers.Flatten, softmax, epochs=5), "below"),
    (remembers(0, 1), "saw the validation digits"),
    (remembers(2), "saw other digits"),
    (remembers(0, 1, 2), "saw other digits"),
    (lambda: model(remembers(0)(), layers.Rescaling(5.0)), "not probabilities"),
    (lambda: model(layers.Flatten(), layers.Dense(10), layers.Softmax()), "guesses"),
    (lambda: model(layers.Flatten(), layers.Dense(30, trainable=False), softmax()), "too many parameters"),
    (lambda: keras.Sequential([layers.Flatten(), layers.Dense(99), softmax()]), "too many parameters"),
    (
        trained(convolution(8), layers.MaxPooling2D, convolution(12), layers.Flatten, softmax, sets=(0, 1)),
        "saw the validation digits",
    ),
]


def fitted(**curves):
    return SimpleNamespace(history=curves)


FAIL_RIGHT = [
    fitted(accuracy=[0.1, 0.12, 0.1], loss=[30.0, 2.31, 2.3]),
    fitted(accuracy=[0.1] * 4, loss=[float("nan")] * 4),
    fitted(accuracy=[0.1] * 4, loss=[14.5] * 4, val_loss=[14.5] * 4),
    fitted(accuracy=[0.098] * 3, loss=[27.3] * 3),  # "mse"
    fitted(accuracy=[0.9, 0.5, 0.1], loss=[0.3, 5.0, float("inf")]),
]
FAIL_WRONG = [
    (0.1, "not a history"),
    ({"accuracy": [0.1] * 3, "loss": [2.3] * 3}, "not a history"),
    (fitted(loss=[2.3] * 3), "not a history"),
    (fitted(sparse_categorical_accuracy=[0.1] * 3, loss=[2.3] * 3), "not a history"),
    (keras.callbacks.History(), "not a history"),
    (fitted(accuracy=[0.9] * 3, loss=[0.1] * 3, val_accuracy=[0.1] * 3), "it learns"),
    (fitted(accuracy=[0.1], loss=[2.3]), "too short"),
    (fitted(accuracy=[0.5, 0.8, 0.9], loss=[2, 1, 0.5]), "it learns"),
]

EXERCISES = [
    Exercise(check.honest_split, SPLIT_RIGHT, SPLIT_WRONG),
    Drawing(check.drawing, DRAWING_RIGHT, DRAWING_WRONG, built=True),
    Exercise(check.read_curves, CURVES_RIGHT, CURVES_WRONG),
    Exercise(check.small_network, MODEL_RIGHT, MODEL_WRONG, built=True),
    Exercise(check.make_it_fail, FAIL_RIGHT, FAIL_WRONG),
]
QUIZZES = [(check.quiz_scale, "b"), (check.quiz_loss, "b"), (check.quiz_sets, "c"), (check.quiz_output, "b")]
