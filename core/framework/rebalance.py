"""Rebalancing: the whole-share trades that bring the small-cap weight back to its target, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .. import format as fmt
from ..errors import UsageError

SPREAD = 0.0005
SPREAD_BPS = 10_000 * SPREAD
HALF_A_CENT = 0.005
ROUNDING = 1e-12


class Trade(NamedTuple):
    """One order: whole shares, above 0 bought and below 0 sold, the price they are reckoned at, and its cost ($)."""

    ticker: str
    shares: int
    price: float
    cost: float

    @property
    def notional(self) -> float:
        """Shares times price in dollars, signed as the shares are."""
        return self.shares * self.price


class Weights(NamedTuple):
    """Shares of the portfolio as fractions; what is held beside the two funds makes up the rest."""

    small: float
    core: float
    cash: float


@dataclass(frozen=True, slots=True)
class Rebalance:
    """The orders in the order they are to be given, sales first; none when there is nothing to do.

    `shares` are the small caps held afterwards, `left` the portfolio's value after costs, of which `after` are the
    weights. `turnover` is the sum of the orders' notionals, both sides counted, over the value. Money in dollars.
    """

    trades: tuple[Trade, ...]
    before: Weights
    after: Weights
    shares: int
    turnover: float
    cost: float
    cash: float
    left: float
    words: str


class _Line(NamedTuple):
    ticker: str
    shares: int
    price: float

    @property
    def worth(self) -> float:
        return self.shares * self.price


class _Book(NamedTuple):
    """What there is before any order, and what an order costs: so much each and a fraction of its notional."""

    value: float
    cash: float
    small: _Line
    core: _Line
    each: float
    spread: float

    def order(self, line: _Line, shares: int) -> Trade:
        return Trade(line.ticker, shares, line.price, self.each + self.spread * abs(shares) * line.price)

    def affordable(self, line: _Line, cash: float) -> int:
        """The most whole shares that `cash` pays for, cost included."""
        return max(0, math.floor((cash - self.each) / (line.price * (1.0 + self.spread)) * (1.0 + ROUNDING)))

    def brought(self, line: _Line, shares: int) -> float:
        """The cash that a sale brings, cost taken off."""
        return shares * line.price * (1.0 - self.spread) - self.each if shares else 0.0

    def weights(self, small: int, core: int, cash: float, value: float) -> Weights:
        return Weights(small * self.small.price / value, core * self.core.price / value, cash / value)


def outside(weight: float, target: float, band: float) -> bool:
    """Whether a weight is more than `band` away from its target; False when either is NaN."""
    return abs(weight - target) > band + ROUNDING


def worth(held: Mapping[str, int], prices: Mapping[str, float]) -> float:
    """What the shares held are worth in dollars; UsageError naming a ticker without a price above 0."""
    for ticker in held:
        _check_price(ticker, prices)
    return sum(shares * prices[ticker] for ticker, shares in held.items())


def cash_beside(value: float, held: Mapping[str, int], prices: Mapping[str, float]) -> float:
    """The part of a portfolio's value that is in no shares; UsageError when the shares alone are worth more."""
    shares = worth(held, prices)
    if value < shares - HALF_A_CENT:
        raise UsageError(
            f"value {fmt.price(value)} is below the worth of what is held, {fmt.price(shares)}; "
            "it is the whole portfolio, cash included"
        )
    return max(0.0, value - shares)


def trades(
    value: float,
    held: Mapping[str, int],
    prices: Mapping[str, float],
    small: str,
    core: str,
    *,
    target: float,
    band: float,
    cost_per_trade: float = 0.0,
    spread: float = SPREAD,
) -> Rebalance:
    """The orders that bring `small` from outside the band to the whole number of shares nearest to the target.

    The target is a fraction of `value`, the whole portfolio in dollars before costs; of two numbers of shares equally
    near it is the one that trades less. A purchase is paid from cash first, then by selling just enough whole shares
    of `core`, and is smaller where both don't suffice; when neither fund is held, the rest of the cash goes into
    `core`. What a sale brings goes into whole shares of `core`, what is left of it stays cash. Other tickers are left
    alone. Nothing is traded when the costs would be as large as the trade, or take the weight away from its target.
    UsageError naming what is out of range.
    """
    _check(value, small, core, {"target": target, "band": band, "cost": cost_per_trade, "spread": spread})
    for ticker in (small, core):
        _check_price(ticker, prices)
    cash = cash_beside(value, held, prices)
    lines = [_Line(ticker, held.get(ticker, 0), prices[ticker]) for ticker in (small, core)]
    book = _Book(value, cash, lines[0], lines[1], cost_per_trade, spread)
    weight = book.small.worth / value
    if not outside(weight, target, band):
        return _done(book, (), f"inside the band of {_points(band)}: nothing to do")
    orders = _bought(book, target) if weight < target else _sold(book, target)
    if not orders:
        return _done(book, (), _why_not(book, target))
    cost = sum(order.cost for order in orders)
    if cost >= min(abs(order.notional) for order in orders if order.ticker == small):
        return _done(book, (), f"the trade would cost {fmt.price(cost)}, as much as it moves: nothing to do")
    done = _done(book, orders, "")
    if abs(done.after.small - target) >= abs(weight - target):
        return _done(book, (), "after costs the weight would be no nearer to the target: nothing to do")
    return _done(book, orders, _said(done, target, band))


