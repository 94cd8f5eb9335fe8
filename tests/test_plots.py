"""The pictures that lessons share: what they show, what is said under them, and what they say to a wrong array."""

import subprocess
import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from conftest import ROOT
from helpers import figures, plots, results
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


def said(picture):
    return " ".join(picture.sentences)


def test_a_picture_shows_itself_once_with_its_sentences_as_text_alternative_and_below(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(plots, "display", shown.append)
    picture = plots.gallery(np.eye(4)[None])
    assert not shown and not capsys.readouterr().out
    picture._ipython_display_()
    (image,) = shown
    assert image.data.startswith(b"\x89PNG") and image._repr_png_()[1] == {"alt": said(picture)}
    assert capsys.readouterr().out.split() == said(picture).split()
    assert not plt.get_fignums()


def test_a_picture_without_axes_is_its_sentences_alone(monkeypatch, capsys):
    monkeypatch.setattr(plots, "display", lambda _: pytest.fail("an empty picture was shown"))
    nothing = plots.Picture()
    nothing.sentences = ("Nothing to see.",)
    nothing._ipython_display_()
    assert capsys.readouterr().out == "Nothing to see.\n"


def test_a_learner_can_change_a_picture(run):
    picture = plots.curves(run)
    before = picture.png()
    picture.axes[0].set_title("mine")
    assert picture.png() != before and picture.axes[0].get_title() == "mine"


@pytest.mark.parametrize("backend", ["agg", "svg", "module://no_such_backend"])
def test_pictures_do_not_ask_which_backend_there_is(backend):
    code = "import numpy as np; from helpers import plots; print(plots.confusion_matrix(np.arange(10), np.arange(10)).png()[1:4])"
    environment = {"MPLBACKEND": backend, "PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "b'PNG'\n", done.stderr


def test_gallery_draws_every_image_with_its_caption():
    picture = plots.gallery(np.zeros((12, 28, 28, 1)), captions=range(12), columns=5)
    drawn = [ax for ax in picture.axes if ax.images]
    assert [ax.get_title() for ax in drawn] == [str(i) for i in range(12)]
    assert len(picture.axes) == 15


@pytest.mark.parametrize("shape", [(28, 28), (0, 28, 28), (2, 28, 28, 3), (784,)])
def test_gallery_refuses_other_shapes_in_a_sentence(shape, lang):
    with pytest.raises(CourseError, match=r"\(N, "):
        plots.gallery(np.zeros(shape))


def test_gallery_wants_a_caption_for_each_image(lang):
    with pytest.raises(CourseError, match=r"3.*2"):
        plots.gallery(np.zeros((3, 4, 4)), captions=["a", "b"])


def test_curves_are_told_apart_without_colour_and_described(run, lang):
    picture = plots.curves(run)
    left, right = picture.axes
    solid, dashed = right.lines[:2]
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--") and dashed.get_marker() == "o"
    np.testing.assert_allclose(left.lines[0].get_ydata(), [50, 90, 100])
    np.testing.assert_allclose(dashed.get_ydata(), RUN["val_loss"])
    assert picture.sentences == (run.describe(),)
    assert picture.get_facecolor() == (1, 1, 1, 1)


def test_curves_show_the_guess(run):
    without = len(plots.curves(run).axes[0].lines)
    results.guess("baseline", test_accuracy=0.7)
    lines = plots.curves(run).axes[0].lines
    assert len(lines) == without + 1 and set(lines[-1].get_ydata()) == {70}


def test_curves_without_validation_data_say_what_is_missing(lang):
    run = results.record("blind", SimpleNamespace(history={"loss": [1.0], "accuracy": [0.9]}))
    with pytest.raises(CourseError, match=r"validation_data=\(x_val, y_val\)"):
        plots.curves(run)


def test_curves_without_accuracy_say_what_is_missing(lang):
    run = results.record("blind", SimpleNamespace(history={"loss": [1.0]}))
    with pytest.raises(CourseError, match=r'metrics=\["accuracy"\]'):
        plots.curves(run)


@pytest.mark.parametrize("draw", [plots.curves, plots.compare])
def test_curves_are_drawn_of_what_record_returned_not_of_what_fit_did(draw, lang):
    with pytest.raises(CourseError, match=r"record\("):
        draw(SimpleNamespace(history=RUN))


def test_compare_without_runs_says_what_it_wants(lang):
    with pytest.raises(CourseError, match=r"plots\.compare\(run, "):
        plots.compare()


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.confusion_matrix([], []),
        lambda: figures.dots({}, "accuracy (%)"),
        lambda: figures.dots({"ours": {}}, "accuracy (%)"),
        lambda: plots.lines([1, 2], {}),
        lambda: plots.lines([], {"panel": {"a": []}}),
        plots.side_by_side,
    ],
)
def test_nothing_to_draw_is_a_sentence(draw, lang):
    with pytest.raises(CourseError, match={"en": "Nothing to draw", "es": "No hay nada que dibujar"}[lang]):
        draw()


