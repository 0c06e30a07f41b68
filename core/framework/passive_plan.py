"""The passive profile's plan: which fund keeps more, how much, since when, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import format as fmt
from ..funds import Fact
from . import fees
from .fees import Comparison, Request
from .passive_answers import (
    FEES,
    agrees,
    break_even,
    cheaper,
    check_together,
    fee_fact,
    figure,
    funds_of,
    index_fact,
    index_note,
    origin,
    request,
    years_of,
)
from .plan import Condition, Figure, Plan, Row, standing
from .profile import World
from .question import Answers

HIGH_FEE = 0.01
QUOTED = Request(amount=100_000.0, years=30, rate=0.08, fee=0.0019, fee_against=0.0003)
LESS_QUOTED = Request(amount=100_000.0, years=30, rate=0.08, fee=0.0019, fee_against=0.0010)


def plan(world: World, answers: Answers, texts: Mapping[str, str]) -> Plan:
    """What the gap between two fees comes to; the plan keeps its reading, but is the same in every regime."""
    check_together(answers)
    fund, against = funds_of(answers)
    made = fees.compare(request(answers))
    return Plan(
        profile="passive",
        title=f"{fund} against {against} over {fmt.count(years_of(answers), 'year')}",
        answers=texts,
        standing=standing(world.reading),
        decision=_decision(world, answers, made),
        rows=tuple(_rows(world, answers, made)),
        why=_why(world, answers, made),
        invalidated_by=tuple(_invalidated_by(world, answers)),
        warnings=tuple(_warnings(world, answers)),
    )


def _decision(world: World, answers: Answers, made: Comparison) -> dict[str, Figure]:
    """Dollars, fractions and months by name; texts of funds and indexes, None for what is not known."""
    fund, against = funds_of(answers)
    index, index_against = (fact.shown() if fact else None for fact in (index_fact(world, f) for f in (fund, against)))
    return {
        "fund": fund,
        "against": against,
        "cheaper": cheaper(answers),
        "fee": figure(answers, "fee"),
        "fee_against": figure(answers, "fee_against"),
        "index": index,
        "index_against": index_against,
        "end_value": made.end_value,
        "end_value_against": made.end_value_against,
        "paid_in": made.paid_in,
        "difference": made.difference,
        "difference_today": made.difference_today,
        "difference_share": made.share,
        "difference_after_cost": made.after_cost,
        "break_even_months": None if cheaper(answers) == fund else made.break_even_months,
    }


def _rows(world: World, answers: Answers, made: Comparison) -> Iterator[Row]:
    fund, against = funds_of(answers)
    years, rate, inflation = years_of(answers), figure(answers, "return"), figure(answers, "inflation")
    winner = cheaper(answers)
    more = f"{fmt.share(made.share, 1)} of what {winner} ends with" if winner else "the fees are the same"
    yield Row("difference", fmt.dollars(made.difference), more)
    deflated = f"/ (1 + {fmt.trimmed(inflation)})^{years}"
    yield Row("difference in today's money", fmt.dollars(made.difference_today), deflated)
    yield Row("break-even", *break_even(answers, made))
    for name, end, key in zip((fund, against), (made.end_value, made.end_value_against), FEES, strict=True):
        now = fmt.dollars(fees.today(end, inflation, years))
        yield Row(f"{name} ends with", fmt.dollars(end), f"{_net(rate, figure(answers, key))}; {now} in today's money")
    paid = f"{fmt.dollars(figure(answers, 'amount'))} + {12 * years} x {fmt.dollars(figure(answers, 'monthly'))}"
    yield Row("paid in", fmt.dollars(made.paid_in), paid)
    for name, key in zip((fund, against), FEES, strict=True):
        yield Row(f"fee of {name}", fmt.trimmed(figure(answers, key)), _fee_origin(world, name, figure(answers, key)))
    yield Row("indexes", _indexes(world, fund, against), index_note(world, fund, against))


def _net(rate: float, fee: float) -> str:
    return f"{fmt.trimmed(rate)} - {fmt.trimmed(fee)} = {fmt.trimmed(rate - fee)} a year"


def _fee_origin(world: World, fund: str, fee: float) -> str:
    fact = fee_fact(world, fund)
    if fact is None:
        return "as answered; nothing is known about it"
    return origin(world, fact) if agrees(fact, fee) else f"as answered; the facts have {fact.shown()}"


def _indexes(world: World, fund: str, against: str) -> str:
    a, b = index_fact(world, fund), index_fact(world, against)
    return "not known" if a is None or b is None else "the same" if a.value == b.value else "not the same"


def _why(world: World, answers: Answers, made: Comparison) -> tuple[str, ...]:
    quoted, less = (fmt.dollars(fees.compare(case).difference) for case in (QUOTED, LESS_QUOTED))
    return (
        _keeps(answers, made),
        f"The often quoted 40 to 60 thousand on $100,000 over 30 years at 8% only fits a fee of 0.19% against 0.03%, "
        f"{quoted}; against 0.1% it is {less}.",
        f"The return of {fmt.trimmed(figure(answers, 'return'))} is an assumption, not a forecast, and the same for "
        f"both funds; what they really return may part by more than their fees.",
        f"The reading's regime, {world.reading.regime.regime.label}, plays no part in this profile.",
    )


def _keeps(answers: Answers, made: Comparison) -> str:
    fund, against = funds_of(answers)
    winner = cheaper(answers)
    told = dict(zip((fund, against), (fmt.trimmed(figure(answers, key)) for key in FEES), strict=True))
    if winner is None:
        return f"{fund} and {against} charge the same, {told[fund]} a year: neither keeps more than the other."
    loser = against if winner == fund else fund
    years = fmt.count(years_of(answers), "year")
    more = f"{fmt.dollars(made.difference)} more than {loser} after {years}"
    keeps = f"{winner} keeps {more}, as it charges {told[winner]} a year and not {told[loser]}"
    if winner == fund or not figure(answers, "switch_cost"):
        return f"{keeps}."
    return f"{keeps}; {break_even(answers, made)[1]}."


def _used(world: World, answers: Answers) -> list[Fact]:
    """The facts that the plan rests on: each fund's index, and its fee unless another one was answered."""
    pairs = list(zip(funds_of(answers), FEES, strict=True))
    rates = [(fee_fact(world, fund), figure(answers, key)) for fund, key in pairs]
    taken = [fact for fact, fee in rates if fact and agrees(fact, fee)]
    return [*taken, *(fact for fund, _ in pairs if (fact := index_fact(world, fund)))]


