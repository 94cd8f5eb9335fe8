"""The pictures that one lesson alone draws, and the table of trials."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image

from helpers import figures, results
from helpers.figures import lesson_00, lesson_01, lesson_02, lesson_03, lesson_04, lesson_06, lesson_07, lesson_08
from helpers.language import CourseError
from tools.source import Lesson


def said(picture):
    return " ".join(picture.sentences)


def test_a_film_is_one_png_with_every_frame_and_shows_itself_like_a_picture(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(figures.plots, "display", shown.append)
    film = figures.animate(lambda ax, number: ax.plot([0, number]), frames=3, sentences=["It grows."])
    image = Image.open(io.BytesIO(film.content))
    assert image.format == "PNG" and image.n_frames == 3
    film._ipython_display_()
    assert shown[0]._repr_png_()[1] == {"alt": "It grows."} and capsys.readouterr().out == "It grows.\n"


@pytest.mark.parametrize("draw", [lesson_00.by_shift, lesson_06.best_so_far])
def test_no_curve_is_left_out_of_a_picture(draw, lang):
    curves = {f"run {i}": [0.5, 0.4, 0.3] for i in range(7)}
    with pytest.raises(CourseError, match=r"7.*6"):
        draw(curves)
    picture = draw(dict(list(curves.items())[:6]))
    lines = [line for line in picture.axes[0].lines if line.get_label().startswith("run")]
    assert len({(str(line.get_linestyle()), line.get_marker()) for line in lines}) == 6


def test_sliding_kernel_begins_with_all_answers_and_tells_the_strongest(monkeypatch, lang):
    texts = []
    monkeypatch.setattr(Axes, "text", lambda ax, x, y, s, **_: texts.append(s))
    film = lesson_00.sliding_kernel(np.array([[0, 0, 9], [0, 0, 9], [0, 0, 9], [0, 0, 0]]), np.array([[-1, 0, 1]] * 3))
    assert Image.open(io.BytesIO(film.content)).n_frames == 3
    assert {"27", "18"} <= set(texts[: 12 + 9 + 2 + 3]) and texts.count("18") == 2  # the still, and the last frame
    assert "0 + 0 + 9 + 0 + 0 + 9 + 0 + 0 + 9 = 27." in said(film)
    assert {"en": "row 1, column 1", "es": "fila 1, columna 1"}[lang] in said(film)


def test_by_shift_draws_per_cent_and_says_each_value(lang):
    picture = lesson_00.by_shift({"mlp": [0.9, 0.5], "cnn": [0.95, 0.75]})
    first, second = picture.axes[0].lines[:2]
    np.testing.assert_allclose(first.get_ydata(), [90, 50])
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    assert "cnn: 95.0 → 75.0 %" in said(picture) and {"en": "pixels", "es": "píxeles"}[lang] in said(picture)


def test_loss_when_wrong_by_hand(lang):
    labels = np.array([0, 0, 1])
    unsure = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]])  # the second and third are wrong (argmax takes the first)
    perfect = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8]])
    picture = lesson_01.loss_when_wrong(labels, {8: unsure, 30: perfect})
    epoch = {"en": "After epoch", "es": "Tras la época"}[lang]
    first, second = picture.sentences
    wrong, right = -np.log([0.4, 0.5]), -np.log(0.9)
    assert first.startswith(f"{epoch} 8: ") and "66.7 %" in first
    assert f"{wrong.mean():.2f}" in first and f"{right:.3f}" in first
    assert f"{100 * wrong.sum() / (wrong.sum() + right):.0f} %" in first
    assert second.startswith(f"{epoch} 30: ") and "0.0 %" in second
    assert [ax.get_title() for ax in picture.axes] == [f"{epoch.lower()} 8", f"{epoch.lower()} 30"]


@pytest.mark.parametrize(
    ("labels", "probabilities"), [((4,), (4,)), ((4, 10), (4, 10)), ((4,), (3, 10)), ((), (4, 10))]
)
def test_loss_when_wrong_wants_labels_and_probabilities(labels, probabilities, lang):
    with pytest.raises(CourseError, match=r"\(N,\).*\(N, cl"):
        lesson_01.loss_when_wrong(np.zeros(labels, int), {1: np.zeros(probabilities)})


@pytest.mark.parametrize("shape", [(4,), (0, 4), (2, 3, 4)])
def test_dropout_film_wants_images_and_units(shape, lang):
    with pytest.raises(CourseError, match={"en": r"\(images, units\)", "es": r"\(imágenes, unidades\)"}[lang]):
        lesson_03.dropout_film(np.ones(shape))


def test_accuracies_of_nothing_are_a_sentence(lang):
    with pytest.raises(CourseError, match={"en": "Nothing to draw", "es": "No hay nada que dibujar"}[lang]):
        lesson_07.test_accuracies({})


def test_dropout_film_has_a_frame_per_batch_and_counts_dark_units(lang):
    film = lesson_03.dropout_film(np.array([[0, 1, 2, 0], [1, 1, 0, 1]]))
    assert Image.open(io.BytesIO(film.content)).n_frames == 2
    assert said(film).endswith(": 2, 1.")


def test_descent_by_hand(lang):
    picture = lesson_04.descent({0.5: [0, 2, 2.5], 1: [0, 4, 0]}, lambda w: (w - 3) ** 2)
    left, right = picture.axes
    np.testing.assert_allclose(left.lines[1].get_xydata(), [[0, 9], [2, 1], [2.5, 0.25]])
    markers = {line.get_marker() for line in right.lines}
    assert {"o", "s", "D"} <= markers  # path, start and end differ in shape, not only in colour
    first, second = picture.sentences
    assert {"en": "2 steps take the loss from 9 to 0.25", "es": "2 pasos llevan la pérdida de 9 a 0.25"}[lang] in first
    turns = {"en": "changes of direction", "es": "cambios de dirección"}[lang]
    assert first.endswith(f"{turns}: 0.") and second.endswith(f"{turns}: 1.")


def test_stopping_points_show_where_each_setting_stops_and_what_it_keeps(lang):
    picture = lesson_04.stopping_points([0.9, 0.5, 0.4, 0.6, 0.7], {"patience=0": (4, 3), "patience=1": (5, 5)})
    bottom = picture.axes[1]
    assert [tick.get_text() for tick in bottom.get_yticklabels()] == ["patience=0", "patience=1"]
    drawn = [np.ravel(line.get_xdata()).tolist() for line in bottom.lines]
    assert drawn == [[1, 4], [4], [3], [1, 5], [5]]  # the second never stops
    assert said(picture).startswith("patience=0: ") and "0.400" in said(picture) and "0.700" in said(picture)
    assert {"en": "stops after epoch 4", "es": "se detiene tras la época 4"}[lang] in said(picture)
    assert {"en": "to the last epoch, 5,", "es": "hasta la última época, la 5,"}[lang] in said(picture)


def trial(name, score, status="COMPLETED", **values):
    return SimpleNamespace(trial_id=name, score=score, status=status, hyperparameters=SimpleNamespace(values=values))


def test_trial_table_is_best_first_and_ends_with_what_failed(lang):
    searches = {
        "one": [trial("0", 0.5, units=8), trial("1", None, "FAILED", units=16)],
        "two": [trial("0", 0.25, units=8, rate=np.float64(0.123456), **{"tuner/epochs": 2})],
    }
    header, *rows = lesson_06.trial_table(searches).rows
    assert header[2:4] == ["rate", "units"] or header[2:4] == ["units", "rate"]
    assert [row[0] for row in rows] == ["two", "one", "one"]
    assert [row[-1] for row in rows] == ["0.250", "0.500", "FAILED"]
    assert "0.123" in rows[0] and "–" in rows[1] and "tuner/epochs" not in header
    assert len(lesson_06.trial_table(searches, best=1).rows) == 2


def test_search_map_draws_each_trial_and_counts_places(lang):
    grid = [trial(str(i), s, rate=r, drop=d) for i, (s, r, d) in enumerate([(3, 0.1, 0), (1, 0.1, 1), (2, 0.001, 1)])]
    halving = [trial(str(i), 2.5 - i, rate=0.01, drop=0.5, **{"tuner/epochs": e}) for i, e in enumerate((2, 6))]
    searches = {"grid": grid, "halving": halving}
    picture = lesson_06.search_map(searches, lambda r, d: np.log10(r) ** 2 + d, "rate", "drop")
    left, right = picture.axes
    sizes = [ax.collections[-1].get_sizes() for ax in (left, right)]
    assert len(left.collections[-1].get_offsets()) == 3 and sizes[1][1] == 3 * sizes[1][0]
    assert left.lines[-1].get_xydata().tolist() == [[0.1, 1]] and left.get_xscale() == "log"
    first, second = picture.sentences
    places = {"en": "grid: 3 places, 2 different values of rate; best loss 1.00", "es": "grid: 3 lugares, 2 valores"}
    assert places[lang] in first and {"en": "halving: 1 places", "es": "halving: 1 lugares"}[lang] in second


def test_each_hyperparameter_has_a_panel_with_each_trial_that_has_it(lang):
    trials = [trial(str(i), 1 + i, filters=8 * (i % 2 + 1), **({"amount": i / 10} if i % 2 else {})) for i in range(8)]
    failed = trial("8", None, "FAILED", filters=8)
    picture = lesson_06.loss_by_hyperparameter({"random": [*trials[4:], failed], "bayesian": trials[:4]})
    amount, filters = picture.axes
    assert (amount.get_title(), filters.get_title()) == ("amount", "filters")
    drawn = [group.get_offsets().tolist() for group in filters.collections]
    assert drawn == [[[8, 5], [16, 6], [8, 7], [16, 8]], [[8, 1], [16, 2], [8, 3], [16, 4]]]  # the failed has no score
    assert [len(group.get_offsets()) for group in amount.collections] == [2, 2]  # the others have no amount
    shades = filters.collections[0].get_array().tolist()
    assert shades == sorted(set(shades))  # a search's first trials are the lightest
    one, two = (group.get_paths()[0].vertices.tolist() for group in filters.collections)
    assert one != two  # searches differ in shape
    assert filters.lines[-1].get_xydata().tolist() == [[8, 1]] and not amount.lines  # the best has no amount
    assert (
        "1.000" in said(picture)
        and "8.000" in said(picture)
        and "filters 8 … 16" in said(picture)
        and "amount 0.1" in said(picture)
    )


def test_hyperparameters_that_are_words_stand_in_the_order_of_the_alphabet(lang):
    words = ("relu", "tanh", "relu", "elu")
    picture = lesson_06.loss_by_hyperparameter(
        {"random": [trial(str(i), 1 + i, activation=word) for i, word in enumerate(words)]}
    )
    (ax,) = picture.axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["elu", "relu", "tanh"]
    assert ax.collections[0].get_offsets()[:, 0].tolist() == [1, 2, 1, 0]
    assert "activation relu" in said(picture)


def test_the_learning_rate_has_a_logarithmic_axis():
    rates = [trial(str(i), 1.0 + i, learning_rate=10.0**-i, units=32) for i in range(4)]
    left, right = lesson_06.loss_by_hyperparameter({"random": rates}).axes
    assert (left.get_xscale(), right.get_xscale()) == ("log", "linear")


def test_loss_by_hyperparameter_where_every_trial_failed(lang):
    with pytest.raises(CourseError, match=r"trial\.message"):
        lesson_06.loss_by_hyperparameter({"random": [trial("0", None, "FAILED", filters=8)]})


def test_best_so_far_is_told_in_words(lang):
    picture = lesson_06.best_so_far({"random": [2.0, 1.0, 0.5, 0.25], "bayesian": [1.0, 0.9, 0.9, 0.3]})
    first, second = picture.axes[0].lines
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    half = {"en": "random: 1.000 after half of its 4 epochs, 0.250", "es": "random: 1.000 a mitad de sus 4 épocas"}
    assert half[lang] in said(picture)


def test_recorded_trials_are_drawn_like_those_of_a_search(lang):
    kept = [{"values": {"units": 32 * (1 + n % 2)}, "val_loss": [0.5, 0.3 - n / 20, 0.4]} for n in range(4)]
    trials = lesson_06.recorded_trials(kept)
    assert lesson_06.trial_table({"sixty": trials}).rows[1] == ["sixty", "03", "64", "0.150"]
    (units,) = lesson_06.loss_by_hyperparameter({"sixty": trials}).axes
    np.testing.assert_allclose(units.collections[0].get_offsets()[:, 1], [0.3, 0.25, 0.2, 0.15])
    picture = units.figure
    picture.png()  # ticks are made as late as that
    assert len([label for label in units.get_yticklabels() if 0.15 <= label.get_position()[1] <= 0.3]) >= 2


def test_best_by_trial_says_what_fewer_trials_would_have_found(lang):
    scores = np.array([0.5, 0.4, 0.6, 0.45, 0.7, 0.44, 0.3, 0.2, 0.9, 0.25])
    picture = lesson_06.best_by_trial(scores)
    (ax,) = picture.axes
    assert ax.lines[0].get_ydata().tolist() == [0.5, *[0.4] * 5, 0.3, 0.2, 0.2, 0.2]
    assert ax.lines[1].get_xydata().tolist() == [[8, 0.2]] and len(ax.collections[0].get_offsets()) == 10
    told = {
        "en": "after 6 trials: 0.400; after 5: 0.400; after all 10: 0.200, found in trial 8.",
        "es": "hallada en el ensayo 8.",
    }
    assert told[lang] in said(picture)


def test_worker_timeline_hatches_what_was_cut_off(lang):
    rows = [
        ("worker0", "00", 10.0, 12.0),
        ("worker0", "02", 12.0, 15.0),
        ("worker1", "01", 10.5, None),
        ("worker1", "01", 13.0, 14.0),
    ]
    picture = lesson_06.worker_timeline(rows)
    bars = [bar for bar in picture.axes[0].patches if round(bar.get_height(), 3) == 0.6]
    assert [(round(bar.get_x(), 1), round(bar.get_width(), 1)) for bar in bars] == [(0, 2), (2, 3), (0.5, 2.5), (3, 1)]
    assert [bool(bar.get_hatch()) for bar in bars] == [False, False, True, False]
    assert "worker0" in said(picture) and {"en": "Cut off: 01", "es": "Interrumpidos: 01"}[lang] in said(picture)
    for unfinished in (rows[2:3], []):
        nothing = lesson_06.worker_timeline(unfinished)
        assert not nothing.axes
        assert said(nothing) == {"en": "No trial was finished.", "es": "No se terminó ningún ensayo."}[lang]


def test_accuracies_tell_the_measured_from_the_published(lang):
    picture = lesson_07.test_accuracies({"ours": 0.9}, {"theirs": 0.968})
    (ax,) = picture.axes
    word = {"en": "published", "es": "publicado"}[lang]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["ours", f"theirs ({word})"]
    assert [text.get_text() for text in ax.texts] == ["90.0", "96.8"]
    assert "ours, 90.0 %" in said(picture) and "theirs, 96.8 %" in said(picture)
    alone = lesson_07.test_accuracies({}, {"theirs": 0.968})  # published alone keeps its own mark
    (_, point) = alone.axes[0].lines
    assert point.get_marker() == "D" and point.get_markerfacecolor() == "white"
    assert len(alone.sentences) == 1


def test_ranges_come_from_the_ledger_and_leave_out_what_is_not_measured(monkeypatch):
    band = {"min": 0.7, "mean": 0.75, "max": 0.8}
    entry = {"runs": {"a": {"test_accuracy": band}}, "long": {"runs": {"b": {"test_accuracy": band}}}}
    monkeypatch.setattr(results, "ledger", lambda: entry)
    assert lesson_07.ranges(["a", "b", "new"]) == {"a": (0.7, 0.75, 0.8), "b": (0.7, 0.75, 0.8)}


def test_heat_says_where_it_is_strongest(lang):
    places = np.zeros((10, 20))
    places[5, 15] = 1
    picture = lesson_07.heat(np.zeros((10, 20, 3), np.uint8), places)
    assert "75 %" in said(picture) and "50 %" in said(picture)
    photo, overlay = (ax.images[0].get_array() for ax in picture.axes)
    assert photo.max() == 0 and overlay[5, 15].sum() > overlay[0, 0].sum() + 0.5  # in colour, brightest there


def test_error_ranges_by_hand(lang):
    def band(mean):
        return {"mean": mean, "min": mean - 0.01, "max": mean + 0.01}

    picture = lesson_08.error_ranges(
        {"01": {"good": band(0.98), "bad": band(0.9)}, "02": {"only": band(0.95)}, "03": {}}
    )
    (ax,) = picture.axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["01 · bad", "01 · good", "02 · only"]  # within a group the last is the best
    spread, mean = ax.lines[:2]
    np.testing.assert_allclose(spread.get_xdata(), [9, 11])
    np.testing.assert_allclose(mean.get_xdata(), [10])
    assert ax.lines[1].get_marker() != ax.lines[5].get_marker()  # neighbouring groups, without colour
    assert "01: good 2.0 % … bad 10.0 %" in picture.sentences and "02: only 5.0 %" in picture.sentences


def test_error_ranges_of_an_empty_ledger_are_a_sentence(lang):
    nothing = lesson_08.error_ranges({"08": {}})
    assert "python -m tools.measure" in said(nothing) and not nothing.axes


def test_the_courses_chart_names_its_rows_and_leaves_out_what_is_not_measured(lang):
    band = {"mean": 0.95, "min": 0.94, "max": 0.96}
    picture = lesson_08.course(
        {"01": {"baseline": band, "thirty_thousand_once": band, "shuffled_labels": band}, "08": {"everything": band}}
    )
    labels = [label.get_text() for label in picture.axes[0].get_yticklabels()]
    assert len(labels) == 3 and not any("_" in label for label in labels)
    whole = {"en": "08 · the whole recipe", "es": "08 · la receta completa"}[lang]
    assert whole in labels and f"{whole}, 5.0 %" in said(picture)
    assert len(lesson_08.COURSE) + len(lesson_08.MANY_DIGITS) <= 12
    assert not lesson_08.course({"01": {"shuffled_labels": band}}).axes


def test_every_row_of_the_courses_chart_is_a_run_that_its_lesson_records():
    for number, run in [*lesson_08.COURSE, *lesson_08.MANY_DIGITS]:
        assert f'"{run}"' in Lesson.numbered(number).path.read_text("utf-8"), (number, run)


def test_while_drawing_shows_four_moments_and_says_what_is_read_at_each(lang):
    seen = []

    def read(images):
        seen.append(images)
        return np.eye(10)[[1, 2, 3, 4]]

    picture = lesson_08.while_drawing([[(0.1, 0.2), (0.9, 0.2)], [(0.5, 0.2), (0.5, 1.0)]], read)
    (images,) = seen
    assert images.shape == (4, 28, 28, 1) and images.max() <= 1 and len(picture.axes) == 12
    sheets = [ax.images[0].get_array() for ax in picture.axes[:4]]
    ink = [int((sheet < 128).sum()) for sheet in sheets]
    assert ink == sorted(ink) and ink[0] < ink[3] / 2
    assert [f" {digit} (100 %)" in sentence for digit, sentence in enumerate(picture.sentences, 1)] == [True] * 4


def test_turned_draws_each_digit_at_each_angle_and_says_the_shares(lang):
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 13:15] = 255  # upright, then flat
    answers = iter([[1, 1], [7, 2]])
    picture = lesson_08.turned(np.array([digit, digit]), {0: 0.9, 90: 0.25}, lambda x: np.eye(10)[next(answers)])
    upright, flat = (picture.axes[place].images[0].get_array() for place in (0, 1))
    assert upright[:, 13].sum() == flat[14].sum() and "90°" in picture.axes[1].get_title()
    assert [ax.get_xlabel() for ax in picture.axes] == ["→ 1", "→ 7", "→ 1", "→ 2"] and "90° 25.0 %" in said(picture)


def test_answered_by_hand(lang):
    sure = np.array([1.0, 0.95, 0.92, 0.91, 0.4])  # of the five digits the second and the last are wrong
    probabilities = np.full((5, 10), 0.0)
    probabilities[:, 3], probabilities[:, 4] = sure, 1 - sure
    probabilities[4, 4:] = 0.1
    labels = np.array([3, 4, 3, 3, 4])
    picture = lesson_08.answered(probabilities, labels)
    all_of_them = {
        "en": "Threshold 0: 100.0 % answered, 60.0 % of",
        "es": "Umbral 0: responde el 100.0 % y acierta el 60.0 %",
    }
    at_90 = {
        "en": "Threshold 0.9: 80.0 % answered, 75.0 % of",
        "es": "Umbral 0.9: responde el 80.0 % y acierta el 75.0 %",
    }
    assert all_of_them[lang] in said(picture) and at_90[lang] in said(picture)
    np.testing.assert_allclose(picture.axes[0].lines[0].get_xdata(), [80, 100])


def test_as_seen_draws_all_three_and_says_what_is_read(lang):
    shares = np.where(np.arange(10) == 4, 0.82, 0.02)
    picture = lesson_08.as_seen(np.zeros((140, 140), np.uint8), np.zeros((28, 28), np.uint8), shares)
    drawn, seen, bars = picture.axes
    assert drawn.images and seen.images and [round(bar.get_width()) for bar in bars.patches] == [2] * 4 + [82] + [2] * 5
    assert {"en": "It reads a 4 (82 %)", "es": "Lee un 4 (82 %)"}[lang] in said(picture)


def test_rows_name_each_alteration_and_tell_what_leaves_the_range(lang):
    digits = np.full((3, 4, 4, 1), 0.5)
    picture = lesson_02.rows({"original": digits, "noise": digits - 1, "anything": digits})
    assert [ax.get_ylabel() for ax in picture.axes] == ["original", {"en": "noise", "es": "ruido"}[lang], "anything"]
    outside = {"en": "outside 0 to 1", "es": "fuera de 0 a 1"}[lang]
    assert [outside in sentence for sentence in picture.sentences] == [False, True, False]


def test_photos_are_named_and_put_in_words(lang):
    photo = np.full((4, 6, 3), [200.0, 100.0, 100.0])
    picture = lesson_02.photos({"original": photo, "brightness": photo + 100})
    assert [ax.get_title() for ax in picture.axes] == ["original", {"en": "brightness", "es": "brillo"}[lang]]
    assert " 133 " in picture.sentences[0] and "50 %" in picture.sentences[0] and " 218 " in picture.sentences[1]


def test_a_network_is_drawn_with_the_shape_of_every_output(lang):
    from keras import Input, Sequential, layers

    stack = layers.Conv2D(16, 3), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(10, activation="softmax")
    picture = lesson_00.network(Sequential([Input((28, 28, 1)), *stack]))
    first = {"en": "image", "es": "imagen"}[lang]
    steps = "Conv2D 3 × 3: 26 × 26 × 16 → MaxPooling2D 2 × 2: 13 × 13 × 16 → Flatten: 2704 → Dense softmax: 10."
    assert said(picture) == f"{first}: 28 × 28 × 1 → {steps}"
    assert {"16\n26 × 26", "2704", "10"} <= {text.get_text() for text in picture.axes[0].texts}


def test_kernels_are_sorted_by_their_answer_to_full_ink(lang):
    picture = lesson_00.kernels(np.ones((3, 3, 3)), np.ones((3, 3, 3)), [0.9, 0.1, 0.5])
    assert [ax.get_title() for ax in picture.axes[:3]] == ["2: 10 %", "3: 50 %", "1: 90 %"]
    assert said(picture).endswith("2: 10 %, 3: 50 %, 1: 90 %.")


def test_losses_have_a_panel_each_and_tell_the_lowest(lang):
    history = {"loss": [1.0, 0.1, 0.01], "val_loss": [1.0, 0.25, 0.5]}
    picture = lesson_03.losses(results.run_of("one", history, {}), results.run_of("other", history, {}))
    assert [len(ax.lines) for ax in picture.axes] == [2, 2]
    assert [ax.get_yscale() for ax in picture.axes] == ["log", "log"]
    assert "2 (0.250)" in picture.sentences[0] and "0.500" in picture.sentences[0] and len(picture.sentences) == 2
    with pytest.raises(CourseError):
        lesson_03.losses("dropout_50")


def test_losses_for_numbers_are_drawn_with_their_slopes():
    errors = np.linspace(-4, 4, 81)
    picture = lesson_06.number_losses(errors, {"MSE": errors**2, "MAE": np.abs(errors)})
    slopes = {line.get_label(): line.get_ydata() for line in picture.axes[1].lines}
    assert slopes["MSE"][1:-1] == pytest.approx(2 * errors[1:-1]) and slopes["MAE"][-1] == pytest.approx(1)
    assert "MSE: for an error of 1 the loss is 1 and the slope 2" in said(picture)
