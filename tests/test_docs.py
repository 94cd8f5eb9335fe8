"""What READMEs and the author's page point at is there; every public address is in one list."""

import re

import pytest

from conftest import ROOT
from tools import links

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
    near = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert all((path.parent / link).exists() for link in near), near
    named = re.findall(
        r"`(?:python )?((?:helpers|launcher|lessons|tools|tests|docs|data|notebooks)/[\w./-]*[\w/])", text
    )
    named += [f"tools/{name}.py" for name in re.findall(r"python -m tools\.(\w+)", text)]
    missing = [
        name
        for name in named
        if not re.search(r"NN|/0\d_$|weights|packages|\.venv", name) and not (ROOT / name).exists()
    ]
    assert not missing


def test_the_list_of_links_holds_every_public_address():
    listed = links.links()
    assert listed == sorted(set(listed))
    everything = [
        path for pattern in ("*.md", "docs/*.md", "data/*.md", "lessons/0*.py") for path in ROOT.glob(pattern)
    ]
    everything += [path for folder in ("helpers", "launcher") for path in (ROOT / folder).rglob("*.py")]
    for path in everything:
        for start in re.findall(r"https?://[\w./-]*\w", path.read_text("utf-8")):
            if "OWNER" not in start and re.search(r"//[\w-]+\.[a-z]", start):
                assert any(address.startswith(start) for address in listed), (path, start)
    assert not [address for address in listed if re.search(r"localhost|//[\d\[]|OWNER|[{}()<>\s]", address)]


def test_a_local_address_is_not_a_link(monkeypatch, tmp_path):
    text = "[a](https://a.org/b), http://localhost:8888/lab http://127.0.0.1:9 `https://c.org/d`. f'https://{host}/'"
    (tmp_path / "README.md").write_text(text, "utf-8")
    monkeypatch.setattr(links, "ROOT", tmp_path)
    assert links.links() == ["https://a.org/b", "https://c.org/d"]