def test_every_curve_of_lines_has_as_many_values_as_there_are_positions(lang):
    with pytest.raises(CourseError, match=r"lines\(\).*3.*2"):
        plots.lines([1, 2, 3], {"panel": {"long": [1, 2, 3], "short": [1, 2]}})


def test_confusion_matrix_by_hand(lang):
    picture = plots.confusion_matrix(np.array([0, 1, 2, 2, 2]), np.array([0, 1, 0, 0, 1]), names=["a", "b", "c"])
    texts = [text for text in picture.axes[0].texts if text.get_visible()]
    counts = {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in texts}
    assert counts == {(0, 0): "1", (1, 1): "1", (2, 0): "2", (2, 1): "1"}
    mistakes = picture.axes[0].images[0].get_array()
    np.testing.assert_array_equal(mistakes, [[0, 0, 0], [0, 0, 0], [2, 1, 0]])  # the diagonal has no colour
    assert {"en": "3 of 5 wrong", "es": "3 errores entre 5"}[lang] in said(picture)
    assert {"en": "Hardest: c, with 0 of 3 right", "es": "Lo más difícil: c, con 0 aciertos de 3"}[lang] in said(
        picture
    )


def test_confusion_matrix_without_mistakes(lang):
    picture = plots.confusion_matrix(np.arange(10), np.arange(10))
    assert {"en": "No mistakes", "es": "Ningún error"}[lang] in said(picture)


def test_confusion_matrix_writes_large_counts_out():
    labels = np.zeros(12_345, int)
    texts = plots.confusion_matrix(labels, labels).axes[0].texts
    assert [text.get_text() for text in texts if text.get_visible()] == ["12345"]


def test_confusion_matrix_wants_labels_not_probabilities(lang):
    with pytest.raises(CourseError, match=r"argmax\(axis=1\)"):
        plots.confusion_matrix(np.zeros(4), np.zeros((4, 10)))
    with pytest.raises(CourseError, match=r"4.*5"):
        plots.confusion_matrix(np.zeros(4), np.zeros(5))


@pytest.mark.parametrize("true", [np.zeros((4, 1), int), np.eye(4, dtype=int), np.array([0, 1, 2, 10])])
def test_confusion_matrix_counts_nothing_but_one_label_an_image(true, lang):
    with pytest.raises(CourseError, match=r"labels\.ravel\(\)"):
        plots.confusion_matrix(true, np.zeros(4, int))


def test_no_curve_is_left_out_of_a_picture(lang):
    curves = {f"run {i}": [0.5, 0.4, 0.3] for i in range(7)}
    with pytest.raises(CourseError, match=r"7.*6"):
        plots.lines([1, 2, 3], {"panel": curves})
    picture = plots.lines([1, 2, 3], {"panel": dict(list(curves.items())[:6])})
    looks = {(str(line.get_linestyle()), line.get_marker()) for line in picture.axes[0].lines}
    assert len(looks) == 6


def test_compare_tells_runs_apart_without_colour(run, lang):
    other = results.record("other", SimpleNamespace(history=RUN))
    picture = plots.compare(run, other)
    for ax in picture.axes:
        one, two = ax.lines
        assert one.get_linestyle() != two.get_linestyle() and one.get_marker() != two.get_marker()
    np.testing.assert_allclose(picture.axes[1].lines[0].get_ydata(), RUN["val_loss"])
    first, _ = picture.sentences
    assert first.startswith("baseline: ") and "0.6" in first


def test_compare_names_the_run_without_the_metric(run, lang):
    with pytest.raises(CourseError, match=r"baseline.*mae"):
        plots.compare(run, metric="mae")


@pytest.mark.parametrize("losses", [[1.0, 2.0, np.nan], [np.nan] * 3, [1.0, np.inf, np.inf]])
def test_a_training_that_broke_down_is_drawn_and_told(lang, losses):
    broken = results.record("broken", SimpleNamespace(history={**RUN, "loss": losses, "val_loss": losses}))
    assert plots.compare(broken).png()
    picture = plots.curves(broken)
    assert picture.png()
    assert {"en": "training broke down", "es": "el entrenamiento se ha roto"}[lang] in said(picture)


