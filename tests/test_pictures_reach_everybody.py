"""Pictures reach everybody: words for each, colours for every eye, text that can be read, a white page of their own."""

import ast
import base64
import io
import itertools
import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from coloraide import Color
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.text import Text
from PIL import Image, ImageSequence

from conftest import ROOT
from helpers import figures, plots, results
from helpers.figures import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
)
from tools.source import Lesson, lesson_paths

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())

BLIND = "protan", "deutan", "tritan"  # no long, no middle, no short wavelengths
LEAST_DISTANCE = 10  # CIEDE2000; 1 is just noticeable side by side, 10 is seen at a glance
GRAPHICS, TEXT = 3, 4.5  # WCAG 2.2, success criteria 1.4.11 and 1.4.3


def contrast(one, other):
    """WCAG's ratio, 1 to 21, of RGB colours from 0 to 1 (arrays of them, too: a page has many pixels)."""
    linear = (
        np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) for rgb in map(np.asarray, (one, other))
    )
    brightness = [rgb @ [0.2126, 0.7152, 0.0722] + 0.05 for rgb in linear]
    return np.maximum(*brightness) / np.minimum(*brightness)


def distance(one, other):
    """The smallest distance of two colours to any of the four pairs of eyes."""
    one, other = (Color("srgb", to_rgba(color)[:3]) for color in (one, other))
    # Machado and others (2009), for linear light.
    seen = [
        (one, other),
        *((one.filter(eyes, method="machado"), other.filter(eyes, method="machado")) for eyes in BLIND),
    ]
    return min(first.delta_e(second, method="2000") for first, second in seen)


def test_the_simulation_confuses_what_colour_blind_eyes_confuse():
    red, green = Color("#FF0000"), Color("#00FF00")
    assert distance("#FF0000", "#00FF00") < red.delta_e(green, method="2000") / 2
    assert contrast((1, 1, 1), (0, 0, 0)) == pytest.approx(21)
    assert distance("#E69F00", "#B87A00") > 0 and distance("#D55E00", "#B87A00") < 1  # near to a deuteranope


def test_every_pair_of_series_colours_differs_to_every_eye():
    colors = {*plots.COLORS, plots.BLUE, plots.ORANGE, plots.GREEN, plots.GREY}
    near = {pair: distance(*pair) for pair in itertools.combinations(sorted(colors), 2)}
    assert min(near.values()) >= LEAST_DISTANCE, min(near, key=near.get)


def a_run(name="baseline"):
    falling = [2.0, 0.8, 0.5, 0.6, 0.7, 0.9, 1.1, 1.3]
    rising = [0.4, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 1.0]
    history = {"loss": falling, "val_loss": falling, "accuracy": rising, "val_accuracy": rising[::-1]}
    return results.record(name, SimpleNamespace(history=history), {"accuracy": 0.79})


def some_curves():
    results.guess("baseline", test_accuracy=0.7)
    return plots.curves(a_run())


def some_trials():
    def trial(number):
        values = {"x": 10.0 ** -(number % 4), "y": number / 8, **({"z": number} if number % 2 else {})}
        return SimpleNamespace(score=1.0 + number, hyperparameters=SimpleNamespace(values=values))

    return [trial(number) for number in range(8)]


def a_network():
    import keras
    from keras import layers

    stack = layers.Conv2D(2, 3), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input((28, 28, 1)), *stack])


