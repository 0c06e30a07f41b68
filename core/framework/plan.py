"""Plans: what a profile comes to, with the reading it was made on, why, and what would make it invalid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..evidence.quote import quotes_of
from ..reading import Reading

SCHEMA = 1
Figure = float | str | bool | None


class Row(NamedTuple):
    """One line of a plan: a name, its value in words, and how that came about."""

    name: str
    value: str
    how: str = ""


class Condition(NamedTuple):
    """What makes a plan invalid, in words: `ticker` closes below (or above) `close`, or the label is not `regime`.

    `close` is None where no price is meant, `regime` empty where no label is.
    """

    words: str
    ticker: str = ""
    below: bool = True
    close: float | None = None
    regime: str = ""


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

    `rows` are the decision as it is shown, `why` the reasons in sentences, `warnings` what was missing or doubtful.
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
