"""What the sizing was worth: exposure sized by the settings beside the same average exposure held constant."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from itertools import chain
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Days, Floats, Panel, to_day
from ..calendar import DAYS_A_YEAR
from ..framework.rebalance import SPREAD_BPS
from ..history import History
from ..indicators import TRADING_DAYS
from ..matching import spread
from ..settings import Settings
from ..sizing import multiplier
from .bootstrap import DRAWS, SEED, Blocks, Interval, block_of, interval, starts_of_runs, widening
from .followed import DELAY, targets
from .table import CALMER, ENOUGH_EPISODES, LESS, MORE, ROUGHER, SAME_VOL, TOO_FEW, Span, decades, inside

ASSUMED = (
    "Total return before tax; cash earns nothing and borrowing costs nothing; fractions of a share. Each close's "
    "exposure is traded to on the next close. Both are brought back to their weight on every close and pay "
    f"{SPREAD_BPS:g} bp of all they buy and sell. The average exposure is known only afterwards."
)
SAME_RETURN, SAME_SHARPE = "no difference in return shown", "no difference in Sharpe ratio shown"
BETTER, WORSE = "higher Sharpe ratio", "lower Sharpe ratio"


class Exposure(NamedTuple):
    """One way to set the exposure: its key, its name, and its weights on a history's sessions, (t,).

    The weights are fractions of equity, decided on the session's close; NaN where it can't be sized.
    """

    key: str
    name: str
    weights: Callable[[History, Settings], Floats]


class Held(NamedTuple):
    """What a portfolio of the ticker and cash came to, after costs; fractions, a year of 365.25 days or 252 sessions.

    `annual_return` is compounded, `volatility` that of daily simple returns, `sharpe` their mean over it (nothing is
    taken off for cash, which earns nothing here), `max_drawdown` 0 or less, `turnover` all that was bought and sold
    a year, `exposure` the mean weight.
    """

    annual_return: float
    volatility: float
    sharpe: float
    max_drawdown: float
    turnover: float
    exposure: float


class Gap(NamedTuple):
    """Sized less constant in one thing: the difference, its 95 % interval, and what it shows in words."""

    difference: float
    ci95: Interval
    verdict: str


class Compared(NamedTuple):
    """One exposure in a ticker beside its own average held constant over the same sessions.

    `returns` is the difference of the mean daily returns x 252, free of what compounding does to the volatile one.
    `spells` is the fewer of the stretches above and below the average.
    """

    key: str
    name: str
    ticker: str
    first: date
    last: date
    sized: Held
    constant: Held
    returns: Gap
    volatility: Gap
    sharpe: Gap
    spells: int

    def words(self) -> str:
        """Both in one sentence that ends in what they show."""
        sized, constant = self.sized, self.constant
        return (
            f"Sized this way {self.ticker} returned {fmt.percent(sized.annual_return)} a year at "
            f"{fmt.share(sized.volatility, 1)} volatility ({self.first.year}-{self.last.year}), the same average "
            f"exposure held constant {fmt.percent(constant.annual_return)} at {fmt.share(constant.volatility, 1)}: "
            f"{self.shown()}."
        )

    def shown(self) -> str:
        """What the difference in return and that in volatility show."""
        both = (self.returns.verdict, self.volatility.verdict)
        if both == (SAME_RETURN, SAME_VOL):
            return "no difference in return or volatility shown"
        return ", ".join(dict.fromkeys(both))


class Worth(NamedTuple):
    """What each exposure was worth, in the order of EXPOSURES, over all sessions and by decade.

    `rows` and `periods` leave out those with less than a year; `periods` are sorted by decade, then exposure.
    """

    rows: tuple[Compared, ...]
    periods: tuple[Compared, ...]

    def words(self) -> str:
        """What the whole sizing was worth in one sentence, or what is left where it can't be told."""
        return self.rows[-1].words()


class Carried(NamedTuple):
    """A portfolio from close to close: simple returns after costs, and what was traded as a share of it; (t - 1,)."""

    returns: Floats
    traded: Floats


