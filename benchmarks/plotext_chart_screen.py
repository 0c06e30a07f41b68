"""The app's chart screen as one would make it without this project's charts, on what the plotext dashboard stands on.

Where one looks is worked out as in the app, so that what is compared is how the screen is drawn. A step of the
crosshair draws the price anew: plotext has no other way. Keys: left right + - j k [ ] 5 9 < and q.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from rich.text import Text
from smallcap.core import format as fmt
from smallcap.core.bars import Bars, Floats, to_day
from smallcap.core.indicators import sma
from smallcap.core.studies import Studies
from smallcap.tui.scene import range_start
from smallcap.tui.widgets.chart_view import View, Window, moved, window, zoomed
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from . import plotext_charts as charts
from .plotext_screen import Names, PlotextScreen, main

MEANS = (20, 50, 200)


class Worked:
    """The lines of one ticker's chart, worked out once."""

    def __init__(self, bars: Bars) -> None:
        self.means = tuple(sma(bars.close, n) for n in MEANS)
        studies = Studies(bars)
        self.rsi, self.relative_volume = studies.rsi14, studies.relative_volume


worked = lru_cache(maxsize=8)(Worked)


class PlotextChartScreen(PlotextScreen):
    """The chart screen on plotext: crosshair, zoom, three means, panes of volume and RSI."""

    READ: ClassVar[Names] = ("session", "means", "price", "volume_title", "rsi_title")
    PARTS: ClassVar[Names] = (
        *("banner", "heading", "session", "means", "price", "ribbon"),
        *("volume_title", "volume", "rsi_title", "rsi", "footer"),
    )
    OF_TICKER = OF_RANGE = PARTS[1:-1]
    CSS = """
    Static { height: 1; }
    #banner { height: 3; margin-bottom: 1; }
    #price { height: 4fr; }
    #volume { height: 1fr; }
    #rsi { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "cross(-1)"),
        ("right", "cross(1)"),
        ("plus", "zoom(1)"),
        ("minus", "zoom(-1)"),
        ("5", "show('6M')"),
        ("9", "show('max')"),
    ]
    view = View()

    def compose(self) -> ComposeResult:
        """Statics from the top to the bottom."""
        yield from (Static(id=name, markup=False) for name in self.PARTS)

    def action_range(self, step: int) -> None:
        """A longer or shorter range, shown whole."""
        self.view = View(self.view.cursor)
        super().action_range(step)

    def action_show(self, span: str) -> None:
        """A range by its name."""
        self.span = span
        self.action_range(0)

    def action_cross(self, sessions: int) -> None:
        """The crosshair so many sessions on; all is drawn where that moves the chart."""
        before = self._seen
        self.view = moved(self.view, self._bars.sessions, self._start, sessions)
        self.fill(*(self.READ if self._seen[:2] == before[:2] else self.OF_RANGE))

    def action_zoom(self, way: int) -> None:
        """Fewer or more sessions."""
        self.view = zoomed(self.view, self._bars.sessions, self._start, way)
        self.fill(*self.OF_RANGE)

    @property
    def _bars(self) -> Bars:
        return self.reading.panel[self.ticker]

    @property
    def _start(self) -> np.datetime64:
        return np.datetime64(range_start(self.span, self.reading.as_of), "D")

    @property
    def _seen(self) -> Window:
        return window(self.view, self._bars.sessions, self._start)

    def _cut(self, *columns: np.ndarray) -> Iterator[np.ndarray]:
        seen = self._seen
        return (column[seen.first : seen.last + 1] for column in columns)

    def _text_price(self, width: int, height: int) -> Text:
        sessions, close, *means = self._cut(self._bars.sessions, self._bars.close, *worked(self._bars).means)
        seen = self._seen
        at = None if seen.cursor is None else seen.cursor - seen.first
        return Text.from_ansi(charts.crossed(sessions, close, means, (width, height), at))

    def _text_volume(self, width: int, height: int) -> Text:
        sessions, volume = self._cut(self._bars.sessions, self._bars.volume)
        return Text.from_ansi(charts.volume_pane(sessions, volume, (width, height)))

    def _text_rsi(self, width: int, height: int) -> Text:
        sessions, rsi = self._cut(self._bars.sessions, worked(self._bars).rsi)
        return Text.from_ansi(charts.line_pane(sessions, rsi, (width, height)))

    def _text_ribbon(self, width: int, height: int) -> Text:
        past, days = self.reading.history, self._bars.sessions
        first, last = np.searchsorted(past.sessions, (days[self._seen.first], days[self._seen.last])).tolist()
        return charts.ribbon(past.codes[first : last + 1], width)

    def _text_heading(self, width: int, height: int) -> Text:
        close = self._bars.close
        change = fmt.percent(float(close[-1] / close[-2] - 1.0), 2)
        words = f"  {self.ticker} {fmt.price(close[-1])} {change}"
        return Text(f"{words:<{width // 2}}{self.span}  {fmt.count(self._seen.shown, 'session')}", "bold")

    def _text_session(self, width: int, height: int) -> Text:
        bars, at = self._bars, self._seen.at
        prices = zip("OHLC", (bars.open, bars.high, bars.low, bars.close), strict=True)
        text = Text(f"   {fmt.day(to_day(bars.sessions[at]))}")
        for name, values in prices:
            text.append(f"   {name} ", "grey62").append(fmt.price(float(values[at])))
        change = float(bars.close[at] / bars.close[at - 1] - 1.0) if at else np.nan
        text.append(f"  {fmt.percent(change, 2)}", "green" if change > 0 else "red")
        text.append("   V ", "grey62").append(f"{bars.volume[at] / 1e6:,.1f}M")
        return text.append(f"  {worked(bars).relative_volume[at]:.2f}x")

    def _text_means(self, width: int, height: int) -> Text:
        text = Text("  ")
        for n, values in zip(MEANS, worked(self._bars).means, strict=True):
            text.append(f" sma{n} ", "grey62").append(fmt.price(float(values[self._seen.at])))
        return text

    def _text_volume_title(self, width: int, height: int) -> Text:
        return self._title("volume", self._bars.volume / 1e6)

    def _text_rsi_title(self, width: int, height: int) -> Text:
        return self._title("RSI14", worked(self._bars).rsi)

    def _title(self, name: str, values: Floats) -> Text:
        return Text(f"   {name}  ", "grey62").append(f"{values[self._seen.at]:.1f}", "white")

    def _text_footer(self, width: int, height: int) -> Text:
        return Text(" ←→ crosshair   + - zoom   j/k ticker   [ ] range   < time   q quit", "grey62")


if __name__ == "__main__":
    main(PlotextChartScreen, Path(sys.argv[1]), Path(sys.argv[2]))
