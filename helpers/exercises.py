"""The exercise engine: `check.name(answer)` says *not attempted*, *not yet* or *correct*; `check.name.hint()` helps.

The checks of a lesson are functions in `helpers/checks/lesson_NN.py`. They look at what an answer does, not at how
it is written, and call a wrong one by the misconception it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from helpers.language import say, tr

NOT_ATTEMPTED, NOT_YET, CORRECT = "not attempted", "not yet", "correct"


class NotYet(Exception):
    """A wrong answer: the misconception's name (a short English phrase, for teachers and tests) and what to say."""

    def __init__(self, misconception: str, text: str) -> None:
        super().__init__(text)
        self.misconception = misconception


@dataclass(frozen=True)
class Verdict:
    """`status` is NOT_ATTEMPTED, NOT_YET or CORRECT; `misconception` names what a wrong answer shows."""

    status: str
    text: str
    misconception: str | None = None

    def __str__(self) -> str:
        mark, word = {
            NOT_ATTEMPTED: ("○", tr(en="Not attempted yet.", es="Sin responder todavía.")),
            NOT_YET: ("✗", tr(en="Not yet.", es="Todavía no.")),
            CORRECT: ("✓", tr(en="Correct.", es="¡Correcto!")),
        }[self.status]
        return f"{mark} {word} {self.text}"


outcomes: dict[str, str] = {}  # the latest status of each check in this notebook, for the tests


def first_line(error: Exception) -> str:
    """The first line of an error's message, which may be empty."""
    return (str(error).strip().splitlines() or [""])[0]


class Check:
    """A question with staged hints. Calling it judges an answer, prints the verdict and never raises."""

    def __init__(self, name: str, rule: Callable[..., str], hints: Sequence[dict[str, str]] = ()) -> None:
        self.name, self.rule, self.hints = name, rule, hints
        self.__doc__ = rule.__doc__
        self._given = 0

    def __call__(self, *answer: object) -> None:
        verdict = self.judge(*answer)
        outcomes[self.name] = verdict.status
        say(str(verdict))

    def judge(self, *answer: object) -> Verdict:
        """The verdict on an answer. `...` anywhere in it is the blank."""
        if any(part is ... for part in answer):
            how = tr(
                en="Put your answer in place of the three dots and run the cell again.",
                es="Pon tu respuesta en lugar de los tres puntos y ejecuta la celda otra vez.",
            )
            if self.hints:
                how += " " + tr(
                    en="Remove the # of the last line for a hint.",
                    es="Quita el # de la última línea si quieres una pista.",
                )
            return Verdict(NOT_ATTEMPTED, how)
        try:
            return Verdict(CORRECT, self.rule(*answer))
        except NotYet as wrong:
            return Verdict(NOT_YET, str(wrong), wrong.misconception)
        except Exception as error:  # the learner's own code failed: that is an answer, too
            kind = type(error).__name__
            return Verdict(
                NOT_YET,
                tr(
                    en=f"Trying your answer raised {kind}: {first_line(error)}",
                    es=f"Al probar tu respuesta se produjo {kind}: {first_line(error)}",
                ),
                f"raises {kind}",
            )

    def hint(self) -> None:
        """Print the next hint; the last one stays. A quiz has none."""
        if not self.hints:
            say(
                tr(
                    en="No hints here: choose a letter, and the reply says what to look at.",
                    es="Aquí no hay pistas: elige una letra y la respuesta te dirá en qué fijarte.",
                )
            )
            return
        stage = min(self._given, len(self.hints) - 1)
        self._given = stage + 1
        say(
            tr(en=f"Hint {stage + 1} of {len(self.hints)}: ", es=f"Pista {stage + 1} de {len(self.hints)}: ")
            + tr(**self.hints[stage])
        )


def exercise(*hints: dict[str, str]) -> Callable[[Callable[..., str]], Check]:
    """Make a check of a function that returns praise for a right answer and raises NotYet for a wrong one.

    Args:
        *hints: from a nudge to nearly the answer, each `dict(en=…, es=…)`.
    """
    return lambda rule: Check(rule.__name__, rule, hints)


def quiz(name: str, right: str, **reasons: dict[str, str]) -> Check:
    """Make a multiple-choice question, whose text stands in the lesson.

    Args:
        name: the variable that it is assigned to.
        right: the letter of the right option.
        **reasons: for each letter, why it is right or wrong, `dict(en=…, es=…)`.
    """

    def rule(answer: object) -> str:
        letter = str(answer).strip().strip("().").lower()
        letters = ", ".join(reasons)
        if letter not in reasons:
            text = tr(
                en=f"The answer is one of the letters {letters}, in quotes.",
                es=f"La respuesta es una de las letras {letters}, entre comillas.",
            )
            raise NotYet("not an option", text)
        if letter != right:
            raise NotYet(f"chose {letter}", tr(**reasons[letter]))
        return tr(**reasons[letter])

    return Check(name, rule)
