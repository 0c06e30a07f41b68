"""Claims of a condition: what followed the sessions that met it, beside what followed all others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..axes import CYCLICAL, DEFENSIVE
from ..bars import Floats
from ..context import BREADTH_WINDOW, CREDIT, CREDIT_WINDOW, LEADERS, NEAR_HIGH
from ..evidence.followed import Followed
from ..evidence.labels import Bools
from ..indicators import TRADING_DAYS, highest, lag, relative_performance, sma
from ..matching import match, spread
from ..signals import EVENT_VOLUME
from .card import Estimate, Finding
from .charts import histogram
from .estimates import WHOLE, by_decade, difference
from .market import LARGE, RATIO, SMALL, Market

MONTH, QUARTER = 21, 63
RSI_LOW, RSI_HIGH = 35.0, 42.0
FEARFUL = 0.9
BREAKOUT = 20
SECTORS = (*CYCLICAL, *DEFENSIVE)


class Condition(NamedTuple):
    """The sessions that met a condition, those on which it could be told, (t,) each, and what both are called."""

    held: Bools
    known: Bools
    what: str
    others: str = "other sessions"


def rsi_dips(market: Market) -> Finding:
    """IWM after an RSI of 35 to 42."""
    rsi = market.studies.rsi14
    held = (rsi >= RSI_LOW) & (rsi <= RSI_HIGH)
    return returned(market, market.after(SMALL, MONTH), Condition(held, ~np.isnan(rsi), "an RSI of 35 to 42"))


def volume_event(market: Market) -> Finding:
    """The ratio after a volume of at least twice its mean."""
    volume = market.studies.relative_volume
    held = volume >= EVENT_VOLUME
    return returned(
        market, market.after(RATIO, MONTH), Condition(held, ~np.isnan(volume), "a volume of twice its mean")
    )


def ahead_of_qqq(market: Market) -> Finding:
    """SPY after IWM was ahead of QQQ over 20 sessions."""
    m = match(market.panel[SMALL], market.panel["QQQ"])
    ahead = spread(relative_performance(m.a_adj, m.b_adj, BREADTH_WINDOW), m.sessions, market.sessions)
    return returned(market, market.after(LARGE, MONTH), Condition(ahead > 0, ~np.isnan(ahead), "IWM was ahead of QQQ"))


def rising_ratio(market: Market) -> Finding:
    """IWM while the mean of 50 of the ratio rises."""
    rising = _rising(market)
    return returned(
        market, market.after(SMALL, MONTH), Condition(rising > 0, ~np.isnan(rising), "the ratio was rising")
    )


def sector_confirmation(market: Market) -> Finding:
    """IWM while the ratio rises and the sectors confirm it, beside a rise they don't confirm."""
    track = market.past.confirmation
    assert track is not None
    state, held = (market.of_history(rows.astype(np.float64)) for rows in (track.state, track.held))
    known = (_rising(market) > 0) & (held > 0)
    what = "the sectors confirmed a rising ratio"
    return returned(
        market, market.after(SMALL, MONTH), Condition(state == 1, known, what, "rises they did not confirm")
    )


def narrow_highs(market: Market) -> Finding:
    """SPY's deepest fall after a high of the index that small caps lag, beside other highs."""
    track = market.past.leadership
    state, held = (market.of_history(rows.astype(np.float64)) for rows in (track.state, track.held))
    near = np.zeros(len(market.sessions), dtype=bool)
    for ticker in LEADERS:
        bars = market.panel[ticker]
        below = 1.0 - bars.close / highest(bars.close, TRADING_DAYS)
        near |= spread(below, bars.sessions, market.sessions) <= NEAR_HIGH
    after = market.after(LARGE, QUARTER)
    what, others = "a high that small caps lagged", "other highs"
    condition = Condition(state == -1, near & (held > 0), what, others)
    return _found(market, after, after.fall, condition, "deepest fall")


