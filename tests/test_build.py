"""The build on a small course of its own: languages, placeholders, solutions, and what `--check` notices."""

import base64
import copy
import io
import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from conftest import ROOT
from helpers import results
from helpers.classroom import record
from tools import build, measure, source
from tools.staleness import figures_digest

LESSON = """# ---
# jupyter:
#   course:
#     minutes: 5
#     title: {en: Small, es: Pequeña}
#     learn: {en: a little, es: un poco}
#     result: {en: "{{baseline.test_accuracy}}", es: "{{baseline.test_accuracy}}"}
# ---

# %% [markdown] lang="en"
# # Small
#
# {{badges}}
#
# We measured {{baseline.test_accuracy}}.

# %% [markdown] lang="es"
# # Pequeña
#
# {{badges}}
#
# Medimos {{baseline.test_accuracy}}.

# %%
import sys
sys.path.insert(0, sys.path[0] if "helpers" in sys.modules else COURSE)
from helpers.results import claim, record
record("baseline", test={"accuracy": 0.5})
claim("half", 0.5, ">=", 0.4, en="half is enough", es="la mitad basta")

# %% name="exercise" tags=["exercise"]
answer = ...

# %% tags=["solution"]
answer = 42

# %% tags=["cover"]
from IPython.display import Image
Image(data=bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c636000000002000148afa4710000000049454e44ae426082"), format="png")

# %% [markdown] lang="en" tags=["teacher"]
# The answer key

# %% [markdown] lang="es" tags=["teacher"]
# La clave

# %% tags=["setup"]
""".replace("COURSE)", f"{str(ROOT)!r})")

