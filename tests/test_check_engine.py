"""The engine: not attempted, not yet, correct; staged hints; a check never raises."""

import pytest

from helpers import checks
from helpers.checks import A_NUMBER, CORRECT, NOT_ATTEMPTED, NOT_YET, NotYet, Praise, exercise, quiz

NUDGE, NEARLY = dict(en="a nudge", es="un empujón"), dict(en="nearly all", es="casi todo")
SQUARE = dict(en="{value} is a square", es="{value} es un cuadrado", example=dict(value=4))


@exercise(
    hints=[NUDGE, NEARLY],
    right={
        "right": dict(en="well done", es="muy bien"),
        "exact": dict(en="{kind}: even better", es="{kind}: mejor aún", example=dict(kind="int")),
    },
    wrong={"square instead of double": SQUARE},
)
def double(answer):
    if answer(3) == 9:
        raise NotYet("square instead of double", value=9)
    assert answer(3) == 6
    if isinstance(answer(3), int):
        return Praise("exact", kind=dict(en="an integer", es="un entero"))


letters = quiz("letters", right="b", a=dict(en="no", es="no, no"), b=dict(en="yes", es="sí"))


def refusing(error):
    """A check whose judging raises this."""

    @exercise(hints=[], right=NUDGE, wrong={})
    def refuse(answer):
        raise error

    return refuse


def test_blank_is_not_attempted(lang):
    verdict = double.judge(...)
    assert verdict.status == NOT_ATTEMPTED and "..." not in verdict.text
    assert letters.judge(...).status == double.judge(1, ...).status == NOT_ATTEMPTED


def test_right_and_wrong_answers():
    assert double.judge(lambda x: x + x).status == CORRECT
    wrong = double.judge(lambda x: x * x)
    assert (wrong.status, wrong.misconception) == (NOT_YET, "square instead of double")


def test_a_verdict_has_its_text_in_both_languages_and_speaks_the_learners(lang):
    wrong = double.judge(lambda x: x * x)
    assert wrong.said == {"en": "9 is a square", "es": "9 es un cuadrado"}
    assert wrong.text == wrong.said[lang]


def test_praise_is_chosen_and_its_braces_filled_by_what_was_seen(lang):
    assert double.judge(lambda x: 2.0 * x).text == {"en": "well done", "es": "muy bien"}[lang]
    assert double.judge(lambda x: 2 * x).text == {"en": "an integer: even better", "es": "un entero: mejor aún"}[lang]


def test_an_answer_that_raises_is_a_wrong_answer(lang):
    verdict = double.judge(lambda x: x / 0)
    assert verdict.status == NOT_YET and verdict.misconception == "raises ZeroDivisionError"
    assert double.judge(None).misconception == "raises TypeError"


def test_calling_prints_one_verdict_and_notes_it(capsys, lang):
    double(lambda x: 2 * x)
    assert capsys.readouterr().out.startswith("✓ ")
    assert checks.outcomes["double"] == CORRECT
    double(...)
    assert capsys.readouterr().out.startswith("○ ")
    assert checks.outcomes["double"] == NOT_ATTEMPTED


def test_hints_come_in_stages_and_the_last_one_stays(capsys):
    check = exercise(hints=[NUDGE, NEARLY], right=NUDGE, wrong={})(lambda answer: None)
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
    assert refusing(ValueError()).judge(0).misconception == "raises ValueError"


@pytest.mark.parametrize("answer", ["b", "B", " (b) ", "b."])
def test_quiz_takes_the_letter_however_written(answer):
    assert letters.judge(answer).status == CORRECT


def test_quiz_gives_the_reason_of_the_option(lang):
    assert letters.judge("a").text == {"en": "no", "es": "no, no"}[lang]
    assert letters.judge("a").misconception == "chose a"
    assert letters.judge("z").misconception == letters.judge(2).misconception == "not an option"


@pytest.mark.parametrize(
    ("answer", "misconception"),
    [("204,8", "decimal comma"), ((204, 8), "decimal comma"), ("many", "not a number"), (None, "not a number")],
)
def test_a_question_that_several_checks_ask_brings_its_wrong_answers_along(answer, misconception):
    check = exercise(expects=A_NUMBER, hints=[NUDGE], right=NUDGE, wrong={"zero": NEARLY})(lambda number: None)
    assert check.judge(answer).misconception == misconception and {*check.wrong} == {*A_NUMBER.wrong, "zero"}
    assert check.judge("204.8").status == CORRECT


def test_of_an_errors_message_the_line_that_says_why_is_kept():
    import tensorflow as tf

    with pytest.raises(TypeError) as raised:
        tf.data.Dataset.from_tensors(1.0).map(lambda x: x + "a")
    assert "user code" not in checks.first_line(raised.value) and "File" not in checks.first_line(raised.value)
    assert checks.first_line(ValueError("Exception encountered when calling Dense.call().\n\nno axis")) == "no axis"
    assert checks.first_line(ValueError()) == ""


@pytest.mark.parametrize(
    ("count", "en", "es"), [(999, "999", "999"), (5_258, "5,258", "5258"), (225_034, "225,034", "225 034")]
)
def test_thousands_are_grouped_as_each_edition_writes_them(count, en, es):
    assert checks.thousands(count) == {"en": en, "es": es}
