"""One JupyterLab on a copy of the course, and one browser, for all browser tests."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import nbformat
import pytest

from conftest import ROOT

PATIENCE = 300_000  # milliseconds for a kernel to start or a network to train on a busy machine


def missing(what):
    """Skip, with the reason; where CI is set, fail: there, nobody would read that the tests were skipped."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no browser tests: {what}")


@pytest.fixture(scope="session")
def browser():
    """Chromium: Debian's where it is installed, else the one that `playwright install chromium` fetched."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        missing("the package playwright is not installed (pip install -r requirements-dev.txt)")
    with sync_playwright() as playwright:
        options = [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-sync",
        ]
        try:
            found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        except Error as error:
            missing(f"Chromium does not start (apt-get install chromium): {error.message.splitlines()[0]}")
        yield found
        found.close()


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the course, so that nothing the tests save lands in it."""
    copy = tmp_path_factory.mktemp("browser") / "course"
    for part in ("helpers", "launcher", "notebooks"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    (copy / "data").mkdir()
    for part in ("requirements.txt", "data/mnist_5k.npz", "data/chelsea.png", "lessons/results.json"):
        (copy / part).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / part, copy / part)
    return copy


@pytest.fixture(scope="session")
def jupyterlab(course):
    """The address of a JupyterLab that serves the course on this machine only; its token is in `jupyterlab.token`."""
    settings = course.parent / "settings"
    for plugin, chosen in {
        "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of view exist as well
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        file = settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(chosen))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    code = (
        "import sys; from launcher import command_line; command_line.provide = lambda: sys.executable;"
        f"sys.exit(command_line.main(['lab', '--no-browser', '--port', '{port}']))"
    )
    variables = {"JUPYTERLAB_SETTINGS_DIR": str(settings), "JUPYTER_TOKEN": token, "COURSE_STRICT": ""}
    log = course.parent / "server.log"
    started = {"cwd": course, "env": os.environ | variables}
    with (
        log.open("w") as output,
        subprocess.Popen([sys.executable, "-c", code], stdout=output, stderr=output, **started) as server,
    ):
        try:
            deadline = time.monotonic() + PATIENCE / 1000
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={token}", timeout=1).close()
                    break
                except OSError:
                    if server.poll() is not None or time.monotonic() > deadline:
                        pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}&reset"
        finally:
            server.terminate()


@pytest.fixture
def notebook(browser, jupyterlab, course):
    """A function that opens a notebook, runs all its cells and gives the page: `with notebook("x", cells) as page`."""

    @contextmanager
    def run(name, cells):
        path = course / "notebooks" / f"{name}.ipynb"
        for number, cell in enumerate(cells):
            cell.id, cell.outputs, cell.execution_count = f"c{number}", [], None
        metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.goto(jupyterlab.format(path.relative_to(course).as_posix()), wait_until="domcontentloaded")
        page.get_by_text(re.compile(r"\| Idle")).wait_for()
        page.click(".jp-Notebook .jp-Cell >> nth=0")
        page.click("li.lm-MenuBar-item:has-text('Run')")
        page.click("li.lm-Menu-item[data-command='runmenu:run-all']")
        prompts = ".jp-CodeCell .jp-InputArea-prompt"
        ran = "prompts => prompts.every(p => /\\[\\d+\\]/.test(p.textContent))"
        page.wait_for_function(f"({ran})([...document.querySelectorAll('{prompts}')])")
        errors = page.locator(".jp-OutputArea-output[data-mime-type*='stderr'], [data-mime-type*='jupyter.error']")
        assert errors.count() == 0, errors.all_inner_texts()
        try:
            yield page
        finally:
            if folder := os.environ.get("COURSE_SCREENSHOTS"):
                page.screenshot(path=f"{folder}/{path.stem}.png")
            page.click("li.lm-MenuBar-item:has-text('Kernel')")
            page.click("li.lm-Menu-item[data-command='kernelmenu:shutdown']")
            page.close()

    return run
