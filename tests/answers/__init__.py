"""For every lesson, answers to its exercises and the right options of its quizzes; tests/test_checks.py judges them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from helpers.checks import Check


@dataclass(frozen=True)
class Exercise:
    """A check with right answers and pairs of a wrong answer and its misconception.

    With `built`, an answer is what its entry returns when called: a model or a callback, fresh for each judgement.
    """

    check: Check
    right: Sequence[object]
    wrong: Sequence[tuple[object, str]]
    built: bool = False

    def judge(self, answer: Callable[[], object] | object):
        return self.check.judge(answer() if self.built else answer)
