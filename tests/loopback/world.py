"""The state of the made-up market at an instant: what is true, and what Yahoo shows of it."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from smallcap.core.bars import Days, Floats, Series, series_of, to_day
from smallcap.core.calendar import hours, is_session, last_closed_session, new_york
from smallcap.core.live.raw import Minutes, Quote, Raw

from . import market
from .market import MINUTE

# FRED gives no more than three years of these.
SHORT_LIVED, YEARS = "BAML", 3


class Split(NamedTuple):
    """New shares for an old one from `day` on; Yahoo shows it `late_days` later, and may never adjust the past."""

    day: date
    ratio: float
    late_days: int
    unadjusted: bool


class Last(NamedTuple):
    """The newest row: its place, and in a session in progress the seconds since the opening, else None."""

    row: int
    seconds: int | None


class World:
    """A deterministic market on NYSE sessions from `first` on, seen at `now`.

    `now` can be set at any time and runs on at `speed` seconds a second (0: it stands). It must not be after the
    machine's clock when yfinance is asked for `period="max"`: that ends at the machine's clock. `delays` are
    minutes by which a ticker's trades lag. ValueError for an unknown ticker or a day that is no session.
    """

    def __init__(
        self,
        now: datetime,
        tickers: Sequence[str] = ("IWM", "SPY"),
        first: date = date(2015, 1, 2),
        series: Sequence[str] = ("DGS2",),
        *,
        speed: float = 0.0,
    ) -> None:
        self.tickers, self.first, self.series = tuple(tickers), first, tuple(series)
        self.delays: dict[str, int] = {}
        self._speed = speed
        self.now = now
        # Counts what happened, so that a body kept from before is known to be out of date.
        self.version = 0
        self.splits: dict[str, list[Split]] = defaultdict(list)
        self._paid: dict[str, dict[date, float]] = defaultdict(dict)

    @property
    def now(self) -> datetime:
        """The instant at which the market is seen."""
        return self._now + timedelta(seconds=self._speed * (time.monotonic() - self._set_at))

    @now.setter
    def now(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError(f"the instant {now} has no time zone")
        self._now, self._set_at = now, time.monotonic()

    def split(self, ticker: str, day: date, ratio: float, *, late_days: int = 0, unadjusted: bool = False) -> None:
        """Split a ticker from the opening of `day` on."""
        self._known(ticker, day)
        self.splits[ticker].append(Split(day, ratio, late_days, unadjusted))
        self.version += 1

    def dividend(self, ticker: str, day: date, amount: float) -> None:
        """Pay `amount` dollars a share as it then trades, with the ex-date `day`; replaces what was paid that day."""
        self._known(ticker, day)
        self._paid[ticker][day] = amount
        self.version += 1

    def bars(self, ticker: str) -> Raw:
        """The truth at `now`: float32 prices adjusted for every split that happened, whatever Yahoo shows of it."""
        return self.raw(ticker, self.now, told=False)

    def raw(self, ticker: str, now: datetime, *, told: bool = True) -> Raw:
        """The daily bars at `now` as Yahoo tells them, or as they are; the session in progress is the last row."""
        last = self.last(ticker, now)
        bars, n = market.daily(ticker, self.first), last.row + 1
        days = bars.sessions[:n]
        columns = [column[:n].copy() for column in bars[1:]]
        if last.seconds is not None:
            for column, value in zip(columns, self._so_far(ticker, last), strict=True):
                column[-1] = value
        scale = self.scale(ticker, days, now, told=told)
        prices = [_float32(column / scale) for column in columns[:4]]
        return Raw(ticker, days, *prices, np.round(columns[4] * scale), *self._events(ticker, days, scale, now, told))

    def quote(self, ticker: str, now: datetime | None = None) -> Quote:
        """The last trade at `now`."""
        now = now or self.now
        raw, delay = self.raw(ticker, now), self.delays.get(ticker, 0)
        before = float(raw.close[-2]) if len(raw) > 1 else math.nan
        return Quote(ticker, float(raw.close[-1]), self.traded_at(ticker, now), before, float(raw.volume[-1]), delay)

    def minutes(self, ticker: str, interval: int = 1, days: int = 1, now: datetime | None = None) -> Minutes:
        """The bars of `interval` minutes of the last `days` sessions at `now`, the one in progress included."""
        now = now or self.now
        last = self.last(ticker, now)
        rows = range(max(last.row - days + 1, 0), last.row + 1)
        parts = [self._grouped(ticker, row, last, interval) for row in rows]
        times, values = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts], axis=1)
        sessions = market.daily(ticker, self.first).sessions[: last.row + 1]
        scale = np.repeat(self.scale(ticker, sessions, now, told=True)[rows.start :], [len(p[0]) for p in parts])
        prices = [_float32(column / scale) for column in values[:4]]
        return Minutes(ticker, interval, times.astype("datetime64[s]"), *prices, np.round(values[4] * scale))

    def macro(self, name: str) -> Series:
        """The truth of a macro series at `now`, blanks left out."""
        dates, values = self.observations(name, self.now)
        there = np.isfinite(values)
        return series_of(name, dates[there], values[there])

    def observations(self, name: str, now: datetime) -> tuple[Days, Floats]:
        """What FRED has of a series at `now`: dates, and values that are NaN where the day is blank."""
        dates, values = market.observations(name, self.first)
        today = new_york(now).date()
        there = dates <= np.datetime64(market.published(name, today))
        if name.startswith(SHORT_LIVED):
            there &= dates >= np.datetime64(today - timedelta(round(365.25 * YEARS)))
        return dates[there], values[there]

    def last(self, ticker: str, now: datetime) -> Last:
        """The newest row that can be seen at `now`."""
        seen = now - timedelta(minutes=self.delays.get(ticker, 0))
        clock = hours(seen)
        session = clock.session if clock.open else last_closed_session(seen)
        row = int(np.searchsorted(market.daily(ticker, self.first).sessions, np.datetime64(session)))
        if session < self.first:
            raise ValueError(f"nothing has traded by {now}: the market begins on {self.first}")
        return Last(row, int(seen.timestamp()) - market.opening(session) if clock.open else None)

    def traded_at(self, ticker: str, now: datetime) -> int:
        """The instant of the last trade in epoch seconds."""
        last = self.last(ticker, now)
        session = to_day(market.daily(ticker, self.first).sessions[last.row])
        return market.closing(session) if last.seconds is None else market.opening(session) + last.seconds

    def scale(self, ticker: str, days: Days, now: datetime, *, told: bool) -> Floats:
        """What each row's unsplit price is divided by, at `now`."""
        scale, today = np.ones(len(days)), new_york(now).date()
        for split in self.splits[ticker]:
            if np.datetime64(split.day) <= days[-1]:
                adjusted = not told or (not split.unadjusted and _shown(split, today))
                scale[(days >= np.datetime64(split.day)) | adjusted] *= split.ratio
        return scale

    def _events(self, ticker: str, days: Days, scale: Floats, now: datetime, told: bool):
        """Days and amounts of the dividends, days and ratios of the splits, up to the last of `days`."""
        today = new_york(now).date()
        paid = market.dividends(ticker, self.first) | {
            day: amount * self._ratio(ticker, day) for day, amount in self._paid[ticker].items()
        }
        ex_days = np.array(sorted(day for day in paid if np.datetime64(day) <= days[-1]), "datetime64[D]")
        amounts = np.array([paid[to_day(day)] for day in ex_days]) / scale[np.searchsorted(days, ex_days)]
        seen = sorted(
            s for s in self.splits[ticker] if np.datetime64(s.day) <= days[-1] and (not told or _shown(s, today))
        )
        split_days = np.array([s.day for s in seen], "datetime64[D]")
        return ex_days, amounts.round(6), split_days, np.array([s.ratio for s in seen], float)

    def _ratio(self, ticker: str, day: date) -> float:
        return math.prod(split.ratio for split in self.splits[ticker] if split.day <= day)

    def _so_far(self, ticker: str, last: Last) -> list[float]:
        """Open, high, low, close and volume of the session in progress."""
        rows = self._seen(ticker, last.row, last)
        return [rows[0, 0], rows[1].max(), rows[2].min(), rows[3, -1], rows[4].sum()]

    def _seen(self, ticker: str, row: int, last: Last) -> Floats:
        """The minutes of a session that have begun, the one in progress as far as it got."""
        whole = market.minutes(ticker, self.first, row)
        if row < last.row or last.seconds is None:
            return whole
        done, seconds = divmod(last.seconds, MINUTE)
        opened, _, _, close, volume = whole[:, done]
        price = round(opened + (close - opened) * seconds / MINUTE, 2)
        # Its high and low may be the day's, made at a second nobody said: they show once the minute is over.
        partial = [opened, max(opened, price), min(opened, price), price, np.floor(volume * seconds / MINUTE)]
        return np.column_stack([whole[:, :done], partial])

    def _grouped(self, ticker: str, row: int, last: Last, interval: int) -> tuple[np.ndarray, Floats]:
        """A session's bars of `interval` minutes: their beginnings in epoch seconds, and values of shape (5, n)."""
        rows = self._seen(ticker, row, last)
        starts = np.arange(0, rows.shape[1], interval)
        ends = np.minimum(starts + interval, rows.shape[1]) - 1
        opened, high, low, close, volume = rows
        values = [opened[starts], np.maximum.reduceat(high, starts), np.minimum.reduceat(low, starts), close[ends]]
        times = market.openings(self.first)[row] + starts * MINUTE
        return times, np.array([*values, np.add.reduceat(volume, starts)])

    def _known(self, ticker: str, day: date) -> None:
        if ticker not in self.tickers:
            raise ValueError(f"{ticker} is not in this world: {', '.join(self.tickers)}")
        if not is_session(day):
            raise ValueError(f"{day} is no session")


def _shown(split: Split, today: date) -> bool:
    return today >= split.day + timedelta(split.late_days)


def _float32(column: Floats) -> Floats:
    return np.asarray(column.astype(np.float32).astype(float))
