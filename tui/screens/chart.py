"""The chart screen: any ticker or the pair's ratio, with crosshair, zoom, overlays and panes, all by keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.events import Key
from textual.geometry import Size

from ...core.errors import UsageError
from ...core.overlays import OVERLAYS
from ...core.panes import PANES
from ..widgets.chart_desk import ChartDesk
from ..widgets.chart_plots import BESIDE
from ..widgets.footer import Footer
from .ask import Ask
from .full import Full

MENUS = {
    "overlays": tuple(overlay.key for overlay in OVERLAYS),
    "panes": tuple(pane.key for pane in PANES),
}
"""What the digits switch while a menu is open, by the field of Look that holds what is on."""
OPENING = frozenset("iI")


class Chart(Full):
    """Keys; what they change is kept by the desk, or goes up to the app."""

    HINTS = (
        "←→ crosshair",
        "+ - zoom",
        "i overlays",
        "I panes",
        "b ratio",
        "l log",
        "n compare",
        "? help",
        "esc back",
    )
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

    _menu = ""

    def middle(self) -> ComposeResult:
        """The desk."""
        yield ChartDesk(id="desk").data_bind(Chart.scene, Chart.prices)

    def fit(self, _size: Size) -> None:
        """An open menu takes the footer's width."""
        if self._menu:
            self._say()

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
            footer.say(self.HINTS)
            return
        on: tuple[str, ...] = getattr(self._desk.look, self._menu)
        footer.say([_menu_of(MENUS[self._menu], on, self.app.size.width - 3)])

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


def _menu_of(keys: Sequence[str], on: Sequence[str], width: int) -> str:
    """The rows of a menu with their digits, brackets around what is on; names shortened that wouldn't fit else."""
    longest, said = max(map(len, keys)), ""
    for letters in range(longest, 1, -1):
        names = [f"{n} {key[:letters]}" for n, key in enumerate(keys, 1)]
        rows = [f"[{name}]" if key in on else f" {name} " for name, key in zip(names, keys, strict=True)]
        said = (" " if letters == longest else "").join([*rows, " 0 none  esc"])
        if len(said) <= width:
            break
    return said


def _tickers(text: str) -> tuple[str, ...]:
    """Tickers with blanks or commas between them, each once."""
    return tuple(dict.fromkeys(text.upper().replace(",", " ").split()))
