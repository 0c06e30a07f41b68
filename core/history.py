"""History: everything the label depends on, one row a session, in one causal pass over a panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import axes, composite, regime
from .axes import CYCLICAL, DEFENSIVE, Ints, Track
from .bars import Days, Floats, Panel
from .composite import EQUAL, Composite
from .errors import SourceError, UsageError
from .indicators import relative_performance
from .matching import common, either, match, spread, spread_all
from .rule import RULE, Rule
from .signal import Inputs
from .signals import BREADTH_BENCHMARK
from .studies import Studies

SECTOR_BENCHMARK = "SPY"


class Pair(NamedTuple):
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


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Labelled:
    """A pair's axes and labels over its sessions, oldest first; every array has the length of `sessions`.

    `price_ratio` is close / close, which is also what the total-return ratio equals on its own session; `ratio` is
    the total-return ratio on the scale of the source's adj_close, good for slopes and means but not for quoting.
    `codes` are places in regime.REGIMES, `coverage` the share of the inputs present. `votes` are the four behind
    the leadership score; `gaps` has one array a sector, its ratio to the market over that ratio's 50-day mean, less 1;
    `present` has one row an input. `confirmation` is None for a pair without sectors.
    """

    pair: Pair
    sessions: Days
    price_ratio: Floats
    ratio: Floats
    votes: tuple[Floats, ...]
    gaps: tuple[Floats, ...]
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


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class History(Labelled):
    """The pair's readings: axes, labels, and the composite with its votes.

    `inputs` are what the composite was made from, on the sessions of the pair's first ticker.
    """

    composite: Composite
    inputs: Inputs


def _sectors(panel: Panel, pair: Pair, sessions: Days, rule: Rule) -> tuple[list[Floats], Track | None]:
    """Each sector's distance from the 50-day mean of its ratio, and the axis that their votes make.

    NaN where a sector, or its mean, is missing.
    """
    gaps, votes = [], []
    for ticker in pair.sectors:
        if ticker in panel.bars:
            m = match(panel[ticker], panel[pair.b])
            gap, vote = spread_all(axes.sector_gap_and_vote(m.a_adj, m.b_adj, rule), m.sessions, sessions)
        else:
            gap = vote = np.full(len(sessions), np.nan)
        gaps.append(gap)
        votes.append(vote)
    if not pair.sectors:
        return gaps, None
    score = axes.confirmation_score(votes[: len(CYCLICAL)], votes[len(CYCLICAL) :])
    return gaps, axes.follow(axes.CONFIRMATION.by(rule), score, rule.dwell)


def _present(panel: Panel, pair: Pair, sessions: Days) -> NDArray[np.bool_]:
    """Which inputs have a bar on each session, (inputs, t), in the order of `inputs`."""
    out = np.zeros((len(inputs(pair)), len(sessions)), dtype=bool)
    for row, ticker in enumerate(inputs(pair)):
        if ticker in panel.bars:
            out[row, common(sessions, panel[ticker].sessions)[1]] = True
    return out


def inputs(pair: Pair) -> tuple[str, ...]:
    """The tickers the pair's label is made from."""
    return (pair.a, pair.b, *pair.sectors)


def _signals(panel: Panel, pair: Pair, sessions: Days, leadership: Track, confirmation: Track | None) -> Inputs:
    """What the composite is made from, on the sessions of the pair's first ticker."""
    bars = panel[pair.a]
    versus, without = None, {}
    if pair.a == BREADTH_BENCHMARK:
        without["breadth"] = f"{pair.a} can't be held against itself"
    elif BREADTH_BENCHMARK not in panel.bars:
        without["breadth"] = f"{BREADTH_BENCHMARK} is not in {panel.origin.name}"
    else:
        if panel[BREADTH_BENCHMARK].sessions[-1] != bars.sessions[-1]:
            without["breadth"] = f"{BREADTH_BENCHMARK} has no bar on this session"
        m = match(bars, panel[BREADTH_BENCHMARK])
        versus = spread(relative_performance(m.a_adj, m.b_adj, 20), m.sessions, bars.sessions)
    if not bars.volume.any():
        without["volume"] = f"{pair.a} has no volume"
    if panel[pair.b].sessions[-1] != bars.sessions[-1]:
        without["ratio"] = without["confirmation"] = f"{pair.b} has no bar on this session"
    if confirmation is None:
        without["confirmation"] = f"{pair} has no sectors"
    elif missing := [t for t in pair.sectors if t not in panel.bars or panel[t].sessions[-1] != bars.sessions[-1]]:
        without["confirmation"] = f"no bar on this session of {', '.join(missing)}"
    scores = [spread(t.score, sessions, bars.sessions) if t else None for t in (leadership, confirmation)]
    assert scores[0] is not None
    return Inputs(Studies(bars), scores[0], scores[1], versus, without)


