"""What is stale: numbers depend on a lesson's code and on the builders and loaders that it names, outputs on pictures, too.

Text is hashed, not syntax trees: those are written differently by each Python. Comments, docstrings and where lines
break count nowhere; what a learner is told counts for the outputs alone.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import itertools
import json
import re
import tokenize
import tomllib
from collections.abc import Iterable, Mapping

from helpers import ROOT

HELPERS = ROOT / "helpers"
MAKE_NUMBERS = ("data", "models", "digits", "photos", "readers")  # what others use comes last
# Calls that draw or speak, where they stand alone; imports count through what is named of them.
SILENT = ("plots", "figures", "widgets", "picture", "display", "check", "table", "guess", "print", "say", "same")
SAYS_NOTHING = ("helpers", "matplotlib", "IPython")
PROGRAMS = ("scripts/search.py", "scripts/processes.py")  # run as processes of their own
GONE = b"\0"  # stands for an argument left out, until its comma is


def figures_digest(cells: Iterable) -> str:
    """What a lesson's ledger entry depends on: a new one asks for measuring again.

    Exercises and the learner's own files are left out, and so is whatever only draws, checks or speaks.
    """
    aside = {"exercise", "solution", "setup", "own"}
    code = [c.source for c in cells if c.cell_type == "code" and not aside & {*c.metadata.get("tags", [])}]
    counting = "\n".join(filter(None, (essence(_without_magic(cell), words=False) for cell in code)))
    imports = [line for cell in code for line in re.findall(r"from helpers\.\w+ import (?:\([^)]*\)|.*)", cell)]
    programs = [
        essence((HELPERS / name).read_text("utf-8"), words=False) for name in PROGRAMS if "processes." in counting
    ]
    return _digest(counting, named("\n".join([*imports, counting]), MAKE_NUMBERS, words=False), *programs)


def outputs_digest(lesson: str, cells: Iterable, setup: str, ledger: Mapping) -> str:
    """What a notebook's outputs depend on: a new one asks for executing it again.

    Args:
        lesson: its name, such as "04_early_stopping".
        cells: its cells in both languages.
        setup: the setup cell's code.
        ledger: all of it, as the tables quote the lesson's entry.
    """
    code = [c.source for c in cells if c.cell_type == "code" and "solution" not in c.metadata.get("tags", [])]
    whole = "\n".join(code)
    shown = (
        "__init__.py",
        "language.py",
        "plots.py",
        "results.py",
        "checks/__init__.py",
        "figures/__init__.py",
        f"figures/lesson_{lesson[:2]}.py",
    )
    shown += ("figures/widgets.py",) * ("widgets." in whole) + PROGRAMS * ("processes." in whole)
    files = [essence((HELPERS / name).read_text("utf-8")) for name in shown if (HELPERS / name).exists()]
    files.append(_definitions((HELPERS / "classroom/hand_in.py").read_text("utf-8"), True)["say_how"])
    entry = ledger.get(lesson, {})
    quoted: list = [entry.get("runs"), entry.get("claims")]
    if "recorded(" in whole:
        quoted += [entry.get("long"), entry.get("curves")]
    if "bands_by_lesson" in whole:  # it draws all the others
        quoted += [other["runs"] for _, other in sorted(ledger.items())]
    cells_alone = [essence(_without_magic(cell)) for cell in [*code, setup]]
    return _digest(cells_alone, named(whole, MAKE_NUMBERS), files, quoted)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _without_magic(cell: str) -> str:
    return re.sub(r"^%%.*\n", "", cell)


def named(code: str, modules: Iterable[str], *, words: bool = True) -> dict[str, str]:
    """The helpers' definitions that code names, programs in texts included, those that these name in turn, and what their files hold."""
    found: dict[str, str] = {}
    for module in modules:
        code = "\n".join([code, *found.values()])
        names = set(re.findall(rf"\b{module}\.(\w+)", code))
        for several, few in re.findall(rf"from helpers\.{module} import (?:\(([^)]*)\)|(.*))", code):
            imported = re.findall(r"\w+", several or few)
            names |= {name for name in imported if len(re.findall(rf"\b{name}\b", code)) > 1}
        definitions = _definitions((HELPERS / f"{module}.py").read_text("utf-8"), words) if names else {}
        while new := [name for name in definitions if name in names and f"{module}.{name}" not in found]:
            for name in new:
                found[f"{module}.{name}"] = definitions[name]
                names |= set(re.findall(r"\w+", definitions[name]))
    for file in re.findall(r'FILES\["(\w+)"\]\["holds"\]', "\n".join(found.values())):
        files = tomllib.loads((HELPERS / "files.toml").read_text("utf-8"))
        found[f"files.{file}"] = json.dumps(files[file]["holds"])
    return found


@functools.cache
def _definitions(source: str, words: bool) -> dict[str, str]:
    """A module's functions, classes and constants by name."""
    lines, found = source.splitlines(), {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
        else:
            continue
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        text = essence("\n".join(lines[first - 1 : node.end_lineno]), words=words)
        found |= dict.fromkeys(names, text)
    return found


@functools.cache
def essence(code: str, *, words: bool = True) -> str:
    """Code without comments, docstrings and the places where lines break; without `words`, also without texts and pictures."""
    data, lines = code.encode(), code.split("\n")
    starts = [0, *itertools.accumulate(len(line.encode()) + 1 for line in lines)]  # in bytes, as the parser counts
    cuts = []
    for node in _left_out(ast.parse(code), words):
        begin, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        cuts.append((begin, end, b"" if isinstance(node, ast.stmt) else GONE))
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            begin = starts[row - 1] + len(lines[row - 1][:column].encode())
            cuts.append((begin, begin + len(token.string.encode()), b""))
    kept, reached = b"", 0
    for begin, end, instead in sorted(cuts):
        if begin >= reached:  # a comment may stand within a statement that goes
            kept += data[reached:begin] + instead
            reached = end
    return _joined((kept + data[reached:]).decode())


def _joined(code: str) -> str:
    """Lines broken within brackets put together, as a formatter breaks them where a text grows; empty ones left out."""
    code = re.sub(r"\0,\s*|,?\s*\0", "", code)  # what is gone takes one comma along
    code = re.sub(r",?\s*\n\s*([)\]}])", r"\1", code)  # but the comma of (1,) stays
    code = re.sub(r"([(\[{,])\s+", r"\1", code)
    code = re.sub(r"\s+([)\]}])", r"\1", code)
    return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


def _left_out(node: ast.AST, words: bool) -> Iterable[ast.AST]:
    """The parts of a tree that do not count."""
    if _does_not_count(node, words):
        yield node
    elif not isinstance(node, ast.JoinedStr):  # Python 3.11 misplaces what stands within
        for child in ast.iter_child_nodes(node):
            yield from _left_out(child, words)


def _does_not_count(node: ast.AST, words: bool) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return isinstance(node.value.value, str)  # a docstring
    if words:
        return False
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in SAYS_NOTHING
    if isinstance(node, ast.Import):
        return all(name.name.split(".")[0] in SAYS_NOTHING for name in node.names)
    if isinstance(node, ast.keyword):
        return node.arg in ("en", "es", "unit")
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Name) or _root(node.value) in SILENT
    if isinstance(node, ast.Assign):
        return _root(node.value) in ("plots", "figures")
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _root(node) == "tr")


def _root(node: ast.AST) -> str:
    """The name that a call, or a chain of attributes, begins with: `plots` of `plots.curves(run)`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
