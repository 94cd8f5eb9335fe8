"""The loaders: what they return, and what they say when the data are damaged or not there."""

import contextlib
import dataclasses
import hashlib
import http.server
import io
import struct
import threading
import traceback

import numpy as np
import pytest
from PIL import Image

from helpers import data, downloads, readers
from helpers.language import CourseError
from launcher import download as download_command


def test_bundled_mnist_is_split_as_promised():
    splits = data.load_mnist()
    assert [x.shape for x, _ in splits] == [(1000, 28, 28), (1000, 28, 28), (3000, 28, 28)]
    assert all(x.dtype == y.dtype == np.uint8 for x, y in splits)
    assert [np.bincount(y).tolist() for _, y in splits] == [[100] * 10, [100] * 10, [300] * 10]
    x_train, y_train = splits[0]
    assert (x_train.min(), x_train.max()) == (0, 255)
    for size in (10, 120, 500):  # training prefixes are balanced, too
        assert np.bincount(y_train[:size]).tolist() == [size // 10] * 10


def test_splits_share_no_image():
    images = [image.tobytes() for x, _ in data.load_mnist() for image in x]
    assert len(set(images)) == 5000


def test_idx_sha256_is_the_digest_of_the_published_format():
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    by_hand = b"\x00\x00\x08\x02" + b"\x00\x00\x00\x02" + b"\x00\x00\x00\x03" + bytes(range(6))
    assert readers.idx_sha256(array) == hashlib.sha256(by_hand).hexdigest()
    assert readers.idx_sha256(array.T) != readers.idx_sha256(array)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "text", "other array", "missing array", "pickle"])
def test_damaged_bundle_is_told_in_a_sentence_and_left_alone(tmp_path, monkeypatch, lang, damage):
    path = tmp_path / "mnist_5k.npz"
    whole = data.BUNDLED.read_bytes()
    arrays = dict(np.load(data.BUNDLED))
    if damage == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage in ("empty", "text"):
        path.write_text("" if damage == "empty" else "not an archive")
    elif damage == "other array":
        np.savez(path, x=arrays["x"], y=arrays["y"][::-1])
    elif damage == "missing array":
        np.savez(path, x=arrays["x"])
    elif damage == "pickle":
        np.savez(path, x=np.array([{}], dtype=object), y=arrays["y"])
    before = path.read_bytes() if path.exists() else None
    monkeypatch.setattr(data, "BUNDLED", path)
    with pytest.raises(CourseError, match=r"git checkout data/mnist_5k\.npz"):
        data.load_mnist()
    assert (path.read_bytes() if path.exists() else None) == before


def test_bundled_features_are_split_as_promised():
    features = data.vgg16_features()
    sizes = {"train": 2_000, "val": 500, "test": 500, "train_mirrored": 2_000}
    assert {name: x.shape for name, (x, _) in features.items()} == {name: (size, 512) for name, size in sizes.items()}
    for x, y in features.values():
        assert x.dtype == y.dtype == np.float32
        assert np.isfinite(x).all() and x.min() >= 0  # means of what a ReLU gave
        assert sorted(set(y)) == [0, 1] and y.mean() == 0.5
    (x, y), (mirrored, same) = features["train"], features["train_mirrored"]
    assert np.array_equal(y, same) and not np.array_equal(x, mirrored)
    assert np.corrcoef(x.ravel(), mirrored.ravel())[0, 1] > 0.9  # the same photos
    wrong, few = data.vgg16_features(divided=True), np.r_[0:250, 1_000:1_250]
    right = {**features, "train": (x[few], y[few])}
    for name, (maps, labels) in wrong.items():
        assert maps.dtype == np.float32 and maps.shape == right[name][0].shape
        assert np.array_equal(labels, right[name][1])
        # The same photos in the same order: the two inputs answer alike, and the small one much more weakly.
        assert np.corrcoef(maps.mean(axis=1), right[name][0].mean(axis=1))[0, 1] > 0.3
        assert maps.mean() < right[name][0].mean() / 10
    assert len(readers.features(data.FEATURES)["files"]) == len(set(readers.features(data.FEATURES)["files"])) == 3_000


