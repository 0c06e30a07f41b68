"""Yahoo's chart answer: which rows are asked for, and the rows with their meta and events in its true shape."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import numpy as np
from smallcap.core.bars import Days, Floats, to_day
from smallcap.core.calendar import new_york
from smallcap.core.live.raw import FIELDS, Raw

from . import market
from .meta import INTRADAY, Asked, meta_of
from .wire import Reply
from .world import World

MINUTES_DAYS, OTHER_DAYS, HOUR_DAYS = 8, 60, 730
DAY = 86_400


class Refused(Exception):
    """There is no chart to answer with; `reply` says so."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        error = {"code": code, "description": description}
        self.reply = Reply(status, json.dumps({"chart": {"result": None, "error": error}}).encode())


@dataclass
class Chart:
    """A chart that can still be spoilt: the columns are lists as long as `stamps`, events are (stamp, amount)."""

    asked: Asked
    meta: dict[str, object]
    stamps: list[int]
    columns: dict[str, list[float | None]]
    adjclose: list[float | None] | None
    dividends: list[tuple[int, float]]
    splits: list[tuple[int, float]]

    def encoded(self) -> bytes:
        """The JSON of it."""
        quote: dict[str, object] = dict(self.columns) if self.stamps else {}
        indicators: dict[str, object] = {"quote": [quote]}
        if self.adjclose is not None:
            indicators["adjclose"] = [{"adjclose": self.adjclose} if self.stamps else {}]
        result: dict[str, object] = {"meta": self.meta}
        if self.stamps:
            result["timestamp"] = self.stamps
        if events := self._events():
            result["events"] = events
        result["indicators"] = indicators
        return json.dumps({"chart": {"result": [result], "error": None}}, separators=(",", ":")).encode()

    def _events(self) -> dict[str, object]:
        found: dict[str, object] = {}
        if self.dividends:
            found["dividends"] = {str(at): {"amount": amount, "date": at} for at, amount in self.dividends}
        if self.splits:
            found["splits"] = {str(at): _split(at, ratio) for at, ratio in self.splits}
        return found


Build = Callable[[str], Chart]


def asked(world: World, ticker: str, query: Mapping[str, str], now: datetime) -> Asked:
    """What a request means at `now`; Refused when Yahoo would refuse it."""
    if ticker not in world.tickers:
        raise Refused(404, "Not Found", "No data found, symbol may be delisted")
    interval, span = query.get("interval", "1d"), query.get("range", "")
    if interval != "1d" and interval not in INTRADAY:
        raise Refused(422, "Unprocessable Entity", f"Invalid input - interval={interval} is not supported.")
    stamps = daily_stamps(world, ticker, now)
    n = len(stamps)
    if "period1" in query:
        begin, finish = int(query["period1"]), int(query.get("period2", now.timestamp()))
        _within_limits(interval, begin, finish, int(now.timestamp()))
        whole_day = DAY if interval in INTRADAY else 0
        first, end = int(np.searchsorted(stamps, begin - whole_day)), int(np.searchsorted(stamps, finish))
    else:
        first, end = _first_row(world, span or "1d", n, new_york(now).date()), n
        begin = int(stamps[first]) if first < n else int(now.timestamp())
        _within_limits(interval, begin, int(now.timestamp()), int(now.timestamp()))
    prepost = query.get("includePrePost", "").lower() == "true"
    return Asked(ticker, interval, span, first, end, prepost, "div" in query.get("events", ""))


def daily_stamps(world: World, ticker: str, now: datetime) -> np.ndarray:
    """Each daily row's 09:30 New York in epoch seconds; the newest has its last trade's until the day is over."""
    last = world.last(ticker, now)
    stamps = market.openings(world.first)[: last.row + 1]
    if to_day(market.daily(ticker, world.first).sessions[last.row]) == new_york(now).date():
        return np.append(stamps[:-1], world.traded_at(ticker, now))
    return stamps


