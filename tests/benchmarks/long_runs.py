"""Trains what takes too long for a lesson.

- 07: its small network on 2,000 photos for 60 epochs, without and with augmentation.
- 03: the baseline with augmentation, without dropout and with it, for 60 epochs and, going on, for 200.
- 06: its random search with 60 trials of 20 epochs; then, for each seed, the training of the best of the 60, of the best of the
  lesson's own six, of lesson 03's network made by hand and of the baseline, by the rule that the lesson trains its winner by.

Run by hand, as `python tests/benchmarks/long_runs.py 03 --out FOLDER --seeds 0-4`, 07 with `--photos FOLDER` as well, on any of
Keras's backends, or as `06 --out FOLDER --seeds 1-5` (0 is the seed of the search itself), on TensorFlow. A CPU with two cores
needs 5 minutes a seed for 03, a quarter of an hour for 07, a GPU a minute; 06 takes a quarter of an hour in all. Each seed
leaves a JSON file in `--out`, and so does each trial of 06, so that a run that was stopped goes on. With `--write`, the files are
summarised into the ledger, where the lesson reads its curves.

Networks and augmentation are those of the lessons' own cells, by name. All photos are decoded beforehand and lie in memory,
230 MB, because backends other than TensorFlow have no tf.data.
"""

import argparse
import datetime
import functools
import json
import os
import platform
import re
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SIZE, EPOCHS, BATCH = 160, 60, 32
TRIALS, TRIAL_EPOCHS = 60, 20  # of the large search in 06
LIVE_TRIALS, LIVE_EPOCHS = (
    6,
    3,
)  # of the lesson's own, whose trials are the first of the large one: the draws are the same
CELLS = {
    "03": ("augmentation",),
    "06": ("imports", "compiled", "hypermodel", "train_until_best"),
    "07": ("photo_augmentation", "small_cnn"),
}


def source(number: str) -> Path:
    (path,) = (ROOT / "lessons").glob(f"{number}_*.py")
    return path


def cell(number: str, name: str) -> str:
    """The code of one of a lesson's named cells, without its magic."""
    text = source(number).read_text("utf-8")
    (code,) = re.findall(rf'^# %% name="{name}".*\n((?:(?!# %%(?: |$)).*\n)*)', text, re.MULTILINE)
    return re.sub(r"^# %%\w.*\n", "", code, flags=re.MULTILINE)


def photos_of(folder: Path, every: slice = slice(None)):
    """Photos of a folder as arrays, (N, 160, 160, 3) `uint8` and (N,): cats 0, dogs 1, in `image_dataset_from_directory`'s order."""
    files = [
        (path, label) for label, kind in enumerate(("cats", "dogs")) for path in sorted((folder / kind).glob("*.jpg"))
    ]
    pixels = []
    for path, _ in files[every]:
        with Image.open(path) as photo:
            pixels.append(bilinear(np.asarray(photo.convert("RGB"), "float32"), SIZE).astype("uint8"))
    return np.stack(pixels), np.array([label for _, label in files[every]], "float32")


def bilinear(image: np.ndarray, size: int) -> np.ndarray:
    """Resize to size × size as `image_dataset_from_directory` does: between the nearest pixels, without antialiasing.

    In NumPy, as some backends compile a resizing anew for each of the photos' shapes.
    """
    for axis in (0, 1):
        last = image.shape[axis] - 1
        at = np.clip((np.arange(size) + 0.5) * (last + 1) / size - 0.5, 0, last)
        low = at.astype(int)
        share = (at - low).reshape([-1, 1, 1] if axis == 0 else [1, -1, 1])
        image = image.take(low, axis) * (1 - share) + image.take(np.minimum(low + 1, last), axis) * share
    return image


def kit(number: str, seed: int) -> dict:
    """The names that a lesson's cells define."""
    import keras
    from keras import layers

    names = {"keras": keras, "layers": layers, "SIZE": SIZE, "SEED": seed}
    for name in CELLS[number]:
        exec(cell(number, name), names)
    return names


def digits() -> dict:
    """The digits as lessons 03 and 06 prepare them."""
    sys.path.insert(0, str(ROOT))
    from helpers import data

    sets = zip(("train", "val", "test"), data.load_mnist(), strict=True)
    return {part: (images[..., np.newaxis].astype("float32") / 255, labels) for part, (images, labels) in sets}


