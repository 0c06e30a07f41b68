"""The benchmarks' own arithmetic: which rows bytes go to, and which of a program's rows are read out."""

from __future__ import annotations

import re

from benchmarks.chart import READOUT
from benchmarks.frames import BEFORE, matching, outside, sent
from benchmarks.peers import first_screen

STEP = b"\x1b[?2026h\x1b[6;4H\x1b[0;38;2;1;2;3m57.75\x1b[14;111H\xe2\x97\x8f\x1b[6;40HX\x1b[1;1H\x1b[?2026l"


def test_every_byte_goes_to_one_row_and_those_before_the_first_move_to_none():
    found = sent(STEP)
    assert found == {BEFORE: 8, 5: 6 + 15 + 5 + 7 + 1, 13: 9 + 3, 0: 6 + 8}
    assert sum(found.values()) == len(STEP)


def test_bytes_outside_of_the_readout_count_the_frame_itself():
    assert outside(STEP, [5]) == 8 + 12 + 14
    assert outside(STEP, []) == len(STEP)
    assert outside(b"", [5]) == 0


def test_the_readout_is_found_on_the_screen_and_not_in_the_headings_or_the_plots():
    lines = (
        " ratio LAGGING  Fri 2022-12-30 close",
        "  Wed 2022-12-28   O 173.18",
        "  sma20 178.46  sma50 179.60",
        " . . . ",
        "  volume  millions   19.6",
        "  RSI14  shaded",
        "  2002   2004",
    )
    data = b"\x1b[>1u\x1b[?2026$p" + b"".join(f"\x1b[{y};1H{line}".encode() for y, line in enumerate(lines, 1))
    assert matching(data, (40, 10), READOUT) == [1, 2, 4, 5]
    assert matching(data, (40, 10), re.compile("nothing")) == []


def test_a_first_screen_stands_with_the_piece_that_brings_half_of_the_ink():
    splash, screen, more = b"\x1b[2Jloading", b"\x1b[2J\x1b[1;1H" + b"x" * 60, b"y" * 40
    assert first_screen([(splash, 100.0), (screen, 400.0), (more, 900.0)]) == (400.0, len(splash) + len(screen))
    assert first_screen([(b"x" * 9, 5.0)]) == (5.0, 9)
