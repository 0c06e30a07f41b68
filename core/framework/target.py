"""The small-cap target weight: now, on every past session, and what following it came to."""

from __future__ import annotations

import math
from datetime import date
from typing import NamedTuple

import numpy as np

from .. import calendar, macro, regime
from .. import format as fmt
from ..bars import Bars, Days, Floats, Panel, Series, to_day
from ..calendar import DAYS_A_YEAR
from ..errors import UsageError
from ..evidence.bootstrap import DRAWS, SEED, Blocks, Interval, block_of, interval, widening
from ..history import History
from ..indicators import TRADING_DAYS
from ..matching import match, spread
from .rebalance import SPREAD_BPS, outside

# Rounded to so many, 15 % is 15 % and not the binary fraction beside it that three sums make.
DECIMALS = 12
BASE, STEP, LOW, HIGH, BAND = 0.10, 0.025, 0.05, 0.15, 0.02
YEARS = 10

CYCLE_STEPS = {"CUTTING": 1, "HOLD": 0, "HIKING": -1}
REGIME_STEPS = {
    regime.RISK_ON.label: 1,
    regime.NARROW.label: 0,
    regime.NEUTRAL.label: 0,
    regime.RISK_OFF.label: -1,
}


class Step(NamedTuple):
    """One row of the target: what it is, the points it adds and the weight it makes, both as fractions."""

    name: str
    points: float
    weight: float


class Target(NamedTuple):
    """The target weight as a fraction, the rows it is made in, and what had to be taken for granted."""

    weight: float
    steps: tuple[Step, ...]
    said: tuple[str, ...]


class Result(NamedTuple):
    """What a portfolio came to: return and volatility a year, worst drawdown (below 0), turnover a year, mean weight.

    All fractions. Turnover counts both sides of a trade.
    """

    annual_return: float
    annual_volatility: float
    max_drawdown: float
    turnover: float
    weight: float


class Path(NamedTuple):
    """A portfolio on each close: its value, 1 at first, and its small-cap weight, (t,); and all that was traded."""

    values: Floats
    weights: Floats
    traded: float


class Paths(NamedTuple):
    """The target for each of `days` (t,), and the portfolios that followed it and held a constant weight."""

    days: Days
    targets: Floats
    followed: Path
    constant: Path


class Record(NamedTuple):
    """The target followed and a constant weight held, over the same sessions by the same band and costs.

    `changes` counts how often the target became another one, `level` is the constant. `ci95` is the 95 % interval of
    the difference of their mean daily returns x 252.
    """

    first: date
    last: date
    followed: Result
    constant: Result
    changes: int
    level: float
    ci95: Interval

    @property
    def years(self) -> float:
        """Its length in years of 365.25 days."""
        return (self.last - self.first).days / DAYS_A_YEAR

    @property
    def difference(self) -> float:
        """Return a year of the target followed less that of the constant weight."""
        return self.followed.annual_return - self.constant.annual_return

    def words(self) -> str:
        """The difference in plain words, with its span."""
        shown = f"{fmt.percent(self.difference, 2)} a year"
        found = f"no difference shown: {shown}" if self.ci95.spans_zero else f"a difference of {shown}"
        ends = f"95% interval {fmt.percent(self.ci95.low, 2)} to {fmt.percent(self.ci95.high, 2)}"
        span = f"{self.years:.1f} years from {self.first} to {self.last}"
        return f"{found} against a constant {fmt.trimmed(self.level)} over {span}; {ends}"


def check_limits(low: float, high: float) -> None:
    """UsageError, naming both, unless 0 <= low < high <= 1."""
    if not low < high:
        raise UsageError(f"low {fmt.trimmed(low)} is not below high {fmt.trimmed(high)}; change one of them")
    if low < 0 or high > 1:
        raise UsageError(f"low {fmt.trimmed(low)} and high {fmt.trimmed(high)} are not from 0% to 100%")


def target(regime_label: str, cycle_state: str | None, low: float = LOW, high: float = HIGH) -> Target:
    """The weight for a regime and a rate cycle: 10 %, 2.5 points for or against by each, kept from `low` to `high`.

    A rate cycle that is not known counts as HOLD, INSUFFICIENT DATA for no points; both are said. UsageError for
    limits that are none. Source: the project's own rule (domain.md, core-satellite), not a finding.
    """
    check_limits(low, high)
    cycle, label = CYCLE_STEPS[cycle_state or "HOLD"], REGIME_STEPS.get(regime_label, 0)
    tilted, free = (round(BASE + STEP * steps, DECIMALS) for steps in (cycle, cycle + label))
    weight = min(max(free, low), high)
    steps = (
        Step("base", 0.0, BASE),
        Step(f"rate cycle {cycle_state or 'not known'}", STEP * cycle, tilted),
        Step(f"regime {regime_label}", STEP * label, free),
        Step(f"limits {fmt.trimmed(low)} to {fmt.trimmed(high)}", round(weight - free, DECIMALS), weight),
    )
    said = []
    if cycle_state is None:
        said.append("the rate cycle is not known and counts as HOLD")
    if regime_label not in REGIME_STEPS:
        said.append(f"the regime is {regime_label}: the target is the base and the rate cycle alone")
    return Target(weight, steps, tuple(said))


