"""The sizing screen: every input typed in place, wrong ones named and kept, the account remembered, what ifs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from smallcap.core import account
from smallcap.core.bars import Panel, to_day
from smallcap.core.store import Store
from smallcap.tui.screens.explain import Explain
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


def test_a_short_reads_the_table_from_its_other_corner(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z", "left")
        for key in ("max weight", "target vol"):
            await press(pilot, *["up"] * (9 - FIELDS.index(key)))
            await answer(pilot, "100%")
            await press(pilot, *["down"] * (8 - FIELDS.index(key)))
        await press(pilot, *["down"] * FIELDS.index("entry"))
        await answer(pilot, "100")
        await answer(pilot, "110")
        right = [row[60:].split() for row in app.rows()]
        numbers = {
            words[0]: [cell.strip("[]") for cell in words[1:]]
            for words in right
            if len(words) == 4 and words[0] in ("LEADING", "FLAT", "LAGGING")
        }
        assert numbers == {
            "LEADING": ["25", "50", "50"],
            "FLAT": ["50", "75", "100"],
            "LAGGING": ["50", "100", "125"],
        }

    play(staged(panel), use)


def test_no_step_loses_its_formula_in_a_small_terminal(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        for turned in ("long", "short"):
            assert f"SIZE  {turned}" in app.text()
            rows = steps(app).splitlines()
            assert rows[0].rstrip().endswith("▸ binds")
            assert [row[0:2].strip() for row in rows].count("▸") == 1
            for row in rows[1:8]:
                assert re.search(r" [\d.,%]+ [-+x/] .*[\d%] +\$?[\d,.]+ *$", row), row
            await press(pilot, "left")

    play(staged(panel), use, (80, 24))


@pytest.mark.parametrize("entry", ["0.05", "700,000"])
def test_formulas_fit_prices_of_any_size(panel: Panel, entry: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        stop = "0.045" if entry == "0.05" else "670,000"
        await press(pilot, "z")
        await chosen(pilot, "stop")
        await answer(pilot, "1")
        await press(pilot, "up", "up")
        await answer(pilot, entry)
        await answer(pilot, stop)
        assert "→" in steps(app)
        for row in steps(app).splitlines()[1:8]:
            assert re.search(r" ([\d.,%]+ [-+x/] .*|as given.*|\d+%( of equity)?) +\$?[\d,.]+ *$", row), row

    play(staged(panel), use, (80, 24))


def test_an_account_too_small_for_one_share_says_what_one_takes(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await typed(pilot, "20")
        outcome = next(row for row in steps(app).splitlines() if "→" in row)
        assert re.search(r"→ 0 shares +(one|1) takes \$[\d,]+ of equity", outcome)

    play(staged(panel), use, (80, 24))


def test_numbers_beyond_counting_are_said_and_end_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        for text in ("1e300", "1e18", "3e19", "1e-300"):
            await answer(pilot, text)
            await press(pilot, "up")
            assert isinstance(app.screen, Sizing), text
        await answer(pilot, "9" * 60)
        assert isinstance(app.screen, Sizing)

    play(staged(panel), use, (80, 24))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_without_volatility_the_cap_is_there_and_not_known(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        assert "the ATR is missing or 0; give a price" in row_of(app, "stop")
        await chosen(pilot, "stop")
        await answer(pilot, "1")
        row = next(row for row in steps(app).splitlines() if "volatility cap" in row)
        assert re.search(r"20% / -- +not known", row)
        assert "its own not known" in row_of(app, "target vol")

    play(staged(panel.until(panel["SPY"].sessions[10])), use, size)


def test_e_explains_the_sizing_as_it_stands(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await chosen(pilot, "equity")
        await typed(pilot, "12345")
        await press(pilot, "escape", "e")
        assert isinstance(app.screen, Explain)
        assert "12,345 x 1%" in app.text()
        await press(pilot, "escape")
        assert isinstance(app.screen, Sizing)

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
            assert f"if {seen[-1].words.lower()}" in row_of(app, "multiplier")
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
        app.frames.clear()
        await press(pilot, "enter")
        assert 0 < sum(map(len, app.frames)) < 300
        app.frames.clear()
        await press(pilot, "left", "right", "home", "end")
        assert 0 < sum(map(len, app.frames)) < 800

    play(staged(panel), use)


def test_in_ascii_it_says_the_same(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        assert app.text().isascii()
        assert "binds" in app.text()

    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True))
    play(app, use)
