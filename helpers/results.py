"""What a lesson measures: runs, the learner's guesses, the table beside the course's ledger, and the claims.

The ledger, `lessons/results.json`, holds what the same code gave for ten seeds; `tools/measure.py` writes it.
"""

from __future__ import annotations

import json
import operator
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers import ROOT
from helpers.language import CourseError, say, tr

LEDGER = ROOT / "lessons" / "results.json"
RELATIONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_SHARES = ("accuracy", "_rise", "_share")  # how figures end that are fractions, shown as per cent
_OPPOSITES = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


@dataclass(frozen=True)
class Run:
    """One training run: Keras's `history.history` and the figures drawn from it.

    A figure is also an attribute: `run.test_accuracy`. Accuracies are fractions, losses in the loss's own unit,
    `best_epoch` counts from 1, `val_loss_rise` is the validation loss's relative rise after its minimum (0.2: 20 %).
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
        sentences = []
        if {"train_accuracy", "val_accuracy"} <= set(self.figures):
            sentences.append(_accuracies_in_words(self.train_accuracy, self.val_accuracy))
        if "best_val_loss" in self.figures:
            sentences.append(_loss_in_words(self))
        return " ".join(sentences)


@dataclass
class _Record:
    """What the notebook that is open has recorded so far."""

    lesson: str = ""
    runs: dict[str, Run] = field(default_factory=dict)
    guesses: dict[str, dict[str, float]] = field(default_factory=dict)
    claims: dict[str, dict[str, float | bool]] = field(default_factory=dict)


_record = _Record()


def start(lesson: str) -> None:
    """Begin a lesson's record afresh, so that a second Run-all gives the same answers."""
    global _record
    _record = _Record(lesson)


def to_json() -> str:
    """The record as JSON: `{"runs": {name: {figure: value}}, "curves": {name: history}, "claims": {name: {"left", "right", …}}}`."""
    figures, curves = ({n: dict(getattr(r, p)) for n, r in _record.runs.items()} for p in ("figures", "history"))
    return json.dumps({"runs": figures, "curves": curves, "claims": _record.claims})


def record(name: str, history: object = None, test: object = None, seconds: float | None = None, **more: float) -> Run:
    """Keep a run for the lesson's table, its claims and the ledger; another of the same name replaces it.

    `history` is what `fit` returned, `test` what `evaluate(x_test, y_test, return_dict=True)` returned, `seconds` those
    of `fit`, `more` anything else. Raises CourseError if `test` has no names.
    """
    if test is not None and not isinstance(test, Mapping):
        raise CourseError(
            en="record() needs to know which figure is which: give it test=model.evaluate(x_test, y_test, return_dict=True, verbose=0).",
            es="record() necesita saber qué cifra es cuál: pásale test=model.evaluate(x_test, y_test, return_dict=True, verbose=0).",
        )
    more |= {} if seconds is None else {"seconds": seconds}
    run = _record.runs[name] = run_of(name, getattr(history, "history", {}), test or {}, **more)
    return run


def run_of(name: str, history: Mapping[str, Sequence[float]], test: Mapping[str, float], **more: float) -> Run:
    """A run with all figures that follow from its curves, its exam and what is given with it."""
    curves = {metric: [float(v) for v in values] for metric, values in history.items()}
    measured = _drawn_from(curves) | {f"test_{metric}": float(value) for metric, value in test.items()}
    return Run(name, curves, measured | {figure: float(value) for figure, value in more.items()})


def recorded(name: str) -> Run:
    """A run as the ledger has it, its curves and figures the means over the course's seeds; before it is measured, today's own."""
    entry = ledger()
    if name not in entry.get("curves", {}):
        return _record.runs[name]
    bands = {**entry["runs"], **entry.get("long", {}).get("runs", {})}[name]
    means, curves = {figure: band["mean"] for figure, band in bands.items()}, entry["curves"][name]
    return Run(name, curves, means | _drawn_from(curves))


def require_runs(runs: Sequence[object]) -> None:
    """Raise CourseError unless these are what `record` returned, one at least."""
    if not runs or not all(isinstance(run, Run) for run in runs):
        raise CourseError(
            en='A picture of curves wants what record() returned, not what fit() returned: run = record("my_network", history), then plots.curves(run) or plots.compare(run, other).',
            es='Una gráfica de curvas espera lo que devolvió record(), no lo que devolvió fit(): run = record("mi_red", history) y luego plots.curves(run) o plots.compare(run, otro).',
        )


