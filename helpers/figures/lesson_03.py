"""The film of lesson 03: dropout switches units off, others for each image."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from helpers import figures, plots
from helpers.language import CourseError, tr


def dropout_film(masks: np.ndarray, seconds: float = 1.0) -> figures.Film:
    """A small network once per image, the units that dropout switches off dark, crossed and cut from the others.

    Args:
        masks: shape (images, units), true or non-zero where a unit works.
        seconds: how long each image is shown.

    Raises:
        CourseError: the masks have another shape, or there are none.
    """
    working = np.asarray(masks) != 0
    if working.ndim != 2 or working.size == 0:
        raise CourseError(
            en=f"dropout_film() wants masks of shape (images, units), not {working.shape}.",
            es=f"dropout_film() espera máscaras de forma (imágenes, unidades), no {working.shape}.",
        )
    count = ", ".join(str(dark) for dark in (~working).sum(axis=1))
    images, units = working.shape
    sentence = tr(
        en=f"Dark units for images 1 to {images}, out of {units}: {count}.",
        es=f"Unidades apagadas con las imágenes 1 a {images}, de {units}: {count}.",
    )

    def draw(ax: Axes, number: int) -> None:
        dark = units - working[number].sum()
        _draw_network(ax, working[number])
        ax.set_title(
            tr(
                en=f"image {number + 1}: {dark} of {units} units dark",
                es=f"imagen {number + 1}: {dark} de {units} unidades apagadas",
            )
        )

    return figures.animate(draw, images, seconds, (7, 3), [sentence])


def _draw_network(ax: Axes, working: np.ndarray) -> None:
    """Draw three layers, five units above and below those in the middle; `working`, shape (units,), says which of these are on."""
    places = np.arange(len(working))
    outer, on, off = np.linspace(0, len(working) - 1, 5), places[working], places[~working]
    for floor in (0, 2):
        for x in on:
            ax.plot([outer, [x] * 5], [[floor] * 5, [1] * 5], color="#808080", lw=0.6, zorder=1)
        ax.scatter(outer, [floor] * 5, s=130, color="white", edgecolor=plots.GREY, zorder=2)
    ax.scatter(on, [1] * len(on), s=190, color="#E69F00", edgecolor="black", zorder=2)
    ax.scatter(off, [1] * len(off), s=190, color="#333333", zorder=2)
    ax.scatter(off, [1] * len(off), s=60, color="white", marker="x", zorder=3)
    ax.axis("off")
