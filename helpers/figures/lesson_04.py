"""The pictures of lesson 04: gradient descent on a curve, and where early stopping stops."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from helpers import plots
from helpers.language import tr


def descent(
    paths: Mapping[float, Sequence[float]],
    loss: Callable[[np.ndarray], np.ndarray],
    around: tuple[float, float] = (-2, 8),
) -> plots.Picture:
    """Gradient descent on a curve, one panel per learning rate.

    Args:
        paths: for each learning rate the weight at the start and after every step.
        loss: the loss as a function of the weight.
        around: the weights shown, from and to.
    """
    ground = np.linspace(*around, 200)
    height = loss(ground).max()
    with plots.frame(1, len(paths), size=(9 if len(paths) > 1 else 5, 3.4), sharey=True) as (picture, axes):
        for ax, (rate, path) in zip(axes.flat, paths.items(), strict=True):
            ax.plot(ground, loss(ground), color=plots.GREY, lw=1)
            _draw_path(ax, np.asarray(path, float), loss)
            ax.set(xlim=around, ylim=(-0.05 * height, 1.05 * height), xlabel=tr(en="weight", es="peso"))
            ax.set_title(tr(en=f"learning rate {rate:g}", es=f"tasa de aprendizaje {rate:g}"))
        axes[0, 0].set_ylabel(tr(en="loss", es="pérdida"))
        axes[0, 0].legend(loc="upper center", fontsize=10)
    picture.sentences = tuple(_descent_in_words(rate, np.asarray(path, float), loss) for rate, path in paths.items())
    return picture


def _draw_path(ax: Axes, path: np.ndarray, loss: Callable[[np.ndarray], np.ndarray]) -> None:
    start, end = (path[0], loss(path[0])), (path[-1], loss(path[-1]))
    ax.plot(path, loss(path), "-", marker="o", markersize=5, color=plots.BLUE, lw=1)
    ax.plot(*start, "s", color=plots.ORANGE, markersize=9, ls="none", label=tr(en="start", es="inicio"))
    ax.plot(*end, "D", color=plots.GREEN, markersize=8, ls="none", label=tr(en="end", es="final"), zorder=3)


def _descent_in_words(rate: float, path: np.ndarray, loss: Callable[[np.ndarray], np.ndarray]) -> str:
    turns = int((np.diff(np.sign(np.diff(path))) != 0).sum())
    steps, first, last = len(path) - 1, f"{loss(path[0]):.4g}", f"{loss(path[-1]):.4g}"
    return tr(
        en=f"Learning rate {rate:g}: {steps} steps take the loss from {first} to {last}; changes of direction: {turns}.",
        es=f"Tasa de aprendizaje {rate:g}: {steps} pasos llevan la pérdida de {first} a {last}; cambios de dirección: {turns}.",
    )


def stopping_points(values: Sequence[float], outcomes: Mapping[str, tuple[int, int]]) -> plots.Picture:
    """A validation loss by epoch and, below it, when each setting of early stopping stops and what it keeps.

    Args:
        values: validation loss of each epoch.
        outcomes: for each setting the epoch after which it stops and the epoch whose weights are kept, from 1.
    """
    rows = len(outcomes)
    heights = [6, 1 + rows]
    with plots.frame(2, 1, size=(9, 3.2 + 0.34 * rows), sharex=True, height_ratios=heights) as (picture, axes):
        top, bottom = axes.flat
        top.plot(np.arange(1, len(values) + 1), values, **plots.VALIDATION)
        top.set_ylim(0, 1.05 * max(values))
        top.set_ylabel(tr(en="validation loss", es="pérdida de validación"))
        stops = {"marker": "|", "color": "black", "markersize": 14, "mew": 2.5, "ls": "none"}
        keeps = {"marker": "*", "color": plots.ORANGE, "markersize": 13, "mec": "black", "ls": "none", "zorder": 3}
        for row, (stopped, kept) in enumerate(outcomes.values()):
            bottom.plot([1, stopped], [row, row], color=plots.BLUE, lw=3, solid_capstyle="butt")
            if stopped < len(values):
                bottom.plot(stopped, row, **stops, label=tr(en="stops", es="se detiene"))
            bottom.plot(kept, row, **keeps, label=tr(en="keeps", es="conserva"))
        bottom.set_yticks(range(rows), list(outcomes), family="monospace", fontsize=10)
        bottom.set(ylim=(rows - 0.4, -0.6), xlabel=tr(en="epoch", es="época"))
        names = (each[:2] for each in bottom.get_legend_handles_labels())
        picture.legend(*names, loc="outside upper right", ncols=2, frameon=False)
    picture.sentences = tuple(
        f"{name}: {_how_it_ends(stopped, len(values))} "
        + tr(
            en=f"and keeps the weights of epoch {kept} (validation loss {values[kept - 1]:.3f}).",
            es=f"y conserva los pesos de la época {kept} (pérdida de validación {values[kept - 1]:.3f}).",
        )
        for name, (stopped, kept) in outcomes.items()
    )
    return picture


def _how_it_ends(stopped: int, last: int) -> str:
    if stopped < last:
        return tr(en=f"stops after epoch {stopped}", es=f"se detiene tras la época {stopped}")
    return tr(en=f"runs to the last epoch, {last},", es=f"llega hasta la última época, la {last},")


def outcomes(curves: Mapping[str, Sequence[float]], *settings: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    """What Keras's EarlyStopping does on recorded curves: for each setting its epoch of the stop and the epoch it keeps, from 1.

    Args:
        curves: `history.history`, or numbers in its place.
        settings: arguments of EarlyStopping; the best weights are restored unless one says otherwise.
    """
    from keras.callbacks import EarlyStopping

    return {
        ", ".join(f"{name}={value!r}" for name, value in setting.items()): replay(
            EarlyStopping(**{"restore_best_weights": True, **setting}), curves
        )
        for setting in settings
    }


def replay(callback: object, curves: Mapping[str, Sequence[float]]) -> tuple[int, int]:
    """Give recorded curves to a Keras callback: the epoch after which it stops and the epoch whose weights are left, from 1."""
    import keras

    callback = copy.copy(callback)
    # One weight, which holds the epoch's number: whatever is restored tells where it came from.
    marker = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, use_bias=False)])
    marker.stop_training = False
    callback.set_model(marker)
    if getattr(callback, "mode", "") == "auto" and getattr(callback, "monitor", "") == "val_accuracy":
        callback.mode = "max"  # what Keras finds out from a compiled model's metrics; this one has none
    callback.on_train_begin()
    for index in range(len(curves["val_loss"])):
        marker.set_weights([np.array([[index + 1]])])
        callback.on_epoch_begin(index)
        callback.on_epoch_end(index, {name: values[index] for name, values in curves.items()})
        if marker.stop_training:
            break
    callback.on_train_end()
    return index + 1, int(marker.get_weights()[0].item())
