"""Answers to lesson 00's exercises: right ones of different kinds, wrong ones with the misconception they show."""

import keras
import numpy as np
from keras import layers
from scipy import ndimage
from scipy.signal import convolve2d, correlate2d, fftconvolve

from answers import Exercise
from helpers import data
from helpers.checks import lesson_00 as check

RISING = np.array([[-1, -1, 2], [-1, 2, -1], [2, -1, -1]])
STROKE_RIGHT = [
    RISING,
    (0.1 * RISING).tolist(),
    [[-1, 0, 1], [0, 0, 0], [1, 0, -1]],
    [[-2, -1, 3], [-1, 2, -1], [3, -1, -2]],
    keras.ops.convert_to_tensor(RISING),
    [[-1 / 3, -1 / 3, 2 / 3], [-1 / 3, 2 / 3, -1 / 3], [2 / 3, -1 / 3, -1 / 3]],
]
STROKE_WRONG = [
    ([1, 2, 3], "wrong shape"),
    (np.zeros((3, 3)), "all zeros"),
    ([[0, 0, 1], [0, 1, 0], [1, 0, 0]], "answers to flat surfaces"),
    (RISING[::-1], "the other diagonal"),
    (-RISING, "wrong sign"),
    ([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], "not choosy"),
    ([[-1, 0, 1]] * 3, "not choosy"),
    ([["a"]], "not numbers"),
    ([[-1, -1 - 1], [-1, 2, -1], [2, -1, -1]], "not numbers"),  # a comma is missing
    (str(RISING.tolist()), "not numbers"),
    (RISING * np.nan, "not numbers"),
    (lambda image: image, "not numbers"),
    (None, "not numbers"),
    ([[-0, 5, -0, 5, 1], [-0, 5, 1, -0, 5], [1, -0, 5, -0, 5]], "wrong shape"),  # decimal commas
    (RISING[:, :, None, None], "wrong shape"),
    ([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]], "not choosy"),
]


def slide(image, kernel):
    return (np.lib.stride_tricks.sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))


