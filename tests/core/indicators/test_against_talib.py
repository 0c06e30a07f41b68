"""Indicators against TA-Lib, on all real history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import talib
from smallcap.core import indicators as ind
from smallcap.core.bars import Bars, Floats, Panel

from tests.core.indicators.conftest import NAN, log_returns


def talib_vol(close: Floats, n: int) -> Floats:
    """TA-Lib divides by n, a sample by n - 1; and it can't start on the first return, which is not known."""
    population = np.concatenate(([NAN], talib.STDDEV(log_returns(close)[1:], n, 1)))
    return population * np.sqrt(n / (n - 1) * 252)


Both = tuple[Callable[[Bars], Floats], Callable[[Bars], Floats]]
Mean = Callable[[Floats, int], Floats]


def mean_of(ours: Mean, theirs: Mean, n: int) -> Both:
    return lambda b: ours(b.close, n), lambda b: theirs(b.close, n)


TALIB: dict[str, Both] = {
    **{f"SMA({n})": mean_of(ind.sma, talib.SMA, n) for n in (5, 20, 50, 200)},
    **{f"EMA({n})": mean_of(ind.ema, talib.EMA, n) for n in (12, 20, 26, 200)},
    "RSI(14)": (lambda b: ind.rsi(b.adj_close, 14), lambda b: talib.RSI(b.adj_close, 14)),
    "ATR(14)": (lambda b: ind.atr(b.high, b.low, b.close), lambda b: talib.ATR(b.high, b.low, b.close, 14)),
    "true range": (lambda b: ind.true_range(b.high, b.low, b.close), lambda b: talib.TRANGE(b.high, b.low, b.close)),
    "Donchian high": (lambda b: ind.donchian(b.close)[0], lambda b: talib.MAX(b.close, 20)),
    "Donchian low": (lambda b: ind.donchian(b.close)[1], lambda b: talib.MIN(b.close, 20)),
    "swing high": (lambda b: ind.fibonacci(b.close).high, lambda b: talib.MAX(b.close, 126)),
    "swing low": (lambda b: ind.fibonacci(b.close).low, lambda b: talib.MIN(b.close, 126)),
    "realized_vol(20)": (lambda b: ind.realized_vol(b.adj_close), lambda b: talib_vol(b.adj_close, 20)),
}


@pytest.mark.parametrize("name", TALIB)
def test_agrees_with_talib_on_every_real_ticker_from_the_first_row_on(real_panel: Panel, name: str):
    # No row is left out: the seeds of SMA, EMA, RSI and ATR are TA-Lib's, so nothing has to settle first.
    ours, theirs = TALIB[name]
    for ticker, bars in real_panel.bars.items():
        # assert_allclose also demands NaN in the same places.
        np.testing.assert_allclose(ours(bars), theirs(bars), rtol=1e-9, err_msg=ticker)


@pytest.mark.parametrize("part", ["line", "signal", "histogram"])
def test_macd_is_talibs_on_every_real_ticker_from_the_first_row_on(real_panel: Panel, part: str):
    for ticker, bars in real_panel.bars.items():
        ours = getattr(ind.macd(bars.close, 12, 26, 9), part)
        theirs = dict(zip(("line", "signal", "histogram"), talib.MACD(bars.close, 12, 26, 9), strict=True))[part]
        np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs), err_msg=ticker)
        # It crosses zero, where the rounding of the two means of which it is the difference is all that is left: an
        # error relative to itself means nothing there, one of 1e-12 of the close does.
        allowed = np.maximum(1e-9 * np.abs(theirs), 1e-12 * bars.close)
        known = ~np.isnan(theirs)
        assert (np.abs(ours - theirs)[known] <= allowed[known]).all(), ticker
