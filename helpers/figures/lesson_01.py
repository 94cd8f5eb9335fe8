"""The picture of lesson 01: what a mistake costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from helpers import plots
from helpers.language import CourseError, tr


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
            ax.hist(loss[wrong], bins=np.arange(0, 26), color=plots.ORANGE, edgecolor="white")
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
        en=f"After epoch {epoch}: {share} of the images are wrong and carry {carried} of the loss. A mistake costs {mistake} on average, a right answer {right}.",
        es=f"Tras la época {epoch}: el {share} de las imágenes son errores y cargan con el {carried} de la pérdida. Un error cuesta {mistake} de media; un acierto, {right}.",
    )
