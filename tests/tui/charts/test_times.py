"""The time axis of minutes: hours that name their zone, or the sessions' days, all in the plot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.tui.charts.dates import GAP
from smallcap.tui.charts.frame import Frame
from smallcap.tui.charts.line import Line, line_chart
from smallcap.tui.charts.times import time_labels

from .chart_samples import PALETTE, dots, rows, walk


def clock(*days: str, interval: int = 1, minutes: int = 390):
    steps = interval * np.arange(minutes // interval)
    return np.concatenate([np.datetime64(f"{day}T09:30") + steps for day in days])


def labels(times, width):
    return time_labels(times, Frame.fit((width, 10), len(times), axis_width=0))


@pytest.mark.parametrize(
    ("times", "width", "texts"),
    [
        (clock("2026-11-20"), 160, ["09:30 ET", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00"]),
        (clock("2026-11-20"), 80, ["10:00 ET", "11:00", "12:00", "13:00", "14:00", "15:00"]),
        (clock("2026-11-20"), 40, ["10:00 ET", "12:00", "14:00"]),
        (clock("2026-11-20"), 33, ["10:00 ET", "14:00"]),
        (clock("2026-11-27", minutes=210), 60, ["10:00 ET", "11:00", "12:00"]),
        (clock("2026-11-19", "2026-11-20", "2026-11-23", interval=5), 60, ["Thu 19", "Fri 20", "Mon 23"]),
        (clock("2026-11-19", "2026-11-20", "2026-11-23", interval=5), 26, ["Thu 19", "Mon 23"]),
        (clock("2026-11-20")[:0], 60, []),
    ],
)
def test_hours_within_a_session_and_days_over_several(times, width, texts):
    found = [label.text for label in labels(times, width)]
    assert found[: len(texts)] == texts
    assert len(found) == len(texts) or width == 160


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 12), st.integers(1, 390), st.integers(1, 220))
def test_labels_never_touch_and_stay_within_the_plot(days, minutes, width):
    dates = [str(np.datetime64("2026-11-16") + day) for day in range(days)]
    found = labels(clock(*dates, minutes=minutes), width)
    ends = [-GAP, *(label.column + len(label.text) for label in found)]
    assert all(label.column >= end + GAP for label, end in zip(found, ends, strict=False))
    assert ends[-1] <= width


def test_a_label_stands_where_its_minute_is_drawn():
    times = clock("2026-11-20")
    frame = Frame.fit((78, 10), len(times), axis_width=0)
    at = {label.text: label.column for label in time_labels(times, frame)}
    assert at["12:00"] == frame.column_of(150)


def test_a_level_is_a_dotted_line_in_the_range_and_lines_lie_over_it():
    times, values = clock("2026-11-20"), walk(390, 3)
    values[200:] = np.nan
    low = float(3 * np.nanmin(values) - 2 * np.nanmax(values))
    drawn = rows(line_chart(times, [Line(values, "a")], size=(60, 14), palette=PALETTE, level=low))
    assert drawn[-2].count("╌") == 26
    assert not any(0x2800 < ord(c) <= 0x28FF for row in drawn[6:] for c in row)
    assert "10:00 ET" in drawn[-1]
    plain = line_chart(times, [Line(values, "a")], size=(60, 14), palette=PALETTE, level=float("nan"))
    assert rows(plain) == rows(line_chart(times, [Line(values, "a")], size=(60, 14), palette=PALETTE))
    assert dots(plain)


def test_minutes_to_come_are_empty_columns_at_the_right():
    times, values = clock("2026-11-20"), walk(390, 3)
    values[195:] = np.nan
    xs = [x for x, _ in dots(line_chart(times, [Line(values, "a")], size=(60, 14), palette=PALETTE))]
    assert 0.95 < max(xs) / 52 < 1.05
