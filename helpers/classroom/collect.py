"""`python3 -m helpers collect FOLDER`: reads what learners handed in, judges every answer again, and says who got what.

Every verdict is written down at once, in `FOLDER/class/judged.jsonl`, under a digest of the answer, of what runs before it and of
the checks: the same command goes on where it was stopped, and equal answers are judged once.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tqdm.auto import tqdm

from helpers import ROOT
from helpers.checks import NOT_ATTEMPTED
from helpers.classroom import cells, gate, judge, papers
from helpers.classroom.papers import Paper
from helpers.language import LANGUAGES, CourseError, say, tr, use

PATIENCE = 15 * judge.SECONDS + 60  # seconds by the clock until a process is given up that has an answer to judge
AGAIN = {"time", "lost"}  # reasons that may be this machine's fault: such answers are tried anew by the next command
THEIRS = {"trains", "trained before", "unknown name"}  # where the outcome that the learner saw is the best there is
REASONS = {
    "trains": dict(en="It trains a network, which is not repeated here.", es="Entrena una red, y eso no se repite aquí."),
    "trained before": dict(en="It needs {about}, which the lesson trains.", es="Necesita {about}, que la lección entrena."),
    "unknown name": dict(en="It needs {about}, which another cell of the learner's sets.", es="Necesita {about}, que define otra celda de quien responde."),
    "no python": dict(en="It is no valid Python: {about}", es="No es Python válido: {about}"),
    "gate": dict(en="Not run: it uses {about}, which no exercise needs. Read it yourself.", es="No se ejecutó: usa {about}, que ningún ejercicio necesita. Léelo."),
    "refused": dict(en="Stopped: it tried to reach for {about}.", es="Detenido: intentó usar {about}."),
    "time": dict(en="Stopped after {about} s of computing or waiting.", es="Detenido tras {about} s de cálculo o de espera."),
    "memory": dict(en="It asked for too much memory.", es="Pidió demasiada memoria."),
    "ends": dict(en="It ended the process that judged it ({about}).", es="Terminó el proceso que lo evaluaba ({about})."),
    "lost": dict(en="The judging process was lost; the same command tries again.", es="Se perdió el proceso evaluador; la misma orden lo intenta otra vez."),
}  # fmt: skip


@dataclass
class Result:
    """What became of one exercise of one learner. `status` is a check's, or "not judged"; `theirs`: as their notebook said it."""

    status: str = NOT_ATTEMPTED
    misconception: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    theirs: bool = False
    code: str = ""


@dataclass
class Class:
    """All that the reports show: the papers, those that count by learner and lesson, and the results by paper and exercise."""

    papers: list[Paper]
    counted: dict[str, dict[str, Paper]]
    results: dict[tuple[str, str, str], Result] = field(default_factory=dict)  # learner's key, lesson, exercise

    @property
    def lessons(self) -> list[str]:
        return sorted({lesson for theirs in self.counted.values() for lesson in theirs})

    def name(self, key: str) -> str:
        return max(self.counted[key].values(), key=lambda paper: paper.when).learner


def sorted_out(found: list[Paper]) -> Class:
    """Which papers count: of each learner and lesson the latest."""
    counted: dict[str, dict[str, Paper]] = {}
    for paper in found:  # the earliest first
        if not paper.trouble:
            counted.setdefault(paper.key, {})[paper.lesson] = paper
    return Class(found, dict(sorted(counted.items())))


def judge_class(group: Class, output: Path) -> None:
    """Fill in the results of every answer that counts, with what `output` holds of an earlier start."""
    journal = Journal(output / "judged.jsonl")
    jobs: dict[str, dict] = {}
    waiting: list[tuple[tuple[str, str, str], Paper, str]] = []
    for key, lessons in group.counted.items():
        for lesson, paper in lessons.items():
            for exercise in cells.exercises(lesson, paper.lang):
                place = (key, lesson, exercise)
                verdict, job = before_running(paper, exercise)
                if job is None:
                    group.results[place] = result(paper, exercise, verdict)
                    continue
                name = digest(job)
                waiting.append((place, paper, name))
                if name not in journal.verdicts:
                    jobs[name] = job
    run_all(jobs, journal)
    for place, paper, name in waiting:
        verdict = journal.verdicts.get(name, {"status": judge.NOT_JUDGED, "reason": "lost"})
        group.results[place] = result(paper, place[2], verdict)