REPOSITORY = source.repository
BAND = {"mean": 0.951, "std": 0.002, "min": 0.95, "max": 0.953}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one tiny lesson, measured and built."""
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "01_small.py").write_text(LESSON, "utf-8")
    setup_cell = tmp_path / "setup_cell.py"
    setup_cell.write_text('repository = "{{course.repository}}"\n')
    for module, name, value in (
        (source, "LESSONS", lessons),
        (source, "SETUP_CELL", setup_cell),
        (results, "LEDGER", lessons / "results.json"),
        (measure, "LEDGER", lessons / "results.json"),
        (build, "ROOT", tmp_path),
        (build, "READMES", {lang: tmp_path / f"README.{lang}.md" for lang in ("en", "es")}),
        (build, "GUIDES", {}),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(source, "repository", lambda: "")
    for readme in build.READMES.values():
        readme.write_text("# Course\n\n<!-- lessons -->\n<!-- /lessons -->\n\nend\n", "utf-8")
    entry = {
        "measured": {"seeds": [0, 1], "code": figures_digest(source.Lesson(lessons / "01_small.py").cells)},
        "runs": {"baseline": {"test_accuracy": BAND}},
        "claims": {"half": {"held": 2, "of": 2, "mean_holds": True}},
    }
    (lessons / "results.json").write_text(json.dumps({"01_small": entry}))
    return tmp_path


@pytest.fixture
def built(course):
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    return course


def edit(course, old, new, file="lessons/01_small.py"):
    path = course / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def lesson(course):
    return source.Lesson(course / "lessons" / "01_small.py")


def problems(capsys):
    assert build.main(["--check"]) == 1
    return capsys.readouterr().out


def test_each_edition_has_its_language_and_the_same_code(course):
    english, spanish = (lesson(course).edition(lang) for lang in ("en", "es"))
    assert english.cells[0].source.startswith("# Small") and spanish.cells[0].source.startswith("# Pequeña")
    code = [[c.source for c in edition.cells if c.cell_type == "code"] for edition in (english, spanish)]
    assert code[0] == code[1] and len(code[0]) == 5 and code[0][-1].endswith("hand_in(...)")
    assert not any("answer key" in c.source or "clave" in c.source for c in english.cells + spanish.cells)
    nbformat.validate(english)


def test_figures_are_printed_from_the_ledger(course):
    assert (
        lesson(course)
        .edition("en")
        .cells[0]
        .source.endswith("We measured 95.1\N{NO-BREAK SPACE}%\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.2.")
    )


@pytest.mark.parametrize(
    "name", ["baseline.no_such_figure", "nobody.test_accuracy", "course.nothing", "claims.no", "99:a.b"]
)
def test_unknown_placeholder_is_an_error_that_names_the_cell(course, name, capsys):
    edit(course, "Medimos {{baseline.test_accuracy}}", f"Medimos {{{{{name}}}}}")
    assert build.main([]) == 1
    said = capsys.readouterr().err
    assert "01_small, cell 1 ('# Pequeña')" in said and name in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("baseline.test_accuracy.min", "95.0 %"),
        ("measured.seeds", "2"),
        ("claims.half", "2 of 2"),
        ("01:baseline.test_accuracy", "95.1 % ± 0.2"),
    ],
)
def test_other_placeholders(course, name, text):
    assert lesson(course).fill(f"<{{{{{name}}}}}>", "en", "here") == f"<{text}>"


def test_missing_translation_names_the_cell(course, capsys):
    edit(course, '# %% [markdown] lang="es"\n# # Pequeña', '# %% [markdown] lang="en"\n# # Pequeña')
    assert build.main([]) == 1
    assert "cell 1 ('# Pequeña'): expected the es text" in capsys.readouterr().err


def test_text_without_language_is_refused(course, capsys):
    edit(course, '# %% [markdown] lang="en"\n# # Small', "# %% [markdown]\n# # Small")
    assert build.main([]) == 1
    assert "cell 0" in capsys.readouterr().err


def test_solutions_are_folded_for_learners_and_in_place_when_solved(course):
    folded, solved = lesson(course).edition("es"), lesson(course).edition("es", solved=True)
    assert "<summary>Solución</summary>\n\n```python\nanswer = 42\n```" in folded.cells[3].source
    assert folded.cells[2].source == "answer = ..." and solved.cells[2].source == "answer = 42"
    assert len(solved.cells) == len(folded.cells) - 1


def test_a_cells_name_finds_it_in_the_lesson_and_in_the_notebook(course):
    assert lesson(course).named("exercise") == "answer = ..."
    named = [cell for cell in lesson(course).edition("es").cells if "name" in cell.metadata]
    assert [(cell.source, cell.metadata.name) for cell in named] == [("answer = ...", "exercise")]
    with pytest.raises(source.LessonError, match='0 cells have name="nobody"'):
        lesson(course).named("nobody")


def test_badge_appears_once_an_address_is_set(course, monkeypatch):
    assert "colab" not in lesson(course).edition("es").cells[0].source
    monkeypatch.setattr(source, "repository", lambda: "https://github.com/someone/course")
    assert "github/someone/course/blob/main/notebooks/es/01_small.ipynb" in lesson(course).edition("es").cells[0].source


def test_build_writes_notebooks_cover_and_readme(built):
    notebook = nbformat.read(built / "notebooks" / "es" / "01_small.ipynb", as_version=4)
    assert "✓ half" in notebook.cells[1].outputs[0].text
    assert (built / "docs" / "cover.es.png").read_bytes().startswith(b"\x89PNG")
    assert "| [01 · Pequeña](notebooks/es/01_small.ipynb) | un poco | 5 | 95.1 % ± 0.2 |" in build.READMES[
        "es"
    ].read_text("utf-8")
    assert build.READMES["es"].read_text("utf-8").endswith("<!-- /lessons -->\n\nend\n")


def test_changed_word_is_found_and_rebuilt_without_executing(built, monkeypatch, capsys):
    edit(built, "We measured", "We once measured")
    said = problems(capsys)
    assert "notebooks/01_small.ipynb, cell 0 ('# Small')" in said and "es/" not in said
    monkeypatch.setattr(build, "execute", lambda *_: pytest.fail("executed"))
    assert build.main([]) == 0 and build.main(["--check"]) == 0


def test_cell_added_to_a_notebook_is_gone_after_a_build(built, capsys):
    path = built / "notebooks" / "01_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    nbformat.write(notebook, path)
    assert "has 9 cells, the source makes 8" in problems(capsys)
    assert build.main([]) == 0 and build.main(["--check"]) == 0
    said = capsys.readouterr().out
    assert "[en] executed" in said and "[es] outputs kept" in said


@pytest.fixture
def editions(course):
    """The small lesson's notebook as the build would have left it, and the one that it makes next."""
    new = lesson(course).edition("en")
    old = copy.deepcopy(new)
    for number, cell in enumerate(build.code_cells(old), 1):
        cell.update(execution_count=number, outputs=[nbformat.v4.new_output("stream", text="✓ half\n")])
    return old, new


