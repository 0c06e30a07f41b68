"""What the keys for finding do: switch to any ticker or pair, and keep the watchlist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..core.bars import TICKER, to_day
from ..core.errors import SmallcapError, UsageError
from ..core.history import parse_pair
from .feeding import Feeding
from .intraday import Intraday
from .messages import AccountChanged

if TYPE_CHECKING:
    from ..core.finder import Candidate

MOST_RECENT = 9


class Finding(Intraday, Feeding):
    """Actions that find a ticker or a pair, and those that change the watchlist."""

    _adding: str = ""
    """The ticker that is to be watched once it has arrived."""
    _taken: tuple[str, int] = ("", 0)
    """What was last taken off the watchlist, and from where, so that it can be put back."""

    def action_find(self) -> None:
        """Ask for a ticker or a pair, and switch to it."""
        from .screens.find import Find  # noqa: PLC0415  the first screen doesn't pay for it

        self.push_screen(Find("Switch to which ticker or pair?", self._offers(), self._known), self._found)

    def action_watch(self) -> None:
        """Put the ticker that is looked at on the watchlist; ask for one when it is there."""
        from .screens.find import Find  # noqa: PLC0415  as above

        ticker = self.shown.ticker
        if ticker not in self._watched:
            self._watch(ticker)
            return
        question = f"Put which ticker on the watchlist? {ticker} is on it"
        self.push_screen(Find(question, self._unwatched(), self._watchable), self._asked_to_watch)

    def action_unwatch(self) -> None:
        """Take the ticker that is looked at off the watchlist; the last one stays.

        The pair's two may go like any other: the banner, the ratio and the charts have them without it.
        """
        ticker, watched = self.shown.ticker, self._watched
        if ticker not in watched:
            self.notice = f"{ticker} is not on the watchlist  a: put it there"
        elif len(watched) == 1:
            self.notice = f"{ticker} is the only ticker on the watchlist: put another there first, with a"
        else:
            self._taken = ticker, watched.index(ticker)
            self._chose(watchlist=tuple(one for one in watched if one != ticker))
            self.notice = f"{ticker} is off the watchlist  a: put it back"

    def arrived(self, text: str) -> None:
        """Switch to a ticker or a pair that is held, and remember it as the most recent one."""
        if "/" in text:
            text = str(parse_pair(text))
            self.read(self.wanted.but(settings=self.wanted.settings.but(pair=text)))
        else:
            text = text.upper()
            self.show(ticker=text)
        recent = self.wanted.settings.recent
        newest = (text, *(one for one in recent if one != text))[:MOST_RECENT]
        if newest != recent:
            self._chose(recent=newest)
        if text == self._adding:
            self._watch(text)

    @property
    def _watched(self) -> tuple[str, ...]:
        """The watchlist as it will be when the newest reading is there."""
        return self.wanted.settings.watchlist

    def _watch(self, ticker: str) -> None:
        """Put a ticker on the watchlist: where it was when it was taken off last, else at the end."""
        self._adding = ""
        if ticker in self._watched:
            return
        place = self._taken[1] if ticker == self._taken[0] else len(self._watched)
        self._chose(watchlist=(*self._watched[:place], ticker, *self._watched[place:]))
        self.notice = f"{ticker} is on the watchlist  x: take it off"

    def _chose(self, **values: object) -> None:
        self.post_message(AccountChanged(values))

    def _offers(self) -> Callable[[str], tuple[Candidate, ...]]:
        """What a typed text may mean, as a function of it."""
        from ..core import finder  # noqa: PLC0415  the first screen doesn't pay for it

        scene, settings, names = self.shown, self.wanted.settings, self._names()
        here = {scene.ticker, str(scene.reading.pair)}
        sources = (
            ("recent", [one for one in settings.recent if one not in here]),
            ("watchlist", settings.watchlist),
            ("has data", sorted(self.panel.bars)),
            ("fund" if self.fetched else f"not in {self.panel.origin.name}", names),
        )
        known = finder.candidates(sources, names)
        return partial(finder.offers, known=known, asks=self.fetched is not None)

    def _unwatched(self) -> Callable[[str], tuple[Candidate, ...]]:
        """The same without pairs and without what is on the watchlist."""
        offers, watched = self._offers(), self._watched
        return lambda typed: tuple(one for one in offers(typed) if not ("/" in one.symbol or one.symbol in watched))

    def _names(self) -> dict[str, str]:
        """The funds' names as of the reading; of the built-in facts alone when the user's own can't be read."""
        try:
            facts = self.standpoint.facts()
        except SmallcapError:
            facts = self.standpoint.but(own_facts=None).facts()
        found = ((one, facts.of(one, "name", self.shown.reading.as_of)) for one in facts.subjects())
        return {ticker: fact.shown() for ticker, fact in found if fact is not None}

    def _known(self, text: str) -> None:
        for ticker in _tickers(text):
            bars = self.panel.bars.get(ticker)
            if bars is None and self.fetched is not None and TICKER.fullmatch(ticker):
                continue
            if to_day(self.panel[ticker].sessions[0]) > self.shown.reading.as_of:
                raise UsageError(f"{ticker} has no session before {self.shown.reading.as_of}")

    def _watchable(self, text: str) -> None:
        if "/" in text:
            raise UsageError(f"{text.upper()} is a pair: the watchlist takes one ticker at a time, like KRE")
        if text.upper() in self._watched:
            raise UsageError(f"{text.upper()} is on the watchlist already")
        self._known(text)

    def _found(self, text: str | None) -> None:
        if text and all(ticker in self.panel.bars for ticker in _tickers(text)):
            self.arrived(text)
        elif text:
            self.wait_for(text)

    def _asked_to_watch(self, text: str | None) -> None:
        self._adding = text.upper() if text else ""
        self._found(text)


def _tickers(text: str) -> Sequence[str]:
    """The ticker, or the two of a pair; UsageError for a pair that is none."""
    return parse_pair(text) if "/" in text else (text.upper(),)
