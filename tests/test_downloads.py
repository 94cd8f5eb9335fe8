"""Downloads, against a server with every fault: a file stands under its final name only when whole and verified."""

import dataclasses
import hashlib
import http.server
import io
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import zipfile

import pytest

from conftest import ROOT
from helpers import downloads, readers
from helpers.language import CourseError
from launcher import download as download_command
from test_data import write_wine

WINE, PHOTOS = downloads.DOWNLOADS["wine"], downloads.DOWNLOADS["photos"]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as `server.answers` says, one after the other, the last one again and again."""

    def do_GET(self):
        self.server.asked.append(self.path.strip("/"))
        answers = self.server.answers
        answer = "whole" if self.path == "/moved" else answers.pop(0) if len(answers) > 1 else answers[0]
        body = self.server.bodies.get(self.path.strip("/"), self.server.bodies["file"])
        half = len(body) // 2
        if answer.isdigit():
            return self.send_error(int(answer))
        if answer in ("redirect", "redirect in a circle", "login page"):
            self.send_response(302)
            self.send_header("Location", {"redirect": "/moved", "login page": "/login"}.get(answer, self.path))
            answers[:] = ["wrong bytes"] if answer == "login page" else answers
            return self.end_headers()
        if answer == "no answer":
            return self.server.over.wait()
        self.send_response(200)
        length = {"claims more": len(body) + 1000, "claims less": half}.get(answer, len(body))
        if answer != "cut off, length unsaid":
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if answer in ("slow", "slower"):
            step = len(body) // (8 if answer == "slow" else 40) + 1
            for start in range(0, len(body), step):
                self.wfile.write(body[start : start + step])
                self.server.over.wait(0.02)
        elif answer == "wrong bytes":
            self.wfile.write(b"<html>Please log in</html>".ljust(len(body)))
        elif answer in ("cut off", "cut off, length unsaid", "stops"):
            self.wfile.write(body[:half])
            if answer == "stops":
                self.server.over.wait()
        else:
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A loopback server in place of the publishers'."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.answers, httpd.asked, httpd.over = ["whole"], [], threading.Event()
        httpd.bodies = {"file": b"the whole file" * 1000}
        threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setattr(downloads, "DATA_DIR", tmp_path / "data")
        monkeypatch.setattr(downloads, "TIMEOUT", (0.3, 0.3))
        monkeypatch.setattr(time, "sleep", lambda seconds: None)  # pooch's, before it tries again
        monkeypatch.delenv("COURSE_OFFLINE")
        monkeypatch.setattr(downloads, "DOWNLOADS", {"file": download(httpd, "file")})
        yield httpd
        httpd.over.set()
        httpd.shutdown()


def download(server, name, **changes):
    digest = hashlib.sha256(server.bodies["file"]).hexdigest()
    url = f"http://127.0.0.1:{server.server_port}/{name}"
    return downloads.Download(name, url, 11, "CC0", f"the file {name}", f"el archivo {name}", digest=digest, **changes)


def wine(server, path):
    """The download of the wines, for which no digest is published: the content decides."""
    write_wine(path)
    server.bodies["file"] = path.read_bytes()
    path.unlink()
    here = f"http://127.0.0.1:{server.server_port}/file"
    return dataclasses.replace(WINE, url=here)


def standing(folder=None):
    """What stands in the folder of the data, with what is hidden."""
    folder = folder or downloads.DATA_DIR
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("answer", ["whole", "slow", "redirect"])
def test_what_arrives_whole_is_fetched_once_and_everybody_may_read_it(server, answer):
    server.answers = [answer]
    for _ in range(2):
        path = downloads.fetch("file")
    assert path.read_bytes() == server.bodies["file"] and standing() == ["file"]
    assert server.asked == ["file", "moved"][: 1 + (answer == "redirect")]
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o644


FAULTS = {
    "404": ("answered 404", "respondió 404"),
    "500": ("answered 500", "respondió 500"),
    "wrong bytes": ("not the whole published file", "no es el archivo publicado completo"),
    "login page": ("a login page", "una página de acceso"),
    "redirect in a circle": ("no connection", "sin conexión"),
    "cut off": ("broke off", "se cortó"),
    "cut off, length unsaid": ("not the whole", "no es el archivo"),
    "claims more": ("broke off", "se cortó"),
    "claims less": ("not the whole", "no es el archivo"),
    "no answer": ("did not answer in time", "no respondió a tiempo"),
    "stops": ("broke off", "se cortó"),
    "nobody listens": ("no connection", "sin conexión"),
    "disk full": ("cannot write to", "no se puede escribir en"),
}


@pytest.mark.parametrize("decides", ["digest", "content"])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_whole_never_gets_its_final_name(server, tmp_path, lang, monkeypatch, fault, decides):
    if decides == "content":
        monkeypatch.setattr(downloads, "DOWNLOADS", {"file": wine(server, tmp_path / "sent")})
    server.answers = [fault]
    if fault == "nobody listens":
        server.shutdown()
        server.server_close()
    elif fault == "disk full":

        def full(url, file, pooch):
            raise OSError(28, os.strerror(28))

        monkeypatch.setitem(
            downloads.DOWNLOADS, "file", dataclasses.replace(downloads.DOWNLOADS["file"], downloader=full)
        )
    with pytest.raises(downloads.DataUnavailable, match=" MB") as caught:
        downloads.fetch("file")
    reason = FAULTS[fault][lang == "es"]
    assert reason in caught.value.reason and caught.value.reason in str(caught.value)
    assert "`python3 -m helpers download`" in str(caught.value) and "object at" not in str(caught.value)
    assert standing() == []


@pytest.mark.parametrize("fault", ["500", "404", "cut off", "claims more", "no answer", "stops", "wrong bytes"])
def test_a_fault_that_passes_is_no_fault(server, capsys, fault):
    server.answers = [fault, fault, "whole"]
    assert download_command.download_all() == 0
    assert downloads.DOWNLOADS["file"].present().read_bytes() == server.bodies["file"]
    assert server.asked == ["file"] * 3 and standing() == ["file"]


def test_trying_again_ends(server, capsys):
    server.answers = ["500"]
    assert download_command.download_all() == 1
    assert server.asked == ["file"] * 4


def test_progress_is_shown(server, capsys):
    download_command.download_all()
    assert "100%" in capsys.readouterr().err


def test_the_second_run_fetches_only_what_is_missing(server, capsys, lang, monkeypatch):
    monkeypatch.setattr(downloads, "DOWNLOADS", {name: download(server, name) for name in ("one", "two", "three")})
    server.answers = ["whole", "404", "404", "404", "404", "whole"]
    assert download_command.download_all() == 1
    said = capsys.readouterr().out
    assert standing() == ["one", "three"]
    assert said.count("✓") == 2 and f"✓ {downloads.DATA_DIR / 'one'}" in said
    assert f"✗ 127.0.0.1:{server.server_port}" in said and "404" in said
    end = {
        "en": "Missing or damaged: two. Check your internet",
        "es": "Falta o está dañado: two. Comprueba tu conexión",
    }
    assert end[lang] in said and "Skipped" not in said and "Omitido" not in said

    server.asked.clear()
    assert download_command.download_all() == 0
    assert server.asked == ["two"] and standing() == ["one", "three", "two"]
    said = capsys.readouterr().out
    assert said.count("✓") == 3 and "✗" not in said and "COURSE_DATA" in said
    assert {"en": "Everything is here, whole and verified", "es": "Está todo, completo y comprobado"}[lang] in said


def test_what_was_here_is_verified_and_left_alone(server, tmp_path, capsys, lang, monkeypatch):
    monkeypatch.setattr(downloads, "DOWNLOADS", {"wine": wine(server, tmp_path / "sent")})
    downloads.DATA_DIR.mkdir()
    (downloads.DATA_DIR / "winequality-red.csv").write_bytes(server.bodies["file"][:5000])  # copied in part
    assert download_command.download_all() == 1
    said = capsys.readouterr().out
    assert "✗" in said and {"en": "Move it away", "es": "Quítalo de ahí"}[lang] in said
    assert (downloads.DATA_DIR / "winequality-red.csv").stat().st_size == 5000 and not server.asked
    (downloads.DATA_DIR / "winequality-red.csv").rename(tmp_path / "away")
    assert download_command.download_all() == 0


def test_where_downloads_are_forbidden_it_says_so(server, capsys, lang, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert download_command.download_all() == 1
    said = capsys.readouterr().out
    assert {"en": "✗ COURSE_OFFLINE is set", "es": "✗ la variable COURSE_OFFLINE está puesta"}[lang] in said
    assert {"en": "Unset COURSE_OFFLINE", "es": "Quita la variable COURSE_OFFLINE"}[lang] in said
    assert not server.asked and standing() == []


def test_a_folder_that_cannot_be_made_is_told(server, capsys, monkeypatch):
    downloads.DATA_DIR.write_text("a file in its place")
    assert download_command.download_all() == 1
    assert f"cannot write to {downloads.DATA_DIR}" in capsys.readouterr().out


def test_ctrl_c_says_that_the_same_command_goes_on(server, capsys, lang, monkeypatch):
    def interrupted(url, file, pooch):
        with open(file, "wb") as half:
            half.write(b"the whole")
        raise KeyboardInterrupt

    monkeypatch.setitem(downloads.DOWNLOADS, "two", download(server, "two", downloader=interrupted))
    assert download_command.download_all() == 130
    assert {"en": "the same command goes on", "es": "repite la misma orden para seguir"}[
        lang
    ] in capsys.readouterr().out
    assert standing() == ["file"]


def test_another_process_was_faster(server):
    folder = downloads.DATA_DIR / "photos"

    def verify(path):  # another notebook has finished between our looking and our having it
        folder.mkdir()
        (folder / "theirs").touch()

    def unpack(path):
        (ours := path.with_name("unpacked")).mkdir()
        return ours

    downloads.DOWNLOADS["file"] = dataclasses.replace(download(server, "photos"), verify=verify, unpack=unpack)
    assert downloads.fetch("file") == folder and standing() == ["photos"] and standing(folder) == ["theirs"]


def photos_zip():
    """An archive with as many members as the published one, each the least that begins as a JPEG."""
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as archive:
        for split, count in readers.PHOTO_COUNTS.items():
            for kind in readers.PHOTO_CLASSES:
                for number in range(count):
                    archive.writestr(f"cats_and_dogs_filtered/{split}/{kind}/{number}.jpg", b"\xff\xd8")
    return page.getvalue()


KILLED = """
import dataclasses, sys, time, zipfile
from helpers import downloads
from launcher import download as download_command

