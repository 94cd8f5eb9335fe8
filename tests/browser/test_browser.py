"""The lessons' interactive parts as a learner touches them: JupyterLab in a real browser, by mouse and by keyboard."""

import os
from itertools import pairwise

import nbformat
import pytest

from conftest import ROOT

pytestmark = pytest.mark.slow
both_languages = pytest.mark.parametrize("lang", ["en", "es"])

# Notes, in the page, for every change of the bars how long ago the pen last moved.
STOPWATCH = """() => {
  window.delays = [];
  let moved = 0;
  const sheet = document.querySelector('.drawing-pad-sheet');
  for (const name of ['pointerdown', 'pointermove', 'keydown']) sheet.addEventListener(name, () => { moved = moved || performance.now(); });
  new MutationObserver(() => { if (moved) window.delays.push(performance.now() - moved); moved = 0; })
    .observe(document.querySelector('.drawing-pad-bars'), { subtree: true, attributes: true, characterData: true, childList: true });
}"""


def lesson_until(number, lang, name):
    """The code cells of a committed notebook up to the one of this name."""
    (path,) = (ROOT / "notebooks" / ("" if lang == "en" else lang)).glob(f"{number}_*.ipynb")
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return cells[: 1 + [cell.metadata.get("name") for cell in cells].index(name)]


def picture(page):
    return page.locator(".jupyter-widgets img").last


def shares(page):
    return [
        float(bar.split("%")[0])
        for bar in page.locator(".drawing-pad-bar").evaluate_all("bars => bars.map(b => b.style.width || '0%')")
    ]


def wait_for_new_picture(page, before):
    # Asked anew every time: a new picture is a new element.
    page.wait_for_function(
        "before => [...document.querySelectorAll('.jupyter-widgets img')].at(-1)?.src !== before", arg=before
    )


def look(element):
    """What may show that the focus is here: a ring, or the border of a field."""
    return element.evaluate("e => { const s = getComputedStyle(e); return [s.outline, s.boxShadow, s.borderColor]; }")


def tab_to(page, element, key="Tab"):
    """Reach it with this key alone, and see that the focus is there."""
    assert not element.evaluate("e => e === document.activeElement")
    before, passed = look(element), []
    while not element.evaluate("e => e === document.activeElement"):
        assert len(passed) < 30, passed
        page.keyboard.press(key)
        passed.append(page.evaluate("document.activeElement.outerHTML.slice(0, 150)"))
    assert look(element) != before


def leave_for_cell(page):
    """Back to the last cell, from where the keyboard has to find its way."""
    page.locator(".jp-CodeCell .cm-content").last.click()  # clicking its prompt leaves the focus in the output
    page.keyboard.press("Escape")


@both_languages
def test_lesson_00_the_kernel_editor_follows_the_keyboard(notebook, lang):
    with notebook(f"00-{lang}", lesson_until("00", lang, "kernel_editor")) as page:
        fields = page.locator(".widget-text input[type=number]")
        assert fields.count() == 9
        before = picture(page).get_attribute("src")
        leave_for_cell(page)
        tab_to(page, fields.nth(1))
        page.keyboard.press("Control+a")
        page.keyboard.type("5")
        page.keyboard.press("Enter")
        wait_for_new_picture(page, before)
        page.get_by_text({"en": "The nine numbers add up to 5.", "es": "Los nueve números suman 5."}[lang]).wait_for()


@both_languages
def test_lesson_04_the_slider_follows_the_arrow_keys(notebook, lang):
    with notebook(f"04-{lang}", lesson_until("04", lang, "descent")) as page:
        before = picture(page).get_attribute("src")
        page.locator(".noUi-handle").focus()
        page.keyboard.press("ArrowRight")
        wait_for_new_picture(page, before)
        said = {"en": "Learning rate {}:", "es": "Tasa de aprendizaje {}:"}[lang]
        page.get_by_text(said.format("0.11")).wait_for()

        leave_for_cell(page)
        tab_to(page, page.locator(".noUi-handle"))
        for key, rate in {"Home": "0.01", "End": "1.1", "PageDown": "1.05"}.items():
            page.keyboard.press(key)
            page.get_by_text(said.format(rate)).wait_for()


