"""The pictures of lesson 02: digits under one alteration a row, and a photo altered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from helpers import plots
from helpers.language import tr

SHOWN = {  # how an alteration's name reads in a picture
    "original": dict(en="original", es="original"),
    "rotation": dict(en="rotation", es="rotación"),
    "shift": dict(en="shift", es="desplazamiento"),
    "zoom": dict(en="zoom", es="zoom"),
    "shear": dict(en="shear", es="inclinación"),
    "brightness": dict(en="brightness", es="brillo"),
    "contrast": dict(en="contrast", es="contraste"),
    "noise": dict(en="noise", es="ruido"),
    "crop": dict(en="crop", es="recorte"),
    "flip": dict(en="flip", es="reflejo"),
    "all_together": dict(en="all together", es="todas a la vez"),
    "turned": dict(en="turned by 180°", es="girado 180°"),
    "mirrored": dict(en="mirrored", es="reflejado"),
    "hue": dict(en="hue", es="tono"),
    "saturation": dict(en="saturation", es="saturación"),
    "lighting": dict(en="light from the right", es="luz desde la derecha"),
    "flip_horizontal": dict(en="flip, left to right", es="reflejo horizontal"),
    "flip_vertical": dict(en="flip, upside down", es="reflejo vertical"),
}


def shown(name: str) -> str:
    """An alteration's name as a reader of the edition's language reads it; what is not listed stays as it is."""
    return tr(**SHOWN[name]) if name in SHOWN else name


def rows(altered: Mapping[str, np.ndarray]) -> plots.Picture:
    """Digits in rows, what was done to them at the left of each: a name to images of shape (N, height, width, 1), from 0 to 1.

    Values outside 0 to 1 are drawn as 0 or 1, and told in the sentences.
    """
    strips = {shown(name): np.asarray(images)[..., 0] for name, images in altered.items()}
    count, height, width = next(iter(strips.values())).shape
    size = 9, 0.15 + len(strips) * 7.6 / count * height / width
    with plots.frame(len(strips), size=size, subplot_kw={"xticks": [], "yticks": []}) as (picture, axes):
        for ax, (name, images) in zip(axes.flat, strips.items(), strict=True):
            ax.imshow(np.hstack(images), cmap="gray_r", vmin=0, vmax=1, aspect="auto")
            ax.set_ylabel(name, rotation=0, ha="right", va="center")
            ax.grid(visible=False)
            for edge in range(1, count):
                ax.axvline(width * edge - 0.5, color="#B5B5B5", lw=0.7)
            ax.spines[:].set(visible=True, color="#B5B5B5", linewidth=0.7)
    picture.sentences = tuple(
        tr(
            en=f"{name}: values from {images.min():z.2f} to {images.max():.2f}",
            es=f"{name}: valores de {images.min():z.2f} a {images.max():.2f}",
        )
        + (tr(en=", outside 0 to 1.", es=", fuera de 0 a 1.") if _outside(images) else ".")
        for name, images in strips.items()
    )
    return picture


def _outside(images: np.ndarray) -> bool:
    return images.min() < -0.005 or images.max() > 1.005


def photos(altered: Mapping[str, np.ndarray], columns: int = 4) -> plots.Picture:
    """A photo as it is and altered: a name to an image of shape (height, width, 3), from 0 to 255."""
    pixels = {shown(name): np.asarray(photo).clip(0, 255).astype("uint8") for name, photo in altered.items()}
    picture = plots.side_by_side(columns=columns, **pixels)
    picture.sentences = tuple(f"{name}: {_photo_in_words(photo)}." for name, photo in pixels.items())
    return picture


def _photo_in_words(photo: np.ndarray) -> str:
    """How bright a photo is, how far its pixels lie apart, how colourful it is."""
    highest, lowest = photo.max(axis=-1).astype(float), photo.min(axis=-1)
    mean, spread, colour = photo.mean(), photo.std(), 100 * np.mean((highest - lowest) / np.maximum(highest, 1))
    return tr(
        en=f"mean brightness {mean:.0f} of 255, standard deviation {spread:.0f}, saturation {colour:.0f} %",
        es=f"brillo medio {mean:.0f} de 255, desviación estándar {spread:.0f}, saturación {colour:.0f} %",
    )
