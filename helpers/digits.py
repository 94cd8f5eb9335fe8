"""Anybody's digits in MNIST's form: from a drawing, a picture or a photo to what the networks of this course were shown.

Source of the recipe: Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of handwritten digits*: black-and-white
digits were scaled, with their aspect ratio kept, to fit a box of 20 × 20, which left grey levels through anti-aliasing,
and placed in a field of 28 × 28 with their centre of mass in its middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from helpers.language import CourseError

FIELD, BOX = 28, 20  # pixels to a side
PEN = 0.075  # a drawing pen's width as a share of its sheet
THINNEST, THICKEST = 2.0, 4.0  # pixels in the box: nearly all of MNIST's strokes are as wide
LARGEST = 1000  # pixels to a side; more would only be slower
FAINTEST = 0.2  # of the light on the paper: what takes less of it away is no ink


class NoDigitError(CourseError, ValueError):
    """There is nothing to read; the message says so to the learner."""


@dataclass(frozen=True)
class _Mark:
    """Something written: its ink from 0 (paper) to 1, cut to its bounding box, and where that box lies."""

    ink: np.ndarray
    rows: slice
    columns: slice


def to_mnist(picture: np.ndarray) -> np.ndarray:
    """Prepare a picture of one digit as MNIST's were: white on black, in a box of 20 × 20, centred in 28 × 28.

    Dark on light or light on dark, thick or thin, small or off-centre, on unevenly lit paper: the border of the picture
    tells what is paper. Strokes that the scaling would leave much thinner or thicker than MNIST's are evened out first.

    The picture has shape (height, width), (height, width, 3) or (height, width, 4, the last one opacity), `uint8`. Returns
    shape (28, 28), `uint8`, 0 (paper) to 255 (ink). Raises NoDigitError where it is empty, CourseError where it is no picture.
    """
    grey = _grey(picture)
    ink = _ink(grey, widest=0.4 * max(grey.shape))
    marks = _marks(ink)
    if not marks:
        raise NoDigitError(
            en="There is no digit in this picture: it shows nothing that stands out from its background. Draw one, or choose a picture with more contrast.",
            es="En esta imagen no hay ningún dígito: nada destaca sobre el fondo. Dibuja uno o elige una imagen con más contraste.",
        )
    return _fit(_together(marks, ink.shape).ink)


def cut_digits(photo: np.ndarray) -> list[np.ndarray]:
    """Cut a photo of one row of digits on plain paper into digits, from left to right, each as `to_mnist` prepares it.

    Shadows and specks are left out, and so is whatever touches the edge of the photo. Digits must not touch each other.

    The photo has a shape as for `to_mnist`, `uint8`. Returns one array of shape (28, 28), `uint8`, for each digit. Raises
    NoDigitError where nothing is written there, CourseError where it is no picture.
    """
    grey = _grey(photo)
    ink = _ink(grey, widest=0.2 * min(grey.shape))
    groups: list[_Mark] = []
    for mark in sorted(_marks(ink), key=lambda mark: mark.columns.start):
        box = zip((mark.rows, mark.columns), ink.shape, strict=True)
        if any(side.start == 0 or side.stop == edge for side, edge in box):
            continue
        # A digit may come in pieces, one above the other: the bar of a 5.
        if groups and _shared(groups[-1].columns, mark.columns) > 0.3:
            mark = _together([groups.pop(), mark], ink.shape)
        groups.append(mark)
    tallest = max((len(mark.ink) for mark in groups), default=0)
    digits = [_fit(mark.ink) for mark in groups if len(mark.ink) >= max(8, 0.4 * tallest)]
    if not digits:
        raise NoDigitError(
            en="No digits were found in this photo. Write them large, in one row, with a dark pen on plain paper; leave a margin all around, and take the photo in good light.",
            es="En esta foto no se ha encontrado ningún dígito. Escríbelos grandes, en una sola fila, con un bolígrafo oscuro sobre papel liso; deja margen alrededor y haz la foto con buena luz.",
        )
    return digits


def draw_strokes(strokes: Sequence[Sequence[tuple[float, float]]], size: int = 140, pen: float = PEN) -> np.ndarray:
    """Draw strokes of a round pen, black on white: shape (size, size), `uint8`, 255 (paper) to 0 (ink).

    Args:
        strokes: each a list of points (x, y) from (0, 0), top left, to (1, 1), bottom right; one point makes a dot.
        size: height and width of the picture, in pixels.
        pen: the pen's width as a share of `size`.
    """
    fine = 2  # drawn at twice the size, then averaged: Pillow's pen leaves hard edges
    sheet = Image.new("L", (fine * size, fine * size), 255)
    tool, radius = ImageDraw.Draw(sheet), pen * fine * size / 2
    for stroke in strokes:
        points = [(x * fine * size, y * fine * size) for x, y in stroke]
        tool.line(points, fill=0, width=round(2 * radius))
        for x, y in points:
            tool.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(sheet.reduce(fine))


def _grey(picture: np.ndarray) -> np.ndarray:
    """The picture from 0 (black) to 1 (white), shrunk by a whole number where it is large."""
    picture = np.asarray(picture)
    flat = picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (3, 4))
    if not flat or picture.dtype != np.uint8 or picture.size == 0:
        raise CourseError(
            en=f"A picture is an array of uint8 (0 to 255) and shape (height, width), or (height, width, 3) in colour; this one is of {picture.dtype} and shape {picture.shape}.",
            es=f"Una imagen es un array de uint8 (0 a 255) de forma (alto, ancho), o (alto, ancho, 3) si es en color; esta es de {picture.dtype} y forma {picture.shape}.",
        )
    image = Image.fromarray(picture)
    if image.mode == "RGBA":  # what is transparent is paper, and paper is unlike the ink
        luminance, opacity = np.asarray(image.convert("RGB").convert("L")), picture[..., 3]
        bright = opacity.any() and np.average(luminance, weights=opacity) > 127
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black" if bright else "white"), image)
    return np.asarray(image.convert("L").reduce(-(-max(image.size) // LARGEST)), np.float32) / 255


def _ink(grey: np.ndarray, widest: float) -> np.ndarray:
    """How much ink lies where, from 0 (paper) to 1; all zeros when there is none.

    `grey` has values from 0 to 1. Nothing written is wider than `widest` pixels: a dark place that is wider is a shadow.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    dark, light = np.quantile(border, [0.25, 0.75])
    chalk = grey.max() - light > dark - grey.min()  # what stands out most is lighter than the border
    if chalk:
        grey = 1 - grey
    grey = ndimage.gaussian_filter(grey, min(grey.shape) / 400)  # a photo's grain; leaves MNIST's own as they are
    # Closing fills whatever is dark and narrow: what is left is the paper as it is lit.
    window = max(3, round(widest))
    paper = ndimage.grey_closing(grey, size=(window, window))
    # In the shade, ink takes away the same share of less light.
    depth = paper - grey if chalk else 1 - grey / paper.clip(0.1)
    usual = np.median(depth)
    noise = usual + 6 * np.median(abs(depth - usual))
    marked = depth[depth > max(noise, FAINTEST / 8)]
    if marked.size == 0 or marked.max() < FAINTEST:
        return np.zeros_like(grey)
    sure = _otsu(marked)
    full = np.quantile(depth[depth >= sure], 0.9)
    if full < max(FAINTEST, 1.5 * noise):
        return np.zeros_like(grey)
    ink = np.clip((depth - noise) / (full - noise), 0, 1)
    # Faint pixels are the soft edge of a stroke where a sure one is near; elsewhere they are a shadow's.
    near = ndimage.distance_transform_edt(depth < sure) <= max(3, min(grey.shape) / 100)
    return np.where(near, ink, 0)


