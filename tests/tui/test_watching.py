"""`smallcap watch`, look by look on a clock that is set: what it prints and survives, and which alerts it tells."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Last, arm
from smallcap.core.bars import Origin, Panel, to_day
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.settings import Settings
from smallcap.core.slate import Slate, added
from smallcap.core.store import Store
from smallcap.core.triggers import parse
from smallcap.tui.armed import Armed
from smallcap.tui.cli import run
from smallcap.tui.notifying import notify
from smallcap.tui.outlet import Lost, Outlet
from smallcap.tui.standpoint import Standpoint
from smallcap.tui.watch_flags import Options, seconds
from smallcap.tui.watching import Watch

from tests.tui.stage import Given

FLIP = 521
"""The row of SPY's session on which the panel's label changes."""


@dataclass
class Hand:
    """A clock that is moved by hand."""

    instant: datetime
    replay: bool = False

    def now(self) -> datetime:
        return self.instant


@dataclass
class Growing(Given):
    """A source whose sessions come one by one."""

    rows: int = FLIP

    def closed(self, now: datetime) -> date:
        return to_day(self.panel["SPY"].sessions[self.rows - 1])

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        whole = super().load(now)
        return replace(whole.until(whole["SPY"].sessions[self.rows - 1]), upto=None)


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Desk:
    """A watch with everything it touches in reach."""

    source: Growing
    clock: Hand
    home: Path | None = None
    options: Options = field(default_factory=Options)
    settings: Settings = field(default_factory=Settings)
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)
    again: Callable[[], Standpoint] | None = None

    def __post_init__(self) -> None:
        self.watch = Watch(self.options, self.standpoint(), Outlet(self.out, self.err), self.reread)

    def reread(self) -> Standpoint:
        return self.again() if self.again else self.standpoint()

    def standpoint(self) -> Standpoint:
        store = Store(self.home / "store.sqlite3" if self.home else None)
        return Standpoint(self.settings, self.clock, self.source, store, None, Path("nowhere/facts.toml"))  # type: ignore[arg-type]

    def begin(self) -> list[str]:
        """The first look; what it printed."""
        self.watch.begin(patient=True)
        return self.news()

    def look(self, *, after: float = 60.0) -> list[str]:
        """A look so many seconds later; what it printed."""
        self.clock.instant += timedelta(seconds=after)
        self.watch.look()
        return self.news()

    def news(self) -> list[str]:
        lines = self.out.getvalue().splitlines()
        self.out.seek(0)
        self.out.truncate()
        return lines

    def said(self) -> list[str]:
        lines = self.err.getvalue().splitlines()
        self.err.seek(0)
        self.err.truncate()
        return lines


@pytest.fixture
def desk(panel: Panel, tmp_path: Path) -> Callable[..., Desk]:
    """Make a desk on the panel up to the session before its label changes, an hour after midnight in New York."""

    def make(**given: object) -> Desk:
        source = Growing(panel, prices={"IWM": 85.0})
        return Desk(source, Hand(datetime(2026, 11, 20, 6, tzinfo=UTC)), **{"home": tmp_path, **given})  # type: ignore[arg-type]

    return make


Make = Callable[..., Desk]


def kept(home: Path) -> Slate:
    return Alarms(home / "alerts.json").read().slate


def keep(desk: Desk, *texts: str) -> None:
    """Arm alerts as the app does."""
    assert desk.home
    standpoint = desk.standpoint()
    made = standpoint.read(standpoint.load())
    for text in texts:
        alert = arm(parse(text), made, Last(), desk.clock.now())
        Alarms(desk.home / "alerts.json").update([lambda slate, alert=alert: added(slate, alert)])


def alerts(lines: list[str]) -> list[str]:
    return [line.split(" alert ", 1)[1] for line in lines if " watching " not in line and " alert " in line]


def test_the_first_line_says_what_is_watched_and_then_only_changes_are_printed(desk: Make):
    here = desk()
    (opening,) = here.begin()
    assert opening.startswith("SIMULATED 2026-11-20T06:00:00Z 2017-01-2")
    assert "watching IWM/SPY from random walk: regime NARROW, " in opening
    assert opening.endswith("; 0 alerts armed")
    assert here.look() == []
    here.source.rows = FLIP + 1
    lines = here.look()
    day = to_day(here.source.panel["SPY"].sessions[FLIP])
    assert all(line.startswith(f"SIMULATED 2026-11-20T06:02:00Z {day} ") for line in lines)
    assert lines[0].partition(f"{day} ")[2].startswith("regime NARROW -> ")
    assert any(f"{day} leadership " in line for line in lines)
    assert here.look() == []
    assert here.said() == []


def test_json_is_one_object_a_line(desk: Make):
    here = desk(options=Options(json=True))
    (opening,) = map(json.loads, here.begin())
    assert (opening["what"], opening["before"], opening["source"]["simulated"]) == ("watching", None, True)
    here.source.rows = FLIP + 1
    found = {each["what"]: each for each in map(json.loads, here.look())}
    assert found["regime"]["before"] == "NARROW"
    assert found["regime"]["at"] == "2026-11-20T06:01:00Z"


def test_a_source_that_fails_is_said_once_keeps_the_last_reading_and_is_said_to_be_back(desk: Make):
    here = desk()
    here.begin()
    here.source.fails = "the disk is gone"
    assert here.look() == []
    (said,) = here.said()
    as_of = here.watch.follower.reading.as_of  # type: ignore[union-attr]
    assert said == f"smallcap: the source: the disk is gone; the reading of {as_of} is kept"
    here.source.fails = "the disk is still gone"
    assert (here.look(), here.said()) == ([], [])
    here.source.fails, here.source.rows = "", FLIP + 1
    assert "regime NARROW -> " in here.look(after=1)[0]
    assert here.said() == ["smallcap: the source: all right again"]


def test_an_error_that_nobody_foresaw_does_not_end_it(desk: Make, monkeypatch: pytest.MonkeyPatch):
    here = desk()
    here.begin()
    with monkeypatch.context() as broken:
        broken.setattr(Growing, "load", lambda *_, **__: 1 / 0)
        assert here.look() == []
        assert "unexpected: ZeroDivisionError" in here.said()[0]
    assert (here.look(), here.said()) == ([], ["smallcap: the source: all right again"])


def test_a_source_that_is_not_there_at_the_start_ends_it(desk: Make):
    here = desk()
    here.source.fails = "no such folder"
    with pytest.raises(SmallcapError, match="no such folder"):
        here.begin()


def test_a_machine_that_slept_tells_every_session_it_missed(desk: Make):
    here = desk()
    here.begin()
    here.source.rows = FLIP + 25
    lines = here.look(after=30 * 24 * 3600.0)
    days = [line.split()[2] for line in lines]
    assert days == sorted(days)
    assert len(set(days)) > 5
    assert sum(" regime " in line for line in lines) == 2


@pytest.mark.parametrize("seconds", [-7200.0, 59.0, 61.0])
def test_a_source_with_prices_is_read_again_every_minute_and_when_the_clock_jumps(desk: Make, seconds: float):
    here = desk()
    here.begin()
    loads = here.source.loads
    here.look(after=seconds)
    assert here.source.loads - loads == (0 if seconds == 59.0 else 1)


def test_a_session_that_closed_is_read_at_once(desk: Make):
    here = desk()
    here.begin()
    here.source.rows = FLIP + 1
    assert here.look(after=1)


def test_an_alert_of_this_run_is_told_once_and_kept_nowhere(desk: Make, tmp_path: Path):
    here = desk(options=Options(alerts=("IWM < 80", "regime not NARROW")))
    (opening,) = here.begin()
    assert opening.endswith("; 2 alerts armed")
    assert here.look(after=1) == []
    here.source.prices["IWM"] = 79.5
    assert alerts(here.look(after=1)) == ["IWM below 80.00: last price 01:00 ET is 79.50"]
    assert here.look(after=1) == []
    here.source.rows = FLIP + 1
    (told,) = alerts(here.look())
    assert told.startswith("regime of IWM/SPY is no longer NARROW: label of 2017-")
    assert not (tmp_path / "alerts.json").exists()


def test_an_alert_of_the_app_is_told_and_written_back_as_fired(desk: Make, tmp_path: Path):
    here = desk()
    keep(here, "IWM < 80", "IWM < 50")
    (opening,) = here.begin()
    assert opening.endswith("; 2 alerts armed")
    here.source.prices["IWM"] = 79.5
    assert alerts(here.look(after=1)) == ["IWM below 80.00: last price 01:00 ET is 79.50"]
    slate = kept(tmp_path)
    assert [alert.words for alert in slate.alerts] == ["IWM below 50.00"]
    assert [alert.words for alert in slate.history] == ["IWM below 80.00"]
    assert here.look(after=1) == []


def test_an_alert_armed_in_the_app_meanwhile_is_told(desk: Make):
    here = desk()
    here.begin()
    keep(here, "IWM > 100000")
    assert here.look(after=1) == []
    keep(here, "close IWM > 0.01")
    assert len(alerts(here.look(after=1))) == 1


def test_of_two_watches_one_tells_an_alert(desk: Make, tmp_path: Path):
    """Both have seen it armed; whoever writes it first tells it."""
    here, there = desk(), desk()
    keep(here, "IWM < 80")
    here.begin()
    there.begin()
    here.source.prices["IWM"] = there.source.prices["IWM"] = 79.0
    assert len(alerts(here.look(after=1))) == 1
    there.clock.instant += timedelta(seconds=1)
    # As if both had read the file before either wrote it.
    there.watch._armed._seen = _now(tmp_path)
    assert alerts(there.look(after=0)) == []
    assert len(kept(tmp_path).history) == 1


def _now(home: Path) -> tuple[int, ...]:
    found = os.stat(home / "alerts.json")
    return found.st_ino, found.st_mtime_ns, found.st_size


def test_an_alert_that_cannot_be_written_is_told_once_and_written_later(
    desk: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = desk()
    keep(here, "IWM < 80")
    here.begin()
    here.source.prices["IWM"] = 79.0
    with monkeypatch.context() as full:

        def update(*_: object) -> None:
            raise SmallcapError("alerts.json can't be written: No space left on device")

        full.setattr(Alarms, "update", update)
        assert len(alerts(here.look(after=1))) == 1
        assert here.said() == ["smallcap: the alerts: alerts.json can't be written: No space left on device"]
        assert (here.look(after=1), here.said()) == ([], [])
        assert len(kept(tmp_path).alerts) == 1
    assert (here.look(after=1), here.said()) == ([], ["smallcap: the alerts: all right again"])
    assert (kept(tmp_path).alerts, len(kept(tmp_path).history)) == ((), 1)


def test_a_broken_file_of_alerts_is_said_and_left_alone(desk: Make, tmp_path: Path):
    (tmp_path / "alerts.json").write_text("{")
    here = desk()
    assert len(here.begin()) == 1
    (said,) = here.said()
    assert "the file is left alone" in said
    assert (here.look(), here.said()) == ([], [])
    assert (tmp_path / "alerts.json").read_text() == "{"


def test_the_same_alert_in_both_places_is_told_once(desk: Make, tmp_path: Path):
    here = desk(options=Options(alerts=("close IWM > 0.01",)))
    keep(here, "close IWM > 0.01")
    assert len(alerts(here.begin())) == 1
    assert len(kept(tmp_path).history) == 1


def test_an_alert_on_a_ticker_that_is_not_there_ends_it(desk: Make):
    here = desk(options=Options(alerts=("IWMM < 90",)))
    with pytest.raises(SmallcapError, match="did you mean IWM"):
        here.begin()
    with pytest.raises(UsageError, match="can't be read: write it like"):
        Armed(None, ("IWM ? 90",))


def test_hanging_up_with_somebody_there_reads_the_configuration_anew(desk: Make):
    here = desk()
    here.begin()
    here.settings = Settings(pair="IWM/QQQ")
    assert here.look() == []
    here.watch.hang_up()
    (opening,) = here.look(after=1)
    assert "watching IWM/QQQ from random walk: " in opening
    assert here.said() == ["smallcap: the configuration was read anew"]
    assert here.look() == []


def test_a_wrong_configuration_keeps_the_old_one(desk: Make):
    here = desk()
    here.begin()

    def refuse() -> Standpoint:
        raise UsageError("smallcap.toml: 'equty' is not a key; did you mean equity?")

    here.again = refuse
    here.watch.hang_up()
    assert here.look() == []
    assert here.said() == [
        "smallcap: smallcap.toml: 'equty' is not a key; did you mean equity?; the configuration stays as it was"
    ]
    here.source.rows = FLIP + 1
    assert "regime NARROW -> " in here.look()[0]


def test_a_configuration_whose_pair_is_not_there_keeps_the_last_reading(desk: Make):
    here = desk()
    here.begin()
    here.settings = Settings(pair="IWM/SPX")
    here.watch.hang_up()
    assert here.look() == []
    said = here.said()
    assert any("ticker 'SPX' is not in random walk" in line and "is kept" in line for line in said)
    here.settings = Settings()
    here.watch.hang_up()
    assert here.look() == []
    assert "smallcap: the source: all right again" in here.said()


def test_another_source_after_a_reload_is_announced_and_not_compared(desk: Make, panel: Panel):
    here = desk()
    here.begin()
    real = Growing(replace(panel, origin=Origin("CSV folder", False, "")), rows=FLIP + 20, simulated=False)
    here.settings, here.source = Settings(source="folder"), real
    here.watch.hang_up()
    (opening,) = here.look()
    assert opening.startswith("2026-11-20T06:01:00Z ")
    assert "watching IWM/SPY from CSV folder" in opening


def test_a_bell_rings_on_a_terminal_unless_it_is_off(desk: Make):
    for err, bell, rings in ((Tty(), True, 1), (Tty(), False, 0), (io.StringIO(), True, 0)):
        here = desk(err=err, settings=Settings(bell=bell))
        here.begin()
        assert "\a" not in err.getvalue()
        here.source.rows = FLIP + 1
        lines = here.look()
        assert err.getvalue().count("\a") == rings
        assert not any("\a" in line or "\x1b" in line for line in lines)


def test_a_notification_is_one_sequence_that_nothing_can_break_out_of(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    err = Tty()
    notify(err, "IWM\x1b]0;own\a below; 4;3", bell=True, kind="9")
    assert err.getvalue() == "\a\x1b]9;smallcap: IWM?]0,own? below, 4,3\a"
    err = Tty()
    notify(err, "x\x9c" * 500, bell=False, kind="777")
    assert err.getvalue() == f"\x1b]777;notify;smallcap;{'x?' * 100}\a"
    for err, term in ((io.StringIO(), "xterm"), (Tty(), "dumb")):
        monkeypatch.setenv("TERM", term)
        notify(err, "words", bell=False, kind="9")
        assert err.getvalue() == ""


def test_a_command_gets_the_change_and_the_report_and_the_start_runs_nothing(desk: Make, tmp_path: Path):
    hook = tmp_path / "hook"
    hook.write_text(f'#!/bin/sh\ncat >"{tmp_path}/document"\nprintf %s "$SMALLCAP_CHANGE" >"{tmp_path}/change"\n')
    hook.chmod(0o755)
    here = desk(options=Options(command=str(hook)))

    async def use() -> list[str]:
        here.begin()
        executor = here.watch._executor
        assert executor is not None
        assert executor._task is None
        here.source.rows = FLIP + 1
        lines = here.look()
        await executor.finish()
        return lines

    lines = asyncio.run(use())
    assert (tmp_path / "change").read_text().splitlines() == lines
    made = json.loads((tmp_path / "document").read_text())
    assert made["regime"]["label"] == lines[0].rpartition(" ")[2]
    assert here.said() == []


def test_a_closed_output_is_lost_and_a_full_disk_is_said(desk: Make):
    class Shut(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError(32, "Broken pipe")

    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(Lost):
        desk(out=Shut()).begin()
    with pytest.raises(SmallcapError, match="standard output can't be written: No space left on device"):
        desk(out=Full()).begin()


def test_a_reader_that_went_away_is_noticed_without_writing():
    reader, writer = os.pipe()
    outlet = Outlet(io.StringIO(), io.StringIO(), [writer])
    assert not outlet.gone()
    os.close(reader)
    assert outlet.gone()
    os.close(writer)
    main, inner = os.openpty()
    outlet = Outlet(io.StringIO(), io.StringIO(), [inner])
    assert not outlet.gone()
    os.close(main)
    assert outlet.gone()
    os.close(inner)


def test_what_runs_for_days_collects_its_garbage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMALLCAP_HOME", str(tmp_path))
    monkeypatch.setenv("SMALLCAP_NOW", "2026-11-20T15:00:00Z")
    gc.disable()
    try:
        assert run(["watch", "--once"]) == 0
        assert gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ["0", "-1", "nan", "soon", "3601", "1e9"])
def test_seconds_that_make_no_sense_are_refused(text: str):
    with pytest.raises(UsageError, match="--every"):
        seconds("--every", text)
    assert seconds("--every", "0.5") == 0.5
