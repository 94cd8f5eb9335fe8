"""The pictures that several lessons share; those that only one draws, and films, are in `helpers/figures/`.

A function takes data and returns a `Picture`, told apart without colour, white on dark pages, too, with sentences that say what
it shows. The first four colours are Okabe and Ito's (jfly.uni-koeln.de/color), whose others are too pale for thin lines.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from IPython.display import Image, display
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from helpers import results
from helpers.language import CourseError, say, tr

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#595959"
COLORS = (BLUE, ORANGE, GREEN, "#CC79A7", "#332288", "#661100")
_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))
VALIDATION = {"color": ORANGE, "ls": "--", "marker": "o", "markersize": 4, "markevery": 1}
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "white", "#00273F"])  # zero is white, as paper is
BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}  # behind a text that lies on something
STYLE = {
    **dict.fromkeys(("figure.facecolor", "savefig.facecolor", "axes.facecolor"), "white"),
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), "black"),
    **dict.fromkeys(("savefig.transparent", "axes.spines.top", "axes.spines.right"), False),
    **dict.fromkeys(("axes.grid", "axes.axisbelow"), True) | dict.fromkeys(("xtick.minor.size", "ytick.minor.size"), 0),
    **{"font.size": 11, "axes.titlesize": 12, "grid.color": "#E3E3E3", "lines.linewidth": 2, "figure.dpi": 100},
}


class Picture(Figure):
    """A Matplotlib figure with sentences that say what it shows, in the learner's language.

    As the value of a cell's last line, or given to `display`, it shows itself and then says its sentences, which are its text
    alternative, too; without axes it is its sentences alone. Made without pyplot, so shown once, whatever MPLBACKEND says.
    """

    sentences: tuple[str, ...] = ()

    def png(self) -> bytes:
        """The picture as a file, opaque and without its empty margins."""
        page = io.BytesIO()
        with rc_context(STYLE):  # ticks are made as late as here
            self.savefig(page, format="png", dpi=100, bbox_inches="tight", facecolor="white")
        return page.getvalue()

    def _ipython_display_(self) -> None:
        show(self.png() if self.axes else b"", self.sentences)


def show(png: bytes, sentences: Sequence[str]) -> None:
    """Show a picture file in a notebook, with the sentences as its text alternative, and say them below it."""
    if png:
        display(Image(data=png, format="png", metadata={"alt": " ".join(sentences)}))
    say("\n".join(sentences))


@contextmanager
def frame(rows: int = 1, columns: int = 1, size: tuple = (9, 4), legend: int = 0, **grid: object) -> Iterator[tuple]:
    """A new picture of `size` inches (a notebook is 9 wide) and its axes, shape (rows, columns), in the course's style; `legend` says
    in how many columns the first axes' names stand below it, `grid` is what else Matplotlib's `subplots` takes."""
    with rc_context(STYLE):
        picture = Picture(figsize=size, layout="constrained")
        FigureCanvasAgg(picture)
        axes = picture.subplots(rows, columns, squeeze=False, **grid)
        yield picture, axes
        if legend:
            names = axes[0, 0].get_legend_handles_labels()
            picture.legend(*names, loc="outside lower center", ncols=legend, frameon=False)


def gallery(images: np.ndarray, captions: Sequence[object] | None = None, columns: int = 10) -> Picture:
    """Grey-scale images in rows of `columns`, their lowest value white, and their captions.

    `images` has shape (N, height, width) or (N, height, width, 1); a line break in one of the N captions makes a second line.
    Raises CourseError for another shape, and where there are not as many captions as images.
    """
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or len(images) == 0:
        raise CourseError(
            en=f"gallery() draws images of shape (N, height, width) or (N, height, width, 1); these have shape {images.shape}. For a single image, pass a slice such as x_train[:1].",
            es=f"gallery() dibuja imágenes de forma (N, alto, ancho) o (N, alto, ancho, 1); estas tienen la forma {images.shape}. Para una sola imagen, pasa un corte como x_train[:1].",
        )
    texts = [""] * len(images) if captions is None else [str(caption) for caption in captions]
    _same_length("gallery", images, texts)
    picture = _images([(text, image, {"cmap": "gray_r"}) for text, image in zip(texts, images, strict=True)], columns)
    size, count = " × ".join(map(str, images.shape[1:])), len(images)
    told = "; ".join(filter(None, texts)).replace("\n", ", ") or tr(en=f"{count} in all", es=f"{count} en total")
    picture.sentences = (tr(en=f"Pictures of {size} pixels: {told}.", es=f"Imágenes de {size} píxeles: {told}."),)
    return picture


def curves(run: results.Run) -> Picture:
    """A run's accuracy (with the learner's guess, if there is one) and loss by epoch. Raises CourseError if one was not recorded."""
    results.require_runs([run])
    with frame(1, 2, legend=4) as (picture, axes):
        for ax, metric in zip(axes.flat, ("accuracy", "loss"), strict=True):
            both = {_word("training"): _values(run, metric), _word("validation"): _values(run, f"val_{metric}")}
            _draw(ax, _word(metric), both, along="epoch", styles=({"color": BLUE, "ls": "-"}, VALIDATION))
        _mark_test(axes[0, 0], run)
        _from_zero(axes[:, 1])
        _mark_lowest(axes[0, 1], run)
    picture.sentences = (run.describe(),)
    return picture


def compare(*runs: results.Run, metric: str = "loss") -> Picture:
    """One metric of up to six runs by epoch, training beside validation. Raises CourseError if one was not recorded, and without runs."""
    results.require_runs(runs)
    panels = {"training": metric, "validation": f"val_{metric}"}
    values = {part: {run.name: _values(run, key) for run in runs} for part, key in panels.items()}
    with frame(1, 2, size=(9, 4.2), legend=min(len(runs), 4), sharey=True) as (picture, axes):
        for ax, (part, group) in zip(axes.flat, values.items(), strict=True):
            _draw(ax, f"{_word(metric)}, {_word(part)}", group, along="epoch")
        if metric == "loss":
            _from_zero(axes[0])
    picture.sentences = tuple(
        tr(
            en=f"{name}: {_word(metric)} at the last epoch {train[-1]:.3g} in training, {values['validation'][name][-1]:.3g} in validation.",
            es=f"{name}: {_word(metric)} en la última época, {train[-1]:.3g} en entrenamiento y {values['validation'][name][-1]:.3g} en validación.",
        )
        for name, train in values["training"].items()
    )
    return picture


def lines(x: Sequence[float], panels: Mapping[str, Mapping], along: str = "x", log: str = "") -> Picture:
    """Curves over the same N positions x, one panel each group: its title to up to six curves, name to N values.

    `along` says what x is, such as "layer" or "learning_rate"; `log` which axes are logarithmic: "", "x", "y" or "xy".
    Raises CourseError for more than six curves in a panel, for one that has not N values, and where there are none.
    """
    not_empty(x, panels)
    with frame(1, len(panels), size=(9, 3.8), legend=4) as (picture, axes):
        for ax, (title, group) in zip(axes.flat, panels.items(), strict=True):
            _draw(ax, title, group, along, x)
            ax.set(xscale="log" if "x" in log else "linear", yscale="log" if "y" in log else "linear")
    word = _word(along)
    picture.sentences = tuple(
        tr(
            en=f"{title}, {name}: {y[0]:.3g} at {word} {x[0]:g}, {y[-1]:.3g} at {x[-1]:g}; between {min(y):.3g} and {max(y):.3g}.",
            es=f"{title}, {name}: {y[0]:.3g} con {word} {x[0]:g}, {y[-1]:.3g} con {x[-1]:g}; entre {min(y):.3g} y {max(y):.3g}.",
        )
        for title, group in panels.items()
        for name, y in group.items()
    )
    return picture


def side_by_side(columns: int = 3, **named: np.ndarray) -> Picture:
    """Pictures under their names, `columns` to a row: `plots.side_by_side(before=x, after=y)`.

    A photo, `uint8` or in colour, looks as it is: shape (height, width), `uint8`, or (height, width, 3), `uint8` or from 0 to 1.
    Of other numbers, shape (height, width), zero is white, and the larger, the darker (the strongest 0.5 % of a photo's alike,
    or they would leave the rest pale); negative ones are orange. Raises CourseError for another shape, and for none.
    """
    not_empty(named)
    arrays, pictures = {name: np.asarray(array) for name, array in named.items()}, []
    for name, array in arrays.items():
        if array.ndim != 2 and array.shape[2:] != (3,):
            raise CourseError(
                en=f"{name}: a picture has shape (height, width) or (height, width, 3), not {array.shape}.",
                es=f"{name}: una imagen tiene forma (alto, ancho) o (alto, ancho, 3), no {array.shape}.",
            )
        size = np.abs(array).astype(float)
        top = np.quantile(size, 0.995 if size.size > 10_000 else 1) or size.max() or 1
        look = {"cmap": "gray_r", "vmin": 0, "vmax": top}
        if array.dtype == np.uint8:
            look = {"cmap": "gray", "vmin": 0, "vmax": 255}
        elif array.min() < 0:
            look = {"cmap": SIGNED, "vmin": -top, "vmax": top}
        pictures.append((name, array, look))
    picture = _images(pictures, min(columns, len(arrays)))
    picture.sentences = tuple(f"{name}: {_array_in_words(array)}." for name, array in arrays.items())
    return picture


def confusion_matrix(true: np.ndarray, predicted: np.ndarray, names: Sequence = range(10)) -> Picture:
    """How often each true class (row) was taken for each class (column); `names` are those of the classes. Both have shape (N,),
    integer labels from 0 to `len(names)` - 1. Raises CourseError if not, as for probabilities, and without labels."""
    from sklearn.metrics import ConfusionMatrixDisplay  # brings SciPy: not for every lesson

    true, predicted, classes = np.asarray(true), np.asarray(predicted), len(names)
    for labels in (true, predicted):
        if labels.ndim != 1 or not np.isin(labels, range(classes)).all():
            raise CourseError(
                en=f"confusion_matrix() wants one label from 0 to {classes - 1} an image, shape (N,); these have shape {labels.shape}. Probabilities become labels, the most probable class, by probabilities.argmax(axis=1), rows of zeros with a one by labels.argmax(axis=1), a column by labels.ravel().",
                es=f"confusion_matrix() espera una etiqueta de 0 a {classes - 1} por imagen, de forma (N,); estas tienen forma {labels.shape}. Las probabilidades se convierten en etiquetas, la clase más probable, con probabilidades.argmax(axis=1); las filas de ceros con un uno, con labels.argmax(axis=1); una columna, con labels.ravel().",
            )
    _same_length("confusion_matrix", true, predicted)
    not_empty(true)
    with frame(size=(6.4, 5.8), subplot_kw={"frameon": False}) as (picture, axes):
        look = {"cmap": "Oranges", "colorbar": False, "values_format": "d", "ax": axes[0, 0], "display_labels": names}
        shown = ConfusionMatrixDisplay.from_predictions(true, predicted, labels=range(classes), **look)
        matrix = shown.confusion_matrix  # shape (classes, classes)
        mistakes = matrix - np.diag(np.diag(matrix))  # coloured alone: the diagonal would drown them
        shown.im_.set(data=mistakes, clim=(0, 1.4 * max(1, mistakes.max())))
        for (row, column), text in np.ndenumerate(shown.text_):
            text.set(color="black", visible=bool(matrix[row, column]), weight="bold" if row == column else "normal")
        shown.ax_.set(xlabel=tr(en="predicted", es="predicción"), ylabel=tr(en="true", es="etiqueta real"))
        shown.ax_.grid(visible=False)
    picture.sentences = (_mistakes_in_words(matrix, names),)
    return picture


def series(count: int) -> list[dict]:
    """Colour, line and marker for each of `count` curves, told apart without the colour. CourseError beyond six."""
    if count > len(COLORS):
        raise CourseError(
            en=f"{count} curves in one panel: more than {len(COLORS)} cannot be told apart. Draw two pictures.",
            es=f"{count} curvas en una misma gráfica: más de {len(COLORS)} no se distinguen. Haz dos gráficas.",
        )
    return [{"color": c, "ls": ls, "marker": m} for c, ls, m in zip(COLORS[:count], _LINES, "os^DvP", strict=False)]


def _values(run: results.Run, key: str) -> np.ndarray:
    """One curve of a run, accuracies in per cent."""
    if key not in run.history:
        raise CourseError(
            en=f'The run {run.name!r} has no {key!r}; it has {sorted(run.history)}. Give record() what fit() returned. An accuracy needs compile(..., metrics=["accuracy"]), a curve of validation data needs fit(..., validation_data=(x_val, y_val)).',
            es=f'El experimento {run.name!r} no tiene {key!r}; tiene {sorted(run.history)}. Pasa a record() lo que devolvió fit(). La exactitud necesita compile(..., metrics=["accuracy"]); una curva de validación, fit(..., validation_data=(x_val, y_val)).',
        )
    return np.array(run.history[key]) * (100 if key.endswith("accuracy") else 1)


def _draw(ax: Axes, title: str, group: Mapping, along: str, x: Sequence = (), styles: Sequence = ()) -> None:
    """Draw one panel's curves, name to values, over x, or over 1, 2, 3 …"""
    for (name, values), style in zip(group.items(), styles or series(len(group)), strict=True):
        places = x if len(x) else np.arange(1, len(values) + 1)
        _same_length("lines", places, values)
        ax.plot(places, values, label=name, **{"markevery": max(1, len(values) // 8), **style})
    ax.set(title=title, xlabel=_word(along))
    if along == "epoch":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _images(pictures: Sequence[tuple[str, np.ndarray, dict]], columns: int) -> Picture:
    """Images of one shape in rows under their titles, framed, each with what else `imshow` takes; small ones have a grid."""
    rows, lines = -(-len(pictures) // columns), max(title.count("\n") + bool(title) for title, *_ in pictures)
    height, width = pictures[0][1].shape[:2]
    page = 5 if columns == 1 and width < 2 * height else 9
    size = page, rows * (page / columns * height / width + 0.22 * lines + 0.1)
    with frame(rows, columns, size, subplot_kw={"xticks": [], "yticks": []}) as (picture, axes):
        for ax, (title, image, look) in zip(axes.flat, pictures, strict=False):
            ax.imshow(image, **look)
            ax.set_title(title, fontsize=11)
            ax.spines[:].set(visible=True, color="#B5B5B5", lw=0.7)
            if max(image.shape[:2]) <= 12:
                ax.set_xticks(np.arange(0.5, image.shape[1] - 1), minor=True)
                ax.set_yticks(np.arange(0.5, image.shape[0] - 1), minor=True)
                ax.set_axisbelow(False)
                ax.grid(which="minor", color="#B5B5B5")
        for ax in axes.flat[len(pictures) :]:
            ax.axis("off")
    return picture


def _mark_test(ax: Axes, run: results.Run) -> None:
    if "test_accuracy" in run.figures:
        label, place = tr(en="test, at the end", es="prueba, al final"), len(run.history["loss"])
        ax.plot(place, 100 * run.test_accuracy, "D", color=GREEN, markersize=8, label=label, zorder=3)
    guess = results.guessed(run.name, "test_accuracy")
    if guess is not None:
        ax.axhline(100 * guess, ls=":", color=GREY, label=tr(en="your prediction (test)", es="tu predicción (prueba)"))


def _mark_lowest(ax: Axes, run: results.Run) -> None:
    best, lowest, last = run.best_epoch, run.best_val_loss, len(run.history["loss"])
    ax.plot(best, lowest, "*", color=ORANGE, markersize=15, mec="black", zorder=3)
    ax.hlines(lowest, best, last, color=GREY, ls=":")  # what comes after the minimum is above this line
    text = tr(en=f"lowest: epoch {best}", es=f"mínimo: época {best}")
    side = "left" if best < last / 4 else "right" if best > 3 * last / 4 else "center"
    look = {"arrowprops": {"arrowstyle": "-", "color": GREY}, "bbox": BOX, "textcoords": "offset points", "ha": side}
    ax.annotate(text, (best, lowest), (0, 28 if ax.get_yscale() == "log" else -32), **look)  # hides neither curve


def _from_zero(axes: Sequence[Axes]) -> None:
    """Losses are drawn whole, from zero; on a logarithmic scale where the first epochs tower above the rest."""
    drawn = [np.asarray(line.get_ydata(), float) for ax in axes for line in ax.lines if len(line.get_xdata()) > 1]
    curves = [finite for curve in drawn if len(finite := curve[np.isfinite(curve)])]
    highest, usual = (max(map(statistic, curves), default=0) for statistic in (np.max, np.median))
    for ax in axes:
        if highest > 5 * usual:
            ax.set(yscale="log", title=ax.get_title() + tr(en=" (logarithmic scale)", es=" (escala logarítmica)"))
            ax.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}", minor_formatter="")
        else:
            ax.set_ylim(bottom=0)


def _word(name: str) -> str:
    """A name as the learner reads it; what is not listed stays as it is."""
    spanish = {"accuracy": "exactitud (%)", "loss": "pérdida", "training": "entrenamiento", "validation": "validación"}
    spanish |= {"epoch": "época", "layer": "capa", "batch": "lote", "learning_rate": "tasa de aprendizaje"}
    english = "accuracy (%)" if name == "accuracy" else name.replace("_", " ")
    return tr(en=english, es=spanish[name]) if name in spanish else name


def _array_in_words(array: np.ndarray) -> str:
    shape = f"{array.shape[0]} × {array.shape[1]}"
    if array.ndim == 3:
        return tr(en=f"{shape}, in colour", es=f"{shape}, en color")
    if array.dtype == bool:
        share = f"{100 * array.mean():.1f} %"
        return tr(en=f"dark at {share} of {shape} places", es=f"oscuro en el {share} de {shape} sitios")
    low, high = (np.format_float_positional(x, 3, fractional=False, trim="-") for x in (array.min(), array.max()))
    words = f"{shape} " + tr(en=f"numbers from {low} to {high}", es=f"números de {low} a {high}")
    used = [np.flatnonzero(array.any(axis=axis)) + 1 for axis in (1, 0)]  # rows and columns with anything in them
    if 0 < len(used[0]) * len(used[1]) < array.size:
        rows, columns = (f"{part[0]}–{part[-1]}" for part in used)
        words += tr(
            en=f", zero outside rows {rows} and columns {columns}",
            es=f", cero fuera de las filas {rows} y las columnas {columns}",
        )
    return words


def _mistakes_in_words(matrix: np.ndarray, names: Sequence) -> str:
    right, seen = np.diag(matrix), matrix.sum(axis=1)
    wrong, hardest = seen.sum() - right.sum(), (seen - right).argmax()
    if wrong == 0:
        return tr(en="No mistakes: every image is on the diagonal.", es="Ningún error: todas están en la diagonal.")
    return tr(
        en=f"{wrong} of {seen.sum():,} wrong. Hardest: {names[hardest]}, with {right[hardest]} of {seen[hardest]} right.",
        es=f"{wrong} errores entre {seen.sum()} imágenes. Lo más difícil: {names[hardest]}, con {right[hardest]} aciertos de {seen[hardest]}.",
    )


def _same_length(function: str, first: Sequence, second: Sequence) -> None:
    if len(first) != len(second):
        raise CourseError(
            en=f"{function}() was given {len(first)} and {len(second)} items; they must be as many.",
            es=f"{function}() recibió {len(first)} y {len(second)} elementos; debe haber tantos de unos como de otros.",
        )


def not_empty(*given: Sequence) -> None:
    """Raise CourseError if one of them has no items."""
    if not all(len(items) for items in given):
        raise CourseError(en="Nothing to draw.", es="No hay nada que dibujar.")
