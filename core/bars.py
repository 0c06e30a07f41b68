"""Bars (one ticker), Series (one macro series) and Panel (many tickers): the arrays everything is computed from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .errors import SourceError, nearest

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Seconds = NDArray[np.datetime64]

# Days between observations, on average, up to which a series counts as daily, weekly, monthly.
EVERY_DAY, EVERY_WEEK, EVERY_MONTH = 4.5, 10.0, 45.0
# Up to 11 characters behind the caret of an index: one of 12 would be taken for an ISIN by those who are asked.
TICKER = re.compile(r"\^?[A-Z0-9][A-Z0-9.=-]{0,10}")
COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
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
        if self.sessions[-1] <= session:
            return self
        n = int(np.searchsorted(self.sessions, session, "right"))
        return bars_of(self.ticker, self.sessions[:n], [getattr(self, c)[:n] for c in COLUMNS], adjusted=self.adjusted)


def bars_of(ticker: str, sessions: Days, columns: Sequence[Floats], *, adjusted: bool = True) -> Bars:
    """Bars from arrays in the order of COLUMNS."""
    opened, high, low, close, adj_close, volume = columns
    return Bars(ticker, sessions, opened, high, low, close, adj_close, volume, adjusted)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Series:
    """One macro series: observation dates (datetime64[D], strictly increasing) and values, blanks left out.

    `months` and `days` are how long after its date an observation is taken to be published: none for a daily series.
    """

    name: str
    dates: Days
    values: Floats
    months: int = 0
    days: int = 0

    @property
    def released(self) -> Days:
        """The day on which each observation was published; it is usable from the next session on."""
        if not self.months:
            return self.dates + np.timedelta64(self.days, "D") if self.days else self.dates
        month = self.dates.astype("datetime64[M]")
        later = (month + np.timedelta64(self.months, "M")).astype("datetime64[D]")
        return np.asarray(later + (self.dates - month.astype("datetime64[D]")))

    def before(self, session: np.datetime64) -> Series:
        """The observations published before `session`."""
        n = int(np.searchsorted(self.released, session))
        return Series(self.name, self.dates[:n], self.values[:n], self.months, self.days)


def series_of(name: str, dates: Days, values: Floats) -> Series:
    """A series whose delay of publication follows from its rhythm: a week after a weekly observation's date, a month
    after a monthly one's, a month after the quarter of a quarterly one."""
    apart = int((dates[-1] - dates[0]).astype(int)) / (len(dates) - 1) if len(dates) > 1 else 1.0
    if apart <= EVERY_DAY:
        return Series(name, dates, values)
    if apart <= EVERY_WEEK:
        return Series(name, dates, values, days=7)
    return Series(name, dates, values, months=1 if apart <= EVERY_MONTH else 4)


@dataclass(frozen=True, eq=False, slots=True)
class Origin:
    """Where a panel came from: the source's name, whether it is simulated, and when it was read (ISO instant)."""

    name: str
    simulated: bool
    fetched_at: str


@dataclass(frozen=True, eq=False, repr=False, slots=True)
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
