"""The report's page in a real browser: readable on a phone and on a desk, by day, by night and on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.evidence.quote import quotes
from smallcap.core.note_page import as_html

from tests.core.test_note_hostile import evil
from tests.papers import Sheet, noted, read_on

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZES = ((390, 844), (1280, 900))
OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('svg') && e.getClientRects().length)
  .filter(e => { const r = e.getBoundingClientRect(); return r.left < -0.5 || r.right > innerWidth + 0.5; })
  .map(e => e.tagName + ': ' + e.textContent.slice(0, 60))"""
LETTERS = """() => [...document.querySelectorAll('svg text')]
  .map(e => parseFloat(getComputedStyle(e).fontSize) * e.ownerSVGElement.getBoundingClientRect().width
    / e.ownerSVGElement.viewBox.baseVal.width)"""
BEYOND = """() => [...document.querySelectorAll('svg text')].filter(e => {
  const r = e.getBoundingClientRect(), s = e.ownerSVGElement.getBoundingClientRect();
  return r.left < s.left - 4 || r.right > s.right + 4 || r.bottom > s.bottom + 4; }).map(e => e.textContent)"""
GROUND = "() => getComputedStyle(document.body).backgroundColor"
INK = "() => getComputedStyle(document.body).color"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A headless Chromium; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is on PATH: the page is not looked at in a browser")
    with playwright.sync_playwright() as p:
        found = p.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def page_file(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = read_on(panel, str(panel["SPY"].sessions[650]))
    return written(as_html(noted(made, quotes=quotes(made.history, made.panel, draws=20))), tmp_path_factory)


def written(page: str, folders: pytest.TempPathFactory) -> Path:
    file = folders.mktemp("page") / "note.html"
    file.write_text(page, encoding="utf-8")
    return file


@pytest.fixture
def opened(browser, page_file: Path):
    """Open the page in a window of a size and a colour scheme."""
    contexts = []

    def open_page(size: tuple[int, int], scheme: str = "light", file: Path = page_file):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("request", lambda request: page.said.append(request.url) if not request.url.startswith("file:") else 0)
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_beside_the_window(opened, size: tuple[int, int]):
    page = opened(size)
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [size[0], size[0]]
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(BEYOND) == []
    assert page.said == []


@pytest.mark.parametrize("size", SIZES)
def test_all_words_can_be_seen_and_read(opened, page_file: Path, size: tuple[int, int]):
    page = opened(size)
    shown = " ".join(page.evaluate("document.body.innerText").split())
    rows = [cell for row in Sheet(page_file.read_text(encoding="utf-8")).rows for cell in row if cell]
    assert [cell for cell in rows if " ".join(cell.split()) not in shown] == []
    assert min(page.evaluate(LETTERS)) >= 8
    assert max(page.evaluate(LETTERS)) <= 18


def test_a_desk_has_two_columns_and_a_phone_has_one(opened):
    places = """() => [...new Set([...document.querySelectorAll('section')]
      .map(e => Math.round(e.getBoundingClientRect().left)))]"""
    assert len(opened(SIZES[0]).evaluate(places)) == 1
    assert len(opened(SIZES[1]).evaluate(places)) == 2


def test_it_is_dark_at_night_and_black_on_white_on_paper(opened):
    light, dark = opened(SIZES[1], "light"), opened(SIZES[1], "dark")
    assert light.evaluate(GROUND) == "rgb(255, 255, 255)"
    assert dark.evaluate(GROUND) == "rgb(20, 23, 27)"
    assert light.evaluate(INK) != dark.evaluate(INK)
    fill = "() => getComputedStyle(document.querySelector('.ribbon rect')).fill"
    assert light.evaluate(fill) != dark.evaluate(fill)
    by_day = light.evaluate(fill)
    dark.emulate_media(media="print", color_scheme="dark")
    assert (dark.evaluate(GROUND), dark.evaluate(INK)) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    assert dark.evaluate(fill) == by_day


def test_it_prints_on_few_pages_with_nothing_cut(opened):
    page = opened((717, 1000))
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 717
    assert page.evaluate(OUTSIDE) == []
    assert 1 <= page.pdf(format="A4", margin={"top": "1cm", "bottom": "1cm"}).count(b"/Type /Page\n") <= 4


def test_hostile_names_run_nothing_and_break_nothing(opened, panel: Panel, tmp_path_factory: pytest.TempPathFactory):
    text = '"><img src=x onerror=document.title="run">' + "<script>document.title='run'</script>" + "W" * 120
    page = opened(SIZES[0], file=written(as_html(evil(panel, text)), tmp_path_factory))
    assert "run" not in page.title().replace(text, "").replace(text.upper(), "").lower().split()
    assert page.evaluate("document.querySelectorAll('img, script').length") == 0
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    assert page.said == []
