"""The scene: what is shown and how, one frozen object that flows down to every widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from ..core import intraday
from ..core.bars import Bars
from ..core.calendar import Hours, same_day
from ..core.freshness import Freshness, State
from ..core.intraday import INTERVALS
from ..core.live.raw import Minutes
from ..core.reading import Reading
from ..core.settings import RANGES

if TYPE_CHECKING:
    from ..core.evidence.quote import Quote
    from ..core.evidence.worth import Compared

INTRADAY = {"1D": 1, "5D": 5}
"""The ranges of minutes, and how many sessions each shows."""

DAILY_RANGES = tuple(name for name in RANGES if name not in INTRADAY)
MONTHS = {"1M": 1, "3M": 3, "6M": 6, "1Y": 12, "5Y": 60}


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Scene:
    """A reading, the ticker and range looked at, how they are drawn, and what went wrong last; compared by identity."""

    reading: Reading
    ticker: str
    range: str
    chart: str = "line"
    """How prices are drawn: a key of charts.CHARTS."""
    volume: bool = True
    ascii_only: bool = False
    colourless: bool = False
    travelling: bool = False
    trouble: str = ""
    hours: Hours | None = None
    """The exchange's; None while another time is looked at."""
    focus: str = ""
    """The id of the panel in focus; none when empty. Textual's own focus would have the whole screen sent again."""
    minutes: Mapping[str, Minutes] | None = None
    """The minute bars that have arrived, by ticker; None when the source never has any."""
    fresh: Freshness | None = None
    """How fresh each kind of numbers is; None before the first look."""
    quotes: tuple[Quote, ...] = ()
    """What the reading's labels were worth; none until they have been worked out."""
    sized: Compared | None = None
    """What sizing by the settings was worth; None until then, and with less than a year of it."""

    def but(self, **changes: object) -> Scene:
        """This scene with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def bars(self) -> Bars | None:
        """The chosen ticker's bars up to the as-of session; None when the source has none."""
        return self.reading.panel.bars.get(self.ticker)

    def first_session(self) -> np.datetime64:
        """The first session that the range may show."""
        return np.datetime64(range_start(self.range, self.reading.as_of), "D")

    @property
    def sessions(self) -> int:
        """How many sessions of minutes the range shows; 0 for a range of daily bars."""
        return INTRADAY.get(self.range, 0)

    def minutes_of(self, ticker: str) -> Minutes | None:
        """The ticker's bars for the range, none later than the as-of session where another time is looked at."""
        found = (self.minutes or {}).get(ticker)
        if found is None or not self.sessions or found.interval != INTERVALS[self.sessions]:
            return None
        return intraday.until(found, self.reading.as_of) if self.travelling else found

    def state(self, kind: str) -> State:
        """How fresh the numbers of a kind are, one of Freshness's fields."""
        if self.fresh is not None:
            found: State = getattr(self.fresh, kind)
            return found
        return State("SIMULATED") if self.reading.origin.simulated else State("STALE", "not looked at yet")


def range_start(name: str, as_of: date) -> date:
    """The first day of a range that ends on `as_of`."""
    if name == "max":
        return date.min
    if name == "YTD":
        return as_of.replace(month=1, day=1)
    return same_day(as_of, -MONTHS[name])


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Prices:
    """Last prices of a session in progress by ticker, and when they were; empty when nothing trades."""

    by_ticker: Mapping[str, float] = field(default_factory=dict)
    at: str = ""

    def of(self, ticker: str) -> float | None:
        """The ticker's last price; None when it has none."""
        return self.by_ticker.get(ticker)