def _drawn_from(curves: Mapping[str, Sequence[float]]) -> dict[str, float]:
    figures = {name if name.startswith("val_") else f"train_{name}": values[-1] for name, values in curves.items()}
    if curves:
        figures["epochs"] = len(next(iter(curves.values())))
    if "val_loss" in curves:
        best = int(np.argmin(np.nan_to_num(curves["val_loss"], nan=np.inf)))
        lowest, last = curves["val_loss"][best], curves["val_loss"][-1]
        figures |= {"best_epoch": best + 1, "best_val_loss": lowest}
        figures["val_loss_rise"] = last / lowest - 1 if lowest else 0.0 if last == 0 else np.inf
    return figures


def guess(name: str, **figures: object) -> None:
    """Note the learner's guess at a run's figure: `guess("baseline", test_accuracy=0.9)`, or 90. `...` is the blank."""
    for figure, value in figures.items():
        number = _as_number(figure, value)
        shown, of = _format(figure, number), f'"{name}"' + (f", {figure}" if figure != "test_accuracy" else "")
        en = f"Noted for {of}: {shown}. The table at the end will show it."
        es = f"Anotado para {of}: {shown}. Aparecerá en la tabla del final."
        if value is ...:
            en = f"No prediction for {of} yet. Put a number in place of the three dots, if you like, and run the cell again."
            es = f"Aún no hay predicción para {of}. Si quieres, pon un número en lugar de los tres puntos y ejecuta la celda otra vez."
        elif number is None:
            en = f"{value!r} is not a number that could come out here. An accuracy lies between 0 and 1: try 0.9."
            es = f"{value!r} no es un número que pueda salir aquí. Una exactitud está entre 0 y 1: prueba con 0.9."
        else:
            _record.guesses.setdefault(name, {})[figure] = number
        say(en=en, es=es)


def _as_number(figure: str, value: object) -> float | None:
    """A guess as the figure's own number, or None where it could not come out."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if not figure.endswith("accuracy"):
        return number
    share = number / 100 if number > 1 else number
    return share if 0 <= share <= 1 else None


def guessed(name: str, figure: str) -> float | None:
    """The learner's guess, or None."""
    return _record.guesses.get(name, {}).get(figure)


def ledger() -> dict:
    """The ledger's entry for the open lesson: `{"runs": …, "claims": …}`, empty if unmeasured."""
    return read_ledger().get(_record.lesson, {})


def bands_by_lesson() -> dict[str, dict[str, Mapping[str, float]]]:
    """What the ledger holds on every lesson: its number ("01") to its runs' bands of the test accuracy, by name."""
    return {
        lesson[:2]: {name: run["test_accuracy"] for name, run in entry["runs"].items() if "test_accuracy" in run}
        for lesson, entry in sorted(read_ledger().items())
    }


def read_ledger() -> dict[str, dict]:
    """The whole ledger by lesson, {} before the first measurement."""
    return json.loads(LEDGER.read_text("utf-8")) if LEDGER.exists() else {}


def in_band(value: float, band: Mapping[str, float]) -> bool:
    """Whether a figure is within the course's band: mean ± 4 standard deviations, or the range seen if that is wider."""
    reach = 4 * band["std"]
    return min(band["mean"] - reach, band["min"]) <= float(f"{value:.6g}") <= max(band["mean"] + reach, band["max"])


class Table:
    """Rows of text, the first of them the header, then remarks; drawn by a notebook, readable in a terminal."""

    def __init__(self, rows: Sequence[Sequence[str]], remarks: Sequence[str] = ()) -> None:
        self.rows, self.remarks = rows, remarks

    def _repr_markdown_(self) -> str:
        header, *body = ("| " + " | ".join(row).replace(" %", "\u00a0%") + " |" for row in self.rows)
        rule = "|" + "|".join([":--", *["--:"] * (len(self.rows[0]) - 1)]) + "|"
        return "\n".join([header, rule, *body, *(f"\n{remark}" for remark in self.remarks)])

    __repr__ = _repr_markdown_


