"""Levers: what becomes of each axis if one ticker closes elsewhere from now on, and all others where they did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .axes import CYCLICAL, DEFENSIVE, DWELL, Axis, Ints, Track, asked_of
from .bars import Floats, Panel
from .history import History
from .matching import match_last
from .rule import RULE

AHEAD = np.arange(1, DWELL + 1)
"""The closes to come that are looked at: after the first n of them the ticker has closed there n times in a row."""
REACH = 4.0
DIGITS = 12
SAME = 1e-9
"""Moves that lie closer together than this are one."""
VOTES = (-3, -1, 1, 3)
"""What the three votes of leadership that are signs can add up to."""
SMOOTHED = 5


class Response(NamedTuple):
    """How one axis answers to a ticker that closes at the same place for the next ten sessions.

    `places` are the moves, the close over the last one, at which a vote of any of those sessions turns: between two of
    them nothing changes. None where the ticker doesn't move the axis. `scores` has one row a move, one column a
    session; NaN where the score isn't known.
    """

    track: Track
    places: Floats
    scores: Callable[[Floats], Floats]

    def states(self, moves: Floats) -> Ints:
        """The state that the axis has after each of those sessions; one row a move.

        It changes once at the most: what is asked for from the first of them on, for as many as are still needed. A
        second change would need ten more.
        """
        held, pending, closes = (int(one[-1]) for one in (self.track.state, self.track.pending, self.track.closes))
        asked = asked_of(self.track.axis, self.scores(moves))[held + 1]
        first = asked[:, :1]
        in_a_row = np.logical_and.accumulate(asked == first, axis=1).sum(axis=1, keepdims=True)
        needed = DWELL - np.where(first == pending, closes, 0)
        return np.where((needed <= AHEAD) & (in_a_row >= needed), first, held)


class Lever(NamedTuple):
    """Something whose closes may move while all else closes as it did, and what becomes of the axes.

    `closes` are its names with their last closes, `ends` the moves at which anything changes, from a quarter to four
    times. `states` has every axis with the state it takes after each of the closes to come, one row for the moves
    between two ends, `moved` the axes that answer at all.
    """

    closes: tuple[tuple[str, float], ...]
    ends: tuple[float, ...]
    states: Mapping[str, Ints]
    moved: frozenset[str]


def levers(history: History, panel: Panel) -> tuple[Lever, ...]:
    """The pair's tickers: the first moves the ratio, and the sectors where it is one; the second the market, the ratio
    and, as their benchmark, the sectors. None when the as-of session has no ratio."""
    if np.isnan(history.price_ratio[-1]):
        return ()
    a, b = history.pair
    ratio = history.ratio[~np.isnan(history.ratio)]
    first = (str(history.pair), float(history.price_ratio[-1])), (a, float(panel[a].close[-1]))
    second = ((b, float(panel[b].close[-1])),)
    return tuple(
        _lever(
            closes,
            history.tracks,
            (
                _leadership(history.leadership, ratio, power=1 if moved == a else -1),
                _market(history.market, panel[b].adj_close, power=int(moved == b)),
                *_sectors(history, panel, moved),
            ),
        )
        for moved, closes in ((a, first), (b, second))
    )


def _lever(closes: tuple[tuple[str, float], ...], tracks: tuple[Track, ...], responses: tuple[Response, ...]) -> Lever:
    ends, inside = _cut(responses)
    held = {track.axis.key: np.full((len(inside), len(AHEAD)), track.state[-1]) for track in tracks}
    states = held | {one.track.axis.key: one.states(inside) for one in responses}
    return Lever(closes, ends, states, frozenset(one.track.axis.key for one in responses if len(one.places)))


def _cut(responses: tuple[Response, ...]) -> tuple[tuple[float, ...], Floats]:
    """The moves, from a quarter to four times, at which anything changes, and a move between each two of them."""
    # Dividends to come scale adj_close: to so many digits that doesn't show.
    places = np.sort(np.concatenate([one.places for one in responses]).round(DIGITS))
    places = places[(places > 1.0 / REACH) & (places < REACH)]
    ends = places[np.diff(places, prepend=0.0) > SAME * places]
    if not len(ends):
        return (), np.ones(1)
    middle = np.sqrt(ends[1:] * ends[:-1])
    inside = np.concatenate(([ends[0] * (1.0 - SAME)], middle, [ends[-1] * (1.0 + SAME)]))
    for at in np.flatnonzero(np.abs(ends - 1.0) <= SAME):
        # The last close is an end, as where it is its range's highest: it belongs to the side that it is like.
        like_above = all(np.ptp(one.states(np.array([1.0, inside[at + 1]])), axis=0).max() == 0 for one in responses)
        ends[at] = 1.0 - SAME if like_above else 1.0 + SAME
    return tuple(ends.tolist()), inside


def _leadership(track: Track, ratio: Floats, power: int) -> Response:
    """A ratio that moves by the ticker's move to a power: the four votes of each session written out."""
    total, last, rule = _sums(ratio, RULE.long), float(ratio[-1]), RULE
    short, long = total[rule.short - AHEAD], total[rule.long - AHEAD]
    before = (total[rule.short + rule.slope - AHEAD] - total[rule.slope - AHEAD]) / rule.short
    seen = _padded(ratio, rule.place)
    low, high = (one.accumulate(seen)[rule.place - 1 - AHEAD] for one in (np.minimum, np.maximum))

    def scores(moves: Floats) -> Floats:
        x = last * moves[:, None] ** power
        mean = (short + AHEAD * x) / rule.short
        signs = np.sign(x - mean) + np.sign(x - (long + AHEAD * x) / rule.long) + np.sign(mean - before)
        bottom, height = np.minimum(low, x), np.maximum(high, x) - np.minimum(low, x)
        place = np.divide(2.0 * (x - bottom), height, out=np.ones(height.shape), where=height != 0) - 1.0
        return np.asarray((signs + place) / 4.0)

    shares = {(4.0 * level - votes + 1.0) / 2.0 for level in _levels(track.axis) for votes in VOTES}
    turned = [short / (rule.short - AHEAD), long / (rule.long - AHEAD), (rule.short * before - short) / AHEAD]
    turned += [low + share * (high - low) for share in shares if 0.0 <= share <= 1.0]
    return Response(track, _places(np.concatenate(turned) / last, power), scores)


