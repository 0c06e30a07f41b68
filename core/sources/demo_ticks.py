"""One simulated session tick by tick: seeded paths from each ticker's open to its close, inside its high and low."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.random import RandomState

from ..bars import Floats
from .demo_model import stream

SLOT_SECONDS = 2
SLOTS = 24 * 3600 // SLOT_SECONDS
# Each ticker trades once in so many slots, in a slot of its own: a screen over SSH redraws one or two prices a slot.
EVERY = 16


@dataclass(frozen=True, eq=False, slots=True)
class Tape:
    """All tickers' prices of one session, one row a ticker and one column each time it trades."""

    session: date
    tickers: tuple[str, ...]
    prices: Floats

    def at(self, local: datetime) -> Mapping[str, float]:
        """The last price of every ticker at a New York time of day; the open until a ticker has traded."""
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        slot = seconds // SLOT_SECONDS
        phase = np.arange(len(self.tickers)) % EVERY
        column = np.maximum((slot - phase) // EVERY, 0)
        return dict(zip(self.tickers, self.prices[phase_rows(len(phase)), column].tolist(), strict=True))


def phase_rows(n: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """0..n-1."""
    return np.arange(n)


def tape(seed: int, session: date, candles: Mapping[str, tuple[float, float, float, float]]) -> Tape:
    """The tape of a session from each ticker's (open, high, low, close)."""
    rows = [_path(stream(seed, f"{name}/{session}"), *candle) for name, candle in candles.items()]
    return Tape(session, tuple(candles), np.array(rows))


def _path(rng: RandomState, opening: float, high: float, low: float, close: float) -> Floats:
    """A Brownian bridge from open to close, stretched above and below so that it touches high and low, in cents."""
    n = SLOTS // EVERY
    steps = np.cumsum(rng.standard_normal(n - 1)) / np.sqrt(n)
    along = np.arange(1, n) / (n - 1)
    width = max(high - low, 0.01)
    path = np.concatenate(([opening], opening + along * (close - opening) + 0.6 * width * (steps - along * steps[-1])))
    top, bottom = max(opening, close), min(opening, close)
    path = np.where(path > top, top + (path - top) * _stretch(high - top, path.max() - top), path)
    path = np.where(path < bottom, bottom - (bottom - path) * _stretch(bottom - low, bottom - path.min()), path)
    path = np.clip(np.round(path, 2), low, high)
    path[-1] = close
    return path


def _stretch(room: float, reach: float) -> float:
    return room / reach if reach > 0 else 0.0
