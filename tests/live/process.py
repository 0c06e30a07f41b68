"""The fetcher as a process that a test talks to by the protocol."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from smallcap.core.live.protocol import Message, Start, decode, encode

COMMAND = (sys.executable, "-m", "smallcap.core.live")
DEADLINE = 90.0

M = TypeVar("M", bound=Message)


class Fetching:
    """One `python -m smallcap.core.live`; every message it sent so far is in `messages`."""

    def __init__(self, environment: Mapping[str, str], start: Start) -> None:
        self.messages: list[Message] = []
        self._news = threading.Condition()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(
            COMMAND,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        self.send(start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it hasn't ended yet."""
        return self._process.poll() is None

    def send(self, message: Message) -> None:
        """Say it to the process."""
        assert self._process.stdin
        self._process.stdin.write(encode(message).encode())
        self._process.stdin.flush()

    def all_of(self, kind: type[M]) -> list[M]:
        """Every message of a kind so far."""
        return [message for message in list(self.messages) if isinstance(message, kind)]

    def wait_for(self, kind: type[M], fits: Callable[[M], bool] = lambda _: True, *, after: int = 0) -> M:
        """The first message that fits, of those after the first `after`; AssertionError when it never comes."""

        def found() -> M | None:
            return next((m for m in self.messages[after:] if isinstance(m, kind) and fits(m)), None)

        with self._news:
            self._news.wait_for(lambda: found() is not None or not self._listening.is_alive(), DEADLINE)
            message = found()
        assert message is not None, f"no {kind.__name__} came: {self.messages[-5:]} {self.errors()}"
        return message

    def wait_for_end(self, seconds: float = DEADLINE) -> int:
        """Its exit code; TimeoutExpired when it doesn't end."""
        return self._process.wait(seconds)

    def hang_up(self) -> None:
        """End its standard input."""
        assert self._process.stdin
        self._process.stdin.close()

    def errors(self) -> str:
        """What it wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def kill(self) -> None:
        """End it whatever it does, and close everything."""
        self._process.kill()
        self._process.wait()
        self._listening.join()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe and not pipe.closed:
                pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            message = decode(line)
            assert message is not None, line
            with self._news:
                self.messages.append(message)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()


def until(holds: Callable[[], object], what: str, seconds: float = DEADLINE) -> float:
    """Wait until something holds; how long that took. AssertionError when it never does."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began


def ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for whoever adopted it to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def start(home: Path, now: float, tickers: tuple[str, ...], series: tuple[str, ...] = (), *, once: bool) -> Start:
    """What a fetcher for the store of `home` is told."""
    return Start(now, str(home / "store.sqlite3"), str(home / "yfinance"), tickers, series, once)
