"""The screen of alerts: used by keys alone, saying what is wrong, and sending little."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Last, arm
from smallcap.core.bars import Panel
from smallcap.core.slate import added
from smallcap.core.triggers import parse
from smallcap.tui.screens.alerts import Alerts
from smallcap.tui.screens.ask import Ask
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.alerting.conftest import NOW, Alarmed, app_on, close, kept, names, next_day, play, tick, twice, typed
from tests.tui.stage import Still, press


async def ask(app: Alarmed, pilot: Pilot[int], text: str) -> None:
    await press(pilot, "n")
    assert isinstance(app.screen, Ask)
    app.screen.query_one(Input).value = text
    await press(pilot, "enter")
    await twice(pilot)


def line(app: Alarmed, words: str) -> str:
    return next(row for row in app.rows() if words in row)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_list_is_used_by_keys_alone(panel: Panel, tmp_path: Path, size: tuple[int, int]):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await press(pilot, "A")
        assert "none yet: n asks for one" in app.text()
        assert "regime of IWM/SPY becomes RISK-OFF" in app.text()
        await ask(app, pilot, "close IWM < 1")
        await ask(app, pilot, "volume IWM")
        assert line(app, "IWM closes below 1.00").startswith(" ▸● a1")
        assert f"close {close(panel):,.2f}, " in app.text()
        assert "% above 1.00" in app.text()
        await press(pilot, "j")
        assert line(app, "volume event of IWM").startswith(" ▸● a2")
        await press(pilot, "z")
        assert app.notice.startswith("a2 is silent until ")
        assert "1 armed, 1 silent, 0 fired" in app.text()
        assert line(app, "volume event of IWM").startswith(" ▸○ a2")
        await press(pilot, "u")
        assert "2 armed, 0 silent, 0 fired" in app.text()
        assert line(app, "volume event of IWM").startswith(" ▸● a2")
        await press(pilot, "delete")
        assert "1 armed, 0 silent, 0 fired" in app.text()
        assert app.notice == "a2 is disarmed: volume event of IWM"
        await press(pilot, "escape")
        assert not isinstance(app.screen, Alerts)

    play(app_on(panel, tmp_path), use, size)
    assert [alert.words for alert in kept(tmp_path).alerts] == ["IWM closes below 1.00"]


def test_the_chosen_alert_stays_chosen_wherever_it_goes(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        for text in ("close IWM < 1", "volume IWM", "rsi IWM < 1"):
            await typed(app, pilot, text)
        await press(pilot, "A", "z")
        await twice(pilot)
        assert line(app, "IWM closes below 1.00").startswith(" ▸○ a1")
        await press(pilot, "delete")
        await twice(pilot)
        assert names(app) == (["a2", "a3"], [])
        assert line(app, "RSI(14) of IWM below 1").startswith(" ▸● a3")

    play(app_on(panel, tmp_path), use)


def test_what_was_told_is_armed_again_and_not_told_until_it_was_unmet(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await press(pilot, "A")
        await ask(app, pilot, "close IWM > 1")
        assert "FIRED  newest first" in app.text()
        assert app.notice.startswith("ALERT  ")
        await press(pilot, "u")
        await twice(pilot)
        assert (app.bells, names(app)) == (1, (["a1"], ["a1"]))
        assert "met when armed again" in app.text()
        await next_day(app, pilot, panel)
        assert app.bells == 1
        await press(pilot, "u")
        assert app.notice == "armed already: IWM closes above 1.00"

    play(app_on(panel, tmp_path), use)


def test_what_is_wrong_is_said_beside_the_question(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await press(pilot, "A")
        await ask(app, pilot, "rsi < 35")
        assert isinstance(app.screen, Ask)
        assert "write it like rsi IWM < 35" in app.text()
        await press(pilot, "escape")
        await ask(app, pilot, "NIL < 1")
        assert app.notice.startswith("ticker 'NIL' is not in ")
        assert app.slate is None

    play(app_on(panel, tmp_path), use)


def test_a_snoozed_alert_is_silent_until_the_exchange_opens(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await tick(app, pilot, close(panel))
        await typed(app, pilot, "IWM < 1")
        await press(pilot, "A", "z")
        await tick(app, pilot, 0.5)
        assert app.bells == 0
        clock = app.standpoint.clock
        app.standpoint = app.wanted = app.standpoint.but(clock=Still(clock.now() + timedelta(days=5)))
        await tick(app, pilot, 0.4)
        assert app.bells == 1
        assert app.notice.endswith("is 0.40")

    play(app_on(panel, tmp_path), use)


def test_nothing_is_sent_while_nothing_changes(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await tick(app, pilot, close(panel))
        await typed(app, pilot, "IWM < 1")
        await press(pilot, "A")
        app.frames.clear()
        app.tick()
        app.read_again()
        await twice(pilot)
        assert app.frames == []
        await tick(app, pilot, close(panel) + 0.01)
        assert 0 < sum(map(len, app.frames)) < 800

    play(app_on(panel, tmp_path), use)


def test_in_ascii_it_says_the_same(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await press(pilot, "A")
        await ask(app, pilot, "close IWM < 1")
        await ask(app, pilot, "close IWM > 1")
        assert app.text().isascii()
        assert "IWM closes below 1.00" in app.text()

    play(app_on(panel, tmp_path, ascii_only=True), use, (80, 24))


def test_hostile_words_in_the_file_do_nothing_on_the_screen(panel: Panel, tmp_path: Path):
    alarms = Alarms(tmp_path / "alerts.json")
    app = app_on(panel, tmp_path)
    alert = arm(parse("close IWM < 1"), app.shown.reading, Last(), NOW)
    alarms.update([partial(added, alert=alert._replace(words="\x1b[2J[red]x[/]\n\u202e" + "漢" * 300))])
    found = json.loads(alarms.path.read_text())
    assert found["alerts"][0]["words"].startswith("\x1b")

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await press(pilot, "A")
        await twice(pilot)
        assert "?[2J[red]x[/]??" in app.text()
        assert "\x1b" not in app.text()

    play(app, use)
