"""Minute bars on their grid: the sessions' own hours, holes left open, nights left out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core import intraday
from smallcap.core.bars import bars_of
from smallcap.core.live.raw import Minutes

from tests.conftest import random_bars

FRIDAY, HALF_DAY, SUMMER = date(2026, 11, 20), date(2026, 11, 27), date(2026, 7, 1)


def minutes(instants: list[str], interval: int = 1, ticker: str = "IWM") -> Minutes:
    """Bars beginning at these UTC instants; the closes are 1, 2, 3 ..., the volumes ten times that."""
    n = np.arange(1.0, len(instants) + 1)
    return Minutes(ticker, interval, np.array(instants, "datetime64[s]"), n, n + 0.5, n - 0.5, n, 10 * n)


@pytest.mark.parametrize(
    ("session", "opens", "length"),
    [
        (FRIDAY, "2026-11-20T14:30:00", 390),
        (HALF_DAY, "2026-11-27T14:30:00", 210),
        (SUMMER, "2026-07-01T13:30:00", 390),
    ],
)
def test_a_session_opens_on_new_york_clocks_and_ends_early_before_a_holiday(session, opens, length):
    assert intraday.opening(session) == np.datetime64(opens)
    assert intraday.session_minutes(session) == length


def test_every_slot_of_the_session_is_there_and_a_missing_bar_is_a_hole():
    grid = intraday.on_grid(minutes(["2026-11-20T14:30", "2026-11-20T14:32", "2026-11-20T20:59"]), 1)
    assert grid is not None
    assert (len(grid.clock), grid.session) == (390, FRIDAY)
    assert grid.clock[0] == np.datetime64("2026-11-20T09:30")
    assert grid.clock[-1] == np.datetime64("2026-11-20T15:59")
    assert np.flatnonzero(~np.isnan(grid.close)).tolist() == [0, 2, 389]
    assert grid.close[[0, 2, 389]].tolist() == [1, 2, 3]
    assert grid.high[2] == 2.5
    assert grid.low[2] == 1.5
    assert grid.volume[389] == 30


def test_bars_before_the_opening_after_the_close_and_on_days_without_a_session_are_left_out():
    outside = ["2026-11-20T14:29", "2026-11-20T21:00", "2026-11-21T15:00", "2026-11-27T18:00"]
    assert intraday.on_grid(minutes(sorted(outside)), 5) is None


def test_a_bar_belongs_to_the_slot_that_its_beginning_falls_in():
    grid = intraday.on_grid(minutes(["2026-11-20T14:34:59", "2026-11-20T14:35:00"], interval=5), 1)
    assert grid is not None
    assert len(grid.clock) == 78
    assert np.flatnonzero(~np.isnan(grid.close)).tolist() == [0, 1]


def test_nights_and_weekends_take_no_room_and_only_the_newest_sessions_stay():
    grid = intraday.on_grid(minutes(["2026-11-19T15:00", "2026-11-20T15:00", "2026-11-23T15:00"], interval=5), 2)
    assert grid is not None
    assert (grid.began, grid.session) == (FRIDAY, date(2026, 11, 23))
    assert len(grid.clock) == 156
    assert grid.clock[78] - grid.clock[77] > np.timedelta64(2, "D")
    assert np.flatnonzero(~np.isnan(grid.close)).tolist() == [6, 84]
    assert grid.close[[6, 84]].tolist() == [2, 3]


def test_the_ratio_is_on_the_minutes_that_both_have():
    a = intraday.on_grid(minutes(["2026-11-20T14:30", "2026-11-20T14:31", "2026-11-20T14:33"]), 1)
    b = intraday.on_grid(minutes(["2026-11-20T14:31", "2026-11-20T14:32", "2026-11-20T14:33"]), 1)
    assert a is not None
    assert b is not None
    ratio = intraday.price_ratio(a, b)
    assert np.flatnonzero(~np.isnan(ratio)).tolist() == [1, 3]
    assert ratio[[1, 3]].tolist() == [2 / 1, 3 / 3]


def test_two_tickers_of_different_sessions_have_no_ratio():
    a, b = (intraday.on_grid(minutes([f"2026-11-{day}T15:00"]), 1) for day in (19, 20))
    assert a is not None
    assert b is not None
    assert np.isnan(intraday.price_ratio(a, b)).all()


def test_the_close_before_is_of_an_earlier_session_only():
    bars = random_bars("IWM", 3, 0, first="2026-11-18")
    assert bars.sessions.astype(str).tolist() == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert intraday.close_before(bars, FRIDAY) == bars.close[1]
    assert intraday.close_before(bars, date(2026, 11, 23)) == bars.close[2]
    assert np.isnan(intraday.close_before(bars, date(2026, 11, 18)))
    empty = bars_of("IWM", bars.sessions[:0], [bars.close[:0]] * 6)
    assert np.isnan(intraday.close_before(empty, FRIDAY))


def test_cutting_keeps_the_evening_and_nothing_of_the_next_session():
    bars = minutes(["2026-11-19T15:00", "2026-11-20T00:59", "2026-11-20T09:00", "2026-11-20T14:30"])
    assert intraday.until(bars, date(2026, 11, 19)).close.tolist() == [1, 2]
    assert intraday.until(bars, FRIDAY).close.tolist() == [1, 2, 3, 4]
    assert len(intraday.until(bars, date(2026, 11, 18))) == 0


def test_the_evening_is_the_last_second_of_that_day_in_new_york():
    assert intraday.evening(FRIDAY).isoformat() == "2026-11-20T23:59:59-05:00"
    assert intraday.evening(SUMMER).isoformat() == "2026-07-01T23:59:59-04:00"


def test_two_answers_are_the_same_only_with_the_same_bars():
    instants = ["2026-11-20T14:30", "2026-11-20T14:31"]
    one = minutes(instants)
    assert intraday.same(one, minutes(instants))
    assert intraday.same(None, None)
    assert not intraday.same(one, None)
    assert not intraday.same(one, minutes(instants[:1]))
    assert not intraday.same(one, minutes(instants, interval=5))
    assert not intraday.same(one, minutes(instants, ticker="SPY"))
    moved = minutes(instants)
    moved.close[-1] += 0.01
    assert not intraday.same(one, moved)
