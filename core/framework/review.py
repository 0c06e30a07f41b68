"""Reviews: a saved plan held against a later reading, and its trade scored in R beside the same trade's past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import format as fmt
from ..axes import Ints
from ..bars import Bars, Floats, to_day
from ..errors import SmallcapError
from ..reading import Reading
from .document import Saved, plain
from .plan import Figure, Plan
from .review_checks import Check, check, rates, stale
from .review_head import apart, headline

MIN_TRADES, SPLIT = 50, 0.005
SIDES = {"long": 1.0, "short": -1.0}
STATES = ("open", "stopped", "target reached")
OPEN, STOPPED, REACHED = range(3)


class Trade(NamedTuple):
    """What a plan's decision does, in dollars a share; `side` is 1 for long, -1 for short, `target` NaN for none."""

    ticker: str
    side: float
    entry: float
    stop: float
    target: float


class Away(NamedTuple):
    """How far a price still has to go: as a fraction of the last close, and in R."""

    fraction: float
    r: float


class Score(NamedTuple):
    """How a trade stands, taken as entered at its entry on the plan's close; `price` is its exit, else the last close.

    `session` is that price's, `held` counts the sessions after the plan up to it. `both` is whether stop and target lay
    in the last session's range and neither at its open: which came first isn't known, so the stop counts.
    `to_stop` and `to_target` are None once it has ended.
    """

    trade: Trade
    state: str
    session: date
    price: float
    held: int
    r: float
    both: bool
    to_stop: Away | None
    to_target: Away | None


class BaseRate(NamedTuple):
    """The same trade from each of `n` earlier closes, followed for up to `sessions`: mean R, and the share above 0."""

    mean_r: float
    above: float
    n: int
    sessions: int


class Outcomes(NamedTuple):
    """One entry a trade: R, sessions held, a place in STATES, and whether stop and target lay in the last range."""

    r: Floats
    held: Ints
    state: Ints
    both: NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Review:
    """A saved plan on the close of `as_of`: `headline` says then and now, `notes` what was adjusted or is missing.

    `score` is None for a plan without a stop, `base` where nothing fair can be said; `rates` says the rate cycle then
    and now, empty for a plan that doesn't hang on it.
    """

    saved: Saved
    as_of: date
    headline: str
    checks: tuple[Check, ...]
    score: Score | None
    base: BaseRate | None
    notes: tuple[str, ...]
    rates: str = ""


def review(saved: Saved, reading: Reading, bars: Bars | None) -> Review:
    """The plan held against `reading`, its trade scored by `bars`, those of its ticker; nothing later is looked at.

    A bar that opens beyond the stop or the target ends the trade at its open; else the stop goes before the target.
    """
    plan, made = saved.plan, date.fromisoformat(saved.plan.standing.as_of)
    if why := apart(plan, reading, made):
        checks = tuple(Check(each, None, None) for each in plan.invalidated_by)
        return Review(saved, reading.as_of, headline(plan, reading), checks, None, None, (why,))
    score, base, scale, notes = _scored(plan, bars.until(np.datetime64(reading.as_of)) if bars else None, made)
    scales = {str(plan.decision.get("ticker")): scale}
    checks = tuple(check(each, reading, plan, scales.get(each.ticker, 1.0)) for each in plan.invalidated_by)
    said = (*notes, *stale(plan, reading))
    return Review(saved, reading.as_of, headline(plan, reading), checks, score, base, said, rates(plan, reading))


def lines(found: Review) -> tuple[str, ...]:
    """The review in plain words, a line for each thing."""
    scored = _score_lines(found.score) if found.score else []
    cycle = filter(None, [found.rates])
    said = [found.headline, *cycle, *(each.words() for each in found.checks), *scored]
    if base := found.base:
        whence = f"each of {base.n:,} earlier closes (they overlap), for up to {fmt.count(base.sessions, 'session')}"
        came = f"mean {fmt.signed(base.mean_r)}R, above 0 in {fmt.share(base.above)}"
        said.append(f"the same trade from {whence}: {came}")
    return tuple(plain(line) for line in (*said, *found.notes))


def base_rate(trade: Trade, bars: Bars, last: int, sessions: int) -> BaseRate | None:
    """What became of the same trade, its distances as fractions of the entry, from each earlier close of `bars`.

    Every trade is over, or followed for `sessions`, by the row `last`, the plan's own: nothing after it counts. The
    time is the plan's so far, not that until its exit, which its outcome chose. None with fewer than MIN_TRADES.
    """
    n = last - sessions + 1
    if sessions < 1 or n < MIN_TRADES:
        return None
    found = follow(bars, np.arange(n), trade, bars.close[:n] / trade.entry, sessions)
    return BaseRate(float(found.r.mean()), float((found.r > 0).mean()), n, sessions)


