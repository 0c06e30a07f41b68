"""A slow line: a TCP proxy that delivers every byte late, and not more of them a second than the line takes."""

from __future__ import annotations

import asyncio
import threading
import time
from types import TracebackType
from typing import NamedTuple, Self

PIECE = 1460
"""Bytes of a packet."""


class Line(NamedTuple):
    """Seconds that a byte takes each way, and bytes a second."""

    delay: float = 0.05
    rate: float = 125_000.0


class SlowLine:
    """A proxy from a port of its own to another port on this machine, each way a `Line`, until the context is left.

    `heard`: when something came from that port, in seconds of the monotonic clock.
    """

    def __init__(self, port: int, line: Line) -> None:
        self.port, self._to, self._line = 0, port, line
        self.heard: list[float] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="slow line")

    def __enter__(self) -> Self:
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._met, "127.0.0.1", 0), self._loop).result()
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _met(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        there, on = await asyncio.open_connection("127.0.0.1", self._to)
        ways = [asyncio.create_task(self._way(here, on, [])), asyncio.create_task(self._way(there, back, self.heard))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The line is being cut, and the server of this loop would complain of it.
            pass
        finally:
            for way in ways:
                way.cancel()
            for end in (on, back):
                end.transport.abort()

    async def _way(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, heard: list[float]) -> None:
        """Read as fast as the line takes it in; write each piece when its last byte has come through."""
        coming: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        late = asyncio.create_task(self._deliver(coming, sink))
        free = 0.0
        try:
            while data := await source.read(PIECE):
                heard.append(time.monotonic())
                free = max(free, time.monotonic()) + len(data) / self._line.rate
                coming.put_nowait((free + self._line.delay, data))
                await _until(free)
            coming.put_nowait((free + self._line.delay, b""))
            await late
        except ConnectionError:
            return
        finally:
            late.cancel()

    async def _deliver(self, coming: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        while True:
            due, data = await coming.get()
            await _until(due)
            if not data:
                return
            sink.write(data)

    async def _cut(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _until(instant: float) -> None:
    if (left := instant - time.monotonic()) > 0:
        await asyncio.sleep(left)
