"""The passive profile's answers as figures: the funds, their fees, and what is known about both."""

from __future__ import annotations

from typing import cast

from .. import format as fmt
from ..errors import UsageError
from ..funds import Fact
from . import fees
from .fees import Comparison, Request
from .profile import World
from .question import Answers

FUND, AGAINST = "IWM", "VTWO"
FEES = ("fee", "fee_against")
"""The keys of the two funds' fees, in the order of `funds_of`."""
SAME_FEE = 1e-7


def check_together(answers: Answers) -> None:
    """UsageError for answers that contradict each other, naming the one to change."""
    fund = str(answers.get("fund"))
    if answers.get("against") == fund:
        raise UsageError(f"against {fund} is the same as fund {fund}: name another fund, such as {other(fund)}")
    if {"amount", "monthly"} <= answers.keys():
        fees.check_invested(figure(answers, "amount"), figure(answers, "monthly"))
    if {"amount", "switch_cost"} <= answers.keys():
        fees.check_cost(figure(answers, "switch_cost"), figure(answers, "amount"))


def other(fund: str) -> str:
    """The fund that another one is compared with unless told."""
    return AGAINST if fund != AGAINST else FUND


def funds_of(answers: Answers) -> tuple[str, str]:
    """The two funds; the defaults as long as they aren't answered."""
    fund = str(answers.get("fund", FUND))
    return fund, str(answers.get("against", other(fund)))


def figure(answers: Answers, key: str, missing: float = 0.0) -> float:
    """A number that was answered; `missing` as long as it isn't."""
    return float(cast("float", answers.get(key, missing)))


def years_of(answers: Answers) -> int:
    """For how many years."""
    return int(figure(answers, "years"))


def request(answers: Answers) -> Request:
    """What is compared; inflation and the cost of switching count as 0 as long as they aren't answered."""
    return Request(
        amount=figure(answers, "amount"),
        years=years_of(answers),
        rate=figure(answers, "return"),
        fee=figure(answers, "fee"),
        fee_against=figure(answers, "fee_against"),
        monthly=figure(answers, "monthly"),
        inflation=figure(answers, "inflation"),
        switch_cost=figure(answers, "switch_cost"),
    )


def cheaper(answers: Answers) -> str | None:
    """The fund with the lower fee; None for equal fees."""
    fee, against = (figure(answers, key) for key in FEES)
    return None if fee == against else funds_of(answers)[fee > against]


def fee_fact(world: World, fund: str) -> Fact | None:
    """What the facts have for a fund's fee on the reading's day."""
    return world.facts.of(fund, "expense_ratio", world.reading.as_of)


def index_fact(world: World, fund: str) -> Fact | None:
    """What the facts have for a fund's index on the reading's day."""
    return world.facts.of(fund, "index", world.reading.as_of)


def agrees(fact: Fact, fee: float) -> bool:
    """Whether a fee is the one that the facts have; a default is a fact's text, which has six digits."""
    return abs(fee - float(fact.value)) < SAME_FEE


def origin(world: World, fact: Fact) -> str:
    """Where a fact is from, how old it is, and what is to be said with it."""
    return "; ".join(filter(None, (fact.source, fact.age_words(world.reading.as_of), fact.note)))


def index_note(world: World, fund: str, against: str) -> str:
    """Whether two funds follow the same index, in one sentence; or of which of them that is not known."""
    found = {name: index_fact(world, name) for name in (fund, against)}
    unknown = [name for name, fact in found.items() if fact is None]
    if unknown:
        return f"Nothing is known about the index of {' and '.join(unknown)}."
    first, second = (fact.shown() for fact in found.values() if fact)
    if first == second:
        return f"Both funds follow the {first} index."
    return f"{against} follows the {second} index, not the {first} as {fund} does."


def break_even(answers: Answers, made: Comparison) -> tuple[str, str]:
    """When switching to the cheaper fund has paid off, in words, and what it leaves at the end."""
    fund, against = funds_of(answers)
    if cheaper(answers) is None:
        return "never", "the fees are the same"
    if cheaper(answers) == fund:
        return (
            "nothing to switch",
            f"{fund} is the cheaper one; {against} would end with {fmt.dollars(made.difference)} less",
        )
    left = f"{fmt.dollars(abs(made.after_cost))} {'less' if made.after_cost < 0 else 'more'}"
    cost = figure(answers, "switch_cost")
    how = f"switching to {against} costs {fmt.dollars(cost) if cost else 'nothing'} today and ends with {left}"
    if made.break_even_months is None:
        return f"not within {fmt.count(years_of(answers), 'year')}", how
    return f"after {duration(made.break_even_months)}" if cost else "at once", how


def duration(months: int) -> str:
    """`2 years 3 months`, without what is 0."""
    parts = zip(divmod(months, 12), ("year", "month"), strict=True)
    return " ".join(fmt.count(n, noun) for n, noun in parts if n)
