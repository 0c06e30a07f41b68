"""Panels cut at a session: nothing later is in them, macro included, which comes out a while after its date."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core.bars import Days, Panel, Series, series_of
from smallcap.core.calendar import sessions
from smallcap.core.errors import SourceError

from tests.conftest import random_bars

DAILY = ("DGS2", "DGS10", "T10Y2Y", "DFF", "BAMLH0A0HYM2", "VIXCLS")


def test_a_cut_panel_holds_nothing_later(panel: Panel):
    day = panel["SPY"].sessions[300]
    cut = panel.until(day)
    assert all(bars.sessions[-1] == day for bars in cut.bars.values())
    assert all(len(bars.close) == len(bars.sessions) == 301 for bars in cut.bars.values())


def test_a_ticker_not_yet_listed_is_not_in_the_cut(panel: Panel):
    late = random_bars("NEW", 10, 3, first="2017-06-01")
    cut = Panel({**panel.bars, "NEW": late}, panel.origin).until(np.datetime64("2017-05-31"))
    assert "NEW" not in cut.bars


def test_a_macro_observation_is_there_from_the_next_session_on(panel: Panel):
    days = np.array(["2015-06-01", "2015-06-02"], "datetime64[D]")
    with_macro = Panel(panel.bars, panel.origin, {"DGS2": Series("DGS2", days, np.array([1.0, 2.0]))})
    assert with_macro.until(np.datetime64("2015-06-02")).macro["DGS2"].values.tolist() == [1.0]
    assert with_macro.until(np.datetime64("2015-06-03")).macro["DGS2"].values.tolist() == [1.0, 2.0]
    assert with_macro.until(np.datetime64("2015-06-01")).macro == {}


def test_a_ticker_that_is_not_there_is_named(panel: Panel):
    with pytest.raises(SourceError, match="ticker 'ZZZ' is not in random walk"):
        _ = panel["ZZZ"]


def every(step: int, n: int) -> Days:
    return np.datetime64("2018-01-01") + step * np.arange(n)


def month_starts(step: int, n: int) -> Days:
    return (np.datetime64("2010-01") + step * np.arange(n)).astype("datetime64[D]")


@pytest.mark.parametrize(
    ("dates", "months", "lag"),
    [
        (every(1, 400), 0, 0),
        (sessions(date(2018, 1, 1), date(2019, 12, 31)), 0, 0),
        (every(7, 60), 0, 7),
        (month_starts(1, 48), 1, 0),
        (month_starts(3, 20), 4, 0),
        (np.array(["2020-01-01"], "datetime64[D]"), 0, 0),
    ],
)
def test_a_series_delay_follows_from_its_rhythm(dates: Days, months: int, lag: int):
    series = series_of("X", dates, np.zeros(len(dates)))
    assert (series.months, series.days) == (months, lag)


def test_a_cut_series_keeps_its_delay_whatever_is_left_of_it():
    monthly = series_of("X", month_starts(1, 48), np.arange(48.0))
    cut = monthly.before(np.datetime64("2010-02-02"))
    assert cut.dates.tolist() == [date(2010, 1, 1)]
    assert (cut.months, cut.days) == (1, 0)
    assert len(monthly.before(np.datetime64("2010-02-01")).dates) == 0
    assert series_of("X", every(7, 60), np.zeros(60)).before(np.datetime64("2018-02-01")).days == 7


def test_the_real_series_have_the_delay_of_their_kind(real_panel: Panel):
    assert {name: real_panel.macro[name].months for name in ("FEDFUNDS", "USREC", "DFF")} == {
        "FEDFUNDS": 1,
        "USREC": 1,
        "DFF": 0,
    }
    assert real_panel.macro["ICSA"].days == 7
    assert all(real_panel.macro[name].months == real_panel.macro[name].days == 0 for name in DAILY)
