"""Matching: two tickers on the sessions both have, and values of one calendar laid on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bars import Bars, Days, Floats

Rows = slice | NDArray[np.intp]


class Matched(NamedTuple):
    """Two tickers on the sessions both have: their closes and adjusted closes, all of one length."""

    sessions: Days
    a_close: Floats
    b_close: Floats
    a_adj: Floats
    b_adj: Floats


def match(a: Bars, b: Bars) -> Matched:
    """The rows of two tickers on their common sessions; empty arrays when they share none."""
    days, i, j = common(a.sessions, b.sessions)
    return Matched(days, a.close[i], b.close[j], a.adj_close[i], b.adj_close[j])


def match_last(a: Bars, b: Bars, n: int) -> Matched:
    """The newest n rows of two tickers on their common sessions; all of them when there are fewer."""
    if same(a.sessions[-n:], b.sessions[-n:]):
        return Matched(a.sessions[-n:], a.close[-n:], b.close[-n:], a.adj_close[-n:], b.adj_close[-n:])
    m = match(a, b)
    return Matched(m.sessions[-n:], m.a_close[-n:], m.b_close[-n:], m.a_adj[-n:], m.b_adj[-n:])


def common(a: Days, b: Days) -> tuple[Days, Rows, Rows]:
    """The sessions that two tickers share and where they are in each: slices when one's lie in a row in the other's."""
    # Whole numbers compare three times faster than dates.
    p, q = a.view(np.int64), b.view(np.int64)
    first, last = max(p[0], q[0]), min(p[-1], q[-1])
    i, j = (slice(int(x.searchsorted(first)), int(x.searchsorted(last, "right"))) for x in (p, q))
    if i.stop - i.start == j.stop - j.start and bool((p[i] == q[j]).all()):
        return a[i], i, j
    days, left, right = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    return days, left, right


def among(sessions: Days, days: Days) -> NDArray[np.bool_]:
    """Which of one or more sessions, in order and each once, are among these days, in any order."""
    # As np.isin does, which would import numpy's masked arrays: 15 ms of every start.
    found = np.zeros(len(sessions), np.bool_)
    at = np.minimum(np.searchsorted(sessions, days), len(sessions) - 1)
    found[at[sessions[at] == days]] = True
    return found


def either(a: Days, b: Days, both: int) -> Days:
    """The sessions that either ticker has, given how many both have."""
    return b if both == len(a) else a if both == len(b) else np.union1d(a, b)


def same(a: Days, b: Days) -> bool:
    """Whether two tickers have the same sessions."""
    return a is b or (len(a) == len(b) and bool((a.view(np.int64) == b.view(np.int64)).all()))


def spread(values: Floats, days: Days, sessions: Days) -> Floats:
    """`values` (d,), known on `days`, laid on `sessions`: NaN where it has none, the rest left out."""
    return spread_all((values,), days, sessions)[0]


def spread_all(rows: Sequence[Floats], days: Days, sessions: Days) -> tuple[Floats, ...]:
    """As `spread`, for several arrays known on the same days."""
    if same(days, sessions):
        return tuple(rows)
    out = tuple(np.full(len(sessions), np.nan) for _ in rows)
    if len(days) and len(sessions):
        _, from_days, to_sessions = common(days, sessions)
        for laid, values in zip(out, rows, strict=True):
            laid[to_sessions] = values[from_days]
    return out
