"""Bars of a chart: within their size, each column by its own mark, what is not known left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.claims.card import UNITS, Chart, Column
from smallcap.tui.charts.stats import ASCII_MARKS, INKS, MARKS, bars, load

NAN = float("nan")
TWO = Chart("t", ("-2%", "0%", "2%"), (Column("after", (0.1, 0.6, 0.3)), Column("others", (0.3, 0.3, 0.4))), "level")
LEAST = -1e6


def text(chart: Chart, width: int = 60, height: int = 12, **how: bool) -> list[str]:
    return ["".join(words for words, _ in row) for row in bars(chart, width, height, **how)]


def test_the_highest_bar_is_the_highest_value_and_the_others_are_points():
    load()
    rows = text(TWO)
    top = next(row for row in rows if MARKS[0] in row)
    assert len(top.split(MARKS[0])[0]) in range(20, 40)
    assert sum(row.count(MARKS[1]) for row in rows[:-1]) == 3
    assert rows[-1].split() == [MARKS[0], "after", MARKS[1], "others"]
    assert "60.00%" in rows[1]
    for label in TWO.labels:
        assert label in rows[-2]


def test_each_mark_has_an_ink_of_its_own_and_the_ruler_none():
    inks = {(ink, mark) for row in bars(TWO, 60, 12)[:-1] for words, ink in row for mark in MARKS if mark in words}
    assert inks == {(INKS[0], MARKS[0]), (INKS[1], MARKS[1])}


def test_below_zero_bars_hang():
    chart = Chart("t", ("a", "b"), (Column("m", (-0.02, 0.01)),), "fraction")
    rows = text(chart, 40, 14)
    zero = next(y for y, row in enumerate(rows) if "+0.00%" in row)
    left = [y for y, row in enumerate(rows[:-2]) if MARKS[0] in row[: len(row) // 2]]
    right = [y for y, row in enumerate(rows[:-2]) if MARKS[0] in row[len(row) // 2 :]]
    assert min(left) >= zero >= max(right) - 1
    assert "-2.00%" in rows[max(left)]


def test_what_is_not_known_is_left_out():
    chart = Chart("t", ("a", "b", "c"), (Column("m", (NAN, 0.02, NAN)),), "fraction")
    rows = text(chart, 60, 8)
    found = "".join(row[8:58] for row in rows[:-2])
    assert MARKS[0] in found
    assert all(MARKS[0] not in row[8:20] and MARKS[0] not in row[45:] for row in rows[:-2])
    assert text(Chart("t", ("a",), (Column("m", (NAN,)),), "level")) == []
    assert text(Chart("t", (), (), "level")) == []
    assert text(TWO, 10, 10) == text(TWO, 60, 3) == []


def test_labels_that_have_no_room_are_thinned_evenly():
    years = tuple(str(year) for year in range(1993, 2024))
    rows = text(Chart("t", years, (Column("m", (0.01,) * 31),), "fraction"), 60, 10)
    shown = rows[-2].split()
    assert shown[0] == "1993"
    assert len({int(b) - int(a) for a, b in pairwise(shown)}) == 1
    assert 3 < len(shown) < 12


def test_in_ascii_it_is_ascii():
    rows = text(TWO, ascii_only=True)
    assert "".join(rows).isascii()
    assert sum(row.count(ASCII_MARKS[0]) for row in rows) == sum(row.count(MARKS[0]) for row in text(TWO))


def test_the_same_chart_is_the_same_picture_whatever_was_drawn_before():
    first = text(TWO)
    text(Chart("t", ("a", "b"), (Column("m", (-5.0, 9.0)),), "dollars"), 40, 9)
    assert text(TWO) == first


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.floats(LEAST, 1e6) | st.just(NAN), min_size=5, max_size=5), min_size=1, max_size=3),
    st.integers(0, 130),
    st.integers(0, 30),
    st.sampled_from(sorted(UNITS)),
)
def test_no_row_is_wider_and_no_picture_higher_than_was_asked(
    columns: list[list[float]], width: int, height: int, unit: str
):
    chart = Chart("t", ("a", "b", "c", "d", "e"), tuple(Column("n", tuple(c)) for c in columns), unit)
    rows = text(chart, width, height)
    assert len(rows) <= height
    assert all(len(row) <= max(width, 20) for row in rows)


@pytest.mark.parametrize("value", [0.0, 1e-300, 1e6])
def test_one_value_is_drawn(value: float):
    assert text(Chart("t", ("a",), (Column("m", (value,)),), "level"), 40, 8)
