"""What tests and benchmarks do with lessons: execute cells outside of their notebooks, and read what a notebook recorded."""

import json

from nbformat import NotebookNode

from tools.source import Lesson

# A notebook's last cell, which reports what was answered and recorded.
REPORT = "import json\nfrom helpers import checks, results\nprint(json.dumps([checks.outcomes, results.to_json()]))"


def backup_program() -> str:
    """The program that lesson 04 kills and starts again."""
    exec(Lesson.numbered("04").named("program"), names := {})
    return names["program"]


def report(notebook: NotebookNode) -> tuple[dict, dict]:
    """Each check's outcome, and the runs and claims, of an executed notebook that ends with REPORT."""
    printed = "".join(output.text for output in notebook.cells[-1].outputs if output.get("name") == "stdout")
    outcomes, record = json.loads(printed)
    return outcomes, json.loads(record)