@pytest.mark.parametrize("damage", ["missing", "truncated", "text", "other version"])
def test_damaged_features_are_told_in_a_sentence_and_left_alone(tmp_path, monkeypatch, lang, damage):
    path = tmp_path / "vgg16_features.npz"
    if damage == "truncated":
        path.write_bytes(data.FEATURES.read_bytes()[:500_000])
    elif damage == "text":
        path.write_text("not an archive")
    elif damage == "other version":
        arrays = dict(np.load(data.FEATURES))
        np.savez(path, **{**arrays, "features": arrays["features"] * np.float16(1.01)})
    before = path.read_bytes() if path.exists() else None
    monkeypatch.setattr(data, "FEATURES", path)
    with pytest.raises(CourseError, match=r"git checkout data/vgg16_features\.npz"):
        data.vgg16_features()
    assert (path.read_bytes() if path.exists() else None) == before


def test_photo_is_a_colour_picture():
    photo = data.photo()
    assert (photo.shape, photo.dtype) == ((200, 300, 3), np.uint8)
    assert photo.min() < 20 and photo.max() > 200
    assert photo[..., 0].mean() > photo[..., 2].mean() + 20  # a ginger cat: more red than blue


@pytest.mark.parametrize("damage", ["missing", "truncated", "text", "other picture"])
def test_damaged_photo_is_told_in_a_sentence_and_left_alone(tmp_path, monkeypatch, lang, damage):
    path = tmp_path / "chelsea.png"
    if damage == "truncated":
        path.write_bytes(data.PHOTO.read_bytes()[:50_000])
    elif damage == "text":
        path.write_text("not a picture")
    elif damage == "other picture":
        Image.new("RGB", (300, 200)).save(path)
    before = path.read_bytes() if path.exists() else None
    monkeypatch.setattr(data, "PHOTO", path)
    with pytest.raises(CourseError, match=r"git checkout data/chelsea\.png"):
        data.photo()
    assert (path.read_bytes() if path.exists() else None) == before


def small_mnist(monkeypatch):
    """A stand-in for the 70,000 digits, with the digests of its own arrays."""
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (60_000, 2, 2), dtype=np.uint8),
        "y_train": rng.integers(0, 10, 60_000, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (10_000, 2, 2), dtype=np.uint8),
        "y_test": rng.integers(0, 10, 10_000, dtype=np.uint8),
    }
    monkeypatch.setattr(readers, "MNIST_SHA256", {name: readers.idx_sha256(a) for name, a in arrays.items()})
    return arrays


def test_full_mnist_from_a_repacked_file(tmp_path, monkeypatch):
    arrays = small_mnist(monkeypatch)
    np.savez_compressed(tmp_path / "mnist.npz", **arrays)
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    (x_train, y_train), (x_val, y_val), (x_test, _) = data.load_mnist(full=True)
    assert [len(x_train), len(x_val), len(x_test)] == [55_000, 5_000, 10_000]
    np.testing.assert_array_equal(np.concatenate([y_train, y_val]), arrays["y_train"])


def test_full_mnist_with_one_changed_pixel_is_refused(tmp_path, monkeypatch):
    arrays = small_mnist(monkeypatch)
    arrays["x_test"][0, 0, 0] ^= 1
    np.savez(tmp_path / "mnist.npz", **arrays)
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    with pytest.raises(CourseError, match="python3 -m helpers download"):
        data.load_mnist(full=True)
    assert (tmp_path / "mnist.npz").exists()


def test_offline_is_one_sentence_with_size_and_command(tmp_path, monkeypatch, lang):
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(downloads.DataUnavailable) as caught:
        data.load_mnist(full=True)
    assert "11 MB" in str(caught.value) and "python3 -m helpers download" in str(caught.value)
    assert caught.value._render_traceback_() == [f"DataUnavailable: {caught.value}"]
    assert not list(tmp_path.iterdir())


