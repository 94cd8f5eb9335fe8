"""A lesson's source read: its cells, its two languages, its placeholders, and the digests that tell what is stale.

A lesson is a jupytext *percent* file. Markdown cells come in pairs, `lang="en"` then `lang="es"`; code cells are
shared, unless they carry `lang`, too. Tags: `setup` (filled from setup_cell.py), `exercise` and the `solution` after
it, `own` (for the learner's own files: no figure depends on it), `teacher` (for the teacher's guide only), `cover` (the
README's picture), `nbval-check-output`.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

LESSONS = Path(__file__).resolve().parent
ROOT = LESSONS.parent
PYPROJECT = ROOT / "pyproject.toml"
RUN_TIMES = LESSONS / "run_times.json"  # written by tests/benchmarks/budgets.py
sys.path.insert(0, str(ROOT))

import helpers  # noqa: E402
from helpers.results import LEDGER, bands_by_lesson, format_band  # noqa: E402

LANGUAGES = ("en", "es")

# How JupyterLab and Colab fold a cell's code away.
HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}

SETUP_TEXTS = {
    "en": {
        "no_course": "The course's folder is not here. Download the whole course, not just this notebook, and open the "
        "notebook inside it; README.md says how.",
        "foreign_helpers": "Another package called helpers is loaded, from {helpers.__file__}. Restart the kernel and "
        "run this cell first; if that does not help, rename the other one.",
        "solution": "Solution",
    },
    "es": {
        "no_course": "La carpeta del curso no está aquí. Descarga el curso entero, no solo este cuaderno, y abre el "
        "cuaderno dentro de ella; README.es.md explica cómo.",
        "foreign_helpers": "Hay otro paquete llamado helpers cargado, desde {helpers.__file__}. Reinicia el kernel y "
        "ejecuta primero esta celda; si no basta, cámbiale el nombre al otro.",
        "solution": "Solución",
    },
}


class LessonError(Exception):
    """Something an author has to mend; the message names the lesson and the cell."""


def lesson_paths(numbers: list[str] | None = None) -> list[Path]:
    """The lessons with these numbers ("01"), or all of them."""
    paths = sorted(LESSONS.glob("[0-9][0-9]_*.py"))
    unknown = set(numbers or []) - {path.name[:2] for path in paths}
    if unknown:
        raise LessonError(f"there is no lesson {', '.join(sorted(unknown))}")
    return [path for path in paths if not numbers or path.name[:2] in numbers]


def repository() -> str:
    """The course's address from pyproject.toml, or ""."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    return project["urls"]["Repository"].rstrip("/")


def read_ledger() -> dict:
    """The whole ledger by lesson, {} before the first measurement."""
    return json.loads(LEDGER.read_text("utf-8")) if LEDGER.exists() else {}


def name_of(cell: nbformat.NotebookNode, index: int) -> str:
    """How messages name a cell: its number and first line."""
    first = cell.source.strip().splitlines()
    return f"cell {index} ({first[0][:50] if first else cell.metadata.get('tags', ['empty'])[0]!r})"


