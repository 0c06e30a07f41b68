"""The core-satellite plan: its rows, its reasons, and the prices and readings at which it no longer holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .. import format as fmt
from ..bars import to_day
from ..calendar import same_day
from ..macro import CYCLE_SERIES, CYCLE_WINDOW
from . import rebalance
from .curve import Curve
from .plan import Condition, Figure, Plan, Row, of_cycle, standing, worth_of
from .profile import World
from .rebalance import SPREAD_BPS, Rebalance, Trade, outside
from .target import (
    CYCLE_STEPS,
    REGIME_STEPS,
    YEARS,
    Record,
    Result,
    Target,
    against_constant,
    paths,
    target,
    targets,
)


class Wish(NamedTuple):
    """What is wanted: the portfolio's value and trade costs in dollars, shares by ticker, weights as fractions."""

    value: float
    held: Mapping[str, int]
    small: str
    core: str
    low: float
    high: float
    band: float
    cost: float


class Case(NamedTuple):
    """All that a plan is made of."""

    world: World
    wish: Wish
    target: Target
    done: Rebalance
    record: Record | None

    @property
    def label(self) -> str:
        """The regime's word."""
        return self.world.reading.regime.regime.label

    @property
    def cycle(self) -> str | None:
        """The rate cycle's word; None when it is not known."""
        return _cycle(self.world)


def prices(world: World, wish: Wish) -> dict[str, float]:
    """The newest closes of what is held and of the two funds."""
    return {name: world.price(name) for name in (*wish.held, wish.small, wish.core)}


def aim(world: World, wish: Wish) -> Target:
    """Today's target inside the limits that are wanted."""
    return target(world.reading.regime.regime.label, _cycle(world), wish.low, wish.high)


def rebalanced(world: World, wish: Wish) -> Rebalance:
    """The trades to today's target at the newest closes."""
    weight, known = aim(world, wish).weight, prices(world, wish)
    return rebalance.trades(
        wish.value, wish.held, known, wish.small, wish.core, target=weight, band=wish.band, cost_per_trade=wish.cost
    )


def case(world: World, wish: Wish) -> Case:
    """What a plan needs, the track record of ten years included."""
    reading = world.reading
    past = targets(reading.history, reading.panel.macro.get(CYCLE_SERIES), wish.low, wish.high)
    first = same_day(reading.as_of, -12 * YEARS)
    record = against_constant(reading.history, reading.panel, past, first=first, band=wish.band)
    return Case(world, wish, aim(world, wish), rebalanced(world, wish), record)


def made(case: Case, texts: Mapping[str, str]) -> Plan:
    """The plan of a case, with the texts that were answered."""
    wish = case.wish
    return Plan(
        profile="core",
        title=f"{fmt.share(case.target.weight, 1)} {wish.small} beside {wish.core}: {orders(case.done) or 'no trade'}",
        answers=texts,
        standing=standing(case.world.reading),
        decision=_decision(case),
        rows=(*_target_rows(case), *_trade_rows(case), *_record_rows(case)),
        why=tuple(_why(case)),
        invalidated_by=tuple(_ends(case)),
        warnings=tuple(_warnings(case)),
        opening=tuple(_opening(case)),
    )


def curves(world: World, wish: Wish) -> tuple[Curve, ...]:
    """How the target moved over the last ten years, and what it did beside a constant weight; none without a year."""
    reading = world.reading
    past = targets(reading.history, reading.panel.macro.get(CYCLE_SERIES), wish.low, wish.high)
    found = paths(reading.history, reading.panel, past, first=same_day(reading.as_of, -12 * YEARS), band=wish.band)
    if found is None:
        return ()
    did = (("target followed", wish.value * found.followed.values), ("constant", wish.value * found.constant.values))
    costs = f"{reading.pair} on total return, after {SPREAD_BPS:g} bp of what was traded"
    return (
        Curve("Target weight", found.days, (("target", found.targets),), "%", "as it was known on each close"),
        Curve("What it did", found.days, did, "$", costs),
    )


def orders(done: Rebalance) -> str:
    """The orders in a line: `sell 12 SPY, buy 30 IWM`; empty when there are none."""
    return ", ".join(_order(trade) for trade in done.trades)


def cents(value: float) -> str:
    """Dollars and cents, for costs."""
    return f"${fmt.price(value)}"


