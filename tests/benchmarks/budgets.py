"""Seconds against the course's budgets: importing the light helpers, and every lesson with its slowest cell.

Run by hand, on an otherwise idle machine: `python tests/benchmarks/budgets.py [NN …]`. Downloads count as absent. With `--write`,
and as part of `python tests/benchmarks`, the lessons' seconds go to `lessons/run_times.json`, which the teacher's guide quotes.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator

from nbclient import NotebookClient
from report import ROOT, Row, missed, show

from tools.source import RUN_TIMES, Lesson, lesson_paths, name_of

IMPORT_BUDGET, LESSON_BUDGET, CELL_BUDGET = 0.6, {"00": 60, "01": 60, "06": 150, "08": 150}, 60
COURSE_BUDGET = 12 * 60


def import_seconds() -> float:
    """The best of five fresh interpreters: what is left is the import, not the machine's mood."""
    code = "import time; t = time.perf_counter(); import helpers.data, helpers.results, helpers.plots; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True) for _ in range(5)]
    return min(float(run.stdout) for run in runs)


def lesson_seconds(lesson: Lesson) -> tuple[float, float, str]:
    """Seconds of the whole English lesson, kernel start included, and of its slowest cell, with that cell's name."""
    notebook, took, began = lesson.edition("en"), {}, {}
    client = NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT / "notebooks")}},
        on_cell_execute=lambda cell, cell_index: began.update({cell_index: time.perf_counter()}),
        on_cell_executed=lambda cell, cell_index, **_: took.update(
            {cell_index: time.perf_counter() - began[cell_index]}
        ),
    )
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as empty:  # so that no download is there, either
        client.execute(env={**os.environ, "COURSE_SEED": "0", "COURSE_OFFLINE": "1", "COURSE_DATA": empty})
    whole = time.perf_counter() - start
    slowest = max(took, key=took.get)
    return whole, took[slowest], name_of(notebook.cells[slowest], slowest)


def rows(lessons: Iterable[str] = (), write: bool = True) -> Iterator[Row]:
    """The import, each lesson, all of them together."""
    took = import_seconds()
    what = "importing `helpers.data`, `.results` and `.plots`"
    yield Row(what, f"{took:.2f} s", f"≤ {IMPORT_BUDGET} s", took <= IMPORT_BUDGET)
    measured = {}
    for path in lesson_paths(lessons):
        whole, slowest, name = lesson_seconds(Lesson(path))
        budget = LESSON_BUDGET.get(path.name[:2], 90)
        yield Row(
            f"lesson {path.stem} executed, downloads absent",
            f"{whole:.0f} s, slowest cell {slowest:.0f} s ({name})",
            f"≤ {budget} s, cell ≤ {CELL_BUDGET} s",
            whole <= budget and slowest <= CELL_BUDGET,
        )
        measured[path.stem] = {
            "seconds": round(whole),
            "longest_cell": round(slowest),
            "cores": os.cpu_count(),
            "date": datetime.date.today().isoformat(),
        }
    if not lessons:
        total = sum(times["seconds"] for times in measured.values())
        yield Row(
            "all lessons together", f"{total / 60:.1f} min", f"≤ {COURSE_BUDGET / 60:.0f} min", total <= COURSE_BUDGET
        )
    if write:
        known = json.loads(RUN_TIMES.read_text("utf-8"))
        RUN_TIMES.write_text(json.dumps(known | measured, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; all of them by default")
    parser.add_argument("--write", action="store_true", help="keep the lessons' seconds for the teacher's guide")
    options = parser.parse_args()
    sys.exit(missed(show(rows(options.lessons, options.write))))
