"""The course's command line: `python3 -m helpers lab | test | download`, typed in the course's folder.

It runs before anything is installed: Python's standard library only, and no syntax newer than Python 3.8, so that a
Python that is too old can still say so. Each command first sees to `.venv`, the course's own environment beside the
code, then runs with the Python in it.
"""

from __future__ import annotations

import argparse
import hashlib
import locale
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from helpers import ROOT
from helpers.language import COMMAND, LANGUAGES, CourseError, tr, use

OLDEST, NEWEST = (3, 11), (3, 13)
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
REQUIREMENTS = ROOT / "requirements.txt"
PACKAGES = ROOT / "data" / "packages"  # filled by a teacher for a room without a network; README.md says how
STAMP = VENV / "course-installed.txt"  # written last: without it, the installation was not finished
DOWNLOAD, DISK = "0.8 GB", "4 GB"  # measured on Linux, the largest; the disk also holds pip's cache
PYTHON_ORG = "https://www.python.org/downloads/"


# --- what is typed -----------------------------------------------------------------------------------------------


def usage() -> str:
    """What can be typed, in the learner's language."""
    return tr(
        en=f"""Type one of these in the course's folder:

  {COMMAND} lab         open the lessons in JupyterLab  [--no-browser] [--port N] [--lang en|es]
  {COMMAND} test        run the course's tests (anything after it goes to pytest)
  {COMMAND} download    fetch the larger data once, for lessons without internet  [--list] [--lang en|es]

The first start installs what the course needs into the folder .venv (up to {DOWNLOAD} to download, once).""",
        es=f"""Escribe una de estas órdenes en la carpeta del curso:

  {COMMAND} lab         abre las lecciones en JupyterLab  [--no-browser] [--port N] [--lang en|es]
  {COMMAND} test        ejecuta las pruebas del curso (lo que añadas se le pasa a pytest)
  {COMMAND} download    descarga una sola vez los datos más pesados, para trabajar sin internet  [--list] [--lang en|es]

La primera vez se instala lo necesario en la carpeta .venv (hasta {DOWNLOAD} de descarga, una sola vez).""",
    )


class Parser(argparse.ArgumentParser):
    """Answers a mistake with the usage text: argparse's own message is in English only."""

    def error(self, message: str) -> None:
        print(usage(), file=sys.stderr)
        raise SystemExit(2)


def parse(argv: list[str]) -> argparse.Namespace:
    """The command, its options, and in `rest` what is meant for pytest. Exits with 2 when it cannot be understood."""
    parser = Parser(add_help=False)
    parser.add_argument("command", choices=("lab", "test", "download"))
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--lang", choices=LANGUAGES, default=machine_language())
    for_pytest = argv[:1] == ["test"]
    options = parser.parse_args(argv[:1] if for_pytest else argv)
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
    try:
        check_python(sys.version_info[:2], argv)
        if options.port is not None:
            check_port(options.port)
        python = str(environment())
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            tr(en="\nStopped; the same command goes on.", es="\nDetenido; repite la misma orden para continuar."),
            file=sys.stderr,
        )
        return 130
    if options.command == "test":
        return hand_over([python, "-m", "pytest", *options.rest])
    if options.command == "download":
        code = "from helpers import data, language; language.use({!r}); raise SystemExit(data.{}())"
        call = code.format(options.lang, "list_downloads" if options.list else "download_all")
        return hand_over([python, "-X", "utf8", "-c", call])  # ✓ is not in every system's own encoding
    announce(
        en="Starting JupyterLab. It runs as long as this window is open; Ctrl-C here ends it.",
        es="Iniciando JupyterLab. Funciona mientras esta ventana esté abierta; con Ctrl-C aquí se cierra.",
    )
    return hand_over([python, "-m", "jupyterlab", *lab_options(options.lang, options.port, options.no_browser)])


# --- a Python that will do ---------------------------------------------------------------------------------------


def check_python(version: tuple[int, int], argv: list[str]) -> None:
    """Raise CourseError, naming what to type instead, unless the course supports this version of Python."""
    if OLDEST <= version <= NEWEST:
        return
    other = next(filter(None, map(find_python, range(NEWEST[1], OLDEST[1] - 1, -1))), None)
    start = other or (["py", "-3.12"] if WINDOWS else ["python3.12"])
    command = " ".join(map(shlex.quote, [*start, "-m", "helpers", *argv]))
    here, oldest, newest = (".".join(map(str, v)) for v in (version, OLDEST, NEWEST))
    get_en = "" if other else f"install Python 3.12 beside it ({PYTHON_ORG}, or your system's packages), then "
    get_es = "" if other else f"instala además Python 3.12 ({PYTHON_ORG} o los paquetes de tu sistema) y "
    raise trouble(
        en=f"This is Python {here}, and the course needs {oldest} to {newest}: {get_en}type `{command}`.",
        es=f"Este es Python {here}, y el curso necesita de {oldest} a {newest}: {get_es}escribe `{command}`.",
    )