def table() -> Table:
    """Every run with one of these: accuracies, seconds, the course's test band, the learner's guess; runs outside it below."""
    known = ledger().get("runs", {})
    seeds = len(ledger().get("measured", {}).get("seeds", []))
    header = tr(
        en=f"run|training|validation|test|seconds|our test, {seeds} seeds|your prediction",
        es=f"experimento|entrenamiento|validación|prueba|segundos|nuestra prueba, {seeds} semillas|tu predicción",
    ).split("|")
    rows, outside = [header], []
    for run in _record.runs.values():
        band = known.get(run.name, {}).get("test_accuracy")
        cells = _cells(run, band)
        if set(cells) != {"–"}:
            rows.append([f"`{run.name}`", *cells])
        if band and "test_accuracy" in run.figures and not in_band(run.test_accuracy, band):
            outside.append(f"`{run.name}`")
    remark = tr(
        en=f"Outside the range we measured: {', '.join(outside)}. If you changed something, that is your result, and it may well be the better one. If not, the usual reasons are a GPU, other versions of Keras or TensorFlow, or a cell that was run twice: restart the kernel and run all cells once.",
        es=f"Fuera del rango que medimos: {', '.join(outside)}. Si cambiaste algo, ese es tu resultado, y bien puede ser mejor. Si no, lo habitual es una GPU, otras versiones de Keras o TensorFlow, o una celda ejecutada dos veces: reinicia el kernel y ejecuta todas las celdas una sola vez.",
    )
    return Table(rows, [remark] if outside else [])


def _cells(run: Run, band: Mapping[str, float] | None) -> list[str]:
    """A run's row in the table, without its name; "–" where there is nothing."""
    guesses = _record.guesses.get(run.name, {})
    marked = [_format(f, v) + ("" if f == "test_accuracy" else f" ({f})") for f, v in guesses.items()]
    measured = [_format(f, run.figures.get(f)) for f in ("train_accuracy", "val_accuracy", "test_accuracy", "seconds")]
    return [*measured, format_band("test_accuracy", band) if band else "–", ", ".join(marked) or "–"]


def claim(
    name: str, left: float, relation: str, right: float, *, en: str, es: str, margin: float = 0.0, unit: str = ""
) -> None:
    """Hold a sentence of the lesson, `en` and `es`, against this run: prints it with ✓ or ✗ and the two figures.

    `name` is its key in the ledger, `relation` one of RELATIONS. `margin` is added to `right`, in its unit (0.6: "by at
    least 60 percentage points"). The unit "%" shows fractions, and the margin, as per cent, "points" the same without the
    sign. Raises CourseError if the sentence does not hold and COURSE_STRICT=1, as in the course's tests; a learner's
    notebook goes on.
    """
    held = bool(RELATIONS[relation](left, right + margin))
    _record.claims[name] = {"left": float(left), "right": float(right + margin), "relation": relation, "held": held}
    figures = _compared(left, relation if held else _OPPOSITES[relation], right, margin, unit)
    if held:
        say(f"✓ {tr(en=en, es=es)}: {figures}")
        return
    message = tr(en=f"✗ {en}: not in this run, {figures}.", es=f"✗ {es}: en esta ejecución no, {figures}.")
    measured = ledger().get("claims", {}).get(name)
    if measured:
        message += " " + tr(
            en=f"With our settings it held for {measured['held']} of {measured['of']} seeds. Something you changed? Then you have found what it depends on.",
            es=f"Con nuestros ajustes se cumplió en {measured['held']} de {measured['of']} semillas. ¿Cambiaste algo? Entonces has descubierto de qué depende.",
        )
    say(message)
    if os.environ.get("COURSE_STRICT") == "1":
        raise CourseError(message)


def holds(entry: Mapping[str, float | bool]) -> bool:
    """Whether a claim of the ledger holds: for the means, and for nine of ten seeds."""
    return bool(entry["mean_holds"]) and entry["held"] >= 0.9 * entry["of"]


def _compared(left: float, relation: str, right: float, margin: float, unit: str) -> str:
    """`92.0 % > 87.8 %`, never broken into lines. Shares that would look equal get another digit."""
    both = [np.format_float_positional(value, 4, fractional=False, trim="-") for value in (left, right)]
    decimals = max(len(figure.partition(".")[2]) for figure in both)  # as many on both sides, whole numbers aside
    figures, step = [f"{v:.0f}" if v % 1 == 0 else f"{v:.{decimals}f}" for v in (left, right)], abs(margin)
    if unit in ("%", "points"):
        step *= 100
        digits = 2 if left != right and _percent(left) == _percent(right) else 1
        figures = [_percent(value, digits).removesuffix(" %" if unit == "points" else "") for value in (left, right)]
    text = f" {relation} ".join(figures).replace(">=", "≥").replace("<=", "≤")
    if margin:
        text += f" {'+' if margin > 0 else '−'} {step:g}" + (tr(en=" points", es=" puntos") if unit else "")
    return text.replace(" ", "\u00a0")


