"""Anybody's digits in MNIST's form: from a drawing, a picture or a photo to what the networks of this course were shown.

Source of the recipe: Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of handwritten digits*: black-and-white
digits were scaled, with their aspect ratio kept, to fit a box of 20 × 20, which left grey levels through anti-aliasing,
and placed in a field of 28 × 28 with their centre of mass in its middle.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from types import EllipsisType

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from helpers import data
from helpers.language import CourseError

FIELD, BOX = 28, 20  # pixels to a side
PEN = 0.075  # a drawing pen's width as a share of its sheet
THINNEST, THICKEST = 2.0, 4.0  # pixels in the box: nearly all of MNIST's strokes are as wide
LARGEST = 1000  # pixels to a side; more would only be slower
FAINTEST = 0.2  # of the light on the paper: what takes less of it away is no ink

Mark = tuple[
    np.ndarray, tuple[slice, slice]
]  # something written: its ink, cut to its bounding box, and where that lies


class NoDigitError(CourseError, ValueError):
    """There is nothing to read; the message says so to the learner."""


def to_mnist(picture: np.ndarray) -> np.ndarray:
    """Prepare a picture of one digit as MNIST's were: white on black, in a box of 20 × 20, centred in 28 × 28.

    Dark on light or light on dark, thick or thin, small or off-centre, on unevenly lit paper: the border of the picture
    tells what is paper. Strokes that the scaling would leave much thinner or thicker than MNIST's are evened out first.

    The picture has shape (height, width), (height, width, 3) or (height, width, 4, the last one opacity), `uint8`. Returns
    shape (28, 28), `uint8`, 0 (paper) to 255 (ink). Raises NoDigitError where it is empty, CourseError where it is no picture.
    """
    grey = _grey(picture)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    dark, light = np.quantile(border, [0.25, 0.75])
    # What stands out most is lighter than the border, or darker.
    ink = _ink(grey, 0.4 * max(grey.shape), chalk=grey.max() - light > dark - grey.min())
    if not ink.any():
        raise NoDigitError(
            en="There is no digit in this picture: it shows nothing that stands out from its background. Draw one, or choose a picture with more contrast.",
            es="En esta imagen no hay ningún dígito: nada destaca sobre el fondo. Dibuja uno o elige una imagen con más contraste.",
        )
    places, _ = ndimage.label(ink > 0, np.ones((3, 3)))
    amounts = np.bincount(places.ravel(), ink.ravel())
    return _fit(_cropped(np.where(amounts[places] > 0.04 * amounts.max(), ink, 0)))  # without specks


def cut_digits(photo: np.ndarray) -> list[np.ndarray]:
    """Cut a photo of digits into single ones, row by row from left to right, each as `to_mnist` prepares it.

    The sheet may be tilted, lie on a table or half in the shade, and be ruled or squared more palely than the pen writes. Specks
    are left out. What cannot be trusted is refused: digits that touch each other or an edge, or do not stand upright; rows
    that run into each other; more than digits. Of fewer than three digits nobody knows whether they stand upright.

    The photo has a shape as for `to_mnist`, `uint8`. Returns one array of shape (28, 28), `uint8`, for each digit. Raises
    NoDigitError where nothing is written there, CourseError where it is refused or no picture; the message says what to do.
    """
    grey = _grey(photo)
    sheet, chalk = _sheet(grey)
    ink = _ink(grey, 0.2 * min(grey.shape), chalk, sheet)
    marks, size = _whole(ink, sheet)
    if not marks:
        raise NoDigitError(
            en="No digits were found in this photo. Write them large, in rows, with a dark pen on plain paper; leave a margin all around, and take the photo in good light.",
            es="En esta foto no se ha encontrado ningún dígito. Escríbelos grandes, en filas, con un bolígrafo oscuro sobre papel liso; deja margen alrededor y haz la foto con buena luz.",
        )
    digits = _in_order(marks, size)
    upright, *turned = [_likeness([_fit(np.rot90(digit, turn)) for digit in digits]) for turn in range(4)]
    if len(digits) > 2 and max(map(np.mean, turned)) > upright.mean() + 0.01:
        raise CourseError(
            en="These digits lie on their side or upside down. Turn the photo so that they stand upright, save it, and try again.",
            es="Estos dígitos están tumbados o boca abajo. Gira la foto para que queden derechos, guárdala y vuelve a intentarlo.",
        )
    for place, (digit, alike) in enumerate(zip(digits, upright, strict=True), start=1):
        if alike < 0.88 and _two(digit, alike):
            raise CourseError(
                en=f"Number {place} in this photo, counted row by row, looks like two digits that touch. Leave a gap between all digits, and take another photo.",
                es=f"El dígito número {place} de esta foto, contando fila por fila, parece dos que se tocan. Deja un hueco entre todos los dígitos y toma otra foto.",
            )
    return [_fit(digit) for digit in digits]


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


def _sheet(grey: np.ndarray) -> tuple[np.ndarray, bool]:
    """Where the sheet lies, shape (height, width), `bool`, everywhere if no table is seen all around; and whether it is written on in chalk."""
    step = max(1, min(grey.shape) // 60)
    small = np.asarray(Image.fromarray(grey).reduce(step))
    bare = ndimage.median_filter(small, max(3, min(small.shape) // 4))  # without what is written
    written = small - bare
    chalk = (written.clip(0) ** 2).sum() > (written.clip(max=0) ** 2).sum()
    places, _ = ndimage.label(bare > _otsu(bare.ravel()))
    inside = ndimage.binary_fill_holes(places == np.bincount(places[places > 0], minlength=2).argmax())
    table = bare[~inside]
    border = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    if border.mean() > 0.2 or bare[inside].mean() - table.mean() < 2 * (bare[inside].std() + table.std()):
        inside[:] = True
    return inside.repeat(step, 0).repeat(step, 1)[: grey.shape[0], : grey.shape[1]], bool(chalk)


def _ink(grey: np.ndarray, widest: float, chalk: bool, sheet: np.ndarray | EllipsisType = ...) -> np.ndarray:
    """How much ink lies where, from 0 (paper) to 1; all zeros when there is none.

    `grey` has values from 0 to 1. Nothing written is wider than `widest` pixels: a dark place that is wider is a shadow.
    How dark ink is, and how even paper, is told from `sheet`, or from all of the picture.
    """
    if chalk:
        grey = 1 - grey
    grey = ndimage.gaussian_filter(grey, min(grey.shape) / 400)  # a photo's grain; leaves MNIST's own as they are
    # Closing fills whatever is dark and narrow: what is left is the paper as it is lit.
    window = max(3, round(widest))
    # Beyond the edge of a photo shadows and tables go on.
    paper = ndimage.grey_closing(grey, size=(window, window), mode="reflect" if sheet is ... else "nearest")
    # In the shade, ink takes away the same share of less light.
    depth = paper - grey if chalk else 1 - grey / paper.clip(0.1)
    there = depth[sheet]
    usual = np.median(there)
    noise = usual + 6 * np.median(abs(there - usual))
    marked = there[there > max(noise, FAINTEST / 8)]
    if marked.size == 0 or marked.max() < FAINTEST:
        return np.zeros_like(grey)
    sure = _otsu(marked)
    full = np.quantile(there[there >= sure], 0.9)
    if full < max(FAINTEST, 1.5 * noise):
        return np.zeros_like(grey)
    ink = np.clip((depth - noise) / (full - noise), 0, 1)
    # Faint pixels are the soft edge of a stroke where a sure one is near; elsewhere they are a shadow's.
    near = ndimage.distance_transform_edt(depth < sure) <= max(3, min(grey.shape) / 100)
    return np.where(near, ink, 0)


def _otsu(values: np.ndarray) -> float:
    """The threshold that parts values into two groups, each as alike as can be (N. Otsu, 1979)."""
    counts, edges = np.histogram(values, bins=128)
    below, weighted = counts.cumsum(), (counts * (edges[:-1] + edges[1:]) / 2).cumsum()
    between = (weighted * below[-1] - weighted[-1] * below) ** 2 / (below * (below[-1] - below)).clip(1)
    return float(edges[1:][between.argmax()])


def _marks(ink: np.ndarray, gap: float = 1) -> list[Mark]:
    """What hangs together, pieces with less than `gap` pixels from one down to the next included."""
    near = ndimage.maximum_filter1d(ink > 0, max(1, round(gap)), axis=0)
    places = ndimage.label(near, np.ones((3, 3)))[0] * (ink > 0)  # diagonal neighbours hang together, too
    boxes = ndimage.find_objects(places)
    return [(np.where(places[box] == number, ink[box], 0), box) for number, box in enumerate(boxes, start=1)]


def _whole(ink: np.ndarray, sheet: np.ndarray) -> tuple[list[Mark], float]:
    """The marks that are digits, and how tall marks usually are. Raises CourseError where there is more than digits."""
    marks = _marks(ink)
    tall, amounts = np.array(sorted((len(one), one.sum()) for one, _ in marks)).reshape(-1, 2).T
    # Half of the ink is in taller ones.
    size = tall[np.searchsorted(amounts.cumsum(), amounts.sum() / 2)] if marks else 0
    speck = 0.04 * np.median(amounts[tall >= size / 2]) if marks else 0
    depth = ndimage.distance_transform_edt(np.pad(sheet, 1))[1:-1, 1:-1]  # in pixels, from the edge of the sheet
    strange = False
    for one, box in marks:
        reach = depth[box][one > 0]
        cut = reach.min() <= 1
        strange |= cut and reach.max() > 0.3 * size and max(one.shape) < 1.6 * size and one.max() > 0.8  # no shadow's
        if cut or one.sum() < speck or (max(one.shape) > 3 * size and min(one.shape) < 0.3 * size):  # a line
            ink[box] -= one
    pieces = _marks(ink, 0.2 * size)  # a digit may come in pieces, one above the other: the bar of a 5
    found = [mark for mark in pieces if max(mark[0].shape) >= max(8, 0.4 * size)]
    tall, wide = np.array([one.shape for one, _ in found]).reshape(-1, 2).T
    usual = np.median(tall if found else 0)
    if strange or any(tall > 1.8 * usual) or any(wide > 1.4 * usual) or len(pieces) > 2 * len(found) + 3:
        raise CourseError(
            en="There is more than single digits in this photo: some touch each other or an edge, or there are dark lines, stains or other things. Use plain or palely ruled paper, leave a gap between all digits and a margin around them, and cut the photo to the sheet.",
            es="En esta foto hay algo más que dígitos sueltos: algunos se tocan o tocan un borde, o hay líneas oscuras, manchas u otras cosas. Usa papel liso o de líneas claras, deja un hueco entre todos los dígitos y margen alrededor, y recorta la foto a la hoja.",
        )
    return found, size


def _in_order(marks: Sequence[Mark], size: float) -> list[np.ndarray]:
    """The ink of each digit, row by row. Raises CourseError where rows are not straight or not apart."""
    down, right = np.array([[(part.start + part.stop) / 2 for part in box] for _, box in marks]).T
    # All rows slope alike, up to 13°: as they do where digits stand closest to their rows.
    slopes = sorted(np.linspace(-0.24, 0.24, 49), key=abs)
    levels = [down - slope * right for slope in slopes]
    level = min(levels, key=lambda level: np.diff(np.sort(level)).clip(max=size).sum())
    order = np.argsort(level)
    rows = np.split(order, np.flatnonzero(np.diff(level[order]) > 0.6 * size) + 1)
    apart = np.diff([level[row].mean() for row in rows])
    if any(apart < size) or any(np.ptp(level[row]) > size for row in rows):
        raise CourseError(
            en="The rows of this photo cannot be told apart. Write in straight rows with a free line between them, hold the camera straight, and take another photo.",
            es="Las filas de esta foto no se distinguen. Escribe en filas rectas con una línea libre entre ellas, sujeta la cámara recta y haz otra foto.",
        )
    return [marks[n][0] for row in rows for n in row[np.argsort(right[row])]]


def _likeness(images: Sequence[np.ndarray]) -> np.ndarray:
    """How much each picture is like that digit from training and validation that it is most like: shape (N,), up to 1."""
    return (_blurred(images) @ _examples().T).max(axis=1)


@functools.cache
def _examples() -> np.ndarray:
    return _blurred(np.concatenate([images for images, _ in data.load_mnist()[:2]]))


def _blurred(images: Sequence[np.ndarray]) -> np.ndarray:
    flat = ndimage.gaussian_filter(np.asarray(images, np.float32), (0, 1, 1)).reshape(len(images), -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def _two(ink: np.ndarray, alike: float) -> bool:
    """Whether a digit, cut somewhere, makes two as tall that are both more like a digit than it is."""
    height, width = ink.shape
    columns = np.linspace(0.25, 0.75, 9) * width if width > 0.6 * height else ()
    pairs = [[_cropped(half) for half in np.hsplit(ink, [round(column)])] for column in columns]
    pairs = [pair for pair in pairs if min(map(len, pair)) > 0.75 * height and min(map(np.max, pair)) > 0.8]
    return any(_likeness([_fit(half) for half in pair]).min() > alike + 0.07 for pair in pairs)


def _cropped(ink: np.ndarray) -> np.ndarray:
    """Ink cut to its bounding box."""
    return ink[ndimage.find_objects((ink > 0).astype(int))[0]]


def _fit(ink: np.ndarray) -> np.ndarray:
    """Ink in its bounding box, from 0 to 1, as MNIST's recipe places it: shape (28, 28), `uint8`."""
    ink = _evened(ink)
    rows, columns = (max(1, round(BOX * side / max(ink.shape))) for side in ink.shape)
    scaled = np.asarray(Image.fromarray(ink.astype(np.float32)).resize((columns, rows), Image.Resampling.HAMMING))
    # Whole pixels, and the middle is pixel 14 of 0 to 27: so it is in MNIST. Never over the edge.
    middle = np.array(ndimage.center_of_mass(scaled))
    top, left = np.rint(FIELD // 2 - middle).clip(0, FIELD - np.array(scaled.shape)).astype(int)
    field = np.pad(scaled, ((top, FIELD - rows - top), (left, FIELD - columns - left)))
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
    return _cropped(np.minimum(ink, np.clip(ndimage.distance_transform_edt(mask) + more, 0, 1)))


def _stroke_width(mask: np.ndarray) -> float:
    """How wide strokes are, in pixels: across a band of w pixels the distance to the paper is (w + 1)² / 4w on average."""
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))
    half = 2 * distance[distance > 0].mean() - 1
    return half + np.sqrt(half**2 - 1)
