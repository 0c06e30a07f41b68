"""A `smallcap serve` of its own home on a free port, for tests that ask it as a browser does."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from websockets.sync.client import ClientConnection, connect

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
PATIENCE = 60.0
NOW = "2026-11-12T17:00:00Z"


class Served:
    """The process, where it serves, and the apps that it has started."""

    def __init__(self, home: Path, *flags: str, cwd: Path | None = None, **env: str) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the process
        self.process = subprocess.Popen(
            [SMALLCAP, "serve", "--port", "0", *flags],
            env={**os.environ, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": NOW, **env},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.fullmatch(r"smallcap is at (http://\S+:(\d+)/) \(Ctrl-C ends it\)\n", line)
        assert found, (line, self.said())
        self.url, self.port = found[1], int(found[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self._errors.close()

    def said(self) -> str:
        """What it wrote to standard error so far."""
        self._errors.seek(0)
        return self._errors.read()

    def apps(self) -> set[int]:
        """The processes that it has started and that haven't ended."""
        return children(self.process.pid)

    def ask(self, path: str = "/", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            asked.request("GET", path, headers={"Host": f"127.0.0.1:{self.port}", **headers})
            answer = asked.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode(errors="replace")
        finally:
            asked.close()

    def tab(
        self, query: str = "?width=100&height=30", origin: str | None = ""
    ) -> AbstractContextManager[ClientConnection]:
        """A line to an app, as the page opens one; `origin` of its own page unless told otherwise."""
        own = f"http://127.0.0.1:{self.port}" if origin == "" else origin
        return connect(f"ws://127.0.0.1:{self.port}/ws{query}", origin=own, open_timeout=PATIENCE, proxy=None)


def drawn(tab: ClientConnection, words: str) -> str:
    """What an app sent until these words were in it."""
    sent = b""
    while words.encode() not in sent:
        sent += tab.recv(PATIENCE)
    return sent.decode()


def children(of: int) -> set[int]:
    """The processes that one has started and that haven't ended."""
    return {int(at.parent.name) for at in Path("/proc").glob("[0-9]*/stat") if _parent(at) == of}


def _parent(stat: Path) -> int | None:
    try:
        state, above = stat.read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(above)
