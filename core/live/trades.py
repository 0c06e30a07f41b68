"""Trades: whether a last trade fits the closes that it would be shown beside, by its price and the close before it."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

from .. import calendar
from ..bars import Bars, to_day
from .raw import Held, Quote

# A quote this far from the last close, up or down, is shown to nobody; the VIX may double in a day.
FURTHEST_QUOTE, FURTHEST_INDEX = math.log(1.25), math.log(2.5)
# Yahoo's own previous close against ours: further apart than this, something was restated, as by a split.
RESTATED = 0.005
# The exchange has never been closed for as long.
LONGEST_PAUSE = timedelta(days=14)
LATEST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


def traded(quote: Quote) -> datetime:
    """The instant of a trade, within what an instant can be."""
    return datetime.fromtimestamp(min(max(quote.at, 0), LATEST), UTC)


def day(quote: Quote) -> date:
    """The day in New York on which it traded."""
    return calendar.new_york(traded(quote)).date()


def restated(quote: Quote, held: Held) -> bool:
    """Whether Yahoo's close before the trade's session, of which the close is held, is another than the one held."""
    return _restated(quote, to_day(held.raw.sessions[-1]), float(held.raw.close[-1]))


def far(price: float, held: Held) -> bool:
    """Whether a price is too far from the last close held to be one of the next days."""
    return _far(held.ticker, price, float(held.raw.close[-1]))


def fits(quote: Quote, bars: Bars) -> bool:
    """Whether a trade is newer than these bars, and of one scale with them: not of one side of a split with the other.

    The last close of adjusted bars is the price as it was traded, so it can be compared.
    """
    last, close = to_day(bars.sessions[-1]), float(bars.close[-1])
    return day(quote) > last and not _restated(quote, last, close) and not _far(quote.ticker, quote.price, close)


def _restated(quote: Quote, last: date, close: float) -> bool:
    on = day(quote)
    if not last < on < last + LONGEST_PAUSE or not calendar.is_session(on) or calendar.previous_session(on) != last:
        return False
    return abs(quote.previous_close / close - 1) > RESTATED


def _far(ticker: str, price: float, close: float) -> bool:
    return abs(math.log(price / close)) > (FURTHEST_INDEX if ticker.startswith("^") else FURTHEST_QUOTE)