class Lesson:
    """One lesson as written: `cells` in both languages, `about` (the header's `course` part), `name`."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.stem
        notebook = jupytext.read(path, fmt="py:percent")
        self.cells, self.about = notebook.cells, notebook.metadata.get("course", {})
        self._require_both_languages()

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

    def edition(
        self, lang: str, *, solved: bool = False, prose: bool = True
    ) -> nbformat.NotebookNode:
        """The notebook in one language, without outputs.

        Args:
            lang: "en" or "es".
            solved: the solutions stand in place of the exercises; otherwise they are folded away beneath them.
            prose: False leaves the text out, and with it the need for a ledger.
        """
        cells: list[nbformat.NotebookNode] = []
        for index, cell in enumerate(self.cells):
            tags = cell.metadata.get("tags", [])
            if cell.metadata.get("lang", lang) != lang or "teacher" in tags:
                continue
            if not prose and (
                cell.cell_type == "markdown" or ("solution" in tags and not solved)
            ):
                continue
            source = (
                (LESSONS / "setup_cell.py").read_text("utf-8").strip()
                if "setup" in tags
                else cell.source
            )
            source = self.fill(source, lang, name_of(cell, index))
            if cell.cell_type == "markdown":
                source = self._unbreakable(source)
            if "solution" in tags:
                if not cells or "exercise" not in cells[-1].metadata.get("tags", []):
                    raise LessonError(
                        f"{self.name}, {name_of(cell, index)}: a solution follows its exercise"
                    )
                if solved:
                    cells[-1].source = source
                    continue
                title = SETUP_TEXTS[lang]["solution"]
                source = f"<details><summary>{title}</summary>\n\n```python\n{source}\n```\n\n</details>"
            new = (
                new_markdown_cell
                if cell.cell_type == "markdown" or "solution" in tags
                else new_code_cell
            )
            folded = HIDDEN if "setup" in tags else {}
            cells.append(
                new(source, metadata={"tags": list(tags), **folded} if tags else {})
            )
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number:02d}"
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata = {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            "course": {
                "lesson": self.name,
                "lang": lang,
                "version": helpers.__version__,
                "made_from": self.digest(),
            },
        }
        return nbformat.from_dict(notebook)

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
        text = re.sub(
            r"\{\{badges\}\}\n\n", course["badges"] and "{{badges}}\n\n", text
        )

        def value(match: re.Match) -> str:
            key = match[1].strip()
            try:
                return course[key] if key in course else self._figure(key)
            except (KeyError, ValueError, LessonError):
                raise LessonError(
                    f"{self.name}, {where}: nothing is known as {{{{{key}}}}}. A figure is named run.figure as recorded "
                    "in the lesson; if it is new, run lessons/measure.py first"
                ) from None

        return re.sub(r"\{\{([^{}]+)\}\}", value, text)

    @staticmethod
    def _unbreakable(text: str) -> str:
        """No line breaks within a number or before its per cent sign: "60 000", "95 %"."""
        return re.sub(r"(?<=\d) (?=%|\d{3}\b)", "\N{NO-BREAK SPACE}", text)

    def _figure(self, key: str) -> str:
        """`run.figure`, `run.figure.min` (or max, mean), `claims.name` or `measured.seeds`; `NN:` before it for another lesson."""
        number, _, rest = key.rpartition(":")
        ledger = read_ledger()[lesson_paths([number])[0].stem if number else self.name]
        kind, figure, *statistic = rest.split(".")
        if kind == "measured" and figure == "seeds":
            return str(len(ledger["measured"]["seeds"]))
        if kind == "claims":
            return (
                f"{ledger['claims'][figure]['held']}/{ledger['claims'][figure]['of']}"
            )
        band = ledger["runs"][kind][figure]
        if statistic:
            return format_band(figure, {"mean": band[statistic[0]], "std": 0}).split(
                " ±"
            )[0]
        return format_band(figure, band)

    def _badges(self, lang: str) -> str:
        if not repository():
            return ""
        folder = "notebooks" if lang == "en" else f"notebooks/{lang}"
        project = repository().removeprefix("https://github.com/")
        colab = f"https://colab.research.google.com/github/{project}/blob/main/{folder}/{self.name}.ipynb"
        return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})"

    def digest(self, *, figures_only: bool = False) -> str:
        """What the outputs depend on: the lesson's code, the helpers it calls, its ledger.

        With `figures_only`, what the ledger depends on: without pictures, checks, tables and the wording of texts,
        so that measuring again is asked for only where a number could change.
        """
        modules = ("data", "digits", "models", "results") if figures_only else None
        silent = {"plots", "check", "table", "predict"} if figures_only else set()
        tags = {"exercise", "solution", "setup", "own"} if figures_only else set()
        code = [
            c.source
            for c in self.cells
            if c.cell_type == "code" and not tags & {*c.metadata.get("tags", [])}
        ]
        if not figures_only:
            code.append((LESSONS / "setup_cell.py").read_text("utf-8"))
        whole = "\n".join(_without_magic(cell) for cell in code)
        parts = {
            "lesson": "\n".join(_essence(cell, silent) for cell in code),
            **_called(whole, modules, not figures_only, silent),
        }
        if not figures_only:
            entry = read_ledger().get(self.name, {})
            parts["ledger"] = json.dumps(
                [entry.get("runs"), entry.get("claims")], sort_keys=True
            )
            if (
                "helpers.results.bands_by_lesson" in parts
            ):  # this lesson draws all the others
                parts["every test figure"] = json.dumps(
                    bands_by_lesson(), sort_keys=True
                )
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[
            :16
        ]


class _Module:
    """A module's definitions by name, and what its imports call the other helpers (`imported`: local name to dotted)."""

    def __init__(self, source: str) -> None:
        self.source, tree = source, ast.parse(source)
        self.imported = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    self.imported[name.asname or name.name] = (
                        f"{node.module}.{name.name}"
                    )
            elif isinstance(node, ast.Import):
                for name in node.names:
                    self.imported[name.asname or name.name] = name.name
        self.definitions: dict[str, ast.stmt] = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.definitions[node.name] = node
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                )
                for target in targets:
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            self.definitions[name.id] = node

    def text(self, name: str) -> str:
        node = self.definitions[name]
        decorators = [d.lineno for d in getattr(node, "decorator_list", [])]
        first = min([node.lineno, *decorators])
        return "\n".join(self.source.splitlines()[first - 1 : node.end_lineno])

    def dotted(self, node: ast.AST) -> str:
        """What a name or an attribute stands for: `data.load_mnist` is helpers.data.load_mnist where data was imported."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self.dotted(node.value)}.{node.attr}"
        return ""


def _called(
    code: str,
    modules: tuple[str, ...] | None,
    texts: bool,
    silent: frozenset = frozenset(),
) -> dict[str, str]:
    """The helpers' definitions that code names, and those that they name, each without comments and docstrings.

    A name counts where Python would look it up: imported from the helpers, an attribute of one of them, or of the same
    module. Words in texts do not count.
    """
    known = {}
    for path in (ROOT / "helpers").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts).removesuffix(".__init__")
        if parts[-1] != "__main__" and (not modules or parts[-1] in modules):
            known[module] = _Module(path.read_text("utf-8"))
    # How, from where and to where a download arrives changes nothing: what arrived is verified.
    ignored = {"helpers.data.DOWNLOADS"}
    if not texts:
        ignored |= {f"helpers.data.{x}" for x in ("fetch", "DATA_DIR", "_drawings_of")}
    found: dict[str, str] = {}
    todo = [("", _Module(code), ast.parse(code))]
    while todo:
        place, module, tree = todo.pop()
        for node in _looked_up(tree, silent, texts):
            dotted = module.dotted(node)
            if isinstance(node, ast.Name) and node.id in module.definitions and place:
                dotted = f"{place}.{node.id}"
            home, _, name = dotted.rpartition(".")
            if home not in known or dotted in found or dotted in ignored:
                continue
            if name in known[home].definitions:
                found[dotted] = _essence(known[home].text(name), set(), texts)
                todo.append((home, known[home], known[home].definitions[name]))
    return found


def _looked_up(tree: ast.AST, silent: set[str] | frozenset, texts: bool):
    """The names and attributes in a tree, without those in what is left out."""
    if _left_out(tree, silent, texts):
        return
    if isinstance(tree, ast.Name | ast.Attribute):
        yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _looked_up(child, silent, texts)


def _left_out(node: ast.AST, silent: set[str] | frozenset, texts: bool) -> bool:
    """Docstrings; calls of `silent` names that stand alone; texts and what is done about errors, unless asked for."""
    if isinstance(node, ast.Expr):
        value = node.value
        if isinstance(value, ast.Constant):
            return isinstance(value.value, str)
        return isinstance(value, ast.Call) and _root_name(value.func) in silent
    if texts:
        return False
    wording = isinstance(node, ast.Call) and _root_name(node.func) == "tr"
    return wording or isinstance(node, ast.ExceptHandler | ast.Raise)


def _essence(source: str, silent: set[str], texts: bool = True) -> str:
    """Code without comments, docstrings and blank lines; without calls of `silent` names, without texts and errors where asked.

    Works on the text between positions that the parser gives: `ast.dump` and `ast.unparse` differ between Pythons.
    """
    source = _without_magic(source)
    data, cuts = source.encode(), []
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    todo: list[ast.AST] = [ast.parse(source)]
    while todo:
        node = todo.pop()
        if _left_out(node, silent, texts):
            cuts.append(
                (
                    starts[node.lineno - 1] + node.col_offset,
                    starts[node.end_lineno - 1] + node.end_col_offset,
                )
            )
        else:
            todo.extend(ast.iter_child_nodes(node))
    for begin, end in sorted(cuts, reverse=True):
        data = data[:begin] + data[end:]
    lines = (line.rstrip() for line in data.decode().splitlines())
    return "\n".join(
        line for line in lines if line.strip() and not line.lstrip().startswith("#")
    )


def _without_magic(source: str) -> str:
    return re.sub(r"^%%.*\n", "", source)


def _root_name(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
