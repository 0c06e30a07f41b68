"""One row of the watchlist: a ticker's newest close and how it has done against the market."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from .bars import Panel, to_day
from .indicators import relative_performance
from .matching import match_last

WATCH_WINDOW = 20


class Watch(NamedTuple):
    """One row of the watchlist: last close, the close before it, and 20-session performance against the market.

    NaN where not known; `session` is the ticker's own newest session, None when the source has no such ticker.
    """

    ticker: str
    last: float
    before: float
    versus: float
    session: date | None

    def change(self, last: float) -> float:
        """The change from the close of the session before `last` was traded, as a fraction."""
        return last / self.before - 1.0


def watch(panel: Panel, ticker: str, market: str, as_of: date) -> Watch:
    """The ticker's row on the session `as_of`.

    All NaN when the panel has no such ticker; all but the last close NaN when that is of an earlier session. The
    change is NaN, too, when the ticker has no bar on the market's session before.
    """
    bars = panel.bars.get(ticker)
    if bars is None:
        return Watch(ticker, np.nan, np.nan, np.nan, None)
    last, session = float(bars.close[-1]), to_day(bars.sessions[-1])
    if session != as_of:
        return Watch(ticker, last, np.nan, np.nan, session)
    m = match_last(bars, panel[market], WATCH_WINDOW + 1)
    versus = relative_performance(m.a_adj, m.b_adj, WATCH_WINDOW)[-1:]
    adjacent = len(bars) > 1 and bool(np.array_equal(bars.sessions[-2:], panel[market].sessions[-2:]))
    before = float(bars.close[-2]) if adjacent else np.nan
    return Watch(ticker, last, before, float(versus[0]) if len(versus) else np.nan, session)