def test_a_grey_photo_is_as_light_as_it_is():
    (ax,) = plots.side_by_side(grey=np.full((20, 30), 100, np.uint8)).axes
    image = ax.images[0]
    np.testing.assert_allclose(image.cmap(image.norm(100))[:3], 100 / 255, atol=0.01)


def test_every_point_of_a_loss_is_in_the_picture(run):
    tower = results.record("tower", SimpleNamespace(history={**RUN, "loss": [300.0, 0.4, 0.2]}))
    for picture, scale in (
        (plots.curves(run), "linear"),
        (plots.curves(tower), "log"),
        (plots.compare(run, tower), "log"),
    ):
        ax = picture.axes[-1]
        low, high = ax.get_ylim()
        assert ax.get_yscale() == scale
        assert all(low <= value <= high for line in ax.lines for value in line.get_ydata())


def test_epochs_are_whole_numbers(run):
    picture = plots.curves(run)
    picture.png()
    assert all(tick % 1 == 0 for ax in picture.axes for tick in ax.get_xticks())


def test_lines_are_told_apart_without_colour_and_put_in_words(lang):
    picture = plots.lines([1, 2, 3], {"f": {"a": [1, 5, 2], "b": [0.1, 0.2, 0.3]}}, along="layer", log="y")
    first, second = picture.axes[0].lines
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    assert picture.axes[0].get_yscale() == "log"
    assert picture.axes[0].get_xlabel() == {"en": "layer", "es": "capa"}[lang]
    assert "f, a: 1 " in said(picture) and "5" in said(picture)


def test_dots_stand_in_rows_with_their_ranges_and_groups_differ_in_shape():
    picture = figures.dots(
        {"ours": {"small": 80.0, "large": (88, 90, 91)}, "theirs": {"other": 85.0}}, along="accuracy (%)"
    )
    (ax,) = picture.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["small", "large", "other"]
    ranges, points = ax.lines[::2], ax.lines[1::2]
    assert [line.get_xdata().tolist() for line in ranges] == [[80, 80], [88, 91], [85, 85]]
    assert [line.get_xdata().tolist() for line in points] == [[80], [90], [85]]
    rows = [int(line.get_ydata()[0]) for line in points]
    assert rows[1] - rows[0] == 1 and rows[2] - rows[1] == 2  # a gap between groups
    assert points[0].get_marker() == points[1].get_marker() != points[2].get_marker()
    assert picture.sentences == ("ours: small, 80.0; large, 90.0.", "theirs: other, 85.0.")


def test_side_by_side_keeps_zero_white_and_are_put_in_words(lang):
    signed = np.array([[-1.0, 0.0], [0.0, 4.0]])
    picture = plots.side_by_side(columns=2, photo=np.zeros((5, 6, 3), np.uint8), signed=signed, yes=signed > 0)
    axes = [ax for ax in picture.axes if ax.images]
    assert [ax.get_title() for ax in axes] == ["photo", "signed", "yes"]
    for ax in axes[1:]:
        image = ax.images[0]
        np.testing.assert_allclose(image.cmap(image.norm(0.0))[:3], 1, atol=0.01)  # zero is white
        assert sum(image.cmap(image.norm(image.norm.vmax))[:3]) < 0.5  # and the largest number nearly black
    assert {"en": "photo: 5 × 6, in colour.", "es": "photo: 5 × 6, en color."}[lang] in said(picture)
    numbers = {"en": "signed: 2 × 2 numbers from -1 to 4.", "es": "signed: 2 × 2 números de -1 a 4."}[lang]
    assert numbers in said(picture)
    assert {"en": "yes: dark at 25.0 %", "es": "yes: oscuro en el 25.0 %"}[lang] in said(picture)
    corner = {"en": "outside rows 1–2 and columns 1–2", "es": "fuera de las filas 1–2 y las columnas 1–2"}[lang]
    assert corner in said(plots.side_by_side(small=np.eye(4)[:, :2]))
    photo = np.full((200, 200), 1.0)
    photo[0, :9] = 50  # a few strong answers leave the rest as dark as without them
    image = plots.side_by_side(columns=1, answers=photo).axes[0].images[0]
    assert image.norm.vmax == 1 and plots.side_by_side(dot=np.eye(200)[:, :150] > 1).axes[0].images[0].norm.vmax == 1
    with pytest.raises(CourseError, match=r"flat.*\(3,\)"):
        plots.side_by_side(flat=np.zeros(3))