def _otsu(values: np.ndarray) -> float:
    """The threshold that parts values into two groups, each as alike as can be (N. Otsu, 1979)."""
    counts, edges = np.histogram(values, bins=128)
    middles = (edges[:-1] + edges[1:]) / 2
    below, weighted = counts.cumsum(), (counts * middles).cumsum()
    above = below[-1] - below
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (weighted / below - (weighted[-1] - weighted) / above) ** 2
    return float(edges[1:][np.nanargmax(between)]) if np.isfinite(between).any() else float(values.min())


def _marks(ink: np.ndarray) -> list[_Mark]:
    """What hangs together, specks left out."""
    places, count = ndimage.label(ink > 0, np.ones((3, 3)))  # diagonal neighbours hang together, too
    boxes = ndimage.find_objects(places)
    amounts = ndimage.sum_labels(ink, places, np.arange(1, count + 1))
    return [
        _Mark(np.where(places[box] == number, ink[box], 0), *box)
        for number, (box, amount) in enumerate(zip(boxes, amounts, strict=True), start=1)
        if amount >= 0.04 * amounts.max()
    ]


def _together(marks: Sequence[_Mark], shape: tuple[int, int]) -> _Mark:
    """Several marks as one."""
    sheet = np.zeros(shape, np.float32)
    for mark in marks:
        sheet[mark.rows, mark.columns] += mark.ink
    (box,) = ndimage.find_objects((sheet > 0).astype(int))
    return _Mark(sheet[box], *box)


