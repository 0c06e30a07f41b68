"""What the keys for looking do: which ticker, which range, drawn how."""

from __future__ import annotations

from ..core.bars import TICKER, to_day
from ..core.errors import UsageError
from ..core.history import parse_pair
from ..core.settings import RANGES
from .feeding import Feeding
from .intraday import Intraday
from .screens.ask import Ask


class Looking(Intraday, Feeding):
    """Actions that change what is looked at, not what is known."""

    def action_step_ticker(self, step: int) -> None:
        """The next or previous ticker of the watchlist, round and round."""
        tickers = self.standpoint.settings.watchlist
        here = tickers.index(self.shown.ticker) if self.shown.ticker in tickers else -1 if step > 0 else 0
        self.show(ticker=tickers[(here + step) % len(tickers)])

    def action_step_range(self, step: int) -> None:
        """The next longer or shorter range, up to the ends."""
        at = RANGES.index(self.shown.range) + step
        if 0 <= at < len(RANGES):
            self.show(range=RANGES[at])
        else:
            self.notice = f"{self.shown.range} is the {'longest' if step > 0 else 'shortest'} range"

    def action_set_range(self, name: str) -> None:
        """A range by its number."""
        self.show(range=name)

    def action_switch(self, what: str) -> None:
        """Candles or volume on and off."""
        self.show(**{what: not getattr(self.shown, what)})

    def action_toggle_basis(self) -> None:
        """The ratio on total return or on price; the axes stay on total return."""
        settings = self.wanted.settings.but(price_ratio=not self.wanted.settings.price_ratio)
        self.read(self.wanted.but(settings=settings))

    def action_find(self) -> None:
        """Ask for a ticker or a pair, and switch to it."""
        self.push_screen(Ask("Ticker, or a pair with a slash", "KRE or IWM/QQQ", self._known), self._found)

    def _known(self, text: str) -> None:
        for ticker in _tickers(text):
            bars = self.panel.bars.get(ticker)
            if bars is None and self.fetched is not None and TICKER.fullmatch(ticker):
                continue
            if to_day(self.panel[ticker].sessions[0]) > self.shown.reading.as_of:
                raise UsageError(f"{ticker} has no session before {self.shown.reading.as_of}")

    def _found(self, text: str | None) -> None:
        if text and all(ticker in self.panel.bars for ticker in _tickers(text)):
            self.arrived(text)
        elif text:
            self.wait_for(text)

    def arrived(self, text: str) -> None:
        """Switch to a ticker or a pair that is held."""
        if "/" in text:
            self.read(self.wanted.but(settings=self.wanted.settings.but(pair=str(parse_pair(text)))))
        else:
            self.show(ticker=text.upper())


def _tickers(text: str) -> tuple[str, ...]:
    """The ticker, or the two of a pair; UsageError for a pair that is none."""
    if "/" not in text:
        return (text.upper(),)
    pair = parse_pair(text)
    return pair.a, pair.b
