"""The canvas: dots merge, later ink wins a cell, runs of equal ink become one segment."""

import numpy as np
from smallcap.tui.charts.raster import BLANK, Canvas, plain

from .chart_samples import PALETTE, style_at


def test_dots_of_two_lines_in_one_cell_merge_and_the_later_ink_wins():
    canvas = Canvas(1, 1, PALETTE)
    canvas.spans(np.array([0, 1]), np.array([0, 0]), "b")
    canvas.spans(np.array([1, 3]), np.array([0, 3]), "a")
    assert canvas.plain() == chr(0x2800 + 1 + 128)
    assert style_at(canvas.strips(), 0, 0) == PALETTE.a


def test_text_covers_dots_and_is_cut_off_at_the_edges():
    canvas = Canvas(4, 1, PALETTE)
    canvas.spans(np.zeros(8, int), np.full(8, 3), "a")
    canvas.text(-1, 0, "xAB", "muted")
    canvas.text(3, 0, "CD", "muted")
    canvas.text(0, 5, "below", "muted")
    assert canvas.plain() == "AB⣿C"


def test_bars_stand_on_their_row_in_eighths():
    canvas = Canvas(4, 3, PALETTE)
    canvas.bars(np.array([0, 1, 8, 13]), "volume", rows=2)
    assert canvas.plain() == "   ▅\n ▁██\n    "


def test_a_line_over_a_full_bar_keeps_the_bar_behind_it():
    canvas = Canvas(2, 1, PALETTE)
    canvas.bars(np.array([8, 4]), "volume", rows=1, ground=True)
    canvas.spans(np.zeros(4, int), np.zeros(4, int), "a")
    assert style_at(canvas.strips(), 0, 0) == PALETTE.on(PALETTE.a, PALETTE.volume.color)
    assert style_at(canvas.strips(), 1, 0) == PALETTE.a


def test_equal_inks_and_the_blanks_after_them_are_one_segment():
    canvas = Canvas(9, 1, PALETTE)
    canvas.text(1, 0, "a", "muted")
    canvas.text(3, 0, "b", "muted")
    canvas.text(5, 0, "c", "text")
    canvas.text(7, 0, "d", "a", tag=True)
    assert [(s.text, s.style) for s in canvas.strips()[0]] == [
        (" ", PALETTE.faint),
        ("a b ", PALETTE.muted),
        ("c ", PALETTE.text),
        ("d", PALETTE.tag(PALETTE.a)),
        (" ", PALETTE.faint),
    ]


def test_stamped_blanks_leave_what_is_there():
    canvas = Canvas(3, 2, PALETTE)
    canvas.text(0, 1, "abc", "text")
    canvas.stamp(np.array([[BLANK, ord("│"), BLANK, ord("x")]], dtype=np.uint32), "up", y=1)
    assert plain(canvas.strips()) == "   \na│c"


def test_ascii_shows_a_line_by_its_mark():
    canvas = Canvas(2, 2, PALETTE, "ascii")
    canvas.spans(np.array([0, 1, 4, 7]), np.array([0, 4, 7, 7]), "a", mark="+")
    assert canvas.plain() == "+ \n++"
