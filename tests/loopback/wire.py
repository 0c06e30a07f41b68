"""HTTP/1.1 on one connection: a request read, an answer written, and the ways a connection can be broken off."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

RESET = struct.pack("ii", 1, 0)
HTML = "text/html; charset=utf-8"
JSON = "application/json;charset=utf-8"


class Call(NamedTuple):
    """A request: `query` and `form` hold the last value of each name, `head` the bytes it came as."""

    host: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    head: bytes

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs if name}

    @property
    def form(self) -> dict[str, str]:
        """The fields of a posted form."""
        return _last(self.body.decode("utf-8", "replace"))

    @property
    def url(self) -> str:
        """Where it was sent."""
        return f"https://{self.host}{self.head.split(b' ', 2)[1].decode()}"


class Reply(NamedTuple):
    """An answer."""

    status: int
    body: bytes = b""
    type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self, now: datetime) -> bytes:
        """The bytes of it, dated `now`."""
        phrase = HTTPStatus(self.status).phrase
        named = [("Date", format_datetime(now.astimezone(UTC), usegmt=True)), ("Content-Type", self.type)]
        named += [("Content-Length", str(len(self.body))), *self.headers]
        lines = [f"HTTP/1.1 {self.status} {phrase}", *(f"{name}: {value}" for name, value in named)]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Line:
    """One client's connection; only the thread that serves it reads, writes and closes it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._file = sock.makefile("rb")

    def call(self, host: str) -> Call | None:
        """The next request, None when the client is gone."""
        first = self._file.readline(65536)
        lines = [first]
        while lines[-1] not in {b"\r\n", b"\n", b""}:
            lines.append(self._file.readline(65536))
        if not lines[-1]:
            return None
        method, target = first.decode("latin-1").split(" ")[:2]
        pairs = (line.decode("latin-1").partition(":") for line in lines[1:-1])
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = self._file.read(int(headers.get("content-length") or 0))
        parts = urlsplit(target) if method != "CONNECT" else urlsplit(f"//{target}")
        path = unquote(parts.path)
        return Call(host or parts.netloc, method, path, _last(parts.query), headers, body, b"".join(lines))

    def send(self, data: bytes) -> None:
        """Write all of it."""
        self.sock.sendall(data)

    def reset(self) -> None:
        """Break the connection off with an RST instead of an end."""
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close()

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError, ValueError):
            self._file.close()
        self.sock.close()

    def detach(self) -> None:
        """Forget the connection without closing it: somebody else goes on with it."""
        with contextlib.suppress(OSError, ValueError):
            self._file.close()

    def wake(self) -> None:
        """Make whoever reads or writes it find its end; from any thread."""
        with contextlib.suppress(OSError):
            # Not the method of a TLS socket: that forgets the TLS under the feet of the thread that reads.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


Make = Callable[[], Reply]


def _last(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
