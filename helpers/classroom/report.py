"""Who got what: marks.csv for a marks book, class.png to show, class.html to read. Nothing in them points outside."""

from __future__ import annotations

import csv
import html
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import numpy as np

from helpers.checks import CORRECT, NOT_ATTEMPTED, NOT_YET
from helpers.classroom import cells
from helpers.classroom.collect import Class, Result
from helpers.classroom.judge import NOT_JUDGED
from helpers.language import tr

CANVAS = (
    "Student",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Section",
)  # the columns that Canvas asks for; Moodle takes any
KINDS = ("right", "right_theirs", "not_yet", "not_judged", "not_tried")  # as bars are put together, from the left
COLOURS = {"right": "#1b7837", "right_theirs": "#7fbf7b", "not_yet": "#d6604d", "not_judged": "#fdb863", "not_tried": "#d9d9d9"}  # fmt: skip
SIGNS = {"right": "✓", "right_theirs": "(✓)", "not_yet": "✗", "not_judged": "?", "not_tried": "–"}


def words() -> dict[str, str]:
    """The names of KINDS in the reader's language."""
    return {
        "right": tr(en="right", es="correcto"),
        "right_theirs": tr(en="right, as the learner's notebook said", es="correcto, según su propio cuaderno"),
        "not_yet": tr(en="not yet", es="todavía no"),
        "not_judged": tr(en="not judged, see why", es="sin evaluar, mira por qué"),
        "not_tried": tr(en="not tried", es="sin intentar"),
    }


def kind(result: Result) -> str:
    """Which of KINDS a result is."""
    if result.status == CORRECT:
        return "right_theirs" if result.theirs else "right"
    return {NOT_YET: "not_yet", NOT_JUDGED: "not_judged", NOT_ATTEMPTED: "not_tried"}[result.status]


def write(group: Class, folder: Path, told: Mapping) -> list[Path]:
    """Write the three files, each whole or not at all; `told` is what `judge.texts` returns. Returns their paths."""
    paths = [folder / name for name in ("marks.csv", "class.png", "class.html")]
    makers = (write_marks, write_picture, lambda group, path: write_page(group, path, told))
    for path, make in zip(paths, makers, strict=True):
        aside = path.with_name(f".{path.name}")
        make(group, aside)
        aside.replace(path)
    return paths


def columns(group: Class) -> list[tuple[str, str, str]]:
    """The exercises of the lessons that were handed in, in their order: lesson, check, heading."""
    from helpers.language import tr as chosen

    lang = chosen(en="en", es="es")
    return [(lesson, name, title) for lesson in group.lessons for name, title in cells.exercises(lesson, lang).items()]


# --- the table --------------------------------------------------------------------------------------------------------


def write_marks(group: Class, path: Path) -> None:
    """One learner a row, one exercise a column: 1 right, 0 not yet or not tried, empty where a person has to look.

    UTF-8 with the mark by which spreadsheets know it. A name that a spreadsheet would take for a formula gets a ' before it.
    """
    asked = columns(group)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        points = [f"{lesson[:2]} points" for lesson in group.lessons]
        table.writerow(
            [*CANVAS, *(f"{lesson[:2]} {name}" for lesson, name, _ in asked), *points, "points", "as they said"]
        )
        for key in group.counted:
            results = [group.results.get((key, lesson, name), Result()) for lesson, name, _ in asked]
            marks = ["" if r.status == NOT_JUDGED else int(r.status == CORRECT) for r in results]
            sums = [
                sum(m or 0 for m, (of, _, _) in zip(marks, asked, strict=True) if of == lesson)
                for lesson in group.lessons
            ]
            theirs = sum(r.theirs and r.status == CORRECT for r in results)
            table.writerow([*_identity(group.name(key)), *marks, *sums, sum(sums), theirs])


def _identity(name: str) -> list[str]:
    """A learner in CANVAS's columns: a number or an address is put where a marks book looks for it."""
    shown = f"'{name}" if name[:1] in "=+-@\t\r" else name
    return [shown, "", shown if name.replace("-", "").isdigit() else "", shown if "@" in name[1:] else "", ""]


# --- the picture ------------------------------------------------------------------------------------------------------