def test_needs_runs_the_body_or_says_one_sentence(tmp_path, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    downloads.register_needs()
    downloads.register_needs()
    assert shell.input_transformers_cleanup.count(downloads._needs) == 1
    cell = "%%needs mnist\nanswer = 6 * 7\n"

    shell.run_cell(cell).raise_error()
    assert "answer" not in shell.user_ns

    (tmp_path / "mnist.npz").write_bytes(b"")
    shell.run_cell(cell).raise_error()
    assert shell.user_ns["answer"] == 42

    error = shell.run_cell("%%needs mnist\n\n1 / 0\n", silent=True).error_in_exec
    assert isinstance(error, ZeroDivisionError)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)]
    assert lines[-1] == 3  # counted as the learner sees the cell


def test_stop_during_a_download_stops_the_cell(tmp_path, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    def stopped(name):
        raise KeyboardInterrupt

    shell = InteractiveShell()
    shell.input_transformers_cleanup.insert(0, downloads._needs)
    monkeypatch.setattr(downloads, "fetch", stopped)
    result = shell.run_cell("%%needs mnist\nanswer = 6 * 7\n", silent=True)
    assert isinstance(result.error_in_exec, KeyboardInterrupt) and "answer" not in shell.user_ns


def test_weights_are_measured_before_they_are_read(tmp_path):
    import h5py

    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        file["kernel"] = np.ones(6, "float32")
    readers.weights(path, 6)
    with h5py.File(path, "a") as file:
        file.create_dataset("huge", (10**13,), "f4")  # 40 TB announced, nothing stored
    for numbers in (6, 10**13 + 6):
        with pytest.raises(CourseError, match="does not hold"):
            readers.weights(path, numbers)


def test_big_endian_header_of_labels():
    labels = np.array([7, 1], np.uint8)
    assert readers.idx_sha256(labels) == hashlib.sha256(struct.pack(">II", 0x801, 2) + b"\x07\x01").hexdigest()


WINE_ROW = ["7.4", "0.7", "0", "1.9", "0.076", "11", "34", "0.9978", "3.51", "0.56", "9.4", "5"]


def write_wine(path, change=None, header=None, rows=readers.WINE_ROWS):
    """A stand-in for UCI's table, every wine a little different; `change` is (row from 1, column, text)."""
    table = [[f"{4.6 + number / 1000:.3f}", *WINE_ROW[1:]] for number in range(rows)]
    if change:
        row, column, text = change
        table[row - 1][list(readers.WINE_RANGES).index(column)] = text
    lines = [";".join(f'"{name}"' for name in header or readers.WINE_RANGES), *map(";".join, table)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def wine_file(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    return tmp_path / "winequality-red.csv"


def test_red_wine_is_split_60_20_20_and_every_wine_is_in_one_set(wine_file):
    write_wine(wine_file)
    splits = data.red_wine()
    assert [x.shape for x, _ in splits] == [(960, 11), (320, 11), (319, 11)]
    assert all(x.dtype == y.dtype == np.float32 and y.shape == (len(x),) for x, y in splits)
    assert len({tuple(row) for x, _ in splits for row in x.tolist()}) == readers.WINE_ROWS
    again = data.red_wine()
    assert all(
        np.array_equal(one, other) for a, b in zip(splits, again, strict=True) for one, other in zip(a, b, strict=True)
    )


def test_the_same_wine_twice_lands_in_one_set(wine_file):
    write_wine(wine_file)
    lines = wine_file.read_text("utf-8").splitlines()
    wine_file.write_text("\n".join(lines[:801] + lines[1:800]) + "\n", "utf-8")  # nearly every row a second time
    sets = [{tuple(row) for row in x.tolist()} for x, _ in data.red_wine()]
    assert sum(map(len, sets)) == 800 and len(set.union(*sets)) == 800


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("density", "100369", 1.00369),
        ("volatile acidity", "1185", 1.185),
        ("alcohol", "956666666666667", 9.56666666666667),
        ("alcohol", "100333333333333", 10.0333333333333),
        ("residual sugar", "2", 2),
        ("free sulfur dioxide", "40.5", 40.5),
    ],
)
def test_a_lost_decimal_point_is_put_back_in_memory_only(wine_file, column, text, value):
    write_wine(wine_file, (700, column, text))
    before = wine_file.read_bytes()
    column = list(readers.WINE_RANGES).index(column)
    assert readers.wine(wine_file)[699, column] == np.float32(value)
    assert wine_file.read_bytes() == before


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("density", "0.5"),  # there is a point already
        ("density", "1,00369"),
        ("alcohol", "-9"),
        ("alcohol", "nan"),
        ("alcohol", ""),
        ("alcohol", "77"),  # a place for the point, but 7.7 does not fit either
        ("total sulfur dioxide", "7755"),  # 77.55 or 7.755?
        ("quality", "9"),
        ("pH", "twelve"),
    ],
)
def test_any_other_value_out_of_range_is_named_by_row_and_column(wine_file, lang, column, text):
    write_wine(wine_file, (42, column, text))
    before = wine_file.read_bytes()
    with pytest.raises(CourseError) as caught:
        data.red_wine()
    for part in ("42", repr(text), repr(column), "python3 -m helpers download"):
        assert part in str(caught.value)
    assert wine_file.read_bytes() == before


