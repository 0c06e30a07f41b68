"""The core-satellite profile: a small-cap weight inside limits; what it asks, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from .. import format as fmt
from ..errors import SmallcapError, UsageError
from . import core_plan, rebalance
from .core_plan import Wish, aim, cents, prices, rebalanced
from .curve import Curve
from .plan import Plan
from .profile import Command, Profile, World
from .question import Answers, Question, amount, holdings, ticker
from .rebalance import outside
from .target import BAND, HIGH, LOW, check_limits

WIDEST_BAND = 0.5


def questions(world: World, answers: Answers) -> tuple[Question, ...]:
    """All eight; UsageError where the answers so far contradict each other or name a ticker without prices."""
    _check(world, answers)
    pair, equity = world.reading.pair, world.reading.settings.equity
    return (
        Question(
            "value",
            "How many dollars is the whole portfolio worth?",
            "Weights are of everything: both funds, other shares and cash.",
            f"{equity:,.15g}",
            amount(),
        ),
        Question(
            "held",
            "Which shares do you hold, like IWM=120 SPY=400?",
            "Left empty, the plan buys everything from cash. What the portfolio is worth beside the shares that are "
            "named counts as cash; other tickers than the two funds are left alone.",
            "",
            holdings,
        ),
        Question("small", "Which is your small-cap fund?", "It is the satellite that is traded.", pair.a, ticker),
        Question(
            "core", "Which is your core fund?", "It pays for small caps and takes what they bring.", pair.b, ticker
        ),
        *_limits(),
    )


def _limits() -> tuple[Question, ...]:
    """How far the weight may go, and what it costs to move it."""
    weight = amount(0.0, 1.0, above=False, unit="%")
    return (
        Question(
            "low", "What is the least weight of small caps?", "The target is never below it.", fmt.trimmed(LOW), weight
        ),
        Question(
            "high", "What is the greatest weight of small caps?", "It is never above this.", fmt.trimmed(HIGH), weight
        ),
        Question(
            "band",
            "How far from its target may the weight drift?",
            "Inside the band nothing is traded, which saves costs.",
            fmt.trimmed(BAND),
            amount(0.0, WIDEST_BAND, above=False, unit="%"),
        ),
        Question(
            "cost",
            "How many dollars does one trade cost?",
            f"A spread of {fmt.trimmed(rebalance.SPREAD)} of what is traded is counted besides.",
            "0",
            amount(above=False),
        ),
    )


def consequence(world: World, answers: Answers, key: str) -> str:
    """What an answer means, in a line with its numbers; UsageError as for `questions`."""
    _check(world, answers)
    return _CONSEQUENCES[key](world, _wish(world, answers)) if key in _CONSEQUENCES else ""


def plan(world: World, answers: Answers, texts: Mapping[str, str]) -> Plan:
    """The target, the trades to it, how the rule did against a constant weight, and what asks for another look."""
    _check(world, answers)
    return core_plan.made(core_plan.case(world, _wish(world, answers)), texts)


def curves(world: World, answers: Answers) -> tuple[Curve, ...]:
    """The charts of the plan."""
    return core_plan.curves(world, _wish(world, answers))


COMMAND = Command(
    does="plan a core-satellite portfolio: target weight and trades",
    words="A target weight for small caps from rates and regime, between --low and --high, the whole-share trades that "
    "lead to it, and what the rule did against a constant weight.",
    examples=(
        "smallcap plan core --value 100000 --held IWM=20 --core SPY",
        "smallcap plan core --value 50000 --low 0% --high 20% --band 1% --format html --output core.html",
    ),
    flags=(
        ("value", "N", "the portfolio's value in dollars, cash included"),
        ("held", "T=N", "shares held, like 'IWM=120 SPY=40' (default: none, everything is bought from cash)"),
        ("small", "TICKER", "the small-cap fund (default: the pair's first)"),
        ("core", "TICKER", "the core fund (default: the pair's second)"),
        ("low", "N", "smallest small-cap weight, 5%"),
        ("high", "N", "largest small-cap weight, 15%"),
        ("band", "N", "how far the weight may drift before anything is traded, 2%"),
        ("cost", "N", "what one trade costs, in dollars"),
    ),
)
CORE_SATELLITE = Profile(
    key="core",
    name="core-satellite",
    words="A broad fund with some small caps beside it, more or fewer of them as regime and rates ask for.",
    questions=questions,
    consequence=consequence,
    plan=plan,
    command=COMMAND,
    curves=curves,
)


def _wish(world: World, answers: Answers) -> Wish:
    """The answers, with the defaults of those that are not there yet."""
    pair = world.reading.pair
    return Wish(
        value=cast("float", answers.get("value", world.reading.settings.equity)),
        held=cast("Mapping[str, int]", answers.get("held", {})),
        small=cast("str", answers.get("small", pair.a)),
        core=cast("str", answers.get("core", pair.b)),
        low=cast("float", answers.get("low", LOW)),
        high=cast("float", answers.get("high", HIGH)),
        band=cast("float", answers.get("band", BAND)),
        cost=cast("float", answers.get("cost", 0.0)),
    )


def _check(world: World, answers: Answers) -> None:
    """UsageError, naming them, for answers that contradict each other; those not there yet contradict nothing."""
    wish = _wish(world, answers)
    if "held" in answers:
        rebalance.cash_beside(wish.value, wish.held, {name: _price(world, "held", name) for name in wish.held})
    for key, name in (("small", wish.small), ("core", wish.core)):
        if key in answers:
            _price(world, key, name)
    if "core" in answers and wish.small == wish.core:
        raise UsageError(f"small and core are both {wish.small}; they must be two funds")
    if "high" in answers:
        check_limits(wish.low, wish.high)


def _price(world: World, key: str, name: str) -> float:
    try:
        return world.price(name)
    except SmallcapError as error:
        raise UsageError(f"{key}: {error}") from None


def _value_means(_world: World, wish: Wish) -> str:
    return f"one point of weight is {fmt.dollars(wish.value / 100)}"


def _held_means(world: World, wish: Wish) -> str:
    if not any(wish.held.values()):
        return f"you hold no shares: all {fmt.dollars(wish.value)} is cash, and the plan buys everything from it"
    worth = rebalance.worth(wish.held, prices(world, wish))
    rest = fmt.dollars(max(0.0, wish.value - worth))
    return f"worth {fmt.dollars(worth)}, the other {rest} cash; {_weight(world, wish, wish.small)}"


def _small_means(world: World, wish: Wish) -> str:
    pair = world.reading.pair
    aside = "" if wish.small == pair.a else f"; the regime is still that of {pair}"
    return f"{_weight(world, wish, wish.small)}{aside}"


def _core_means(world: World, wish: Wish) -> str:
    return _weight(world, wish, wish.core)


def _low_means(_world: World, wish: Wish) -> str:
    return f"never less than {fmt.dollars(wish.low * wish.value)} in small caps"


def _high_means(world: World, wish: Wish) -> str:
    weight = aim(world, wish).weight
    today = f"{fmt.share(weight, 1)}, which is {fmt.dollars(weight * wish.value)}"
    return f"never more than {fmt.dollars(wish.high * wish.value)} in small caps; today's target is {today}"


def _band_means(world: World, wish: Wish) -> str:
    weight, now = aim(world, wish).weight, rebalanced(world, wish).before.small
    side = "outside" if outside(now, weight, wish.band) else "inside"
    return f"nothing is traded {core_plan.band_words(weight, wish.band)}; {fmt.share(now, 1)} now is {side}"


def _cost_means(world: World, wish: Wish) -> str:
    done = rebalanced(world, wish)
    return f"{core_plan.orders(done)}: {cents(done.cost)} in all" if done.trades else done.words


_CONSEQUENCES: Mapping[str, Callable[[World, Wish], str]] = {
    "value": _value_means,
    "held": _held_means,
    "small": _small_means,
    "core": _core_means,
    "low": _low_means,
    "high": _high_means,
    "band": _band_means,
    "cost": _cost_means,
}


def _weight(world: World, wish: Wish, name: str) -> str:
    shares, price = wish.held.get(name, 0), world.price(name)
    return f"{shares:,} {name} at {fmt.price(price)} are {fmt.share(shares * price / wish.value, 1)} of the portfolio"
