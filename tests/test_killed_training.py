"""Lesson 04's promise about training that dies: what was backed up is not trained again.

The program is the lesson's own. Keras writes its backup in place, so whoever is killed in the very moment of writing is
left with half a file: that must be refused aloud, never taken for whole.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from conftest import ROOT
from lesson_cells import backup_program

pytestmark = pytest.mark.slow


def train(backup, digits, epochs, kill_at=None):
    """Run it; with `kill_at`, kill it that share of an epoch after a report. Its exit code, epochs and losses."""
    program = backup_program()
    for old, new in {
        "epochs=5": f"epochs={epochs}",
        "model = models": f"images, labels = images[:{digits}], labels[:{digits}]\nmodel = models",
        "print(epoch + 1": "print(epoch + 1, logs['loss']",
    }.items():
        assert program.count(old) == 1
        program = program.replace(old, new)
    command = [sys.executable, "-c", program, str(backup), "0"]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    reports, times = [], []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        for line in process.stdout:  # goes on after the kill, to what was reported until then
            reports.append(line.split())
            times.append(time.monotonic())
            if kill_at is not None and len(times) == (2 if digits == 1000 else 30):
                time.sleep(kill_at * (times[-1] - times[-2]))
                process.kill()
    return process.returncode, [int(epoch) for epoch, _ in reports], [float(loss) for _, loss in reports]


def test_training_killed_at_five_moments_loses_the_epoch_in_hand_at_most(tmp_path):
    moments, backup, done = random.Random(4), tmp_path / "backup", 0
    # All digits: killed in mid-epoch, most likely. So few that an epoch takes no time: most likely while the backup is written.
    runs = [(digits, moments.random()) for digits in (1000, 1000, 32, 32, 32)] + [(32, None)]
    while runs:
        digits, kill_at = runs[0]
        code, epochs, losses = train(backup, digits, 10**6 if kill_at is not None else done + 2, kill_at)
        if not epochs:  # the moment of writing was hit: nothing but to begin anew
            assert code > 0 and backup.exists()
            shutil.rmtree(backup)
            done = 0
            continue
        assert epochs[0] in (done + 1, done + 2)  # the second where it was backed up, but not yet reported
        assert epochs == list(range(epochs[0], epochs[-1] + 1))
        if done and digits == 32:
            assert losses[0] < 1  # with the weights that were learnt; new ones have 2.3
        done = epochs[-1]
        runs.pop(0)
    assert code == 0 and not backup.exists()


def test_half_a_backup_is_never_taken_for_a_whole_one(tmp_path):
    import keras
    import numpy as np

    from helpers import models

    def fit(epochs):
        model = models.baseline_cnn()
        model.compile("adam", loss="sparse_categorical_crossentropy")
        callback = keras.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
        history = model.fit(np.zeros((8, 28, 28, 1)), np.zeros(8), epochs=epochs, callbacks=[callback], verbose=0)
        return history.epoch

    assert fit(1) == [0]
    lengths = random.Random(4)
    for name in ("latest.weights.h5", "training_metadata.json"):
        file = tmp_path / "backup" / name
        whole = file.read_bytes()
        for _ in range(5):
            file.write_bytes(whole[: lengths.randrange(len(whole))])
            with pytest.raises((OSError, json.JSONDecodeError)):
                fit(2)
        file.write_bytes(whole)
    assert fit(2) == [1]
