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
