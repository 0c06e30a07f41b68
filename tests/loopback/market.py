"""The made-up market: daily prices, the minutes within a session and macro series, the same at every run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from smallcap.core.bars import Days, Floats, to_day
from smallcap.core.calendar import CLOSE, EARLY_CLOSE, LAST, OPEN, early_close, is_session, new_york, sessions

MINUTE = 60
DIVIDEND_MONTHS, DIVIDEND_FROM_DAY, YIELD = (3, 6, 9, 12), 20, 0.0035
WEEKLY, MONTHLY = frozenset({"ICSA"}), frozenset({"FEDFUNDS", "USREC"})
# Federal holidays on which stocks trade: FRED has the day, and nothing on it.
BANK_HOLIDAYS = ((10, range(8, 15), 0), (11, range(11, 12), None))


class Daily(NamedTuple):
    """Daily bars to the end of the calendar on a scale without splits, in whole cents; volume in shares."""

    sessions: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats


def is_index(ticker: str) -> bool:
    """Whether a ticker is an index: nobody trades it, so it has neither volume nor dividends."""
    return ticker.startswith("^")


def seeded(*words: object) -> np.random.RandomState:
    """A generator that depends on the words alone."""
    return np.random.RandomState(crc32("/".join(map(str, words)).encode()))


@cache
def daily(ticker: str, first: date) -> Daily:
    """The ticker's bars from `first` on; tickers share a market, so that they move together."""
    days = sessions(first, LAST)
    n, rng = len(days), seeded(ticker, first)
    close = _level(rng, n) if is_index(ticker) else _price(rng, seeded("market", first), n)
    opened = np.concatenate([close[:1], close[:-1]]) * np.exp(rng.normal(0, 0.004, n))
    high = np.maximum(opened, close) * (1 + np.abs(rng.normal(0, 0.004, n)))
    low = np.minimum(opened, close) * (1 - np.abs(rng.normal(0, 0.004, n)))
    volume = np.zeros(n) if is_index(ticker) else np.round(2e5 * np.exp(rng.normal(0, 0.3, n))) * 100
    return Daily(days, *(column.round(2) for column in (opened, high, low, close)), volume)


def _price(own: np.random.RandomState, market: np.random.RandomState, n: int) -> Floats:
    shocks, start = market.normal(0, 0.008, n) + own.normal(0, 0.005, n), own.uniform(60, 300)
    return np.asarray(start * np.exp(_pulled(shocks, 0.999) + 0.0002 * np.arange(n)))


def _level(rng: np.random.RandomState, n: int) -> Floats:
    return np.asarray(18.0 * np.exp(_pulled(rng.normal(0, 0.05, n), 0.97)))


def _pulled(shocks: Floats, memory: float) -> Floats:
    """The sum of the shocks, drawn back to zero so that no price runs away over the decades."""
    away, at = np.zeros(len(shocks)), 0.0
    for place, shock in enumerate(shocks.tolist()):
        at = memory * at + shock
        away[place] = at
    return away


@cache
def dividends(ticker: str, first: date) -> dict[date, float]:
    """The quarterly dividends by ex-date, on the scale of `daily`: dollars a share."""
    if is_index(ticker):
        return {}
    bars = daily(ticker, first)
    found: dict[date, float] = {}
    quarters = set()
    for at, day in enumerate(bars.sessions.tolist()):
        quarter = (day.year, day.month)
        if day.month in DIVIDEND_MONTHS and day.day >= DIVIDEND_FROM_DAY and quarter not in quarters:
            quarters.add(quarter)
            found[day] = round(float(bars.close[max(at - 1, 0)]) * YIELD, 3)
    return found


def opening(session: date) -> int:
    """09:30 New York of a session in epoch seconds."""
    return _instant(session, OPEN)


def closing(session: date) -> int:
    """16:00 New York of a session, or 13:00 of a short one, in epoch seconds."""
    return _instant(session, EARLY_CLOSE if early_close(session) else CLOSE)


def _instant(session, clock) -> int:
    zone = new_york(datetime.fromisoformat("2020-01-01T00:00:00+00:00")).tzinfo
    return int(datetime.combine(session, clock, zone).timestamp())


@cache
def openings(first: date) -> np.ndarray:
    """`opening` of every session from `first` on, as int64."""
    return np.array([opening(to_day(day)) for day in sessions(first, LAST)])


@lru_cache(maxsize=4096)
def minutes(ticker: str, first: date, row: int) -> Floats:
    """The minutes of a session, shape (5, n): open, high, low, close, volume, which together make up the daily bar."""
    bars = daily(ticker, first)
    opened, high, low, close = (float(column[row]) for column in bars[1:5])
    session = to_day(bars.sessions[row])
    n = (closing(session) - opening(session)) // MINUTE
    rng = seeded(ticker, session, "minutes")
    steps = np.cumsum(np.concatenate([[0.0], rng.normal(0, 0.0006, n)]))
    bridge = opened + (close - opened) * np.arange(n + 1) / n + opened * (steps - steps[-1] * np.arange(n + 1) / n)
    path = np.clip(bridge, low, high).round(2)
    path[0], path[-1] = opened, close
    top, bottom = np.maximum(path[:-1], path[1:]), np.minimum(path[:-1], path[1:])
    top[np.argmax(top)], bottom[np.argmin(bottom)] = high, low
    return np.array([path[:-1], top, bottom, path[1:], _shares(rng, float(bars.volume[row]), n)])


def _shares(rng: np.random.RandomState, volume: float, n: int) -> Floats:
    """The day's volume over its minutes, more of it at both ends, whole shares."""
    weight = (1 + 2 * np.abs(np.linspace(-1, 1, n)) ** 3) * rng.uniform(0.5, 1.5, n)
    shares = np.floor(volume * weight / weight.sum())
    shares[-1] += volume - shares.sum()
    return np.asarray(shares)


@cache
def observations(name: str, first: date) -> tuple[Days, Floats]:
    """A macro series to the end of the calendar: its dates and values, NaN on a bank holiday."""
    dates = _dates(name, first)
    rng = seeded(name, first)
    if name == "USREC":
        return dates, (rng.uniform(size=len(dates)) < 0.1).astype(float)
    if name in WEEKLY:
        return dates, np.round(220 + rng.normal(0, 12, len(dates))) * 1000
    values = np.abs(3.5 + np.cumsum(rng.normal(0, 0.04, len(dates)))).round(2) + 0.01
    if name not in MONTHLY:
        values[[_banks_closed(day) for day in dates.tolist()]] = np.nan
    return dates, values.round(2)


def _dates(name: str, first: date) -> Days:
    if name in MONTHLY:
        return np.arange(np.datetime64(first, "M"), np.datetime64(LAST, "M")).astype("datetime64[D]")
    every = np.arange(np.datetime64(first), np.datetime64(LAST))
    return every[np.is_busday(every, weekmask="Sat" if name in WEEKLY else "1111100")]


def _banks_closed(day: date) -> bool:
    return not is_session(day) or any(
        day.month == month and day.day in days and weekday in {None, day.weekday()}
        for month, days, weekday in BANK_HOLIDAYS
    )


def published(name: str, today: date) -> date:
    """The date of the newest observation there is on `today`."""
    if name in MONTHLY:
        return today.replace(day=1) - timedelta(1)
    return today - timedelta(5 if name in WEEKLY else 1)
