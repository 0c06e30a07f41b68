"""A way to draw a price: from its bars and the lines beside them to a plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from textual.strip import Strip

from .axis import Floats
from .compose import Options, Plot, compose
from .dates import Days
from .line import Line, line_plot


class Ohlc(NamedTuple):
    """Open, high, low and close, one a session; a session with a NaN in any of them has no bar."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats


class Plotted(Protocol):
    """From bars, and the lines behind them, to what a chart draws; `log` for a logarithmic axis."""

    def __call__(self, ohlc: Ohlc, lines: Sequence[Line], *, log: bool) -> Plot: ...


class Chart(NamedTuple):
    """A way to draw a price, by the word that the screen has for it.

    `closes` says that it shows nothing of a bar but its close.
    """

    key: str
    plot: Plotted
    closes: bool = False

    def draw(self, sessions: Days, ohlc: Ohlc, lines: Sequence[Line], options: Options) -> list[Strip]:
        """The bars over sessions with axes, `lines` behind them, the last close as a tag; as `compose`."""
        return compose(sessions, self.plot(ohlc, lines, log=options.get("log", False)), options)


def close_plot(ohlc: Ohlc, lines: Sequence[Line], *, log: bool) -> Plot:
    """The closes as a line."""
    return line_plot([Line(ohlc.close, "a"), *lines], log=log)
