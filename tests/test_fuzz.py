"""Damaged files, by the hundred: every reader gives what it promises or its own sentence, soon and in little memory."""

import io
import struct
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

import standins
from helpers import downloads, readers
from helpers.language import CourseError
from helpers.photos import own_photos

try:
    import resource
except ImportError:  # Windows
    resource = None

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


BYTES = st.binary(min_size=1, max_size=8)


@st.composite
def damages(draw, others=BYTES):
    """What happens to files: one to four times, a part is lost, overwritten, doubled, or all behind it is gone."""
    part, size = st.floats(0, 1), st.integers(1, 64)
    kind = st.sampled_from(["cut off", "lost", "overwritten", "doubled"])
    return draw(st.lists(st.tuples(kind, part, size, others), min_size=1, max_size=4))


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


def most_memory() -> int:
    """The most memory, in bytes, that this process has had; always 0 where the system does not tell."""
    if resource is None:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.fixture(autouse=True)
def little_memory():
    before = most_memory()
    yield
    assert most_memory() - before < LITTLE


def read_or_refused(read, path, whole, broken):
    """What `read` makes of a broken file; None where it says so, which is right only if it is not whole."""
    path.write_bytes(broken)
    try:
        return read(path)
    except CourseError as error:
        assert str(path) in str(error) and "Nothing was changed" in str(error)
        assert broken != whole
        return None


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
        folder = readers.unpack_photos(archive)
        readers.photos(folder)
    except (*downloads.BROKEN, CourseError):
        pass
    assert {path.name for path in tmp_path.iterdir()} <= {"photos.zip", "unpacked"}


ARCHIVE = standins.archive({"train": 2, "validation": 1})


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(members):
    """An archive of arrays whose checksums are right, whatever the members hold."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member, zipfile.ZIP_DEFLATED)
    return file.getvalue()


ARRAYS = {"x": np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8), "y": np.arange(3, dtype=np.uint8)}
MEMBERS = {name: npy(array) for name, array in ARRAYS.items()}


@MANY
@given(inside=st.booleans(), steps=damages())
@example(inside=True, steps=[])
def test_damaged_digits_are_read_as_they_were_or_refused(tmp_path, inside, steps):
    whole, digests = npz(MEMBERS), {name: readers.idx_sha256(array) for name, array in ARRAYS.items()}
    broken = npz(MEMBERS | {"x": damaged(MEMBERS["x"], steps)}) if inside else damaged(whole, steps)
    read = read_or_refused(lambda path: readers.digits(path, digests), tmp_path / "mnist.npz", whole, broken)
    for name, array in (read or {}).items():
        assert array.dtype == np.uint8 and np.array_equal(array, ARRAYS[name])


def test_an_array_that_claims_terabytes_is_refused(tmp_path):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (7000000000000, 28, 28), }\n"
    member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    with zipfile.ZipFile(tmp_path / "mnist.npz", "w") as archive:
        archive.writestr("x.npy", member)
    with pytest.raises(CourseError, match="Nothing was changed"):
        readers.digits(tmp_path / "mnist.npz", {"x": "0" * 64})


# Nobody publishes a digest of the drawings or the wines: of these a reader can only tell whether they are possible.
DRAWINGS = np.zeros((3, 784), np.uint8)
DRAWINGS[-1, -1] = 255  # in the last corner only: a piece doubled before it leaves no ink


@MANY
@given(steps=damages())
@example(steps=[])
def test_damaged_drawings_are_possible_ones_or_refused(tmp_path, steps):
    whole = npy(DRAWINGS)
    broken = damaged(whole, steps)
    read = read_or_refused(lambda path: readers.drawings(path, 3), tmp_path / "drawings.npy", whole, broken)
    if read is not None:
        assert (read.shape, read.dtype) == ((3, 28, 28), np.uint8)
        assert read.any() and not read.all()
        assert broken != whole or np.array_equal(read.reshape(3, 784), DRAWINGS)


LOW, HIGH = np.array([*readers.WINE_RANGES.values()], np.float32).T
WINES = np.array([[round(float(value), 3) for value in LOW + (HIGH - LOW) * part] for part in (0.2, 0.4, 0.6)])
TABLE = "\n".join(
    [";".join(f'"{name}"' for name in readers.WINE_RANGES), *(";".join(map(str, row)) for row in WINES), ""]
)


@MANY
@given(steps=damages(others=st.text("0123456789.;", min_size=1, max_size=4).map(str.encode)))
@example(steps=[])
def test_damaged_wines_are_possible_ones_or_refused(tmp_path, monkeypatch, steps):
    monkeypatch.setattr(readers, "WINE_ROWS", len(WINES))
    whole = TABLE.encode()
    broken = damaged(whole, steps)
    read = read_or_refused(readers.wine, tmp_path / "winequality-red.csv", whole, broken)
    if read is not None:
        assert (read.shape, read.dtype) == (WINES.shape, np.float32)
        assert ((read >= LOW) & (read <= HIGH)).all()
        assert broken != whole or np.array_equal(read, WINES.astype(np.float32))
