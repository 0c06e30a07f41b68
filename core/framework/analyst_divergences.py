"""DIVERGENCES: where two things that often go together part, one row each, and since when they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..axes import Track
from ..bars import Floats
from ..context import LEADERS, NEAR_HIGH
from ..history import History
from ..indicators import TRADING_DAYS, highest, lowest
from ..matching import spread
from ..reading import Reading
from ..regime import runs
from ..studies import Studies

EXTREME = 63
QUIET = 10
RSI_APART = 5.0


class Divergence(NamedTuple):
    """One kind: its key, name and formula in words, what it needs, and the sessions whose close meets it.

    `met` is (t,) on the history's sessions: 1 where the close meets it, 0 where not, NaN where that is not known. A
    divergence is on for `stays` sessions, beginning with each close that meets it.
    """

    key: str
    name: str
    formula: str
    needs: str
    stays: int
    met: Callable[[Reading], Floats]

    @property
    def words(self) -> str:
        """The formula, and for how long it is on after it was met."""
        return f"{self.formula}; on for {self.stays} sessions from there" if self.stays > 1 else self.formula


class Spell(NamedTuple):
    """A divergence from the close that began it to the last that met it, how many did, and whether it is still on."""

    divergence: Divergence
    began: date
    last: date
    closes: int
    on: bool


class Found(NamedTuple):
    """A divergence on the last session: on, off or None where that is not known; and its spells, oldest first."""

    divergence: Divergence
    on: bool | None
    spells: tuple[Spell, ...]


def divergences(reading: Reading, first: int) -> tuple[Found, ...]:
    """Each of DIVERGENCES, with the spells that reach the row `first` or began after it."""
    return tuple(_found(reading, row, first) for row in DIVERGENCES)


def _found(reading: Reading, row: Divergence, first: int) -> Found:
    met = row.met(reading)
    on = _lasting(met == 1.0, row.stays)
    stretches = [(start, stop) for start, stop in runs(on.astype(np.int64)) if on[start] and stop > first]
    spells = tuple(_spell(reading.history, row, met, start, stop) for start, stop in stretches)
    # One close that is not known doesn't end what an earlier one began.
    now = True if on[-1] else None if np.isnan(met[-1]) else False
    return Found(row, now, spells)


def _lasting(met: NDArray[np.bool_], stays: int) -> NDArray[np.bool_]:
    """Whether one of the last `stays` closes met it, today's included; (t,)."""
    rows = np.arange(len(met))
    last = np.maximum.accumulate(np.where(met, rows, -stays))
    return np.asarray(rows - last < stays)


def _spell(past: History, row: Divergence, met: Floats, start: int, stop: int) -> Spell:
    rows = start + np.flatnonzero(met[start:stop] == 1.0)
    began, last = past.sessions[rows[[0, -1]]].tolist()
    return Spell(row, began, last, len(rows), stop == len(met))


def _both(yes: NDArray[np.bool_], *known: Floats) -> Floats:
    """`yes` as 1 and 0; NaN wherever one of what it is made from is not known."""
    return np.where(np.isnan(np.sum(known, axis=0)), np.nan, yes)


def _price_and_ratio(reading: Reading) -> tuple[Floats, Floats]:
    """How far price and ratio are below their highest of 63 closes, as fractions; 0 at a high."""
    past, bars = reading.history, reading.history.inputs.studies.bars
    price = spread(bars.close / highest(bars.close, EXTREME) - 1.0, bars.sessions, past.sessions)
    return price, past.ratio / highest(past.ratio, EXTREME) - 1.0


def _price_alone(reading: Reading) -> Floats:
    price, ratio = _price_and_ratio(reading)
    return _both((price >= 0) & (ratio < 0), price, ratio)


def _ratio_alone(reading: Reading) -> Floats:
    price, ratio = _price_and_ratio(reading)
    return _both((ratio >= 0) & (price < 0), price, ratio)


def _states(track: Track | None, past: History) -> Floats:
    """The axis's state, NaN before its first score and all along for a pair that hasn't got it."""
    unknown = np.full(len(past.sessions), np.nan)
    return unknown if track is None else np.where(track.held > 0, track.state, np.nan)


def _axes_apart(reading: Reading) -> Floats:
    past = reading.history
    product = _states(past.leadership, past) * _states(past.confirmation, past)
    return _both(product == -1.0, product)


def _narrow(reading: Reading) -> Floats:
    past = reading.history
    below = np.full(len(past.sessions), np.nan)
    for ticker in LEADERS:
        if bars := reading.panel.bars.get(ticker):
            gap = 1.0 - bars.close / highest(bars.close, TRADING_DAYS)
            below = np.fmin(below, spread(gap, bars.sessions, past.sessions))
    leadership = _states(past.leadership, past)
    return _both((below <= NEAR_HIGH) & (leadership == -1.0), below, leadership)


def _weaker(reading: Reading) -> Floats:
    studies = reading.history.inputs.studies
    price, rsi = studies.bars.adj_close, studies.rsi14
    top, strongest = highest(price, EXTREME), highest(rsi, EXTREME)
    met = _both((price >= top) & (rsi <= strongest - RSI_APART), top, strongest)
    return _laid(studies, met, reading.history)


def _stronger(reading: Reading) -> Floats:
    studies = reading.history.inputs.studies
    price, rsi = studies.bars.adj_close, studies.rsi14
    bottom, weakest = lowest(price, EXTREME), lowest(rsi, EXTREME)
    met = _both((price <= bottom) & (rsi >= weakest + RSI_APART), bottom, weakest)
    return _laid(studies, met, reading.history)


def _laid(studies: Studies, met: Floats, past: History) -> Floats:
    return spread(met, studies.bars.sessions, past.sessions)


LONG_ENOUGH = f"{EXTREME} closes in a row"
DIVERGENCES = (
    Divergence(
        "price_alone",
        "price high, ratio not",
        f"the first ticker's close is its highest of {EXTREME}, the total-return ratio's is not",
        LONG_ENOUGH,
        QUIET,
        _price_alone,
    ),
    Divergence(
        "ratio_alone",
        "ratio high, price not",
        f"the total-return ratio is its highest of {EXTREME} closes, the first ticker's close is not",
        LONG_ENOUGH,
        QUIET,
        _ratio_alone,
    ),
    Divergence(
        "axes_apart",
        "ratio and sectors apart",
        "LEADING while the sectors are DENIED, or LAGGING while they are CONFIRMED",
        "a pair with sectors, and both axes scored",
        1,
        _axes_apart,
    ),
    Divergence(
        "narrow",
        "narrow high",
        f"{' or '.join(LEADERS)} within {NEAR_HIGH:.0%} of its {TRADING_DAYS}-session high while the ratio is LAGGING",
        f"{TRADING_DAYS} closes of {' or '.join(LEADERS)}, and a scored ratio",
        1,
        _narrow,
    ),
    Divergence(
        "rsi_weaker",
        "price high, RSI lower",
        f"adj_close is its highest of {EXTREME}, RSI(14) {RSI_APART:g} or more under its own highest of them",
        f"{EXTREME} closes with an RSI(14)",
        QUIET,
        _weaker,
    ),
    Divergence(
        "rsi_stronger",
        "price low, RSI higher",
        f"adj_close is its lowest of {EXTREME}, RSI(14) {RSI_APART:g} or more over its own lowest of them",
        f"{EXTREME} closes with an RSI(14)",
        QUIET,
        _stronger,
    ),
)
