"""Loopback: the server as a test holds it, with its faults, its record of requests and the environment of a client."""

from __future__ import annotations

import os
import ssl
import threading
import time
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import trustme

from .chart import Build, Chart
from .faults import BYTES, CONTENT, OF_SPLITS, PAGE, SCRIPT, SILENCE, Applied, Faults
from .fred import Table
from .proxy import Inside, Proxy
from .quote import Row
from .stream import Script, Stream, told
from .wire import Call, Line, Reply
from .world import World
from .yahoo import HOSTS, Answers, Edits, Question, question

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
DIRECT = ("NO_PROXY", "no_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
UNWANTED = ("ALL_PROXY", "all_proxy", "SSL_CERT_DIR", "YF_DISABLE_CURL_CFFI")
SWITCHING = 101


class Request(NamedTuple):
    """A request as it was answered: `at` in monotonic seconds; `status` 0 when no answer comes.

    `ticker` is the one it is about, None for several or none: those are in `query`.
    """

    at: float
    host: str
    path: str
    query: dict[str, str]
    ticker: str | None
    kind: str
    status: int


class Loopback:
    """A context in which Yahoo and FRED are served out of `world` on 127.0.0.1.

    `leaks` names every host that was asked for and isn't served; `connections` counts the websockets that were
    opened. Leaving the context ends everything at once, and raises AssertionError when the server itself broke.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.requests: list[Request] = []
        self.leaks: list[str] = []
        self.connections = 0
        self._answers, self._faults = Answers(world), Faults()
        self._broken: list[str] = []
        self._healed = threading.Event()
        self._authority = trustme.CA()

    def __enter__(self) -> Self:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        self._authority.issue_cert(*HOSTS).configure_cert(context)
        self._proxy = Proxy(Inside(HOSTS, context, self._serve, self.leaks.append))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._healed.set()
        self._proxy.stop()
        if self._broken and error is None:
            raise AssertionError("the loopback server broke:\n" + "\n".join(self._broken))

    def environment(self, folder: Path) -> dict[str, str]:
        """This process's environment with everything led here; the authority and the caches go into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        certificate = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(certificate)
        kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
        led = dict.fromkeys(PROXIES, f"http://127.0.0.1:{self._proxy.port}") | dict.fromkeys(DIRECT, "")
        return kept | led | dict.fromkeys(CERTIFICATES, str(certificate)) | {"XDG_CACHE_HOME": str(folder / "cache")}

    def fault(
        self, kind: str, name: str, tickers: Iterable[str] | None = None, times: int | None = None, **options: object
    ) -> None:
        """Turn a fault of FAULTS on for a kind of request, `*` for every kind it applies to, until `heal`.

        `tickers` (or series) limits it to requests about them, `times` to so many requests (on the stream:
        connections). ValueError for an unknown fault, kind or option, or a fault of splits before there is one.
        """
        if name in OF_SPLITS and not any(self.world.splits.values()):
            raise ValueError(f"{name!r} needs a split: call world.split first")
        self._faults.add(kind, name, tickers, times, options)

    def heal(self) -> None:
        """Turn every fault off and the network on; requests that hang are closed without an answer."""
        self._faults.clear()
        self._healed.set()
        self._healed = threading.Event()
        self._proxy.open = True

    def offline(self) -> None:
        """Close every connection there is, and every new one at once, until `heal`."""
        self._proxy.open = False
        self._proxy.cut()

    def count(self, kind: str | None = None) -> int:
        """How many requests of a kind there were, or of all."""
        return sum(kind in {None, request.kind} for request in list(self.requests))

    def clear(self) -> None:
        """Forget the requests, leaks and connections so far."""
        self.requests.clear()
        self.leaks.clear()
        self.connections = 0

    def _serve(self, line: Line, host: str) -> None:
        try:
            while (call := line.call(host)) and self._answered(line, call):
                pass
        except OSError:
            raise
        except Exception:
            self._broken.append(traceback.format_exc())

    def _answered(self, line: Line, call: Call) -> bool:
        """Answer a request; whether the connection goes on."""
        asked, now, healed = question(call), self.world.now, self._healed
        found = self._faults.take(asked.kind, asked.subjects)
        if silence := _first(found, SILENCE):
            self._record(call, asked, 0)
            silence.act.does(line, healed, **silence.options)
            return False
        if asked.kind == "stream" and not _first(found, PAGE):
            self._stream(line, call, asked, found)
            return False
        reply = self._made(call, asked, now, found)
        self._record(call, asked, reply.status)
        if badly := _first(found, BYTES):
            badly.act.does(line, reply.encoded(now), healed, **badly.options)
            return False
        line.send(reply.encoded(now))
        return True

    def _made(self, call: Call, asked: Question, now: datetime, found: Sequence[Applied]) -> Reply:
        edits = _edits([applied for applied in found if applied.act.stage == CONTENT])
        make = partial(self._answers.reply, call, asked, now, edits)
        if page := _first(found, PAGE):
            reply = page.act.does(call, make, **page.options)
            assert isinstance(reply, Reply)
            return reply
        return make()

    def _stream(self, line: Line, call: Call, asked: Question, found: Sequence[Applied]) -> None:
        self._record(call, asked, SWITCHING)
        self.connections += 1
        seen, script = self._faults.generation, _script(found)

        def current() -> Script:
            """A fault that is turned on or healed reaches the connections that are open."""
            nonlocal seen, script
            if seen != self._faults.generation:
                seen, script = self._faults.generation, _script(self._faults.take("stream", ()))
            return script

        Stream(line, self.world, current).run(call)

    def _record(self, call: Call, asked: Question, status: int) -> None:
        ticker = asked.subjects[0] if len(asked.subjects) == 1 else None
        self.requests.append(Request(time.monotonic(), call.host, call.path, call.query, ticker, asked.kind, status))


def _first(found: Sequence[Applied], stage: str) -> Applied | None:
    return next((applied for applied in found if applied.act.stage == stage), None)


def _script(found: Sequence[Applied]) -> Script:
    applied = _first(found, SCRIPT)
    if applied is None:
        return Script(told)
    script = applied.act.does(**applied.options)
    assert isinstance(script, Script)
    return script


def _edits(found: Sequence[Applied]) -> Edits:
    """The faults of content one after the other, None when there is none."""
    if not found:
        return Edits()

    def chart(whole: Chart, build: Build) -> Chart:
        for applied in found:
            whole = applied.act.does(whole, build, **applied.options)  # type: ignore[assignment]
        return whole

    def quote(rows: list[Row]) -> list[Row]:
        for applied in found:
            meant = [row for row in rows if row["symbol"] in applied.subjects]
            spoilt: list[Row] = applied.act.does(meant, **applied.options)  # type: ignore[assignment]
            rows = [row for row in rows if row["symbol"] not in applied.subjects] + spoilt
        return rows

    def fred(table: Table) -> None:
        for applied in found:
            columns = [at for at, name in enumerate(table.header) if at and name in applied.subjects]
            applied.act.does(table, columns, **applied.options)

    return Edits(chart, quote, fred)
