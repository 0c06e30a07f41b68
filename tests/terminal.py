"""A terminal for tests: a program in a real pty, and its screen as a terminal emulator shows it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path

import pyte

DEADLINE = 60.0
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\|\x1b\[[0-9;]*t")
SYNC_START, SYNC_END = b"\x1b[?2026h", b"\x1b[?2026l"
ANSWERS = ((b"\x1b[c", b"\x1b[?62c"), (b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[?2026$p", b"\x1b[?2026;2$y"))


class Terminal:
    """A program in a pty of 120 by 40 cells."""

    def __init__(
        self, command: Sequence[str], env: dict[str, str], cwd: Path, size: tuple[int, int] = (120, 40)
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._held_back = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm-256color", **env})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def press(self, keys: str) -> None:
        """Send keys."""
        os.write(self.fd, keys.encode())

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.screen.display)

    def wait_for(self, words: str, *, gone: bool = False) -> None:
        """Read until `words` are on the screen, or `gone` from it; AssertionError with the screen if they never are."""
        end = time.monotonic() + DEADLINE
        while (words in self.text()) == gone:
            assert self._read(end), f"ended, waiting for {words!r}:\n{self.text()}"

    def wait_for_end(self) -> int:
        """Read until the program ends; its exit code."""
        end = time.monotonic() + DEADLINE
        while self._read(end):
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code

    def kill(self) -> None:
        """End it whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def _read(self, end: float) -> bool:
        """Take what comes before `end`; False once the program has closed its side; AssertionError if nothing comes."""
        ready, _, _ = select.select([self.fd], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"nothing more came:\n{self.text()}"
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        for query, answer in ANSWERS:
            if query in data:
                os.write(self.fd, answer)
        self._show(data)
        return bool(data)

    def _show(self, data: bytes) -> None:
        """Feed whole frames only, as a terminal that knows synchronized output shows them."""
        data = self._held_back + data
        begun, ended = data.rfind(SYNC_START), data.rfind(SYNC_END)
        whole = begun if begun > ended else len(data)
        self._held_back = data[whole:]
        self._stream.feed(UNKNOWN.sub(b"", data[:whole]))
