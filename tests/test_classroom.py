"""The class: what is kept, handed in, collected and reported; answers that go wrong in every way are held, and judged as put in."""

import csv
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from classroom_answers import HIDDEN, READ
from classroom_class import LESSONS, answers_of, call, make_class, name_of, solutions, write
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

from helpers import ROOT, checks, results
from helpers.classroom import cells, collect, copies, gate, judge, papers, record, report, tutor
from helpers.classroom.hand_in import hand_in
from helpers.classroom.papers import Paper
from helpers.language import CourseError
from launcher import command_line
from tools.source import Lesson

linux = pytest.mark.skipif(not judge.FORKS, reason="answers are judged in copies of one process on Linux only")


# --- what is an answer, and what it needs ---


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_exercise_that_is_shipped_is_a_blank_and_its_solution_an_answer_that_may_run(lesson, lang):
    blanks = {c.exercise: c.source for c in cells.shipped(lesson, lang) if c.exercise}
    assert all(map(cells.is_blank, blanks.values())) and all(title for title in cells.exercises(lesson, lang).values())
    assert list(solutions(lesson)) == list(blanks)
    assert not any(cells.is_blank(source) or gate.refused(source) for source in solutions(lesson).values())


def test_before_an_answer_runs_only_what_it_needs_and_what_its_functions_call_later():
    program = cells.program("06_keras_tuner", "en", "batches", solutions("06_keras_tuner"))
    defined = [line.split("(")[0] for line in program if line.startswith("def ")]
    assert defined == ["def build_model", "def compiled"] and len(program) < 8


def test_of_two_answers_the_last_counts_unless_it_is_blank():
    one, two, blank = (f"answer = {text}\ncheck.quiz_answer(answer)" for text in ('"a"', '"b"', "..."))
    assert cells.answers_in([one, two, blank, "x = 1"]) == {"quiz_answer": two}


# --- whose file it is ---


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("01_mnist_baseline_Ana Pérez.ipynb", "Ana Pérez"),
        ("Copy of 01_mnist_baseline - Ana Pérez (1).ipynb", "Ana Pérez"),
        ("Copia de Copia de 01_mnist_baseline_Pérez, Ana.ipynb", "Pérez, Ana"),
        ("Ana Pérez_123_assignsubmission_file/01_mnist_baseline.ipynb", "Ana Pérez"),
        ("Ana Pérez_123_assignsubmission_file_01_mnist_baseline.ipynb", "Ana Pérez"),
        ("Grupo 2/any.ipynb", "Grupo 2"),
        ("hand-in_03_Ana-Pérez.json", "Ana-Pérez"),
        ("hand-in_03 (2).json", "hand-in_03 (2)"),
        ("01_mnist_baseline (2).ipynb", "01_mnist_baseline (2)"),
    ],
)
def test_a_file_says_whose_it_is(path, name):
    assert papers.name_from(Path(path)) == name


def test_the_later_of_two_counts_and_a_broken_file_spoils_nothing(tmp_path):
    first = write(tmp_path, 0, LESSONS[0], answers_of(0, LESSONS[0], False), "colab", when=1_000_000)
    second = write(tmp_path, 0, LESSONS[0], answers_of(1, LESSONS[0], False), "notebook", when=2_000_000)
    (tmp_path / "broken.json").write_text("{", "utf-8")
    (tmp_path / "list.ipynb").write_text('{"cells": 3}', "utf-8")
    (tmp_path / "deep.ipynb").write_text("[" * 100_000, "utf-8")
    (tmp_path / "hand-in_01.json").write_text(
        '{"hand_in": 1, "lesson": "../../etc", "answers": {}, "time": "2025-01-01"}'
    )
    found = papers.read(tmp_path)
    assert [p.path for p in found if not p.trouble] == [first, second]
    assert sum(bool(p.trouble) for p in found) == 4 and all({*p.trouble} == {"en", "es"} for p in found if p.trouble)
    group = collect.sorted_out(found)
    assert group.counted == {"ana pérez": {LESSONS[0]: next(p for p in found if p.path == second)}}


def test_names_are_compared_without_case_spaces_and_the_encoding_of_accents():
    assert Paper(Path("x"), "ANA  Pe\u0301rez").key == Paper(Path("y"), "Ana P\u00e9rez ").key


