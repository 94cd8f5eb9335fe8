"""Damaged files, by the hundred: every reader gives what it promises or its own sentence, soon and in little memory."""

import io
import resource
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import standins
from helpers import data
from helpers.language import CourseError
from helpers.photos import own_photos

pytestmark = pytest.mark.slow

SOON = 5_000  # ms for one file, on a busy machine
LITTLE = 1.5e9  # bytes of memory more than before, for all files together
MANY = settings(
    max_examples=150,
    deadline=SOON,
    derandomize=True,  # the same files each time: a failure is a finding, not luck
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def damages(draw):
    """What happens to files: one to four times, a part is lost, overwritten, doubled, or all behind it is gone."""
    part, size = st.floats(0, 1), st.integers(1, 64)
    kind = st.sampled_from(["cut off", "lost", "overwritten", "doubled"])
    return draw(st.lists(st.tuples(kind, part, size, st.binary(min_size=1, max_size=8)), min_size=1, max_size=4))


def damaged(whole: bytes, steps) -> bytes:
    for kind, part, size, other in steps:
        at = int(part * len(whole))
        if kind == "cut off":
            whole = whole[:at]
        elif kind == "lost":
            whole = whole[:at] + whole[at + size :]
        elif kind == "overwritten":
            whole = whole[:at] + other + whole[at + len(other) :]
        else:
            whole = whole[: at + size] + whole[at:]
    return whole


@pytest.fixture(autouse=True)
def little_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < LITTLE


def pictures():
    """A small photo in the formats that people have, name to bytes."""
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (48, 40, 3), np.uint8))
    variants = {
        "a.jpg": (image, {"quality": 80}),
        "b.jpg": (image.convert("CMYK"), {"progressive": True}),
        "c.png": (image, {}),
        "d.png": (image.convert("P"), {"transparency": 0}),
        "e.gif": (image, {"save_all": True, "append_images": [image.rotate(90)]}),
        "f.tif": (image, {"compression": "tiff_lzw"}),
        "g.webp": (image, {}),
        "h.bmp": (image, {}),
    }
    saved = {}
    for name, (picture, options) in variants.items():
        file = io.BytesIO()
        picture.save(file, Image.registered_extensions()[f".{name[2:]}"], **options)
        saved[name] = file.getvalue()
    return saved


PICTURES = pictures()


@MANY
@given(name=st.sampled_from(sorted(PICTURES)), steps=damages())
def test_own_photos_uses_or_names_every_damaged_file(tmp_path, capsys, name, steps):
    (tmp_path / "sound.png").write_bytes(PICTURES["c.png"])
    for old in tmp_path.glob("?.*"):
        old.unlink()
    (tmp_path / name).write_bytes(damaged(PICTURES[name], steps))
    images, names = own_photos(tmp_path, size=32)
    told = capsys.readouterr().out
    assert "sound.png" in names and len(images) == len(names)
    assert name in names or f"✗ {name}: " in told


@MANY
@given(steps=damages())
def test_a_damaged_archive_of_photos_is_unpacked_or_refused(tmp_path, steps):
    archive = tmp_path / "photos.zip"
    archive.write_bytes(damaged(ARCHIVE, steps))
    try:
        folder = data._unpack_photos(archive)
        data._require_photos(folder, every=True)
    except (*data.BROKEN, CourseError):
        pass
    assert {path.name for path in tmp_path.iterdir()} <= {"photos.zip", "unpacked"}


ARCHIVE = standins.archive({"train": 2, "validation": 1})


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


DIGITS = npz(x=np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28), y=np.arange(3, dtype=np.uint8))


@MANY
@given(steps=damages())
def test_damaged_digits_are_refused(tmp_path, steps):
    path = tmp_path / "mnist.npz"
    path.write_bytes(damaged(DIGITS, steps))
    digests = {"x": data.idx_sha256(np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28)), "y": "0" * 64}
    with pytest.raises(CourseError, match="Nothing was changed"):
        data._read_arrays(path, digests)


def test_an_array_that_claims_terabytes_is_refused(tmp_path):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (7000000000000, 28, 28), }\n"
    member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    with zipfile.ZipFile(tmp_path / "mnist.npz", "w") as archive:
        archive.writestr("x.npy", member)
    with pytest.raises(CourseError, match="Nothing was changed"):
        data._read_arrays(tmp_path / "mnist.npz", {"x": "0" * 64})


@MANY
@given(steps=damages())
def test_damaged_drawings_are_read_whole_or_refused(tmp_path, steps):
    path, file = tmp_path / "drawings.npy", io.BytesIO()
    np.save(file, np.zeros((2, 3, 784), np.uint8))
    path.write_bytes(damaged(file.getvalue(), steps))
    try:
        assert data._read_drawings(path, 2, 3).shape == (2, 3, 784)
    except CourseError as error:
        assert str(path) in str(error)


@MANY
@given(steps=damages())
def test_damaged_wines_are_refused_with_a_sentence(tmp_path, steps):
    path = tmp_path / "winequality-red.csv"
    path.write_bytes(damaged(TABLE, steps))
    with pytest.raises(CourseError, match=r"winequality-red\.csv"):
        data._read_wine(path)


TABLE = ";".join(f'"{name}"' for name in data.WINE_RANGES).encode() + b"\n" + 5 * (b"7.4;" * 11 + b"5\n")
