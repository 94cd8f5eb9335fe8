"""Every picture of the course. Each is told apart without colour and followed by a sentence that says what it shows.

The first four colours are Okabe and Ito's (jfly.uni-koeln.de/color), whose others are too pale for thin lines on white;
tests/test_reach.py looks at them with the eyes of colour-blind readers. The background is white and opaque, so that a
picture reads the same on a dark page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image as DisplayImage
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from PIL import Image

from helpers import results
from helpers.language import CourseError, say, tr

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#595959"
_COLORS = (BLUE, ORANGE, GREEN, "#CC79A7", "#332288", "#661100")
_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))

_STYLE = {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), "black"),
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E3E3E3",
    "lines.linewidth": 2,
    "figure.dpi": 100,
}

_LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}


def gallery(images: np.ndarray, captions: Sequence[object] | None = None, columns: int = 10) -> None:
    """Show grey-scale images in rows, and say their captions.

    Args:
        images: shape (N, height, width) or (N, height, width, 1), any range: the lowest value is drawn white.
        captions: N captions, such as labels; a line break makes a second line.
        columns: how many to a row.

    Raises:
        CourseError: the array has another shape, or there are not as many captions as images.
    """
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or len(images) == 0:
        raise CourseError(
            tr(
                en=f"gallery() draws images of shape (N, height, width) or (N, height, width, 1); these have shape "
                f"{images.shape}. For a single image, pass a slice such as x_train[:1].",
                es=f"gallery() dibuja imágenes de forma (N, alto, ancho) o (N, alto, ancho, 1); estas tienen la forma "
                f"{images.shape}. Para una sola imagen, pasa un corte como x_train[:1].",
            )
        )
    if captions is not None:
        _same_length("gallery", images, captions)
    rows = -(-len(images) // columns)
    lines = 1 if captions is None else 1 + max(str(c).count("\n") for c in captions)
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(rows, columns, figsize=(9, rows * (9 / columns + 0.22 * lines)), squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for i, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
            ax.imshow(image, cmap="gray_r")
            if captions is not None:
                ax.set_title(str(captions[i]), fontsize=11)
        figure.tight_layout(pad=0.4)
        plt.show()
    size = f"{images.shape[1]} × {images.shape[2]}"
    told = len(images) if captions is None else ", ".join(" ".join(str(c).split()) for c in captions)
    say(tr(en=f"Pictures of {size} pixels: {told}.", es=f"Imágenes de {size} píxeles: {told}."))


def curves(run: results.Run) -> None:
    """Draw a run's learning curves: accuracy (with the learner's prediction, if there is one) and loss, by epoch.

    Raises:
        CourseError: the run has no history, or was trained without validation data.
    """
    history = run.history
    if not {"accuracy", "val_accuracy", "loss", "val_loss"} <= set(history):
        raise CourseError(
            tr(
                en=f"The run {run.name!r} has no curves of accuracy and validation accuracy. Give compile() "
                'metrics=["accuracy"], give fit() validation_data=(x_val, y_val), and give record() what fit() returned.',
                es=f"El experimento {run.name!r} no tiene curvas de exactitud y de validación. Pasa "
                'metrics=["accuracy"] a compile(), validation_data=(x_val, y_val) a fit() y a record() lo que devolvió fit().',
            )
        )
    epochs = np.arange(1, len(history["loss"]) + 1)
    training, validation = tr(en="training", es="entrenamiento"), tr(en="validation", es="validación")
    with plt.rc_context(_STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
        for ax, metric, factor in ((left, "accuracy", 100), (right, "loss", 1)):
            ax.plot(epochs, factor * np.array(history[metric]), color=BLUE, label=training)
            values = factor * np.array(history[f"val_{metric}"])
            ax.plot(epochs, values, "--", marker="o", markersize=4, color=ORANGE, label=validation)
            ax.set_xlabel(tr(en="epoch", es="época"))
        left.set_title(tr(en="accuracy (%)", es="exactitud (%)"))
        right.set_title(tr(en="loss", es="pérdida"))
        if "test_accuracy" in run.figures:
            label = tr(en="test, at the end", es="prueba, al final")
            left.plot(epochs[-1], 100 * run.test_accuracy, "D", color=GREEN, markersize=8, label=label, zorder=3)
        guess = results.prediction(run.name, "test_accuracy")
        if guess is not None:
            left.axhline(
                100 * guess, ls=":", color=GREY, label=tr(en="your prediction (test)", es="tu predicción (prueba)")
            )
        best, lowest = run.best_epoch, run.best_val_loss
        right.plot(best, lowest, "*", color=ORANGE, markersize=15, mec="black", zorder=3)
        right.hlines(lowest, best, epochs[-1], color=GREY, ls=":")  # what comes after the minimum is above this line
        right.annotate(
            tr(en=f"lowest: epoch {best}", es=f"mínimo: época {best}"),
            (best, lowest),
            xytext=(0, -32),  # below the curve, where it hides no later peak
            textcoords="offset points",
            ha="left" if best < len(epochs) / 4 else "right" if best > 3 * len(epochs) / 4 else "center",
            arrowprops={"arrowstyle": "-", "color": GREY},
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
        # The first epochs tower above everything; what the picture is about happens near the minimum.
        tops = 3 * lowest, history["loss"][-1], *history["val_loss"][best - 1 :]
        heights = [value for value in tops if np.isfinite(value)]
        right.set_ylim(0, 1.1 * max(heights, default=1))
        figure.legend(*left.get_legend_handles_labels(), loc="lower center", ncols=4, frameon=False)
        figure.tight_layout(rect=(0, 0.08, 1, 1))
        plt.show()
    say(run.describe())


def compare(*runs: results.Run, metric: str = "loss") -> None:
    """Draw one metric of several runs by epoch, training beside validation, on common axes.

    Args:
        runs: up to six runs with a history, trained with validation data.
        metric: a name from the history, such as "loss" or "accuracy".

    Raises:
        CourseError: a run lacks the metric, or its validation part; more than six runs.
    """
    factor, title = {
        "accuracy": (100, tr(en="accuracy (%)", es="exactitud (%)")),
        "loss": (1, tr(en="loss", es="pérdida")),
    }.get(metric, (1, metric))
    sentences = []
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), sharey=True)
        panels = (
            (metric, tr(en="training", es="entrenamiento")),
            (f"val_{metric}", tr(en="validation", es="validación")),
        )
        for ax, (key, panel) in zip(axes, panels, strict=True):
            for run, style in zip(runs, _styles("compare", len(runs)), strict=True):
                if key not in run.history:
                    raise CourseError(
                        tr(
                            en=f"The run {run.name!r} has no {key!r}; it has {sorted(run.history)}. Curves of validation "
                            "data need fit(..., validation_data=(x_val, y_val)).",
                            es=f"El experimento {run.name!r} no tiene {key!r}; tiene {sorted(run.history)}. Las curvas de "
                            "validación necesitan fit(..., validation_data=(x_val, y_val)).",
                        )
                    )
                values = factor * np.array(run.history[key])
                every = max(1, len(values) // 8)
                epochs = np.arange(1, len(values) + 1)
                ax.plot(epochs, values, markevery=every, label=run.name, **style)
            ax.set_title(f"{title}, {panel}")
            ax.set_xlabel(tr(en="epoch", es="época"))
        columns = min(len(runs), 4)
        rows = -(-len(runs) // columns)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="lower center", ncols=columns, frameon=False)
        figure.tight_layout(rect=(0, 0.07 * rows, 1, 1))
        if metric == "loss":  # the first epochs tower above everything; what matters is near the minimum
            last = [run.history["val_loss"][-1] for run in runs]
            heights = [value for value in (*last, 3 * min(run.best_val_loss for run in runs)) if np.isfinite(value)]
            axes[0].set_ylim(0, 1.15 * max(heights, default=1))
        plt.show()
    for run in runs:
        train, val = run.history[metric][-1], run.history[f"val_{metric}"][-1]
        values = f"{factor * train:.3g}", f"{factor * val:.3g}"
        sentences.append(
            tr(
                en=f"{run.name}: at the last epoch {values[0]} in training, {values[1]} in validation.",
                es=f"{run.name}: en la última época, {values[0]} en entrenamiento y {values[1]} en validación.",
            )
        )
    say("\n".join(sentences))


def animate(
    draw: Callable[[Axes, int], None], frames: int, seconds: float = 0.6, size: tuple[float, float] = (6, 3)
) -> None:
    """Show an animated picture (APNG: plays in every browser, and its first frame is the still elsewhere).

    Args:
        draw: called with fresh axes and the frame's number, 0 to `frames` - 1; draws that frame.
        frames: how many frames.
        seconds: how long each is shown.
        size: width and height in inches.
    """
    pictures = []
    with plt.rc_context(_STYLE):
        for number in range(frames):
            figure, ax = plt.subplots(figsize=size)
            draw(ax, number)
            figure.tight_layout()
            page = io.BytesIO()
            figure.savefig(page, format="png")
            plt.close(figure)
            # Without the alpha channel, which Pillow's choice of colours would round to not quite opaque.
            pictures.append(Image.open(page).convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE))
    film = io.BytesIO()
    pictures[0].save(
        film,
        "png",
        save_all=True,
        append_images=pictures[1:],
        duration=int(1000 * seconds),
        loop=0,
        default_image=False,
    )
    display(DisplayImage(data=film.getvalue(), format="png"))


def confusion_matrix(true: np.ndarray, predicted: np.ndarray, classes: int = 10) -> None:
    """Draw how often each true class (row) was taken for each class (column), and say what is confused most.

    Args:
        true, predicted: integer labels of shape (N,), 0 to `classes` - 1.

    Raises:
        CourseError: the labels are not as many, or not one whole number an image, or `predicted` holds probabilities.
    """
    true, predicted = np.asarray(true), np.asarray(predicted)
    if predicted.ndim == 2:
        raise CourseError(
            tr(
                en=f"confusion_matrix() wants one label per image; this array of shape {predicted.shape} looks like "
                "probabilities. The label is the most probable class: probabilities.argmax(axis=1).",
                es=f"confusion_matrix() espera una etiqueta por imagen; este array de forma {predicted.shape} parece "
                "contener probabilidades. La etiqueta es la clase más probable: probabilidades.argmax(axis=1).",
            )
        )
    _same_length("confusion_matrix", true, predicted)
    for labels in (true, predicted):
        if labels.ndim != 1 or not np.isin(labels, range(classes)).all():
            raise CourseError(
                tr(
                    en=f"confusion_matrix() wants labels from 0 to {classes - 1}, shape (N,); these have shape {labels.shape}. "
                    "A column is flattened by labels.ravel(); rows of zeros with a one, by labels.argmax(axis=1).",
                    es=f"confusion_matrix() espera etiquetas de 0 a {classes - 1}, de forma (N,); estas tienen forma {labels.shape}. "
                    "Una columna se aplana con labels.ravel(); filas de ceros con un uno, con labels.argmax(axis=1).",
                )
            )
    matrix = np.zeros((classes, classes), int)
    np.add.at(matrix, (true.astype(int), predicted.astype(int)), 1)
    mistakes = matrix - np.diag(np.diag(matrix))
    with plt.rc_context({**_STYLE, "axes.grid": False}):
        figure, ax = plt.subplots(figsize=(6.4, 5.8))
        # Coloured by the mistakes alone: the large counts on the diagonal would drown them.
        ax.imshow(mistakes, cmap="Oranges", vmax=1.4 * max(1, mistakes.max()))
        for row, column in np.ndindex(matrix.shape):
            if matrix[row, column]:
                weight = "bold" if row == column else "normal"
                ax.text(column, row, matrix[row, column], ha="center", va="center", fontsize=10, weight=weight)
        ax.set_xticks(range(classes))
        ax.set_yticks(range(classes))
        ax.set_xlabel(tr(en="predicted", es="predicción"))
        ax.set_ylabel(tr(en="true", es="etiqueta real"))
        ax.spines[:].set_visible(False)
        figure.tight_layout()
        plt.show()
    total = int(mistakes.sum())
    if total == 0:
        print(tr(en="No mistakes: every image is on the diagonal.", es="Ningún error: todas están en la diagonal."))
        return
    hardest = int(mistakes.sum(axis=1).argmax())
    say(
        tr(
            en=f"{total} of {len(true)} wrong. Hardest: {hardest}, with {matrix[hardest, hardest]} of "
            f"{matrix[hardest].sum()} right.",
            es=f"{total} errores entre {len(true)} imágenes. Lo más difícil: el {hardest}, con "
            f"{matrix[hardest, hardest]} aciertos de {matrix[hardest].sum()}.",
        )
    )


def loss_when_wrong(labels: np.ndarray, probabilities: Mapping[int, np.ndarray]) -> None:
    """Draw what each mistake costs (cross-entropy, in nats), one panel per epoch.

    Args:
        labels: true labels of shape (N,).
        probabilities: what the network predicted after each of these epochs, shape (N, classes).

    Raises:
        CourseError: an array has another shape.
    """
    sentences = []
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(1, len(probabilities), figsize=(9, 3.2), sharex=True, sharey=True, squeeze=False)
        for ax, (epoch, p) in zip(axes.flat, probabilities.items(), strict=True):
            p = np.asarray(p)
            if p.ndim != 2:
                raise CourseError(
                    tr(
                        en=f"loss_when_wrong() wants probabilities of shape (N, classes), not {p.shape}.",
                        es=f"loss_when_wrong() espera probabilidades de forma (N, clases), no {p.shape}.",
                    )
                )
            _same_length("loss_when_wrong", labels, p)
            wrong = p.argmax(axis=1) != labels
            loss = -np.log(np.maximum(p[np.arange(len(p)), labels], np.finfo("float32").tiny))
            mean = f"{loss[wrong].mean():.2f}" if wrong.any() else "–"
            ax.hist(loss[wrong], bins=np.arange(0, 26), color=ORANGE, edgecolor="white")
            ax.yaxis.set_major_locator(MaxNLocator(integer=True))
            ax.set_title(tr(en=f"after epoch {epoch}", es=f"tras la época {epoch}"))
            ax.set_xlabel(tr(en="loss of one mistake", es="pérdida de un error"))
            if wrong.any():
                ax.axvline(loss[wrong].mean(), color="black", ls="--", label=tr(en=f"mean {mean}", es=f"media {mean}"))
                ax.legend(fontsize=11)
            sentences.append(
                tr(
                    en=f"After epoch {epoch}: {100 * wrong.mean():.1f} % of the images are wrong and carry "
                    f"{100 * loss[wrong].sum() / loss.sum():.0f} % of the loss. A mistake costs {mean} on average, a right "
                    f"answer {loss[~wrong].mean():.3f}.",
                    es=f"Tras la época {epoch}: el {100 * wrong.mean():.1f} % de las imágenes son errores y cargan con el "
                    f"{100 * loss[wrong].sum() / loss.sum():.0f} % de la pérdida. Un error cuesta {mean} de media; un "
                    f"acierto, {loss[~wrong].mean():.3f}.",
                )
            )
        axes[0, 0].set_ylabel(tr(en="mistakes", es="errores"))
        figure.tight_layout()
        plt.show()
    say("\n".join(sentences))


def dropout_film(masks: np.ndarray, seconds: float = 1.0) -> None:
    """Show a small network once per image, the units that dropout switches off dark, crossed and cut from the others.

    Args:
        masks: shape (images, units), true or non-zero where a unit works.
        seconds: how long each image is shown.

    Raises:
        CourseError: the masks have another shape.
    """
    masks = np.asarray(masks) != 0
    if masks.ndim != 2 or masks.size == 0:
        raise CourseError(
            tr(
                en=f"dropout_film() wants masks of shape (images, units), not {masks.shape}.",
                es=f"dropout_film() espera máscaras de forma (imágenes, unidades), no {masks.shape}.",
            )
        )
    units = masks.shape[1]
    below, hidden, above = (np.linspace(0, units - 1, count) for count in (5, units, 5))

    def draw(ax: Axes, number: int) -> None:
        alive = masks[number]
        for x in hidden[alive]:
            for ends, floor in ((below, 0), (above, 2)):
                ax.plot([ends, np.full(5, x)], [np.full(5, floor), np.full(5, 1)], color="#808080", lw=0.6, zorder=1)
        for ends, floor in ((below, 0), (above, 2)):
            ax.scatter(ends, np.full(5, floor), s=130, color="white", edgecolor=GREY, zorder=2)
        ax.scatter(hidden[alive], np.ones(alive.sum()), s=190, color="#E69F00", edgecolor="black", zorder=2)
        ax.scatter(hidden[~alive], np.ones((~alive).sum()), s=190, color="#333333", zorder=2)
        ax.scatter(hidden[~alive], np.ones((~alive).sum()), s=60, color="white", marker="x", zorder=3)
        dark = (~alive).sum()
        ax.set_title(
            tr(
                en=f"image {number + 1}: {dark} of {units} units dark",
                es=f"imagen {number + 1}: {dark} de {units} unidades apagadas",
            )
        )
        ax.axis("off")

    animate(draw, len(masks), seconds, size=(7, 3))
    counts = ", ".join(str(count) for count in (~masks).sum(axis=1))
    say(
        tr(
            en=f"Dark units for images 1 to {len(masks)}, out of {units}: {counts}.",
            es=f"Unidades apagadas con las imágenes 1 a {len(masks)}, de {units}: {counts}.",
        )
    )


def descent_figure(
    paths: Mapping[float, Sequence[float]],
    loss: Callable[[np.ndarray], np.ndarray],
    around: tuple[float, float] = (-2, 8),
) -> tuple[Figure, list[str]]:
    """Draw gradient descent on a curve, one panel per learning rate; return the figure and a sentence for each.

    Args:
        paths: for each learning rate the weight at the start and after every step.
        loss: the loss as a function of the weight.
        around: the weights shown, from and to.
    """
    sentences = []
    ground = np.linspace(*around, 200)
    with plt.rc_context(_STYLE):
        columns = len(paths)
        figure, axes = plt.subplots(1, columns, figsize=(9 if columns > 1 else 5, 3.4), sharey=True, squeeze=False)
        for ax, (rate, path) in zip(axes.flat, paths.items(), strict=True):
            path = np.asarray(path, float)
            ax.plot(ground, loss(ground), color=GREY, lw=1)
            ax.plot(path, loss(path), "-", marker="o", markersize=5, color=BLUE, lw=1)
            ax.plot(path[0], loss(path[0]), "s", color=ORANGE, markersize=9, label=tr(en="start", es="inicio"))
            ax.plot(path[-1], loss(path[-1]), "D", color=GREEN, markersize=8, label=tr(en="end", es="final"), zorder=3)
            ax.set_title(tr(en=f"learning rate {rate:g}", es=f"tasa de aprendizaje {rate:g}"))
            ax.set_xlabel(tr(en="weight", es="peso"))
            ax.set_xlim(ground[0], ground[-1])
            ax.set_ylim(-0.05 * loss(ground).max(), 1.05 * loss(ground).max())
            turns = int((np.diff(np.sign(np.diff(path))) != 0).sum())
            first, last = f"{loss(path[0]):.4g}", f"{loss(path[-1]):.4g}"
            sentences.append(
                tr(
                    en=f"Learning rate {rate:g}: {len(path) - 1} steps take the loss from {first} to {last}; "
                    f"changes of direction: {turns}.",
                    es=f"Tasa de aprendizaje {rate:g}: {len(path) - 1} pasos llevan la pérdida de {first} a {last}; "
                    f"cambios de dirección: {turns}.",
                )
            )
        axes[0, 0].set_ylabel(tr(en="loss", es="pérdida"))
        axes[0, 0].legend(loc="upper center", fontsize=10)
        figure.tight_layout()
    return figure, sentences


def descent(paths: Mapping[float, Sequence[float]], loss: Callable[[np.ndarray], np.ndarray]) -> None:
    """Show gradient descent on a curve, one panel per learning rate (see `descent_figure`)."""
    with plt.rc_context(_STYLE):
        _, sentences = descent_figure(paths, loss)
        plt.show()
    say("\n".join(sentences))


def stops(values: Sequence[float], outcomes: Mapping[str, tuple[int, int]]) -> None:
    """Draw a validation loss by epoch and, below it, when each setting of early stopping stops and what it keeps.

    Args:
        values: validation loss of each epoch.
        outcomes: for each setting the epoch after which it stops and the epoch whose weights are kept, from 1.
    """
    epochs = np.arange(1, len(values) + 1)
    with plt.rc_context(_STYLE):
        figure, (top, bottom) = plt.subplots(
            2, 1, figsize=(9, 3.2 + 0.34 * len(outcomes)), sharex=True, height_ratios=[6, 1 + len(outcomes)]
        )
        top.plot(epochs, values, "--", marker="o", markersize=4, color=ORANGE)
        top.set_ylim(0.8 * min(values), 1.1 * max(3 * min(values), *values[int(np.argmin(values)) :]))
        top.set_ylabel(tr(en="validation loss", es="pérdida de validación"))
        for row, (stopped, kept) in enumerate(outcomes.values()):
            bottom.plot([1, stopped], [row, row], color=BLUE, lw=3, solid_capstyle="butt")
            bottom.plot(stopped, row, "|", color="black", markersize=14, mew=2.5)
            bottom.plot(kept, row, "*", color=ORANGE, markersize=13, mec="black", zorder=3)
        bottom.plot([], [], "|", color="black", mew=2.5, ls="none", label=tr(en="stops", es="se detiene"))
        bottom.plot([], [], "*", color=ORANGE, mec="black", ls="none", label=tr(en="keeps", es="conserva"))
        bottom.set_yticks(range(len(outcomes)), list(outcomes), family="monospace", fontsize=10)
        bottom.set_ylim(len(outcomes) - 0.4, -0.6)
        bottom.set_xlabel(tr(en="epoch", es="época"))
        figure.legend(*bottom.get_legend_handles_labels(), loc="upper right", ncols=2, frameon=False)
        figure.tight_layout(rect=(0, 0, 1, 0.95))
        plt.show()
    for name, (stopped, kept) in outcomes.items():
        say(
            tr(
                en=f"{name}: stops after epoch {stopped}, keeps the weights of epoch {kept} "
                f"(validation loss {values[kept - 1]:.3f}).",
                es=f"{name}: se detiene tras la época {stopped} y conserva los pesos de la {kept} "
                f"(pérdida de validación {values[kept - 1]:.3f}).",
            )
        )


def lines(
    x: Sequence[float], panels: Mapping[str, Mapping[str, Sequence[float]]], along: str = "x", log: str = ""
) -> None:
    """Draw curves over the same x, one panel each group, and say where each begins, ends, and lies.

    Args:
        x: N positions.
        panels: title of a panel to its curves, up to six: name to N values.
        along: what x is, such as "layer" or "learning_rate".
        log: which axes are logarithmic, "", "x", "y" or "xy".

    Raises:
        CourseError: a curve has not N values; more than six curves in a panel.
    """
    word = {
        "layer": tr(en="layer", es="capa"),
        "learning_rate": tr(en="learning rate", es="tasa de aprendizaje"),
        "batch": tr(en="batch", es="lote"),
    }.get(along, along)
    sentences = []
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(1, len(panels), figsize=(9, 3.8), squeeze=False)
        for ax, (title, group) in zip(axes.flat, panels.items(), strict=True):
            for (name, y), style in zip(group.items(), _styles("lines", len(group)), strict=True):
                _same_length("lines", x, y)
                every = max(1, len(x) // 8)
                ax.plot(x, y, markevery=every, label=name, **style)
                sentences.append(
                    tr(
                        en=f"{title}, {name}: {y[0]:.3g} at {word} {x[0]:g}, {y[-1]:.3g} at {x[-1]:g}; "
                        f"between {min(y):.3g} and {max(y):.3g}.",
                        es=f"{title}, {name}: {y[0]:.3g} con {word} {x[0]:g}, {y[-1]:.3g} con {x[-1]:g}; "
                        f"entre {min(y):.3g} y {max(y):.3g}.",
                    )
                )
            ax.set_title(title)
            ax.set_xlabel(word)
            if "x" in log:
                ax.set_xscale("log")
            if "y" in log:
                ax.set_yscale("log")
            if along == "layer":
                ax.set_xticks(x)
        names = axes[0, 0].get_legend_handles_labels()
        figure.legend(*names, loc="lower center", ncols=4, frameon=False)
        figure.tight_layout(rect=(0, 0.08, 1, 1))
        plt.show()
    say("\n".join(sentences))


def side_by_side_figure(pictures: Mapping[str, np.ndarray], columns: int = 3) -> tuple[Figure, list[str]]:
    """Draw pictures under their names; return the figure and a sentence for each.

    The larger a number, the brighter its place. Where some are negative, zero is mid-grey.

    Args:
        pictures: name to numbers of shape (height, width), any range, or to a colour picture of shape (height, width, 3),
            `uint8` or from 0 to 1.
        columns: how many to a row.

    Raises:
        CourseError: an array has another shape.
    """
    arrays = {name: np.asarray(picture) for name, picture in pictures.items()}
    for name, array in arrays.items():
        if array.ndim != 2 and array.shape[2:] != (3,):
            raise CourseError(
                tr(
                    en=f"{name}: a picture has shape (height, width) or (height, width, 3), not {array.shape}.",
                    es=f"{name}: una imagen tiene forma (alto, ancho) o (alto, ancho, 3), no {array.shape}.",
                )
            )
    sentences = []
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    height, width = next(iter(arrays.values())).shape[:2]
    page = 9 if columns > 1 else 5
    with plt.rc_context({**_STYLE, "axes.grid": False}):
        figure, axes = plt.subplots(
            rows, columns, figsize=(page, rows * (page / columns * height / width + 0.4)), squeeze=False
        )
        for ax in axes.flat:
            ax.axis("off")
        for ax, (name, array) in zip(axes.flat, arrays.items(), strict=False):
            ax.set_title(name, fontsize=11)
            shape = f"{array.shape[0]} × {array.shape[1]}"
            if array.ndim == 3:
                ax.imshow(array)
                sentences.append(f"{name}: {shape}, " + tr(en="in colour.", es="en color."))
                continue
            low, high = array.min(), array.max()
            top = np.abs(array).max()
            ax.imshow(array, cmap="gray", vmin=-top if low < 0 else 0, vmax=top or 1)
            if array.dtype == bool:
                share = f"{100 * array.mean():.1f} %"
                sentences.append(
                    tr(
                        en=f"{name}: white at {share} of {shape} places.",
                        es=f"{name}: blanco en el {share} de {shape} sitios.",
                    )
                )
                continue
            rows_used, columns_used = (np.flatnonzero(array.any(axis=axis)) + 1 for axis in (1, 0))
            sentence = tr(
                en=f"{name}: {shape} numbers from {low:.3g} to {high:.3g}",
                es=f"{name}: {shape} números de {low:.3g} a {high:.3g}",
            )
            if 0 < len(rows_used) * len(columns_used) < array.size:
                ends = rows_used[0], rows_used[-1], columns_used[0], columns_used[-1]
                sentence += tr(
                    en=", zero outside rows {}–{} and columns {}–{}",
                    es=", cero fuera de las filas {}–{} y las columnas {}–{}",
                ).format(*ends)
            sentences.append(sentence + ".")
        figure.tight_layout(pad=0.4)
    return figure, sentences


def side_by_side(columns: int = 3, **named: np.ndarray) -> None:
    """Show pictures under their names (see `side_by_side_figure`): `plots.side_by_side(before=x, after=y)`."""
    with plt.rc_context(_STYLE):
        _, sentences = side_by_side_figure(named, columns)
        plt.show()
    say("\n".join(sentences))


def sliding_kernel(image: np.ndarray, kernel: np.ndarray, seconds: float = 0.4) -> None:
    """Show a kernel sliding over a small picture, and the answers it leaves behind.

    The first frame is the still: all answers, and the window at the strongest.

    Args:
        image: shape (height, width), at most about 9 × 9 whole numbers, so that they can be read.
        kernel: shape (size, size).
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    answers = (windows * kernel).sum(axis=(2, 3))
    order = np.arange(answers.size).reshape(answers.shape)
    strongest = int(np.abs(answers).argmax())
    lefts = 0, image.shape[1] + 1, image.shape[1] + kernel.shape[1] + 2

    def draw(ax: Axes, number: int) -> None:
        place = number - 1 if number else strongest
        row, column = divmod(place, answers.shape[1])
        names = tr(en="picture|kernel|answers", es="imagen|núcleo|respuestas").split("|")
        for name, left, grid in zip(names, lefts, (image, kernel, answers), strict=True):
            top = (len(image) - len(grid)) / 2
            reach = np.abs(grid).max() or 1
            low = -reach if grid.min() < 0 else 0
            ax.text(left + grid.shape[1] / 2, -0.3, name, ha="center", va="bottom", fontsize=12)
            for (i, j), value in np.ndenumerate(grid):
                known = grid is not answers or not number or order[i, j] <= place
                shade = (value - low) / (reach - low) if known else 1
                cell = plt.Rectangle((left + j, top + i), 1, 1, facecolor=str(shade), edgecolor="#B5B5B5", lw=0.7)
                ax.add_patch(cell)
                if known:
                    ink = "black" if shade > 0.46 else "white"
                    ax.text(
                        left + j + 0.5, top + i + 0.5, f"{value:g}", ha="center", va="center", color=ink, fontsize=9
                    )
        spot = lefts[2] + column, (len(image) - len(answers)) / 2 + row
        for corner, wide, high in (((column, row), *kernel.shape[::-1]), (spot, 1, 1)):
            ax.add_patch(plt.Rectangle(corner, wide, high, fill=False, edgecolor=ORANGE, lw=3, zorder=3))
        ax.set(xlim=(-0.2, lefts[2] + answers.shape[1] + 0.2), ylim=(len(image) + 0.2, -1.2), aspect="equal")
        ax.axis("off")

    animate(draw, answers.size + 1, seconds, size=(9, 9 * (len(image) + 1.4) / (lefts[2] + answers.shape[1] + 0.4)))
    row, column = divmod(strongest, answers.shape[1])
    products = " + ".join(f"{value:g}" for value in (windows[row, column] * kernel).flat).replace("+ -", "- ")
    say(
        tr(
            en=f"The strongest answer stands in row {row + 1}, column {column + 1}: {products} = {answers[row, column]:g}.",
            es=f"La respuesta más fuerte está en la fila {row + 1}, columna {column + 1}: {products} = {answers[row, column]:g}.",
        )
    )


