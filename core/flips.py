"""Flips: the next closes at which an axis would ask for another state, and those that would ask for another label."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from . import format as fmt
from .axes import AXES, CYCLICAL, DEFENSIVE, DWELL, Axis, Track
from .bars import Floats, Panel
from .history import History
from .matching import match_last
from .regime import INSUFFICIENT, REGIMES, label_of

REACH = 4.0
HALVINGS = 40
ASIDE = 1e-9


class Flip(NamedTuple):
    """One way to another label, or another state of an axis: `ticker` (or the pair) closes below (or above) `close`.

    `closes` is for how many closes in a row, `change` the distance from the last close, as a fraction. Both `close` and
    `change` are NaN where it takes no other close than any. Beyond `until` it asks for that no longer; NaN without end.
    """

    to: str
    ticker: str
    below: bool
    close: float
    change: float
    closes: int
    until: float = math.nan

    @property
    def stays(self) -> bool:
        """Whether the last close is already where it asks for that: `close` is the end by which it would leave."""
        return self.change > 0 if self.below else self.change < 0

    def words(self) -> str:
        """`IWM/SPY < 0.5640 (-4.7%) for 10 closes`."""
        return f"{self.where()} for {fmt.count(self.closes, 'close')}"

    def where(self) -> str:
        """`IWM/SPY < 0.5640 (-4.7%)`, `SPY stays 760.79 to 777.15`, or `SPY at any close`."""
        if math.isnan(self.close):
            return f"{self.ticker} at any close"
        if self.stays and not math.isnan(self.until):
            return f"{self.ticker} {self.level()}"
        return f"{self.ticker} {self.level()} ({fmt.percent(self.change)})"

    def level(self) -> str:
        """`< 0.5640`, or `stays 0.5512 to 0.5640`: a ratio with four decimals, a price with two."""
        written = fmt.ratio if "/" in self.ticker else fmt.price
        stays = "stays " if self.stays else ""
        if math.isnan(self.until):
            return f"{stays}{'<' if self.below else '>'} {written(self.close)}"
        return stays + " to ".join(map(written, sorted((self.close, self.until))))


class Response(NamedTuple):
    """How one axis would answer to a ticker's next close, as a function of the move: that close over the last one.

    `turns` are the moves, from a quarter to four times, at which what it asks for may change.
    """

    track: Track
    score_at: Callable[[float], float]
    turns: tuple[float, ...]

    def asks(self, move: float) -> int:
        """The state that the next close would ask for."""
        return _asks(self.track, self.score_at(move))


def _asks(track: Track, score: float) -> int:
    """What a score would ask for; the state held where there is none."""
    state = int(track.state[-1])
    return state if math.isnan(score) else track.axis.asks(state, score)


def _steady(track: Track, score_at: Callable[[float], float]) -> Response:
    """The response of a score that grows, or falls, with the move all the way."""
    found = []
    for at_least in (0, 1):
        near, far = 1.0 / REACH, REACH
        before = _asks(track, score_at(near)) >= at_least
        if (_asks(track, score_at(far)) >= at_least) == before:
            continue
        for _ in range(HALVINGS):
            middle = math.sqrt(near * far)
            near, far = (middle, far) if (_asks(track, score_at(middle)) >= at_least) == before else (near, middle)
        found.append(far)
    return Response(track, score_at, tuple(sorted(found)))


class Lever(NamedTuple):
    """Something whose next close may move while all else closes as it did: its names with their last closes, and how
    each axis that depends on it would answer."""

    closes: tuple[tuple[str, float], ...]
    responses: tuple[Response, ...]


def levers(history: History, panel: Panel) -> tuple[Lever, ...]:
    """The pair's tickers: the first moves the ratio; the second the market, the ratio and, as their benchmark, the
    sectors. None when the as-of session has no ratio."""
    if np.isnan(history.price_ratio[-1]):
        return ()
    pair, market = history.pair, panel[history.pair.b]
    ratio = history.ratio[~np.isnan(history.ratio)]
    leadership = _leadership_at(ratio)
    first = Lever(
        ((str(pair), float(history.price_ratio[-1])), (pair.a, float(panel[pair.a].close[-1]))),
        (_steady(history.leadership, leadership),),
    )
    inverse = tuple(1.0 / turn for turn in reversed(first.responses[0].turns))
    answers = [
        _steady(history.market, _market_at(market.adj_close)),
        Response(history.leadership, lambda move: leadership(1.0 / move), inverse),
    ]
    if history.confirmation and not any(math.isnan(gap[-1]) for gap in history.gaps):
        answers.append(_sectors_at(history, history.confirmation, panel))
    return first, Lever(((pair.b, float(market.close[-1])),), tuple(answers))


def find(history: History, ways: tuple[Lever, ...]) -> tuple[Flip, ...]:
    """The nearest closes of the ratio, of its first ticker and of its second that would ask for another label.

    `ways` are the levers of that history; none without a label. Closes are on the scale of the as-of session's close.
    """
    today = REGIMES[int(history.codes[-1])].label
    if today == INSUFFICIENT.label:
        return ()
    found = []
    for lever in ways:
        moves = sorted({turn for response in lever.responses for turn in response.turns})
        found += _nearest(_edges(lever, lever.responses, moves, today, partial(_label_with, history)))
    return tuple(found)


def turns(ways: tuple[Lever, ...], key: str) -> tuple[Flip, ...]:
    """The nearest closes that would ask one axis for another state than it holds; `to` is that state."""
    found = []
    for lever in ways:
        for response in lever.responses:
            axis, held = response.track.axis, int(response.track.state[-1])
            if axis.key == key:
                moves = list(response.turns)
                found += _nearest(_edges(lever, (response,), moves, axis.word(held), partial(_state_asked, axis)))
    return tuple(found)


def _state_asked(axis: Axis, asked: Mapping[str, int]) -> str:
    return axis.word(asked[axis.key])


class Stretch(NamedTuple):
    """Moves between which the same is asked for, by its name; 0 and infinity where it has no end."""

    name: str
    low: float
    high: float


def _edges(
    lever: Lever,
    responses: tuple[Response, ...],
    moves: list[float],
    held: str,
    name: Callable[[Mapping[str, int]], str],
) -> list[Flip]:
    """Every stretch in which something else than `held` is asked for, from the end that the last close is nearer to.

    A lever whose every close asks for the same other thing has no end.
    """
    found = []
    for one in _stretches(responses, moves, name):
        if one.name == held:
            continue
        ends = [end for end in (one.low, one.high) if end not in {0.0, math.inf}]
        if not ends:
            needed = _most_needed(responses, _asked_at(responses, 1.0))
            found += [Flip(one.name, at, False, math.nan, math.nan, needed) for at, _ in lever.closes]
            continue
        move, *rest = sorted(ends, key=lambda end: abs(end - 1.0))
        below = move == one.high
        needed = _most_needed(responses, _asked_beside(responses, move, below=below))
        for at, close in lever.closes:
            until = close * rest[0] if rest else math.nan
            found.append(Flip(one.name, at, below, close * move, move - 1.0, needed, until))
    return found


def _stretches(
    responses: tuple[Response, ...], moves: list[float], name: Callable[[Mapping[str, int]], str]
) -> list[Stretch]:
    found: list[Stretch] = []
    for low, high in pairwise((0.0, *moves, math.inf)):
        # With no move at which anything changes, any place tells.
        inside = name(_asked_beside(responses, low or (high if moves else 1.0), below=not low))
        if found and found[-1].name == inside:
            found[-1] = found[-1]._replace(high=high)
        else:
            found.append(Stretch(inside, low, high))
    return found


def _asked_beside(responses: tuple[Response, ...], move: float, *, below: bool) -> dict[str, int]:
    return _asked_at(responses, move * (1.0 - ASIDE if below else 1.0 + ASIDE))


def _asked_at(responses: tuple[Response, ...], move: float) -> dict[str, int]:
    return {r.track.axis.key: r.asks(move) for r in responses}


def _most_needed(responses: tuple[Response, ...], asked: Mapping[str, int]) -> int:
    return max(_needed(response.track, asked[response.track.axis.key]) for response in responses)


def nearness(flip: Flip) -> float:
    """How far from the last close it is, to sort by; nothing is nearer than what no move is needed for."""
    return 0.0 if flip.stays or math.isnan(flip.change) else abs(flip.change)


def _nearest(edges: list[Flip]) -> list[Flip]:
    """Of every name's edges the one below that is nearest to its last close, and the one above."""
    kept: dict[tuple[str, bool], Flip] = {}
    for edge in sorted(edges, key=nearness):
        kept.setdefault((edge.ticker, edge.below), edge)
    return list(kept.values())


