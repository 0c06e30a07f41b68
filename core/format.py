"""Numbers and dates as words: one way to write each, for the screen and for reports alike."""

from __future__ import annotations

import math
from datetime import date

UNKNOWN = "--"


def price(value: float, decimals: int = 2) -> str:
    """A price or any plain number with fixed decimals and thousands separators; `--` when not known."""
    return f"{value:,.{decimals}f}" if math.isfinite(value) else UNKNOWN


def ratio(value: float) -> str:
    """A ratio of two prices: four decimals, more for the small ones so that four digits always count."""
    if not math.isfinite(value):
        return UNKNOWN
    decimals = 4 if abs(value) >= 0.1 else 6
    return f"{value:.{decimals}f}"


def signed(value: float, decimals: int = 2) -> str:
    """A number with its sign always shown, +0.00 for nothing; `--` when not known."""
    return f"{_no_minus_zero(value, decimals):+,.{decimals}f}" if math.isfinite(value) else UNKNOWN


def percent(fraction: float, decimals: int = 1) -> str:
    """A fraction as a signed percentage, with the percent sign; `--` when not known."""
    return f"{signed(100 * fraction, decimals)}%" if math.isfinite(fraction) else UNKNOWN


def share(fraction: float, decimals: int = 0) -> str:
    """A fraction as an unsigned percentage, for weights and risk."""
    return f"{100 * fraction:.{decimals}f}%" if math.isfinite(fraction) else UNKNOWN


def points(fraction: float) -> str:
    """A change of a rate in percentage points, signed: `+0.25pp`; `--` when not known."""
    return f"{signed(100 * fraction)}pp" if math.isfinite(fraction) else UNKNOWN


def trimmed(fraction: float) -> str:
    """A fraction as a percentage with as many decimals as it was set with, for rates people choose: 1%, 0.5%."""
    return f"{100 * fraction:.6g}%"


def dollars(value: float) -> str:
    """Whole dollars."""
    return f"${value:,.0f}" if math.isfinite(value) else UNKNOWN


def day(when: date) -> str:
    """A session's date with its weekday, the same in every locale."""
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[when.weekday()]} {when.isoformat()}"


def count(n: int, noun: str) -> str:
    """`1 session`, `2 sessions`."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _no_minus_zero(value: float, decimals: int) -> float:
    return round(value, decimals) + 0.0