def output(**what):
    return lambda notebook: notebook.cells[1].outputs.append(nbformat.v4.new_output(**what))


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda notebook: notebook.cells[1].update(source="mine = 1"), id="code changed"),
        pytest.param(lambda notebook: notebook.cells.append(nbformat.v4.new_code_cell("1")), id="cell added"),
        pytest.param(lambda notebook: notebook.cells.append(copy.deepcopy(notebook.cells[5])), id="setup twice"),
        pytest.param(lambda notebook: notebook.cells.pop(), id="cell removed"),
        pytest.param(lambda notebook: notebook.cells[1].update(execution_count=None, outputs=[]), id="cleared"),
        pytest.param(lambda notebook: notebook.cells[1].metadata.update(execution={"iopub": "now"}), id="timed"),
        # What JupyterLab and VS Code write once a kernel runs.
        pytest.param(lambda notebook: notebook.metadata.language_info.update(version="3.11.7"), id="kernel started"),
        pytest.param(output(output_type="error", ename="E", evalue="", traceback=[]), id="error"),
        pytest.param(output(output_type="stream", name="stderr", text="noise"), id="stderr"),
        pytest.param(output(output_type="stream", text=f"read {Path.home() / 'mine.png'}"), id="path"),
        pytest.param(
            output(output_type="display_data", data={"application/vnd.jupyter.widget-view+json": {}}), id="widget"
        ),
    ],
)
def test_outputs_that_are_not_the_builds_own_do_not_stay(editions, touch):
    old, new = editions
    touch(old)
    assert not build.may_stay(old, new)


def test_outputs_stay_where_only_text_differs(editions):
    old, new = editions
    before = copy.deepcopy(old)
    assert build.may_stay(old, new) and old == before
    old.cells[0].source = "# Mine"
    assert build.may_stay(old, new)


def test_changed_code_is_found_in_both_editions_and_in_the_ledger(built, capsys):
    edit(built, '">=", 0.4', '">=", 0.3')
    said = problems(capsys)
    assert "notebooks/01_small.ipynb, cell 1" in said and "notebooks/es/01_small.ipynb, cell 1" in said
    assert "01_small was measured with other code" in said
    assert measure.main(["--check"]) == 1


def test_changed_ledger_figure_is_found(built, capsys):
    edit(built, "0.951", "0.961", "lessons/results.json")
    said = problems(capsys)
    assert "notebooks/01_small.ipynb, cell 0 ('# Small')" in said and "README.en.md" in said
    assert "outputs are older" in said


def test_edited_notebook_is_found(built, capsys):
    edit(built, "We measured", "I measured", "notebooks/01_small.ipynb")
    assert "notebooks/01_small.ipynb, cell 0" in problems(capsys)


def test_deleted_notebook_is_found(built, capsys):
    (built / "notebooks" / "es" / "01_small.ipynb").unlink()
    assert "notebooks/es/01_small.ipynb is missing" in problems(capsys)


def test_notebook_with_an_error_is_found(built, capsys):
    path = built / "notebooks" / "01_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]
    nbformat.write(notebook, path)
    assert "ended in an error" in problems(capsys)


def test_failed_claim_in_the_ledger_is_found(built, capsys):
    edit(built, '"mean_holds": true', '"mean_holds": false', "lessons/results.json")
    assert "the claim 'half' of 01_small does not hold" in problems(capsys)


def test_unmeasured_lesson_is_found(built, capsys):
    edit(built, '"01_small"', '"02_other"', "lessons/results.json")
    assert build.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("lessons/results.json has nothing on 01_small: run python -m tools.measure 01\n")


def test_publishing_under_a_name_reaches_every_place_and_executes_nothing(built, monkeypatch, capsys):
    pyproject = built / "pyproject.toml"
    pyproject.write_text('[project.urls]\n# the address\nRepository = ""\n', "utf-8")
    monkeypatch.setattr(source, "PYPROJECT", pyproject)
    monkeypatch.setattr(build, "PYPROJECT", pyproject)
    monkeypatch.setattr(source, "repository", REPOSITORY)
    capsys.readouterr()
    assert build.main(["--repo", "ada/course"]) == 0
    assert "executed" not in capsys.readouterr().out
    assert (
        pyproject.read_text("utf-8") == '[project.urls]\n# the address\nRepository = "https://github.com/ada/course"\n'
    )
    badge = "https://colab.research.google.com/github/ada/course/blob/main/notebooks/es/01_small.ipynb"
    assert badge in nbformat.read(built / "notebooks" / "es" / "01_small.ipynb", as_version=4).cells[0].source
    assert badge in build.READMES["es"].read_text("utf-8")
    assert build.main(["--check"]) == 0
    with pytest.raises(SystemExit):
        build.main(["--repo", "my course"])
    assert "OWNER/NAME" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("print('noise', file=sys.stderr)", "writes to stderr: noise"),
        ("import os; print(os.path.expanduser('~'))", "prints a path of this machine"),
    ],
)
def test_outputs_nobody_should_see_are_refused(course, line, complaint, capsys):
    edit(course, "import sys\n", f"import sys\n{line}\n")
    assert build.main([]) == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("place", ["data", "../shared/data", "/anywhere"])
