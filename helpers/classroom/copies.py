"""A learner's own copy of each notebook, in `my-notebooks/`: made from the shipped one without outputs, and never overwritten.

Standard library only, as the launcher calls it. Where the course's lesson has changed since, the new one is put beside the copy,
with the answers and predictions carried over; what else a learner wrote stays in the old copy.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from helpers import ROOT
from helpers.classroom import cells

FOLDER = ROOT / "my-notebooks"  # .gitignore names it


def own_copies(lang: str) -> list[Path]:
    """The learner's latest copy of every lesson, made where there is none; in the order of the lessons.

    Raises OSError where the folder cannot be written to: then the shipped notebooks are what there is to open.
    """
    return [own_copy(path, FOLDER / ("es" if lang == "es" else "")) for path in cells.notebooks(lang)]


def own_copy(shipped: Path, folder: Path) -> Path:
    """The learner's latest copy of one notebook in `folder`, made from `shipped` if it is missing, or older than that."""
    folder.mkdir(parents=True, exist_ok=True)
    course = json.loads(shipped.read_text("utf-8"))
    digest = hashlib.sha256("\n".join(map(cells.text, course["cells"])).encode()).hexdigest()[:16]
    ours = re.compile(
        rf"{re.escape(shipped.stem)}( \(\d+\))?\.ipynb"
    )  # a duplicate that the learner made is none of them
    existing = sorted((path for path in folder.iterdir() if ours.fullmatch(path.name)), key=_number)
    latest = existing[-1] if existing else None
    if latest and _made_from(latest) in (digest, None):  # None: it cannot be read, or is the learner's own affair
        return latest
    path = folder / (f"{shipped.stem} ({_number(latest) + 1}).ipynb" if latest else shipped.name)
    _without_outputs(course, digest)
    if latest:
        _carry_over(json.loads(latest.read_text("utf-8")), course)
    aside = folder / f".{path.name}"
    aside.write_text(json.dumps(course, ensure_ascii=False, indent=1) + "\n", "utf-8")
    aside.rename(path)
    return path


def _number(path: Path) -> int:
    """Which copy it is: 1, or the number in parentheses."""
    found = re.search(r"\((\d+)\)$", path.stem)
    return int(found[1]) if found else 1


def _made_from(copy: Path) -> str | None:
    try:
        return json.loads(copy.read_text("utf-8"))["metadata"]["course"]["copy_of"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _without_outputs(notebook: dict, digest: str) -> None:
    notebook["metadata"].setdefault("course", {})["copy_of"] = digest
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)


def _carry_over(old: dict, new: dict) -> None:
    """Put the old copy's answers and predictions in place of the new one's blanks."""
    sources = [cells.text(cell) for cell in old["cells"] if cell.get("cell_type") == "code"]
    answers = {name: source for name, source in cells.answers_in(sources).items() if not cells.is_blank(source)}
    guesses = {key: source for source in sources if (key := _guess(source)) and "..." not in source}
    for cell in new["cells"]:
        source = cells.text(cell)
        if cell["cell_type"] == "code" and "exercise" in cell["metadata"].get("tags", []):
            cell["source"] = answers.get(cells.checked(source) or "", source)
        elif cell["cell_type"] == "code" and _guess(source):
            cell["source"] = guesses.get(_guess(source), source)


def _guess(source: str) -> str | None:
    """What a cell that only asks for predictions is told by: the names of its runs; None for other cells."""
    lines = [line for line in source.splitlines() if line.strip()]
    if lines and all(line.startswith("guess(") for line in lines):
        return " ".join(re.findall(r'guess\(\s*"(\w+)"', source))
    return None
