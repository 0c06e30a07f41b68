"""`smallcap watch` rings, notifies, runs a command, and lives with an output that is gone."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
from pathlib import Path

import pytest
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.settings import Settings
from smallcap.tui.cli import run
from smallcap.tui.notifying import notify
from smallcap.tui.outlet import Lost, Outlet
from smallcap.tui.watch_flags import Options, seconds

from tests.tui.watching.conftest import FLIP, Make


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


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
