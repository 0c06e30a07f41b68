"""The date axis: labels at the first session of their period, never touching, never out of the plot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.tui.charts.dates import GAP, date_labels
from smallcap.tui.charts.frame import Frame

from .chart_samples import weekdays


def labels(sessions, width):
    frame = Frame.fit((width, 10), len(sessions), axis_width=0)
    return date_labels(sessions, frame), frame


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(-20_000, 40_000), min_size=1, max_size=400, unique=True).map(sorted)
    | st.integers(1, 3000).map(lambda n: list(range(18_000, 18_000 + n))),
    st.integers(1, 220),
)
def test_labels_never_touch_and_stay_within_the_plot(days, width):
    found, _ = labels(np.array(days).astype("datetime64[D]"), width)
    ends = [-GAP, *(label.column + len(label.text) for label in found)]
    assert all(label.column >= end + GAP for label, end in zip(found, ends, strict=False))
    assert ends[-1] <= width


@pytest.mark.parametrize(
    ("n", "width", "texts"),
    [
        (5, 60, ["Mar 16", "17", "18", "19", "20"]),
        (21, 60, ["Mar 16", "23", "30", "Apr 6", "13"]),
        (252, 66, ["May", "Jul", "Sep", "Nov", "2021"]),
        (252, 150, ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "2021", "Feb"]),
        (756, 66, ["Jul", "2021", "Jul", "2022", "Jul"]),
        (2520, 66, ["2022", "2024", "2026", "2028"]),
        (6500, 30, ["2030", "2040"]),
    ],
)
def test_the_step_follows_the_range(n, width, texts):
    found, _ = labels(weekdays(n), width)
    assert [label.text for label in found] == texts


def test_a_label_stands_where_its_period_begins():
    sessions = weekdays(252)
    found, frame = labels(sessions, 150)
    january = next(label for label in found if label.text == "2021")
    first = int(np.searchsorted(sessions, np.datetime64("2021-01-01")))
    assert january.column == frame.column_of(first)


def test_a_year_that_begins_with_the_first_session_is_named_at_the_left_edge():
    found, _ = labels(weekdays(250, "2019-01-02"), 60)
    assert found[0] == (0, "2019")
    later, _ = labels(weekdays(250, "2019-01-16"), 60)
    assert later[0].text != "2019"


def test_no_sessions_have_no_labels():
    assert labels(weekdays(0), 40)[0] == []