def by_shift(accuracies: Mapping[str, Sequence[float]]) -> None:
    """Draw accuracy against how far the digits were moved, in pixels from 0, and say what two pixels cost.

    Args:
        accuracies: for each network, up to six, its accuracies, as fractions, for shifts of 0, 1, 2 … pixels.

    Raises:
        CourseError: more than six networks.
    """
    with plt.rc_context(_STYLE):
        figure, ax = plt.subplots(figsize=(7.5, 4.4))
        for (name, values), style in zip(accuracies.items(), _styles("by_shift", len(accuracies)), strict=True):
            ax.plot(100 * np.array(values), label=name, **style)
            ax.set_xticks(range(len(values)))
        ax.axhline(10, color=GREY, ls=":", lw=1, label=tr(en="guessing", es="al azar"))
        ax.set_xlabel(tr(en="shift (pixels)", es="desplazamiento (píxeles)"))
        ax.set_title(tr(en="test accuracy (%)", es="exactitud de prueba (%)"))
        ax.set_ylim(0, 100)
        figure.legend(*ax.get_legend_handles_labels(), loc="lower center", ncols=4, frameon=False)
        figure.tight_layout(rect=(0, 0.07, 1, 1))
        plt.show()
    for name, values in accuracies.items():
        percent = " → ".join(f"{100 * value:.1f}" for value in values)
        say(
            tr(
                en=f"{name}: {percent} %, for shifts of 0 to {len(values) - 1} pixels.",
                es=f"{name}: {percent} %, con desplazamientos de 0 a {len(values) - 1} píxeles.",
            )
        )


