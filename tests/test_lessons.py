"""The course's own lessons: rules every lesson keeps, and the Spanish edition executed with its solutions (slow).

The English notebooks are executed untouched by nbval, see pyproject.toml.
"""

import re

import pytest
from nbformat.v4 import new_code_cell

from helpers.downloads import DOWNLOADS
from lesson_cells import REPORT, report
from tools.build import execute
from tools.source import Lesson, lesson_paths

# The last ones take longest: they come first, so that at the end no worker waits for the other.
LESSONS = [Lesson(path) for path in reversed(lesson_paths())]
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.slow
@every_lesson
def test_spanish_edition_runs_with_its_solutions(lesson):
    notebook = lesson.edition("es", solved=True)
    notebook.cells.append(new_code_cell(REPORT))
    # Where its weights are, VGG16 takes longest by far, and it gains from a second core, unlike the small networks.
    threads = {"TF_NUM_INTRAOP_THREADS": "2"} if DOWNLOADS["vgg16"].present() and "07" in lesson.name else {}
    execute(notebook, "es", **threads)  # COURSE_STRICT=1: a claim that fails ends it
    outcomes, record = report(notebook)
    exercises = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    assert len(outcomes) == len(exercises) and set(outcomes.values()) == {"correct"}
    assert record["claims"] and all(claim["held"] for claim in record["claims"].values())

    printed = {c.id: " ".join("".join(o.get("text", "") for o in c.outputs).split()) for c in code_cells(notebook)}
    skipped = [c for c in code_cells(notebook) if "python3 -m helpers download" in printed[c.id]]
    needing = [c for c in code_cells(notebook) if c.source.startswith("%%needs")]
    assert skipped == [
        c for c in needing if not all(DOWNLOADS[name].present() for name in c.source.splitlines()[0].split()[1:])
    ]


@every_lesson
def test_both_editions_hold_the_same_code(lesson):
    english, spanish = (code_cells(lesson.edition(lang)) for lang in ("en", "es"))
    marked = {cell.source for cell in lesson.cells if cell.cell_type == "code" and "lang" in cell.metadata}
    assert len(english) == len(spanish)
    for one, other in zip(english, spanish, strict=True):
        if "setup" not in one.metadata.get("tags", []):
            assert one.source == other.source or {one.source, other.source} <= marked


@every_lesson
def test_every_claim_is_a_sentence_in_both_languages(lesson):
    code = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "code")
    claims = re.findall(r'^claim\("(\w+)",.*?en="([^"]+)",\s+es="([^"]+)"\)$', code, re.M | re.S)
    assert [name for name, _, _ in claims] == re.findall(r'claim\("(\w+)"', code)
    prose = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    for name, *sentences in claims:
        assert len(set(sentences)) == 2 and all(len(sentence.split()) > 3 for sentence in sentences), name
        assert not any(sentence.endswith((".", ":")) for sentence in sentences), f"figures follow {name}"
        assert f"`{name}`" not in prose, f"a learner does not see the name {name}, only its sentence"


@every_lesson
def test_no_result_is_typed_by_hand(lesson):
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d\s*%?\s*±", cell.source), cell.source[:80]


@every_lesson
def test_cells_are_short_and_speak_no_language(lesson):
    for cell in lesson.edition("en", solved=True).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 25, cell.source[:80]
            comments = [line for line in cell.source.splitlines() if line.lstrip().startswith("#")]
            assert all(re.fullmatch(r"# check\.\w+\.hint\(\)", line) for line in comments), comments


@every_lesson
def test_every_exercise_has_blank_and_solution_with_the_same_check(lesson):
    cells = lesson.cells
    for index, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            solution = cells[index + 1]
            assert "solution" in solution.metadata["tags"] and "= ..." in cell.source
            calls = [re.findall(r"^check\.\w+\(.*\)$", c.source, re.M) for c in (cell, solution)]
            assert len(calls[0]) == 1 and calls[0] == calls[1]
