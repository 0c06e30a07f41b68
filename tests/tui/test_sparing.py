"""Low bandwidth: chosen, or found out where the terminal is far away; one that was put away is drawn anew."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path
from threading import Timer

import pytest
from smallcap.core.bars import Panel
from smallcap.tui.crop import WHERE
from smallcap.tui.sparing import OFF, SPARING, is_remote
from textual import constants
from textual.events import CursorPosition
from textual.pilot import Pilot

from tests import terminal
from tests.terminal import Terminal
from tests.tui.stage import Counted, play, settle, staged

APP = (sys.executable, "-m", "smallcap.tui")
LOCAL = {"SSH_CONNECTION": "", "SSH_TTY": ""}


def test_a_line_is_remote_where_ssh_says_so():
    assert is_remote({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"})
    assert is_remote({"SSH_TTY": "/dev/pts/1"})
    assert not is_remote({"SSH_AGENT_PID": "1", "SSH_TTY": ""})


async def answer(app: Counted, pilot: Pilot[int], seconds: float) -> None:
    """The terminal answers after so long."""
    event = CursorPosition(0, 0)
    event.time = (app._asked or 0.0) + seconds
    app.post_message(event)
    await settle(pilot)


@pytest.mark.parametrize(
    ("chosen", "remote", "seconds", "spares"),
    [
        ("auto", True, 0.2, True),
        ("auto", True, 0.03, False),
        ("auto", False, 0.2, False),
        ("off", True, 0.2, False),
        ("on", False, 0.0, True),
    ],
)
def test_nothing_is_dimmed_where_it_was_chosen_or_the_line_is_slow(
    panel: Panel, chosen: str, remote: bool, seconds: float, spares: bool
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await answer(app, pilot, seconds)
        assert app.has_class(SPARING) == spares
        assert (OFF in app.notice) == (spares and chosen == "auto")
        assert len(app.notice) <= 76
        app.notice = ""
        await answer(app, pilot, seconds + 1)
        assert not app.notice, "an answer that nobody asked for"

    app = staged(panel, low_bandwidth=chosen)
    app.remote = remote
    play(app, use, (80, 24))


@pytest.mark.parametrize(("chosen", "system"), [("on", "standard"), ("auto", "truecolor"), ("off", "truecolor")])
def test_the_colours_are_few_only_where_that_was_chosen(
    panel: Panel, chosen: str, system: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    app = staged(panel, low_bandwidth=chosen)
    assert app.console.color_system == system
    assert app.theme.endswith("-16") == (chosen == "on")


def opened(tmp_path: Path, *flags: str, **env: str) -> Terminal:
    return Terminal([*APP, *flags], {"SMALLCAP_HOME": str(tmp_path), **LOCAL, **env}, tmp_path)


def test_a_slow_line_is_found_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr(terminal, "ANSWERS", tuple(row for row in terminal.ANSWERS if row[0] != WHERE.encode()))
    with_ssh = opened(tmp_path, SSH_CONNECTION="10.0.0.1 5 10.0.0.2 22")

    def late(position: str) -> None:
        asked.append("WATCH" in with_ssh.text() and position)
        Timer(0.15, os.write, (with_ssh.fd, position.encode())).start()

    with_ssh.screen.write_process_input = late
    with_ssh.wait_for("slow line, ")
    assert OFF in with_ssh.text()
    assert asked == ["\x1b[1;1R"], "asked once, with the first screen there"
    with_ssh.press("q")
    assert with_ssh.wait_for_end() == 0


def stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def test_a_terminal_that_was_put_away_is_drawn_anew(tmp_path: Path):
    opens = opened(tmp_path, "--low-bandwidth")
    opens.wait_for("WATCH")
    os.kill(opens.pid, signal.SIGTSTP)
    end = time.monotonic() + 20
    while not stopped(opens.pid) or select.select([opens.fd], [], [], 0.01)[0]:
        assert time.monotonic() < end
        if select.select([opens.fd], [], [], 0.01)[0]:
            os.read(opens.fd, 1 << 16)
    opens.screen.reset()
    os.kill(opens.pid, signal.SIGCONT)
    opens.wait_for("WATCH")
    opens.wait_for("COMPOSITE")
    opens.press("q")
    assert opens.wait_for_end() == 0
