"""What tests and benchmarks do with lessons: execute cells outside of their notebooks, and read what a notebook recorded."""

import json
from pathlib import Path

from nbformat import NotebookNode

from tools.source import Lesson

# A notebook's last cell, which reports what was answered and recorded.
REPORT = "import json\nfrom helpers import checks, results\nprint(json.dumps([checks.outcomes, results.to_json()]))"

SHARED_SEARCH = (
    "imports",
    "hypermodel",
    "search",
    "start_search",
    "reports",
    "free_address",
    "run_workers",
    "saved_trials",
)


def backup_program() -> str:
    """The program that lesson 04 kills and starts again."""
    exec(Lesson.numbered("04").named("program"), names := {})
    return names["program"]


def shared_search(course: Path) -> dict:
    """The names that lesson 06's cells on killed and shared searches define; `folder` is still missing."""
    lesson, names = Lesson.numbered("06"), {"SEED": 0, "course": course}
    for name in SHARED_SEARCH:
        exec(lesson.named(name), names)
    return names


def report(notebook: NotebookNode) -> tuple[dict, dict]:
    """Each check's outcome, and the runs and claims, of an executed notebook that ends with REPORT."""
    printed = "".join(output.text for output in notebook.cells[-1].outputs if output.get("name") == "stdout")
    outcomes, record = json.loads(printed)
    return outcomes, json.loads(record)
