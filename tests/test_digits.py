"""Anybody's digits arrive in MNIST's form: white on black, in a box of 20 × 20, centred by their mass in 28 × 28."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from helpers import data, digits
from helpers.language import CourseError

(X_TRAIN, Y_TRAIN), _, (X_TEST, Y_TEST) = data.load_mnist()
EACH = [int(np.argmax(digit == Y_TRAIN)) for digit in range(10)]
SEVEN = [[(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]]


def large(digit, factor=10):
    return np.asarray(Image.fromarray(digit).resize((28 * factor, 28 * factor), Image.Resampling.BICUBIC))


def widened(digit, pixels):
    """Enlarged, with strokes so many pixels wider (or thinner) to each side."""
    mask = large(digit) > 127
    distance = ndimage.distance_transform_edt(~mask) - ndimage.distance_transform_edt(mask)
    return np.where(distance <= pixels, 255, 0).astype(np.uint8)


def on_sheet(digit, height=500, width=640, top=20, left=330):
    sheet = np.zeros((height, width), np.uint8)
    sheet[top : top + len(digit), left : left + digit.shape[1]] = digit
    return sheet


def photographed(ink, grain=0.015):
    """Dark ink on paper under a lamp to the left, a hand's shadow to the right."""
    rows, columns = np.indices(ink.shape) / max(ink.shape)
    light = 0.9 - 0.3 * columns - 0.1 * rows
    light *= ndimage.gaussian_filter(np.where(columns > 0.6 + 0.05 * np.sin(9 * rows), 0.75, 1.0), 12)
    seen = light * (1 - 0.75 * ndimage.gaussian_filter(ink / 255, 1))
    seen = seen + np.random.default_rng(0).normal(0, grain, ink.shape)
    return np.dstack([255 * seen.clip(0, 1) * tint for tint in (1, 0.97, 0.9)]).astype(np.uint8)


