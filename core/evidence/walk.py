"""The walk forward: what was known of a label at each year's end, and what the next year then showed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from ..bars import Days, Floats, Panel, to_day
from ..errors import UsageError, nearest
from ..history import History
from .bootstrap import DRAWS, SEED
from .followed import DELAY, Followed, follow_all
from .labels import Label, labels
from .table import LESS, MORE, Evidence, of_kind


class Case(NamedTuple):
    """What is walked: a label of a kind, the target that follows it, and for how many sessions."""

    kind: str
    label: str
    target: str
    horizon: int


class Year(NamedTuple):
    """The evidence as it stood at the close of a year's last session, and the difference the next year then showed.

    `next_difference` is a fraction, of those of the next year's sessions whose horizon is over by the as-of; NaN while
    the label, or the other days, have none of them.
    """

    year: int
    session: date
    known: Evidence
    next_difference: float

    @property
    def agreed(self) -> bool | None:
        """Whether the next year's difference had the sign that was known; None where either has none."""
        signs = np.sign([self.known.difference, self.next_difference])
        return bool(signs[0] == signs[1]) if abs(signs[0] * signs[1]) == 1 else None


class Walk(NamedTuple):
    """One case year by year, oldest first; the last row is of the as-of session, whose next year is still to come."""

    case: Case
    rows: tuple[Year, ...]

    def words(self) -> str:
        """How often the sign that was known held in the year after, beside a coin's share."""
        told = [row for row in self.rows if row.agreed is not None]
        if not told:
            return "No year's end can be held against the year after it."
        edges = [row for row in told if row.known.verdict in (MORE, LESS)]
        shown = f"{len(edges)} showed an edge, which held after {_held(edges)}" if edges else "none showed an edge"
        return (
            f"The sign known at a year's end held in {_held(told)} of {len(told)} next years; a coin would in "
            f"{len(told) / 2:g}. Of these years' ends {shown}."
        )


def walk(past: History, panel: Panel, case: Case, *, seed: int = SEED, draws: int = DRAWS) -> Walk:
    """The case at the end of every calendar year since its kind was known, by an expanding window.

    At each year's end only sessions count whose horizon was over by then, with the bootstrap drawn on them alone, so
    that a row is what `table.evidence` said on that day. UsageError for a label or a target that there isn't.
    """
    label, row = _find(labels(past), case), _followed(follow_all(past, panel, (case.horizon,)), case)
    ends = year_ends(past.sessions)
    found = []
    for end, after in zip(ends, [*ends[1:], ends[-1]], strict=True):
        known = _known(label, row, end, seed, draws)
        if known is not None:
            last = past.sessions[end - 1]
            following = _difference(label, row.returns, slice(end, after))
            found.append(Year(to_day(last).year, to_day(last), known, following))
    return Walk(case, tuple(found))


def year_ends(sessions: Days) -> list[int]:
    """The row after the last session of every calendar year, the last year's so far included."""
    years = sessions.astype("datetime64[Y]")
    return [*(np.flatnonzero(years[1:] != years[:-1]) + 1).tolist(), len(sessions)]


def _find(every: Sequence[Label], case: Case) -> Label:
    names = {f"{label.kind} {label.name}": label for label in every}
    asked = f"{case.kind} {case.label}"
    if asked not in names:
        raise UsageError(f"label {asked!r} is not in the history{nearest(asked, list(names))}")
    return names[asked]


def _followed(after: Sequence[Followed], case: Case) -> Followed:
    rows = {row.target: row for row in after}
    if case.target not in rows:
        raise UsageError(f"target {case.target!r} is not one of {', '.join(rows)}")
    return rows[case.target]


def _known(label: Label, row: Followed, end: int, seed: int, draws: int) -> Evidence | None:
    """The evidence of the first `end` sessions; None where none of them that counts was over by then."""
    over = np.arange(end) + DELAY + row.horizon < end
    cut = Followed(row.target, row.horizon, row.returns[:end], row.vol[:end], row.fall[:end])
    seen = Label(label.kind, label.name, label.held[:end], label.known[:end])
    return next(of_kind([seen], [cut], over & ~np.isnan(cut.returns), seed, draws), None)


def _difference(label: Label, returns: Floats, inside: slice) -> float:
    """The mean return after the label less that after other days, within some rows; NaN where either has none."""
    counted = label.known[inside] & ~np.isnan(returns[inside])
    held = label.held[inside] & counted
    means = [returns[inside][side].mean() for side in (held, counted & ~held) if side.any()]
    return float(means[0] - means[1]) if len(means) == 2 else float("nan")


def _held(rows: Sequence[Year]) -> int:
    return sum(row.agreed is True for row in rows)
