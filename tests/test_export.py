"""Lesson 08's promises: what is saved or exported answers the same elsewhere, and the recipe is what the text says.

The lesson's own cells are taken from its source and executed here, so that what is tested is what learners run.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from helpers import models
from tools.source import Lesson, read_ledger

INGREDIENTS = "augmentation", "batch_norm", "dropout", "schedule", "depth"


@pytest.fixture
def run():
    """Executes the lesson's cells of these names: `run(names, "stage")`."""
    lesson = Lesson.numbered("08")

    def execute(names, *cells):
        for cell in cells:
            exec(lesson.named(cell), names)

    return execute


@pytest.fixture
def lesson(run):
    """The recipe's names, with so few digits that an epoch has two steps."""
    names = {"SEED": 0}
    run(names, "imports", "digits")
    for name in ("x_train", "y_train", "x_test", "y_test"):
        names[name] = names[name][:64]
    run(names, "alterations", "stage", "recipe", "in_training", "train")
    keras.utils.set_random_seed(0)
    return names


def test_what_the_text_says_of_the_ingredients_is_in_the_ledger():
    runs = read_ledger()["08_your_own_digits"]["runs"]
    band = {name: runs[f"without_{name}"]["test_accuracy"] for name in INGREDIENTS}
    worst, best = (runs["everything"]["test_accuracy"][end] for end in ("min", "max"))
    assert all(band[name]["max"] < worst for name in ("augmentation", "batch_norm", "schedule"))
    assert all(worst < band[name]["mean"] < best for name in ("dropout", "depth"))
    assert band["schedule"]["std"] > 3 * max(band[name]["std"] for name in INGREDIENTS if name != "schedule")


def test_the_numbers_of_parameters_in_the_text(lesson):
    text = Lesson.numbered("08").path.read_text("utf-8")
    for network in (lesson["network"](), models.baseline_cnn()):
        count = f"{network.count_params():,}"
        assert count in text and count.replace(",", " ") in text


def test_the_finer_paper_comes_back_as_it_was(lesson):
    images = lesson["x_train"]
    alterations = lesson["alterations"]()
    np.testing.assert_array_equal(alterations(images, training=False), images)
    altered = np.asarray(alterations(images, training=True))
    assert (altered != images).any(axis=(1, 2, 3)).mean() > 0.9 and altered.min() >= 0 and altered.max() <= 1


@pytest.mark.parametrize("without", ["", *INGREDIENTS])
def test_what_is_left_out_is_left_out_and_nothing_else(lesson, without):
    reader = lesson["network"](without)
    model = lesson["in_training"](reader, without)
    kinds = [type(layer) for layer in reader.layers]
    dropout = next(layer.rate for layer in reader.layers if isinstance(layer, layers.Dropout))
    rates = [float(model.optimizer.learning_rate)]
    model.optimizer.iterations.assign(lesson["STEPS"])
    rates.append(float(model.optimizer.learning_rate))
    found = {
        "augmentation": np.any(model.layers[0](lesson["x_train"], training=True) != lesson["x_train"]),
        "batch_norm": layers.BatchNormalization in kinds,
        "dropout": dropout > 0,
        "schedule": rates[1] < rates[0] / 1000,
        "depth": kinds.count(layers.Conv2D) == 5,
    }
    assert [name for name in INGREDIENTS if not found[name]] == ([without] if without else [])


def test_the_second_fit_goes_on_along_the_cosine(lesson):
    reader = lesson["network"]()
    model = lesson["in_training"](reader)
    lesson["train"](model, 0, 1)
    lesson["train"](model, 1, 3)
    assert int(model.optimizer.iterations) == 6
    np.testing.assert_allclose(float(model.optimizer.learning_rate), lesson["by_hand"][6], rtol=1e-5)


@pytest.mark.slow
def test_saved_and_exported_networks_answer_the_same_in_new_processes(run, lesson):
    lesson["reader"] = lesson["network"]()
    lesson["train"](lesson["in_training"](lesson["reader"]), 0, 3)  # so that the moving averages are not the first ones
    run(lesson, "save", "load_and_predict", "export", "compare")  # the cells assert it
    assert lesson["before"].shape == (64, 10) and len(set(lesson["before"].argmax(axis=1))) > 1


@pytest.mark.slow
def test_a_file_with_code_in_it_is_refused_elsewhere():
    with tempfile.TemporaryDirectory() as folder:
        model = keras.Sequential([keras.Input((2,)), layers.Lambda(lambda x: 1 - x)])
        model.save(Path(folder, "hers.keras"))
        program = "import keras; keras.models.load_model('hers.keras')"
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    assert done.returncode != 0 and "safe_mode" in done.stderr
