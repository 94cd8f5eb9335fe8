"""How the course fetches what `files.toml` lists: each file whole and verified under its final name, or not at all.

A file is looked for in `DATA_DIR` first and fetched only then. Its reader in `helpers/readers.py` verifies it.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

from helpers import ROOT, readers
from helpers.language import COMMAND, CourseError, tr, wrap

# A relative COURSE_DATA counts from the course's folder, for the command line and for notebooks alike.
DATA_DIR = ROOT / Path(os.environ.get("COURSE_DATA") or "data").expanduser()
TIMEOUT = (5, 60)  # seconds that a server may take to answer, and between two pieces of a file
# What a broken transfer, a wrong digest and a damaged archive raise (requests' exceptions are OSErrors).
BROKEN = (OSError, EOFError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)


class DataUnavailable(CourseError):
    """Data that is not on this machine and could not be fetched, for this `reason`; the message says what to do."""

    def __init__(self, reason: str, **both: str) -> None:
        super().__init__(**both)
        self.reason = reason


@dataclass(frozen=True)
class Download:
    """One file the course can fetch, as `files.toml` describes it, and how; or a folder, whose files are its `parts`.

    `verify` reads the file and raises CourseError unless it is what it should be. `downloader` has pooch's protocol; without
    one, it is an ordinary download. `unpack` takes an archive that has arrived and returns what it holds. `enough` tells
    whether what has the name is there, and holds as much as is asked for: if not, it is fetched anew, and replaced.
    """

    file: str
    url: str
    megabytes: float
    licence: str
    en: str
    es: str
    digest: str | None = None
    also: str | None = None
    verify: Callable[[Path], object] = lambda path: None
    downloader: Callable[[str, str, object], None] | None = None
    unpack: Callable[[Path], Path] = lambda path: path
    enough: Callable[[Path], bool] = Path.exists
    parts: tuple[Download, ...] = ()

    def present(self) -> Path | None:
        """Its path if it is in `DATA_DIR` already, under either name and with all its parts."""
        paths = [DATA_DIR / file for file in (self.file, self.also) if file]
        whole = all(part.present() for part in self.parts)
        return next((path for path in paths if whole and self.enough(path)), None)


def _download_drawings(url: str, file: str, pooch: object, *, n: int) -> None:
    """Write the first `n` drawings of a class to a `.npy` of shape (n, 784), by an HTTP Range request.

    Raises OSError (requests' exceptions are such) or what `readers.first_drawings` raises.
    """
    import requests  # comes with pooch
    from tqdm.auto import tqdm

    wanted = 1_024 + 784 * n  # bytes: the header that a .npy begins with has 80 or 128
    headers = {"Range": f"bytes=0-{wanted - 1}", "Accept-Encoding": "identity"}
    begun = io.BytesIO()
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        answer.raise_for_status()
        progress = tqdm(total=wanted, unit="B", unit_scale=True)
        for piece in answer.iter_content(65_536):
            progress.update(begun.write(piece))
            if begun.tell() >= wanted:  # a server that knows no ranges sends everything: we stop listening
                break
        progress.close()
    begun.seek(0)
    found = readers.first_drawings(begun, n)
    with open(file, "wb") as kept:  # given a name without .npy, np.save would add it
        np.save(kept, found.reshape(n, 784))


def drawings_of(name: str, n: int) -> Download:
    """The first `n` drawings of any one class of Quick, Draw!: a file of its own, which may hold more."""
    return Download(
        file=f"{readers.FILES['quickdraw']['file']}/{name}.npy",
        url=f"{readers.FILES['quickdraw']['url']}{quote(name)}.npy",
        megabytes=round(784 * n / 1e6, 1),
        licence=readers.FILES["quickdraw"]["licence"],
        en=f"the first {n} drawings of {name!r} from Quick, Draw!, whose classes stand at quickdraw.withgoogle.com/data",
        es=f"los primeros {n} dibujos de {name!r} de Quick, Draw!, cuyas clases figuran en quickdraw.withgoogle.com/data",
        verify=partial(readers.drawings, n=n),
        downloader=partial(_download_drawings, n=n),
        enough=partial(readers.has_drawings, n=n),
    )


_SKETCHES = tuple(drawings_of(name, readers.QUICKDRAW_COUNT) for name in readers.QUICKDRAW_CLASSES)
_HOW = {
    "mnist": {"verify": partial(readers.digits, digests=readers.MNIST_SHA256)},
    "wine": {"verify": readers.wine},
    "quickdraw": {"parts": _SKETCHES, "verify": lambda folder: [p.verify(folder.parent / p.file) for p in _SKETCHES]},
    "photos": {"unpack": readers.unpack_photos, "verify": readers.photos},
    "vgg16": {"verify": partial(readers.weights, **readers.FILES["vgg16"]["holds"])},
    "mobilenetv2": {"verify": partial(readers.weights, **readers.FILES["mobilenetv2"]["holds"])},
}
_WHERE = {name: {key: value for key, value in readers.FILES[name].items() if key != "holds"} for name in _HOW}
DOWNLOADS = {name: Download(**_WHERE[name], **how) for name, how in _HOW.items()}


def fetch(name: str | Download, retries: int = 0) -> Path:
    """The path of a download (or a key of `DOWNLOADS`) in `DATA_DIR`, fetched first where it is not there yet.

    A connection that breaks is tried again `retries` times. Raises DataUnavailable: no network, or COURSE_OFFLINE is set, or what
    arrived was not the published file.
    """
    wanted = DOWNLOADS[name] if isinstance(name, str) else name
    reason = tr(en="COURSE_OFFLINE is set", es="la variable COURSE_OFFLINE está puesta")
    if not wanted.present() and not os.environ.get("COURSE_OFFLINE"):
        try:
            for part in wanted.parts or (wanted,):
                if not part.present():
                    _transfer(part, retries)
        except (*BROKEN, CourseError) as error:
            reason = _reason(error, wanted.url)
    if path := wanted.present():  # looked for anew: another notebook may have brought it meanwhile
        return path
    raise DataUnavailable(
        reason,
        en=f"Skipped: this needs {wanted.en} ({wanted.megabytes} MB), which could not be fetched just now ({reason}). You can read on. With a network, run the skipped cells again, from the first; `{COMMAND} download` fetches beforehand all that the lessons need.",
        es=f"Omitido: esto necesita {wanted.es} ({wanted.megabytes} MB), que ahora no se han podido descargar ({reason}). Puedes seguir leyendo. Con conexión, ejecuta otra vez las celdas omitidas, desde la primera; `{COMMAND} download` descarga de antemano todo lo que necesitan las lecciones.",
    )


def _transfer(wanted: Download, retries: int) -> None:
    """Fetch it: nothing stands under its final name before it is whole and verified."""
    import pooch  # here, because most learners never download anything

    pooch.get_logger().setLevel("ERROR")
    path = DATA_DIR / wanted.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".incoming-") as incoming:
        registry, urls = {path.name: wanted.digest}, {path.name: wanted.url}
        keeper = pooch.create(incoming, base_url="", registry=registry, urls=urls, retry_if_failed=retries)
        downloader = wanted.downloader or pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT)
        arrived = wanted.unpack(Path(keeper.fetch(path.name, downloader=downloader)))
        wanted.verify(arrived)
        if arrived.is_file():
            arrived.chmod(0o644)  # pooch leaves it to its owner alone; a class shares it
        arrived.replace(path)


def _reason(error: Exception, url: str) -> str:
    """What went wrong with a download, for a person."""
    import requests  # comes with pooch

    host = urlsplit(url).netloc
    if isinstance(error, requests.HTTPError):
        code = error.response.status_code
        return tr(en=f"{host} answered {code}, not with the file", es=f"{host} respondió {code} en vez del archivo")
    if isinstance(error, requests.Timeout):
        return tr(en=f"{host} did not answer in time", es=f"{host} no respondió a tiempo")
    if isinstance(error, requests.RequestException):
        return tr(en=f"no connection to {host}, or it broke off", es=f"sin conexión con {host}, o se cortó")
    if isinstance(error, OSError):
        problem = error.strerror or type(error).__name__
        return tr(en=f"cannot write to {DATA_DIR}: {problem}", es=f"no se puede escribir en {DATA_DIR}: {problem}")
    if isinstance(error, readers.TooFewError):
        return str(error)
    return tr(
        en=f"what came from {host} is not the whole published file; some networks send a login page instead",
        es=f"lo que llegó de {host} no es el archivo publicado completo; algunas redes envían una página de acceso",
    )


def _needs(lines: list[str]) -> list[str]:
    """Input transform for cells whose first line is `%%needs NAME …`.

    The body runs as an ordinary cell when every download named is there or can be fetched; otherwise the cell
    becomes one sentence that says so.
    """
    if not lines or not lines[0].startswith("%%needs "):
        return lines
    try:
        for name in lines[0].split()[1:]:
            fetch(name)
    except DataUnavailable as missing:
        return [f"print({wrap(str(missing))!r})\n"]
    except KeyboardInterrupt:  # raised in here, it would leave the kernel without an answer and the next cells running
        return ["raise KeyboardInterrupt\n"]
    return ["#" + lines[0], *lines[1:]]  # a comment in its place keeps the numbers in tracebacks right


_needs.has_side_effects = True  # IPython then leaves it out when it only asks whether a cell is complete


def register_needs() -> None:
    """Teach this notebook's kernel the cell magic `%%needs`; a second call changes nothing."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and _needs not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.insert(0, _needs)  # before IPython looks for a magic of that name
