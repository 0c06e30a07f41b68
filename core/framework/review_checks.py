"""What ends a plan, held against a later reading: each condition today, and the first close since that met it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..bars import Days, to_day
from ..macro import CYCLE_SERIES, CYCLE_WORDS, cycles_between
from ..reading import Reading
from ..regime import INSUFFICIENT, REGIMES
from .plan import NOT_KNOWN, Condition, Plan

Part = tuple[Days, NDArray[np.bool_]]
"""The sessions on which the answer to one thing is known, and the answers."""


class Check(NamedTuple):
    """Whether a condition is met on the review's close, None where that isn't known; `first` is the first close that
    met it after the plan, None where none did."""

    condition: Condition
    today: bool | None
    first: date | None

    def words(self) -> str:
        """`met first on 2026-03-09, not today: SPY closes below 500`."""
        if self.first is None and self.today is None:
            how = "can't be told from the data"
        elif self.first is None:
            how = "met" if self.today else "not met"
        else:
            now = {True: "and today", False: "not today", None: "today not known"}[self.today]
            how = f"met first on {self.first}, {now}"
        return f"{how}: {self.condition.words}"


def check(condition: Condition, reading: Reading, plan: Plan, scale: float) -> Check:
    """The condition on the reading's close and on each since the plan's; one that asks two things is met by either.

    A price that it names is multiplied by `scale`.
    """
    made, as_of = np.datetime64(plan.standing.as_of), np.datetime64(reading.as_of)
    today: list[bool | None] = []
    first: list[date] = []
    for days, met in _parts(condition, reading, plan, scale):
        known = len(days) and days[-1] == as_of
        today.append(bool(met[-1]) if known else None)
        first += [to_day(day) for day in days[met & (days > made)][:1]]
    now = True if True in today else None if None in today or not today else False
    return Check(condition, now, min(first, default=None))


def rates(plan: Plan, reading: Reading) -> str:
    """`the rate cycle was HOLD and is CUTTING now`; empty for a plan that doesn't hang on it."""
    then = next((each.rate_cycle for each in plan.invalidated_by if each.rate_cycle), "")
    if not then:
        return ""
    was = "the rate cycle was not known" if then == NOT_KNOWN else f"the rate cycle was {then}"
    if reading.rate_cycle is None:
        missing = f"{reading.origin.name} has no fed funds rate ({CYCLE_SERIES}) of now and of half a year before"
        return f"{was}; what it is now can't be told: {missing}"
    now = reading.rate_cycle.state
    return f"{was} and still is" if now == then else f"{was} and is {now} now"


def stale(plan: Plan, reading: Reading) -> tuple[str, ...]:
    """A warning where the plan hangs on the rate cycle and the rate that it is read from is old."""
    if not any(each.rate_cycle for each in plan.invalidated_by):
        return ()
    old = (row for row in reading.macro if row.row.series == CYCLE_SERIES and row.stale)
    return tuple(f"{row.warning()}, and the rate cycle is read from it" for row in old)


def _parts(condition: Condition, reading: Reading, plan: Plan, scale: float) -> Iterator[Part]:
    """A part for each thing that a condition asks."""
    if condition.regime:
        yield _labels(condition.regime, reading, plan)
    if condition.close is not None:
        yield _closes(condition, condition.close * scale, reading)
    if condition.rate_cycle:
        yield _cycles(condition.rate_cycle, reading, plan)


def _labels(wanted: str, reading: Reading, plan: Plan) -> Part:
    """Whether the label is another one; not known of another pair."""
    past = reading.history
    if plan.standing.pair != str(reading.pair):
        return np.array([], "datetime64[D]"), np.array([], bool)
    known = past.codes != REGIMES.index(INSUFFICIENT)
    labels = np.array([regime.label for regime in REGIMES])[past.codes[known]]
    return past.sessions[known], labels != wanted


def _closes(condition: Condition, level: float, reading: Reading) -> Part:
    """Whether the ticker or the pair closes beyond the level."""
    bars = reading.panel.bars.get(condition.ticker)
    days, closes = (bars.sessions, bars.close) if bars else (np.array([], "datetime64[D]"), np.array([]))
    if condition.ticker == str(reading.pair):
        days, closes = reading.history.sessions, reading.history.price_ratio
    days, closes = days[~np.isnan(closes)], closes[~np.isnan(closes)]
    return days, closes < level if condition.below else closes > level


def _cycles(wanted: str, reading: Reading, plan: Plan) -> Part:
    """Whether the rate cycle, whatever the pair, is another one, by what was published before each session.

    Where it wasn't known when the plan was made, it is asked for on every session: not to know it is an answer, too.
    """
    made = date.fromisoformat(plan.standing.as_of)
    days, states = cycles_between(reading.panel.macro.get(CYCLE_SERIES), made, reading.as_of)
    known = ~np.isnan(states)
    if wanted == NOT_KNOWN:
        return days, known
    code = next((code for code, word in CYCLE_WORDS.items() if word == wanted), np.nan)
    return days[known], states[known] != code
