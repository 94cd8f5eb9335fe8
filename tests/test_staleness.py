"""What makes ledger and outputs old: numbers depend on code, builders and loaders, outputs on pictures as well, words on nothing."""

import shutil

import pytest
from nbformat.v4 import new_code_cell

from conftest import ROOT
from tools import staleness
from tools.source import Lesson, lesson_paths, read_ledger
from tools.staleness import essence, figures_digest, named, outputs_digest

LESSONS = [Lesson(path) for path in lesson_paths()]
CELL = """
from helpers import data, models, plots
from helpers.results import claim, record

keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
history = model.fit(x, y, epochs=3)
run = record("baseline", history)
plots.curves(run)
claim("learns", run.accuracy, ">", 0.5, en="it learns", es="aprende")
"""


def digests():
    """Of every lesson: what its ledger entry and what its outputs depend on."""
    ledger = read_ledger()
    return {
        lesson.name[:2]: (figures_digest(lesson.cells), outputs_digest(lesson.name, lesson.cells, "", ledger))
        for lesson in LESSONS
    }


@pytest.fixture
def helpers(tmp_path, monkeypatch):
    """A copy of the helpers to change: `change("plots.py", old, new)` tells which ledgers and which outputs are old then."""
    copy = shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(staleness, "HELPERS", copy)
    before = digests()

    def change(file, old, new):
        text = (copy / file).read_text("utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new), "utf-8")
        after = digests()
        return tuple({n for n in before if before[n][i] != after[n][i]} for i in (0, 1))

    return change


def naming(text):
    return {
        lesson.name[:2] for lesson in LESSONS if any(text in c.source for c in lesson.cells if c.cell_type == "code")
    }


@pytest.mark.parametrize(
    ("file", "old", "new"), [("search.py", "epochs=5", "epochs=6"), ("processes.py", "RESTARTS = 3", "RESTARTS = 4")]
)
def test_a_changed_program_ages_the_lesson_that_runs_it(helpers, file, old, new):
    assert helpers(f"scripts/{file}", old, new) == ({"06"}, {"06"})


def test_a_changed_builder_ages_exactly_the_lessons_that_name_it(helpers):
    users = naming("models.baseline_cnn")
    assert users and users != {lesson.name[:2] for lesson in LESSONS}
    assert helpers("models.py", "layers.Dense(128", "layers.Dense(129") == (users, users)


def test_a_changed_loader_ages_exactly_the_lessons_that_name_it(helpers):
    users = naming("data.red_wine")
    assert users and users != {lesson.name[:2] for lesson in LESSONS}
    assert helpers("data.py", "def red_wine() ", "def red_wine(n=1) ") == (users, users)


def test_what_a_loader_reads_with_counts_as_the_loader(helpers):
    users = naming("data.red_wine")
    assert helpers("readers.py", "def wine(path: Path)", "def wine(path: Path, n=1)") == (users, users)


def test_the_drawings_that_are_taken_count_as_the_loader(helpers):
    users = naming("data.quickdraw(")
    assert users and helpers("readers.py", '"rainbow", "train"', '"rainbow", "key"') == (users, users)
    assert helpers("readers.py", "QUICKDRAW_COUNT = 1_000", "QUICKDRAW_COUNT = 2_000") == (users, users)


def test_the_ranges_that_restore_decimal_points_count_as_the_loader(helpers):
    users = naming("data.red_wine")
    assert helpers("files.toml", '"density" = [0.99, 1.004]', '"density" = [0.99, 1.005]') == (users, users)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("data.py", 'en=f"'),
        ("readers.py", 'en=f"'),
        ("readers.py", "is missing, damaged or not MNIST"),
        ("readers.py", "wines instead of "),
    ],
)
def test_a_reworded_error_message_ages_no_ledger(helpers, file, words):
    assert helpers(file, words, f"{words}Alas: ")[0] == set()


def test_a_comment_or_a_docstring_ages_nothing(helpers):
    assert helpers("models.py", '"""The network of lesson 01', '"""Our network of lesson 01') == (set(), set())
    assert helpers("plots.py", "import annotations\n", "import annotations\n\n# a comment\n") == (set(), set())


def test_a_picture_of_one_lesson_ages_its_outputs_alone(helpers):
    assert helpers("figures/lesson_04.py", "import annotations\n", "import annotations\n\nx = 1\n") == (set(), {"04"})


