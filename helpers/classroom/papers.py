"""What learners handed in, read from a folder: small files of `hand_in` and plain notebooks, each whole or with its trouble."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from helpers.checks import MARKS
from helpers.classroom import cells

OUTPUT = "class"  # the folder, inside of the learners', that `collect` writes to
LARGEST = 50_000_000  # bytes of a file that is read
STATUSES = {mark: status for status, (mark, _) in MARKS.items()}


@dataclass
class Paper:
    """One file: whose, which lesson, the answers' texts and the outcomes that the learner's own notebook showed, by check.

    `trouble` says, by language, why nothing could be read. `when` is in seconds since 1970.
    """

    path: Path
    learner: str
    lesson: str = ""
    lang: str = "en"
    when: float = 0.0
    answers: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    guesses: dict = field(default_factory=dict)
    trouble: dict[str, str] | None = None

    @property
    def key(self) -> str:
        """The learner's name as it is compared: without regard to case, spaces, and how accents are encoded."""
        return " ".join(unicodedata.normalize("NFC", self.learner).casefold().split())


class Unreadable(Exception):
    """A file that is no hand-in and no notebook of the course; `said` is why, by language."""

    def __init__(self, *, en: str, es: str) -> None:
        super().__init__(en)
        self.said = {"en": en, "es": es}


def read(folder: Path) -> list[Paper]:
    """All that lies in a folder and the folders in it, the earliest first; what cannot be read has its `trouble`."""
    return sorted((_paper(path, folder) for path in _files(folder)), key=lambda paper: (paper.when, str(paper.path)))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
        wanted = path.suffix.lower() in (".ipynb", ".json", ".zip")
        if wanted and not hidden and parts[0] != OUTPUT and path.is_file():
            yield path


def _paper(path: Path, folder: Path) -> Paper:
    paper = Paper(path, name_from(path.relative_to(folder)))
    try:
        paper.when = path.stat().st_mtime
        if path.suffix.lower() == ".zip":
            raise Unreadable(en="an archive: unpack it first", es="es un archivo comprimido: descomprímelo antes")
        if path.is_symlink():
            raise Unreadable(en="a link to another file", es="es un enlace a otro archivo")
        if path.stat().st_size > LARGEST:
            raise Unreadable(en="larger than 50 MB", es="ocupa más de 50 MB")
        content = json.loads(path.read_text("utf-8-sig"))
        if not isinstance(content, dict):
            raise Unreadable(en="not of this course", es="no es de este curso")
        (_from_hand_in if "hand_in" in content else _from_notebook)(paper, content)
        if paper.lesson not in [known.stem for known in cells.notebooks("en")]:
            raise Unreadable(en="no lesson of this course", es="no es una lección de este curso")
    except Unreadable as error:
        paper.trouble = error.said
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"[:120]
        paper.trouble = {"en": f"damaged ({why})", "es": f"está dañado ({why})"}
    return paper


def _from_hand_in(paper: Paper, content: Mapping) -> None:
    answers = content["answers"]
    paper.learner = str(content.get("name") or "").strip()[:100] or paper.learner
    paper.lesson, paper.lang = str(content["lesson"]), "es" if content.get("lang") == "es" else "en"
    paper.when = datetime.fromisoformat(content["time"]).astimezone(UTC).timestamp()
    paper.answers = {str(name): str(answer["code"]) for name, answer in answers.items()}
    paper.theirs = {str(name): str(answer["outcome"]) for name, answer in answers.items()}
    paper.guesses = dict(content.get("guesses", {}))


def _from_notebook(paper: Paper, content: Mapping) -> None:
    code = [cell for cell in content["cells"] if cell.get("cell_type") == "code"]
    sources = [cells.text(cell) for cell in code]
    course = content.get("metadata", {}).get("course", {})
    written = "\n".join(sources)
    found = re.search(r'lesson="(\d\d_\w+)"', written) or re.search(r"(\d\d_[a-z]\w*[a-z\d])", paper.path.name)
    paper.lesson = str(course.get("lesson") or (found[1] if found else ""))
    paper.lang = str(course.get("lang") or ("es" if 'lang="es"' in written else "en"))
    paper.answers = cells.answers_in(sources)
    shown = {source: _status(cell) for source, cell in zip(sources, code, strict=True)}
    paper.theirs = {name: shown[source] for name, source in paper.answers.items() if shown[source]}


def _status(cell: Mapping) -> str:
    """The outcome that stands below a cell, "" where there is none."""
    printed = "".join("".join(output.get("text", "")) for output in cell.get("outputs", []))
    marks = re.findall(r"(?m)^([○✗✓]) ", printed)
    return STATUSES[marks[-1]] if marks else ""


def name_from(path: Path) -> str:
    """Whose file it is by its name: the learner's folder, or the file's name without what Moodle, Colab and the course add.

    "Ana Pérez_123_assignsubmission_file/01_mnist_baseline.ipynb" and "Copia de 01_mnist_baseline - Ana Pérez (1).ipynb" are
    both Ana Pérez's.
    """
    name = path.parts[0] if len(path.parts) > 1 else path.stem
    name = re.split(r"_\d+_assignsubmission_", unicodedata.normalize("NFC", name))[0]
    name = re.sub(r"(?i)^((copy of|copia de)\s+)+|\s*\(\d+\)$|[-_ ]copy\d*$", "", name)
    for lesson in cells.notebooks("en"):
        name = name.replace(lesson.stem, " ")
    name = re.sub(r"(?i)^hand-in(_\d\d)?(_|$)|\(\d+\)", " ", name)
    return re.sub(r"^[\s_–-]+|[\s_–-]+$", "", name) or path.stem
