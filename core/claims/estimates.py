"""Estimates: a difference of means, a mean and a correlation, each with its block-bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..bars import Days, Floats
from ..calendar import DAYS_A_YEAR
from ..evidence.bootstrap import UNKNOWN, Interval, block_of, interval, starts_of_runs, widening
from ..evidence.labels import Bools
from ..evidence.table import decades, inside
from .card import Estimate, Period
from .market import Market

NOTHING = Estimate(float("nan"), UNKNOWN, 0, 0.0)

FEWEST_BLOCKS = 5
"""As many as the episodes that a difference needs on either side."""
Estimator = Callable[[slice], Estimate]
"""The estimate of the sessions in a slice."""


def difference(market: Market, values: Floats, held: Bools, known: Bools, horizon: int) -> Estimator:
    """The mean of the values over the sessions held less that over the others that are known.

    All (t,) on the market's sessions; a NaN value is not known. `horizon` is how many sessions a value spans.
    """
    counted = known & ~np.isnan(values)

    def of(part: slice) -> Estimate:
        span = _span(counted, part)
        if span is None:
            return NOTHING
        value, sides = values[span], (held[span] & counted[span], counted[span] & ~held[span])
        means = tuple(float(value[side].mean()) if side.any() else float("nan") for side in sides)
        runs = [len(starts_of_runs(side)) for side in sides]
        result, ci95 = means[0] - means[1], UNKNOWN
        if all(runs):
            blocks = market.blocks(len(value), horizon)
            drawn = [blocks.mean(value, side) for side in sides]
            ci95 = interval(result, drawn[0] - drawn[1], widening(horizon, len(value), min(runs)))
        years = _years(market.sessions[span])
        return Estimate(result, ci95, int(sides[0].sum()), years, runs[0], min(runs), (means[0], means[1]))

    return of


def mean(market: Market, values: Floats, horizon: int) -> Estimator:
    """The mean of the values that are known. values: (t,); `horizon` is how many sessions a value spans.

    No interval under FEWEST_BLOCKS blocks of sessions: a draw would be nearly all of them each time.
    """
    counted = ~np.isnan(values)

    def of(part: slice) -> Estimate:
        span = _span(counted, part)
        if span is None:
            return NOTHING
        value, there = values[span], counted[span]
        result, n = float(value[there].mean()), int(there.sum())
        ci95 = UNKNOWN
        if len(value) >= FEWEST_BLOCKS * block_of(horizon):
            drawn = market.blocks(len(value), horizon).mean(value, there)
            ci95 = interval(result, drawn, widening(horizon, len(value), n))
        return Estimate(result, ci95, n, _years(market.sessions[span]))

    return of


def correlation(market: Market, x: Floats, y: Floats, horizon: int) -> Estimator:
    """Pearson's correlation, its pairs drawn together; `episodes` are the spells of x below zero.

    x, y: (t,), each value spanning `horizon` sessions; a pair counts where both are known.
    """
    counted = ~np.isnan(x) & ~np.isnan(y)

    def of(part: slice) -> Estimate:
        span = _span(counted, part)
        if span is None:
            return NOTHING
        there = counted[span]
        # About their means, so that the sums of squares keep their digits.
        a, b = (np.where(there, v[span] - v[span][there].mean(), 0.0) for v in (x, y))
        columns = (a, b, a * a, b * b, a * b)
        blocks = market.blocks(len(a), horizon)
        drawn = _pearson(*(blocks.mean(column, there) for column in columns))
        result = pearson(x[span], y[span])
        falling, rising = (len(starts_of_runs(there & side)) for side in (x[span] < 0, x[span] > 0))
        low, high, p = interval(result, drawn, widening(horizon, len(a), min(falling, rising)))
        # Stretched draws may lie beyond what a correlation can be; clip keeps NaN.
        ci95 = Interval(float(np.clip(low, -1.0, 1.0)), float(np.clip(high, -1.0, 1.0)), p)
        return Estimate(result, ci95, int(there.sum()), _years(market.sessions[span]), falling, min(falling, rising))

    return of


def pearson(x: Floats, y: Floats) -> float:
    """Pearson's correlation of the pairs that are known; (t,) each. NaN where one doesn't vary."""
    there = ~np.isnan(x) & ~np.isnan(y)
    if not there.any():
        return float("nan")
    a, b = (values[there] - values[there].mean() for values in (x, y))
    return float(_pearson(*(column.mean(keepdims=True) for column in (a, b, a * a, b * b, a * b)))[0])


def by_decade(sessions: Days, of: Estimator) -> tuple[Period, ...]:
    """The estimate within every decade of the calendar that has a number to show."""
    periods = []
    for first, last in decades(sessions):
        found = of(inside(sessions, (first, last)))
        if not np.isnan(found.result):
            name = f"{str(first)[:4]}-{str(last)[:4]}"
            periods.append(Period(name, found.result, found.ci95, found.n))
    return tuple(periods)


WHOLE = slice(None)


def _span(counted: Bools, part: slice) -> slice | None:
    """From the first session to the last of a part that count: what lies outside would be drawn for nothing."""
    start = part.start or 0
    rows = np.flatnonzero(counted[part])
    return slice(start + int(rows[0]), start + int(rows[-1]) + 1) if len(rows) else None


def _years(sessions: Days) -> float:
    return float((sessions[-1] - sessions[0]).astype(int) / DAYS_A_YEAR)


def _pearson(x: Floats, y: Floats, xx: Floats, yy: Floats, xy: Floats) -> Floats:
    """The correlation from means of the values, their squares and their product; NaN where one doesn't vary."""
    varied = np.sqrt(np.maximum(xx - x * x, 0.0) * np.maximum(yy - y * y, 0.0))
    return np.asarray(np.divide(xy - x * y, varied, out=np.full(len(x), np.nan), where=varied > 0))