def find_python(minor: int) -> list[str] | None:
    """The command that starts Python 3.`minor` on this machine, or None."""
    for command in [[f"python3.{minor}"]] + [["py", f"-3.{minor}"]] * WINDOWS:
        # Version managers leave a command behind for Pythons that are switched off, so ask it.
        if shutil.which(command[0]) and ask(command, "import sys; print(sys.version_info[1])") == str(minor):
            return command
    return None


def ask(python: list[str], code: str) -> str:
    """What that Python prints when it runs `code`; nothing when it cannot."""
    command = [*python, "-c", code]
    try:
        done = subprocess.run(command, cwd=ROOT, env=variables(), capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def variables() -> dict[str, str]:
    """The environment variables for `.venv`'s Python: without those that would mix in another Python's packages."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}


# --- the environment ---------------------------------------------------------------------------------------------


def environment() -> Path:
    """See to it that `.venv` holds everything in requirements.txt, and return its Python.

    Raises:
        CourseError: it cannot be done; the message says why and what to do next.
    """
    try:
        if not is_installed():
            make_venv()
            install()
    except OSError as error:
        raise CourseError(explain(str(error))) from error
    return PYTHON


def is_installed() -> bool:
    """Whether the last installation was finished, for these requirements, and nothing was taken out since."""
    if not STAMP.is_file() or STAMP.read_text("utf-8") != wanted_stamp():
        return False
    return ask([str(PYTHON)], "import helpers; print(helpers._missing_packages())") == "[]"


def wanted_stamp() -> str:
    """What STAMP holds when these requirements were installed for the Python that `.venv` was made with."""
    return f"{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()} Python {made_with()}\n"


def made_with() -> str:
    """The version of Python that `.venv` was made with, such as "3.12"; nothing when it is not an environment."""
    settings = VENV / "pyvenv.cfg"
    found = settings.is_file() and re.search(r"(?m)^version\w*\s*=\s*(\d+\.\d+)", settings.read_text("utf-8"))
    return found.group(1) if found else ""


def make_venv() -> None:
    """Make `.venv`, unless there is one whose Python runs. What is no environment is left as it is."""
    version = ask([str(PYTHON)], "import sys; print('%d.%d' % sys.version_info[:2])")
    runs = version != "" and version == made_with()  # otherwise its Python has gone, or changed since
    if runs and OLDEST <= tuple(map(int, version.split("."))) <= NEWEST:
        return
    is_free = not os.path.lexists(VENV) or (VENV.is_dir() and not any(VENV.iterdir()))
    if runs or not (is_free or made_with()):
        raise trouble(
            en=f"{VENV} is something that the course cannot use, and was left as it is: rename it, {again()}",
            es=f"{VENV} es algo que el curso no puede usar y se ha dejado como está: cámbiale el nombre {again()}",
        )
    announce(en=f"Making the environment {VENV} ...", es=f"Creando el entorno {VENV} ...")
    if VENV.is_dir():
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", str(VENV)], quiet=True)


def install() -> None:
    """Install requirements.txt into `.venv`, or go on with an installation that was interrupted."""
    if STAMP.exists():
        STAMP.unlink()
    if not ask([str(PYTHON)], "import pip; print(pip)"):  # making the environment was interrupted
        run([str(PYTHON), "-m", "ensurepip"], quiet=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    if PACKAGES.is_dir():
        announce(
            en=f"Installing what the course needs from {PACKAGES}, without a network.",
            es=f"Instalando lo necesario desde {PACKAGES}, sin red.",
        )
        command += ["--no-index", "--find-links", str(PACKAGES)]
    else:
        announce(
            en=f"Installing what the course needs: up to {DOWNLOAD} to download, once. If interrupted, repeat the command.",
            es=f"Instalando lo necesario: hasta {DOWNLOAD} de descarga, una sola vez. Si se interrumpe, repite la orden.",
        )
    run(command)
    STAMP.write_text(wanted_stamp(), "utf-8")


def run(command: list[str], quiet: bool = False) -> None:
    """Run a step of the installation. Raises CourseError, with the cause in a sentence, when it fails."""
    # Only standard error is read along: pip draws its progress bars on a terminal, not into a pipe.
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {"stderr": subprocess.PIPE}
    said = []
    with subprocess.Popen(command, cwd=ROOT, env=variables(), text=True, errors="replace", **streams) as step:
        for line in step.stdout or step.stderr:
            said.append(line)
            quiet = quiet or line.startswith("ERROR: Exception")  # a page of pip's insides follows
            if not quiet:
                sys.stderr.write(line)
    if step.returncode:
        raise CourseError(explain("".join(said)))


# --- what is wrong, in a sentence --------------------------------------------------------------------------------


def announce(*, en: str, es: str) -> None:
    """Say it before the program that is started next says something."""
    print(tr(en=en, es=es), flush=True)


def trouble(*, en: str, es: str) -> CourseError:
    return CourseError(tr(en=en, es=es))


def again() -> str:
    return tr(en="then type the same command again; nothing is lost.", es="y repite la misma orden; no se pierde nada.")


def explain(output: str) -> str:
    """A sentence for a person, out of what venv or pip said when it failed."""

    def said(pattern: str) -> re.Match[str] | None:
        return re.search(pattern, output)

    if said(r"No space left|not enough space|Disk quota|Errno 28|WinError 112") or shutil.disk_usage(ROOT).free < 50e6:
        return tr(
            en=f"The disk is full, and installing takes about {DISK}: make room, {again()}",
            es=f"El disco está lleno y la instalación ocupa unos {DISK}: haz sitio {again()}",
        )
    if said(r"Long Path"):
        return tr(
            en=f"Windows cannot store paths this long: move the course to a folder such as C:\\course, {again()}",
            es=f"Windows no admite rutas tan largas: mueve el curso a una carpeta como C:\\curso {again()}",
        )
    if said(r"Permission denied|Access is denied|Read-only file system|Errno 13|WinError (5|32)\b"):
        return tr(
            en=f"{ROOT} cannot be written to: close JupyterLab, or move the course to a folder of your own, {again()}",
            es=f"No se puede escribir en {ROOT}: cierra JupyterLab o lleva el curso a una carpeta tuya {again()}",
        )
    if said(r"ensurepip is not\s+available|No module named '?(venv|ensurepip)"):
        debian = "sudo apt install python{}.{}-venv".format(*sys.version_info)
        return tr(
            en=f"This Python lacks its `venv` module: on Debian or Ubuntu type `{debian}`, elsewhere install Python "
            f"3.12 from {PYTHON_ORG}, {again()}",
            es=f"A este Python le falta su módulo `venv`: en Debian o Ubuntu escribe `{debian}`; en otros sistemas "
            f"instala Python 3.12 desde {PYTHON_ORG} {again()}",
        )
    if said(r"Connection|Timeout|timed out|getaddrinfo|name resolution|ProxyError|SSLError|unreachable"):
        return tr(
            en=f"The network does not answer: check your internet connection (or your school's proxy), {again()}",
            es=f"La red no responde: comprueba tu conexión a internet (o el proxy de tu centro) {again()}",
        )
    missing = said(r"No matching distribution found for (\w[\w.-]*\w)")
    if missing and PACKAGES.is_dir():
        here = "{}, Python {}.{}".format(sys.platform, *sys.version_info)
        return tr(
            en=f"{PACKAGES} holds no {missing.group(1)} for this machine ({here}): fill it on a machine with the same system "
            f"and Python, or, where there is a network, remove it, {again()}",
            es=f"En la carpeta {PACKAGES} no hay {missing.group(1)} para esta máquina ({here}): llénala en un equipo con el mismo sistema "
            f"y el mismo Python o, si hay red, quítala {again()}",
        )
    if missing:
        here = f"{sys.platform}, {64 if sys.maxsize > 2**32 else 32} bits"
        return tr(
            en=f"pip finds no {missing.group(1)} for this machine ({here}): if your internet connection works, you need a "
            "64-bit Python 3.12 (on a Mac: with an Apple chip), or the course on Google Colab, without installing anything.",
            es=f"pip no encuentra {missing.group(1)} para esta máquina ({here}): si tu conexión a internet funciona, "
            "necesitas un Python 3.12 de 64 bits (en Mac: con chip de Apple) o el curso en Google Colab, sin instalar nada.",
        )
    last = (output.strip() or "?").splitlines()[-1].strip()
    return tr(
        en=f"The installation stopped ({last}): type the same command again; if it stops again, ask with that message.",
        es=f"La instalación se detuvo ({last}): repite la misma orden; si vuelve a pasar, pregunta con ese mensaje.",
    )


# --- JupyterLab, pytest ------------------------------------------------------------------------------------------


def check_port(port: int) -> None:
    """Raise CourseError unless JupyterLab can have this port."""
    with socket.socket() as trial:
        if not WINDOWS:  # where this option would allow a port that is in use
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise trouble(
                en=f"Port {port} is in use or not allowed: choose another one, or leave out `--port`.",
                es=f"El puerto {port} está ocupado o no está permitido: elige otro o no pongas `--port`.",
            ) from error


def lab_options(lang: str, port: int | None, no_browser: bool) -> list[str]:
    """JupyterLab's options: on this computer only, at the first lesson, without news and questions."""
    lessons = sorted((ROOT / "notebooks" / ("es" if lang == "es" else "")).glob("[0-9]*.ipynb"))
    first = [f"/tree/{lesson.relative_to(ROOT).as_posix()}" for lesson in lessons[:1]]
    return [
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


def hand_over(command: list[str]) -> int:
    """Run the program that was asked for, in the course's folder, and return its exit status."""
    if not WINDOWS:  # it takes this program's place, so that Ctrl-C and other signals reach it alone
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execve(command[0], command, variables())
    with subprocess.Popen(command, cwd=ROOT, env=variables()) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:  # it went to the program as well, which is tidying up
                pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
