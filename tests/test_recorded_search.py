"""Lesson 06 says in words what its 60 recorded trials show: the ledger has to agree."""

import numpy as np

from tools.source import Lesson, read_ledger


def test_what_lesson_06_says_of_the_recorded_search_is_true():
    entry = read_ledger()[Lesson.numbered("06").name]
    trials, runs = entry["long"]["trials"], entry["long"]["runs"]
    augmented = np.array([trial["values"]["augment"] for trial in trials])
    losses = np.array([trial["val_loss"] for trial in trials])
    scores, early = losses.min(axis=1), losses[:, :3].min(axis=1)
    assert losses.shape == (60, 20) and augmented.sum() < 30
    ranked, ranked_early = scores.argsort(), early.argsort()
    assert augmented[ranked[:12]].all()
    assert augmented[ranked[-2:]].all() and all(trials[i]["values"]["learning_rate"] < 0.0004 for i in ranked[-2:])
    assert not augmented[ranked_early[0]] and ranked_early[1] == ranked[0]
    assert augmented[ranked_early[:15]].sum() == 5 and augmented[ranked[:15]].sum() == 12

    def mean(name, figure):
        return runs[name][figure]["mean"]

    tests = {name: mean(name, "test_accuracy") for name in runs}
    assert abs(tests["best_of_60"] - tests["made_by_hand"]) < 0.003 < tests["best_of_60"] - tests["best_of_6"]
    for figure in ("best_val_loss", "test_loss"):
        assert min(runs, key=lambda name: mean(name, figure)) == "made_by_hand"
    best = scores.argmin()
    in_search = trials[best]["val_accuracy"][losses[best].argmin()]
    assert abs(in_search - mean("best_of_60", "kept_val_accuracy")) < 0.003
    assert mean("best_of_60", "gap_share") <= mean("nothing_chosen", "gap_share")