WAYS = {
    "as it is": lambda digit: digit,
    "dark on light": lambda digit: 255 - digit,
    "large": large,
    "thick": lambda digit: widened(digit, 8),
    "thin": lambda digit: widened(digit, -5),
    "small in a corner": lambda digit: on_sheet(large(digit, 2), top=0, left=5),
    "off-centre, dark on light": lambda digit: 255 - on_sheet(large(digit)),
    "cropped": lambda digit: np.pad(digit[ndimage.find_objects((digit > 0).astype(int))[0]], 2),
    "grey on grey": lambda digit: (90 + 0.3 * large(digit)).astype(np.uint8),
    "in colour": lambda digit: np.dstack([large(digit), large(digit) // 2, 0 * large(digit)]),
    "black, transparent paper": lambda digit: np.dstack([0 * large(digit)] * 3 + [large(digit)]),
    "white, transparent paper": lambda digit: np.dstack([np.full((280, 280, 3), 255, np.uint8), large(digit)]),
    "photo": lambda digit: photographed(on_sheet(large(digit))),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_digit_arrives_in_mnists_form(way):
    for index in EACH:
        seen = digits.to_mnist(WAYS[way](X_TRAIN[index]))
        assert seen.shape == (28, 28) and seen.dtype == np.uint8
        assert seen[[0, -1]].max() == seen[:, [0, -1]].max() == 0 and seen.max() == 255  # white on black
        height, width = (np.ptp(places) + 1 for places in np.nonzero(seen))
        assert 18 <= max(height, width) <= 20
        assert (
            np.abs(np.array(ndimage.center_of_mass(seen)) - 14).max() <= 0.51
        )  # MNIST's middle; grey levels are rounded
        assert 1.3 <= digits._stroke_width(seen > 127) <= 5.5


@pytest.mark.parametrize("way", ["as it is", "dark on light", "cropped"])
def test_a_digit_of_mnist_comes_back_nearly_unchanged(way):
    change = [np.abs(digits.to_mnist(WAYS[way](x)).astype(int) - x).mean() / x.mean() for x in X_TEST[:300]]
    assert np.mean(change) < 0.02 and np.quantile(change, 0.95) < 0.05


def test_a_thin_line_in_a_large_drawing_is_neither_lost_nor_grey():
    seen = digits.to_mnist(digits.draw_strokes(SEVEN, size=800, pen=0.003))
    assert 1.3 <= digits._stroke_width(seen > 127) <= 3 and (seen > 200).sum() > 30


@pytest.mark.parametrize(
    "empty",
    [
        np.zeros((28, 28), np.uint8),
        np.full((300, 200), 255, np.uint8),
        np.full((300, 200, 4), 0, np.uint8),
        photographed(np.zeros((300, 400), np.uint8)),
        np.full((1, 1), 9, np.uint8),
    ],
    ids=["black", "white", "transparent", "photo of paper", "one pixel"],
)
def test_an_empty_picture_is_told(empty, lang):
    said = {"en": "no digit", "es": "ningún dígito"}[lang]
    for refused, words in ((digits.to_mnist, said), (digits.cut_digits, {"en": "No digits", "es": said}[lang])):
        with pytest.raises(ValueError, match=words) as caught:
            refused(empty)
        assert isinstance(caught.value, CourseError)


@pytest.mark.parametrize("wrong", [np.zeros((28, 28)), np.zeros((1, 28, 28, 1), np.uint8), np.zeros((0, 5), np.uint8)])
def test_what_is_no_picture_is_refused_with_its_shape(wrong, lang):
    with pytest.raises(CourseError, match=str(wrong.dtype)):
        digits.to_mnist(wrong)


def row_of(places, specks=True, factor=5):
    side = 28 * factor
    sheet = np.zeros((2 * side, (len(places) + 1) * side), np.uint8)
    for number, index in enumerate(places):  # not quite in line
        top, left = side // 2 + 9 * (number % 3), side // 2 + number * side
        sheet[top : top + side, left : left + side] = large(X_TRAIN[index], factor)
    if specks:
        random = np.random.default_rng(1)
        for row, column in zip(random.integers(5, 270, 12), random.integers(5, sheet.shape[1] - 5, 12), strict=True):
            sheet[row : row + 3, column : column + 3] = 200
        sheet[100:180, :12] = 255  # the edge of the table
    return sheet


def test_a_photo_of_a_row_is_cut_from_left_to_right():
    sheet = row_of(EACH)
    cut = digits.cut_digits(photographed(sheet))
    assert len(cut) == 10
    for seen, index in zip(cut, EACH, strict=True):
        same = [np.corrcoef(seen.ravel(), X_TRAIN[other].ravel())[0, 1] for other in EACH]
        assert EACH[int(np.argmax(same))] == index


def test_a_large_photo_is_cut_as_well():
    photo = 255 - np.kron(row_of(EACH[:3], specks=False), np.ones((4, 4), np.uint8))
    assert len(digits.cut_digits(photo)) == 3


def test_the_bar_of_a_five_belongs_to_it():
    five = [[(0.3, 0.3), (0.3, 0.5), (0.55, 0.55), (0.6, 0.7), (0.3, 0.8)], [(0.36, 0.2), (0.7, 0.2)]]
    assert len(digits.cut_digits(digits.draw_strokes(five, size=400, pen=0.04))) == 1


@pytest.mark.slow
def test_a_network_reads_digits_prepared_again_as_well_as_mnists():
    import keras

    from helpers import models

    keras.utils.set_random_seed(0)
    model = models.baseline_cnn()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X_TRAIN[..., None] / 255, Y_TRAIN, epochs=8, verbose=0)

    def accuracy(images):
        return np.mean(model.predict(np.stack(images)[..., None] / 255, verbose=0).argmax(1) == Y_TEST[:400])

    plain = accuracy(X_TEST[:400])
    for way, loss in {"off-centre, dark on light": 0.01, "thin": 0.02, "photo": 0.02, "thick": 0.06}.items():
        assert accuracy([digits.to_mnist(WAYS[way](x)) for x in X_TEST[:400]]) >= plain - loss, way