def targets(history: History, rates: Series | None, low: float = LOW, high: float = HIGH) -> Floats:
    """The target on the close of every session of the history, by what was known then; (t,).

    rates: the effective federal funds rate in percent, None where there is none. A cycle that is not known counts as
    HOLD. NaN where the label is INSUFFICIENT DATA. UsageError for limits that are none.
    """
    check_limits(low, high)
    by_code = np.array([REGIME_STEPS.get(one.label, np.nan) for one in regime.REGIMES])
    steps = by_code[history.codes] - _cycles(rates, history.sessions)
    return np.asarray(np.clip(np.round(BASE + STEP * steps, DECIMALS), low, high))


def against_constant(
    history: History,
    panel: Panel,
    targets: Floats,
    *,
    first: date,
    constant: float = BASE,
    band: float = BAND,
    spread_bps: float = SPREAD_BPS,
) -> Record | None:
    """The pair held by `targets` (t,) and by a constant weight, on total return, from `first` or where both begin.

    The target of one session is traded to on the close of the next, and only where the weight has left the band by
    then; without a target nothing is traded. `spread_bps` of what is traded, both sides counted, are its cost; both
    begin on their target without any. None when there is less than a year of it.
    """
    made = paths(history, panel, targets, first=first, constant=constant, band=band, spread_bps=spread_bps)
    if made is None:
        return None
    asked = made.targets[~np.isnan(made.targets)]
    return Record(
        to_day(made.days[0]),
        to_day(made.days[-1]),
        _result(made.days, made.followed),
        _result(made.days, made.constant),
        int(np.sum(np.diff(asked) != 0)),
        constant,
        _apart(made.followed, made.constant),
    )


def paths(
    history: History,
    panel: Panel,
    targets: Floats,
    *,
    first: date,
    constant: float = BASE,
    band: float = BAND,
    spread_bps: float = SPREAD_BPS,
) -> Paths | None:
    """The two portfolios of `against_constant` on each of its sessions; None where that is."""
    m = match(_upto(panel[history.pair.a], history), _upto(panel[history.pair.b], history))
    known = spread(targets, history.sessions, m.sessions)[:-1]
    begins = np.flatnonzero(~np.isnan(known) & (m.sessions[1:] >= np.datetime64(first, "D")))
    if not len(begins) or len(m.sessions) - begins[0] - 2 < TRADING_DAYS:
        return None
    start = int(begins[0]) + 1
    wanted, days = known[start - 1 :], m.sessions[start:]
    growth = [adj[start + 1 :] / adj[start:-1] for adj in (m.a_adj, m.b_adj)]
    followed, steady = (
        _held(growth, row, band, spread_bps / 10_000.0) for row in (wanted, np.full(len(wanted), constant))
    )
    return Paths(days, wanted, followed, steady)


def _cycles(rates: Series | None, sessions: Days) -> Floats:
    """Each session's rate cycle, -1 to +1, 0 where it is not known; on the exchange's sessions, as a reading has it."""
    if rates is None or not len(sessions):
        return np.zeros(len(sessions))
    # A label needs more sessions than the cycle looks back, so none before the first has to be known.
    days = calendar.sessions(max(calendar.FIRST, to_day(sessions[0])), to_day(sessions[-1]))
    return np.nan_to_num(spread(macro.cycles(rates, days), days, sessions))


def _upto(bars: Bars, history: History) -> Bars:
    return bars.until(history.sessions[-1])


def _held(growth: list[Floats], wanted: Floats, band: float, cost: float) -> Path:
    """Value and small-cap weight on each close, (t,), and all that was traded, from portfolios begun on wanted[0].

    growth: the two funds' closes over the closes before, (t - 1,); wanted: the target for each close, (t,).
    """
    value, weight, traded = 1.0, float(wanted[0]), 0.0
    values, weights = [value], [weight]
    for small, core, aim in zip(growth[0].tolist(), growth[1].tolist(), wanted[1:].tolist(), strict=True):
        grown = weight * small + (1.0 - weight) * core
        value, weight = value * grown, weight * small / grown
        if outside(weight, aim, band):
            moved = 2.0 * abs(weight - aim)
            traded += moved
            value, weight = value * (1.0 - cost * moved), aim
        values.append(value)
        weights.append(weight)
    return Path(np.array(values), np.array(weights), traded)


def _apart(followed: Path, constant: Path) -> Interval:
    """How far the mean daily returns are apart, a year, drawn in blocks; on the seed of all evidence."""
    gaps = np.diff(followed.values) / followed.values[:-1] - np.diff(constant.values) / constant.values[:-1]
    drawn = Blocks(len(gaps), block_of(1), DRAWS, SEED).sums(gaps) / len(gaps)
    widen = widening(1, len(gaps), len(gaps))
    return interval(float(gaps.mean() * TRADING_DAYS), drawn * TRADING_DAYS, widen)


def _result(days: Days, path: Path) -> Result:
    values = path.values
    years = (to_day(days[-1]) - to_day(days[0])).days / DAYS_A_YEAR
    return Result(
        annual_return=float(values[-1] ** (1.0 / years) - 1.0),
        annual_volatility=float(np.std(np.diff(np.log(values)), ddof=1) * math.sqrt(TRADING_DAYS)),
        max_drawdown=float(np.min(values / np.maximum.accumulate(values)) - 1.0),
        turnover=path.traded / years,
        weight=float(np.mean(path.weights)),
    )
