"""Photos, pretrained weights and the cache: fetched whole or not at all, read without surprises, never mistaken."""

import dataclasses
import hashlib
import http.server
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import standins
from conftest import ROOT
from helpers import data, downloads, models, readers
from helpers.language import CourseError
from helpers.photos import own_photo, own_photos

ALL = {"train": 1_000, "validation": 500}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path / "data")
    monkeypatch.setattr(models, "CACHE_DIR", tmp_path / "cache")
    return tmp_path / "data"


@pytest.fixture
def publisher(folder, monkeypatch):
    """A loopback server in place of the publishers' sites; `files` maps a download's name to what is sent."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.server.files[self.path.strip("/")]
            self.server.asked.append(self.path.strip("/"))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.files, httpd.asked = {}, []
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        served = {
            name: dataclasses.replace(downloads.DOWNLOADS[name], url=f"http://127.0.0.1:{httpd.server_port}/{name}")
            for name in ("photos", "vgg16", "mobilenetv2")
        }
        monkeypatch.setattr(downloads, "DOWNLOADS", served)
        monkeypatch.delenv("COURSE_OFFLINE")
        yield httpd
        httpd.shutdown()


def test_photos_arrive_as_a_zip_and_become_folders(publisher, folder, capsys):
    publisher.files["photos"] = standins.archive(ALL)
    train, validation = data.cats_and_dogs()
    assert (train, validation) == tuple(folder / "cats_and_dogs_filtered" / name for name in ALL)
    counts = [len(list((split / name).iterdir())) for split in (train, validation) for name in readers.PHOTO_CLASSES]
    assert counts == [1000, 1000, 500, 500]
    assert [path.name for path in folder.iterdir()] == ["cats_and_dogs_filtered"]
    assert not list(folder.rglob("*.py"))  # only photos are taken out
    data.cats_and_dogs()
    assert publisher.asked == ["photos"] and capsys.readouterr().out == ""


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["text", "cut off", "a photo missing", "no JPEGs", "changed byte"])
def test_photos_that_are_not_whole_leave_nothing(publisher, folder, lang, fault):
    whole = standins.archive(ALL if fault != "a photo missing" else {**ALL, "train": 999})
    middle = len(whole) // 4
    publisher.files["photos"] = {
        "text": b"<html>not found</html>",
        "cut off": whole[:middle],
        "a photo missing": whole,
        "no JPEGs": standins.archive({}, more={name: b"GIF89a" for name, _ in standins.photo_files(ALL, 1)}),
        "changed byte": whole[:middle]
        + bytes(255 - byte for byte in whole[middle : middle + 1000])
        + whole[middle + 1000 :],
    }[fault]
    with pytest.raises(downloads.DataUnavailable) as caught:
        data.cats_and_dogs()
    assert "68 MB" in str(caught.value) and "python3 -m helpers download" in str(caught.value)
    assert not list(folder.iterdir())


def test_no_member_of_the_archive_lands_elsewhere(publisher, folder, tmp_path):
    evil = {
        name: b"\xff\xd8"
        for name in ("../evil.jpg", "/tmp/evil.jpg", "cats_and_dogs_filtered/train/cats/../../../evil.jpg")
    }
    publisher.files["photos"] = standins.archive(ALL, more=evil)
    data.cats_and_dogs()
    assert not list(tmp_path.rglob("evil*")) and not Path("/tmp/evil.jpg").exists()


def test_fewer_photos_are_used_but_not_in_silence(folder, lang, capsys):
    standins.write_photos(folder, {"train": 3, "validation": 2})
    data.cats_and_dogs()
    assert "train/cats 3 (1000)" in capsys.readouterr().out
    shutil.rmtree(folder / "cats_and_dogs_filtered/train/dogs")
    with pytest.raises(CourseError, match="python3 -m helpers download"):
        data.cats_and_dogs()


@pytest.mark.parametrize("name", ["vgg16", "mobilenetv2", "photos"])
def test_offline_is_one_sentence(folder, lang, name):
    with pytest.raises(downloads.DataUnavailable) as caught:
        downloads.fetch(name)
    assert "python3 -m helpers download" in str(caught.value) and "MB" in str(caught.value)
    assert downloads.DOWNLOADS[name].present() is None and not folder.exists()


@pytest.mark.parametrize("name", models.BASES)
@pytest.mark.parametrize("published", [True, False], ids=["published", "save_weights"])
def test_a_base_takes_its_weights_in_either_format(folder, name, published):
    written = standins.write_weights(folder, name, published)
    downloads.DOWNLOADS[name.lower()].verify(downloads.DOWNLOADS[name.lower()].present())
    base = models.pretrained_base(name, size=96)
    assert base.input_shape == (None, 96, 96, 3)
    for one, other in zip(written.get_weights(), base.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_vgg16_is_fetched_once_with_the_digest_that_keras_publishes(publisher, folder, tmp_path):
    assert downloads.DOWNLOADS["vgg16"].digest == "md5:6d6bbae143d832006294945121d1f1fc"
    standins.write_weights(tmp_path / "published", "VGG16")
    publisher.files["vgg16"] = (tmp_path / "published/weights/vgg16_imagenet_notop.h5").read_bytes()
    with pytest.raises(downloads.DataUnavailable):  # random weights are not those that Keras publishes
        models.pretrained_base("VGG16")
    assert not list((folder / "weights").iterdir())
    md5 = hashlib.md5(publisher.files["vgg16"]).hexdigest()
    downloads.DOWNLOADS["vgg16"] = dataclasses.replace(downloads.DOWNLOADS["vgg16"], digest=f"md5:{md5}")
    for _ in range(2):
        assert models.pretrained_base("VGG16").count_params() == 14_714_688
    assert publisher.asked == ["vgg16"] * 2
    assert [path.name for path in (folder / "weights").iterdir()] == ["vgg16_imagenet_notop.h5"]


def test_mobilenet_without_a_published_digest_is_verified_by_its_content(publisher, folder, tmp_path):
    standins.write_weights(tmp_path / "published", "MobileNetV2")
    whole = (tmp_path / "published/weights/mobilenet_v2_imagenet_notop.h5").read_bytes()
    vgg = standins.write_weights(tmp_path / "published", "VGG16")
    for wrong in (
        whole[: len(whole) // 2],
        b"<html>",
        (tmp_path / "published/weights/vgg16_imagenet_notop.h5").read_bytes(),
    ):
        publisher.files["mobilenetv2"] = wrong
        with pytest.raises(downloads.DataUnavailable):
            models.pretrained_base("MobileNetV2")
        assert not list((folder / "weights").iterdir())
    publisher.files["mobilenetv2"] = whole
    base = models.pretrained_base("MobileNetV2")
    assert models.fingerprint(base) != models.fingerprint(vgg)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["text", "cut off", "other base", "other format"])
def test_damaged_weights_are_told_and_left_alone(folder, lang, damage):
    path = folder / "weights" / f"{standins.FILES['MobileNetV2']}.h5"
    if damage == "other format":
        standins.write_weights(folder, "MobileNetV2", published=False)
        path.with_name(f"{standins.FILES['MobileNetV2']}.weights.h5").rename(path)
    else:
        standins.write_weights(folder, "VGG16" if damage == "other base" else "MobileNetV2")
        if damage == "other base":
            path.with_name(f"{standins.FILES['VGG16']}.h5").rename(path)
        else:
            path.write_bytes(b"text" if damage == "text" else path.read_bytes()[:500_000])
    before = path.read_bytes()
    with pytest.raises(CourseError, match="python3 -m helpers") as caught:
        models.pretrained_base("MobileNetV2")
    assert {"en": "Nothing was changed", "es": "No se ha cambiado nada"}[lang] in str(caught.value)
    assert path.read_bytes() == before


def test_another_base_is_named(lang):
    with pytest.raises(CourseError, match="VGG16"):
        models.pretrained_base("ResNet50")


def mixed_folder(root):
    """Somebody's folder: one of everything."""
    (root / "cats").mkdir(parents=True)
    (root / "dogs").mkdir()
    tall = Image.new("RGB", (60, 90), "red")
    tall.paste("blue", (0, 0, 60, 45))  # blue above, red below
    tall.save(root / "cats/plain.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: to be turned by 90° to the right
    tall.rotate(90, expand=True).save(root / "cats/turned.jpg", exif=exif)
    tall.convert("P").save(root / "cats/palette.png")
    tall.convert("CMYK").save(root / "cats/cmyk.jpg")
    Image.fromarray(np.full((50, 50), 32_768, np.uint16)).save(root / "cats/deep.png")
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(root / "cats/clear.png")
    tall.save(root / "cats/moving.gif", save_all=True, append_images=[tall.rotate(180)])
    (root / "cats/notes.txt").write_text("my cat")
    (root / "cats/fake.jpg").write_text("no picture at all")
    (root / "cats/.DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (root / "cats/cut.jpg").write_bytes((root / "cats/plain.jpg").read_bytes()[:400])
    (root / "cats/empty.png").write_bytes(b"")
    Image.new("RGB", (1, 1)).save(root / "cats/dot.png")
    Image.new("1", (30_000, 30_000)).save(root / "cats/bomb.png")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    root = tmp_path_factory.mktemp("own")
    mixed_folder(root)
    return root


USED = ["clear.png", "cmyk.jpg", "deep.png", "moving.gif", "palette.png", "plain.jpg", "turned.jpg"]
REFUSED = {
    "notes.txt": "no picture",
    "fake.jpg": "no picture",
    ".DS_Store": "no picture",
    "empty.png": "no picture",
    "cut.jpg": "damaged or cut off",
    "dot.png": "1 × 1 pixels",
    "bomb.png": "fill the memory",
}
CONVERTED = {
    "turned.jpg": "turned upright",
    "palette.png": "palette",
    "cmyk.jpg": "CMYK",
    "deep.png": "16 bits",
    "clear.png": "transparent",
    "moving.gif": "first of 2",
}


def test_own_photos_uses_what_it_can_and_names_everything_else(mixed, capsys):
    images, names = own_photos(mixed, size=48)
    assert names == [f"cats/{name}" for name in USED]
    assert (images.shape, images.dtype) == ((len(USED), 48, 48, 3), np.uint8)
    told = " ".join(capsys.readouterr().out.split())
    for name, reason in {**REFUSED, **CONVERTED}.items():
        line = told.split(f"cats/{name}: ")[1].split(" ✗ ")[0].split(" ✓ ")[0]
        assert reason in line, (name, line)
    assert "✗ dogs/: no usable photo" in told and "plain.jpg" not in told
    assert len(REFUSED) + len(USED) == len(list((mixed / "cats").iterdir()))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("LAB", {"en": "mode LAB", "es": "modo LAB"}),
        ("LA", {"en": "grey, transparent", "es": "gris, transparente"}),
        ("L", {"en": "grey", "es": "gris"}),
        ("PA", {"en": "palette, transparent", "es": "paleta, transparente"}),
        ("P", {"en": "palette", "es": "paleta"}),
        ("I;16", {"en": "16 bits per pixel", "es": "16 bits por píxel"}),
    ],
)
def test_what_a_photo_was_converted_from_is_named_and_nothing_else(tmp_path, mode, kind, capsys, lang):
    Image.new(mode, (40, 40)).save(tmp_path / "photo.tif")
    own_photos(tmp_path)
    converted = {"en": "converted to RGB", "es": "convertida a RGB"}[lang]
    assert capsys.readouterr().out == f"✓ photo.tif: {kind[lang]}, {converted}.\n"


