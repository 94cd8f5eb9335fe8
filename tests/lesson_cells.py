"""Lesson 06's own cells, executed outside of its notebook, for the test and the benchmark of shared searches."""

from pathlib import Path

from source import Lesson, lesson_paths

BEGINNINGS = (
    "import contextlib",
    'hypermodel = """',
    'search = """',
    "def start(",
    "def reports(",
    "def free_address(",
    "def run_workers(",
)


def shared_search(course: Path) -> tuple[list[str], dict]:
    """The lesson's code cells, and the names that those on killed and shared searches define; `folder` is still missing."""
    (path,) = lesson_paths(["06"])
    cells = [cell.source for cell in Lesson(path).cells if cell.cell_type == "code"]
    names = {"SEED": 0, "course": course}
    for beginning in BEGINNINGS:
        (cell,) = (source for source in cells if source.lstrip().startswith(beginning))
        exec(cell, names)
    return cells, names
