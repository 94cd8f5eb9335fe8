"""What learners do next: Run All a second time, also after stopping a cell, and break a claim."""

import asyncio

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from lesson_cells import REPORT, report
from test_lessons import LESSONS, code_cells, every_lesson
from tools import build
from tools.build import execute

pytestmark = pytest.mark.slow


@every_lesson
def test_second_run_all_in_one_kernel_gives_the_same_figures(lesson):
    notebook = lesson.edition("en")
    first = [*notebook.cells, new_code_cell(REPORT)]
    notebook.cells = [
        nbformat.from_dict({**cell, "id": f"{turn}-{i}"}) for turn in "ab" for i, cell in enumerate(first)
    ]
    execute(notebook, "en")
    half = new_notebook(cells=notebook.cells[: len(first)])
    assert figures(half) == figures(notebook)


class StopButton(NotebookClient):
    """Interrupts the kernel, as JupyterLab's stop button does, once the progress bar of a cell to be stopped shows two epochs."""

    pressed = False

    def handle_comm_msg(self, outs, msg, cell_index):
        super().handle_comm_msg(outs, msg, cell_index)
        shown = msg["content"]["data"].get("state", {}).get("value")
        stop = "raises-exception" in self.nb.cells[cell_index].metadata.get("tags", [])
        if stop and not self.pressed and isinstance(shown, float | int) and shown >= 2:
            self.pressed = asyncio.ensure_future(self.km.interrupt_kernel())


@pytest.mark.parametrize(
    ("name", "stopped", "last"),
    [
        ("00_what_a_convolution_sees", "train_cnn", "shifted"),
        ("04_early_stopping", "train_thirty", "thirty"),
    ],
)
def test_run_all_after_a_stopped_training_gives_the_figures_of_an_untouched_run(monkeypatch, name, stopped, last):
    lesson = next(lesson for lesson in LESSONS if lesson.name == name)
    cells = code_cells(lesson.edition("en"))
    for cell in cells:
        cell.source = cell.source.replace("epochs=30", "epochs=6")  # thirty would show no more, but take longer
    stop, end = ([cell.metadata.get("name") for cell in cells].index(name) for name in (stopped, last))
    run_all = [*cells[: end + 1], new_code_cell(REPORT)]
    begun = [nbformat.from_dict({**cell, "id": f"begun-{i}"}) for i, cell in enumerate(cells[: stop + 1])]
    begun[-1].metadata.tags = ["raises-exception"]  # nbclient goes on, as the learner does
    untouched, again = (new_notebook(cells=nbformat.from_dict([*before, *run_all])) for before in ([], begun))

    monkeypatch.setattr(build, "NotebookClient", StopButton)
    for notebook in (untouched, again):
        execute(notebook, "en", COURSE_STRICT="")
    (error,) = (output for output in again.cells[stop].outputs if output.output_type == "error")
    assert error.ename == "KeyboardInterrupt" and ".fit(" in "".join(error.traceback)
    assert figures(untouched) == figures(again)


def figures(notebook):
    """What a notebook that ends with a report has recorded, without the time that it took."""
    record = report(notebook)[1]
    for run in record["runs"].values():
        run.pop("seconds", None)
    return record


def test_a_learner_who_breaks_a_claim_sees_a_cross_and_goes_on():
    lesson = next(lesson for lesson in LESSONS if lesson.name == "01_mnist_baseline")
    notebook = lesson.edition("en")
    for cell in code_cells(notebook):
        cell.source = cell.source.replace("learning_rate=1e-3", "learning_rate=10.0").replace("epochs=30", "epochs=3")
    execute(notebook, "en", COURSE_STRICT="")  # raises if any cell does
    printed = "".join(o.get("text", "") for cell in code_cells(notebook) for o in cell.outputs)
    assert "✗ training accuracy reaches at least 99.9 %: not in this run" in printed
    assert "Outside the range we measured: `baseline`" in str(notebook)
