"""Claims of a level: how far IWM moves in a day, by itself and beside QQQ."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .. import format as fmt
from ..bars import Floats
from ..context import ATR_BENCHMARK, ATR_HIGH, ATR_LOW
from ..matching import spread
from ..studies import Studies
from .card import Estimate, Finding
from .charts import by_year, histogram, mean_of
from .estimates import WHOLE, by_decade, mean
from .market import Market

PERSISTENT = 126
"""Half of the sessions of a block: volatility keeps its level for months."""


def atr_level(market: Market) -> Finding:
    """IWM's mean ATR(14) as a share of its close."""
    atr = _own(market)
    of = mean(market, atr, PERSISTENT)
    found = of(WHOLE)
    inside = mean_of(((atr >= ATR_LOW) & (atr <= ATR_HIGH)).astype(float), atr == atr)  # noqa: PLR0124  NaN
    return Finding(
        estimate=found,
        periods=by_decade(market.sessions, of),
        n_words=_over(found.n, found.years),
        words=f"IWM's ATR was {_on_average(found, ' of its close', partial(fmt.share, decimals=2))}; it was between "
        f"{fmt.trimmed(ATR_LOW)} and {fmt.trimmed(ATR_HIGH)} on {fmt.share(inside)} of the sessions.",
        chart=histogram("IWM's ATR in percent of its close: share of the days", [("IWM", atr)]),
    )


def atr_like_qqq(market: Market) -> Finding:
    """IWM's ATR as a share of its close over QQQ's, on average."""
    bars = market.panel[ATR_BENCHMARK]
    own, other = _own(market), spread(Studies(bars).atr_pct / 100.0, bars.sessions, market.sessions)
    of = mean(market, own / other, PERSISTENT)
    found = of(WHOLE)
    average = _on_average(found, " QQQ's", _times)
    return Finding(
        estimate=found,
        periods=by_decade(market.sessions, of),
        n_words=_over(found.n, found.years),
        words=f"Both in percent of the close, IWM's ATR was {average}.",
        chart=by_year(
            "mean ATR in percent of the close, by year", market.sessions, [("IWM", own), ("QQQ", other)], "level"
        ),
    )


def _times(value: float) -> str:
    return f"{fmt.price(value)}x"


def _on_average(found: Estimate, of: str, shown: Callable[[float], str]) -> str:
    """`1.89% of its close on average, 95% interval 1.59% to 2.26%`; without the interval where there is none."""
    said = f"{shown(found.result)}{of} on average"
    if found.ci95 is None or found.ci95.low != found.ci95.low:
        return said
    return f"{said}, 95% interval {shown(found.ci95.low)} to {shown(found.ci95.high)}"


def _own(market: Market) -> Floats:
    return market.studies.atr_pct / 100.0


def _over(n: int, years: float) -> str:
    return f"{fmt.count(n, 'session')} over {fmt.price(years, 1)} years"
