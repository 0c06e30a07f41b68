"""Sizing: from equity, stop and the ratio's state to whole shares, each step a row that can be shown."""

from __future__ import annotations

import math
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
    """One row of the waterfall: its name, its formula with the numbers in it, its value, and whether it bound."""

    name: str
    formula: str
    value: float
    unit: str
    bound: bool = False

    def shown(self) -> str:
        """The value in its unit: dollars, a price, or shares as they are before rounding."""
        if self.unit == "$":
            return fmt.dollars(self.value)
        return fmt.price(self.value) if self.unit == "price" else fmt.price(self.value, 1)


@dataclass(frozen=True, slots=True)
class Sizing:
    """A suggested position: whole shares, what they risk, and how they came about."""

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


def multiplier(side: str, leadership: int, confirmation: int) -> float:
    """The share of the risk-based size that the ratio's trend and the sectors allow; shorts read the table mirrored."""
    flip = -1 if side == "short" else 1
    return MULTIPLIERS[flip * leadership][flip * confirmation]


def size(request: Request, climate: Climate) -> Sizing:
    """The waterfall: risk budget, stop, shares at that stop, multiplier, caps, whole shares rounded down.

    A realized volatility that is NaN or 0 is not known: its cap and its step are left out, and a warning says so.
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
    caps = _caps(request, climate)
    wanted = raw * factor
    limits = {name: notional / request.entry for name, _, notional in caps}
    tightest = min(limits, key=lambda name: limits[name])
    bound_by = tightest if limits[tightest] < wanted else "risk budget"
    reward = abs(request.target - request.entry) / distance if request.target is not None else None
    _check_countable(request, min(wanted, limits[tightest]), (stop, raw, wanted, reward or 0.0, *limits.values()))
    shares = _whole(min(wanted, limits[tightest]))
    steps = (
        Step("risk budget", f"{request.equity:,.0f} x {fmt.trimmed(request.risk_fraction)}", budget, "$"),
        Step("stop", _stop_formula(request, climate), stop, "price"),
        Step("shares at that stop", f"{budget:,.2f} / {distance:.4f}", raw, "shares"),
        Step("multiplier", f"x {factor:.2f} {climate.words}", wanted, "shares", bound_by == "risk budget"),
        *(Step(n, f, limits[n], "shares", n == bound_by) for n, f, _ in caps),
        Step("whole shares", "rounded down", shares, "shares"),
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
        warnings=_warnings(climate, shares),
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
        raise UsageError(
            f"equity {request.equity:g} at entry {request.entry:g} is beyond what whole shares can be counted for"
        )


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


def _stop_formula(request: Request, climate: Climate) -> str:
    if request.stop is not None:
        return "as given"
    return f"{request.entry:.2f} {'-' if request.side == 'long' else '+'} {request.stop_atr:g} x ATR {climate.atr:.2f}"


def _caps(request: Request, climate: Climate) -> tuple[tuple[str, str, float], ...]:
    """The caps as rows of name, formula and notional; the volatility cap is absent where volatility isn't known."""
    cash = request.equity if request.cash is None else request.cash
    rows = [
        ("position cap", f"{fmt.trimmed(request.max_weight)} of equity", request.equity * request.max_weight),
        ("cash", f"{cash:,.0f}", cash),
    ]
    if climate.realized_vol > 0:
        formula = f"vol {fmt.trimmed(request.target_vol)} / {climate.realized_vol:.1%}"
        rows.insert(1, ("volatility cap", formula, request.equity * request.target_vol / climate.realized_vol))
    return tuple(rows)


def _whole(shares: float) -> int:
    """Rounded down, but not below a whole number that only binary fractions missed."""
    return math.floor(shares * (1 + ROUNDING))


def _warnings(climate: Climate, shares: int) -> tuple[str, ...]:
    said = []
    if not climate.realized_vol > 0:
        said.append("realized volatility is not known, so the volatility cap was not applied")
    if shares == 0:
        said.append("not even one share fits the risk budget and the caps")
    return tuple(said)
