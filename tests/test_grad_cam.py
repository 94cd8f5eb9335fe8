"""Lesson 07's Grad-CAM and its own generator, taken from the lesson's cells."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tools.source import Lesson


@pytest.fixture(scope="module")
def grad_cam():
    exec(Lesson.numbered("07").named("grad_cam"), names := {"tf": tf, "keras": keras})
    return names["grad_cam"]


def base():
    """Four features at 4 × 4 places: the mean of each quarter of the channels of an 8 × 8 picture."""
    return keras.Sequential([keras.Input((8, 8, 4)), layers.AveragePooling2D(2)])


def head(*kernel, bias=0.0):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.layers[-1].set_weights([np.array(kernel, "float32").reshape(4, 1), np.array([bias], "float32")])
    return model


def picture():
    """Feature 0 is in the upper left corner, feature 1 in the lower right one."""
    image = np.zeros((1, 8, 8, 4), "float32")
    image[0, :2, :2, 0] = image[0, 6:, 6:, 1] = 16
    return image


@pytest.mark.parametrize("strength", [1, 100, 10_000])  # from unsure to a probability of exactly 1 or 0
@pytest.mark.parametrize(("sign", "corner"), [(1, (0, 0)), (-1, (7, 7))])
def test_heat_lies_where_the_answer_comes_from_however_sure_it_is(grad_cam, strength, sign, corner):
    # Feature 0 speaks for a dog, feature 1 for a cat, and the bias decides which of them is the answer.
    probability, heat = grad_cam(base(), head(strength, -strength, 0, 0, bias=sign * 0.5 * strength), picture())
    assert (probability > 0.5) == (sign > 0)
    if strength == 10_000:
        assert probability in (0, 1)
    assert heat.shape == (8, 8) and np.isfinite(heat).all()
    assert heat[corner] == heat.max() == pytest.approx(1, abs=1e-5)
    assert heat[7 - corner[0], 7 - corner[1]] == 0


def test_nothing_speaking_for_the_answer_is_an_empty_map(grad_cam):
    _, heat = grad_cam(base(), head(0, 0, 0, 0, bias=1), picture())
    assert not heat.any()


def test_the_lessons_generator_gives_every_row_once_and_another_order_each_epoch():
    exec(Lesson.numbered("07").named("generator"), names := {"np": np, "keras": keras})
    maps, labels = np.arange(70, dtype="float16").reshape(70, 1), np.arange(70)
    plain, shuffled = names["Kept"](maps, labels), names["Kept"](maps, labels, seed=0)
    epochs = []
    for generator in (plain, shuffled, shuffled):
        batches = [generator[number] for number in range(len(generator))]
        assert [len(y) for _, y in batches] == [32, 32, 6]
        assert all(x.dtype == "float32" and np.array_equal(x[:, 0], y) for x, y in batches)
        epochs.append([set(y) for _, y in batches])
        assert set.union(*epochs[-1]) == set(range(70))
        generator.on_epoch_end()
    assert epochs[0][0] == set(range(32)) and epochs[1] != epochs[2] != epochs[0]
