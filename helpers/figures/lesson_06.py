"""The pictures and the table of lesson 06: what searches tried, found and cost, and who did the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from helpers import plots
from helpers.language import CourseError, tr
from helpers.results import Table


def trial_table(searches: Mapping[str, Sequence], best: int | None = None) -> Table:
    """The trials of KerasTuner searches as rows, lowest score first; what failed comes last.

    Args:
        searches: a name (of a search, a worker …) to its trials.
        best: how many rows; all by default.
    """
    trials = [(name, trial) for name, group in searches.items() for trial in group]
    trials.sort(key=lambda row: np.inf if row[1].score is None else row[1].score)
    names = list(dict.fromkeys(name for _, trial in trials for name in _values(trial)))
    header = [tr(en="search", es="búsqueda"), tr(en="trial", es="ensayo"), *names, tr(en="score", es="puntuación")]
    rows = [header]
    for search, trial in trials:
        score = trial.status if trial.score is None else f"{trial.score:.3f}"
        rows.append([search, trial.trial_id, *(_shown(_values(trial).get(name), 3) for name in names), score])
    return Table(rows[: None if best is None else best + 1])


def number_losses(errors: np.ndarray, losses: Mapping[str, np.ndarray]) -> plots.Picture:
    """Losses for numbers against the error of one example, and beside them their slopes, how hard it pulls on the weights.

    Args:
        errors: N errors, rising.
        losses: up to six, name to the N losses of such an example.
    """
    slopes = {name: np.gradient(values, errors, edge_order=2) for name, values in losses.items()}
    across = tr(en="error of the example", es="error del ejemplo")
    titles = tr(en="loss|slope of the loss", es="pérdida|pendiente de la pérdida").split("|")
    with plots.frame(1, 2, size=(9, 3.8), legend=len(losses)) as (picture, axes):
        for ax, title, group in zip(axes.flat, titles, (losses, slopes), strict=True):
            for (name, values), style in zip(group.items(), plots.series(len(group)), strict=True):
                ax.plot(errors, values, label=name, markevery=max(1, len(errors) // 16), **style)
            ax.set(title=title, xlabel=across)
    ends = [int(np.argmin(np.abs(errors - error))) for error in (1, errors[-1])]
    picture.sentences = tuple(
        f"{name}: {'; '.join(_loss_and_slope_in_words(errors[i], losses[name][i], slopes[name][i]) for i in ends)}."
        for name in losses
    )
    return picture


def search_map(
    searches: Mapping[str, Sequence], loss: Callable[[np.ndarray, np.ndarray], np.ndarray], x: str, y: str
) -> plots.Picture:
    """Where each search looked on a landscape of two hyperparameters, larger points for more epochs.

    Args:
        searches: name to KerasTuner trials, which have a score.
        loss: the landscape, a function of arrays of x and y; the darker, the lower.
        x, y: names of the hyperparameters; x is drawn on a logarithmic axis.
    """
    tried = {
        name: np.array([[t.hyperparameters.values[axis] for axis in (x, y)] for t in trials])  # shape (trials, 2)
        for name, trials in searches.items()
    }
    (left, low), (right, high) = (end(np.concatenate([*tried.values()]), axis=0) for end in (np.min, np.max))
    across, up = np.meshgrid(np.geomspace(left, right, 60), np.linspace(low, high, 60))
    sentences = []
    with plots.frame(1, len(searches), size=(9, 3.1), sharex=True, sharey=True) as (picture, axes):
        for ax, (name, trials) in zip(axes.flat, searches.items(), strict=True):
            ax.contourf(across, up, loss(across, up), levels=12, cmap="Blues_r", alpha=0.7)
            sizes = [18 * t.hyperparameters.values.get("tuner/epochs", 3) for t in trials]
            ax.scatter(*tried[name].T, sizes, color="white", edgecolor="black", lw=1.2, zorder=3, clip_on=False)
            best = int(np.argmin([t.score for t in trials]))
            _mark_best(ax, *tried[name][best])
            ax.set(xscale="log", title=name, xlabel=x)
            ax.grid(visible=False)
            sentences.append(_search_in_words(name, tried[name], x, trials[best].score))
        axes[0, 0].set_ylabel(y)
    picture.sentences = tuple(sentences)
    return picture


def loss_by_hyperparameter(searches: Mapping[str, Sequence]) -> plots.Picture:
    """The loss of each finished trial against each hyperparameter, a small panel each, light for a search's first trials, dark for its last.

    Args:
        searches: name to KerasTuner trials whose score is to be minimised; up to six.

    Raises:
        CourseError: no trial has a score.
    """
    done = {name: [trial for trial in trials if trial.score is not None] for name, trials in searches.items()}
    ranked = sorted((trial for trials in done.values() for trial in trials), key=lambda trial: trial.score)
    if not ranked:
        raise CourseError(
            en="None of these trials has a score: all of them failed, or none has ended. trial.message says why one failed.",
            es="Ninguno de estos ensayos tiene puntuación: fallaron todos o no ha acabado ninguno. trial.message dice por qué falló uno.",
        )
    names = sorted({name for trial in ranked for name in _values(trial)})  # so that panels of two pictures compare
    columns = min(len(names), 3)
    rows = -(-len(names) // columns)
    with plots.frame(rows, columns, size=(9, 0.6 + 2.3 * rows), legend=len(done) + 1, sharey=True) as (picture, axes):
        for ax, name in zip(axes.flat, names, strict=False):
            _draw_losses(ax, name, done, ranked[0])
        for ax in axes.flat[len(names) :]:
            ax.axis("off")
        for ax in axes[:, 0]:
            ax.set_ylabel(tr(en="validation loss", es="pérdida de validación"))
    picture.sentences = (_best_quarter_in_words(ranked, names),)
    return picture


def _draw_losses(ax: Axes, name: str, searches: Mapping[str, Sequence], best: object) -> None:
    """Draw one hyperparameter's panel; a trial without it (it may be a conditional one) has no point there."""
    known = sorted({_values(trial)[name] for trials in searches.values() for trial in trials if name in _values(trial)})
    by_name = isinstance(known[0], str | bool)  # words stand in the order of the alphabet
    shades = LinearSegmentedColormap.from_list("order", ["white", plots.BLUE])
    for (search, trials), style in zip(searches.items(), plots.series(len(searches)), strict=True):
        drawn = [(order, trial) for order, trial in enumerate(trials) if name in _values(trial)]
        x = [known.index(_values(trial)[name]) if by_name else _values(trial)[name] for _, trial in drawn]
        look = {"marker": style["marker"], "s": 42, "edgecolor": "black", "lw": 0.8, "label": search}
        order = [order for order, _ in drawn]
        ax.scatter(x, [trial.score for _, trial in drawn], c=order, cmap=shades, vmin=0, vmax=len(trials), **look)
    if name in _values(best):
        place = _values(best)[name]
        _mark_best(ax, known.index(place) if by_name else place, best.score)
    ax.set(title=name, yscale="log")
    if name == "learning_rate":
        ax.set_xscale("log")
        _few_ticks(ax.xaxis, subs=(1, 3))
    elif by_name or len(known) <= 4:
        ax.set_xticks(range(len(known)) if by_name else known, [_shown(value) for value in known])
    ax.margins(x=0.1)
    _loss_ticks(ax.yaxis, [trial.score for trials in searches.values() for trial in trials])