def same(
    ours: object, theirs: object, tolerance: float = 1e-5, en: str = "same as Keras", es: str = "igual que en Keras"
) -> None:
    """Print that numbers, or arrays of them, agree: `en` or `es`, then ": largest difference 6e-08".

    Two values may differ by `tolerance`, or by that share of the second if it is above 1. Raises CourseError where
    more do, or the shapes differ.
    """
    ours, theirs = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    if ours.shape != theirs.shape:
        raise CourseError(
            en=f"Not the same: shapes {ours.shape} and {theirs.shape}.",
            es=f"No son iguales: formas {ours.shape} y {theirs.shape}.",
        )
    difference = np.abs(ours - theirs)
    apart = ~(difference <= tolerance * np.maximum(1, np.abs(theirs)))  # not a number is not the same, either
    if apart.any():
        worst = tuple(map(int, np.unravel_index(np.argmax(np.nan_to_num(difference, nan=np.inf)), ours.shape)))
        en, es = f"{ours[worst]:.6g} and {theirs[worst]:.6g}", f"{ours[worst]:.6g} y {theirs[worst]:.6g}"
        if ours.ndim:  # a single number has no place
            en += f", at {worst} ({apart.sum()} of {apart.size} values differ)"
            es += f", en {worst} (difieren {apart.sum()} de {apart.size} valores)"
        raise CourseError(en=f"Not the same: {en}.", es=f"No son iguales: {es}.")
    largest = f"{difference.max(initial=0):.1g}"
    say(en=f"{en}: largest difference {largest}", es=f"{es}: diferencia máxima {largest}")


def format_band(figure: str, band: Mapping[str, float]) -> str:
    """A ledger figure as the lessons print it, mean ± standard deviation over the seeds: "95.1 % ± 0.2"."""
    mean, std = _format(figure, band["mean"]), band["std"]
    if figure in ("epochs", "seconds"):
        return mean
    return f"{mean} ± {100 * std:.1f}" if figure.endswith(_SHARES) else f"{mean} ± {_format(figure, std)}"


def _format(figure: str, value: float | None) -> str:
    if value is None:
        return "–"
    if figure.endswith(_SHARES):
        return _percent(value)
    return f"{value:.0f}" if figure in ("epochs", "seconds", "best_epoch") else f"{value:.3f}"


def _accuracies_in_words(train: float, val: float) -> str:
    gap = 100 * (train - val)
    en, es = f"a gap of {gap:.1f} percentage points", f"una brecha de {gap:.1f} puntos porcentuales"
    if gap < 0:
        en = f"validation is {-gap:.1f} percentage points ahead"
        es = f"la validación va {-gap:.1f} puntos porcentuales por delante"
    return tr(
        en=f"Training accuracy ended at {_percent(train)}, validation accuracy at {_percent(val)}: {en}.",
        es=f"La exactitud de entrenamiento terminó en {_percent(train)} y la de validación en {_percent(val)}: {es}.",
    )


def _loss_in_words(run: Run) -> str:
    best, last, epoch = run.best_val_loss, run.val_loss, int(run.best_epoch)
    rise = _percent(run.val_loss_rise, 0)
    en = f"Validation loss was lowest after epoch {epoch} ({best:.3f}) and ended {rise} higher ({last:.3f})."
    es = f"La pérdida de validación tocó su mínimo tras la época {epoch} ({best:.3f}) y terminó un {rise} por encima ({last:.3f})."
    if not np.isfinite(last):
        en = "The loss is not a number any more: training broke down. Most often the learning rate is too large."
        es = "La pérdida ya no es un número: el entrenamiento se ha roto. Casi siempre es que la tasa de aprendizaje es demasiado grande."
    elif best == 0:
        en = f"Validation loss was exactly 0 after epoch {epoch}, which real data hardly allow: are there training examples in the validation set, or is the answer among the inputs?"
        es = f"La pérdida de validación fue exactamente 0 tras la época {epoch}, algo casi imposible con datos reales: ¿hay ejemplos de entrenamiento en el conjunto de validación, o está la respuesta entre las entradas?"
    elif epoch == run.epochs:
        en = f"Validation loss was still falling at the last epoch ({last:.3f})."
        es = f"La pérdida de validación seguía bajando en la última época ({last:.3f})."
    return tr(en=en, es=es)


def _percent(value: float, digits: int = 1) -> str:
    return f"{100 * value:z.{digits}f} %"
