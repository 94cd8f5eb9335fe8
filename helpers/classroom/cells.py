"""A notebook read as code: which cells answer an exercise, and which cells before it an answer needs. Standard library only.

The launcher imports it, so a Python as old as 3.8 reads it, and runs what `copies.py` calls of it.
"""

from __future__ import annotations

import ast
import json
import re
import symtable
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from helpers import ROOT

# Calls that show or note something: no later cell depends on one.
SHOWING = {"check", "claim", "figures", "guess", "plots", "plt", "print", "record", "same", "say", "show", "widgets"}
_FITS = re.compile(r"\.(fit|search)\(")


@dataclass(frozen=True)
class Cell:
    """One code cell. `exercise` is the check that it ends with, if it is an exercise's; `title` the heading above it."""

    source: str
    exercise: str | None = None
    title: str = ""


def notebooks(lang: str) -> list[Path]:
    """The course's own notebooks in one language."""
    return sorted((ROOT / "notebooks" / ("es" if lang == "es" else "")).glob("[0-9][0-9]_*.ipynb"))


@lru_cache(maxsize=10_000)
def shipped(lesson: str, lang: str) -> tuple[Cell, ...]:
    """The code cells of a lesson as the course ships it, its setup cell and cells for what must be downloaded left out.

    Raises KeyError for a lesson that the course does not have.
    """
    paths = {path.stem: path for path in notebooks(lang)}
    cells, title = [], ""
    for cell in json.loads(paths[lesson].read_text("utf-8"))["cells"]:
        source, tags = text(cell), cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^### (\d.*?)$|^\*\*([A-Z]\.)\*\* ", source, re.M)
            title = " ".join("".join(headings[-1]).split()) if headings else title
        elif "setup" not in tags and not source.startswith("%%"):
            cells.append(Cell(source, checked(source) if "exercise" in tags else None, title))
    return tuple(cells)


@lru_cache(maxsize=10_000)
def title(lesson: str, lang: str) -> str:
    """The lesson's number and its title, as the notebook has them."""
    (path,) = (path for path in notebooks(lang) if path.stem == lesson)
    heading = re.search(r"(?m)^# (.+)$", "\n".join(map(text, json.loads(path.read_text("utf-8"))["cells"])))
    return f"{lesson[:2]} · {heading[1].removeprefix(lesson[:2]).strip(' ·–-:.').replace('*', '') if heading else lesson[3:]}"


def exercises(lesson: str, lang: str) -> dict[str, str]:
    """The lesson's exercises and questions in their order: the check's name to the heading."""
    return {cell.exercise: cell.title for cell in shipped(lesson, lang) if cell.exercise}


def text(cell: Mapping) -> str:
    """A cell's source, which notebooks hold as a text or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def without_magics(source: str) -> str:
    """The source without lines such as `%time`; a shell command (`!ls`) stays, and is no Python."""
    return re.sub(r"(?m)^[ \t]*%.*$", "", source)


def checked(source: str) -> str | None:
    """The name of the check that a cell calls, the last if there are several; None if it calls none."""
    calls = re.findall(r"(?m)^check\.(\w+)\(", source)
    return calls[-1] if calls else None


def is_blank(source: str) -> bool:
    """Whether an answer is still `...`, the blank that the course ships: in an assignment or in the call of the check."""
    try:
        body = ast.parse(without_magics(source)).body
    except SyntaxError:
        return False
    values = [statement.value for statement in body if isinstance(statement, ast.Assign)]
    values += [part for statement in body if is_check(statement) for part in statement.value.args]  # type: ignore[attr-defined]
    return any(isinstance(value, ast.Constant) and value.value is ... for value in values)


def is_check(statement: ast.stmt) -> bool:
    """Whether a statement is `check.name(…)`, or `check.name.hint()`."""
    return (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and root(statement.value) == "check"
    )


def root(node: ast.AST) -> str | None:
    """The name that an expression such as `model.layers[0].build()` begins with."""
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def answers_in(sources: Iterable[str]) -> dict[str, str]:
    """The answers among cells in their order: the check's name to the last source that is no blank, or to the blank."""
    found: dict[str, str] = {}
    for source in sources:
        name = checked(source)
        if name and (name not in found or not is_blank(source)):
            found[name] = source
    return found


@dataclass(frozen=True)
class Statement:
    """One statement of a notebook: the names that it sets, those that must be there before, and those that it changes.

    `model.fit(x)` sets nothing, but changes `model`, and perhaps `x`.
    """

    source: str
    sets: frozenset[str]
    needs: frozenset[str]
    changes: frozenset[str]


