"""Lesson 07 whole, with stand-ins for what it downloads: every cell with VGG16 runs where its weights are not to be had, too.

The weights are random and the pictures noise, so claims about accuracy are left aside, and every training has one epoch.
"""

import hashlib
import http.server
import math
import re
import threading
from pathlib import Path

import keras
import numpy as np
import pytest
from nbformat.v4 import new_code_cell

import standins
from helpers import downloads, models
from lesson_cells import REPORT, report
from tools.build import execute
from tools.source import Lesson

pytestmark = pytest.mark.slow
COUNTS = {"train": 8, "validation": 4}


@pytest.fixture
def lesson():
    return Lesson.numbered("07")


@pytest.fixture(autouse=True)
def kept():
    """The files that the notebook caches, asked for with a call; removed afterwards, so that the next test computes them."""
    before = set(models.CACHE_DIR.glob("*"))

    def new():
        return set(models.CACHE_DIR.glob("*.npy")) - before

    yield new
    for file in new():
        file.unlink()


@pytest.fixture
def stand_ins(tmp_path):
    """A data folder with pictures and both bases, as downloads would leave it."""
    standins.write_photos(tmp_path / "data", COUNTS)
    for name in standins.FILES:
        standins.write_weights(tmp_path / "data", name)
    return tmp_path / "data"


def run(lesson, lang, folder, first=""):
    """Execute an edition with its solutions; returns the notebook, each check's outcome and what was recorded."""
    notebook = lesson.edition(lang, solved=True, prose=False)
    for cell in notebook.cells:
        if "exercise" not in cell.metadata.get("tags", []):  # a solution has to reach what the exercise asks for
            cell.source = re.sub(r"\bepochs=\d+", "epochs=1", cell.source)
    setup = next(i for i, cell in enumerate(notebook.cells) if "setup" in cell.metadata.get("tags", []))
    notebook.cells.insert(setup + 1, new_code_cell(first))
    notebook.cells.append(new_code_cell(REPORT))
    execute(notebook, lang, COURSE_DATA=str(folder), COURSE_STRICT="", COURSE_OFFLINE="" if first else "1")
    return notebook, *report(notebook)


def require_all_of_it(notebook, outcomes, record):
    assert outcomes and set(outcomes.values()) == {"correct"}
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert "python3 -m helpers download" not in str(outputs)
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    assert {
        "small_cnn",
        "vgg16_features",
        "large_head",
        "vgg16_fine_tuned",
        "vgg16_random_head",
        "wrong_input",
        "mobilenetv2_features",
    } <= set(record["runs"])
    assert {"frozen_stays", "wrong_input_costs"} <= set(record["claims"])
    assert record["claims"]["frozen_stays"]["held"] and record["claims"]["thawed_moves"]["held"]


def test_every_cell_runs_with_files_in_the_data_folder(lesson, stand_ins, kept):
    require_all_of_it(*run(lesson, "es", stand_ins))
    # Train, validation and test photos through VGG16's blocks 1 to 4 and through MobileNetV2.
    assert len(kept()) == 6


def test_every_cell_runs_with_what_it_downloads(lesson, stand_ins, tmp_path):
    files = {
        "photos": standins.archive(COUNTS, size=40),
        "vgg16": (stand_ins / downloads.DOWNLOADS["vgg16"].file).read_bytes(),
        "mobilenetv2": (stand_ins / downloads.DOWNLOADS["mobilenetv2"].file).read_bytes(),
    }
    asked = []

    class Publisher(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path.strip("/"))
            body = files[asked[-1]]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        first = f"""
import dataclasses
from helpers import downloads, readers
readers.PHOTO_COUNTS = {COUNTS!r}
digests = {{"photos": None, "vgg16": "md5:{hashlib.md5(files["vgg16"]).hexdigest()}", "mobilenetv2": None}}
for name, digest in digests.items():
    url = f"http://127.0.0.1:{httpd.server_port}/{{name}}"
    downloads.DOWNLOADS[name] = dataclasses.replace(downloads.DOWNLOADS[name], url=url, digest=digest)
"""
        require_all_of_it(*run(lesson, "en", tmp_path / "fetched", first))
        httpd.shutdown()
    assert sorted(asked) == sorted(files)  # each once
    fetched = {path.relative_to(tmp_path / "fetched").parts[0] for path in Path(tmp_path / "fetched").rglob("*")}
    assert fetched == {"cats_and_dogs_filtered", "weights"}


def test_trainable_does_nothing_where_it_reads_so_already():
    """What quiz_thaw asks: a model made of frozen layers reads True, and setting it to True again does not reach them."""
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    base.trainable = False
    block5 = keras.Model(base.get_layer("block4_pool").output, base.output)
    assert block5.trainable and len(block5.layers) == 5
    block5.trainable = True
    assert block5.trainable_weights == []
    for layer in block5.layers:
        layer.trainable = True
    assert sum(math.prod(weight.shape) for weight in block5.trainable_weights) == 7_079_424


@pytest.mark.parametrize(("frozen", "kept"), [(True, True), (False, False)])
def test_only_a_frozen_batch_normalisation_keeps_its_averages_while_a_base_is_fine_tuned(frozen, kept):
    """What lesson 07 says of MobileNetV2: `training=False` in the call is not enough with today's Keras."""
    normalise = keras.layers.BatchNormalization()
    base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), normalise])
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs, training=False)))
    normalise.trainable = not frozen
    model.compile("sgd", "mse")
    before = np.array(normalise.moving_mean)
    model.fit(np.ones((32, 4)), np.ones(32), verbose=0)
    assert np.array_equal(before, normalise.moving_mean) is kept
