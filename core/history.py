"""History: everything the label depends on, one row a session, in one causal pass over a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import axes, regime
from .axes import CYCLICAL, DEFENSIVE, Ints, Track
from .bars import Bars, Days, Floats, Panel
from .errors import SourceError, UsageError

SECTOR_BENCHMARK = "SPY"

Rows = slice | NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tickers whose ratio is read: `a` over `b`; `b` is also the market."""

    a: str
    b: str

    def __str__(self) -> str:
        return f"{self.a}/{self.b}"

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors that can confirm this pair: those of the S&P 500 when it is the benchmark, else none."""
        return CYCLICAL + DEFENSIVE if self.b == SECTOR_BENCHMARK else ()


def parse_pair(text: str) -> Pair:
    """`IWM/SPY` as a Pair; UsageError for anything else, two equal tickers included."""
    a, slash, b = (part.strip().upper() for part in text.partition("/"))
    if not (a and slash and b) or "/" in b or a == b:
        raise UsageError(f"pair {text!r} is not two different tickers with a slash between them, like IWM/SPY")
    return Pair(a, b)


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """The pair's readings over its sessions, oldest first; every array has the length of `sessions`.

    `price_ratio` is close / close, which is also what the total-return ratio equals on its own session; `ratio` is
    the total-return ratio on the scale of the source's adj_close, good for slopes and means but not for quoting.
    `codes` are places in regime.REGIMES, `coverage` the share of the inputs present. `votes` are the four behind
    the leadership score, `present` has one row an input. `confirmation` is None for a pair without sectors.
    """

    pair: Pair
    sessions: Days
    price_ratio: Floats
    ratio: Floats
    votes: Floats
    leadership: Track
    confirmation: Track | None
    market: Track
    codes: Ints
    coverage: Floats
    present: NDArray[np.bool_]

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The axes that this pair has, in the order of axes.AXES."""
        return tuple(t for t in (self.leadership, self.confirmation, self.market) if t is not None)

    def runs(self) -> list[tuple[int, int]]:
        """Every stretch of one label as its first row and the row after its last, oldest first."""
        return regime.runs(self.codes)

    def since(self, row: int) -> History:
        """The history from `row` on, as views."""
        confirmation = self.confirmation.since(row) if self.confirmation else None
        return History(
            self.pair,
            self.sessions[row:],
            self.price_ratio[row:],
            self.ratio[row:],
            self.votes[:, row:],
            self.leadership.since(row),
            confirmation,
            self.market.since(row),
            self.codes[row:],
            self.coverage[row:],
            self.present[:, row:],
        )


@dataclass(frozen=True, eq=False, slots=True)
class Matched:
    """Two tickers on the sessions both have: their closes and adjusted closes, all of one length."""

    sessions: Days
    a_close: Floats
    b_close: Floats
    a_adj: Floats
    b_adj: Floats


def match(a: Bars, b: Bars) -> Matched:
    """The rows of two tickers on their common sessions; empty arrays when they share none."""
    days, i, j = _common(a.sessions, b.sessions)
    return Matched(days, a.close[i], b.close[j], a.adj_close[i], b.adj_close[j])


def _common(a: Days, b: Days) -> tuple[Days, Rows, Rows]:
    """The sessions that two tickers share and where they are in each: slices when one's lie in a row in the other's."""
    first, last = max(a[0], b[0]), min(a[-1], b[-1])
    i, j = (slice(*np.searchsorted(x, [first, last + 1]).tolist()) for x in (a, b))
    if np.array_equal(a[i], b[j]):
        return a[i], i, j
    days, left, right = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    return days, left, right


def spread(values: Floats, days: Days, sessions: Days) -> Floats:
    """`values` (..., d), known on `days`, laid on `sessions` that include them; NaN on the others."""
    if len(days) == len(sessions):
        return values
    out = np.full((*values.shape[:-1], len(sessions)), np.nan)
    out[..., np.searchsorted(sessions, days)] = values
    return out


def _sector_votes(panel: Panel, pair: Pair, sessions: Days) -> Floats:
    """One row a sector of the pair, (sectors, t); NaN where the sector, or its 50-day mean, is missing."""
    out = np.full((len(pair.sectors), len(sessions)), np.nan)
    for row, ticker in enumerate(pair.sectors):
        if ticker in panel.bars:
            m = match(panel[ticker], panel[pair.b])
            out[row] = spread(axes.sector_votes(m.a_adj, m.b_adj), m.sessions, sessions)
    return out


def _present(panel: Panel, pair: Pair, sessions: Days) -> NDArray[np.bool_]:
    """Which inputs have a bar on each session, (inputs, t), in the order of `inputs`."""
    out = np.zeros((len(inputs(pair)), len(sessions)), dtype=bool)
    for row, ticker in enumerate(inputs(pair)):
        if ticker in panel.bars:
            out[row, _common(sessions, panel[ticker].sessions)[1]] = True
    return out


def inputs(pair: Pair) -> tuple[str, ...]:
    """The tickers the pair's label is made from."""
    return (pair.a, pair.b, *pair.sectors)


def compute(panel: Panel, pair: Pair) -> History:
    """All the axes and labels of a pair, from the first session that both its tickers have to the panel's last.

    SourceError when a ticker of the pair is missing or the two share no session. The axes are followed from the
    market's own first session, so that they are warm when the rows begin.
    """
    a, b = panel[pair.a], panel[pair.b]
    m = match(a, b)
    if not len(m.sessions):
        raise SourceError(f"{pair.a} and {pair.b} have no session in common in {panel.origin.name}")
    sessions = a.sessions if np.array_equal(a.sessions, b.sessions) else np.union1d(a.sessions, b.sessions)
    votes = spread(axes.leadership_votes(m.a_adj / m.b_adj), m.sessions, sessions)
    leadership = axes.follow(axes.LEADERSHIP, axes.leadership_score(votes))
    market = axes.follow(axes.MARKET, spread(axes.market_score(b.adj_close), b.sessions, sessions))
    confirmation = None
    if pair.sectors:
        sector = _sector_votes(panel, pair, sessions)
        score = axes.confirmation_score(sector[: len(CYCLICAL)], sector[len(CYCLICAL) :])
        confirmation = axes.follow(axes.CONFIRMATION, score)
    present = _present(panel, pair, sessions)
    coverage = present.mean(axis=0)
    confirmed = confirmation.state if confirmation else np.zeros(len(sessions), dtype=np.int64)
    codes = regime.labels(leadership.state, confirmed, market.state)
    codes = regime.withhold(codes, coverage, leadership.score, market.score)
    history = History(
        pair=pair,
        sessions=sessions,
        price_ratio=spread(m.a_close / m.b_close, m.sessions, sessions),
        ratio=spread(m.a_adj / m.b_adj, m.sessions, sessions),
        votes=votes,
        leadership=leadership,
        confirmation=confirmation,
        market=market,
        codes=codes,
        coverage=coverage,
        present=present,
    )
    return history.since(int(np.searchsorted(sessions, m.sessions[0])))
