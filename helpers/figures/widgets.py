"""What a learner touches, by keyboard, too (Tab, then the arrow keys); without a kernel only the still pictures beside it show."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from pathlib import Path

import anywidget
import ipywidgets
import numpy as np
import traitlets
from IPython.display import display

from helpers import digits, plots
from helpers.figures import lesson_04, lesson_08
from helpers.language import CourseError, tr


def descent(descend: Callable[[float], Sequence[float]], loss: Callable[[np.ndarray], np.ndarray]) -> None:
    """Show a slider for the learning rate and the path of gradient descent with it.

    `descend` takes the rate and returns the weight at the start and after every step; `loss` is a function of the weight.
    """
    label, wide = tr(en="learning rate", es="tasa de aprendizaje"), {"width": "32em", "max_width": "100%"}
    look = {"description": label, "style": {"description_width": "initial"}, "layout": wide}
    slider = ipywidgets.FloatSlider(value=0.1, min=0.01, max=1.1, step=0.01, **look)

    def draw() -> tuple[plots.Picture, str]:
        path = lesson_04.descent({round(slider.value, 2): descend(slider.value)}, loss)
        return path, path.sentences[0]

    # ipywidgets hides the ring of the handle that has the focus; without it nobody sees where the arrow keys go.
    ring = ipywidgets.HTML("<style>.noUi-handle:focus { outline: 3px solid #0072b2 !important; }</style>")
    _show(slider, [slider], draw, ring)


def kernel_editor(slide: Callable[[np.ndarray, np.ndarray], np.ndarray], image: np.ndarray, kernel: np.ndarray) -> None:
    """Show nine number fields for a kernel, shape (3, 3), and an image, shape (height, width), before and after it.

    `slide` takes an image and a kernel and returns the image of answers.
    """
    look = {"step": 1, "style": {"description_width": "2.2em"}, "layout": {"width": "7.5em"}}
    fields = [  # each labelled by its row and column, which a screen reader says
        ipywidgets.FloatText(value=float(number), description=f"{row + 1}, {column + 1}", **look)
        for (row, column), number in np.ndenumerate(kernel)
    ]
    grid = ipywidgets.GridBox(fields, layout={"grid_template_columns": "repeat(3, 8em)"})

    def draw() -> tuple[plots.Picture, str]:
        numbers = np.array([field.value for field in fields]).reshape(3, 3)
        named = {tr(en="picture", es="imagen"): image, tr(en="answers", es="respuestas"): slide(image, numbers)}
        both = plots.side_by_side(columns=2, **named)
        total = tr(en="The nine numbers add up to", es="Los nueve números suman")
        return both, f"{both.sentences[1]} {total} {numbers.sum():g}."

    _show(grid, fields, draw)


def _show(controls: ipywidgets.Widget, fields: list, draw: Callable, *more: ipywidgets.Widget) -> None:
    """Show the controls and, below them, the picture and the sentence that `draw` returns, anew when one of the fields changes."""
    page, said = ipywidgets.HTML(), ipywidgets.HTML()

    def update(_: object = None) -> None:
        picture, sentence = draw()
        content, words = base64.b64encode(picture.png()).decode(), html.escape(" ".join(picture.sentences))
        # ipywidgets' own Image has no text alternative.
        page.value = f'<img style="max-width: 100%" src="data:image/png;base64,{content}" alt="{words}">'
        said.value = f'<p aria-live="polite">{html.escape(sentence)}</p>'  # said again by a screen reader

    for field in fields:
        field.observe(update, "value")
    update()
    display(ipywidgets.VBox([controls, page, said, *more], layout={"align_items": "flex-start"}))


def drawing_pad(predict: Callable[[np.ndarray], np.ndarray]) -> None:
    """Show a sheet to draw a digit on, the picture that the network sees of it, and ten bars that follow the pen.

    Mouse, finger and pen draw; so does the keyboard: Tab to the sheet, arrows move the pen, the space bar lowers and
    lifts it, Delete empties the sheet. `predict` takes images of shape (1, 28, 28, 1), `float32`, 0 to 1, and returns
    probabilities of shape (1, 10). Raises CourseError if it does not.
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
        super().__init__(labels=_labels())
        self.answer_request()

    @traitlets.observe("request")
    def answer_request(self, _: object = None) -> None:
        """Read what has been drawn so far."""
        picture, shares = [], []
        try:
            seen = digits.to_mnist(digits.draw_strokes(self.request["strokes"], pen=self.pen))
            shares, picture = ten_probabilities(self.predict, seen).tolist(), seen.ravel().tolist()
            sentence = lesson_08.in_words(shares)
        except digits.NoDigitError:
            sentence = tr(
                en="The sheet is empty, so there is nothing to read. Draw a digit.",
                es="La hoja está vacía y no hay nada que leer. Dibuja un dígito.",
            )
        except Exception as error:  # nobody sees a traceback from here
            sentence = f"{tr(en='predict() stopped', es='predict() se ha detenido')}: {type(error).__name__}: {error}"
        self.answer = {"number": self.request["number"], "sentence": sentence, "picture": picture, "shares": shares}


def _labels() -> dict[str, str]:
    """What stands on the pad, and what a screen reader says of it."""
    return {
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


def ten_probabilities(predict: Callable[[np.ndarray], np.ndarray], seen: np.ndarray) -> np.ndarray:
    """What `predict` says of a picture of shape (28, 28), `uint8`: shape (10,). Raises CourseError unless it is probabilities."""
    shares = np.asarray(predict(seen[np.newaxis, ..., np.newaxis].astype("float32") / 255), np.float64)
    if shares.shape != (1, 10) or not (shares >= 0).all() or not abs(shares.sum() - 1) < 1e-3:
        raise CourseError(
            en=f"The pad needs a function that takes one image, shape (1, 28, 28, 1), and returns ten probabilities that add up to 1, shape (1, 10). Yours returned shape {shares.shape}, with the sum {shares.sum():.3g}. A model without softmax returns logits: pass them through keras.ops.softmax().",
            es=f"La pizarra necesita una función que reciba una imagen, de forma (1, 28, 28, 1), y devuelva diez probabilidades que sumen 1, de forma (1, 10). La tuya ha devuelto la forma {shares.shape}, con suma {shares.sum():.3g}. Un modelo sin softmax devuelve logits: pásalos por keras.ops.softmax().",
        )
    return shares[0]
