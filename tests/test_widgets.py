"""The sliders: they draw at once, follow the keyboard's value, and speak the learner's language."""

import io

import numpy as np
import pytest
from PIL import Image

from helpers import widgets


@pytest.fixture
def shown(monkeypatch):
    boxes = []
    monkeypatch.setattr(widgets, "display", boxes.append)
    return boxes


def test_descent_follows_its_slider(shown, lang):
    asked = []

    def descend(rate):
        asked.append(rate)
        return [-1.0, 3.0 - 4 * (1 - 2 * rate)]

    widgets.descent(descend, lambda w: (np.asarray(w) - 3) ** 2)
    slider, picture, sentence = shown[0].children
    assert Image.open(io.BytesIO(picture.value)).format == "PNG"
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
    assert Image.open(io.BytesIO(picture.value)).format == "PNG"
    before = picture.value
    grid.children[0].value = 4
    assert asked[-1][0] == [4, 0, 1] and picture.value != before
    assert {"en": "add up to 5.", "es": "suman 5."}[lang] in sentence.value


def test_kernel_editor_leaves_no_figure_open(shown):
    import matplotlib.pyplot as plt

    widgets.kernel_editor(lambda image, kernel: image, np.eye(8), np.zeros((3, 3)))
    assert not plt.get_fignums()
