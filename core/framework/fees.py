"""What a fund's fee costs: the growth of savings in two funds, their difference, and when switching has paid off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Floats
from ..errors import UsageError

MOST_DOLLARS = 1e12


class Limit(NamedTuple):
    """The range of a field, both ends included, and its unit: `$`, `%` for a fraction, or `years`, which are whole."""

    low: float
    high: float
    unit: str


# At the ends of these ranges 1 + return - fee is still 0.45, so that every growth factor is above 0.
LIMITS = {
    "amount": Limit(0.0, MOST_DOLLARS, "$"),
    "monthly": Limit(0.0, MOST_DOLLARS, "$"),
    "years": Limit(1, 60, "years"),
    "return": Limit(-0.5, 0.5, "%"),
    "fee": Limit(0.0, 0.05, "%"),
    "fee_against": Limit(0.0, 0.05, "%"),
    "inflation": Limit(-0.5, 0.5, "%"),
    "switch_cost": Limit(0.0, MOST_DOLLARS, "$"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """Savings that go into one of two funds: dollars, and fractions a year; `rate` is the return before any fee."""

    amount: float
    years: int
    rate: float
    fee: float
    fee_against: float
    monthly: float = 0.0
    inflation: float = 0.0
    switch_cost: float = 0.0


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Comparison:
    """The same savings in two funds, in dollars.

    `path` and `path_against` have years + 1 values, from today to the end. `difference` is what the cheaper fund ends
    with over the dearer one, never below 0; `share` is that as a fraction of the cheaper fund's end value,
    `difference_today` that divided by (1 + inflation)^years. `after_cost` is what is left of the difference when
    `switch_cost` is paid out of the amount today; below 0 where switching doesn't pay within the years.
    """

    path: Floats
    path_against: Floats
    end_value: float
    end_value_against: float
    paid_in: float
    difference: float
    difference_today: float
    share: float
    after_cost: float
    break_even_months: int | None


def growth(amount: float, monthly: float, years: int, rate: float, fee: float) -> Floats:
    """What savings are worth after 0, 1, ... years: shape (years + 1,), dollars.

    amount * (1 + rate - fee)^years, and each month's contribution, paid at its end, grown at the monthly rate
    (1 + rate - fee)^(1/12) - 1. UsageError, naming the field, for what is not a finite number in its range.
    """
    given = {"amount": amount, "monthly": monthly, "years": years, "return": rate, "fee": fee}
    for field, value in given.items():
        check(field, value)
    return _by_month(amount, monthly, years, rate - fee)[::12]


def compare(request: Request) -> Comparison:
    """The savings in both funds, what the fees make of them, and when a switch to the cheaper fund has paid off.

    UsageError, naming the field, for what is not in its range, and for fields that contradict each other.
    """
    _check_all(request)
    path, path_against = (
        growth(request.amount, request.monthly, request.years, request.rate, fee)
        for fee in (request.fee, request.fee_against)
    )
    low, high = sorted((float(path[-1]), float(path_against[-1])))
    lead = _lead(request)
    return Comparison(
        path=path,
        path_against=path_against,
        end_value=float(path[-1]),
        end_value_against=float(path_against[-1]),
        paid_in=request.amount + 12 * request.years * request.monthly,
        difference=high - low,
        difference_today=today(high - low, request.inflation, request.years),
        share=(high - low) / high if high else 0.0,
        after_cost=float(lead[-1]),
        break_even_months=break_even_months(request),
    )


def break_even_months(request: Request) -> int | None:
    """The first month after which having switched from the dearer to the cheaper fund today is ahead.

    The cost of switching is paid out of the amount. Once ahead it stays ahead, as the lower fee gains on every dollar.
    None when that is not so within the years, and for equal fees. UsageError as `compare`.
    """
    _check_all(request)
    ahead = np.flatnonzero(_lead(request) > 0)
    return int(ahead[0]) if ahead.size else None


def today(value: float, inflation: float, years: int) -> float:
    """What `value` dollars after `years` are worth in today's money."""
    return float(value / (1 + inflation) ** years)


def check(field: str, value: float) -> None:
    """UsageError, naming field, value and what is right, for what is not a finite number in the field's range."""
    low, high, unit = LIMITS[field]
    if not math.isfinite(value):
        raise UsageError(f"{field} {value} is not a finite number")
    whole = unit == "years"
    if low <= value <= high and not (whole and value != int(value)):
        return
    kind = "a whole number " if whole else ""
    meant = f"; {value:g} % is written {fmt.trimmed(value / 100)}" if unit == "%" and high < value <= 100 * high else ""
    span = f"{kind}from {_shown(low, unit)} to {_shown(high, unit)}"
    raise UsageError(f"{field} {_shown(value, unit)} is not {span}{meant}")


def check_invested(amount: float, monthly: float) -> None:
    """UsageError where neither an amount nor a monthly contribution is there to grow."""
    if not amount and not monthly:
        raise UsageError("monthly 0 with an amount of 0 leaves nothing to invest: let one of them be above 0")


def check_cost(switch_cost: float, amount: float) -> None:
    """UsageError where the cost of switching is more than the amount that it is paid out of."""
    if switch_cost > amount:
        cost, most = _shown(switch_cost, "$"), _shown(amount, "$")
        raise UsageError(f"switch_cost {cost} is more than the amount that it is paid from: it is at most {most}")


def _check_all(request: Request) -> None:
    for field in LIMITS:
        check(field, getattr(request, "rate" if field == "return" else field))
    check_invested(request.amount, request.monthly)
    check_cost(request.switch_cost, request.amount)


def _by_month(amount: float, monthly: float, years: int, net: float) -> Floats:
    """The value after 0, 1, ... months: shape (12 * years + 1,), dollars; `net` is the yearly return after the fee."""
    months = np.arange(12 * years + 1, dtype=float)
    log = math.log1p(net) / 12
    step = math.expm1(log)
    # (1 + step)^n - 1 by expm1: the plain power loses its digits where return and fee nearly cancel out.
    saved = np.expm1(months * log) / step if step else months
    return amount * np.exp(months * log) + monthly * saved


def _lead(request: Request) -> Floats:
    """By how much having switched is ahead of having stayed, after 0, 1, ... months, in dollars."""
    cheap, dear = sorted((request.fee, request.fee_against))
    switched = _by_month(request.amount - request.switch_cost, request.monthly, request.years, request.rate - cheap)
    return switched - _by_month(request.amount, request.monthly, request.years, request.rate - dear)


def _shown(value: float, unit: str) -> str:
    return fmt.trimmed(value) if unit == "%" else f"{value:,.15g}"
