"""Claims of funds: what small caps earn over large ones, what a fee costs, how alike two funds of one index are."""

from __future__ import annotations

import math

from .. import format as fmt
from ..framework.fees import Request, compare, growth
from ..indicators import TRADING_DAYS
from .card import Chart, Column, Estimate, Finding
from .charts import by_year
from .estimates import WHOLE, by_decade, mean, pearson
from .market import RATIO, SMALL, Market

AMOUNT, YEARS, RETURN = 100_000.0, 30, 0.08
FEE, QUOTED_FEE, VTWO_FEE = 0.0019, 0.0003, 0.0010
TWIN = "VTWO"


def small_cap_premium(market: Market) -> Finding:
    """What IWM earned over SPY a year."""
    said = "IWM earned {0} a year over SPY, as log returns with dividends, 95% interval {1} to {2}."
    return _a_year(market, RATIO, said, "IWM's log return over SPY's, by year")


def near_identical(market: Market) -> Finding:
    """What IWM earned over VTWO a year, and how closely their days agree."""
    alike = pearson(market.returns(SMALL), market.returns(TWIN))
    said = (
        f"IWM earned {{0}} a year over {TWIN}, 95% interval {{1}} to {{2}}; their daily returns had a correlation of "
        f"{fmt.price(alike, 4)}."
    )
    return _a_year(market, f"{SMALL}/{TWIN}", said, f"IWM's log return over {TWIN}'s, by year")


def fee_drag(_: Market) -> Finding:
    """What 0.19 % costs over 0.03 %."""
    return _fee(QUOTED_FEE)


def fee_drag_vtwo(_: Market) -> Finding:
    """What 0.19 % costs over the 0.10 % of VTWO until 2024."""
    return _fee(VTWO_FEE)


def _fee(against: float) -> Finding:
    result = compare(Request(AMOUNT, YEARS, RETURN, FEE, against)).difference
    dear, cheap = (growth(AMOUNT, 0.0, YEARS, RETURN, fee) for fee in (FEE, against))
    fees = f"{fmt.trimmed(FEE)} and {fmt.trimmed(against)}"
    return Finding(
        estimate=Estimate(result, None, 0, math.nan),
        periods=(),
        n_words="arithmetic",
        words=f"{fmt.dollars(AMOUNT)} that earn {fmt.trimmed(RETURN)} a year for {YEARS} years end "
        f"{fmt.dollars(result)} apart with fees of {fees}.",
        chart=Chart(
            f"what {fees} leave apart, by year",
            tuple(str(year) for year in range(YEARS + 1)),
            (Column("difference", tuple((cheap - dear).tolist())),),
            "dollars",
        ),
    )


def _a_year(market: Market, name: str, said: str, title: str) -> Finding:
    """The mean daily log return of a ratio, times 252."""
    returns = TRADING_DAYS * market.returns(name)
    of = mean(market, returns, 1)
    found = of(WHOLE)
    assert found.ci95 is not None
    words = (fmt.percent(value, 2) for value in (found.result, *found.ci95[:2]))
    return Finding(
        estimate=found,
        periods=by_decade(market.sessions, of),
        n_words=f"{fmt.count(found.n, 'session')} over {fmt.price(found.years, 1)} years",
        words=said.format(*words),
        chart=by_year(title, market.sessions, [("a year", returns)]),
    )
