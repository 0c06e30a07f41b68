"""`smallcap doctor` in a real terminal: it is told as it is and left as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from smallcap.tui import doctor_asking

from tests.tui.doctoring.conftest import BARE, DOCTOR, XTERM, checked

DEADLINE = 60.0
ANSWERS = {
    b"\x1b[c": b"\x1b[?64;4;22c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b]11;?": b"\x1b]11;rgb:ffff/fafa/f0f0\x07",
    b"\x1bP$qm": b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
}


def states(made: Mapping[str, Any]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in made["checks"]}


class Tty:
    """A program in a pty whose other side answers questions, or not; what it wrote is in `seen`."""

    def __init__(self, command: list[str], env: Mapping[str, str], answers: Mapping[bytes, bytes]) -> None:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        self.before = termios.tcgetattr(self._slave)
        self.answers, self.seen, self._looked = answers, b"", 0
        self.process = subprocess.Popen(
            command, env={**BARE, **env}, stdin=self._slave, stdout=self._slave, stderr=self._slave
        )

    def wait_for(self, words: bytes = b"") -> None:
        """Read and answer until the words are there, or without words until the program ends."""
        end = time.monotonic() + DEADLINE
        while words not in self.seen if words else self.process.poll() is None:
            assert time.monotonic() < end, self.seen
            self._read(0.02)
        while self._read(0):
            pass

    def type(self, data: bytes) -> None:
        os.write(self._master, data)

    def left_over(self) -> int:
        """How many bytes the next program would read."""
        raw = termios.tcgetattr(self._slave)
        raw[3] &= ~termios.ICANON
        termios.tcsetattr(self._slave, termios.TCSANOW, raw)
        return struct.unpack("i", fcntl.ioctl(self._slave, termios.FIONREAD, b"\0" * 4))[0]

    def as_before(self) -> bool:
        return termios.tcgetattr(self._slave) == self.before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._slave)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        self.seen += os.read(self._master, 1 << 16)
        fresh, self._looked = self.seen[self._looked :], len(self.seen)
        found = sorted((fresh.rfind(question), answer) for question, answer in self.answers.items())
        for at, answer in found:
            if at >= 0:
                os.write(self._master, answer)
        return True


@pytest.fixture
def tty() -> Iterator[Callable[..., Tty]]:
    opened: list[Tty] = []

    def start(command: list[str], env: Mapping[str, str], answers: Mapping[bytes, bytes] = ANSWERS) -> Tty:
        opened.append(Tty(command, env, answers))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


KEEPING = """
import os, sys, time
from smallcap.tui.doctor_asking import listening
with listening(os.environ) as hear:
    print("heard", hear(), flush=True)
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.01)
"""


def test_a_terminal_that_answers_everything_is_told_as_it_is_and_left_as_it_was(tty, home: Path):
    ran = tty([*DOCTOR, "--json"], {"SMALLCAP_HOME": str(home), **XTERM})
    ran.wait_for()
    made = checked(ran.seen[ran.seen.index(b"{") :].decode())
    found = {check["name"]: check["found"] for check in made["checks"]}
    assert found["answers"] == "like VT420 (64;4;22)"
    assert found["whole frames"].startswith("yes")
    assert found["background"] == "#fffaf0, light"
    assert found["size"].startswith("100x50")
    assert states(made)["colours"] == "warning"
    assert (ran.process.returncode, ran.as_before(), ran.left_over()) == (0, True, 0)


def test_a_mute_terminal_is_a_warning_after_a_short_while(tty, home: Path):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), **XTERM}, {})
    ran.wait_for()
    assert b"DA1" in ran.seen
    assert ran.seen.count(b"\x1b[c") == 1
    assert b"\x1b[?2026$p" not in ran.seen
    assert (ran.process.returncode, ran.as_before(), ran.left_over()) == (0, True, 0)


def test_the_page_in_a_terminal_has_colours_and_the_pattern_and_with_no_color_neither_colour(tty, home: Path):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), "COLORTERM": "truecolor", **XTERM})
    ran.wait_for()
    page = ran.seen.decode()
    assert "\x1b[32m+ ok" in page
    assert "⣶" in page
    assert "\x1b[48;5;255m" in page
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), "NO_COLOR": "1", **XTERM})
    ran.wait_for()
    page = ran.seen.decode()
    assert "⣶" in page
    assert "\x1b[32m" not in page
    assert "\x1b[48;5;" not in page


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {}])
def test_a_dumb_terminal_is_asked_nothing_and_sent_no_sequence(tty, home: Path, env: dict[str, str]):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), **env})
    ran.wait_for()
    assert b"\x1b" not in ran.seen
    assert b"! warning  TERM" in ran.seen
    assert ran.process.returncode == 0


@pytest.mark.parametrize("env", [{"TERM": "screen"}, {"TERM": "linux"}, {"STY": "1", **XTERM}])
def test_what_would_print_the_question_for_the_style_is_not_asked_it(tty, home: Path, env: dict[str, str]):
    ran = tty(DOCTOR, {"SMALLCAP_HOME": str(home), **env})
    ran.wait_for()
    assert b"\x1bP$q" not in ran.seen
    assert b"\x1b[?2026$p" in ran.seen


def test_an_answer_that_comes_late_is_not_left_in_the_input_and_not_echoed(tty, tmp_path: Path):
    ran = tty([sys.executable, "-c", KEEPING, str(tmp_path / "go")], XTERM, {})
    ran.wait_for(b"heard Heard(why='', device=''")
    ran.type(b"\x1b[?62;22c")
    (tmp_path / "go").touch()
    ran.wait_for()
    assert b"?62;22c" not in ran.seen
    assert (ran.process.returncode, ran.as_before(), ran.left_over()) == (0, True, 0)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_in_the_middle_leaves_the_terminal_as_it_was(tty, tmp_path: Path, kind: signal.Signals):
    ran = tty([sys.executable, "-c", KEEPING, str(tmp_path / "never")], XTERM)
    ran.wait_for(b"heard")
    assert not ran.as_before()
    ran.process.send_signal(kind)
    ran.wait_for()
    assert ran.process.returncode
    assert (ran.as_before(), ran.left_over()) == (True, 0)


def test_in_the_background_the_terminal_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(sys, stream, SimpleNamespace(isatty=lambda: True, fileno=lambda: 0))
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
    with doctor_asking.listening(XTERM) as hear:
        assert "background" in hear().why
