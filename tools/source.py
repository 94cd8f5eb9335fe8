"""A lesson's source read: its cells, its two languages, its placeholders.

A lesson is a jupytext *percent* file. Markdown cells come in pairs, `lang="en"` then `lang="es"`; code cells are
shared, unless they carry `lang`, too. A cell that tests pick out carries a `name`. Tags: `setup` (filled from
setup_cell.py), `photos` (its pictures show photos that the course may not pass on), `exercise` and the `solution` after it, `own` (for the learner's own files: no figure depends on it),
`teacher` (for the teacher's guide only), `cover` (the README's picture), `nbval-check-output`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

import helpers
from helpers import ROOT
from helpers.results import format_band, read_ledger
from tools.staleness import outputs_digest

LESSONS = ROOT / "lessons"
SETUP_CELL, LAST_CELLS = ROOT / "tools" / "setup_cell.py", ROOT / "lessons" / "hand_in.py"  # of every lesson
PYPROJECT = ROOT / "pyproject.toml"
RUN_TIMES = LESSONS / "run_times.json"  # written by tests/benchmarks/budgets.py

HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # how JupyterLab and Colab fold a cell's code away
SETUP_TEXTS = {
    "en": {
        "no_course": "The course's folder is not here. Download the whole course, not just this notebook, and open the notebook inside it; README.md says how.",
        "foreign_helpers": "Another package called helpers is loaded, from {helpers.__file__}. Restart the kernel and run this cell first; if that does not help, rename the other one.",
        "solution": "Solution",
    },
    "es": {
        "no_course": "La carpeta del curso no está aquí. Descarga el curso entero, no solo este cuaderno, y abre el cuaderno dentro de ella; README.es.md explica cómo.",
        "foreign_helpers": "Hay otro paquete llamado helpers cargado, desde {helpers.__file__}. Reinicia el kernel y ejecuta primero esta celda; si no basta, cámbiale el nombre al otro.",
        "solution": "Solución",
    },
}


class LessonError(Exception):
    """Something an author has to mend; the message names the lesson and the cell."""


def lesson_paths(numbers: list[str] | None = None) -> list[Path]:
    """The lessons with these numbers ("01"), or all of them; raises LessonError for a number that is none."""
    paths = sorted(LESSONS.glob("[0-9][0-9]_*.py"))
    unknown = set(numbers or []) - {path.name[:2] for path in paths}
    if unknown:
        raise LessonError(f"there is no lesson {', '.join(sorted(unknown))}")
    return [path for path in paths if not numbers or path.name[:2] in numbers]


def repository() -> str:
    """The course's address from pyproject.toml, or ""."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    return project["urls"]["Repository"].rstrip("/")


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def name_of(cell: nbformat.NotebookNode, index: int) -> str:
    """How messages name a cell: its number and first line."""
    first = cell.source.strip().splitlines()
    return f"cell {index} ({first[0][:50] if first else (tags(cell) or ['empty'])[0]!r})"


