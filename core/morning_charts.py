"""The charts of the morning note: the ratio with its means, the pair's tickers, and the labels of the same days."""

from __future__ import annotations

import numpy as np

from . import format as fmt
from .bars import Days
from .calendar import same_day
from .framework.curve import Curve
from .indicators import sma
from .note import Band
from .reading import Reading
from .regime import REGIMES

MONTHS = 6


def ratio_curve(reading: Reading) -> Curve:
    """The pair's ratio on the shown basis with its 50- and 200-day means, over the last six months."""
    ratio, shown, days = reading.ratio, reading.shown_ratio, reading.history.sessions
    rows = _recent(reading, days)
    series = ((str(reading.pair), shown), ("50-day mean", sma(shown, 50)), ("200-day mean", sma(shown, 200)))
    basis = "total return" if ratio.basis == "total_return" else "price (the axes use total return)"
    slope = "rising" if ratio.rising else "not rising"
    means = f"50-day mean {fmt.ratio(ratio.sma50)}, {slope}; 200-day mean {fmt.ratio(ratio.sma200)}"
    return Curve(
        title=f"{reading.pair} {fmt.ratio(ratio.value)}",
        days=days[rows],
        lines=tuple((name, values[rows]) for name, values in series),
        unit="ratio",
        words=f"on {basis}; {means}",
    )


def price_curve(reading: Reading, ticker: str) -> Curve:
    """A ticker's closes over the last six months."""
    bars = reading.panel[ticker]
    rows = _recent(reading, bars.sessions)
    title = f"{ticker} {fmt.price(float(bars.close[-1]))}"
    return Curve(
        title, bars.sessions[rows], ((ticker, bars.close[rows]),), "price", f"at the close of {bars.sessions[-1]}"
    )


def bands(reading: Reading) -> tuple[Band, ...]:
    """The labels of the ratio's days, by their places among those that are drawn."""
    past = reading.history
    first = _recent(reading, past.sessions).start
    return tuple(
        Band(max(start, first) - first, stop - 1 - first, REGIMES[int(past.codes[start])])
        for start, stop in past.runs()
        if stop > first
    )


def _recent(reading: Reading, days: Days) -> slice:
    """The last six months' rows, one at least."""
    since = np.datetime64(same_day(reading.as_of, -MONTHS))
    return slice(min(int(np.searchsorted(days, since)), len(days) - 1), len(days))
