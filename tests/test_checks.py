"""The lessons' checks: several right answers each, and wrong ones told which misconception they show.

Each answer is judged once, and its text looked at in both languages.
"""

import importlib
from string import Formatter

import keras
import pytest

from answers import lesson_04
from helpers.checks import CORRECT, NOT_YET, Check, fill
from helpers.checks import lesson_04 as check_04
from helpers.language import LANGUAGES
from tools.source import lesson_paths

LESSONS = {path.stem[:2]: importlib.import_module(f"answers.lesson_{path.stem[:2]}") for path in lesson_paths()}
EXERCISES = [(number, exercise) for number, answers in LESSONS.items() for exercise in answers.EXERCISES]
QUIZZES = [(number, *quiz) for number, answers in LESSONS.items() for quiz in answers.QUIZZES]


@pytest.fixture(autouse=True)
def same_draws():
    """Some checks try an answer that draws at random, such as noise."""
    keras.utils.set_random_seed(0)


def assert_said_in_both_languages(verdict):
    texts = [verdict.said[lang] for lang in LANGUAGES]
    assert all(texts) and len({*texts}) == len(LANGUAGES)


def case(number, exercise, *rest):
    return pytest.param(exercise, *rest, id=f"{number}-{exercise.check.name}")


@pytest.mark.parametrize(
    ("exercise", "answer"), [case(number, exercise, a) for number, exercise in EXERCISES for a in exercise.right]
)
def test_a_right_answer_is_accepted(exercise, answer):
    verdict = exercise.judge(answer)
    assert verdict.status == CORRECT, verdict.text
    assert_said_in_both_languages(verdict)


@pytest.mark.parametrize(
    ("exercise", "answer", "misconception"),
    [case(number, exercise, *pair) for number, exercise in EXERCISES for pair in exercise.wrong],
)
def test_a_wrong_answer_is_told_its_misconception(exercise, answer, misconception):
    verdict = exercise.judge(answer)
    assert (verdict.status, verdict.misconception) == (NOT_YET, misconception)
    assert_said_in_both_languages(verdict)


@pytest.mark.parametrize(("quiz", "right"), [pytest.param(q, r, id=f"{n}-{q.name}") for n, q, r in QUIZZES])
def test_a_quiz_has_one_right_option_and_a_reason_for_each(quiz, right):
    letters = "abcd" if "chose d" in quiz.wrong or "d" in quiz.right else "abc"
    verdicts = {letter: quiz.judge(letter) for letter in letters}
    assert [letter for letter, verdict in verdicts.items() if verdict.status == CORRECT] == [right]
    assert len({verdict.said[lang] for verdict in verdicts.values() for lang in LANGUAGES}) == 2 * len(letters)


@pytest.mark.parametrize("exercise", [case(*pair) for pair in EXERCISES])
def test_an_exercise_is_tried_both_ways_and_helps_in_both_languages(exercise):
    misconceptions = {misconception for _, misconception in exercise.wrong}
    assert len(exercise.right) >= 2 and len(misconceptions) >= 3
    first, *_ = exercise.check.hints  # later ones may be code
    assert first["en"] != first["es"]


@pytest.mark.parametrize("exercise", [case(*pair) for pair in EXERCISES])
def test_every_text_of_a_check_is_whole_with_its_example_and_its_braces_are_the_same_in_both_languages(exercise):
    for text in (*exercise.check.right.values(), *exercise.check.wrong.values()):
        printed = fill(text, text.get("example", {}))  # as in the teacher's guide; a KeyError where one is missing
        assert all(said and "…}" not in said for said in printed.values()) and printed["en"] != printed["es"]
        english, spanish = ({field for _, field, *_ in Formatter().parse(text[lang]) if field} for lang in LANGUAGES)
        assert english == spanish


@pytest.mark.parametrize("number", LESSONS)
def test_answers_are_given_to_every_check_of_a_lesson(number):
    check = importlib.import_module(f"helpers.checks.lesson_{number}")
    known = {thing.name for thing in vars(check).values() if isinstance(thing, Check)}
    exercises, quizzes = LESSONS[number].EXERCISES, LESSONS[number].QUIZZES
    assert known == {exercise.check.name for exercise in exercises} | {quiz.name for quiz, _ in quizzes}


def test_a_callback_may_be_judged_twice_and_after_a_training():
    answer = lesson_04.stopping()
    assert check_04.bumpy.judge(answer).status == check_04.bumpy.judge(answer).status == CORRECT
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = keras.ops.ones((4, 1))
    model.fit(x, x, validation_data=(x, x), epochs=2, callbacks=[answer], verbose=0)
    assert check_04.bumpy.judge(answer).status == CORRECT
