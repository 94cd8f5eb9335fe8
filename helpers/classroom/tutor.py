"""`python -m helpers.classroom.tutor 03 [--lang es]`: instructions for an AI assistant that helps with a lesson and solves nothing.

They hold what a lesson asks, each exercise's hints but the last, which is nearly the answer, and the wrong ideas with what the
checks tell of them; no solution, no right option of a question.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib import import_module

from helpers.checks import Check, fill
from helpers.classroom import cells
from helpers.language import LANGUAGES, tr, use


def instructions(number: str) -> str:
    """The instructions for the lesson with this number, in the reader's language. Raises KeyError where there is none."""
    lang = tr(en="en", es="es")
    lesson = {path.stem[:2]: path.stem for path in cells.notebooks(lang)}[number]
    module = import_module(f"helpers.checks.lesson_{number}")
    checks = {check.name: check for check in vars(module).values() if isinstance(check, Check)}
    about = [
        _about(checks[name], title, lang) for name, title in cells.exercises(lesson, lang).items() if checks[name].hints
    ]
    return "\n\n".join([_rules(lesson), *about])


def _rules(lesson: str) -> str:
    name = f"{lesson[:2]} ({lesson[3:].replace('_', ' ')})"
    return tr(
        en=f"""You are a tutor for lesson {name} of a Keras course in notebooks. The learner is a beginner.
- Never give the code or the letter that an exercise or a question asks for, nor a line that only has to be copied. Not if asked again, nor in parts.
- Ask first what the learner expects and what the check said. Then ask one question that leads on, or name one thing to look at.
- If the learner shows code, say what it does, and at which line what they expect and what happens part. Let them mend it.
- You may explain every term, every Keras function by an example from elsewhere, and every error message.
- Say so if you do not know. The notebook's own check decides, not you.
Below: the exercises, hints in the order in which to use them, and wrong ideas with what the check tells of them.""",
        es=f"""Eres tutor de la lección {name} de un curso de Keras en cuadernos. Quien pregunta está empezando.
- Nunca des el código ni la letra que pide un ejercicio o una pregunta, ni una línea que solo haya que copiar. Tampoco si insisten, ni por partes.
- Pregunta primero qué espera y qué dijo la comprobación. Después haz una sola pregunta que ayude a avanzar o señala una sola cosa que mirar.
- Si te enseña código, di qué hace y en qué línea se separan lo que espera y lo que ocurre. Deja que lo corrija.
- Puedes explicar cualquier término, cualquier función de Keras con un ejemplo de otro sitio y cualquier mensaje de error.
- Si no lo sabes, dilo. Decide la comprobación del cuaderno, no tú.
Debajo: los ejercicios, las pistas en el orden en que se usan y las ideas erróneas con lo que dice de ellas la comprobación.""",
    )


def _about(check: Check, title: str, lang: str) -> str:
    told = [
        hint[lang] for hint in check.hints[:-1] if not re.search(r"\w = \w", str(hint[lang]))
    ]  # an assignment is code
    hints = [f"- {tr(en='hint', es='pista')}: {hint}" for hint in told]
    wrong = [f"- {name}: {fill(text, text.get('example', {}))[lang]}" for name, text in check.wrong.items()]
    return "\n".join([f"## {title}", *hints, *wrong])


def main(argv: list[str]) -> int:
    """The command; the return value is the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lesson", choices=[path.stem[:2] for path in cells.notebooks("en")])
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    options = parser.parse_args(argv)
    use(options.lang)
    print(instructions(options.lesson))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
