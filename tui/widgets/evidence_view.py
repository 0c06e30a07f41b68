"""Which part of the evidence is looked at: the section, the horizon, and what followed."""

from __future__ import annotations

from typing import NamedTuple

from ...core.evidence.followed import HORIZONS
from ...core.evidence.quote import HORIZON

SECTIONS = ("labels", "sizing", "walk forward", "analogues", "fragility", "claims")
TARGETS = 3
"""The pair's two tickers and its ratio."""


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
