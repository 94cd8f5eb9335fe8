"""What one lesson alone draws: `lesson_NN.py` for lesson NN, and films, which they share."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from PIL import Image

from helpers import plots


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
