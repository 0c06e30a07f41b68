"""The logarithmic axis: values as powers of ten, and round ticks that lie well apart on it."""

from __future__ import annotations

import math

import numpy as np

from .axis import Floats, Scale, Ticks, round_ticks

_APART = 3  # rows between ticks
_STEPS = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
_DECADES = (2, 5, 10, 20, 50, 100, 200)
_FARTHEST = 300  # powers of ten; as far as value_range goes
_NARROW = math.log10(3.0)


def logs(values: Floats) -> Floats:
    """The powers of ten that the values are; NaN for what is not above 0."""
    out = np.full(len(values), np.nan)
    np.log10(values, out=out, where=values > 0)
    return out


def log(value: float) -> float:
    """The power of ten that a value is; NaN when it is not above 0."""
    return math.log10(value) if value > 0 else math.nan


def log_ticks(scale: Scale, rows: int) -> Ticks:
    """Ticks for a scale of powers of ten: 1 to 9 times powers of ten, as many as keep three rows apart.

    Within less than a factor of three they are those of a linear axis.
    """
    if scale.high - scale.low < _NARROW:
        plain = round_ticks(Scale(10.0**scale.low, 10.0**scale.high), rows)
        return Ticks(tuple(math.log10(v) for v in plain.values if v > 0), plain.decimals)
    least = (scale.high - scale.low) * _APART / max(rows, 1)
    for steps, every in [*((s, 1) for s in _STEPS), *(((1,), every) for every in _DECADES)]:
        powers = [math.log10(m) for m in steps]
        if every > 1 or min(np.diff([*powers, 1.0])) >= least:
            found = tuple(v for v in _powers(scale, powers, every) if scale.low <= v <= scale.high)
            if every == 1 or every >= least:
                return Ticks(found, _decimals(found))
    return Ticks((), 0)


def _powers(scale: Scale, powers: list[float], every: int) -> list[float]:
    first, last = math.floor(scale.low / every) * every, math.ceil(scale.high)
    return [k + power for k in range(max(first, -_FARTHEST), min(last, _FARTHEST) + 1, every) for power in powers]


def _decimals(found: tuple[float, ...]) -> int:
    """As many as the lowest one needs: 0.5 one, 200 none; 1.5 one more than 1 and 2."""
    values = [10.0**v for v in found]
    return next((d for d in range(9) if all(abs(round(v, d) - v) <= 1e-9 * v for v in values)), 9)
