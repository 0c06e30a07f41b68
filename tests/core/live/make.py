"""Daily bars as a provider answers them, made on the spot."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from smallcap.core.bars import Days, Floats
from smallcap.core.calendar import sessions
from smallcap.core.live.raw import FIELDS, Answer, Held, Raw

LAST = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
EVENTS = ("dividend_days", "dividends", "split_days", "splits")


def days_up_to(n: int, last: date = LAST) -> Days:
    """The last `n` sessions up to `last`."""
    return sessions(date(1993, 1, 1), last)[-n:].copy()


def walk(n: int, seed: int = 1, start: float = 200.0, sd: float = 0.01) -> Floats:
    """The closes of a random walk."""
    return start * np.exp(np.cumsum(np.random.RandomState(seed).normal(0, sd, n)))


def raw(
    closes: Sequence[float] | Floats,
    last: date = LAST,
    *,
    ticker: str = "IWM",
    dividends: Mapping[str, float] | None = None,
    splits: Mapping[str, float] | None = None,
) -> Raw:
    """Bars with these closes on the sessions up to `last`, a range of 1 % around each and a volume of its own."""
    close = np.array(closes, float)
    volume = 1e6 + 1e3 * (np.arange(len(close)) % 7)
    columns = (close * 1.001, close * 1.01, close * 0.99, close, volume)
    return Raw(ticker, days_up_to(len(close), last), *columns, *_events(dividends), *_events(splits))


def answer(bars: Raw, **said: object) -> Answer:
    """An answer about those bars, its last price the last close, unless said otherwise."""
    words = {"symbol": bars.ticker, "timezone": "America/New_York", "price": float(bars.close[-1]), "price_at": 0}
    return Answer(bars, **{**words, **said})


def held(bars: Raw, final: date | None = None, flags: tuple[str, ...] = ()) -> Held:
    """Those bars as held, final through their last session unless another is given."""
    return Held(bars, AT, bars.sessions[-1].item() if final is None else final, flags)


def with_row(bars: Raw, row: int, **values: float) -> Raw:
    """The bars with some fields of one row changed."""
    changed = {name: getattr(bars, name).copy() for name in values}
    for name, value in values.items():
        changed[name][row] = value
    return replace(bars, **changed)


def times(bars: Raw, rows: slice, factor: float) -> Raw:
    """The bars with the prices of some rows multiplied."""
    prices = {name: getattr(bars, name).copy() for name in FIELDS[:4]}
    for column in prices.values():
        column[rows] *= factor
    return replace(bars, **prices)


def only(bars: Raw, rows: object) -> Raw:
    """Some rows of the bars, with all events."""
    return replace(bars, **{name: getattr(bars, name)[rows] for name in ("sessions", *FIELDS)})


def without(bars: Raw, *rows: int) -> Raw:
    """The bars without some rows."""
    return only(bars, np.delete(np.arange(len(bars)), rows))


def real(folder: Path, path: Path) -> tuple[Raw, Floats]:
    """A ticker of the real history with its dividends, and the vendor's adj_close (NaN where it has none)."""
    rows = _table(path)
    columns = {name: np.array([float(row[name] or "nan") for row in rows]) for name in (*FIELDS, "adj_close")}
    adj_close = columns.pop("adj_close")
    days = np.array([row["date"] for row in rows], "datetime64[D]")
    paid_at = folder / "dividends" / path.name
    paid = {row["ex_date"]: float(row["amount"]) for row in _table(paid_at)} if paid_at.exists() else {}
    return Raw(
        path.stem, days, **columns, **dict(zip(EVENTS, (*_events(paid), *_events(None)), strict=True))
    ), adj_close


def _table(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def _events(values: Mapping[str, float] | None) -> tuple[Days, Floats]:
    found = values or {}
    return np.array(list(found), "datetime64[D]"), np.array(list(found.values()), float)
