"""The pictures of lesson 03: dropout switches units off, others for each image, and what becomes of both losses."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator

from helpers import figures, plots, results
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


def losses(*runs: results.Run) -> plots.Picture:
    """Training and validation loss of up to six runs by epoch, each panel with a logarithmic scale of its own: in validation they are close together.

    Raises CourseError for more runs, for what record() did not return, and without runs.
    """
    results.require_runs(runs)
    panels = {
        "loss": tr(en="training loss (logarithmic scale)", es="pérdida de entrenamiento (escala logarítmica)"),
        "val_loss": tr(en="validation loss (logarithmic scale)", es="pérdida de validación (escala logarítmica)"),
    }
    with plots.frame(1, 2, size=(9, 4.6), legend=min(len(runs), 4)) as (picture, axes):
        for ax, (metric, title) in zip(axes.flat, panels.items(), strict=True):
            for run, style in zip(runs, plots.series(len(runs)), strict=True):
                values = run.history[metric]
                ax.plot(range(1, len(values) + 1), values, label=run.name, markevery=max(1, len(values) // 8), **style)
            ax.set(title=title, xlabel=tr(en="epoch", es="época"), yscale="log")
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
            ax.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_formatter="")
    picture.sentences = tuple(
        tr(
            en=f"{run.name}: training loss {run.train_loss:.3g} at the end; validation loss lowest after epoch {run.best_epoch:.0f} ({run.best_val_loss:.3f}), {run.val_loss:.3f} at the end.",
            es=f"{run.name}: pérdida de entrenamiento {run.train_loss:.3g} al final; pérdida de validación mínima tras la época {run.best_epoch:.0f} ({run.best_val_loss:.3f}) y {run.val_loss:.3f} al final.",
        )
        for run in runs
    )
    return picture


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
