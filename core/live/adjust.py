"""Total return: from bars and dividends as the provider keeps them to bars with an adj_close."""

from __future__ import annotations

import numpy as np

from ..bars import Bars, Floats, bars_of
from .raw import Raw


def adjusted(raw: Raw) -> Bars:
    """Bars with adj_close = close x product over the later ex-dates of 1 - D / close of the session before.

    The last adj_close is the last close. Dividends that take effect on one session add up. An ex-date that is no
    session held takes effect on the next one; one on or before the first bar or after the last is ignored. `raw` has
    passed the gate: sorted, no NaN, D below the close before. An index (^) pays nothing and counts as not adjusted.
    Method: CRSP's, as Yahoo describes its adjusted close.
    """
    adj_close = raw.close * _later_cuts(raw) if len(raw.dividends) else raw.close
    columns = (raw.open, raw.high, raw.low, raw.close, adj_close, raw.volume)
    return bars_of(raw.ticker, raw.sessions, columns, adjusted=not raw.ticker.startswith("^"))


def _later_cuts(raw: Raw) -> Floats:
    """For each session the product of 1 - D / close before over the sessions after it; 1 on the last."""
    n = len(raw)
    place = np.searchsorted(raw.sessions, raw.dividend_days)
    counts = place < n
    paid = np.bincount(place[counts], raw.dividends[counts], n)
    factors = np.ones(n)
    factors[:-1] = np.cumprod((1 - paid[1:] / raw.close[:-1])[::-1])[::-1]
    return factors
