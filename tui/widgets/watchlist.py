"""The watchlist: last price, change on the day and 20-session performance against the market, the chosen row marked."""

from __future__ import annotations

from datetime import date

from rich.color import Color
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core import format as fmt
from ...core.watch import Watch
from ..palette import Palette, tone
from ..rows import Word, column, row
from ..scene import Prices, Scene
from ..states import EVERYWHERE, SHAPES
from ..states import ink as ink_of
from .strips import StripWidget

LONG = 4
"""How many letters of the market's ticker there is room for."""

CHOSEN = "▸"


class Watchlist(StripWidget):
    """One row a ticker; one whose newest close is older than the as-of is marked with `!`."""

    READS = ("reading", "ticker")
    KINDS = ("prices",)
    PANELS = ("watch", "price")
    AHEAD = True

    prices: var[Prices] = var(Prices(), init=False)

    def watch_prices(self, old: Prices, new: Prices) -> None:
        """A tick of a ticker on the list changes the digits that moved."""
        if self.scene and any(old.of(row.ticker) != new.of(row.ticker) for row in self.scene.reading.watch):
            self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading and one row a ticker, scrolled so that the chosen one is in sight."""
        state, market = scene.state("prices"), scene.reading.pair.b[:LONG]
        percent = "%" if len(market) == LONG else " %"
        live = "live" if self.prices.by_ticker else "last"
        heading: list[Word] = [
            (f"{SHAPES[state.word]} ", ink_of(state)),
            ("WATCH", "muted"),
            # The state is what the column's prices are, so its word is the column's name.
            (f"{live:>11}", "muted") if state.word in EVERYWHERE else (f"{state.word:>11}", ink_of(state)),
            (f"{'day %':>9}{f'vs {market}{percent}':>9}", "muted"),
        ]
        tickers = [watch.ticker for watch in scene.reading.watch]
        chosen = tickers.index(scene.ticker) if scene.ticker in tickers else -1
        room = size.height - 1
        # A row beyond the chosen one stays in sight: its mark says that there are more.
        first = max(0, min(chosen, chosen - room + 2, len(tickers) - room))
        shown = scene.reading.watch[first : first + room]
        marks = _marks(len(shown), first, len(tickers), ascii_only=scene.ascii_only)
        if chosen >= 0 and shown:
            marks[chosen - first] = CHOSEN
        as_of = scene.reading.as_of
        rows = [self._row(watch, as_of, mark, size.width, palette) for watch, mark in zip(shown, marks, strict=True)]
        return column([row(size.width, palette, heading), *rows], size.width, size.height, palette)

    def _row(self, watch: Watch, as_of: date, mark: str, width: int, palette: Palette) -> Strip:
        live = self.prices.of(watch.ticker)
        last = watch.last if live is None else live
        change = watch.change(last) if live is None else live / watch.last - 1.0
        ground = Color.parse(self.app.theme_variables["chosen"]) if mark == CHOSEN else None

        def ink(name: str) -> Style:
            style: Style = getattr(palette, name)
            return palette.on(style, ground) if ground else style

        fresh = live is not None or watch.session == as_of
        words: list[Word] = [
            (f"{mark}{watch.ticker:<6}", ink("text")),
            (
                f"{fmt.price(last):>11}{' ' if fresh or watch.session is None else '!'}",
                ink("text" if fresh else "muted"),
            ),
            (f"{fmt.signed(100 * change, 2):>8}", ink(tone(change))),
            (f"{fmt.signed(100 * watch.versus, 1):>9}", ink(tone(watch.versus))),
        ]
        used = sum(len(text) for text, _ in words)
        return row(width, palette, [*words, (" " * (width - used), ink("text"))])


def _marks(shown: int, first: int, tickers: int, *, ascii_only: bool) -> list[str]:
    """What stands before each row: at the edges, that there are more beyond them."""
    marks = [" "] * shown
    # In ASCII an arrow would be a caret or a letter, and so part of the ticker.
    above, below = "||" if ascii_only else "↑↓"
    if first and marks:
        marks[0] = above
    if first + shown < tickers and marks:
        marks[-1] = below
    return marks
