"""What a person sees who types `python3 -m helpers ...`, without a network and without a real installation.

The files that run before anything is installed are copied to a folder of their own and really started there. Two things
are not real: `venv.py` beside them stands in for Python's module and makes a true environment, but with stand-ins for
pip, pytest and JupyterLab in it, which note how they were called.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import http.client
import http.server
import inspect
import json
import os
import platform
import pydoc
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from helpers import ROOT, language
from helpers.language import CourseError
from launcher import NEWEST, OLDEST, command_line, environment, jupyter, programs, pythons

BEFORE_INSTALLATION = [
    *(f"helpers/{name}.py" for name in ("__init__", "__main__", "language")),
    *(f"helpers/classroom/{name}.py" for name in ("__init__", "cells", "copies")),
    *(f"launcher/{path.name}" for path in (ROOT / "launcher").glob("*.py") if path.name != "download.py"),
]

STAND_IN = """
import json, os, sys, time
name = {name!r}
if "config" in sys.argv or "--version" in sys.argv:
    print(os.environ.get("pip_settings", "") if "config" in sys.argv else "pip 0")
    sys.exit()
if "--target" in sys.argv:  # pip is asked for uv
    folder = os.path.join(sys.argv[sys.argv.index("--target") + 1], "bin")
    os.environ.get("uv") or sys.exit("ERROR: No matching distribution found for uv")
    os.makedirs(folder)
    os.symlink(os.environ["uv"], os.path.join(folder, "uv"))
    name = "pip brings uv"
with open("calls.txt", "a") as file:
    file.write(json.dumps([name, *sys.argv[1:]]) + "\\n")
wanted = {{n: v for n, v in os.environ.items() if n.startswith(("PIP_", "UV_", "JUPYTER_", "SSL", "IPYTHON", "PYTHON"))}}
with open("variables.json", "w") as file:
    json.dump(wanted, file)
if name == "pip brings uv":
    sys.exit()
sys.stderr.write(os.environ.get(name + "_says", ""))
time.sleep(float(os.environ.get(name + "_takes", "0")))
sys.exit(int(os.environ.get(name + "_exits", "0")))
"""

MAKE_VENV = f"""
import os, pathlib, sys, sysconfig
sys.path.pop(0)
import venv
if __name__ == "__main__":
    if "venv_says" in os.environ:
        sys.exit(os.environ["venv_says"])
    venv.create(sys.argv[1], symlinks=os.name != "nt")
    for name in ("pip", "pytest", "jupyterlab"):
        package = pathlib.Path(sysconfig.get_path("purelib", "venv", {{"base": sys.argv[1]}}), name)
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text({STAND_IN!r}.format(name=name))
    with open("calls.txt", "a") as file:
        file.write('["venv"]\\n')
"""


SHIPPED = """{"cells": [
  {"cell_type": "markdown", "metadata": {}, "source": "# A lesson"},
  {"cell_type": "code", "metadata": {"tags": ["exercise"]}, "source": ["answer = ...\\n", "\\n", "check.quiz_answer(answer)"],
   "execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": "ours"}]}
 ], "metadata": {"course": {"lang": "en"}}, "nbformat": 4, "nbformat_minor": 5}
"""


class Course:
    """A fresh copy of the course, and someone in front of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in BEFORE_INSTALLATION:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        (folder / "venv.py").write_text(MAKE_VENV, "utf-8")
        self.requirements = folder / "requirements.txt"
        self.requirements.write_text("# nothing yet\n", "utf-8")
        for lesson in ("notebooks/00_first", "notebooks/01_second", "notebooks/about", "notebooks/es/00_first"):
            path = folder / f"{lesson}.ipynb"
            path.parent.mkdir(exist_ok=True)
            path.write_text(SHIPPED, "utf-8")
        self.venv = folder / ".venv"
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def start(self, *argv: str, python: tuple[str, ...] = ("-m", "helpers"), **variables: str) -> subprocess.Popen:
        ours = {n: v for n, v in os.environ.items() if n not in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "PYTHONPATH")}
        env = {**ours, "LANG": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8", **variables}
        return subprocess.Popen(
            [sys.executable, *python, *argv],
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # as a terminal does, so that a test's Ctrl-C reaches it and no one else
        )

    def type(self, *argv: str, **how: str) -> tuple[int, str]:
        """The exit status, and what is on the screen."""
        started = self.start(*argv, **how)
        out, err = started.communicate(timeout=60)
        return started.returncode, out + err

    def answer(self, notebook: str) -> None:
        """Do the exercise of one's own copy."""
        path = self.folder / notebook
        path.write_text(path.read_text("utf-8").replace("answer = ...", r"answer = \"b\""), "utf-8")

    def renew(self) -> None:
        """Another version of the course is unpacked over this one."""
        for path in (self.folder / "notebooks").rglob("*.ipynb"):
            path.write_text(SHIPPED.replace("A lesson", "A newer lesson"), "utf-8")

    def calls(self) -> list[list[str]]:
        """What was started since the last look, in order."""
        log = self.folder / "calls.txt"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]

    def programs(self) -> list[str]:
        return [call[0] for call in self.calls()]

    def variables(self) -> dict[str, str]:
        """What the last of them was given of the environment variables that concern pip, uv, Python and Jupyter."""
        return json.loads((self.folder / "variables.json").read_text("utf-8"))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    folder = tmp_path / "el curso, año 2"  # spaces and accents, as people's folders have
    folder.mkdir()
    return Course(folder.resolve())


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_current", "en")


