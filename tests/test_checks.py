"""The lessons' checks: several right answers each, and wrong ones told which misconception they show."""

import importlib

import keras
import pytest

from answers import lesson_04
from helpers import language
from helpers.checks import lesson_04 as check_04
from helpers.exercises import CORRECT, NOT_YET
from source import lesson_paths

LESSONS = {path.stem[:2]: importlib.import_module(f"answers.lesson_{path.stem[:2]}") for path in lesson_paths()}
EXERCISES = [(number, exercise) for number, answers in LESSONS.items() for exercise in answers.EXERCISES]
QUIZZES = [(number, *quiz) for number, answers in LESSONS.items() for quiz in answers.QUIZZES]


@pytest.fixture(autouse=True)
def same_draws():
    """Some checks try an answer that draws at random, such as noise."""
    keras.utils.set_random_seed(0)


def case(number, exercise, *rest):
    return pytest.param(exercise, *rest, id=f"{number}-{exercise.check.name}")


@pytest.mark.parametrize(
    ("exercise", "answer"), [case(number, exercise, a) for number, exercise in EXERCISES for a in exercise.right]
)
def test_a_right_answer_is_accepted(exercise, answer, lang):
    verdict = exercise.judge(answer)
    assert verdict.status == CORRECT, verdict.text


@pytest.mark.parametrize(
    ("exercise", "answer", "misconception"),
    [case(number, exercise, *pair) for number, exercise in EXERCISES for pair in exercise.wrong],
)
def test_a_wrong_answer_is_told_its_misconception(exercise, answer, misconception, lang):
    verdict = exercise.judge(answer)
    assert (verdict.status, verdict.misconception) == (NOT_YET, misconception)


@pytest.mark.parametrize(("quiz", "right"), [pytest.param(q, r, id=f"{n}-{q.name}") for n, q, r in QUIZZES])
def test_a_quiz_has_one_right_option_and_a_reason_for_each(quiz, right, lang):
    verdicts = {letter: quiz.judge(letter) for letter in "abc"}
    assert [letter for letter, verdict in verdicts.items() if verdict.status == CORRECT] == [right]
    assert len({verdict.text for verdict in verdicts.values()}) == 3


@pytest.mark.parametrize("exercise", [case(*pair) for pair in EXERCISES])
def test_an_exercise_is_tried_both_ways_and_speaks_both_languages(exercise):
    misconceptions = {misconception for _, misconception in exercise.wrong}
    assert len(exercise.right) >= 2 and len(misconceptions) >= 3

    def texts(lang):
        language.use(lang)
        return [exercise.judge(answer).text for answer in (exercise.right[0], *(wrong for wrong, _ in exercise.wrong))]

    try:
        assert all(english != spanish for english, spanish in zip(texts("en"), texts("es"), strict=True))
    finally:
        language.use("en")
    first, *_ = exercise.check.hints  # later ones may be code
    assert first["en"] != first["es"]


@pytest.mark.parametrize("number", LESSONS)
def test_answers_are_given_to_every_check_of_a_lesson(number):
    check = importlib.import_module(f"helpers.checks.lesson_{number}")
    known = {thing.name for thing in vars(check).values() if isinstance(thing, type(check_04.bumpy))}
    tried = {exercise.check.name for exercise in LESSONS[number].EXERCISES} | {
        q.name for q, _ in LESSONS[number].QUIZZES
    }
    assert known == tried


def test_a_callback_may_be_judged_twice_and_after_a_training():
    answer = lesson_04.stopping()
    assert check_04.bumpy.judge(answer).status == check_04.bumpy.judge(answer).status == CORRECT
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = keras.ops.ones((4, 1))
    model.fit(x, x, validation_data=(x, x), epochs=2, callbacks=[answer], verbose=0)
    assert check_04.bumpy.judge(answer).status == CORRECT
