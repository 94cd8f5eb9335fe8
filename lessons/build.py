"""Make the notebooks from the lessons: `python3 lessons/build.py [NN …]`, or `--check` that they are in step.

A lesson whose code, helpers and ledger have not changed keeps its outputs, so a changed sentence takes seconds.
"""

from __future__ import annotations

import argparse
import base64
import copy
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from guide import GUIDES, guide
from helpers.data import DATA_DIR
from source import (
    LANGUAGES,
    PYPROJECT,
    ROOT,
    Lesson,
    LessonError,
    lesson_paths,
    name_of,
    read_ledger,
)

READMES = {"en": ROOT / "README.md", "es": ROOT / "README.es.md"}


def notebook_path(name: str, lang: str) -> Path:
    """Where an edition lives: notebooks/ for English, notebooks/es/ for Spanish."""
    return ROOT / "notebooks" / ("" if lang == "en" else lang) / f"{name}.ipynb"


def execute(
    notebook: nbformat.NotebookNode, lang: str, **environment: str
) -> nbformat.NotebookNode:
    """Run every cell where the notebook lives, with these environment variables; raises at the first error."""
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
    client.execute(env={**os.environ, **environment})
    return notebook


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep what a person reads; raise LessonError for what nobody should see in a committed notebook."""
    notebook.metadata.pop("widgets", None)
    # Without what the kernel adds: its version, …
    notebook.metadata["language_info"] = {"name": "python"}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        kept = []
        for output in cell.outputs:
            if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
                continue  # a progress bar: GitHub could not draw it
            if output.get("name") == "stderr":
                raise LessonError(
                    f"{name_of(cell, index)} writes to stderr: {output.text.strip()[:300]}"
                )
            text = str(output.get("text", "")) + str(
                {k: v for k, v in output.get("data", {}).items() if "image" not in k}
            )
            for path in (ROOT, Path.home(), DATA_DIR, DATA_DIR.resolve()):
                if str(path) in text:
                    raise LessonError(
                        f"{name_of(cell, index)} prints a path of this machine: {path}"
                    )
            kept.append(output)
        cell.outputs = kept
    return notebook


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
        return [
            "setup" in cell.metadata.get("tags", []) or cell.source
            for cell in code_cells(notebook)
        ]

    try:
        return (
            # Where a person ran it, their kernel wrote its version into the metadata.
            old.metadata == new.metadata
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
    code = code_cells(notebook)
    if old and may_stay(old, notebook):
        for cell, before in zip(code, code_cells(old), strict=True):
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
        done = "outputs kept"
    else:
        clean(execute(notebook, lang))
        done = "executed"
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    for cell in code:
        if "cover" in cell.metadata.get("tags", []):
            png = next(
                o.data["image/png"]
                for o in cell.outputs
                if "image/png" in o.get("data", {})
            )
            cover = ROOT / "docs" / f"cover.{lang}.png"
            cover.parent.mkdir(exist_ok=True)
            cover.write_bytes(base64.b64decode(png))
    return done


def readme(lang: str) -> str:
    """The README with its table of lessons made anew, between the two markers."""
    header = {
        "en": "| lesson | what you learn | minutes | what we measured |\n|---|---|--:|---|\n",
        "es": "| lección | qué aprendes | minutos | qué hemos medido |\n|---|---|--:|---|\n",
    }[lang]
    rows = []
    for path in lesson_paths():
        lesson = Lesson(path)
        about = {
            key: lesson.fill(lesson.about[key][lang], lang, key)
            for key in ("title", "learn", "result")
        }
        link = notebook_path(lesson.name, lang).relative_to(ROOT).as_posix()
        badge = lesson.fill("{{badges}}", lang, "badges")
        title = f"[{lesson.name[:2]} · {about['title']}]({link}) {badge}".strip()
        rows.append(
            f"| {title} | {about['learn']} | {lesson.about['minutes']} | {about['result']} |\n"
        )
    text = READMES[lang].read_text("utf-8")
    table = header + "".join(rows)
    return re.sub(
        r"(<!-- lessons -->\n).*?(<!-- /lessons -->)",
        lambda m: m[1] + table + m[2],
        text,
        flags=re.S,
    )


def written() -> dict[Path, str]:
    """What is made from all lessons together: the READMEs with their table, and the teacher's guide."""
    lessons = [Lesson(path) for path in lesson_paths()]
    texts = {path: readme(lang) for lang, path in READMES.items()}
    return texts | {path: guide(lessons, lang) for lang, path in GUIDES.items()}


