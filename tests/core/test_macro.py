"""Macro: what was known on a session and no earlier, its change and its percentile."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import calendar, reading
from smallcap.core.bars import Days, Panel, Series, series_of
from smallcap.core.macro import MACRO, MacroReading, known_on, percentile, read_cycle, read_macro
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

SHOWN = tuple(row.series for row in MACRO)
AS_OF = date(2022, 6, 15)


def days(*texts: str) -> Days:
    return np.array(texts, "datetime64[D]")


def daily(name: str, *rows: tuple[str, float]) -> Series:
    return Series(name, days(*(day for day, _ in rows)), np.array([value for _, value in rows], float))


def read(panel: Panel, day: str) -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, Settings(), closed=asked)


def row_of(rows: tuple[MacroReading, ...], series: str) -> MacroReading:
    return next(row for row in rows if row.row.series == series)


def first_day_known(series: Series) -> str:
    """The first session on which the series' newest observation is known."""
    ahead = calendar.sessions(date(2019, 12, 1), date(2020, 12, 31))
    return str(ahead[known_on(series, ahead) == series.values[-1]][0])


@pytest.mark.parametrize(
    ("observed", "usable"),
    [
        ("2020-01-02", "2020-01-03"),
        ("2020-01-03", "2020-01-06"),  # Friday's, on Monday
        ("2020-01-04", "2020-01-06"),  # Saturday's and Sunday's too: the funds rate has them
        ("2020-01-05", "2020-01-06"),
        ("2020-01-17", "2020-01-21"),  # the Friday before Martin Luther King Day
        ("2020-01-20", "2020-01-21"),  # the holiday itself
        ("2020-04-10", "2020-04-13"),  # Good Friday, on which the Federal Reserve publishes
    ],
)
def test_an_observation_is_usable_from_the_next_session_after_its_date(observed: str, usable: str):
    assert first_day_known(daily("X", ("2019-12-02", 1), (observed, 2))) == usable


@pytest.mark.parametrize(
    ("observed", "months", "lag", "usable"),
    [
        ("2020-01-04", 0, 7, "2020-01-13"),  # a week after Saturday is Saturday
        ("2020-01-08", 0, 7, "2020-01-16"),  # published on Wednesday, usable on Thursday
        ("2020-01-13", 0, 7, "2020-01-21"),  # published on a holiday
        ("2020-01-01", 1, 0, "2020-02-03"),  # published on Saturday, 1 February
        ("2020-03-01", 1, 0, "2020-04-02"),
        ("2020-01-31", 1, 0, "2020-03-03"),  # there is no 31 February: it runs over into March
        ("2020-01-01", 4, 0, "2020-05-04"),  # the first quarter's, a month after its end
        ("2019-10-01", 4, 0, "2020-02-03"),
    ],
)
def test_a_slower_series_waits_for_its_publication(observed: str, months: int, lag: int, usable: str):
    series = Series("X", days("2019-06-01", observed), np.array([1.0, 2.0]), months, lag)
    assert first_day_known(series) == usable


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=40, unique=True).map(sorted),
    st.integers(0, 60),
    st.integers(1, 300),
)
def test_what_is_known_is_the_last_observation_before_the_session(offsets: list[int], start: int, length: int):
    first = date(2021, 1, 1)
    dates = [first + timedelta(offset) for offset in offsets]
    series = Series("X", np.array(dates, "datetime64[D]"), np.arange(len(dates), dtype=float))
    some = calendar.sessions(first + timedelta(start), first + timedelta(start + length))
    for session, known in zip(some, known_on(series, some), strict=True):
        before = bisect_left(dates, session.astype(object)) - 1
        assert (math.isnan(known) and before < 0) or known == before


def test_an_empty_series_knows_nothing():
    some = calendar.sessions(date(2020, 1, 1), date(2020, 2, 1))
    assert np.isnan(known_on(daily("X"), some)).all()


def every(step: int, n: int, first: str = "2018-01-01") -> Days:
    return np.datetime64(first) + step * np.arange(n)


def month_starts(step: int, n: int) -> Days:
    return (np.datetime64("2010-01") + step * np.arange(n)).astype("datetime64[D]")


def test_a_sunday_does_not_know_what_fridays_close_did_not(real_panel: Panel):
    friday, sunday = read(real_panel, "2020-03-20"), read(real_panel, "2020-03-22")
    assert sunday.macro == friday.macro
    assert sunday.rate_cycle == friday.rate_cycle
    assert {str(row.observed) for row in sunday.macro} == {"2020-03-19"}


@pytest.mark.parametrize(
    ("window", "share"),
    [
        ([1.0, 2.0, 3.0, 4.0], 3.5 / 4),  # the highest
        ([4.0, 3.0, 2.0, 1.0], 0.5 / 4),  # the lowest
        ([1.0, 4.0, 3.0, 2.0], 1.5 / 4),
        ([2.0, 1.0, 2.0], 2.0 / 3),  # one below, half of two equal ones
        ([7.0, 7.0, 7.0, 7.0], 0.5),
        ([5.0], 0.5),
        ([np.nan, 1.0, np.nan, 3.0, 2.0], 1.5 / 3),
        ([np.nan, 2.0], 0.5),
    ],
)
def test_a_percentile_counts_those_below_and_half_of_the_equal_ones(window: list[float], share: float):
    assert percentile(np.array(window)) == pytest.approx(share, rel=1e-15)


