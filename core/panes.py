"""PANES: what can be drawn under the price, one row each, worked out from one ticker's bars and causal."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from . import indicators as ind
from .bars import Bars, Floats
from .matching import match, spread
from .overlays import Curve
from .signals import EVENT_VOLUME
from .studies import Studies

VERSUS = 20
RSI_DIP, RSI_HELD = (35.0, 42.0), (20.0, 80.0)


class Pane(NamedTuple):
    """One row: its key and name, the formula in words, its curves, or why there are none, their decimals and unit.

    Without decimals of its own it has those of the price. `band` are two values between which it is shaded, `held` two
    that its range always holds, so that tickers can be compared.
    """

    key: str
    name: str
    formula: str
    of: Callable[[Studies, Bars | None], tuple[Curve, ...] | str]
    decimals: int | None = None
    unit: str = ""
    band: tuple[float, float] | None = None
    held: tuple[float, ...] = ()


def drawdown(close: Floats) -> Floats:
    """Each close against the highest one so far, as a fraction, 0 at a high; (t,), NaN where the close is."""
    return np.asarray(close / np.fmax.accumulate(close) - 1.0, dtype=np.float64) if len(close) else close


def _volume(studies: Studies, _: Bars | None) -> tuple[Curve, ...] | str:
    volume, relative = studies.bars.volume, studies.relative_volume
    if not volume.any():
        return f"{studies.bars.ticker} has no volume"
    events = np.where(np.nan_to_num(relative) >= EVENT_VOLUME, volume, np.nan)
    return Curve("", volume, "volume", "", "bars"), Curve("event", events, "spike", "!", "bars")


def _rsi(studies: Studies, _: Bars | None) -> tuple[Curve, ...]:
    return (Curve("", studies.rsi14, "a"),)


def _macd(studies: Studies, _: Bars | None) -> tuple[Curve, ...]:
    macd = studies.macd
    return (
        Curve("", macd.line, "a", "m"),
        Curve("signal", macd.signal, "fast", "s"),
        Curve("histogram", macd.histogram, "volume", shape="bars"),
    )


def _drawdown(studies: Studies, _: Bars | None) -> tuple[Curve, ...]:
    return (Curve("", _finite(100.0 * drawdown(studies.bars.close)), "down"),)


def _versus(studies: Studies, market: Bars | None) -> tuple[Curve, ...] | str:
    bars = studies.bars
    if market is None or market.ticker == bars.ticker or "/" in bars.ticker:
        return f"{bars.ticker} isn't held against a market"
    m = match(bars, market)
    relative = ind.relative_performance(m.a_adj, m.b_adj, VERSUS) if len(m.sessions) else m.a_adj
    percent = _finite(100.0 * spread(relative, m.sessions, bars.sessions))
    return (Curve(f"against {market.ticker}", percent, "a"),)


def _finite(values: Floats) -> Floats:
    """NaN where a close of 0 leaves no number."""
    return np.where(np.isfinite(values), values, np.nan)


PANES = (
    Pane(
        "volume", "volume", "shares traded; an event is 2 or more times the mean of the 20 sessions before", _volume, 1
    ),
    Pane(
        "rsi", "RSI14", "Wilder's RSI of 14 changes of adj_close; shaded from 35 to 42", _rsi, 1, "", RSI_DIP, RSI_HELD
    ),
    Pane("macd", "MACD 12,26,9", "EMA(12) - EMA(26) of the close; its EMA(9) the signal; their difference", _macd),
    Pane("drawdown", "drawdown", "close / highest close so far - 1", _drawdown, 2, "%"),
    Pane("versus", "relative performance 20", "(A / A 20 ago) / (B / B 20 ago) - 1, adj_close", _versus, 2, "%"),
)
