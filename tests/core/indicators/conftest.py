"""What the tests of the indicators need: every indicator in a table, and series at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.core import indicators as ind
from smallcap.core.bars import Floats

NAN = float("nan")


# A busy machine is no failure, and what runs for every case of a table has many examples already.
unhurried = settings(deadline=None)
each_briefly = settings(deadline=None, max_examples=20)


def series(elements: st.SearchStrategy[float]) -> st.SearchStrategy[Floats]:
    """Up to 60 rows, in half of the examples mostly of one value."""
    return st.one_of(*(arrays(np.float64, st.integers(0, 60), elements=elements, fill=f) for f in (None, st.nothing())))


gappy = series(st.one_of(*[st.floats(1e-3, 1e6)] * 9, st.just(NAN)))
# Whole numbers: their differences are exact, so what should be equal is equal to the last bit.
whole = series(st.integers(1, 60).map(float))


def high_low_close(x: Floats) -> tuple[Floats, Floats, Floats]:
    return x * 1.25, x * 0.875, x


@dataclass(frozen=True)
class Case:
    """One array that the indicators make of one series.

    `warm` is how many rows are NaN at first; `gap` which rows, counted from a missing value, are missing with it, None
    for all; `power` 1 when the array grows with the scale of the series, 0 when it doesn't.
    """

    key: str
    of: Callable[[Floats], Floats]
    warm: int
    gap: Sequence[int] | None
    power: int


CASES = (
    Case("lag", lambda x: ind.lag(x, 3), 3, (3,), 1),
    Case("sma", lambda x: ind.sma(x, 5), 4, range(5), 1),
    Case("ema", lambda x: ind.ema(x, 5), 4, None, 1),
    Case("wilder", lambda x: ind.wilder(x, 5), 4, None, 1),
    Case("rsi", lambda x: ind.rsi(x, 5), 5, None, 0),
    Case("macd line", lambda x: ind.macd(x, 3, 6, 3).line, 7, None, 1),
    Case("macd signal", lambda x: ind.macd(x, 3, 6, 3).signal, 7, None, 1),
    Case("macd histogram", lambda x: ind.macd(x, 3, 6, 3).histogram, 7, None, 1),
    Case("true_range", lambda x: ind.true_range(*high_low_close(x)), 1, (0, 1), 1),
    Case("atr", lambda x: ind.atr(*high_low_close(x), 5), 5, None, 1),
    Case("realized_vol", lambda x: ind.realized_vol(x, 5), 5, range(6), 0),
    Case("donchian high", lambda x: ind.donchian(x, 5)[0], 4, range(5), 1),
    Case("donchian low", lambda x: ind.donchian(x, 5)[1], 4, range(5), 1),
    Case("highest", lambda x: ind.highest(x, 7), 6, range(7), 1),
    Case("lowest", lambda x: ind.lowest(x, 7), 6, range(7), 1),
    Case("fibonacci high", lambda x: ind.fibonacci(x, 8).high, 7, range(8), 1),
    Case("fibonacci low", lambda x: ind.fibonacci(x, 8).low, 7, range(8), 1),
    Case("fibonacci rising", lambda x: ind.fibonacci(x, 8).rising, 7, range(8), 0),
    Case("fibonacci retracement", lambda x: ind.fibonacci(x, 8).retracement, 7, range(8), 0),
    Case("relative_volume", lambda x: ind.relative_volume(x, 5), 5, range(6), 0),
    Case("relative_performance", lambda x: ind.relative_performance(x, x * x, 5), 5, (0, 5), 0),
    Case("sign", lambda x: ind.sign(x - ind.lag(x, 1), x), 1, (0, 1), 0),
    Case("sign_between", lambda x: ind.sign_between(x, ind.sma(x, 5)), 4, range(5), 0),
    Case("place_in_range", lambda x: ind.place_in_range(x, 5), 4, range(5), 0),
)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.key for case in CASES])


def log_returns(close: Floats) -> Floats:
    return np.diff(np.log(close), prepend=NAN)
