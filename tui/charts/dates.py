"""The date axis: the finest of day, week, month, quarter and years whose labels keep clear of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .frame import Frame

Days = NDArray[np.datetime64]

GAP = 4  # blank cells between labels, for calm
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONDAY = 4  # 1970-01-05, the first Monday


class Label(NamedTuple):
    """A date label: the plot column that it starts at, and its text."""

    column: int
    text: str


def date_labels(sessions: Days, frame: Frame) -> list[Label]:
    """Labels within the plot's columns, left to right, each at the first session of its period and clear of the next.

    `sessions` are datetime64[D], strictly increasing. May be empty when there is no room.
    """
    if not len(sessions):
        return []
    days = int((sessions[-1] - sessions[0]).astype(np.int64)) + 1
    wanted = days * (GAP + 3) / frame.columns
    labels: list[Label] = []
    for period in (p for p in PERIODS if p.days >= wanted or p is PERIODS[-1]):
        labels = _labels(sessions, frame, period)
        if clear(labels) == labels:
            break
    return clear(labels)


class Period(NamedTuple):
    """A step of the date axis: about how many days, how many of which unit, and how late its first session may be."""

    days: float
    unit: str
    step: int
    late: int
    name: Callable[[Days], list[str]]


def _labels(sessions: Days, frame: Frame, period: Period) -> list[Label]:
    """A label for each period that starts within the sessions and has one, unless it would leave the plot.

    The period under way at the first session is named only if that session is its first, give or take holidays.
    """
    starts = _starts(sessions[0] - np.timedelta64(period.late, "D"), sessions[-1], period)
    index = np.searchsorted(sessions, starts)
    kept = np.append(index[1:] != index[:-1], True) & (index < len(sessions))
    if not kept.any():
        return []
    columns = frame.column_of(index[kept]).tolist()
    named = period.name(sessions[index[kept]] if period.unit == "D" else starts[kept])
    labels = (Label(c, text) for c, text in zip(columns, named, strict=True))
    return [label for label in labels if label.column + len(label.text) <= frame.columns]


def _starts(first: np.datetime64, last: np.datetime64, period: Period) -> Days:
    """The first days of all periods in `first..last`, as datetime64[D]."""
    offset = np.timedelta64(_MONDAY if period.unit == "D" and period.step > 1 else 0, "D")
    low = int((first - offset).astype(f"datetime64[{period.unit}]").astype(np.int64))
    high = int((last - offset).astype(f"datetime64[{period.unit}]").astype(np.int64))
    begin = low // period.step * period.step
    starts: Days = np.arange(begin, high + 1, period.step).astype(f"datetime64[{period.unit}]")
    days: Days = np.asarray(starts.astype("datetime64[D]") + offset)
    return days[days >= first]


def clear(labels: list[Label]) -> list[Label]:
    """The labels that keep the gap to the last kept one before them."""
    kept: list[Label] = []
    for label in labels:
        if not kept or label.column >= kept[-1].column + len(kept[-1].text) + GAP:
            kept.append(label)
    return kept


def _days(starts: Days) -> list[str]:
    """Days of the month, the first of each month with its name: May 3, 10, 17."""
    months = starts.astype("datetime64[M]")
    day = (starts - months.astype("datetime64[D]")).astype(np.int64) + 1
    first = np.append(True, months[1:] != months[:-1])
    named = zip(day.tolist(), first.tolist(), _month_numbers(starts), strict=True)
    return [f"{_MONTHS[m]} {d}" if new else str(d) for d, new, m in named]


def _months(starts: Days) -> list[str]:
    """Names of months, January as its year."""
    years = _years(starts)
    return [_MONTHS[m] if m else year for m, year in zip(_month_numbers(starts), years, strict=True)]


def _years(starts: Days) -> list[str]:
    return [str(y + 1970) for y in starts.astype("datetime64[Y]").astype(np.int64).tolist()]


def _month_numbers(starts: Days) -> list[int]:
    numbers: list[int] = (starts.astype("datetime64[M]").astype(np.int64) % 12).tolist()
    return numbers


PERIODS = (
    Period(1, "D", 1, 0, _days),
    Period(7, "D", 7, 1, _days),
    Period(30, "M", 1, 4, _months),
    Period(60, "M", 2, 4, _months),
    Period(91, "M", 3, 4, _months),
    Period(182, "M", 6, 4, _months),
    Period(365, "Y", 1, 4, _years),
    Period(730, "Y", 2, 4, _years),
    Period(1826, "Y", 5, 4, _years),
    Period(3652, "Y", 10, 4, _years),
)
