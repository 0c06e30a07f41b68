"""The macro screen's chart: the chosen series, the ratio at its height, and the rate cycle."""

from __future__ import annotations

import re

import numpy as np
import pytest
from smallcap.core import calendar
from smallcap.core import format as fmt
from smallcap.core.bars import Panel, Series, to_day
from smallcap.core.macro import MACRO, known_on
from smallcap.tui.widgets.macro_chart import MacroChart
from smallcap.tui.widgets.macro_view import in_time, rescaled
from textual.pilot import Pilot

from tests.tui.macro_screen.conftest import but, row_of, series, view
from tests.tui.stage import Counted, play, press, staged


def test_j_and_k_choose_what_is_drawn_and_the_range_keys_work(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        for row in [*MACRO[1:], MACRO[0]]:
            await press(pilot, "j")
            assert view(app).chosen.row is row
            assert f"{row.name} {row.series}" in app.text()
            assert f"▸{row.name}" in app.text()
            last = view(app).chosen.recent[-1]
            shown = fmt.price(100 * last if row.unit == "percent" else last, 2 if row.unit == "percent" else 1)
            assert shown in "\n".join(app.rows()[17:])
        await press(pilot, "k")
        assert view(app).chosen.row is MACRO[-1]
        assert "IWM/SPY at the same height" in app.text()
        assert "1Y  daily" in app.text()
        before = app.text()
        await press(pilot, "4")
        assert "3M  daily" in app.text()
        await press(pilot, "right_square_bracket")
        assert "6M  daily" in app.text()
        await press(pilot, "7")
        assert app.text() == before

    play(staged(known), use)


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_range_of_minutes_shows_a_month_of_days(known: Panel, key: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", key)
        assert f"1M, {app.shown.range} has no days" in app.text()

    play(staged(known), use)


def test_the_line_ends_exactly_where_the_reading_would_call_it_stale(known: Panel):
    for months, until in ((0, 30), (1, 90)):
        one = series(known, "DGS2", until=until, months=months)
        if months:
            one = Series("DGS2", one.dates[::21], one.values[::21], 1)
        sessions = known["SPY"].sessions
        shown = np.isfinite(in_time(one, sessions, known_on(one, sessions)))
        for row in range(len(sessions) - until, len(sessions)):
            panel = but(known, DGS2=one).until(sessions[row])
            made = staged(panel).shown.reading
            assert shown[row] == (not made.macro[0].stale)


def test_the_ratio_is_brought_to_the_height_of_the_series_and_not_the_series_to_the_ratio(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "k")
        chart = app.screen.query_one(MacroChart).region
        labels = (re.search(r"-?\d+(\.\d+)?(?= *$)", row) for row in app.rows()[chart.y + 1 : -3])
        ticks = [float(label[0]) for label in labels if label]
        low, high = (float(find(known.macro["VIXCLS"].values[-260:])) for find in (np.min, np.max))
        assert len(ticks) > 1
        assert all(low - 0.2 < tick < high + 0.2 for tick in ticks)

    play(staged(known), use)


def test_the_ribbon_says_what_the_rate_cycle_was(known: Panel):
    days = known["SPY"].sessions
    raised = Series("DFF", days, np.where(np.arange(700) < 640, 1.0, 1.5))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        ribbon = app.rows()[-3]
        assert ribbon[1:5] == "HOLD"
        share = ribbon.index("HIKE") / ribbon.rindex("▄")
        first = np.searchsorted(days, days[-1] - np.timedelta64(365, "D"))
        assert share == pytest.approx((641 - first) / (700 - first), abs=0.03)
        assert "CUT" not in ribbon

    play(staged(but(known, DFF=raised)), use)


def test_laid_over_each_other_two_lines_have_the_same_height():
    laid = rescaled(np.array([np.nan, 10.0, 20.0, 15.0]), np.array([-3.0, np.nan, -1.0, -2.0]))
    np.testing.assert_allclose(laid, [np.nan, -3.0, -1.0, -2.0])
    np.testing.assert_allclose(rescaled(np.array([5.0, 5.0]), np.array([1.0, 2.0])), [1.5, 1.5])
    assert np.isnan(rescaled(np.full(3, np.nan), np.ones(3))).all()
    assert np.isnan(rescaled(np.ones(3), np.full(3, np.nan))).all()


def test_time_travel_keeps_the_chosen_series_and_takes_its_numbers(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "j", "less_than_sign")
        day = to_day(known["SPY"].sessions[-3])
        assert view(app).chosen.row is MACRO[1]
        assert str(day) in row_of(app, "10-year yield")
        assert calendar.sessions_between(day, view(app).reading.as_of) == 1

    play(staged(known), use)
