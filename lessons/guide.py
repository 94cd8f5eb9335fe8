"""The teacher's guide: what the lessons' `teacher` cells, solutions and checks say, gathered. `build.py` writes it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from source import ROOT, RUN_TIMES, Lesson

GUIDES = {
    "en": ROOT / "docs" / "teachers-guide.md",
    "es": ROOT / "docs" / "guia-docente.md",
}
CHECKS = ROOT / "helpers" / "checks"

INTRODUCTION = {
    "en": """# Teacher's guide

Made from the lessons by `lessons/build.py`; do not edit. In Spanish: [guia-docente.md](guia-docente.md).

**Before class.** `python3 -m helpers lab` once on each machine. On one of them `python3 -m helpers download` for the optional data (then copy
`data/` to the others) and `python3 -m helpers test` (about 20 minutes). Run the lesson yourself on the room's slowest machine: no cell should
take over a minute, lesson 07's photos apart.

**The plans** give minutes for a class of 90 and for one of 45. Where there is a dash, do not talk about it, but run its cells all the same:
later ones use what they define.

**In class.** The notebooks arrive with our outputs, so the answer stands below the question. Have everybody clear them first: *Edit › Clear
Outputs of All Cells* (Colab: *Edit › Clear all outputs*). Let everybody write a prediction before the experiment runs, and ask two people for
their reasons. While it runs, draw the curve that you expect. Afterwards read the table together: the learner's run, the course's band over ten
seeds, the prediction.

**Marking.** Each lesson gives up to 10 points. A wrong prediction costs nothing; a missing one does.

| points | for |
|--:|---|
| 1 | a prediction, with a reason in one sentence |
| 2 | the notebook run from top to bottom; for anything outside the course's band, a likely cause |
| 4 | the exercises, shared equally: *correct* counts in full, with or without hints, if the learner can say why it is (the solutions are in the notebook); half if they can say what the check objects to |
| 1 | the quiz, each answer with its reason in the learner's own words |
| 2 | one change of the learner's own, its result, and what it does *not* show |
""",
    "es": """# Guía docente

La escribe `lessons/build.py` a partir de las lecciones; no la edites. En inglés: [teachers-guide.md](teachers-guide.md).

**Antes de clase.** `python3 -m helpers lab --lang es` una vez en cada equipo. En uno de ellos, `python3 -m helpers download` para los datos
opcionales (después copia `data/` a los demás) y `python3 -m helpers test` (unos 20 minutos). Ejecuta tú la lección en el equipo más lento del
aula: ninguna celda debería pasar del minuto, salvo las fotos de la lección 07.

**Los planes** dan los minutos para una clase de 90 y para otra de 45. Donde hay una raya, no te pares a explicarlo, pero ejecuta sus celdas: las
siguientes usan lo que definen.

**En clase.** Los cuadernos llegan con nuestros resultados, así que la respuesta está debajo de la pregunta. Pide que los borren antes:
*Edit › Clear Outputs of All Cells* (en Colab, *Editar › Borrar todos los resultados*). Que todo el mundo escriba una predicción antes de lanzar
el experimento, y que dos personas la razonen. Mientras se ejecuta, dibuja la curva que esperas. Después leed juntos la tabla: la ejecución de
cada cual, la franja del curso con diez semillas, la predicción.

**Evaluación.** Cada lección da hasta 10 puntos. Una predicción fallida no resta; una que falta, sí.

