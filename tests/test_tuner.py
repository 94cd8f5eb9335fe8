"""Lesson 06's promises about searches that die: finished trials are not repeated, and nobody waits for ever."""

import itertools
import json
import random
import subprocess
import sys
import time

import keras
import keras_tuner as kt
import numpy as np
import pytest

from helpers import ROOT
from helpers.scripts import processes
from tools.source import Lesson

pytestmark = pytest.mark.slow


def wait_for(condition, process, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)


def finished(folder):
    return [trial for _, trial, _, end in processes.reports(folder) if end]


def statuses(folder):
    return {trial.status for trial in processes.saved_trials(folder).values()}


def test_a_search_killed_five_times_repeats_no_finished_trial(tmp_path):
    folder = tmp_path / "killed"
    moments, runs, seen = random.Random(6), [], 0
    for _ in range(5):  # each time soon after its first or its second trial has begun
        process, goal = processes.start(folder, 6, seed=0), seen + moments.choice((1, 2))
        wait_for(lambda goal=goal: len(processes.reports(folder)) >= goal, process)
        time.sleep(moments.random())
        processes.stop(process)
        runs.append(processes.reports(folder)[seen:])
        seen += len(runs[-1])
    assert processes.start(folder, 6, seed=0).wait(timeout=300) == 0
    runs.append(processes.reports(folder)[seen:])

    flat = finished(folder)
    assert sorted(flat) == sorted(set(flat)) == sorted(processes.saved_trials(folder)) and len(flat) == 6
    for earlier, later in itertools.pairwise(runs):  # the trial that was cut off is the first to run again
        assert earlier[-1][3] or later[0][1] == earlier[-1][1]
    assert statuses(folder) == {"COMPLETED"}

    for notes in (folder / "search/oracle.json", folder / "search/trial_0/trial.json"):  # half-written: refused
        whole = notes.read_text()
        notes.write_text(whole[: moments.randrange(len(whole))])
        with pytest.raises(json.JSONDecodeError):
            kt.RandomSearch(lambda hp: None, objective="val_loss", directory=folder, project_name="search")
        notes.write_text(whole)


def test_a_search_is_stopped_in_the_trial_that_is_named_or_ends_by_itself(tmp_path):
    folder = tmp_path / "third"
    processes.stop_at_trial(processes.start(folder, 4, seed=0), folder, 3)
    assert [end is None for *_, end in processes.reports(folder)] == [False, False, True]
    processes.stop_at_trial(processes.start(folder, 4, seed=0), folder, 99)
    assert len(finished(folder)) == 4


def test_a_killed_worker_loses_only_its_trial_which_runs_again(tmp_path):
    folder = tmp_path / "workers"
    processes.run_workers(folder, 5, seed=0, kill_at=2, limit=400)
    rows = processes.reports(folder)
    cut = [trial for _, trial, _, end in rows if end is None]
    assert len(cut) == 1 and [trial for _, trial, *_ in rows].count(cut[0]) == 2
    assert len(finished(folder)) == len({*finished(folder)}) == 5
    assert statuses(folder) == {"COMPLETED"}


def test_workers_that_cannot_finish_do_not_hold_the_notebook_up(tmp_path):
    begun = time.monotonic()
    processes.run_workers(tmp_path / "hopeless", 500, seed=0, limit=3)
    assert time.monotonic() - begun < 60


def test_a_worker_that_always_dies_is_started_three_times_more(tmp_path, monkeypatch):
    names = []

    def start(folder, trials, seed, name, **variables):
        names.append(name)
        waits = "import time; time.sleep(60)" if name == "chief" else "raise SystemExit(1)"
        return subprocess.Popen([sys.executable, "-c", waits])

    monkeypatch.setattr(processes, "start", start)
    processes.run_workers(tmp_path, 5, seed=0, limit=50)
    assert names[:3] == ["chief", "worker0", "worker1"] and len(names) == 3 + processes.RESTARTS


def test_a_cluster_whose_chief_died_goes_on_where_it_was(tmp_path):
    folder, address = tmp_path / "chief_died", processes._free_address()
    started = [
        processes.start(folder, 5, 0, name, KERASTUNER_TUNER_ID=name, **address) for name in ("chief", "worker0")
    ]
    wait_for(lambda: len(processes.reports(folder)) == 3, started[1])
    processes.stop(*started)
    before = {*finished(folder)}
    processes.run_workers(folder, 5, seed=0, limit=400)
    assert len(before) == 2 and len(finished(folder)) == len({*finished(folder)}) == 5
    assert statuses(folder) == {"COMPLETED"}


def test_workers_meet_their_chief_where_a_proxy_is_set(tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # answers nothing
    processes.run_workers(tmp_path / "proxied", 2, seed=0, limit=200)
    assert len(finished(tmp_path / "proxied")) == 2 and statuses(tmp_path / "proxied") == {"COMPLETED"}


def test_one_network_learns_the_same_on_one_device_and_on_two_virtual_ones():
    exec(Lesson.numbered("06").named("mirrored"), names := {})
    command = [sys.executable, "-c", names["mirrored"]]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    one, two = map(float, said.stdout.split()[-2:])
    assert one == pytest.approx(two, rel=1e-4) and 0 < two < 2.3  # below guessing


def test_a_search_that_is_run_twice_searches_again_and_keeps_its_losses(tmp_path):
    names = {}
    for cell in ("imports", "progress"):
        exec(Lesson.numbered("06").named(cell), names)

    def build(hp):
        model = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(hp.Choice("units", [1, 2, 3])), keras.layers.Dense(1)]
        )
        model.compile("sgd", loss="mse")
        return model

    data = np.ones((8, 2)), np.ones(8)
    for _ in range(2):  # as in the lesson: the cell makes the tuner anew
        tuner = names["RandomSearch"](
            build, "val_loss", budget=4, max_trials=2, directory=tmp_path, project_name="twice", overwrite=True
        )
        tuner.search(*data, validation_data=data, epochs=2, verbose=0)
        assert len(tuner.best) == 4
    tuner.search(*data, validation_data=data, epochs=2, verbose=0)  # nothing is left to do, and nothing is lost
    assert len(tuner.best) == 4