def counts(group: Class, lesson: str, name: str) -> Counter:
    """How many of those who handed in a lesson have each kind of result in an exercise."""
    return Counter(kind(r) for (_, of, exercise), r in group.results.items() if (of, exercise) == (lesson, name))


def write_picture(group: Class, path: Path) -> None:
    """A bar for each exercise, lesson by lesson: how many are right, not yet, not judged, not tried."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    asked = columns(group)
    figure = Figure(figsize=(8, 1.6 + 0.24 * max(1, len(asked))), layout="constrained")
    FigureCanvasAgg(figure)
    axes, left = figure.subplots(), np.zeros(len(asked))
    rows = np.arange(len(asked)) + [group.lessons.index(lesson) * 0.6 for lesson, _, _ in asked]
    for name, shown in words().items():
        width = np.array([counts(group, lesson, check)[name] for lesson, check, _ in asked], float)
        hatch = {"right_theirs": "///", "not_yet": "..."}.get(name)  # told apart without colour, too
        axes.barh(
            rows, width, left=left, color=COLOURS[name], label=shown, hatch=hatch, edgecolor="white", linewidth=0.5
        )
        left += width
    axes.set_yticks(rows, [f"{lesson[:2]}  {name}" for lesson, name, _ in asked], fontsize=8)
    axes.margins(y=0.01)
    axes.invert_yaxis()
    axes.set_xlabel(tr(en="learners", es="participantes"))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_title(tr(en="Who got what, exercise by exercise", es="Quién logró qué, ejercicio a ejercicio"))
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    figure.savefig(path, format="png", dpi=110)


# --- the page ---------------------------------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; overflow-wrap: anywhere }
summary { cursor: pointer; padding: .25rem 0 } summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid #2166ac }
.bar { display: flex; height: 1.1rem; margin: .1rem 0 .3rem; background: #d9d9d9 } .bar span { display: block }
.scroll { overflow-x: auto } table { border-collapse: collapse; font-size: .9rem }
th, td { padding: .15rem .4rem; border: 1px solid #8888; text-align: left } td.k { text-align: center }
thead th { vertical-align: bottom } tbody th { position: sticky; left: 0; background: Canvas }
tr th:first-child { min-width: 6.5rem; max-width: 9rem } td.k { white-space: nowrap }
.t { writing-mode: vertical-rl; font-weight: normal } pre { overflow-x: auto; padding: .5rem; border: 1px solid #8888 }
.key span { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 .8em } ul { padding-left: 1.2rem }
""" + "".join(
    f".{name} {{ background: {colour}; color: {'#fff' if name == 'right' else '#000'} }} "
    for name, colour in COLOURS.items()
)


