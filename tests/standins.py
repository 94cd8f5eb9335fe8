"""Stand-ins for what lesson 07 downloads: generated pictures, and bases with random weights in both formats.

The weights are written in the very format that Keras publishes: legacy HDF5, a group for each layer, whose names and
weights' names are attributes.
"""

import io
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
from PIL import Image

from helpers.models import BASES

FILES = {"VGG16": "vgg16_imagenet_notop", "MobileNetV2": "mobilenet_v2_imagenet_notop"}


def write_published(base: keras.Model, path: Path) -> None:
    """Weights as on Keras's page: `layer_names` on the file, `weight_names` on every group, such as "block1_conv1_W_1:0"."""
    endings = {"kernel": "_W_1:0", "bias": "_b_1:0"}
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in base.layers]
        for layer in base.layers:
            group, names = file.create_group(layer.name), []
            for weight in layer.weights:
                ending = endings[weight.name] if base.name == "vgg16" else f"/{weight.name}:0"
                names.append(f"{layer.name}{ending}".encode())
                group[names[-1].decode()] = np.asarray(weight)
            group.attrs["weight_names"] = names


def write_weights(folder: Path, name: str, published: bool = True) -> keras.Model:
    """Put a randomly initialised base where the download would be; returns it."""
    keras.utils.set_random_seed(7)
    base = BASES[name](include_top=False, weights=None, input_shape=(64, 64, 3))
    folder = folder / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    if published:
        write_published(base, folder / f"{FILES[name]}.h5")
    else:
        base.save_weights(folder / f"{FILES[name]}.weights.h5")
    return base


def picture(number: int, warm: bool, size: int = 40) -> Image.Image:
    """A noisy picture, warm or cold in colour, so that the two classes can be learnt."""
    pixels = np.random.default_rng(number).integers(0, 120, (size, size, 3), dtype=np.uint8)
    pixels[..., 0 if warm else 2] += 120
    return Image.fromarray(pixels)


def photo_files(counts: dict[str, int], size: int = 40):
    """Names and bytes as in the published archive: `cats_and_dogs_filtered/train/cats/cat.0.jpg` and so on."""
    first = {"train": 0, "validation": 2_000}
    for split, count in counts.items():
        for warm, name in enumerate(("cats", "dogs")):
            for number in range(first[split], first[split] + count):
                page = io.BytesIO()
                picture(2 * number + warm, bool(warm), size).save(page, "jpeg")
                yield f"cats_and_dogs_filtered/{split}/{name}/{name[:-1]}.{number}.jpg", page.getvalue()


def write_photos(folder: Path, counts: dict[str, int], size: int = 40) -> None:
    """The folder that the archive unpacks to."""
    for name, content in photo_files(counts, size):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def archive(counts: dict[str, int], size: int = 16, more: dict[str, bytes] | None = None) -> bytes:
    """The bytes of an archive like the published one; `more` are further members."""
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as photos:
        for name, content in photo_files(counts, size):
            photos.writestr(name, content)
        photos.writestr("cats_and_dogs_filtered/vectorize.py", "raise SystemExit")
        for name, content in (more or {}).items():
            photos.writestr(name, content)
    return page.getvalue()
