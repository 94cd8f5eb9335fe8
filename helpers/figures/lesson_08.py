"""The pictures of lesson 08: the errors of the whole course, and the drawing pad standing still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from helpers import figures, plots
from helpers.language import tr


def error_ranges(groups: Mapping[str, Mapping[str, Mapping[str, float]]]) -> plots.Picture:
    """The test errors that the ledger holds, a row for each run: the mean over the seeds and the range seen.

    Args:
        groups: for each group (a lesson, say) its runs by name, each with "mean", "min" and "max" of the test accuracy
            as a fraction (see `results.bands_by_lesson`).
    """
    errors: dict[str, dict[str, tuple[float, ...]]] = {}
    for title, runs in groups.items():
        worst_first = sorted(runs.items(), key=lambda run: run[1]["mean"])
        rows = {name: tuple(100 * (1 - band[end]) for end in ("max", "mean", "min")) for name, band in worst_first}
        if rows:
            errors[title] = rows
    if not errors:
        nothing = plots.Picture()
        nothing.sentences = (
            tr(
                en="The ledger holds none of these runs yet: `python -m tools.measure` writes it.",
                es="El registro aún no tiene ninguna de estas ejecuciones: las escribe `python -m tools.measure`.",
            ),
        )
        return nothing
    several = len(errors) > 1
    named = {t: {f"{t} · {name}" if several else name: row for name, row in rows.items()} for t, rows in errors.items()}
    along = tr(
        en="test error (%), logarithmic: mean over the seeds, and the range seen",
        es="error de prueba (%), escala logarítmica: media de las semillas y rango visto",
    )
    picture = figures.dots(named, along)
    (ax,) = picture.axes
    ax.set_xscale("log")
    ax.xaxis.set(major_locator=FixedLocator([0.5, 1, 2, 3, 5, 10, 20, 50, 90]), minor_locator=NullLocator())
    ax.xaxis.set_major_formatter("{x:g}")
    heading = tr(en="Lowest and highest test error.", es="Menor y mayor error de prueba.")
    picture.sentences = (heading, *(f"{title}: {_ends_in_words(rows)}" for title, rows in errors.items()))
    return picture


def _ends_in_words(rows: Mapping[str, Sequence[float]]) -> str:
    """The best and the worst of the rows, which begin with the worst."""
    ends = list(dict.fromkeys((list(rows)[-1], next(iter(rows)))))
    return " … ".join(f"{name} {rows[name][1]:.1f} %" for name in ends)


def in_words(shares: Sequence[float]) -> str:
    """What ten probabilities say, in a sentence: the likeliest digit and, where it has any chance, the second."""
    first, second = np.argsort(shares)[::-1][:2]
    said = tr(en=f"It reads a {first}", es=f"Lee un {first}") + f" ({100 * shares[first]:.0f} %)"
    if shares[second] >= 0.005:
        said += tr(en=f"; next comes {second}", es=f"; le sigue el {second}") + f" ({100 * shares[second]:.0f} %)"
    return said + "."


def as_seen(drawing: np.ndarray, seen: np.ndarray, shares: Sequence[float]) -> plots.Picture:
    """A drawing, the picture that the network sees of it, and its ten probabilities: the drawing pad, standing still.

    Args:
        drawing: shape (height, width) or (height, width, 3), `uint8`.
        seen: what `digits.to_mnist` made of it, shape (28, 28), `uint8`.
        shares: the probability of each digit, shape (10,).
    """
    shares = np.asarray(shares)
    with plots.frame(1, 3, size=(9, 3), width_ratios=(1, 1, 1.3)) as (picture, axes):
        left, middle, right = axes.flat
        left.imshow(drawing, cmap="gray", vmin=0, vmax=255)
        left.set_title(tr(en="drawn", es="dibujado"))
        middle.imshow(seen, cmap="gray", vmin=0, vmax=255)
        middle.set_title(tr(en="seen by the network", es="visto por la red"))
        for ax in (left, middle):
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(True)
        bars = right.barh(np.arange(10), 100 * shares, color=plots.BLUE)
        right.bar_label(bars, [f"{100 * share:.0f} %" for share in shares], padding=3, fontsize=10)
        right.set(xlim=(0, 118), xticks=[], yticks=np.arange(10), title=tr(en="probability", es="probabilidad"))
        right.spines["bottom"].set_visible(False)
        right.grid(visible=False)
        right.invert_yaxis()
    picture.sentences = (in_words(shares),)
    return picture
