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
from yfinance.pricing_pb2 import PricingData

from .raw import Quote

URL = "wss://streamer.finance.yahoo.com/?version=2"
RESEND, WATCHDOG, OPENING = 15.0, 30.0, 10.0
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
# Seconds between two tellings of what came, and until it is looked up whether anything is still wanted.
APART, PATIENCE = 0.25, 1.0
MILLISECONDS = 1000
LARGEST = 64 * 1024


class Stream:
    """One connection at a time, in a daemon thread; `take` gets each ticker's newest sound trade, on that thread.

    `healthy` is True while trades come. It connects again after a pause that doubles, whatever ended the connection.
    """

    def __init__(
        self, take: Callable[[Quote], None], tell: Callable[[str, str], None], jitter: Callable[[], float]
    ) -> None:
        self._take, self._tell, self._jitter = take, tell, jitter
        self._tickers: tuple[str, ...] = ()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None
        self._untold: dict[str, Quote] = {}
        self.healthy = False

    def follow(self, tickers: Iterable[str]) -> None:
        """Want trades of these tickers from now on; of none when empty, which ends the connection.

        To be said again and again: a thread that was ending when they were first wanted is replaced.
        """
        wanted = tuple(tickers)
        if wanted != self._tickers:
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
            except Exception as error:  # whatever it is, the next connection may be better
                why = f"{type(error).__name__}: {error}"[:160]
            self.healthy = False
            if not self._tickers:
                return
            lasted = asyncio.get_running_loop().time() - began
            pause = FIRST_PAUSE if lasted > WATCHDOG * 2 else min(pause * 2, LONGEST_PAUSE)
            wait = pause * (0.5 + 0.5 * self._jitter())
            self._tell("failed", f"stream: {why}; again in {wait:.0f} s, the quotes go on")
            await self._rest(wait)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until nobody wants anything."""
        end = asyncio.get_running_loop().time() + seconds
        while self._tickers and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, PATIENCE))

    async def _connection(self) -> None:
        """One connection from its opening to its end; returns when nobody wants it any more, raises for another."""
        async with connect(URL, open_timeout=OPENING, close_timeout=1, max_size=LARGEST, max_queue=256) as socket:
            loop = asyncio.get_running_loop()
            subscribed, sounded, told = -math.inf, loop.time(), loop.time()
            while self._tickers:
                if self._changed.is_set() or loop.time() - subscribed > RESEND:
                    self._changed.clear()
                    await self._subscribe(socket)
                    subscribed = loop.time()
                if loop.time() - sounded > WATCHDOG:
                    raise TimeoutError(f"silent for {WATCHDOG:.0f} s")
                if loop.time() - told >= APART:
                    told = loop.time()
                    self._tell_trades()
                if await self._received(socket, APART if self._untold else PATIENCE):
                    sounded = loop.time()
                    self.healthy = True

    async def _received(self, socket: ClientConnection, seconds: float) -> bool:
        """Whether a trade came within so long; the newest of each ticker waits to be told."""
        try:
            async with asyncio.timeout(seconds):
                quote = decode(await socket.recv())
        except TimeoutError:
            return False
        if quote and quote.ticker in self._tickers:
            self._untold[quote.ticker] = quote
        return quote is not None

    def _tell_trades(self) -> None:
        """A flood is thousands of trades a second; nobody sees more than a few."""
        for quote in self._untold.values():
            self._take(quote)
        self._untold.clear()

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
    price, at = round(float(trade.price), 4), int(trade.time) // MILLISECONDS
    if not (math.isfinite(price) and price > 0 and at > 0 and trade.id):
        return None
    before = float(trade.previous_close)
    before = before if before > 0 and math.isfinite(before) else math.nan
    return Quote(trade.id, price, at, before, float(max(trade.day_volume, 0)))
