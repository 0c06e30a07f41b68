"""The sizing screen: every input by keys, wrong ones named and kept, the account remembered, what ifs in one key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from smallcap.core import account
from smallcap.core.bars import Panel, to_day
from smallcap.core.store import Store
from smallcap.tui.screens.ask import Ask
from smallcap.tui.screens.sizing import Sizing
from smallcap.tui.widgets.ticket_view import TicketView
from textual.pilot import Pilot
from textual.widgets import Input

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


async def answer(app: Counted, pilot: Pilot[int], text: str) -> None:
    """Change the chosen field to a text and confirm it."""
    await press(pilot, "enter")
    assert isinstance(app.screen, Ask)
    app.screen.query_one(Input).value = text
    await press(pilot, "enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_every_input_every_step_and_the_outcome_are_there(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        shares = app.shown.reading.suggestion("IWM").shares
        await press(pilot, "z")
        assert isinstance(app.screen, Sizing)
        text = app.text()
        for words in (*FIELDS, "risk budget", "shares at that stop", "multiplier", "position cap", "volatility cap"):
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
        await answer(app, pilot, "1,000")
        close = app.shown.reading.panel["IWM"].close[-1]
        assert f"→ {int(1000 // close)} share" in app.text()
        assert "binds" in next(row for row in app.rows() if " binds" in row and "cash" in row)
        await press(pilot, "x", *["up"] * FIELDS.index("cash"))
        assert app.text() == before

    play(staged(panel), use)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        before = app.text()
        await chosen(pilot, "risk")
        await answer(app, pilot, "50%")
        assert isinstance(app.screen, Ask)
        assert app.screen.query_one(Input).value == "50%"
        assert "risk 50% is not from 0% to 10%" in app.text()
        await press(pilot, "escape", *["up"] * FIELDS.index("risk"))
        assert app.text() == before

    play(staged(panel), use)


def test_an_input_that_another_one_made_wrong_is_named_where_it_stands(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "stop")
        close = float(app.shown.reading.panel["IWM"].close[-1])
        await answer(app, pilot, f"{close * 0.9:.2f}")
        await press(pilot, "up")
        await answer(app, pilot, f"{close * 0.8:.2f}")
        rows = app.rows()
        at = next(y for y, row in enumerate(rows) if row.strip().startswith("stop"))
        assert "wrong" in rows[at]
        assert "is not below the entry" in rows[at + 1]
        assert "→" not in app.text()

    play(staged(panel), use)


def test_the_account_is_used_everywhere_and_remembered(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await answer(app, pilot, "50,000")
        await settle(pilot)
        await press(pilot, "up", "up")
        await answer(app, pilot, "3atr")
        await settle(pilot)
        assert app.shown.reading.settings.equity == 50_000
        assert app.shown.reading.settings.stop_atr == 3.0
        assert json.loads((tmp_path / "account.json").read_text()) == {"equity": 50_000.0, "stop_atr": 3.0}
        await press(pilot, "d")
        assert "equity 50,000" in app.text()
        assert "- 3 x ATR" in app.text()

    play(kept(panel, tmp_path), use)
    assert account.read(tmp_path / "account.json") == {"equity": 50_000.0, "stop_atr": 3.0}


def test_an_account_that_cannot_be_remembered_is_used_all_the_same(panel: Panel, tmp_path: Path):
    (tmp_path / "file").touch()

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await answer(app, pilot, "7000")
        await settle(pilot)
        assert app.shown.reading.settings.equity == 7000
        assert "the account can't be remembered" in app.text()

    play(kept(panel, tmp_path / "file"), use)


def test_n_goes_through_the_nine_states_and_back_to_what_is(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        before = app.text()
        seen = []
        for _ in range(9):
            await press(pilot, "n")
            assert view(app).assumed is not None
            seen.append(view(app).assumed)
            assert f"WHAT IF {seen[-1].words}" in app.text()
            assert "assumed" in app.text()
        assert len(set(seen)) == 9
        await press(pilot, "n")
        assert app.text() == before
        await press(pilot, "N")
        assert view(app).assumed == seen[-1]
        await press(pilot, "n", "n", "N")
        assert app.text() == before

    play(staged(panel), use, (200, 60))


def test_it_follows_the_ticker_the_date_and_the_pair(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z", "j")
        assert "SIZE  long SPY" in app.text()
        await press(pilot, "less_than_sign")
        day = to_day(panel["SPY"].sessions[-2])
        assert app.shown.reading.as_of == day
        assert f"{panel['SPY'].close[-2]:.2f}" in app.text()
        assert str(day) in app.rows()[0]

    play(staged(panel), use)


def test_nothing_is_sent_while_nothing_changes(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        app.frames.clear()
        app.tick()
        app.read_again()
        await settle(pilot)
        assert app.frames == []
        await press(pilot, "down")
        assert 0 < sum(map(len, app.frames)) < 600

    play(staged(panel), use)


def test_in_ascii_it_says_the_same(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        assert app.text().isascii()
        assert "binds" in app.text()

    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True))
    play(app, use)
