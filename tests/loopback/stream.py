"""Yahoo's streamer: a websocket that sends the last trades of the subscribed tickers, well or badly."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from smallcap.core.calendar import hours
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from .wire import Call, Line
from .world import World

Encode = Callable[[World, str, datetime], str]
TICK, BURST, GOODBYE = 0.25, 0.02, 1.0
INT64 = 2**63 - 1
EXCHANGE, ETF, INDEX, REGULAR = "PCX", 20, 9, 1


def _pricing() -> Callable[..., object]:
    """yfinance's own message, read by its file: the package around it would bring pandas into the tests."""
    package = find_spec("yfinance")
    assert package is not None
    assert package.submodule_search_locations
    spec = spec_from_file_location("pricing_pb2", Path(package.submodule_search_locations[0]) / "pricing_pb2.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., object] = module.PricingData
    return found


PricingData = _pricing()


class Script(NamedTuple):
    """How a connection goes: `after` that many messages comes its `ending` (close or reset); `rate` is a second."""

    encode: Encode | None = None
    after: float = math.inf
    ending: str = "close"
    rate: float | None = None


def packed(world: World, ticker: str, now: datetime, **fields: object) -> bytes:
    """The trade as a protobuf message, with some fields replaced."""
    trade = world.quote(ticker, now)
    change = trade.price - trade.previous_close
    index = ticker.startswith("^")
    told: dict[str, object] = {
        "id": ticker,
        "price": trade.price,
        "time": trade.at * 1000,
        "exchange": "CXI" if index else EXCHANGE,
        "quote_type": INDEX if index else ETF,
        "market_hours": REGULAR,
        "change_percent": 100 * change / trade.previous_close,
        "day_volume": int(trade.volume),
        "change": change,
        "previous_close": trade.previous_close,
        "price_hint": 2,
    }
    return bytes(PricingData(**(told | fields)).SerializeToString())  # type: ignore[attr-defined]


def told(world: World, ticker: str, now: datetime) -> str:
    """The message in its envelope."""
    return _envelope(packed(world, ticker, now))


def closed(*, after: int = 5) -> Script:
    """A normal close."""
    return Script(told, after)


def reset(*, after: int = 5) -> Script:
    """An RST."""
    return Script(told, after, "reset")


def silent() -> Script:
    """Not a message."""
    return Script()


def flood(*, rate: float = 5000.0) -> Script:
    """Far too many messages."""
    return Script(told, rate=rate)


def garbage(*, text: str = "not json {") -> Script:
    """Text that is no JSON."""
    return Script(lambda world, ticker, now: text)


def garbage_protobuf() -> Script:
    """An envelope whose message is no protobuf."""
    return Script(lambda world, ticker, now: _envelope(b"\xff\xff\xff\xffnonsense"))


def bare_protobuf() -> Script:
    """The message without its envelope, as version 1 of the streamer sends it."""
    return Script(lambda world, ticker, now: base64.b64encode(packed(world, ticker, now)).decode())


def largest_integers() -> Script:
    """The largest integers there are in time and volume."""
    return Script(lambda world, ticker, now: _envelope(packed(world, ticker, now, time=INT64, day_volume=INT64)))


def priceless() -> Script:
    """A price of zero, which protobuf leaves out."""
    return Script(lambda world, ticker, now: _envelope(packed(world, ticker, now, price=0.0)))


def _envelope(message: bytes) -> str:
    return json.dumps({"type": "pricing", "message": base64.b64encode(message).decode()})


class Stream:
    """One connection: it sends a trade of each subscribed ticker every TICK while the session runs."""

    def __init__(self, line: Line, world: World, script: Callable[[], Script]) -> None:
        self._line, self._world, self._script = line, world, script
        self._protocol = ServerProtocol()
        self._wanted: tuple[str, ...] = ()
        self._sent, self._due = 0, math.inf

    def run(self, call: Call) -> None:
        """Shake hands, then serve to the end of the connection."""
        self._protocol.receive_data(call.head)
        request = self._protocol.events_received()[0]
        assert isinstance(request, Request)
        self._protocol.send_response(self._protocol.accept(request))
        self._flush()
        while self._turn(self._script()):
            pass

    def _turn(self, script: Script) -> bool:
        """Read what has come, send what is due; whether the connection goes on."""
        if self._sent >= script.after:
            return self._end(script)
        if not self._read(min(max(self._due - monotonic(), 0.001), TICK)):
            return False
        if (late := monotonic() - self._due) >= 0:
            # A flood makes up for the time that sending took.
            times = script.rate * (late + BURST) / len(self._wanted) if script.rate else 1
            self._due = monotonic() + (BURST if script.rate else TICK)
            self._send(script, round(times))
        return True

    def _send(self, script: Script, times: int) -> None:
        now = self._world.now
        if script.encode is None or not hours(now).open:
            return
        messages = [script.encode(self._world, ticker, now).encode() for ticker in self._wanted]
        for message in messages * times:
            if self._sent < script.after:
                self._protocol.send_text(message)
                self._sent += 1
        self._flush()

    def _read(self, seconds: float) -> bool:
        """Take in what comes within so long; whether the client is still there."""
        self._line.sock.settimeout(seconds)
        try:
            data = self._line.sock.recv(65536)
        except TimeoutError:
            return True
        finally:
            self._line.sock.settimeout(None)
        if not data:
            return False
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            if isinstance(frame, Frame) and frame.opcode is Opcode.TEXT:
                self._subscribe(frame.data)
        self._flush()
        return not self._protocol.close_expected()

    def _subscribe(self, data: bytes | bytearray | memoryview) -> None:
        asked = json.loads(bytes(data))
        known = [ticker for ticker in asked.get("subscribe", ()) if ticker in self._world.tickers]
        wanted = dict.fromkeys((*self._wanted, *known))
        self._wanted = tuple(ticker for ticker in wanted if ticker not in asked.get("unsubscribe", ()))
        # With nobody subscribed nothing is due.
        self._due = min(self._due, monotonic()) if self._wanted else math.inf

    def _end(self, script: Script) -> bool:
        if script.ending == "reset":
            self._line.reset()
            return False
        self._protocol.send_close(1000)
        self._flush()
        # The client answers the close, and waits for the server to end the connection.
        patience = monotonic() + GOODBYE
        while self._protocol.close_rcvd is None and monotonic() < patience and self._read(GOODBYE):
            pass
        return False

    def _flush(self) -> None:
        if data := b"".join(self._protocol.data_to_send()):
            self._line.send(data)
