"""Bars (one ticker), Series (one macro series) and Panel (many tickers): the arrays everything is computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .errors import SourceError, nearest

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


@dataclass(frozen=True, eq=False, slots=True)
class Bars:
    """Daily bars of one ticker, oldest first, on the sessions it has (a missing session is absent, not filled).

    All arrays have the length of `sessions` (datetime64[D], strictly increasing). `open`, `high`, `low` and `close`
    are split-adjusted, `adj_close` split- and dividend-adjusted; none holds NaN. `adjusted` is False when the source
    knew no adj_close and `adj_close` is the close itself.
    """

    ticker: str
    sessions: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    adj_close: Floats
    volume: Floats
    adjusted: bool = True

    def __len__(self) -> int:
        return len(self.sessions)

    def until(self, session: np.datetime64) -> Bars:
        """These bars up to and including `session`, as views."""
        n = int(np.searchsorted(self.sessions, session, "right"))
        if n == len(self):
            return self
        return bars_of(self.ticker, self.sessions[:n], [getattr(self, c)[:n] for c in COLUMNS], adjusted=self.adjusted)


def bars_of(ticker: str, sessions: Days, columns: Sequence[Floats], *, adjusted: bool = True) -> Bars:
    """Bars from arrays in the order of COLUMNS."""
    opened, high, low, close, adj_close, volume = columns
    return Bars(ticker, sessions, opened, high, low, close, adj_close, volume, adjusted)


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """One macro series: observation dates (datetime64[D], strictly increasing) and values, blanks left out."""

    name: str
    dates: Days
    values: Floats

    def before(self, session: np.datetime64) -> Series:
        """The observations dated before `session`: one is usable from the next session on."""
        n = int(np.searchsorted(self.dates, session))
        return Series(self.name, self.dates[:n], self.values[:n])


@dataclass(frozen=True, eq=False, slots=True)
class Origin:
    """Where a panel came from: the source's name, whether it is simulated, and when it was read (ISO instant)."""

    name: str
    simulated: bool
    fetched_at: str


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """Many tickers' bars with the macro series beside them, where they came from, and what was refused on the way.

    `upto` is the session the panel was cut at, None when it is whole.
    """

    bars: Mapping[str, Bars]
    origin: Origin
    macro: Mapping[str, Series] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    upto: np.datetime64 | None = None

    def __getitem__(self, ticker: str) -> Bars:
        """The ticker's bars; SourceError naming the ticker, the source and the nearest known one if it isn't there."""
        try:
            return self.bars[ticker]
        except KeyError:
            upto = "" if self.upto is None else f" up to {self.upto}"
            hint = nearest(ticker, list(self.bars))
            raise SourceError(f"ticker {ticker!r} is not in {self.origin.name}{upto}{hint}") from None

    def until(self, session: np.datetime64) -> Panel:
        """The panel as it stood on the close of `session`: nothing later in it, tickers not yet listed left out."""
        bars = {ticker: cut for ticker, b in self.bars.items() if len(cut := b.until(session))}
        macro = {name: seen for name, s in self.macro.items() if len((seen := s.before(session)).dates)}
        return Panel(bars, self.origin, macro, self.refused, session)


def to_day(session: np.datetime64) -> date:
    """A datetime64[D] as a plain date."""
    day = session.astype("datetime64[D]").astype(object)
    assert isinstance(day, date)
    return day