url, (moment, *slow) = sys.argv[1], sys.argv[2].split(maxsplit=1)

def wait(*arguments):
    print("now", flush=True)
    time.sleep(60)

extractall = zipfile.ZipFile.extractall
def half(archive, folder, members):
    extractall(archive, folder, members[:1500])
    wait()
def slowly(archive, folder, members):
    print("now", flush=True)
    for start in range(0, 3000, 100):
        extractall(archive, folder, members[start : start + 100])
        time.sleep(0.02)

photos = dataclasses.replace(downloads.DOWNLOADS["photos"], url=url)
if moment == "unpacking":
    zipfile.ZipFile.extractall = slowly if slow else half
if moment == "verifying" or slow:
    photos = dataclasses.replace(photos, verify=wait)
downloads.DOWNLOADS = {"photos": photos}
sys.exit(download_command.download_all())
"""


CHANCE = random.Random(7)
MOMENTS = [
    *("arriving", "unpacking", "verifying"),
    *(f"arriving {CHANCE.uniform(0, 0.8):.2f} s" for _ in range(3)),
    *(f"unpacking {CHANCE.uniform(0, 0.6):.2f} s" for _ in range(2)),
]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills with a POSIX signal")
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_typed_again(server, monkeypatch, capsys, moment):
    photos = dataclasses.replace(PHOTOS, url=f"http://127.0.0.1:{server.server_port}/file")
    monkeypatch.setattr(downloads, "DOWNLOADS", {"photos": photos})
    server.bodies["file"] = photos_zip()
    phase, *delay = moment.split(maxsplit=1)
    server.answers = ["whole" if phase != "arriving" else "slower" if delay else "stops"]
    half = len(server.bodies["file"]) // 2

    def arrived():
        return sum(path.stat().st_size for path in downloads.DATA_DIR.rglob(".incoming-*/*"))

    environment = {**os.environ, "COURSE_DATA": str(downloads.DATA_DIR)}
    command = [sys.executable, "-c", KILLED, photos.url, moment]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        pause, deadline = threading.Event(), time.monotonic() + 60
        if phase != "arriving":
            assert "now\n" in iter(process.stdout.readline, "")
        while phase == "arriving" and not (server.asked if delay else arrived() >= half - 1024):
            assert time.monotonic() < deadline and process.poll() is None
            pause.wait(0.02)
        if delay:
            pause.wait(float(delay[0].split()[0]))
        process.kill()
    (left,) = standing()
    assert left.startswith(".incoming-") and downloads.DOWNLOADS["photos"].present() is None

    server.answers = ["whole"]
    assert download_command.download_all() == 0
    PHOTOS.verify(downloads.DOWNLOADS["photos"].present())
    assert standing() == [left, "cats_and_dogs_filtered"]  # it might be somebody's who is still at it
    for path in [*(downloads.DATA_DIR / left).rglob("*"), downloads.DATA_DIR / left]:
        os.utime(path, (0, time.time() - 4000))
    assert download_command.download_all() == 0
    assert standing() == ["cats_and_dogs_filtered"] and len(server.asked) == 2


@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
def test_a_folder_prepared_here_works_elsewhere(server, tmp_path, monkeypatch, absolute):
    if not absolute and tmp_path.drive != ROOT.drive:
        pytest.skip("no relative path leads to another of Windows's drives")
    monkeypatch.setattr(downloads, "DOWNLOADS", {"wine": wine(server, tmp_path / "sent")})
    assert download_command.download_all() == 0
    copy = shutil.copytree(downloads.DATA_DIR, tmp_path / "the school's disk")
    shutil.rmtree(downloads.DATA_DIR)
    place = str(copy) if absolute else os.path.relpath(copy, ROOT)
    environment = {**os.environ, "COURSE_DATA": place, "COURSE_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    program = "from helpers import data, downloads; print(len(data.red_wine()[0][0]), downloads.DOWNLOADS['wine'].present().samefile('winequality-red.csv'))"
    done = subprocess.run([sys.executable, "-c", program], cwd=copy, env=environment, capture_output=True, text=True)
    assert done.stdout == "960 True\n", done.stderr


def test_list_names_each_download_and_what_is_here(tmp_path, monkeypatch, capsys, lang):
    monkeypatch.setattr(downloads, "DATA_DIR", tmp_path)
    (tmp_path / "weights").mkdir()
    for file in (downloads.DOWNLOADS["mnist"].file, downloads.DOWNLOADS["vgg16"].also):
        (tmp_path / file).touch()
    assert download_command.list_downloads() == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert str(tmp_path) in head and "150 MB" in head
    assert len(lines) == len(downloads.DOWNLOADS)
    for line, (name, download) in zip(lines, downloads.DOWNLOADS.items(), strict=True):
        assert line.split()[:2] == ["✓" if name in ("mnist", "vgg16") else "–", name]
        assert f" {download.megabytes} MB " in line and {"en": download.en, "es": download.es}[lang] in line
        assert {"en": "licence", "es": "licencia"}[lang] + f": {download.licence}" in line


def test_no_download_is_taken_for_another(tmp_path):
    for name, download in downloads.DOWNLOADS.items():
        path = tmp_path / "something else"
        path.write_bytes(b"<html>")
        with pytest.raises(CourseError, match=r"python3 -m helpers download|fetched again"):
            download.verify(path)
        assert path.exists(), name
