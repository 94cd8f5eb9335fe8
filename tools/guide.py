"""The teacher's guide: what the lessons' `teacher` cells, solutions and checks say, gathered. `tools.build` writes it."""

from __future__ import annotations

import json
import re
from importlib import import_module

from helpers import ROOT
from helpers.checks import Check, fill
from tools.source import RUN_TIMES, Lesson, tags

GUIDES = {"en": ROOT / "docs" / "teachers-guide.md", "es": ROOT / "docs" / "guia-docente.md"}
INTRODUCTION = "guide-introduction.{lang}.md"  # beside the guides
WORDS = {
    "en": {
        "made": "Made by `python -m tools.build` from [guide-introduction.en.md](guide-introduction.en.md) and the lessons; do not edit. In Spanish: [guia-docente.md](guia-docente.md).",
        "minutes": "minutes alone, exercises included",
        "times": "Run All took {seconds} s on a machine with {cores} cores, the longest cell {longest_cell} s, without the downloads.",
        "key": "Answer key",
        "checks": "Wrong answers that the check recognises, and what it tells the learner",
    },
    "es": {
        "made": "La escribe `python -m tools.build` a partir de [guide-introduction.es.md](guide-introduction.es.md) y de las lecciones; no la edites. En inglés: [teachers-guide.md](teachers-guide.md).",
        "minutes": "minutos por cuenta propia, con los ejercicios",
        "times": "Ejecutar todo llevó {seconds} s en un equipo de {cores} núcleos; la celda más larga, {longest_cell} s; sin las descargas.",
        "key": "Soluciones",
        "checks": "Respuestas erróneas que reconoce la comprobación, y lo que dice",
    },
}


def guide(lessons: list[Lesson], lang: str) -> str:
    """The whole guide in one language."""
    title, introduction = (ROOT / "docs" / INTRODUCTION.format(lang=lang)).read_text("utf-8").split("\n", 1)
    chapters = [_chapter(lesson, lang) for lesson in lessons]
    return "\n".join([f"{title}\n\n{WORDS[lang]['made']}\n{introduction}", *chapters])


def _chapter(lesson: Lesson, lang: str) -> str:
    words, about = WORDS[lang], lesson.about
    times = json.loads(RUN_TIMES.read_text("utf-8")).get(lesson.name)
    ran = " " + words["times"].format(**times) if times else ""
    parts = [f"## {lesson.name[:2]} · {about['title'][lang]}", f"*{about['minutes']} {words['minutes']}.*{ran}"]
    parts += [
        lesson.fill(cell.source, lang, "the teacher's cell")
        for cell in lesson.cells
        if "teacher" in tags(cell) and cell.metadata["lang"] == lang
    ]
    return "\n\n".join([*parts, f"### {words['key']}", *_answers(lesson, lang)]) + "\n"


def _answers(lesson: Lesson, lang: str) -> list[str]:
    """Each exercise's solution with what its check tells, and each question with its options."""
    checks = import_module(f"helpers.checks.lesson_{lesson.name[:2]}")
    answers, title, text = [], "", ""
    for cell in lesson.cells:
        if cell.cell_type == "markdown" and cell.metadata["lang"] == lang:
            headings = re.findall(r"^### (\d.*?)$|^(\*\*[A-Z]\.\*\* .*?)(?:\n\n|\Z)", cell.source, re.M | re.S)
            if headings:
                title, text = " ".join("".join(headings[-1]).split()), cell.source
        if "solution" in tags(cell):
            check = getattr(checks, re.findall(r"^check\.(\w+)\(", cell.source, re.M)[-1])
            code = re.sub(r"\n*^check\.\w+\(.*", "", cell.source, flags=re.M).strip()
            options = re.findall(r"^- \((\w)\) (.*?)(?=\n- \(|\Z)", text, re.M | re.S)
            told = _exercise(check, code, lang) if check.hints else _quiz(check, dict(options), lang)
            answers.append(f"{'#### ' * bool(check.hints)}{title}\n\n{told}")
    return answers


def _exercise(check: Check, code: str, lang: str) -> str:
    said = {name: fill(text, text.get("example", {}))[lang] for name, text in check.wrong.items()}
    told = [f"- *{name}*: {text}" if lang == "en" else f"- {text}" for name, text in said.items()]
    return f"```python\n{code}\n```\n\n{WORDS[lang]['checks']}:\n\n" + "\n".join(dict.fromkeys(told))


def _quiz(check: Check, options: dict[str, str], lang: str) -> str:
    """The options as the lesson words them, each with its reason; the right one marked."""
    replies = check.right | {name.removeprefix("chose "): text for name, text in check.wrong.items()}
    return "\n".join(
        f"- {'✓ ' * (letter in check.right)}({letter}) {' '.join(option.split())} → {fill(replies[letter], {})[lang]}"
        for letter, option in options.items()
    )
