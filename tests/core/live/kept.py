"""What an archive is filled with, and everything that is read of it, on the spot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
from smallcap.core.bars import Series
from smallcap.core.live.archive import Archive, Change, Versions
from smallcap.core.live.log import Entry
from smallcap.core.live.raw import Held, Minutes, Quote

from tests.core.live import make
from tests.core.live.test_packing import EVERY_FIELD, bits

AT = make.AT


def bars(value: float, ticker: str = "IWM", n: int = 50) -> Held:
    return make.held(make.raw(np.full(n, value), ticker=ticker))


def minutes_of(ticker: str = "IWM", interval: int = 1) -> Minutes:
    times = np.datetime64("2026-11-20T14:30", "s") + 60 * np.arange(5)
    return Minutes(ticker, interval, times, *(np.arange(5.0) + n for n in range(5)))


SERIES = Series("DGS2", np.array(["2026-11-18", "2026-11-19"], "datetime64[D]"), np.array([4.1, -0.2]))
QUOTE = Quote("IWM", 200.5, 1_700_000_000, 199.5, 1e6, 15)


def everything(change: Change) -> None:
    """One of each."""
    change.hold(bars(1.0))
    change.stage(bars(2.0))
    change.hold(bars(3.0, "SPY"))
    change.series([SERIES], AT)
    change.minutes(minutes_of(), AT)
    change.quotes([QUOTE])
    change.note({"a": {"b": [1, None, "c"]}})
    change.log([Entry(AT, "note", "IWM", "hello")])


def same(a: Held, b: Held) -> bool:
    words = (a.ticker, a.fetched_at, a.final_through, a.flags) == (b.ticker, b.fetched_at, b.final_through, b.flags)
    return words and all(bits(getattr(a.raw, name)) == bits(getattr(b.raw, name)) for name in EVERY_FIELD)


def closes(archive: Archive, *, staged: bool = False) -> dict[str, float]:
    return {ticker: float(held.raw.close[-1]) for ticker, held in archive.histories(staged=staged).items()}


def all_of(archive: Archive) -> tuple[object, ...]:
    """Everything that every reading method gives, to be compared."""
    minutes, series = archive.minutes("IWM", 1), archive.series()
    return (
        closes(archive),
        closes(archive, staged=True),
        {name: one.values.tolist() for name, one in series.items()},
        minutes and minutes.close.tolist(),
        archive.quotes(),
        archive.notes(),
        archive.log(),
        archive.versions(),
    )


NOTHING = ({}, {}, {}, None, {}, {}, (), Versions())


def edit(path: Path, *statements: tuple[object, ...]) -> None:
    """Change the file behind the archive's back."""
    with closing(sqlite3.connect(path)) as db, db:
        for sql, *values in statements:
            db.execute(str(sql), values)