def test_only_the_data_folders_whole_path_is_refused(monkeypatch, place):
    monkeypatch.setenv("COURSE_DATA", place)
    monkeypatch.setattr(build, "DATA_DIR", ROOT / place)  # as helpers.downloads reads it

    def printing(text):
        cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("stream", text=text)])
        return build.clean(nbformat.v4.new_notebook(cells=[cell]))

    assert printing("more data, also in ../shared/data").cells[0].outputs
    with pytest.raises(source.LessonError, match="prints a path of this machine"):
        printing(f"read {(ROOT / place).resolve() / 'mnist.npz'}")


def test_of_keras_log_only_what_a_reader_sees_is_kept():
    log = "Epoch 1/2\n\x1b[1m1/2\x1b[0m ━ loss: 2.3" + "\b" * 14 + "\r\x1b[1m2/2\x1b[0m ━━ loss: 1.9\nEpoch 2/2\n"
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("stream", text=log)])
    (cleaned,) = build.clean(nbformat.v4.new_notebook(cells=[cell])).cells
    assert cleaned.outputs[0].text == "Epoch 1/2\n2/2 ━━ loss: 1.9\nEpoch 2/2\n"


@pytest.mark.parametrize("environment", [{}, {"COURSE_SEED": "3"}])  # a build, a measurement
def test_neither_a_build_nor_a_measurement_reads_or_writes_a_learners_record(monkeypatch, environment):
    for name in record.QUIET:
        monkeypatch.delenv(name, raising=False)
    cell = nbformat.v4.new_code_cell(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from helpers.classroom import record\nrecord.start('00_what_a_convolution_sees', 'en')\nprint(record.current())"
    )
    build.execute(nbformat.v4.new_notebook(cells=[cell]), "en", **environment)
    assert cell.outputs[0].text == "('', '')\n"


def test_what_one_cell_prints_in_pieces_is_one_output_but_stays_on_its_side_of_a_picture():
    # How often the kernel hands over would make a difference in every build.
    lines = "for _ in range(3):\n    print('line', flush=True)\n"
    cell = nbformat.v4.new_code_cell(lines + "display({'text/html': 'x'}, raw=True)\n" + lines)
    build.clean(build.execute(nbformat.v4.new_notebook(cells=[cell]), "en"))
    above, picture, below = cell.outputs
    assert above.text == below.text == "line\n" * 3 and picture.output_type == "display_data"


def png(*images):
    """Images from 0 to 1 as one PNG file, base64 as in a notebook; several are the frames of a film."""
    first, *more = (Image.fromarray((255 * np.asarray(image)).astype("uint8")).convert("RGBA") for image in images)
    page = io.BytesIO()
    first.save(page, "png", save_all=bool(more), append_images=more)
    return base64.b64encode(page.getvalue()).decode()


def test_pictures_have_few_colours_where_nobody_sees_it():
    rng = np.random.default_rng(0)
    grey, colourful = rng.random((50, 200)), np.kron(rng.random((20, 60, 3)), np.ones((10, 10, 1)))  # 1,200 patches
    small = build._few_colours(png(grey))
    assert len(small) < 0.7 * len(png(grey)) and build._few_colours(small) == small
    pixels = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(page))).convert("L"), int) for page in (small, png(grey))
    )
    assert np.abs(np.subtract(*pixels)).max() <= 1
    for whole in (png(colourful), png(grey, 1 - grey)):
        assert build._few_colours(whole) == whole