def test_accuracies(measured: Mapping[str, float], published: Mapping[str, float] | None = None) -> None:
    """Draw test accuracies on one axis, what was measured here as full points, what others published as open ones.

    Args:
        measured: name to accuracy, as a fraction, in the order of the rows.
        published: the same from the literature; each row is labelled as published.

    Raises:
        CourseError: there is nothing to draw.
    """
    kinds = (
        (tr(en="measured here", es="medido aquí"), measured, "o", BLUE, BLUE),
        (tr(en="published", es="publicado"), published or {}, "D", ORANGE, "white"),
    )
    groups = [kind for kind in kinds if kind[1]]
    if not groups:
        raise CourseError(
            tr(
                en="test_accuracies() was given nothing to draw.",
                es="test_accuracies() no ha recibido nada que dibujar.",
            )
        )
    rows = sum(len(part) for _, part, *_ in groups)
    names: list[str] = []
    with plt.rc_context({**_STYLE, "axes.grid.axis": "x"}):
        figure, ax = plt.subplots(figsize=(9, 1.3 + 0.36 * rows))
        for kind, part, marker, color, face in groups:
            look = {"color": color, "markerfacecolor": face, "mew": 2}
            for name, accuracy in part.items():
                ax.plot(100 * accuracy, len(names), marker, markersize=9, **look)
                ax.text(100 * accuracy, len(names) - 0.28, f"{100 * accuracy:.1f}", ha="center", fontsize=9)
                names.append(name if part is measured else f"{name} ({kind})")
            ax.plot([], [], marker, ls="none", label=kind, **look)
        ax.set_yticks(range(rows), names)
        ax.set_ylim(rows - 0.5, -0.8)
        ax.set_xlabel(tr(en="test accuracy (%)", es="exactitud de prueba (%)"))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.margins(x=0.08)
        figure.legend(*ax.get_legend_handles_labels(), loc="lower center", ncols=2, frameon=False)
        figure.tight_layout(rect=(0, 0.2 / (1.3 + 0.36 * rows) + 0.03, 1, 1))
        plt.show()
    for kind, part, *_ in groups:
        told = "; ".join(f"{name}, {100 * accuracy:.1f} %" for name, accuracy in part.items())
        say(f"{kind[0].upper()}{kind[1:]}: {told}.")


