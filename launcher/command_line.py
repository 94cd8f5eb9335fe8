"""What can be typed, and what it starts. Each command first sees to the environment, then runs with the Python in it."""

from __future__ import annotations

import argparse
import locale
import os
import re
import sys

from helpers.language import COMMAND, LANGUAGES, CourseError, tr, use
from launcher import DOWNLOAD
from launcher.environment import provide
from launcher.jupyter import check_port, lab_command
from launcher.messages import announce
from launcher.programs import hand_over
from launcher.settings import put_right

LANG = {"--lang": {"choices": LANGUAGES, "metavar": "|".join(LANGUAGES)}}
OPTIONS = {  # of each command, as argparse is told; what follows `test` goes to pytest
    "lab": {"--no-browser": {"action": "store_true"}, "--port": {"type": int, "metavar": "N"}, **LANG},
    "test": {},
    "download": {"--list": {"action": "store_true"}, **LANG},
    "collect": {**LANG},  # and a folder
}


def usage() -> str:
    """What can be typed, in the learner's language."""
    lab, test, download = (f"{COMMAND} {name:<12}" for name in ("lab", "test", "download"))
    folder = tr(en="FOLDER", es="CARPETA")
    collect = f"{COMMAND} {f'collect {folder}':<15} "
    return tr(
        en=f"""Type one of these in the course's folder:

  {lab}open the lessons in JupyterLab  {listed("lab")}
  {test}run the course's tests (anything after it goes to pytest)
  {download}fetch the larger data once, for lessons without internet  {listed("download")}
  {collect}for teachers: judge what learners handed in  {listed("collect")}

The first start installs what the course needs into the folder .venv (up to {DOWNLOAD} to download, once).""",
        es=f"""Escribe una de estas órdenes en la carpeta del curso:

  {lab}abre las lecciones en JupyterLab  {listed("lab")}
  {test}ejecuta las pruebas del curso (lo que añadas se le pasa a pytest)
  {download}descarga una sola vez los datos más pesados, para trabajar sin internet  {listed("download")}
  {collect}para docentes: evalúa lo que se ha entregado  {listed("collect")}

La primera vez se instala lo necesario en la carpeta .venv (hasta {DOWNLOAD} de descarga, una sola vez).""",
    )


def listed(command: str) -> str:
    """A command's options, each in brackets."""
    return " ".join(f"[{' '.join(filter(None, [name, how.get('metavar')]))}]" for name, how in OPTIONS[command].items())


class Parser(argparse.ArgumentParser):
    """Answers a mistake with the usage text: argparse's own message is in English only."""

    def error(self, message: str) -> None:
        print(usage(), file=sys.stderr)
        raise SystemExit(2)


def parse(argv: list[str]) -> argparse.Namespace:
    """The command, its options, and in `rest` what is meant for pytest. Exits with 2 when it cannot be understood."""
    parser = Parser(add_help=False)
    parser.add_argument("command", choices=OPTIONS)
    for option, how in {**OPTIONS["lab"], **OPTIONS["download"]}.items():
        parser.add_argument(option, **how)
    if argv[:1] == ["collect"]:
        parser.add_argument("folder")
    for_pytest = argv[:1] == ["test"]
    options = parser.parse_args(argv[:1] if for_pytest else argv)
    options.lang = options.lang or machine_language()
    options.rest = argv[1:] if for_pytest else []
    return options


def machine_language() -> str:
    """The course's language that suits this machine: Spanish where the locale is Spanish, otherwise English."""
    settings = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    name = next(filter(None, settings), None) or locale.getlocale()[0] or ""  # Windows sets no such variable
    return "es" if re.split(r"[_.:@-]", name.lower())[0] in ("es", "spanish") else "en"


def main(argv: list[str]) -> int:
    """Run one command; the return value is the exit status."""
    use(machine_language())
    if argv in (["-h"], ["--help"]):
        print(usage())
        return 0
    options = parse(argv)
    use(options.lang)
    for sentence in put_right():
        print(sentence, file=sys.stderr, flush=True)
    try:
        if options.port is not None:
            check_port(options.port)
        python = str(provide())
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        announce(
            en="\nStopped; the same command goes on.",
            es="\nDetenido; repite la misma orden para continuar.",
            file=sys.stderr,
        )
        return 130
    return hand_over([python, *program(options)])


def program(options: argparse.Namespace) -> list[str]:
    """What the environment's Python is to run."""
    if options.command == "test":
        return ["-m", "pytest", *options.rest]
    if options.command == "download":  # -X utf8: ✓ is not in every system's own encoding
        return ["-X", "utf8", "-m", "launcher.download", options.lang, *["--list"] * options.list]
    if options.command == "collect":  # the folder as seen from where the command was typed, which is not where it runs
        return ["-X", "utf8", "-m", "helpers.classroom.collect", options.lang, os.path.abspath(options.folder)]
    announce(
        en="Starting JupyterLab. It runs as long as this window is open; Ctrl-C here ends it.",
        es="Iniciando JupyterLab. Funciona mientras esta ventana esté abierta; con Ctrl-C aquí se cierra.",
    )
    return lab_command(options.lang, options.port, options.no_browser)