@both_languages
def test_lesson_08_the_trained_network_reads_a_seven_while_it_is_drawn(notebook, lang):
    cells = lesson_until("08", lang, "drawing_pad")
    with notebook(f"08-{lang}", cells) as page:
        said = page.locator(".drawing-pad-sentence")
        empty = {"en": "there is nothing to read", "es": "no hay nada que leer"}[lang]
        seven = {"en": "It reads a 7", "es": "Lee un 7"}[lang]
        sheet = page.locator(".drawing-pad-sheet")

        def wait_until_said(text):
            page.wait_for_function("([p, text]) => p.textContent.includes(text)", arg=[said.element_handle(), text])

        sheet.scroll_into_view_if_needed()
        assert empty in said.inner_text() and shares(page) == [0] * 10
        page.evaluate(STOPWATCH)

        box = sheet.bounding_box()
        corners = [
            (box["x"] + x * box["width"], box["y"] + y * box["height"])
            for x, y in [(0.28, 0.22), (0.72, 0.22), (0.45, 0.82)]
        ]
        page.mouse.move(*corners[0])
        page.mouse.down()
        seen = []
        for corner, other in pairwise(corners):
            for step in range(1, 13):
                page.mouse.move(*(a + (b - a) * step / 12 for a, b in zip(corner, other, strict=True)))
                page.wait_for_function("count => window.delays.length > count", arg=len(seen))
                seen.append(shares(page))
        assert len({tuple(each) for each in seen}) > 5  # the pen is still down
        page.mouse.up()
        wait_until_said(seven)
        assert max(shares(page)) == shares(page)[7] > 50
        delays = sorted(page.evaluate("window.delays"))
        median, most, longest = (delays[int(share * (len(delays) - 1))] for share in (0.5, 0.9, 1))
        print(
            f"milliseconds from pen to bars, {len(delays)} times: {median:.0f} in the middle, 90 % {most:.0f}, longest {longest:.0f}"
        )
        assert median < 150  # not the longest: the machine may be busy with something else
        ink = page.locator(".drawing-pad-seen").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, 28, 28).data.filter((v, i) => i % 4 === 0 && v > 127).length"
        )
        assert 20 < ink < 200

        clear = page.get_by_role("button", name={"en": "Clear", "es": "Borrar"}[lang])
        clear.click()
        wait_until_said(empty)
        assert shares(page) == [0] * 10

        leave_for_cell(page)
        for key in ("Enter", " "):  # both press the button
            tab_to(page, sheet, "Tab" if key == "Enter" else "Shift+Tab")
            for stroke in (" ", *["ArrowDown"] * 6, " "):
                page.keyboard.press(stroke)
            page.wait_for_function("([p, text]) => !p.textContent.includes(text)", arg=[said.element_handle(), empty])
            tab_to(page, clear)
            page.keyboard.press(key)
            wait_until_said(empty)

        tab_to(page, sheet, "Shift+Tab")
        keys = (
            ["ArrowLeft"] * 6
            + ["ArrowUp"] * 8
            + [" "]
            + ["ArrowRight"] * 12
            + ["ArrowDown", "ArrowDown", "ArrowLeft"] * 8
            + [" "]
        )
        for key in keys:
            page.keyboard.press(key)
        wait_until_said(seven)
        if folder := os.environ.get("COURSE_SCREENSHOTS"):
            page.locator(".drawing-pad").screenshot(path=f"{folder}/pad-close-{lang}.png")
        page.keyboard.press("Delete")
        wait_until_said(empty)
        assert page.locator(".jp-CodeCell").count() == len(cells)  # the keys did not reach JupyterLab's own commands
