"""What the keys for looking do: which ticker, which range, drawn how."""

from __future__ import annotations

from ..core.settings import RANGES
from .finding import Finding
from .messages import TickerChosen


class Looking(Finding):
    """Actions that change what is looked at, not what is known."""

    def action_step_ticker(self, step: int) -> None:
        """The next or previous ticker of the watchlist, round and round."""
        tickers = self.standpoint.settings.watchlist
        self.show(ticker=tickers[(self._place(tickers, step) + step) % len(tickers)])

    def _place(self, tickers: tuple[str, ...], step: int) -> int:
        """Where the step starts: at the ticker looked at, at the gap it left, or outside of the list."""
        ticker, (taken, gap) = self.shown.ticker, self._taken
        if ticker in tickers:
            return tickers.index(ticker)
        start = gap if ticker == taken else 0
        return start - 1 if step > 0 else start

    def on_ticker_chosen(self, message: TickerChosen) -> None:
        """A ticker that was chosen on a screen."""
        self.show(ticker=message.ticker)

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
