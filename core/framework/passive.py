"""The passive profile: what somebody is asked who buys one fund and holds it, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import format as fmt
from ..bars import Days
from ..errors import UsageError
from ..settings import number
from . import fees
from .curve import Curve
from .fees import Comparison
from .passive_answers import (
    FEES,
    FUND,
    agrees,
    break_even,
    check_together,
    fee_fact,
    figure,
    funds_of,
    index_fact,
    index_note,
    origin,
    other,
    request,
    years_of,
)
from .passive_plan import plan
from .profile import Command, Profile, World
from .question import Answers, Parse, Question, ticker

ASSUMED = "It is an assumption, not a forecast, and the same for both funds."
UNCLEAR_FEE = 0.01
"""From here on a fraction is more likely a percentage whose sign was left out: hardly a fund charges as much."""
EARNED = "It is paid out of the amount, in dollars, and the lower fee has to earn it back."


def comparison(answers: Answers) -> Comparison:
    """The savings in both funds, from an answer to every question; UsageError where they contradict each other."""
    return fees.compare(request(answers))


def curves(world: World, answers: Answers) -> tuple[Curve, ...]:
    """The savings in both funds year by year, and how far the one is ahead."""
    made, funds, inflation = comparison(answers), funds_of(answers), figure(answers, "inflation")
    years = np.arange(len(made.path))
    # By months: a year after 29 February is 1 March.
    as_of = world.reading.as_of
    firsts: Days = (np.datetime64(as_of, "M").astype(np.int64) + 12 * years).astype("datetime64[M]")
    days: Days = np.asarray(firsts.astype("datetime64[D]") + np.timedelta64(as_of.day - 1, "D"))
    ahead = np.abs(made.path - made.path_against)
    today = ("in today's money", ahead / (1 + inflation) ** years)
    return (
        Curve("Savings", days, tuple(zip(funds, (made.path, made.path_against), strict=True)), "$", ASSUMED),
        Curve("Difference", days, (("in dollars of each year", ahead), today), "$"),
    )


def questions(world: World, answers: Answers) -> tuple[Question, ...]:
    """All ten questions, with the fees that the facts have for the funds answered as defaults."""
    check_together(answers)
    fund, against = funds_of(answers)
    equity = f"{world.reading.settings.equity:,.15g}"
    return (
        Question("fund", "Which fund do you hold, or think of?", "Its fee and index are looked up.", FUND, ticker),
        Question("against", f"Which fund to compare {fund} with?", "The cheaper keeps more.", other(fund), ticker),
        _fee_question(world, "fee", fund),
        _fee_question(world, "fee_against", against),
        _measured("amount", "How many dollars are invested today?", "The fee is a share of it, year by year.", equity),
        _measured("monthly", "How many dollars are added at the end of each month?", "They grow as well.", "0"),
        _measured("years", "For how many whole years?", "A small fee adds up over many years.", "30"),
        _measured("return", "Which yearly return, before fees, do you assume?", ASSUMED, "8%"),
        _measured("inflation", "Which yearly inflation do you assume?", "It tells the sums in today's money.", "2.5%"),
        _measured("switch_cost", "What would switching to the cheaper fund cost once, tax included?", EARNED, "0"),
    )


def consequence(world: World, answers: Answers, key: str) -> str:
    """What the answer to `key` means, in one line; empty while it or one before it is missing."""
    check_together(answers)
    keys = list(CONSEQUENCES)
    if any(before not in answers for before in keys[: keys.index(key) + 1]):
        return ""
    return CONSEQUENCES[key](world, answers)


def _measured(key: str, ask: str, why: str, default: str) -> Question:
    return Question(key, ask, why, default, _measure)


def _measure(key: str, text: str) -> float:
    # Dividing the text's percent by 100 can miss the nearest number: 0.07% is to be 0.0007, not 0.0007000000000000001.
    value = round(number(key, text), 15)
    fees.check(key, value)
    return value


def _fee_question(world: World, key: str, fund: str) -> Question:
    fact = fee_fact(world, fund)
    why = (
        f"The facts have {fact.shown()} ({origin(world, fact)})."
        if fact
        else f"The facts have no fee for {fund} on {world.reading.as_of}; its issuer's page has it."
    )
    ask = f"What does {fund} charge a year, its expense ratio?"
    return Question(key, ask, why, fact.shown() if fact else "", _fee_parse(fund))


def _fee_parse(fund: str) -> Parse:
    def parse(key: str, text: str) -> float:
        if not text.strip():
            raise UsageError(f"{key} is missing: give what {fund} charges a year, its expense ratio, such as 0.19%")
        found = _measure(key, text)
        if found >= UNCLEAR_FEE and "%" not in text:
            given, meant = text.strip(), fmt.trimmed(found)
            raise UsageError(f"{key} {given} would be {meant} a year: give {given}% or {meant}")
        return found

    return parse


def _after_fund(world: World, answers: Answers) -> str:
    fund, _ = funds_of(answers)
    index, fee = index_fact(world, fund), fee_fact(world, fund)
    follows = f"{fund} follows the {index.shown()} index" if index else f"nothing is known about the index of {fund}"
    return f"{follows}; {f'its fee is {fee.shown()} a year' if fee else 'its fee is not known and has to be given'}"


def _after_against(world: World, answers: Answers) -> str:
    return index_note(world, *funds_of(answers)).removesuffix(".")


def _after_fee(world: World, answers: Answers, at: int) -> str:
    fund, fee = funds_of(answers)[at], figure(answers, FEES[at])
    amount = figure(answers, "amount", world.reading.settings.equity)
    fact = fee_fact(world, fund)
    own = f"; the facts have {fact.shown()} for {fund}" if fact and not agrees(fact, fee) else ""
    return f"on {fmt.dollars(amount)} that is {fmt.dollars(amount * fee)} a year at first{own}"


def _after_amount(world: World, answers: Answers) -> str:
    costs = [fmt.dollars(figure(answers, "amount") * figure(answers, key)) for key in FEES]
    fund, against = funds_of(answers)
    return f"in the first year about {costs[0]} of it go to {fund}'s fee, {costs[1]} to {against}'s"


def _after_monthly(world: World, answers: Answers) -> str:
    monthly = figure(answers, "monthly")
    return f"{fmt.dollars(12 * monthly)} a year are added" if monthly else "nothing is added"


def _after_years(world: World, answers: Answers) -> str:
    paid = figure(answers, "amount") + 12 * years_of(answers) * figure(answers, "monthly")
    return f"{fmt.count(12 * years_of(answers), 'month')}; {fmt.dollars(paid)} paid in by then"


def _after_return(world: World, answers: Answers) -> str:
    made = comparison(answers)
    (fund, against), ends = funds_of(answers), (made.end_value, made.end_value_against)
    told = f"{fund} would end with {fmt.dollars(ends[0])}, {against} with {fmt.dollars(ends[1])}"
    return f"{told}: an assumption, not a forecast"


def _after_inflation(world: World, answers: Answers) -> str:
    made = comparison(answers)
    return f"the difference of {fmt.dollars(made.difference)} is {fmt.dollars(made.difference_today)} in today's money"


def _after_cost(world: World, answers: Answers) -> str:
    when, how = break_even(answers, comparison(answers))
    return f"break-even {when}: {how}"


CONSEQUENCES: dict[str, Callable[[World, Answers], str]] = {
    "fund": _after_fund,
    "against": _after_against,
    "fee": lambda world, answers: _after_fee(world, answers, 0),
    "fee_against": lambda world, answers: _after_fee(world, answers, 1),
    "amount": _after_amount,
    "monthly": _after_monthly,
    "years": _after_years,
    "return": _after_return,
    "inflation": _after_inflation,
    "switch_cost": _after_cost,
}

COMMAND = Command(
    does="compare what two funds cost over the years",
    words="Growth of both funds after fees, the difference in dollars then and in today's money, and when a switch has "
    "paid for itself. Fees come from the built-in facts, or from --fee and --fee-against.",
    examples=(
        "smallcap plan passive --amount 100000 --years 30 --against SCHA",
        "smallcap plan passive --fund IWM --against VTWO --format md",
    ),
    flags=(
        ("fund", "TICKER", "the fund that is held or thought of"),
        ("against", "TICKER", "the fund to compare it with"),
        ("fee", "N", "the fund's expense ratio a year, 0.19% (default: the facts')"),
        ("fee_against", "N", "the other fund's expense ratio"),
        ("amount", "N", "dollars at the start"),
        ("monthly", "N", "dollars added at each month's end"),
        ("years", "N", "how long"),
        ("return", "N", "assumed return a year before fees, 8%"),
        ("inflation", "N", "assumed inflation a year, 2.5%"),
        ("switch_cost", "N", "what switching costs once, tax included, in dollars"),
    ),
)
PASSIVE = Profile(
    key="passive",
    name="passive",
    words="One fund, bought and held: what its fee costs against another fund's over the years.",
    questions=questions,
    consequence=consequence,
    plan=plan,
    command=COMMAND,
    curves=curves,
)
