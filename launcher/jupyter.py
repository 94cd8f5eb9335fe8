"""How JupyterLab is started: on this computer only, at the first lesson, without news and questions."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import quote

from helpers import ROOT
from helpers.classroom import cells
from helpers.classroom.copies import own_copies
from helpers.language import CourseError
from launcher import WINDOWS


def check_port(port: int) -> None:
    """Raise CourseError unless JupyterLab can have this port."""
    with socket.socket() as trial:
        if not WINDOWS:  # where this option would allow a port that is in use
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CourseError(
                en=f"Port {port} is in use or not allowed: choose another one, or leave out `--port`.",
                es=f"El puerto {port} está ocupado o no está permitido: elige otro o no pongas `--port`.",
            ) from error


def to_open(lang: str) -> list[Path]:
    """The learner's own copies of the lessons; the shipped ones where nothing can be written, or one of them is damaged."""
    try:
        return own_copies(lang)
    except (OSError, ValueError, LookupError, TypeError):
        return cells.notebooks(lang)


def lab_command(lang: str, port: int | None, no_browser: bool) -> list[str]:
    """What Python is to run, and JupyterLab's options."""
    first = [f"/tree/{quote(lesson.relative_to(ROOT).as_posix())}" for lesson in to_open(lang)[:1]]
    return [
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab{''.join(first)}",
        "--Application.log_level=WARN",  # what remains is the address to open
        "--ServerApp.answer_yes=True",  # one Ctrl-C is enough
        # It reads files without threads of its own: they can outlive a Ctrl-C, and then nothing ends the program any more
        # (jupyterlab/jupyterlab, issue 10442).
        "--ServerApp.contents_manager_class=jupyter_server.services.contents.largefilemanager.LargeFileManager",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        *(["--no-browser"] if no_browser else []),
        *([f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else []),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # in a container
    ]