def _market(track: Track, adj_close: Floats, power: int) -> Response:
    """The benchmark against its mean of 200; with power 0 it stays where it is."""
    total, last = _sums(adj_close, RULE.long)[RULE.long - AHEAD], float(adj_close[-1])

    def scores(moves: Floats) -> Floats:
        x = last * moves[:, None] ** power
        return np.asarray(x / ((total + AHEAD * x) / RULE.long) - 1.0)

    ups = [1.0 + level for level in _levels(track.axis)]
    turned = np.concatenate([up * total / (RULE.long - up * AHEAD) for up in ups]) / last
    return Response(track, _places(turned, power), scores)


def _sectors(history: History, panel: Panel, moved: str) -> tuple[Response, ...]:
    """The sectors against their benchmark, each with a power of the move: 1 for the ticker itself, -1 where it is their
    benchmark. None for a pair without sectors, or with one that isn't there."""
    pair, confirmation = history.pair, history.confirmation
    if confirmation is None or any(ticker not in panel.bars for ticker in pair.sectors):
        return ()
    rows: list[tuple[float, float, Floats, int]] = []
    places = []
    for ticker in pair.sectors:
        m = match_last(panel[ticker], panel[pair.b], RULE.short - 1)
        ratio = m.a_adj / m.b_adj
        weight = 1.0 / len(CYCLICAL) if ticker in CYCLICAL else -1.0 / len(DEFENSIVE)
        power = int(ticker == moved) - int(pair.b == moved)
        total, last = _sums(ratio, RULE.short)[RULE.short - AHEAD], float(ratio[-1])
        rows.append((weight, last, total, power))
        places.append(_places(total / (RULE.short - AHEAD) / last, power))
    before = [_padded(gaps, SMOOTHED - 1)[::-1] for gaps in history.gaps]
    past = np.array([weight for weight, *_ in rows]) @ np.sign(np.array(before))

    def scores(moves: Floats) -> Floats:
        now = np.zeros((len(moves), len(AHEAD)))
        for weight, last, total, power in rows:
            x = last * moves[:, None] ** power
            now += weight * np.sign(x - (total + AHEAD * x) / RULE.short)
        votes = np.concatenate((np.broadcast_to(past, (len(moves), len(past))), now), axis=1)
        return np.asarray(sliding_window_view(votes, SMOOTHED, axis=1).mean(axis=2) / 2.0)

    return (Response(confirmation, np.concatenate(places), scores),)


def _levels(axis: Axis) -> set[float]:
    """The scores at which what is asked for may change."""
    return {axis.enter, -axis.enter, axis.exit, -axis.exit}


def _padded(values: Floats, n: int) -> Floats:
    """The last n values from the newest back; NaN where there are none."""
    out = np.full(n, np.nan)
    newest = values[: -n - 1 : -1]
    out[: len(newest)] = newest
    return out


def _sums(values: Floats, n: int) -> Floats:
    """The sums of the last 0 to n values; NaN where there aren't as many."""
    return np.concatenate(([0.0], np.cumsum(_padded(values, n))))


def _places(moved: Floats, power: int) -> Floats:
    """The moves that bring a value to these multiples of it, where it moves by a power; those that there are."""
    return moved[moved > 0] ** power if power else np.empty(0)
