"""One simulated session in bars of minutes: the tape's trades grouped, the day's volume shared out over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..bars import Floats, Seconds
from ..intraday import opening, session_minutes
from ..live.raw import Minutes
from .demo_model import stream
from .demo_ticks import TRADES

# The opening's share of a day's volume dies away within half an hour, the close's builds up within one.
OPENING, OPENING_MINUTES = 3.2, 22.0
CLOSING, CLOSING_MINUTES = 2.2, 16.0
UNEVEN = 0.35

Places = NDArray[np.int64]


class Played(NamedTuple):
    """What a ticker did in a session: its prices trade by trade, how many were traded so far, and the day's volume."""

    session: date
    prices: Floats
    traded: int
    volume: float


def minutes(seed: int, ticker: str, played: Sequence[Played], interval: int) -> Minutes:
    """The sessions' bars of `interval` minutes, oldest first; the last bar of one in progress grows with each trade."""
    parts = [_bars(seed, ticker, one, interval) for one in played]
    times, *columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Minutes(ticker, interval, times, *columns)


def _bars(
    seed: int, ticker: str, played: Played, interval: int
) -> tuple[Seconds, Floats, Floats, Floats, Floats, Floats]:
    count = session_minutes(played.session) // interval
    starts = -(-np.arange(count) * TRADES // count)
    starts = starts[starts < played.traded]
    ends = np.append(starts[1:], played.traded)
    prices = played.prices[: played.traded]
    high, low = np.maximum.reduceat(prices, starts), np.minimum.reduceat(prices, starts)
    times = opening(played.session) + 60 * interval * np.arange(len(starts))
    volume = np.diff(_traded_volume(seed, ticker, played, np.append(starts, ends[-1])))
    return times, prices[starts], high, low, prices[ends - 1], volume


def _traded_volume(seed: int, ticker: str, played: Played, trades: Places) -> Floats:
    """Whole shares traded before each of `trades`, all of the day's at the last: busy at the ends, uneven between."""
    n = session_minutes(played.session)
    minute = np.arange(n)
    calm = 1 + OPENING * np.exp(-minute / OPENING_MINUTES) + CLOSING * np.exp((minute - n + 1) / CLOSING_MINUTES)
    luck = stream(seed, f"{ticker} minutes/{played.session}").standard_normal(n)
    share = np.append(0.0, np.cumsum(calm * np.exp(UNEVEN * luck)))
    done = np.interp(trades * (n / TRADES), np.arange(n + 1), share / share[-1])
    shares: Floats = np.round(played.volume * done)
    return shares
