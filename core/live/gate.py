"""What an answer of daily bars must pass before it is kept: sound rows pass, doubts are said, nonsense refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Days, to_day
from ..calendar import FIRST, LAST, sessions
from .jumps import RECENT, Refused, near, on_the_scale_held, splits_applied, steady
from .merge import Mask
from .raw import FIELDS, PRICES, Answer, Held, Raw

EXCHANGE = "America/New_York"
# Yahoo gives the Cboe's own zone for the indexes the Cboe computes, the VIX among them; its day is the same date.
INDEX_EXCHANGES = (EXCHANGE, "America/Chicago")
GAPS_OVER = 260  # sessions: the longest look-back of any number shown; older holes no refresh ever fills
STRAY_SHARE, STRAY_OF_ALL, STRAY_FEW = 0.15, 0.02, 3
SLACK = 1e-4  # the provider's prices are float32 at heart
TRADED_OVER = 10  # bars that must be there before none of them traded means anything
FLAGS = 10  # of one kind
NO_DAYS: Days = np.array([], "datetime64[D]")


class Gated(NamedTuple):
    """Bars fit to be kept (None when refused), flags about rows left out or in doubt, and why the answer is refused."""

    raw: Raw | None
    flags: tuple[str, ...] = ()
    refused: str = ""


def gate(answer: Answer, ticker: str, closed: date, held: Held | None = None) -> Gated:
    """Judge an answer to a request for the daily bars of `ticker`; `closed` is the newest session that is over.

    The bars that come out are sorted, on sessions up to `closed`, free of NaN, prices above 0 and volumes not below 0,
    all float64. Rows after `closed` go without a word, as do rows left out whose session `held` has as final. Splits
    after `closed` stay: they say what scale the prices are on. A flag is a sentence that begins with the ticker and, of
    a row, its session. The jump test is that of jumps.py.
    """
    try:
        _sender(answer, ticker)
        kept = held.raw.sessions[held.raw.sessions <= np.datetime64(held.final_through, "D")] if held else NO_DAYS
        raw, flags = _sound(_sorted(answer.raw), closed, kept)
        _traded(raw)
        raw, more = _with_sound_events(raw, closed)
        splits_applied(raw, answer.price)
        on_the_scale_held(raw, held)
        near(answer.price, raw, closed, held)
        stays, doubts = steady(raw, held)
        if not stays.any():
            raise Refused(f"no bar of the answer passes ({doubts[-1]})")
    except Refused as refusal:
        return Gated(None, (), f"{ticker}: {refusal}")
    raw = _rows(raw, stays)
    gaps = _gaps(raw, np.union1d(answer.raw.sessions, kept))
    return Gated(raw, _short(flags) + more + doubts + _short(gaps))


def _sender(answer: Answer, ticker: str) -> None:
    if answer.symbol != ticker:
        raise Refused(f"the answer is about {answer.symbol!r}, another ticker than was asked for")
    zones = INDEX_EXCHANGES if ticker.startswith("^") else (EXCHANGE,)
    if answer.timezone not in zones:
        raise Refused(
            f"the answer's time zone is {answer.timezone!r} instead of {zones[0]}: its dates can't be trusted"
        )


def _sorted(raw: Raw) -> Raw:
    """By day and as float64; no volume is none for an index."""
    columns = {name: np.asarray(getattr(raw, name), np.float64) for name in FIELDS}
    if raw.ticker.startswith("^"):
        columns["volume"] = np.where(np.isnan(columns["volume"]), 0.0, columns["volume"])
    days = np.asarray(raw.sessions, "datetime64[D]")
    order, paid, split = (np.argsort(d, kind="stable") for d in (days, raw.dividend_days, raw.split_days))
    rows: dict[str, Any] = {name: column[order] for name, column in columns.items()}
    return Raw(
        raw.ticker,
        days[order],
        **rows,
        dividend_days=np.asarray(raw.dividend_days, "datetime64[D]")[paid],
        dividends=np.asarray(raw.dividends, np.float64)[paid],
        split_days=np.asarray(raw.split_days, "datetime64[D]")[split],
        splits=np.asarray(raw.splits, np.float64)[split],
    )


def _rows(raw: Raw, keep: Mask) -> Raw:
    return replace(raw, **{name: getattr(raw, name)[keep] for name in ("sessions", *FIELDS)})


def _sound(raw: Raw, closed: date, kept: Days) -> tuple[Raw, list[str]]:
    """The rows that are bars of sessions up to `closed`, and a flag for each other row not among `kept`."""
    stray = ~_are_sessions(raw.sessions)
    _not_shifted(raw.sessions, stray)
    over = ~(raw.sessions > np.datetime64(closed, "D"))
    flags = [f"{raw.ticker} {day}: not a session of the exchange, left out" for day in raw.sessions[stray & over]]
    raw = _rows(raw, ~stray & over)
    unsound = _unsound(raw)
    told = np.flatnonzero(unsound & ~np.isin(raw.sessions, kept)).tolist()
    flags += [f"{raw.ticker} {raw.sessions[row]}: {_fault(raw, row)}, left out" for row in told]
    raw = _rows(raw, ~unsound)
    raw, twice = _once(raw)
    flags += [f"{raw.ticker} {day}: two different bars for one session, left out" for day in np.setdiff1d(twice, kept)]
    if not len(raw):
        raise Refused(f"the answer has no usable bar up to {closed}" + (f" ({flags[-1]})" if flags else ""))
    return raw, flags


def _are_sessions(days: Days) -> Mask:
    """Sessions by the calendar; before it begins, weekdays."""
    weekday = np.is_busday(np.where(np.isnat(days), np.datetime64("1970-01-04"), days))
    return np.where(days < np.datetime64(FIRST), weekday, np.isin(days, sessions(FIRST, LAST)))


def _not_shifted(days: Days, stray: Mask) -> None:
    """Dates a day off put the first or last session of every week on a weekend; a stray row is something else."""
    last = stray[-RECENT:]
    if last.sum() > STRAY_SHARE * len(last) or stray.sum() > max(STRAY_FEW, STRAY_OF_ALL * len(stray)):
        found = fmt.count(int(stray.sum()), "date")
        raise Refused(
            f"{found} of {len(days):,} (such as {days[stray][-1]}) are no sessions of the exchange: "
            "the dates are shifted, as by a wrong time zone"
        )


def _unsound(raw: Raw) -> Mask:
    prices = np.array([getattr(raw, name) for name in PRICES])
    opened, high, low, close = prices
    with np.errstate(over="ignore"):
        sound = (np.isfinite(prices) & (prices > 0)).all(0)
        sound &= (low <= np.minimum(opened, close) * (1 + SLACK)) & (np.maximum(opened, close) <= high * (1 + SLACK))
    return np.asarray(~(sound & np.isfinite(raw.volume) & (raw.volume >= 0)))


def _fault(raw: Raw, row: int) -> str:
    """What is wrong with an unsound row, in words."""
    bar = {name: float(getattr(raw, name)[row]) for name in FIELDS}
    for name, value in bar.items():
        if math.isnan(value):
            return f"{name} is missing"
        if not math.isfinite(value) or value < 0 or (value == 0 and name in PRICES):
            return f"{name} {value:,g} is no {'number of shares' if name == 'volume' else 'price above 0'}"
    body = {name: bar[name] for name in ("open", "close")}
    lower, upper = min(body, key=body.__getitem__), max(body, key=body.__getitem__)
    if bar["low"] > bar[lower] * (1 + SLACK):
        return f"low {fmt.price(bar['low'])} is above {lower} {fmt.price(bar[lower])}"
    return f"high {fmt.price(bar['high'])} is below {upper} {fmt.price(bar[upper])}"


def _once(raw: Raw) -> tuple[Raw, Days]:
    """One row a session: the later of two with the same prices; of different ones neither. Also those sessions."""
    prices = np.array([getattr(raw, name) for name in PRICES])
    again = raw.sessions[1:] == raw.sessions[:-1]
    same = again & np.isclose(prices[:, 1:], prices[:, :-1], rtol=SLACK, atol=0).all(0)
    raw = _rows(raw, np.append(~same, True)[: len(raw)])
    twice = np.unique(raw.sessions[1:][raw.sessions[1:] == raw.sessions[:-1]])
    return _rows(raw, ~np.isin(raw.sessions, twice)), twice


def _traded(raw: Raw) -> None:
    last = raw.volume[-RECENT:]
    if len(last) >= TRADED_OVER and not last.any() and not raw.ticker.startswith("^"):
        raise Refused(f"the volume is 0 on all of the last {len(last)} sessions up to {raw.sessions[-1]}")


def _with_sound_events(raw: Raw, closed: date) -> tuple[Raw, tuple[str, ...]]:
    """Without dividends that no fund can pay and splits that are none; dividends after `closed` come again."""
    over = ~(raw.dividend_days > np.datetime64(closed, "D"))
    before = raw.close[np.maximum(np.searchsorted(raw.sessions, raw.dividend_days) - 1, 0)]
    paid = (raw.dividends > 0) & (raw.dividends < before) & ~np.isnat(raw.dividend_days)
    split = np.isfinite(raw.splits) & (raw.splits > 0) & (raw.splits != 1) & ~np.isnat(raw.split_days)
    flags = [
        f"{raw.ticker} {raw.dividend_days[row]}: dividend {raw.dividends[row]:,g} is not between 0 and "
        f"{fmt.price(before[row])}, the close before, left out"
        for row in np.flatnonzero(over & ~paid)
    ]
    flags += [
        f"{raw.ticker} {raw.split_days[row]}: split {raw.splits[row]:,g} is no ratio of new to old shares, left out"
        for row in np.flatnonzero(~split)
    ]
    keep = over & paid
    raw = replace(raw, dividend_days=raw.dividend_days[keep], dividends=raw.dividends[keep])
    return replace(raw, split_days=raw.split_days[split], splits=raw.splits[split]), _short(flags)


def _gaps(raw: Raw, accounted: Days) -> list[str]:
    """A flag for each run of sessions without a bar between the first bar and the last, but for those accounted for."""
    first, last = (to_day(max(raw.sessions[at], np.datetime64(FIRST))) for at in (0, -1))
    due = sessions(first, last)[-GAPS_OVER:]
    places = np.flatnonzero(~np.isin(due, accounted))
    runs = np.split(due[places], np.flatnonzero(np.diff(places) > 1) + 1)
    return [_gap(raw.ticker, run) for run in runs if len(run)]


def _gap(ticker: str, run: Days) -> str:
    if len(run) == 1:
        return f"{ticker} {run[0]}: the provider has no bar for this session"
    return f"{ticker} {run[0]} to {run[-1]}: the provider has no bars for these {len(run)} sessions"


def _short(flags: Sequence[str]) -> tuple[str, ...]:
    """The newest few flags, and the others as a count with the oldest of them."""
    if len(flags) <= FLAGS:
        return tuple(flags)
    return (f"{flags[0]}; and {len(flags) - FLAGS - 1:,} more like it", *flags[-FLAGS:])
