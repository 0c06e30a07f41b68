"""Small pure parts of the screen: ranges, rows of words, and which cells of two pictures differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from smallcap.core.errors import UsageError
from smallcap.tui.clock import clock_from
from smallcap.tui.palette import palette_from
from smallcap.tui.rows import column, row
from smallcap.tui.scene import range_start
from smallcap.tui.theme import DARK
from smallcap.tui.widgets.strips import changed
from textual.geometry import Region
from textual.strip import Strip

PALETTE = palette_from(DARK.variables, DARK.background or "")
words = st.lists(st.tuples(st.text(max_size=12), st.sampled_from(["text", "up", "warn"])), max_size=5)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("1M", date(2020, 2, 29)),
        ("3M", date(2019, 12, 31)),
        ("6M", date(2019, 9, 30)),
        ("YTD", date(2020, 1, 1)),
        ("1Y", date(2019, 3, 31)),
        ("5Y", date(2015, 3, 31)),
        ("max", date.min),
    ],
)
def test_a_range_ends_on_the_as_of_day(name: str, first: date):
    assert range_start(name, date(2020, 3, 31)) == first


@given(st.integers(0, 60), words, words)
def test_a_row_is_exactly_as_wide_as_asked(width, left, right):
    made = row(width, PALETTE, left, right)
    assert made.cell_length == width
    assert Strip(list(made)).cell_length == width


@given(st.integers(0, 9), st.integers(1, 9))
def test_a_column_is_exactly_as_high_as_asked(rows, height):
    assert len(column([row(5, PALETTE, [("x", "text")])] * rows, 5, height, PALETTE)) == height


def test_what_a_terminal_might_obey_becomes_a_question_mark():
    made = row(20, PALETTE, [("\x1b[31mred\x07\u202e", "text")])
    assert "".join(text for text, _, _ in made).startswith("?[31mred??")


def test_a_wide_character_at_the_edge_is_cut_whole():
    assert row(5, PALETTE, [("株式会社", "text")]).cell_length == 5


def strip(text: str, ink: str = "red") -> Strip:
    return Strip([Segment(text, Style(color=ink))])


def test_only_the_rows_that_differ_are_drawn_again():
    assert changed([strip("abcdef")], [strip("abcdef")]) == []
    assert changed([strip("abcdef"), strip("ab")], [strip("abXdef"), strip("ab")]) == [Region(0, 0, 6, 1)]
    assert changed([strip("ab"), strip("cdef")], [strip("ab"), strip("cdef", "blue")]) == [Region(0, 1, 4, 1)]


def test_a_set_clock_runs_on_from_where_it_was_set():
    clock = clock_from("2021-03-12T21:00:00Z")
    assert clock.replay
    assert timedelta(0) <= clock.now() - datetime(2021, 3, 12, 21, tzinfo=UTC) < timedelta(minutes=1)
    assert not clock_from(None).replay
    with pytest.raises(UsageError, match="SMALLCAP_NOW 'noon' is not an ISO instant"):
        clock_from("noon")
