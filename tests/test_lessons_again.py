"""What learners do next: Run All a second time in the same kernel, and break a claim. Slow, so not beside test_lessons.py's
own notebooks: pytest gives each file to one worker.
"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from build import execute
from test_lessons import LESSONS, REPORT, code_cells, every_lesson, report

pytestmark = pytest.mark.slow


@every_lesson
def test_second_run_all_in_one_kernel_gives_the_same_figures(lesson):
    notebook = lesson.edition("en")
    first = [*notebook.cells, new_code_cell(REPORT)]
    notebook.cells = [
        nbformat.from_dict({**cell, "id": f"{turn}-{i}"}) for turn in "ab" for i, cell in enumerate(first)
    ]
    execute(notebook, "en")
    half = nbformat.v4.new_notebook(cells=notebook.cells[: len(first)])
    once, twice = report(half)[1], report(notebook)[1]
    for run in (*once["runs"].values(), *twice["runs"].values()):
        run.pop("seconds", None)
    assert once == twice


def test_a_learner_who_breaks_a_claim_sees_a_cross_and_goes_on():
    lesson = next(lesson for lesson in LESSONS if lesson.name == "01_mnist_baseline")
    notebook = lesson.edition("en")
    for cell in code_cells(notebook):
        cell.source = cell.source.replace("learning_rate=1e-3", "learning_rate=10.0").replace("epochs=30", "epochs=3")
    execute(notebook, "en", COURSE_STRICT="")  # raises if any cell does
    printed = "".join(o.get("text", "") for cell in code_cells(notebook) for o in cell.outputs)
    assert "✗ memorises: not in this run" in printed
    assert "Outside the range we measured: `baseline`" in str(notebook)
