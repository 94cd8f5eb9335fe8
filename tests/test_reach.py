"""Whom the course reaches: words for every picture, colours for every eye, a dark page, one list of links."""

import base64
import io
import itertools
import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.text import Text
from PIL import Image, ImageSequence

from conftest import ROOT
from helpers import plots, results
from links import links

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())

# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency. IEEE TVCG 15(6),
# 2009, severity 1.0; for linear RGB.
EYES = {
    "trichromat": np.eye(3),
    "protanope": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranope": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanope": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LEAST_DISTANCE = 10  # CIEDE2000; 1 is just noticeable side by side, 10 is seen at a glance
GRAPHICS, TEXT = 3, 4.5  # WCAG 2.2, success criteria 1.4.11 and 1.4.3


def linear(rgb):
    rgb = np.asarray(rgb, float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG's ratio, 1 to 21, of RGB colours from 0 to 1 (arrays of them, too)."""
    brightness = [linear(rgb) @ [0.2126, 0.7152, 0.0722] + 0.05 for rgb in (one, other)]
    return np.maximum(*brightness) / np.minimum(*brightness)


def lab(color, eyes):
    """CIELAB (D65) of what these eyes see."""
    seen = np.clip(np.array(EYES[eyes]) @ linear(to_rgba(color)[:3]), 0, 1)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    t = np.array(to_xyz) @ seen / (0.95047, 1, 1.08883)
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one, other):
    """Sharma, Wu, Dalal: The CIEDE2000 Color-Difference Formula. Color Research and Application 30(1), 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma = (l1 + l2) / 2 - 50, (c1 + c2) / 2
    waves = [(-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63)]
    t = 1 + sum(size * np.cos(np.radians(times * hue + shift)) for size, times, shift in waves)
    d_light = (l2 - l1) / (1 + 0.015 * light**2 / np.sqrt(20 + light**2))
    d_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    d_hue /= 1 + 0.015 * chroma * t
    twist = np.sin(np.radians(60 * np.exp(-((((hue % 360) - 275) / 25) ** 2))))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * twist
    return np.sqrt(d_light**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue)


def distance(one, other):
    """The smallest distance of two colours to any of the four pairs of eyes."""
    return min(ciede2000(lab(one, eyes), lab(other, eyes)) for eyes in EYES)


@pytest.mark.parametrize(
    "one, other, expected",  # from the table of Sharma's article
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_the_published_one(one, other, expected):
    assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)


def test_the_simulation_confuses_what_colour_blind_eyes_confuse():
    assert distance("#FF0000", "#00FF00") < ciede2000(lab("#FF0000", "trichromat"), lab("#00FF00", "trichromat")) / 2
    assert contrast((1, 1, 1), (0, 0, 0)) == pytest.approx(21)
    assert distance("#E69F00", "#B87A00") > 0 and distance("#D55E00", "#B87A00") < 1  # near to a deuteranope


def test_every_pair_of_series_colours_differs_to_every_eye():
    colors = {*plots._COLORS, plots.BLUE, plots.ORANGE, plots.GREEN, plots.GREY}
    near = {pair: distance(*pair) for pair in itertools.combinations(sorted(colors), 2)}
    assert min(near.values()) >= LEAST_DISTANCE, min(near, key=near.get)


def a_run(name="baseline"):
    falling = [2.0, 0.8, 0.5, 0.6, 0.7, 0.9, 1.1, 1.3]
    rising = [0.4, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 1.0]
    history = {"loss": falling, "val_loss": falling, "accuracy": rising, "val_accuracy": rising[::-1]}
    return results.record(name, SimpleNamespace(history=history), {"accuracy": 0.79})


def a_curves():
    results.predict("baseline", test_accuracy=0.7)
    plots.curves(a_run())


def some_trials():
    def trial(number):
        values = {"x": 10.0 ** -(number % 4), "y": number / 8, **({"z": number} if number % 2 else {})}
        return SimpleNamespace(score=1.0 + number, hyperparameters=SimpleNamespace(values=values))

    return [trial(number) for number in range(8)]


NUMBERS = np.random.default_rng(0)
SIX = {name: NUMBERS.uniform(0.1, 1, 9) for name in "abcdef"}
BANDS = {name: {"mean": 0.9, "min": 0.88, "max": 0.95} for name in "ab"}
# Every public function of plots that draws, with numbers that make it draw all it can.
PICTURES = {
    "gallery": lambda: plots.gallery(NUMBERS.uniform(size=(4, 8, 8)), ["1", "2\n90 %", "3", "4"]),
    "curves": a_curves,
    "compare": lambda: plots.compare(*(a_run(name) for name in SIX)),
    "confusion_matrix": lambda: plots.confusion_matrix(NUMBERS.integers(0, 9, 400), NUMBERS.integers(0, 9, 400)),
    "loss_when_wrong": lambda: plots.loss_when_wrong(np.zeros(40, int), {1: NUMBERS.dirichlet(np.ones(3), 40)}),
    "dropout_film": lambda: plots.dropout_film(np.arange(8)[None] % 2),
    "descent": lambda: plots.descent({0.1: [0, 2, 2.5], 1: [0, 6, 0]}, lambda w: (w - 3) ** 2),
    "stops": lambda: plots.stops([0.9, 0.5, 0.4, 0.6, 0.7], {"patience=0": (4, 3), "patience=1": (5, 3)}),
    "lines": lambda: plots.lines(range(1, 10), {"f": dict(list(SIX.items())[:4])}),
    "side_by_side": lambda: plots.side_by_side(photo=np.zeros((5, 6, 3), np.uint8), small=np.eye(4)),
    "sliding_kernel": lambda: plots.sliding_kernel(NUMBERS.integers(0, 10, (9, 9)), np.array([[-1, 0, 1]] * 3)),
    "by_shift": lambda: plots.by_shift(dict(list(SIX.items())[:4])),
    "test_accuracies": lambda: plots.test_accuracies({"a": 0.9, "b": 0.8}, {"c": 0.95}),
    "search_map": lambda: plots.search_map({"grid": some_trials()}, lambda x, y: x + y, "x", "y"),
    "parallel_coordinates": lambda: plots.parallel_coordinates(some_trials()),
    "best_so_far": lambda: plots.best_so_far({name: -np.sort(-SIX[name]) for name in "abcd"}),
    "worker_timeline": lambda: plots.worker_timeline([("w0", "00", 0, 2), ("w0", "01", 2, None), ("w1", "02", 0, 5)]),
    "error_ranges": lambda: plots.error_ranges({"01": BANDS, "02": BANDS}),
    "as_seen": lambda: plots.as_seen(np.zeros((9, 9), np.uint8), np.zeros((28, 28), np.uint8), np.full(10, 0.1)),
}
ELSEWHERE = {"animate", "reading", "descent_figure", "side_by_side_figure"}  # the others draw or say with these


@pytest.fixture
def drawn(figure, monkeypatch):
    """A function that draws a picture on a dark page and returns it; of a film, the first frame."""

    def first_frame(draw, frames, seconds=0.6, size=(6, 3)):
        with plt.rc_context(plots._STYLE):
            draw(plt.subplots(figsize=size)[1], 0)

    monkeypatch.setattr(plots, "animate", first_frame)
    results.start("00_none")
    with plt.style.context("dark_background"):  # what an editor with a dark page sets for the learner

        def draw(name):
            PICTURES[name]()
            return figure()

        yield draw


def test_every_picture_is_looked_at():
    public = {
        name
        for name, item in vars(plots).items()
        if callable(item) and getattr(item, "__module__", "") == plots.__name__ and not name.startswith("_")
    }
    assert public == set(PICTURES) | ELSEWHERE


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


@pytest.mark.parametrize("name", PICTURES)
def test_every_mark_stands_out_and_is_told_apart_by_every_eye(name, drawn):
    for ax in drawn(name).axes:
        assert to_rgba(ax.figure.get_facecolor()) == (1, 1, 1, 1)
        found = list(marks(ax))
        for colors, alpha, shape in found:
            if (name, shape[0]) == ("sliding_kernel", "patch"):
                continue  # a number's shade; the number stands in it, and the window's frame is a line of its own
            if name == "dropout_film" and {to_rgba(color) for color in colors} == {(1, 1, 1, 1)}:
                continue  # the cross upon a dark unit
            assert max(contrast(on_white(color, alpha), (1, 1, 1)) for color in colors) >= GRAPHICS, colors
        for (one, _, shape), (other, _, same) in itertools.combinations(found, 2):
            if shape == same and not {to_rgba(c) for c in one} & {to_rgba(c) for c in other}:
                near = distance(to_rgba(one[0]), to_rgba(other[0]))
                assert near >= LEAST_DISTANCE or name == "sliding_kernel", (one, other)


@pytest.mark.parametrize("name", PICTURES)
def test_every_text_is_legible_where_it_stands(name, drawn):
    picture = drawn(name)
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


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_put_in_words(name, drawn, capsys, lang):
    drawn(name)
    assert re.search(r"[^\W\d_]{3}", capsys.readouterr().out)


@every_notebook
def test_every_picture_in_the_notebooks_has_words_below_it_and_a_white_page_of_its_own(path):
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
    css = (ROOT / "helpers" / "drawing_pad.css").read_text("utf-8")
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
    from helpers import widgets

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


def test_the_list_of_links_holds_every_public_address():
    listed = links()
    assert listed == sorted(set(listed))
    everything = [path for path in ROOT.glob("*.md")] + [path for path in (ROOT / "docs").glob("*.md")]
    everything += [*(ROOT / "data").glob("*.md"), *(ROOT / "helpers").rglob("*.py"), *(ROOT / "lessons").glob("0*.py")]
    for path in everything:
        for start in re.findall(r"https?://[\w./-]*\w", path.read_text("utf-8")):
            if "OWNER" not in start and re.search(r"//[\w-]+\.[a-z]", start):
                assert any(address.startswith(start) for address in listed), (path, start)
    assert not [address for address in listed if re.search(r"localhost|//[\d\[]|OWNER|[{}()<>\s]", address)]


def test_a_local_address_is_not_a_link(monkeypatch, tmp_path):
    import links as module

    text = "[a](https://a.org/b), http://localhost:8888/lab http://127.0.0.1:9 `https://c.org/d`. f'https://{host}/'"
    (tmp_path / "README.md").write_text(text, "utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    assert module.links() == ["https://a.org/b", "https://c.org/d"]
