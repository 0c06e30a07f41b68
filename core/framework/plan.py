"""Plans: what a profile comes to, with the reading it was made on, why, and what would make it invalid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..evidence.quote import quotes_of
from ..reading import Reading

SCHEMA = 1
NOT_ARMABLE = "no alert to arm: what ends this plan is neither a price nor the label"
NOT_KNOWN = "NOT KNOWN"
"""The rate cycle of a plan that was made without one."""
Figure = float | str | bool | None


class Row(NamedTuple):
    """One line of a plan: a name, its value in words, and how that came about."""

    name: str
    value: str
    how: str = ""


class Condition(NamedTuple):
    """What makes a plan invalid, in words: `ticker` closes below (or above) `close`, or the label is not `regime`, or
    the rate cycle is not `rate_cycle`.

    `close` is None where no price is meant, `regime` empty where no label is, `rate_cycle` where no rate cycle is.
    """

    words: str
    ticker: str = ""
    below: bool = True
    close: float | None = None
    regime: str = ""
    rate_cycle: str = ""


class Standing(NamedTuple):
    """The reading a plan was made on, as far as a plan has to remember it."""

    as_of: str
    pair: str
    regime: str
    since: str
    composite: float | None
    source: str
    simulated: bool


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """A plan: `answers` are the texts that were answered, `decision` the figures that it comes to, by name.

    `opening` is what has to be known before anything else, `rows` the decision as it is shown, `why` the reasons,
    `warnings` what was missing or doubtful: sentences, but for the rows.
    """

    profile: str
    title: str
    answers: Mapping[str, str]
    standing: Standing
    decision: Mapping[str, Figure]
    rows: tuple[Row, ...]
    why: tuple[str, ...]
    invalidated_by: tuple[Condition, ...] = ()
    warnings: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()


def armable(plan: Plan) -> bool:
    """Whether an alert can be told of something that ends the plan: a price or the label."""
    return any((each.close is not None and each.ticker) or each.regime for each in plan.invalidated_by)


def of_cycle(state: str | None) -> Condition:
    """That the rate cycle is no longer `state`; that it becomes known where that is None."""
    words = f"the rate cycle is no longer {state}" if state else "the rate cycle becomes known"
    return Condition(words, rate_cycle=state or NOT_KNOWN)


def standing(reading: Reading) -> Standing:
    """What a plan keeps of the reading it is made on."""
    return Standing(
        as_of=reading.as_of.isoformat(),
        pair=str(reading.pair),
        regime=reading.regime.regime.label,
        since=reading.regime.since.isoformat(),
        composite=None if math.isnan(reading.composite.score) else reading.composite.score,
        source=reading.origin.name,
        simulated=reading.origin.simulated,
    )


def worth_of(reading: Reading, *names: str) -> tuple[str, ...]:
    """What today's labels of those names were worth, in words; see `evidence.quote`."""
    return tuple(quote.words() for quote in quotes_of(reading) if quote.name in names)
