"""A store as a fetch at some instant would have left it, and comparisons of what is in it with the truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
from smallcap.core.bars import Series
from smallcap.core.live.archive import Archive, Change
from smallcap.core.live.due import final_through
from smallcap.core.live.raw import FIELDS, Held, Raw

from tests.loopback import World

NAME = "store.sqlite3"
EVENTS = (("dividend_days", "dividends"), ("split_days", "splits"))


def filled(home: Path, world: World, at: datetime, tickers: Sequence[str] = ()) -> Archive:
    """The truth of the tickers, all of the world's unless told, and of its series, as fetched at `at`."""
    archive = Archive(home / NAME)
    archive.prepare()
    now, world.now = world.now, at
    held = [Held(world.raw(ticker, at), at, final_through(at)) for ticker in tickers or world.tickers]
    series = [world.macro(name) for name in world.series]
    world.now = now
    key = f"macro {','.join(world.series)}"

    def everything(change: Change) -> None:
        for one in held:
            change.hold(one)
        change.series(series, at)
        change.note({"answered": {key: at.isoformat(), f"{key} max": at.isoformat()}})

    archive.write(everything)
    return archive


def same(raw: Raw, truth: Raw) -> bool:
    """Whether these are the very bars and events, but for the last bit of prices that were rescaled."""
    if not np.array_equal(raw.sessions, truth.sessions):
        return False
    columns = all(np.allclose(getattr(raw, name), getattr(truth, name), rtol=1e-6, atol=0) for name in FIELDS)
    events = all(
        np.array_equal(getattr(raw, days), getattr(truth, days))
        and np.allclose(getattr(raw, amounts), getattr(truth, amounts), rtol=1e-5, atol=0)
        for days, amounts in EVENTS
    )
    return columns and events


def past(raw: Raw, last: date) -> bytes:
    """The bytes of every bar and split up to a session."""
    kept = raw.sessions <= np.datetime64(last)
    split = raw.split_days <= np.datetime64(last)
    columns = [raw.sessions[kept], *(getattr(raw, name)[kept] for name in FIELDS)]
    return b"".join(column.tobytes() for column in (*columns, raw.split_days[split], raw.splits[split]))


def same_series(series: Series, truth: Series) -> bool:
    """Whether these are the very observations."""
    return np.array_equal(series.dates, truth.dates) and np.array_equal(series.values, truth.values)
