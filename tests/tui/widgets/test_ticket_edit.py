"""A line that is typed: every key by itself, and no key ever puts the cursor outside the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.tui.widgets.ticket_edit import LONGEST, Draft, keyed, put, window

KEYS = ("left", "right", "home", "end", "backspace", "delete", "ctrl+u")


@pytest.mark.parametrize(
    ("key", "text", "at"),
    [
        ("left", "2atr", 1),
        ("right", "2atr", 3),
        ("home", "2atr", 0),
        ("end", "2atr", 4),
        ("backspace", "2tr", 1),
        ("delete", "2ar", 2),
        ("ctrl+u", "tr", 0),
    ],
)
def test_each_key_does_its_own(key: str, text: str, at: int):
    assert keyed(Draft("2atr", 2), key, None) == Draft(text, at)


@pytest.mark.parametrize("character", ["d", "z", "q", "j", " ", "?", "/", "é"])
def test_a_key_of_the_app_is_a_character(character: str):
    assert keyed(Draft("10", 1), character, character) == Draft(f"1{character}0", 2)


def test_other_keys_are_not_for_it():
    assert keyed(Draft("10", 1), "f1", None) is None
    assert keyed(Draft("10", 1), "ctrl+s", "\x13") is None


def test_of_a_paste_the_first_line_is_taken_without_what_a_terminal_obeys():
    assert put(Draft("ab", 1), " 1\x1b[31m,0\x0700\nrm -rf\n") == Draft("a1[31m,000b", 10)
    assert put(Draft("ab", 1), "\n\n") == Draft("ab", 1)
    assert put(Draft("", 0), "9" * 500) == Draft("9" * LONGEST, LONGEST)


drafts = st.text("0123456789atr.", max_size=LONGEST).flatmap(
    lambda text: st.builds(Draft, st.just(text), st.integers(0, len(text)))
)


@given(drafts, st.lists(st.sampled_from((*KEYS, "x", "1"))))
def test_the_cursor_stays_in_the_text(draft: Draft, keys: list[str]):
    for key in keys:
        found = keyed(draft, key, key if len(key) == 1 else None)
        assert found is not None
        draft = found
        assert 0 <= draft.cursor <= len(draft.text) <= LONGEST


@given(drafts, st.integers(1, 30))
def test_the_cursor_is_always_in_sight(draft: Draft, room: int):
    seen = window(draft, room)
    assert 0 <= seen.cursor < room
    assert len(seen.text) <= room
    assert seen.text[seen.cursor : seen.cursor + 1] == draft.text[draft.cursor : draft.cursor + 1]
