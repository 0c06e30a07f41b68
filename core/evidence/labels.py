"""The labels that evidence is shown for: the regime, each axis, the composite's fifths, each signal's vote."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..axes import Track
from ..bars import Floats
from ..composite import SIGNALS
from ..history import History
from ..indicators import sign
from ..regime import INSUFFICIENT, REGIMES

Bools = NDArray[np.bool_]

FIFTHS = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")
RANKED = 252
"""Values a rank needs before it."""
VOTES = ((1, "votes up"), (0, "votes neither"), (-1, "votes down"))


class Label(NamedTuple):
    """One label: of which kind, its name, the sessions that held it, and those on which its kind was known; (t,)."""

    kind: str
    name: str
    held: Bools
    known: Bools


def labels(past: History) -> tuple[Label, ...]:
    """Every label of the history, the regime's first; a kind that the pair hasn't got is left out."""
    kinds = (_regimes(past), *(_axis(track) for track in past.tracks), _fifths(past.composite.score), _signals(past))
    return tuple(label for kind in kinds for label in kind)


def _regimes(past: History) -> Iterator[Label]:
    known = past.codes != REGIMES.index(INSUFFICIENT)
    for code, regime in enumerate(REGIMES):
        if regime is not INSUFFICIENT:
            yield Label("regime", regime.label, past.codes == code, known)


def _axis(track: Track) -> Iterator[Label]:
    known = track.held > 0
    for state in (1, 0, -1):
        yield Label(track.axis.key, track.axis.word(state), known & (track.state == state), known)


def _fifths(score: Floats) -> Iterator[Label]:
    rank = rank_so_far(score)
    known = ~np.isnan(rank)
    fifth = np.minimum(np.floor(np.where(known, rank, 0.0) * len(FIFTHS)), len(FIFTHS) - 1)
    for place, name in enumerate(FIFTHS):
        yield Label("composite", name, known & (fifth == place), known)


def _signals(past: History) -> Iterator[Label]:
    for signal, votes in zip(SIGNALS, past.composite.votes, strict=True):
        known = ~np.isnan(votes)
        # A mean of thirds that cancel is 0 but for rounding.
        direction = sign(votes, np.ones(len(votes)))
        for vote, name in VOTES:
            held = known & (direction == vote)
            if held.any():
                yield Label(f"signal {signal.name}", name, held, known)


def rank_so_far(values: Floats) -> Floats:
    """Each value's place among all up to it, 0 to 1: the share below it, half of the equal ones (itself too) counted.

    values: (t,). (t,), NaN where the value is or before there are 252. Source: Hazen (1914), (i - 1/2) / n.
    """
    seen: list[float] = []
    out = np.full(len(values), np.nan)
    for row, value in enumerate(values.tolist()):
        if value != value:  # noqa: PLR0124  NaN is the one value that isn't itself
            continue
        insort(seen, value)
        if len(seen) >= RANKED:
            out[row] = (bisect_left(seen, value) + bisect_right(seen, value)) / (2.0 * len(seen))
    return out