def build(world: World, wanted: Asked, now: datetime) -> Chart:
    """The chart of the rows that are wanted."""
    raw = world.raw(wanted.ticker, now)
    rows = slice(wanted.first, wanted.end)
    adjclose = None
    if wanted.interval in INTRADAY:
        stamps, values = _intraday(world, wanted, now)
    else:
        stamps, values = daily_stamps(world, wanted.ticker, now)[rows], [getattr(raw, name)[rows] for name in FIELDS]
        adjclose = adjusted(raw)[rows].tolist()
    columns = {name: value.tolist() for name, value in zip(FIELDS, values, strict=True)}
    columns["volume"] = [int(shares) for shares in columns["volume"]]
    events = [_within(raw, rows, *pair) if wanted.events else [] for pair in _event_columns(raw)]
    meta = meta_of(world, wanted, raw, now)
    return Chart(wanted, meta, stamps.tolist(), columns, adjclose, *events)  # type: ignore[arg-type]


def adjusted(raw: Raw) -> Floats:
    """The closes adjusted for dividends too: before an ex-date times 1 - dividend / previous close."""
    factor = np.ones(len(raw))
    at = np.searchsorted(raw.sessions, raw.dividend_days)
    there = at > 0
    factor[at[there] - 1] = 1 - raw.dividends[there] / raw.close[at[there] - 1]
    return np.asarray((raw.close * np.cumprod(factor[::-1])[::-1]).astype(np.float32).astype(float))


def _event_columns(raw: Raw) -> tuple[tuple[Days, Floats], tuple[Days, Floats]]:
    return (raw.dividend_days, raw.dividends), (raw.split_days, raw.splits)


def _within(raw: Raw, rows: slice, days: Days, amounts: Floats) -> list[tuple[int, float]]:
    kept = raw.sessions[rows]
    there = (days >= kept[0]) & (days <= kept[-1]) if len(kept) else np.zeros(len(days), bool)
    return [(market.opening(to_day(d)), float(a)) for d, a in zip(days[there], amounts[there], strict=True)]


def _intraday(world: World, wanted: Asked, now: datetime) -> tuple[np.ndarray, list[Floats]]:
    """The bars within the sessions; the one in progress is stamped with its last trade's time."""
    last = world.last(wanted.ticker, now)
    held = world.minutes(wanted.ticker, INTRADAY[wanted.interval], last.row + 1 - wanted.first, now)
    sessions = held.times.astype("datetime64[D]")
    days = market.daily(wanted.ticker, world.first).sessions
    there = sessions < days[wanted.end] if wanted.end <= last.row else np.ones(len(held), bool)
    stamps = held.times.astype(int)
    if last.seconds is not None and wanted.end > last.row:
        stamps[-1] = world.traded_at(wanted.ticker, now)
    return stamps[there], [getattr(held, name)[there] for name in FIELDS]


def _first_row(world: World, span: str, n: int, today: date) -> int:
    """The first row of a range like 5d, 1mo, 2y, ytd or max."""
    if span == "max":
        return 0
    number = re.fullmatch(r"(\d+)(d|mo|y)", span)
    if span != "ytd" and not number:
        raise Refused(422, "Unprocessable Entity", f'Invalid input - range "{span}" is not valid.')
    if number and number[2] == "d":
        return max(n - int(number[1]), 0)
    back = int(number[1]) * (12 if number[2] == "y" else 1) if number else today.month - 1
    years, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    begin = date(years, month + 1, 1 if not number else min(today.day, 28))
    return min(int(np.searchsorted(market.openings(world.first)[:n], int(np.datetime64(begin, "s").astype(int)))), n)


def _within_limits(interval: str, begin: int, end: int, now: int) -> None:
    """Yahoo keeps short bars for a while only."""
    if interval not in INTRADAY:
        return
    told = f"{interval} data not available for startTime={begin} and endTime={end}. "
    if interval == "1m" and end - begin > MINUTES_DAYS * DAY:
        told += "Only 8 days worth of 1m granularity data are allowed to be fetched per request."
        raise Refused(422, "Unprocessable Entity", told)
    days = HOUR_DAYS if interval in {"60m", "1h"} else OTHER_DAYS
    if now - begin > days * DAY:
        raise Refused(422, "Unprocessable Entity", f"{told}The requested range must be within the last {days} days.")


def _split(at: int, ratio: float) -> dict[str, object]:
    new = Fraction(ratio).limit_denominator(1000)
    told = f"{new.numerator}:{new.denominator}"
    return {"date": at, "numerator": new.numerator, "denominator": new.denominator, "splitRatio": told}
