"""The learner's language: every text the helpers show is written in both, where it is used."""

from __future__ import annotations

import os
import re
import textwrap

LANGUAGES = ("en", "es")
# How the course's commands begin on this machine: Python from python.org brings no `python3` to Windows.
COMMAND = ("py" if os.name == "nt" else "python3") + " -m helpers"
_current = "en"


def use(lang: str) -> None:
    """Show texts in `lang` from now on. Raises ValueError for a language the course does not have."""
    global _current
    if lang not in LANGUAGES:
        raise ValueError(f"the course is written in {' and '.join(LANGUAGES)}, not in {lang!r}")
    _current = lang


def tr(*, en: str, es: str) -> str:
    """The text in the learner's language."""
    return es if _current == "es" else en


def wrap(text: str) -> str:
    """The text in lines of at most 88 characters: a notebook would break a longer one in the middle of a word.

    What stands in backticks is never broken, as it is there to be copied, nor is 50 %.
    """
    whole = re.sub(r"`[^`\n]*`|\d %", lambda quoted: quoted[0].replace(" ", "\0"), text)
    lines = (textwrap.fill(line, 88, break_long_words=False, break_on_hyphens=False) for line in whole.splitlines())
    return "\n".join(lines).replace("\0", " ")


def say(text: str = "", **both: str) -> None:
    """Print a text, or the learner's language of `en` and `es`, in lines that fit a notebook."""
    print(wrap(tr(**both) if both else text))


class CourseError(Exception):
    """An error whose message, a text or `en` and `es`, is for the learner: what happened, why, what to do next.

    A notebook shows the message alone, without the traceback through the helpers.
    """

    def __init__(self, text: str = "", **both: str) -> None:
        super().__init__(tr(**both) if both else text)

    def _render_traceback_(self) -> list[str]:  # IPython's hook for exceptions that draw themselves
        return [f"{type(self).__name__}: {self}"]