def write_page(group: Class, path: Path, told: Mapping) -> None:
    """One page that asks for nothing from outside, is read with the keyboard, on a phone, and without scripts."""
    lang, title = tr(en="en", es="es"), tr(en="The class", es="La clase")
    body = "\n".join(part for lesson in group.lessons for part in _lesson(group, lesson, told))
    key = " ".join(f'<span class="{name}"></span>{SIGNS[name]} {shown}' for name, shown in words().items())
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    path.write_text(
        f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title><style>{STYLE}</style></head>
<body><h1>{title}</h1>
<p>{_summary(group)}</p><p class="key">{key}</p>
{body}
{_files(group)}
</body></html>
""",
        "utf-8",
    )


def _summary(group: Class) -> str:
    when = datetime.now().strftime("%Y-%m-%d %H:%M")
    return tr(
        en=f"{len(group.counted)} learners, {len(group.lessons)} lessons, judged on {when} with today's checks. Made on this machine; nothing was sent anywhere.",
        es=f"{len(group.counted)} participantes, {len(group.lessons)} lecciones; evaluado el {when} con las comprobaciones de hoy. Hecho en este equipo; no se envió nada a ninguna parte.",
    )


def _lesson(group: Class, lesson: str, told: Mapping) -> Iterator[str]:
    asked = [(name, title) for of, name, title in columns(group) if of == lesson]
    yield f"<h2>{_e(cells.title(lesson, tr(en='en', es='es')))}</h2>"
    for name, title in asked:
        found = counts(group, lesson, name)
        bar = "".join(f'<span class="{k}" style="flex:{found[k]}"></span>' for k in KINDS if found[k])
        said = ", ".join(f"{found[k]} {word}" for k, word in words().items() if found[k])
        yield f"<details><summary>{_e(title or name)} <small>({_e(name)})</small><br><small>{said}</small>"
        yield f'<span class="bar" role="img" aria-label="{_e(said)}">{bar}</span></summary>'
        yield from _misconceptions(group, lesson, name, told)
        yield from _to_look_at(group, lesson, name)
        yield "</details>"
    yield _table(group, lesson, asked)


def _misconceptions(group: Class, lesson: str, name: str, told: Mapping) -> Iterator[str]:
    """Which wrong answers there were, the most frequent first, with what the teacher's guide says of each."""
    lang, by_name = tr(en="en", es="es"), {}
    for (key, of, exercise), result in group.results.items():
        if (of, exercise, result.status) == (lesson, name, NOT_YET):
            by_name.setdefault(result.misconception, []).append((group.name(key), result))
    texts = told.get(lesson[:2], {}).get(name, {})
    rows = []
    for misconception, found in sorted(by_name.items(), key=lambda item: -len(item[1])):
        who, (_, first) = ", ".join(learner for learner, _ in found), found[0]
        label = misconception or tr(en="as their notebook said", es="según su propio cuaderno")
        text = texts.get(misconception, first.said).get(lang, "")
        rows.append(f"<li><b>{len(found)} × {_e(label)}</b>: {_e(text)} <small>({_e(who)})</small></li>")
    if rows:
        yield f"<p>{tr(en='For the next lesson:', es='Para la próxima clase:')}</p><ul>{''.join(rows)}</ul>"


def _to_look_at(group: Class, lesson: str, name: str) -> Iterator[str]:
    """Answers that were not judged, or as the learner said, each with its reason and its text."""
    for (key, of, exercise), result in group.results.items():
        if (of, exercise) == (lesson, name) and (result.theirs or result.status == NOT_JUDGED):
            said, sign = result.said.get(tr(en="en", es="es"), ""), SIGNS[kind(result)]
            code = _e(result.code[:4000])
            yield f"<details><summary>{sign} {_e(group.name(key))}: {_e(said)}</summary><pre tabindex=0>{code}</pre></details>"


def _table(group: Class, lesson: str, asked: list[tuple[str, str]]) -> str:
    """Learners by exercises."""
    heads = "".join(f'<th scope="col"><span class="t">{_e(name)}</span></th>' for name, _ in asked)
    rows = []
    for key, lessons in group.counted.items():
        if lesson in lessons:
            kinds = [kind(group.results[key, lesson, name]) for name, _ in asked]
            row = "".join(f'<td class="k {k}">{SIGNS[k]}</td>' for k in kinds)
            rows.append(f'<tr><th scope="row">{_e(group.name(key))}</th>{row}</tr>')
    learner = tr(en="learner", es="participante")
    head = f'<thead><tr><th scope="col">{learner}</th>{heads}</tr></thead>'
    return f'<div class="scroll" tabindex=0 role="region" aria-label="{lesson[:2]}"><table>{head}<tbody>{"".join(rows)}</tbody></table></div>'


def _files(group: Class) -> str:
    """Every file: whose, of which lesson, and whether it counts."""
    rows = []
    for paper in group.papers:
        counts_as = tr(en="counts", es="cuenta")
        if paper.trouble:
            counts_as = tr(**paper.trouble)
        elif group.counted[paper.key][paper.lesson] is not paper:
            counts_as = tr(en="a later one counts", es="cuenta otro posterior")
        cells_of = (paper.path.name, "" if paper.trouble else paper.learner, paper.lesson, counts_as)
        rows.append("<tr>" + "".join(f"<td>{_e(text)}</td>" for text in cells_of) + "</tr>")
    title = tr(en="Files", es="Archivos")
    return f'<h2>{title}</h2><div class="scroll" tabindex=0 role="region" aria-label="{title}"><table>{"".join(rows)}</table></div>'


def _e(text: object) -> str:
    """Text as HTML shows it: nothing that a learner wrote is taken for markup."""
    return html.escape(str(text))
