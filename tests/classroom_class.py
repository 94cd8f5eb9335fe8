"""A class made by a program: thirty learners with right, wrong, odd and hostile answers, handed in in every way there is."""

import json
import os
from functools import cache
from pathlib import Path

from classroom_answers import HIDDEN, READ, WRONG

from helpers.classroom import cells
from tools.source import Lesson, lesson_paths

NAMES = ["Ana Pérez", "José Núñez", "Müller, Jörg", "O'Brien \"Bob\"", "=1+1", "<b>Eve</b>", "Łukasz", "20231234", "ana.gil@example.org"]  # fmt: skip
KINDS = ("hand-in", "notebook", "colab", "moodle")
STARTED = 1_750_000_000
LESSONS = [path.stem for path in lesson_paths()]


@cache
def solutions(lesson: str) -> dict[str, str]:
    """The lesson's own solutions by check, in English."""
    found = Lesson.numbered(lesson[:2]).cells
    code = [c for c in found if "solution" in c.metadata.get("tags", []) and c.metadata.get("lang", "en") == "en"]
    return {cells.checked(cell.source): cell.source for cell in code}


def call(lesson: str, exercise: str) -> str:
    """How the lesson calls an exercise's check."""
    (source,) = (cell.source for cell in cells.shipped(lesson, "en") if cell.exercise == exercise)
    return next(line for line in source.splitlines() if line.startswith(f"check.{exercise}("))


def name_of(number: int) -> str:
    return NAMES[number] if number < len(NAMES) else f"Learner {number}"


def answers_of(number: int, lesson: str, hostile: bool) -> dict[str, tuple[str, str, str | None]]:
    """A learner's answers: by exercise the cell, the status or reason that is to come out, and the misconception.

    A line of their own makes every answer to an exercise different from all others, as in the worst of classes.
    """
    given = {}
    for place, (exercise, source) in enumerate(solutions(lesson).items()):
        if (number + place) % 7 == 3:
            given[exercise] = (
                next(c.source for c in cells.shipped(lesson, "en") if c.exercise == exercise),
                "not attempted",
                None,
            )
        elif exercise.startswith("quiz"):
            wrong = (number + place) % 5 == 2
            right = source.split('"')[1]
            letter = next(x for x in "abc" if x != right) if wrong else right
            text = f'answer = "{letter}"\n\n{call(lesson, exercise)}'
            given[exercise] = (text, "not yet" if wrong else "correct", f"chose {letter}" if wrong else None)
        else:
            given[exercise] = (f"mine = {number}\n{source}", "correct", None)
    for place, (exercise, source, misconception) in enumerate(WRONG[lesson]):
        if number % (len(WRONG[lesson]) + 2) == place:
            given[exercise] = (f"mine = {number}\n{source}\n\n{call(lesson, exercise)}", "not yet", misconception)
    every = list({**READ, **HIDDEN}.values())
    if hostile and lesson == LESSONS[0] and number < len(every):
        exercise, source, outcome = every[number]
        given[exercise] = (source, outcome, None)
    return given


def write(folder: Path, number: int, lesson: str, answers: dict, kind: str, when: int = STARTED) -> Path:
    """Hand in one lesson, as a small file or as a notebook under one of its names; every answer reads "correct" in the notebook."""
    name = name_of(number)
    if kind == "hand-in":
        path = folder / f"hand-in_{lesson[:2]}_{number}.json"
        given = {e: {"outcome": "correct", "code": source, "time": ""} for e, (source, *_) in answers.items()}
        about = {"hand_in": 1, "course": "0.1.0", "lesson": lesson, "lang": "en", "name": name, "guesses": {}}
        path.write_text(json.dumps({**about, "answers": given, "time": "2025-06-15T15:06:40+00:00"}), "utf-8")
    else:
        shipped = json.loads(next(p for p in cells.notebooks("en") if p.stem == lesson).read_text("utf-8"))
        for cell in shipped["cells"]:
            check = cells.checked(cells.text(cell)) if cell["cell_type"] == "code" else None
            if check in answers:
                cell["source"] = answers[check][0]
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✓ Correct. Well done.\n"]}]
        plain = name.replace("<", "").replace(">", "").replace("/", "").replace('"', "")
        names = {"notebook": f"{lesson}_{plain}.ipynb", "colab": f"Copy of {lesson} - {plain} (1).ipynb"}
        path = folder / names.get(kind, f"{plain}_{1000 + number}_assignsubmission_file/{lesson}.ipynb")
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(shipped), "utf-8")
    os.utime(path, (when, when))
    return path


def make_class(folder: Path, learners: int = 30, lessons: list[str] = LESSONS, hostile: bool = True) -> dict:
    """Fill the folder; returns what is to come out: by number of the learner and lesson, what `answers_of` says."""
    put_in = {}
    (folder / "victim").mkdir()
    for name in ("precious", "precious.npy"):
        (folder / "victim" / name).write_text("kept", "utf-8")
    for number in range(learners):
        for lesson in lessons:
            answers = answers_of(number, lesson, hostile)
            put_in[number, lesson] = {
                exercise: (source.replace("{victim}", str(folder / "victim")), *outcome)
                for exercise, (source, *outcome) in answers.items()
            }
            kind = "hand-in" if name_of(number) in ("<b>Eve</b>", 'O\'Brien "Bob"') else KINDS[number % len(KINDS)]
            write(folder, number, lesson, put_in[number, lesson], kind)
    (folder / "broken.ipynb").write_text('{"cells": [', "utf-8")
    (folder / "other.json").write_text("[1, 2]", "utf-8")
    (folder / "a picture.ipynb").write_bytes(bytes(range(256)))
    return put_in