class Position(NamedTuple):
    """The closes of a ticker with its total-return level and the weight held from each on; (t,), none NaN."""

    days: Days
    level: Floats
    weights: Floats


class Drawn(NamedTuple):
    """Mean a year, volatility and Sharpe ratio of a portfolio's returns in every draw; (draws,) each."""

    mean: Floats
    volatility: Floats
    sharpe: Floats


def multiplier_alone(past: History, _: Settings) -> Floats:
    """The multiplier of a long position by the ratio's trend and the sectors, of a base of 1; (t,).

    NaN before the ratio's trend is known; sectors that are not known are MIXED, as a sizing takes them.
    """
    table = np.array([[multiplier("long", row, column) for column in (-1, 0, 1)] for row in (-1, 0, 1)])
    confirmed = 0 if past.confirmation is None else past.confirmation.state
    return np.where(past.leadership.held > 0, table[past.leadership.state + 1, confirmed + 1], np.nan)


def whole_sizing(past: History, settings: Settings) -> Floats:
    """The weight of a long position at the close by the settings, shares not rounded; (t,), fractions of equity.

    NaN where the stop can't be set by ATR; a volatility that is not known limits nothing.
    """
    studies = past.inputs.studies
    away, vol = settings.stop_atr * studies.atr14 / studies.bars.close, studies.realized_vol20
    risked = np.divide(settings.risk_fraction, away, out=np.full(len(away), np.nan), where=(away > 0) & (away < 1))
    calm = np.divide(settings.target_vol, vol, out=np.full(len(vol), np.inf), where=vol > 0)
    cap = np.minimum(calm, min(settings.max_weight, 1.0))
    risked, cap = (spread(row, studies.bars.sessions, past.sessions) for row in (risked, cap))
    return np.asarray(np.minimum(risked * multiplier_alone(past, settings), cap))


EXPOSURES = (
    Exposure("multiplier", "the multiplier alone", multiplier_alone),
    Exposure("sizing", "the whole sizing", whole_sizing),
)


def worth(past: History, panel: Panel, settings: Settings, *, seed: int = SEED, draws: int = DRAWS) -> Worth | None:
    """Every exposure in the pair's first ticker from where it can first be sized to the history's end, after costs.

    None with less than a year of it. Only what the history holds is looked at. In each decade the constant is that
    decade's own average.
    """
    ticker = targets(past, panel)[0]
    kept = [(one, position(past.sessions, ticker.level, one.weights(past, settings))) for one in EXPOSURES]
    spans = decades(past.sessions)
    whole, *parts = (
        [compare(_within(held, span), ticker.name, one, seed=seed, draws=draws) for one, held in kept]
        for span in ((past.sessions[0], past.sessions[-1]), *spans)
    )
    rows, periods = (tuple(row for row in found if row) for found in (whole, chain(*parts)))
    return Worth(rows, periods) if rows else None


def position(sessions: Days, level: Floats, wanted: Floats) -> Position:
    """The weights held on the closes there are, each decided one close before, from the first that is known.

    sessions, level, wanted: (t,), the weights as decided on each close; a NaN leaves the last one as it is.
    """
    there = np.flatnonzero(~np.isnan(level))
    decided = wanted[there]
    known = ~np.isnan(decided)
    begins = int(known.argmax()) if known.any() else len(there)
    newest = np.maximum.accumulate(np.where(known, np.arange(len(there)), 0))
    closes = there[begins + DELAY :]
    return Position(sessions[closes], level[closes], decided[newest[begins : len(there) - DELAY]])


