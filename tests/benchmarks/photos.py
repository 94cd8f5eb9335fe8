"""Lesson 07's budgets: features kept against recomputed in every epoch, and memory while photos stream from folders.

Run by hand, on an otherwise idle machine: `python tests/benchmarks/photos.py`. VGG16 has random weights, which cost as much
as trained ones; the 2,000 pictures are generated. **One** recomputed epoch is timed, the other 29 are extrapolated. Budgets:
features kept at least 10 × faster; the peak of memory grows by at most 10 % while the data grow eightfold.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SIZE, EPOCHS, FASTER, GROWTH = 150, 30, 10, 0.10

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


def speeds(folder: Path) -> tuple[float, float]:
    """Seconds for 30 epochs of a head on VGG16: recomputed in each (extrapolated from one), and with features kept."""
    import keras
    import numpy as np
    from keras import layers

    photos = keras.utils.image_dataset_from_directory(
        folder, image_size=(SIZE, SIZE), batch_size=32, label_mode="binary", verbose=False, shuffle=False
    )
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(SIZE, SIZE, 3))
    base.trainable = False

    def head(*first: layers.Layer) -> keras.Sequential:
        answer = layers.Dense(1, activation="sigmoid")
        model = keras.Sequential([*first, layers.GlobalAveragePooling2D(), answer])
        model.compile("adam", "binary_crossentropy")
        return model

    whole = head(base)
    whole.fit(photos.take(1), verbose=0)
    start = time.perf_counter()
    whole.fit(photos, verbose=0)
    recomputed = EPOCHS * (time.perf_counter() - start)

    start = time.perf_counter()
    features = base.predict(photos, verbose=0)
    labels = np.concatenate([y for _, y in photos])
    head().fit(features, labels, batch_size=32, epochs=EPOCHS, verbose=0)
    return recomputed, time.perf_counter() - start


if __name__ == "__main__":
    import standins

    with tempfile.TemporaryDirectory() as scratch:
        for name, count in {"eighth": 125, "all": 1_000}.items():
            standins.write_photos(Path(scratch, name), {"train": count}, size=SIZE)
        folders = {name: Path(scratch, name, "cats_and_dogs_filtered/train") for name in ("eighth", "all")}
        small, large = peak(folders["eighth"]), peak(folders["all"])
        growth = large / small - 1
        print(f"peak memory {small / 1e3:.0f} MB with 250 photos, {large / 1e3:.0f} MB with 2,000: {growth:+.1%}")
        recomputed, kept = speeds(folders["all"])
    print(f"{EPOCHS} epochs: {recomputed:.0f} s recomputed (29 of them extrapolated), {kept:.0f} s kept: ", end="")
    print(f"{recomputed / kept:.1f} x (budget {FASTER} x)")
    sys.exit(growth > GROWTH or recomputed / kept < FASTER)