def test_own_photos_come_out_as_they_look(mixed):
    images, names = own_photos(mixed, size=48)
    look = dict(zip(names, images.astype(int), strict=True))
    for name in ("plain.jpg", "turned.jpg", "palette.png", "cmyk.jpg", "moving.gif"):
        above, below = look[f"cats/{name}"][8, 24], look[f"cats/{name}"][40, 24]
        assert above[2] > above[0] + 100 and below[0] > below[2] + 100, name
    assert abs(look["cats/deep.png"] - 127).max() <= 1 and look["cats/clear.png"].min() == 255


def test_a_single_photo_may_be_named(mixed):
    images, names = own_photos(mixed / "cats/plain.jpg")
    assert images.shape == (1, 160, 160, 3) and names == ["plain.jpg"]


def test_one_photo_keeps_its_size_or_is_refused_with_the_reason(mixed, lang):
    assert own_photo(mixed / "cats/turned.jpg").shape == own_photo(str(mixed / "cats/plain.jpg")).shape == (90, 60, 3)
    for name in ("notes.txt", "cut.jpg", "dot.png", "bomb.png"):
        with pytest.raises(CourseError, match=f"^{name}: "):
            own_photo(mixed / "cats" / name)
    with pytest.raises(CourseError, match={"en": "There is no file", "es": "No existe"}[lang]):
        own_photo("my digits.jpg")


