"""What READMEs and the author's page point at is there."""

import re

import pytest

from conftest import ROOT

PAGES = [
    "README.md",
    "README.es.md",
    "CONTRIBUTING.md",
    "data/README.md",
    "docs/teachers-guide.md",
    "docs/guia-docente.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_links_and_named_files_exist(page):
    path = ROOT / page
    text = path.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert all((path.parent / link).exists() for link in links), links
    named = re.findall(r"`(?:python )?((?:helpers|launcher|lessons|tools|tests|docs|data|notebooks)/[\w./-]*[\w/])", text)
    named += [f"tools/{name}.py" for name in re.findall(r"python -m tools\.(\w+)", text)]
    missing = [
        name
        for name in named
        if not re.search(r"NN|/0\d_$|weights|packages|\.venv", name) and not (ROOT / name).exists()
    ]
    assert not missing
