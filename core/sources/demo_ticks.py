"""One simulated session tick by tick: seeded paths from each ticker's open to its close, inside its high and low."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..bars import Floats
from .demo_bars import History
from .demo_model import stream

Ints = NDArray[np.int64]

SLOT_SECONDS = 1
SLOTS = 24 * 3600 // SLOT_SECONDS
# Each ticker trades once in so many slots, in a slot of its own: a screen over SSH redraws one or two prices a slot.
EVERY = 15
TRADES = SLOTS // EVERY


@dataclass(frozen=True, eq=False, slots=True)
class Tape:
    """All tickers' prices of one session, (tickers, trades), and the slot in which each ticker trades first."""

    session: date
    tickers: tuple[str, ...]
    prices: Floats

    def at(self, local: datetime) -> Mapping[str, float]:
        """The last price of every ticker at a New York time of day; the open until a ticker has traded."""
        rows = np.arange(len(self.tickers))
        return dict(zip(self.tickers, self.prices[rows, last_trade(rows, local)].tolist(), strict=True))


def tape(seed: int, session: date, place: int, histories: Mapping[str, History]) -> Tape:
    """The tape of the session at `place` of the histories; tickers that share causes move together within the day."""
    causes = dict.fromkeys(cause for history in histories.values() for cause in history.causes)
    bridges = {cause: _bridge(seed, session, cause) for cause in causes}
    rows = [_path(history, place, bridges) for history in histories.values()]
    return Tape(session, tuple(histories), np.array(rows))


@lru_cache(maxsize=48)
def path(seed: int, session: date, place: int, history: History) -> Floats:
    """One ticker's prices of the session at `place`, (trades,): its row of the tape."""
    return _path(history, place, {cause: _bridge(seed, session, cause) for cause in history.causes})


def last_trade(rows: Ints, local: datetime) -> Ints:
    """Which trade is the last one at a New York time of day, of the tickers in these rows of the tape."""
    slot = (local.hour * 3600 + local.minute * 60 + local.second) // SLOT_SECONDS
    return np.maximum((slot - rows % EVERY) // EVERY, 0)


def _bridge(seed: int, session: date, cause: str) -> Floats:
    """A Brownian bridge from 0 to 0 with total variance 1, one value a trade."""
    steps = stream(seed, f"{cause}/{session}").standard_normal(TRADES)
    steps[0] = 0.0
    walk = np.cumsum(steps) / np.sqrt(TRADES)
    bridge: Floats = walk - np.linspace(0, 1, TRADES) * walk[-1]
    return bridge


def _path(history: History, place: int, bridges: Mapping[str, Floats]) -> Floats:
    """From open to close in cents, its parts above and below the two stretched so that they touch high and low."""
    b = history.bars
    opening, high, low, close = (float(column[place]) for column in (b.open, b.high, b.low, b.close))
    noise = _together({cause: load * float(sd[place]) for cause, (load, sd) in history.causes.items()}, bridges)
    # A bridge ranges over about 1.25 of its standard deviation; the stretching below does the rest.
    path = np.linspace(opening, close, TRADES) + 0.8 * (high - low) * noise
    top, bottom = max(opening, close), min(opening, close)
    above, below = np.maximum(path - top, 0), np.maximum(bottom - path, 0)
    path = np.clip(path, bottom, top) + above * _stretch(high - top, above) - below * _stretch(bottom - low, below)
    return np.clip(np.round(path, 2), low, high)


def _together(weights: Mapping[str, float], bridges: Mapping[str, Floats]) -> Floats:
    """The causes' bridges as one, with total variance 1."""
    mixed: Floats = np.sum([weight * bridges[cause] for cause, weight in weights.items()], axis=0)
    return mixed / float(np.sqrt(sum(weight**2 for weight in weights.values())))


def _stretch(room: float, reach: Floats) -> float:
    furthest = float(reach.max())
    return room / furthest if furthest > 0 else 0.0
