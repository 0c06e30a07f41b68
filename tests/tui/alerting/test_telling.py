"""Alerts in the app are told once with a bell, at once or at the next start, and only of now."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Last, arm
from smallcap.core.bars import Panel, to_day
from smallcap.core.slate import added
from smallcap.core.triggers import parse
from textual.pilot import Pilot

from tests.tui.alerting.conftest import NOW, Alarmed, app_on, close, kept, names, next_day, play, tick, twice, typed
from tests.tui.stage import press

UPTO = 690


def until(panel: Panel, row: int) -> Panel:
    return replace(panel.until(panel["SPY"].sessions[row]), upto=None)


def test_a_last_price_is_told_once_with_one_bell_and_kept(panel: Panel, tmp_path: Path):
    level = close(panel) * 0.98

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await tick(app, pilot, close(panel))
        await typed(app, pilot, f"IWM < {level:.2f}")
        assert app.notice == f"armed: IWM below {level:.2f}"
        assert [alert.name for alert in kept(tmp_path).alerts] == ["a1"]
        await tick(app, pilot, level * 1.001)
        assert (app.bells, names(app)) == (0, (["a1"], []))
        at = app.prices.at
        for price in (level * 0.999, level * 0.998, level * 1.01, level * 0.99):
            await tick(app, pilot, price)
        assert app.notice == f"ALERT  IWM below {level:.2f}: last price {at} ET is {level * 0.999:.2f}"
        assert (app.bells, names(app)) == (1, ([], ["a1"]))

    play(app_on(panel, tmp_path), use)
    assert kept(tmp_path).alerts == ()
    (told,) = kept(tmp_path).history
    assert told.fired
    assert told.fired.value == pytest.approx(level * 0.999)


def test_a_new_close_is_told_with_its_date(panel: Panel, tmp_path: Path):
    early = until(panel, UPTO)
    level = (close(early) + close(panel)) / 2
    test, word = ("<", "below") if close(panel) < level else (">", "above")

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await typed(app, pilot, f"close IWM {test} {level:.2f}")
        assert app.bells == 0
        await next_day(app, pilot, panel)
        assert app.bells == 1
        assert app.notice.startswith(f"ALERT  IWM closes {word} {level:.2f}: close of ")
        await next_day(app, pilot, panel)
        assert app.bells == 1

    play(app_on(early, tmp_path), use)


def test_one_that_is_met_when_it_is_armed_is_told_at_once(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await typed(app, pilot, "close IWM > 1")
        day = to_day(panel["SPY"].sessions[-1])
        assert app.notice == f"ALERT  IWM closes above 1.00: close of {day} is {close(panel):.2f}"
        assert (app.bells, names(app)) == (1, ([], ["a1"]))

    play(app_on(panel, tmp_path), use)


def test_an_alert_of_before_is_told_at_the_next_start_and_not_at_the_one_after(panel: Panel, tmp_path: Path):
    early = until(panel, UPTO)
    level = (close(early) + close(panel)) / 2
    test = "<" if close(panel) < level else ">"

    async def begin(app: Alarmed, pilot: Pilot[int]) -> None:
        await typed(app, pilot, f"close IWM {test} {level:.2f}")

    async def later(app: Alarmed, pilot: Pilot[int]) -> None:
        await twice(pilot)
        rung.append(app.bells)
        assert app.notice.startswith("ALERT  IWM closes") is bool(app.bells)

    rung: list[int] = []
    play(app_on(early, tmp_path), begin)
    play(app_on(panel, tmp_path), later)
    play(app_on(panel, tmp_path), later)
    assert rung == [1, 0]
    assert len(kept(tmp_path).history) == 1


def test_nothing_is_told_or_armed_while_another_time_is_looked_at(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await press(pilot, "less_than_sign")
        await typed(app, pilot, "close IWM > 1")
        assert app.notice == "alerts are of now: T goes back to now, where they can be armed"
        Alarms(tmp_path / "alerts.json").update([partial(added, alert=alert)])
        await press(pilot, "less_than_sign")
        await twice(pilot)
        assert (app.bells, names(app)) == (0, (["a1"], []))
        await press(pilot, "T")
        await twice(pilot)
        assert (app.bells, names(app)) == (1, ([], ["a1"]))

    app = app_on(panel, tmp_path)
    alert = arm(parse("close IWM > 1"), app.shown.reading, Last(), NOW)._replace(
        since=to_day(panel["SPY"].sessions[-9])
    )
    play(app, use)
