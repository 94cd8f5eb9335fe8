"""`python3 -m helpers download`: fetches all that lessons could need, or lists it. It runs in the course's environment."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time

from helpers import downloads
from helpers.downloads import Download
from helpers.language import CourseError, say, tr, use
from launcher.messages import announce


def list_downloads() -> int:
    """Say what the course can fetch, and what of it is here; the exit status, 0."""
    total = sum(download.megabytes for download in downloads.DOWNLOADS.values())
    announce(
        en=f"{downloads.DATA_DIR} (✓ is here; {total:.0f} MB in all)",
        es=f"{downloads.DATA_DIR} (✓ ya está; {total:.0f} MB en total)",
    )
    for name, download in downloads.DOWNLOADS.items():
        print(f"{'✓' if download.present() else '–'} {name:12}{download.megabytes:5} MB  {_about(download)}")
    return 0


def download_all() -> int:
    """Fetch every download of the course into `DATA_DIR`, verify also what was there, and say what is missing.

    Returns:
        The exit status: 0, 1 where something is missing or damaged, 130 where it was stopped by Ctrl-C.
    """
    _sweep()
    try:
        missing = [name for name in downloads.DOWNLOADS if not _is_brought(name)]
    except KeyboardInterrupt:
        announce(
            en="\nStopped. What was whole stays; the same command goes on with the rest.",
            es="\nDetenido. Lo que estaba completo se queda; repite la misma orden para seguir con el resto.",
        )
        return 130
    say(_what_is_missing(missing) if missing else _everything_is_here())
    return 1 if missing else 0


def _is_brought(name: str) -> bool:
    """Verify a download that is here, fetch one that is not, and say how it went."""
    download = downloads.DOWNLOADS[name]
    print(f"{_about(download)}, {download.megabytes} MB", flush=True)
    try:
        path = download.present()
        if path:
            download.verify(path)
        print(f"  ✓ {path or downloads.fetch(name, retries=3)}", flush=True)
        return True
    except (CourseError, OSError) as error:
        print(f"  ✗ {getattr(error, 'reason', error)}", flush=True)
        return False


def _about(download: Download) -> str:
    return f"{tr(en=download.en, es=download.es)} ({tr(en='licence', es='licencia')}: {download.licence})"


def _everything_is_here() -> str:
    return tr(
        en=f"Everything is here, whole and verified. For another machine, copy {downloads.DATA_DIR} to the folder data/ of its course, or set COURSE_DATA to a copy.",
        es=f"Está todo, completo y comprobado. Para otro equipo, copia {downloads.DATA_DIR} en la carpeta data/ de su curso o pon en COURSE_DATA la ruta de una copia.",
    )


def _what_is_missing(names: list[str]) -> str:
    if os.environ.get("COURSE_OFFLINE"):
        first = tr(en="Unset COURSE_OFFLINE", es="Quita la variable COURSE_OFFLINE")
    else:
        first = tr(
            en="Check your internet connection (or your school's proxy)",
            es="Comprueba tu conexión a internet (o el proxy de tu centro)",
        )
    return tr(
        en=f"Missing or damaged: {', '.join(names)}. {first}, see what stands beside ✗, and type the same command again: it fetches only what is missing. Until then, cells that need it say so, and the lessons go on.",
        es=f"Falta o está dañado: {', '.join(names)}. {first}, mira lo que dice junto a ✗ y repite la misma orden: solo descarga lo que falta. Mientras tanto, las celdas que lo necesitan lo dicen y las lecciones siguen.",
    )


def _sweep() -> None:
    """Remove what killed downloads left behind: folders `.incoming-…` in which nothing has changed for an hour."""
    for folder in [*downloads.DATA_DIR.glob(".incoming-*"), *downloads.DATA_DIR.glob("*/.incoming-*")]:
        with contextlib.suppress(OSError):  # it may belong to another notebook, which has just finished
            if max(path.stat().st_mtime for path in [folder, *folder.rglob("*")]) < time.time() - 3600:
                shutil.rmtree(folder)


if __name__ == "__main__":
    use(sys.argv[1])
    sys.exit(list_downloads() if "--list" in sys.argv else download_all())