def test_a_folder_without_a_usable_photo_is_refused_with_every_file_named(tmp_path, mixed, lang):
    for name in REFUSED:
        shutil.copy(mixed / "cats" / name, tmp_path / name)
    with pytest.raises(CourseError) as caught:
        own_photos(tmp_path)
    assert all(f"✗ {name}: " in str(caught.value) for name in REFUSED)
    for nothing in (tmp_path / "nowhere", tmp_path / "void"):
        with pytest.raises(CourseError, match={"en": "No usable photo", "es": "No hay ninguna"}[lang]):
            own_photos(nothing)
        (tmp_path / "void").mkdir(exist_ok=True)


def test_a_cached_array_is_computed_once_for_the_same_things(folder):
    calls = []

    def compute():
        calls.append(1)
        return np.arange(6, dtype=np.float32).reshape(2, 3)

    for _ in range(2):
        array = models.cached("features", ["vgg16", 150], compute)
        np.testing.assert_array_equal(array, np.arange(6).reshape(2, 3))
        assert not array.flags.writeable
    assert len(calls) == 1
    models.cached("features", ["vgg16", 151], compute)
    assert len(calls) == 2


def test_other_data_and_another_base_have_another_fingerprint(tmp_path):
    standins.write_photos(tmp_path, {"train": 2})
    photos = tmp_path / "cats_and_dogs_filtered"
    seen = {models.fingerprint(photos)}
    assert models.fingerprint(photos) in seen
    first = photos / "train/cats/cat.0.jpg"
    changed = bytearray(first.read_bytes())
    changed[-10] ^= 1  # same name, same size
    first.write_bytes(changed)
    seen.add(models.fingerprint(photos))
    first.rename(first.with_name("cat.9.jpg"))
    seen.add(models.fingerprint(photos))
    (photos / "train/cats/cat.9.jpg").unlink()
    seen.add(models.fingerprint(photos))
    weights = np.ones((2, 2))
    seen |= {models.fingerprint(w) for w in (weights, weights.reshape(4), weights.astype("f4"), 2 * weights)}
    seen |= {models.fingerprint(*parts) for parts in (("a", "b"), ("ab",), ("b", "a"), (1,), ("1",))}
    assert len(seen) == 4 + 4 + 5


