"""The page that `python tests/benchmarks` writes; nothing is measured here."""

import ast
import os
import sys

import pytest

from conftest import ROOT

FOLDER = ROOT / "tests" / "benchmarks"


@pytest.fixture
def report(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    import report

    yield report
    sys.modules.pop("report")


def test_every_benchmark_is_listed_and_has_rows(report):
    modules = {path.stem: ast.parse(path.read_text("utf-8")) for path in FOLDER.glob("*.py")}
    del modules["__main__"], modules["report"]
    del modules["long_runs"]  # writes into the ledger, not onto the page
    assert sorted(report.BENCHMARKS) == sorted(modules)
    for name, tree in modules.items():
        assert "rows" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_the_page_holds_its_rows_and_keeps_those_of_others(report):
    row = report.Row
    page = report.with_rows("", "photos", [row("memory", "+3 %", "≤ +10 %", True), row("tuning", "2.5 ×")])
    page = report.with_rows(page, "budgets", [row("import", "0.70 s (cell 3 (a|b))", "≤ 0.6 s", False)])
    page = report.with_rows(page, "photos", [row("memory", "+4 %", "≤ +10 %", True)])
    table = [line.rsplit(" | ", 1)[0] for line in page.splitlines() if line.startswith("|")][2:]
    assert table == [
        r"| budgets | import | 0.70 s (cell 3 (a\|b)) | ≤ 0.6 s | **no**",
        "| photos | memory | +4 % | ≤ +10 % | yes",
    ]
    assert report.machine() in page and page.startswith("# ") and page.endswith("|\n")


def test_where_the_system_does_not_tell_the_memory_the_rest_is_said(report, monkeypatch):
    monkeypatch.delattr(os, "sysconf", raising=False)  # as on Windows
    assert "memory" not in report.machine() and "TensorFlow" in report.machine()


def test_only_a_missed_budget_counts_as_missed(report):
    row = report.Row
    assert report.missed([row("a", "1", "≤ 0", False), row("b", "1")])
    assert not report.missed([row("a", "1", "≤ 2", True), row("b", "1"), row("c", "1", "aim: 2", False)])
