"""The pictures of lesson 08: the errors of the whole course, the drawing pad for readers, and digits that are new to a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator
from PIL import Image

from helpers import digits, figures, plots
from helpers.language import tr

Bands = Mapping[str, Mapping[str, float]]  # runs by name, each with "mean", "min" and "max" of the test accuracy

NAMES = {  # of this lesson's runs, as a learner reads them
    "everything": dict(en="the whole recipe", es="la receta completa"),
    "without_augmentation": dict(en="without augmentation", es="sin aumento de datos"),
    "without_batch_norm": dict(en="without batch normalisation", es="sin batch normalization"),
    "without_dropout": dict(en="without dropout", es="sin dropout"),
    "without_schedule": dict(en="without the falling rate", es="sin la tasa que baja"),
    "without_depth": dict(en="without the second convolutions", es="sin las segundas convoluciones"),
}
COURSE = {  # the rows of the course's chart: lesson and run to its name
    ("01", "baseline"): dict(en="nothing added", es="sin añadir nada"),
    ("02", "augmented"): dict(en="augmentation", es="aumento de datos"),
    ("03", "dropout_50"): dict(en="dropout", es="dropout"),
    ("03", "combined"): dict(en="augmentation and dropout", es="aumento de datos y dropout"),
    ("04", "clean_stopped"): dict(en="early stopping", es="early stopping"),
    ("05", "cnn_normalised"): dict(en="batch normalisation", es="batch normalization"),
    ("05", "cnn_with_dropout"): dict(en="batch normalisation, dropout", es="batch normalization y dropout"),
    ("06", "tuned"): dict(en="found by a search", es="hallada con una búsqueda"),
    ("08", "everything"): NAMES["everything"],
}
MANY_DIGITS = {
    ("01", "thirty_thousand_once"): dict(en="nothing added, 30,000 digits", es="sin añadir nada, 30 000 dígitos"),
    ("08", "hurried"): dict(en="fast recipe, 55,000 digits", es="receta rápida, 55 000 dígitos"),
}


def error_ranges(groups: Mapping[str, Bands]) -> plots.Picture:
    """The test errors that the ledger holds, a row for each run: the mean over the seeds and the range seen.

    Args:
        groups: for each group (a lesson, say) its runs by name, see `results.bands_by_lesson`.
    """
    several = sum(map(bool, groups.values())) > 1
    picture, errors = _ranges(
        {
            title: {
                (f"{title} · " if several else "") + tr(**NAMES.get(run, dict(en=run, es=run))): band
                for run, band in runs.items()
            }
            for title, runs in groups.items()
        }
    )
    if errors:
        heading = tr(en="Lowest and highest mean test error.", es="Menor y mayor error de prueba medio.")
        picture.sentences = (heading, *(f"{title}: {_ends_in_words(title, rows)}" for title, rows in errors.items()))
    return picture


def course(bands: Mapping[str, Bands]) -> plots.Picture:
    """The test errors of the course's main runs, as far as the ledger holds them (see `results.bands_by_lesson`)."""
    titles = {
        tr(en="1,000 training digits", es="1000 dígitos de entrenamiento"): COURSE,
        tr(en="many more", es="muchos más"): MANY_DIGITS,
    }
    picture, errors = _ranges(
        {
            title: {
                f"{lesson} · {tr(**name)}": bands[lesson][run]
                for (lesson, run), name in rows.items()
                if run in bands.get(lesson, {})
            }
            for title, rows in titles.items()
        }
    )
    if errors:
        heading = tr(en="Mean test error", es="Error de prueba medio")
        picture.sentences = tuple(
            f"{heading}, {title}: " + "; ".join(f"{name}, {row[1]:.1f} %" for name, row in rows.items()) + "."
            for title, rows in errors.items()
        )
    return picture


