"""What a learner did is kept in `runs/class/`, one file a lesson, and survives a restart. Nothing leaves the machine.

After every cell, IPython tells `_after_cell`; it looks at what the checks and `guess` noted, and writes when that has changed. An
answer is the text of the cell that called its check. A blank never takes an answer's place.
"""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime

from helpers import ROOT, __version__, checks, results
from helpers.classroom import cells
from helpers.language import say

FOLDER = ROOT / "runs" / "class"
QUIET = {"COURSE_STRICT", "COURSE_MEASURE", "COURSE_SEED"}  # variables of which any means: nobody learns here
_session: dict[str, str] = {}  # the lesson and language of this kernel


def start(lesson: str, lang: str) -> None:
    """Keep what is done in this notebook from now on, and bring back the guesses of earlier days; says what is there, if anything is.

    Without IPython, and in the course's own tests, measurements and builds (QUIET), it keeps and knows nothing.
    """
    _session.clear()
    shell = _shell()
    if shell is None or QUIET & os.environ.keys():
        return
    _session.update(lesson=lesson, lang=lang)
    with contextlib.suppress(ValueError):
        shell.events.unregister("post_run_cell", _after_cell)
    shell.events.register("post_run_cell", _after_cell)
    kept = read(lesson)
    results._record.guesses.update(kept["guesses"])
    where_am_i()


def _shell():  # type: ignore[no-untyped-def]
    with contextlib.suppress(ImportError):
        from IPython import get_ipython

        return get_ipython()
    return None


def where_am_i() -> None:
    """Say how far this lesson is, if something of it is kept."""
    lesson, lang = _session.get("lesson", ""), _session.get("lang", "en")
    outcomes = [answer["outcome"] for answer in read(lesson)["answers"].values()] if lesson else []
    if outcomes:
        right, asked = outcomes.count(checks.CORRECT), len(cells.exercises(lesson, lang))
        say(
            en=f"From earlier: {len(outcomes)} of {asked} exercises and questions answered, {right} correct. `helpers.classroom.record.start_afresh()` forgets them.",
            es=f"De otras veces: {len(outcomes)} de {asked} ejercicios y preguntas con respuesta, {right} correctas. `helpers.classroom.record.start_afresh()` las olvida.",
        )


def read(lesson: str) -> dict:
    """What is kept of a lesson: `{"answers": {check: {"outcome", "code", "time"}}, "guesses": {run: {figure: value}}}`.

    A file that is damaged is put aside under another name, and the lesson begins anew.
    """
    path = FOLDER / f"{lesson}.json"
    try:
        kept = json.loads(path.read_text("utf-8"))
        answers = {str(name): {part: str(answer[part]) for part in ("outcome", "code", "time")} for name, answer in kept["answers"].items()}  # fmt: skip
        guesses = {str(run): {str(k): float(v) for k, v in figures.items()} for run, figures in kept["guesses"].items()}
        return {"answers": answers, "guesses": guesses}
    except (ValueError, TypeError, KeyError, AttributeError):
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".damaged"))
    except OSError:
        pass
    return {"answers": {}, "guesses": {}}


def _after_cell(result: object) -> None:
    """IPython's hook; whatever goes wrong here must not reach the learner's cell."""
    with contextlib.suppress(Exception):
        note(str(result.info.raw_cell))  # type: ignore[attr-defined]


def note(cell: str) -> None:
    """Keep what a cell that has just run answered, and all guesses."""
    lesson = _session.get("lesson")
    if not lesson:
        return
    kept, name = read(lesson), cells.checked(cell)
    before = json.dumps(kept)
    outcome = checks.outcomes.get(name or "", checks.NOT_ATTEMPTED)
    if name and outcome != checks.NOT_ATTEMPTED:
        known = kept["answers"].get(name, {})
        if (known.get("outcome"), known.get("code")) != (outcome, cell):
            kept["answers"][name] = {"outcome": outcome, "code": cell, "time": now()}
    kept["guesses"].update(results._record.guesses)
    if json.dumps(kept) != before:
        _write(lesson, kept)


def _write(lesson: str, kept: dict) -> None:
    """Whole or not at all, as a notebook in the other language may write at the same time. Where nothing may be written, nothing is kept."""
    with contextlib.suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        aside = FOLDER / f".{lesson}.{os.getpid()}"
        aside.write_text(json.dumps({"course": __version__, **kept}, ensure_ascii=False, indent=1), "utf-8")
        aside.replace(FOLDER / f"{lesson}.json")


def now() -> str:
    """The time, with its zone, to the second."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def current() -> tuple[str, str]:
    """The lesson and the language of this notebook, both "" outside of one."""
    return _session.get("lesson", ""), _session.get("lang", "")


def start_afresh() -> None:
    """Forget what is kept of this lesson: outcomes, guesses and answers. The notebook itself stays as it is."""
    lesson = _session.get("lesson", "")
    (FOLDER / f"{lesson}.json").unlink(missing_ok=True)
    checks.outcomes.clear()
    results._record.guesses.clear()
    say(
        en=f"Nothing is kept of lesson {lesson[:2]} any more. Your notebook is as it was.",
        es=f"Ya no se guarda nada de la lección {lesson[:2]}. Tu cuaderno sigue como estaba.",
    )
