"""Cards: what a claim is, what its test found, and the card that shows both; plain values that can be pickled."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .. import format as fmt
from ..evidence.bootstrap import Interval

UNITS: dict[str, Callable[[float], str]] = {
    "fraction": lambda value: fmt.percent(value, 2),
    "level": lambda value: fmt.share(value, 2),
    "correlation": fmt.signed,
    "times": lambda value: f"{fmt.price(value)}x",
    "dollars": fmt.dollars,
}
"""How a result of each unit is written: a signed share, an unsigned one, a correlation, a quotient, money."""


class Column(NamedTuple):
    """One row of bars of a chart: what it stands for, and a value for each of the chart's labels, NaN for none."""

    name: str
    values: tuple[float, ...]


class Chart(NamedTuple):
    """What a card draws: bars over `labels`, one for each column; `unit` is a key of UNITS."""

    title: str
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    unit: str


class Estimate(NamedTuple):
    """A number with its interval (None for arithmetic), what it was made from, and over how many years.

    `n` sessions in `episodes` stretches, and the fewer of the stretches of both sides in `separate`; None where nothing
    is compared. `sides` are the two means of a comparison. NaN and an UNKNOWN interval where nothing can be told.
    """

    result: float
    ci95: Interval | None
    n: int
    years: float
    episodes: int | None = None
    separate: int | None = None
    sides: tuple[float, float] = (float("nan"), float("nan"))


class Period(NamedTuple):
    """The same number within a part of the history, named by its years."""

    name: str
    result: float
    ci95: Interval | None
    n: int


class Finding(NamedTuple):
    """What a test hands back: the number, its sub-periods, its n and what it says in words, and its chart."""

    estimate: Estimate
    periods: tuple[Period, ...]
    n_words: str
    words: str
    chart: Chart


class Card(NamedTuple):
    """A claim with what the history says of it; NaN for what is not known, `missing` says why it can't be told.

    `p` is NaN where nothing was tested, `q` is p adjusted for all tests of the table; `unit` is a key of UNITS.
    """

    key: str
    claim: str
    said_by: str
    definition: str
    needs: tuple[str, ...]
    unit: str
    result: float
    ci95: Interval | None
    p: float
    q: float
    n: int
    n_words: str
    periods: tuple[Period, ...]
    chart: Chart | None
    words: str
    verdict: str
    missing: str

    def shown(self, value: float) -> str:
        """A value in the claim's unit: `+0.41%`, `1.84%`, `-0.23`, `1.06x`, `$43,424`."""
        return UNITS[self.unit](value)
