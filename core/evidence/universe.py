"""Universe: every pair of many tickers, whether a leading ratio went on to lead, ranked and held against chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .. import history
from ..axes import Track
from ..bars import Floats, Panel
from ..errors import SourceError
from ..history import Pair
from ..indicators import sma
from ..regime import INSUFFICIENT, REGIMES
from .bootstrap import DRAWS, SEED, UNKNOWN, Blocks, Interval, block_of, starts_of_runs
from .followed import DELAY
from .multiplicity import LEVEL, adjusted
from .table import ENOUGH_EPISODES, Side, compared

HORIZON = 21
LEADING = 1
CHUNK = 25
"""Pairs that are given away at once: a tenth of a second's work."""


class PairRow(NamedTuple):
    """One pair: its label and its ratio's axis on its last session, and how the ratio's change over the 21 sessions
    after LEADING differed from other days'.

    `days` and `episodes` are those of LEADING whose horizon is over, `difference` is a fraction; `enough` is whether
    there are episodes enough, of LEADING and of the other days, to tell anything. `q` is NaN until the pairs are
    ranked, and where nothing could be told.
    """

    pair: Pair
    label: str
    leadership: str
    days: int
    episodes: int
    difference: float
    ci95: Interval
    enough: bool
    q: float = float("nan")

    @property
    def strength(self) -> float:
        """The difference in half widths of its interval; 0 where nothing could be told."""
        return 2.0 * abs(self.difference) / (self.ci95.high - self.ci95.low) if self.enough else 0.0


class Universe(NamedTuple):
    """The ranked pairs: how many could be told, how many intervals lack zero, and how many would by chance alone.

    `finds` are the pairs that are left when the looks are counted (q of 5 % or less). No p is below 2 / (draws + 1), so
    that among thousands of pairs a find needs company: with 2,000 draws and 4,950 pairs, of a hundred.
    """

    rows: tuple[PairRow, ...]

    @property
    def tested(self) -> int:
        """Pairs with episodes enough."""
        return sum(row.enough for row in self.rows)

    @property
    def apart(self) -> int:
        """Pairs whose interval lacks zero."""
        return sum(row.enough and not row.ci95.spans_zero for row in self.rows)

    @property
    def by_chance(self) -> float:
        """How many intervals would lack zero if no ratio went on to do anything."""
        return LEVEL * self.tested

    @property
    def finds(self) -> int:
        """Pairs that are left after Benjamini-Hochberg."""
        return sum(row.q <= LEVEL for row in self.rows)

    @property
    def words(self) -> str:
        """`312 of 4,950 pairs have an interval without zero, 248 would by chance alone; 0 are left after ...`."""
        return (
            f"{self.apart:,} of {self.tested:,} pairs have an interval without zero, {self.by_chance:,.0f} would by"
            f" chance alone; {self.finds:,} left after Benjamini-Hochberg at 5%"
        )


Work = Callable[[Sequence[Pair]], tuple[PairRow, ...]]


def pairs_of(tickers: Iterable[str]) -> tuple[Pair, ...]:
    """Every two of the tickers once, the earlier name over the later one, in the order of the names."""
    return tuple(Pair(a, b) for a, b in combinations(sorted(set(tickers)), 2))


def chunks_of(pairs: Sequence[Pair]) -> tuple[Sequence[Pair], ...]:
    """The pairs in the lots they are given away in."""
    return tuple(pairs[first : first + CHUNK] for first in range(0, len(pairs), CHUNK))


def work(panel: Panel, tickers: Iterable[str], *, seed: int = SEED, draws: int = DRAWS) -> Work:
    """`rows_of` with all but the pairs filled in; it can be sent to another process, and holds what they need only.

    panel: cut at the as-of session. SourceError naming a ticker that it lacks.
    """
    names = {ticker for pair in pairs_of(tickers) for ticker in history.inputs(pair) if ticker in panel.bars}
    bars = {ticker: panel[ticker] for ticker in sorted(names | set(tickers))}
    return partial(rows_of, replace(panel, bars=bars, macro={}), seed=seed, draws=draws)


def rows_of(panel: Panel, pairs: Sequence[Pair], *, seed: int = SEED, draws: int = DRAWS) -> tuple[PairRow, ...]:
    """Each pair's row, in their order; what one says depends on no other."""
    return tuple(_row(panel, pair, seed, draws) for pair in pairs)


def ranked(parts: Iterable[Sequence[PairRow]]) -> Universe:
    """The pairs by their q, then by strength, then by name, in whatever order the parts come.

    q counts all pairs that had episodes enough: see `multiplicity.adjusted`. Pairs of one ticker move together, which
    is the positive dependence it allows for.
    """
    rows = [row for part in parts for row in part]
    q = adjusted(np.array([row.ci95.p if row.enough else np.nan for row in rows]))
    rows = [row._replace(q=value) for row, value in zip(rows, q.tolist(), strict=True)]
    return Universe(tuple(sorted(rows, key=lambda row: (row.q if row.enough else 2.0, -row.strength, row.pair))))


def _row(panel: Panel, pair: Pair, seed: int, draws: int) -> PairRow:
    try:
        read = history.labelled(panel, pair)
    except SourceError:
        return PairRow(pair, INSUFFICIENT.label, INSUFFICIENT.label, 0, 0, float("nan"), UNKNOWN, False)
    label, track = REGIMES[int(read.codes[-1])].label, read.leadership
    word = track.axis.word(int(track.state[-1]))
    return _compared(PairRow(pair, label, word, 0, 0, float("nan"), UNKNOWN, False), track, read.ratio, seed, draws)


def _compared(row: PairRow, track: Track, ratio: Floats, seed: int, draws: int) -> PairRow:
    """The row with what followed LEADING, as table.evidence has it."""
    returns = _returns(ratio)
    counted = (track.held > 0) & ~np.isnan(returns)
    rows = np.flatnonzero(counted)
    if not len(rows):
        return row
    span = slice(int(rows[0]), int(rows[-1]) + 1)
    counted = counted[span]
    held = counted & (track.state[span] == LEADING)
    column, blocks = np.where(counted, returns[span], 0.0), _blocks(int(span.stop - span.start), draws, seed)
    sides = Side(counted, blocks.days(counted)), Side(held, blocks.days(held))
    weighed = compared(blocks, column, blocks.sums(column), sides, HORIZON)
    episodes = [len(starts_of_runs(side)) for side in (held, counted & ~held)]
    return row._replace(
        days=int(held.sum()),
        episodes=episodes[0],
        difference=weighed.mean - weighed.others,
        ci95=weighed.interval,
        enough=min(episodes) >= ENOUGH_EPISODES,
    )


def _returns(level: Floats) -> Floats:
    """The change over the horizon from the close of t+1 on; (t,), NaN where a close is missing or still to come."""
    out, last = np.full(len(level), np.nan), len(level) - HORIZON - DELAY
    if last > 0:
        end = slice(DELAY + HORIZON, None)
        out[:last] = level[end] / level[DELAY : DELAY + last] - 1.0
        out[:last][np.isnan(sma(level, HORIZON + 1)[end])] = np.nan
    return out


@lru_cache(maxsize=4)
def _blocks(sessions: int, draws: int, seed: int) -> Blocks:
    """The draws, kept for the next pair: most have as many sessions as the one before."""
    return Blocks(sessions, block_of(HORIZON), draws, seed)