@pytest.mark.parametrize("damage", ["empty", "binary", "web page", "commas", "other columns", "cut off", "short row"])
def test_another_file_is_not_taken_for_the_wines(wine_file, lang, damage):
    write_wine(wine_file, header=[*list(readers.WINE_RANGES)[:-1], "price"] if damage == "other columns" else None)
    text = wine_file.read_text("utf-8")
    wine_file.write_bytes(
        {
            "empty": b"",
            "binary": bytes(range(256)) * 40,
            "web page": b"<html><body>Not found</body></html>",
            "commas": text.replace(";", ",").encode(),
            "other columns": text.encode(),
            "cut off": text[: len(text) // 2].encode(),
            "short row": text.replace(";5\n", "\n", 1).encode(),
        }[damage]
    )
    with pytest.raises(CourseError, match="python3 -m helpers") as caught:
        data.red_wine()
    assert {"en": "Nothing was changed", "es": "No se ha cambiado nada"}[lang] in str(caught.value)


def test_a_row_cut_off_is_named(wine_file, lang):
    write_wine(wine_file)
    lines = wine_file.read_text("utf-8").splitlines()
    lines[42] = lines[42].rpartition(";")[0]
    wine_file.write_text("\n".join(lines) + "\n", "utf-8")
    named = {
        "en": "row 42 below the header has 11 values instead of 12",
        "es": "la fila 42 bajo el encabezado tiene 11 valores en vez de 12",
    }
    with pytest.raises(CourseError, match=named[lang]):
        data.red_wine()


def test_wine_offline_is_one_sentence(wine_file, lang, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(downloads.DataUnavailable) as caught:
        data.red_wine()
    assert "python3 -m helpers download" in str(caught.value) and "0.1 MB" in str(caught.value)
    assert {"en": "1,599 red wines", "es": "1599 vinos tintos"}[lang] in str(caught.value)


def drawings_file(n=1200, seed=0, version=(1, 0), kind=np.uint8, width=784):
    """Bytes of a stand-in for one published file: (n, 784) drawings, each with paper and ink."""
    pixels = np.random.default_rng(seed).integers(0, 255, (n, width)).astype(kind)
    pixels[:, 0], pixels[:, 1] = 0, 255
    page = io.BytesIO()
    np.lib.format.write_array(page, pixels, version=version)
    return page.getvalue()


@pytest.fixture
def sketches(tmp_path, monkeypatch):
    """A loopback server that serves one `.npy` per class; `httpd.files`, `.ranges` (does it know them?), `.asked`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name, wanted = self.path.removeprefix("/"), self.headers.get("Range")
            self.server.asked.append((name, wanted))
            body = self.server.files.get(name)
            if body is None:
                return self.send_error(404)
            first, last = (int(end) for end in wanted.removeprefix("bytes=").split("-"))
            partial = self.server.ranges
            self.send_response(206 if partial else 200)
            body = body[first : last + 1] if partial else body
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who has enough hangs up
                for start in range(0, len(body), 50_000):
                    self.wfile.write(body[start : start + 50_000])
                    self.server.sent += len(body[start : start + 50_000])

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.files = {f"{name}.npy": drawings_file(seed=i) for i, name in enumerate(readers.QUICKDRAW_CLASSES)}
        httpd.ranges, httpd.asked, httpd.sent = True, [], 0
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        monkeypatch.setitem(readers.FILES["quickdraw"], "url", f"http://127.0.0.1:{httpd.server_port}/")
        parts = tuple(downloads.drawings_of(name, 1000) for name in readers.QUICKDRAW_CLASSES)
        monkeypatch.setitem(
            downloads.DOWNLOADS, "quickdraw", dataclasses.replace(downloads.DOWNLOADS["quickdraw"], parts=parts)
        )
        monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
        monkeypatch.delenv("COURSE_OFFLINE")
        yield httpd
        httpd.shutdown()


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


THREE = ["quickdraw/cat.npy", "quickdraw/rainbow.npy", "quickdraw/train.npy"]


def test_quickdraw_asks_for_the_beginning_of_each_file_once_and_splits_it(sketches, tmp_path):
    splits = data.quickdraw(n=1000)
    assert [x.shape for x, _ in splits] == [(1800, 28, 28), (600, 28, 28), (600, 28, 28)]
    assert all(x.dtype == y.dtype == np.uint8 and y.tolist() == [0, 1, 2] * (len(y) // 3) for x, y in splits)
    second = np.load(io.BytesIO(sketches.files["rainbow.npy"]))
    np.testing.assert_array_equal(splits[0][0][splits[0][1] == 1], second[:600].reshape(-1, 28, 28))
    np.testing.assert_array_equal(splits[2][0][splits[2][1] == 1], second[800:1000].reshape(-1, 28, 28))
    assert sketches.sent <= 3 * (784 * 1000 + 1024) < sum(map(len, sketches.files.values()))
    data.quickdraw(n=1000)
    assert len(sketches.asked) == 3 and files_in(tmp_path) == THREE
    kept = np.load(tmp_path / "quickdraw" / "rainbow.npy")
    assert kept.dtype == np.uint8 and np.array_equal(kept, second[:1000])  # a beginning, in the form of the whole


def test_any_class_has_a_file_of_its_own_in_the_order_asked(sketches, tmp_path):
    sketches.files["ice%20cream.npy"] = drawings_file(n=20, seed=7)
    for _ in range(2):
        (x, y), (x_val, _), (x_test, _) = data.quickdraw(["train", "ice cream"], 10)
    assert (len(x), len(x_val), len(x_test)) == (12, 4, 4) and y.tolist() == [0, 1] * 6
    ice = np.load(io.BytesIO(sketches.files["ice%20cream.npy"]))
    np.testing.assert_array_equal(x[y == 1], ice[:6].reshape(-1, 28, 28))
    assert sketches.asked == [(name, f"bytes=0-{1024 + 7840 - 1}") for name in ("train.npy", "ice%20cream.npy")]
    assert files_in(tmp_path) == ["quickdraw/ice cream.npy", "quickdraw/train.npy"]


def test_a_file_with_more_drawings_serves_and_one_with_fewer_is_fetched_anew(sketches, tmp_path):
    (path := tmp_path / "quickdraw" / "cat.npy").parent.mkdir()
    path.write_bytes(drawings_file(n=60, seed=3))
    first = np.load(path)[:6].reshape(-1, 28, 28)
    np.testing.assert_array_equal(data.quickdraw(["cat"], 10)[0][0], first)
    assert not sketches.asked
    np.testing.assert_array_equal(data.quickdraw(["cat"], 50)[0][0][:6], first)
    (x, _), *_ = data.quickdraw(["cat"], 100)
    assert len(x) == 60 and not np.array_equal(x[:6], first) and len(sketches.asked) == 1
    assert len(np.load(path)) == 100 and files_in(tmp_path) == ["quickdraw/cat.npy"]


def test_where_more_cannot_be_fetched_the_shorter_file_stays(sketches, tmp_path):
    data.quickdraw(["cat"], 10)
    before = (tmp_path / "quickdraw" / "cat.npy").read_bytes()
    sketches.files["cat.npy"] = None
    with pytest.raises(downloads.DataUnavailable, match="answered 404"):
        data.quickdraw(["cat"], 50)
    assert (tmp_path / "quickdraw" / "cat.npy").read_bytes() == before and len(data.quickdraw(["cat"], 10)[2][0]) == 2


def test_a_server_without_ranges_is_not_heard_to_the_end(sketches):
    sketches.ranges = False
    sketches.files["cat.npy"] = drawings_file(n=60_000)  # 47 MB
    (drawings, _), *_ = data.quickdraw(["cat"])
    assert drawings.shape == (600, 28, 28) and sketches.sent < 20e6


@pytest.mark.parametrize("fault", ["missing", "text", "floats", "too few", "cut off", "version 2", "other size"])
def test_drawings_that_do_not_arrive_whole_leave_nothing(sketches, tmp_path, lang, fault):
    whole = sketches.files["rainbow.npy"]
    sketches.files["rainbow.npy"] = {
        "missing": None,
        "text": b"<html>not found</html>" * 100,
        "floats": drawings_file(kind=np.float32),
        "too few": drawings_file(n=999),
        "cut off": whole[: 784 * 500],
        "version 2": drawings_file(version=(2, 0)),
        "other size": drawings_file(width=783),
    }[fault]
    with pytest.raises(downloads.DataUnavailable, match=r"2\.4 MB") as caught:
        downloads.fetch("quickdraw")
    assert "python3 -m helpers download" in str(caught.value)
    assert files_in(tmp_path) == THREE[:1]  # what was whole before stays
    with pytest.raises(downloads.DataUnavailable, match=r"0\.8 MB") as caught:
        data.quickdraw(["rainbow"])
    reason = {"missing": "404", "too few": "999"}.get(fault, {"en": "login page", "es": "página de acceso"}[lang])
    assert reason in caught.value.reason and "quickdraw.withgoogle.com" in str(caught.value)
    assert files_in(tmp_path) == THREE[:1]


def test_drawings_offline_are_one_sentence(tmp_path, monkeypatch, lang):
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    for ask in (data.quickdraw, lambda: downloads.fetch("quickdraw"), lambda: data.quickdraw(["dragon"], 50)):
        with pytest.raises(downloads.DataUnavailable) as caught:
            ask()
        assert "Quick, Draw!" in str(caught.value) and "COURSE_OFFLINE" in str(caught.value)


def test_the_command_fetches_the_three_classes_and_the_second_time_what_is_missing(
    sketches, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(downloads, "DOWNLOADS", {"quickdraw": downloads.DOWNLOADS["quickdraw"]})
    sketches.files["train.npy"], train = None, sketches.files["train.npy"]
    assert download_command.download_all() == 1 and files_in(tmp_path) == THREE[:2]
    sketches.files["train.npy"] = train
    sketches.asked.clear()
    assert download_command.download_all() == 0 and files_in(tmp_path) == THREE
    assert [name for name, _ in sketches.asked] == ["train.npy"] and "100%" in capsys.readouterr().err
    (tmp_path / "quickdraw" / "rainbow.npy").write_bytes(b"damaged")
    assert download_command.download_all() == 1 and "rainbow.npy" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["empty", "half", "pickle", "other shape", "no ink"])
def test_a_damaged_file_of_drawings_is_told_and_left_alone(sketches, tmp_path, lang, damage):
    (path := tmp_path / "quickdraw" / "cat.npy").parent.mkdir()
    drawings = np.full((1000, 784), 0 if damage == "no ink" else 9, np.uint8)
    if damage != "no ink":
        drawings[:, 0] = 0
    if damage == "other shape":
        drawings = drawings[:9].reshape(9, 28, 28)
    np.save(path, np.array([{}], dtype=object) if damage == "pickle" else drawings)
    if damage in ("empty", "half"):
        path.write_bytes(path.read_bytes()[: 0 if damage == "empty" else 300_000])
    before = path.read_bytes()
    with pytest.raises(CourseError, match=r"cat\.npy.*Quick, Draw!") as caught:
        data.quickdraw()
    assert not isinstance(caught.value, downloads.DataUnavailable)
    assert path.read_bytes() == before and "cat.npy" not in [name for name, _ in sketches.asked]


@pytest.mark.parametrize("arguments", [([], 10), (["cat", "cat"], 10), (["cat"], 4), ("cat", 10), (["../cat"], 10)])
def test_quickdraw_says_what_it_cannot_do(arguments, lang):
    with pytest.raises(CourseError, match=r"quickdraw\(\)"):
        data.quickdraw(*arguments)
