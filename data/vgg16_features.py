"""Make data/vgg16_features.npz from the photos and VGG16's weights: `python -m data.vgg16_features`, five minutes on two cores.

Prints the arrays' digests, which belong in helpers/files.toml and data/README.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from helpers.data import FEATURES, cats_and_dogs
from helpers.models import pretrained_base
from helpers.readers import idx_sha256

SIZE = 160


def main() -> None:
    import keras
    from tqdm import tqdm

    streams = [
        keras.utils.image_dataset_from_directory(
            folder, image_size=(SIZE, SIZE), label_mode="binary", batch_size=None, shuffle=False, verbose=False
        )
        for folder in cats_and_dogs()
    ]
    parts = [streams[0], streams[1].shard(2, 0), streams[1].shard(2, 1)]  # training, validation, test
    base, prepare = pretrained_base("VGG16", SIZE), keras.applications.vgg16.preprocess_input

    def features(photos: object, prepare: Callable = prepare) -> np.ndarray:
        batches = tqdm(photos.batch(25), unit=" batches of 25")  # (25, 160, 160, 3) each
        maps = (base.predict_on_batch(prepare(batch.numpy())) for batch, _ in batches)  # (25, 5, 5, 512)
        return np.concatenate([m.mean(axis=(1, 2)) for m in maps]).astype("float16")  # (N, 512)

    names = [["/".join(Path(name).parts[-3:]) for name in stream.file_paths] for stream in streams]
    five_hundred = parts[0].take(250), parts[0].skip(1_000).take(250)  # cats, dogs
    arrays = {
        "features": np.concatenate([features(part) for part in parts]),
        "mirrored": features(parts[0].map(lambda x, y: (x[:, ::-1], y))),
        "divided": np.concatenate([features(part, lambda x: x / 255) for part in (*five_hundred, *parts[1:])]),
        "labels": np.concatenate([y.astype("uint8") for part in parts for _, y in part.as_numpy_iterator()]),
        "files": np.array([*names[0], *names[1][::2], *names[1][1::2]], "S"),
    }
    np.savez_compressed(FEATURES, **arrays)
    for name, array in arrays.items():
        print(f'holds.{name} = "{idx_sha256(array.view(np.uint8))}"')


if __name__ == "__main__":
    main()
