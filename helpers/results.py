"""What a lesson measures: runs, the learner's predictions, the table beside the course's ledger, and the claims.

The ledger, `lessons/results.json`, holds what the same code gave for ten seeds; `lessons/measure.py` writes it.
"""

from __future__ import annotations

import json
import operator
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.language import CourseError, say, tr

LEDGER = Path(__file__).resolve().parent.parent / "lessons" / "results.json"

_RELATIONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_OPPOSITES = {">": "≤", ">=": "<", "<": "≥", "<=": ">"}


@dataclass(frozen=True)
class Run:
    """One training run: Keras's `history.history` and the figures drawn from it.

    A figure is also an attribute: `run.test_accuracy`. Accuracies are fractions, losses are in the loss's own unit
    (nats for cross-entropy), `seconds` are wall-clock seconds, `best_epoch` counts from 1, `val_loss_rise` is the
    relative rise of the validation loss after its minimum (0.2 means 20 %).
    """

    name: str
    history: Mapping[str, Sequence[float]]
    figures: Mapping[str, float]

    def __getattr__(self, figure: str) -> float:
        try:
            return self.__dict__["figures"][figure]
        except KeyError:
            raise AttributeError(f"this run has no figure {figure!r}; it has {sorted(self.figures)}") from None

    def describe(self) -> str:
        """The learning curves in words, computed from this run."""
        figures = self.figures
        sentences = []
        if {"train_accuracy", "val_accuracy"} <= set(figures):
            train, val = figures["train_accuracy"], figures["val_accuracy"]
            gap = 100 * (train - val)
            sentences.append(
                tr(
                    en=f"Training accuracy ended at {_percent(train)}, validation accuracy at {_percent(val)}: "
                    f"{_gap_in_words(gap)}.",
                    es=f"La exactitud de entrenamiento terminó en {_percent(train)} y la de validación en "
                    f"{_percent(val)}: {_gap_in_words(gap)}.",
                )
            )
        if "best_val_loss" in figures:
            best, last, epoch = figures["best_val_loss"], figures["val_loss"], int(figures["best_epoch"])
            if not np.isfinite(last):
                sentences.append(
                    tr(
                        en="The loss is not a number any more: training broke down. Most often the learning rate is too "
                        "large.",
                        es="La pérdida ya no es un número: el entrenamiento se ha roto. Casi siempre es que la tasa de "
                        "aprendizaje es demasiado grande.",
                    )
                )
            elif epoch < figures["epochs"]:
                sentences.append(
                    tr(
                        en=f"Validation loss was lowest after epoch {epoch} ({best:.3f}) and ended "
                        f"{_percent(figures['val_loss_rise'], 0)} higher ({last:.3f}).",
                        es=f"La pérdida de validación tocó su mínimo tras la época {epoch} ({best:.3f}) y terminó un "
                        f"{_percent(figures['val_loss_rise'], 0)} por encima ({last:.3f}).",
                    )
                )
            else:
                sentences.append(
                    tr(
                        en=f"Validation loss was still falling at the last epoch ({last:.3f}).",
                        es=f"La pérdida de validación seguía bajando en la última época ({last:.3f}).",
                    )
                )
        return " ".join(sentences)


@dataclass
class _Record:
    """What the notebook that is open has recorded so far."""

    lesson: str = ""
    runs: dict[str, Run] = field(default_factory=dict)
    predictions: dict[str, dict[str, float]] = field(default_factory=dict)
    claims: dict[str, dict[str, float | bool]] = field(default_factory=dict)


_record = _Record()


def start(lesson: str) -> None:
    """Begin a lesson's record afresh, so that a second Run-all gives the same answers."""
    global _record
    _record = _Record(lesson)


def to_json() -> str:
    """The record as JSON: `{"runs": {name: {figure: value}}, "claims": {name: {"left", "right", "held"}}}`."""
    return json.dumps({"runs": {r.name: dict(r.figures) for r in _record.runs.values()}, "claims": _record.claims})


def record(
    name: str,
    history: object | None = None,
    test: Mapping[str, float] | None = None,
    seconds: float | None = None,
    **figures: float,
) -> Run:
    """Keep a run for the lesson's table, its claims and the ledger.

    Args:
        name: what the table calls it, such as "baseline"; a second run of the same name replaces the first.
        history: what `model.fit` returned; the figures are its last values, and where there is a validation loss
            also its minimum, the epoch of that and the rise after it.
        test: what `model.evaluate(x_test, y_test, return_dict=True)` returned.
        seconds: wall-clock seconds of `fit`.
        **figures: anything else that was measured.
    """
    curves = {metric: [float(v) for v in values] for metric, values in getattr(history, "history", {}).items()}
    measured: dict[str, float] = {}
    for metric, values in curves.items():
        measured[metric if metric.startswith("val_") else f"train_{metric}"] = values[-1]
    if curves:
        measured["epochs"] = len(next(iter(curves.values())))
    if "val_loss" in curves:
        best = int(np.argmin(np.nan_to_num(curves["val_loss"], nan=np.inf)))
        lowest = curves["val_loss"][best]
        measured |= {"best_epoch": best + 1, "best_val_loss": lowest}
        measured["val_loss_rise"] = curves["val_loss"][-1] / lowest - 1
    measured |= {f"test_{metric}": float(value) for metric, value in (test or {}).items()}
    if seconds is not None:
        measured["seconds"] = float(seconds)
    measured |= {figure: float(value) for figure, value in figures.items()}
    run = _record.runs[name] = Run(name, curves, measured)
    return run