def padded(cast=float, **how):
    """Pads the picture all around; `cast` makes of each table of answers what the answer gives."""
    return lambda image, kernel: cast(slide(np.pad(image.astype(float), len(kernel) // 2, **how), kernel))


def by_keras(image, kernel):
    picture = image[None, :, :, None].astype("float32")
    return keras.ops.conv(picture, kernel[:, :, None, None].astype("float32"), padding="same")


def on_one_side(before, after):
    def same_size(image, kernel):
        missing = len(kernel) - 1
        return slide(np.pad(image, (before * missing, after * missing)), kernel)

    return same_size


def on_these_sides(rows, columns):
    def same_size(image, kernel):
        missing = len(kernel) - 1
        return slide(
            np.pad(image, [(part * missing // 2, (2 - part) * missing // 2) for part in (rows, columns)]), kernel
        )

    return same_size


def without_numpy(image, kernel):
    height, width = image.shape
    rim, size = len(kernel) // 2, range(len(kernel))

    def pixel(row, column):
        return float(image[row, column]) if 0 <= row < height and 0 <= column < width else 0

    def answer(row, column):
        return sum(pixel(row + r - rim, column + c - rim) * kernel[r, c] for r in size for c in size)

    return [[answer(row, column) for column in range(width)] for row in range(height)]


def by_a_layer(image, kernel):
    layer = layers.Conv2D(1, len(kernel), padding="same", use_bias=False)
    layer.build((None, None, None, 1))
    layer.set_weights([kernel[..., None, None]])
    return layer(image[None, ..., None].astype("float32"))


def by_rolling(image, kernel):
    rim = len(kernel) // 2
    steps = [(r, c) for r in range(len(kernel)) for c in range(len(kernel))]
    return sum(np.roll(image.astype(float), (rim - r, rim - c), (0, 1)) * kernel[r, c] for r, c in steps)


def forgets_to_return(image, kernel):
    slide(np.pad(image, len(kernel) // 2), kernel)


def in_a_loop(dtype):
    def same_size(image, kernel):
        rim, answers = len(kernel) // 2, np.zeros(image.shape, dtype)
        framed = np.pad(image, rim)
        for r, c in np.ndindex(answers.shape):
            answers[r, c] = np.int64((framed[r : r + len(kernel), c : c + len(kernel)] * kernel).sum())
        return answers

    return same_size


def overwrites(image, kernel):
    image[0, 0] = 255 - image[0, 0]
    return padded(np.asarray)(image, kernel)


SAME_RIGHT = [
    padded(np.asarray),
    by_keras,
    lambda image, kernel: correlate2d(image, kernel, mode="same"),
    lambda image, kernel: convolve2d(image, kernel[::-1, ::-1], "same").astype("float32"),
    lambda image, kernel: padded(np.asarray)(image / 255, kernel),
    lambda image, kernel: ndimage.correlate(image.astype(float), kernel, mode="constant"),
    lambda image, kernel: fftconvolve(image, kernel[::-1, ::-1], mode="same"),
    without_numpy,
    by_a_layer,
]
SAME_WRONG = [
    (3, "not a function"),
    (overwrites, "changes its input"),
    (slide, "wrong shape"),
    (lambda image, kernel: slide(np.pad(image, 1), kernel), "wrong shape"),
    (on_one_side(0, 1), "still moved"),
    (on_one_side(1, 0), "still moved"),
    (on_these_sides(0, 2), "still moved"),
    (on_these_sides(1, 0), "still moved"),
    (forgets_to_return, "returns nothing"),
    (lambda image, kernel: convolve2d(image, kernel, mode="same"), "kernel turned"),
    (padded(np.asarray, mode="edge"), "rim not of zeros"),
    (lambda image, kernel: ndimage.correlate(image.astype(float), kernel), "rim not of zeros"),
    (padded(lambda answers: answers.astype(int)), "no room"),
    (padded(np.round), "no room"),
    (padded(lambda answers: answers.round(1)), "no room"),
    (padded(lambda answers: answers.clip(0, 255)), "no room"),
    (lambda image, kernel: keras.ops.relu(by_keras(image, kernel)), "no room"),
    (lambda image, kernel: ndimage.correlate(image, kernel, mode="constant"), "no room"),
    (lambda image, kernel: np.pad(slide(image, kernel), len(kernel) // 2), "rim not of zeros"),
    (by_rolling, "rim not of zeros"),
    (lambda image, kernel: padded(np.asarray)(image, kernel / kernel.size), "other values"),
    (padded(lambda answers: answers.clip(0)), "no room"),
    (in_a_loop(np.int16), "no room"),
    (lambda image, kernel: slide(np.pad(image.astype(int), len(kernel) // 2), kernel.astype(int)), "no room"),
    (padded(np.abs), "other values"),
    (lambda image, kernel: padded(np.asarray)(image, kernel.T), "other values"),
    (lambda image, kernel: image, "other values"),
    (padded(lambda answers: answers * np.nan), "other values"),
    (lambda image, kernel: image @ kernel, "raises ValueError"),
]


def model(*stack, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *stack])


def functional():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 5, activation="relu")(inputs)
    both = [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)]
    return keras.Model(inputs, layers.Dense(10)(layers.Concatenate()(both)))


def largest(tables):
    return keras.ops.max(tables, axis=(1, 2))


def with_a_function(**options):
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, largest(layers.Conv2D(8, 3, activation="relu", **options)(inputs)))


def with_two_outputs():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, activation="relu")(inputs)
    return keras.Model(inputs, [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])


MODEL_RIGHT = [
    with_a_function,
    lambda: keras.Sequential([layers.Conv2D(8, 3, activation="relu"), layers.GlobalMaxPooling2D()]),
    lambda: model(layers.Conv2D(8, 2), layers.GlobalMaxPooling2D()),
    lambda: model(layers.UpSampling2D(2), layers.Conv2D(8, 3), layers.GlobalMaxPooling2D()),
    lambda: model(layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(26), layers.Flatten()),
    lambda: model(layers.Conv2D(8, 3, activation="tanh"), layers.GlobalMaxPooling2D(keepdims=True), layers.Flatten()),
    lambda: model(layers.SeparableConv2D(8, 3), layers.BatchNormalization(), layers.Lambda(largest)),
    lambda: model(layers.Conv2D(16, 3, activation="relu"), layers.GlobalMaxPooling2D()),
    lambda: model(
        layers.Conv2D(8, 3, activation="relu"),
        layers.Conv2D(8, 3, padding="same"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(4),
    ),
    functional,
    lambda: model(layers.Conv2D(8, 9, padding="same"), layers.GlobalMaxPooling2D()),
    lambda: model(
        *[layers.Conv2D(8, 3, padding="same", activation="relu") for _ in range(5)], layers.GlobalMaxPooling2D()
    ),
]
MODEL_WRONG = [
    (lambda: [layers.Dense(4)], "not a model"),
    (lambda: layers.GlobalMaxPooling2D, "not a model"),
    (lambda: model(layers.Conv2D(8, 3), layers.GlobalMaxPooling2D(), shape=(28, 28, 3)), "wrong input shape"),
    (lambda: model(layers.Conv2D(8, 3)), "still a picture"),
    (lambda: model(layers.Conv2D(2, 3), layers.GlobalMaxPooling2D()), "not rows of four"),
    (lambda: model(layers.Conv2D(8, 3), layers.GlobalMaxPooling2D(keepdims=True)), "not rows of four"),
    (with_two_outputs, "not rows of four"),
    (lambda: model(layers.Conv2D(8, 1, activation="relu"), layers.GlobalMaxPooling2D()), "sees ink, not shapes"),
    (lambda: with_a_function(strides=2), "steps over pixels"),
    (lambda: model(layers.Resizing(14, 14), layers.Conv2D(8, 3), layers.GlobalMaxPooling2D()), "steps over pixels"),
    (lambda: model(layers.Flatten(), layers.Dense(8, kernel_initializer="zeros")), "cannot tell pictures apart"),
    (lambda: model(layers.GlobalMaxPooling2D(), layers.Dense(4)), "sees ink, not shapes"),
    (lambda: model(layers.Conv2D(8, 3, padding="same"), layers.GlobalAveragePooling2D()), "sees ink, not shapes"),
    (lambda: model(layers.Conv2D(8, 3), layers.MaxPooling2D(2), layers.Flatten()), "every place has its number"),
    (lambda: model(layers.Flatten(), layers.Dense(8)), "every place has its number"),
    (lambda: model(layers.Conv2D(8, 3, strides=2), layers.GlobalMaxPooling2D()), "steps over pixels"),
    (lambda: model(layers.Conv2D(8, 3), layers.MaxPooling2D(2), layers.GlobalAveragePooling2D()), "steps over pixels"),
    (
        lambda: model(*[layers.Conv2D(8, 3, activation="relu") for _ in range(3)], layers.GlobalAveragePooling2D()),
        "cut off at the rim",
    ),
    (
        lambda: model(*[layers.Conv2D(8, 3, activation="relu") for _ in range(5)], layers.GlobalMaxPooling2D()),
        "cut off at the rim",
    ),
    (lambda: model(layers.Conv2D(8, 9), layers.GlobalMaxPooling2D()), "cut off at the rim"),
]


def shrunk(images, factor=0.4):
    zoom = layers.RandomZoom((factor, factor), fill_mode="constant")
    return np.asarray(zoom(images[..., None].astype("float32"), training=True))[..., 0]


def moved(images):
    framed = np.pad(images, ((0, 0), (4, 4), (4, 4)))
    return [framed[:, top : top + 28, left : left + 28] for top, left in ((4, 4), (0, 4), (8, 4), (4, 0), (4, 8))]


def remembers(alter, *before, classes=10, of=0):
    """A network that compares an image with all training digits, altered: it reads as if it had been trained, and takes no time.

    With `of=2` it knows the test digits instead.
    """

    def build():
        images, labels = (part[:1000] for part in data.load_mnist()[of])
        seen = np.concatenate(alter(images)).reshape(-1, 784).astype("float32")
        seen /= np.linalg.norm(seen, axis=1, keepdims=True)
        network = model(
            *before,
            layers.Flatten(),
            layers.UnitNormalization(),
            layers.Dense(len(seen), activation="softmax"),
            layers.Dense(classes, use_bias=False),
        )
        network.layers[-2].set_weights([60 * seen.T, np.zeros(len(seen))])
        network.layers[-1].set_weights([np.eye(classes)[np.tile(labels, len(seen) // len(labels)) % classes]])
        return network

    return build


def both_kinds(images):
    return [images, shrunk(images)]


def seen_plain(images):
    return [images]


SMALL_RIGHT = [
    remembers(both_kinds),
    remembers(both_kinds, layers.Rescaling(1 / 255)),
    lambda: model(layers.RandomFlip(), remembers(both_kinds)()),  # what augments does nothing in the exam
]
SMALL_WRONG = [
    (lambda: [layers.Dense(4)], "not a model"),
    (lambda: model(layers.Flatten(), layers.Dense(10), shape=(20, 20, 1)), "wrong input shape"),
    (lambda: model(layers.Flatten(), layers.Dense(4)), "another shape of answers"),
    (lambda: model(layers.Conv2D(10, 3)), "another shape of answers"),
    (lambda: model(layers.Flatten(), layers.Dense(10)), "guesses"),
    (remembers(seen_plain), "not enough small ones"),
    (remembers(both_kinds, of=2), "saw the test digits"),
    (lambda: keras.callbacks.History(), "not a model"),  # what train(reader) returned
    (remembers(lambda images: [images, shrunk(images, -0.3)]), "zoomed in"),
    (remembers(lambda images: [shrunk(images)]), "forgot the others"),
]
MOVED_RIGHT = [remembers(moved), remembers(moved, layers.Rescaling(1 / 255))]
MOVED_WRONG = [
    (lambda: "network", "not a model"),
    (remembers(moved, classes=5), "another shape of answers"),
    (lambda: model(layers.Conv2D(8, 3), layers.GlobalMaxPooling2D(), layers.Dense(10)), "guesses"),
    (remembers(lambda images: moved(images)[1:]), "guesses"),  # it never saw a digit as it is
    (remembers(moved, of=2), "saw the test digits"),
    (remembers(seen_plain), "not beaten yet"),
    (remembers(both_kinds), "not beaten yet"),
]

EXERCISES = [
    Exercise(check.rising_stroke, STROKE_RIGHT, STROKE_WRONG),
    Exercise(check.same_size, SAME_RIGHT, SAME_WRONG),
    Exercise(check.invariant_model, MODEL_RIGHT, MODEL_WRONG, built=True),
    Exercise(check.reads_small, SMALL_RIGHT, SMALL_WRONG, built=True),
    Exercise(check.four_pixels, MOVED_RIGHT, MOVED_WRONG, built=True),
]
QUIZZES = [
    (check.quiz_answer, "a"),
    (check.quiz_shape, "b"),
    (check.quiz_pooling, "a"),
    (check.quiz_shift, "b"),
    (check.quiz_weights, "c"),
    (check.quiz_curves, "c"),
]
