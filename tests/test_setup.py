"""The setup cell, run as a notebook would: in the course's folder, elsewhere, beside a foreign `helpers`, on Colab."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import helpers
from conftest import ROOT
from helpers.language import CourseError
from launcher import packages, settings
from tools import source


def setup_cell(monkeypatch, repository="", lang="en"):
    monkeypatch.setattr(source, "repository", lambda: repository)
    lesson = source.Lesson.numbered("01")
    return next(c.source for c in lesson.edition(lang).cells if "setup" in c.metadata.get("tags", []))


def run(code, folder, **environment):
    """Run a cell in a fresh IPython, as a kernel does; what it printed, error box included."""
    program = f"from IPython.core.interactiveshell import InteractiveShell as S\nS().run_cell({code!r})\n"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | environment
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, env=env, capture_output=True, text=True)
    return done.stdout


def test_setup_cell_finds_the_course_upwards(tmp_path, monkeypatch):
    course = tmp_path / "course"
    (course / "notebooks" / "es" / "mine").mkdir(parents=True)
    for part in ("helpers", "launcher", "requirements.txt"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, course / part)
    code = setup_cell(monkeypatch) + "\nprint(helpers.__file__, SEED)"
    printed = run(code, course / "notebooks" / "es" / "mine", COURSE_SEED="7")
    assert f"{course / 'helpers' / '__init__.py'} 7" in printed and "Keras 3." in printed


@pytest.mark.parametrize("lang", ["en", "es"])
def test_notebook_alone_without_an_address_is_told(tmp_path, monkeypatch, lang):
    printed = run(setup_cell(monkeypatch, lang=lang), tmp_path)
    assert source.SETUP_TEXTS[lang]["no_course"] in printed and "Traceback" not in printed
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_notebook_alone_fetches_the_course_once(tmp_path, monkeypatch):
    origin, alone = tmp_path / "origin", tmp_path / "alone"
    alone.mkdir()
    for part in ("helpers", "launcher"):
        shutil.copytree(ROOT / part, origin / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", origin)
    git = ["git", "-C", str(origin), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "course"]):
        subprocess.run([*git, *command], check=True)
    code = setup_cell(monkeypatch, repository=origin.as_uri()) + "\nprint(helpers.ROOT)"
    assert str(alone / helpers.COURSE) in run(code, alone)
    note = alone / helpers.COURSE / "my notes.txt"
    note.write_text("mine")
    origin.rename(tmp_path / "gone")  # the second run needs no network (Windows could not delete git's read-only files)
    assert str(alone / helpers.COURSE) in run(code, alone)
    assert note.read_text() == "mine" and len(list(alone.iterdir())) == 1


def test_unreachable_address_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    printed = run(setup_cell(monkeypatch, repository=(tmp_path / "nowhere").as_uri()), tmp_path)
    assert source.SETUP_TEXTS["en"]["no_course"] in printed
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", ["en", "es"])
def test_foreign_helpers_package_is_refused(tmp_path, monkeypatch, lang):
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import helpers\n" + setup_cell(monkeypatch, lang=lang)
    printed = run(code, ROOT / "notebooks")
    assert str(tmp_path) in printed and {"en": "Another package", "es": "otro paquete"}[lang] in printed
    assert "Traceback" not in printed


def test_notebook_of_another_version_is_refused(lang):
    with pytest.raises(CourseError, match=r"9\.9\.9.*" + helpers.__version__.replace(".", r"\.")):
        helpers.setup(lang=lang, lesson="01_mnist_baseline", version="9.9.9")


def test_missing_package_is_named_with_the_command(monkeypatch, tmp_path, lang):
    from helpers import language

    language.use(lang)
    (tmp_path / "requirements.txt").write_text("numpy>=1\nno-such-package>=2  # why\nmatplotlib>=999\n")
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    with pytest.raises(CourseError) as caught:
        packages.provide_packages()
    assert "no-such-package>=2, matplotlib>=999" in str(caught.value)
    assert "python3 -m helpers lab" in str(caught.value)


# --- other people's settings, found by the first cell ---


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty folder where the notebook is, and an environment in which nothing is set."""
    for name in ("COURSE_SEED", "COURSE_DATA", "COURSE_OFFLINE", *settings.CERTIFICATES):
        monkeypatch.setenv(name, "")  # so that it is put back, whatever the course does to it
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["keras.py", "PIL.py", "random.py", "tqdm/__init__.py"])
def test_file_with_a_modules_name_is_named(elsewhere, lang, name):
    (elsewhere / name).parent.mkdir(exist_ok=True)
    (elsewhere / name).write_text("print('mine')")
    with pytest.raises(CourseError) as caught:
        settings.check_names()
    assert str(elsewhere / name) in str(caught.value) and {"en": "Rename", "es": "Cámbiale"}[lang] in str(caught.value)