def predict(name: str, **guess: object) -> None:
    """Note the learner's guess at a figure of a run that has not happened yet: `predict("baseline", test_accuracy=0.9)`.

    `...` is the blank: nothing is noted. An accuracy may be given as 0.9 or as 90.
    """
    for figure, value in guess.items():
        if value is ...:
            say(
                tr(
                    en="No prediction yet. Put a number in place of the three dots, if you like, and run the cell again.",
                    es="Aún no hay predicción. Si quieres, pon un número en lugar de los tres puntos y ejecuta la celda otra vez.",
                )
            )
            continue
        try:
            number = float(value)  # type: ignore[arg-type]
            if figure.endswith("accuracy") and number > 1:
                number /= 100
            if figure.endswith("accuracy") and not 0 <= number <= 1:
                raise ValueError
        except (TypeError, ValueError):
            say(
                tr(
                    en=f"{value!r} is not a number that could come out here. An accuracy lies between 0 and 1: try 0.9.",
                    es=f"{value!r} no es un número que pueda salir aquí. Una exactitud está entre 0 y 1: prueba con 0.9.",
                )
            )
            continue
        _record.predictions.setdefault(name, {})[figure] = number
        say(
            tr(
                en=f"Noted: {_format(figure, number)}. The table at the end will show it.",
                es=f"Anotado: {_format(figure, number)}. Aparecerá en la tabla del final.",
            )
        )


def prediction(name: str, figure: str) -> float | None:
    """The learner's guess, or None."""
    return _record.predictions.get(name, {}).get(figure)


def ledger(lesson: str | None = None) -> dict:
    """The ledger's entry for a lesson (the open one by default): `{"runs": …, "claims": …}`, empty if unmeasured."""
    if not LEDGER.exists():
        return {}
    return json.loads(LEDGER.read_text("utf-8")).get(lesson or _record.lesson, {})


def bands_by_lesson() -> dict[str, dict[str, Mapping[str, float]]]:
    """What the ledger holds on every lesson: its number ("01") to its runs' bands of the test accuracy, by name."""
    entries = json.loads(LEDGER.read_text("utf-8")) if LEDGER.exists() else {}
    return {
        lesson[:2]: {name: run["test_accuracy"] for name, run in entry["runs"].items() if "test_accuracy" in run}
        for lesson, entry in sorted(entries.items())
    }


def in_band(value: float, band: Mapping[str, float]) -> bool:
    """Whether a figure is within the course's band: mean ± 4 standard deviations, or the range seen if that is wider."""
    low = min(band["mean"] - 4 * band["std"], band["min"])
    high = max(band["mean"] + 4 * band["std"], band["max"])
    return low <= value <= high


class Table:
    """Rows of text, the first of them the header, then remarks; drawn by a notebook, readable in a terminal."""

    def __init__(self, rows: Sequence[Sequence[str]], remarks: Sequence[str] = ()) -> None:
        self.rows, self.remarks = rows, remarks

    def _repr_markdown_(self) -> str:
        header, *body = ("| " + " | ".join(row) + " |" for row in self.rows)
        rule = "|" + "|".join([":--", *["--:"] * (len(self.rows[0]) - 1)]) + "|"
        return "\n".join([header, rule, *body, *(f"\n{remark}" for remark in self.remarks)])

    __repr__ = _repr_markdown_


def table() -> Table:
    """Every run of this lesson: accuracies, seconds, the course's test band, the learner's prediction.

    Runs without any of these, recorded for other figures, have no row. A run outside the band is told so below the table, with the usual reasons.
    """
    known = ledger().get("runs", {})
    seeds = ledger().get("measured", {}).get("seeds", [])
    header = tr(
        en=f"run|training|validation|test|seconds|our test, {len(seeds)} seeds|your prediction",
        es=f"experimento|entrenamiento|validación|prueba|segundos|nuestra prueba, {len(seeds)} semillas|tu predicción",
    ).split("|")
    rows, outside = [header], []
    for run in _record.runs.values():
        band = known.get(run.name, {}).get("test_accuracy")
        guesses = _record.predictions.get(run.name, {})
        marked = [_format(f, v) + ("" if f == "test_accuracy" else f" ({f})") for f, v in guesses.items()]
        cells = [
            *(_format(f, run.figures.get(f)) for f in ("train_accuracy", "val_accuracy", "test_accuracy", "seconds")),
            format_band("test_accuracy", band) if band else "–",
            ", ".join(marked) or "–",
        ]
        if set(cells) != {"–"}:
            rows.append([f"`{run.name}`", *cells])
        if band and "test_accuracy" in run.figures and not in_band(run.test_accuracy, band):
            outside.append(run.name)
    remarks = []
    if outside:
        names = ", ".join(f"`{name}`" for name in outside)
        remarks.append(
            tr(
                en=f"Outside the range we measured: {names}. If you changed something, that is your result, and it may "
                "well be the better one. If not, the usual reasons are a GPU, other versions of Keras or TensorFlow, "
                "or a cell that was run twice: restart the kernel and run all cells once.",
                es=f"Fuera del rango que medimos: {names}. Si cambiaste algo, ese es tu resultado, y bien puede ser "
                "mejor. Si no, lo habitual es una GPU, otras versiones de Keras o TensorFlow, o una celda ejecutada "
                "dos veces: reinicia el kernel y ejecuta todas las celdas una sola vez.",
            )
        )
    return Table(rows, remarks)


