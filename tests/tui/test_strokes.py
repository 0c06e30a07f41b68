"""The order in which a row is drawn: the same cells, each colour named once where that takes fewer bytes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from smallcap.tui.sgr import Codes, codes
from smallcap.tui.strokes import Run, written

from tests.tui.screenful import Screenful

WIDTH, HEIGHT = 40, 5
PRICE, MEAN = (codes(Style(color=ink, bgcolor="#10131a"), ColorSystem.TRUECOLOR) for ink in ("#6cb2f7", "#ee5a36"))
STYLES = [PRICE, MEAN, codes(Style(color="red", bold=True), ColorSystem.TRUECOLOR), codes(None, ColorSystem.TRUECOLOR)]
CELLS = st.lists(st.none() | st.tuples(st.sampled_from("ab ⣿"), st.sampled_from(STYLES)), min_size=1, max_size=WIDTH)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def runs(y: int, cells: list[tuple[str, Codes] | None]) -> list[Run]:
    """A row's cells, with nothing to send where there is none."""
    found: list[Run] = []
    for x, cell in enumerate(cells):
        if cell is None:
            continue
        if found and found[-1].x + len(found[-1].texts) == x:
            found[-1].texts.append(cell[0])
            found[-1].styles.append(cell[1])
        else:
            found.append(Run(x, y, [cell[0]], [cell[1]], sure=True))
    return found


def in_full(found: list[Run]) -> bytes:
    """Each cell for itself."""
    cells = (
        written([Run(run.x + at, run.y, [text], [style], sure=True)])
        for run in found
        for at, (text, style) in enumerate(zip(run.texts, run.styles, strict=True))
    )
    return "".join(cells).encode()


@given(st.lists(CELLS, min_size=1, max_size=HEIGHT))
def test_the_picture_is_that_of_each_cell_for_itself(rows: list[list[tuple[str, Codes] | None]]):
    found = [run for y, cells in enumerate(rows) for run in runs(y, cells)]
    mine, whole = Screenful(WIDTH, HEIGHT), Screenful(WIDTH, HEIGHT)
    assert mine.send([written(found).encode()]) == whole.send([in_full(found)])


def test_two_colours_in_turns_are_each_named_once():
    text = written(runs(0, [("⣿", (PRICE, MEAN)[x % 2]) for x in range(20)]))
    assert len(COLOUR.findall(text)) == 3
    assert text.index("\x1b[1;2H") > 10 * len("⣿")


def test_a_colour_that_comes_once_is_drawn_in_its_place():
    text = written(runs(0, [("⣿", PRICE)] * 5 + [("⣿", MEAN)] * 5))
    assert text.count("H") == 1


def test_what_terminals_may_draw_otherwise_is_drawn_from_left_to_right():
    found = [Run(0, 0, ["⣿", "株", ""], [PRICE, MEAN, MEAN], sure=False), Run(5, 0, ["⣿"], [PRICE], sure=True)]
    moves = re.findall(r"\x1b\[([0-9;]*)H", written(found))
    assert moves == ["1", "1;6"]


@pytest.mark.parametrize("start", [0, 3])
def test_the_colour_that_the_row_above_ended_in_is_drawn_first(start: int):
    above = runs(0, [("⣿", MEAN)])
    below = [None] * start + [("⣿", PRICE), ("⣿", MEAN)] * 6
    assert len(COLOUR.findall(written([*above, *runs(1, below)]))) == 3
