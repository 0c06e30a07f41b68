"""What is fetched, before and after the gate: daily bars with their events, minute bars, quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ..bars import Days, Floats, Seconds

PRICES = ("open", "high", "low", "close")
FIELDS = (*PRICES, "volume")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Raw:
    """Daily bars of one ticker as the provider keeps them: adjusted for splits, not for dividends.

    `sessions` (datetime64[D]) and the five columns have one length; `dividends` are dollars a share on the scale of the
    prices, by ex-date; `splits` are new shares for an old one, by ex-date. Before the gate anything may be in them, NaN
    and days that are no session included; after it sessions strictly increase and nothing is NaN.
    """

    ticker: str
    sessions: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    dividend_days: Days
    dividends: Floats
    split_days: Days
    splits: Floats

    def __len__(self) -> int:
        return len(self.sessions)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Answer:
    """What the provider answered to a request for daily bars: the bars, and what it says they are.

    `symbol` and `timezone` are the provider's own words for what it sent; `price` is its last price (NaN when it gives
    none) and `price_at` that price's instant in epoch seconds (0 when it gives none).
    """

    raw: Raw
    symbol: str
    timezone: str
    price: float
    price_at: int


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Held:
    """Daily bars that passed the gate, as they are kept.

    Sessions up to `final_through` are not expected to change; a newer one is shown and asked for again. `flags` are
    sentences about rows that were left out or are in doubt, empty when all is well.
    """

    raw: Raw
    fetched_at: datetime
    final_through: date
    flags: tuple[str, ...] = ()

    @property
    def ticker(self) -> str:
        """Whose bars these are."""
        return self.raw.ticker


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Minutes:
    """Bars shorter than a day of one ticker, oldest first: `times` are the bars' beginnings (datetime64[s], UTC).

    `interval` is a bar's length in minutes. All arrays have one length; none holds NaN; a minute without a trade is
    absent, not filled.
    """

    ticker: str
    interval: int
    times: Seconds
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.times)


class Quote(NamedTuple):
    """The last trade of a ticker as the provider shows it: `at` is its instant in epoch seconds, `delay` in minutes."""

    ticker: str
    price: float
    at: int
    previous_close: float
    volume: float
    delay: int = 0
