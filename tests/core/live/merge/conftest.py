"""What the tests of the merge need: bars held, a window of them, and the two joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from smallcap.core.live.merge import Merged, merge
from smallcap.core.live.raw import FIELDS, Held, Raw

from tests.core.live.make import LAST, held, only, raw, times, walk

LATER = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
BARS = raw(walk(100), dividends={"2026-09-15": 0.4, "2026-11-10": 0.5})
WINDOW = only(BARS, slice(-22, None))
PAID = replace(WINDOW, dividend_days=BARS.dividend_days[1:], dividends=BARS.dividends[1:])
HELD = held(only(BARS, slice(None, -2)))


def same(a: Raw, b: Raw, rtol: float = 0.0) -> None:
    assert a.ticker == b.ticker
    for name in ("sessions", "dividend_days", "split_days"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
    for name in (*FIELDS, "dividends", "splits"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=rtol, err_msg=name)


def joined(known: Held, fresh: Raw, *flags: str, final: date = LAST) -> Merged:
    return merge(known, fresh, LATER, final, flags)


def halved(fresh: Raw, day: str) -> Raw:
    """The window after a 2:1 split."""
    prices = times(fresh, slice(None), 0.5)
    split = {"split_days": np.array([day], "M8[D]"), "splits": np.array([2.0])}
    return replace(prices, volume=fresh.volume * 2, dividends=fresh.dividends / 2, **split)
