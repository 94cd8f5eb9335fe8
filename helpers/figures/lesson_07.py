"""The pictures of lesson 07: base and head, the models' curves and figures beside published ones, where a network looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from helpers import figures, plots, results
from helpers.language import tr

SHOWN = {  # how a run's name reads in a picture
    "scratch": dict(en="from scratch", es="desde cero"),
    "scratch_augmented": dict(en="from scratch, augmentation", es="desde cero, con aumento"),
    "features": dict(en="feature extraction", es="extracción de características"),
    "features_augmented": dict(en="feature extraction, augmentation", es="extracción de características, con aumento"),
    "fine_tuned": dict(en="fine-tuning", es="ajuste fino"),
    "fine_tuned_augmented": dict(en="fine-tuning, augmentation", es="ajuste fino, con aumento"),
    "large_rate": dict(en="fine-tuning, rate 0.03", es="ajuste fino, tasa 0.03"),
    "small_cnn_long": dict(en="small CNN", es="CNN pequeña"),
    "small_cnn_augmented_long": dict(en="small CNN, augmentation", es="CNN pequeña, con aumento"),
    "vgg16_features": dict(en="features of VGG16", es="características de VGG16"),
    "vgg16_fine_tuned": dict(en="VGG16, block 5 fine-tuned", es="VGG16, ajuste fino del bloque 5"),
    "mobilenetv2_features": dict(en="features of MobileNetV2", es="características de MobileNetV2"),
}


def shown(name: str) -> str:
    """A run's name as a reader of the edition's language reads it."""
    return tr(**SHOWN[name]) if name in SHOWN else name


def base_and_head() -> plots.Picture:
    """Three networks side by side: as it was trained, with a new head on the frozen base, with the last block thawed."""
    head, new = tr(en="head: 1,000 classes", es="cabeza: 1000 clases"), tr(en="new head", es="cabeza nueva")
    blocks = [tr(en=f"block {number}", es=f"bloque {number}") for number in range(1, 6)]
    titles = tr(
        en="as it was trained|feature extraction|fine-tuning",
        es="como se entrenó|extracción de características|ajuste fino",
    ).split("|")
    trained = ({*range(6)}, {5}, {4, 5})  # which of the six parts learn in each network
    with plots.frame(1, 3, size=(9, 4.2), subplot_kw={"frameon": False, "xticks": [], "yticks": []}) as (picture, axes):
        for ax, title, parts in zip(axes.flat, titles, trained, strict=True):
            top = head if title == titles[0] else new
            for place, name in enumerate([*blocks, top]):
                _part(ax, place, name, place in parts)
            ax.set(title=title, xlim=(0, 1), ylim=(-0.6, 6.1))
            ax.annotate("", (0.5, 0), (0.5, -0.5), arrowprops={"arrowstyle": "->"})
    picture.sentences = (
        tr(
            en="White parts with a thick border learn, grey parts are frozen. From bottom to top: five blocks of convolutions, the base, then the head. Feature extraction trains a new head only, fine-tuning the new head and the last block.",
            es="Las partes blancas de borde grueso aprenden; las grises están congeladas. De abajo arriba: cinco bloques de convoluciones, que son la base, y después la cabeza. La extracción de características entrena solo una cabeza nueva; el ajuste fino, la cabeza nueva y el último bloque.",
        ),
    )
    return picture


def _part(ax: Axes, place: int, name: str, learns: bool) -> None:
    look = {"fc": "white", "ec": plots.BLUE, "lw": 2.5} if learns else {"fc": "#BDBDBD", "ec": plots.GREY, "lw": 0.8}
    ax.add_patch(FancyBboxPatch((0.12, place + 0.08), 0.76, 0.72, boxstyle="round,pad=0.02", mutation_aspect=4, **look))
    ax.text(0.5, place + 0.44, name, ha="center", va="center", fontsize=10)


def compare(*runs: results.Run, metric: str = "accuracy") -> plots.Picture:
    """One metric by epoch of several runs on the same axes, under names in the edition's language; training, validation."""
    renamed = [results.Run(shown(run.name), run.history, run.figures) for run in runs]
    picture = plots.compare(*renamed, metric=metric)
    for ax in picture.axes:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return picture


def ranges(names: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """The lowest, mean and highest test accuracy of these runs over the seeds of the ledger, as fractions."""
    entry = results.ledger()
    runs = {**entry["runs"], **entry.get("long", {}).get("runs", {})}
    return {
        name: tuple(runs[name]["test_accuracy"][key] for key in ("min", "mean", "max"))
        for name in names
        if name in runs
    }


def test_accuracies(measured: Mapping, published: Mapping[str, float] | None = None) -> plots.Picture:
    """Test accuracies on one axis, what was measured here as full points, what others published as open ones.

    Args:
        measured: name to accuracy, as a fraction, or to (lowest, mean, highest), in the order of the rows.
        published: name to accuracy from the literature; each row is labelled as published.
    """
    mark = tr(en=" (published)", es=" (publicado)")
    rows = {
        tr(en="Measured", es="Medido"): {shown(name): 100 * np.asarray(share) for name, share in measured.items()},
        tr(en="Published", es="Publicado"): {name + mark: 100 * share for name, share in (published or {}).items()},
    }
    picture = figures.dots(rows, along=tr(en="test accuracy (%)", es="exactitud de prueba (%)"))
    (ax,) = picture.axes
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(x=0.08)
    for point in ax.lines[1::2]:  # each follows the line of its range
        (place,) = point.get_xydata()
        look = {"textcoords": "offset points", "ha": "center", "fontsize": 9, "color": "black"}
        ax.annotate(f"{place[0]:.1f}", place, (0, 6), **look)
    picture.sentences = tuple(
        f"{kind}: " + "; ".join(f"{n.removesuffix(mark)}, {np.median(v):.1f} %" for n, v in part.items()) + "."
        for kind, part in rows.items()
        if part
    )
    return picture


def heat(image: np.ndarray, places: np.ndarray) -> plots.Picture:
    """A photo beside itself under a Grad-CAM map: the brighter the colour, the more a place spoke for the answer.

    `image` has shape (height, width, 3), `uint8`; `places` (height, width), from 0 to 1.
    """
    colours = colormaps["inferno"](places)[..., :3]  # (height, width, 3), from 0 to 1
    overlay = (0.45 * image / 255 + 0.55 * colours).clip(0, 1)
    names = tr(en="photo|Grad-CAM", es="foto|Grad-CAM").split("|")
    picture = plots.side_by_side(columns=2, **dict(zip(names, (image, overlay), strict=True)))
    picture.set_size_inches(7, 3.8)
    rows, columns = np.unravel_index(places.argmax(), places.shape), places.shape
    across = 100 * rows[1] / columns[1]
    down = 100 * rows[0] / columns[0]
    picture.sentences = (
        tr(
            en=f"Bright colours mark the places that contributed most to the answer; the strongest lies {across:.0f} % of the width from the left and {down:.0f} % of the height from the top.",
            es=f"Los colores claros marcan los lugares que más apoyaron la respuesta; el más fuerte está al {across:.0f} % del ancho desde la izquierda y al {down:.0f} % del alto desde arriba.",
        ),
    )
    return picture
