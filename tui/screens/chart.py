"""The chart screen: any ticker or the pair's ratio, with crosshair, zoom, overlays and panes, all by keys."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Key
from textual.reactive import var
from textual.screen import Screen

from ...core.errors import UsageError
from ...core.overlays import OVERLAYS
from ...core.panes import PANES
from ..scene import Prices, Scene
from ..theme import STYLES
from ..widgets.banner import Banner
from ..widgets.chart_desk import ChartDesk
from ..widgets.chart_plots import BESIDE
from ..widgets.footer import Footer
from ..widgets.strips import StripWidget
from .ask import Ask

HINTS = (
    "←→ crosshair",
    "+ - zoom",
    "i overlays",
    "I panes",
    "b ratio",
    "l log",
    "n compare",
    "? help",
)
MENUS = {
    "overlays": tuple(overlay.key for overlay in OVERLAYS),
    "panes": tuple(pane.key for pane in PANES),
}
"""What the digits switch while a menu is open, by the field of Look that holds what is on."""
OPENING = frozenset("iI")


class Chart(Screen[None], inherit_bindings=False):
    """Keys; what they change is kept by the desk, or goes up to the app."""

    CSS_PATH = STYLES / "chart.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("left", "step(-1)", "Crosshair a session back"),
        ("right", "step(1)", "Crosshair a session on"),
        ("shift+left,pageup", "step(-10)", "Crosshair ten sessions back"),
        ("shift+right,pagedown", "step(10)", "Crosshair ten sessions on"),
        ("home", "edge(-1)", "Crosshair to the first session in sight, then the first of all"),
        ("end", "edge(1)", "Crosshair to the last session in sight, then the last of all"),
        ("plus,equals_sign", "zoom(1)", "Fewer sessions"),
        ("minus", "zoom(-1)", "More sessions"),
        ("0", "zoom(0)", "The range's sessions"),
        ("i", "menu('overlays')", "Overlays"),
        ("I", "menu('panes')", "Panes"),
        ("l", "log", "Logarithmic axis"),
        ("b", "ratio", "The pair's ratio"),
        ("n", "compare", "Hold it against other tickers"),
        ("e", "explain", "Explain the overlays and panes"),
    ]

    scene: var[Scene | None] = var(None, init=False)
    prices: var[Prices] = var(Prices(), init=False)
    notice: var[str] = var("", init=False)

    _menu = ""

    def compose(self) -> ComposeResult:
        """State flows down to every widget by binding."""
        yield Banner(id="banner").data_bind(Chart.scene, Chart.prices)
        yield ChartDesk(id="desk").data_bind(Chart.scene, Chart.prices)
        yield Footer(HINTS, id="footer").data_bind(Chart.scene, Chart.notice)

    def on_screen_resume(self) -> None:
        """Another screen has gone."""
        for panel in self.query(StripWidget):
            panel.catch_up()

    def on_key(self, event: Key) -> None:
        """While a menu is open its digits switch and esc closes it; else esc takes the crosshair away first."""
        key, menu = event.key, self._menu
        if menu and key.isdigit() and int(key) <= len(MENUS[menu]):
            self._switch(menu, int(key))
        elif menu and key in {"escape", "enter"}:
            self._open("")
        elif key != "escape" or not self._desk.leave():
            self._open(menu if key in OPENING else "")
            return
        event.stop()
        self.notice = ""

    def action_step(self, sessions: int) -> None:
        """The crosshair so many sessions on."""
        self._desk.step(sessions)

    def action_edge(self, way: int) -> None:
        """The crosshair to an edge."""
        self._desk.edge(way)

    def action_zoom(self, way: int) -> None:
        """Fewer sessions, more, or the range's."""
        self._desk.zoom(way)

    def action_menu(self, name: str) -> None:
        """Open a menu, or close it."""
        self._open("" if self._menu == name else name)

    def action_log(self) -> None:
        """A logarithmic axis or a linear one."""
        self._desk.change(self._desk.look._replace(log=not self._desk.look.log))

    def action_ratio(self) -> None:
        """The pair's ratio or the ticker."""
        self._desk.change(self._desk.look._replace(ratio=not self._desk.look.ratio))

    def action_compare(self) -> None:
        """Ask which tickers to hold it against; none ends it."""
        question = f"Compare with which tickers, up to {len(BESIDE)}? Empty ends it"
        example = "SPY QQQ KRE"
        self.app.push_screen(Ask(question, example, self._known, " ".join(self._desk.look.others)), self._compared)

    async def action_explain(self) -> None:
        """What is on, then what else could be; the panel in focus when there is one."""
        from ...core.explain_overlays import explain_overlays  # noqa: PLC0415  the screen doesn't pay for it before
        from .explain import Explain  # noqa: PLC0415  as above

        desk, scene = self._desk, self.scene
        bars = desk.bars(scene) if scene else None
        if scene is None or bars is None or scene.focus not in {"", "desk"}:
            await self.run_action("app.explain")
            return
        topics = explain_overlays(scene.reading, bars)
        on = {f"overlays.{key}" for key in desk.look.overlays} | {f"panes.{key}" for key in desk.look.panes}
        ordered = sorted(topics, key=lambda topic: topic.key not in on)
        self.app.push_screen(Explain(ordered, scene.reading.as_of))

    @property
    def _desk(self) -> ChartDesk:
        return self.query_one(ChartDesk)

    def _open(self, menu: str) -> None:
        if menu != self._menu:
            self._menu = menu
            self._say()

    def _switch(self, menu: str, number: int) -> None:
        """Switch one row of a table; 0 switches all of it off."""
        look, keys = self._desk.look, MENUS[menu]
        on: tuple[str, ...] = getattr(look, menu)
        chosen = keys[number - 1] if number else ""
        after = tuple(key for key in keys if number and (key in on) != (key == chosen))
        self._desk.change(look._replace(overlays=after) if menu == "overlays" else look._replace(panes=after))
        self._say()

    def _say(self) -> None:
        """The footer: the keys, or the menu that is open with brackets around what is on."""
        footer = self.query_one(Footer)
        if not self._menu:
            footer.say(HINTS)
            return
        on: tuple[str, ...] = getattr(self._desk.look, self._menu)
        rows = enumerate(MENUS[self._menu], 1)
        footer.say([" ".join([*(f"[{n} {key}]" if key in on else f" {n} {key} " for n, key in rows), " 0 none  esc"])])

    def _known(self, text: str) -> None:
        """Refuse tickers that are not held, or too many of them."""
        if self.scene is None:
            return
        tickers = _tickers(text)
        if len(tickers) > len(BESIDE):
            raise UsageError(f"{len(tickers)} tickers are too many to tell apart: up to {len(BESIDE)} can be compared")
        for ticker in tickers:
            self.scene.reading.panel[ticker]

    def _compared(self, text: str | None) -> None:
        if text is not None:
            self._desk.change(self._desk.look._replace(others=_tickers(text)))


def _tickers(text: str) -> tuple[str, ...]:
    """Tickers with blanks or commas between them, each once."""
    return tuple(dict.fromkeys(text.upper().replace(",", " ").split()))
