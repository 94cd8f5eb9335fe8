"""Your own photos, whatever the folder holds: each file is used, or named with the reason why not."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from helpers.language import CourseError, say, tr


def own_photos(folder: str | Path, size: int = 160) -> tuple[np.ndarray, list[str]]:
    """Read your own photos from a folder, with all folders in it, or a single photo.

    Every file is accounted for: what cannot be used is named with the reason, and so is what had to be converted.
    Photos are turned upright as the camera noted, brought to red, green and blue, and squeezed into a square of `size` pixels,
    as `keras.utils.image_dataset_from_directory` does. Those with a side under 32 pixels are not used.

    Returns images of shape (N, size, size, 3), `uint8`, and their N names, such as "cats/tom.jpg", in alphabetical order.
    Raises CourseError, naming every file, where the folder is not there or holds nothing that can be used.
    """
    folder = Path(folder).expanduser()
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    root = folder.parent if folder.is_file() else folder
    images, names, remarks = [], [], []
    for path in files:
        name = path.relative_to(root).as_posix()
        try:
            image, changes = _read_photo(path)
        except _Unusable as reason:
            remarks.append(f"✗ {name}: {reason}")
            continue
        images.append(np.asarray(image.resize((size, size), Image.Resampling.BILINEAR)))
        names.append(name)
        if changes:
            remarks.append(f"✓ {name}: {' '.join(changes)}")
    for place in sorted(path for path in folder.rglob("*") if path.is_dir()):
        name = f"{place.relative_to(root).as_posix()}/"
        if not any(photo.startswith(name) for photo in names):
            remarks.append(f"✗ {name}: " + tr(en="no usable photo in it.", es="no contiene ninguna foto utilizable."))
    if not images:
        sentence = tr(
            en=f"No usable photo in {folder}. Put JPEG or PNG files there, or name another folder. Nothing was changed.",
            es=f"No hay ninguna foto utilizable en {folder}. Pon ahí archivos JPEG o PNG, o indica otra carpeta. No se ha cambiado nada.",
        )
        raise CourseError("\n".join([sentence, *remarks]))
    if remarks:
        say("\n".join(remarks))
    return np.stack(images), names


def own_photo(path: str | Path) -> np.ndarray:
    """Read one photo of your own in its full size, upright as the camera noted: shape (height, width, 3), `uint8`, RGB.

    Raises CourseError where there is no such file, or it cannot be used; the message says why.
    """
    path = Path(path).expanduser()
    try:
        return np.asarray(_read_photo(path)[0])
    except FileNotFoundError:
        raise CourseError(
            en=f"There is no file {path.absolute()}. Put the photo there, or write where it is, in quotes.",
            es=f"No existe el archivo {path.absolute()}. Pon la foto ahí o escribe dónde está, entre comillas.",
        ) from None
    except _Unusable as reason:
        raise CourseError(f"{path.name}: {reason}") from None


class _Unusable(CourseError):
    """Why a file cannot be used as a photo, in a sentence."""


def _read_photo(path: Path) -> tuple[Image.Image, list[str]]:
    """One photo, upright, in RGB, and a sentence for each thing that was converted; raises _Unusable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                if min(image.size) < 32:
                    raise _Unusable(
                        en=f"{image.width} × {image.height} pixels, too few to see anything (32 at least).",
                        es=f"{image.width} × {image.height} píxeles, demasiado pocos para ver algo (al menos 32).",
                    )
                image.load()
                return _to_rgb(ImageOps.exif_transpose(image)), _conversions(image)
    except (_Unusable, FileNotFoundError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _Unusable(
            en="claims so many pixels that unpacking it could fill the memory. If it is yours, scale it down.",
            es="anuncia tantos píxeles que abrirla podría llenar la memoria. Si es tuya, redúcela.",
        ) from None
    except UnidentifiedImageError:
        raise _Unusable(
            en="no picture that can be read here. (Phones may write HEIC: export it as JPEG.)",
            es="no es una imagen que se pueda leer aquí. (Algunos móviles guardan HEIC: expórtala como JPEG).",
        ) from None
    except Exception as error:  # somebody's own file: whatever it does to Pillow, it is named, and the rest goes on
        raise _Unusable(en=f"damaged or cut off ({error}).", es=f"dañada o incompleta ({error}).") from None


def _conversions(image: Image.Image) -> list[str]:
    """A sentence for each thing that `_to_rgb`, turning it upright and taking one picture of several do to it."""
    changes = []
    if image.mode != "RGB":
        kind = _kind(image.mode)
        changes.append(tr(en=f"{kind}, converted to RGB.", es=f"{kind}, convertida a RGB."))
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        changes.append(tr(en="turned upright, as the camera noted.", es="girada, como anotó la cámara."))
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        one = f"moves; only the first of {frames} pictures is used."
        changes.append(tr(en=one, es=f"se mueve; solo se usa la primera de {frames} imágenes."))
    return changes


def _kind(mode: str) -> str:
    """What one of Pillow's modes means."""
    name = mode.partition(";")[0]  # 16 bits have several names, such as "I;16B"
    known = {"I": tr(en="16 bits per pixel", es="16 bits por píxel"), "P": tr(en="palette", es="paleta")}
    known |= {"CMYK": tr(en="CMYK, for printing", es="CMYK, para imprenta"), "L": tr(en="grey", es="gris")}
    transparent = tr(en="transparent", es="transparente") if name.endswith("A") else ""
    words = ", ".join(filter(None, [known.get(name.removesuffix("A")), transparent]))
    return words or tr(en=f"mode {mode}", es=f"modo {mode}")


def _to_rgb(image: Image.Image) -> Image.Image:
    """The picture in RGB: transparent places on white, 16 bits and floats stretched over 0 to 255."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float64)
        top = 65_535 if values.min() >= 0 and 255 < values.max() <= 65_535 else max(np.abs(values).max(), 255)
        image = Image.fromarray((255 * np.clip(values / top, 0, 1)).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
