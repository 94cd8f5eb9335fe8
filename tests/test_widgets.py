"""What a learner touches: it draws at once, follows the hand, and speaks the learner's language."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from helpers.figures import widgets
from helpers.language import CourseError


@pytest.fixture
def shown(monkeypatch):
    boxes = []
    monkeypatch.setattr(widgets, "display", boxes.append)
    return boxes


def png(picture):
    """What the HTML of a picture shows."""
    (content,) = re.findall(
        r'<img style="max-width: 100%" src="data:image/png;base64,([^"]+)" alt="[^"<>]+">', picture.value
    )
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_descent_follows_its_slider(shown, lang):
    asked = []

    def descend(rate):
        asked.append(rate)
        return [-1.0, 3.0 - 4 * (1 - 2 * rate)]

    widgets.descent(descend, lambda w: (np.asarray(w) - 3) ** 2)
    slider, picture, sentence, _ = shown[0].children
    assert png(picture).format == "PNG"
    before, said = picture.value, sentence.value
    slider.value = 1.0
    assert asked == [0.1, 1.0] and picture.value != before and sentence.value != said
    assert {"en": "from 16 to 16", "es": "de 16 a 16"}[lang] in sentence.value
    assert {"en": "learning rate", "es": "tasa de aprendizaje"}[lang] == slider.description


def test_descent_leaves_no_figure_open(shown):
    import matplotlib.pyplot as plt

    widgets.descent(lambda rate: [0.0, 1.0], lambda w: w**2)
    assert not plt.get_fignums()


def test_kernel_editor_follows_its_nine_fields(shown, lang):
    asked = []

    def slide(image, kernel):
        asked.append(kernel.tolist())
        return image[2:, 2:] * kernel.sum() - kernel[0, 0]

    widgets.kernel_editor(slide, np.eye(8), np.array([[-1, 0, 1]] * 3))
    grid, picture, sentence = shown[0].children
    assert len(grid.children) == 9 and asked == [[[-1, 0, 1]] * 3]
    assert grid.children[5].description == "2, 3"
    assert png(picture).format == "PNG"
    before = picture.value
    grid.children[0].value = 4
    assert asked[-1][0] == [4, 0, 1] and picture.value != before
    assert {"en": "add up to 5.", "es": "suman 5."}[lang] in sentence.value


def test_kernel_editor_leaves_no_figure_open(shown):
    import matplotlib.pyplot as plt

    widgets.kernel_editor(lambda image, kernel: image, np.eye(8), np.zeros((3, 3)))
    assert not plt.get_fignums()


def confident_of(digit):
    def predict(images):
        assert images.shape == (1, 28, 28, 1) and images.dtype == np.float32 and 0 <= images.min() <= images.max() <= 1
        seen.append(images)
        return np.where(np.arange(10) == digit, 0.91, 0.01)[None].astype("float32")

    seen = []
    return predict, seen


def test_a_stroke_on_the_pad_is_read_and_its_picture_comes_back(shown, lang):
    predict, seen = confident_of(7)
    widgets.drawing_pad(predict)
    (pad,) = shown
    seen.clear()
    pad.request = {"number": 1, "strokes": [[[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]]]}
    assert pad.answer["number"] == 1 and len(seen) == 1
    assert np.argmax(pad.answer["shares"]) == 7 and len(pad.answer["shares"]) == 10
    assert {"en": "reads a 7 (91 %)", "es": "Lee un 7 (91 %)"}[lang] in pad.answer["sentence"]
    picture = np.array(pad.answer["picture"]).reshape(28, 28)
    np.testing.assert_allclose(picture / 255, seen[0][0, :, :, 0], atol=1e-6)
    assert picture.max() == 255 and picture[0].max() == 0


def test_an_empty_pad_predicts_nothing_and_says_so(shown, lang):
    predict, seen = confident_of(3)
    widgets.drawing_pad(predict)
    (pad,) = shown
    seen.clear()
    said = {"en": "nothing to read", "es": "no hay nada que leer"}[lang]
    assert pad.answer == pad.answer | {"shares": [], "picture": []} and said in pad.answer["sentence"]
    pad.request = {"number": 1, "strokes": [[[0.5, 0.5]]]}  # a dot
    assert len(seen) == 1 and said not in pad.answer["sentence"]
    pad.request = {"number": 2, "strokes": []}  # cleared
    assert len(seen) == 1 and said in pad.answer["sentence"] and pad.answer["number"] == 2
    assert pad.answer["shares"] == pad.answer["picture"] == []


def test_the_pad_speaks_the_learners_language(lang):
    labels = widgets.DrawingPad(confident_of(0)[0]).labels
    assert labels["clear"] == {"en": "Clear", "es": "Borrar"}[lang] and all(labels.values())


@pytest.mark.parametrize(
    "predict",
    [lambda x: np.linspace(-3, 3, 10)[None], lambda x: np.full(10, 0.1), lambda x: np.full((1, 4), 0.25)],
    ids=["logits", "no batch axis", "four classes"],
)
def test_the_pad_refuses_what_are_no_ten_probabilities(predict, shown, lang):
    with pytest.raises(CourseError, match="softmax"):
        widgets.drawing_pad(predict)
    assert not shown


def test_a_prediction_that_fails_is_said_on_the_pad(lang):
    def predict(images):
        raise RuntimeError("no model")

    pad = widgets.DrawingPad(predict)
    pad.request = {"number": 1, "strokes": [[[0.2, 0.2], [0.8, 0.8]]]}
    assert "RuntimeError: no model" in pad.answer["sentence"] and pad.answer["number"] == 1