NUMBERS = np.random.default_rng(0)
SIX = {name: NUMBERS.uniform(0.1, 1, 9) for name in "abcdef"}
FOUR = dict(list(SIX.items())[:4])
BANDS = {name: {"mean": 0.9, "min": 0.88, "max": 0.95} for name in "ab"}
WORK = [("w0", "00", 0, 2), ("w0", "01", 2, None), ("w1", "02", 0, 5)]
# Every public function that draws, with numbers that make it draw all it can.
PICTURES = {
    plots.gallery: lambda: plots.gallery(NUMBERS.uniform(size=(4, 8, 8)), ["1", "2\n90 %", "3", "4"]),
    plots.curves: some_curves,
    plots.compare: lambda: plots.compare(*(a_run(name) for name in SIX)),
    plots.confusion_matrix: lambda: plots.confusion_matrix(NUMBERS.integers(0, 9, 400), NUMBERS.integers(0, 9, 400)),
    plots.lines: lambda: plots.lines(range(1, 10), {"f": FOUR}),
    figures.dots: lambda: figures.dots({"ours": {"a": 90.0, "b": (80, 85, 91)}, "theirs": {"c": 95.0}}, "accuracy (%)"),
    plots.side_by_side: lambda: plots.side_by_side(photo=np.zeros((5, 6, 3), np.uint8), small=np.eye(4)),
    lesson_00.sliding_kernel: lambda: lesson_00.sliding_kernel(
        NUMBERS.integers(0, 10, (9, 9)), np.array([[-1, 0, 1]] * 3)
    ),
    lesson_00.by_shift: lambda: lesson_00.by_shift(FOUR),
    lesson_00.network: lambda: lesson_00.network(a_network()),
    lesson_00.kernels: lambda: lesson_00.kernels(
        NUMBERS.normal(size=(16, 3, 3)), NUMBERS.uniform(size=(16, 3, 3)), NUMBERS.uniform(size=16)
    ),
    lesson_01.loss_when_wrong: lambda: lesson_01.loss_when_wrong(
        np.zeros(40, int), {1: NUMBERS.dirichlet(np.ones(3), 40)}
    ),
    lesson_01.cross_entropy: lambda: lesson_01.cross_entropy([0.01, 0.1, 0.9]),
    lesson_01.one_step: lesson_01.one_step,
    lesson_01.without_names: lambda: lesson_01.without_names(
        [a_run(n).history for n in "abcd"], [None, None, 0.9, 0.8]
    ),
    lesson_02.rows: lambda: lesson_02.rows(
        {"original": NUMBERS.random((4, 8, 8, 1)), "flip": NUMBERS.random((4, 8, 8, 1))}
    ),
    lesson_02.photos: lambda: lesson_02.photos(
        {"original": NUMBERS.random((6, 9, 3)), "hue": NUMBERS.random((6, 9, 3))}
    ),
    lesson_03.dropout_film: lambda: lesson_03.dropout_film(np.arange(8)[None] % 2),
    lesson_03.losses: lambda: lesson_03.losses(*(a_run(name) for name in SIX)),
    lesson_04.descent: lambda: lesson_04.descent({0.1: [0, 2, 2.5], 1: [0, 6, 0]}, lambda w: (w - 3) ** 2),
    lesson_04.stopping_points: lambda: lesson_04.stopping_points(
        [0.9, 0.5, 0.4, 0.6], {"patience=0": (4, 3), "patience=1": (4, 4)}
    ),
    lesson_05.activations: lambda: lesson_05.activations(
        np.linspace(-3, 3, 50), {name: np.tanh(np.linspace(-3, 3, 50)) for name in "abc"}
    ),
    lesson_05.histograms: lambda: lesson_05.histograms(
        [NUMBERS.uniform(size=(20, 4))] * 3, [SIX["a"][:, None]] * 3, [1, 3]
    ),
    lesson_05.gradients: lambda: lesson_05.gradients({name: SIX[name] for name in "abc"}),
    lesson_06.number_losses: lambda: lesson_06.number_losses(
        np.linspace(-2, 2, 9), {"MSE": np.linspace(-2, 2, 9) ** 2, "MAE": np.abs(np.linspace(-2, 2, 9))}
    ),
    lesson_06.search_map: lambda: lesson_06.search_map({"grid": some_trials()}, lambda x, y: x + y, "x", "y"),
    lesson_06.loss_by_hyperparameter: lambda: lesson_06.loss_by_hyperparameter(
        {"a": some_trials(), "b": some_trials()[1:6]}
    ),
    lesson_06.best_so_far: lambda: lesson_06.best_so_far({name: -np.sort(-SIX[name]) for name in "abcd"}),
    lesson_06.best_by_trial: lambda: lesson_06.best_by_trial(SIX["a"]),
    lesson_06.worker_timeline: lambda: lesson_06.worker_timeline(WORK),
    lesson_07.test_accuracies: lambda: lesson_07.test_accuracies({"a": 0.9, "b": 0.8}, {"c": 0.95}),
    lesson_07.base_and_head: lesson_07.base_and_head,
    lesson_07.compare: lambda: lesson_07.compare(*(a_run(name) for name in "abcd")),
    lesson_07.heat: lambda: lesson_07.heat(np.full((8, 8, 3), 90, np.uint8), NUMBERS.uniform(size=(8, 8))),
    lesson_08.error_ranges: lambda: lesson_08.error_ranges({"01": BANDS, "02": BANDS}),
    lesson_08.course: lambda: lesson_08.course(
        {"01": {"baseline": BANDS["a"], "thirty_thousand_once": BANDS["b"]}, "08": {"everything": BANDS["b"]}}
    ),
    lesson_08.while_drawing: lambda: lesson_08.while_drawing(
        [[(0.2, 0.2), (0.8, 0.8)]], lambda x: np.full((4, 10), 0.1)
    ),
    lesson_08.turned: lambda: lesson_08.turned(
        np.eye(28, dtype=np.uint8)[None] * 255, {0: 0.9, 45: 0.6}, lambda x: np.full((1, 10), 0.1)
    ),
    lesson_08.answered: lambda: lesson_08.answered(NUMBERS.dirichlet(np.full(10, 0.1), 400), np.zeros(400, int)),
    lesson_08.as_seen: lambda: lesson_08.as_seen(
        np.zeros((9, 9), np.uint8), np.zeros((28, 28), np.uint8), np.full(10, 0.1)
    ),
}
every_picture = pytest.mark.parametrize("function", PICTURES, ids=lambda function: function.__name__)


