"""Thirty photos of handwriting, drawn: the test digits on paper of all kinds, in all kinds of light, well and badly taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image
from scipy import ndimage

from helpers import data

PAPER, WOOD, SLATE, BOARD = (238, 236, 228), (196, 160, 112), (62, 54, 50), (44, 62, 54)
BLACK, BLUE, PENCIL, CHALK = (30, 28, 32), (28, 40, 130), (95, 95, 98), (236, 238, 232)


@dataclass(frozen=True)
class Sheet:
    """One photo, shape (height, width, 3), `uint8`; and which test digits are written on it, row by row."""

    photo: np.ndarray
    written: tuple[int, ...]


def sheets(seed: int = 0) -> dict[str, Sheet]:
    """All thirty by their names; another seed writes other digits and places, stains and lights them anew."""
    (_, _, (images, _)) = data.load_mnist()
    found = {}
    for number, (name, how) in enumerate(KINDS.items()):
        rng = np.random.default_rng([seed, number])
        counts = how.get("rows", (10,))
        written = rng.choice(len(images), sum(counts), replace=False)
        rows = np.split(images[written], np.cumsum(counts)[:-1])
        found[name] = Sheet(_photograph(rows, rng, **{k: v for k, v in how.items() if k != "rows"}), tuple(written))
    return found


def write(
    rows: Sequence[np.ndarray],
    rng: np.random.Generator,
    size: int = 84,
    spread: float | None = 1.0,
    gap: float = 0.08,
    apart: float = 1.5,
    uneven: float = 0.06,
) -> np.ndarray:
    """Rows of digits as ink from 0 to 1, (height, width).

    A digit's field of 28 × 28 becomes `size` to a side; a row follows after `apart` fields, a digit after `spread` of them, both
    give or take `uneven` of a field. Without `spread` there is the same `gap` between all digits' ink, in fields; below 0 they touch.
    """
    wide = max(map(len, rows)) * (0.9 if spread is None else spread + uneven) + 2
    ink = np.zeros((round(size * ((len(rows) - 1) * apart + 2.6)), round(size * wide)), np.float32)
    for number, row in enumerate(rows):
        left = size * 0.8
        for image in row:
            large = np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC)) / 255
            top = round(size * (0.8 + number * apart + rng.uniform(-uneven, uneven)))
            if spread is None:
                columns = np.flatnonzero(large.max(axis=0) > 0.2)
                large = large[:, columns[0] : columns[-1] + 1]
            place = ink[top : top + size, round(left) : round(left) + large.shape[1]]
            np.maximum(place, large, out=place)
            step = large.shape[1] / size + gap if spread is None else rng.uniform(spread - uneven, spread + uneven)
            left += size * step
    return ink


def _photograph(
    rows: Sequence[np.ndarray],
    rng: np.random.Generator,
    pen: tuple[int, int, int] = BLACK,
    paper: tuple[int, int, int] = PAPER,
    lines: Callable[[tuple[int, int]], np.ndarray] | None = None,
    table: tuple[int, int, int] | None = None,
    light: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    tilt: float = 0,
    turn: int = 0,
    blur: float = 0.8,
    grain: float = 2.5,
    quality: int = 92,
    margin: float = 0,
    **writing: float,
) -> np.ndarray:
    """Paper with lines, and ink on it; the sheet tilted, in degrees, on a table, in this light; the photo turned by right angles."""
    ink = np.pad(write(rows, rng, **writing), round(margin))
    sheet = np.ones((*ink.shape, 3)) * paper
    if lines is not None:
        strength, colour = lines(ink.shape)
        sheet += strength[..., None] * (np.array(colour) - sheet)
    sheet += ink[..., None] * (np.array(pen) - sheet)
    around = paper if table is None else table
    if table is not None:
        room = round(0.16 * min(ink.shape)), round(0.1 * max(ink.shape))
        sheet = _each(sheet, around, lambda one, edge: np.pad(one, [(n, n) for n in room], constant_values=edge))
        grainy = ndimage.gaussian_filter(rng.normal(0, 1, sheet.shape[:2]), (1, 30))  # the wood's
        on_table = np.abs(sheet - around).max(axis=-1) == 0
        sheet *= 1 + 0.06 * (on_table * grainy / grainy.std())[..., None]
    if tilt:
        sheet = _each(sheet, around, lambda one, edge: ndimage.rotate(one, tilt, order=1, cval=edge))
    down, right = np.indices(sheet.shape[:2]) / np.array(sheet.shape[:2])[:, None, None]
    sheet = sheet * (1 if light is None else light(down, right)[..., None])
    sheet = ndimage.gaussian_filter(sheet, (blur, blur, 0)) + rng.normal(0, grain, sheet.shape)
    turned = np.rot90(sheet.clip(0, 255), turn).astype(np.uint8)
    Image.fromarray(turned).save(taken := BytesIO(), "JPEG", quality=quality)
    return np.asarray(Image.open(taken))


def _each(picture: np.ndarray, edge: tuple[int, int, int], change: Callable) -> np.ndarray:
    """Each of three colours changed, given its value beyond the edge."""
    return np.dstack([change(picture[..., colour], edge[colour]) for colour in range(3)])


def _ruled(apart: int, colour: tuple[int, int, int], strength: float, across: bool = False):
    """Lines every so many pixels, two pixels wide, as squares where they go across, too."""

    def lines(shape):
        down, right = np.indices(shape)
        on = (down % apart < 2) | (across & (right % apart < 2))
        return strength * on, colour

    return lines


def _soft(down, right):
    return 1 - 0.45 * ndimage.gaussian_filter((right + 0.3 * down > 0.6).astype(float), min(down.shape) / 12)


def _hard(down, right):
    return 1 - 0.5 * ndimage.gaussian_filter((right - 0.4 * down > 0.35).astype(float), 1.5)


def _across(down, right):
    return 1 - 0.4 * ndimage.gaussian_filter((down > 0.5).astype(float), 1.5)


def _lamp(down, right):
    return 1.05 - 0.7 * right - 0.1 * down


TWO, THREE = (5, 5), (4, 5, 3)
KINDS: dict[str, dict] = {
    "plain": {},
    "plain, large": {"rows": (5,), "size": 170},
    "two rows": {"rows": TWO},
    "three rows": {"rows": THREE},
    "sideways": {"turn": 1},
    "sideways, the other way": {"turn": 3},
    "sideways, two rows": {"rows": TWO, "turn": 1},
    "upside down": {"turn": 2},
    "tilted 3°": {"tilt": 3},
    "tilted -3°, two rows": {"rows": TWO, "tilt": -3},
    "tilted 8°": {"tilt": 8},
    "tilted -8°, three rows": {"rows": THREE, "tilt": -8},
    "dark table": {"table": SLATE},
    "dark table, askew, two rows": {"rows": TWO, "table": SLATE, "tilt": 4},
    "light table": {"table": WOOD, "rows": TWO},
    "ruled paper": {"lines": _ruled(42, (120, 150, 205), 0.7)},
    "ruled paper, askew, two rows": {"lines": _ruled(42, (120, 150, 205), 0.7), "rows": TWO, "tilt": 2},
    "squared paper": {"lines": _ruled(28, (140, 175, 220), 0.7, across=True), "rows": TWO},
    "squared paper, dark table": {"lines": _ruled(28, (130, 150, 190), 0.8, across=True), "table": SLATE, "tilt": -2},
    "soft shadow": {"light": _soft, "rows": TWO},
    "hard shadow": {"light": _hard},
    "hard shadow over a row": {"light": _across, "rows": THREE},
    "strong gradient": {"light": _lamp},
    "blue pen": {"pen": BLUE, "rows": TWO},
    "pencil, small": {"pen": PENCIL, "size": 40, "rows": TWO, "margin": 250},
    "uneven spacing": {"uneven": 0.3, "spread": 1.4, "apart": 1.8, "rows": THREE},
    "near each other": {"spread": None},
    "touching each other": {"spread": None, "gap": -0.06},
    "blurred, grainy, hardly any bytes left": {"blur": 2, "grain": 9, "quality": 25, "rows": TWO},
    "blackboard": {"paper": BOARD, "pen": CHALK, "rows": TWO},
}
