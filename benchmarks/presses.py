"""A table of keys pressed in two programs in turns: how long each took to the last byte, and how many bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from .table import Row, percentile
from .terminal import QUIET, SIZE, Paint, Size, Terminal

LARGE: Size = (200, 60)
NEXT_BYTES = 9500
LIMIT_MS = {SIZE: 16.0, LARGE: 25.0}
NEXT_MS = {SIZE: 12.0, LARGE: 25.0}
NEXT_SHARE = 1 / 6
"""The next ticker is to take so much of the baseline's time."""
PRESSES = {SIZE: 44, LARGE: 22}
BASELINE_PRESSES = 22
"""The baseline is slow; fewer than 21 would have the slowest as their p95."""
SETTLE = 0.15


class Key(NamedTuple):
    """What is pressed, in turns, and the words of the table.

    `quiet`: the seconds without output after which the answer is whole. `first`: pressed before, and not measured.
    `rest`: the seconds after it in which what it brings later, like the evidence of another day, is nobody's.
    `limits`: what p95 may take at a size. `share`: what the median may take of the baseline's. `most`: the bytes that
    the largest answer may have at 120x40.
    """

    words: str
    cycle: Sequence[str]
    quiet: float = QUIET
    first: Sequence[str] = ()
    rest: float = 0.0
    limits: Mapping[Size, float] = LIMIT_MS
    share: float | None = None
    most: float | None = None


class Pressed(NamedTuple):
    """What a key painted in the app, and in what it is compared to."""

    mine: list[Paint]
    other: list[Paint]

    def row(self, what: str, of: Callable[[Paint], float], share: int, unit: str, limit: float | None = None) -> Row:
        """A percentile of one figure."""
        first, second = (percentile([of(paint) for paint in paints], share) for paints in self)
        return Row(what, first, unit, second, limit=limit)


def pressed(app: Terminal, plain: Terminal, key: Key) -> Pressed:
    """The key pressed so often in each, in turns, so that both meet the same machine."""
    for word in key.first:
        app.press(word, SETTLE)
        plain.press(word, SETTLE)
    found, presses = Pressed([], []), PRESSES[app.size]
    for at in range(presses):
        found.mine.append(_press(app, key, at))
        if at % (presses // BASELINE_PRESSES) == 0:
            found.other.append(_press(plain, key, len(found.other)))
    return found


def _press(terminal: Terminal, key: Key, at: int) -> Paint:
    paint = terminal.press(key.cycle[at % len(key.cycle)], key.quiet)
    if key.rest:
        terminal.watch(key.rest)
    return paint


def rows(key: Key, found: Pressed, size: Size) -> list[Row]:
    """The rows of one key."""
    most = key.most if size == SIZE else None
    median = found.row(f"{key.words}, p50", lambda paint: paint.ms, 50, "ms", key.share)
    return [
        replace(median, limits_ratio=True),
        found.row(f"{key.words}, p95", lambda paint: paint.ms, 95, "ms", key.limits.get(size)),
        found.row(f"{key.words}, bytes, p50", lambda paint: paint.size, 50, "B"),
        found.row(f"{key.words}, bytes, largest", lambda paint: paint.size, 100, "B", most),
    ]


def counted(size: Size) -> str:
    """How often each key is pressed, in words."""
    times = f"{PRESSES[size]} presses each"
    return times if PRESSES[size] == BASELINE_PRESSES else f"{times}, {BASELINE_PRESSES} of the baseline's"


def title(words: str, size: Size) -> str:
    """A section's title; the usual size goes without saying."""
    return words if size == SIZE else f"{words} at {named(size)}"


def named(size: Size) -> str:
    """The size in words."""
    return f"{size[0]}x{size[1]}"
