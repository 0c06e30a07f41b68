"""Plots above each other: one width for all their axes, and none where one of them is too low."""

import numpy as np
from smallcap.tui.charts.line import Line, line_plot
from smallcap.tui.charts.stack import Floor, stack

from .chart_samples import PALETTE, rows, weekdays


def drawn(*heights):
    options = {"size": (1, 1), "palette": PALETTE}
    values = (np.linspace(1.0, 2.0, 50), np.linspace(1e5, 2.5e6, 50))
    return stack(
        weekdays(50), [Floor(h, line_plot([Line(v, "a")]), options) for h, v in zip(heights, values, strict=True)], 60
    )


def test_all_axes_are_as_wide_as_the_widest_needs():
    low, high = drawn(9, 9)
    assert low.frame.axis_width == high.frame.axis_width == len(" 2500000.00")
    assert "2500000.00" in "\n".join(rows(high.strips))
    assert "2.00" in "\n".join(rows(low.strips))


def test_where_one_has_no_room_for_an_axis_none_has_one():
    assert [one.frame.axis_width for one in drawn(9, 2)] == [0, 0]
