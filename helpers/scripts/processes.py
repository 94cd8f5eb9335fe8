"""Runs `search.py` as processes on this machine: one alone, or a chief and two workers that share its trials.

A search's `folder` holds KerasTuner's notes in `search/`, and for each process what it printed, `NAME.log`, and what went
wrong, `NAME.err`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from helpers import ROOT

PROGRAM = Path(__file__).with_name("search.py")
WORKERS = ("worker0", "worker1")
RESTARTS = 3  # of all workers together, as a worker that always dies would otherwise be started for ever
ALONE = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1"}


def start(folder: str | Path, trials: int, seed: int, name: str = "alone", **variables: str) -> subprocess.Popen:
    """Start the search as a process with one thread and no GPU; `variables` are added to its environment."""
    Path(folder).mkdir(exist_ok=True)
    command = [sys.executable, "-m", f"helpers.scripts.{PROGRAM.stem}", str(folder), str(trials), str(seed)]
    with Path(folder, f"{name}.log").open("a") as log, Path(folder, f"{name}.err").open("a") as err:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ALONE, **variables}, stdout=log, stderr=err)


def stop(*processes: subprocess.Popen) -> None:
    """End processes as a power cut would."""
    for process in processes:
        process.kill()
        process.wait()


def reports(folder: str | Path) -> list[list]:
    """Each start of a trial as [process, trial, begin, end], times in seconds; end is None if it was cut off or still runs."""
    rows: list[list] = []
    for log in sorted(Path(folder).glob("*.log")):
        words = [line.split() for line in log.read_text().splitlines()]
        for kind, trial, moment in (line for line in words if len(line) == 3):
            if kind == "begin":
                rows.append([log.stem, trial, float(moment), None])
            elif kind == "end":
                rows[-1][3] = float(moment)
    return rows


def stop_at_trial(process: subprocess.Popen, folder: str | Path, number: int) -> None:
    """End a search when this trial, counted from 1, begins, or wait for its end if it has fewer."""
    while process.poll() is None and len(reports(folder)) < number:
        time.sleep(0.1)
    stop(process)


def run_workers(folder: str | Path, trials: int, seed: int, kill_at: int | None = None, limit: float = 600) -> None:
    """Run chief and workers until the search is done.

    A worker that dies is started again under its old name, so that it gets its old trial back: without that, the chief
    would wait for it for ever.

    Args:
        folder, trials, seed: as for `start`.
        kill_at: end worker1 in the middle of a trial, once so many have begun.
        limit: seconds after which all are ended, done or not.
    """
    address, restarts, end = _free_address(), RESTARTS, time.monotonic() + limit

    def launch(name: str) -> subprocess.Popen:
        return start(folder, trials, seed, name, KERASTUNER_TUNER_ID=name, **address)

    chief, workers = launch("chief"), {name: launch(name) for name in WORKERS}
    try:
        while time.monotonic() < end:
            if kill_at and _is_busy("worker1", reports(folder), kill_at):
                stop(workers["worker1"])
                kill_at = None
            codes = {name: worker.poll() for name, worker in workers.items()}
            for name in [name for name, code in codes.items() if code][:restarts]:
                workers[name], codes[name], restarts = launch(name), None, restarts - 1
            if None not in codes.values():
                break
            time.sleep(0.1)
    finally:
        stop(chief, *workers.values())


def _free_address() -> dict[str, str]:
    """The variables that tell all processes where the chief is: a free port of this machine.

    Where a network has a proxy, gRPC would look for the chief there, unless told not to.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    host = "127.0.0.1"
    return {"KERASTUNER_ORACLE_IP": host, "KERASTUNER_ORACLE_PORT": port, "no_grpc_proxy": host}


def _is_busy(worker: str, rows: list[list], begun: int) -> bool:
    return len(rows) >= begun and any(name == worker and ended is None for name, _, _, ended in rows)


def saved_trials(folder: str | Path) -> dict:
    """The trials that KerasTuner has saved, by number."""
    from keras_tuner.engine.trial import Trial

    files = sorted(Path(folder, "search").glob("trial_*/trial.json"))
    return {file.parent.name.removeprefix("trial_"): Trial.load(file) for file in files}
