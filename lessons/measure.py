"""Measure the lessons: execute each with every seed and write the ledger, `lessons/results.json`.

`python3 lessons/measure.py [NN …] [--seeds 0-9]`, `--old` for those whose code has changed since, or `--check` that the
ledger belongs to the code. A claim that fails is written down, it stops nothing. Cells that need a download are
measured where it is there; where it is not, their figures of last time are not overwritten.
"""

from __future__ import annotations

import argparse
import datetime
import json
import operator
import platform
import re
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import nbformat
from nbformat.v4 import new_code_cell
from tqdm import tqdm

from build import check_ledger, execute
from source import LEDGER, Lesson, LessonError, lesson_paths, read_ledger

# Two executions side by side with one thread each take as long as one with two threads: such small networks gain
# nothing from a second core.
JOBS = 2
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
RELATIONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def run(notebook: nbformat.NotebookNode, seed: int) -> dict:
    """What one execution recorded: `{"runs": …, "claims": …}`."""
    notebook.cells.append(
        new_code_cell("from helpers import results\nprint(results.to_json())")
    )
    environment = {"COURSE_SEED": str(seed), "COURSE_STRICT": "", **ONE_THREAD}
    # A lesson may hold trainings that are too long for class: with COURSE_MEASURE it runs them, too.
    execute(notebook, "en", COURSE_MEASURE="1", **environment)
    return json.loads(
        "".join(o.text for o in notebook.cells[-1].outputs if o.get("name") == "stdout")
    )


def summarise(records: list[dict]) -> dict:
    """Mean, sample standard deviation, minimum and maximum of every figure over the seeds; how often each claim held."""

    def band(values: list[float]) -> dict:
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        figures = {
            "mean": statistics.fmean(values),
            "std": spread,
            "min": min(values),
            "max": max(values),
        }
        return {key: float(f"{value:.6g}") for key, value in figures.items()}

    runs: dict = {}
    for name, figures in records[0]["runs"].items():
        runs[name] = {
            figure: band([record["runs"][name][figure] for record in records])
            for figure in figures
        }
    claims: dict = {}
    for name, first in records[0]["claims"].items():
        made = [record["claims"][name] for record in records]
        left, right = (
            band([claim[side] for claim in made]) for side in ("left", "right")
        )
        claims[name] = {
            "held": sum(claim["held"] for claim in made),
            "of": len(made),
            "mean_holds": bool(
                RELATIONS[first["relation"]](left["mean"], right["mean"])
            ),
            "left": left,
            "relation": first["relation"],
            "right": right,
        }
    return {"runs": runs, "claims": claims}


def processor() -> str:
    """The processor's name where the system tells it, and the number of cores seen."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = {
                line.split(":")[1].strip()
                for line in file
                if line.startswith("model name")
            }
    except OSError:
        names = set()
    return ", ".join(names) or platform.processor() or platform.machine()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "lessons",
        nargs="*",
        metavar="NN",
        help="lesson numbers; all of them by default",
    )
    parser.add_argument("--seeds", default="0-9", help="first-last, such as 0-9")
    parser.add_argument(
        "--old",
        action="store_true",
        help="only lessons that are new or were measured with other code",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="execute nothing, say which entries are old",
    )
    parser.add_argument(
        "--dry",
        action="store_true",
        help="print what was measured, write nothing (for other seeds)",
    )
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("-")
    seeds = list(range(int(first), int(last or first) + 1))
    try:
        lessons = [Lesson(path) for path in lesson_paths(options.lessons)]
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        problems = [problem for lesson in lessons for problem in check_ledger(lesson)]
        print("\n".join(problems) or "in step")
        return bool(problems)
    failed = False
    for lesson in lessons:
        code = lesson.digest(figures_only=True)
        known = read_ledger().get(lesson.name)
        if options.old and known and known["measured"]["code"] == code:
            continue
        # All made beforehand: Python 3.11's parser, which the digests need, fails now and then in two threads at once.
        notebooks = [lesson.edition("en", prose=False) for _ in seeds]
        with ThreadPoolExecutor(JOBS) as pool:
            made = pool.map(run, notebooks, seeds)
            entry = summarise(
                list(tqdm(made, total=len(seeds), desc=lesson.name, unit="seed"))
            )
        for name, claim in entry["claims"].items():
            print(
                f"{'✓' if claim['mean_holds'] and claim['held'] >= 0.9 * claim['of'] else '✗'} {name}: {claim['held']}/{claim['of']}"
            )
        if options.dry:
            print(json.dumps(entry["runs"], indent=1))
            continue
        text = lesson.path.read_text("utf-8")
        lost = [
            run
            for run in (known or {}).get("runs", {})
            if run not in entry["runs"] and re.search(rf"\b{run}\b", text)
        ]
        if lost:  # hours of somebody's measuring, and the build would miss them
            print(
                f"{lesson.name}: not written, as {', '.join(lost)} would be lost. Cells that need a download were skipped: "
                "`python -m helpers download` first, or set COURSE_DATA",
                file=sys.stderr,
            )
            failed = True
            continue
        entry["measured"] = {
            "date": datetime.date.today().isoformat(),
            "seeds": seeds,
            "cpu": processor(),
            "versions": {
                "python": platform.python_version(),
                **{p: version(p) for p in ("tensorflow", "keras", "numpy")},
            },
            "code": code,
        }
        # Read again: another lesson may have been measured meanwhile. Written beside it, so
        # that whoever stops this in the middle loses nothing of what took hours.
        beside = LEDGER.with_suffix(".new")
        beside.write_text(
            json.dumps({**read_ledger(), lesson.name: entry}, indent=1, sort_keys=True)
            + "\n",
            "utf-8",
        )
        beside.replace(LEDGER)
    return failed


if __name__ == "__main__":
    sys.exit(main())
