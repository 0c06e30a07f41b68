"""Where the rows of a plan are broken: nothing is lost, and a name stays with its figure."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from smallcap.tui.rows import Line
from smallcap.tui.widgets.plan_blocks import flowed, folded, kept_whole


@given(st.lists(st.text(max_size=60), max_size=4), st.integers(8, 60))
def test_flowed_words_lose_nothing_and_fit(texts: Sequence[str], width: int):
    rows = flowed([(text, "text") for text in texts], width)
    drawn = ["".join(text for text, _ in line.left) for line in rows]
    assert all(cell_len(row) <= width for row in drawn)
    from smallcap.core.framework.document import plain

    assert "".join("".join(drawn).split()) == "".join(plain("".join(texts)).split())


def test_a_name_stays_with_its_figure_where_a_legend_is_broken():
    entries = ["Trade", "   IWM 143.00", "   entry 143.00", "   stop 133.28"]
    drawn = ["".join(text for text, _ in line.left) for line in kept_whole([(text, "a") for text in entries], 34)]
    assert drawn == ["Trade   IWM 143.00   entry 143.00", "   stop 133.28"]


def test_a_row_that_fits_is_left_as_it_is():
    line = Line([("left", "text")], [("right", "warn")])
    assert folded(line, 10) == [line]
    assert len(folded(line, 9)) > 1
