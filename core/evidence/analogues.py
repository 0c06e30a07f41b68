"""The nearest analogues: the earlier sessions most like the as-of one, and what came after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Floats, Panel, to_day
from ..history import History
from ..indicators import highest, sma
from ..matching import spread
from ..regime import REGIMES
from ..studies import Studies
from .followed import DELAY, HORIZONS, follow_all

CASES = 10
APART = max(HORIZONS) + DELAY
"""Sessions between two analogues, so that what followed one is over before what followed the other begins."""
ENOUGH_FEATURES = 6
SHOWN_HORIZON = 21


class Feature(NamedTuple):
    """One thing that sessions are compared by: its key, its words, and its values on a history's sessions, (t,).

    NaN where it is not known. A row uses nothing later than its own close.
    """

    key: str
    words: str
    of: Callable[[History], Floats]


class Analogue(NamedTuple):
    """One earlier session: how far it is from the as-of one, its label then, and what followed.

    `distance` is the root mean square of the features' differences, in their standard deviations. `returns` has one
    row a target and one column a horizon; simple, fractions, from the close of the next session on.
    """

    session: date
    distance: float
    regime: str
    returns: tuple[tuple[float, ...], ...]


class Tally(NamedTuple):
    """What followed the analogues beside what followed all sessions: medians, how many rose of how many."""

    target: str
    horizon: int
    median: float
    all_median: float
    up: int
    cases: int
    all_up: int
    sessions: int

    def words(self) -> str:
        """How often the target rose, and how often it does anyway."""
        prove = "1 case proves" if self.cases == 1 else f"{self.cases} cases prove"
        return (
            f"{prove} nothing: {self.target} rose in {self.up} of {self.cases} over {self.horizon} sessions; "
            f"of all {self.sessions:,} sessions {fmt.share(self.all_up / self.sessions)} were followed by a rise."
        )


class Analogues(NamedTuple):
    """The analogues of a session, nearest first, and a tally for each target and horizon; `reason` when there are none.

    `features` are the words of those compared by; `targets` and `horizons` name the rows and columns of returns.
    """

    as_of: date
    features: tuple[str, ...]
    targets: tuple[str, ...]
    horizons: tuple[int, ...]
    rows: tuple[Analogue, ...]
    tallies: tuple[Tally, ...]
    reason: str = ""

    def words(self) -> str:
        """The tally of the first target over 21 sessions in one sentence, or why there is none."""
        return next((row.words() for row in self.tallies if row.horizon == SHOWN_HORIZON), self.reason)


def _studied(of: Callable[[Studies], Floats]) -> Callable[[History], Floats]:
    """A study of the pair's first ticker laid on the history's sessions."""

    def laid(past: History) -> Floats:
        studies = past.inputs.studies
        return spread(of(studies), studies.bars.sessions, past.sessions)

    return laid


def _confirmation(past: History) -> Floats:
    return np.full(len(past.sessions), np.nan) if past.confirmation is None else past.confirmation.score


def _log_vol(studies: Studies) -> Floats:
    vol = studies.realized_vol20
    return np.asarray(np.log(vol, out=np.full(len(vol), np.nan), where=vol > 0))


def _drawdown(studies: Studies) -> Floats:
    level = studies.bars.adj_close
    return level / highest(level, 252) - 1.0


# Without the 20-session performance against the market, which is nearly the ratio against SMA50 once more.
FEATURES = (
    Feature("leadership", "ratio trend score", lambda past: past.leadership.score),
    Feature("confirmation", "sectors score", _confirmation),
    Feature("market", "market against SMA200", lambda past: past.market.score),
    Feature("composite", "composite", lambda past: past.composite.score),
    Feature("ratio50", "ratio against SMA50", lambda past: past.ratio / sma(past.ratio, 50) - 1.0),
    Feature("ratio200", "ratio against SMA200", lambda past: past.ratio / sma(past.ratio, 200) - 1.0),
    Feature("rsi", "RSI(14)", _studied(lambda studies: studies.rsi14)),
    Feature("vol", "realized volatility, its logarithm", _studied(_log_vol)),
    Feature("drawdown", "below the 252-session high", _studied(_drawdown)),
)


def analogues(past: History, panel: Panel) -> Analogues:
    """The ten sessions most like the history's last, by the features known on it, nearest first; fewer if need be.

    Only sessions on which all of these were known and whose longest horizon is over, with every target's returns, come
    into question: by fewer features a session would be near more easily. Of those within 64 sessions of each other the
    nearest alone is taken, of equal ones the older.
    """
    after = follow_all(past, panel)
    names = tuple(dict.fromkeys(row.target for row in after))
    returns = np.array([row.returns for row in after]).reshape(len(HORIZONS), len(names), -1)
    scores = standardised(past)
    known = ~np.isnan(scores[:, -1])
    used = tuple(feature.words for feature, there in zip(FEATURES, known, strict=True) if there)
    found = Analogues(to_day(past.sessions[-1]), used, names, HORIZONS, (), ())
    if len(used) < ENOUGH_FEATURES:
        short = f"{len(used)} of {len(FEATURES)} features are known on {found.as_of}; it takes {ENOUGH_FEATURES}"
        return found._replace(reason=short)
    apart, over = distances(scores[known]), ~np.isnan(returns).any(axis=(0, 1))
    rows = nearest(np.where(over & ~np.isnan(apart), apart, np.inf))
    if not rows:
        none = f"no session with its features known has {APART} sessions after it by {found.as_of}"
        return found._replace(reason=none)
    cases = tuple(_case(past, row, float(apart[row]), returns[:, :, row].T) for row in rows)
    tallies = tuple(
        _tally((name, horizon), returns[column, line][rows], returns[column, line][over])
        for line, name in enumerate(names)
        for column, horizon in enumerate(HORIZONS)
    )
    return found._replace(rows=cases, tallies=tallies)


def standardised(past: History) -> Floats:
    """Every feature less its mean, in its standard deviations, over all sessions; (features, t).

    NaN where it is not known, and throughout where it never changes.
    """
    return np.array([_standardised(feature.of(past)) for feature in FEATURES])


def distances(scores: Floats) -> Floats:
    """How far each session is from the last: the root mean square of its features' differences; (t,).

    scores: (features, t). NaN where one is not known.
    """
    away = scores - scores[:, -1:]
    # One feature after the other: a sum along an axis may be taken in another order for another number of sessions.
    return np.asarray(np.sqrt(reduce(np.add, away * away) / len(scores)))


def nearest(apart: Floats) -> list[int]:
    """Up to ten rows with the least distances, nearest first, all 64 or more apart; (t,), inf is never taken."""
    left = apart.copy()
    rows: list[int] = []
    while len(rows) < CASES and np.isfinite(left[row := int(left.argmin())]):
        rows.append(row)
        left[max(row - APART + 1, 0) : row + APART] = np.inf
    return rows


def _standardised(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    deviation = float(known.std()) if len(known) else 0.0
    return (values - known.mean()) / deviation if deviation > 0 else np.full(len(values), np.nan)


def _case(past: History, row: int, distance: float, returns: Floats) -> Analogue:
    label = REGIMES[int(past.codes[row])].label
    return Analogue(to_day(past.sessions[row]), distance, label, tuple(tuple(line) for line in returns.tolist()))


def _tally(of: tuple[str, int], cases: Floats, everything: Floats) -> Tally:
    medians = [float(np.median(rows)) for rows in (cases, everything)]
    rose = [int(np.sum(rows > 0)) for rows in (cases, everything)]
    return Tally(*of, medians[0], medians[1], rose[0], len(cases), rose[1], len(everything))