FILMING = figures.animate  # makes films of what others draw


@pytest.fixture
def drawn(monkeypatch):
    """A function that draws a picture on a dark page and returns it; of a film, the first frame."""

    def first_frame(draw, frames, seconds=0.6, size=(6, 3), sentences=()):
        with plots.frame(size=size) as (picture, axes):
            draw(axes[0, 0], 0)
        picture.sentences = sentences
        return picture

    monkeypatch.setattr(figures, "animate", first_frame)
    results.start("00_none")
    with plt.style.context("dark_background"):  # what an editor with a dark page sets for the learner
        yield lambda function: PICTURES[function]()


def test_every_picture_is_looked_at():
    files = sorted((ROOT / "helpers" / "figures").glob("lesson_*.py"))
    modules = (plots, figures, *(getattr(figures, path.stem) for path in files))
    drawing = {
        item
        for module in modules
        for name, item in vars(module).items()
        if getattr(item, "__module__", "") == module.__name__ and not name.startswith("_")
        if getattr(item, "__annotations__", {}).get("return", "").endswith(("Picture", "Film"))
        if item is not FILMING
    }
    assert drawing == set(PICTURES)


def marks(ax):
    """(name, colours of which one must stand out, shape) of every mark with a colour of its own."""
    for line in ax.lines:
        if len(line.get_xdata()) and line.get_visible():
            colors = []
            if line.get_marker() not in ("None", None, "", " "):
                colors += [line.get_markerfacecolor(), line.get_markeredgecolor()]
            shape = line.get_linestyle(), line.get_marker(), line.get_linewidth(), line.get_markersize()
            if line.get_linestyle() != "None":
                colors = [line.get_color()]  # the thinner part decides
            yield colors, line.get_alpha(), (*shape, line._dash_pattern)
    for group in ax.collections:
        if isinstance(group, PathCollection | LineCollection):
            edges, faces = group.get_edgecolor(), group.get_facecolor()
            yield [*edges[:1], *faces[:1]], group.get_alpha(), (type(group).__name__, len(group.get_paths()[0]))
    for patch in ax.patches:
        yield [patch.get_facecolor(), patch.get_edgecolor()], patch.get_alpha(), ("patch", patch.get_hatch())


def on_white(color, alpha):
    *rgb, own = to_rgba(color)
    share = own if alpha is None else alpha
    return share * np.array(rgb) + 1 - share


@every_picture
def test_every_mark_stands_out_and_is_told_apart_by_every_eye(function, drawn):
    for ax in drawn(function).axes:
        assert to_rgba(ax.figure.get_facecolor()) == (1, 1, 1, 1)
        found = list(marks(ax))
        for colors, alpha, shape in found:
            if function is lesson_00.sliding_kernel and shape[0] == "patch":
                continue  # a number's shade; the number stands in it, and the window's frame is a line of its own
            if function is lesson_02.rows:
                continue  # the thin frames of the digits
            if function is lesson_03.dropout_film and {to_rgba(color) for color in colors} == {(1, 1, 1, 1)}:
                continue  # the cross upon a dark unit
            assert max(contrast(on_white(color, alpha), (1, 1, 1)) for color in colors) >= GRAPHICS, colors
        for (one, _, shape), (other, _, same) in itertools.combinations(found, 2):
            if shape == same and not {to_rgba(c) for c in one} & {to_rgba(c) for c in other}:
                near = distance(to_rgba(one[0]), to_rgba(other[0]))
                assert near >= LEAST_DISTANCE or function is lesson_00.sliding_kernel, (one, other)


@every_picture
def test_every_text_is_legible_where_it_stands(function, drawn):
    picture = drawn(function)
    picture.canvas.draw()
    texts = [t for t in picture.findobj(Text) if t.get_visible() and t.get_text().strip()]
    not_drawn = {
        text for ax in picture.axes if not ax.axison for axis in (ax.xaxis, ax.yaxis) for text in axis.findobj(Text)
    }
    texts = [text for text in texts if text not in not_drawn]
    places = [(text, text.get_color(), text.get_window_extent().extents) for text in texts]
    for text in texts:
        text.set_alpha(0)  # its box stays
    picture.canvas.draw()
    page = np.asarray(picture.canvas.buffer_rgba())[::-1, :, :3] / 255
    for text, color, (left, bottom, right, top) in places:
        behind = page[max(0, int(bottom)) : int(top) + 1, max(0, int(left)) : int(right) + 1].reshape(-1, 3)
        if len(behind):  # a tick outside the axes is not drawn
            # A line may pass through a word; nine tenths of what is behind it may not.
            assert np.quantile(contrast(to_rgba(color)[:3], behind), 0.1) >= TEXT, text


