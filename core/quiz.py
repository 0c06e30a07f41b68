"""The quiz: a past session to be judged without what came after it, what did come, and how the answers score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from . import format as fmt
from .axes import Ints
from .bars import Bars, Panel, to_day
from .errors import SourceError
from .history import History
from .regime import INSUFFICIENT, REGIMES, Regime

HORIZON = 21
"""Sessions from the close of the session after the one asked about to the close that decides."""
BEFORE = 252
"""Sessions of history before the one asked about, so that its means and its charts are whole."""
DIRECTIONS = ("rise", "fall")
LABELS = tuple(regime for regime in REGIMES if regime is not INSUFFICIENT)


class Outcome(NamedTuple):
    """What came after a session: total returns of the ratio and of both tickers as fractions and the label then.

    `start` is the session after the one asked about, `end` the one HORIZON sessions later.
    """

    asked: date
    start: date
    end: date
    ratio: float
    a: float
    b: float
    regime: Regime

    @property
    def direction(self) -> str:
        """One of DIRECTIONS; a ratio that ends where it began has not risen."""
        return DIRECTIONS[not self.ratio > 0]


class Tally(NamedTuple):
    """How many of `n` answers were right, and how many the commoner outcome said every time would have had right."""

    n: int
    right: int
    commoner: str
    base: int

    def words(self) -> str:
        """`7 of 12 right; always saying "rise" would have had 6`."""
        return f'{self.right} of {self.n} right; always saying "{self.commoner}" would have had {self.base}'


def choose(past: History, seed: int) -> date:
    """A session that can be asked about, each as likely; SourceError when there is none.

    Which ones can be asked about depends on what is there, never on whether prices rose or fell.
    """
    rows = _askable(past)
    if not len(rows):
        need = f"{BEFORE} sessions before the one asked about and {HORIZON + 1} after it, all with a label"
        raise SourceError(f"a quiz on {past.pair} needs {need}; there are {fmt.count(len(past.sessions), 'session')}")
    place = np.random.RandomState(seed % 2**32).randint(len(rows))
    return to_day(past.sessions[rows[place]])


def outcome(past: History, panel: Panel, asked: date) -> Outcome:
    """What came after `asked`, one of the sessions that `choose` gives for this history of this panel."""
    row = int(np.searchsorted(past.sessions, np.datetime64(asked, "D")))
    start, end = row + 1, row + 1 + HORIZON
    days = past.sessions[start], past.sessions[end]
    a, b = (_return(panel[ticker], *days) for ticker in past.pair)
    moved = float(past.ratio[end] / past.ratio[start] - 1.0)
    return Outcome(asked, to_day(days[0]), to_day(days[1]), moved, a, b, REGIMES[int(past.codes[end])])


def tally(said: Sequence[str], came: Sequence[str]) -> Tally:
    """The score of answers against outcomes, at least one of each; of outcomes equally common the first one counts."""
    commoner = max(dict.fromkeys(came), key=came.count)
    right = sum(one == other for one, other in zip(said, came, strict=True))
    return Tally(len(came), right, commoner, came.count(commoner))


def _askable(past: History) -> Ints:
    """The rows with enough before and after them, a label then and later, and a ratio at both ends of the horizon."""
    n = len(past.sessions)
    rows = np.arange(min(BEFORE, n), max(n - HORIZON - 1, 0))
    none = REGIMES.index(INSUFFICIENT)
    there = (past.codes[rows] != none) & (past.codes[rows + 1 + HORIZON] != none)
    known = np.isfinite(past.ratio[rows + 1]) & np.isfinite(past.ratio[rows + 1 + HORIZON])
    return np.asarray(rows[there & known], dtype=np.int64)


def _return(bars: Bars, start: np.datetime64, end: np.datetime64) -> float:
    i, j = (int(np.searchsorted(bars.sessions, day)) for day in (start, end))
    return float(bars.adj_close[j] / bars.adj_close[i] - 1.0)
