"""Explain: every number of a Reading with what is behind it, section by section."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

from . import explain_context, explain_label, explain_overlays
from . import format as fmt
from .bars import to_day
from .errors import SmallcapError
from .explanation import Explanation, Found, Input, at_close
from .funds import Fact, Facts
from .reading import Reading
from .studies import STUDIES, Studies
from .watch import Watch


def explain(reading: Reading, ticker: str, facts: Facts) -> tuple[Explanation, ...]:
    """Every number of the reading, and those of one ticker on it."""
    return tuple(topic for section in SECTIONS for topic in section(reading, ticker, facts))


def _watch(reading: Reading, _: str, __: Facts) -> Found:
    market = reading.pair.b
    for row in reading.watch:
        yield Explanation(
            f"watch.{row.ticker}",
            "watch",
            f"{row.ticker} on the watchlist",
            f"{fmt.price(row.last)}  {fmt.percent(row.change(row.last), 2)}  {fmt.percent(row.versus)}",
            f"last close; change from the close before; performance over 20 sessions against {market} on adj_close",
            (
                Input("last close", fmt.price(row.last), row.session),
                Input(
                    "close before",
                    fmt.price(row.before),
                    _session_before(reading, row),
                ),
            ),
            at_close(reading),
        )


def _session_before(reading: Reading, row: Watch) -> date | None:
    return None if math.isnan(row.before) else to_day(reading.panel[row.ticker].sessions[-2])


def _ticker(reading: Reading, ticker: str, facts: Facts) -> Found:
    bars = reading.panel.bars.get(ticker)
    if bars is not None:
        studies, day = Studies(bars), to_day(bars.sessions[-1])
        known = [row for row in STUDIES if bars.adjusted or row.key != "adj_close"]
        values = ((row, float(row.of(studies)[-1])) for row in known)
        rows = tuple(Input(row.key, f"{_short(value):>10}  {row.formula}", day) for row, value in values)
        value = f"close {fmt.price(float(bars.close[-1]))}"
        source = f"{reading.origin.name}, close of {day}"
        yield Explanation("indicators", "price", f"indicators of {ticker}", value, "one formula a row", rows, source)
    for fact in facts.about(ticker, reading.as_of):
        yield _fact(fact, reading, "price")


def _short(value: float) -> str:
    return fmt.price(value, 4 if abs(value) < 1 else 2)


def _facts(reading: Reading, ticker: str, facts: Facts) -> Found:
    for name in facts.subjects():
        if name != ticker:
            yield from (_fact(fact, reading, "facts") for fact in facts.about(name, reading.as_of))


def _fact(fact: Fact, reading: Reading, panel: str) -> Explanation:
    age = (Input("age", fact.age_words(reading.as_of), fact.recorded),)
    key, name = f"facts.{fact.subject}.{fact.figure}", f"{fact.subject}: {fact.figure.replace('_', ' ')}"
    formula = f"a recorded figure{f' ({fact.note})' if fact.note else ''}"
    return Explanation(key, panel, name, fact.shown(), formula, age, f"{fact.source}; {fact.origin}")


def _sizing(reading: Reading, ticker: str, _: Facts) -> Found:
    try:
        sized = reading.suggestion(ticker)
    except SmallcapError as error:
        yield Explanation("sizing", "size", f"size of {ticker}", "none", str(error), (), at_close(reading))
        return
    steps = tuple(
        Input(f"{step.name}{' (binds)' if step.bound else ''}", f"{step.formula} = {step.shown()}", reading.as_of)
        for step in sized.steps
    )
    formula = "min(risk budget / stop distance x multiplier, position cap, volatility cap, cash), rounded down"
    value = f"{fmt.count(sized.shares, 'share')}, {fmt.dollars(sized.risk_dollars)} at risk"
    yield Explanation("sizing", "size", f"size of {ticker}, long", value, formula, steps, at_close(reading))


SECTIONS: tuple[Callable[[Reading, str, Facts], Found], ...] = (
    explain_label.regime,
    explain_label.axes,
    explain_label.ratio,
    explain_label.composite,
    explain_label.sectors,
    explain_context.breadth,
    explain_context.beside,
    explain_context.macro,
    _watch,
    _ticker,
    explain_overlays.overlays,
    _sizing,
    explain_context.events,
    _facts,
)
