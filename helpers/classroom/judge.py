"""Judges answers, each in a process of its own: `python -m helpers.classroom.judge` reads one job a line, and writes one verdict.

A job is JSON: `lesson`, `lang`, `exercise`, `program` (the lesson's cells that run before) and `answer` (the learner's cell). The
verdict is `status` (one of the checks', or "not judged") and, as it applies, `misconception`, `said` by language, `reason`
and `about`.

TensorFlow takes seconds to load, and a process that has computed with it cannot be copied. So on Linux this process loads all,
computes nothing, and copies itself (`fork`) for each answer. Elsewhere it judges one answer and ends: slower, but the same.

Nothing is trained: `fit` in an answer, or in a cell before it, ends that cell. The names that such a cell would have set are
missing afterwards, and an answer that asks for one is not judged.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import json
import os
import re
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from helpers.classroom import cells, limits

SECONDS = 10  # of processor time for an answer; asleep as much, by the clock twelve times as much
FORKS = sys.platform == "linux"
NOT_JUDGED = "not judged"
_MOST = 100_000  # bytes of a verdict


class NeedsTraining(BaseException):
    """A cell called `fit` of `model`, or began a search; no `except Exception` hides it."""

    def __init__(self, model: object) -> None:
        super().__init__()
        self.model = model


_trains = {"allowed": True}


def prepare() -> None:
    """Load all that answers and checks need, and compute nothing with TensorFlow: see above."""
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", MPLBACKEND="Agg", CUDA_VISIBLE_DEVICES="")
    import keras
    import keras_tuner
    import matplotlib.pyplot
    import sklearn.metrics
    import sklearn.model_selection  # noqa: F401

    from helpers import data, models, plots  # noqa: F401

    matplotlib.pyplot.show = lambda *_, **__: None
    keras.Model.fit = _only_if_allowed(keras.Model.fit)
    keras_tuner.Tuner.search = _only_if_allowed(keras_tuner.Tuner.search)
    for path in cells.notebooks("en"):
        import_module(f"helpers.checks.lesson_{path.stem[:2]}")
    data.load_mnist()


def _only_if_allowed(method):  # type: ignore[no-untyped-def]
    def trains(model: object, *values: object, **named: object) -> object:
        if not _trains["allowed"]:
            raise NeedsTraining(model)
        return method(model, *values, **named)

    return trains


@contextlib.contextmanager
def _untrained() -> Iterator[None]:
    _trains["allowed"] = False
    try:
        yield
    finally:
        _trains["allowed"] = True  # a check may train what it was given, for a step or two


def tried(job: Mapping) -> dict:
    """The verdict on a job, in this very process. Raises what the answer raises if that is no `Exception`."""
    import keras

    from helpers import language, results

    language.use(job["lang"])
    results.start(job["lesson"])
    keras.utils.set_random_seed(0)
    here: dict[str, object] = {"SEED": 0, "__name__": "__main__", "__builtins__": builtins}
    missing: set[str] = set()
    for source in job["program"]:
        (statement,) = cells.statements(source)
        missing = missing - statement.sets | _run_before(statement, here)
    check = getattr(import_module(f"helpers.checks.lesson_{job['lesson'][:2]}"), job["exercise"])
    code, call = _taken_apart(job["answer"], job["exercise"])
    given: list = []
    try:
        with _untrained():
            exec(code, here)
            given = [eval(part, here) for part in call]
    except NameError as error:
        known = error.name in missing
        return _not_judged("trained before" if known else "unknown name", str(error.name))
    except MemoryError:
        return _not_judged("memory")
    except Exception as error:
        from helpers.checks import RAISED, fill, first_line

        kind = type(error).__name__
        said = fill(RAISED, {"kind": kind, "said": first_line(error)})
        return {"status": "not yet", "misconception": f"raises {kind}", "said": said}
    verdict = check.judge(*given)
    if verdict.misconception == "raises MemoryError":
        return _not_judged("memory")
    unknown = re.search(r"name '(\w+)' is not defined", verdict.said["en"])
    if verdict.misconception == "raises NameError" and unknown:
        return _not_judged("trained before" if unknown[1] in missing else "unknown name", unknown[1])
    return {"status": verdict.status, "misconception": verdict.misconception, "said": dict(verdict.said)}


def _run_before(statement: cells.Statement, here: dict) -> set[str]:
    """Run a statement of the lesson; where it fails, the names that are missing then, and what it may have left half done."""
    try:
        with _untrained(), limits.unrecorded():
            exec(compile(statement.source, "lesson", "exec"), here)
        return set()
    except (Exception, NeedsTraining) as stopped:
        untrained = _weights(getattr(stopped, "model", None))
        lost = {*statement.sets, *(name for name, value in here.items() if _weights(value) & untrained)}
        for name in lost:
            here.pop(name, None)
        return lost


def _weights(value: object) -> set[int]:
    """What tells a Keras model's weights from others, empty for anything else: models that share weights train together."""
    import keras

    return set(map(id, value.weights)) if isinstance(value, keras.Model) else set()


