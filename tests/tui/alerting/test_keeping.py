"""Alerts in the app are kept: whatever happens to the file, and beside another smallcap."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Last, arm, check
from smallcap.core.bars import Panel
from smallcap.core.framework.plan import Condition, Plan, Standing
from smallcap.core.slate import added, changed
from smallcap.core.triggers import parse
from smallcap.tui.messages import AlertTyped, AlertWanted
from textual.pilot import Pilot

from tests.tui.alerting.conftest import NOW, Alarmed, app_on, close, kept, names, next_day, play, tick, twice, typed
from tests.tui.stage import settle


def plan(panel: Panel, *ends: Condition) -> Plan:
    day = str(panel["SPY"].sessions[-1])
    made = Standing(day, "IWM/SPY", "NEUTRAL", day, None, "the demo", True)
    return Plan("active", "Buy IWM", {}, made, {}, (), (), ends)


def test_what_ends_a_plan_is_armed_once(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        now = app.shown.reading.regime.regime.label
        ends = (
            Condition("IWM closes below the stop, 1.00", "IWM", True, 1.0),
            Condition(f"the label is no longer {now}", regime=now),
            Condition("the fee is no longer 0.19% a year"),
        )
        for _ in range(2):
            app.post_message(AlertWanted(plan(panel, *ends), "p3"))
            await twice(pilot)
        assert app.notice == "armed already: IWM closes below the stop, 1.00 (p3)"
        assert [alert.words for alert in kept(tmp_path).alerts] == [
            "IWM closes below the stop, 1.00 (p3)",
            f"the label is no longer {now} (p3)",
        ]
        app.post_message(AlertWanted(plan(panel, ends[2])))
        await twice(pilot)
        assert app.notice == "no alert to arm: what ends this plan is neither a price nor the label"
        passed = Condition("IWM closes below the stop, 9999.00", "IWM", True, 9999.0)
        app.post_message(AlertWanted(plan(panel, passed), "p4"))
        await twice(pilot)
        assert app.notice.startswith("ALERT  IWM closes below the stop, 9999.00 (p4): close of ")

    play(app_on(panel, tmp_path), use)


def test_what_cannot_be_written_is_said_once_armed_all_the_same_and_written_later(panel: Panel, tmp_path: Path):
    home = tmp_path / "home"
    home.touch()
    level = close(panel) * 0.98

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await tick(app, pilot, close(panel))
        await typed(app, pilot, f"IWM < {level:.2f}")
        await typed(app, pilot, "IWM < 1")
        assert len(names(app)[0]) == 2
        app.notice = ""
        await next_day(app, pilot, panel)
        assert app.notice == ""
        await tick(app, pilot, level * 0.99)
        assert app.notice.startswith(f"ALERT  IWM below {level:.2f}")
        assert app.bells == 1
        home.unlink()
        await next_day(app, pilot, panel)
        assert [alert.words for alert in kept(home).alerts] == ["IWM below 1.00"]
        assert len(kept(home).history) == 1
        assert app.bells == 1

    play(app_on(panel, home), use)


def test_a_folder_that_cannot_be_written_is_said_when_something_is_armed(panel: Panel, tmp_path: Path):
    (tmp_path / "home").touch()

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await typed(app, pilot, "close IWM < 1")
        assert "alerts.json can't be written, so nothing in it was changed: " in app.notice
        assert "alerts.json can't be written" in app.text()
        assert names(app) == (["a1"], [])

    play(app_on(panel, tmp_path / "home"), use)


def test_what_is_armed_while_the_file_is_looked_for_is_written(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        app.show(reading=replace(app.shown.reading))
        app.post_message(AlertTyped("close IWM < 1"))
        await twice(pilot)
        assert [alert.name for alert in kept(tmp_path).alerts] == ["a1"]

    play(app_on(panel, tmp_path), use)


def test_a_file_that_cannot_be_read_is_said_and_not_lost(panel: Panel, tmp_path: Path):
    (tmp_path / "alerts.json").write_text("{")

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await twice(pilot)
        assert "so the file is left alone: it is not one whole JSON document" in app.notice
        await typed(app, pilot, "close IWM < 1")
        assert names(app) == (["a1"], [])
        assert (tmp_path / "alerts.json").read_text() == "{"

    play(app_on(panel, tmp_path), use)


def test_without_a_folder_alerts_last_as_long_as_the_app(panel: Panel):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        await tick(app, pilot, close(panel))
        await typed(app, pilot, "IWM < 1")
        assert "there is no folder to keep alerts in" in app.notice
        await tick(app, pilot, 0.5)
        assert (app.bells, names(app)) == (1, ([], ["a1"]))

    play(app_on(panel, None), use)


def test_what_another_smallcap_arms_and_tells_is_seen_here(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        other = Alarms(tmp_path / "alerts.json")
        reading = app.shown.reading
        other.update([partial(added, alert=arm(parse("close IWM < 1"), reading, Last(), NOW))])
        await next_day(app, pilot, panel)
        assert names(app) == (["a1"], [])
        low = replace(
            reading, panel=replace(panel, bars={"IWM": replace(panel["IWM"], close=panel["IWM"].close / 1e9)})
        )
        told = check([other.read().slate.alerts[0]._replace(reference=None)], low, Last(), NOW)
        other.update([partial(changed, alerts=told)])
        for _ in range(2):
            await next_day(app, pilot, panel)
        assert (app.bells, names(app)) == (1, ([], ["a1"]))
        assert app.notice.startswith("ALERT  IWM closes below 1.00")

    play(app_on(panel, tmp_path), use)


def test_what_another_smallcap_arms_is_seen_though_the_source_says_what_it_said(panel: Panel, tmp_path: Path):
    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        reading = app.shown.reading
        Alarms(tmp_path / "alerts.json").update(
            [partial(added, alert=arm(parse("close IWM < 1"), reading, Last(), NOW))]
        )
        app.read_again()
        await settle(pilot)
        await settle(pilot)
        assert app.shown.reading is reading
        assert names(app) == (["a1"], [])

    play(app_on(panel, tmp_path), use)


def test_the_screen_never_waits_for_the_file(panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gate, here = threading.Event(), threading.current_thread()
    true = Alarms.update

    def slow(self: Alarms, changes: object) -> object:
        assert threading.current_thread() is not here
        gate.wait(30)
        return true(self, changes)  # type: ignore[arg-type]

    monkeypatch.setattr(Alarms, "update", slow)

    async def use(app: Alarmed, pilot: Pilot[int]) -> None:
        app.post_message(AlertTyped("close IWM > 1"))
        app.post_message(AlertTyped("close IWM < 1"))
        await pilot.pause()
        await pilot.pause()
        assert (app.bells, names(app)) == (1, (["a2"], ["a1"]))
        gate.set()
        await twice(pilot)
        assert names(app) == (["a2"], ["a1"])
        assert (len(kept(tmp_path).alerts), len(kept(tmp_path).history)) == (1, 1)

    play(app_on(panel, tmp_path), use)