def _ranges(groups: Mapping[str, Bands]) -> tuple[plots.Picture, dict[str, dict[str, tuple[float, ...]]]]:
    """The picture of groups of runs, and each run's lowest, mean and highest error in per cent, the worst first."""
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
        return nothing, errors
    along = tr(
        en="test error (%), logarithmic: mean over the seeds, and the range seen",
        es="error de prueba (%), escala logarítmica: media de las semillas y rango visto",
    )
    picture = figures.dots(errors, along)
    (ax,) = picture.axes
    ax.set_xscale("log")
    ax.xaxis.set(
        major_locator=FixedLocator([0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10, 20, 50, 90]), minor_locator=NullLocator()
    )
    ax.xaxis.set_major_formatter("{x:g}")
    return picture, errors


def _ends_in_words(title: str, rows: Mapping[str, Sequence[float]]) -> str:
    """The best and the worst of the rows, which begin with the worst."""
    ends = list(dict.fromkeys((list(rows)[-1], next(iter(rows)))))
    return " … ".join(f"{name.removeprefix(f'{title} · ')} {rows[name][1]:.1f} %" for name in ends)


def in_words(shares: Sequence[float]) -> str:
    """What ten probabilities say, in a sentence: the likeliest digit and, where it has any chance, the second."""
    first, second = np.argsort(shares)[::-1][:2]
    said = (
        tr(en=f"It reads {'an' if first == 8 else 'a'} {first}", es=f"Lee un {first}")
        + f" ({100 * shares[first]:.0f} %)"
    )
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


def while_drawing(strokes: Sequence[Sequence[tuple[float, float]]], read: Callable) -> plots.Picture:
    """The drawing pad at four moments while somebody draws: the sheet, what the network sees, its ten probabilities.

    Args:
        strokes: what is drawn, see `digits.draw_strokes`.
        read: takes images of shape (N, 28, 28, 1) from 0 to 1, returns probabilities of shape (N, 10).
    """
    drawn = [digits.draw_strokes(_begun(strokes, quarter / 4)) for quarter in (1, 2, 3, 4)]
    seen = np.array([digits.to_mnist(sheet) for sheet in drawn])
    shares = np.asarray(read(seen[..., np.newaxis].astype("float32") / 255))
    with plots.frame(3, 4, size=(9, 6.4), height_ratios=(1, 1, 1.1)) as (picture, axes):
        for column, (sheet, small, row) in enumerate(zip(drawn, seen, shares, strict=True)):
            for ax, image in zip(axes[:2, column], (sheet, small), strict=True):
                ax.imshow(image, cmap="gray", vmin=0, vmax=255)
                ax.set(xticks=[], yticks=[])
                ax.spines[:].set_visible(True)
            bars = axes[2, column]
            bars.bar(np.arange(10), 100 * row, color=plots.BLUE)
            bars.set(ylim=(0, 105), xticks=np.arange(10), yticks=[0, 50, 100] if column == 0 else [])
            bars.grid(visible=False)
        axes[0, 0].set_ylabel(tr(en="drawn", es="dibujado"))
        axes[1, 0].set_ylabel(tr(en="seen by the network", es="visto por la red"))
        axes[2, 0].set_ylabel(tr(en="probability (%)", es="probabilidad (%)"))
    moments = tr(
        en="A quarter drawn|Half drawn|Three quarters drawn|All drawn",
        es="Con un cuarto dibujado|Con la mitad dibujada|Con tres cuartos dibujados|Con todo dibujado",
    ).split("|")
    picture.sentences = tuple(f"{moment}. {in_words(row)}" for moment, row in zip(moments, shares, strict=True))
    return picture


def _begun(strokes: Sequence[Sequence[tuple[float, float]]], share: float) -> list[list[tuple[float, float]]]:
    """The first part of a drawing, by the length of its lines."""
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    left, begun = share * sum(length.sum() for length in lengths) + 1e-9, []
    for stroke, parts in zip(strokes, lengths, strict=True):
        if left <= 0:
            break
        begun.append([stroke[0]])
        for (x, y), (to_x, to_y), length in zip(stroke, stroke[1:], parts, strict=False):
            reached = min(1.0, left / length)
            begun[-1].append((x + reached * (to_x - x), y + reached * (to_y - y)))
            left -= length
            if left <= 0:
                break
    return begun