def _taken_apart(source: str, exercise: str) -> tuple[object, list]:
    """An answer's code without its checks, and the code of what its last call of this check is given."""
    tree = ast.parse(cells.without_magics(source))
    calls = [s.value for s in tree.body if cells.is_check(s) and cells.checked(ast.unparse(s)) == exercise]  # type: ignore[attr-defined]
    tree.body = [statement for statement in tree.body if not cells.is_check(statement)]
    parts = [compile(ast.Expression(part), "answer", "eval") for part in calls[-1].args]
    return compile(tree, "answer", "exec"), parts


def _not_judged(reason: str, about: str = "") -> dict:
    return {"status": NOT_JUDGED, "reason": reason, "about": about[:200]}


def fenced(job: Mapping, folder: Path) -> dict:
    """The verdict on a job, reached behind every fence; `folder` is all that it may write to."""
    os.chdir(folder)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    limits.seal(folder)
    limits.limit(job.get("seconds", SECONDS))
    limits.forbid(folder)
    try:
        verdict = tried(job)
    except limits.Refused as deed:
        verdict = _not_judged("refused", str(deed))
    except NeedsTraining:
        verdict = _not_judged("trains")
    except MemoryError:
        verdict = _not_judged("memory")
    except BaseException as error:
        verdict = _not_judged("ends", type(error).__name__)
    return _not_judged("refused", limits.deeds[0]) if limits.deeds else verdict


def in_a_copy(job: Mapping) -> dict:
    """Judge a job in a copy of this process, which is ended when its time is up, with all that it may have started."""
    folder = Path(tempfile.mkdtemp(prefix="answer-"))
    read, write = os.pipe()
    copy = os.fork()
    if not copy:
        _be_the_copy(job, folder, read, write)
    os.close(write)
    try:
        written, in_time = _all_from(read, copy, job.get("seconds", SECONDS))
    finally:
        os.close(read)
        with contextlib.suppress(OSError):
            os.killpg(copy, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.kill(copy, signal.SIGKILL)
        _, ended = os.waitpid(copy, 0)
        shutil.rmtree(folder, ignore_errors=True)
    if not in_time or (os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGXCPU):
        return _not_judged("time", str(job.get("seconds", SECONDS)))
    try:
        return json.loads(written)
    except ValueError:
        how = f"signal {os.WTERMSIG(ended)}" if os.WIFSIGNALED(ended) else f"exit {os.WEXITSTATUS(ended)}"
        return _not_judged("ends", how)


def _be_the_copy(job: Mapping, folder: Path, read: int, write: int) -> None:
    """What the copy does: one verdict, then it ends, without tidying up what belongs to the original."""
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # a gigabyte of output goes nowhere
            os.dup2(nowhere, stream)
        os.close(read)
        verdict = json.dumps(fenced(job, folder)).encode()
        os.write(write, verdict if len(verdict) < _MOST else json.dumps(_not_judged("ends", "verdict")).encode())
    finally:
        os._exit(0)


def _all_from(pipe: int, copy: int, seconds: float) -> tuple[bytes, bool]:
    """What is written to a pipe until it is closed, and whether that was in time.

    A machine may be busy, so its clock alone decides late: earlier, a copy that only sleeps is given up.
    """
    written, start, asleep, used = b"", time.monotonic(), 0.0, []
    while len(written) <= _MOST:
        ready, _, _ = select.select([pipe], [], [], 0.5)
        if ready:
            part = os.read(pipe, 65_536)
            if not part:
                break
            written += part
            continue
        state = Path(f"/proc/{copy}/stat").read_text().rpartition(")")[2].split()
        asleep = asleep + 0.5 if state[0] == "S" and used == state[11:13] else 0.0
        used = state[11:13]
        if asleep > seconds or time.monotonic() - start > 12 * seconds:
            return written, False
    return written, True


def texts() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """What the checks tell wrong answers, as the teacher's guide prints it: by lesson ("00"), check, misconception, language."""
    from helpers.checks import Check, fill

    said: dict = {}
    for path in cells.notebooks("en"):
        module = import_module(f"helpers.checks.lesson_{path.stem[:2]}")
        checks = {check.name: check for check in vars(module).values() if isinstance(check, Check)}
        said[path.stem[:2]] = {
            name: {wrong: fill(text, text.get("example", {})) for wrong, text in check.wrong.items()}
            for name, check in checks.items()
        }
    return said


def serve() -> None:
    """Judge the jobs that come in, one a line, until there are no more. `{"texts": true}` asks for `texts()`."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever is printed on the way is no verdict
    prepare()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        if "texts" in job:
            verdict = texts()
        elif FORKS:
            verdict = in_a_copy(job)
        else:
            with tempfile.TemporaryDirectory(prefix="answer-", ignore_cleanup_errors=True) as folder:
                verdict = fenced(job, Path(folder))
        print(json.dumps(verdict), file=answers, flush=True)
        if not FORKS and "texts" not in job:
            os._exit(0)


if __name__ == "__main__":
    serve()
