"""What comes from Yahoo: charts, quotes and pushes, spoilt on their way to its client."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from smallcap.core.live import protocol
from smallcap.core.live.intake import Intake
from smallcap.core.live.protocol import Ticks
from smallcap.core.live.raw import Quote
from smallcap.core.live.trades import day
from smallcap.core.live.trouble import Trouble

from tests.fuzz.run import Target, fit
from tests.fuzz.wire import AT, Reader
from tests.loopback import World
from tests.loopback import chart as charts
from tests.loopback import quote as quotes


def targets_of_yahoo(home: Path) -> tuple[Target, ...]:
    """Those that need it: it takes a second to import, and turns every warning off."""
    yahoo = Yahoo(home)
    return (
        Target("Yahoo's daily bars", lambda: [yahoo.chart("1d")], yahoo.daily, 5),
        Target("Yahoo's minutes", lambda: [yahoo.chart("1m")], yahoo.minutes, 3),
        Target("Yahoo's last trades", lambda: [yahoo.batch()], yahoo.last, 12),
        Target("Yahoo's pushes", pushes, pushed, 180),
    )


class Yahoo(Reader):
    """The real client, over a line that answers whatever it is told to."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        from curl_cffi.requests import Response, Session
        from smallcap.core.live import yahoo
        from yfinance.data import YfData

        class Line(Session):  # type: ignore[type-arg]
            body = b""

            def request(self, method: str, url: str, **_: object) -> Response:  # type: ignore[override]
                found = Response()
                found.url, found.content = url, b"crumb" if "getcrumb" in url else self.body
                return found

        self.line, self.client = Line(), YfData
        yahoo.prepare(home / "private", ["IWM", "SPY"])
        self.yahoo = yahoo.Yahoo(self.line)  # type: ignore[arg-type]
        self.world = World(AT, ("IWM", "SPY"), date(2023, 1, 3))

    def chart(self, interval: str) -> bytes:
        """Yahoo's own answer, when nothing is wrong."""
        span = "1mo" if interval == "1d" else "1d"
        asked = charts.asked(self.world, "IWM", {"interval": interval, "range": span, "events": "div,splits"}, AT)
        return charts.build(self.world, asked, AT).encoded()

    def batch(self) -> bytes:
        """The last trades."""
        return quotes.batch(self.world, ("IWM", "SPY"), AT, lambda rows: rows).body

    def asked(self, body: bytes) -> None:
        """Have the next question answered so; what was answered before is forgotten."""
        self.client.cache_get.cache_clear()
        self.line.body = body

    def daily(self, body: bytes) -> bool:
        self.asked(body)
        try:
            answer = self.yahoo.daily("IWM", "1mo")
        except Trouble as trouble:
            return fit(str(trouble).replace("\n", " "))
        self.taken_in(answer)
        return True

    def minutes(self, body: bytes) -> bool:
        self.asked(body)
        try:
            found = self.yahoo.minutes("IWM", "1d", 1)
        except Trouble as trouble:
            return fit(str(trouble).replace("\n", " "))
        assert (np.diff(found.times.astype(int)) > 0).all()
        assert np.isfinite([found.open, found.high, found.low, found.close, found.volume]).all()
        self.intake().minutes(found)
        return True

    def last(self, body: bytes) -> bool:
        self.asked(body)
        try:
            found = self.yahoo.quotes(("IWM", "SPY"))
        except Trouble as trouble:
            return fit(str(trouble).replace("\n", " "))
        return bool(traded(self.intake(), found))


def traded(intake: Intake, found: Sequence[Quote]) -> bool:
    """Last trades into the archive: newer ones that may be."""
    for quote in found:
        assert quote.price > 0
        assert np.isfinite(quote.price)
        day(quote)
        assert protocol.decode(protocol.encode(Ticks((quote,)))) is not None
    return bool(intake.trades(found))


def pushes() -> Sequence[bytes]:
    """What the streamer sends."""
    from yfinance.pricing_pb2 import PricingData

    trade = PricingData(id="IWM", price=200.5, time=1_700_000_000_000, previous_close=199.0, day_volume=1000)
    encoded = base64.b64encode(trade.SerializeToString()).decode()
    return [json.dumps({"type": "pricing", "message": encoded}).encode()]


def pushed(body: bytes) -> bool:
    """One of its messages."""
    from smallcap.core.live import stream

    found = stream.decode(body)
    if found:
        assert found.price > 0
        assert np.isfinite(found.price)
        day(found)
    return found is not None
