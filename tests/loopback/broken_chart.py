"""Faults in a chart's content: rows, events and meta that are wrong while the answer looks right.

`back` counts rows from the newest, which is 1. A fault gets the chart and a function that builds another ticker's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from smallcap.core.calendar import next_session_after
from smallcap.core.live.raw import FIELDS, PRICES

from . import market
from .chart import Build, Chart

Spoil = Callable[..., Chart]


def null_rows(chart: Chart, build: Build, *, back: int = 5, count: int = 1) -> Chart:
    """Rows of nothing but nulls."""
    for at in _rows(chart, range(back, back + count)):
        _put(chart, at, dict.fromkeys((*FIELDS, "adjclose")))
    return chart


def null_last(chart: Chart, build: Build, *, back: int = 1, fields: tuple[str, ...] = (*PRICES, "adjclose")) -> Chart:
    """A row of null prices with a volume."""
    for at in _rows(chart, [back]):
        _put(chart, at, dict.fromkeys(fields))
    return chart


def missing_session(chart: Chart, build: Build, *, back: int = 5, count: int = 1) -> Chart:
    """Sessions left out."""
    gone = set(_rows(chart, range(back, back + count)))
    return _keep(chart, [at for at in range(len(chart.stamps)) if at not in gone])


def wrong_symbol(chart: Chart, build: Build, *, other: str) -> Chart:
    """Another ticker's chart, under its own name."""
    return build(other)


def duplicate_live(chart: Chart, build: Build) -> Chart:
    """The newest session twice: once stamped with its opening, once with its last trade."""
    last = len(chart.stamps) - 1
    session = datetime.fromtimestamp(chart.stamps[last], UTC).date()
    chart = _keep(chart, [*range(last + 1), last])
    chart.stamps[-2:] = [market.opening(session), int(str(chart.meta["regularMarketTime"]))]
    return chart


def unadjusted_split(chart: Chart, build: Build) -> Chart:
    """The newest split's event, and a past that isn't adjusted for it."""
    if chart.splits:
        at, ratio = chart.splits[-1]
        _scale(chart, [i for i, stamp in enumerate(chart.stamps) if stamp < at], ratio)
        chart.dividends = [(day, amount * (ratio if day < at else 1)) for day, amount in chart.dividends]
    return chart


def late_split(chart: Chart, build: Build) -> Chart:
    """The newest split's fall of the price without the event, and a past that isn't adjusted."""
    chart = unadjusted_split(chart, build)
    chart.splits = chart.splits[:-1]
    return chart


def restated_dividend(chart: Chart, build: Build, *, back: int = 2, factor: float = 1.5) -> Chart:
    """A dividend of the past with another amount; the adjusted closes before it follow."""
    if len(chart.dividends) < back:
        return chart
    at, amount = chart.dividends[-back]
    chart.dividends[-back] = (at, round(amount * factor, 6))
    before = [i for i, stamp in enumerate(chart.stamps) if stamp < at]
    close = chart.columns["close"][before[-1]] if before else None
    if close and chart.adjclose:
        ratio = (1 - amount * factor / close) / (1 - amount / close)
        for i in before:
            chart.adjclose[i] = _times(chart.adjclose[i], ratio)
    return chart


def hundredfold(chart: Chart, build: Build, *, factor: float = 100.0, count: int | None = None) -> Chart:
    """Prices in another unit: of the newest `count` rows, of all when None."""
    n = len(chart.stamps)
    _scale(chart, range(n - count if count else 0, n), factor, volume=False)
    chart.meta["regularMarketPrice"] = _times(_price(chart), factor)
    return chart


def spike(chart: Chart, build: Build, *, back: int = 3, factor: float = 3.0) -> Chart:
    """One row whose prices are far away."""
    _scale(chart, _rows(chart, [back]), factor, volume=False)
    return chart


def bad_tick(chart: Chart, build: Build, *, back: int = 3, value: float = 0.0) -> Chart:
    """A low of nothing."""
    return _each(chart, [back], {"low": value})


def negative_price(chart: Chart, build: Build, *, back: int = 3) -> Chart:
    """Prices below zero."""
    _scale(chart, _rows(chart, [back]), -1.0, volume=False)
    return chart


