"""`hand_in("name or number")`: one small file beside the notebook, for the teacher. Nothing is sent."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path

from helpers import __version__, checks
from helpers.classroom import cells, record
from helpers.language import CourseError, say

FORMAT = 1


def hand_in(name: object = "", folder: Path | None = None) -> None:
    """Write what was done in this lesson to a file beside the notebook, and say where it is and what is in it.

    `name` is a name or a number that the teacher knows; without one the file holds none, and `...` is the blank, with which
    nothing is written. On Colab the file is offered for download.
    Raises CourseError where nothing was answered yet, or the file cannot be written.
    """
    if name is ...:
        say_how()
        return
    lesson, lang = record.current()
    kept = record.read(lesson) if lesson else {"answers": {}, "guesses": {}}
    if not kept["answers"] and not kept["guesses"]:
        raise CourseError(
            en="There is nothing to hand in yet: run the notebook's first cell, answer an exercise or a question, then run this cell again.",
            es="Todavía no hay nada que entregar: ejecuta la primera celda del cuaderno, responde un ejercicio o una pregunta y ejecuta esta celda otra vez.",
        )
    name = str(name).strip()
    known = {
        "hand_in": FORMAT,
        "course": __version__,
        "lesson": lesson,
        "lang": lang,
        "name": name,
        "time": record.now(),
    }
    path = (folder or Path.cwd()) / f"hand-in_{lesson[:2]}{_for_file(name)}.json"
    try:
        path.write_text(json.dumps({**known, **kept}, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise CourseError(
            en=f"{path} cannot be written: {error}", es=f"No se puede escribir {path}: {error}"
        ) from error
    _say_what_is_in_it(path, name, lesson, lang, kept)
    _offer_download(path)


def say_how() -> None:
    """What the blank says, and every notebook that the course ships."""
    say(
        en='Nothing was written. To hand in, put your name or number in place of the three dots, such as `hand_in("Ana")`, and run this cell again; `hand_in()` leaves the name out.',
        es='No se ha escrito nada. Para entregar, pon tu nombre o tu número en lugar de los tres puntos, por ejemplo `hand_in("Ana")`, y ejecuta esta celda otra vez; con `hand_in()` se entrega sin nombre.',
    )


def _for_file(name: str) -> str:
    """The name as every system takes it in a file's name: letters, digits and hyphens, "" for none."""
    plain = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", name)).strip("-")[:40]
    return f"_{plain}" if plain else ""


def _say_what_is_in_it(path: Path, name: str, lesson: str, lang: str, kept: dict) -> None:
    answers, guesses = kept["answers"].values(), sum(map(len, kept["guesses"].values()))
    right = sum(answer["outcome"] == checks.CORRECT for answer in answers)
    asked = len(cells.exercises(lesson, lang))
    who_en, who_es = (f"the name {name}", f"el nombre {name}") if name else ("no name", "ningún nombre")
    say(
        en=f"Written: {path}\nIn it: {who_en}; your answers to {len(answers)} of {asked} exercises and questions with their outcomes ({right} correct); {guesses} predictions; the times of your answers, and the versions of lesson and course. Nothing else, and nothing was sent: give the file to your teacher.",
        es=f"Escrito: {path}\nContiene: {who_es}; tus respuestas a {len(answers)} de {asked} ejercicios y preguntas con sus resultados ({right} correctas); {guesses} predicciones; la hora de cada respuesta y las versiones de la lección y del curso. Nada más, y no se ha enviado nada: dale el archivo a tu docente.",
    )


def _offer_download(path: Path) -> None:
    if "google.colab" in sys.modules:
        from google.colab import files  # Colab's own

        files.download(str(path))