def band_words(weight: float, band: float) -> str:
    """`from 8.0% to 12.0%`."""
    return f"from {fmt.share(max(0.0, weight - band), 1)} to {fmt.share(min(1.0, weight + band), 1)}"


def _cycle(world: World) -> str | None:
    return world.reading.rate_cycle.state if world.reading.rate_cycle else None


def _order(trade: Trade) -> str:
    return f"{'buy' if trade.shares > 0 else 'sell'} {abs(trade.shares):,} {trade.ticker}"


def _opening(case: Case) -> Iterator[str]:
    """That nothing was said to be held: an answer left empty is easily one that was passed over."""
    if not any(case.wish.held.values()):
        does = "this buys everything from cash" if case.done.trades else "all of it counts as cash"
        yield f"You named no holdings: {does}."


def _decision(case: Case) -> dict[str, Figure]:
    wish, done = case.wish, case.done
    moved = {trade.ticker: trade.shares for trade in done.trades}
    return {
        "small": wish.small,
        "core": wish.core,
        "target": case.target.weight,
        "band": wish.band,
        "weight": done.before.small,
        "weight_after": done.after.small,
        "small_shares": moved.get(wish.small, 0),
        "core_shares": moved.get(wish.core, 0),
        "small_price": case.world.price(wish.small),
        "core_price": case.world.price(wish.core),
        "turnover": done.turnover,
        "cost_dollars": done.cost,
        "cash": done.cash,
        "rate_cycle": case.cycle,
        "against_constant": case.record.difference if case.record else None,
    }


def _target_rows(case: Case) -> Iterator[Row]:
    base, *steps = case.target.steps
    yield Row("base weight", fmt.share(base.weight, 1), "the middle of the rule, before rates and regime")
    for step in steps:
        yield Row(step.name, fmt.share(step.weight, 1), f"{fmt.signed(100 * step.points, 1)} points")
    yield Row("target", fmt.share(case.target.weight, 1), fmt.dollars(case.target.weight * case.wish.value))
    regimes = {label: _weight_at(case, label, case.cycle) for label in REGIME_STEPS}
    yield Row("another regime", _others(case, regimes), "the target, the rate cycle as it is")
    cycles = {cycle: _weight_at(case, case.label, cycle) for cycle in CYCLE_STEPS}
    yield Row("another rate cycle", _others(case, cycles), "the target, the regime as it is")


def _weight_at(case: Case, label: str, cycle: str | None) -> float:
    return target(label, cycle, case.wish.low, case.wish.high).weight


def _others(case: Case, weights: Mapping[str, float]) -> str:
    """The states that would change the target, with what it would be."""
    changed = [f"{name} {fmt.share(weight, 1)}" for name, weight in weights.items() if weight != case.target.weight]
    return ", ".join(changed) or "no change"


def _trade_rows(case: Case) -> Iterator[Row]:
    wish, done = case.wish, case.done
    held, price = wish.held.get(wish.small, 0), case.world.price(wish.small)
    counted = f"{held:,} {wish.small} x {fmt.price(price)} of {fmt.dollars(wish.value)}"
    yield Row("weight now", fmt.share(done.before.small, 1), counted)
    side = "outside" if outside(done.before.small, case.target.weight, wish.band) else "inside"
    yield Row("band", band_words(case.target.weight, wish.band), f"the weight is {side}")
    for trade in done.trades:
        each = f"{abs(trade.shares):,} x {fmt.price(trade.price)}, costs {cents(trade.cost)}"
        yield Row(_order(trade), fmt.dollars(abs(trade.notional)), each)
    yield Row("weight after", fmt.share(done.after.small, 1), done.words)
    yield Row("turnover", fmt.share(done.turnover, 1), "bought and sold, of the portfolio's value")
    rate = f"{fmt.count(len(done.trades), 'trade')} x {cents(wish.cost)} and {fmt.trimmed(rebalance.SPREAD)} of each"
    yield Row("cost", cents(done.cost), rate)
    yield Row("cash left", fmt.dollars(done.cash), f"{fmt.share(done.after.cash, 1)} of the portfolio")


