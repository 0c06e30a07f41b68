"""The time axis of minutes: hours within a session, the sessions' days where there are more; New York clocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .dates import Days, Label, clear
from .frame import Frame

_STEPS = (30, 60, 120)
_ZONE = " ET"
_WEEKDAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")  # 1970-01-01 was a Thursday


def time_labels(clock: Days, frame: Frame) -> list[Label]:
    """Labels within the plot's columns, left to right and clear of each other; the first hour names its zone.

    `clock` are minutes on New York clocks, datetime64[m], strictly increasing.
    """
    days = clock.astype("datetime64[D]")
    if len(clock) and days[0] != days[-1]:
        return _named_days(days, frame)
    labels: list[Label] = []
    for step in _STEPS:
        labels = _hours(clock, frame, step)
        if clear(labels) == labels:
            break
    return clear(labels)


def _hours(clock: Days, frame: Frame, step: int) -> list[Label]:
    minute = (clock - clock.astype("datetime64[D]")).astype(np.int64)
    index = np.flatnonzero(minute % step == 0)
    texts = [f"{m // 60:02d}:{m % 60:02d}" for m in minute[index].tolist()]
    zones = [_ZONE, *[""] * len(texts)]
    return _placed(index, [text + zone for text, zone in zip(texts, zones, strict=False)], frame)


def _named_days(days: Days, frame: Frame) -> list[Label]:
    index = np.flatnonzero(np.append(True, days[1:] != days[:-1]))
    number = days[index].astype(np.int64) % 7
    names = [f"{_WEEKDAYS[n]} {day}" for n, day in zip(number.tolist(), _day_of_month(days[index]), strict=True)]
    return clear(_placed(index, names, frame))


def _day_of_month(days: Days) -> list[int]:
    numbers: list[int] = ((days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1).tolist()
    return numbers


def _placed(index: NDArray[np.intp], texts: list[str], frame: Frame) -> list[Label]:
    labels = (Label(column, text) for column, text in zip(frame.column_of(index).tolist(), texts, strict=True))
    return [label for label in labels if label.column + len(label.text) <= frame.columns]
