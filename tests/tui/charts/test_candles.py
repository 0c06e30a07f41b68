"""Candles: buckets of first, highest, lowest and last; up and down told apart by shape."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.tui.charts.candles import per_column
from smallcap.tui.charts.chart import Ohlc
from smallcap.tui.charts.frame import Frame

from .chart_samples import PALETTE, candle_chart, ohlc, rows, style_at, weekdays


def one(opened, high, low, close, rows_=8):
    """A single candle in a plot of one column, from value 0 at the foot to 8 at the top."""
    candle = Ohlc(*(np.array([float(v)]) for v in (opened, high, low, close)))
    return candle_chart(weekdays(1), candle, size=(1, rows_), palette=PALETTE, bounds=(0.0, 8.0), dates=False)


@settings(deadline=None)
@given(st.integers(1, 900), st.integers(1, 120))
def test_sessions_of_a_column_are_joined(n, width):
    day, frame = ohlc(n, 3), Frame.fit((width, 9), n, axis_width=0)
    columns, joined = per_column(day, frame)
    assert joined.close[-1] == day.close[-1]
    assert joined.open[0] == day.open[0]
    for column, *candle in zip(columns, *joined, strict=True):
        own = frame.column_of(np.arange(n)) == column
        first, last = np.flatnonzero(own)[[0, -1]]
        assert candle == [day.open[first], day.high[own].max(), day.low[own].min(), day.close[last]]


def test_a_session_with_a_missing_number_has_no_candle():
    day = ohlc(4, 3)
    day.low[1] = np.nan
    columns, joined = per_column(day, Frame.fit((4, 5), 4, axis_width=0))
    assert columns.tolist() == [0, 2, 3]
    assert len(joined.close) == 3


def test_rising_and_falling_differ_in_ink_and_shape():
    up, down = one(2, 8, 0, 6), one(6, 8, 0, 2)
    assert "".join(rows(up)) == "││┃┃┃┃││"
    assert "".join(rows(down)) == "││┨┃┃┨││"
    assert style_at(up, 0, 3) == PALETTE.up
    assert style_at(down, 0, 3) == PALETTE.down


@given(st.floats(0.5, 7.5), st.floats(0.5, 7.5), st.floats(0, 0.5), st.floats(0, 0.5))
def test_every_falling_candle_has_a_barb_and_no_rising_one(opened, close, above, below):
    shapes = set("".join(rows(one(opened, max(opened, close) + above, min(opened, close) - below, close))))
    assert bool(shapes & set("┒┧┚┦┨")) == (close < opened)
    assert shapes & set("╻╽╹╿┃┒┧┚┦┨")


def test_ascii_candles_differ_too():
    plus = candle_chart(weekdays(30), ohlc(30, 2), size=(30, 9), palette=PALETTE, glyphs="ascii", axis_width=0)
    assert {"+", "#", "|"} <= set("".join(rows(plus)))