def _invalidated_by(world: World, answers: Answers) -> Iterator[Condition]:
    for fund, key in zip(funds_of(answers), FEES, strict=True):
        yield Condition(f"{fund}'s fee is no longer {fmt.trimmed(figure(answers, key))} a year")
    used = _used(world, answers)
    if used:
        yield Condition(f"the facts, the oldest recorded {min(f.recorded for f in used)}, are over 12 months old")


def _warnings(world: World, answers: Answers) -> Iterator[str]:
    used, as_of = _used(world, answers), world.reading.as_of
    for facts, words in (
        ([fact for fact in used if fact.stale(as_of)], "stale, recorded more than 12 months before"),
        ([fact for fact in used if fact.later(as_of)], "recorded only after"),
    ):
        if facts:
            yield f"{words} {as_of}: {', '.join(_named(fact) for fact in facts)}"
    for fund, key in zip(funds_of(answers), FEES, strict=True):
        yield from _fee_warnings(world, answers, fund, key)
    if figure(answers, "return") <= figure(answers, "inflation"):
        yield "return is not above inflation: in today's money nothing grows"


def _named(fact: Fact) -> str:
    return f"{fact.subject}'s {fact.figure.replace('_', ' ')} ({fact.recorded})"


def _fee_warnings(world: World, answers: Answers, fund: str, key: str) -> Iterator[str]:
    fee, rate, fact = figure(answers, key), figure(answers, "return"), fee_fact(world, fund)
    known = fact is not None and agrees(fact, fee)
    if fact and not known:
        yield f"{key} {fmt.trimmed(fee)} is not the {fact.shown()} that the facts have for {fund}"
    if fee >= HIGH_FEE and not known:
        yield f"{key} {fmt.trimmed(fee)} is high for an index fund: was {fmt.trimmed(fee / 100)} meant?"
    if rate <= fee:
        yield f"return {fmt.trimmed(rate)} is not above {fund}'s fee of {fmt.trimmed(fee)}: its value would not grow"
