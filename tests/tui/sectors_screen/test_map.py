"""The sectors screen's map: it follows the chosen one, says itself in words, and is explained."""

from __future__ import annotations

import re

import pytest
from smallcap.core import format as fmt
from smallcap.core.bars import Panel, to_day
from smallcap.core.rotation import read_rotation
from smallcap.tui.screens.explain import Explain
from smallcap.tui.widgets.rotation_map import RotationMap
from textual.pilot import Pilot

from tests.tui.sectors_screen.conftest import listed, row_of, view
from tests.tui.stage import Counted, play, press, staged


@pytest.mark.parametrize(("size", "table", "map_"), [((80, 24), True, False), ((120, 40), True, True)])
def test_tab_goes_to_the_map_alone_and_back(whole: Panel, size: tuple[int, int], table: bool, map_: bool):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        assert ("SECTORS" in app.text(), "ROTATION MAP" in app.text()) == (table, map_)
        before = app.text()
        await press(pilot, "tab")
        text = app.text()
        assert "CONFIRMATION" not in text
        for name in ("ROTATION MAP vs SPY", "IMPROVING", "LEADING", "LAGGING", "WEAKENING", "% from SMA63"):
            assert name in text
        assert app.screen.query_one(RotationMap).size.width == size[0] - 2
        await press(pilot, "tab")
        assert app.text() == before

    play(staged(whole), use, size)


def test_j_and_k_go_round_the_sectors_and_the_map_follows(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        names = listed(app)
        assert view(app).chosen == names[0]
        for name in [*names[1:], names[0]]:
            await press(pilot, "j")
            assert view(app).chosen == name
            assert f"▸{name}" in app.text()
            assert (f"◆{name}" in app.text() or f"{name}◆" in app.text()) == (name != "XLC")
            sector = view(app).sector
            told = f" {name} {sector.quadrant}: " if not sector.why else f" {name} {sector.name}: not on the map"
            assert told in app.text()
        await press(pilot, "up")
        assert view(app).chosen == names[-1]

    play(staged(whole), use, (200, 60))


def test_the_map_is_said_in_words_too(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        for name in ("LEADING", "WEAKENING", "LAGGING", "IMPROVING"):
            line = next(row for row in app.rows() if re.match(rf" *{name} +(strong|weak)", row))
            found = sorted(s.ticker for s in view(app).sectors if s.quadrant == name)
            assert line[27:62].split() == (found or ["none"])

    play(staged(whole), use, (120, 40))


def test_against_another_market_there_is_a_map_and_no_score(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        text = app.text()
        assert "SECTORS/QQQ" in text
        assert "ROTATION MAP vs QQQ" in text
        assert "none for IWM/QQQ" in text
        made = app.shown.reading
        for sector in read_rotation(made.panel, "QQQ", made.as_of)[3:8]:
            assert fmt.percent(sector.gap) in row_of(app, sector.ticker)
        assert "votes =" not in text

    play(staged(whole, pair="IWM/QQQ"), use)


def test_too_few_sessions_for_a_map_are_said(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        assert "none: it takes 73 sessions of a sector and SPY" in app.text()
        assert row_of(app, "XLF").count("--") == 2
        await press(pilot, "j", "j", "e")
        assert isinstance(app.screen, Explain)

    play(staged(whole, asked=to_day(whole["SPY"].sessions[40])), use)


def test_e_explains_the_score_the_map_and_the_sectors_and_the_banner_when_it_is_in_focus(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o", "e")
        assert isinstance(app.screen, Explain)
        assert "sectors (confirmation)" in app.text()
        assert "votes of the sectors" in app.text()
        first = app.text()
        await press(pilot, "pagedown")
        assert "S / SMA63(S) - 1 in %, S = sector / SPY" in first + app.text()
        await press(pilot, "e", "d", "tab", "o", "e")
        assert app.shown.focus == "banner"
        assert "regime" in app.text()

    play(staged(whole), use)
