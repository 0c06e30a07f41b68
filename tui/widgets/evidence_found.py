"""What is known of a reading's evidence so far, and which part of it is looked at."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ...core.claims.card import Card
from ...core.evidence.followed import HORIZONS
from ...core.evidence.fragility import Fragility
from ...core.evidence.page import Page
from ...core.evidence.quote import HORIZON
from ...core.reading import Reading

SECTIONS = ("labels", "sizing", "walk forward", "analogues", "fragility", "claims")
TARGETS = 3
"""The pair's two tickers and its ratio."""


class Found(NamedTuple):
    """The evidence of one close; `page` and `fragile` are None until they have been worked out.

    `held` are kind and name of the labels held on it. `doing` says how far the work is, empty while none is done;
    `trouble` why it ended without a result.
    """

    as_of: date | None = None
    pair: str = ""
    page: Page | None = None
    cards: tuple[Card, ...] = ()
    held: frozenset[tuple[str, str]] = frozenset()
    fragile: Fragility | None = None
    doing: str = ""
    trouble: str = ""

    def of(self, reading: Reading) -> bool:
        """Whether it is the evidence of a reading: of another one nothing may be shown."""
        return (self.as_of, self.pair) == (reading.as_of, str(reading.pair))


class View(NamedTuple):
    """What is looked at: places in SECTIONS, in HORIZONS, and among the targets."""

    section: int = 0
    horizon: int = HORIZONS.index(HORIZON)
    target: int = 0

    @property
    def name(self) -> str:
        """The section's."""
        return SECTIONS[self.section]

    @property
    def sessions(self) -> int:
        """The horizon's."""
        return HORIZONS[self.horizon]

    def turned(self, step: int) -> View:
        """Another section, round and round."""
        return self._replace(section=(self.section + step) % len(SECTIONS))

    def longer(self) -> View:
        """The next horizon, after the longest the shortest."""
        return self._replace(horizon=(self.horizon + 1) % len(HORIZONS))

    def other(self) -> View:
        """The next of what followed."""
        return self._replace(target=(self.target + 1) % TARGETS)
