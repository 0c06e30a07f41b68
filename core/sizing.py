"""Sizing: from equity, stop and the ratio's state to whole shares, each step a row that can be shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import format as fmt
from .errors import UsageError

MULTIPLIERS = {
    1: {1: 1.25, 0: 1.00, -1: 0.50},
    0: {1: 1.00, 0: 0.75, -1: 0.50},
    -1: {1: 0.50, 0: 0.50, -1: 0.25},
}
MAX_RISK = 0.10
ROUNDING = 1e-12
COUNTABLE = 2.0**53
"""From here on a float no longer tells one whole number from the next."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person decides: money, side and prices; fractions are of equity. `stop` None means k times ATR away."""

    equity: float
    entry: float
    side: str = "long"
    risk_fraction: float = 0.01
    stop: float | None = None
    stop_atr: float = 2.0
    target: float | None = None
    max_weight: float = 0.25
    target_vol: float = 0.20
    cash: float | None = None


@dataclass(frozen=True, slots=True)
class Climate:
    """What the market brings: ATR(14) in price units, realized_vol(20) as a fraction, the axes' states and words."""

    atr: float
    realized_vol: float
    leadership: int
    confirmation: int
    words: str


class Step(NamedTuple):
    """One row of the waterfall: its name, its formula in brief, its value, whether it bound, and its formula in full.

    value: dollars, a price, or shares, which the unit `whole` has no parts of; inf for a cap that isn't known, as it
    limits nothing. worked: the formula with every number that goes in, in forms from the longest to the shortest.
    """

    name: str
    formula: str
    value: float
    unit: str
    bound: bool = False
    worked: tuple[str, ...] = ()

    def shown(self) -> str:
        """The value in its unit: dollars, a price, shares whole or as they are before rounding; `not known`."""
        if not math.isfinite(self.value):
            return "not known"
        if self.unit in ("$", "whole"):
            return fmt.dollars(self.value) if self.unit == "$" else f"{self.value:,.0f}"
        return fmt.price(self.value, places(self.value)) if self.unit == "price" else _counted(self.value)

    def fitting(self, room: int) -> str:
        """The longest form of the formula that is no wider than `room`; empty when none is."""
        return next((form for form in self.worked if len(form) <= room), "")


@dataclass(frozen=True, slots=True)
class Sizing:
    """A suggested position: whole shares, what they risk, how they came about; of none what one takes, in words."""

    shares: int
    side: str
    entry: float
    stop: float
    notional: float
    risk_dollars: float
    weight: float
    r_multiple: float | None
    multiplier: float
    bound_by: str
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = field(default=())
    one_takes: str = ""


def places(price: float) -> int:
    """The decimals that prices near this one are told apart by: two from a dollar up, four digits below it."""
    return 2 if not 0 < price < 1 else 3 - math.floor(math.log10(price))


def multiplier(side: str, leadership: int, confirmation: int) -> float:
    """The share of the risk-based size that the ratio's trend and the sectors allow; shorts read the table mirrored."""
    flip = -1 if side == "short" else 1
    return MULTIPLIERS[flip * leadership][flip * confirmation]


def size(request: Request, climate: Climate) -> Sizing:
    """The waterfall: risk budget, stop, shares at that stop, multiplier, caps, whole shares rounded down.

    A realized volatility that is NaN or 0 is not known: its cap limits nothing, and a warning says so.
    UsageError, naming the field, for anything else that is not a finite number in its range, a stop on the wrong side,
    or an ATR that is missing when the stop needs it.
    """
    _check(request)
    _check_climate(climate)
    stop = _stop(request, climate)
    distance = abs(request.entry - stop)
    budget = request.equity * request.risk_fraction
    raw = budget / distance
    factor = multiplier(request.side, climate.leadership, climate.confirmation)
    wanted = raw * factor
    caps = _caps(request, climate)
    tightest = min(caps, key=lambda cap: cap.value)
    bound_by = tightest.name if tightest.value < wanted else "risk budget"
    reward = abs(request.target - request.entry) / distance if request.target is not None else None
    allowed, known = min(wanted, tightest.value), caps if climate.realized_vol > 0 else (caps[0], caps[2])
    _check_countable(request, allowed, (stop, raw, wanted, reward or 0.0, *(cap.value for cap in known)))
    shares = _whole(allowed)
    share = f"{request.equity:,.0f} x {fmt.trimmed(request.risk_fraction)}"
    steps = (
        Step("risk budget", share, budget, "$", worked=(share,)),
        _stop_step(request, climate, stop),
        _raw_step(budget, distance, raw),
        _multiplier_step(raw, factor, climate, bound=bound_by == "risk budget"),
        *(cap._replace(bound=cap.name == bound_by) for cap in caps),
        Step("whole shares", "rounded down", shares, "whole", worked=("rounded down",)),
    )
    return Sizing(
        shares=shares,
        side=request.side,
        entry=request.entry,
        stop=stop,
        notional=shares * request.entry,
        risk_dollars=shares * distance,
        weight=shares * request.entry / request.equity,
        r_multiple=reward,
        multiplier=factor,
        bound_by=bound_by,
        steps=steps,
        warnings=_warnings(request, climate, shares),
        one_takes="" if shares else _one_takes(request, wanted, caps),
    )


