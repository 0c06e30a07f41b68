"""Lines as dots: through the right dots, connected, broken at a gap, exact when there are more points than dots."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.tui.charts.axis import Scale
from smallcap.tui.charts.line import line_chart
from smallcap.tui.charts.trace import line_spans, per_column

from .chart_samples import PALETTE, dots, style_at, walk, weekdays


def drawn(values, size, low, high):
    """The dots of a bare line: no axis, no dates, its range given."""
    strips = line_chart(
        weekdays(len(values)),
        [(values, "a")],
        size=size,
        palette=PALETTE,
        bounds=(low, high),
        axis_width=0,
        dates=False,
    )
    return dots(strips)


def test_each_session_sets_the_dot_of_its_value():
    values = np.array([0.0, 7.0, 3.0, 4.0])
    assert drawn(values, (2, 2), 0.0, 7.0) >= {(0, 7), (1, 0), (2, 4), (3, 3)}


def test_points_further_apart_than_dots_are_joined_by_a_straight_line():
    assert drawn(np.array([0.0, 5.0]), (5, 2), 0.0, 7.0) == {(x, 9 - x) for x in range(2, 8)}


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 900), st.integers(1, 100), st.integers(1, 40), st.integers(0, 9))
def test_a_line_without_gaps_is_connected(n, columns, rows, seed):
    values = walk(n, seed, step=0.2)
    top, bottom = line_spans(values, Scale(values.min(), values.max()), columns, rows)
    has = top <= bottom
    inked = np.flatnonzero(has)
    assert has[inked[0] : inked[-1] + 1].all()
    top, bottom = top[has], bottom[has]
    assert (top[1:] - bottom[:-1] <= 1).all()
    assert (top[:-1] - bottom[1:] <= 1).all()


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 100), st.integers(0, 9))
def test_joining_sessions_keeps_the_extremes(n, columns, seed):
    values = walk(n, seed)
    columnwise = per_column(values, columns)
    assert np.nanmax(columnwise.high) == values.max()
    assert np.nanmin(columnwise.low) == values.min()


@pytest.mark.parametrize("n", [10, 40, 400])
def test_a_gap_stays_a_gap(n):
    values = np.linspace(0.0, 1.0, n)
    values[n // 2 - n // 10 : n // 2 + n // 10] = np.nan
    columns = {x for x, _ in drawn(values, (20, 5), 0.0, 1.0)}
    assert not columns & {18, 19, 20, 21}
    assert {10, 30} <= columns


def test_a_single_session_between_gaps_is_a_dot():
    values = np.array([np.nan, 1.0, np.nan])
    assert len(drawn(values, (30, 5), 0.0, 2.0)) == 1


def test_a_missing_session_between_two_dense_columns_is_not_bridged():
    values = np.array([0.0, 0.0, 0.0, np.nan, 1.0, 1.0, 1.0, 1.0])
    assert drawn(values, (1, 2), 0.0, 1.0) == {(0, 7), (1, 0)}
    assert len(drawn(np.nan_to_num(values), (1, 2), 0.0, 1.0)) == 8


def test_a_flat_line_is_one_dot_high():
    assert {y for _, y in drawn(np.full(50, 3.0), (20, 4), 0.0, 6.0)} == {8}


def test_values_outside_the_bounds_are_cut_off():
    assert drawn(np.array([9.0, 9.0, 0.5, -9.0]), (2, 2), 0.0, 1.0) == {(2, y) for y in range(8)}


@pytest.mark.parametrize("n", [60, 6000])
def test_the_main_line_lies_on_top(n):
    main, other = np.resize([1.0, 9.0], n), np.full(n, 5.0)
    strips = line_chart(weekdays(n), [(main, "a"), (other, "b")], size=(30, 9), palette=PALETTE, axis_width=0)
    assert style_at(strips, 15, 4) == PALETTE.a