def _record_rows(case: Case) -> Iterator[Row]:
    record = case.record
    if record is None:
        yield Row("record", fmt.UNKNOWN, "less than a year of targets: nothing to compare")
        return
    followed = f"target followed, {record.years:.1f} years"
    changed = f"; the target changed {fmt.count(record.changes, 'time')}"
    yield Row(followed, f"{fmt.percent(record.followed.annual_return, 2)} a year", _result(record.followed) + changed)
    constant = f"constant {fmt.trimmed(record.level)}"
    yield Row(constant, f"{fmt.percent(record.constant.annual_return, 2)} a year", _result(record.constant))
    costs = f"{case.world.reading.pair} on total return, by the same band, {SPREAD_BPS:g} bp of what is traded"
    yield Row("difference", f"{fmt.percent(record.difference, 2)} a year", costs)


def _result(result: Result) -> str:
    return (
        f"volatility {fmt.share(result.annual_volatility, 1)}, worst drawdown {fmt.percent(result.max_drawdown)}, "
        f"turnover {fmt.share(result.turnover, 1)} a year, {fmt.share(result.weight, 1)} small caps on average"
    )


def _why(case: Case) -> Iterator[str]:
    reading = case.world.reading
    cycle, regime = reading.rate_cycle, reading.regime
    if cycle:
        rates = f"from {fmt.share(cycle.before, 2)} to {fmt.share(cycle.rate, 2)}, {fmt.points(cycle.change)}"
        yield f"The rate cycle is {cycle.state}: the fed funds rate went {rates}, in {CYCLE_WINDOW} sessions."
    since = f"since {regime.since}, {fmt.count(regime.sessions, 'session')}"
    yield f"The regime of {reading.pair} is {case.label} {since}: {regime.regime.means(*reading.pair)}."
    yield from (f"Evidence on the label: {words}." for words in worth_of(reading, "regime"))
    yield _sentence(f"{orders(case.done)}: {case.done.words}" if case.done.trades else case.done.words)
    if case.record:
        yield _sentence(case.record.words())


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _ends(case: Case) -> Iterator[Condition]:
    yield Condition(f"the regime is no longer {case.label}", regime=case.label)
    yield of_cycle(case.cycle)
    yield from _leaves_band(case)


def _leaves_band(case: Case) -> Iterator[Condition]:
    """The closes of the small-cap fund, all else unchanged, beyond which its weight is outside the band.

    n shares at p beside a rest R weigh w where p = w R / ((1 - w) n). None beyond which it is already.
    """
    wish, done = case.wish, case.done
    last = case.world.price(wish.small)
    rest = done.left - done.shares * last
    for edge, below in ((case.target.weight - wish.band, True), (case.target.weight + wish.band, False)):
        if not done.shares or not 0 < edge < 1 or rest <= 0:
            continue
        close = edge * rest / ((1.0 - edge) * done.shares)
        if close < last if below else close > last:
            side, way = ("below", "falls under") if below else ("above", "rises over")
            move = f"{fmt.price(close)} ({fmt.percent(close / last - 1)})"
            words = f"{wish.small} closes {side} {move}, all else equal: its weight {way} {fmt.share(edge, 1)}"
            yield Condition(words, wish.small, below, close)


def _warnings(case: Case) -> Iterator[str]:
    reading, wish, done = case.world.reading, case.wish, case.done
    yield from case.target.said
    for row in reading.macro:
        if row.row.series == CYCLE_SERIES and row.stale:
            yield f"{row.warning()}, and the rate cycle is read from it"
    if wish.small != reading.pair.a:
        yield f"small is {wish.small}, but regime and record are of {reading.pair}"
    elif wish.core != reading.pair.b:
        yield f"core is {wish.core}, but regime and record are of {reading.pair}"
    for name in dict.fromkeys((wish.small, wish.core, *wish.held)):
        newest = to_day(reading.panel[name].sessions[-1]) if name in reading.panel.bars else None
        if newest and newest != reading.as_of:
            yield f"{name}'s newest close is of {newest}, not of {reading.as_of}"
    if wish.held and not wish.held.get(wish.core) and done.before.cash:
        rest = fmt.dollars(done.before.cash * wish.value)
        yield f"no {wish.core} is held, so {rest} counts as cash; if some of it is {wish.core}, name it in held"
    if outside(done.after.small, case.target.weight, wish.band):
        yield f"the weight stays outside the band: {done.words}"
