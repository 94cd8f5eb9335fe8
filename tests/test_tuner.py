"""Lesson 06's promises about searches that die: finished trials are not repeated, and nobody waits for ever.

The lesson's own cells are taken from its source and executed here, so that what is tested is what learners run.
"""

import itertools
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from lesson_cells import shared_search
from tools.source import Lesson

pytestmark = pytest.mark.slow


@pytest.fixture
def lesson():
    """The names that the lesson's cells for killed and shared searches define, in a folder of their own."""
    names = shared_search(Path(__file__).parents[1])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        names["folder"] = type("Folder", (), {"name": folder})
        yield names


def wait_for(condition, process, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)


def test_a_search_killed_five_times_repeats_no_finished_trial(lesson):
    start_search, reports, kt = lesson["start_search"], lesson["reports"], lesson["kt"]
    moments, runs, seen = random.Random(6), [], 0
    for _ in range(5):  # each time soon after its first or its second trial has begun
        process, goal = start_search("killed", 6), seen + moments.choice((1, 2))
        wait_for(lambda goal=goal: len(reports("killed")) >= goal, process)
        time.sleep(moments.random())
        process.kill()
        process.wait()
        runs.append(reports("killed")[seen:])
        seen += len(runs[-1])
    assert start_search("killed", 6).wait(timeout=300) == 0
    runs.append(reports("killed")[seen:])

    flat = [trial for run in runs for _, trial, _, end in run if end]
    assert sorted(flat) == sorted(set(flat)) == sorted(lesson["saved_trials"]("killed")) and len(flat) == 6
    for earlier, later in itertools.pairwise(runs):  # the trial that was cut off is the first to run again
        assert earlier[-1][3] or later[0][1] == earlier[-1][1]
    assert {trial.status for trial in lesson["saved_trials"]("killed").values()} == {"COMPLETED"}

    place = Path(lesson["folder"].name, "killed")
    for notes in (place / "search/oracle.json", place / "search/trial_0/trial.json"):  # half-written: refused
        whole = notes.read_text()
        notes.write_text(whole[: moments.randrange(len(whole))])
        with pytest.raises(json.JSONDecodeError):
            kt.RandomSearch(lambda hp: None, objective="val_loss", directory=place, project_name="search")
        notes.write_text(whole)


def test_a_killed_worker_loses_only_its_trial_which_runs_again(lesson):
    lesson["run_workers"]("workers", 5, kill_at=2, limit=400)
    rows = lesson["reports"]("workers")
    cut = [trial for worker, trial, _, end in rows if end is None]
    assert len(cut) == 1 and [trial for _, trial, *_ in rows].count(cut[0]) == 2
    finished = [trial for _, trial, _, end in rows if end]
    assert len(finished) == len(set(finished)) == 5
    assert {trial.status for trial in lesson["saved_trials"]("workers").values()} == {"COMPLETED"}


def test_workers_that_cannot_finish_do_not_hold_the_notebook_up(lesson):
    begun = time.monotonic()
    lesson["run_workers"]("hopeless", 500, limit=3)
    assert time.monotonic() - begun < 60


def test_a_cluster_whose_chief_died_goes_on_where_it_was(lesson):
    start_search, reports = lesson["start_search"], lesson["reports"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = {
            "KERASTUNER_ORACLE_IP": "127.0.0.1",
            "KERASTUNER_ORACLE_PORT": str(free.getsockname()[1]),
        }
    names = ("chief", "worker0")
    processes = [start_search("chief_died", 5, name, KERASTUNER_TUNER_ID=name, **address) for name in names]
    wait_for(lambda: len(reports("chief_died")) == 3, processes[1])
    for process in processes:
        process.kill()
        process.wait()
    before = {trial for _, trial, _, end in reports("chief_died") if end}
    lesson["run_workers"]("chief_died", 5, limit=400)
    finished = [trial for _, trial, _, end in reports("chief_died") if end]
    assert len(before) == 2 and len(finished) == len(set(finished)) == 5
    assert {trial.status for trial in lesson["saved_trials"]("chief_died").values()} == {"COMPLETED"}


def test_workers_meet_their_chief_where_a_proxy_is_set(lesson, monkeypatch):
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # answers nothing
    lesson["run_workers"]("proxied", 2, limit=200)
    assert [trial.status for trial in lesson["saved_trials"]("proxied").values()] == ["COMPLETED"] * 2


def test_one_network_learns_the_same_on_one_device_and_on_two_virtual_ones(lesson):
    exec(Lesson.numbered("06").named("mirrored"), names := {})
    command = [sys.executable, "-c", names["mirrored"]]
    said = subprocess.run(command, cwd=lesson["course"], capture_output=True, text=True, check=True)
    one, two = map(float, said.stdout.split()[-2:])
    assert one == pytest.approx(two, rel=1e-4) and 0 < two < 2.3  # below guessing


def test_a_search_that_is_run_twice_searches_again_and_keeps_its_losses(lesson):
    keras, np = lesson["keras"], lesson["np"]
    exec(Lesson.numbered("06").named("progress"), lesson)

    def build(hp):
        model = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(hp.Choice("units", [1, 2, 3])), keras.layers.Dense(1)]
        )
        model.compile("sgd", loss="mse")
        return model

    data = np.ones((8, 2)), np.ones(8)
    for _ in range(2):  # as in the lesson: the cell makes the tuner anew
        tuner = lesson["RandomSearch"](
            build,
            "val_loss",
            budget=4,
            max_trials=2,
            directory=lesson["folder"].name,
            project_name="twice",
            overwrite=True,
        )
        tuner.search(*data, validation_data=data, epochs=2, verbose=0)
        assert len(tuner.best) == 4
    tuner.search(*data, validation_data=data, epochs=2, verbose=0)  # nothing is left to do, and nothing is lost
    assert len(tuner.best) == 4