class Lesson:
    """One lesson as written: `cells` in both languages, `about` (the header's `course` part), `name`."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.stem
        notebook, last = (jupytext.read(file, fmt="py:percent") for file in (path, LAST_CELLS))
        self.cells, self.about = notebook.cells + last.cells, notebook.metadata.get("course", {})
        self._require_both_languages()

    @classmethod
    def numbered(cls, number: str) -> Lesson:
        """The lesson with this number, such as "04"."""
        return cls(lesson_paths([number])[0])

    def named(self, name: str) -> str:
        """The source of the one code cell with this name, in English where there are two."""
        found = [
            c.source for c in self.cells if c.metadata.get("name") == name and c.metadata.get("lang", "en") == "en"
        ]
        if len(found) != 1:
            raise LessonError(f'{self.name}: {len(found)} cells have name="{name}"')
        return found[0]

    def _require_both_languages(self) -> None:
        expected = "en"
        for index, cell in enumerate(self.cells):
            lang = cell.metadata.get("lang")
            if cell.cell_type == "code" and lang is None and expected == "en":
                continue
            if lang != expected:
                raise LessonError(
                    f"{self.name}, {name_of(cell, index)}: expected the {expected} text here, found "
                    f"{lang or 'a cell without lang='}; every en cell is followed by its es twin"
                )
            expected = "es" if expected == "en" else "en"
        if expected == "es":
            raise LessonError(f"{self.name}: the last en cell has no es twin")

    def edition(self, lang: str, *, solved: bool = False, prose: bool = True) -> nbformat.NotebookNode:
        """The notebook in one language, without outputs.

        Args:
            lang: "en" or "es".
            solved: the solutions stand in place of the exercises; otherwise they are folded away beneath them.
            prose: False leaves the text out, and with it the need for a ledger.
        """
        notebook = nbformat.v4.new_notebook(cells=self._cells(lang, solved, prose))
        notebook.metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "course": {
                "lesson": self.name,
                "lang": lang,
                "version": helpers.__version__,
                "made_from": outputs_digest(self.name, self.cells, SETUP_CELL.read_text("utf-8"), read_ledger()),
            },
        }
        return nbformat.from_dict(notebook)

    def _cells(self, lang: str, solved: bool, prose: bool) -> list[nbformat.NotebookNode]:
        cells: list[nbformat.NotebookNode] = []
        for index, cell in enumerate(self.cells):
            if cell.metadata.get("lang", lang) != lang or "teacher" in tags(cell):
                continue
            if "solution" in tags(cell) and not (cells and "exercise" in tags(cells[-1])):
                raise LessonError(f"{self.name}, {name_of(cell, index)}: a solution follows its exercise")
            text = cell.cell_type == "markdown" or ("solution" in tags(cell) and not solved)
            if text and not prose:
                continue
            source = self._source(cell, lang, name_of(cell, index))
            if "solution" in tags(cell) and solved:
                cells[-1].source = source
                continue
            metadata = {key: cell.metadata[key] for key in ("tags", "name") if key in cell.metadata}
            folded = HIDDEN if "setup" in tags(cell) else {}
            new = new_markdown_cell if text else new_code_cell
            cells.append(new(source, metadata=metadata | folded, id=f"cell-{len(cells):02d}"))
            if "solution" in tags(cell):
                cells[-1].source = _fold_away(source, SETUP_TEXTS[lang]["solution"])
        return cells

    def _source(self, cell: nbformat.NotebookNode, lang: str, where: str) -> str:
        """A cell's source as learners see it."""
        source = SETUP_CELL.read_text("utf-8").strip() if "setup" in tags(cell) else cell.source
        source = self.fill(source, lang, where)
        if cell.cell_type == "code":
            return source
        # No line breaks within a number or before its per cent sign: "60 000", "95 %".
        return re.sub(r"(?<=\d) (?=%|\d{3}\b)|(?<=[\d%]) (?=± \d)|(?<=±) (?=\d)", "\N{NO-BREAK SPACE}", source)

    def fill(self, text: str, lang: str, where: str) -> str:
        """Put ledger figures and the course's own names in place of `{{…}}`; an unknown one is a LessonError."""
        course = {
            "badges": self._badges(lang),
            "course.name": helpers.COURSE,
            "course.version": helpers.__version__,
            "course.lang": lang,
            "course.lesson": self.name,
            "course.repository": repository(),
            **{f"text.{key}": value for key, value in SETUP_TEXTS[lang].items()},
        }
        text = re.sub(r"\{\{badges\}\}\n\n", course["badges"] and "{{badges}}\n\n", text)

        def value(match: re.Match) -> str:
            key = match[1].strip()
            try:
                return course[key] if key in course else self._figure(key, lang)
            except (KeyError, ValueError, LessonError):
                raise LessonError(
                    f"{self.name}, {where}: nothing is known as {{{{{key}}}}}. A figure is named run.figure as recorded "
                    "in the lesson; if it is new, run `python -m tools.measure` first"
                ) from None

        return re.sub(r"\{\{([^{}]+)\}\}", value, text)

    def _figure(self, key: str, lang: str) -> str:
        """`run.figure`, `run.figure.min` (or max, mean), `claims.name` or `measured.seeds`; `NN:` before it for another lesson."""
        number, _, rest = key.rpartition(":")
        ledger = read_ledger()[lesson_paths([number])[0].stem if number else self.name]
        kind, figure, *statistic = rest.split(".")
        long = ledger.get("long", {})
        if kind in ("measured", "long") and figure == "seeds":
            return str(len((long if kind == "long" else ledger)["measured"]["seeds"]))
        if kind == "claims":
            claim = ledger["claims"][figure]
            return f"{claim['held']} {'of' if lang == 'en' else 'de'} {claim['of']}"
        band = {**ledger["runs"], **long.get("runs", {})}[kind][figure]
        if statistic:
            return format_band(figure, {"mean": band[statistic[0]], "std": 0}).split(" ±")[0]
        text = format_band(figure, band).replace("-", "−")
        return text.replace(" %", "") if figure == "gap_share" else text  # the lesson says percentage points

    def _badges(self, lang: str) -> str:
        if not repository():
            return ""
        folder = "notebooks" if lang == "en" else f"notebooks/{lang}"
        project = repository().removeprefix("https://github.com/")
        colab = f"https://colab.research.google.com/github/{project}/blob/main/{folder}/{self.name}.ipynb"
        return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})"


def _fold_away(code: str, title: str) -> str:
    return f"<details><summary>{title}</summary>\n\n```python\n{code}\n```\n\n</details>"
