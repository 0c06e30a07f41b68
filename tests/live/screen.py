"""The running app in a terminal, for tests with many threads: nothing of this process runs in the child."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

from tests.terminal import Terminal

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
PATIENCE = 90.0


class Screen(Terminal):
    """`smallcap --source yahoo` in a pty of 120 by 40 cells; `seen` is told of the screen after every piece of it."""

    def __init__(self, environment: Mapping[str, str], *flags: str) -> None:
        self.screen = pyte.Screen(120, 40)
        self._stream = pyte.ByteStream(self.screen)
        self._held_back = b""
        self.seen: Callable[[str], None] = lambda _: None
        self.fd, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._app = subprocess.Popen(
            [SMALLCAP, "--source", "yahoo", *flags],
            env=dict(environment) | {"TERM": "xterm-256color"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.pid = self._app.pid
        self._closed = False
        self._stands = False

    def until(self, holds: Callable[[str], object], what: str) -> None:
        """Read until something holds of the screen's text; AssertionError with the screen when it never does."""
        end = time.monotonic() + PATIENCE
        while not (self._stood() and holds(self.text())):
            assert self._read(end), f"ended before {what}:\n{self.text()}"
            self.seen(self.text())

    def _stood(self) -> bool:
        """Whether the last row of the first frame was there: that one may come in pieces, as the app doesn't know yet
        that the terminal takes frames as a whole."""
        self._stands = self._stands or bool(self.screen.display[-1].strip())
        return self._stands

    def shows(self, *words: str) -> None:
        """Read until all these words are on the screen at once."""
        self.until(lambda text: all(word in text for word in words), f"it showed {' and '.join(words)}")

    def child(self) -> int | None:
        """The fetcher's process; None while there is none."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(found[0]) if found else None

    def quit(self) -> float:
        """Press q; the seconds until the process is gone. AssertionError when it ended in any other way than well."""
        began = time.monotonic()
        self.press("q")
        while self._app.poll() is None:
            assert time.monotonic() < began + PATIENCE, f"q didn't end it:\n{self.text()}"
            if select.select([self.fd], [], [], 0.01)[0]:
                self._read(began + PATIENCE)
        took = time.monotonic() - began
        assert self._app.returncode == 0, self.text()
        return took

    def kill(self) -> None:
        """End it whatever it does."""
        if self._app.poll() is None:
            self._app.kill()
            self._app.wait()
        if not self._closed:
            self._closed = True
            os.close(self.fd)
