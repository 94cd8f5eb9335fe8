"""The pictures of lesson 00: a kernel at work, a network drawn, its kernels, and what moving a digit costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
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
        en=f"One of the strongest answers stands in row {row + 1}, column {column + 1}: {products} = {answers[row, column]:g}.",
        es=f"Una de las respuestas más fuertes está en la fila {row + 1}, columna {column + 1}: {products} = {answers[row, column]:g}.",
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
    """Draw a grid of numbers, zero white, the larger the darker, negative ones orange; those after number `shown` stay empty."""
    reach = np.abs(grid).max() or 1
    for number, ((row, column), value) in enumerate(np.ndenumerate(grid)):
        corner, color = (left + column, top + row), _color(value / reach, signed=grid.min() < 0)
        face = color if number <= shown else "white"
        ax.add_patch(Rectangle(corner, 1, 1, facecolor=face, edgecolor="#B5B5B5", lw=0.7))
        if number <= shown:
            ink = "black" if np.dot(np.power(color, 2.2), [0.21, 0.72, 0.07]) > 0.18 else "white"
            ax.text(corner[0] + 0.5, corner[1] + 0.5, f"{value:g}", ha="center", va="center", color=ink, fontsize=9)


def _color(share: float, signed: bool) -> tuple[float, ...]:
    """Red, green and blue of a number from -1 to 1, as in `plots.side_by_side`."""
    return plots.SIGNED((share + 1) / 2)[:3] if signed else colormaps["gray_r"](share)[:3]


def network(model: object) -> plots.Picture:
    """The tables of numbers that go through a Keras model, from the image to the ten answers.

    A stack of sheets stands for several tables, as large as they are, a bar for a row of numbers. Layers that only pass
    through a network of images in order: convolution, pooling, `Flatten`, `Dense`.
    """
    shapes = [tuple(model.input_shape[1:]), *(tuple(layer.output.shape[1:]) for layer in model.layers)]
    names = [tr(en="image", es="imagen"), *map(_layer_in_words, model.layers)]
    side = max(shape[0] for shape in shapes if len(shape) == 3)
    with plots.frame(size=(9, 2.1)) as (picture, axes):
        (ax,) = axes.flat
        for place, (shape, name) in enumerate(zip(shapes, names, strict=True)):
            _draw_tables(ax, 1.5 * place, shape, side)
            ax.text(1.5 * place, 0.78, name, ha="center", va="bottom", fontsize=9)
            size = "\n" + " × ".join(map(str, shape[:2])) if len(shape) == 3 else ""
            ax.text(1.5 * place, -0.78, f"{shape[-1]}{size}", ha="center", va="top", fontsize=10)
            if place:
                arrow = {"arrowstyle": "->", "color": plots.GREY}
                ax.annotate("", (1.5 * place - 0.64, 0), (1.5 * place - 0.88, 0), arrowprops=arrow)
        ax.set(xlim=(-0.75, 1.5 * len(shapes) - 0.75), ylim=(-1.45, 1.35), aspect="equal")
        ax.axis("off")
    steps = (f"{name}: {' × '.join(map(str, shape))}" for name, shape in zip(names, shapes, strict=True))
    picture.sentences = (" → ".join(steps).replace("\n", " ") + ".",)
    return picture


def _layer_in_words(layer: object) -> str:
    """A layer's kind and the size of its kernel or squares, or its number of units' activation."""
    size = getattr(layer, "kernel_size", getattr(layer, "pool_size", ()))
    activation = getattr(getattr(layer, "activation", None), "__name__", "")
    return "\n".join(filter(None, [type(layer).__name__, " × ".join(map(str, size)) or activation]))


def _draw_tables(ax: Axes, middle: float, shape: tuple[int, ...], side: int) -> None:
    """Draw one output: (height, width, tables) as sheets, of which four are drawn at most, or (numbers,) as a bar."""
    look = {"facecolor": "white", "edgecolor": plots.BLUE, "lw": 1.2}
    if len(shape) == 1:
        height = 0.5 * np.log10(shape[0])
        ax.add_patch(Rectangle((middle - 0.06, -height / 2), 0.12, height, **look))
        return
    sheets, half = min(shape[2], 4), 0.5 * shape[0] / side
    for sheet in range(sheets):
        shift = 0.07 * ((sheets - 1) / 2 - sheet)
        ax.add_patch(Rectangle((middle - half + shift, shift - half), 2 * half, 2 * half, **look))


def kernels(kernels: np.ndarray, pieces: np.ndarray, shares: Sequence[float]) -> plots.Picture:
    """The kernels of a first layer, sorted by `shares`, and below each the piece of ink that it answers to most.

    Args:
        kernels: shape (N, 3, 3), N at most 16; all drawn on one scale, zero white.
        pieces: shape (N, 3, 3), from 0 up.
        shares: N answers to a square full of ink, as fractions of the largest answer that the kernel can give.
    """
    reach, top = np.abs(kernels).max(), np.max(pieces)
    with plots.frame(4, 8, (9, 5.2), subplot_kw={"xticks": [], "yticks": []}) as (picture, axes):
        for ax in axes.flat[2 * len(kernels) :]:
            ax.axis("off")
        for place, number in enumerate(np.argsort(shares)):
            block, column = divmod(place, 8)
            above, below = axes[2 * block : 2 * block + 2, column]
            above.imshow(kernels[number], cmap=plots.SIGNED, vmin=-reach, vmax=reach)
            below.imshow(pieces[number], cmap="gray_r", vmin=0, vmax=top)
            above.set_title(f"{number + 1}: {100 * shares[number]:.0f} %", fontsize=10)
            for ax in (above, below):
                ax.spines[:].set(visible=True, color="#B5B5B5", lw=0.7)
                ax.set_xticks([0.5, 1.5], minor=True)
                ax.set_yticks([0.5, 1.5], minor=True)
                ax.tick_params(which="minor", length=0)
                ax.grid(which="minor", color="#B5B5B5", zorder=2)
        for row, name in enumerate(tr(en="kernel|piece", es="núcleo|trozo").split("|") * 2):
            axes[row, 0].set_ylabel(name)
    listed = ", ".join(f"{number + 1}: {100 * shares[number]:.0f} %" for number in np.argsort(shares))
    picture.sentences = (
        tr(
            en=f"Answer to a square full of ink, as a share of the kernel's largest possible answer: {listed}.",
            es=f"Respuesta a un cuadrado lleno de tinta, como parte de la respuesta máxima del núcleo: {listed}.",
        ),
    )
    return picture


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