def best_so_far(searches: Mapping[str, Sequence[float]]) -> plots.Picture:
    """The lowest validation loss that each search has seen against the epochs it has spent.

    Args:
        searches: name to the lowest loss so far, one value per epoch of training; up to six.

    Raises:
        CourseError: more than six searches.
    """
    with plots.frame(size=(9, 3.8), legend=4) as (picture, axes):
        (ax,) = axes.flat
        for (name, losses), style in zip(searches.items(), plots.series(len(searches)), strict=True):
            ax.step(range(1, len(losses) + 1), losses, where="post", markevery=6, markersize=7, label=name, **style)
        ax.set(yscale="log", xlabel=tr(en="epochs spent", es="épocas gastadas"))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_title(tr(en="best validation loss so far", es="mejor pérdida de validación hasta el momento"))
        _few_ticks(ax.yaxis, subs=(1, 2, 5))
    picture.sentences = tuple(
        tr(
            en=f"{name}: {losses[len(losses) // 2 - 1]:.3f} after half of its {len(losses)} epochs, {losses[-1]:.3f} at the end.",
            es=f"{name}: {losses[len(losses) // 2 - 1]:.3f} a mitad de sus {len(losses)} épocas y {losses[-1]:.3f} al final.",
        )
        for name, losses in searches.items()
    )
    return picture


