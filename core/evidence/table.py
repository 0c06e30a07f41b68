"""The evidence: one row a label, target and horizon, with what followed it beside what followed all other days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from ..bars import Days, Floats, Panel
from ..history import History
from .bootstrap import DRAWS, SEED, UNKNOWN, Blocks, Interval, block_of, interval, mean_of, starts_of_runs, widening
from .followed import HORIZONS, Followed, follow_all
from .labels import Bools, Label, labels

ENOUGH_EPISODES = 5
"""Fewer separate episodes, of the label or of the other days, tell nothing, however many days they last."""
NO_EDGE, TOO_FEW, MORE, LESS = "no edge shown", "too few episodes to tell", "returned more", "returned less"
CALMER, ROUGHER, SAME_VOL = "calmer", "rougher", "no difference in volatility shown"

Span = tuple[np.datetime64, np.datetime64]


class Evidence(NamedTuple):
    """What followed the sessions of one label beside all other days that had a label of its kind.

    `mean`, `others_mean` and their `difference` are simple returns over the horizon from the close of the next session
    on; `vol`s are mean annualised volatilities of those stretches, `worst_fall` the deepest fall within any of them.
    All fractions, NaN where there are no such days. `days` and `episodes` are those whose horizon is over.
    """

    kind: str
    label: str
    target: str
    horizon: int
    days: int
    episodes: int
    mean: float
    others_mean: float
    difference: float
    ci95: Interval
    vol: float
    others_vol: float
    vol_ci95: Interval
    worst_fall: float
    others_worst_fall: float
    enough: bool

    @property
    def verdict(self) -> str:
        """What the returns show, in words: no edge where the interval spans zero."""
        if not self.enough:
            return TOO_FEW
        return NO_EDGE if self.ci95.spans_zero else MORE if self.difference > 0 else LESS

    @property
    def vol_verdict(self) -> str:
        """What the volatility shows, in words."""
        if not self.enough:
            return TOO_FEW
        return SAME_VOL if self.vol_ci95.spans_zero else CALMER if self.vol < self.others_vol else ROUGHER


class Compared(NamedTuple):
    """A difference of two means with its interval, and the two means."""

    mean: float
    others: float
    interval: Interval


def evidence(
    past: History,
    panel: Panel,
    *,
    seed: int = SEED,
    draws: int = DRAWS,
    horizons: tuple[int, ...] = HORIZONS,
    kinds: tuple[str, ...] = (),
) -> tuple[Evidence, ...]:
    """Every label of the history, or of some kinds, against every target and horizon, in that order of sorting.

    Only what the history holds is looked at, so that what is shown for a date was knowable on it. Every label of a
    kind is drawn on the same blocks, and a row is the same whatever else is asked for.
    """
    every = [label for label in labels(past) if not kinds or label.kind in kinds]
    rows = [row for h in horizons for row in _of_horizon(every, follow_all(past, panel, (h,)), seed, draws)]
    order = {(label.kind, label.name): place for place, label in enumerate(every)}
    return tuple(sorted(rows, key=lambda row: order[row.kind, row.label]))


def within(
    past: History, panel: Panel, spans: Sequence[Span], horizon: int, *, seed: int = SEED, draws: int = DRAWS
) -> Iterator[tuple[Evidence, ...]]:
    """The evidence of one horizon within each span of sessions, both ends included; what followed may end after it."""
    every, after = labels(past), follow_all(past, panel, (horizon,))
    for span in spans:
        rows = inside(past.sessions, span)
        cut = [Label(one.kind, one.name, one.held[rows], one.known[rows]) for one in every]
        came = [Followed(f.target, horizon, f.returns[rows], f.vol[rows], f.fall[rows]) for f in after]
        yield tuple(_of_horizon(cut, came, seed, draws))


def decades(sessions: Days) -> list[Span]:
    """The first and the last session of every decade of the calendar there are sessions of."""
    decade = sessions.astype("datetime64[Y]").astype(np.int64) // 10
    firsts = np.flatnonzero(np.diff(decade, prepend=decade[:1] - 1))
    lasts = np.append(firsts[1:], len(sessions)) - 1
    return list(zip(sessions[firsts], sessions[lasts], strict=True))


def inside(sessions: Days, span: Span) -> slice:
    """The rows of the sessions within a span, both ends included."""
    first, last = span
    return slice(int(np.searchsorted(sessions, first)), int(np.searchsorted(sessions, last, "right")))


def _of_horizon(every: Sequence[Label], after: Sequence[Followed], seed: int, draws: int) -> Iterator[Evidence]:
    """The rows of every label for targets followed over one horizon."""
    there = ~np.isnan(after[0].returns)
    for _, kind in groupby(every, key=lambda label: label.kind):
        yield from of_kind(list(kind), after, there, seed, draws)


def of_kind(
    kind: Sequence[Label], after: Sequence[Followed], there: Bools, seed: int, draws: int
) -> Iterator[Evidence]:
    """The rows of labels of one kind, for targets followed over one horizon; none where the kind was never known.

    there: (t,), the sessions that count, those that have a return. All rows are drawn on the same blocks.
    """
    known = np.flatnonzero(kind[0].known & there)
    if not len(known):
        return
    # From the first session to the last that count: what lies outside of them would be drawn for nothing.
    span = slice(int(known[0]), int(known[-1]) + 1)
    horizon = after[0].horizon
    blocks = Blocks(span.stop - span.start, block_of(horizon), draws, seed)
    counted = (kind[0].known & there)[span]
    # The days of a draw are the same whatever followed them.
    every = Side(counted, blocks.days(counted))
    sides = [Side(held := label.held[span] & counted, blocks.days(held)) for label in kind]
    for row in after:
        columns = [np.where(counted, values[span], 0.0) for values in (row.returns, row.vol)]
        totals = [blocks.sums(column) for column in columns]
        for label, side in zip(kind, sides, strict=True):
            returns, vol = (
                compared(blocks, column, total, (every, side), horizon)
                for column, total in zip(columns, totals, strict=True)
            )
            yield _row(label, row, (returns, vol), (side.days, every.days & ~side.days), row.fall[span])


class Side(NamedTuple):
    """Some sessions, (t,), and how many of them each draw has, (draws,)."""

    days: Bools
    drawn: Floats


def compared(blocks: Blocks, column: Floats, total: Floats, sides: tuple[Side, Side], horizon: int) -> Compared:
    """The mean of a column over some sessions and over all others that count, and how far the two differ.

    column: (t,), 0 where a session doesn't count; total: its sum in each draw, (draws,); sides: all sessions that
    count, then those that are compared with the rest of them.
    """
    every, side = sides
    both = side.days, every.days & ~side.days
    means = [float(column[rows].mean()) if rows.any() else float("nan") for rows in both]
    if not all(rows.any() for rows in both):
        return Compared(means[0], means[1], UNKNOWN)
    mine = blocks.sums(np.where(side.days, column, 0.0))
    drawn = mean_of(mine, side.drawn) - mean_of(total - mine, every.drawn - side.drawn)
    widen = widening(horizon, len(column), min(len(starts_of_runs(rows)) for rows in both))
    return Compared(means[0], means[1], interval(means[0] - means[1], drawn, widen))


def _row(
    label: Label, row: Followed, found: tuple[Compared, Compared], sides: tuple[Bools, Bools], fall: Floats
) -> Evidence:
    (returns, vol), episodes = found, [len(starts_of_runs(side)) for side in sides]
    worst = [float(fall[side].min()) if side.any() else float("nan") for side in sides]
    return Evidence(
        kind=label.kind,
        label=label.name,
        target=row.target,
        horizon=row.horizon,
        days=int(sides[0].sum()),
        episodes=episodes[0],
        mean=returns.mean,
        others_mean=returns.others,
        difference=returns.mean - returns.others,
        ci95=returns.interval,
        vol=vol.mean,
        others_vol=vol.others,
        vol_ci95=vol.interval,
        worst_fall=worst[0],
        others_worst_fall=worst[1],
        enough=min(episodes) >= ENOUGH_EPISODES,
    )
