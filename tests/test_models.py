"""The models: shapes, parameters counted by hand, and what each option does in training and in inference mode."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import models

IMAGES = np.random.default_rng(0).random((6, 28, 28, 1), dtype=np.float32)


def test_baseline_has_the_shapes_and_parameters_that_the_lesson_counts():
    model = models.baseline_cnn()
    probabilities = np.asarray(model(IMAGES))
    assert probabilities.shape == (6, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert model.count_params() == (32 * 9 + 32) + (64 * 9 * 32 + 64) + (1600 * 128 + 128) + (128 * 10 + 10) == 225_034


def test_one_seed_makes_one_network():
    keras.utils.set_random_seed(3)
    one = models.baseline_cnn().predict(IMAGES, verbose=0)
    keras.utils.set_random_seed(3)
    np.testing.assert_array_equal(one, models.baseline_cnn().predict(IMAGES, verbose=0))


@pytest.mark.parametrize(
    "options",
    [{"dropout": 0.5}, {"batch_norm": True}, {"augmentation": keras.Sequential([layers.RandomRotation(0.2)])}],
)
def test_options_act_in_training_only(options):
    model = models.baseline_cnn(**options)
    resting = np.asarray(model(IMAGES, training=False))
    np.testing.assert_array_equal(resting, np.asarray(model(IMAGES, training=False)))
    assert not np.allclose(resting, np.asarray(model(IMAGES, training=True)))


def test_batch_norm_replaces_the_offsets_by_four_numbers_per_filter():
    assert models.baseline_cnn(batch_norm=True).count_params() == 225_034 - 96 + 4 * 96