def high_below_low(chart: Chart, build: Build, *, back: int = 3) -> Chart:
    """High and low changed over."""
    for at in _rows(chart, [back]):
        high, low = chart.columns["high"], chart.columns["low"]
        high[at], low[at] = low[at], high[at]
    return chart


def infinity(chart: Chart, build: Build, *, back: int = 3, field: str = "close") -> Chart:
    """The word Infinity for a number."""
    return _each(chart, [back], {field: math.inf})


def nan(chart: Chart, build: Build, *, back: int = 3, field: str = "close") -> Chart:
    """The word NaN for a number."""
    return _each(chart, [back], {field: math.nan})


def stale(chart: Chart, build: Build, *, sessions: int = 3) -> Chart:
    """A history that ends some sessions ago, its last price too."""
    chart = _keep(chart, list(range(len(chart.stamps) - sessions)))
    if chart.stamps:
        chart.meta["regularMarketPrice"] = chart.columns["close"][-1]
        session = datetime.fromtimestamp(chart.stamps[-1], UTC).date()
        chart.meta["regularMarketTime"] = market.closing(session)
        chart.dividends = [event for event in chart.dividends if event[0] <= chart.stamps[-1]]
        chart.splits = [event for event in chart.splits if event[0] <= chart.stamps[-1]]
    return chart


def shifted(chart: Chart, build: Build, *, hours: int = -12) -> Chart:
    """Stamps off by hours, so that the dates are others."""
    chart.stamps = [stamp + hours * 3600 for stamp in chart.stamps]
    return chart


def wrong_timezone(chart: Chart, build: Build, *, zone: str = "Asia/Tokyo") -> Chart:
    """Another exchange's time zone."""
    chart.meta["exchangeTimezoneName"] = zone
    return chart


def unsorted(chart: Chart, build: Build) -> Chart:
    """The rows in another order."""
    n = len(chart.stamps)
    return _keep(chart, [*range(0, n, 2), *range(1, n, 2)])


def zero_volume(chart: Chart, build: Build) -> Chart:
    """No volume anywhere."""
    chart.columns["volume"] = [0] * len(chart.stamps)
    return chart


def no_adjclose(chart: Chart, build: Build) -> Chart:
    """No adjusted closes."""
    chart.adjclose = None
    return chart


def future(chart: Chart, build: Build, *, count: int = 2) -> Chart:
    """Rows of sessions that are not yet."""
    session = datetime.fromtimestamp(chart.stamps[-1], UTC).date()
    for _ in range(count):
        chart = _keep(chart, [*range(len(chart.stamps)), len(chart.stamps) - 1])
        session = next_session_after(session)
        chart.stamps[-1] = market.opening(session)
    return chart


def no_rows(chart: Chart, build: Build) -> Chart:
    """The meta and not a row."""
    return _keep(chart, [])


def _rows(chart: Chart, backs: Iterable[int]) -> list[int]:
    """The places of rows counted from the newest; those before the first are left out."""
    return [len(chart.stamps) - back for back in backs if 0 < back <= len(chart.stamps)]


def _put(chart: Chart, at: int, values: dict[str, float | None]) -> None:
    for name, value in values.items():
        if name != "adjclose":
            chart.columns[name][at] = value
        elif chart.adjclose is not None:
            chart.adjclose[at] = value


def _each(chart: Chart, backs: Iterable[int], values: dict[str, float | None]) -> Chart:
    for at in _rows(chart, backs):
        _put(chart, at, values)
    return chart


def _keep(chart: Chart, rows: list[int]) -> Chart:
    """These rows in this order."""
    chart.stamps = [chart.stamps[at] for at in rows]
    chart.columns = {name: [column[at] for at in rows] for name, column in chart.columns.items()}
    chart.adjclose = chart.adjclose and [chart.adjclose[at] for at in rows]
    return chart


def _scale(chart: Chart, rows: Iterable[int], factor: float, *, volume: bool = True) -> None:
    for at in rows:
        for name in PRICES:
            chart.columns[name][at] = _times(chart.columns[name][at], factor)
        if chart.adjclose is not None:
            chart.adjclose[at] = _times(chart.adjclose[at], factor)
        if volume:
            chart.columns["volume"][at] = round((chart.columns["volume"][at] or 0) / factor)


def _price(chart: Chart) -> float:
    return float(str(chart.meta["regularMarketPrice"]))


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
