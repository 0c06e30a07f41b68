"""The note's charts as text: within their size, each line its own mark, the labels of the days they stand under."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.framework.curve import Curve
from smallcap.core.note import Band, Drawing
from smallcap.core.regime import NEUTRAL, RISK_OFF, RISK_ON
from smallcap.tui.charts.plots import LEAST, plot

N = 120
DAYS = np.datetime64("2026-01-01") + np.arange(N)
UP = np.linspace(0.40, 0.60, N)
CURVE = Curve(
    "IWM/SPY", DAYS, (("IWM/SPY", UP), ("50-day mean", np.full(N, 0.45)), ("200-day mean", UP[::-1])), "ratio"
)
BANDS = (Band(0, 29, RISK_OFF), Band(30, 59, NEUTRAL), Band(60, N - 1, RISK_ON))
SIZES = [(24, 4), (38, 7), (40, 11), (80, 11), (120, 11), (200, 11)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_chart_fits_and_has_its_axes(size: tuple[int, int], ascii_only: bool):
    rows = plot(Drawing(CURVE, BANDS), *size, ascii_only=ascii_only)
    assert max(map(len, rows)) <= size[0]
    assert len(rows) >= size[1] + 3
    assert max(map(len, rows[: size[1]])) == size[0]
    assert rows[0].startswith("0.6000")
    assert rows[size[1] - 3].startswith("0.4000")
    assert all(row.isascii() for row in rows) is ascii_only
    assert "\x1b" not in "".join(rows)


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right():
    rows = plot(Drawing(CURVE._replace(lines=CURVE.lines[:1])), 60, 11)
    assert rows[0][-1] in "▘▝▀▄▗▖▌▐▚▞█▛▜▙▟"
    assert rows[8][7] in "▘▝▀▄▗▖▌▐▚▞█▛▜▙▟"
    assert rows[0][7:30].strip() == ""
    assert len(rows) == 11


def test_the_first_line_is_drawn_over_the_others_and_each_has_its_mark():
    rows = plot(Drawing(CURVE), 80, 11, ascii_only=True)
    picture = "".join(row[7:] for row in rows[:9])
    assert all(mark in picture for mark in "#.-")
    assert rows[-1].strip().split("   ") == ["# IWM/SPY", ". 50-day mean", "- 200-day mean"]
    same = CURVE._replace(lines=(("a", UP), ("b", UP)))
    over = "".join(row[7:] for row in plot(Drawing(same), 80, 11, ascii_only=True)[:9])
    assert over.count("#") > 70
    assert "." not in over


def test_the_ribbon_stands_under_its_days():
    rows = plot(Drawing(CURVE, BANDS), 67, 11)
    ribbon = rows[11][7:]
    assert len(ribbon) == 60
    assert (ribbon.count("▼"), ribbon.count("■"), ribbon.count("▲")) == (15, 15, 30)
    assert ribbon == "▼" * 15 + "■" * 15 + "▲" * 30
    assert rows[12].strip().split("   ") == ["▼ RISK-OFF", "■ NEUTRAL", "▲ RISK-ON"]
    assert plot(Drawing(CURVE, BANDS), 67, 11, ascii_only=True)[11][7:] == "v" * 15 + "=" * 15 + "^" * 30


def test_months_are_named_where_they_begin():
    row = plot(Drawing(CURVE), 127, 11)[10]
    frame = plot(Drawing(CURVE), 127, 11)[9]
    assert row.split() == ["2026-02", "2026-03", "2026-04"]
    at = [place for place, character in enumerate(frame) if character == "┬"]
    assert at == [7 + 31, 7 + 59, 7 + 90]


def test_prices_are_written_as_everywhere():
    close = Curve("IWM", DAYS, (("IWM", np.linspace(1234.5, 2345.678, N)),), "price")
    rows = plot(Drawing(close), 60, 7)
    assert rows[0].startswith("2,345.68")
    assert rows[4].startswith("1,234.50")


def test_nothing_is_drawn_without_values_or_room():
    empty = CURVE._replace(lines=(("a", np.full(N, np.nan)),))
    assert plot(Drawing(empty), 80, 11) == []
    assert plot(Drawing(CURVE), LEAST[0] - 1, 11) == []
    assert plot(Drawing(CURVE), 80, LEAST[1] - 1) == []


VALUES = st.floats(1e-3, 1e6) | st.just(np.nan)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=5, max_size=5), min_size=1, max_size=3), st.integers(1, 5), st.booleans())
def test_any_values_are_drawn(lines: list[list[float]], n: int, flat: bool):
    named = tuple(
        (f"line {at}", np.array(values[:n]) * 0 + 3.0 if flat else np.array(values[:n]))
        for at, values in enumerate(lines)
    )
    rows = plot(Drawing(Curve("t", DAYS[:n], named, "price"), (Band(0, n - 1, NEUTRAL),)), 60, 7)
    known = any(np.isfinite(values).any() for _, values in named)
    assert bool(rows) == known
    assert all(len(row) <= 60 for row in rows)