def test_progress_bars_and_the_kernel_leave_nothing_behind():
    bar = nbformat.v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "0%"})
    cell = nbformat.v4.new_code_cell("x", outputs=[bar], metadata={"execution": {"iopub": "now"}})
    metadata = {"widgets": {}, "language_info": {"name": "python", "version": "3.11.7"}}
    cleaned = build.clean(nbformat.v4.new_notebook(cells=[cell], metadata=metadata))
    assert cleaned.cells[0].outputs == [] and "execution" not in cleaned.cells[0].metadata
    assert cleaned.metadata == {"language_info": {"name": "python"}}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_picture_of_photos_is_left_out_and_a_sentence_stands_in_its_place(lang):
    picture = nbformat.v4.new_output("display_data", {"image/png": png(np.eye(4)), "text/plain": "<Image>"})
    said = nbformat.v4.new_output("stream", text="wrong: 12\n")
    cells = [
        nbformat.v4.new_code_cell("x", outputs=[said, picture], metadata={"tags": tags}) for tags in (["photos"], [])
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"course": {"lang": lang}})
    tagged, other = build.clean(notebook).cells
    assert [o.output_type for o in other.outputs] == ["stream", "display_data"]
    assert [o.text for o in tagged.outputs] == ["wrong: 12\n" + build.NOT_SHOWN[lang]]
    assert build.clean(notebook) == notebook  # and so it stays


def test_curves_that_the_lesson_shows_from_the_ledger_are_kept_with_it():
    histories = [{"loss": [1.0, 0.5]}, {"loss": [2.0, 0.25]}]
    assert measure.mean_curves(histories) == {"loss": [1.5, 0.375]}


def test_measuring_again_keeps_what_a_benchmark_measured(course):
    assert measure.main(["--seeds", "3-3"]) == 0
    ledger = course / "lessons" / "results.json"
    known = json.loads(ledger.read_text())
    long = {"runs": {"sixty_epochs": {"test_accuracy": BAND}}}
    known["01_small"] |= {"long": long, "curves": {"sixty_epochs": {"loss": [1.0]}, "old": {"loss": [1.0]}}}
    ledger.write_text(json.dumps(known))
    assert measure.main(["--seeds", "4-4"]) == 0
    entry = json.loads(ledger.read_text())["01_small"]
    assert entry["long"] == long and entry["curves"] == {"sixty_epochs": {"loss": [1.0]}}
    assert entry["measured"]["seeds"] == [4]


def test_measuring_by_hand():
    records = [
        {
            "runs": {"baseline": {"test_accuracy": accuracy}},
            "claims": {"better": {"left": accuracy, "right": 0.5, "relation": ">", "held": accuracy > 0.5}},
        }
        for accuracy in (0.4, 0.6, 0.8)
    ]
    entry = measure.summarise(records)
    assert entry["runs"]["baseline"]["test_accuracy"] == {"mean": 0.6, "std": 0.2, "min": 0.4, "max": 0.8}
    claim = entry["claims"]["better"]
    assert (claim["held"], claim["of"], claim["mean_holds"]) == (2, 3, True)


def test_measure_writes_the_ledger_and_a_failed_claim_stops_nothing(course, capsys):
    edit(course, '">=", 0.4', '">=", 0.6')
    assert measure.main(["--seeds", "3-4"]) == 0
    entry = json.loads((course / "lessons" / "results.json").read_text())["01_small"]
    assert entry["claims"]["half"]["held"] == 0 and entry["measured"]["seeds"] == [3, 4]
    assert "✗ half: 0/2" in capsys.readouterr().out
    assert measure.main(["--check"]) == 1


def test_measuring_without_a_download_loses_no_figure(built, capsys):
    ledger = built / "lessons" / "results.json"
    entry = json.loads(ledger.read_text())
    # Measured by a cell that is skipped today; and one that the lesson does not speak of any more.
    entry["01_small"]["runs"] |= {"photos": {"test_accuracy": BAND}, "gone": {"test_accuracy": BAND}}
    ledger.write_text(json.dumps(entry))
    edit(built, "We measured {{baseline.test_accuracy}}", "We measured {{photos.test_accuracy}}")
    assert measure.main(["--seeds", "3-4"]) == 1
    assert "not written, as photos would be lost" in capsys.readouterr().err
    assert json.loads(ledger.read_text()) == entry


def test_measure_old_leaves_alone_what_belongs_to_its_code(built):
    ledger = built / "lessons" / "results.json"
    before = ledger.read_text()
    assert measure.main(["--old"]) == 0 and ledger.read_text() == before
    edit(built, '">=", 0.4', '">=", 0.3')
    assert measure.main(["--old", "--seeds", "5-5"]) == 0
    assert json.loads(ledger.read_text())["01_small"]["measured"]["seeds"] == [5]
