"""A terminal without a screen: runs a program in a pty, answers what it asks, presses keys, times what it paints."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

Size = tuple[int, int]
"""Columns and rows."""
SIZE: Size = (120, 40)
QUIET = 0.06
FIRST_QUIET = 0.35
LIMIT, PATIENCE = 10.0, 0.05
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[1]

END = b"\x1b[?2026l"
FRAME = re.compile(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", re.DOTALL)
ANSWERS = (
    (b"\x1b[c", b"\x1b[?62c"),
    (b"\x1b[6n", b"\x1b[1;1R"),
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
)
LONGEST = max(len(query) for query, _ in ANSWERS) - 1


@dataclass(frozen=True, slots=True)
class Paint:
    """What a program wrote until it went quiet, and the milliseconds from the cause to the last byte of it."""

    ms: float
    data: bytes

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.data)

    @property
    def frames(self) -> list[bytes]:
        """The synchronized updates (mode 2026) in it."""
        return FRAME.findall(self.data)


class Terminal:
    """One program in a pty of its own, ended when the `with` block is left."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None, size: Size = SIZE) -> None:
        """Start `command` from the checkout's root."""
        self.size = size
        self._tail = b""
        self.began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _become(command, env or {}, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for word in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, word)
            if word is signal.SIGTERM:
                self._drain(0.3)
        os.close(self._fd)
        os.waitpid(self.pid, 0)

    def first_screen(self) -> Paint:
        """Everything from the start of the process to the last byte of the first full screen."""
        painted = self._until_quiet(self.began, FIRST_QUIET, END)
        if self._high_water() is None:
            words = re.sub(rb"\x1b\[[0-9;:?<>=]*[a-zA-Z]", b"", painted.data).decode(errors="replace")
            raise RuntimeError(f"the program ended as it started:\n{words[-2000:]}")
        return painted

    def shown(self, words: bytes) -> float:
        """The milliseconds from the start of the process until these have come."""
        return self._until_quiet(self.began, 0.0, words).ms

    def pieces(self, seconds: float) -> list[tuple[bytes, float]]:
        """All that comes within `seconds`, and when."""
        return self._drain(seconds)

    def press(self, key: str, quiet: float = QUIET) -> Paint:
        """Send a key and take what it paints, from the key to the last byte."""
        began = time.perf_counter()
        os.write(self._fd, key.encode())
        return self._until_quiet(began, quiet)

    def watch(self, seconds: float) -> Paint:
        """What the program writes by itself."""
        began = time.perf_counter()
        return Paint(1000 * seconds, b"".join(data for data, _ in self._drain(seconds, began)))

    def peak_mb(self) -> float:
        """The program's largest resident memory so far."""
        found = self._high_water()
        if found is None:
            raise RuntimeError("the program has ended; run it by hand to see why")
        return found

    def cpu_seconds(self) -> float:
        """The processor time of all the program's threads: by the scheduler's nanoseconds, else by clock ticks."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        spent = sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
        if spent:
            return spent
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def _high_water(self) -> float | None:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else None

    def _until_quiet(self, began: float, quiet: float, words: bytes = b"") -> Paint:
        """Read until nothing has come for `quiet` seconds after `words`, or anything, has; the wait is not counted."""
        parts: list[bytes] = []
        last, come = began, False
        while (now := time.perf_counter()) - began < LIMIT and (not come or now - last < quiet):
            pieces = self._drain(last + quiet - now if come else PATIENCE)
            if not pieces and self._high_water() is None:
                break
            for data, at in pieces:
                parts.append(data)
                come = come or words in b"".join(parts[-3:])
                last = at
        return Paint(1000 * (last - began), b"".join(parts))

    def _drain(self, seconds: float, began: float | None = None) -> list[tuple[bytes, float]]:
        """Every piece that arrives within `seconds`, and when it did; the program's questions are answered."""
        end = (began or time.perf_counter()) + seconds
        pieces = []
        while (left := end - time.perf_counter()) > 0 and select.select([self._fd], [], [], left)[0]:
            try:
                data = os.read(self._fd, 1 << 16)
            except OSError:
                break
            if not data:
                break
            pieces.append((data, time.perf_counter()))
            self._answer(data)
        return pieces

    def _answer(self, data: bytes) -> None:
        seen, self._tail = self._tail + data, (self._tail + data)[-LONGEST:]
        old = len(seen) - len(data)
        for query, answer in ANSWERS:
            at = seen.rfind(query)
            # One that ended in the piece before was answered then.
            if at >= 0 and at + len(query) > old:
                os.write(self._fd, answer)


def module(name: str, *args: str) -> list[str]:
    """The command that runs a module with this interpreter."""
    return [sys.executable, "-m", name, *args]


def _become(command: Sequence[str], env: Mapping[str, str], size: Size) -> None:
    """In the child: set the size, then be the program."""
    columns, rows = size
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.chdir(ROOT)
    # What a user's shell would hardly set; without compiled modules ours alone would be compiled at every start.
    unusual = {"NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    kept = {key: value for key, value in os.environ.items() if key not in unusual}
    try:
        os.execvpe(command[0], list(command), kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", **env})
    finally:
        os._exit(127)
