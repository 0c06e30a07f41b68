"""The value axis: ranges that hold the data, round ticks within them, labels that never lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.tui.charts.axis import Scale, aligned, number, round_ticks, value_range

RANGES = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-4, 1e9)).filter(lambda r: r[1] > 1e-8 * abs(r[0]))


@settings(max_examples=200, deadline=None)
@given(RANGES, st.integers(1, 70))
def test_ticks_are_round_within_range_and_apart(low_span, rows):
    scale = Scale(low_span[0], low_span[0] + low_span[1])
    ticks = round_ticks(scale, rows)
    slack = 1e-6 * low_span[1]
    assert all(scale.low - slack <= v <= scale.high + slack for v in ticks.values)
    steps = np.diff(ticks.values)
    if steps.size:
        mantissa = steps[0] / 10 ** np.floor(np.log10(steps[0]) + 1e-7)
        assert np.isclose(mantissa, [1, 2, 2.5, 5, 10], rtol=1e-4).any()
        assert (steps * rows >= 1.99 * low_span[1]).all()
    shown = [number(v, ticks.decimals, 30) for v in ticks.values]
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize(
    ("low", "high", "rows", "labels"),
    [
        (97, 237, 14, ["100", "150", "200"]),
        (0.43, 0.6, 14, ["0.45", "0.50", "0.55", "0.60"]),
        (0.0, 1.0, 2, ["0", "1"]),
        (99.0, 101.0, 6, ["99", "100", "101"]),
        (-0.3, 0.3, 12, ["-0.2", "0.0", "0.2"]),
    ],
)
def test_ticks_of_usual_ranges(low, high, rows, labels):
    ticks = round_ticks(Scale(low, high), rows)
    assert [number(v, ticks.decimals, 11) for v in ticks.values] == labels


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-1e15, 1e15) | st.just(float("nan")), min_size=1, max_size=9), st.floats(0, 0.9))
def test_a_range_holds_all_its_values_and_is_never_empty(values, below):
    scale = value_range([np.array(values)], below=below)
    if np.isnan(values).all():
        assert scale is None
        return
    assert scale.low < np.nanmin(values) or scale.low == np.nanmin(values) == 0
    assert scale.high > np.nanmax(values)
    assert round_ticks(scale, 20).values


def test_equal_values_lie_in_the_middle():
    scale = value_range([np.full(5, 40.0)])
    assert scale.row(40.0, 11) == 5


def test_room_for_the_volume_is_left_below():
    scale = value_range([np.array([0.0, 10.0])], below=0.2)
    assert scale.row(0.0, 20) in (15, 16)


@pytest.mark.parametrize(
    ("value", "decimals", "room", "text"),
    [
        (233.591, 2, 7, "233.59"),
        (12345.67, 2, 7, "12345.7"),
        (1234567.0, 2, 5, "1e+06"),
        (-0.001, 2, 7, "0.00"),
        (1e300, 2, 11, "1.00e+300"),
        (123456.0, 2, 2, ""),
    ],
)
def test_a_number_is_rounded_or_left_out_but_never_cut(value, decimals, room, text):
    assert number(value, decimals, room) == text


def test_labels_stand_on_their_decimal_point():
    assert aligned(["200", "95.40", "1000.00"], 7) == [" 200", "  95.40", "1000.00"]
    assert aligned(["1000", "0.123456"], 8) == ["1000", "0.123456"]