def turned(images: np.ndarray, read_right: Mapping[int, float], read: Callable) -> plots.Picture:
    """Digits turned further and further, each with what the network reads, under the share that it reads right of many.

    Args:
        images: a few digits, shape (N, 28, 28), `uint8`.
        read_right: for each angle, in degrees, the share of many digits that was read right.
        read: takes images of shape (N, 28, 28, 1) from 0 to 1, returns probabilities of shape (N, 10).
    """
    with plots.frame(len(images), len(read_right), size=(9, 1.75 * len(images) + 0.5)) as (picture, axes):
        for column, (angle, share) in enumerate(read_right.items()):
            askew = np.array([np.asarray(Image.fromarray(image).rotate(angle)) for image in images])
            answers = np.asarray(read(askew[..., np.newaxis].astype("float32") / 255)).argmax(axis=1)
            for ax, image, answer in zip(axes[:, column], askew, answers, strict=True):
                ax.imshow(image, cmap="gray_r")
                ax.set(xticks=[], yticks=[], xlabel=f"→ {answer}")
                ax.spines[:].set(visible=True, color="#B5B5B5", lw=0.7)
            axes[0, column].set_title(
                tr(en=f"{angle}°\n{100 * share:.1f} % right", es=f"{angle}°\n{100 * share:.1f} % bien")
            )
    shares = ", ".join(f"{angle}° {100 * share:.1f} %" for angle, share in read_right.items())
    picture.sentences = (tr(en=f"Read right, by angle: {shares}.", es=f"Leídos bien, según el ángulo: {shares}."),)
    return picture


def answered(probabilities: np.ndarray, labels: np.ndarray) -> plots.Picture:
    """How much a network answers, and how much of that is right, for every threshold below which it refuses.

    `probabilities` has shape (N, 10), `labels` shape (N,).
    """
    sureness, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    surest_first = np.argsort(-sureness, kind="stable")
    counts = np.arange(1, len(labels) + 1)
    accuracy = 100 * np.cumsum(right[surest_first]) / counts
    marked = {}
    for threshold in (0, 0.9, 0.99, 0.999):
        if (count := int(np.sum(sureness >= threshold))) >= 0.8 * len(labels):
            marked[threshold] = 100 * count / len(labels), accuracy[count - 1]
    with plots.frame(size=(9, 4)) as (picture, axes):
        (ax,) = axes.flat
        shown = counts >= 0.8 * len(labels)
        ax.plot(100 * counts[shown] / len(labels), accuracy[shown], color=plots.BLUE)
        for number, (threshold, place) in enumerate(marked.items()):
            ax.plot(*place, "o", color=plots.ORANGE, mec="black", zorder=3)
            spot = {"xytext": (0, -18 - 16 * (number % 2)), "textcoords": "offset points", "ha": "center"}
            ax.annotate(
                f"{threshold:g}", place, bbox=plots.BOX, arrowprops={"arrowstyle": "-", "color": plots.GREY}, **spot
            )
        ax.set(
            xlabel=tr(en="answered (% of all digits)", es="respondidos (% de todos los dígitos)"),
            ylabel=tr(en="right (% of those answered)", es="aciertos (% de los respondidos)"),
            title=tr(en="The numbers at the points are thresholds", es="Los números junto a los puntos son umbrales"),
        )
        missing = 100.1 - accuracy[shown].min()
        ax.set_ylim(100 - 1.5 * missing, 100 + 0.1 * missing)
    picture.sentences = tuple(
        tr(
            en=f"Threshold {threshold:g}: {share:.1f} % answered, {accurate:.1f} % of those right.",
            es=f"Umbral {threshold:g}: responde el {share:.1f} % y acierta el {accurate:.1f} % de esos.",
        )
        for threshold, (share, accurate) in marked.items()
    )
    return picture
