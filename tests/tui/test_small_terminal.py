"""A terminal that is too small is told so on one line, and whatever was done before is there when it grows again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.store import Store
from smallcap.tui.modes import MODES
from smallcap.tui.screens.full import Full
from smallcap.tui.widgets.too_small import forms, too_small
from textual.events import Paste
from textual.geometry import Size
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged

OPENS = {
    "dashboard": "d",
    "chart": "g",
    "sectors": "o",
    "macro": "m",
    "sizing": "z",
    "wizard": "w",
    "evidence": "h",
    "plans": "p",
    "alerts": "A",
    "settings": "S",
}
DONE = {
    "dashboard": ["j", "c", "3"],
    "chart": ["g", "left", "left", "plus", "i", "2"],
    "sectors": ["o", "j", "j", "right"],
    "macro": ["m", "j", "j"],
    "sizing": ["z", "down", "down", "down", "enter", "ctrl+u", "4", "1", "left"],
    "evidence": ["h", "right", "right", "j", "j"],
    "wizard": ["w", "2", "enter", "enter", "3", "3", "0", "left"],
    "plans": ["w", "2", "pagedown", "enter", "p", "enter", "down"],
    "alerts": ["A", "n", *"IWM<210", "enter", "n", *"IWM>400", "enter", "j"],
    "settings": ["S", "j", "j", "right"],
}
"""Something in each mode that a resize could lose: a row, the crosshair, a menu, text half typed, an answer, a plan."""
MODALS = {
    "help": ["question_mark"],
    "explain": ["e"],
    "find": ["slash", "I"],
    "date": ["t"],
    "quiz": ["Q"],
    "log": ["L"],
    "alert": ["A", "n", "x"],
}
TINY = [(1, 1), (5, 2), (59, 40), (120, 15), (3, 60), (200, 1), (25, 8)]

ALLOWED = set(b"smallcap needs 60x16; this terminal is 0123456789x  q: quit\r\n")


def kept(panel: Panel, home: Path) -> Counted:
    """The app with a folder to keep things in."""
    app = staged(panel)
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


async def resized(pilot: Pilot[int], *sizes: tuple[int, int]) -> None:
    """Sizes of the terminal, each until all it causes has happened."""
    for size in sizes:
        await pilot.resize_terminal(*size)
        await settle(pilot)


def one_line(size: tuple[int, int]) -> list[str]:
    """The rows of a terminal that is too small."""
    width, height = size
    said = forms(Size(*size))
    words = next((form for form in said if len(form) <= width), said[-1])
    return [words[:width].ljust(width), *[" " * width] * (height - 1)]


def nothing_but_the_line(app: Counted) -> bool:
    """Whether nothing else was sent, not even for a moment."""
    return all(set(re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", frame)) <= ALLOWED for frame in app.frames)


def test_the_table_has_every_mode():
    assert set(OPENS) == set(DONE) == set(MODES)


def test_60x16_is_enough_and_a_column_or_a_row_less_is_not():
    assert not too_small(Size(60, 16))
    assert too_small(Size(59, 16))
    assert too_small(Size(60, 15))


def test_the_longest_words_that_fit_are_said(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert app.rows()[0] == "smallcap needs 60x16; this terminal is 52x14".ljust(52)
        for size, words in (
            ((58, 14), "smallcap needs 60x16; this terminal is 58x14  q: quit"),
            ((30, 9), "needs 60x16; this is 30x9"),
            ((12, 9), "needs 60x16"),
            ((6, 2), "60x16"),
            ((3, 1), "60x"),
        ):
            await resized(pilot, size)
            assert app.rows()[0].rstrip() == words

    play(staged(panel), use, (52, 14))


@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize("mode", MODES)
def test_one_line_is_shown_and_nothing_else(panel: Panel, mode: str, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, OPENS[mode])
        app.frames.clear()
        await resized(pilot, size)
        assert app.rows() == one_line(size)
        assert nothing_but_the_line(app)
        app.tick()
        app.read_again()
        await settle(pilot)
        assert app.rows() == one_line(size)

    play(staged(panel), use)


@pytest.mark.parametrize("mode", MODES)
def test_what_was_done_is_there_again_when_it_has_grown(panel: Panel, tmp_path: Path, mode: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *DONE[mode])
        before = app.text()
        assert app.current_mode == mode
        await resized(pilot, (40, 10))
        assert app.rows() == one_line((40, 10))
        await resized(pilot, (200, 60), (80, 24), (1, 1), (60, 16), (5, 2), (120, 40))
        assert app.text() == before

    play(kept(panel, tmp_path), use)


def test_a_half_typed_answer_is_typed_on_where_the_cursor_was(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *DONE["wizard"])
        await resized(pilot, (40, 10), (120, 40))
        await press(pilot, "5")
        assert "▸ 3350" in app.text()

    play(staged(panel), use)


def test_a_half_typed_field_is_typed_on_where_the_cursor_was(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *DONE["sizing"])
        await resized(pilot, (40, 10), (120, 40))
        await press(pilot, "5")
        assert "▸target     451" in app.text()

    play(staged(panel), use)


@pytest.mark.parametrize("mode", MODES)
def test_what_cannot_be_seen_is_not_changed(panel: Panel, tmp_path: Path, mode: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *DONE[mode])
        before = app.text()
        await resized(pilot, (40, 10))
        await press(pilot, "j", "delete", "x", "7", "enter", "escape", "question_mark", "d", "space", "tab")
        app.post_message(Paste("12"))
        await settle(pilot)
        assert app.rows() == one_line((40, 10))
        await resized(pilot, (120, 40))
        assert app.text() == before

    play(kept(panel, tmp_path), use)


@pytest.mark.parametrize("mode", MODES)
def test_q_quits_a_small_terminal_whatever_was_being_done(panel: Panel, tmp_path: Path, mode: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *DONE[mode])
        await resized(pilot, (40, 10))
        await pilot.press("q")
        assert app._exit

    play(kept(panel, tmp_path), use)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (30, 5), (59, 16)])
def test_it_starts_in_a_small_terminal_and_shows_everything_once_it_has_grown(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert app.rows() == one_line(size)
        assert nothing_but_the_line(app)
        await resized(pilot, (120, 40))
        for words in ("since ", "IWM/SPY", "WATCH", "SECTORS vs SPY", "SIZE  long IWM", "SIMULATED"):
            assert words in app.text(), words
        assert "smallcap needs" not in app.text()

    play(staged(panel), use, size)


@pytest.mark.parametrize("modal", MODALS)
def test_what_is_open_above_a_screen_stays_open(panel: Panel, tmp_path: Path, modal: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MODALS[modal])
        before, above = app.text(), app.screen
        await resized(pilot, *TINY, (120, 40))
        assert app.screen is above
        assert app.text() == before

    play(kept(panel, tmp_path), use)


def test_a_screen_that_was_away_while_the_terminal_shrank_or_grew_has_its_size(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "L", "question_mark")
        await resized(pilot, (40, 10))
        await press(pilot, "escape")
        app.frames.clear()
        await press(pilot, "escape")
        assert app.rows() == one_line((40, 10))
        assert nothing_but_the_line(app)
        app.switch_mode("dashboard")
        await settle(pilot)
        assert app.rows() == one_line((40, 10))
        await resized(pilot, (120, 40))
        app.switch_mode("macro")
        await settle(pilot)
        assert "MACRO" in app.text()
        assert "needs" not in app.rows()[0]

    play(staged(panel), use)


@pytest.mark.parametrize("mode", MODES)
def test_every_screen_is_one_of_these_with_none_of_textuals_keys(panel: Panel, mode: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, OPENS[mode])
        assert isinstance(app.screen, Full)
        assert "ctrl+i" not in app.screen._bindings.key_to_bindings
        assert not {binding.action for _, binding in app.screen._bindings} & {"app.focus_next", "copy_text"}

    play(staged(panel), use)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["d"], ["since 20", "→ ", "IWM/SPY 0.", "WATCH", "SECTORS vs SPY"]),
        (["g"], ["IWM ", " 1Y "]),
        (["g", "i"], ["1 ", "6 ", "0 none  esc"]),
        (["m"], ["21d     63d pctl   observed"]),
        (["z"], ["→ ", "SHARES by risk, stop in ATR", "BY LABEL"]),
        (["w", "4"], ["question 1 of 4"]),
        (["w"], ["1  passive", "2  active", "3  core-satellite", "4  analyst"]),
        (["S"], ["100,000.00"]),
    ],
)
def test_at_60x16_what_counts_is_in_sight(panel: Panel, keys: list[str], words: list[str]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *keys)
        for one in words:
            assert one in app.text(), one

    play(staged(panel), use, (60, 16))


def test_at_60x16_the_step_that_binds_stands_over_the_outcome(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        *_, bound, outcome, _ = app.rows()
        assert bound.startswith(" ▸")
        assert outcome.startswith("  → ")
        assert "at risk" in outcome

    play(staged(panel), use, (60, 16))
