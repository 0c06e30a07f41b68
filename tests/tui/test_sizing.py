"""The sizing screen typed into: every input in place, wrong ones named and kept, the account remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from smallcap.core import account
from smallcap.core.bars import Panel
from smallcap.core.store import Store
from smallcap.tui.screens.sizing import Sizing
from smallcap.tui.widgets.ticket_view import TicketView
from textual.events import Paste
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged

FIELDS = ["side", "entry", "stop", "target", "equity", "cash", "risk", "max weight", "target vol"]


def kept(panel: Panel, home: Path, **chosen: object) -> Counted:
    """The app with a folder to keep things in."""
    app = staged(panel, **chosen)
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


def view(app: Counted) -> TicketView:
    return app.screen.query_one(TicketView)


async def chosen(pilot: Pilot[int], name: str) -> None:
    """Go down to a field."""
    await press(pilot, *["down"] * FIELDS.index(name))


async def typed(pilot: Pilot[int], text: str) -> None:
    """Type a text in place of what is in the chosen field."""
    await press(pilot, "enter", "ctrl+u", *text)


async def answer(pilot: Pilot[int], text: str) -> None:
    """Change the chosen field to a text and keep it, which goes on to the next one."""
    await typed(pilot, text)
    await press(pilot, "enter")


def row_of(app: Counted, name: str) -> str:
    """The row of a field or of a step."""
    return next(row for row in app.rows() if row[1:].lstrip("▸> ").startswith(name))


def steps(app: Counted) -> str:
    """The left column from the steps on."""
    rows = app.rows()
    at = next(y for y, row in enumerate(rows) if row.strip().startswith("STEPS"))
    return "\n".join(row[: len(row) // 2] for row in rows[at:-1])


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_every_input_every_step_and_the_outcome_are_there(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        shares = app.shown.reading.suggestion("IWM").shares
        await press(pilot, "z")
        assert isinstance(app.screen, Sizing)
        text = app.text()
        for words in (*FIELDS, "risk budget", "at that stop", "multiplier", "position cap", "volatility cap", "cash"):
            assert words in text, words
        assert f"→ {shares} share" in text
        assert "WHAT IF ratio and sectors were" in text
        assert "LAGGING" in text
        assert "BY LABEL" in text or size == (80, 24)
        assert app.rows()[0].endswith(f"{app.shown.reading.as_of} close ")
        await press(pilot, "escape")
        assert not isinstance(app.screen, Sizing)

    play(staged(panel), use, size)


def test_a_change_is_worked_out_at_once_and_the_default_comes_back(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        before = app.text()
        await chosen(pilot, "cash")
        await answer(pilot, "1,000")
        close = app.shown.reading.panel["IWM"].close[-1]
        assert f"→ {int(1000 // close)} share" in app.text()
        assert "binds" in next(row for row in app.rows() if " binds" in row and "cash" in row)
        await press(pilot, "up", "x", *["up"] * FIELDS.index("cash"))
        assert app.text() == before

    play(staged(panel), use)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "risk")
        before = steps(app)
        await answer(pilot, "50%")
        assert view(app).editing
        assert "▸risk       50%   ! is not from 0% to 10%" in row_of(app, "risk")
        assert "STEPS of the last sound inputs" in steps(app)
        assert [row[13:] for row in steps(app).splitlines()[2:6]] == [row[13:] for row in before.splitlines()[2:6]]
        await press(pilot, "escape")
        assert not view(app).editing
        assert "50%  ! is not from 0% to 10%" in row_of(app, "risk")
        assert "none: risk 50% is not from 0% to 10%" in steps(app)
        assert "→" not in steps(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, Sizing)
        await press(pilot, "z")
        assert "50%  ! is not from 0% to 10%" in row_of(app, "risk")
        await press(pilot, "x")
        assert steps(app) == before

    play(staged(panel), use)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_an_input_that_another_one_made_wrong_is_named_where_it_stands(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "stop")
        close = float(app.shown.reading.panel["IWM"].close[-1])
        await answer(pilot, f"{close * 0.9:.2f}")
        await press(pilot, "up", "up")
        await answer(pilot, f"{close * 0.8:.2f}")
        assert f"  ! is not below the entry, {close * 0.8:.2f}, and above 0" in row_of(app, "stop")
        assert "→" not in steps(app)

    play(staged(panel), use, size)


def test_every_key_is_worked_out_at_once(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await press(pilot, "enter", "ctrl+u")
        assert "100,000 when empty" in row_of(app, "equity")
        for key, equity in (("5", "5"), ("0", "50"), ("0", "500"), ("0", "5,000"), ("home", "5,000"), ("1", "15,000")):
            await press(pilot, key)
            assert f"{equity} x 1%" in row_of(app, "risk budget")
        await press(pilot, "right", "delete", "end", "backspace")
        assert "▸equity     150 " in row_of(app, "equity")
        assert "150 x 1%" in row_of(app, "risk budget")
        assert "not kept" in row_of(app, "equity")
        assert app.shown.reading.settings.equity == 100_000

    play(staged(panel), use)


def test_while_a_field_is_typed_in_the_keys_of_the_app_are_characters(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "stop")
        await typed(pilot, "dzqjnNxe+-?/[]<>")
        assert isinstance(app.screen, Sizing)
        assert "dzqjnNxe+-?/[]<>" in row_of(app, "stop")
        assert app.shown.ticker == "IWM"
        assert view(app).assumed is None

    play(staged(panel), use)


def test_a_digit_begins_and_what_is_pasted_is_typed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await press(pilot, "7", "5", "0", "0", "tab")
        assert "7500" in row_of(app, "equity")
        assert not view(app).editing
        app.post_message(Paste("1,2\x1b[0m34\nq"))
        await settle(pilot)
        assert "▸cash       1,2[0m34" in row_of(app, "cash")
        assert view(app).editing
        await press(pilot, "ctrl+u")
        app.post_message(Paste("2,000"))
        await settle(pilot)
        await press(pilot, "shift+tab")
        assert "2,000 / " in next(row for row in steps(app).splitlines() if "cash" in row)
        assert "▸equity" in row_of(app, "equity")

    play(staged(panel), use)


def test_no_target_is_an_answer_and_no_equity_is_not(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "target")
        assert "2.00 R" in row_of(app, "target")
        await answer(pilot, "")
        assert "target     --" in row_of(app, "target")
        assert "KELLY" not in app.text()
        await answer(pilot, "")
        assert "equity     100,000" in row_of(app, "equity")

    play(staged(panel), use)


def test_plus_and_minus_step_the_field_and_arrows_turn_the_side(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z", "left")
        assert "SIZE  short IWM" in app.text()
        assert "borrow extra" in row_of(app, "side")
        assert "what it costs to borrow" in steps(app)
        await press(pilot, "plus")
        assert "SIZE  long IWM" in app.text()
        await press(pilot, "down", "down", "plus", "right")
        assert "2.5atr" in row_of(app, "stop")
        assert "+ 2.5 x ATR" in next(row for row in steps(app).splitlines() if "stop" in row)
        await press(pilot, "minus", "minus")
        assert "1.5atr" in row_of(app, "stop")

    play(staged(panel), use)


def test_the_account_is_used_everywhere_and_remembered(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await typed(pilot, "50,000")
        await settle(pilot)
        assert app.shown.reading.settings.equity == 100_000
        await press(pilot, "enter")
        await settle(pilot)
        assert "not kept" not in row_of(app, "equity")
        await press(pilot, "up", "up", "up")
        await answer(pilot, "3atr")
        await settle(pilot)
        assert app.shown.reading.settings.equity == 50_000
        assert app.shown.reading.settings.stop_atr == 3.0
        assert json.loads((tmp_path / "account.json").read_text()) == {"equity": 50_000.0, "stop_atr": 3.0}
        await press(pilot, "d")
        assert "equity 50,000" in app.text()
        assert "- 3 x ATR" in app.text()

    play(kept(panel, tmp_path), use)
    assert account.read(tmp_path / "account.json") == {"equity": 50_000.0, "stop_atr": 3.0}


@pytest.mark.parametrize("on", ["down", "d", "e"])
def test_what_was_stepped_is_remembered_when_one_goes_on(panel: Panel, tmp_path: Path, on: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "risk")
        await press(pilot, "plus", "plus")
        assert app.shown.reading.settings.risk_fraction == 0.01
        await press(pilot, on)
        await settle(pilot)
        assert app.shown.reading.settings.risk_fraction == 0.015

    play(kept(panel, tmp_path), use)


def test_what_is_left_by_esc_stays_in_the_field_and_is_not_remembered(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await typed(pilot, "50,000")
        await press(pilot, "escape", "escape", "z")
        assert "50,000" in row_of(app, "equity")
        assert "not kept" in row_of(app, "equity")
        assert app.shown.reading.settings.equity == 100_000
        assert not (tmp_path / "account.json").exists()

    play(kept(panel, tmp_path), use)


def test_an_account_that_cannot_be_remembered_is_used_all_the_same(panel: Panel, tmp_path: Path):
    (tmp_path / "file").touch()

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await answer(pilot, "7000")
        await settle(pilot)
        assert app.shown.reading.settings.equity == 7000
        assert "the account can't be remembered" in app.text()

    play(kept(panel, tmp_path / "file"), use)
