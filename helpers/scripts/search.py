"""A KerasTuner search that may be stopped and started again, and shared between processes that run this same program.

    python -m helpers.scripts.search FOLDER TRIALS SEED

FOLDER holds the notes of the search; all processes must see it. It prints a line when a trial begins and when it ends.
For a search of your own, change `digits` and `build_model`.
"""

import sys
import time

import keras
import keras_tuner as kt
from keras import layers

from helpers import data


def digits():
    """What `fit` trains on, and what it validates with."""
    (x_train, y_train), (x_val, y_val), _ = data.load_mnist()
    training = {"x": x_train[..., None], "y": y_train}
    return {**training, "validation_data": (x_val[..., None], y_val), "validation_batch_size": 500}


def build_model(hp, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, kernel_size=3, activation="relu"))
    model.add(layers.MaxPooling2D(hp.Choice("pool", [2, 3])))
    model.add(layers.Flatten())
    model.add(layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    model.add(layers.Dense(10, activation="softmax"))
    rate = hp.Float("learning_rate", 3e-4, 1e-2, sampling="log")
    model.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Tuner(kt.RandomSearch):
    def on_trial_begin(self, trial):
        super().on_trial_begin(trial)
        print("begin", trial.trial_id, time.time(), flush=True)

    def on_trial_end(self, trial):
        super().on_trial_end(trial)
        print("end", trial.trial_id, time.time(), flush=True)


def search(folder, trials, seed):
    place = {"directory": folder, "project_name": "search"}  # no overwrite=True: finished trials are kept
    draws = {"max_trials": trials, "seed": seed + 1}
    tuner = Tuner(lambda hp: build_model(hp, seed), objective="val_loss", **draws, **place)
    tuner.search(**digits(), epochs=5, verbose=0)


if __name__ == "__main__":
    search(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
