"""The jump test: whether closes that move more than a market does are a split, a slip of the provider, or real.

A move from one close to the next counts as a jump from `limit` on: 25 % in logs, or 12 times the ticker's typical move
when that is more. Indexes (^) don't split and the VIX has more than doubled in a day, so theirs starts at a factor of
4, which still stops a decimal point gone astray.
- A move that a split of its day explains: the history doesn't have the split in it (or has it twice): all is refused.
- A jump that is back within SPIKE sessions: the rows in between are left out, wherever they are.
- A jump with fewer than SETTLED closes on its new level: those newest rows are left out and stay due. Splits that come
  late come within days; a crash that is real is accepted after that, and says so while it is among the RECENT sessions.
- Any other jump is history and passes, as does one that the bars held have too.
"""

from __future__ import annotations

import math
from datetime import date
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Days, Floats
from ..calendar import FIRST, sessions
from .merge import Mask, Places, in_common, new_splits, split_name
from .raw import Held, Raw

JUMP, INDEX_JUMP, TIMES_TYPICAL = 0.25, math.log(4), 12.0
NORMAL = 1.4826  # median |x| to standard deviation of a normal
TYPICAL_OVER, TYPICAL_FROM = 250, 60
SPIKE, SETTLED, RECENT = 5, 5, 22
SPLIT_SEEN = math.log(1.2) - 1e-9  # a smaller split can't be told from a move
PRICE_AGE = 5  # sessions
SAME_MOVE = 1e-3


class Refused(Exception):
    """The answer as a whole can't be used; its text says why, without the ticker."""


def limit(ticker: str, close: Floats) -> float:
    """The log move of a day from which on it is a jump, given the closes up to now."""
    floor = INDEX_JUMP if ticker.startswith("^") else JUMP
    moves = np.abs(np.diff(np.log(close[-TYPICAL_OVER - 1 :])))
    if len(moves) < TYPICAL_FROM:
        return floor
    return max(floor, TIMES_TYPICAL * NORMAL * float(np.median(moves)))


def splits_applied(raw: Raw, price: float) -> None:
    """Refuse a history in which the move of a split's day is the split; the last price stands for a day to come."""
    closes = np.append(raw.close, price if _known(price) else math.nan)
    for day, ratio in zip(raw.split_days, raw.splits.tolist(), strict=True):
        at = int(np.searchsorted(raw.sessions, day))
        if at == 0 or abs(math.log(ratio)) < SPLIT_SEEN:
            continue
        move = math.log(closes[at] / closes[at - 1])
        if abs(move + math.log(ratio)) < abs(move):
            raise Refused(f"the split {split_name(ratio)} of {day} is not applied yet to the prices before it")
        if at < len(raw) and abs(move - math.log(ratio)) < abs(move):
            raise Refused(f"the split {split_name(ratio)} of {day} is applied twice to the prices before it")


def on_the_scale_held(raw: Raw, held: Held | None) -> None:
    """Refuse bars that are a multiple of those held when no new split says why."""
    closes = _closes_held(raw.sessions, held)
    both = np.flatnonzero(~np.isnan(closes))
    if held is None or not len(both):
        return
    times = float(np.median(raw.close[both] / closes[both]))
    bound = limit(raw.ticker, held.raw.close)
    if min(abs(math.log(times)), abs(math.log(times * new_splits(held.raw, raw)))) >= bound:
        now, was = fmt.price(raw.close[both[-1]]), fmt.price(closes[both[-1]])
        where = f"{raw.sessions[both[-1]]}: {now}, held {was}"
        raise Refused(f"the closes are {times:.4g}x those held ({where}) and no split says why")


def near(price: float, raw: Raw, closed: date, held: Held | None) -> None:
    """Refuse an answer whose last price is a jump away from every close of the last few sessions, fresh or held.

    What counts as a jump grows with the square root of the sessions since the newest of them, as a random walk does: in
    a crash an answer that lags by days must not be taken for nonsense.
    """
    known = [raw] if held is None else [raw, held.raw]
    closes, apart = (np.concatenate(part) for part in zip(*(_recent(one, closed) for one in known), strict=True))
    if not _known(price) or not len(closes):
        return
    if np.abs(np.log(price / closes)).min() >= limit(raw.ticker, known[-1].close) * math.sqrt(apart.min()):
        raise Refused(
            f"the last price {fmt.price(price)} is {price / closes[-1]:.4g}x the last close {fmt.price(closes[-1])} "
            "and no split says why"
        )


