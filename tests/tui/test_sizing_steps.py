"""The sizing screen's steps: formulas whole, limits said, what if, and nothing sent while nothing changes."""

from __future__ import annotations

import re

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.tui.screens.explain import Explain
from smallcap.tui.screens.sizing import Sizing
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged
from tests.tui.test_sizing import FIELDS, answer, chosen, row_of, steps, typed, view


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