def _check(request: Request) -> None:
    """Refuse, naming field and value, what no position can be sized from."""
    if request.side not in ("long", "short"):
        raise UsageError(f"side {request.side!r} is neither long nor short")
    given = {name: getattr(request, name) for name in Request.__dataclass_fields__ if name != "side"}
    for name, value in given.items():
        if value is not None and not math.isfinite(value):
            raise UsageError(f"{name} {value} is not a finite number")
    for name in ("equity", "entry", "stop_atr", "max_weight", "target_vol"):
        if given[name] <= 0:
            raise UsageError(f"{name} {given[name]:.15g} is not above 0")
    for name in ("stop", "target"):
        if given[name] is not None and given[name] <= 0:
            raise UsageError(f"{name} {given[name]:.15g} is not above 0")
    if not 0 <= request.risk_fraction <= MAX_RISK:
        raise UsageError(f"risk {request.risk_fraction:.15g} is not from 0 to {MAX_RISK:g}, which is 10%")
    if request.cash is not None and request.cash < 0:
        raise UsageError(f"cash {request.cash:.15g} is below 0")
    if request.target is not None and not _beyond(request, request.target, profit=True):
        raise UsageError(_wrong_side("target", request.target, request))


def _check_climate(climate: Climate) -> None:
    """Refuse states that the table hasn't got, and a volatility that none can be."""
    for name, state in (("leadership", climate.leadership), ("confirmation", climate.confirmation)):
        if state not in MULTIPLIERS:
            raise UsageError(f"{name} {state} is not -1, 0 or 1")
    if climate.realized_vol < 0 or math.isinf(climate.realized_vol):
        raise UsageError(f"realized_vol {climate.realized_vol:g} is not a finite number from 0 up")


def _check_countable(request: Request, shares: float, values: tuple[float, ...]) -> None:
    """Refuse numbers, each in its range, that together are too large or too small to count shares by."""
    if not (all(map(math.isfinite, values)) and shares < COUNTABLE):
        both = f"equity {request.equity:g} at entry {request.entry:g}"
        raise UsageError(f"{both} is beyond what whole shares can be counted for")


def _stop(request: Request, climate: Climate) -> float:
    """The stop's price: the user's own, or k ATR against the position."""
    if request.stop is not None:
        if not _beyond(request, request.stop, profit=False):
            raise UsageError(_wrong_side("stop", request.stop, request))
        return request.stop
    if climate.atr < 0 or math.isinf(climate.atr):
        raise UsageError(f"atr {climate.atr:g} is not a finite number above 0; give a stop price")
    if not climate.atr > 0:
        raise UsageError("the ATR is missing or 0, so a stop by ATR can't be set; give a stop price")
    away = request.stop_atr * climate.atr
    stop = request.entry - away if request.side == "long" else request.entry + away
    if stop <= 0:
        raise UsageError(f"stop_atr {request.stop_atr:g} puts the stop at {stop:.2f}, which is not above 0")
    if stop == request.entry:
        raise UsageError(f"stop_atr {request.stop_atr:g} x ATR {climate.atr:g} is too little to part stop from entry")
    return stop


def _wrong_side(name: str, price: float, request: Request) -> str:
    side = "above" if (name == "target") == (request.side == "long") else "below"
    return f"{name} {price:.15g} is not {side} entry {request.entry:.15g}, as a {request.side} needs"


def _beyond(request: Request, price: float, *, profit: bool) -> bool:
    up = (request.side == "long") == profit
    return price > request.entry if up else price < request.entry


