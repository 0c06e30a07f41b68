"""The server behind the page: an app of its own for each tab, started without a shell and ended with the tab."""

from __future__ import annotations

import asyncio
import shlex
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from .printable import printable
from .serve_driver import NAME as DRIVER
from .serve_gate import Gate

PRELUDE = b"__GANGLION__\n"
"""What Textual's driver begins with."""
GRACE = 3.0
"""Seconds that an app has to end before it is made to."""
HEARTBEAT = 15.0
MOST_LINES = 20
"""Of an app's last words, on its page."""
MOST_CELLS = 1000
"""Columns or rows that a page may ask for: the app makes room for all of them."""
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What textual-serve raises for a message that isn't its page's."""


class Page(NamedTuple):
    """The HTML, and the headers of every answer."""

    html: str
    headers: dict[str, str]


class Tab(AppService):
    """One app in its process, and the line between it and its page."""

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(width, height), "TEXTUAL_DRIVER": DRIVER}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Without a shell, and out of reach of the Ctrl-C that is meant for the server."""
        self._process = process = await asyncio.create_subprocess_exec(
            *shlex.split(self.command),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(within(width), within(height)),
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the app its new size."""
        await super().set_terminal_size(within(width), within(height))

    async def run(self) -> None:
        """Hand on what the app draws until it ends; its last words go to the page when it drew nothing."""
        assert self._process
        assert self._process.stdout
        assert self._process.stderr
        hearing = asyncio.create_task(_hear(self._process.stderr))
        try:
            drew = await self._hand_on(self._process.stdout)
            said = await hearing
        finally:
            hearing.cancel()
        if not drew:
            await self.remote_write_bytes("".join(f"{line}\r\n" for line in said).encode())
        await self.remote_close()

    async def _hand_on(self, stdout: asyncio.StreamReader) -> bool:
        """Whether the app came so far as to draw."""
        takers = {b"D": self.on_data, b"M": self.on_meta, b"P": self.on_packed}
        try:
            await stdout.readuntil(PRELUDE)
        except asyncio.IncompleteReadError:
            return False
        with suppress(asyncio.IncompleteReadError):
            while True:
                kind, size = await stdout.readexactly(1), await stdout.readexactly(4)
                await takers[kind](await stdout.readexactly(int.from_bytes(size, "big")))
        return True

    async def stop(self) -> None:
        """Let the app end, by force if it takes longer than GRACE, and wait until it has.

        Its driver takes the end of its input for that. A signal would have to be sent by the number of a process that
        may have ended meanwhile.
        """
        process, task = self._process, self._task
        if process is None or task is None:
            return
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        ending = {task, asyncio.create_task(process.wait())}
        self.stdin.close()
        _, left = await asyncio.wait(ending, timeout=GRACE)
        if left:
            with suppress(ProcessLookupError):
                process.kill()
            await asyncio.wait(ending, timeout=GRACE)
        task.cancel()


class Tabs(Server):
    """The page, what it loads, and the line to an app for each tab."""

    def __init__(self, words: Sequence[str], gate: Gate, page: Page) -> None:
        """`words` are the command that starts an app."""
        super().__init__(shlex.join(words), title="smallcap")
        self._gate, self._page = gate, page
        self._lines: dict[asyncio.Task[object], web.WebSocketResponse] = {}

    async def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            (
                web.get("/", self._index),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
            )
        )
        app.on_response_prepare.append(self._head)
        app.on_shutdown.append(self.on_shutdown)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer nobody but our own page, before anything else is looked at."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if refusal := self._gate.refusal(host, origin, needs_origin=request.path == "/ws"):
            raise web.HTTPForbidden(text=refusal + "\n")
        return await handler(request)

    async def _head(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self._page.headers)

    async def _index(self, _: web.Request) -> web.Response:
        return web.Response(text=self._page.html, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One tab, from its first message to its last."""
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT, timeout=GRACE)
        await websocket.prepare(request)
        line = asyncio.current_task()
        assert line
        self._lines[line] = websocket
        tab = Tab(
            self.command,
            write_bytes=quiet(websocket.send_bytes),
            write_str=quiet(websocket.send_str),
            close=quiet(websocket.close),
            download_manager=self.download_manager,
        )
        try:
            await tab.start(*(to_int(request.query.get(name, ""), 80) for name in ("width", "height")))
            await self._process_messages(websocket, tab)
        except MALFORMED:
            pass
        finally:
            await tab.stop()
            await websocket.close()
            del self._lines[line]
        return websocket

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every line, and wait until its app has ended, also one that is only being started.

        aiohttp would wait a minute for the pages to go; and a line that is cancelled doesn't hear its page's goodbye.
        """
        lines = dict(self._lines)
        await asyncio.gather(*(quiet(websocket.close)() for websocket in lines.values()))
        if lines:
            await asyncio.wait(lines, timeout=3 * GRACE)


def within(cells: int) -> int:
    """A number of columns or rows that can be drawn."""
    return max(1, min(int(cells), MOST_CELLS))


def quiet(send: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[None]]:
    """Sends for as long as there is a page: what comes after it is let go, so that the app never waits for it."""

    async def sent(*what: object) -> None:
        with suppress(ConnectionError):
            await send(*what)

    return sent


async def _hear(stderr: asyncio.StreamReader) -> list[str]:
    """The last lines of what the app says, each said by the server as it comes."""
    said: list[str] = []
    async for line in stderr:
        said = [*said, printable(line.decode(errors="replace").rstrip())][-MOST_LINES:]
        with suppress(OSError):
            print(said[-1], file=sys.stderr, flush=True)
    return said
