"""Make the notebooks from the lessons: `python -m tools.build [NN …]`, or `--check` that they are in step.

A lesson keeps its outputs where nothing that they depend on has changed, so a changed sentence takes seconds.
"""

from __future__ import annotations

import argparse
import base64
import copy
import io
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image, ImageChops, ImageFilter

from helpers import ROOT
from helpers.downloads import DATA_DIR
from helpers.language import LANGUAGES
from helpers.results import holds
from tools.guide import GUIDES, guide
from tools.source import PYPROJECT, Lesson, LessonError, lesson_paths, name_of, read_ledger, tags
from tools.staleness import figures_digest

READMES = {"en": ROOT / "README.md", "es": ROOT / "README.es.md"}
README_HEADS = {
    "en": "| lesson | what you learn | minutes | what we measured |\n|---|---|--:|---|\n",
    "es": "| lección | qué aprendes | minutos | qué hemos medido |\n|---|---|--:|---|\n",
}
WIDGET = "application/vnd.jupyter.widget-view+json"
OVERWRITTEN = re.compile(r"[^\n]*[\r\b](?!\n)|\x1b\[[\d;]*m")  # what Keras's log has written over, and its colours
NOT_SHOWN = {
    "en": "The picture is left out of the published notebook: it shows photos that the course may not pass on. With the photos downloaded, run this cell to see it.\n",
    "es": "La imagen no está en el cuaderno publicado: muestra fotos que el curso no puede redistribuir. Con las fotos descargadas, ejecuta esta celda para verla.\n",
}


def notebook_path(name: str, lang: str) -> Path:
    """Where an edition lives: notebooks/ for English, notebooks/es/ for Spanish."""
    return ROOT / "notebooks" / ("" if lang == "en" else lang) / f"{name}.ipynb"


def execute(notebook: nbformat.NotebookNode, lang: str, **environment: str) -> nbformat.NotebookNode:
    """Run every cell where the notebook lives, with these environment variables; raises at the first error. A seed is set: it keeps a learner's record untouched."""
    folder = notebook_path("any", lang).parent
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**os.environ, "COURSE_SEED": "0", **environment})
    return notebook


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep what a person reads; raise LessonError for what nobody should see in a committed notebook."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}  # without what the kernel adds: its version, …
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        shown = (o for o in cell.outputs if WIDGET not in o.get("data", {}))  # no progress bars
        if "photos" in tags(cell):
            instead = nbformat.v4.new_output("stream", text=NOT_SHOWN[notebook.metadata["course"]["lang"]])
            shown = (instead if "image/png" in o.get("data", {}) else o for o in shown)
        cell.outputs = _joined(shown)
        for output in cell.outputs:
            if "text" in output:
                output.text = OVERWRITTEN.sub("", output.text)
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = _few_colours(output.data["image/png"])
            _refuse_noise(output, name_of(cell, index))
    return notebook