def compare(held: Position, ticker: str, of: Exposure, *, seed: int = SEED, draws: int = DRAWS) -> Compared | None:
    """A position beside its own average held constant; None with less than a year of it.

    Both trade by the same rule, back to their weight on every close, so that they differ in the weights alone, and
    neither is charged for its first purchase.
    """
    if len(held.days) <= TRADING_DAYS:
        return None
    own = held.weights[:-1]
    # Clipped, as the mean of equal numbers can miss them by a last digit.
    mean = float(np.clip(own.mean(), own.min(), own.max()))
    rows = [carried(held.level, weights) for weights in (held.weights, np.full(len(held.weights), mean))]
    spells = min(len(starts_of_runs(side)) for side in (own > mean, own < mean))
    sized, constant = (_result(held.days, row, mean) for row in rows)
    return Compared(
        of.key,
        of.name,
        ticker,
        to_day(held.days[0]),
        to_day(held.days[-1]),
        sized,
        constant,
        *_gaps(rows[0].returns, rows[1].returns, spells, Blocks(len(own), block_of(1), draws, seed)),
        spells,
    )


def carried(level: Floats, weights: Floats, spread_bps: float = SPREAD_BPS) -> Carried:
    """A portfolio brought to its weight on every close, the rest in cash that earns nothing.

    level, weights: (t,), a close and the weight held from it on. What is bought or sold costs `spread_bps` of itself;
    the cash on the other side costs nothing.
    """
    growth, own = level[1:] / level[:-1], weights[:-1]
    gross = 1.0 + own * (growth - 1.0)
    traded = np.abs(weights[1:] - own * growth / gross)
    return Carried(gross * (1.0 - spread_bps / 10_000.0 * traded) - 1.0, traded)


def _within(held: Position, span: Span) -> Position:
    rows = inside(held.days, span)
    return Position(held.days[rows], held.level[rows], held.weights[rows])


def _result(days: Days, row: Carried, exposure: float) -> Held:
    values = np.concatenate(([1.0], np.cumprod(1.0 + row.returns)))
    years = (to_day(days[-1]) - to_day(days[0])).days / DAYS_A_YEAR
    volatility = float(np.std(row.returns, ddof=1) * math.sqrt(TRADING_DAYS))
    return Held(
        annual_return=float(values[-1] ** (1.0 / years) - 1.0),
        volatility=volatility,
        sharpe=float(row.returns.mean() * TRADING_DAYS / volatility) if volatility > 0 else float("nan"),
        max_drawdown=float(np.min(values / np.maximum.accumulate(values)) - 1.0),
        turnover=float(row.traded.sum() / years),
        exposure=exposure,
    )


def _gaps(sized: Floats, constant: Floats, spells: int, blocks: Blocks) -> tuple[Gap, Gap, Gap]:
    """The differences in return, volatility and Sharpe ratio, each on the same draws."""
    found = [_drawn(np.array([[row.sum()], [(row * row).sum()]]), len(row)) for row in (sized, constant)]
    drawn = [_drawn(np.array([blocks.sums(row), blocks.sums(row * row)]), len(row)) for row in (sized, constant)]
    widen = widening(1, len(sized), spells)
    differences = [(float((a - b)[0]), c - d) for a, b, c, d in zip(*found, *drawn, strict=True)]
    gaps = [(difference, interval(difference, rows, widen)) for difference, rows in differences]
    words = ((SAME_RETURN, MORE, LESS), (SAME_VOL, ROUGHER, CALMER), (SAME_SHARPE, BETTER, WORSE))
    first, second, third = (Gap(*gap, _verdict(*gap, row, spells)) for gap, row in zip(gaps, words, strict=True))
    return first, second, third


def _verdict(difference: float, ci95: Interval, words: tuple[str, str, str], spells: int) -> str:
    if spells < ENOUGH_EPISODES:
        return TOO_FEW
    none, more, less = words
    return none if ci95.spans_zero else more if difference > 0 else less


def _drawn(sums: Floats, n: int) -> Drawn:
    """From the sums of n daily returns and of their squares, (2, draws)."""
    mean = sums[0] / n
    volatility = np.sqrt(np.maximum(sums[1] - sums[0] * mean, 0.0) / (n - 1) * TRADING_DAYS)
    year = mean * TRADING_DAYS
    still = np.full(len(mean), np.nan)
    return Drawn(year, volatility, np.divide(year, volatility, out=still, where=volatility > 0))
