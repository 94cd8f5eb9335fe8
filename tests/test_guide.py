"""The teacher's guide: nothing that the lessons hold for a teacher is left out of it."""

import importlib
import re

import pytest

from tools.guide import GUIDES, guide
from tools.source import Lesson, lesson_paths

LESSONS = [Lesson(path) for path in lesson_paths()]


@pytest.mark.parametrize("lang", GUIDES)
def test_every_lesson_gives_its_plan_and_its_answers(lang):
    text = guide(LESSONS, lang)
    chapters = re.split(r"^## ", text, flags=re.M)[1:]
    assert len(chapters) == len(LESSONS)
    for lesson, chapter in zip(LESSONS, chapters, strict=True):
        assert "{{" not in chapter
        solutions = [c for c in lesson.cells if "solution" in c.metadata.get("tags", [])]
        right = re.findall(r"^- ✓ \([a-d]\) \S.* → \S", chapter, re.M)
        wrong = re.findall(r"^- \([a-d]\) \S.* → \S", chapter, re.M)
        assert chapter.count("```python") + len(right) == len(solutions) and len(wrong) >= 2 * len(right) > 0
        assert not re.search(r"^- .*: *$|^- *$", chapter, re.M)
        assert not re.search(r"\{\w*\}", re.sub(r"```.*?```", "", chapter, flags=re.S)), "braces without an example"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_plans_fill_a_class_of_90_and_one_of_45_minutes_alike_in_both_languages(lesson):
    def plan(lang):
        return re.findall(r"^\| .* \| (\d+|–) \| (\d+|–) \|$", guide([lesson], lang).split("\n## ")[1], re.M)

    head, *parts = plan("en")
    assert head == ("90", "45")
    assert [sum(int(part) for part in column if part != "–") for column in zip(*parts, strict=True)] == [90, 45]
    assert plan("en") == plan("es")


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
