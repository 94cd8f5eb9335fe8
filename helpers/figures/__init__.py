"""What one lesson alone draws: `lesson_NN.py` for lesson NN, and what they share: `dots`, and films."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from PIL import Image

from helpers import plots


def dots(groups: Mapping[str, Mapping], along: str) -> plots.Picture:
    """One figure a row, the groups told apart by colour and shape: a group's name to its rows, name to figure.

    A figure is a number, or (lowest, middle, highest), drawn with its range; `along` says what it is. CourseError without rows.
    """
    rows = [(number, row) for number, group in enumerate(groups.values()) for row in group.items()]
    plots.not_empty(rows)
    places = [place + number for place, (number, _) in enumerate(rows)]  # a gap between groups
    with plots.frame(size=(9, 0.9 + 0.24 * (len(rows) + len(groups)))) as (picture, axes):
        (ax,) = axes.flat
        for place, (number, (_, figure)) in zip(places, rows, strict=True):
            look = (
                {"marker": "D", "color": plots.ORANGE, "mfc": "white"}
                if number % 2
                else {"marker": "o", "color": plots.BLUE}
            )
            low, middle, high = np.broadcast_to(figure, 3)
            ax.plot([low, high], [place, place], color=look["color"], solid_capstyle="butt")
            ax.plot(middle, place, **look, mew=2, markersize=7)
        ax.set_yticks(places, [name for _, (name, _) in rows], fontsize=10)
        ax.set(ylim=(places[-1] + 1, -1), xlabel=along)
        ax.grid(axis="y", visible=False)
    picture.sentences = tuple(
        f"{title}: " + "; ".join(f"{name}, {np.median(figure):.1f}" for name, figure in group.items()) + "."
        for title, group in groups.items()
    )
    return picture


@dataclass(frozen=True)
class Film:
    """An animated picture, shown like a `plots.Picture` (APNG: plays in every browser, elsewhere its first frame is the still)."""

    content: bytes
    sentences: Sequence[str]

    def _ipython_display_(self) -> None:
        plots.show(self.content, self.sentences)


def animate(
    draw: Callable[[Axes, int], None],
    frames: int,
    seconds: float = 0.6,
    size: tuple[float, float] = (6, 3),
    sentences: Sequence[str] = (),
) -> Film:
    """A film of `frames` pictures of `size` inches, each shown for `seconds`; `draw(ax, number)` draws number 0, 1, 2 …"""
    pages = []
    for number in range(frames):
        with plots.frame(size=size) as (picture, axes):
            draw(axes[0, 0], number)
            picture.canvas.draw()
        # Without the alpha channel, which Pillow's choice of colours would round to not quite opaque.
        page = Image.fromarray(np.asarray(picture.canvas.buffer_rgba())[..., :3])
        pages.append(page.convert("P", palette=Image.Palette.ADAPTIVE))
    film, duration = io.BytesIO(), int(1000 * seconds)
    pages[0].save(film, "png", save_all=True, append_images=pages[1:], duration=duration, loop=0, default_image=False)
    return Film(film.getvalue(), sentences)