@pytest.mark.parametrize("window", [[], [np.nan], [1.0, 2.0, np.nan]])
def test_what_is_not_known_has_no_percentile(window: list[float]):
    assert math.isnan(percentile(np.array(window)))


def counting(name: str = "DGS2", first: date = date(2019, 1, 1), last: date = AS_OF) -> Series:
    """On every session the number of sessions since the first, from 1."""
    sessions = calendar.sessions(first, last)
    return Series(name, sessions, np.arange(1.0, len(sessions) + 1))


def test_the_change_is_over_63_sessions_of_what_was_known():
    series = counting()
    known = row_of(read_macro({"DGS2": series}, AS_OF), "DGS2")
    assert known.value == (len(series.dates) - 1) / 100  # yesterday's: today's is not known yet
    assert known.change_63 == pytest.approx(0.63, rel=1e-12)
    assert (known.observed, known.age_sessions, known.stale) == (date(2022, 6, 14), 1, False)
    assert known.percentile == pytest.approx(251.5 / 252)
    assert known.window == 252


def test_a_young_series_has_a_percentile_among_fewer_and_no_change_yet():
    # The 64th session is the first with a value known 63 before; its own first value is known on its second session.
    first = calendar.sessions(date(2021, 1, 1), AS_OF)[-64].astype(object)
    known = row_of(read_macro({"DGS2": counting(first=first)}, AS_OF), "DGS2")
    assert math.isnan(known.change_63)
    assert (known.window, known.percentile) == (63, pytest.approx(62.5 / 63))
    earlier = calendar.previous_session(first)
    assert row_of(read_macro({"DGS2": counting(first=earlier)}, AS_OF), "DGS2").change_63 == pytest.approx(0.63)


def test_the_real_figures_of_2020_03_23(real_panel: Panel):
    rows = read(real_panel, "2020-03-23").macro
    assert tuple(row.row.series for row in rows) == SHOWN
    two_year, vix, funds = (row_of(rows, name) for name in ("DGS2", "VIXCLS", "DFF"))
    # 0.37 % on Friday; 63 sessions before Monday is 20 December, when 1.63 % of the 19th was known.
    assert (two_year.value, two_year.change_63) == pytest.approx((0.0037, 0.0037 - 0.0163))
    assert vix.value == 66.04  # points are no percentage
    assert (funds.value, funds.observed, funds.age_sessions) == (pytest.approx(0.0015), date(2020, 3, 22), 1)
    assert row_of(rows, "T10Y2Y").value == pytest.approx(0.0092 - 0.0037)
    assert two_year.row.shown(two_year.value) == "0.37%"
    assert two_year.row.shown_change(two_year.change_63) == "-1.26pp"
    assert (vix.row.shown(vix.value), vix.row.shown_change(vix.change_63)) == ("66.0", "+53.5")


def test_a_real_percentile_is_what_counting_by_hand_gives(real_panel: Panel):
    vix = real_panel.macro["VIXCLS"]
    by_day = dict(zip(vix.dates.astype(object), vix.values.tolist(), strict=True))
    for text in ("2008-10-10", "2013-05-22", "2018-02-06"):
        sessions = calendar.sessions(date(2005, 1, 1), date.fromisoformat(text)).astype(object)
        known = []
        for session in sessions[-252:]:
            day = session - timedelta(1)
            while day not in by_day:
                day -= timedelta(1)
            known.append(by_day[day])
        share = (sum(v < known[-1] for v in known) + sum(v == known[-1] for v in known) / 2) / 252
        row = row_of(read(real_panel, text).macro, "VIXCLS")
        assert (row.value, row.percentile) == (known[-1], pytest.approx(share, rel=1e-12))
        assert row.change_63 == pytest.approx(known[-1] - known[-64], rel=1e-12)


def some_real_days(panel: Panel) -> list[np.datetime64]:
    return list(panel["IWM"].sessions[300::185])


def read_on(series: dict[str, Series], day: np.datetime64) -> tuple[object, ...]:
    return read_macro(series, day.astype(object)), read_cycle(series, day.astype(object))


def test_a_series_that_ends_on_the_day_reads_as_the_whole_one_does(real_panel: Panel):
    """Cut where it comes from, before anything is known of its rhythm: what comes later plays no part."""
    some = some_real_days(real_panel)
    assert len(some) >= 29
    for day in some:
        cut = {}
        for name in SHOWN:
            whole = real_panel.macro[name]
            there = whole.dates < day
            cut[name] = series_of(name, whole.dates[there], whole.values[there])
        assert read_on(cut, day) == read_on(dict(real_panel.macro), day)
        made = read(real_panel, str(day))
        assert (made.macro, made.rate_cycle) == read_on(cut, day)


def test_what_is_published_on_the_day_or_later_may_be_anything(real_panel: Panel):
    for day in some_real_days(real_panel):
        garbled = {
            name: replace(series, values=np.where(series.released >= day, -999.0, series.values))
            for name, series in real_panel.macro.items()
        }
        assert (garbled["DGS2"].values == -999.0).any()
        spoilt = Panel(real_panel.bars, real_panel.origin, garbled)
        made, whole = read(spoilt, str(day)), read(real_panel, str(day))
        assert (made.macro, made.rate_cycle, made.warnings) == (whole.macro, whole.rate_cycle, whole.warnings)


def test_the_dates_of_observations_only_grow(real_panel: Panel):
    rows = [read(real_panel, str(day)).macro for day in some_real_days(real_panel)]
    for earlier, later in pairwise(rows):
        assert all(a.observed < b.observed for a, b in zip(earlier, later, strict=True))
