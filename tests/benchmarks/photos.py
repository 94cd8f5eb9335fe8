"""Lesson 07's budgets: memory while photos stream from folders, and features kept against recomputed in every epoch.

Run by hand, on an otherwise idle machine: `python tests/benchmarks/photos.py`. VGG16 has random weights, which cost as much
as trained ones; the 2,000 pictures are generated. Of the epochs that recompute everything **one** is timed, the others are
extrapolated. Fine-tuning takes 250 pictures, to save time: both sides grow with their number. Budgets: the peak of memory grows by
at most 10 % while the data grow eightfold; the head is trained at least 10 × faster with features kept. Fine-tuning has no budget.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from report import Row, missed, show

SIZE, HEAD_EPOCHS, TUNING_EPOCHS, FASTER, GROWTH = 150, 30, 4, 10, 0.10  # epochs: lesson 07's

STREAM = """
import resource, sys
import keras
photos = keras.utils.image_dataset_from_directory(sys.argv[1], image_size=(150, 150), batch_size=32, verbose=False)
for batch in photos.prefetch(2):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(folder: Path) -> int:
    """Peak memory of a fresh process that streams a folder once, in the system's unit (kilobytes on Linux)."""
    command = [sys.executable, "-c", STREAM, str(folder)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])


def race(folder: Path, split_at: str, epochs: int) -> tuple[float, float]:
    """Seconds for training what follows a layer of VGG16: everything recomputed in each epoch, and that layer's output kept.

    What comes up to the layer is frozen; the rest of VGG16, where there is any, and a new head are trained.
    """
    import keras
    import numpy as np
    from keras import layers

    photos = keras.utils.image_dataset_from_directory(
        folder, image_size=(SIZE, SIZE), batch_size=32, label_mode="binary", verbose=False, shuffle=False
    )
    vgg = keras.applications.VGG16(include_top=False, weights=None, input_shape=(SIZE, SIZE, 3))
    end = vgg.layers.index(vgg.get_layer(split_at)) + 1
    lower = keras.Sequential(vgg.layers[:end])
    lower.trainable = False
    upper = keras.Sequential(
        [*vgg.layers[end:], layers.GlobalAveragePooling2D(), layers.Dense(1, activation="sigmoid")]
    )
    whole = keras.Sequential([lower, upper])
    for model in (whole, upper):
        model.compile("adam", "binary_crossentropy")

    whole.fit(photos.take(1), shuffle=False, verbose=0)
    start = time.perf_counter()
    whole.fit(photos, shuffle=False, verbose=0)
    recomputed = epochs * (time.perf_counter() - start)

    start = time.perf_counter()
    features = lower.predict(photos, verbose=0)
    labels = np.concatenate([y for _, y in photos])
    upper.fit(features, labels, batch_size=32, epochs=epochs, verbose=0)
    return recomputed, time.perf_counter() - start


def rows() -> Iterator[Row]:
    """Memory, the head, fine-tuning."""
    import standins

    def speeds(folder: Path, split_at: str, epochs: int) -> tuple[float, str]:
        recomputed, kept = race(folder, split_at, epochs)
        told = f"{recomputed:.0f} s, {epochs - 1} of {epochs} epochs extrapolated, and {kept:.0f} s"
        return recomputed / kept, f"{recomputed / kept:.1f} × ({told})"

    with tempfile.TemporaryDirectory() as scratch:
        for name, count in {"eighth": 125, "all": 1_000}.items():
            standins.write_photos(Path(scratch, name), {"train": count}, size=SIZE)
        few, many = (Path(scratch, name, "cats_and_dogs_filtered/train") for name in ("eighth", "all"))
        small, large = peak(few), peak(many)
        growth = large / small - 1
        told = f"{growth:+.1%} ({small / 1e3:.0f} and {large / 1e3:.0f} MB)"
        yield Row("peak of memory, photos streamed, 2,000 against 250", told, f"≤ {GROWTH:+.0%}", growth <= GROWTH)

        ratio, told = speeds(many, "block5_pool", HEAD_EPOCHS)
        what = f"a head on VGG16, 2,000 photos, {HEAD_EPOCHS} epochs, features kept against recomputed in every epoch"
        yield Row(what, told, f"≥ {FASTER} × faster", ratio >= FASTER)

        _, told = speeds(few, "block4_pool", TUNING_EPOCHS)
        what = f"VGG16 fine-tuning of block5, 250 photos, {TUNING_EPOCHS} epochs, from block4's outputs kept against recomputed in every epoch"
        yield Row(what, told)


if __name__ == "__main__":
    sys.exit(missed(show(rows())))