def _known(price: float) -> bool:
    return math.isfinite(price) and price > 0


def _recent(raw: Raw, closed: date) -> tuple[Floats, Places]:
    """The closes of the last few sessions up to `closed`, and how many sessions each is from the one after `closed`."""
    days = sessions(FIRST, closed)[-PRICE_AGE - 1 :]
    i, j = in_common(raw.sessions, days)
    return raw.close[i], len(days) - j


def _closes_held(days: Days, held: Held | None) -> Floats:
    """The final closes held on those days, NaN where there is none."""
    closes = np.full(len(days), math.nan)
    if held is not None:
        i, j = in_common(days, held.raw.sessions)
        closes[i] = np.where(days[i] <= np.datetime64(held.final_through, "D"), held.raw.close[j], math.nan)
    return closes


class _Path(NamedTuple):
    """Closes by session, and beside them those of the same sessions that are held for final, NaN where none is."""

    ticker: str
    days: Days
    close: Floats
    held: Floats


def steady(raw: Raw, held: Held | None) -> tuple[Mask, tuple[str, ...]]:
    """Which rows may stay by the jump test of the module's docstring, and a flag for each jump that is in doubt."""
    path = _path(raw, held)
    n, stays = len(path.days), np.ones(len(path.days), bool)
    flags, handled = [], 0
    bound = limit(raw.ticker, raw.close if held is None else held.raw.close)
    jumps = _jumps(path, bound)
    for at in jumps:
        if at < handled:
            continue
        back = next((b for b in jumps if at < b <= at + SPIKE and _move(path, at - 1, b) < bound), None)
        if back is not None:
            flags.append(f"{_jump(path, at)} and is back on {path.days[back]}, left out")
            stays[at:back], handled = False, back + 1
        elif n - at < SETTLED:
            flags.append(f"{_jump(path, at)} and no split says why, left out until {SETTLED} sessions confirm it")
            stays[at:] = False
            break
        elif n - at <= RECENT:
            flags.append(f"{_jump(path, at)} and no split says why, accepted after {SETTLED} sessions")
    return stays[n - len(raw) :], tuple(flags)


def _path(raw: Raw, held: Held | None) -> _Path:
    """The closes to test, after the last one held before them: what left with a jump may be back on the first row."""
    closes = _closes_held(raw.sessions, held)
    both = ~np.isnan(closes)
    before = 0 if held is None else int(np.searchsorted(held.raw.sessions, raw.sessions[0]))
    if held is None or not before or not both.any():
        return _Path(raw.ticker, raw.sessions, raw.close, closes)
    lead = slice(before - 1, before)
    scale = float(np.median(raw.close[both] / closes[both]))
    close = np.append(held.raw.close[lead] * scale, raw.close)
    return _Path(
        raw.ticker, np.append(held.raw.sessions[lead], raw.sessions), close, np.append(held.raw.close[lead], closes)
    )


def _jumps(path: _Path, bound: float) -> list[int]:
    """The rows that a jump leads to, but for those that the bars held have too."""
    moves = np.diff(np.log(path.close))
    known = np.isclose(moves, np.diff(np.log(path.held)), rtol=0, atol=SAME_MOVE)
    return [int(row) + 1 for row in np.flatnonzero((np.abs(moves) >= bound) & ~known)]


def _move(path: _Path, a: int, b: int) -> float:
    return abs(math.log(path.close[b] / path.close[a]))


def _jump(path: _Path, at: int) -> str:
    change = path.close[at] / path.close[at - 1] - 1
    side = "above" if change > 0 else "below"
    close = fmt.price(path.close[at])
    return f"{path.ticker} {path.days[at]}: close {close} is {fmt.share(abs(change))} {side} the session before"
