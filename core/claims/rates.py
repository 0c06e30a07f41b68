"""Claims of the rates: the ratio beside the 2-year yield, and through the cycle of the Federal Reserve."""

from __future__ import annotations

import numpy as np

from .. import format as fmt
from ..bars import Floats
from ..evidence.labels import Bools
from ..indicators import TRADING_DAYS, lag
from ..macro import CHANGE_WINDOW
from .card import Finding
from .charts import by_group
from .conditions import QUARTER, Condition, returned
from .estimates import WHOLE, by_decade, correlation
from .market import RATIO, Market

CUTTING, HIKING = -1.0, 1.0
FIFTHS = ("fell most", "fell", "middle", "rose", "rose most")


def yield_falls(market: Market) -> Finding:
    """The ratio's change beside that of the 2-year yield, both over 63 sessions."""
    rate, level = market.macro("DGS2") / 100.0, np.log(market.level(RATIO))
    moved, changed = rate - lag(rate, CHANGE_WINDOW), level - lag(level, CHANGE_WINDOW)
    of = correlation(market, moved, changed, CHANGE_WINDOW)
    found = of(WHOLE)
    assert found.ci95 is not None
    low, high = (fmt.signed(end) for end in found.ci95[:2])
    return Finding(
        estimate=found,
        periods=by_decade(market.sessions, of),
        n_words=f"{fmt.count(found.n, 'session')} in {fmt.count(found.episodes or 0, 'spell')} of falling yields",
        words=f"The ratio and the 2-year yield moved with a correlation of {fmt.signed(found.result)} over "
        f"{CHANGE_WINDOW} sessions, 95% interval {low} to {high}; below 0, one rises as the other falls.",
        chart=by_group("the ratio's mean change, by how the 2-year yield moved", _fifths(moved, changed), changed),
    )


def cuts_begin(market: Market) -> Finding:
    """The ratio after rate cuts began."""
    cycle, n = market.rate_cycle(TRADING_DAYS), len(market.sessions)
    cutting = np.cumsum(cycle == CUTTING)
    # Before this session: the cuts among the 252 up to the last one.
    before = cutting - (cycle == CUTTING)
    recent = before - np.concatenate((np.zeros(TRADING_DAYS, dtype=np.int64), before))[: len(before)]
    known = ~np.isnan(cycle) & ~np.isnan(lag(cycle, 1))
    began = (cycle == CUTTING) & (recent == 0) & known
    return returned(market, market.after(RATIO, QUARTER), Condition(began[-n:], known[-n:], "rate cuts began"))


def hikes_lag(market: Market) -> Finding:
    """The ratio while rates are raised."""
    cycle = market.rate_cycle()
    return returned(
        market, market.after(RATIO, QUARTER), Condition(cycle == HIKING, ~np.isnan(cycle), "rates had been raised")
    )


def _fifths(moved: Floats, changed: Floats) -> list[tuple[str, Bools]]:
    """The sessions by fifths of how the yield moved, among those on which both are known."""
    known = ~np.isnan(moved) & ~np.isnan(changed)
    if not known.any():
        return []
    edges = np.quantile(moved[known], [0.2, 0.4, 0.6, 0.8])
    place = np.searchsorted(edges, moved, side="right")
    return [(name, known & (place == at)) for at, name in enumerate(FIFTHS)]
