"""Macro: the rate cycle, and how old an observation may be."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core import calendar, macro
from smallcap.core.bars import Days, Panel, Series, series_of
from smallcap.core.macro import read_cycle, read_macro

from tests.core.test_macro import AS_OF, counting, every, month_starts, read, row_of


def stepped(before: float, after: float, ago: int = 126) -> dict[str, Series]:
    """A funds rate that was `before` until `ago` sessions before AS_OF inclusive, and `after` since."""
    sessions = calendar.sessions(date(2021, 1, 1), AS_OF)
    then = sessions[-1 - ago]
    # The value known on the session `ago` back is that of the day before it.
    return {"DFF": Series("DFF", sessions, np.where(sessions < then, before, after))}


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        (5.08, 5.33, "HIKING"),
        (5.33, 5.08, "CUTTING"),
        (0.10, 0.35, "HIKING"),  # 0.35 - 0.10 is 0.25 but for its last digit
        (0.35, 0.10, "CUTTING"),
        (4.58, 4.83, "HIKING"),
        (4.83, 4.58, "CUTTING"),
        (2.41, 2.65, "HOLD"),
        (2.65, 2.41, "HOLD"),
        (1.0, 1.0, "HOLD"),
        (0.09, 4.33, "HIKING"),
        (1.58, 0.05, "CUTTING"),
    ],
)
def test_a_quarter_point_in_126_sessions_is_a_cycle(before: float, after: float, state: str):
    cycle = read_cycle(stepped(before, after), AS_OF)
    assert cycle
    assert cycle.state == state
    assert (cycle.rate, cycle.before) == pytest.approx((after / 100, before / 100))
    assert cycle.change == pytest.approx((after - before) / 100, abs=1e-12)
    assert cycle.observed == date(2022, 6, 14)
    assert cycle.before_observed == calendar.previous_session(calendar.sessions(date(2021, 1, 1), AS_OF)[-127].item())


def test_a_change_longer_ago_than_126_sessions_is_over():
    assert read_cycle(stepped(1.0, 2.0, ago=126), AS_OF).state == "HIKING"
    assert read_cycle(stepped(1.0, 2.0, ago=127), AS_OF).state == "HOLD"


def test_the_real_cycles_are_the_ones_in_the_history_books(real_panel: Panel):
    found = {day: read(real_panel, day).rate_cycle for day in ("2001-06-01", "2005-06-01", "2014-06-02", "2022-09-01")}
    assert [cycle.state for cycle in found.values() if cycle] == ["CUTTING", "HIKING", "HOLD", "HIKING"]
    sessions = calendar.sessions(date(2004, 1, 2), date(2005, 6, 1))
    track = macro.cycles(real_panel.macro["DFF"], sessions)
    assert np.isnan(track[:126]).all()
    assert set(track[126:]) == {0.0, 1.0}
    assert track[-1] == 1.0


def test_a_cycle_needs_a_rate_126_sessions_ago():
    sessions = calendar.sessions(date(2021, 1, 1), AS_OF)
    assert read_cycle({}, AS_OF) is None
    assert read_cycle({"DFF": Series("DFF", sessions[-127:], np.ones(127))}, AS_OF) is None
    assert read_cycle({"DFF": Series("DFF", sessions[-128:], np.ones(128))}, AS_OF).state == "HOLD"
    # The exchange calendar itself begins with 1993.
    old = {"DFF": Series("DFF", every(1, 400, "1992-06-01"), np.ones(400))}
    assert read_cycle(old, date(1993, 3, 1)) is None
    assert row_of(read_macro(old, date(1993, 3, 1)), "DFF").value == 0.01


def late(series: Series, n: int) -> Series:
    return Series(series.name, series.dates[:-n], series.values[:-n], series.months, series.days)


@pytest.mark.parametrize(("missing", "stale"), [(1, False), (5, False), (6, True), (40, True)])
def test_a_daily_series_is_stale_after_more_than_five_sessions(missing: int, stale: bool):
    row = row_of(read_macro({"DGS2": late(counting(), missing)}, AS_OF), "DGS2")
    assert (row.age_sessions, row.stale) == (missing, stale)


@pytest.mark.parametrize("dates", [every(7, 250, "2016-01-02"), month_starts(1, 132), month_starts(3, 44)])
def test_a_slow_series_is_stale_only_when_it_ends(dates: Days):
    """Published in time until the end of 2020; long after that it is missing."""
    series = series_of("DGS2", dates, np.ones(len(dates)))
    for day in calendar.sessions(date(2018, 1, 1), date(2020, 10, 31))[::3].astype(object):
        assert not read_macro({"DGS2": series}, day)[0].stale
    assert read_macro({"DGS2": series}, date(2021, 10, 1))[0].stale


def test_nothing_was_stale_in_22_years(real_panel: Panel):
    for day in calendar.sessions(date(2000, 6, 1), date(2022, 12, 30))[::20].astype(object):
        assert not any(row.stale for row in read_macro(real_panel.macro, day)), day


def test_a_stale_series_is_warned_of_and_makes_the_reading_partial(panel: Panel):
    day = panel["SPY"].sessions[-1]
    fresh = counting(first=date(2015, 1, 2), last=day.astype(object))
    made = {n: read(Panel(panel.bars, panel.origin, {"DGS2": late(fresh, n)}), str(day)) for n in (5, 6)}
    assert not made[5].partial
    assert made[5].warnings == ()
    assert made[6].partial
    assert made[6].warnings == (f"DGS2 is of {fresh.dates[-7]}, 6 sessions old",)


def test_a_series_without_an_observation_yet_has_no_row():
    assert read_macro({"DGS2": counting()}, date(2019, 1, 2)) == ()
    assert read_macro({"NOPE": counting("NOPE")}, AS_OF) == ()
    assert row_of(read_macro({"DGS2": counting()}, date(2019, 1, 3)), "DGS2").value == 0.01
