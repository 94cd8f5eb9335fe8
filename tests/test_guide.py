"""The teacher's guide: nothing that the lessons hold for a teacher is left out of it."""

import importlib
import re

import pytest

from guide import GUIDES, guide
from source import Lesson, lesson_paths

LESSONS = [Lesson(path) for path in lesson_paths()]


@pytest.mark.parametrize("lang", GUIDES)
def test_every_lesson_gives_its_plan_and_its_answers(lang):
    text = guide(LESSONS, lang)
    chapters = re.split(r"^## ", text, flags=re.M)[1:]
    assert len(chapters) == len(LESSONS)
    for lesson, chapter in zip(LESSONS, chapters, strict=True):
        assert "**45 min" in chapter and "**90 min" in chapter and "{{" not in chapter
        solutions = [c for c in lesson.cells if "solution" in c.metadata.get("tags", [])]
        assert chapter.count("```python") + len(re.findall(r"^`answer = \"[abc]\"`\. \S", chapter, re.M)) == len(
            solutions
        )
        assert not re.search(r"^- .*: *$|^- *$", chapter, re.M)


@pytest.mark.parametrize("lang", GUIDES)
def test_the_run_time_of_every_lesson_is_told(lang):
    chapters = re.split(r"^## ", guide(LESSONS, lang), flags=re.M)[1:]
    assert all(re.search(r"\b\d+ s\b", chapter.split("\n\n")[1]) for chapter in chapters)


def test_every_misconception_that_the_tests_provoke_is_explained():
    text = guide(LESSONS, "en")
    for lesson in LESSONS:
        for exercise in importlib.import_module(f"answers.lesson_{lesson.name[:2]}").EXERCISES:
            for _, misconception in exercise.wrong:
                assert misconception.startswith("raises ") or f"- *{misconception}*: " in text