def labelled(panel: Panel, pair: Pair, rule: Rule = RULE) -> Labelled:
    """All axes and labels of a pair, from the first session that both its tickers have to the panel's last.

    SourceError when a ticker of the pair is missing or the two share no session. The axes are followed from the
    market's own first session, so that they are warm when the rows begin.
    """
    a, b = panel[pair.a], panel[pair.b]
    m = match(a, b)
    if not len(m.sessions):
        raise SourceError(f"{pair.a} and {pair.b} have no session in common in {panel.origin.name}")
    sessions = either(a.sessions, b.sessions, len(m.sessions))
    first = int(np.searchsorted(sessions, m.sessions[0]))
    shown = sessions[first:]
    votes = spread_all(axes.leadership_votes(m.a_adj / m.b_adj, rule), m.sessions, shown)
    leadership = axes.follow(axes.LEADERSHIP.by(rule), axes.leadership_score(votes), rule.dwell)
    trend = spread(axes.market_score(b.adj_close, rule), b.sessions, sessions)
    market = axes.follow(axes.MARKET.by(rule), trend, rule.dwell).within(slice(first, None))
    gaps, sectors = _sectors(panel, pair, sessions, rule)
    confirmation = sectors.within(slice(first, None)) if sectors else None
    present = _present(panel, pair, shown)
    coverage = present.mean(axis=0)
    return Labelled(
        pair=pair,
        sessions=shown,
        price_ratio=spread(m.a_close / m.b_close, m.sessions, shown),
        ratio=spread(m.a_adj / m.b_adj, m.sessions, shown),
        votes=votes,
        gaps=tuple(gap[first:] for gap in gaps),
        leadership=leadership,
        confirmation=confirmation,
        market=market,
        codes=_codes(leadership, confirmation, market, coverage),
        coverage=coverage,
        present=present,
    )


def compute(panel: Panel, pair: Pair, weights: Mapping[str, float] = EQUAL, rule: Rule = RULE) -> History:
    """All axes, labels and signals of a pair; as `labelled`, with the composite by `weights`."""
    read = labelled(panel, pair, rule)
    signals = _signals(panel, pair, read.sessions, read.leadership, read.confirmation)
    made = composite.compute(signals, weights).on(panel[pair.a].sessions, read.sessions)
    return History(**{field.name: getattr(read, field.name) for field in fields(read)}, composite=made, inputs=signals)


def _codes(leadership: Track, confirmation: Track | None, market: Track, coverage: Floats) -> Ints:
    """The label of every session, as its place in regime.REGIMES."""
    confirmed = confirmation.state if confirmation else np.zeros(len(coverage), dtype=np.int64)
    codes = regime.labels(leadership.state, confirmed, market.state)
    return regime.withhold(codes, coverage, leadership.score, market.score)


def earlier(later: History, panel: Panel) -> History:
    """The history up to the session that `panel` was cut at, from a later one of the same uncut panel: what
    `compute` gives, without working it out again.

    A row depends on no later one, so the rows are those of `later`, as views; only what is said of the last session is
    read from the panel. SourceError when the pair shares no session by then.
    """
    shared = 0 if panel.upto is None else int(np.searchsorted(later.sessions, panel.upto, "right"))
    rows = slice(0, shared)
    if not shared:
        return compute(panel, later.pair)
    leadership, market = later.leadership.within(rows), later.market.within(rows)
    confirmation = later.confirmation.within(rows) if later.confirmation else None
    signals = _signals(panel, later.pair, later.sessions[rows], leadership, confirmation)
    return History(
        pair=later.pair,
        sessions=later.sessions[rows],
        price_ratio=later.price_ratio[rows],
        ratio=later.ratio[rows],
        votes=tuple(vote[rows] for vote in later.votes),
        gaps=tuple(gap[rows] for gap in later.gaps),
        leadership=leadership,
        confirmation=confirmation,
        market=market,
        codes=later.codes[rows],
        coverage=later.coverage[rows],
        present=later.present[:, rows],
        composite=Composite(tuple(vote[rows] for vote in later.composite.votes), later.composite.score[rows]),
        inputs=signals._replace(studies=later.inputs.studies.until(panel[later.pair.a])),
    )
