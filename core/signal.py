"""A signal of the composite, and what all of them are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from .bars import Floats
from .studies import Studies


class Inputs(NamedTuple):
    """What the signals are made from, all on the sessions of the pair's first ticker.

    `leadership` and `confirmation` are the axes' scores, `versus` its 20-session performance against QQQ; None for a
    pair that has no such thing, and then `without` says why by the signal's key.
    """

    studies: Studies
    leadership: Floats
    confirmation: Floats | None
    versus: Floats | None
    without: Mapping[str, str]

    @property
    def ticker(self) -> str:
        """The ticker that the signals are about."""
        return self.studies.bars.ticker


class Signal(NamedTuple):
    """One signal: its name, the formula of its vote, its votes over time, and on the last row its value and reason.

    `votes` is None where the inputs lack what the signal is made from; then nothing else is asked of it.
    """

    key: str
    name: str
    formula: str
    votes: Callable[[Inputs], Floats | None]
    value: Callable[[Inputs], float]
    why: Callable[[Inputs], str]
