"""Photos of handwriting are cut digit for digit, in reading order, or refused with a sentence: never a wrong number in silence."""

import numpy as np
import pytest
import sheets

from helpers import data, digits
from helpers.language import CourseError

_, _, (IMAGES, _) = data.load_mnist()
SHEETS = sheets.sheets()
MORE = {"en": "more than single digits", "es": "algo más que dígitos"}
TURNED = {"en": "on their side or upside down", "es": "tumbados o boca abajo"}
REFUSED = {  # with a sentence that says this
    "sideways": TURNED,
    "sideways, the other way": TURNED,
    "sideways, two rows": TURNED,
    "upside down": TURNED,
    "touching each other": MORE,
}


def assert_cut_as_written(sheet):
    cut = digits.cut_digits(sheet.photo)
    assert len(cut) == len(sheet.written)
    alike = [np.corrcoef(x.ravel(), IMAGES[i].ravel())[0, 1] for x, i in zip(cut, sheet.written, strict=True)]
    assert min(alike) > 0.35 and np.mean(alike) > 0.6


def test_there_are_thirty_and_they_are_the_same_each_time():
    again = sheets.sheets()
    assert len(SHEETS) == 30 and {sheet.photo.dtype.name for sheet in SHEETS.values()} == {"uint8"}
    assert all(np.array_equal(SHEETS[name].photo, again[name].photo) for name in ("squared paper, dark table", "plain"))


@pytest.mark.parametrize("name", sorted(set(SHEETS) - set(REFUSED)))
def test_every_digit_is_cut_in_reading_order(name):
    assert_cut_as_written(SHEETS[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_what_to_do(name, lang):
    with pytest.raises(CourseError, match=REFUSED[name][lang]):
        digits.cut_digits(SHEETS[name].photo)


def drawn(*boxes, shape=(400, 600)):
    """White paper with black boxes, each (top, left, height, width)."""
    sheet = np.full(shape, 255, np.uint8)
    for top, left, height, width in boxes:
        sheet[top : top + height, left : left + width] = 0
    return sheet


ONES = [(150, 100 + 80 * place, 80, 10) for place in range(4)]


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ([*ONES, (150, 590, 80, 10)], None),  # the edge of a table
        ([*ONES, (350, 430, 50, 10)], MORE),
        ([*ONES, (145, 480, 90, 120)], MORE),
        ([*ONES, (100, 420, 170, 60)], MORE),
        ([*ONES, (230, 60, 4, 380)], MORE),
        ([*ONES, (300, 60, 4, 380)], None),  # a line of its own
        ([*ONES, *[(210, 140 + 80 * place, 80, 10) for place in range(4)]], {"en": "rows", "es": "filas"}),
    ],
    ids=["table", "cut off", "blot at the edge", "blot", "underlined and touching", "underlined", "rows run together"],
)
def test_what_is_no_digit_is_left_out_or_refused(boxes, said, lang):
    if said is None:
        assert len(digits.cut_digits(drawn(*boxes))) == 4
    else:
        with pytest.raises(CourseError, match=said[lang]):
            digits.cut_digits(drawn(*boxes))


def test_a_column_of_upright_digits_is_read_from_top_to_bottom():
    (row,) = [sheet for name, sheet in SHEETS.items() if name == "plain"]
    column = np.vstack([255 - np.kron(IMAGES[i], np.ones((3, 3), np.uint8)) for i in row.written])
    cut = digits.cut_digits(np.pad(column, 40, constant_values=255))
    assert len(cut) == len(row.written)
    assert min(np.corrcoef(x.ravel(), IMAGES[i].ravel())[0, 1] for x, i in zip(cut, row.written, strict=True)) > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_other_hands_are_cut_as_written_or_refused(seed):
    refused = set()
    for name, sheet in sheets.sheets(seed).items():
        try:
            assert_cut_as_written(sheet)
        except CourseError:
            refused.add(name)
    assert refused >= set(REFUSED) and len(refused) <= len(REFUSED) + 5