def _needed(track: Track, asked: int) -> int:
    """How many closes in a row an axis still needs to take the state asked for; 0 when it has it."""
    if asked == int(track.state[-1]):
        return 0
    return DWELL - (int(track.closes[-1]) if int(track.pending[-1]) == asked else 0)


def _label_with(history: History, asked: Mapping[str, int]) -> str:
    """The label that today would have with the axes in the states asked for, the others as they are."""
    held = {track.axis.key: int(track.state[-1]) for track in history.tracks} | dict(asked)
    return label_of(*(held.get(axis.key, 0) for axis in AXES)).label


def _leadership_at(ratio: Floats) -> Callable[[float], float]:
    """The leadership score as a function of the next ratio over the last, the four votes written out for one value."""
    if len(ratio) < 199:
        return lambda move: np.nan
    short, long, before = float(ratio[-49:].sum()), float(ratio[-199:].sum()), float(ratio[-69:-19].mean())
    low, high, last = float(ratio[-62:].min()), float(ratio[-62:].max()), float(ratio[-1])

    def score(move: float) -> float:
        x = last * move
        bottom, top = min(low, x), max(high, x)
        place = 2.0 * (x - bottom) / (top - bottom) - 1.0 if top > bottom else 0.0
        mean = (short + x) / 50.0
        return (_sign(x - mean) + _sign(x - (long + x) / 200.0) + _sign(mean - before) + place) / 4.0

    return score


def _market_at(adj_close: Floats) -> Callable[[float], float]:
    """The market score as a function of the next adjusted close over the last."""
    if len(adj_close) < 199:
        return lambda move: np.nan
    total, last = float(adj_close[-199:].sum()), float(adj_close[-1])
    return lambda move: 200.0 * last * move / (total + last * move) - 1.0


def _sectors_at(history: History, confirmation: Track, panel: Panel) -> Response:
    """The confirmation score as a function of the benchmark's move: each sector's vote turns at one place."""
    pair = history.pair
    places, signs, weights = [], [], []
    for ticker, gaps in zip(pair.sectors, history.gaps, strict=True):
        m = match_last(panel[ticker], panel[pair.b], 49)
        ratio = m.a_adj / m.b_adj
        places.append(float(ratio[-1] / ratio.mean()))
        signs.append(np.sign(gaps[-4:]))
        weights.append(1.0 / len(CYCLICAL) if ticker in CYCLICAL else -1.0 / len(DEFENSIVE))
    before = float(np.dot(weights, np.array(signs)).sum())

    def score(move: float) -> float:
        now = sum(weight * _sign(place - move) for weight, place in zip(weights, places, strict=True))
        return (before + now) / 2.0 / 5.0

    return Response(confirmation, score, tuple(sorted({p for p in places if 1.0 / REACH < p < REACH})))


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)
