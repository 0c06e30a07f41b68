"""Levers: how each axis would answer if one ticker closed elsewhere next, and all others where they did."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .axes import CYCLICAL, DEFENSIVE, Track
from .bars import Floats, Panel
from .history import History
from .matching import match_last

REACH = 4.0
HALVINGS = 40


class Response(NamedTuple):
    """How one axis would answer to a ticker's next close, as a function of the move: that close over the last one.

    `turns` are the moves, from a quarter to four times, at which what it asks for may change; `still` is an axis that
    the ticker doesn't move.
    """

    track: Track
    score_at: Callable[[float], float]
    turns: tuple[float, ...]
    still: bool = False

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
    every axis would answer, those included that it doesn't move."""

    closes: tuple[tuple[str, float], ...]
    responses: tuple[Response, ...]


def levers(history: History, panel: Panel) -> tuple[Lever, ...]:
    """The pair's tickers: the first moves the ratio, and the sectors where it is one; the second the market, the ratio
    and, as their benchmark, the sectors. None when the as-of session has no ratio."""
    if np.isnan(history.price_ratio[-1]):
        return ()
    pair = history.pair
    first, second = panel[pair.a], panel[pair.b]
    ratio = history.ratio[~np.isnan(history.ratio)]
    leadership, market = _leadership_at(ratio), _market_at(second.adj_close)
    ahead = _steady(history.leadership, leadership)
    inverse = tuple(1.0 / turn for turn in reversed(ahead.turns))
    behind = Response(history.leadership, lambda move: leadership(1.0 / move), inverse)
    still = Response(history.market, lambda _: market(1.0), (), still=True)
    closes = (str(pair), float(history.price_ratio[-1])), (pair.a, float(first.close[-1]))
    return (
        Lever(closes, (ahead, still, *_sectors(history, panel, pair.a))),
        Lever(
            ((pair.b, float(second.close[-1])),),
            (_steady(history.market, market), behind, *_sectors(history, panel, pair.b)),
        ),
    )


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


def _sectors(history: History, panel: Panel, moved: str) -> tuple[Response, ...]:
    """The confirmation's answer to a ticker's move: each sector's vote turns at one place. None where it has none."""
    pair, confirmation = history.pair, history.confirmation
    if confirmation is None or any(math.isnan(gap[-1]) for gap in history.gaps):
        return ()
    sectors, before = [], 0.0
    for ticker, gaps in zip(pair.sectors, history.gaps, strict=True):
        m = match_last(panel[ticker], panel[pair.b], 49)
        ratio = m.a_adj / m.b_adj
        weight = 1.0 / len(CYCLICAL) if ticker in CYCLICAL else -1.0 / len(DEFENSIVE)
        sectors.append((weight, float(ratio[-1] / ratio.mean()), (ticker == moved) - (pair.b == moved)))
        before += weight * float(np.sign(gaps[-4:]).sum())

    def score(move: float) -> float:
        now = sum(weight * _sign(place * move**power - 1.0) for weight, place, power in sectors)
        return (before + now) / 2.0 / 5.0

    places = {place ** (-power) for _, place, power in sectors if power}
    turns = tuple(sorted(place for place in places if 1.0 / REACH < place < REACH))
    return (Response(confirmation, score, turns, still=not places),)


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)