@every_picture
def test_every_picture_is_put_in_words(function, drawn, lang):
    assert re.search(r"[^\W\d_]{3}", " ".join(drawn(function).sentences))


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_every_picture_that_a_lesson_draws_is_shown(path):
    """A picture alone on its line is shown if it ends its cell; elsewhere it wants `display`."""
    for cell in Lesson(path).cells:
        if cell.cell_type == "code":
            tree = ast.parse(re.sub(r"^%%.*", "", cell.source))
            alone = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and node not in tree.body[-1:]]
            assert not [text for text in map(ast.unparse, alone) if text.startswith(("plots.", "figures."))]


@every_notebook
def test_every_picture_in_the_notebooks_has_its_words_below_it_and_as_alternative_on_a_white_page(
    path,
):
    silent = []
    for cell in nbformat.read(path, as_version=4).cells:
        outputs = cell.get("outputs", [])
        for number, output in enumerate(outputs):
            if "image/png" not in output.get("data", {}):
                continue
            image = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
            for frame in ImageSequence.Iterator(image):
                assert frame.convert("RGBA").getchannel("A").getextrema() == (255, 255)
            told = "".join(each.text for each in outputs[number : number + 2] if each.get("name") == "stdout")
            alternative = output.metadata.get("image/png", {}).get("alt", "")
            assert alternative and "".join(told.split()).startswith("".join(alternative.split()))
            if not re.search(r"[^\W\d_]{3}", told):
                silent.append(cell.source.splitlines()[-1])
    assert not silent


def pages():
    """Every text that is shown formatted: (where, text)."""
    for pattern in ("*.md", "docs/*.md", "data/*.md"):
        for path in ROOT.glob(pattern):
            yield path, path.read_text("utf-8")
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield path, cell.source
            for output in cell.get("outputs", []):
                yield path, output.get("data", {}).get("text/html", "")


def test_every_image_in_a_page_has_an_alternative_text():
    for where, text in pages():
        for alternative in re.findall(r"!\[([^\]]*)\][(\[]", text):
            assert re.search(r"\w{3}", alternative), where
        for tag in re.findall(r"<img\b[^>]*>", text):
            assert re.search(r"""\balt=["'][^"']*\w{3}""", tag), where


def test_covers_are_opaque():
    for path in ROOT.glob("docs/*.png"):
        assert Image.open(path).convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_the_drawing_pad_brings_its_own_page_and_stands_out_on_it():
    css = (ROOT / "helpers" / "figures" / "drawing_pad.css").read_text("utf-8")
    rules = {name.strip(): rule for name, rule in re.findall(r"^([^{}/]+){([^}]*)}", css, flags=re.M)}
    assert "color: #000" in rules[".drawing-pad"] and "background: #fff" in rules[".drawing-pad"]
    for name in (".drawing-pad-sheet", ".drawing-pad-clear", ".drawing-pad-track"):
        (border,) = re.findall(r"border: \dpx solid (#\w+)", rules[name])
        assert contrast(to_rgba(border)[:3], (1, 1, 1)) >= GRAPHICS, name
    for name in (".drawing-pad-bar", ".drawing-pad-first .drawing-pad-bar"):
        (bar,) = re.findall(r"background: (#\w+)", rules[name])
        assert contrast(to_rgba(bar)[:3], (1, 1, 1)) >= GRAPHICS, name
    for ink in re.findall(r"(?<![-\w])color: (#\w+)", css):
        assert contrast(to_rgba(ink)[:3], (0.95, 0.95, 0.95)) >= TEXT, ink
    for ring in re.findall(r"outline: 3px solid (#\w+)", css):
        assert contrast(to_rgba(ring)[:3], (1, 1, 1)) >= GRAPHICS


def test_widgets_leave_the_colour_of_their_sentence_to_the_page_and_name_their_picture(monkeypatch, lang):
    from helpers.figures import widgets

    shown = []
    monkeypatch.setattr(widgets, "display", shown.append)
    widgets.descent(lambda rate: [0.0, 1.0], lambda w: (w - 3) ** 2)
    widgets.kernel_editor(lambda image, kernel: image, np.eye(8), np.zeros((3, 3)))
    for box in shown:
        _, picture, sentence, *_ = box.children
        assert "color" not in sentence.value and "style" not in sentence.value
        content, words = re.fullmatch(
            r'<img style="max-width: 100%" src="data:image/png;base64,([^"]+)" alt="([^"<>]+)">', picture.value
        ).groups()
        assert re.search(r"[^\W\d_]{3}", words)
        shown_picture = Image.open(io.BytesIO(base64.b64decode(content)))
        assert shown_picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