def _stop_step(request: Request, climate: Climate, stop: float) -> Step:
    if request.stop is not None:
        away = f"as given, {abs(request.entry - stop) / climate.atr:.1f} ATR away" if climate.atr > 0 else "as given"
        return Step("stop", "as given", stop, "price", worked=(away, "as given"))
    entry, atr = (fmt.price(value, places(request.entry)) for value in (request.entry, climate.atr))
    way = f"{'-' if request.side == 'long' else '+'} {request.stop_atr:g} x"
    formula = f"{entry} {way} ATR {atr}"
    return Step("stop", formula, stop, "price", worked=(formula, f"{entry} {way} {atr}", f"entry {way} {atr}"))


def _raw_step(budget: float, distance: float, raw: float) -> Step:
    formula = f"{budget:,.2f} / {fmt.price(distance, max(4, places(distance)))}"
    worked = (formula, f"{budget:,.0f} / {fmt.price(distance, places(distance))}")
    return Step("shares at that stop", formula, raw, "shares", worked=worked)


def _multiplier_step(raw: float, factor: float, climate: Climate, *, bound: bool) -> Step:
    formula, short = f"x {factor:.2f} {climate.words}", f"x {factor:.2f}"
    worked = (f"{_counted(raw)} {formula}", f"{_counted(raw)} {short}", short)
    return Step("multiplier", formula, raw * factor, "shares", bound, worked)


def _caps(request: Request, climate: Climate) -> tuple[Step, ...]:
    """The caps in shares; that of a volatility that isn't known is infinite."""
    equity, entry = f"{request.equity:,.0f}", fmt.price(request.entry, places(request.entry))
    most, cash = request.equity * request.max_weight, request.equity if request.cash is None else request.cash
    weight, spent = fmt.trimmed(request.max_weight), f"{cash:,.0f}"
    worked = (f"{weight} x {equity} / {entry}", f"{most:,.0f} / {entry}", f"{weight} of equity", weight)
    return (
        Step("position cap", f"{weight} of equity", most / request.entry, "shares", worked=worked),
        _volatility_cap(request, climate, equity, entry),
        Step("cash", spent, cash / request.entry, "shares", worked=(f"{spent} / {entry}", spent)),
    )


def _volatility_cap(request: Request, climate: Climate, equity: str, entry: str) -> Step:
    known, target = climate.realized_vol > 0, fmt.trimmed(request.target_vol)
    most = request.equity * request.target_vol / climate.realized_vol if known else math.inf
    share = f"{target} / {climate.realized_vol:.1%}" if known else f"{target} / {fmt.UNKNOWN}"
    worked = (f"{share} x {equity} / {entry}", f"{most:,.0f} / {entry}", share) if known else (share,)
    return Step("volatility cap", f"vol {share}", most / request.entry, "shares", worked=worked)


def _one_takes(request: Request, wanted: float, caps: Sequence[Step]) -> str:
    """What one whole share takes: all limits but a cash of its own grow with the equity."""
    if not wanted:
        return "a risk above 0%"
    own = request.cash is not None
    least = min(wanted, *(cap.value for cap in caps if not (own and cap.name == "cash")))
    equity = f"{_up(request.equity / least if least else math.inf)} of equity" if _whole(least) < 1 else ""
    cash = f"{_up(request.entry)} in cash" if own and _whole(caps[-1].value) < 1 else ""
    return " and ".join(filter(None, (equity, cash)))


def _up(dollars: float) -> str:
    """Whole dollars, never fewer than it takes."""
    return fmt.dollars(math.ceil(dollars * (1 - ROUNDING)) if math.isfinite(dollars) else dollars)


def _counted(shares: float) -> str:
    """Shares before they are rounded: to a tenth, less than one to two digits."""
    return fmt.price(shares, max(1, places(shares) - 2))


def _whole(shares: float) -> int:
    """Rounded down, but not below a whole number that only binary fractions missed."""
    return math.floor(shares * (1 + ROUNDING))


def _warnings(request: Request, climate: Climate, shares: int) -> tuple[str, ...]:
    said = []
    if not climate.realized_vol > 0:
        said.append("realized volatility is not known, so the volatility cap was not applied")
    if shares == 0:
        said.append("not even one share fits the risk budget and the caps")
    if request.side == "short":
        said.append("what it costs to borrow the shares sold short is not counted")
    return tuple(said)
