"""Flips: the next closes of the ratio or the market that would ask for another regime, other things equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import format as fmt
from .axes import DWELL, Axis, Track
from .bars import Floats, Panel
from .history import History
from .regime import INSUFFICIENT, REGIMES, labels

REACH = 4.0
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Flip:
    """One way to another regime: `ticker` (or the pair) closes below (or above) `close`, for `closes` closes in a row.

    `change` is the distance from the last close, as a fraction.
    """

    to: str
    ticker: str
    below: bool
    close: float
    change: float
    closes: int

    def words(self) -> str:
        """`IWM/SPY < 0.5640 (-4.7%) for 10 closes`."""
        return f"{self.ticker} {self.level()} ({fmt.percent(self.change)}) for {fmt.count(self.closes, 'close')}"

    def level(self) -> str:
        """`< 0.5640`: a ratio with four decimals, a price with two."""
        close = fmt.ratio(self.close) if "/" in self.ticker else fmt.price(self.close)
        return f"{'<' if self.below else '>'} {close}"


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a flip is looked for: an axis, its score as a function of the next adjusted close, and the last closes."""

    track: Track
    name: str
    score_at: Callable[[float], float]
    last: float
    close: float


def find(history: History, panel: Panel) -> tuple[Flip, ...]:
    """The nearest flip in each direction on the ratio's and on the market's next close; none without a label.

    Closes are on the scale of the as-of session's close. The sectors are held as they are.
    """
    if REGIMES[int(history.codes[-1])] is INSUFFICIENT or np.isnan(history.price_ratio[-1]):
        return ()
    market = panel[history.pair.b]
    ratio = history.ratio[~np.isnan(history.ratio)]
    places = (
        Place(history.leadership, str(history.pair), _leadership_at(ratio), ratio[-1], history.price_ratio[-1]),
        Place(history.market, history.pair.b, _market_at(market.adj_close), market.adj_close[-1], market.close[-1]),
    )
    ways = [_nearest(history, place, step) for place in places for step in (-1, 1)]
    return tuple(flip for flip in ways if flip)


def _nearest(history: History, place: Place, step: int) -> Flip | None:
    """The least move in one direction that asks for a state in which the label is another one."""
    track = place.track
    state = int(track.state[-1])
    for target in range(state + step, 2 * step, step):
        to = _label_with(history, track.axis, target)
        if to == REGIMES[int(history.codes[-1])].label:
            continue
        level = _level(track.axis, state, target, place)
        if level is None:
            return None
        counted = int(track.closes[-1]) if int(track.pending[-1]) == target else 0
        move = level / place.last
        return Flip(to, place.name, step < 0, place.close * move, move - 1.0, DWELL - counted)
    return None


def _label_with(history: History, axis: Axis, state: int) -> str:
    """The label that today would have with one axis in another state."""
    held = {track.axis.key: int(track.state[-1]) for track in history.tracks} | {axis.key: state}
    rows = [np.array([held.get(key, 0)]) for key in ("leadership", "confirmation", "market")]
    return REGIMES[int(labels(*rows)[0])].label


def _level(axis: Axis, state: int, target: int, place: Place) -> float | None:
    """Where the score, which only grows with the close, starts to ask for `target`; None when that is out of reach."""
    step = 1 if target > state else -1

    def asked(close: float) -> bool:
        score = place.score_at(close)
        return bool(step * axis.asks(state, score) >= step * target) if score == score else False  # noqa: PLR0124

    near, far = place.last * REACH**-step, place.last * REACH**step
    if asked(near) or not asked(far):
        return None
    for _ in range(HALVINGS):
        middle = (near * far) ** 0.5
        near, far = (near, middle) if asked(middle) else (middle, far)
    return far


def _leadership_at(ratio: Floats) -> Callable[[float], float]:
    """The leadership score as a function of the next ratio, the four votes written out for one new value."""
    short, long, before = ratio[-49:].sum(), ratio[-199:].sum(), ratio[-69:-19].mean()
    low, high = float(ratio[-62:].min()), float(ratio[-62:].max())

    def score(x: float) -> float:
        bottom, top = min(low, x), max(high, x)
        place = 2.0 * (x - bottom) / (top - bottom) - 1.0 if top > bottom else 0.0
        mean = (short + x) / 50.0
        return float(np.sign(x - mean) + np.sign(x - (long + x) / 200.0) + np.sign(mean - before) + place) / 4.0

    return score


def _market_at(adj_close: Floats) -> Callable[[float], float]:
    """The market score as a function of the next adjusted close."""
    total = float(adj_close[-199:].sum())
    return lambda x: 200.0 * x / (total + x) - 1.0
