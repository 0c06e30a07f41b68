"""The chart screen's crosshair: what is read out, where it is, and how it and the window move."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import format as fmt
from smallcap.core.bars import Panel, to_day
from smallcap.core.calendar import sessions
from smallcap.core.studies import Studies
from smallcap.tui.screens.chart import Chart
from smallcap.tui.widgets.chart_view import CLOSEST, View, moved, to_edge, window, zoomed
from textual.pilot import Pilot

from tests.tui.chart_screen.conftest import MEANS, SIZES, desk, in_full_colour, readout
from tests.tui.stage import Counted, play, press, staged


def sent(app: Counted) -> dict[int, int]:
    """Bytes sent to each row of the screen since the frames were cleared."""
    found: dict[int, int] = {}
    for frame in map(in_full_colour, app.frames):
        for move in re.finditer(rb"\x1b\[(\d+);\d+H.*?(?=\x1b\[\d+;\d+H|$)", frame, re.DOTALL):
            found[int(move[1]) - 1] = found.get(int(move[1]) - 1, 0) + len(move[0])
    return found


@pytest.mark.parametrize("size", SIZES)
def test_the_session_the_overlays_and_the_panes_are_read_out(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS, "left", "left", "left")
        assert isinstance(app.screen, Chart)
        bars, row = panel["IWM"], len(panel["IWM"]) - 4
        studies, shown = Studies(bars), readout(app)
        assert str(to_day(bars.sessions[row])) in shown
        for name, values in (("O", bars.open), ("H", bars.high), ("L", bars.low), ("C", bars.close)):
            assert re.search(rf"{name} +{fmt.price(float(values[row]))}", shown), name
        assert fmt.percent(bars.close[row] / bars.close[row - 1] - 1, 2) in shown
        code = int(app.shown.reading.history.codes[row])
        assert code < 0 or ["?", "▲", "◆", "■", "▼"][code] in shown
        assert f"sma200 {fmt.price(float(studies.sma200[row]))}" in app.text()
        assert f"RSI14  shaded 35 to 42  {studies.rsi14[row]:.1f}" in app.text()
        assert "▴" in app.rows()[-2]
        assert "●" in app.text()

    play(staged(panel), use, size)


def test_without_a_crosshair_the_last_session_is_read_out_and_esc_takes_it_away(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g")
        before = app.text()
        assert str(to_day(panel["IWM"].sessions[-1])) in readout(app)
        await press(pilot, "left", "left")
        assert app.text() != before
        await press(pilot, "escape")
        assert app.text() == before
        await press(pilot, "escape")
        assert not isinstance(app.screen, Chart)

    play(staged(panel), use)


def test_a_step_sends_one_cell_a_caret_and_the_readout(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS, "left")
        rows = app.rows()
        top = desk(app).region.y
        words = {top + 1, top + 2, next(y for y, row in enumerate(rows) if "RSI14" in row)}
        for key in ["left"] * 12 + ["right"] * 4:
            app.frames.clear()
            await press(pilot, key)
            found = sent(app)
            assert sum(size for row, size in found.items() if row not in words) <= 150
            assert 0 < sum(size for row, size in found.items() if row in words) <= 1500
            assert len([row for row in found if row not in words]) <= 3

    play(staged(panel), use)


def test_nothing_jumps_while_the_crosshair_moves(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS, "8", "pageup")
        places = set()
        for _ in range(8):
            await press(pilot, "pageup")
            places.add(tuple(readout(app).index(f" {name} ") for name in "OHLCV"))
            places.add(tuple(app.rows()[desk(app).region.y + 2].index(f"sma{n}") for n in (20, 50, 200)))
        assert len(places) == 2

    play(staged(panel), use)


@pytest.mark.parametrize("keys", [["end"], ["l", "end"], ["c", "end"], ["b", "l", "end"]])
def test_the_crosshair_is_where_the_value_is(panel: Panel, keys: list[str]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", *keys)
        row = next(row for row in app.rows() if "●" in row)
        close = app.shown.reading.ratio.value if "b" in keys else float(panel["IWM"].close[-1])
        assert fmt.price(close, 4 if "b" in keys else 2) in row.partition("●")[2]
        assert app.rows()[-2].rindex("▴") == row.index("●")

    play(staged(panel), use)


def test_time_travel_before_the_crosshair_reads_out_the_last_session(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "left", *["less_than_sign"] * 3)
        assert str(to_day(panel["IWM"].sessions[-4])) in readout(app)
        await press(pilot, *["greater_than_sign"] * 3)
        assert str(to_day(panel["IWM"].sessions[-2])) in readout(app)

    play(staged(panel), use)


def test_minutes_have_no_crosshair_and_say_so(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "1", "left", "plus")
        assert "minutes: no overlays, panes or crosshair" in app.text()
        assert "no minute bars of IWM" in app.text()
        assert desk(app).view == View()
        await press(pilot, "b", "7", "left")
        assert desk(app).view.cursor is not None

    play(staged(panel), use)


DAYS = sessions(to_day(np.datetime64("2015-01-02")), to_day(np.datetime64("2018-01-02")))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, len(DAYS)), st.integers(-30, 900), st.lists(st.tuples(st.integers(0, 2), st.integers(-40, 40))))
def test_wherever_one_looks_there_are_sessions(n: int, start: int, steps: list[tuple[int, int]]):
    days, first = DAYS[:n], DAYS[0] + start
    view = View()
    for kind, by in steps:
        view = (moved, to_edge, zoomed)[kind](view, days, first, by)
        now = window(view, days, first)
        assert 0 <= now.first <= now.last < n
        assert now.cursor is None or now.first <= now.cursor <= now.last
        assert now.shown >= min(CLOSEST, n) or now.shown >= min(window(View(), days, first).shown, n)


def test_the_crosshair_takes_the_window_with_it():
    view = moved(View(), DAYS, DAYS[-100], -99)
    assert window(view, DAYS, DAYS[-100]) == (len(DAYS) - 100, len(DAYS) - 1, len(DAYS) - 100)
    view = moved(view, DAYS, DAYS[-100], -1)
    assert window(view, DAYS, DAYS[-100]) == (len(DAYS) - 125, len(DAYS) - 26, len(DAYS) - 101)
    view = to_edge(to_edge(view, DAYS, DAYS[-100], 1), DAYS, DAYS[-100], 1)
    assert window(view, DAYS, DAYS[-100]) == (len(DAYS) - 100, len(DAYS) - 1, len(DAYS) - 1)
    assert view.end is None


def test_a_zoom_keeps_the_crosshair_in_its_place():
    start = DAYS[-300]
    view = moved(View(), DAYS, start, -150)
    near = window(zoomed(view, DAYS, start, 1), DAYS, start)
    assert near.shown == 200
    assert near.cursor is not None
    assert abs((near.cursor - near.first) / 199 - 149 / 299) < 0.01
    far = window(zoomed(zoomed(view, DAYS, start, 1), DAYS, start, -1), DAYS, start)
    assert far.shown == 300
    assert window(zoomed(View(), DAYS, start, 1), DAYS, start).last == len(DAYS) - 1