def check(lesson: Lesson) -> list[str]:
    """What is out of step in a lesson's committed notebooks, without executing anything."""
    problems = []
    for lang in LANGUAGES:
        path = notebook_path(lesson.name, lang)
        where = path.relative_to(ROOT).as_posix()
        if not path.exists():
            problems.append(f"{where} is missing")
            continue
        expected, found = lesson.edition(lang), nbformat.read(path, as_version=4)
        for index, (new, old) in enumerate(
            zip(expected.cells, found.cells, strict=False)
        ):
            if (new.cell_type, new.source, new.metadata) != (
                old.cell_type,
                old.source,
                old.metadata,
            ):
                problems.append(
                    f"{where}, {name_of(new, index)}: differs from the lesson's source"
                )
            elif old.cell_type == "code" and not was_executed(old):
                problems.append(
                    f"{where}, {name_of(old, index)}: was not executed, or ended in an error"
                )
        if len(expected.cells) != len(found.cells):
            problems.append(
                f"{where}: has {len(found.cells)} cells, the source makes {len(expected.cells)}"
            )
        if found.metadata.get("course") != expected.metadata.course:
            problems.append(
                f"{where}: its outputs are older than the code, helpers, ledger or version behind them"
            )
    return problems


def check_ledger(lesson: Lesson) -> list[str]:
    """Whether the ledger still belongs to the lesson's code, and every claim in it holds."""
    entry = read_ledger().get(lesson.name)
    if not entry:
        return [
            f"lessons/results.json has nothing on {lesson.name}: run lessons/measure.py {lesson.name[:2]}"
        ]
    problems = []
    if entry["measured"]["code"] != lesson.digest(figures_only=True):
        problems.append(
            f"lessons/results.json: {lesson.name} was measured with other code: run lessons/measure.py {lesson.name[:2]}"
        )
    for name, claim in entry["claims"].items():
        if not claim["mean_holds"] or claim["held"] < 0.9 * claim["of"]:
            problems.append(
                f"lessons/results.json: the claim {name!r} of {lesson.name} does not hold; change the sentence"
            )
    return problems


def address(name: str) -> str:
    """The address of OWNER/NAME on GitHub; raises ArgumentTypeError for anything else."""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise argparse.ArgumentTypeError(
            f"{name!r} is not of the form OWNER/NAME, such as ada/keras-course"
        )
    return f"https://github.com/{name}"


def publish_as(repository: str) -> None:
    """Write the course's address to its one place."""
    text = PYPROJECT.read_text("utf-8")
    line = f'Repository = "{repository}"'
    PYPROJECT.write_text(
        re.sub(r'^Repository = ".*"$', line, text, flags=re.M), "utf-8"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "lessons",
        nargs="*",
        metavar="NN",
        help="lesson numbers; all of them by default",
    )
    parser.add_argument(
        "--check", action="store_true", help="execute nothing, say what is out of step"
    )
    parser.add_argument(
        "--repo",
        metavar="OWNER/NAME",
        type=address,
        help="publish under this GitHub name: badges and setup cells get its address",
    )
    options = parser.parse_args(arguments)
    if options.repo:
        publish_as(options.repo)
    problems: list[str] = []
    try:
        lessons = [Lesson(path) for path in lesson_paths(options.lessons)]
        if options.check:
            # The ledger first: without its figures the notebooks cannot be made.
            for lesson in lessons:
                problems += check_ledger(lesson)
            for lesson in lessons:
                problems += check(lesson)
            problems += [
                f"{path.name} is older than the lessons"
                for path, text in written().items()
                if not path.exists() or path.read_text("utf-8") != text
            ]
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
