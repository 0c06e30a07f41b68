"""The app's dashboard as one would make it without this project's charts: plotext 6 drawings and text in Statics.

It stands on the same Reading, is laid out alike, hands plotext two points a column, and updates without a new layout,
so that what is compared is how the screen is drawn. Keys: j k [ ] c < and q.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import numpy as np
from rich.text import Text
from smallcap.core import calendar, reading, settings
from smallcap.core import format as fmt
from smallcap.core.bars import Floats, Panel
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store
from smallcap.tui.scene import DAILY_RANGES, range_start
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from . import plotext_charts as charts

Names = tuple[str, ...]
SIGNS = {1: "up", 0: "flat", -1: "down"}


class PlotextScreen(App[None]):
    """The dashboard on plotext."""

    PARTS: ClassVar[Names] = ("banner", "price", "ratio", "ribbon", "watch", "sectors", "size", "reasons", "footer")
    OF_TICKER: ClassVar[Names] = ("price", "watch", "size")
    OF_RANGE: ClassVar[Names] = ("price", "ratio", "ribbon")
    CSS = """
    #banner { height: 3; }
    #body { height: 1fr; padding: 1 1; }
    #charts { width: 1fr; }
    #price { height: 1fr; margin-bottom: 1; }
    #ratio { height: 1fr; }
    #ribbon, #footer { height: 1; }
    #side { width: 36; margin-left: 2; }
    #watch { height: 9; }
    #sectors { height: 8; }
    #size { height: 10; }
    #reasons { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "step(1)"),
        ("k", "step(-1)"),
        ("right_square_bracket", "range(1)"),
        ("left_square_bracket", "range(-1)"),
        ("9", "range(9)"),
        ("c", "candles"),
        ("less_than_sign", "earlier"),
        ("q", "quit"),
    ]

    def __init__(self, panel: Panel, now: datetime) -> None:
        super().__init__()
        self.panel, self.settings = panel, settings.Settings()
        self.closed = calendar.last_closed_session(now)
        self.reading = reading.build(panel, self.closed, self.settings, closed=self.closed)
        self.ticker, self.span, self.candles = self.reading.pair.a, "1Y", False

    def compose(self) -> ComposeResult:
        """Statics in the places where the app has its widgets."""
        statics = {name: Static(id=name, markup=False) for name in self.PARTS}
        yield statics["banner"]
        with Horizontal(id="body"):
            with Vertical(id="charts"):
                yield from (statics[name] for name in ("price", "ratio", "ribbon"))
            with Vertical(id="side"):
                yield from (statics[name] for name in ("watch", "sectors", "size", "reasons"))
        yield statics["footer"]

    def on_mount(self) -> None:
        """Fill every part once its size is known."""
        self.call_after_refresh(self.fill, *self.PARTS)

    def fill(self, *names: str) -> None:
        """Make the named parts anew."""
        for name in names:
            static = self.query_one(f"#{name}", Static)
            static.update(getattr(self, f"_text_{name}")(static.size.width, static.size.height), layout=False)

    def action_step(self, step: int) -> None:
        """The next or previous ticker."""
        tickers = self.settings.watchlist
        self.ticker = tickers[(tickers.index(self.ticker) + step) % len(tickers)]
        self.fill(*self.OF_TICKER)

    def action_range(self, step: int) -> None:
        """A longer or shorter range."""
        at = min(max(DAILY_RANGES.index(self.span) + step, 0), len(DAILY_RANGES) - 1)
        self.span = DAILY_RANGES[at]
        self.fill(*self.OF_RANGE)

    def action_candles(self) -> None:
        """Line or candles."""
        self.candles = not self.candles
        self.fill("price")

    def action_earlier(self) -> None:
        """One session back in time."""
        there = calendar.previous_session(self.reading.as_of)
        self.reading = reading.build(self.panel, there, self.settings, closed=self.closed)
        self.fill(*self.PARTS)

    def _from(self, sessions: np.ndarray) -> int:
        return int(np.searchsorted(sessions, np.datetime64(range_start(self.span, self.reading.as_of), "D")))

    def _text_price(self, width: int, height: int) -> Text:
        bars, market = self.reading.panel[self.ticker], self.reading.panel[self.reading.pair.b]
        first = self._from(bars.sessions)
        cut = slice(first, None)
        other: Floats = np.interp(bars.sessions[cut].astype(float), market.sessions.astype(float), market.close)
        rebased = other * bars.close[first] / other[0]
        head = f" {self.ticker} {fmt.price(bars.close[-1])}   {market.ticker} rebased   {self.span}\n"
        size = (width, height - 1)
        ohlc = (bars.open[cut], bars.high[cut], bars.low[cut], bars.close[cut])
        drawn = charts.price(bars.sessions[cut], ohlc, rebased, bars.volume[cut], size, candles=self.candles)
        return Text(head).append_text(Text.from_ansi(drawn))

    def _text_ratio(self, width: int, height: int) -> Text:
        past, values = self.reading.history, self.reading.shown_ratio
        drawn = charts.ratio(past.sessions, values, self._from(past.sessions), (width, height - 1))
        head = f" {self.reading.pair} {fmt.ratio(self.reading.ratio.value)}  sma50  sma200\n"
        return Text(head).append_text(Text.from_ansi(drawn))

    def _text_ribbon(self, width: int, height: int) -> Text:
        return charts.ribbon(self.reading.history.codes[self._from(self.reading.history.sessions) :], width)

    def _text_banner(self, width: int, height: int) -> Text:
        regime = self.reading.regime
        axes = "  ".join(f"{axis.measures} {axis.state} {axis.score:+.2f}" for axis in self.reading.axes)
        flips = "; ".join(flip.words() for flip in regime.flips)
        since = f"since {regime.since}, {fmt.count(regime.sessions, 'session')}"
        rows = (f"{axes}   {fmt.day(self.reading.as_of)} close", f"{regime.regime.label}  {since}", flips)
        return Text("\n".join(rows), "bold")

    def _text_watch(self, width: int, height: int) -> Text:
        text = Text(f"WATCH  {'last':>12}{'day %':>8}{'vs ' + self.reading.pair.b:>8}", "grey62")
        for row in self.reading.watch:
            change = 100 * row.change(row.last)
            tone = "green" if change > 0 else "red"
            ground = " on grey19" if row.ticker == self.ticker else ""
            text.append(f"\n {row.ticker:<6}{fmt.price(row.last):>12}", f"white{ground}")
            text.append(f"{change:>+8.2f}{100 * row.versus:>+8.1f}", f"{tone}{ground}")
        return text

    def _text_sectors(self, width: int, height: int) -> Text:
        text = Text(f"SECTORS vs {self.reading.pair.b}", "grey62")
        for row in self.reading.sectors:
            text.append(f"\n {row.ticker:<5}{row.group:<11}{SIGNS[row.sign]:<6}", "white")
            text.append(f"{fmt.percent(row.ratio_vs_sma50):>9}", "green" if row.confirms else "red")
        return text

    def _text_size(self, width: int, height: int) -> Text:
        sized = self.reading.suggestion(self.ticker)
        text = Text(f"SIZE  long {self.ticker}", "grey62")
        for step in sized.steps:
            value = f"{step.value:,.2f}"
            text.append(f"\n {step.name:<{width - len(value) - 2}}{value}", "yellow" if step.bound else "white")
        return text

    def _text_reasons(self, width: int, height: int) -> Text:
        regime = self.reading.regime
        return Text("\n".join((f"WHY {regime.regime.label}", *regime.against, *regime.why)), no_wrap=True)

    def _text_footer(self, width: int, height: int) -> Text:
        return Text(" j/k ticker   [ ] range   c candles   < time   q quit", "grey62")


def main(screen: type[PlotextScreen], folder: Path, home: Path) -> None:
    """Open a screen on a folder of CSV files, with its own store in `home`."""
    now = datetime.now(UTC)
    screen(Folder(folder, Store(home / "plotext.sqlite3")).load(now), now).run()


if __name__ == "__main__":
    main(PlotextScreen, Path(sys.argv[1]), Path(sys.argv[2]))