def golden_cross(market: Market) -> Finding:
    """The ratio after its mean of 50 crossed above its mean of 200."""
    ratio = market.level(RATIO)
    above = sma(ratio, 50) - sma(ratio, 200)
    before = lag(above, 1)
    crossed = (above > 0) & (before <= 0)
    return returned(
        market, market.after(RATIO, QUARTER), Condition(crossed, ~np.isnan(above + before), "a golden cross")
    )


def fear(market: Market) -> Finding:
    """IWM after a VIX in the highest tenth of its year."""
    rank = rolling_rank(market.macro_since("VIXCLS", TRADING_DAYS), TRADING_DAYS)[-len(market.sessions) :]
    what = "a VIX in the highest tenth of its year"
    return returned(market, market.after(SMALL, MONTH), Condition(rank >= FEARFUL, ~np.isnan(rank), what))


def credit(market: Market) -> Finding:
    """IWM while HYG/IEF is above its mean of 50."""
    m = match(*(market.panel[ticker] for ticker in CREDIT))
    ratio = m.a_adj / m.b_adj
    gap = spread(ratio / sma(ratio, CREDIT_WINDOW) - 1.0, m.sessions, market.sessions)
    what = "HYG/IEF was above its mean"
    return returned(market, market.after(SMALL, MONTH), Condition(gap > 0, ~np.isnan(gap), what))


def breakout(market: Market) -> Finding:
    """The ratio after its highest close of 20."""
    ratio = market.level(RATIO)
    top = highest(ratio, BREAKOUT)
    return returned(
        market, market.after(RATIO, MONTH), Condition(ratio >= top, ~np.isnan(top), "a 20-session high of the ratio")
    )


def returned(market: Market, after: Followed, condition: Condition) -> Finding:
    """What a target returned after the sessions that met a condition, beside all others on which it was known."""
    return _found(market, after, after.returns, condition, "return")


def rolling_rank(values: Floats, n: int) -> Floats:
    """Each value's place among the last n, itself included, 0 to 1: the share below it, half of the equal ones counted.

    values: (t,). (t,), NaN where the window holds a NaN, as before it is full. Source: Hazen (1914), (i - 1/2) / n.
    """
    out = np.full(len(values), np.nan)
    if len(values) >= n:
        window = np.lib.stride_tricks.sliding_window_view(values, n)
        last = window[:, -1:]
        rank = ((window < last).sum(axis=1) + (window == last).sum(axis=1) / 2.0) / n
        out[n - 1 :] = np.where(np.isnan(window).any(axis=1), np.nan, rank)
    return out


def _rising(market: Market) -> Floats:
    """Above 0 where the mean of 50 of the ratio is above where it was 20 sessions ago."""
    return market.of_history(market.past.votes[2])


def _found(market: Market, after: Followed, values: Floats, condition: Condition, noun: str) -> Finding:
    held, known, what, others = condition
    of = difference(market, values, held, known, after.horizon)
    found = of(WHOLE)
    groups = ((f"after {what}", values[held & known]), (f"after {others}", values[known & ~held]))
    return Finding(
        estimate=found,
        periods=by_decade(market.sessions, of),
        n_words=f"{fmt.count(found.n, 'session')} in {fmt.count(found.episodes or 0, 'episode')}",
        words=_sentence(
            found, f"{after.target}'s mean {noun} was", f"in the {after.horizon} sessions after {what}", others
        ),
        chart=histogram(f"{after.target}'s {noun} in {after.horizon} sessions: share of the days", groups),
    )


def _sentence(found: Estimate, subject: str, when: str, others: str) -> str:
    one, other = (fmt.percent(side, 2) for side in found.sides)
    assert found.ci95 is not None
    low, high = (fmt.percent(end, 2) for end in found.ci95[:2])
    return (
        f"{subject} {one} {when}, {other} after {others}: a difference of {fmt.percent(found.result, 2)}, "
        f"95% interval {low} to {high}."
    )