def test_files_with_names_of_their_own_are_nobodys_business(elsewhere):
    for name in ("test.py", "my_keras.py", "notes.txt", "keras.ipynb"):
        (elsewhere / name).write_text("")
    (elsewhere / "keras").mkdir()  # without __init__.py Python prefers the module
    settings.check_names()


@pytest.mark.parametrize(
    ("name", "value", "becomes"),
    [
        ("COURSE_SEED", "", None),
        ("COURSE_SEED", " 7 ", "7"),
        ("COURSE_OFFLINE", "0", None),
        ("COURSE_OFFLINE", "False", None),
        ("COURSE_OFFLINE", "1", "1"),
        ("COURSE_DATA", "'{}'", "{}"),
        ("COURSE_DATA", '"{}/not made yet"', "{}/not made yet"),
        ("COURSE_DATA", "~/data", "{}/data"),
        ("REQUESTS_CA_BUNDLE", "{}", "{}"),
    ],
)
def test_setting_that_can_be_understood_is(elsewhere, monkeypatch, name, value, becomes):
    monkeypatch.setenv("HOME", str(elsewhere))
    monkeypatch.setenv("USERPROFILE", str(elsewhere))
    monkeypatch.setenv(name, value.format(elsewhere))
    assert settings.put_right() == []
    assert os.environ.get(name) == (becomes and becomes.format(elsewhere))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COURSE_SEED", "abc"),
        ("COURSE_SEED", "-1"),
        ("COURSE_SEED", "1.5"),
        ("COURSE_SEED", "99999999999"),
        ("COURSE_DATA", "~nobody-of-this-name/data"),
        ("COURSE_DATA", __file__),
        ("REQUESTS_CA_BUNDLE", "/etc/school/ca.pem"),
        ("SSL_CERT_FILE", "no such file"),
    ],
)
def test_setting_that_means_nothing_is_named_and_left_out(elsewhere, monkeypatch, lang, name, value):
    monkeypatch.setenv(name, value)
    (sentence,) = settings.put_right()
    assert name in sentence and value in sentence and {"en": "goes on", "es": "sigue"}[lang] in sentence
    assert name not in os.environ and settings.put_right() == []


def test_data_without_permission_is_named_and_left_out(elsewhere, monkeypatch):
    def listdir(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(settings.os, "listdir", listdir)  # root, who may run this, can read everything
    monkeypatch.setenv("COURSE_DATA", str(elsewhere))
    (sentence,) = settings.put_right()
    assert "cannot be read" in sentence and "COURSE_DATA" not in os.environ


@pytest.mark.parametrize("lang", ["en", "es"])
def test_read_only_course_is_told_at_once_and_where_a_cell_stops(tmp_path, lang):
    """In a kernel's shell: a cell that keeps a file shows the sentence, other errors show what they are."""
    code = (
        "import os; from helpers import ROOT, language; from launcher import settings\n"
        f"language.use({lang!r}); print(settings.tell_that_it_is_read_only())\n"
        "def denied(*_): raise PermissionError(13, 'Permission denied', str(ROOT / 'runs'))"
    )
    cells = [code, "denied()", "open('/no/such/file')", "1 / 0"]
    program = "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance()\n" + "".join(
        f"assert s.run_cell({cell!r}).success is {cell == code}\n" for cell in cells
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    sentence = {"en": "cannot be written to", "es": "No se puede escribir en"}[lang]
    assert done.stdout.count(sentence) == 2 and f"PermissionError: {'' if lang == 'es' else ROOT}" in done.stdout
    assert "/no/such/file" in done.stdout and "ZeroDivisionError" in done.stdout


def test_colab_installs_only_what_is_missing_and_never_tensorflow_or_numpy(monkeypatch, tmp_path):
    (tmp_path / "requirements.txt").write_text(
        "tensorflow>=99\nnumpy>=99\nkeras>=99\nkeras-no-such>=1\nno-such-package>=2\npytest>=8\n"
    )
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    monkeypatch.setitem(sys.modules, "google.colab", type(sys)("google.colab"))
    commands = []
    monkeypatch.setattr(packages.subprocess, "run", lambda command, **_: commands.append(command))
    with pytest.raises(CourseError, match="keras-no-such>=1, no-such-package>=2"):
        packages.provide_packages()
    assert [command[1:] for command in commands] == [
        ["-m", "pip", "install", "--quiet", "keras-no-such>=1", "no-such-package>=2"]
    ]


def test_light_modules_import_without_tensorflow_and_quickly():
    code = (
        "import time; start = time.perf_counter(); import helpers.data, helpers.results, helpers.plots, sys, json; "
        "print(json.dumps([time.perf_counter() - start, 'tensorflow' in sys.modules, 'keras' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    _, tensorflow, keras = json.loads(done.stdout)  # the time is the benchmark's business, not a test's
    assert not tensorflow and not keras
