"""An explanation: what one number is, its formula, the numbers it was made from with their dates, and its source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from .macro import PERCENTILE_WINDOW
from .reading import Reading

PERCENTILE = f"share of the last {PERCENTILE_WINDOW} sessions below it, half of the equal ones counted"


class Input(NamedTuple):
    """One number that another was made from: its name, its value in words, and its date."""

    name: str
    value: str
    date: date | None


class Explanation(NamedTuple):
    """What one number is: `key` is its place in the JSON document, `panel` the part of the screen that shows it."""

    key: str
    panel: str
    name: str
    value: str
    formula: str
    inputs: tuple[Input, ...]
    source: str


Found = Iterator[Explanation]


def at_close(reading: Reading) -> str:
    """The source of what is computed from closes."""
    return f"{reading.origin.name}, closes of {reading.as_of}"