def _joined(outputs: Iterable[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join what was printed without a break: how often a kernel hands it over differs from run to run.

    nbclient's own coalesce_streams would also join what stands before a picture to the sentences below it.
    """
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and output.name == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _few_colours(encoded: str) -> str:
    """A PNG with 256 colours, half its size, where no patch of it is off by more than 10 of 255; films stay as they are."""
    page, file = Image.open(io.BytesIO(base64.b64decode(encoded))), io.BytesIO()
    whole = page.convert("RGB")
    few = whole.quantize(256, kmeans=1)
    few.save(file, "png", optimize=True)
    soft = (colours.convert("RGB").filter(ImageFilter.GaussianBlur(2)) for colours in (whole, few))
    apart = max(high for _, high in ImageChops.difference(*soft).getextrema())
    keep = page.mode == "P" or page.n_frames > 1 or apart > 10
    return encoded if keep else base64.b64encode(file.getvalue()).decode()


def _refuse_noise(output: nbformat.NotebookNode, where: str) -> None:
    if output.get("name") == "stderr":
        raise LessonError(f"{where} writes to stderr: {output.text.strip()[:300]}")
    texts = [str(value) for kind, value in output.get("data", {}).items() if "image" not in kind]
    for path in (ROOT, Path.home(), DATA_DIR, DATA_DIR.resolve()):
        if str(path) in "\n".join([*texts, str(output.get("text", ""))]):
            raise LessonError(f"{where} prints a path of this machine: {path}")


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def was_executed(cell: nbformat.NotebookNode) -> bool:
    """Whether a code cell was executed, and not to an error."""
    failed = "error" in {output.output_type for output in cell.outputs}
    return cell.execution_count is not None and not failed


def may_stay(old: nbformat.NotebookNode, new: nbformat.NotebookNode) -> bool:
    """Whether the old outputs are this build's own, made by the new code, as far as can be told."""

    def sources(notebook: nbformat.NotebookNode) -> list:
        # Nothing the setup cell prints depends on the address that --repo writes into it.
        return ["setup" in tags(cell) or cell.source for cell in code_cells(notebook)]

    try:
        return (
            old.metadata == new.metadata  # where a person ran it, their kernel wrote its version into the metadata
            and sources(old) == sources(new)
            and all(was_executed(cell) for cell in code_cells(old))
            and clean(copy.deepcopy(old)) == old
        )
    except LessonError:
        return False


def build(lesson: Lesson, lang: str) -> str:
    """Write one edition; the word says what was done."""
    notebook, path = lesson.edition(lang), notebook_path(lesson.name, lang)
    old = nbformat.read(path, as_version=4) if path.exists() else None
    if old and may_stay(old, notebook):
        for cell, before in zip(code_cells(notebook), code_cells(old), strict=True):
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
        done = "outputs kept"
    else:
        clean(execute(notebook, lang))
        done = "executed"
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    for cell in code_cells(notebook):
        if "cover" in tags(cell):
            _write_cover(cell, ROOT / "docs" / f"cover.{lang}.png")
    return done


def _write_cover(cell: nbformat.NotebookNode, path: Path) -> None:
    png = next(output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(base64.b64decode(png))


def readme(lessons: list[Lesson], lang: str) -> str:
    """The README with its table of lessons made anew, between the two markers."""
    table = README_HEADS[lang] + "".join(_readme_row(lesson, lang) for lesson in lessons)
    text = READMES[lang].read_text("utf-8")
    return re.sub(r"(<!-- lessons -->\n).*?(<!-- /lessons -->)", lambda m: m[1] + table + m[2], text, flags=re.S)


def _readme_row(lesson: Lesson, lang: str) -> str:
    title, learn, result = (lesson.fill(lesson.about[key][lang], lang, key) for key in ("title", "learn", "result"))
    link = notebook_path(lesson.name, lang).relative_to(ROOT).as_posix()
    first = f"[{lesson.name[:2]} · {title}]({link}) {lesson.fill('{{badges}}', lang, 'badges')}".strip()
    return f"| {first} | {learn} | {lesson.about['minutes']} | {result} |\n"


def written() -> dict[Path, str]:
    """What is made from all lessons together: the READMEs with their table, and the teacher's guide."""
    lessons = [Lesson(path) for path in lesson_paths()]
    texts = {path: readme(lessons, lang) for lang, path in READMES.items()}
    return texts | {path: guide(lessons, lang) for lang, path in GUIDES.items()}


def check(lesson: Lesson, lang: str) -> list[str]:
    """What is out of step in an edition's committed notebook, without executing anything."""
    path = notebook_path(lesson.name, lang)
    where = path.relative_to(ROOT).as_posix()
    if not path.exists():
        return [f"{where} is missing"]
    expected, found = lesson.edition(lang), nbformat.read(path, as_version=4)
    problems = []
    for index, (new, old) in enumerate(zip(expected.cells, found.cells, strict=False)):
        if any(new[part] != old[part] for part in ("cell_type", "source", "metadata")):
            problems.append(f"{where}, {name_of(new, index)}: differs from the lesson's source")
        elif old.cell_type == "code" and not was_executed(old):
            problems.append(f"{where}, {name_of(old, index)}: was not executed, or ended in an error")
    if len(expected.cells) != len(found.cells):
        problems.append(f"{where}: has {len(found.cells)} cells, the source makes {len(expected.cells)}")
    if found.metadata.get("course") != expected.metadata.course:
        problems.append(f"{where}: its outputs are older than the code, helpers, ledger or version behind them")
    return problems


def check_ledger(lesson: Lesson) -> list[str]:
    """Whether the ledger still belongs to the lesson's code, and every claim in it holds."""
    entry, command = read_ledger().get(lesson.name), f"python -m tools.measure {lesson.name[:2]}"
    if not entry:
        return [f"lessons/results.json has nothing on {lesson.name}: run {command}"]
    problems = []
    if entry["measured"]["code"] != figures_digest(lesson.cells):
        problems.append(f"lessons/results.json: {lesson.name} was measured with other code: run {command}")
    broken = [name for name, claim in entry["claims"].items() if not holds(claim)]
    return problems + [
        f"lessons/results.json: the claim {name!r} of {lesson.name} does not hold; change the sentence"
        for name in broken
    ]


def check_all(lessons: list[Lesson]) -> list[str]:
    """Everything out of step; raises LessonError where the ledger lacks a figure that a text prints."""
    return [
        *(problem for lesson in lessons for lang in LANGUAGES for problem in check(lesson, lang)),
        *(
            f"{path.name} is older than the lessons"
            for path, text in written().items()
            if not path.exists() or path.read_text("utf-8") != text
        ),
    ]


def address(name: str) -> str:
    """The address of OWNER/NAME on GitHub; raises ArgumentTypeError for anything else."""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise argparse.ArgumentTypeError(f"{name!r} is not of the form OWNER/NAME, such as ada/keras-course")
    return f"https://github.com/{name}"


def publish_as(repository: str) -> None:
    """Write the course's address to its one place."""
    text = PYPROJECT.read_text("utf-8")
    PYPROJECT.write_text(re.sub(r'^Repository = ".*"$', f'Repository = "{repository}"', text, flags=re.M), "utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.build", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; all of them by default")
    parser.add_argument("--check", action="store_true", help="execute nothing, say what is out of step")
    published = "publish under this GitHub name: badges and setup cells get its address"
    parser.add_argument("--repo", metavar="OWNER/NAME", type=address, help=published)
    options = parser.parse_args(arguments)
    if options.repo:
        publish_as(options.repo)
    problems: list[str] = []
    try:
        lessons = [Lesson(path) for path in lesson_paths(options.lessons)]
        if options.check:
            # The ledger first: without its figures the notebooks cannot be made.
            problems += [problem for lesson in lessons for problem in check_ledger(lesson)]
            problems += check_all(lessons)
            print("\n".join(problems) or "in step")
            return bool(problems)
        for lesson in lessons:
            for lang in LANGUAGES:
                print(f"{lesson.name} [{lang}] {build(lesson, lang)}", flush=True)
        for path, text in written().items():
            path.write_text(text, "utf-8")
    except LessonError as error:
        print(*problems, error, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
