"""Folding: every word stays, in its order; no line is too long that could be shorter; what fits is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.folding import NARROWEST, folded

WORDS = st.text(alphabet="abc$1.%-<", min_size=1, max_size=25)
LINES = st.lists(WORDS | st.just("  ") | st.just("     "), max_size=12).map(" ".join)


@given(st.lists(LINES, max_size=5).map("\n".join), st.integers(0, 60))
def test_every_word_stays_and_no_line_is_too_long(text: str, width: int):
    made = folded(text, width)
    assert made.split() == text.split()
    for line in made.splitlines():
        assert len(line) <= max(width, NARROWEST) or len(line.split()) <= 1


@given(st.lists(LINES, max_size=5).map("\n".join))
def test_what_fits_stays_as_it_is(text: str):
    assert folded(text, 1000).splitlines() == text.splitlines()


def test_padding_goes_first_and_what_follows_is_set_in():
    line = "  risk budget         100,000 x 1%                              $1,000\n"
    assert folded(line, 80) == line
    assert folded(line, 40) == "  risk budget  100,000 x 1%  $1,000\n"
    assert folded(line, 26) == "  risk budget  100,000 x\n      1%  $1,000\n"
