"""The value axis: the range that holds the data, round ticks in it, and their labels aligned on the decimal point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PADDING = 0.02
_STEPS = (1.0, 2.0, 2.5, 5.0)
_CALM_ROWS, _CLOSE_ROWS, _LEAST_ROWS = 4, 3, 2
_MOST_DECIMALS = 8
_NOTHING = 1e-290  # below it a share of the range underflows


class Scale(NamedTuple):
    """The values at the plot's lower and upper edge, low < high."""

    low: float
    high: float

    def rows(self, values: Floats, count: int) -> Floats:
        """Values as rows of `count`, rounded, 0 the highest; NaN stays NaN, values outside stay outside."""
        share = (self.high - values) / (self.high - self.low)
        rows: Floats = np.rint(np.maximum(np.minimum(share, 2.0), -1.0) * (count - 1))
        return rows

    def row(self, value: float, count: int) -> int:
        """The cell row of `count` that `value` falls in, by the dots that a line would set; clipped into the plot."""
        share = min(max((self.high - value) / (self.high - self.low), 0.0), 1.0)
        return round(share * (4 * count - 1)) // 4


def value_range(arrays: Sequence[Floats], *, below: float = 0.0) -> Scale | None:
    """The scale that holds all finite values of `arrays`, padded; None if there is none.

    `below` leaves that share of the height free at the bottom. Equal values get a range around them. Magnitudes
    up to 1e300.
    """
    ends = [(float(np.fmin.reduce(a)), float(np.fmax.reduce(a))) for a in arrays if a.size]
    low = min((lo for lo, _ in ends if not math.isnan(lo)), default=math.nan)
    high = max((hi for _, hi in ends if not math.isnan(hi)), default=math.nan)
    if math.isnan(low):
        return None
    size = max(abs(low), abs(high))
    if high - low <= max(1e-9 * size, _NOTHING):
        half = 0.01 * size if size > _NOTHING else 1.0
        low, high = low - half, high + half
    span = high - low
    free = min(max(below, _PADDING), 0.5)
    return Scale(low - span * free / (1 - free), high + span * _PADDING)


class Ticks(NamedTuple):
    """Round values within a scale, lowest first, and the decimals that all of them are written with."""

    values: tuple[float, ...]
    decimals: int


def round_ticks(scale: Scale, rows: int) -> Ticks:
    """Ticks at 1, 2, 2.5 or 5 times a power of ten, four rows apart or more, closer where they'd be few."""
    per_row = (scale.high - scale.low) / max(rows, 1)
    step = _step_at_least(per_row * _CALM_ROWS)
    for few, apart in ((3, _CLOSE_ROWS), (2, _LEAST_ROWS)):
        while len(_multiples(scale, step)) < few and (smaller := _step_below(step)) >= per_row * apart:
            step = smaller
    return Ticks(tuple(k * step for k in _multiples(scale, step)), _decimals(step))


def _multiples(scale: Scale, step: float) -> range:
    return range(math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9) + 1)


def _step_at_least(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in _STEPS if m * power >= value), 10.0 * power)


def _step_below(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return max((m * power for m in _STEPS if m * power < step * (1 - 1e-9)), default=0.5 * power)


def _decimals(step: float) -> int:
    return next((d for d in range(_MOST_DECIMALS + 1) if abs(round(step, d) - step) < step * 1e-6), 9)


def number(value: float, decimals: int, room: int) -> str:
    """A value in at most `room` cells: with `decimals` decimals, else with fewer, else in powers of ten, else empty.

    It is never cut off, since a number without its last digits is another number.
    """
    plain = [f"z.{d}f" for d in range(decimals, -1, -1)] if decimals <= _MOST_DECIMALS else []
    written = (format(value, spec) for spec in (*plain, ".2e", ".1e", ".0e"))
    return next((s for s in written if len(s) <= room), "")


def aligned(strings: Sequence[str], room: int) -> list[str]:
    """Numbers padded at the left so that their decimal points stand under each other, if `room` cells allow it."""
    points = [len(s.partition(".")[0]) for s in strings]
    most = max(points, default=0)
    padded = [" " * (most - point) + s for s, point in zip(strings, points, strict=True)]
    return padded if all(len(s) <= room for s in padded) else list(strings)