def _bought(book: _Book, target: float) -> tuple[Trade, ...]:
    """A purchase of small caps, after the sale of core shares that it needs."""
    core_cash = book.brought(book.core, book.core.shares)
    most = max(book.affordable(book.small, book.cash), book.affordable(book.small, book.cash + core_cash))
    wanted = _near(target * book.value / book.small.price, book.small.shares) - book.small.shares
    if min(wanted, most) <= 0:
        return ()
    order = book.order(book.small, min(wanted, most))
    short = order.notional + order.cost - book.cash
    if short > ROUNDING * book.value:
        net = book.core.price * (1.0 - book.spread)
        needed = math.ceil((short + book.each) / net * (1.0 - ROUNDING))
        return book.order(book.core, -min(needed, book.core.shares)), order
    opening = not book.small.shares and not book.core.shares
    rest = book.affordable(book.core, -short) if opening else 0
    return (order, book.order(book.core, rest)) if rest else (order,)


def _sold(book: _Book, target: float) -> tuple[Trade, ...]:
    """A sale of small caps, and the core shares that it pays for."""
    surplus = book.small.shares - _near(target * book.value / book.small.price, book.small.shares)
    if surplus <= 0:
        return ()
    order = book.order(book.small, -surplus)
    rest = book.affordable(book.core, book.brought(book.small, surplus))
    return (order, book.order(book.core, rest)) if rest else (order,)


def _near(wanted: float, held: int) -> int:
    """The whole number nearest to `wanted`; of two equally near, the one nearer to `held`."""
    slack = ROUNDING * (1.0 + wanted)
    return math.ceil(wanted - 0.5 - slack) if wanted > held else math.floor(wanted + 0.5 + slack)


def _done(book: _Book, orders: tuple[Trade, ...], words: str) -> Rebalance:
    """The portfolio with the orders filled at their prices."""
    cost = sum(order.cost for order in orders)
    cash = max(0.0, book.cash - sum(order.notional for order in orders) - cost)
    small, core = (line.shares + sum(o.shares for o in orders if o.ticker == line.ticker) for line in book[2:4])
    left = book.value - cost
    return Rebalance(
        trades=orders,
        before=book.weights(book.small.shares, book.core.shares, book.cash, book.value),
        after=book.weights(small, core, cash, left),
        shares=small,
        turnover=sum(abs(order.notional) for order in orders) / book.value,
        cost=cost,
        cash=cash,
        left=left,
        words=words,
    )


def _said(done: Rebalance, target: float, band: float) -> str:
    """What the orders come to, and whether that is as far as they had to go."""
    words = f"from {fmt.share(done.before.small, 1)} to {fmt.share(done.after.small, 1)} in small caps"
    if not outside(done.after.small, target, band):
        return words
    return f"{words}, as near as whole shares and what can be paid come to {fmt.share(target, 1)}"


def _why_not(book: _Book, target: float) -> str:
    """Why there is no order although the weight is outside the band."""
    wanted = _near(target * book.value / book.small.price, book.small.shares)
    if wanted != book.small.shares:
        return f"cash and {book.core.ticker} don't pay for one share of {book.small.ticker}: nothing can be bought"
    share = fmt.price(book.small.price)
    return f"no whole number of {book.small.ticker} shares at {share} is nearer to the target: nothing to do"


def _points(band: float) -> str:
    return f"{100 * band:.6g} point{'' if abs(band - 0.01) < ROUNDING else 's'}"


def _check(value: float, small: str, core: str, rest: Mapping[str, float]) -> None:
    if not (math.isfinite(value) and value > 0):
        raise UsageError(f"value {value:g} is not above 0")
    if small == core:
        raise UsageError(f"small and core are both {small}; they must be two funds")
    for name, given in rest.items():
        most = math.inf if name == "cost" else 1.0
        if not (math.isfinite(given) and 0 <= given <= most):
            raise UsageError(f"{name} {given:g} is not {'0 or more' if name == 'cost' else 'from 0% to 100%'}")


def _check_price(ticker: str, prices: Mapping[str, float]) -> None:
    price = prices.get(ticker, math.nan)
    if not (math.isfinite(price) and price > 0):
        raise UsageError(f"held, small or core name {ticker}, of which no price above 0 is known; leave it out")
