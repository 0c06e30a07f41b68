"""The CONNECT proxy in front of everything: it ends TLS itself for the hosts it knows and refuses all others."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Collection
from typing import NamedTuple

from .wire import Line

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BACKLOG, PATIENCE = 128, 5.0


class Inside(NamedTuple):
    """What is behind the proxy: hosts, their certificate, who serves them, and who is told of any other host."""

    hosts: Collection[str]
    context: ssl.SSLContext
    serve: Callable[[Line, str], None]
    leaked: Callable[[str], None]


class Proxy:
    """A proxy on a free port of 127.0.0.1, with a daemon thread a connection; `open` False closes them at once."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._lock = threading.Lock()
        self._lines: set[Line] = set()
        self._threads: set[threading.Thread] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self._stopped = False
        self.open = True
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True, name="loopback")
        self._accepting.start()

    def cut(self) -> None:
        """End every connection there is."""
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            line.wake()

    def stop(self) -> None:
        """End every connection and wait for the threads, which takes no longer than the slowest of them looks up."""
        self._stopped = True
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1.0).close()
        self._accepting.join(PATIENCE)
        self._listener.close()
        self.cut()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._stopped:
                sock.close()
                return
            thread = threading.Thread(target=self._connection, args=(sock,), daemon=True, name="loopback connection")
            with self._lock:
                self._threads.add(thread)
            thread.start()

    def _connection(self, sock: socket.socket) -> None:
        try:
            # A client that goes in the middle of something is no concern of the server's.
            with contextlib.suppress(OSError, ValueError, EOFError):
                self._tunnel(sock)
        finally:
            sock.close()
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _tunnel(self, sock: socket.socket) -> None:
        if not self.open:
            return
        host = self._connect(sock)
        if host is None:
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(ESTABLISHED)
        secure = self._inside.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        # Registered before the handshake, so that a client which never finishes it can be cut off.
        with secure, self._registered(Line(secure)) as line:
            secure.do_handshake()
            self._inside.serve(line, host)

    def _connect(self, sock: socket.socket) -> str | None:
        """The host that a client wants to go to; None when it is gone or was refused."""
        with self._registered(Line(sock), keep=True) as line:
            call = line.call("")
            if call is None:
                return None
            host = call.host.rpartition(":")[0] if call.method == "CONNECT" else ""
            if host in self._inside.hosts:
                return host
            self._inside.leaked(call.host or call.path)
            line.send(FORBIDDEN)
            return None

    @contextlib.contextmanager
    def _registered(self, line: Line, *, keep: bool = False):
        with self._lock:
            self._lines.add(line)
        try:
            if self._stopped or not self.open:
                raise EOFError
            yield line
        finally:
            with self._lock:
                self._lines.discard(line)
            if keep:
                line.detach()
            else:
                line.close()
