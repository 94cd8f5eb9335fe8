"""The pictures of lesson 00: a kernel at work, and what moving a digit costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers import figures, plots
from helpers.language import tr


def sliding_kernel(image: np.ndarray, kernel: np.ndarray, seconds: float = 0.4) -> figures.Film:
    """A kernel that slides over a small picture, and the answers it leaves behind.

    The first frame is the still: all answers, and the window at the strongest.

    Args:
        image: shape (height, width), at most about 9 × 9 whole numbers, so that they can be read.
        kernel: shape (size, size).
        seconds: how long each place is shown.
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    answers = (windows * kernel).sum(axis=(2, 3))
    strongest = int(np.abs(answers).argmax())
    width = image.shape[1] + kernel.shape[1] + answers.shape[1] + 2

    def draw(ax: Axes, number: int) -> None:
        place = number - 1 if number else strongest
        shown = place if number else answers.size - 1  # in the still all answers are known
        _draw_grids(ax, image, kernel, answers, place, shown)
        ax.set(xlim=(-0.2, width + 0.2), ylim=(len(image) + 0.2, -1.2), aspect="equal")
        ax.axis("off")

    row, column = divmod(strongest, answers.shape[1])
    products = " + ".join(f"{value:g}" for value in (windows[row, column] * kernel).flat).replace("+ -", "- ")
    sentence = tr(
        en=f"The strongest answer stands in row {row + 1}, column {column + 1}: {products} = {answers[row, column]:g}.",
        es=f"La respuesta más fuerte está en la fila {row + 1}, columna {column + 1}: {products} = {answers[row, column]:g}.",
    )
    size = 9, 9 * (len(image) + 1.4) / (width + 0.4)
    return figures.animate(draw, answers.size + 1, seconds, size, [sentence])


def _draw_grids(ax: Axes, image: np.ndarray, kernel: np.ndarray, answers: np.ndarray, place: int, shown: int) -> None:
    """Draw the picture with the window, the kernel, and the answers number 0 to `shown`; the window's is number `place`."""
    names = tr(en="picture|kernel|answers", es="imagen|núcleo|respuestas").split("|")
    left = 0
    for name, grid in zip(names, (image, kernel, answers), strict=True):
        top = (len(image) - len(grid)) / 2
        ax.text(left + grid.shape[1] / 2, -0.3, name, ha="center", va="bottom", fontsize=12)
        _draw_numbers(ax, grid, left, top, shown if grid is answers else grid.size - 1)
        if grid is not kernel:
            row, column = divmod(place, answers.shape[1])
            size = kernel.shape[::-1] if grid is image else (1, 1)
            ax.add_patch(
                Rectangle((left + column, top + row), *size, fill=False, edgecolor=plots.ORANGE, lw=3, zorder=3)
            )
        left += grid.shape[1] + 1


def _draw_numbers(ax: Axes, grid: np.ndarray, left: float, top: float, shown: int) -> None:
    """Draw a grid of numbers, the larger the brighter; those after number `shown` stay empty."""
    reach = np.abs(grid).max() or 1
    low = -reach if grid.min() < 0 else 0
    for number, ((row, column), value) in enumerate(np.ndenumerate(grid)):
        shade = (value - low) / (reach - low) if number <= shown else 1
        corner = left + column, top + row
        ax.add_patch(Rectangle(corner, 1, 1, facecolor=str(shade), edgecolor="#B5B5B5", lw=0.7))
        if number <= shown:
            ink = "black" if shade > 0.46 else "white"
            ax.text(corner[0] + 0.5, corner[1] + 0.5, f"{value:g}", ha="center", va="center", color=ink, fontsize=9)


def by_shift(accuracies: Mapping[str, Sequence[float]]) -> plots.Picture:
    """Test accuracy against how far the digits were moved, in whole pixels.

    Args:
        accuracies: for each network, up to six, its accuracies, as fractions, for shifts of 0, 1, 2 … pixels.

    Raises:
        CourseError: more than six networks.
    """
    shifts = range(len(next(iter(accuracies.values()))))
    percent = {name: [100 * value for value in values] for name, values in accuracies.items()}
    title = tr(en="test accuracy (%)", es="exactitud de prueba (%)")
    picture = plots.lines(shifts, {title: percent}, along=tr(en="shift (pixels)", es="desplazamiento (píxeles)"))
    (ax,) = picture.axes
    ax.set(ylim=(0, 100), xticks=shifts)
    ax.axhline(10, color=plots.GREY, ls=":", lw=1)
    ax.text(0, 11, tr(en="guessing", es="al azar"), color=plots.GREY)
    picture.sentences = tuple(
        tr(
            en=f"{name}: {' → '.join(f'{value:.1f}' for value in values)} %, for shifts of 0 to {shifts[-1]} pixels.",
            es=f"{name}: {' → '.join(f'{value:.1f}' for value in values)} %, con desplazamientos de 0 a {shifts[-1]} píxeles.",
        )
        for name, values in percent.items()
    )
    return picture
