"""Arrays that take long to compute, kept on disk under the fingerprint of what they depend on."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from helpers.language import say, tr

CACHE_DIR = Path(__file__).resolve().parent.parent / "runs" / "cache"


def fingerprint(*things: object) -> str:
    """A short text that is the same only for the same things, in the same order: a name for what depends on them.

    Args:
        *things: a folder or file (names and contents count), an array, or anything whose `repr` tells it apart.
    """
    digest = hashlib.sha256()
    for thing in things:
        if isinstance(thing, Path):
            files = [thing] if thing.is_file() else sorted(path for path in thing.rglob("*") if path.is_file())
            for file in files:
                name = file.relative_to(thing).as_posix()
                digest.update(f"{name}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
        elif isinstance(thing, np.ndarray):
            digest.update(f"{thing.dtype} {thing.shape}\0".encode())
            digest.update(np.ascontiguousarray(thing).tobytes())
        else:
            digest.update(f"{type(thing).__name__} {thing!r}".encode())
        digest.update(b"\0end\0")
    return digest.hexdigest()[:24]


def cached(name: str, depends_on: Sequence[object], compute: Callable[[], np.ndarray]) -> np.ndarray:
    """An array that takes long to compute: computed once, then read from `runs/cache/`, without filling the memory.

    The file's name holds the fingerprint of what the array depends on, so that other data or other weights make
    another file; and it gets that name only when it is whole, so that a killed run leaves nothing that could be taken
    for it.

    Args:
        name: the beginning of the file's name, such as "vgg16_train".
        depends_on: everything that the array depends on (see `fingerprint`).
        compute: makes the array.

    Returns:
        The array, read-only, mapped from the file; in memory where it could not be kept, which a sentence says.
    """
    path = CACHE_DIR / f"{name}-{fingerprint(*depends_on)}.npy"
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError):  # not there, or damaged
        array = compute()
    try:
        CACHE_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE_DIR, prefix=".incoming-") as incoming:
            whole = Path(incoming, path.name)
            np.save(whole, array)
            whole.replace(path)
    except OSError as error:  # a full disk, say: minutes of computing are not thrown away for that
        say(
            tr(
                en=f"{name} could not be kept on disk ({error.strerror}), so it will be computed again next time.",
                es=f"{name} no se ha podido guardar en disco ({error.strerror}), así que la próxima vez se calculará de nuevo.",
            )
        )
        return array
    return np.load(path, mmap_mode="r", allow_pickle=False)
