"""What is seen in an answer's text before it runs: what no exercise needs, and nobody should run unread. Standard library only."""

from __future__ import annotations

import ast

from helpers.classroom.cells import is_check, root, without_magics

MODULES = {
    *("IPython", "PIL", "collections", "copy", "dataclasses", "functools", "helpers", "itertools", "keras", "keras_tuner"),
    *("math", "matplotlib", "numpy", "operator", "random", "re", "scipy", "skimage", "sklearn", "statistics", "string"),
    *("tensorflow", "time", "tqdm", "typing", "warnings", "__future__"),
}  # fmt: skip
FUNCTIONS = {
    *("__import__", "breakpoint", "compile", "delattr", "eval", "exec", "exit", "get_ipython", "getattr", "globals"),
    *("input", "locals", "open", "quit", "setattr", "vars"),
}  # fmt: skip
METHODS = {
    "__call__",
    "__class__",
    "__getitem__",
    "__init__",
    "__iter__",
    "__len__",
    "__name__",
    "__next__",
    "__version__",
}


def refused(source: str) -> str | None:
    """What keeps an answer from being run, such as "import os" or "exec"; None if nothing does.

    This finds what is written in plain sight, and spares a teacher the surprise; it stops nobody who hides it, which is
    what `limits.py` is for. Raises SyntaxError where the answer is no Python.
    """
    tree = ast.parse(without_magics(source))
    for statement in tree.body:
        parts = statement.value.args if is_check(statement) else [statement]  # type: ignore[attr-defined]
        for node in (node for part in parts for node in ast.walk(part)):
            found = _forbidden(node)
            if found:
                return found
    return None


def _forbidden(node: ast.AST) -> str | None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
        others = [
            m for m in modules if m.split(".")[0] not in MODULES or m.startswith("helpers.c")
        ]  # checks, classroom
        return f"import {others[0]}" if others else None
    if isinstance(node, ast.Name) and node.id in FUNCTIONS:
        return node.id
    if isinstance(node, ast.Attribute):
        if node.attr.startswith("__") and node.attr not in METHODS:
            return node.attr
        if root(node) == "check" and isinstance(node.ctx, ast.Store):
            return ast.unparse(node)
    return "check" if isinstance(node, ast.Name) and node.id == "check" else None