def test_a_picture_of_many_lessons_ages_no_ledger(helpers):
    numbers, outputs = helpers("plots.py", "import annotations\n", "import annotations\n\nx = 1\n")
    assert numbers == set() and outputs == {lesson.name[:2] for lesson in LESSONS}


def test_the_line_that_setup_prints_ages_every_output_and_no_ledger(helpers):
    numbers, outputs = helpers("__init__.py", "Keras {keras.__version__}, ", "Keras {keras.__version__} with ")
    assert numbers == set() and outputs == {lesson.name[:2] for lesson in LESSONS}


def test_what_a_wrong_answer_is_told_ages_nothing(helpers):
    assert helpers("checks/lesson_00.py", 'en="', 'en="Well, ') == (set(), set())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("plots.curves(run)", "display(plots.gallery(x))"),
        ("plots.curves(run)", 'picture = plots.curves(run)\npicture.axes[0].set_title("mine")\npicture'),
        ("plots.curves(run)", "widgets.kernel_editor(x, y)"),
        ("plots.curves(run)", ""),
        ("plots.curves(run)", "plots.curves(run)  # a comment"),
        ("plots.curves(run)", 'print(f"accuracy {run.accuracy:.1%}")'),
        ('en="it learns"', 'en="it learns a lot, and this sentence is so long that its line has to be broken"'),
        (', en="it learns", es="aprende")', ',\n    en="it learns",\n    es="aprende",\n    unit="%",\n)'),
        ("import data, models, plots", "import data, models"),
        ("model.fit(x, y, epochs=3)", "model.fit(\n    x, y, epochs=3  # three\n)"),
    ],
)
def test_a_changed_sentence_or_picture_never_ages_the_ledger(old, new):
    assert old in CELL
    assert essence(CELL.replace(old, new), words=False) == essence(CELL, words=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epochs=3", "epochs=4"),
        ("baseline_cnn()", "baseline_cnn(dropout=0.5)"),
        ('">", 0.5', '">", 0.6'),
        ("set_random_seed(SEED)", "set_random_seed(0)"),
        ("history = ", "for _ in range(2):\n    history = "),
    ],
)
def test_changed_code_ages_the_ledger(old, new):
    assert old in CELL
    assert essence(CELL.replace(old, new), words=False) != essence(CELL, words=False)


def test_the_comma_that_makes_a_tuple_counts_and_those_of_broken_lines_and_absent_words_do_not():
    assert essence("x = (1,)") != essence("x = (1)")
    assert essence("x = [\n    1,\n]") == essence("x = [1]")
    for words in ('f(1, en="a", n=2)', 'f(1, n=2, en="a", es="b")', 'f(\n    1,\n    n=2,\n    en="a",  # why\n)'):
        assert essence(words, words=False) == essence("f(1, n=2)")
    assert essence('f(en="a", n=2)', words=False) == essence("f(n=2)")
    assert essence('f(en="a", es="b")', words=False) == essence("f()")
    assert essence('x = f((1,), en="a")', words=False) != essence("x = f((1))")


def test_a_cell_that_only_draws_may_come_or_go_and_cells_be_cut_in_two():
    def digest(*sources):
        return figures_digest([new_code_cell(source) for source in sources])

    beginning, end = CELL.split("run = ")
    cells = "from helpers import plots", "plots.gallery(data.photo())\nprint(x.shape)", beginning, f"run = {end}"
    assert digest(*cells) == digest(CELL)
    assert digest(CELL, "model.fit(x, y)") != digest(CELL)


def test_a_program_in_a_text_names_helpers_too(tmp_path, monkeypatch):
    monkeypatch.setattr(staleness, "HELPERS", tmp_path)
    (tmp_path / "models.py").write_text("SIZE = 3\n\ndef small():\n    return SIZE\n\ndef large():\n    return 9\n")
    program = 'program = """\nfrom helpers import models\nmodels.small()\n"""'
    assert {*named(program, ["models"])} == {"models.small", "models.SIZE"}
    imported = "from helpers.models import (\n    large,\n    small,\n)\nlarge()"
    assert {*named(imported, ["models"])} == {"models.large"}


def test_the_essence_of_code_is_the_same_on_every_python():
    # Hashed from the text between positions: ast.dump and ast.unparse differ between Pythons.
    code = 'x = f"{a!r:>{width}} é"  # ü\ny = """\n# no comment\n"""\nif x:\n    """Doc."""\n    z = (  # why\n        1,\n        2,\n    )\n'
    assert essence(code) == 'x = f"{a!r:>{width}} é"\ny = """\n# no comment\n"""\nif x:\n    z = (1,2)'
