"""Minute bars for what is looked at: they come with the change that needs them, and anew when a price has moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from ..core import intraday
from ..core.live.raw import Minutes
from .scene import Prices, Scene
from .stage import Stage

AGAIN_SECONDS, MISSING_SECONDS = 15.0, 1.0

Asker = Callable[[str, int, datetime], Minutes | None]
"""Answers at once with what is known of a ticker: bars of a minute for 1 session, of five minutes for 5."""


class Intraday(Stage):
    """Keeps the scene's minutes those of its range, its ticker, its pair and its time."""

    @property
    def asker(self) -> Asker | None:
        """The source's answer to questions for minutes; None when it has none."""
        return None

    def on_mount(self) -> None:
        """Bring what the first scene needs; from then on look again now and then."""
        self.show()
        self.watch(self, "prices", self._traded, init=False)
        self.set_interval(AGAIN_SECONDS, self.look_again)
        self.set_interval(MISSING_SECONDS, self.look_for_missing)

    def show(self, **changes: object) -> None:
        """Change the scene, and with it the minutes where it now needs others, so that both are drawn at once."""
        wanted = self.shown.but(**changes)
        if self.asker is None or not wanted.sessions:
            super().show(**changes, minutes=None if self.asker is None else wanted.minutes)
            return
        known = wanted.minutes if _when(wanted) == _when(self.shown) else None
        kept = {ticker: bars for ticker, bars in (known or {}).items() if ticker in _tickers(wanted)}
        found = self._answers(wanted, (ticker for ticker in _tickers(wanted) if ticker not in kept))
        super().show(**changes, minutes=kept | found if found or known is None else known)

    def _answers(self, scene: Scene, tickers: Iterable[str]) -> dict[str, Minutes]:
        ask = self.asker
        now = intraday.evening(scene.reading.as_of) if scene.travelling else self.standpoint.clock.now()
        answers = {ticker: ask(ticker, scene.sessions, now) for ticker in tickers} if ask else {}
        return {ticker: bars for ticker, bars in answers.items() if bars is not None and len(bars)}

    def _traded(self, old: Prices, new: Prices) -> None:
        if not self.shown.travelling:
            self._renew(ticker for ticker in _tickers(self.shown) if old.of(ticker) != new.of(ticker))

    def look_again(self) -> None:
        """Ask for all of them anew: bars may come without a trade."""
        self._renew(_tickers(self.shown))

    def look_for_missing(self) -> None:
        """Ask for those that have not arrived."""
        known = self.shown.minutes or {}
        self._renew(ticker for ticker in _tickers(self.shown) if ticker not in known)

    def _renew(self, tickers: Iterable[str]) -> None:
        """Ask again; what has not changed is not drawn again."""
        if not self.shown.sessions:
            return
        known = dict(self.shown.minutes or {})
        found = self._answers(self.shown, tickers)
        changed = {ticker: bars for ticker, bars in found.items() if not intraday.same(known.get(ticker), bars)}
        if changed:
            super().show(minutes=known | changed)


def _when(scene: Scene) -> tuple[object, ...]:
    return scene.range, scene.travelling, scene.reading.as_of, scene.reading.origin.name


def _tickers(scene: Scene) -> tuple[str, ...]:
    """The chosen ticker and the pair's two."""
    return tuple(dict.fromkeys((scene.ticker, scene.reading.pair.a, scene.reading.pair.b)))
