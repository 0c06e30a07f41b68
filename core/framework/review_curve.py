"""The chart of a reviewed trade: its ticker's closes around the plan, with the stop and the target."""

from __future__ import annotations

import numpy as np

from .. import format as fmt
from ..bars import Bars
from .curve import Curve
from .review import Review

SESSIONS_BEFORE = 20


def trade_curves(found: Review, bars: Bars | None) -> tuple[Curve, ...]:
    """The closes of `bars`, the trade's ticker's, from SESSIONS_BEFORE the plan to the review; none without a score.

    Stop and target are on the scale of those bars, level from end to end.
    """
    score, made = found.score, np.datetime64(found.saved.plan.standing.as_of)
    if score is None or bars is None or bars.ticker != score.trade.ticker:
        return ()
    seen = bars.until(np.datetime64(found.as_of))
    first = max(int(np.searchsorted(seen.sessions, made)) - SESSIONS_BEFORE, 0)
    days, trade = seen.sessions[first:], score.trade
    levels = [("stop", trade.stop), ("target", trade.target)]
    lines = [(name, np.full(len(days), level)) for name, level in levels if not np.isnan(level)]
    title = f"{trade.ticker}, entered at {fmt.price(trade.entry)} on {made}"
    return (Curve(title, days, (("close", seen.close[first:]), *lines), "$"),)
