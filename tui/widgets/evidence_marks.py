"""An interval drawn around zero: how far the difference may lie on either side, in a row of cells."""

from __future__ import annotations

import math

from ...core.evidence.bootstrap import Interval

SHAPES = {False: ("├", "─", "●", "┤", "│"), True: ("[", "-", "*", "]", "|")}
"""Both ends, the line, the difference itself, and zero; in plain ASCII, too."""


def span_of(intervals: list[Interval]) -> float:
    """The farthest that any known interval lies from zero; 0 where none is known."""
    ends = [abs(end) for found in intervals for end in found[:2] if math.isfinite(end)]
    return max(ends, default=0.0)


def whisker(value: float, found: Interval, span: float, width: int, *, ascii_only: bool) -> str:
    """`width` cells, an odd number, from -span to span, zero in their middle.

    Where the interval is not known, zero alone.
    """
    left, line, here, right, zero = SHAPES[ascii_only]
    cells, middle = [" "] * width, width // 2
    cells[middle] = zero
    if span > 0.0 and math.isfinite(found.low) and math.isfinite(value):
        low, at, high = (middle + round(end / span * middle) for end in (found.low, value, found.high))
        for x in range(low, high + 1):
            cells[x] = "┼" if x == middle and not ascii_only else zero if x == middle else line
        cells[low], cells[high] = left, right
        cells[min(max(at, low), high)] = here
    return "".join(cells)