def test_a_notebook_without_its_metadata_still_says_its_lesson_and_what_it_showed(tmp_path):
    path = write(tmp_path, 0, LESSONS[3], answers_of(0, LESSONS[3], False), "notebook")
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    path.write_text(json.dumps(notebook), "utf-8")
    path = path.rename(tmp_path / "mine.ipynb")
    (paper,) = papers.read(tmp_path)
    assert (paper.lesson, paper.lang, paper.learner) == (LESSONS[3], "en", "mine")
    assert paper.theirs and {*paper.theirs.values()} == {"correct"}


# --- judging ---


@pytest.mark.parametrize("kind", READ)
def test_what_can_be_seen_by_reading_is_not_run(kind):
    exercise, source, reason = READ[kind]
    verdict, job = collect.before_running(Paper(Path("x"), "x", LESSONS[0], answers={exercise: source}), exercise)
    assert verdict["reason"] == reason and job is None


@pytest.fixture(scope="module")
def judging():
    judging = collect.Judge()
    yield judging
    judging.close()


def job(lesson, exercise, source, **more):
    given = {**solutions(lesson), exercise: source}
    return {**collect.before_running(Paper(Path("x"), "x", lesson, answers=given), exercise)[1], **more}


@linux
@pytest.mark.parametrize("kind", HIDDEN)
def test_what_an_answer_does_is_held(judging, kind, tmp_path):
    for name in ("precious", "precious.npy"):
        (tmp_path / name).write_text("kept")
    exercise, source, outcome = HIDDEN[kind]
    seconds = 8 if "memory" in kind else 3  # gigabytes take a while
    verdict = judging.verdict(job(LESSONS[0], exercise, source.replace("{victim}", str(tmp_path)), seconds=seconds))
    assert outcome in (verdict.get("reason"), verdict["status"]), verdict
    assert sorted(path.name for path in tmp_path.iterdir()) == ["precious", "precious.npy"]
    assert {path.read_text() for path in tmp_path.iterdir()} == {"kept"}
    assert judging.verdict(job(LESSONS[0], "quiz_answer", solutions(LESSONS[0])["quiz_answer"]))["status"] == "correct"


FENCE = """
import os, pathlib, socket, sys, tempfile
from helpers.classroom import limits
folder = pathlib.Path(tempfile.mkdtemp())
{fence}
def held(deed):
    try:
        deed()
    except (OSError, limits.Refused):
        return True
    return False
deeds = [lambda: os.remove({precious!r}), lambda: open({precious!r}, "w"), os.fork, lambda: socket.socket(),
         lambda: os.execv("/bin/true", ["true"]), lambda: os.kill(os.getppid(), 0), lambda: os.mkdir({precious!r} + "2")]
found = [held(deed) for deed in deeds]
(folder / "own").write_text("may")
import threading
t = threading.Thread(target=print); t.start(); t.join()
print(found)
"""


