"""How texts are shown."""

import pytest

from helpers.language import CourseError, say, wrap

COMMAND = "`python3 -m helpers download`"


@pytest.mark.parametrize("before", range(0, 100, 3))
def test_a_command_is_never_broken(before):
    text = (
        "word " * (before // 5) + "x" * (before % 5 + 1) + f" {COMMAND}, which fetches it. Or `pytest`, or `git diff`."
    )
    lines = wrap(text).splitlines()
    assert sum(COMMAND in line for line in lines) == 1
    assert max(map(len, lines)) <= 88 and " ".join(lines) == text


@pytest.mark.parametrize("before", range(70, 95))
def test_a_number_and_its_per_cent_sign_stay_together(before):
    lines = wrap("x" * (before - 7) + " word 50 % right").splitlines()
    assert sum("50 %" in line for line in lines) == 1


def test_lines_and_spaces_that_do_not_break_stay():
    assert wrap("one\n\n70\u00a0000 digits") == "one\n\n70\u00a0000 digits"


def test_a_lone_backtick_protects_nothing():
    assert max(map(len, wrap("` " + "word " * 60).splitlines())) <= 88


def test_sentences_and_errors_take_a_text_or_both_languages(lang, capsys):
    expected = {"en": "three", "es": "tres"}[lang]
    say(en="three", es="tres")
    say(expected)
    assert capsys.readouterr().out == f"{expected}\n{expected}\n"
    assert str(CourseError(en="three", es="tres")) == str(CourseError(expected)) == expected
