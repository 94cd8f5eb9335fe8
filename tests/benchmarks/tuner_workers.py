"""Two KerasTuner workers against one on the same search, one thread each, started as lesson 06 does.

Run by hand, on an otherwise idle machine: `python tests/benchmarks/tuner_workers.py`. Both times run from the first
trial's beginning to the last one's end; starting the processes is printed beside them. Budget: at least 1.6 times faster.

With `--write`, it measures instead what the lesson measures, and writes both times into the ledger, where the lesson quotes
them: `tools.measure` runs two seeds side by side, so its own are those of a busy machine.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from report import Row, missed, show

from helpers.scripts import processes
from tools import measure
from tools.measure import band
from tools.source import Lesson, read_ledger

TRIALS, ROUNDS, BUDGET = 12, 3, 1.6
SEEDS = range(5)


def seconds(folder: Path, workers: int) -> tuple[float, float]:
    """Seconds of searching and of the whole, processes included."""
    begun = time.time()
    if workers == 1:
        processes.start(folder, TRIALS, seed=0).wait()
    else:
        processes.run_workers(folder, TRIALS, seed=0)
    rows = processes.reports(folder)
    assert len({trial for _, trial, _, end in rows if end}) == TRIALS
    return max(end for *_, end in rows) - min(begin for *_, begin, _ in rows), time.time() - begun


def as_in_the_lesson(folder: Path, seed: int) -> dict[str, float]:
    """Seconds of the first six trials, with one worker and with two, one of which is ended later."""
    alone, shared = folder / f"alone-{seed}", folder / f"shared-{seed}"
    processes.start(alone, 6, seed).wait()
    processes.run_workers(shared, 10, seed, kill_at=8)
    rows = processes.reports(shared)
    one = sum(end - begin for *_, begin, end in processes.reports(alone))
    two = sorted(end for *_, end in rows if end)[5] - min(begin for *_, begin, _ in rows)
    return {"one_worker": one, "two_workers": two}


def write() -> None:
    """Put the times of both into lesson 06's entry of the ledger."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        took = [as_in_the_lesson(Path(folder), seed) for seed in SEEDS]
    lesson = Lesson.numbered("06").name
    entry = read_ledger()[lesson]
    for name in took[0]:
        entry["runs"][name]["seconds"] = band([times[name] for times in took])
        print(name, entry["runs"][name]["seconds"])
    measure.write(lesson, entry)


def rows() -> Iterator[Row]:
    """The median of the ratios."""
    ratios = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for turn in range(ROUNDS):
            (one, all_of_one), (two, all_of_two) = (seconds(Path(folder, f"{turn}-{n}"), n) for n in (1, 2))
            ratios.append(one / two)
            print(
                f"one {one:5.1f} s ({all_of_one:5.1f} with start)   two {two:5.1f} s ({all_of_two:5.1f})   {one / two:.2f} x"
            )
    ratio = statistics.median(ratios)
    yield Row(
        f"two KerasTuner workers against one, {TRIALS} trials, one thread each",
        f"{ratio:.2f} × (median of {ROUNDS})",
        f"≥ {BUDGET} × faster",
        ratio >= BUDGET,
    )


if __name__ == "__main__":
    sys.exit(write() if "--write" in sys.argv else missed(show(rows())))
