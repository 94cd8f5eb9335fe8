"""The list of terms, from which the glossary is made: each stands where the list says that it is explained."""

import re
import tomllib

import pytest

from conftest import ROOT
from tools.source import Lesson

TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text("utf-8"))["term"]


@pytest.mark.parametrize("term", TERMS, ids=[f"{term['lesson']} {term['en']}" for term in TERMS])
def test_a_term_is_set_in_bold_in_the_lesson_that_explains_it(term, lang):
    text = "\n".join(
        cell["source"]
        for cell in Lesson.numbered(term["lesson"]).edition(lang)["cells"]
        if cell["cell_type"] == "markdown"
    )
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"`[^`\n]*`", lambda code: code[0].replace("**", ""), text)  # two asterisks of code are no bold
    bold = " ".join(" ".join(re.findall(r"\*\*(.+?)\*\*", text, flags=re.DOTALL)).lower().split())
    assert term[lang].lower() in bold


def test_a_term_is_listed_once_in_the_order_of_the_lessons():
    assert [term["lesson"] for term in TERMS] == sorted(term["lesson"] for term in TERMS)
    for key in ("en", "es"):
        names = [term[key].lower() for term in TERMS]
        assert len(names) == len(set(names))


def test_a_term_has_its_meaning_in_both_languages():
    assert all(set(term) == {"en", "es", "lesson", "means_en", "means_es"} for term in TERMS)
    assert all(term[f"means_{key}"].endswith(".") for term in TERMS for key in ("en", "es"))