def _shared(one: slice, other: slice) -> float:
    """What the narrower of two ranges shares with the other, from 0 to 1."""
    overlap = min(one.stop, other.stop) - max(one.start, other.start)
    return max(0, overlap) / min(one.stop - one.start, other.stop - other.start)


def _fit(ink: np.ndarray) -> np.ndarray:
    """Ink in its bounding box, from 0 to 1, as MNIST's recipe places it: shape (28, 28), `uint8`."""
    ink = _evened(ink)
    longest = max(ink.shape)
    rows, columns = (max(1, round(BOX * side / longest)) for side in ink.shape)
    scaled = np.asarray(Image.fromarray(ink.astype(np.float32)).resize((columns, rows), Image.Resampling.HAMMING))
    field = np.zeros((FIELD, FIELD), np.float32)
    top, left = (
        # Whole pixels, and the middle is pixel 14 of 0 to 27: so it is in MNIST. Never over the edge.
        int(np.clip(round(FIELD // 2 - centre), 0, FIELD - side))
        for centre, side in zip(ndimage.center_of_mass(scaled), scaled.shape, strict=True)
    )
    field[top : top + rows, left : left + columns] = scaled
    return np.rint(255 * field.clip(0) / field.max()).astype(np.uint8)


def _evened(ink: np.ndarray) -> np.ndarray:
    """The ink, with strokes THINNEST to THICKEST wide once the longer side is scaled to BOX."""
    mask = ink > 0.5
    width, longest = _stroke_width(mask), max(ink.shape)
    target = np.clip(BOX * width / longest, THINNEST, THICKEST)
    # (width + 2 more) · BOX / (longest + 2 more) = target, as thicker strokes make the digit larger, too
    more = (target * longest / BOX - width) / (1 - target / BOX) / 2
    if abs(more) < 1:
        return ink
    ink, mask = (np.pad(array, 1 + int(abs(more))) for array in (ink, mask))
    if more > 0:
        return np.maximum(ink, np.clip(more + 0.5 - ndimage.distance_transform_edt(~mask), 0, 1))
    ink = np.minimum(ink, np.clip(ndimage.distance_transform_edt(mask) + more, 0, 1))
    return ink[ndimage.find_objects((ink > 0).astype(int))[0]]


def _stroke_width(mask: np.ndarray) -> float:
    """How wide strokes are, in pixels: across a band of w pixels the distance to the paper is (w + 1)² / 4w on average."""
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))
    half = 2 * distance[distance > 0].mean() - 1
    return half + np.sqrt(half**2 - 1)
