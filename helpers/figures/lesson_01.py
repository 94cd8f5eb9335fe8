"""The pictures of lesson 01: cross-entropy, how `fit` learns, what a mistake costs, and four runs to be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from helpers import plots
from helpers.language import CourseError, tr


def cross_entropy(probabilities: Sequence[float]) -> plots.Picture:
    """The loss of one image, −log p, as a curve over the probability of the right class, with these probabilities marked."""
    marked, curve = np.asarray(probabilities, float), np.geomspace(0.003, 1, 300)
    with plots.frame(size=(6.5, 3.4)) as (picture, axes):
        (ax,) = axes.flat
        ax.plot(curve, -np.log(curve), color=plots.BLUE)
        ax.plot(marked, -np.log(marked), "o", color=plots.ORANGE, markersize=7)
        for p in marked:
            ax.annotate(f"{-np.log(p):.2f}", (p, -np.log(p)), (7, 6), textcoords="offset points", bbox=plots.BOX)
        ax.set(xlim=(-0.02, 1.06), ylim=(0, 6))
        ax.set_xlabel(tr(en="probability of the right class", es="probabilidad de la clase correcta"))
        ax.set_ylabel(tr(en="loss of one image", es="pérdida de una imagen"))
    costs = "; ".join(f"{p:g} → {-np.log(p):.2f}" for p in marked)
    picture.sentences = (
        tr(
            en=f"Probability of the right class → loss: {costs}. The curve falls to 0 at probability 1 and has no upper limit towards probability 0.",
            es=f"Probabilidad de la clase correcta → pérdida: {costs}. La curva baja hasta 0 en la probabilidad 1 y no tiene límite superior hacia la probabilidad 0.",
        ),
    )
    return picture


def one_step() -> plots.Picture:
    """One step of training: forward to the loss, backward to the gradients, and the step of one weight down its loss curve."""
    parts = tr(
        en="batch of\nimages|layer|layer|answers|loss", es="lote de\nimágenes|capa|capa|respuestas|pérdida"
    ).split("|")
    with plots.frame(1, 2, size=(9, 3.5), width_ratios=(1.25, 1)) as (picture, axes):
        left, right = axes.flat
        left.set(xlim=(0, 5), ylim=(0, 3))
        left.axis("off")
        for place, name in enumerate(parts):
            box = FancyBboxPatch((place + 0.12, 1.2), 0.74, 0.6, boxstyle="round,pad=0.04", fc="white", ec=plots.GREY)
            left.add_patch(box)
            left.text(place + 0.49, 1.5, name, ha="center", va="center", fontsize=9)
        _arrow(left, (0.3, 2.15), (4.7, 2.15), plots.BLUE, "-")
        _arrow(left, (4.7, 0.85), (1.3, 0.85), plots.ORANGE, "--")
        texts = {
            2.35: tr(en="1. Forward: answers, then the loss", es="1. Hacia delante: respuestas y pérdida"),
            0.1: tr(
                en="2. Backward (backpropagation):\na gradient for every weight",
                es="2. Hacia atrás (retropropagación):\nun gradiente para cada peso",
            ),
        }
        for height, text in texts.items():
            left.text(2.5, height, text, ha="center", fontsize=11)
        _descend(right)
    picture.sentences = (
        tr(
            en="Left: a batch goes forward through the layers to the answers and the loss; backpropagation goes back from the loss to the layers and gives every weight its gradient. Right: one weight takes five steps down the curve of the loss; where the curve is steep, the steps are large.",
            es="Izquierda: un lote va hacia delante por las capas hasta las respuestas y la pérdida; la retropropagación va hacia atrás, de la pérdida a las capas, y da a cada peso su gradiente. Derecha: un peso da cinco pasos cuesta abajo por la curva de la pérdida; donde la curva es empinada, los pasos son grandes.",
        ),
    )
    return picture


def _arrow(ax: Axes, start: tuple, end: tuple, color: str, line: str) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2, "ls": line, "shrinkA": 0})


def _descend(ax: Axes) -> None:
    """Five steps of one weight down (w − 3)², with the slope at the first place."""
    ground, path = np.linspace(-1.6, 5.2, 100), [-1.0]
    for _ in range(5):
        path.append(path[-1] - 0.2 * 2 * (path[-1] - 3))
    weights = np.array(path)
    ax.plot(ground, (ground - 3) ** 2, color=plots.GREY, lw=1.5)
    ax.plot(weights, (weights - 3) ** 2, "o", color=plots.BLUE, markersize=6)
    for start, end in pairwise(weights):
        _arrow(ax, (start, (start - 3) ** 2), (end, (end - 3) ** 2), plots.BLUE, "-")
    ax.plot([-1.5, 0.2], [20, 6.4], "--", color=plots.ORANGE, lw=2)  # the slope at -1 is -8
    ax.text(0.3, 13.5, tr(en="slope = gradient", es="pendiente = gradiente"), fontsize=10)
    ax.set(xticks=[], yticks=[], ylim=(-1, 21))
    ax.set_title(tr(en="3. A step against the gradient", es="3. Un paso en contra del gradiente"), fontsize=11)
    ax.set_xlabel(tr(en="one weight", es="un peso"))
    ax.set_ylabel(tr(en="loss", es="pérdida"))


def without_names(runs: Sequence[Mapping[str, Sequence[float]]], test: Sequence[float | None]) -> plots.Picture:
    """Accuracy (top) and loss of four runs by epoch, called A to D.

    Args:
        runs: what Keras calls `history.history`, with accuracy, val_accuracy, loss and val_loss.
        test: for each run its test accuracy, as a fraction, or None where it was not measured.
    """
    words = tr(en="training|validation|test", es="entrenamiento|validación|prueba").split("|")
    looks = ({"color": plots.BLUE, "ls": "-"}, {"color": plots.ORANGE, "ls": "--"})
    with plots.frame(2, len(runs), size=(9, 4.6), sharex="col", sharey="row") as (picture, axes):
        for column, (history, share) in enumerate(zip(runs, test, strict=True)):
            epochs = np.arange(1, len(history["loss"]) + 1)
            for (key, scale), ax in zip((("accuracy", 100), ("loss", 1)), axes[:, column], strict=True):
                for name, look, metric in zip(words, looks, (key, f"val_{key}"), strict=False):
                    ax.plot(epochs, scale * np.asarray(history[metric]), label=name, **look)
                ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
            if share is not None:
                axes[0, column].plot(epochs[-1], 100 * share, "D", color=plots.GREEN, markersize=7, label=words[2])
            axes[0, column].set_title("ABCD"[column])
            axes[1, column].set(yscale="log", xlabel=tr(en="epoch", es="época"))
        axes[0, 0].set_ylabel(tr(en="accuracy (%)", es="exactitud (%)"))
        axes[1, 0].set_ylabel(tr(en="loss, log scale", es="pérdida, escala log."))
        names = {n: h for ax in axes[0] for h, n in zip(*ax.get_legend_handles_labels(), strict=True)}
        picture.legend(names.values(), names, loc="outside lower center", ncols=3, frameon=False)
    picture.sentences = tuple(
        _run_in_words("ABCD"[place], history, share)
        for place, (history, share) in enumerate(zip(runs, test, strict=True))
    )
    return picture


def _run_in_words(letter: str, history: Mapping[str, Sequence[float]], test: float | None) -> str:
    train, val = (f"{100 * history[key][-1]:.1f} %" for key in ("accuracy", "val_accuracy"))
    first, lowest, last = (
        f"{value:.2f}" for value in (history["val_loss"][0], min(history["val_loss"]), history["val_loss"][-1])
    )
    exam = "" if test is None else tr(en=f", test {100 * test:.1f} %", es=f", prueba {100 * test:.1f} %")
    epochs = len(history["loss"])
    return tr(
        en=f"{letter}, {epochs} epochs: accuracy at the end, training {train}, validation {val}{exam}. Validation loss: first {first}, lowest {lowest}, last {last}.",
        es=f"{letter}, {epochs} épocas: exactitud al final, entrenamiento {train}, validación {val}{exam}. Pérdida de validación: primera {first}, mínima {lowest}, última {last}.",
    )


def loss_when_wrong(labels: np.ndarray, probabilities: Mapping[int, np.ndarray]) -> plots.Picture:
    """What each mistake costs (cross-entropy, in nats), one panel per epoch.

    Args:
        labels: true labels of shape (N,).
        probabilities: what the network predicted after each of these epochs, shape (N, classes).

    Raises:
        CourseError: one of them has another shape.
    """
    labels, probabilities = np.asarray(labels), {epoch: np.asarray(p) for epoch, p in probabilities.items()}
    for p in probabilities.values():
        if labels.ndim != 1 or p.ndim != 2 or len(p) != len(labels):
            raise CourseError(
                en=f"loss_when_wrong() wants labels of shape (N,) and probabilities of shape (N, classes), not {labels.shape} and {p.shape}.",
                es=f"loss_when_wrong() espera etiquetas de forma (N,) y probabilidades de forma (N, clases), no {labels.shape} y {p.shape}.",
            )
    sentences = []
    with plots.frame(1, len(probabilities), size=(9, 3.2), sharex=True, sharey=True) as (picture, axes):
        for ax, (epoch, p) in zip(axes.flat, probabilities.items(), strict=True):
            wrong = p.argmax(axis=1) != labels
            loss = -np.log(np.maximum(p[np.arange(len(p)), labels], np.finfo("float32").tiny))  # shape (N,)
            ax.hist(loss[wrong], bins=np.arange(0, max(26, loss.max() + 2)), color=plots.ORANGE, edgecolor="white")
            ax.set_title(tr(en=f"after epoch {epoch}", es=f"tras la época {epoch}"))
            ax.set_xlabel(tr(en="loss of one mistake", es="pérdida de un error"))
            if wrong.any():
                mean = f"{loss[wrong].mean():.2f}"
                label = tr(en=f"mean {mean}", es=f"media {mean}")
                ax.axvline(loss[wrong].mean(), color="black", ls="--", label=label)
                ax.legend()
            sentences.append(_cost_in_words(epoch, loss, wrong))
        axes[0, 0].yaxis.set_major_locator(MaxNLocator(integer=True))
        axes[0, 0].set_ylabel(tr(en="mistakes", es="errores"))
    picture.sentences = tuple(sentences)
    return picture


def _cost_in_words(epoch: int, loss: np.ndarray, wrong: np.ndarray) -> str:
    share, carried = f"{100 * wrong.mean():.1f} %", f"{100 * loss[wrong].sum() / loss.sum():.0f} %"
    mistake = f"{loss[wrong].mean():.2f}" if wrong.any() else "–"
    right = f"{loss[~wrong].mean():.3f}"
    return tr(
        en=f"After epoch {epoch}: {share} of the images are wrong, and they make up {carried} of the loss. The mean loss is {mistake} for a mistake and {right} for a right answer.",
        es=f"Tras la época {epoch}: el {share} de las imágenes son errores y suman el {carried} de la pérdida. La pérdida media es {mistake} en los errores y {right} en los aciertos.",
    )
