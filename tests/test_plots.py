"""The pictures: what they show, what is said under them, and what they say to a wrong array."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from helpers import plots, results
from helpers.language import CourseError

RUN = {
    "accuracy": [0.5, 0.9, 1.0],
    "val_accuracy": [0.6, 0.8, 0.8],
    "loss": [1.0, 0.4, 0.1],
    "val_loss": [0.9, 0.5, 0.6],
}


@pytest.fixture
def run():
    results.start("00_none")
    return results.record("baseline", SimpleNamespace(history=RUN), {"accuracy": 0.79})


def test_gallery_draws_every_image_with_its_caption(figure):
    plots.gallery(np.zeros((12, 28, 28, 1)), captions=range(12), columns=5)
    drawn = [ax for ax in figure().axes if ax.images]
    assert [ax.get_title() for ax in drawn] == [str(i) for i in range(12)]
    assert len(figure().axes) == 15


@pytest.mark.parametrize("shape", [(28, 28), (0, 28, 28), (2, 28, 28, 3), (784,)])
def test_gallery_refuses_other_shapes_in_a_sentence(shape, lang):
    with pytest.raises(CourseError, match=r"\(N, "):
        plots.gallery(np.zeros(shape))


def test_gallery_wants_a_caption_for_each_image(lang):
    with pytest.raises(CourseError, match=r"3.*2"):
        plots.gallery(np.zeros((3, 4, 4)), captions=["a", "b"])


def test_curves_are_told_apart_without_colour_and_described(run, figure, capsys, lang):
    plots.curves(run)
    left, right = figure().axes
    solid, dashed = right.lines[:2]
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--") and dashed.get_marker() == "o"
    np.testing.assert_allclose(left.lines[0].get_ydata(), [50, 90, 100])
    np.testing.assert_allclose(dashed.get_ydata(), RUN["val_loss"])
    assert capsys.readouterr().out.split() == run.describe().split()
    assert figure().get_facecolor() == (1, 1, 1, 1)


def test_curves_show_the_prediction(run, figure):
    plots.curves(run)
    without = len(figure().axes[0].lines)
    results.predict("baseline", test_accuracy=0.7)
    plots.curves(run)
    line = figure().axes[0].lines[-1]
    assert len(figure().axes[0].lines) == without + 1 and set(line.get_ydata()) == {70}


def test_curves_without_validation_data_say_what_is_missing(lang):
    run = results.record("blind", SimpleNamespace(history={"loss": [1.0]}))
    with pytest.raises(CourseError, match=r"validation_data=\(x_val, y_val\)"):
        plots.curves(run)


def test_confusion_matrix_by_hand(figure, capsys, lang):
    plots.confusion_matrix(np.array([0, 1, 2, 2, 2]), np.array([0, 1, 0, 0, 1]), classes=3)
    counts = {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in figure().axes[0].texts}
    assert counts == {(0, 0): "1", (1, 1): "1", (2, 0): "2", (2, 1): "1"}
    sentence = capsys.readouterr().out
    assert {"en": "3 of 5 wrong", "es": "3 errores entre 5"}[lang] in sentence
    assert {"en": "Hardest: 2, with 0 of 3 right", "es": "el 2, con 0 aciertos de 3"}[lang] in sentence


def test_confusion_matrix_without_mistakes(figure, capsys, lang):
    plots.confusion_matrix(np.arange(10), np.arange(10))
    assert {"en": "No mistakes", "es": "Ningún error"}[lang] in capsys.readouterr().out


def test_confusion_matrix_wants_labels_not_probabilities(lang):
    with pytest.raises(CourseError, match=r"argmax\(axis=1\)"):
        plots.confusion_matrix(np.zeros(4), np.zeros((4, 10)))
    with pytest.raises(CourseError, match=r"4.*5"):
        plots.confusion_matrix(np.zeros(4), np.zeros(5))


@pytest.mark.parametrize("true", [np.zeros((4, 1), int), np.eye(4, dtype=int), np.array([0, 1, 2, 10])])
def test_confusion_matrix_counts_nothing_but_one_label_an_image(true, lang):
    with pytest.raises(CourseError, match=r"labels\.ravel\(\)"):
        plots.confusion_matrix(true, np.zeros(4, int))


@pytest.mark.parametrize("draw", [plots.by_shift, plots.best_so_far])
def test_no_curve_is_left_out_of_a_picture(draw, figure, lang):
    curves = {f"run {i}": [0.5, 0.4, 0.3] for i in range(7)}
    with pytest.raises(CourseError, match=r"7.*6"):
        draw(curves)
    with pytest.raises(CourseError, match=r"7.*6"):
        plots.lines([1, 2, 3], {"panel": curves})
    draw(dict(list(curves.items())[:6]))
    lines = [line for line in figure().axes[0].lines if line.get_label().startswith("run")]
    assert len({(str(line.get_linestyle()), line.get_marker()) for line in lines}) == 6


def test_loss_when_wrong_by_hand(figure, capsys, lang):
    labels = np.array([0, 0, 1])
    unsure = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]])  # the second and third are wrong (argmax takes the first)
    perfect = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8]])
    plots.loss_when_wrong(labels, {8: unsure, 30: perfect})
    printed = " ".join(capsys.readouterr().out.split())
    epoch = {"en": "After epoch", "es": "Tras la época"}[lang]
    first, second = printed.split(f"{epoch} 30: ")
    wrong, right = -np.log([0.4, 0.5]), -np.log(0.9)
    assert first.startswith(f"{epoch} 8: ") and "66.7 %" in first
    assert f"{wrong.mean():.2f}" in first and f"{right:.3f}" in first
    assert f"{100 * wrong.sum() / (wrong.sum() + right):.0f} %" in first
    assert "0.0 %" in second
    assert [ax.get_title() for ax in figure().axes] == [f"{epoch.lower()} 8", f"{epoch.lower()} 30"]


def test_loss_when_wrong_refuses_labels(lang):
    with pytest.raises(CourseError, match=r"\(N, "):
        plots.loss_when_wrong(np.zeros(3, int), {1: np.zeros(3)})


def test_compare_tells_runs_apart_without_colour(run, figure, capsys, lang):
    other = results.record("other", SimpleNamespace(history=RUN))
    plots.compare(run, other)
    for ax in figure().axes:
        one, two = ax.lines
        assert one.get_linestyle() != two.get_linestyle() and one.get_marker() != two.get_marker()
    np.testing.assert_allclose(figure().axes[1].lines[0].get_ydata(), RUN["val_loss"])
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2 and printed[0].startswith("baseline: ") and "0.6" in printed[0]


def test_compare_names_the_run_without_the_metric(run, lang):
    with pytest.raises(CourseError, match=r"baseline.*mae"):
        plots.compare(run, metric="mae")


def test_animation_is_one_png_with_every_frame(monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "display", shown.append)
    plots.animate(lambda ax, number: ax.plot([0, number]), frames=3)
    (picture,) = shown
    film = Image.open(io.BytesIO(picture.data))
    assert film.format == "PNG" and film.n_frames == 3


@pytest.mark.parametrize("losses", [[1.0, 2.0, np.nan], [np.nan] * 3, [1.0, np.inf, np.inf]])
def test_a_training_that_broke_down_is_drawn_and_told(figure, capsys, lang, losses):
    broken = results.record("broken", SimpleNamespace(history={**RUN, "loss": losses, "val_loss": losses}))
    plots.curves(broken)
    plots.compare(broken)
    assert {"en": "training broke down", "es": "el entrenamiento se ha roto"}[lang] in capsys.readouterr().out.replace(
        "\n", " "
    )


def test_dropout_film_has_a_frame_per_batch_and_counts_dark_units(monkeypatch, capsys, lang):
    shown = []
    monkeypatch.setattr(plots, "display", shown.append)
    plots.dropout_film(np.array([[0, 1, 2, 0], [1, 1, 0, 1]]))
    assert Image.open(io.BytesIO(shown[0].data)).n_frames == 2
    assert capsys.readouterr().out.strip().endswith(": 2, 1.")
    with pytest.raises(CourseError, match=r"\(4,\)"):
        plots.dropout_film(np.ones(4))


def test_descent_by_hand(figure, capsys, lang):
    plots.descent({0.5: [0, 2, 2.5], 1: [0, 4, 0]}, lambda w: (w - 3) ** 2)
    left, right = figure().axes
    np.testing.assert_allclose(left.lines[1].get_xydata(), [[0, 9], [2, 1], [2.5, 0.25]])
    markers = {line.get_marker() for line in right.lines}
    assert {"o", "s", "D"} <= markers  # path, start and end differ in shape, not only in colour
    said = " ".join(capsys.readouterr().out.split())
    assert {"en": "2 steps take the loss from 9 to 0.25", "es": "2 pasos llevan la pérdida de 9 a 0.25"}[lang] in said
    assert {"en": "changes of direction: 0. ", "es": "cambios de dirección: 0. "}[lang] in said
    assert said.endswith({"en": "changes of direction: 1.", "es": "cambios de dirección: 1."}[lang])


def test_stops_shows_where_each_setting_stops_and_what_it_keeps(figure, capsys, lang):
    plots.stops([0.9, 0.5, 0.4, 0.6, 0.7], {"patience=0": (4, 3), "patience=1": (5, 5)})
    bottom = figure().axes[1]
    assert [tick.get_text() for tick in bottom.get_yticklabels()] == ["patience=0", "patience=1"]
    drawn = [line.get_xdata().tolist() for line in bottom.lines if len(line.get_xdata())]
    assert drawn == [[1, 4], [4], [3], [1, 5], [5], [5]]
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("patience=0: ") and "0.400" in said and "0.700" in said
    assert {"en": "stops after epoch 5", "es": "se detiene tras la época 5"}[lang] in said


def test_lines_are_told_apart_without_colour_and_put_in_words(figure, capsys, lang):
    plots.lines([1, 2, 3], {"f": {"a": [1, 5, 2], "b": [0.1, 0.2, 0.3]}}, along="layer", log="y")
    first, second = figure().axes[0].lines
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    assert figure().axes[0].get_yscale() == "log"
    said = capsys.readouterr().out
    assert "f, a: 1 " in said and "5" in said
    with pytest.raises(CourseError, match=r"3.*2"):
        plots.lines([1, 2, 3], {"f": {"a": [1, 2]}})


def test_side_by_side_keeps_zero_mid_grey_and_are_put_in_words(figure, capsys, lang):
    signed = np.array([[-1.0, 0.0], [0.0, 4.0]])
    plots.side_by_side(columns=2, photo=np.zeros((5, 6, 3), np.uint8), signed=signed, yes=signed > 0)
    axes = [ax for ax in figure().axes if ax.images]
    assert [ax.get_title() for ax in axes] == ["photo", "signed", "yes"]
    assert axes[1].images[0].get_clim() == (-4, 4) and axes[2].images[0].get_clim() == (0, 1)
    said = " ".join(capsys.readouterr().out.split())
    assert {"en": "photo: 5 × 6, in colour.", "es": "photo: 5 × 6, en color."}[lang] in said
    assert {"en": "signed: 2 × 2 numbers from -1 to 4.", "es": "signed: 2 × 2 números de -1 a 4."}[lang] in said
    assert {"en": "yes: white at 25.0 %", "es": "yes: blanco en el 25.0 %"}[lang] in said
    plots.side_by_side(small=np.eye(4)[:, :2])
    said = " ".join(capsys.readouterr().out.split())
    assert {"en": "outside rows 1–2 and columns 1–2", "es": "fuera de las filas 1–2 y las columnas 1–2"}[lang] in said
    with pytest.raises(CourseError, match=r"flat.*\(3,\)"):
        plots.side_by_side(flat=np.zeros(3))


def test_sliding_kernel_begins_with_all_answers_and_tells_the_strongest(monkeypatch, capsys, lang):
    shown, texts = [], []
    monkeypatch.setattr(plots, "display", shown.append)
    monkeypatch.setattr(plots.Axes, "text", lambda ax, x, y, s, **_: texts.append(s))
    plots.sliding_kernel(np.array([[0, 0, 9], [0, 0, 9], [0, 0, 9], [0, 0, 0]]), np.array([[-1, 0, 1]] * 3))
    assert Image.open(io.BytesIO(shown[0].data)).n_frames == 3
    assert {"27", "18"} <= set(texts[: 12 + 9 + 2 + 3]) and texts.count("18") == 2  # the still, and the last frame
    said = capsys.readouterr().out
    assert "0 + 0 + 9 + 0 + 0 + 9 + 0 + 0 + 9 = 27." in " ".join(said.split())
    assert {"en": "row 1, column 1", "es": "fila 1, columna 1"}[lang] in said


def test_by_shift_draws_per_cent_and_says_each_value(figure, capsys, lang):
    plots.by_shift({"mlp": [0.9, 0.5], "cnn": [0.95, 0.75]})
    first, second = figure().axes[0].lines[:2]
    np.testing.assert_allclose(first.get_ydata(), [90, 50])
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    said = capsys.readouterr().out
    assert "cnn: 95.0 → 75.0 %" in said and {"en": "pixels", "es": "píxeles"}[lang] in said


def trial(name, score, status="COMPLETED", **values):
    return SimpleNamespace(trial_id=name, score=score, status=status, hyperparameters=SimpleNamespace(values=values))


def test_search_map_draws_each_trial_and_counts_places(figure, capsys, lang):
    grid = [trial(str(i), s, rate=r, drop=d) for i, (s, r, d) in enumerate([(3, 0.1, 0), (1, 0.1, 1), (2, 0.001, 1)])]
    halving = [trial(str(i), 2.5 - i, rate=0.01, drop=0.5, **{"tuner/epochs": e}) for i, e in enumerate((2, 6))]
    plots.search_map({"grid": grid, "halving": halving}, lambda r, d: np.log10(r) ** 2 + d, "rate", "drop")
    left, right = figure().axes
    sizes = [ax.collections[-1].get_sizes() for ax in (left, right)]
    assert len(left.collections[-1].get_offsets()) == 3 and sizes[1][1] == 3 * sizes[1][0]
    assert left.lines[-1].get_xydata().tolist() == [[0.1, 1]] and left.get_xscale() == "log"
    said = " ".join(capsys.readouterr().out.split())
    assert {"en": "grid: 3 places, 2 different values of rate; best loss 1.00", "es": "grid: 3 lugares, 2 valores"}[
        lang
    ] in said
    assert {"en": "halving: 1 places", "es": "halving: 1 lugares"}[lang] in said


def test_parallel_coordinates_of_words(figure, capsys, lang):
    words = ("relu", "tanh", "relu", "elu")
    plots.parallel_coordinates([trial(str(i), 1 + i, activation=word) for i, word in enumerate(words)])
    drawn = [line for line in figure().axes[0].lines if list(line.get_xdata()) == [0, 1] and line.get_marker() != "*"]
    assert [line.get_ydata()[0] for line in drawn] == [0, 0.5, 1, 0.5]  # elu, relu, tanh; the best trial is drawn last
    assert "activation relu" in capsys.readouterr().out


def test_parallel_coordinates_where_every_trial_failed(lang):
    with pytest.raises(CourseError, match=r"trial\.message"):
        plots.parallel_coordinates([trial("0", None, "FAILED", filters=8)])


def test_parallel_coordinates_tell_the_best_without_colour(figure, capsys, lang):
    trials = [trial(str(i), 1 + i, filters=8 * (i % 2 + 1), **({"amount": i / 10} if i % 2 else {})) for i in range(8)]
    trials.append(trial("8", None, "FAILED", filters=8))
    plots.parallel_coordinates(trials)
    ax = figure().axes[0]
    drawn = [line for line in ax.lines if len(line.get_ydata()) == 3 and line.get_marker() != "*"]
    assert len(drawn) == 8  # the failed trial has no score
    assert [line.get_linestyle() for line in drawn].count("-") == 2 and {line.get_linewidth() for line in drawn} == {
        1,
        2.5,
    }
    assert [tick.get_text() for tick in ax.get_xticklabels()][:2] == ["filters", "amount"]
    assert drawn[-1].get_ydata()[1] == -0.15  # the best trial has no amount
    said = " ".join(capsys.readouterr().out.split())
    assert "1.000" in said and "8.000" in said and "filters 8 … 16; amount 0.1" in said


def test_best_so_far_is_told_in_words(figure, capsys, lang):
    plots.best_so_far({"random": [2.0, 1.0, 0.5, 0.25], "bayesian": [1.0, 0.9, 0.9, 0.3]})
    first, second = figure().axes[0].lines
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    said = capsys.readouterr().out
    assert {"en": "random: 1.000 after half of its 4 epochs, 0.250", "es": "random: 1.000 a mitad de sus 4 épocas"}[
        lang
    ] in said


def test_worker_timeline_hatches_what_was_cut_off(figure, capsys, lang):
    rows = [
        ("worker0", "00", 10.0, 12.0),
        ("worker0", "02", 12.0, 15.0),
        ("worker1", "01", 10.5, None),
        ("worker1", "01", 13.0, 14.0),
    ]
    plots.worker_timeline(rows)
    bars = figure().axes[0].patches
    bars = [bar for bar in bars if round(bar.get_height(), 3) == 0.6]
    assert [(round(bar.get_x(), 1), round(bar.get_width(), 1)) for bar in bars] == [(0, 2), (2, 3), (0.5, 2.5), (3, 1)]
    assert [bool(bar.get_hatch()) for bar in bars] == [False, False, True, False]
    said = capsys.readouterr().out
    assert "worker0" in said and {"en": "Cut off: 01", "es": "Interrumpidos: 01"}[lang] in said
    plots.worker_timeline(rows[2:3])
    plots.worker_timeline([])
    assert (
        capsys.readouterr().out == 2 * {"en": "No trial was finished.\n", "es": "No se terminó ningún ensayo.\n"}[lang]
    )


def test_as_seen_draws_all_three_and_says_what_is_read(figure, capsys, lang):
    shares = np.where(np.arange(10) == 4, 0.82, 0.02)
    plots.as_seen(np.zeros((140, 140), np.uint8), np.zeros((28, 28), np.uint8), shares)
    drawn, seen, bars = figure().axes
    assert drawn.images and seen.images and [round(bar.get_width()) for bar in bars.patches] == [2] * 4 + [82] + [2] * 5
    assert {"en": "It reads a 4 (82 %)", "es": "Lee un 4 (82 %)"}[lang] in capsys.readouterr().out


def test_error_ranges_by_hand(figure, capsys, lang):
    def band(mean):
        return {"mean": mean, "min": mean - 0.01, "max": mean + 0.01}

    plots.error_ranges({"01": {"good": band(0.98), "bad": band(0.9)}, "02": {"only": band(0.95)}, "03": {}})
    ax = figure().axes[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["01 · bad", "01 · good", "02 · only"]  # within a group the last is the best
    spread, mean = ax.lines[:2]
    np.testing.assert_allclose(spread.get_xdata(), [9, 11])
    np.testing.assert_allclose(mean.get_xdata(), [10])
    assert ax.lines[1].get_marker() != ax.lines[5].get_marker()  # neighbouring groups, without colour
    printed = capsys.readouterr().out
    assert "01: good 2.0 % … bad 10.0 %" in printed and "02: only 5.0 %\n" in printed


def test_error_ranges_of_an_empty_ledger_are_a_sentence(capsys, lang):
    plots.error_ranges({"08": {}})
    assert "lessons/measure.py" in " ".join(capsys.readouterr().out.split())


def test_accuracies_tell_the_measured_from_the_published(figure, capsys, lang):
    plots.test_accuracies({"ours": 0.9}, {"theirs": 0.968})
    labels = [label.get_text() for label in figure().axes[0].get_yticklabels()]
    word = {"en": "published", "es": "publicado"}[lang]
    assert labels == ["ours", f"theirs ({word})"]
    told = capsys.readouterr().out
    assert "ours, 90.0 %" in told and "theirs, 96.8 %" in told
    plots.test_accuracies({}, {"theirs": 0.968})  # published alone keeps its own mark
    (point, *_) = figure().axes[0].lines
    assert point.get_marker() == "D" and point.get_markerfacecolor() == "white"
    with pytest.raises(CourseError):
        plots.test_accuracies({})
