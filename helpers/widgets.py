"""What a learner moves: sliders, reachable by keyboard (Tab, then the arrow keys). Each has a still picture beside it.

A widget needs a running kernel. On GitHub, and in the committed notebooks, only the still pictures are seen.
"""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

from helpers import plots
from helpers.language import tr


def descent(descend: Callable[[float], Sequence[float]], loss: Callable[[np.ndarray], np.ndarray]) -> None:
    """Show a slider for the learning rate and, below it, the path of gradient descent with that rate.

    Args:
        descend: takes the learning rate; returns the weight at the start and after every step.
        loss: the loss as a function of the weight.
    """
    slider = ipywidgets.FloatSlider(
        value=0.1,
        min=0.01,
        max=1.1,
        step=0.01,
        description=tr(en="learning rate", es="tasa de aprendizaje"),
        style={"description_width": "initial"},
        layout={"width": "32em", "max_width": "100%"},
    )
    picture, sentence = ipywidgets.Image(format="png"), ipywidgets.HTML()

    def draw(_: object = None) -> None:
        figure, sentences = plots.descent_figure({round(slider.value, 2): descend(slider.value)}, loss)
        page = io.BytesIO()
        figure.savefig(page, format="png")
        plt.close(figure)
        picture.value = page.getvalue()
        sentence.value = f'<p aria-live="polite">{html.escape(sentences[0])}</p>'

    slider.observe(draw, "value")
    draw()
    display(ipywidgets.VBox([slider, picture, sentence], layout={"align_items": "flex-start"}))


def kernel_editor(slide: Callable[[np.ndarray, np.ndarray], np.ndarray], image: np.ndarray, kernel: np.ndarray) -> None:
    """Show nine number fields for a kernel and, below them, the picture before and after it.

    Args:
        slide: takes a picture and a kernel of shape (3, 3); returns the picture of answers.
        image: shape (height, width).
        kernel: the nine numbers to begin with, shape (3, 3).
    """
    fields = [
        ipywidgets.FloatText(
            value=float(number),
            step=1,
            description=f"{row + 1}, {column + 1}",  # row, column: the label that a screen reader says
            style={"description_width": "2.2em"},
            layout={"width": "7.5em"},
        )
        for (row, column), number in np.ndenumerate(kernel)
    ]
    grid = ipywidgets.GridBox(fields, layout={"grid_template_columns": "repeat(3, 8em)"})
    picture, sentence = ipywidgets.Image(format="png"), ipywidgets.HTML()
    before, after = tr(en="picture", es="imagen"), tr(en="answers", es="respuestas")

    def draw(_: object = None) -> None:
        numbers = np.array([field.value for field in fields]).reshape(3, 3)
        figure, sentences = plots.side_by_side_figure({before: image, after: slide(image, numbers)}, columns=2)
        page = io.BytesIO()
        figure.savefig(page, format="png", facecolor="white")
        plt.close(figure)
        picture.value = page.getvalue()
        total = tr(en="The nine numbers add up to", es="Los nueve números suman")
        sentence.value = f'<p aria-live="polite">{html.escape(sentences[1])} {total} {numbers.sum():g}.</p>'

    for field in fields:
        field.observe(draw, "value")
    draw()
    display(ipywidgets.VBox([grid, picture, sentence], layout={"align_items": "flex-start"}))