@dataclass(frozen=True)
class RecordedTrial:
    """A trial of the search that the ledger holds, as KerasTuner has its own; the score is its lowest validation loss."""

    trial_id: str
    score: float
    hyperparameters: SimpleNamespace
    status: str = "COMPLETED"


def recorded_trials(trials: Sequence[Mapping]) -> list[RecordedTrial]:
    """The ledger's trials, each `{"values": …, "val_loss": [one an epoch], …}`, for `trial_table` and `loss_by_hyperparameter`."""
    return [
        RecordedTrial(f"{number:02d}", min(trial["val_loss"]), SimpleNamespace(values=trial["values"]))
        for number, trial in enumerate(trials)
    ]


def best_by_trial(scores: np.ndarray) -> plots.Picture:
    """The loss of each trial of a search in the order in which they ran, and the lowest so far.

    Args:
        scores: N losses, one a trial.
    """
    numbers, so_far, best = np.arange(1, len(scores) + 1), np.minimum.accumulate(scores), int(np.argmin(scores))
    with plots.frame(size=(9, 3.8), legend=3) as (picture, axes):
        (ax,) = axes.flat
        look = {"color": "white", "edgecolor": "black", "lw": 0.8, "label": tr(en="one trial", es="un ensayo")}
        ax.scatter(numbers, scores, 42, **look)
        label = tr(en="lowest so far", es="la menor hasta el momento")
        ax.step(numbers, so_far, where="post", color=plots.BLUE, label=label)
        _mark_best(ax, numbers[best], scores[best])
        ax.set(yscale="log", xlabel=tr(en="trials", es="ensayos"))
        ax.set_title(tr(en="lowest validation loss of each trial", es="menor pérdida de validación de cada ensayo"))
        _loss_ticks(ax.yaxis, scores)
    few, half = min(6, len(scores)), -(-len(scores) // 2)
    picture.sentences = (
        tr(
            en=f"Lowest loss after {few} trials: {so_far[few - 1]:.3f}; after {half}: {so_far[half - 1]:.3f}; after all {len(scores)}: {so_far[-1]:.3f}, found in trial {best + 1}.",
            es=f"Menor pérdida tras {few} ensayos: {so_far[few - 1]:.3f}; tras {half}: {so_far[half - 1]:.3f}; tras los {len(scores)}: {so_far[-1]:.3f}, hallada en el ensayo {best + 1}.",
        ),
    )
    return picture


def worker_timeline(trials: Sequence[tuple[str, str, float, float | None]]) -> plots.Picture:
    """Which worker ran which trial when; a trial that never ended is hatched.

    Args:
        trials: (worker, trial, begin, end) in seconds; end is None where the worker was killed.
    """
    finished = [row for row in trials if row[3] is not None]
    if not finished:
        nothing = plots.Picture()
        nothing.sentences = (tr(en="No trial was finished.", es="No se terminó ningún ensayo."),)
        return nothing
    workers = sorted({worker for worker, *_ in trials})
    zero, last = min(begin for *_, begin, _ in trials), max(end for *_, end in finished)
    with plots.frame(size=(9, 0.9 + 0.6 * len(workers))) as (picture, axes):
        (ax,) = axes.flat
        for worker, trial, begin, end in trials:
            row, later = workers.index(worker), [b for w, _, b, _ in trials if w == worker and b > begin]
            until = end if end is not None else min([*later, last])
            look = {"color": "#56B4E9"} if end is not None else {"facecolor": "white", "hatch": "xxx"}
            ax.barh(row, until - begin, left=begin - zero, height=0.6, **{"edgecolor": "black", **look})
            ax.text((begin + until) / 2 - zero, row, trial, ha="center", va="center", fontsize=10, bbox=plots.BOX)
        ax.set_yticks(range(len(workers)), workers)
        ax.invert_yaxis()
        ax.grid(axis="y", visible=False)
        ax.set_xlabel(tr(en="seconds", es="segundos"))
    picture.sentences = tuple(_work_in_words(worker, trials) for worker in workers)
    return picture


def _few_ticks(axis: Axis, subs: Sequence[int]) -> None:
    """Label a logarithmic axis at these multiples of 1, 10 … alone: more would lie on top of one another."""
    axis.set(major_locator=LogLocator(subs=subs), minor_locator=NullLocator(), major_formatter="{x:g}")


def _loss_ticks(axis: Axis, losses: Sequence[float]) -> None:
    """Ticks for a logarithmic axis of losses: more of them where the losses lie close together."""
    _few_ticks(axis, subs=(1, 2, 5) if max(losses) > 6 * min(losses) else (1, 1.5, 2, 3, 4, 6, 8))


def _mark_best(ax: Axes, x: float, y: float) -> None:
    look = {"color": plots.ORANGE, "markersize": 15, "mec": "black", "ls": "none", "zorder": 4, "clip_on": False}
    ax.plot(x, y, "*", label=tr(en="best", es="mejor"), **look)


def _values(trial: object) -> dict[str, object]:
    """A trial's hyperparameters, without those that KerasTuner keeps there for itself."""
    return {name: value for name, value in trial.hyperparameters.values.items() if not name.startswith("tuner/")}


def _shown(value: object, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _loss_and_slope_in_words(error: float, loss: float, slope: float) -> str:
    return tr(
        en=f"for an error of {error:.2g} the loss is {loss:.3g} and the slope {slope:.1f}",
        es=f"con un error de {error:.2g}, la pérdida es {loss:.3g} y la pendiente, {slope:.1f}",
    )


def _search_in_words(name: str, tried: np.ndarray, x: str, best: float) -> str:
    places, values = len(np.unique(tried, axis=0)), len(np.unique(tried[:, 0]))
    return tr(
        en=f"{name}: {places} places, {values} different values of {x}; best loss {best:.2f}.",
        es=f"{name}: {places} lugares, {values} valores distintos de {x}; mejor pérdida {best:.2f}.",
    )


def _best_quarter_in_words(ranked: Sequence, names: Sequence[str]) -> str:
    few = max(1, len(ranked) // 4)
    told = []
    for name in names:
        values = sorted({_values(trial)[name] for trial in ranked[:few] if name in _values(trial)})
        if values and not isinstance(values[0], str):
            values = list(dict.fromkeys((values[0], values[-1])))
        told.append(f"{name} {' … '.join(map(_shown, values)) or '–'}")
    best, worst, count = f"{ranked[0].score:.3f}", f"{ranked[-1].score:.3f}", len(ranked)
    return tr(
        en=f"Best loss {best}, worst {worst}. The best {few} of {count} trials: {'; '.join(told)}.",
        es=f"Mejor pérdida, {best}; la peor, {worst}. Los {few} mejores de {count} ensayos: {'; '.join(told)}.",
    )


def _work_in_words(worker: str, trials: Sequence[tuple[str, str, float, float | None]]) -> str:
    done = [trial for w, trial, _, end in trials if w == worker and end is not None]
    lost = [trial for w, trial, _, end in trials if w == worker and end is None]
    words = tr(en=f"{worker} finished {len(done)}: ", es=f"{worker} terminó {len(done)}: ")
    words += f"{', '.join(done) or '–'}."
    if lost:
        words += tr(en=f" Cut off: {', '.join(lost)}.", es=f" Interrumpidos: {', '.join(lost)}.")
    return words