| puntos | por |
|--:|---|
| 1 | una predicción, razonada en una frase |
| 2 | el cuaderno ejecutado de arriba abajo; si algo cae fuera de la franja del curso, una causa probable |
| 4 | los ejercicios, a partes iguales: *correcto* vale entero, con pistas o sin ellas, si se sabe explicar por qué lo es (las soluciones están en el cuaderno); la mitad si se sabe explicar qué objeta la comprobación |
| 1 | las preguntas, cada respuesta con su porqué en palabras propias |
| 2 | un cambio de cosecha propia, su resultado y lo que *no* demuestra |
""",
}
WORDS = {
    "en": {
        "minutes": "minutes alone, exercises included",
        "times": "Run All took {seconds} s on a machine with {cores} cores, the longest cell {longest_cell} s, without the downloads.",
        "key": "Answer key",
        "checks": "Wrong answers that the check recognises, and what it tells the learner",
    },
    "es": {
        "minutes": "minutos por cuenta propia, con los ejercicios",
        "times": "Ejecutar todo llevó {seconds} s en un equipo de {cores} núcleos; la celda más larga, {longest_cell} s; sin las descargas.",
        "key": "Soluciones",
        "checks": "Respuestas erróneas que reconoce la comprobación, y lo que dice",
    },
}


def guide(lessons: list[Lesson], lang: str) -> str:
    """The whole guide in one language."""
    return "\n".join(
        [INTRODUCTION[lang], *(_chapter(lesson, lang) for lesson in lessons)]
    )


def _chapter(lesson: Lesson, lang: str) -> str:
    words, about = WORDS[lang], lesson.about
    parts = [
        f"## {lesson.name[:2]} · {about['title'][lang]}",
        f"*{about['minutes']} {words['minutes']}.*{_run_times(lesson.name, words)}",
    ]
    parts += [
        lesson.fill(cell.source, lang, "the teacher's cell")
        for cell in lesson.cells
        if "teacher" in cell.metadata.get("tags", []) and cell.metadata["lang"] == lang
    ]
    parts.append(f"### {words['key']}")
    tree = ast.parse((CHECKS / f"lesson_{lesson.name[:2]}.py").read_text("utf-8"))
    title = question = ""
    for cell in lesson.cells:
        if cell.cell_type == "markdown" and cell.metadata.get("lang") == lang:
            headings = re.findall(
                r"^### (\d.*?)$|^(\*\*[A-Z]\.\*\* .*?)(?:\n\n|\Z)",
                cell.source,
                re.M | re.S,
            )
            if headings:
                title, question = " ".join("".join(headings[-1]).split()), cell.source
        if "solution" in cell.metadata.get("tags", []):
            name = re.findall(r"^check\.(\w+)\(", cell.source, re.M)[-1]
            code = re.sub(r"\n*^check\.\w+\(.*", "", cell.source, flags=re.M).strip()
            if replies := _quiz_replies(tree, name, lang):
                options = re.findall(
                    r"^- \((\w)\) (.*?)(?=\n- \(|\Z)", question, re.M | re.S
                )
                right = code.split('"')[1]  # answer = "b"
                told = [
                    f"- {'✓ ' * (letter == right)}({letter}) {' '.join(option.split())} → {replies[letter]}"
                    for letter, option in options
                ]
                parts.append(f"{title}\n\n" + "\n".join(told))
                continue
            parts.append(f"#### {title}\n\n```python\n{code}\n```")
            told = [
                f"- *{what}*: {text}" if lang == "en" else f"- {text}"
                for what, text in dict.fromkeys(misconceptions(tree, name, lang))
            ]
            parts.append(f"{words['checks']}:\n\n" + "\n".join(told))
    return "\n\n".join(parts) + "\n"


def _run_times(name: str, words: dict[str, str]) -> str:
    times = json.loads(RUN_TIMES.read_text("utf-8"))
    return f" {words['times'].format(**times[name])}" if name in times else ""


def misconceptions(
    tree: ast.Module,
    name: str,
    lang: str,
    seen: tuple[str, ...] = (),
    known: dict[str, str] | None = None,
) -> Iterator[tuple[str, str]]:
    """Each `raise NotYet(name, text)` of a check and of the functions it calls.

    `known` are the strings that the check is called with; what is computed shows as an ellipsis.
    """
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    nodes = [n for n in ast.walk(functions[name]) if hasattr(n, "lineno")]
    text = ""
    for node in sorted(nodes, key=lambda n: n.lineno):
        if isinstance(node, ast.Assign):
            said = [n for n in ast.walk(node.value) if _is_call(n, "tr")]
            text = _text(said[0], lang, known) if said else text
        elif isinstance(node, ast.Raise) and _is_call(node.exc, "NotYet"):
            what, said = node.exc.args[0], node.exc.args[-1]
            if isinstance(what, ast.Constant):
                yield (
                    what.value,
                    _text(said, lang, known) if _is_call(said, "tr") else text,
                )
        elif isinstance(node, ast.Tuple) and _is_call([None, *node.elts][-1], "tr"):
            yield node.elts[0].value, _text(node.elts[-1], lang)  # a row of a table
        elif isinstance(node, ast.Dict):
            for what, said in zip(node.keys, node.values, strict=True):
                if isinstance(what, ast.Constant) and _is_call(said, "tr"):
                    yield what.value, _text(said, lang)
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "id", "")
            if called in functions and called not in (name, *seen):
                names = [argument.arg for argument in functions[called].args.args]
                given = {
                    key: value.value
                    for key, value in zip(names, node.args, strict=False)
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
                yield from misconceptions(tree, called, lang, (name, *seen), given)


def _quiz_replies(tree: ast.Module, name: str, lang: str) -> dict[str, str]:
    """What the check says to each option, or nothing where `name` is no quiz."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == name:
            return {
                option.arg: _text(option.value, lang)
                for option in statement.value.keywords
                if option.arg != "right"
            }
    return {}


def _is_call(node: ast.AST | None, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
    )


def _text(call: ast.Call, lang: str, known: dict[str, str] | None = None) -> str:
    said = next(keyword.value for keyword in call.keywords if keyword.arg == lang)
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    return "".join(
        part.value
        if isinstance(part, ast.Constant)
        else (known or {}).get(getattr(part.value, "id", ""), "…")
        for part in parts
    )
