"""What a learner touches: sliders, number fields and a drawing pad, all reachable by keyboard (Tab, then the arrow keys).
Each has a still picture beside it.

A widget needs a running kernel. On GitHub, and in the committed notebooks, only the still pictures are seen.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import anywidget
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from IPython.display import display
from matplotlib.figure import Figure

from helpers import digits, plots
from helpers.language import CourseError, tr


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
    picture, sentence = ipywidgets.HTML(), ipywidgets.HTML()

    def draw(_: object = None) -> None:
        figure, sentences = plots.descent_figure({round(slider.value, 2): descend(slider.value)}, loss)
        picture.value = _image(figure, sentences)
        sentence.value = f'<p aria-live="polite">{html.escape(sentences[0])}</p>'

    slider.observe(draw, "value")
    draw()
    # ipywidgets hides the ring of the handle that has the focus; without it nobody sees where the arrow keys go.
    ring = ipywidgets.HTML("<style>.noUi-handle:focus { outline: 3px solid #0072b2 !important; }</style>")
    display(ipywidgets.VBox([slider, picture, sentence, ring], layout={"align_items": "flex-start"}))


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
    picture, sentence = ipywidgets.HTML(), ipywidgets.HTML()
    before, after = tr(en="picture", es="imagen"), tr(en="answers", es="respuestas")

    def draw(_: object = None) -> None:
        numbers = np.array([field.value for field in fields]).reshape(3, 3)
        figure, sentences = plots.side_by_side_figure({before: image, after: slide(image, numbers)}, columns=2)
        picture.value = _image(figure, sentences)
        total = tr(en="The nine numbers add up to", es="Los nueve números suman")
        sentence.value = f'<p aria-live="polite">{html.escape(sentences[1])} {total} {numbers.sum():g}.</p>'

    for field in fields:
        field.observe(draw, "value")
    draw()
    display(ipywidgets.VBox([grid, picture, sentence], layout={"align_items": "flex-start"}))


def _image(figure: Figure, sentences: Sequence[str]) -> str:
    """The figure as HTML, with the sentences as its text alternative, which ipywidgets' own Image does not offer."""
    page = io.BytesIO()
    figure.savefig(page, format="png", facecolor="white")
    plt.close(figure)
    content = base64.b64encode(page.getvalue()).decode()
    return (
        f'<img style="max-width: 100%" src="data:image/png;base64,{content}" alt="{html.escape(" ".join(sentences))}">'
    )


def drawing_pad(predict: Callable[[np.ndarray], np.ndarray]) -> None:
    """Show a sheet to draw a digit on, the picture that the network sees of it, and ten bars that follow the pen.

    Mouse, finger and pen draw; so does the keyboard: Tab to the sheet, arrows move the pen, the space bar lowers and
    lifts it, Delete empties the sheet.

    Args:
        predict: takes images of shape (1, 28, 28, 1), `float32`, 0 to 1; returns probabilities of shape (1, 10).

    Raises:
        CourseError: what `predict` returns is no such probabilities.
    """
    ten_probabilities(predict, np.zeros((digits.FIELD, digits.FIELD), np.uint8))  # before anybody draws; warms up, too
    display(DrawingPad(predict))


class DrawingPad(anywidget.AnyWidget):
    """The kernel's side of the pad; `drawing_pad.js` is the browser's.

    The browser sets `request`: a number and the strokes so far (see `digits.draw_strokes`). The kernel sets `answer`: that
    number, a sentence, the 784 pixels the network saw and the ten shares, both empty when there is nothing to read.
    """

    _esm = Path(__file__).with_name("drawing_pad.js")
    _css = Path(__file__).with_name("drawing_pad.css")

    pen = traitlets.Float(digits.PEN).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    request = traitlets.Dict({"number": 0, "strokes": []}).tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, predict: Callable[[np.ndarray], np.ndarray]) -> None:
        self.predict = predict
        super().__init__(
            labels={
                "pad": tr(en="Drawing pad", es="Pizarra"),
                "sheet": tr(en="Sheet to draw a digit on", es="Hoja para dibujar un dígito"),
                "clear": tr(en="Clear", es="Borrar"),
                "help": tr(
                    en="Keyboard: arrows move the pen, the space bar lowers and lifts it, Delete clears the sheet.",
                    es="Teclado: las flechas mueven el lápiz, la barra espaciadora lo baja y lo levanta, Supr borra la hoja.",
                ),
                "seen": tr(en="What the network sees: 28×28 pixels", es="Lo que ve la red: 28×28 píxeles"),
                "bars": tr(en="Probability of each digit", es="Probabilidad de cada dígito"),
                "busy": tr(
                    en="The notebook is busy; the bars follow as soon as it is free.",
                    es="El cuaderno está ocupado; las barras seguirán en cuanto quede libre.",
                ),
            }
        )
        self.answer_request()

    @traitlets.observe("request")
    def answer_request(self, _: object = None) -> None:
        """Read what has been drawn so far."""
        picture, shares = [], []
        try:
            seen = digits.to_mnist(digits.draw_strokes(self.request["strokes"], pen=self.pen))
            shares = ten_probabilities(self.predict, seen).tolist()
            picture = seen.ravel().tolist()
            sentence = plots.reading(shares)
        except digits.NoDigitError:
            sentence = tr(
                en="The sheet is empty, so there is nothing to read. Draw a digit.",
                es="La hoja está vacía y no hay nada que leer. Dibuja un dígito.",
            )
        except Exception as error:  # nobody sees a traceback from here
            sentence = tr(
                en=f"predict() stopped: {type(error).__name__}: {error}",
                es=f"predict() se ha detenido: {type(error).__name__}: {error}",
            )
        self.answer = {"number": self.request["number"], "sentence": sentence, "picture": picture, "shares": shares}


def ten_probabilities(predict: Callable[[np.ndarray], np.ndarray], seen: np.ndarray) -> np.ndarray:
    """What `predict` says of a picture of shape (28, 28), `uint8`: shape (10,). Raises CourseError unless it is probabilities."""
    shares = np.asarray(predict(seen[np.newaxis, ..., np.newaxis].astype("float32") / 255), np.float64)
    if shares.shape != (1, 10) or not (shares >= 0).all() or not abs(shares.sum() - 1) < 1e-3:
        raise CourseError(
            tr(
                en="The pad needs a function that takes one image, shape (1, 28, 28, 1), and returns ten probabilities that add "
                f"up to 1, shape (1, 10). Yours returned shape {shares.shape}, with the sum {shares.sum():.3g}. A model "
                "without softmax returns logits: pass them through keras.ops.softmax().",
                es="La pizarra necesita una función que reciba una imagen, de forma (1, 28, 28, 1), y devuelva diez probabilidades "
                f"que sumen 1, de forma (1, 10). La tuya ha devuelto la forma {shares.shape}, con suma {shares.sum():.3g}. Un "
                "modelo sin softmax devuelve logits: pásalos por keras.ops.softmax().",
            )
        )
    return shares[0]
