"""Alerts in the app: armed by keys or from a plan, told once with a bell, kept, and never in the screen's way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Last, arm, check
from smallcap.core.bars import Panel, to_day
from smallcap.core.framework.plan import Condition, Plan, Standing
from smallcap.core.slate import Slate, added, changed
from smallcap.core.store import Store
from smallcap.core.triggers import parse
from smallcap.tui.alerting import Alerting
from smallcap.tui.messages import AlertTyped, AlertWanted
from smallcap.tui.screens.alerts import Alerts
from smallcap.tui.screens.ask import Ask
from smallcap.tui.stage import Stage
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from tests.tui.stage import Counted, Given, Still, press, settle, staged
from tests.tui.stage import play as played

UPTO = 690
NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def _alerts() -> Screen[None]:
    return Alerts().data_bind(Stage.scene, Stage.prices, Stage.notice, Alerting.slate)


class Alarmed(Counted, Alerting):
    """The app with alerts and their screen, its bells counted."""

    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {**Counted.MODES, "alerts": _alerts}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("A", "show_mode('alerts')", "alerts", show=False)]
    bells = 0

    def bell(self) -> None:
        self.bells += 1


Act = Callable[[Alarmed, Pilot[int]], object]


def until(panel: Panel, row: int) -> Panel:
    return replace(panel.until(panel["SPY"].sessions[row]), upto=None)


def app_on(panel: Panel, home: Path | None, *, ascii_only: bool = False) -> Alarmed:
    """The app on a panel, an hour after its last close, with a folder to keep things in."""
    standpoint = staged(panel).standpoint
    return Alarmed(standpoint.but(store=Store(home / "store.sqlite3" if home else None)), ascii_only=ascii_only)


def play(app: Alarmed, act: Act, size: tuple[int, int] = (120, 40)) -> None:
    played(app, act, size)  # type: ignore[arg-type]


def source(app: Alarmed) -> Given:
    assert isinstance(app.standpoint.source, Given)
    return app.standpoint.source


def close(panel: Panel, row: int = -1) -> float:
    return float(panel["IWM"].close[row])


def kept(home: Path) -> Slate:
    return Alarms(home / "alerts.json").read().slate


def names(app: Alarmed) -> tuple[list[str], list[str]]:
    assert app.slate is not None
    return [alert.name for alert in app.slate.alerts], [alert.name for alert in app.slate.history]


async def typed(app: Alarmed, pilot: Pilot[int], text: str) -> None:
    """Arm an alert without its screen."""
    app.post_message(AlertTyped(text))
    await twice(pilot)


async def twice(pilot: Pilot[int]) -> None:
    """Until the file is written and what came back from it is taken over."""
    for _ in range(3):
        await settle(pilot)


async def tick(app: Alarmed, pilot: Pilot[int], price: float) -> None:
    source(app).prices = {"IWM": price}
    app.tick()
    await twice(pilot)


async def next_day(app: Alarmed, pilot: Pilot[int], panel: Panel) -> None:
    """The source has new closes."""
    source(app).panel = panel
    app.read_again()
    await twice(pilot)


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


# The screen.


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
