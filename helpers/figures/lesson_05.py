"""The pictures of lesson 05: activations with their slopes, and what comes out of a deep network's layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helpers import plots
from helpers.language import tr


def activations(x: np.ndarray, values: Mapping[str, np.ndarray]) -> plots.Picture:
    """Up to seven activations over x, each name to its values at x, in a panel of its own, with its slope dashed."""
    slopes = {name: np.gradient(y, x) for name, y in values.items()}
    value, slope = tr(en="value", es="valor"), tr(en="slope", es="pendiente")
    with plots.frame(2, 4, size=(9, 4.6), legend=2, sharex=True, sharey=True) as (picture, axes):
        for ax, name in zip(axes.flat, values, strict=False):
            ax.plot(x, values[name], color=plots.BLUE, label=value)
            ax.plot(x, slopes[name], color=plots.ORANGE, ls="--", label=slope)
            ax.set(title=_named(name), ylim=(-1.3, 4.3))
        for ax in axes.flat[len(values) :]:
            ax.axis("off")
    picture.sentences = tuple(
        tr(
            en=f"{_named(name)}: values from {_short(y.min())} to {_short(y.max())}, slope from {_short(slopes[name].min())} to {_short(slopes[name].max())} (x from {_short(x[0])} to {_short(x[-1])}).",
            es=f"{_named(name)}: valores de {_short(y.min())} a {_short(y.max())}, pendiente de {_short(slopes[name].min())} a {_short(slopes[name].max())} (x de {_short(x[0])} a {_short(x[-1])}).",
        )
        for name, y in values.items()
    )
    return picture


def histograms(plain: Sequence[np.ndarray], normalised: Sequence[np.ndarray], shown: Sequence[int]) -> plots.Picture:
    """What leaves some layers of two networks, one network a row, each layer's array of shape (images, units).

    `shown` are the layers' numbers, from 1. A panel's title has the spread: one unit's standard deviation over the images,
    averaged over the units.
    """
    rows = {
        tr(en="without batch norm", es="sin batch norm"): plain,
        tr(en="with batch norm", es="con batch norm"): normalised,
    }
    spreads = {
        (name, number): layers[number - 1].std(axis=0).mean() for name, layers in rows.items() for number in shown
    }
    layer, spread = tr(en="layer", es="capa"), tr(en="spread", es="dispersión")
    with plots.frame(2, len(shown), size=(9, 4.8), sharex=True) as (picture, axes):
        for line, (name, layers) in zip(axes, rows.items(), strict=True):
            for ax, number in zip(line, shown, strict=True):
                ax.hist(layers[number - 1].ravel(), bins=np.linspace(0, 1, 41), color=plots.BLUE)
                ax.set(title=f"{layer} {number}, {spread} {_short(spreads[name, number])}", yticks=[])
            line[0].set_ylabel(name)
    picture.sentences = tuple(
        f"{name}, {spread}: "
        + ", ".join(f"{layer} {number}, {_short(spreads[name, number])}" for number in shown)
        + "."
        for name in rows
    )
    return picture


def gradients(sizes: Mapping[str, Sequence[float]]) -> plots.Picture:
    """The mean size of the gradient in each layer, on a logarithmic scale: a network's name to one size a layer."""
    sizes = {_named(name): size for name, size in sizes.items()}
    picture = plots.lines(range(1, 1 + len(next(iter(sizes.values())))), {"|dL/dW|": sizes}, along="layer", log="y")
    picture.sentences = tuple(
        tr(
            en=f"{name}: the gradient of layer 1 is {_short(size[0] / size[-1])} times that of layer {len(size)}.",
            es=f"{name}: el gradiente de la capa 1 es {_short(size[0] / size[-1])} veces el de la capa {len(size)}.",
        )
        for name, size in sizes.items()
    )
    return picture


def _named(activation: str) -> str:
    return activation.replace("sigmoid", tr(en="sigmoid", es="sigmoide"))


def _short(value: float) -> str:
    """Two digits that count, without powers of ten, and no minus before a zero."""
    if abs(value) < 1e-9:
        return "0"
    return np.format_float_positional(value, precision=2, fractional=False, trim="-").replace("-", "−")
