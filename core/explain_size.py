"""Explanations of a position's size: every step, what it risks and weighs, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator

from . import format as fmt
from .axes import CONFIRMATION, LEADERSHIP
from .bars import to_day
from .explanation import Explanation, Found, Input
from .framework.ticket import Ticket
from .reading import Reading
from .sizing import MULTIPLIERS, Request, Sizing, Step, places

FORMULAS = {
    "risk budget": "equity x the share of it that may be lost at the stop",
    "stop": "the price as it was given, or entry - k x ATR(14), for a short entry + k x ATR(14)",
    "shares at that stop": "risk budget / the way from entry to stop, what one share loses there",
    "multiplier": "those shares x the table of ratio trend and sectors, for a short read from its other corner",
    "position cap": "equity x the most that one position may be / entry",
    "volatility cap": "equity x target volatility / realized_vol(20) / entry; no limit where that isn't known",
    "cash": "cash / entry; all of the equity where no cash is given",
    "whole shares": "the fewest of multiplier, position cap, volatility cap and cash, rounded down",
}
BESIDE = (
    ("what if", "the same sizing in each cell of the table of ratio trend (rows) and sectors (columns)"),
    ("by label", "fewest and most shares over the cells that a label can go with; the market's trend is in it too"),
    (
        "what would change it",
        "the closes that turn one axis, the other as it is, and the entry at which another limit binds",
    ),
    ("shares by risk and stop", "the same sizing for each risk (rows) and each stop of k x ATR(14) (columns)"),
)


def explain_size(reading: Reading, ticker: str, ticket: Ticket) -> tuple[Explanation, ...]:
    """Every number of a sizing by the ticket's inputs; only why there is none where something in it is wrong."""
    asked, made = ticket.request, ticket.sizing
    day = to_day(reading.panel[ticker].sessions[-1])
    source = f"{reading.origin.name}, closes to {day}, and these inputs"
    if asked is None or made is None:
        return (Explanation("sizing", "size", f"size of {ticker}", "none", ticket.why, (), source),)
    return tuple(topic._replace(source=source) for topic in (*_steps(made, ticket), *_outcome(asked, made), *_beside()))


def _topic(key: str, name: str, value: str, formula: str, *inputs: tuple[str, str]) -> Explanation:
    return Explanation(f"sizing.{key}", "size", name, value, formula, tuple(Input(*part, None) for part in inputs), "")


def _steps(made: Sizing, ticket: Ticket) -> Iterator[Explanation]:
    for step in made.steps:
        name = f"{step.name}{' (binds)' if step.bound else ''}"
        yield _topic(step.name, name, step.shown(), FORMULAS[step.name], *_inputs(step, made, ticket))


def _inputs(step: Step, made: Sizing, ticket: Ticket) -> list[tuple[str, str]]:
    """The formula with its numbers, and what they were read from."""
    rows = [("here", step.worked[0])]
    if step.name == "stop" and ticket.climate.atr > 0:
        rows.append(("ATR(14)", fmt.price(ticket.climate.atr, places(made.entry))))
    if step.name == "multiplier":
        rows += [
            (f"if {LEADERSHIP.word(row)}", ", ".join(f"{CONFIRMATION.word(c)} {row_of[c]:.2f}" for c in (1, 0, -1)))
            for row, row_of in MULTIPLIERS.items()
        ]
    if step.name == "volatility cap" and ticket.climate.realized_vol > 0:
        rows.append(("realized_vol(20)", fmt.share(ticket.climate.realized_vol, 1)))
    return rows


def _outcome(asked: Request, made: Sizing) -> Iterator[Explanation]:
    away = fmt.price(abs(made.entry - made.stop), places(made.entry))
    yield _topic(
        "risk_dollars",
        "at risk",
        fmt.dollars(made.risk_dollars),
        "shares x the way from entry to stop; a gap can lose more",
        ("here", f"{made.shares:,} x {away}"),
    )
    yield _topic(
        "weight",
        "weight",
        fmt.share(made.weight, 1),
        "shares x entry / equity",
        ("here", f"{fmt.dollars(made.notional)} / {fmt.dollars(asked.equity)}"),
    )
    if asked.target is not None and made.r_multiple is not None:
        gain = fmt.price(abs(asked.target - asked.entry), places(made.entry))
        formula = "R: the way from entry to target / the way from entry to stop"
        yield _topic("r_multiple", "target", f"{made.r_multiple:.2f} R", formula, ("here", f"{gain} / {away}"))
    if asked.side == "short":
        formula = "what it costs to borrow the shares is in none of these numbers; a broker sets it day by day"
        yield _topic("borrow", "borrowing", "not counted", formula)


def _beside() -> Found:
    for name, formula in BESIDE:
        yield _topic(name, name, "a table", formula)
    yield _topic(
        "kelly",
        "Kelly",
        "a reference only",
        "p - (1 - p) / R, the share of equity to risk that makes it grow fastest (Kelly 1956), and a quarter of it",
        ("assumed", "half of all trades win R, each loss is exactly 1 R, and no trade hangs on another"),
        ("so", "no size here is made from it: nobody knows p"),
    )
