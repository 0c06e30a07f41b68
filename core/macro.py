"""Macro: FRED's series as they were known on a session, with change, percentile and age, and the rate cycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from . import calendar
from . import format as fmt
from .bars import Days, Floats, Series, to_day

CHANGE_WINDOW = 63
PERCENTILE_WINDOW = 252
CYCLE_SERIES, CYCLE_WINDOW, CYCLE_STEP = "DFF", 126, 0.25
ROUNDING = 1e-9
SLACK_SESSIONS = 5


class MacroRow(NamedTuple):
    """One series that is read: its FRED name, what it is called, and the unit of its values ("percent" or "points")."""

    series: str
    name: str
    unit: str
    higher: str
    """What a high value means for small caps, in a few words."""

    def shown(self, value: float) -> str:
        """A value in its unit: `2.31%`, `-0.53%` or `21.7`."""
        return fmt.share(value, 2) if self.unit == "percent" else fmt.price(value, 1)

    def shown_change(self, change: float) -> str:
        """A change in its unit: percentage points for a rate."""
        return fmt.points(change) if self.unit == "percent" else fmt.signed(change, 1)


MACRO = (
    MacroRow("DGS2", "2-year yield", "percent", "dearer loans; small caps borrow short"),
    MacroRow("DGS10", "10-year yield", "percent", "dearer long loans"),
    MacroRow("T10Y2Y", "curve, 10y - 2y", "percent", "room for banks to lend; below 0 it is inverted"),
    MacroRow("DFF", "fed funds rate", "percent", "tighter money"),
    MacroRow("BAMLH0A0HYM2", "high-yield spread", "percent", "weak borrowers pay more: risk-off"),
    MacroRow("VIXCLS", "VIX", "points", "fear; small caps fall more in it"),
)


class MacroReading(NamedTuple):
    """One series as known on the as-of session: fractions for percent, points as they are; NaN where not known.

    `change_63` is against what was known 63 sessions before; `percentile` the share of the last `window` sessions'
    values below this one, half of the equal ones counted. `observed` is the newest observation's date, `age_sessions`
    the sessions since; `stale` says that more of them passed than the series' rhythm explains.
    """

    row: MacroRow
    value: float
    change_63: float
    percentile: float
    window: int
    observed: date
    age_sessions: int
    stale: bool

    def warning(self) -> str:
        """What to say of a stale one."""
        return f"{self.row.series} is of {self.observed}, {fmt.count(self.age_sessions, 'session')} old"


class RateCycle(NamedTuple):
    """What the Federal Reserve is doing: CUTTING, HOLD or HIKING, by the change of DFF over 126 sessions (fraction)."""

    state: str
    change: float
    rate: float
    observed: date
    before: float
    before_observed: date


def known_on(series: Series, sessions: Days) -> Floats:
    """The newest value published before each session, carried forward; (t,), NaN before the first."""
    return _values_at(series, _places(series, sessions))


def cycles(series: Series, sessions: Days) -> Floats:
    """The rate cycle of every session as -1 CUTTING, 0 HOLD, +1 HIKING; (t,), NaN while it is not known.

    series: the effective federal funds rate in percent. By its change over 126 sessions, a quarter point or more.
    """
    rate = known_on(series, sessions)
    change = np.full(len(rate), np.nan)
    change[CYCLE_WINDOW:] = rate[CYCLE_WINDOW:] - rate[:-CYCLE_WINDOW]
    moved = np.abs(change) >= CYCLE_STEP - ROUNDING
    return np.where(np.isnan(change), np.nan, np.where(moved, np.sign(change), 0.0))


def cycles_between(series: Series | None, first: date, last: date) -> tuple[Days, Floats]:
    """The exchange's sessions from `first` to `last`, and the rate cycle of each as `cycles` has it; (t,) both.

    NaN while it is not known, so throughout where there is no series.
    """
    first = max(first, calendar.FIRST)
    before = recent_sessions(first, CYCLE_WINDOW + 1)
    days = calendar.sessions(to_day(before[0]) if len(before) else first, last)
    known = cycles(series, days) if series is not None else np.full(len(days), np.nan)
    asked = days >= np.datetime64(first, "D")
    return days[asked], known[asked]


CYCLE_WORDS = {-1: "CUTTING", 0: "HOLD", 1: "HIKING"}


def read_macro(macro: Mapping[str, Series], as_of: date) -> tuple[MacroReading, ...]:
    """Every row of MACRO that there is an observation of by the as-of session; nothing published later is looked at."""
    sessions = recent_sessions(as_of, PERCENTILE_WINDOW)
    read = (_read(row, macro[row.series], sessions) for row in MACRO if row.series in macro)
    return tuple(known for known in read if known)


def read_cycle(macro: Mapping[str, Series], as_of: date) -> RateCycle | None:
    """The rate cycle on the as-of session; None without the rate on it and 126 sessions before."""
    series = macro.get(CYCLE_SERIES)
    sessions = recent_sessions(as_of, CYCLE_WINDOW + 1)
    if series is None or len(sessions) <= CYCLE_WINDOW:
        return None
    state = cycles(series, sessions)[-1]
    if np.isnan(state):
        return None
    places = _places(series, sessions[[0, -1]])
    (before, rate), (then, day) = (series.values[places] / 100.0).tolist(), series.dates[places]
    return RateCycle(CYCLE_WORDS[int(state)], rate - before, rate, to_day(day), before, to_day(then))


def recent_sessions(as_of: date, n: int) -> Days:
    """The last n sessions up to and including `as_of`, fewer where the calendar begins."""
    first = max(calendar.FIRST, as_of - timedelta(2 * n))
    return calendar.sessions(first, as_of)[-n:]


def percentile(window: Floats) -> float:
    """The share of a window's values below its last one, half of the equal ones counted (the last one is one of them).

    window: (t,), NaN left out; NaN when the last is. Source: the mean rank of Hazen (1914), (i - 1/2) / n.
    """
    last = window[-1] if len(window) else np.nan
    known = window[~np.isnan(window)]
    if np.isnan(last):
        return float("nan")
    return float((np.sum(known < last) + np.sum(known == last) / 2.0) / len(known))


def _places(series: Series, sessions: Days) -> np.ndarray:
    """Where in the series each session's newest usable observation is; -1 before the first."""
    return np.asarray(np.searchsorted(series.released, sessions) - 1)


def _values_at(series: Series, places: np.ndarray) -> Floats:
    return np.where(places < 0, np.nan, series.values[places]) if len(series.values) else np.full(len(places), np.nan)


def _read(row: MacroRow, series: Series, sessions: Days) -> MacroReading | None:
    """The series on the last of the sessions; None before its first observation."""
    places = _places(series, sessions)
    if places[-1] < 0:
        return None
    values = _values_at(series, places) / (100.0 if row.unit == "percent" else 1.0)
    day, as_of = to_day(series.dates[places[-1]]), to_day(sessions[-1])
    age = calendar.sessions_between(max(day, calendar.FIRST), as_of)
    rhythm = 21 * series.months + series.days
    before = values[-1 - CHANGE_WINDOW] if len(values) > CHANGE_WINDOW else np.nan
    return MacroReading(
        row=row,
        value=float(values[-1]),
        change_63=float(values[-1] - before),
        percentile=percentile(values),
        window=int(np.sum(~np.isnan(values))),
        observed=day,
        age_sessions=age,
        stale=age > 2 * rhythm + SLACK_SESSIONS,
    )
