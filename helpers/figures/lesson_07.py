"""The picture of lesson 07: what was measured here beside what others published."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.ticker import MaxNLocator

from helpers import plots
from helpers.language import tr


def test_accuracies(measured: Mapping[str, float], published: Mapping[str, float] | None = None) -> plots.Picture:
    """Test accuracies on one axis, what was measured here as full points, what others published as open ones.

    Args:
        measured: name to accuracy, as a fraction, in the order of the rows.
        published: the same from the literature; each row is labelled as published.
    """
    mark = tr(en=" (published)", es=" (publicado)")
    rows = {
        tr(en="Measured here", es="Medido aquí"): {name: 100 * share for name, share in measured.items()},
        tr(en="Published", es="Publicado"): {name + mark: 100 * share for name, share in (published or {}).items()},
    }
    picture = plots.dots(rows, along=tr(en="test accuracy (%)", es="exactitud de prueba (%)"))
    (ax,) = picture.axes
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(x=0.08)
    for point in ax.lines[1::2]:  # each follows the line of its range, which has no length here
        (place,) = point.get_xydata()
        look = {"textcoords": "offset points", "va": "center", "fontsize": 9, "color": "black"}
        ax.annotate(f"{place[0]:.1f}", place, (7, 0), **look)
    picture.sentences = tuple(
        f"{kind}: " + "; ".join(f"{name.removesuffix(mark)}, {value:.1f} %" for name, value in part.items()) + "."
        for kind, part in rows.items()
        if part
    )
    return picture
