"""The circular block bootstrap: how far the mean after a label could differ from other days' by chance alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..axes import Ints
from ..bars import Floats
from .labels import Bools

DRAWS = 2000
SEED = 1
LEVEL = 0.95
SHORTEST_BLOCK = 60


class Interval(NamedTuple):
    """Where a difference lies with 95 % confidence, and the share of draws on the far side of zero, doubled.

    NaN where it can't be told.
    """

    low: float
    high: float
    p: float

    @property
    def spans_zero(self) -> bool:
        """Whether no difference is among what is possible; so it is where nothing can be told."""
        return not (self.low > 0.0 or self.high < 0.0)


UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))


def block_of(horizon: int) -> int:
    """The sessions of one block: two horizons, 60 at least, so that overlapping returns stay together."""
    return max(SHORTEST_BLOCK, 2 * horizon)


class Blocks:
    """Which sessions every draw is made of: blocks of them in a row, begun anywhere, the last followed by the first.

    The same seed gives the same blocks for every column, so that two columns are compared on the same draws, and the
    order in which they are asked for changes nothing. Source: Politis and Romano (1992), circular block resampling.
    """

    def __init__(self, sessions: int, block: int, draws: int, seed: int) -> None:
        self.sessions, self.block = sessions, min(block, sessions)
        count = -(-sessions // self.block)
        # RandomState, whose numbers are the same in every version of numpy.
        self._starts = np.random.RandomState(seed % 2**32).randint(sessions, size=(count, draws))
        self._rest = sessions - (count - 1) * self.block

    def sums(self, column: Floats) -> Floats:
        """The sum of a column over the sessions of every draw; (draws,). column: (sessions,), without NaN."""
        around = np.concatenate(([0.0], np.cumsum(np.concatenate((column, column[: self.block])))))
        n = self.sessions
        whole = around[self.block : self.block + n] - around[:n]
        part = around[self._rest : self._rest + n] - around[:n]
        return np.asarray(np.take(whole, self._starts[:-1]).sum(axis=0) + part[self._starts[-1]])

    def days(self, counts: Bools) -> Floats:
        """How many of the sessions that count each draw has; (draws,), whole numbers. counts: (sessions,)."""
        return self.sums(counts.astype(np.float64))

    def mean(self, column: Floats, counts: Bools) -> Floats:
        """The mean over the sessions that count in every draw; (draws,), NaN in one without any.

        column, counts: (sessions,); a NaN may stand only where none counts.
        """
        return mean_of(self.sums(np.where(counts, column, 0.0)), self.days(counts))


def mean_of(total: Floats, days: Floats) -> Floats:
    """The mean in every draw, from sums and how many sessions they are of; (draws,), NaN in one without any."""
    out = np.full(len(days), np.nan)
    return np.asarray(np.divide(total, days, out=out, where=days > 0))


def interval(difference: float, drawn: Floats, widen: float = 1.0) -> Interval:
    """The percentile interval of a difference that was drawn again and again; NaN draws are left out.

    drawn: (draws,). `widen` stretches the draws about their mean: see `widening`. UNKNOWN where fewer than half of the
    draws could be told.
    """
    known = drawn[~np.isnan(drawn)]
    if np.isnan(difference) or 2 * len(known) < len(drawn):
        return UNKNOWN
    middle = known.mean()
    stretched = middle + widen * (known - middle)
    low, high = np.quantile(stretched, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    beyond = min(int(np.sum(stretched <= 0.0)), int(np.sum(stretched >= 0.0)))
    return Interval(float(low), float(high), min(1.0, 2.0 * (beyond + 1) / (len(known) + 1)))


def widening(horizon: int, sessions: int, episodes: int) -> float:
    """By how much the percentile interval of a difference of means is too narrow, as a factor; 1 or more.

    Three things, each known: returns over h sessions that begin one apart share h - 1, h - 2 ... of them, of whose
    covariance blocks of b sessions see all but h / 3b (Kuensch 1989, for a triangular autocovariance); a mean of n
    blocks varies by n / (n - 1) more than its draws (Hesterberg 2015, narrowness); and with few independent pieces,
    here the fewer of blocks and `episodes`, Student's t stands for the normal (Hesterberg's expanded percentiles).
    """
    block = min(block_of(horizon), sessions)
    blocks = max(sessions / block, 2.0)
    shared = 1.0 - min(horizon, block) / (3.0 * block)
    freedom = max(min(blocks, episodes) - 1.0, 1.0)
    return float((blocks / (blocks - 1.0) / shared) ** 0.5 * _student(freedom) / NORMAL)


NORMAL = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def _student(freedom: float) -> float:
    """The 97.5 % point of Student's t, to 1 % from three degrees of freedom on. Source: Abramowitz, Stegun 26.7.5."""
    z, v = NORMAL, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )


def starts_of_runs(held: Bools) -> Ints:
    """The first row of every stretch of sessions in a row that held a label."""
    return np.asarray(np.flatnonzero(held & ~np.concatenate(([False], held[:-1]))), dtype=np.int64)