def train_03(seed: int, sets: dict) -> dict:
    """Augmentation alone and with dropout: each as it was after 60 epochs, and after 200."""
    import keras

    from helpers import models

    runs = {}
    for name, rate in {"augmented": 0.0, "combined": 0.5}.items():
        names = kit("03", seed)  # sets no seed itself
        keras.utils.set_random_seed(seed)
        model = models.baseline_cnn(dropout=rate, augmentation=names["augmentation"]())
        model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        history, seconds, done = {}, 0.0, 0
        for epochs in (60, 200):
            start = time.perf_counter()
            steps = {"initial_epoch": done, "epochs": epochs, "batch_size": BATCH, "verbose": 0}
            fitted = model.fit(*sets["train"], validation_data=sets["val"], **steps)
            seconds, done = seconds + time.perf_counter() - start, epochs
            history = {metric: history.get(metric, []) + values for metric, values in fitted.history.items()}
            exam = model.evaluate(*sets["test"], return_dict=True, verbose=0)
            runs[f"{name}_{epochs}"] = {"history": history, "test": exam, "seconds": seconds}
            print(seed, name, epochs, f"{seconds:.0f} s", exam, flush=True)
    return runs


def kit_06(seed: int, sets: dict) -> dict:
    """What lesson 06's cells define, and the digits by the names that they use."""
    names = kit("06", seed)
    for part, (images, labels) in sets.items():
        names |= {f"x_{part}": images, f"y_{part}": labels}
    return names


def search_06(folder: Path, sets: dict) -> list[dict]:
    """The large search, or what is left of it: for each trial its hyperparameters and its curves, kept in a file, too."""
    import keras_tuner as kt

    class Search(kt.RandomSearch):
        def run_trial(self, trial, *args, **settings):
            start = time.perf_counter()
            (fitted,) = super().run_trial(trial, *args, **settings)
            seconds = time.perf_counter() - start
            kept = {"values": trial.hyperparameters.values, "history": fitted.history, "seconds": seconds}
            (folder / f"trial_{int(trial.trial_id):02d}.json").write_text(json.dumps(kept), "utf-8")
            print(trial.trial_id, f"{seconds:.0f} s", min(fitted.history["val_loss"]), flush=True)
            return [fitted]

    place = {"directory": folder, "project_name": "search"}  # KerasTuner goes on after the last trial noted there
    build = kit_06(0, sets)["build_model"]
    tuner = Search(build, objective="val_loss", max_trials=TRIALS, seed=100, **place)  # the seed of the lesson's seed 0
    settings = {"validation_data": sets["val"], "validation_batch_size": 500, "epochs": TRIAL_EPOCHS, "verbose": 0}
    tuner.search(*sets["train"], **settings)
    return trials_of(folder)


def trials_of(folder: Path) -> list[dict]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("trial_*.json"))]


def best_of(trials: list[dict], epochs: int) -> dict:
    """The hyperparameters whose validation loss was the lowest within so many epochs."""
    return min(trials, key=lambda trial: min(trial["history"]["val_loss"][:epochs]))["values"]


def train_06(seed: int, sets: dict, trials: list[dict]) -> dict:
    """The four networks of one seed, each trained until its best epoch: curves, exam, accuracy in validation and the gap to it."""
    import keras
    import keras_tuner as kt

    from helpers import models

    names, by_hand, runs = kit_06(seed, sets), kit("03", seed)["augmentation"], {}

    def from_values(values: dict):
        hp = kt.HyperParameters()
        hp.values = dict(values)
        return names["build_model"](hp)

    makers = {
        "best_of_60": lambda: from_values(best_of(trials, TRIAL_EPOCHS)),
        "best_of_6": lambda: from_values(best_of(trials[:LIVE_TRIALS], LIVE_EPOCHS)),
        "made_by_hand": lambda: names["compiled"](models.baseline_cnn(dropout=0.5, augmentation=by_hand()), 1e-3),
        "nothing_chosen": lambda: names["compiled"](models.baseline_cnn(), 1e-3),
    }
    for name, make in makers.items():
        keras.utils.set_random_seed(seed)
        model = make()
        fitted, seconds = names["train_until_best"](model)
        val, exam = (model.evaluate(*sets[part], return_dict=True, verbose=0) for part in ("val", "test"))
        gap = val["accuracy"] - exam["accuracy"]
        runs[name] = {"history": fitted.history, "test": exam, "seconds": seconds, "gap_share": gap}
        runs[name] |= {"kept_val_accuracy": val["accuracy"]}
        print(seed, name, f"{seconds:.0f} s", val, exam, flush=True)
    return runs


