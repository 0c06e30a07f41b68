"""What the tests of the composite need: markets made for one signal, and what comes of them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import Bars, Floats, Origin, Panel, to_day
from smallcap.core.composite import KEYS, CompositeReading
from smallcap.core.history import Pair
from smallcap.core.settings import Settings

from tests.conftest import random_bars, random_panel

NAN = float("nan")
ANSWERS = Path(__file__).resolve().parents[2] / "answers"
IWM_SPY = Pair("IWM", "SPY")
each_signal = pytest.mark.parametrize("key", KEYS)


# The sessions of the pair's first ticker before which a signal can't vote; a signal that is added has to be named here.
WARM = {
    "trend": 199,
    "rsi": 14,
    "macd": 34,
    "fibonacci": 125,
    "volume": 20,
    "ratio": 199,
    "confirmation": 53,
    "breadth": 20,
}


def rows_of(name: str) -> list[dict[str, str]]:
    lines = [line for line in (ANSWERS / name).read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def number(text: str) -> float:
    return float(text) if text else NAN


def bars_from(close: list[float] | Floats, volume: list[float] | Floats | None = None, ticker: str = "IWM") -> Bars:
    """Bars with these closes and no height, no dividend, and a volume of a million unless told otherwise."""
    c = np.array(close, dtype=float)
    sessions = random_bars(ticker, len(c), 0).sessions
    return Bars(ticker, sessions, c, c, c, c, c, np.full(len(c), 1e6) if volume is None else np.array(volume))


def still_panel(n: int, level: float = 7.3, **others: Bars) -> Panel:
    """A market in which nothing ever moves, but for the tickers given."""
    names = random_panel(1).bars
    bars = {name: bars_from([level] * n, ticker=name) for name in names} | others
    return Panel(bars, Origin("still", True, "2020-01-01T00:00:00+00:00"))


def read_last(panel: Panel, **given: object) -> CompositeReading:
    """The composite that the one pipeline reads on the panel's last session."""
    last = max(to_day(bars.sessions[-1]) for bars in panel.bars.values())
    return reading.build(panel, last, Settings(watchlist=("IWM",)).but(**given), closed=last).composite


def left_out(read: CompositeReading) -> dict[str, str]:
    assert all(np.isnan(vote.value) for vote in read.votes if np.isnan(vote.vote))
    return {vote.key: vote.why for vote in read.votes if np.isnan(vote.vote)}
