"""What the benchmarks here have in common: the rows they measure, and the page that shows them, docs/performance.md."""

import datetime
import os
import platform
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
# For the benchmarks as well, which import this module before the course's own.
sys.path[:0] = [str(ROOT / folder) for folder in ("", "tests")]
from tools.measure import processor  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
BENCHMARKS = ("budgets", "augmentation_speed", "tuner_workers", "photos", "handwriting", "mnist_recipes")
PACKAGES = {"TensorFlow": "tensorflow", "Keras": "keras", "keras-tuner": "keras-tuner", "NumPy": "numpy"}


class Row(NamedTuple):
    """One figure: what it is, what we measured, and the budget, which is only aimed at where it begins with "aim"."""

    what: str
    measured: str
    budget: str = "–"
    met: bool | None = None

    @property
    def mark(self) -> str:
        return {None: "–", True: "yes", False: "**no**"}[self.met]


def show(rows: Iterable[Row]) -> list[Row]:
    """Print rows as they come, and return them."""
    shown = []
    for row in rows:
        print(f"{row.what}: {row.measured} (budget {row.budget}; met: {row.mark})", flush=True)
        shown.append(row)
    return shown


def missed(rows: Iterable[Row]) -> bool:
    """Whether a budget was missed: a benchmark's exit status."""
    return any(row.mark == "**no**" and not row.budget.startswith("aim") for row in rows)


def measure(name: str) -> list[Row]:
    """Run one benchmark: its rows."""
    return show(import_module(name).rows())


def memory() -> str:
    """The machine's memory, where the system tells it; Windows does not."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):
        return ""
    return f"{size / 2**30:.0f} GB of memory, "


def machine() -> str:
    """The machine and the versions, in one sentence."""
    versions = ", ".join(f"{name} {version(package)}" for name, package in PACKAGES.items())
    return (
        f"{os.cpu_count()} cores ({processor()}), {memory()}{platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, {versions}."
    )


def lines(page: str) -> dict[str, list[str]]:
    """The table's lines by benchmark."""
    return {name: re.findall(rf"^\| {name} \|.*$", page, re.MULTILINE) for name in BENCHMARKS}


def with_rows(page: str, name: str, rows: Iterable[Row]) -> str:
    """The page with new rows of one benchmark, measured today on this machine; those of the others stay."""
    today = datetime.date.today().isoformat()
    cells = ([name, row.what, row.measured.replace("|", r"\|"), row.budget, row.mark, today] for row in rows)
    fresh = [f"| {' | '.join(each)} |" for each in cells]
    table = [line for found in (lines(page) | {name: fresh}).values() for line in found]
    return f"""# Performance

What the course promises about time and memory, and what we measured. Last written on {today} by `python tests/benchmarks`, which measures
everything again (on an otherwise idle machine); `python tests/benchmarks photos` only those of one benchmark, and keeps the other rows.

{machine()}

| benchmark | what | measured | budget | met | on |
|---|---|---|---|---|---|
{chr(10).join(table)}
"""
