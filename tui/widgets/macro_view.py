"""What the macro screen shows: every series as it was known, the one chosen, and its way over the sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...core.bars import Days, Floats, Series
from ...core.macro import (
    CYCLE_SERIES,
    MACRO,
    PERCENTILE_WINDOW,
    SLACK_SESSIONS,
    MacroReading,
    MacroRow,
    cycles,
    known_on,
    recent_sessions,
)
from ...core.reading import Reading

SHORT = 21


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class MacroKnown:
    """One row of MACRO: its reading (None where there is nothing), its change over 21 sessions, its last 252 values.

    Fractions for percent, points as they are; `recent` (252,), NaN where not known or older than the series' rhythm
    explains, fewer where the calendar begins.
    """

    row: MacroRow
    reading: MacroReading | None
    change_21: float
    recent: Floats


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class MacroView:
    """All rows of MACRO on a reading, and which is chosen; compared by identity."""

    reading: Reading
    rows: tuple[MacroKnown, ...]
    at: int = 0

    @property
    def chosen(self) -> MacroKnown:
        """The row whose series is drawn."""
        return self.rows[self.at]

    def moved(self, step: int) -> MacroView:
        """The next row, or the one before, round and round."""
        return replace(self, at=(self.at + step) % len(self.rows))


def viewed(reading: Reading, at: int = 0) -> MacroView:
    """The rows of a reading."""
    read = {known.row.series: known for known in reading.macro}
    sessions = recent_sessions(reading.as_of, PERCENTILE_WINDOW)
    rows = (_known(row, read.get(row.series), reading.panel.macro, sessions) for row in MACRO)
    return MacroView(reading, tuple(rows), at)


def _known(row: MacroRow, read: MacroReading | None, macro: Mapping[str, Series], sessions: Days) -> MacroKnown:
    if read is None:
        return MacroKnown(row, None, np.nan, np.empty(0))
    values = known_on(macro[row.series], sessions) / (100.0 if row.unit == "percent" else 1.0)
    change = float(values[-1] - values[-1 - SHORT]) if len(values) > SHORT else np.nan
    return MacroKnown(row, read, change, in_time(macro[row.series], sessions, values))


def in_time(series: Series, sessions: Days, values: Floats) -> Floats:
    """`values`, known of a series on each session, NaN where the observation was older than its rhythm explains.

    A series that ends doesn't go on as a line at its last value. The limit is that of MacroReading.stale, but sessions
    between are counted on `sessions` (t,), which must have no gaps; what is older than the first of them counts less.
    """
    dates = series.dates.astype(np.int64).astype(np.float64)
    observed = known_on(Series(series.name, series.dates, dates, series.months, series.days), sessions)
    known = np.isfinite(observed)
    days = np.where(known, observed, 0).astype(np.int64).astype("datetime64[D]")
    age = np.arange(len(sessions)) - np.searchsorted(sessions, days, "right") + 1
    limit = 2 * (21 * series.months + series.days) + SLACK_SESSIONS
    return np.where(known & (age <= limit), values, np.nan)


def rate_codes(macro: Mapping[str, Series], sessions: Days) -> Floats | None:
    """The rate cycle of each session, -1 CUTTING, 0 HOLD, +1 HIKING, NaN unknown; None without the series."""
    series = macro.get(CYCLE_SERIES)
    return None if series is None else in_time(series, sessions, cycles(series, sessions))


def rescaled(values: Floats, onto: Floats) -> Floats:
    """`values` brought to the height of `onto`: lowest on lowest, highest on highest; NaN where either knows nothing.

    values, onto: (t,). Equal values are laid in the middle.
    """
    if not (np.isfinite(values).any() and np.isfinite(onto).any()):
        return np.full(len(values), np.nan)
    low, high, bottom, top = (float(f(x)) for x in (values, onto) for f in (np.nanmin, np.nanmax))
    share = (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.5, np.nan)
    return bottom + share * (top - bottom)