def train_07(seed: int, sets: dict) -> dict:
    """Both runs of one seed: their curves by epoch, accuracy and loss on the test photos, seconds."""
    import keras

    names, runs = kit("07", seed), {}
    for name, first in {"small_cnn_long": [], "small_cnn_augmented_long": [names["photo_augmentation"]()]}.items():
        model = names["small_cnn"](*first)
        model.compile(keras.optimizers.Adam(), "binary_crossentropy", metrics=["accuracy"])
        start = time.perf_counter()
        fitted = model.fit(*sets["train"], validation_data=sets["val"], epochs=EPOCHS, batch_size=BATCH, verbose=0)
        seconds = time.perf_counter() - start
        exam = model.evaluate(*sets["test"], return_dict=True, verbose=0)
        runs[name] = {"history": fitted.history, "test": exam, "seconds": seconds}
        print(seed, name, f"{seconds:.0f} s", exam, flush=True)
    return runs


def about() -> dict:
    """Where and with what these seeds were trained."""
    import keras

    backend = keras.backend.backend()
    packages = ("keras", backend, "numpy")
    device = "CPU"
    if backend == "jax":
        import jax

        device = jax.devices()[0].device_kind
    return {
        "date": datetime.date.today().isoformat(),
        "device": device,
        "versions": {"python": platform.python_version(), **{package: version(package) for package in packages}},
    }


def write(folder: Path, lesson: str) -> None:
    """Summarise all seeds of a folder into the ledger: bands of the figures, mean curves, how they were made."""
    sys.path.insert(0, str(ROOT))
    from helpers.results import Run, read_ledger, run_of
    from tools.measure import band, mean_curves
    from tools.measure import write as into_ledger

    found = {int(path.stem): json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("[0-9]*.json"))}
    names = list(next(iter(found.values()))["runs"])
    runs: dict[str, list[Run]] = {
        name: [run_of(name, **seed["runs"][name]) for seed in found.values()] for name in names
    }
    long = {
        "measured": {"seeds": sorted(found), **next(iter(found.values()))["about"]},
        "runs": {n: {f: band([r.figures[f] for r in many]) for f in many[0].figures} for n, many in runs.items()},
    }
    if trials := trials_of(folder):
        long["trials"] = [short(trial) for trial in trials]
    entry = read_ledger()[lesson]
    curves = {name: mean_curves(as_long_as_the_shortest(many)) for name, many in runs.items()}
    into_ledger(lesson, {**entry, "long": long, "curves": {**entry.get("curves", {}), **curves}})


def short(trial: dict) -> dict:
    """What the ledger keeps of a trial: hyperparameters and validation curves, to four digits."""
    from tools.measure import mean_curves

    values = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in trial["values"].items()}
    return {"values": values, **mean_curves([{m: trial["history"][m] for m in ("val_loss", "val_accuracy")}])}


def as_long_as_the_shortest(runs: list) -> list[dict]:
    """The curves of runs that may have stopped at different epochs, as far as all of them have come."""
    shared = min(int(run.figures["epochs"]) for run in runs)
    return [{metric: values[:shared] for metric, values in run.history.items()} for run in runs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lesson", choices=CELLS)
    parser.add_argument("--photos", type=Path, help="the folder cats_and_dogs_filtered")
    parser.add_argument("--out", type=Path, required=True, help="where each seed's JSON file is")
    parser.add_argument("--seeds", default="0-4", help="first-last")
    parser.add_argument("--write", action="store_true", help="only summarise what is there into the ledger")
    options = parser.parse_args()
    if options.write:
        return write(options.out, source(options.lesson).stem)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    first, _, last = options.seeds.partition("-")
    options.out.mkdir(parents=True, exist_ok=True)
    if options.lesson == "03":
        train, sets = train_03, digits()
    elif options.lesson == "06":
        sets = digits()
        train = functools.partial(train_06, trials=search_06(options.out, sets))
    else:
        train, rest = train_07, options.photos / "validation"
        halves = {"val": photos_of(rest, slice(0, None, 2)), "test": photos_of(rest, slice(1, None, 2))}
        sets = {"train": photos_of(options.photos / "train"), **halves}
    print({name: (len(y), float(y.mean())) for name, (_, y) in sets.items()}, flush=True)
    for seed in range(int(first), int(last) + 1):
        path = options.out / f"{seed}.json"
        if not path.exists():
            path.write_text(json.dumps({"about": about(), "runs": train(seed, sets)}), "utf-8")


if __name__ == "__main__":
    main()
