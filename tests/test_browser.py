"""The app in a real browser: it opens, draws, takes keys, keeps its state in another size, and ends with its tab."""

from __future__ import annotations

import io
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.live.process import until
from tests.served import Served

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESKTOP, SMALLER, PHONE = ({"width": w, "height": h} for w, h in ((1280, 800), (900, 600), (390, 844)))
GROUND = bytes.fromhex("10131a")
PATIENCE = 30.0
KEEP_TERMINAL = """
Object.defineProperty(Object.prototype, "_core", {
  configurable: true,
  set(core) {
    Object.defineProperty(this, "_core", { value: core, writable: true, configurable: true, enumerable: true });
    if (!window.kept && this.write && this.rows) window.kept = this;
  },
});
"""
"""The page keeps its terminal to itself: this takes note of it when it is made."""
READ = """
() => {
  if (!window.kept) return [];
  const row = (y) => window.kept.buffer.active.getLine(y).translateToString(false, 0, window.kept.cols);
  return Array.from({ length: window.kept.rows }, (_, y) => row(y));
}
"""
ASK_FROM_THERE = """
(line) => new Promise((told) => {
  const socket = new WebSocket(line);
  socket.onopen = () => { socket.close(); told("open"); };
  socket.onerror = () => told("refused");
})
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the app in a browser isn't tested")


class Tab:
    """A page with the app, and what went wrong in it."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        self.page = context.new_page()
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.add_init_script(KEEP_TERMINAL)
        self.page.goto(served.url)
        self.shows("▸IWM")

    def rows(self) -> list[str]:
        """What the terminal in the page holds."""
        return self.page.evaluate(READ)

    def shows(self, words: str) -> None:
        """Wait for these words."""
        until(lambda: words in "\n".join(self.rows()), f"{words!r} in the browser", PATIENCE)

    def press(self, key: str, words: str) -> None:
        """Press a key and wait for what it brings."""
        self.page.keyboard.press(key)
        self.shows(words)

    def picture(self) -> Image.Image:
        """What is to be seen."""
        with Image.open(io.BytesIO(self.page.screenshot())) as picture:
            return picture.convert("RGB")

    def colours(self) -> Counter[bytes]:
        """How many pixels there are of each."""
        pixels = self.picture().tobytes()
        return Counter(pixels[at : at + 3] for at in range(0, len(pixels), 3))


class Elsewhere(BaseHTTPRequestHandler):
    """An empty page, and no log."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


Open = Callable[..., Tab]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=DESKTOP)
    yield made
    made.close()


@pytest.fixture
def opened(context: BrowserContext, served: Served) -> Iterator[Open]:
    yield lambda of=served: Tab(context, of)
    context.close()
    until(lambda: not served.apps(), "every app ends with its tab")


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another origin, on the same machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_it_opens_and_draws_and_asks_nobody_else(opened: Open, served: Served):
    tab = opened()
    assert tab.page.title() == "smallcap"
    assert "SIMULATED" in "\n".join(tab.rows())
    until(lambda: tab.colours().most_common(1)[0][0] == GROUND, "the app's ground", PATIENCE)
    assert len(tab.colours()) > 100
    assert tab.page.evaluate("document.fonts.check(\"15px 'Roboto Mono'\")")
    assert [url for url in tab.asked if not url.startswith((served.url, "data:"))] == []
    assert tab.errors == []


def test_keys_work(opened: Open):
    tab = opened()
    before = tab.picture()
    tab.press("j", "▸SPY")
    assert tab.picture() != before
    tab.press("?", "next ticker of the watchlist")
    tab.page.keyboard.press("Escape")
    until(lambda: "next ticker of the watchlist" not in "\n".join(tab.rows()), "help is closed", PATIENCE)
    tab.press("z", "STEPS")


def test_another_size_is_filled_and_loses_nothing(opened: Open):
    tab = opened()
    tab.press("j", "▸SPY")
    columns = len(tab.rows()[0])
    tab.page.set_viewport_size(SMALLER)
    until(lambda: len(tab.rows()[0]) < columns, "the terminal is smaller", PATIENCE)
    smaller = len(tab.rows()[0])
    until(lambda: tab.rows()[0].rstrip().endswith("close") and len(tab.rows()[0].rstrip()) > smaller - 4, "filled")
    tab.shows("▸SPY")
    tab.page.set_viewport_size(DESKTOP)
    until(lambda: len(tab.rows()[0]) == columns and len(tab.rows()[0].rstrip()) > columns - 4, "filled again", PATIENCE)
    tab.shows("▸SPY")
    assert tab.errors == []


def test_two_tabs_are_two_apps_and_each_ends_with_its_tab(opened: Open, served: Served):
    one, other = opened(), opened()
    assert len(served.apps()) == 2
    one.press("j", "▸SPY")
    other.press("k", "▸MDY")
    assert "▸SPY" in "\n".join(one.rows())
    one.page.close()
    until(lambda: len(served.apps()) == 1, "its app ends with a tab", 5.0)
    other.press("j", "▸IWM")
    other.page.reload()
    until(lambda: len(served.apps()) == 1, "the app before a reload has ended", 5.0)


def test_what_is_copied_is_on_the_browsers_clipboard(opened: Open, context: BrowserContext):
    tab = opened()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.press("y", "was sent to the clipboard")
    assert "WATCH" in tab.page.evaluate("navigator.clipboard.readText()")


def test_after_quitting_the_page_says_so_and_opens_it_again(opened: Open):
    tab = opened()
    assert not tab.page.get_by_text("This app has ended").is_visible()
    tab.page.keyboard.press("q")
    tab.page.get_by_role("button", name="Open it again").click()
    tab.shows("▸IWM")


def test_a_telephone_has_columns_enough(browser: Browser, served: Served):
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        rows = Tab(context, served).rows()
    assert len(rows[0]) >= 60
    assert len(rows) > 40


def test_another_sites_page_gets_no_line_to_an_app(context: BrowserContext, served: Served, elsewhere: str):
    line = f"{served.url}ws".replace("http", "ws")
    page: Page = context.new_page()
    page.goto(f"{served.url}static/css/xterm.css")
    assert page.evaluate(ASK_FROM_THERE, line) == "open"
    page.goto(elsewhere)
    assert page.evaluate(ASK_FROM_THERE, line) == "refused"


def test_the_servers_end_is_said_on_the_page(opened: Open, tmp_path_factory: pytest.TempPathFactory):
    with Served(tmp_path_factory.mktemp("other")) as other:
        tab = opened(other)
    tab.page.get_by_text("This app has ended").wait_for()
    assert other.apps() == set()
