"""The logarithmic axis: round ticks well apart, and values where their powers of ten are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.tui.charts.axis import Scale
from smallcap.tui.charts.line import line_chart
from smallcap.tui.charts.logs import log, log_ticks, logs

from .chart_samples import PALETTE, dots, rows, weekdays


def shown(low, high, count):
    return [round(10.0**v, 6) for v in log_ticks(Scale(math.log10(low), math.log10(high)), count).values]


@pytest.mark.parametrize(
    ("low", "high", "count", "ticks"),
    [
        (90, 210, 20, [100, 125, 150, 175, 200]),
        (1, 100, 20, [1, 2, 5, 10, 20, 50, 100]),
        (1, 100, 15, [1, 3, 10, 30, 100]),
        (0.9, 11000, 20, [1, 10, 100, 1000, 10000]),
        (10, 40, 30, [10, 15, 20, 30]),
        (1, 10.5, 90, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (1, 1e12, 9, [1, 1e5, 1e10]),
    ],
)
def test_ticks_are_round_and_as_many_as_keep_apart(low, high, count, ticks):
    assert shown(low, high, count) == ticks


@given(st.floats(-300, 300), st.floats(1e-6, 300), st.integers(1, 70))
def test_ticks_lie_within_the_scale_and_clear_of_each_other(low, span, count):
    scale = Scale(low, min(low + span, 306.0))
    ticks = log_ticks(scale, count)
    found = [scale.row(v, count) for v in ticks.values]
    assert len(found) == len(set(found)) or count < 4
    assert 0 <= ticks.decimals <= 9


def test_what_is_not_above_zero_has_no_place():
    assert logs(np.array([100.0, 0.0, -1.0, np.nan]))[0] == pytest.approx(2.0)
    assert np.isnan(logs(np.array([100.0, 0.0, -1.0, np.nan]))[1:]).all()
    assert math.isnan(log(0.0))


def test_equal_factors_are_equal_heights():
    picture = line_chart(
        weekdays(300), [(np.geomspace(1, 10_000, 300), "a")], size=(100, 30), palette=PALETTE, log=True
    )
    lowest = {}
    for x, y in dots(picture):
        lowest[x] = max(lowest.get(x, 0), y)
    steps = np.diff([lowest[x] for x in sorted(lowest)])
    assert set(steps) <= {0, -1}, "a straight line"
    assert "10000.00" in "\n".join(rows(picture)), "the tag is the value, not its power"


def test_a_live_tag_and_a_level_are_where_their_values_are():
    picture = line_chart(
        weekdays(50), [(np.geomspace(1, 100, 50), "a")], size=(60, 21), palette=PALETTE, log=True, tag=10.0, level=10.0
    )
    lines = rows(picture)
    at = next(y for y, line in enumerate(lines) if "10.00" in line)
    assert "╌" in lines[at]
    assert abs(at - 9) <= 1