# --- the Python it is started with ---


@pytest.mark.parametrize("name", BEFORE_INSTALLATION)
def test_old_pythons_can_read_what_runs_first(name):
    tree = ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 8))
    at_import = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert {module.split(".")[0] for module in at_import} <= {*sys.stdlib_module_names, "helpers", "launcher"}


OPEN = "from launcher.jupyter import to_open; print(to_open('en')[0].read_text('utf-8'))"


@pytest.mark.parametrize("old", ["python3.8", "python3.9", "python3.10"])
def test_old_pythons_really_start_it_and_make_copies(course, old):
    if not shutil.which(old) or not programs.ask([old, "-c", "print(1)"]):
        pytest.skip(f"there is no {old} on this machine")

    def python(*command):
        done = subprocess.run([old, *command], cwd=course.folder, capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr
        return done.stdout

    python("-m", "helpers", "--help")
    assert "answer = ..." in python("-c", OPEN)
    course.answer("my-notebooks/00_first.ipynb")
    course.renew()
    assert "A newer lesson" in (said := python("-c", OPEN)) and r"answer = \"b\"" in said


def pretending(version: str) -> tuple[str, ...]:
    """How to start the course by a Python that says it is another one, has no pip, and is alone on the machine."""
    return (
        "-c",
        f"import runpy, sys; sys.version_info = (*map(int, '{version}'.split('.')), 1, 'final', 0);"
        "from launcher import pythons; fits, ask = pythons.fits, pythons.ask;"
        "pythons.fits = lambda command: '.uv' in command[0] and fits(command);"
        "pythons.ask = lambda command: '' if command[:3] == [sys.executable, '-m', 'pip'] else ask(command);"
        "sys.argv = ['helpers', *sys.argv[1:]]; runpy.run_module('helpers', run_name='__main__')",
    )


def test_running_python_is_taken_if_it_fits():
    assert OLDEST <= sys.version_info[:2] <= NEWEST, "the tests run on a Python that the course supports"
    assert pythons.choose_python() == [sys.executable]


def on_this_machine(monkeypatch, *fitting: list[str]) -> None:
    monkeypatch.setattr(pythons, "fits", lambda command: command in fitting)
    monkeypatch.setattr(pythons, "run", lambda command, **_: pytest.fail(f"{command}: nothing was to be fetched"))


def test_another_python_that_fits_is_taken_the_newest_first(monkeypatch):
    monkeypatch.setattr(pythons, "WINDOWS", False)
    on_this_machine(monkeypatch, ["python3.11"], ["python3.12"])
    assert pythons.choose_python() == ["python3.12"]


def test_another_python_is_found_by_windows_launcher(monkeypatch):
    monkeypatch.setattr(pythons, "WINDOWS", True)
    on_this_machine(monkeypatch, ["py", "-3.11"])
    assert pythons.choose_python() == ["py", "-3.11"]


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
@pytest.mark.parametrize(
    ("pretend", "expected"),
    [
        ("", True),
        ("sys.version_info = (3, 14, 0)", False),
        ("sys.version_info = (3, 10, 4)", False),
        ("sys.maxsize = 2**31 - 1", False),
        ("sys.implementation.name = 'pypy'", False),
        ("sys.modules['ensurepip'] = None", False),  # as on Debian
        ("import sysconfig; sysconfig.get_config_var = lambda name: name == 'Py_GIL_DISABLED'", False),
        ("sys.exit(1)", False),  # a version manager's command for a Python that is switched off
    ],
)
def test_which_pythons_fit(tmp_path, pretend, expected):
    code = f"import sys; {pretend or 'pass'}; exec(sys.argv[-1])"
    stand_in = tmp_path / "python3.13"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n', "utf-8")
    stand_in.chmod(0o755)
    assert pythons.fits([str(stand_in)]) is expected


FAKE_UV = f"""#!{sys.executable}
import os, pathlib, sys
if sys.argv[1] == "python":
    sys.stderr.write(os.environ.get("uv_python_says", ""))
    python = pathlib.Path(os.environ["UV_PYTHON_INSTALL_DIR"], "cpython-3.12.99", "bin", "python3")
    if "uv_python_says" not in os.environ:
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\\nexec {{sys.executable}} "$@"\\n')
        python.chmod(0o755)
    sys.argv += [] if python.exists() else sys.exit(2)
{STAND_IN.format(name="uv")}"""


@pytest.fixture
def uv(tmp_path) -> str:
    """A stand-in for uv, which the stand-in for pip can bring; it installs nothing, and fetches a Python that fits."""
    if os.name == "nt":
        pytest.skip("it is a script that says itself what runs it")
    program = tmp_path / "uv"
    program.write_text(FAKE_UV, "utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("version", ["3.8", "3.10", "3.14"])
def test_python_that_does_not_fit_has_one_fetched_and_goes_on(course, uv, version):
    status, said = course.type("test", python=pretending(version), uv=uv)
    assert status == 0, said
    first = said.splitlines()[0]
    assert f"This one is Python {version}" in first and "MB to download, once" in first
    assert course.programs() == ["venv", "pip brings uv", "uv", "venv", "uv", "pytest"]

    status, said = course.type("test", python=pretending(version), uv=uv)
    assert (status, said) == (0, "")
    assert course.programs() == ["pytest"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_python_that_cannot_be_fetched_is_explained(course, uv, lang):
    says = "error: Failed to install cpython-3.12.16\n  cause: error sending request for url\n  cause: client error (Connect)\n  cause: failed to lookup address information: Name or service not known\n"
    how = {"python": pretending("3.14"), "uv": uv, "LANG": lang}
    status, said = course.type("lab", **how, uv_python_says=says)
    assert status == 1 and "cause" not in said
    assert {"en": "network does not answer", "es": "La red no responde"}[lang] in said.splitlines()[-1]
    assert not course.venv.exists()

    assert course.type("test", **how)[0] == 0, "the same command goes on"


def test_python_without_venv_and_pip_is_told_what_to_install(course):
    """A fresh Debian or Ubuntu: nothing can be fetched by what is there."""
    status, said = course.type("lab", python=pretending("3.14"), venv_says=DEBIAN)
    assert status == 1 and "sudo apt install python3.14-venv" in said and "Traceback" not in said
    assert not course.venv.exists()


def real_uv() -> str | None:
    """uv where a first start has put it, or where an author has it."""
    places = [ROOT / ".uv" / "bin" / "uv", Path(sys.executable).with_name("uv")]
    return next((str(place) for place in places if place.is_file()), None)


@pytest.mark.skipif(sys.platform != "linux" or not real_uv(), reason="uv itself, and a Python packed for Linux")
def test_uv_itself_fetches_a_python_into_the_course(course, tmp_path):
    """From a server on this machine, which has a Python to give that is a script and starts the one that runs this test."""
    served = tmp_path / "served"
    (served / "python/lib/python3.12").mkdir(parents=True)
    (served / "python/bin").mkdir()
    (served / "python/bin/python3.12").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', "utf-8")
    (served / "python/bin/python3.12").chmod(0o755)
    for name in ("python3", "python"):
        (served / "python/bin" / name).symlink_to("python3.12")
    (served / "python/lib/python3.12/_sysconfigdata__linux_.py").write_text(
        "# system configuration generated and used by the sysconfig module\nbuild_time_vars = {}\n", "utf-8"
    )
    shutil.make_archive(str(served / "python"), "gztar", served, "python")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=served)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        about = {
            "name": "cpython", "arch": {"family": platform.machine(), "variant": None}, "os": "linux", "libc": "gnu",
            "major": 3, "minor": 12, "patch": 99, "prerelease": "", "sha256": None, "variant": None, "build": "20300101",
            "url": f"http://127.0.0.1:{server.server_port}/python.tar.gz",
        }  # fmt: skip
        offers = tmp_path / "offers.json"
        offers.write_text(json.dumps({"cpython-3.12.99-linux-x86_64-gnu": about}), "utf-8")
        home = tmp_path / "home"
        home.mkdir()
        how = {
            "UV_PYTHON_DOWNLOADS_JSON_URL": str(offers),
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "UV_OFFLINE": "1",
        }
        status, said = course.type("test", python=pretending("3.14"), uv=real_uv(), **how)
        server.shutdown()
    assert status == 0, said
    assert (course.folder / ".uv/python").is_dir() and not list(home.iterdir())
    assert course.programs()[:3] == ["venv", "pip brings uv", "venv"]


# --- installing, once ---


def test_first_start_installs_and_the_second_does_not(course):
    status, said = course.type("test")
    assert status == 0
    assert "Making the environment" in said and "GB to download, once" in said
    calls = course.calls()
    assert [call[0] for call in calls] == ["venv", "pip", "pytest"]
    assert calls[1][1] == "install" and calls[1][-2:] == ["-r", str(course.requirements)], "uv was not to be had"

    status, said = course.type("test")
    assert (status, said) == (0, "")
    assert course.programs() == ["pytest"]


def test_uv_installs_where_it_can_be_had(course, uv):
    status, said = course.type("test", uv=uv)
    assert status == 0 and "pip" not in said
    calls = course.calls()
    assert [call[0] for call in calls] == ["venv", "pip brings uv", "uv", "pytest"]
    assert calls[2][1:] == ["pip", "install", "--python", str(course.python), "-r", str(course.requirements)]
    course.requirements.write_text("# something else\n", "utf-8")
    course.type("test", uv=uv)
    assert course.programs() == ["uv", "pytest"], "it is brought once"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_pip_takes_over_where_uv_fails(course, uv, lang):
    status, said = course.type("test", LANG=lang, uv=uv, uv_exits="2", uv_says="error: something")
    assert status == 0 and {"en": "going on with pip", "es": "se sigue con pip"}[lang] in said
    assert course.programs() == ["venv", "pip brings uv", "uv", "pip", "pytest"]


def test_pip_takes_over_where_uv_installed_elsewhere(course, uv):
    course.requirements.write_text("surely-not-installed>=1\n", "utf-8")  # the stand-ins install nothing
    assert course.type("test", uv=uv)[0] == 0
    assert course.programs() == ["venv", "pip brings uv", "uv", "pip", "pytest"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_room_without_a_network_installs_from_the_packages_that_were_copied(course, lang):
    packages = course.folder / "data" / "packages"
    packages.mkdir(parents=True)
    status, said = course.type("lab", LANG=lang, pip_says=NOTHING_FOUND, pip_exits="1")
    sentence = said.splitlines()[-1]
    assert (
        status == 1 and str(packages) in sentence and f"Python {sys.version_info[0]}.{sys.version_info[1]}" in sentence
    )
    assert course.programs() == ["venv", "pip"]

    status, said = course.type("lab", LANG=lang)
    assert status == 0 and str(packages) in said and "GB" not in said
    pip, lab = course.calls()
    assert pip[-3:] == ["--no-index", "--find-links", str(packages)] and lab[0] == "jupyterlab"


def test_changed_requirements_are_installed(course):
    course.type("test")
    course.calls()
    course.requirements.write_text("# something else\n", "utf-8")
    course.type("test")
    assert course.programs() == ["pip", "pytest"]
    course.type("test")
    assert course.programs() == ["pytest"]


def test_package_taken_out_is_put_back(course):
    course.requirements.write_text("surely-not-installed>=1\n", "utf-8")  # the stand-in for pip installs nothing
    course.type("test")
    course.type("test")
    assert course.programs() == ["venv", "pip", "pytest", "pip", "pytest"]


def test_failed_update_does_not_pass_for_installed(course):
    course.type("test")
    before = course.requirements.read_text("utf-8")
    course.requirements.write_text("# something else\n", "utf-8")
    assert course.type("test", pip_exits="1")[0] == 1
    course.requirements.write_text(before, "utf-8")
    course.calls()
    course.type("test")
    assert course.programs() == ["pip", "pytest"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal for Ctrl-C to one program")
@pytest.mark.parametrize("program", ["pip", "uv"])
def test_interrupted_installation_goes_on(course, program, request):
    how = {"uv": request.getfixturevalue("uv")} if program == "uv" else {}
    # What runs the tests in the background may have told them to ignore Ctrl-C, and children inherit that.
    listening = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    code = f"{listening} import sys; from launcher.command_line import main; sys.exit(main(sys.argv[1:]))"
    started = course.start("test", python=("-c", code), **how, **{f"{program}_takes": "60"})
    log = course.folder / "calls.txt"
    deadline = time.monotonic() + 30
    while not (log.exists() and f'["{program}"' in log.read_text("utf-8")):
        assert started.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    _, said = started.communicate(timeout=30)
    assert started.returncode == 130
    assert "Stopped; the same command goes on." in said
    assert course.programs()[-1] == program

    assert course.type("test", **how)[0] == 0
    assert course.programs() == [program, "pytest"]


def test_environment_without_pip_gets_it(course):
    course.type("test")
    course.calls()
    pip = next(course.venv.rglob("site-packages/pip"))
    (course.folder / "ensurepip.py").write_text(
        f"import pathlib; p = pathlib.Path({str(pip)!r}); p.mkdir(); (p / '__init__.py').touch();"
        f"(p / '__main__.py').write_text({STAND_IN.format(name='pip')!r})",
        "utf-8",
    )
    shutil.rmtree(pip)
    (course.venv / "course-installed.txt").unlink()
    assert course.type("test")[0] == 0
    assert course.programs() == ["pip", "pytest"]


def python_has_gone(course: Course) -> None:
    course.python.unlink()


def python_is_another_version(course: Course) -> None:
    settings = course.venv / "pyvenv.cfg"
    settings.write_text(re.sub(r"(?m)^(version\w*) = .*", r"\1 = 3.10.1", settings.read_text("utf-8")), "utf-8")


@pytest.mark.parametrize("happened", [python_has_gone, python_is_another_version])
def test_environment_whose_python_has_gone_is_made_again(course, happened):
    course.type("test")
    course.calls()
    happened(course)
    assert course.type("test")[0] == 0
    assert course.programs() == ["venv", "pip", "pytest"]


def test_moved_folder_still_works(course):
    course.type("test")
    course.calls()
    course.folder = course.folder.rename(course.folder.with_name("moved"))
    assert course.type("test")[0] == 0
    assert course.programs() == ["pytest"]


def test_empty_folder_in_its_place_is_used(course):
    course.venv.mkdir()
    assert course.type("test")[0] == 0


def test_what_is_not_an_environment_is_left_alone(course):
    course.venv.write_text("mine", "utf-8")
    status, said = course.type("test")
    assert (status, course.venv.read_text("utf-8")) == (1, "mine")
    assert "rename it" in said and "Traceback" not in said

    course.venv.unlink()
    (course.venv / "bin").mkdir(parents=True)
    (course.venv / "diary.txt").write_text("mine", "utf-8")
    status, said = course.type("test")
    assert (status, (course.venv / "diary.txt").read_text("utf-8")) == (1, "mine")
    assert str(course.venv) in said
    assert course.calls() == []


def test_environment_of_an_unsupported_python_is_left_alone(monkeypatch):
    monkeypatch.setattr(environment, "ask", lambda command: "3.9")
    monkeypatch.setattr(environment, "made_with", lambda: "3.9")
    monkeypatch.setattr(environment, "run", lambda *_, **__: pytest.fail("it was made again"))
    with pytest.raises(CourseError, match="rename it"):
        environment.make_venv()


# --- what is wrong, in a sentence ---

RETRYING = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError: [Errno 111] Connection refused'"
)
NOTHING_FOUND = "ERROR: No matching distribution found for tensorflow<3,>=2.19\n"

PIP_SAYS = {
    "network": (f"{RETRYING}\n{NOTHING_FOUND}", "network does not answer", "La red no responde"),
    "disk": (
        "ERROR: Could not install packages: [Errno 28] No space left on device\n",
        "disk is full",
        "disco está lleno",
    ),
    "wheel": (NOTHING_FOUND, "finds no tensorflow for this", "no encuentra tensorflow"),
    "folder": ("ERROR: [Errno 13] Permission denied: 'x'\n", "cannot be written to", "No se puede escribir en"),
    "windows": ("HINT: ... does not have Windows Long Path support enabled.\n", "paths this long", "rutas tan largas"),
    "unknown": ("noise\nERROR: the moon is full\n", "(ERROR: the moon is full)", "(ERROR: the moon is full)"),
}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("cause", PIP_SAYS)
def test_failed_installation_is_explained(course, cause, lang):
    pip_says, *expected = PIP_SAYS[cause]
    status, said = course.type("lab", LANG=lang, pip_says=pip_says, pip_exits="1")
    assert status == 1
    assert pip_says in said, "what pip says is shown as well"
    sentence = said[said.index(pip_says) + len(pip_says) :].strip()
    assert expected[lang == "es"] in sentence and "\n" not in sentence
    assert course.programs() == ["venv", "pip"], "JupyterLab was not started"

    assert course.type("test")[0] == 0, "the same can be tried again"
    assert course.programs() == ["pip", "pytest"]


def test_traceback_of_pip_is_not_for_learners(course):
    pip_says = "WARNING: slow\nERROR: Exception:\nTraceback (most recent call last):\n  ...\nOSError(28, 'No space left on device')"
    status, said = course.type("lab", pip_says=pip_says, pip_exits="2")
    assert status == 1
    assert "WARNING: slow" in said and "disk is full" in said and "Traceback" not in said


DEBIAN = "The virtual environment was not created successfully because ensurepip is not\navailable.  On Debian/Ubuntu"


@pytest.mark.parametrize("venv_says", [DEBIAN, "/usr/bin/python3: No module named venv"])
def test_python_without_venv_module(course, venv_says):
    status, said = course.type("lab", venv_says=venv_says)
    assert status == 1
    assert re.search(r"sudo apt install python3\.\d+-venv`", said)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_folder_that_cannot_be_written_to(course, lang):
    status, said = course.type("lab", LANG=lang, venv_says="Error: [Errno 13] Permission denied: '.venv'")
    assert (status, str(course.folder) in said) == (1, True)


# --- other people's settings ---

SETTINGS_OF_PIP = {
    "a distribution's": "install.user='true'\nglobal.index-url='http://mirror.example/simple'",
    "a container's": ":env:.target='/elsewhere'\n:env:.index-url='http://mirror.example/simple'\nglobal.index-url='http://other.example'",
    "a developer's": "global.dry-run='1'\nglobal.no-binary=':all:'\ninstall.index-url='http://mirror.example/simple'\nglobal.index-url='http://other.example'",
}


@pytest.mark.parametrize("whose", SETTINGS_OF_PIP)
def test_of_pips_settings_only_the_way_to_a_server_counts(course, whose):
    theirs = {"PIP_TARGET": "/elsewhere", "PIP_PREFIX": "/elsewhere", "PIP_DRY_RUN": "1", "PIP_NO_DEPS": "1"}
    course.type("test", pip_exits="1", pip_settings=SETTINGS_OF_PIP[whose], **theirs)
    given = course.variables()
    assert given["PIP_INDEX_URL"] == given["UV_DEFAULT_INDEX"] == "http://mirror.example/simple"
    assert given["PIP_CONFIG_FILE"] == os.devnull
    assert not {*theirs, "PIP_USER", "PIP_NO_BINARY"} & set(given)


def test_several_addresses_of_a_setting_are_kept(course):
    settings = "global.trusted-host='\\nmirror.example\\nother.example'\nglobal.extra-index-url='http://a http://b'"
    course.type("test", pip_exits="1", pip_settings=settings)
    given = course.variables()
    assert given["PIP_TRUSTED_HOST"] == given["UV_INSECURE_HOST"] == "mirror.example other.example"
    assert given["PIP_EXTRA_INDEX_URL"] == "http://a http://b"


def test_uv_and_pip_write_in_the_courses_folder_only(course, uv):
    course.type(
        "test",
        uv=uv,
        uv_exits="1",
        pip_exits="1",
        UV_SYSTEM_PYTHON="1",
        UV_TARGET="/elsewhere",
        UV_CACHE_DIR="/elsewhere",
    )
    given = course.variables()
    assert not {"UV_SYSTEM_PYTHON", "UV_TARGET"} & set(given)
    folders = {
        name: value for name, value in given.items() if name.startswith(("UV_", "PIP_")) and name.endswith("_DIR")
    }
    assert set(folders) == {"UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR", "PIP_CACHE_DIR"}
    assert all(Path(value).is_relative_to(course.folder / ".uv") for value in folders.values())


def test_pythons_variables_that_would_stop_the_programs_are_left_out(course):
    theirs = {"PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "error", "PYTHONINSPECT": "1", "PYTHONOPTIMIZE": "1"}
    start = "import os, sys; sys.path.insert(0, os.getcwd()); from launcher.command_line import main; sys.exit(main(sys.argv[1:]))"
    assert course.type("test", python=("-c", start), **theirs)[0] == 0
    assert not set(theirs) & set(course.variables()) and course.variables()["PYTHONIOENCODING"] == "utf-8"
    course.calls()
    assert course.type("test", python=("-c", start), **theirs) == (0, "")
    assert course.programs() == ["pytest"], "and what is installed is seen to be"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_certificate_that_is_not_there_is_named_and_left_out(course, lang):
    status, said = course.type("test", LANG=lang, REQUESTS_CA_BUNDLE="/etc/school/ca.pem", SSL_CERT_FILE=__file__)
    assert status == 0
    assert {"en": "REQUESTS_CA_BUNDLE is /etc/school/ca.pem, but", "es": "aquí no existe"}[lang] in said
    assert course.variables()["SSL_CERT_FILE"] == __file__


NO_LINKS = """
import os
def symlink(*_, **__):
    raise PermissionError(1, "Operation not permitted")
os.symlink = symlink
"""


def test_disk_without_symbolic_links(course):
    """As exFAT is: `venv` copies what it cannot link, except for one folder."""
    machinery = course.folder / "venv.py"
    machinery.write_text(NO_LINKS + machinery.read_text("utf-8"), "utf-8")
    code = NO_LINKS + "import sys; from launcher.command_line import main; sys.exit(main(sys.argv[1:]))"
    status, said = course.type("test", python=("-c", code))
    assert status == 0, said
    assert course.programs() == ["venv", "pip", "pytest"]
    assert not any(path.is_symlink() for path in course.venv.rglob("*"))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_symbolic_link_that_cannot_be_made_is_explained(course, lang):
    venv_says = "Error: [Errno 1] Operation not permitted: 'lib' -> '/media/stick/.venv/lib64'"
    status, said = course.type("lab", LANG=lang, venv_says=venv_says)
    assert status == 1 and {"en": "without symbolic links", "es": "sin enlaces simbólicos"}[lang] in said


def kernel_of(name: str, env: dict[str, str]) -> str:
    """The folder that JupyterLab takes the kernel of this name from."""
    code = "import sys; from jupyter_client.kernelspec import get_kernel_spec as g; print(g(sys.argv[1]).resource_dir)"
    done = subprocess.run([sys.executable, "-c", code, name], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("where", ["home", "JUPYTER_PATH"])
def test_kernel_of_ones_own_does_not_take_the_courses_place(tmp_path, monkeypatch, where):
    for name in ("python3", "mine"):
        kernel = tmp_path / "share/jupyter/kernels" / name / "kernel.json"
        kernel.parent.mkdir(parents=True)
        kernel.write_text('{"argv": ["/other/python"], "display_name": "Mine", "language": "python"}', "utf-8")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR" if where == "home" else where, str(tmp_path / "share/jupyter"))
    assert kernel_of("python3", {**os.environ}).startswith(str(tmp_path)), "which is why it matters"
    monkeypatch.setattr(programs, "VENV", Path(sys.prefix))
    ours = {**programs.variables(), **programs.at_home()}
    assert kernel_of("python3", ours) == str(Path(sys.prefix, "share/jupyter/kernels/python3"))
    assert kernel_of("mine", ours).startswith(str(tmp_path)), "their own can still be chosen"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps these things elsewhere")
@pytest.mark.parametrize("locked", ["home", "home/.ipython", "home/.local"])
def test_home_folder_that_cannot_be_written_to(tmp_path, monkeypatch, locked):
    home = tmp_path / "home"
    for name in ("home", "home/.ipython", "home/.local"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("JUPYTER_CONFIG_DIR", raising=False)
    assert set(programs.at_home()) == {"JUPYTER_PATH"}
    # Not chmod: these tests may run as root, who may write everywhere.
    monkeypatch.setattr(programs.os, "access", lambda path, mode: path != tmp_path / locked)
    ours = programs.at_home()
    assert Path(ours["JUPYTER_CONFIG_DIR"]).is_relative_to(programs.VENV)
    assert ours["IPYTHONDIR"] == str(tmp_path), "what was set stays"


# --- the three commands ---


def test_what_follows_test_goes_to_pytest_and_its_status_comes_back(course):
    status, _ = course.type("test", "-k", "two words", "--port", "-h", "--", "x", pytest_exits="3")
    assert status == 3
    assert course.calls()[-1] == ["pytest", "-k", "two words", "--port", "-h", "--", "x"]


@pytest.mark.parametrize(
    ("argv", "said", "exits"), [((), "Falta o está dañado: file", 1), (("--list",), "ya está; 11 MB en total", 0)]
)
def test_download_runs_in_the_environment_and_its_status_comes_back(course, argv, said, exits):
    shutil.copy(ROOT / "launcher" / "download.py", course.folder / "launcher")
    (course.folder / "helpers" / "downloads.py").write_text(
        "import pathlib, sys\nfrom helpers.language import CourseError\nDATA_DIR = pathlib.Path(sys.prefix)\n"
        "class Download:\n    en = es = licence = 'file'\n    megabytes = 11\n    def present(self):\n        pass\n"
        "def fetch(name, retries):\n    raise CourseError(sys.prefix)\nDOWNLOADS = {'file': Download()}\n",
        "utf-8",
    )
    status, shown = course.type("download", "--lang", "es", *argv, PYTHONIOENCODING="", LC_ALL="C")
    assert status == exits
    assert said in shown and str(course.venv) in shown and ("✓" if argv else "✗") in shown


@pytest.mark.parametrize(
    ("argv", "locale", "lesson"),
    [
        ((), "en_US.UTF-8", "my-notebooks/00_first.ipynb"),
        ((), "es_MX.UTF-8", "my-notebooks/es/00_first.ipynb"),
        (("--lang", "en"), "es_MX.UTF-8", "my-notebooks/00_first.ipynb"),
        (("--lang", "es"), "en_US.UTF-8", "my-notebooks/es/00_first.ipynb"),
    ],
)
def test_lab_opens_at_the_first_lesson_of_the_language(course, argv, locale, lesson):
    status, said = course.type("lab", *argv, LANG=locale, jupyterlab_exits="5")
    program, *options = course.calls()[-1]
    assert (status, program) == (5, "jupyterlab")
    assert f"--LabApp.default_url=/lab/tree/{lesson}" in options
    assert f"--ServerApp.root_dir={course.folder}" in options
    assert "--ServerApp.ip=127.0.0.1" in options
    assert "--no-browser" not in options
    assert not any("port" in option or "token" in option for option in options)
    assert ("Ctrl-C aquí" if "/es/" in lesson else "Ctrl-C here") in said
    assert '"ours"' not in (course.folder / lesson).read_text("utf-8")
    assert (course.folder / lesson.replace("my-", "")).read_text("utf-8") == SHIPPED


def test_lab_opens_the_same_copy_again_and_a_newer_lesson_beside_it(course):
    course.type("lab")
    course.answer("my-notebooks/00_first.ipynb")
    mine = (course.folder / "my-notebooks" / "00_first.ipynb").read_bytes()
    course.type("lab")
    assert "--LabApp.default_url=/lab/tree/my-notebooks/00_first.ipynb" in course.calls()[-1]
    course.renew()
    course.type("lab")
    assert "--LabApp.default_url=/lab/tree/my-notebooks/00_first%20%282%29.ipynb" in course.calls()[-1]
    assert (course.folder / "my-notebooks" / "00_first.ipynb").read_bytes() == mine
    newer = (course.folder / "my-notebooks" / "00_first (2).ipynb").read_text("utf-8")
    assert "A newer lesson" in newer and r"answer = \"b\"" in newer


@pytest.mark.parametrize("trouble", ["no folder can be made", "a shipped notebook is damaged"])
def test_lab_opens_the_shipped_lessons_where_there_can_be_no_copies(course, trouble):
    if trouble == "no folder can be made":
        (course.folder / "my-notebooks").write_text("a file of somebody's", "utf-8")
    else:
        (course.folder / "notebooks" / "01_second.ipynb").write_text("{", "utf-8")
    status, _ = course.type("lab", jupyterlab_exits="5")
    assert status == 5
    assert "--LabApp.default_url=/lab/tree/notebooks/00_first.ipynb" in course.calls()[-1]


def test_lab_options_reach_jupyterlab(course):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    course.type("lab", "--no-browser", "--port", str(port))
    options = course.calls()[-1]
    assert "--no-browser" in options
    assert f"--ServerApp.port={port}" in options and "--ServerApp.port_retries=0" in options


def test_busy_port_is_told_before_anything_is_installed(course):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, said = course.type("lab", "--port", str(port))
    assert status == 1
    assert said.strip() == f"Port {port} is in use or not allowed: choose another one, or leave out `--port`."
    assert not course.venv.exists()


@pytest.mark.parametrize("argv", [(), ("laab",), ("lab", "--lang", "fr"), ("lab", "--port", "x"), ("download", "now")])
def test_what_cannot_be_understood_gets_the_usage(course, argv):
    status, said = course.type(*argv, LC_ALL="es_ES")
    assert status == 2
    assert said.startswith("Escribe una de estas órdenes") and "-m helpers lab" in said
    assert not course.venv.exists()


def test_help(course):
    status, said = course.type("--help")
    assert status == 0
    assert said.startswith("Type one of these") and len(said.splitlines()) < 10


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "et_EE"}, "en"),
        ({"LANG": "est_EE"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "es_AR"}, "es"),
        ({"LANG": "es_ES", "LANGUAGE": "en:es"}, "en"),
    ],
)
def test_machine_language(monkeypatch, variables, expected):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert command_line.machine_language() == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Spanish_Mexico", "es"), ("es_ES", "es"), ("Estonian_Estonia", "en"), (None, "en")]
)
def test_machine_language_of_windows(monkeypatch, name, expected):
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(command_line.locale, "getlocale", lambda: (name, "1252"))
    assert command_line.machine_language() == expected


# --- the real JupyterLab ---


def test_lab_reads_files_without_threads_that_outlive_ctrl_c(monkeypatch):
    monkeypatch.setattr(jupyter, "to_open", lambda lang: [])
    name = "--ServerApp.contents_manager_class="
    (chosen,) = (
        option.removeprefix(name) for option in jupyter.lab_command("en", None, True) if option.startswith(name)
    )
    assert not inspect.iscoroutinefunction(pydoc.locate(chosen).get)


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def keep_asking(url: str) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            answer(url)


def listens(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "es"])
def test_lab_really_serves_the_first_lesson(tmp_path, lang):
    """With the packages of the Python that runs this test: `environment` is the one step left out."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mine = ROOT / "runs" / f"lab-{os.getpid()}"  # in place of my-notebooks, which may be somebody's
    code = (
        "import sys; from launcher import command_line; command_line.provide = lambda: sys.executable;"
        f"from helpers.classroom import copies; copies.FOLDER = copies.ROOT / 'runs' / {mine.name!r};"
        f"sys.exit(command_line.main(['lab', '--no-browser', '--port', '{port}', '--lang', '{lang}']))"
    )
    # At a terminal, where JupyterLab handles Ctrl-C itself; without one, Python raises KeyboardInterrupt wherever it
    # happens to be.
    keyboard, terminal = (None, None) if os.name == "nt" else os.openpty()
    if keyboard:
        code = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {code}"
    variables = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    said = tmp_path / "said.txt"
    with said.open("w") as file:
        lab = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=variables,
            stdin=terminal,
            stdout=file,
            stderr=file,
            start_new_session=True,  # so that the terminal can become its own
        )
    try:
        deadline = time.monotonic() + 120
        while not (address := re.search(rf"http://127\.0\.0\.1:{port}(/\S*)\?token=(\w{{20,}})", said.read_text())):
            assert lab.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        page, token = address.groups()
        while not listens(port):  # it says where before it listens there
            assert lab.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        folder = f"runs/{mine.name}/es" if lang == "es" else f"runs/{mine.name}"
        first = f"{folder}/{min(path.name for path in (ROOT / folder).glob('[0-9]*.ipynb'))}"
        assert page == f"/lab/tree/{first}"

        here = f"http://127.0.0.1:{port}"
        assert answer(f"{here}/api/contents/{first}")[0] == 403
        assert answer(f"{here}/api/contents/{first}?token=guessed")[0] == 403
        status, text = answer(f"{here}/api/contents/{first}?token={token}")
        assert status == 200
        served = json.loads(text)
        assert (served["type"], served["path"], served["writable"]) == ("notebook", first, True)
        assert served["content"]["cells"]
        assert json.loads(answer(f"{here}/lab/api/news?token={token}")[1]) == {"news": []}
        assert answer(f"{here}{page}?token={token}")[0] == 200

        if os.name == "nt":
            stop = urllib.request.Request(f"{here}/api/shutdown?token={token}", method="POST")
            urllib.request.urlopen(stop, timeout=20).close()
        else:
            # One Ctrl-C while a file is being read. With JupyterLab's own way of reading files, one in six of these hung.
            reading = f"{here}/api/contents/{first}?token={token}"
            threading.Thread(target=keep_asking, args=(reading,), daemon=True).start()
            time.sleep(0.3)
            os.write(keyboard, b"\x03")
        try:
            status = lab.wait(timeout=60)
        except subprocess.TimeoutExpired:
            pytest.fail(f"JupyterLab goes on. It said:\n{said.read_text()}")
        assert status == 0, said.read_text()
        assert "Traceback" not in said.read_text()
    finally:
        lab.kill()
        shutil.rmtree(mine, ignore_errors=True)
        for end in filter(None, (keyboard, terminal)):
            os.close(end)
