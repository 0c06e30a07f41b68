"""The streamer: last trades pushed by Yahoo between two polls, read with our own loop; in the fetcher only.

yfinance's own listener spins for ever after a normal close and never reconnects after a reset (data-layer 2.4).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import math
import threading
from collections.abc import Callable, Iterable

from google.protobuf.message import DecodeError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from yfinance.pricing_pb2 import PricingData

from .raw import Quote

URL = "wss://streamer.finance.yahoo.com/?version=2"
RESEND, WATCHDOG, OPENING = 15.0, 30.0, 10.0
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
MILLISECONDS = 1000
LARGEST = 64 * 1024


class Stream:
    """One connection at a time, in a daemon thread; `take` gets each sound trade, on that thread.

    `healthy` is True while trades come. It connects again after a pause that doubles, whatever ended the connection.
    """

    def __init__(
        self, take: Callable[[Quote], None], tell: Callable[[str, str], None], jitter: Callable[[], float]
    ) -> None:
        self._take, self._tell, self._jitter = take, tell, jitter
        self._tickers: tuple[str, ...] = ()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None
        self.healthy = False

    def follow(self, tickers: Iterable[str]) -> None:
        """Want trades of these tickers from now on; of none when empty, which ends the connection."""
        wanted = tuple(tickers)
        if wanted == self._tickers:
            return
        self._tickers = wanted
        self._changed.set()
        if wanted and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True, name="stream")
            self._thread.start()

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while self._tickers:
            began = asyncio.get_running_loop().time()
            try:
                await self._connection()
                why = "closed"
            except (WebSocketException, OSError, TimeoutError, EOFError) as error:
                why = f"{type(error).__name__}: {error}"[:160]
            self.healthy = False
            if not self._tickers:
                return
            lasted = asyncio.get_running_loop().time() - began
            pause = FIRST_PAUSE if lasted > WATCHDOG * 2 else min(pause * 2, LONGEST_PAUSE)
            wait = pause * (0.5 + 0.5 * self._jitter())
            self._tell("failed", f"stream: {why}; again in {wait:.0f} s, the quotes go on")
            await asyncio.sleep(wait)

    async def _connection(self) -> None:
        """One connection from its opening to its end; returns when it is closed or nobody wants it any more."""
        async with connect(URL, open_timeout=OPENING, close_timeout=1, max_size=LARGEST, max_queue=256) as socket:
            self._changed.clear()
            await self._subscribe(socket)
            loop = asyncio.get_running_loop()
            subscribed = sounded = loop.time()
            while self._tickers:
                if self._changed.is_set() or loop.time() - subscribed > RESEND:
                    self._changed.clear()
                    await self._subscribe(socket)
                    subscribed = loop.time()
                if loop.time() - sounded > WATCHDOG:
                    raise TimeoutError(f"silent for {WATCHDOG:.0f} s")
                try:
                    message = await asyncio.wait_for(socket.recv(), 1.0)
                except TimeoutError:
                    continue
                if quote := decode(message):
                    sounded = loop.time()
                    self.healthy = True
                    if quote.ticker in self._tickers:
                        self._take(quote)

    async def _subscribe(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"subscribe": list(self._tickers)}))


def decode(message: str | bytes) -> Quote | None:
    """The trade in a message of the streamer; None for anything else, however it is broken."""
    try:
        envelope = json.loads(message)
        encoded = envelope["message"] if isinstance(envelope, dict) else None
        if not isinstance(encoded, str):
            return None
        trade = PricingData.FromString(base64.b64decode(encoded, validate=True))
    except (ValueError, KeyError, DecodeError, binascii.Error, RecursionError):
        return None
    price, at = float(trade.price), int(trade.time) // MILLISECONDS
    if not (math.isfinite(price) and price > 0 and at > 0 and trade.id):
        return None
    before = float(trade.previous_close)
    return Quote(trade.id, round(price, 4), at, before if before > 0 else math.nan, float(trade.day_volume))
