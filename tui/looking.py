"""What the keys for looking do: which ticker, which range, drawn how."""

from __future__ import annotations

from ..core.bars import to_day
from ..core.errors import UsageError
from ..core.history import parse_pair
from .scene import DAILY_RANGES
from .screens.ask import Ask
from .stage import Stage


class Looking(Stage):
    """Actions that change what is looked at, not what is known."""

    def action_step_ticker(self, step: int) -> None:
        """The next or previous ticker of the watchlist, round and round."""
        tickers = self.standpoint.settings.watchlist
        here = tickers.index(self.shown.ticker) if self.shown.ticker in tickers else -1 if step > 0 else 0
        self.show(ticker=tickers[(here + step) % len(tickers)])

    def action_step_range(self, step: int) -> None:
        """The next longer or shorter range, up to the ends."""
        at = DAILY_RANGES.index(self.shown.range) + step
        if 0 <= at < len(DAILY_RANGES):
            self.show(range=DAILY_RANGES[at])
        else:
            self.notice = f"{self.shown.range} is the {'longest' if step > 0 else 'shortest'} range"

    def action_set_range(self, name: str) -> None:
        """A range by its number."""
        self.show(range=name)

    def action_intraday(self, name: str) -> None:
        """A range that needs minutes."""
        self.notice = f"{name} needs minute bars, which the {self.shown.reading.origin.name} does not have"

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
        pair = parse_pair(text) if "/" in text else None
        for ticker in (pair.a, pair.b) if pair else (text.upper(),):
            bars = self.panel[ticker]
            if to_day(bars.sessions[0]) > self.shown.reading.as_of:
                raise UsageError(f"{ticker} has no session before {self.shown.reading.as_of}")

    def _found(self, text: str | None) -> None:
        if text and "/" in text:
            self.read(self.wanted.but(settings=self.wanted.settings.but(pair=str(parse_pair(text)))))
        elif text:
            self.show(ticker=text.upper())
