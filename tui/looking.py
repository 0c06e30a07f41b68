"""What the keys for looking do: which ticker, which range, drawn how."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.settings import RANGES
from .charts import CHARTS, chart_of
from .drawing_ahead import DrawingAhead
from .finding import Finding
from .messages import TickerChosen
from .scene import Scene
from .widgets.strips import StripWidget


class Looking(Finding, DrawingAhead):
    """Actions that change what is looked at, not what is known."""

    def action_step_ticker(self, step: int) -> None:
        """The next or previous ticker of the watchlist, round and round."""
        self._turn_to(ticker=self._further(step))
        self.draw_ahead(self.shown.but(ticker=self._further(step)))

    def _further(self, step: int) -> str:
        """The ticker so many further on the watchlist."""
        tickers = self.standpoint.settings.watchlist
        return tickers[(self._place(tickers, step) + step) % len(tickers)]

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
        further = _beside(self.shown.range, step)
        if further is None:
            self.notice = f"{self.shown.range} is the {'longest' if step > 0 else 'shortest'} range"
            return
        self._turn_to(range=further)
        self.draw_ahead(*self._ranges(step))

    def steps_aside(self) -> Sequence[Scene]:
        """The steps in time, then the ranges beside the one that is shown."""
        return (*super().steps_aside(), *self._ranges(-1), *self._ranges(1))

    def _ranges(self, step: int) -> Sequence[Scene]:
        further = _beside(self.shown.range, step)
        return (self.shown.but(range=further),) if further else ()

    def action_set_range(self, name: str) -> None:
        """A range by its number."""
        if name == self.shown.range:
            self.notice = f"{name} is the range"
        self._turn_to(range=name)
        self.draw_ahead()

    def action_step_chart(self) -> None:
        """The next way to draw prices, round and round."""
        further = (CHARTS.index(chart_of(self.shown.chart)) + 1) % len(CHARTS)
        self._turn_to(chart=CHARTS[further].key)
        self.draw_ahead()

    def action_switch_volume(self) -> None:
        """Volume on and off."""
        self._turn_to(volume=not self.shown.volume)
        self.draw_ahead()

    def action_on_chart(self, what: str) -> None:
        """A key of the chart's, pressed elsewhere."""
        self.notice = f"{what} is on the chart: g opens it" if what.startswith("the ") else f"{what}: g opens the chart"

    def _turn_to(self, **change: object) -> None:
        """Change one thing that is looked at; say it where nothing on the screen shows it."""
        self.show(**change)
        ((name, value),) = change.items()
        shown = any(name in panel.READS for panel in self.screen.query(StripWidget) if panel.size.height)
        if not shown and not self.notice:
            state = ("off", "on")[value] if isinstance(value, bool) else value
            self.notice = f"{name} {state}: seen on the dashboard (d) and the chart (g)"

    def action_toggle_basis(self) -> None:
        """The ratio on total return or on price; the axes stay on total return."""
        settings = self.wanted.settings.but(price_ratio=not self.wanted.settings.price_ratio)
        self.notice = f"the ratio is on {'price, close / close' if settings.price_ratio else 'total return'}"
        self.read(self.wanted.but(settings=settings))


def _beside(name: str, step: int) -> str | None:
    """The range so many further; None beyond the ends."""
    at = RANGES.index(name) + step
    return RANGES[at] if 0 <= at < len(RANGES) else None
