"""Seconds against the course's budgets: importing the light helpers, and every lesson with its slowest cell.

Run by hand, on an otherwise idle machine: `python tests/benchmarks/budgets.py [NN …]`. Downloads count as absent unless
COURSE_DATA is set. With `--write`, the lessons' seconds go to `lessons/run_times.json`, which the teacher's guide quotes.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "lessons")]
from source import RUN_TIMES, Lesson, lesson_paths, name_of  # noqa: E402

IMPORT_BUDGET, LESSON_BUDGET, CELL_BUDGET = 0.6, {"00": 60, "01": 60, "06": 150, "08": 150}, 60


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
    client.execute(env={**os.environ, "COURSE_OFFLINE": "1"})
    whole = time.perf_counter() - start
    slowest = max(took, key=took.get)
    return whole, took[slowest], name_of(notebook.cells[slowest], slowest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; all of them by default")
    parser.add_argument("--write", action="store_true", help="keep the lessons' seconds for the teacher's guide")
    options = parser.parse_args()
    print(f"import of data, results, plots: {import_seconds():.2f} s (budget {IMPORT_BUDGET})")
    measured = {}
    for path in lesson_paths(options.lessons):
        whole, slowest, name = lesson_seconds(Lesson(path))
        budget = LESSON_BUDGET.get(path.name[:2], 90)
        print(f"{path.stem}: {whole:.0f} s (budget {budget}); slowest {slowest:.0f} s (budget {CELL_BUDGET}): {name}")
        measured[path.stem] = {
            "seconds": round(whole),
            "longest_cell": round(slowest),
            "cores": os.cpu_count(),
            "date": datetime.date.today().isoformat(),
        }
    print(f"all together: {sum(times['seconds'] for times in measured.values()) / 60:.1f} minutes (budget 12)")
    if options.write:
        known = json.loads(RUN_TIMES.read_text("utf-8")) if RUN_TIMES.exists() else {}
        RUN_TIMES.write_text(json.dumps(known | measured, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