def search_map(
    searches: Mapping[str, Sequence], loss: Callable[[np.ndarray, np.ndarray], np.ndarray], x: str, y: str
) -> None:
    """Draw where each search looked on a landscape of two hyperparameters, larger points for more epochs.

    Args:
        searches: name to KerasTuner trials, which have a score.
        loss: the landscape, a function of arrays of x and y; the darker, the lower.
        x, y: names of the hyperparameters; x is drawn on a logarithmic axis.
    """
    sentences = []
    with plt.rc_context({**_STYLE, "axes.grid": False}):
        figure, axes = plt.subplots(1, len(searches), figsize=(9, 3.1), sharex=True, sharey=True, squeeze=False)
        found = [trial.hyperparameters.values for trials in searches.values() for trial in trials]
        xs, ys = ([values[name] for values in found] for name in (x, y))
        across, up = np.meshgrid(np.geomspace(min(xs), max(xs), 60), np.linspace(min(ys), max(ys), 60))
        for ax, (name, trials) in zip(axes.flat, searches.items(), strict=True):
            ax.contourf(across, up, loss(across, up), levels=12, cmap="Blues_r", alpha=0.7)
            values = [trial.hyperparameters.values for trial in trials]
            sizes = [18 * v.get("tuner/epochs", 3) for v in values]
            where = [v[x] for v in values], [v[y] for v in values]
            ax.scatter(*where, sizes, color="white", edgecolor="black", linewidth=1.2, zorder=3, clip_on=False)
            best = min(trials, key=lambda trial: trial.score)
            place = best.hyperparameters.values
            ax.plot(place[x], place[y], "*", color=ORANGE, markersize=15, mec="black", zorder=4, clip_on=False)
            ax.set_xscale("log")
            ax.set_title(name)
            ax.set_xlabel(x)
            tried = {(v[x], v[y]) for v in values}
            sentences.append(
                tr(
                    en=f"{name}: {len(tried)} places, {len({a for a, _ in tried})} different values of {x}; best loss "
                    f"{best.score:.2f}.",
                    es=f"{name}: {len(tried)} lugares, {len({a for a, _ in tried})} valores distintos de {x}; mejor "
                    f"pérdida {best.score:.2f}.",
                )
            )
        axes[0, 0].set_ylabel(y)
        figure.tight_layout()
        plt.show()
    say("\n".join(sentences))


