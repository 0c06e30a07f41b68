"""The work behind the evidence screen, done in other processes: nothing of a screen is imported there."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ..core import history
from ..core.bars import Panel
from ..core.claims.claims import claims
from ..core.claims.table import CLAIMS
from ..core.evidence import page
from ..core.evidence.labels import labels
from ..core.evidence.page import Asked
from ..core.reading import Reading
from ..core.signals import BREADTH_BENCHMARK

PARTS = (*page.PARTS, "claims")
"""The parts of the page, then the claims, which take least."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Work:
    """What the parts are made from: for the page the pair's bars, for the claims those that they name."""

    ask: Asked
    market: Panel

    def __call__(self, name: str) -> Any:  # noqa: ANN401  each part has a type of its own
        """One of PARTS; of the claims the cards, and with them the labels held on the as-of session."""
        if name in page.PARTS:
            return page.part(self.ask, name)
        past, _ = self.ask.past()
        held = frozenset((label.kind, label.name) for label in labels(past) if label.held[-1])
        return claims(self.market, self.ask.as_of), held


class Identity(NamedTuple):
    """What two readings have in common whose evidence is the same to the last bit."""

    as_of: date
    pair: str
    source: str
    settings: tuple[object, ...]
    bars: int


def work_of(reading: Reading) -> Work:
    """The work on a reading, without the bars that it doesn't need."""
    ask = page.asked(reading.panel, reading.settings, reading.as_of)
    named = {ticker for claim in CLAIMS for ticker in claim.needs}
    named |= {*history.inputs(history.Pair("IWM", "SPY")), BREADTH_BENCHMARK}
    # Newer observations of a series may be in the panel than in that of the same session looked back at.
    panel = reading.panel.until(np.datetime64(reading.as_of, "D"))
    bars = {ticker: panel.bars[ticker] for ticker in sorted(named) if ticker in panel.bars}
    return Work(ask, Panel(bars, panel.origin, panel.macro, (), panel.upto))


def identity(reading: Reading, work: Work) -> Identity:
    """A reading's identity: by what its bars hold, as a source that is read again makes new ones of the same."""
    s = reading.settings
    sized_by = (s.composite_weights, s.risk_fraction, s.stop_atr, s.max_weight, s.target_vol)
    found = 0
    for bars in (*work.ask.panel.bars.values(), *work.market.bars.values()):
        for values in (bars.sessions, bars.high, bars.low, bars.close, bars.adj_close, bars.volume):
            found = zlib.crc32(values.tobytes(), found)
    for name, series in sorted(work.market.macro.items()):
        found = zlib.crc32(series.dates.tobytes() + series.values.tobytes(), zlib.crc32(name.encode(), found))
    return Identity(reading.as_of, str(reading.pair), reading.origin.name, sized_by, found)