@pytest.mark.parametrize("damage", ["cut off", "empty", "text"])
def test_a_damaged_cache_is_computed_again(folder, damage):
    models.cached("features", [1], lambda: np.ones((100, 100)))
    (path,) = models.CACHE_DIR.glob("features-*.npy")
    path.write_bytes({"cut off": path.read_bytes()[:5000], "empty": b"", "text": b"no array"}[damage])
    np.testing.assert_array_equal(models.cached("features", [1], lambda: np.full((2, 2), 7)), np.full((2, 2), 7))


def test_on_a_full_disk_the_array_is_given_back_all_the_same(folder, monkeypatch, capsys):
    def full(path, array):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    np.testing.assert_array_equal(models.cached("features", [1], lambda: np.ones(3)), np.ones(3))
    assert "No space left on device" in capsys.readouterr().out
    assert not list(models.CACHE_DIR.rglob("*"))


KILLED = """
import io, sys, time
from pathlib import Path
import numpy as np
from helpers import models

moment, models.CACHE_DIR = sys.argv[1], Path(sys.argv[2])

def wait():
    print("now", flush=True)
    time.sleep(60)

save = np.save
def slowly(path, array):  # in pieces; the last is never written
    save(file := io.BytesIO(), array)
    if moment != "half written":
        print("now", flush=True)
    with open(path, "wb", buffering=0) as written:
        for piece in np.array_split(np.frombuffer(file.getbuffer(), np.uint8), 100)[:50 if moment == "half written" else 99]:
            written.write(piece)
            time.sleep(0.005)
    wait()

if moment != "kept":
    np.save = slowly
models.cached("features", [1], wait if moment == "computing" else lambda: np.zeros((100, 10)))
wait()
"""
MOMENTS = random.Random(7)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills with a POSIX signal")
@pytest.mark.parametrize(
    "moment", ["computing", "half written", "kept", *(f"{MOMENTS.uniform(0, 0.5):.3f} s" for _ in range(5))]
)
def test_a_killed_run_leaves_nothing_that_is_read_as_complete(folder, moment):
    command = [sys.executable, "-c", KILLED, moment, str(models.CACHE_DIR)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "now\n"
        if moment.endswith(" s"):
            time.sleep(float(moment[:-2]))
        process.send_signal(signal.SIGKILL)
    whole = moment == "kept"
    assert len(list(models.CACHE_DIR.glob("features-*.npy"))) == whole
    start = time.monotonic()
    expected = np.zeros((100, 10)) if whole else np.ones(3)
    np.testing.assert_array_equal(models.cached("features", [1], lambda: np.ones(3)), expected)
    assert time.monotonic() - start < 5