def before_running(paper: Paper, exercise: str) -> tuple[dict, dict | None]:
    """A verdict that needs no running, and None; or what is to be judged, as `judge.py` reads it."""
    source = paper.answers.get(exercise, "")
    if not source or cells.is_blank(source):
        return {"status": NOT_ATTEMPTED}, None
    try:
        found = gate.refused(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return {"status": judge.NOT_JUDGED, "reason": "no python", "about": str(error)[:100]}, None
    if found:
        return {"status": judge.NOT_JUDGED, "reason": "gate", "about": found}, None
    if cells.trains(paper.lesson, paper.lang, source):
        return {"status": judge.NOT_JUDGED, "reason": "trains"}, None
    sound = {name: code for name, code in paper.answers.items() if name == exercise or _is_sound(code)}
    program = cells.program(paper.lesson, paper.lang, exercise, sound)
    answer = ast.unparse(
        ast.parse(cells.without_magics(source))
    )  # equal answers are judged once, whatever their comments
    return {}, dict(lesson=paper.lesson, lang=paper.lang, exercise=exercise, program=program, answer=answer)


def _is_sound(source: str) -> bool:
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return not cells.is_blank(source) and gate.refused(source) is None
    return False


def result(paper: Paper, exercise: str, verdict: Mapping) -> Result:
    """A verdict as it is shown. Where an answer could not be judged through no fault of its own, the learner's outcome counts."""
    code = paper.answers.get(exercise, "")
    if verdict["status"] != judge.NOT_JUDGED:
        return Result(verdict["status"], verdict.get("misconception"), verdict.get("said") or {}, code=code)
    text = REASONS[verdict["reason"]]
    said = {lang: text[lang].format(about=verdict.get("about", "")) for lang in LANGUAGES}
    known = paper.theirs.get(exercise) if verdict["reason"] in THEIRS else None
    theirs = known in papers.STATUSES.values() and known != NOT_ATTEMPTED
    return Result(known if theirs else judge.NOT_JUDGED, None, said, bool(theirs), code)


# --- judging, and going on where it stopped --------------------------------------------------------------------------


class Journal:
    """Verdicts by the digest of their job, each on the disk before the next is asked for; a torn last line is left out."""

    def __init__(self, path: Path) -> None:
        self.path, self.verdicts, self._lock = path, {}, threading.Lock()
        lines = path.read_text("utf-8", errors="replace").splitlines() if path.exists() else []
        for line in lines:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                self.verdicts[entry["job"]] = entry["verdict"]

    def note(self, job: str, verdict: dict) -> None:
        with self._lock:
            self.verdicts[job] = verdict
            if verdict.get("reason") not in AGAIN:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(
                        "\n" * (file.tell() > 0) + json.dumps({"job": job, "verdict": verdict}, ensure_ascii=False)
                    )


def digest(job: Mapping) -> str:
    """What tells a job from every other, with the course's checks as they are today."""
    return hashlib.sha256(json.dumps([_rules(), job], sort_keys=True).encode()).hexdigest()[:24]


@cache
def _rules() -> str:
    rules = [*(ROOT / "helpers").glob("*.py"), *(ROOT / "helpers" / "checks").glob("*.py")]
    rules += [ROOT / "helpers" / "classroom" / name for name in ("judge.py", "cells.py", "limits.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(rules))).hexdigest()


def run_all(jobs: Mapping[str, dict], journal: Journal) -> None:
    """Judge the jobs with as many processes as this machine has cores (four at most), and note each verdict."""
    if not jobs:
        return
    todo: queue.SimpleQueue = queue.SimpleQueue()
    for item in jobs.items():
        todo.put(item)
    bar = tqdm(total=len(jobs), unit=tr(en=" answers", es=" respuestas"), desc=tr(en="judging", es="evaluando"))
    stop = threading.Event()

    def work() -> None:
        with contextlib.closing(Judge()) as judging:
            while not stop.is_set():
                try:
                    name, job = todo.get_nowait()
                except queue.Empty:
                    return
                journal.note(name, judging.verdict(job))
                bar.update()

    count = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 4, len(jobs))
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    finally:
        stop.set()
        bar.close()


class Judge:
    """A process of `judge.py`, started when it is needed, and started anew when it is lost."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def verdict(self, job: Mapping) -> dict:
        """Its verdict, or that it was lost; a job that loses two processes one after the other is not tried again."""
        for _ in range(2):
            with contextlib.suppress(OSError, ValueError):
                process = self._running()
                process.stdin.write(json.dumps(job) + "\n")
                process.stdin.flush()
                return self._line(process)
            self.close()
        return {"status": judge.NOT_JUDGED, "reason": "lost"}

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "helpers.classroom.judge"]
            threads = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
            environment = {
                **os.environ,
                **threads,
                "COURSE_OFFLINE": "1",
                "PYTHONIOENCODING": "utf-8",
                "PYTHONUTF8": "1",
            }
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, encoding="utf-8", **pipes)
            if not self._process.stdout.readline():  # "ready", however long a busy machine takes to load TensorFlow
                raise OSError("the judging process did not start")
        return self._process

    def _line(self, process: subprocess.Popen) -> dict:
        """What it writes next; a process that says nothing for too long is ended, which raises ValueError."""
        alarm = threading.Timer(PATIENCE, process.kill)
        alarm.start()
        try:
            return json.loads(process.stdout.readline())
        finally:
            alarm.cancel()

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self._process = None


def told() -> dict:
    """What the checks tell wrong answers: see `judge.texts`."""
    with contextlib.closing(Judge()) as judging:
        return judging.verdict({"texts": True})


# --- the command ------------------------------------------------------------------------------------------------------


def collect(folder: Path) -> Class:
    """Read, judge and report. Raises CourseError where there is nothing to read or no place to write to."""
    from helpers.classroom import report

    if not folder.is_dir():
        raise CourseError(en=f"{folder} is not a folder.", es=f"{folder} no es una carpeta.")
    group = sorted_out(papers.read(folder))
    if not group.papers:
        raise CourseError(
            en=f"{folder} holds no hand-ins (.json) and no notebooks (.ipynb).",
            es=f"En {folder} no hay entregas (.json) ni cuadernos (.ipynb).",
        )
    output = folder / papers.OUTPUT
    try:
        output.mkdir(exist_ok=True)
        judge_class(group, output)
        written = report.write(group, output, told())
    except OSError as error:
        raise CourseError(
            en=f"Cannot write to {output}: {error}", es=f"No se puede escribir en {output}: {error}"
        ) from error
    _say_what_was_found(group, written)
    return group


def _say_what_was_found(group: Class, written: Sequence[Path]) -> None:
    read = [paper for paper in group.papers if not paper.trouble]
    replaced = len(read) - sum(map(len, group.counted.values()))
    say(
        en=f"{len(group.counted)} learners, {len(read)} files read, {replaced} of them replaced by a later one.",
        es=f"{len(group.counted)} participantes, {len(read)} archivos leídos, {replaced} sustituidos por otro posterior.",
    )
    for paper in group.papers:
        if paper.trouble:
            say(f"  ✗ {paper.path.name}: {tr(**paper.trouble)}")
    for path in written:
        print(f"  ✓ {path}")


def main(argv: list[str]) -> int:
    """The command in the course's environment; the return value is the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lang", choices=LANGUAGES)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(argv)
    use(options.lang)
    try:
        collect(options.folder.expanduser().resolve())
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say(en="\nStopped. Nothing judged is lost; the same command goes on.", es="\nDetenido. No se pierde nada de lo evaluado; repite la misma orden para seguir.")  # fmt: skip
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
