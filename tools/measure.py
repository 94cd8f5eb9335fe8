"""Measure the lessons: execute each with every seed and write the ledger, `lessons/results.json`.

`python -m tools.measure [NN …] [--seeds 0-9]`, `--old` for those whose code has changed since, or `--check` that the
ledger belongs to the code. A claim that fails is written down, it stops nothing. Cells that need a download are
measured where it is there; where it is not, their figures of last time are not overwritten.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import re
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import nbformat
from nbformat.v4 import new_code_cell
from tqdm import tqdm

from helpers.results import LEDGER, RELATIONS, holds
from tools.build import check_ledger, execute
from tools.source import Lesson, LessonError, lesson_paths, read_ledger
from tools.staleness import figures_digest

# Two executions side by side with one thread each take as long as one with two threads: such small networks gain
# nothing from a second core.
JOBS = 2
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
LOST = "{lesson}: not written, as {runs} would be lost. Cells that need a download were skipped: `python -m helpers download` first, or set COURSE_DATA"


def run(notebook: nbformat.NotebookNode, seed: int) -> dict:
    """What one execution recorded: `{"runs": …, "claims": …}`."""
    notebook.cells.append(new_code_cell("from helpers import results\nprint(results.to_json())"))
    # A lesson may hold trainings that are too long for class: with COURSE_MEASURE it runs them, too.
    environment = {"COURSE_SEED": str(seed), "COURSE_STRICT": "", "COURSE_MEASURE": "1", **ONE_THREAD}
    execute(notebook, "en", **environment)
    return json.loads("".join(o.text for o in notebook.cells[-1].outputs if o.get("name") == "stdout"))


def measure(lesson: Lesson, seeds: list[int]) -> dict:
    """The lesson's ledger entry, executed with every seed."""
    # All made beforehand: Python 3.11's parser, which the digests need, fails now and then in two threads at once.
    notebooks = [lesson.edition("en", prose=False) for _ in seeds]
    code = figures_digest(lesson.cells)
    with ThreadPoolExecutor(JOBS) as pool:
        made = pool.map(run, notebooks, seeds)
        records = list(tqdm(made, total=len(seeds), desc=lesson.name, unit="seed"))
    packages = {package: version(package) for package in ("tensorflow", "keras", "numpy")}
    measured = {
        "date": datetime.date.today().isoformat(),
        "seeds": seeds,
        "cpu": processor(),
        "versions": {"python": platform.python_version(), **packages},
        "code": code,
    }
    wanted = set(re.findall(r'recorded\("(\w+)"\)', "\n".join(cell.source for cell in lesson.cells)))
    curves = {n: mean_curves([r["curves"][n] for r in records]) for n in sorted(wanted & records[0]["curves"].keys())}
    return {"measured": measured, **summarise(records), **({"curves": curves} if curves else {})}


def summarise(records: list[dict]) -> dict:
    """Mean, sample standard deviation, minimum and maximum of every figure over the seeds; how often each claim held."""
    runs = {
        name: {figure: band([record["runs"][name][figure] for record in records]) for figure in figures}
        for name, figures in records[0]["runs"].items()
    }
    claims = {name: count([record["claims"][name] for record in records]) for name in records[0]["claims"]}
    return {"runs": runs, "claims": claims}


def mean_curves(histories: list[dict]) -> dict[str, list[float]]:
    """The mean over the seeds of each curve of one run, epoch by epoch, to four digits."""
    by_metric = {metric: zip(*(history[metric] for history in histories), strict=True) for metric in histories[0]}
    return {m: [float(f"{statistics.fmean(values):.4g}") for values in epochs] for m, epochs in by_metric.items()}


def band(values: list[float]) -> dict:
    """What the ledger keeps of a figure's values, to six digits."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    figures = {"mean": statistics.fmean(values), "std": spread, "min": min(values), "max": max(values)}
    return {key: float(f"{value:.6g}") for key, value in figures.items()}


def count(made: list[dict]) -> dict:
    """What the ledger keeps of a claim that was made once with every seed."""
    left, right = (band([claim[side] for claim in made]) for side in ("left", "right"))
    relation = made[0]["relation"]
    return {
        "held": sum(claim["held"] for claim in made),
        "of": len(made),
        "mean_holds": bool(RELATIONS[relation](left["mean"], right["mean"])),
        "left": left,
        "relation": relation,
        "right": right,
    }


def processor() -> str:
    """The processor's name where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = {line.split(":")[1].strip() for line in file if line.startswith("model name")}
    except OSError:
        names = set()
    return ", ".join(names) or platform.processor() or platform.machine()


def lost(lesson: Lesson, entry: dict) -> list[str]:
    """The runs of last time that are missing today, though the lesson still speaks of them."""
    known = read_ledger().get(lesson.name, {}).get("runs", {})
    text = lesson.path.read_text("utf-8")
    return [run for run in known if run not in entry["runs"] and re.search(rf"\b{run}\b", text)]


def write(name: str, entry: dict) -> None:
    """Put one lesson's entry into the ledger, which is whole whenever this is stopped: it took hours."""
    # Read again: another lesson may have been measured meanwhile.
    known = read_ledger()
    if long := known.get(name, {}).get("long"):  # measured by a benchmark (tests/benchmarks/long_runs.py), not here
        curves = {run: known[name]["curves"][run] for run in long["runs"]}
        entry = {"long": long, **entry, "curves": {**curves, **entry.get("curves", {})}}
    text = json.dumps({**known, name: entry}, indent=1, sort_keys=True)
    text = re.sub(r"\[[^\[\]{}]*\]", lambda numbers: " ".join(numbers[0].split()), text) + "\n"  # a curve on one line
    beside = LEDGER.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.replace(LEDGER)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.measure", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; all of them by default")
    parser.add_argument("--seeds", default="0-9", help="first-last, such as 0-9")
    for option, meaning in {
        "--old": "only lessons that are new or were measured with other code",
        "--check": "execute nothing, say which entries are old",
        "--dry": "print what was measured, write nothing (for other seeds)",
    }.items():
        parser.add_argument(option, action="store_true", help=meaning)
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("-")
    options.seeds = list(range(int(first), int(last or first) + 1))
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
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
        known = read_ledger().get(lesson.name)
        if options.old and known and known["measured"]["code"] == figures_digest(lesson.cells):
            continue
        entry = measure(lesson, options.seeds)
        for name, claim in entry["claims"].items():
            print(f"{'✓' if holds(claim) else '✗'} {name}: {claim['held']}/{claim['of']}")
        if options.dry:
            print(json.dumps(entry["runs"], indent=1))
        elif runs := lost(lesson, entry):  # hours of somebody's measuring, and the build would miss them
            print(LOST.format(lesson=lesson.name, runs=", ".join(runs)), file=sys.stderr)
            failed = True
        else:
            write(lesson.name, entry)
    return failed


if __name__ == "__main__":
    sys.exit(main())