@lru_cache(maxsize=10_000)
def statements(source: str) -> tuple[Statement, ...]:
    """A cell's statements, checks left out; none where it is no Python."""
    try:
        body = ast.parse(without_magics(source)).body
    except SyntaxError:
        return ()
    return tuple(_read(statement) for statement in body if not is_check(statement))


def _read(statement: ast.stmt) -> Statement:
    source = ast.unparse(statement)
    table = symtable.symtable(source, "statement", "exec")
    top, inner = table.get_symbols(), list(table.get_children())
    needs = {s.get_name() for s in top if s.is_referenced()}
    for part in inner:
        inner.extend(part.get_children())
        needs |= {s.get_name() for s in part.get_symbols() if s.is_global() and s.is_referenced()}
    sets = {s.get_name() for s in top if s.is_assigned() or s.is_imported() or s.is_namespace()}
    defines = isinstance(statement, ast.FunctionDef | ast.ClassDef)
    if defines:
        sets, needs = {statement.name}, needs - {statement.name}  # type: ignore[attr-defined]
    return Statement(source, frozenset(sets), frozenset(needs), frozenset() if defines else _changed(statement))


def _changed(statement: ast.stmt) -> frozenset[str]:
    """The names whose values a statement may change without setting them."""
    found: set[str | None] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and root(node.value) not in SHOWING:
            found |= _touched(node.value)
        elif isinstance(node, ast.Call) and re.search(r"\b(fit|search|train\w*)$", ast.unparse(node.func)):
            found |= _touched(node)
        for target in getattr(node, "targets", []):
            found |= {root(target)} if isinstance(target, ast.Attribute | ast.Subscript) else set()
    return frozenset(found - {None})  # type: ignore[arg-type]


def _touched(call: ast.Call) -> set[str | None]:
    """What a call is made on, and the names that it is given."""
    return {root(call.func)} | {part.id for part in call.args if isinstance(part, ast.Name)}


def trains(lesson: str, lang: str, answer: str) -> bool:
    """Whether an answer calls `fit` or begins a search, itself or by a function of the lesson's; not merely defines what would."""
    cells = [statement for cell in shipped(lesson, lang) for statement in statements(cell.source)]
    names = {n for s in cells if s.source.startswith("def ") and _FITS.search(s.source) for n in s.sets}
    body = [s for s in ast.parse(without_magics(answer)).body if not isinstance(s, ast.FunctionDef | ast.ClassDef)]
    calls = [node.func for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(_FITS.search(f".{ast.unparse(f)}(") or (isinstance(f, ast.Name) and f.id in names) for f in calls)


def _asked_of(answer: str) -> set[str]:
    """The names that an answer, and the call of its check, need from the cells before."""
    wanted: set[str] = set()
    given = {"check"}
    for statement in statements(answer):
        wanted |= statement.needs - given
        given |= statement.sets
    calls = re.findall(r"(?m)^check\.\w+\((.*)\)", answer)
    return wanted | {name for call in calls for name in re.findall(r"[A-Za-z_]\w*", call)} - given


def _through_others(before: list[Statement], fixed: set[str]) -> list[set[str]]:
    """What each statement changes, also through another name: after `outer = Sequential([inner])`, fitting one fits both."""
    parts: dict[str, set[str]] = {}
    changed = []
    for statement in before:
        changes = statement.changes - fixed
        changed.append(changes | {part for name in changes for part in parts.get(name, ())})
        for name in statement.sets - fixed:
            given = statement.needs - fixed - {name}
            parts[name] = given | {part for other in given for part in parts.get(other, ())}
    return changed


def program(lesson: str, lang: str, exercise: str, answers: Mapping[str, str]) -> list[str]:
    """What has to run before an answer: those statements of the lesson that it needs, directly or not, in their order.

    Where they are of an exercise, the learner's own answer to it stands in its place.
    """
    cells = shipped(lesson, lang)
    place = next((i for i, cell in enumerate(cells) if cell.exercise == exercise), len(cells))
    sources = [answers.get(c.exercise, c.source) if c.exercise else c.source for c in cells[:place]]
    before = [statement for source in sources for statement in statements(source)]
    fixed = {n for s in before if s.source.startswith(("import ", "from ", "def ", "class ")) for n in s.sets} | {
        "SEED"
    }
    changed = _through_others(before, fixed)
    late: set[str] = _asked_of(
        answers[exercise]
    )  # a function asks for its names when it is called, later than it is defined
    while True:
        wanted, chosen = set(late), []
        for statement, changes in zip(reversed(before), reversed(changed), strict=True):
            if wanted & (statement.sets | changes):
                chosen.append(statement)
                wanted = wanted - statement.sets | statement.needs
        asked = late.union(*(s.needs for s in chosen if s.source.startswith(("def ", "class ", "@"))))
        if asked == late:
            return [statement.source for statement in reversed(chosen)]
        late = asked