@linux
@pytest.mark.parametrize("fence", ["limits.seal(folder)", "limits.forbid(folder)"])
def test_each_fence_holds_alone(fence, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("kept")
    code = FENCE.format(fence=fence, precious=str(precious))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split("\n")[-2] == str([True] * 7), done
    assert precious.read_text() == "kept" and len([*tmp_path.iterdir()]) == 1


@linux
def test_what_trains_counts_as_the_learners_notebook_said(judging):
    lesson, exercise = "03_dropout", "two_places"
    source = solutions(lesson)[exercise]
    paper = Paper(Path("x"), "x", lesson, answers={exercise: source})
    verdict, none = collect.before_running(paper, exercise)
    assert verdict["reason"] == "trains" and none is None
    hidden = source.replace("train(network", "go = network.fit\ngo(x_train, y_train")
    assert judging.verdict(job(lesson, exercise, hidden))["reason"] == "trains"
    theirs = collect.result(
        Paper(Path("x"), "x", lesson, answers={exercise: source}, theirs={exercise: "correct"}), exercise, verdict
    )
    assert (theirs.status, theirs.theirs) == ("correct", True)
    nothing = collect.result(Paper(Path("x"), "x", lesson, answers={exercise: source}), exercise, verdict)
    assert (nothing.status, nothing.theirs) == ("not judged", False)


@linux
def test_an_answer_that_needs_what_the_lesson_trains_is_not_judged_with_an_untrained_network(judging):
    verdict = judging.verdict(
        job("08_your_own_digits", "best_threshold", solutions("08_your_own_digits")["best_threshold"])
    )
    assert (verdict["reason"], verdict["about"]) == ("trained before", "reader")


def test_a_learner_cannot_make_a_hostile_answer_count_by_what_the_notebook_shows():
    paper = Paper(Path("x"), "x", LESSONS[0], answers={"rising_stroke": "x"}, theirs={"rising_stroke": "correct"})
    for reason in {*collect.REASONS} - collect.THEIRS:
        assert collect.result(paper, "rising_stroke", {"status": "not judged", "reason": reason}).status == "not judged"


# --- a class ---


def assert_as_put_in(group, put_in):
    names = {re.sub(r'[<>/"]', "", group.name(key)): key for key in group.counted}
    for (number, lesson), answers in put_in.items():
        key = names[re.sub(r'[<>/"]', "", name_of(number))]
        for exercise, (_, outcome, misconception) in answers.items():
            found = group.results[key, lesson, exercise]
            if outcome in ("correct", "not yet", "not attempted") and not found.theirs:
                assert found.status == outcome, (number, lesson, exercise, found)
                assert misconception in (None, found.misconception), (number, lesson, exercise, found)
            else:
                assert found.theirs or found.status == "not judged", (number, lesson, exercise, found)


@pytest.fixture(scope="module")
def small_class(tmp_path_factory):
    """Nine learners with two lessons, collected."""
    folder = tmp_path_factory.mktemp("la clase, 2º")
    put_in = make_class(folder, 9, [LESSONS[0], LESSONS[3]], hostile=False)
    return folder, put_in, collect.collect(folder)


@linux
def test_verdicts_are_as_put_in(small_class):
    _, put_in, group = small_class
    assert_as_put_in(group, put_in)
    assert Counter(bool(paper.trouble) for paper in group.papers) == {False: 18, True: 3}


@linux
@pytest.mark.slow
def test_a_class_of_thirty_with_nine_lessons_is_as_put_in(tmp_path):
    """The hostile answers of lesson 00 among them; run it with -rP on an idle machine to see how long it took."""
    put_in = make_class(tmp_path)
    begin = time.monotonic()
    group = collect.collect(tmp_path)
    print(f"thirty learners, nine lessons: {time.monotonic() - begin:.0f} s")
    assert_as_put_in(group, put_in)
    assert {path.name: path.read_text() for path in (tmp_path / "victim").iterdir()} == {
        "precious": "kept",
        "precious.npy": "kept",
    }


@linux
def test_marks_open_in_a_spreadsheet_with_accents_commas_and_no_formula(small_class):
    raw = (small_class[0] / "class" / "marks.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(raw.decode("utf-8-sig").splitlines())
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"] and "00 rising_stroke" in header
    assert len(rows) == 9 and {len(row) for row in rows} == {len(header)}
    by_name = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert {"Ana Pérez", "Müller, Jörg", "'=1+1", 'O\'Brien "Bob"'} <= {*by_name}
    assert by_name["20231234"]["SIS User ID"] == "20231234"
    assert by_name["ana.gil@example.org"]["SIS Login ID"] == "ana.gil@example.org"
    assert all({row[n] for n in header if n[3:] in solutions(LESSONS[0])} <= {"0", "1", ""} for row in by_name.values())


@linux
def test_the_page_points_nowhere_runs_no_script_and_shows_what_learners_wrote_as_text(small_class):
    page = (small_class[0] / "class" / "class.html").read_text("utf-8")
    assert not re.search(r"https?:|<script|<link|<img|src=|href=|@import|url\(", page)
    assert "&lt;b&gt;Eve&lt;/b&gt;" in page and "<b>Eve" not in page
    assert 'name="viewport"' in page and "For the next lesson:" in page
    assert (small_class[0] / "class" / "class.png").read_bytes().startswith(b"\x89PNG")


@linux
def test_picture_and_page_count_what_was_put_in(small_class):
    _, put_in, group = small_class
    for exercise in ("quiz_answer", "rising_stroke", "invariant_model"):
        wanted = Counter(answers[exercise][1] for (_, lesson), answers in put_in.items() if lesson == LESSONS[0])
        found = report.counts(group, LESSONS[0], exercise)
        assert (found["right"], found["not_yet"], found["not_tried"]) == tuple(
            wanted[status] for status in ("correct", "not yet", "not attempted")
        )


@linux
def test_nothing_is_judged_twice(small_class, monkeypatch):
    folder, put_in, _ = small_class
    monkeypatch.setattr(collect.Judge, "verdict", lambda *_: {})
    assert_as_put_in(collect.collect(folder), put_in)


@linux
def test_a_killed_collect_goes_on_where_it_was(tmp_path):
    put_in = make_class(tmp_path, 3, [LESSONS[3]], hostile=False)
    command = [sys.executable, "-m", "helpers.classroom.collect", "en", str(tmp_path)]
    judged = tmp_path / "class" / "judged.jsonl"
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while not (judged.exists() and len(judged.read_text("utf-8").splitlines()) >= 3) and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = judged.read_text("utf-8").splitlines()
    judged.write_text("\n".join(before) + '\n{"job": "torn', "utf-8")
    assert_as_put_in(collect.collect(tmp_path), put_in)
    after = [json.loads(line)["job"] for line in judged.read_text("utf-8").splitlines() if not line.endswith("torn")]
    assert [json.loads(line)["job"] for line in before] == after[: len(before)] and len({*after}) == len(after)


def test_an_empty_folder_is_told(tmp_path, lang):
    with pytest.raises(CourseError, match=r"no notebooks|ni cuadernos"):
        collect.collect(tmp_path)


def test_the_command_hands_the_folder_over(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    options = command_line.parse(["collect", "the class", "--lang", "es"])
    assert command_line.program(options)[-3:] == ["helpers.classroom.collect", "es", str(tmp_path / "the class")]
    with pytest.raises(SystemExit):
        command_line.parse(["collect"])


# --- what a learner did is kept, and handed in ---


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A notebook of lesson 00 that is open."""
    monkeypatch.setattr(record, "FOLDER", tmp_path / "runs" / "class")
    monkeypatch.setattr(checks, "outcomes", {})
    results.start(LESSONS[0])
    record._session.update(lesson=LESSONS[0], lang="en")
    yield tmp_path
    record._session.clear()
    results.start("")


def answered(outcome, text='"a"'):
    checks.outcomes["quiz_answer"] = outcome
    source = f"answer = {text}\n\ncheck.quiz_answer(answer)"
    record.note(source)
    return source


def test_answers_and_guesses_are_kept_and_a_blank_takes_nothings_place(session):
    source = answered("correct")
    results.guess("baseline", test_accuracy=0.9)
    record.note("guess(…)")
    answered("not attempted", "...")
    kept = record.read(LESSONS[0])
    assert kept["answers"]["quiz_answer"] == {
        "outcome": "correct",
        "code": source,
        "time": kept["answers"]["quiz_answer"]["time"],
    }
    assert kept["guesses"] == {"baseline": {"test_accuracy": 0.9}}
    record.start_afresh()
    assert record.read(LESSONS[0]) == {"answers": {}, "guesses": {}} and not checks.outcomes


def test_a_damaged_record_is_put_aside(session):
    record.FOLDER.mkdir(parents=True)
    (record.FOLDER / f"{LESSONS[0]}.json").write_text('{"answers": 3', "utf-8")
    assert record.read(LESSONS[0])["answers"] == {}
    answered("correct")
    assert (record.FOLDER / f"{LESSONS[0]}.damaged").exists() and record.read(LESSONS[0])["answers"]


SHELL = """
import sys, pathlib
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from helpers import results
from helpers.classroom import record
record.FOLDER = pathlib.Path(sys.argv[1])
results.start("00_what_a_convolution_sees")
record.start("00_what_a_convolution_sees", "en")
print("guess:", results.guessed("mlp", "test_accuracy"))
for cell in sys.argv[2:]:
    shell.run_cell(cell, store_history=True)
"""


def test_a_kernel_keeps_what_its_cells_did_and_the_next_one_knows_it(tmp_path, monkeypatch):
    for name in record.QUIET:
        monkeypatch.delenv(name, raising=False)

    def kernel(*given):
        done = subprocess.run(
            [sys.executable, "-c", SHELL, str(tmp_path), *given], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout

    first = "from helpers.checks import lesson_00 as check\nfrom helpers.results import guess"
    said = kernel(first, 'answer = "a"\ncheck.quiz_answer(answer)', 'guess("mlp", test_accuracy=0.8)', "1 / 0")
    assert "guess: None" in said and "From earlier" not in said
    said = kernel()
    assert "From earlier: 1 of 11 exercises and questions answered, 1 correct." in said and "guess: 0.8" in said


def test_tests_keep_nothing_the_notebooks_that_nbval_runs_among_them(monkeypatch, tmp_path):
    assert record.QUIET & os.environ.keys()  # conftest.py sets one, and kernels inherit it
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    monkeypatch.setattr(record, "_shell", InteractiveShell)
    record.start(LESSONS[0], "en")
    answered("correct")
    assert record.current() == ("", "") and not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("name", "file"),
    [("Ana Pérez / 2", "hand-in_00_Ana-Pérez-2.json"), ("", "hand-in_00.json"), (1234, "hand-in_00_1234.json")],
)
def test_a_hand_in_is_one_small_file_that_says_what_is_in_it(session, capsys, name, file):
    source = answered("correct")
    folder = session / "notebooks"
    folder.mkdir()
    assert hand_in(name, folder=folder) is None  # a value would be shown below the cell
    path = folder / file
    said = " ".join(capsys.readouterr().out.split())
    assert [*folder.iterdir()] == [path] and path.name in said and path.stat().st_size < 2_000
    assert ("no name" in said) == (name == "") and "1 of 11 exercises" in said and "nothing was sent" in said
    written = json.loads(path.read_text("utf-8"))
    assert {*written} == {"hand_in", "course", "lesson", "lang", "name", "time", "answers", "guesses"}
    (paper,) = papers.read(folder)
    assert paper.answers == {"quiz_answer": source} and paper.theirs == {"quiz_answer": "correct"} and not paper.trouble
    assert paper.learner == (str(name) or "hand-in_00")


def test_the_blank_hands_nothing_in_and_says_how(session, lang, capsys, monkeypatch):
    monkeypatch.chdir(session)
    hand_in(...)  # before anything is answered, as Run-all of a new notebook does
    answered("correct")
    hand_in(...)
    assert not [*session.glob("*.json")]
    assert capsys.readouterr().out.count('hand_in("Ana")') == 2


def test_nothing_to_hand_in_is_told(session, lang):
    with pytest.raises(CourseError, match=r"nothing to hand in|nada que entregar"):
        hand_in("Ana")


# --- a copy of one's own ---


@pytest.fixture
def course_notebook(tmp_path):
    shipped = tmp_path / f"{LESSONS[1]}.ipynb"
    shipped.write_text((ROOT / "notebooks" / shipped.name).read_text("utf-8"), "utf-8")
    return shipped


def edited(path, change):
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = change(cells.text(cell))
    path.write_text(json.dumps(notebook), "utf-8")


def test_a_copy_has_no_outputs_the_same_code_and_is_never_overwritten(course_notebook, tmp_path):
    copy = copies.own_copy(course_notebook, tmp_path / "mine")
    before, after = (json.loads(p.read_text("utf-8"))["cells"] for p in (course_notebook, copy))
    assert list(map(cells.text, before)) == list(map(cells.text, after))
    assert not any(cell.get("outputs") for cell in after)
    edited(copy, lambda source: source.replace("answer = ...", 'answer = "b"'))
    mine = copy.read_bytes()
    assert copies.own_copy(course_notebook, tmp_path / "mine") == copy and copy.read_bytes() == mine


def test_a_duplicate_made_by_the_learner_is_not_the_copy_that_opens(course_notebook, tmp_path):
    copy = copies.own_copy(course_notebook, tmp_path / "mine")
    for name in (f"{LESSONS[1]}-Copy1", f"{LESSONS[1]} old (7)"):
        shutil.copy(copy, copy.with_name(f"{name}.ipynb"))
    assert copies.own_copy(course_notebook, tmp_path / "mine") == copy
    copy.unlink()  # to start afresh
    assert copies.own_copy(course_notebook, tmp_path / "mine") == copy and copy.exists()


def test_a_newer_lesson_is_put_beside_with_the_answers_carried_over(course_notebook, tmp_path):
    copy = copies.own_copy(course_notebook, tmp_path / "mine")
    edited(copy, lambda source: re.sub(r"^answer = \.\.\.", 'answer = "b"', source))
    mine = copy.read_bytes()
    edited(
        course_notebook, lambda source: source.replace("validation", "VALIDATION") if source.startswith("#") else source
    )
    newer = copies.own_copy(course_notebook, tmp_path / "mine")
    assert newer.name == f"{LESSONS[1]} (2).ipynb" and copy.read_bytes() == mine
    written = newer.read_text("utf-8")
    assert "VALIDATION" in written and written.count('answer = \\"b\\"') == mine.count(b'answer = \\"b\\"') >= 4
    assert copies.own_copy(course_notebook, tmp_path / "mine") == newer


@pytest.fixture
def learners_course(tmp_path, monkeypatch):
    """The course as a learner has it, with lesson 00 in Spanish as the build makes it, and nothing that keeps the record quiet."""
    for name in record.QUIET:
        monkeypatch.delenv(name, raising=False)
    course = tmp_path / "el curso"
    for name in ("helpers", "launcher"):
        shutil.copytree(ROOT / name, course / name)
    for path in (ROOT / "requirements.txt", ROOT / "lessons" / "results.json", *(ROOT / "data").glob("*.*")):
        (course / path.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        shutil.copy(path, course / path.relative_to(ROOT))
    shipped = course / "notebooks" / "es" / f"{LESSONS[0]}.ipynb"
    shipped.parent.mkdir(parents=True)
    nbformat.write(Lesson.numbered("00").edition("es"), shipped)
    return course


def kernel_prints(notebook, path):
    """All that a notebook prints that is run where it lies; raises at the first error."""
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    return "".join(o.get("text", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs)


@pytest.mark.slow
def test_run_all_of_a_copy_keeps_the_answer_and_hands_in_beside_it(learners_course):
    code = "from helpers.classroom.copies import own_copies; print(own_copies('es')[0])"
    made = subprocess.run([sys.executable, "-c", code], cwd=learners_course, capture_output=True, text=True, check=True)
    copy = learners_course / "my-notebooks" / "es" / f"{LESSONS[0]}.ipynb"
    assert made.stdout.strip() == str(copy)
    notebook = nbformat.read(copy, as_version=4)
    setup = nbformat.from_dict(
        {**notebook, "cells": [c for c in notebook.cells if "setup" in c.metadata.get("tags", [])]}
    )
    for cell in notebook.cells:
        if "check.quiz_answer(answer)" in cell.source:
            cell.source = 'answer = "a"\n\ncheck.quiz_answer(answer)'
    said = kernel_prints(notebook, copy)
    assert "No se ha escrito nada" in said and "De otras veces" not in said and [*copy.parent.iterdir()] == [copy]
    assert [path.name for path in (learners_course / "runs" / "class").iterdir()] == [f"{LESSONS[0]}.json"]

    last = nbformat.v4.new_code_cell(notebook.cells[-1].source.replace("...", '"Ana"'))
    setup.cells.append(last)
    said = " ".join(kernel_prints(setup, copy).split())  # a new kernel, on another day
    assert "De otras veces: 1 de 11" in said and "1 correctas" in said and "el nombre Ana" in said
    (paper,) = [p for p in papers.read(copy.parent) if p.path.suffix == ".json"]
    assert (paper.learner, paper.lesson, paper.theirs) == ("Ana", LESSONS[0], {"quiz_answer": "correct"})


def test_a_copy_that_cannot_be_read_is_left_alone(course_notebook, tmp_path):
    copy = copies.own_copy(course_notebook, tmp_path / "mine")
    copy.write_text("{", "utf-8")
    assert copies.own_copy(course_notebook, tmp_path / "mine") == copy and copy.read_text() == "{"


def test_calls_of_checks_are_found_as_lessons_write_them():
    assert call("08_your_own_digits", "best_threshold").startswith("check.best_threshold(threshold, ")


# --- a tutor that solves nothing ---


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_tutors_instructions_hold_hints_and_wrong_ideas_but_no_solution(lesson, lang):
    text = tutor.instructions(lesson[:2])
    known = vars(importlib.import_module(f"helpers.checks.lesson_{lesson[:2]}")).values()
    assert text.count("\n## ") == sum(isinstance(check, checks.Check) and len(check.hints) > 0 for check in known)
    for name, source in solutions(lesson).items():
        lines = [line.strip() for line in source.splitlines() if not line.startswith("check.")]
        asked = {line.strip() for cell in cells.shipped(lesson, lang) for line in cell.source.splitlines()}
        told = [line for line in lines if len(line) > 25 and line not in asked and line in text]
        told = [line for line in told if not re.match(r"def |class |.*\($", line)]  # how an answer begins is asked for
        assert not told, (name, told)
