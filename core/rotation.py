"""Rotation: every sector against the market, its place and way on the rotation map, and the votes behind the score."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from . import format as fmt
from .axes import CYCLICAL, DEFENSIVE, sector_gap_and_vote
from .bars import Days, Floats, Panel, to_day
from .history import History
from .indicators import TIE, lag, relative_performance, sign_between, sma
from .matching import match_last

STRENGTH_WINDOW, MOMENTUM_SESSIONS = 63, 10
WEEK, TAIL = 5, 8
RECENT = 63
NEEDED = TAIL * WEEK + MOMENTUM_SESSIONS + STRENGTH_WINDOW
SCORED = 5
"""How many sessions the confirmation score is the mean of."""

SECTORS = (
    ("XLB", "Materials"),
    ("XLC", "Communication"),
    ("XLE", "Energy"),
    ("XLF", "Financials"),
    ("XLI", "Industrials"),
    ("XLK", "Technology"),
    ("XLP", "Staples"),
    ("XLRE", "Real estate"),
    ("XLU", "Utilities"),
    ("XLV", "Health care"),
    ("XLY", "Discretionary"),
    ("KRE", "Regional banks"),
)
"""The eleven sectors of the S&P 500 and the regional banks: the fund, and what it holds."""

GROUPS = {**dict.fromkeys(CYCLICAL, "cyclical"), **dict.fromkeys(DEFENSIVE, "defensive")}
"""The groups of the six that vote; the others are in none."""

QUADRANTS = {(1, 1): "LEADING", (1, -1): "WEAKENING", (-1, -1): "LAGGING", (-1, 1): "IMPROVING"}
"""The names of the map's quarters by the signs of strength and momentum."""

LEVEL = "LEVEL"
"""On a line between quarters."""


def strength(ratio: Floats) -> Floats:
    """S / SMA63(S) - 1: how far a ratio is from its mean of 63 sessions, as a fraction; 0 on a tie.

    ratio: (t,). (t,), NaN for the first 62 rows. Our own formula, not the one of a trademarked graph.
    """
    mean = sma(ratio, STRENGTH_WINDOW)
    return np.where(sign_between(ratio, mean) == 0, 0.0, ratio / mean - 1.0)


def momentum(strengths: Floats) -> Floats:
    """The change of strength over 10 sessions, as a fraction (shown in percentage points).

    strengths: (t,). (t,), NaN for 10 rows more than its input. Our own formula, as above.
    """
    return strengths - lag(strengths, MOMENTUM_SESSIONS)


def quadrant(strength: float, momentum: float) -> str:
    """The quarter of the map by the two signs: a name of QUADRANTS, LEVEL on a line, `--` where one is not known."""
    if np.isnan(strength) or np.isnan(momentum):
        return fmt.UNKNOWN
    across, up = (0 if abs(x) <= TIE else int(np.sign(x)) for x in (strength, momentum))
    return QUADRANTS.get((across, up), LEVEL)


def _nothing() -> Floats:
    return np.full(TAIL + 1, np.nan)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Sector:
    """One sector against the market, S = sector / market on adj_close, fractions; NaN and 0 where not known.

    `why` says why nothing is known, empty when something is. `gap` is S / SMA50(S) - 1 and `sign` its sign, as the
    confirmation uses them. `ratio` holds the last 63 of S, fewer where there are fewer; `strengths` and `momenta` are
    (9,): the place on the map eight weeks ago, one a week (5 sessions) since, and now, NaN before what is known.
    """

    ticker: str
    name: str
    why: str = ""
    gap: float = np.nan
    sign: int = 0
    performance_20: float = np.nan
    performance_63: float = np.nan
    ratio: Floats = field(default_factory=lambda: np.empty(0))
    strengths: Floats = field(default_factory=_nothing)
    momenta: Floats = field(default_factory=_nothing)

    @property
    def group(self) -> str:
        """`cyclical`, `defensive`, or empty for a sector that doesn't vote."""
        return GROUPS.get(self.ticker, "")

    @property
    def confirms(self) -> bool:
        """Whether it stands where a sector of its group does when small-cap risk is wanted; False without a group."""
        return bool(self.group) and self.sign == (1 if self.group == "cyclical" else -1)

    @property
    def quadrant(self) -> str:
        """The quarter of the map that it is in."""
        return quadrant(float(self.strengths[-1]), float(self.momenta[-1]))


