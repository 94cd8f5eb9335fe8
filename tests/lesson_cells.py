"""Lessons' own cells, executed outside of their notebooks, for tests and benchmarks of what is killed and shared."""

from pathlib import Path

from source import Lesson, lesson_paths

BEGINNINGS = (
    "import contextlib",
    'hypermodel = """',
    'search = """',
    "def start_search(",
    "def reports(",
    "def free_address(",
    "def run_workers(",
)


def backup_program() -> str:
    """The program that lesson 04 kills and starts again."""
    (path,) = lesson_paths(["04"])
    (cell,) = (cell.source for cell in Lesson(path).cells if cell.source.startswith("program = "))
    exec(cell, names := {})
    return names["program"]


def shared_search(course: Path) -> tuple[list[str], dict]:
    """The lesson's code cells, and the names that those on killed and shared searches define; `folder` is still missing."""
    (path,) = lesson_paths(["06"])
    cells = [cell.source for cell in Lesson(path).cells if cell.cell_type == "code"]
    names = {"SEED": 0, "course": course}
    for beginning in BEGINNINGS:
        (cell,) = (source for source in cells if source.lstrip().startswith(beginning))
        exec(cell, names)
    return cells, names
