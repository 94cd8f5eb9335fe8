"""The engine: not attempted, not yet, correct; staged hints; a check never raises."""

import pytest

from helpers import exercises
from helpers.exercises import CORRECT, NOT_ATTEMPTED, NOT_YET, NotYet, exercise, quiz


@exercise(dict(en="a nudge", es="un empujón"), dict(en="nearly all", es="casi todo"))
def double(answer):
    if answer(3) == 9:
        raise NotYet("square instead of double", "that is a square")
    assert answer(3) == 6
    return "well done"


letters = quiz("letters", right="b", a=dict(en="no", es="no, no"), b=dict(en="yes", es="sí"))


def test_blank_is_not_attempted(lang):
    verdict = double.judge(...)
    assert verdict.status == NOT_ATTEMPTED and "..." not in verdict.text
    assert letters.judge(...).status == NOT_ATTEMPTED


def test_right_and_wrong_answers(lang):
    assert double.judge(lambda x: x + x).status == CORRECT
    wrong = double.judge(lambda x: x * x)
    assert (wrong.status, wrong.misconception) == (NOT_YET, "square instead of double")


def test_an_answer_that_raises_is_a_wrong_answer(lang):
    verdict = double.judge(lambda x: x / 0)
    assert verdict.status == NOT_YET and verdict.misconception == "raises ZeroDivisionError"
    assert double.judge(None).misconception == "raises TypeError"


def test_calling_prints_one_verdict_and_notes_it(capsys, lang):
    double(lambda x: 2 * x)
    assert capsys.readouterr().out.startswith("✓ ")
    assert exercises.outcomes["double"] == CORRECT
    double(...)
    assert capsys.readouterr().out.startswith("○ ")
    assert exercises.outcomes["double"] == NOT_ATTEMPTED


def test_hints_come_in_stages_and_the_last_one_stays(capsys):
    check = exercise(dict(en="a nudge", es="un empujón"), dict(en="nearly all", es="casi todo"))(lambda answer: "")
    for _ in range(3):
        check.hint()
    assert capsys.readouterr().out.splitlines() == [
        "Hint 1 of 2: a nudge",
        "Hint 2 of 2: nearly all",
        "Hint 2 of 2: nearly all",
    ]


def test_quiz_has_no_hints_and_says_so(capsys):
    letters.hint()
    assert "No hints here" in capsys.readouterr().out


def test_error_without_a_message_is_an_answer_too():
    def refuse(answer):
        raise ValueError

    assert exercise()(refuse).judge(0).misconception == "raises ValueError"


@pytest.mark.parametrize("answer", ["b", "B", " (b) ", "b."])
def test_quiz_takes_the_letter_however_written(answer):
    assert letters.judge(answer).status == CORRECT


def test_quiz_gives_the_reason_of_the_option(lang):
    assert letters.judge("a").text == {"en": "no", "es": "no, no"}[lang]
    assert letters.judge("a").misconception == "chose a"
    assert letters.judge("z").misconception == letters.judge(2).misconception == "not an option"