def follow(bars: Bars, starts: Ints, trade: Trade, scale: Floats, sessions: int) -> Outcomes:
    """The trade, its prices times `scale`, entered on the close of each row of `starts` and held for up to `sessions`.

    `starts`, `scale` and what is returned are (n,); there must be as many bars after each start.
    """
    side, n = trade.side, len(starts)
    entry, stop, target = (side * price * scale for price in (trade.entry, trade.stop, trade.target))
    opened, close = side * bars.open, side * bars.close
    worst, best = (side * bars.low, side * bars.high) if side > 0 else (side * bars.high, side * bars.low)
    price, held = close[starts + sessions], np.full(n, sessions)
    state, both = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
    for after in range(1, sessions + 1):
        live = np.flatnonzero(state == OPEN)
        if not live.size:
            break
        row, low, high = starts[live] + after, stop[live], target[live]
        gaps = [opened[row] <= low, opened[row] >= high]
        inside = [worst[row] <= low, best[row] >= high]
        ends = np.select([*gaps, *inside], [STOPPED, REACHED, STOPPED, REACHED], OPEN)
        exits = np.select([*gaps, *inside], [opened[row], opened[row], low, high], price[live])
        state[live], price[live] = ends, exits
        both[live] = inside[0] & inside[1] & ~gaps[0] & ~gaps[1]
        held[live[ends != OPEN]] = after
    return Outcomes((price - entry) / (entry - stop), held, state, both)


def _scored(plan: Plan, bars: Bars | None, made: date) -> tuple[Score | None, BaseRate | None, float, tuple[str, ...]]:
    """The plan's trade scored, its base rate, what its prices are multiplied by, and what there is to say of that."""
    try:
        trade = _trade(plan.decision)
    except SmallcapError as error:
        return None, None, 1.0, (str(error),)
    if trade is None:
        return None, None, 1.0, ()
    if bars is None or bars.ticker != trade.ticker or not len(bars) or to_day(bars.sessions[0]) > made:
        return None, None, 1.0, (f"not scored: no bars of {trade.ticker} reach back to {made}",)
    start = int(np.searchsorted(bars.sessions, np.datetime64(made), "right")) - 1
    scale, notes = _scale(plan.decision, bars, start, made)
    trade = trade._replace(entry=trade.entry * scale, stop=trade.stop * scale, target=trade.target * scale)
    sessions = len(bars) - 1 - start
    base = base_rate(trade, bars, start, sessions)
    if base is None:
        few = f"it takes a session since {made}, and {MIN_TRADES} earlier closes that were followed as long by then"
        notes = (*notes, f"no base rate: {few}")
    return _score(trade, bars, start, sessions), base, scale, notes


def _trade(decision: Mapping[str, Figure]) -> Trade | None:
    """The trade that a decision describes; None where it has no stop. SmallcapError for one that contradicts itself."""
    ticker, side = decision.get("ticker"), SIDES.get(str(decision.get("side")))
    entry, stop, target = (_price(decision, key) for key in ("entry", "stop", "target"))
    if not isinstance(ticker, str) or side is None or np.isnan(entry) or np.isnan(stop):
        return None
    if side * (entry - stop) <= 0 or side * (target - entry) <= 0:
        raise SmallcapError(f"not scored: stop {stop:g}, entry {entry:g} and target {target:g} are not in order")
    return Trade(ticker, side, entry, stop, target)


def _price(decision: Mapping[str, Figure], key: str) -> float:
    """A price above 0; NaN for anything else."""
    value = decision.get(key)
    return float(value) if isinstance(value, int | float) and value > 0 and not isinstance(value, bool) else np.nan


def _scale(decision: Mapping[str, Figure], bars: Bars, row: int, made: date) -> tuple[float, tuple[str, ...]]:
    """The close of `made` in the bars over the one the plan remembers, and words for it; 1 and none when they agree."""
    then, now = _price(decision, "close"), float(bars.close[row])
    if bars.sessions[row] != np.datetime64(made) or not abs(now / then - 1.0) > SPLIT:
        return 1.0, ()
    closes = f"{bars.ticker}'s close of {made} was {fmt.price(then)} and is {fmt.price(now)} in today's bars"
    return now / then, (f"{closes}: the plan's prices are multiplied by {now / then:.4g}",)


def _score(trade: Trade, bars: Bars, start: int, sessions: int) -> Score:
    found = follow(bars, np.array([start]), trade, np.ones(1), sessions)
    r, held, state = float(found.r[0]), int(found.held[0]), int(found.state[0])
    risk, last = trade.entry - trade.stop, float(bars.close[-1])
    away = [
        Away(abs(level - last) / last, abs((level - last) / risk)) if state == OPEN and not np.isnan(level) else None
        for level in (trade.stop, trade.target)
    ]
    day = to_day(bars.sessions[start + held])
    return Score(trade, STATES[state], day, trade.entry + r * risk, held, r, bool(found.both[0]), *away)


def _score_lines(score: Score) -> list[str]:
    trade, held = score.trade, fmt.count(score.held, "session")
    side = "long" if trade.side > 0 else "short"
    where = "last close" if score.state == STATES[OPEN] else "left at"
    trip = f"{side} {trade.ticker} from {fmt.price(trade.entry)}, {where} {fmt.price(score.price)}"
    said = [f"{score.state} on {score.session}: {trip}, {fmt.signed(score.r)}R in {held}"]
    for name, level, away in (("stop", trade.stop, score.to_stop), ("target", trade.target, score.to_target)):
        if away:
            said.append(f"{name} {fmt.price(level)} is {fmt.share(away.fraction, 1)} away, {fmt.price(away.r)}R")
    if score.both:
        said.append(f"stop and target lay in the range of {score.session}, in an unknown order: the stop counts")
    return said