def trial_table(searches: Mapping[str, Sequence], best: int | None = None) -> Table:
    """The trials of KerasTuner searches as rows, lowest score first; what failed comes last.

    Args:
        searches: a name (of a search, a worker …) to its trials.
        best: how many rows; all by default.
    """
    trials = [(name, trial) for name, group in searches.items() for trial in group]
    trials.sort(key=lambda row: np.inf if row[1].score is None else row[1].score)
    values = [{k: v for k, v in t.hyperparameters.values.items() if not k.startswith("tuner/")} for _, t in trials]
    names = list(dict.fromkeys(name for row in values for name in row))

    def show(value: object) -> str:
        return "–" if value is None else f"{value:.3g}" if isinstance(value, float) else str(value)

    header = [tr(en="search", es="búsqueda"), tr(en="trial", es="ensayo"), *names, tr(en="score", es="puntuación")]
    rows = [
        [name, t.trial_id, *(show(row.get(n)) for n in names), t.status if t.score is None else f"{t.score:.3f}"]
        for (name, t), row in zip(trials, values, strict=True)
    ]
    return Table([header, *rows[:best]])


def claim(name: str, left: float, relation: str, right: float) -> None:
    """Check something the lesson says against this run: prints ✓ or ✗, never stops the notebook.

    Args:
        name: what the lesson's text calls it.
        left, right: two measured figures, or a figure and a bound.
        relation: ">", ">=", "<" or "<=".

    Raises:
        CourseError: it does not hold and COURSE_STRICT=1, as in the course's tests; or the relation is unknown.
    """
    if relation not in _RELATIONS:
        raise CourseError(
            tr(
                en=f"claim() knows the relations {', '.join(_RELATIONS)}, not {relation!r}.",
                es=f"claim() conoce las relaciones {', '.join(_RELATIONS)}, no {relation!r}.",
            )
        )
    held = bool(_RELATIONS[relation](left, right))
    _record.claims[name] = {"left": float(left), "right": float(right), "relation": relation, "held": held}
    shown = f"{left:.4g} {relation.replace('>=', '≥').replace('<=', '≤')} {right:.4g}"
    known = ledger().get("claims", {}).get(name)
    if held:
        print(f"✓ {name}: {shown}")
        return
    shown = f"{left:.4g} {_OPPOSITES[relation]} {right:.4g}"
    message = tr(
        en=f"✗ {name}: not in this run, {shown}.",
        es=f"✗ {name}: en esta ejecución no se cumple, {shown}.",
    )
    if known:
        message += " " + tr(
            en=f"With our settings it held for {known['held']} of {known['of']} seeds. Something you changed? "
            "Then you have found what it depends on.",
            es=f"Con nuestros ajustes se cumplió en {known['held']} de {known['of']} semillas. ¿Cambiaste algo? "
            "Entonces has descubierto de qué depende.",
        )
    say(message)
    if os.environ.get("COURSE_STRICT") == "1":
        raise CourseError(message)


def format_band(figure: str, band: Mapping[str, float]) -> str:
    """A ledger figure as the lessons print it, mean ± standard deviation over the seeds: "95.1 % ± 0.2"."""
    mean, std = band["mean"], band["std"]
    if _is_share(figure):
        return f"{_format(figure, mean)} ± {100 * std:.1f}"
    if figure in ("epochs", "seconds"):
        return _format(figure, mean)
    if figure == "best_epoch":
        return f"{mean:.0f} ± {std:.0f}"
    return f"{_format(figure, mean)} ± {_format(figure, std)}"


def _format(figure: str, value: float | None) -> str:
    if value is None:
        return "–"
    if _is_share(figure):
        return _percent(value)
    return f"{value:.0f}" if figure in ("epochs", "seconds", "best_epoch") else f"{value:.3f}"


def _is_share(figure: str) -> bool:
    return figure.endswith(("accuracy", "_rise", "_share"))


def _gap_in_words(gap: float) -> str:
    """Training minus validation accuracy, in percentage points."""
    if gap < 0:
        return tr(
            en=f"validation is {-gap:.1f} percentage points ahead",
            es=f"la validación va {-gap:.1f} puntos porcentuales por delante",
        )
    return tr(en=f"a gap of {gap:.1f} percentage points", es=f"una brecha de {gap:.1f} puntos porcentuales")


def _percent(value: float, digits: int = 1) -> str:
    return f"{100 * value:.{digits}f} %"
