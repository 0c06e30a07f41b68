"""What followed each session: returns, volatility and the deepest fall, from the close of the session after it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..bars import Floats, Panel
from ..history import History
from ..indicators import realized_vol
from ..matching import spread

HORIZONS = (5, 21, 63)
DELAY = 1
"""A label of one session's close can be acted on at the close of the next."""


class Target(NamedTuple):
    """Something whose future is looked at: its name, and its total-return level on the history's sessions, (t,).

    NaN where it has no close.
    """

    name: str
    level: Floats


class Followed(NamedTuple):
    """What a target did in the `horizon` sessions from the close of t+1 on; row t is the session it followed, (t,).

    `returns` are simple, `vol` is the sample standard deviation of the daily log returns times sqrt(252), `fall` the
    deepest fall from a close to a later one, 0 or less; all fractions. NaN where a close is missing, or still to come.
    """

    target: str
    horizon: int
    returns: Floats
    vol: Floats
    fall: Floats


def targets(past: History, panel: Panel) -> tuple[Target, ...]:
    """The pair's two tickers and its ratio, on the history's sessions."""
    tickers = (Target(t, spread(panel[t].adj_close, panel[t].sessions, past.sessions)) for t in past.pair)
    return *tickers, Target(str(past.pair), past.ratio)


def followed(target: Target, horizon: int) -> Followed:
    """What came after every session of a target, `horizon` sessions long; a row uses nothing later than its own end."""
    level, n = target.level, len(target.level)
    last = n - horizon - DELAY
    returns, vol, fall = (np.full(n, np.nan) for _ in range(3))
    if last > 0:
        start, end = slice(DELAY, DELAY + last), slice(DELAY + horizon, None)
        returns[:last] = level[end] / level[start] - 1.0
        vol[:last] = realized_vol(level, horizon)[end]
        windows = np.lib.stride_tricks.sliding_window_view(level[DELAY:], horizon + 1)
        fall[:last] = (windows / np.maximum.accumulate(windows, axis=1)).min(axis=1) - 1.0
        # A window with a hole in it has no volatility; it has no return either, so that all are of the same sessions.
        returns[np.isnan(vol)] = np.nan
    return Followed(target.name, horizon, returns, vol, fall)


def follow_all(past: History, panel: Panel, horizons: tuple[int, ...] = HORIZONS) -> tuple[Followed, ...]:
    """Every target over every horizon, horizon by horizon.

    A session counts for all targets of a horizon or for none: where one has no return, none has.
    """
    found = []
    for horizon in horizons:
        rows = [followed(target, horizon) for target in targets(past, panel)]
        missing = np.isnan(np.array([row.returns for row in rows])).any(axis=0)
        for row in rows:
            for values in (row.returns, row.vol, row.fall):
                values[missing] = np.nan
        found += rows
    return tuple(found)