def read_rotation(panel: Panel, market: str, as_of: date) -> tuple[Sector, ...]:
    """Every row of SECTORS on the as-of session against `market`, by the panel cut there; what is missing says why."""
    return tuple(_read(panel, ticker, name, market, as_of) for ticker, name in SECTORS)


def _read(panel: Panel, ticker: str, name: str, market: str, as_of: date) -> Sector:
    if ticker == market:
        return Sector(ticker, name, "is the market here")
    if ticker not in panel.bars or market not in panel.bars:
        return Sector(ticker, name, f"not in this source by {as_of}")
    m = match_last(panel[ticker], panel[market], NEEDED)
    newest = to_day(m.sessions[-1]) if len(m.sessions) else None
    if newest != as_of:
        return Sector(ticker, name, f"newest close {newest}" if newest else f"no session shared with {market}")
    ratio = m.a_adj / m.b_adj
    gap, vote = (float(row[-1]) for row in sector_gap_and_vote(m.a_adj, m.b_adj))
    strengths = strength(ratio)
    return Sector(
        ticker,
        name,
        gap=gap,
        sign=0 if np.isnan(vote) else int(vote),
        performance_20=float(relative_performance(m.a_adj, m.b_adj, 20)[-1]),
        performance_63=float(relative_performance(m.a_adj, m.b_adj, 63)[-1]),
        ratio=ratio[-RECENT:],
        strengths=_weekly(strengths),
        momenta=_weekly(momentum(strengths)),
    )


def _weekly(values: Floats) -> Floats:
    """The newest value and those 5, 10 ... 40 sessions before it, oldest first; NaN where there is none."""
    found = values[::-1][: TAIL * WEEK + 1 : WEEK][::-1]
    return np.concatenate((np.full(TAIL + 1 - len(found), np.nan), found))


class Voter(NamedTuple):
    """One of the six that vote: on each session +1 for small-cap risk, -1 against it, 0 on a tie, NaN not known."""

    ticker: str
    group: str
    votes: tuple[float, ...]


class Ballot(NamedTuple):
    """The votes that the confirmation score is made of: the last five sessions, and the sum of the six on each.

    A cyclical sector votes +1 above its mean, a defensive one below. The score is `total / divisor`: the mean over five
    sessions of (c - d) / 2, c and d the means of three signs each, is the sum of all thirty votes over thirty.
    """

    sessions: Days
    voters: tuple[Voter, ...]
    sums: tuple[float, ...]

    @property
    def total(self) -> float:
        """The sum of all votes; NaN where one of them is."""
        return sum(self.sums)

    @property
    def divisor(self) -> int:
        """How many votes the score is the mean of."""
        return SCORED * len(self.voters)

    @property
    def complete(self) -> bool:
        """Whether all sessions of the score are there; without them the total is not its sum."""
        return len(self.sums) == SCORED


def read_ballot(past: History) -> Ballot | None:
    """The votes behind the score of the history's last session; None for a pair without sectors."""
    if not past.pair.sectors:
        return None
    ways = np.array([1.0 if GROUPS[ticker] == "cyclical" else -1.0 for ticker in past.pair.sectors])
    votes = np.sign([gap[-SCORED:] for gap in past.gaps]) * ways[:, None]
    voters = (
        Voter(ticker, GROUPS[ticker], tuple(row.tolist())) for ticker, row in zip(past.pair.sectors, votes, strict=True)
    )
    return Ballot(past.sessions[-SCORED:], tuple(voters), tuple(votes.sum(axis=0).tolist()))