def parallel_coordinates(trials: Sequence) -> None:
    """Draw each finished trial as a line through its hyperparameters to its score, the best quarter thick and dark.

    A value that a trial does not have (a conditional hyperparameter) is drawn at the bottom, at the sign "–".

    Args:
        trials: KerasTuner trials whose score is to be minimised.

    Raises:
        CourseError: no trial has a score.
    """
    trials = sorted((t for t in trials if t.score is not None), key=lambda trial: trial.score)
    if not trials:
        raise CourseError(
            tr(
                en="None of these trials has a score: all of them failed, or none has ended. trial.message says why one failed.",
                es="Ninguno de estos ensayos tiene puntuación: fallaron todos o no ha acabado ninguno. trial.message dice por qué "
                "falló uno.",
            )
        )
    shown = [{k: v for k, v in t.hyperparameters.values.items() if not k.startswith("tuner/")} for t in trials]
    names = list(dict.fromkeys(name for values in shown for name in values))
    few = max(1, len(trials) // 4)
    places = np.full((len(trials), len(names) + 1), -0.15)
    with plt.rc_context({**_STYLE, "axes.grid": False}):
        figure, ax = plt.subplots(figsize=(9, 4))
        for column, name in enumerate([*names, "score"]):
            values = [t.score for t in trials] if name == "score" else [v.get(name) for v in shown]
            known = sorted({value for value in values if value is not None})
            # Words, such as the names of activations, stand in the order of the alphabet.
            scale = [rank if isinstance(value, str) else float(value) for rank, value in enumerate(known)]
            if name in ("score", "learning_rate"):
                scale = np.log(scale).tolist()
            span = scale[-1] - scale[0] or 1
            heights = {value: (at - scale[0]) / span for value, at in zip(known, scale, strict=True)}
            places[:, column] = [heights.get(value, -0.15) for value in values]
            ax.axvline(column, color=GREY, lw=1)
            for value in known if len(known) <= 4 else (known[0], known[-1]):
                text = f"{value:.2g}" if isinstance(value, float) else str(value)
                ax.text(column + 0.09, heights[value], text, va="center", fontsize=10, zorder=4, bbox=_LABEL)
            if None in values:
                ax.text(column + 0.09, -0.15, "–", va="center", zorder=4, bbox=_LABEL)
        for row in range(len(trials) - 1, -1, -1):
            good = row < few
            ax.plot(places[row], color=BLUE if good else "#808080", lw=2.5 if good else 1, ls="-" if good else "--")
        ax.plot(places[0], "*", color=ORANGE, mec="black", markersize=13, zorder=5)
        ax.set_xticks(range(len(names) + 1), [*names, tr(en="loss", es="pérdida")])
        ax.set_yticks([])
        ax.set_xlim(-0.1, len(names) + 0.5)
        ax.spines[:].set_visible(False)
        figure.tight_layout()
        plt.show()
    told = []
    for name in names:
        values = sorted({v[name] for v in shown[:few] if name in v})
        ends = [f"{value:.2g}" if isinstance(value, float) else str(value) for value in values]
        words = values and isinstance(values[0], str)
        told.append(
            f"{name} {', '.join(ends) if words else ' … '.join(dict.fromkeys((ends[0], ends[-1]))) if ends else '–'}"
        )
    say(
        tr(
            en=f"Best loss {trials[0].score:.3f}, worst {trials[-1].score:.3f}. The best {few} of {len(trials)} trials: ",
            es=f"Mejor pérdida, {trials[0].score:.3f}; la peor, {trials[-1].score:.3f}. Los {few} mejores de {len(trials)} "
            "ensayos: ",
        )
        + "; ".join(told)
        + "."
    )


def best_so_far(searches: Mapping[str, Sequence[float]]) -> None:
    """Draw the lowest validation loss that each search has seen against the epochs it has spent.

    Args:
        searches: name to the lowest loss so far, one value per epoch of training; up to six.

    Raises:
        CourseError: more than six searches.
    """
    with plt.rc_context(_STYLE):
        figure, ax = plt.subplots(figsize=(9, 3.8))
        for (name, losses), style in zip(searches.items(), _styles("best_so_far", len(searches)), strict=True):
            epochs = np.arange(1, len(losses) + 1)
            ax.step(epochs, losses, where="post", markevery=6, markersize=7, label=name, **style)
        ax.set_yscale("log")
        for numbers in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
            numbers("{x:g}")
        ax.set_xlabel(tr(en="epochs spent", es="épocas gastadas"))
        ax.set_ylabel(tr(en="best validation loss so far", es="mejor pérdida de validación hasta el momento"))
        ax.legend()
        figure.tight_layout()
        plt.show()
    for name, losses in searches.items():
        half = losses[len(losses) // 2 - 1]
        say(
            tr(
                en=f"{name}: {half:.3f} after half of its {len(losses)} epochs, {losses[-1]:.3f} at the end.",
                es=f"{name}: {half:.3f} a mitad de sus {len(losses)} épocas y {losses[-1]:.3f} al final.",
            )
        )


def worker_timeline(trials: Sequence[tuple[str, str, float, float | None]]) -> None:
    """Draw which worker ran which trial when; a trial that never ended is hatched.

    Args:
        trials: (worker, trial, begin, end) in seconds; end is None where the worker was killed.
    """
    workers = sorted({worker for worker, *_ in trials})
    finished = [row for row in trials if row[3] is not None]
    if not finished:
        print(tr(en="No trial was finished.", es="No se terminó ningún ensayo."))
        return
    zero = min(begin for *_, begin, _ in trials)
    last = max(end for *_, end in finished)
    with plt.rc_context({**_STYLE, "axes.grid.axis": "x"}):
        figure, ax = plt.subplots(figsize=(9, 0.9 + 0.6 * len(workers)))
        for worker, trial, begin, end in trials:
            row, later = workers.index(worker), [b for w, _, b, _ in trials if w == worker and b > begin]
            until = end if end is not None else min([*later, last])
            look = {"color": "#56B4E9"} if end is not None else {"facecolor": "white", "hatch": "xxx"}
            ax.barh(row, until - begin, left=begin - zero, height=0.6, **{"edgecolor": "black", **look})
            ax.text((begin + until) / 2 - zero, row, trial, ha="center", va="center", fontsize=10, bbox=_LABEL)
        ax.set_yticks(range(len(workers)), workers)
        ax.invert_yaxis()
        ax.set_xlabel(tr(en="seconds", es="segundos"))
        figure.tight_layout()
        plt.show()
    for worker in workers:
        done = [trial for w, trial, *_ in finished if w == worker]
        lost = [trial for w, trial, _, end in trials if w == worker and end is None]
        sentence = tr(
            en=f"{worker} finished {len(done)}: {', '.join(done) or '–'}.",
            es=f"{worker} terminó {len(done)}: {', '.join(done) or '–'}.",
        )
        if lost:
            sentence += tr(en=f" Cut off: {', '.join(lost)}.", es=f" Interrumpidos: {', '.join(lost)}.")
        say(sentence)


def error_ranges(groups: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Draw the test errors that the ledger holds, a row for each run: the mean over the seeds and the range seen.

    Args:
        groups: for each group (a lesson, say) its runs by name, each with "mean", "min" and "max" of the test accuracy
            as a fraction (see `results.bands_by_lesson`).
    """
    groups = {title: runs for title, runs in groups.items() if runs}
    if not groups:
        say(
            tr(
                en="The ledger holds none of these runs yet: `python3 lessons/measure.py` writes it.",
                es="El registro aún no tiene ninguna de estas ejecuciones: las escribe `python3 lessons/measure.py`.",
            )
        )
        return
    labels, sentences, row = [], [], 0
    with plt.rc_context({**_STYLE, "axes.grid.axis": "x"}):
        total = sum(map(len, groups.values())) + len(groups)
        figure, ax = plt.subplots(figsize=(9, 0.9 + 0.23 * total))
        for number, (title, runs) in enumerate(groups.items()):
            color, marker = (BLUE, "o") if number % 2 == 0 else (ORANGE, "D")
            ordered = sorted(runs.items(), key=lambda run: run[1]["mean"])
            for name, band in ordered:
                error, most, least = (100 * (1 - band[key]) for key in ("mean", "min", "max"))
                ax.plot([least, most], [row, row], color=color, lw=2, solid_capstyle="butt")
                ax.plot(error, row, marker, color=color, markersize=6)
                labels.append((row, f"{title} · {name}" if len(groups) > 1 else name))
                row += 1
            row += 1  # a gap between groups
            (worst, high), *_ = ordered
            best, low = ordered[-1]
            ends = [f"{best} {100 * (1 - low['mean']):.1f} %", f"{worst} {100 * (1 - high['mean']):.1f} %"]
            sentences.append(f"{title}: " + " … ".join(ends[: len(ordered)]))
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator([0.5, 1, 2, 3, 5, 10, 20, 50, 90]))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter("{x:g}")
        ax.set_yticks(*zip(*labels, strict=True), fontsize=10)
        ax.set_ylim(row - 1, -1)
        ax.set_xlabel(
            tr(
                en="test error (%), logarithmic: mean over the seeds, and the range seen",
                es="error de prueba (%), escala logarítmica: media de las semillas y rango visto",
            )
        )
        figure.tight_layout()
        plt.show()
    heading = tr(en="Lowest and highest test error.", es="Menor y mayor error de prueba.")
    say("\n".join([heading, *sentences]))


def _styles(function: str, count: int) -> list[dict]:
    """Colour, line and marker for each of `count` curves, told apart without the colour. CourseError beyond six."""
    if count > len(_COLORS):
        raise CourseError(
            tr(
                en=f"{function}() was given {count} curves; more than {len(_COLORS)} cannot be told apart. Draw two pictures.",
                es=f"{function}() recibió {count} curvas; más de {len(_COLORS)} no se distinguen. Haz dos dibujos.",
            )
        )
    return [{"color": c, "ls": ls, "marker": m} for c, ls, m in zip(_COLORS[:count], _LINES, "os^DvP", strict=False)]


def _same_length(function: str, first: Sequence, second: Sequence) -> None:
    if len(first) != len(second):
        raise CourseError(
            tr(
                en=f"{function}() was given {len(first)} and {len(second)} items; they must be as many.",
                es=f"{function}() recibió {len(first)} y {len(second)} elementos; debe haber tantos de unos como de otros.",
            )
        )


def reading(shares: Sequence[float]) -> str:
    """What ten probabilities say, in a sentence: the likeliest digit and, where it has any chance, the second."""
    first, second = np.argsort(shares)[::-1][:2]
    said = tr(en=f"It reads a {first}", es=f"Lee un {first}") + f" ({100 * shares[first]:.0f} %)"
    if shares[second] >= 0.005:
        said += tr(en=f"; next comes {second}", es=f"; le sigue el {second}") + f" ({100 * shares[second]:.0f} %)"
    return said + "."


def as_seen(drawing: np.ndarray, seen: np.ndarray, shares: Sequence[float]) -> None:
    """Show a drawing, the picture that the network sees of it, and its ten probabilities: the drawing pad, standing still.

    Args:
        drawing: shape (height, width) or (height, width, 3), `uint8`.
        seen: what `digits.to_mnist` made of it, shape (28, 28), `uint8`.
        shares: the probability of each digit, shape (10,).
    """
    shares = np.asarray(shares)
    with plt.rc_context({**_STYLE, "axes.grid": False}):
        figure, (left, middle, right) = plt.subplots(1, 3, figsize=(9, 3), width_ratios=(1, 1, 1.3))
        left.imshow(drawing, cmap="gray", vmin=0, vmax=255)
        left.set_title(tr(en="drawn", es="dibujado"))
        middle.imshow(seen, cmap="gray", vmin=0, vmax=255)
        middle.set_title(tr(en="seen by the network", es="visto por la red"))
        for ax in (left, middle):
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(True)
        bars = right.barh(np.arange(10), 100 * shares, color=BLUE)
        right.bar_label(bars, [f"{100 * share:.0f} %" for share in shares], padding=3, fontsize=10)
        right.set(xlim=(0, 118), xticks=[], yticks=np.arange(10), title=tr(en="probability", es="probabilidad"))
        right.spines["bottom"].set_visible(False)
        right.invert_yaxis()
        figure.tight_layout()
        plt.show()
    say(reading(shares))
