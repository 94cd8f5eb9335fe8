"""Thirty photos of handwriting and what lesson 08's network reads of them; and digits that others would draw.

By hand, `python tests/benchmarks/handwriting.py [--before OLD_DIGITS.py] [--seed 0] [--reader FILE.keras]` prints both tables; with
`--before` (`git show COMMIT:helpers/digits.py > OLD_DIGITS.py`) the first one shows another version's figures beside today's. The network is
trained as the lesson trains it (two minutes), and kept in `--reader`. Budget: no sheet is cut into a wrong number of digits.
"""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from report import Row, missed, show
from scipy import ndimage

from helpers import data, digits
from helpers.language import CourseError

CELLS = ("digits", "alterations", "stage", "recipe", "in_training")
Read = Callable[[np.ndarray], np.ndarray]


def trained(kept: Path | None = None) -> Read:
    """Lesson 08's network, trained with seed 0 as there: it makes answers, shape (N,), of pictures, (N, 28, 28), `uint8`."""
    import keras
    from keras import layers

    from tools.source import Lesson

    if kept is None or not kept.exists():
        names = {"keras": keras, "layers": layers, "np": np, "data": data, "same": lambda *_, **__: None}
        for cell in CELLS:
            exec(Lesson.numbered("08").named(cell), names)
        keras.utils.set_random_seed(0)
        reader = names["network"]()
        names["in_training"](reader).fit(names["x_train"], names["y_train"], epochs=50, batch_size=32, verbose=0)
        if kept is not None:
            reader.save(kept)
    else:
        reader = keras.saving.load_model(kept, compile=False)

    def read(images: np.ndarray) -> np.ndarray:
        parts = np.array_split(images[..., None].astype("float32") / 255, -(-len(images) // 250))
        return np.concatenate([np.asarray(reader(part, training=False)) for part in parts]).argmax(axis=1)

    return read


def outcomes(cut_digits: Callable, read: Read, seed: int) -> dict[str, tuple[int, int | str, int]]:
    """For each sheet how many digits are written, how many are cut (or why none), and how many of these are read rightly."""
    from sheets import sheets

    labels, found = data.load_mnist()[2][1], {}
    for name, sheet in sheets(seed).items():
        written = labels[list(sheet.written)]
        try:
            cut = cut_digits(sheet.photo)
        except CourseError as refusal:
            found[name] = len(written), str(refusal), 0
            continue
        read_ = read(np.array(cut))
        # Where their number is wrong, nobody knows which is meant by which: all count as misread.
        found[name] = len(written), len(cut), int((read_ == written).sum()) if len(cut) == len(written) else 0
    return found


def summary(found: Mapping[str, tuple[int, int | str, int]]) -> tuple[int, int, int, int, int]:
    """Sheets cut into the right number, refused, and cut into a wrong one; digits on sheets not refused, and read rightly."""
    answered = [row for row in found.values() if not isinstance(row[1], str)]
    whole = sum(written == cut for written, cut, _ in answered)
    digits_, right = (sum(row[place] for row in answered) for place in (0, 2))
    return whole, len(found) - len(answered), len(answered) - whole, digits_, right


def _turned(angle: float) -> Callable:
    return lambda image: ndimage.rotate(image, angle, reshape=False, order=1)


def _small(image: np.ndarray) -> np.ndarray:
    return np.pad(ndimage.zoom(image.astype(float), 0.7, order=1), 4).clip(0, 255).astype(np.uint8)


DRAWN = {
    "as MNIST has them": lambda image: image,
    "thick": lambda image: ndimage.grey_dilation(image, size=(3, 3)),
    "thin": lambda image: ndimage.grey_erosion(image, size=(2, 2)),
    "turned by 15°": _turned(15),
    "turned by -15°": _turned(-15),
    "turned by 30°": _turned(30),
    "turned by -30°": _turned(-30),
    "small, in a box of 14": _small,
}


def _prepared(image: np.ndarray) -> np.ndarray:
    """What `to_mnist` makes of it; nothing, where it finds no digit: a thin stroke may be gone altogether."""
    try:
        return digits.to_mnist(image)
    except digits.NoDigitError:
        return np.zeros_like(image)


def as_others_draw(read: Read, draw: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float]:
    """Shares of the 3,000 test digits, drawn in another way, that are read rightly: as they come, and after `to_mnist`."""
    images, labels = data.load_mnist()[2]
    drawn = np.array([draw(image) for image in images])
    prepared = np.array([_prepared(image) for image in drawn])
    plain, after = (np.mean(read(x) == labels) for x in (drawn, prepared))
    return plain, after


def rows(read: Read | None = None, seed: int = 0) -> Iterator[Row]:
    """The sheets altogether, and each way of drawing."""
    read = read or trained()
    whole, refused, wrong, count, right = summary(outcomes(digits.cut_digits, read, seed))
    told = (
        f"{whole} cut as written ({right} of their {count} digits read rightly), {refused} refused, {wrong} cut wrongly"
    )
    yield Row("thirty photos of handwriting, drawn", told, "0 cut wrongly", wrong == 0)
    for way, draw in DRAWN.items():
        plain, prepared = as_others_draw(read, draw)
        told = f"{plain:.1%} as they come, {prepared:.1%} after to_mnist"
        yield Row(f"lesson 08's network (seed 0), 3,000 test digits, {way}", told)


def _another(path: Path) -> Callable:
    """`cut_digits` of another version of helpers/digits.py."""
    spec = importlib.util.spec_from_file_location("other_digits", path)
    sys.modules["other_digits"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.cut_digits


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", type=Path)
    options = parser.parse_args()
    read = trained(options.reader)
    versions = {"before": _another(options.before)} if options.before else {}
    versions["now"] = digits.cut_digits
    tables = {name: outcomes(cut, read, options.seed) for name, cut in versions.items()}
    print("| sheet | written |" + "".join(f" cut, {name} | read rightly |" for name in tables))
    print("|---|--:|" + "--:|--:|" * len(tables))
    for sheet, (written, *_) in tables["now"].items():
        cells = [
            "refused | –" if isinstance(cut, str) else f"{cut} | {right}"
            for cut, right in (t[sheet][1:] for t in tables.values())
        ]
        print(f"| {sheet} | {written} | {' | '.join(cells)} |")
    for name, found in tables.items():
        whole, refused, wrong, count, right = summary(found)
        print(
            f"{name}: {whole} sheets cut as written ({right} of {count} digits read rightly), {refused} refused, {wrong} cut wrongly"
        )
    return missed(show(rows(read, options.seed)))


if __name__ == "__main__":
    sys.exit(main())
