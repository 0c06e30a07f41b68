"""The sizing screen's blocks: inputs, waterfall and what ifs as rows of words, each for any width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...core import format as fmt
from ...core import whatif
from ...core.axes import CONFIRMATION, LEADERSHIP
from ...core.errors import UsageError
from ...core.framework.ticket import Cell, Field, Ticket
from ...core.reading import Reading
from ...core.sizing import Sizing, Step
from ..rows import Word

NAMES = {"max_weight": "max weight", "target_vol": "target vol"}
RISKS = (0.0025, 0.005, 0.01, 0.02)
STOPS = (1.0, 1.5, 2.0, 3.0, 4.0)
WIN_RATE = 0.5
NARROW = 48
CELLS = tuple(Cell(leadership, confirmation) for leadership in (1, 0, -1) for confirmation in (1, 0, -1))


class Line(NamedTuple):
    """Words from the left and words from the right."""

    left: Sequence[Word]
    right: Sequence[Word] = ()


def heading(words: str, right: str = "") -> Line:
    """A block's quiet first line."""
    return Line([(words, "muted")], [(right, "muted")] if right else ())


def inputs(ticket: Ticket, chosen: int) -> list[Line]:
    """Every field: what is in it, what that means, or what is wrong with it."""
    lines = []
    for place, field in enumerate(ticket.fields):
        here = place == chosen
        name = NAMES.get(field.question.key, field.question.key)
        ink = "warn" if field.problem else "a" if here else "text"
        left: list[Word] = [(f"{'▸' if here else ' '}{name:<11}", ink), (field.text or "--", ink)]
        lines.append(Line(left, [("wrong", "warn")] if field.problem else [(_means(field, ticket), "muted")]))
        if field.problem:
            lines.append(Line([(f"  {field.problem}", "warn")]))
    return lines


def waterfall(ticket: Ticket, width: int) -> list[Line]:
    """The steps, the one that bound lit, and the outcome; or why there is none."""
    if ticket.sizing is None:
        return [heading("STEPS"), Line([(f" none: {ticket.why}", "warn")])]
    sized = ticket.sizing
    return [
        heading("STEPS"),
        *(_step(step, width) for step in sized.steps[:-1]),
        _outcome(sized, width),
        *(Line([(f" ! {words}", "warn")]) for words in sized.warnings),
    ]


def cells(ticket: Ticket, now: Cell, assumed: Cell | None) -> list[Line]:
    """Whole shares in each cell of the multiplier's table; brackets around the one that the steps are for."""
    head = "".join(f"{word:>10}" for word in reversed(CONFIRMATION.states))
    lines = [heading("WHAT IF ratio and sectors were", "n: next"), Line([(f"{'':<8}{head}", "muted")])]
    if ticket.request is None:
        return lines
    found = {(row.leadership, row.confirmation): row for row in whatif.by_state(ticket.request, ticket.climate)}
    for leadership in (1, 0, -1):
        words: list[Word] = [(f" {LEADERSHIP.word(leadership):<7}", "muted")]
        for confirmation in (1, 0, -1):
            cell = Cell(leadership, confirmation)
            shown = f"{found[cell].shares:,}"
            words.append(
                (f"{f'[{shown}]':>10}" if cell == (assumed or now) else f"{shown:>9} ", _cell(cell, now, assumed))
            )
        lines.append(Line(words))
    return lines


def labels(ticket: Ticket, reading: Reading) -> list[Line]:
    """The fewest and the most shares that each label can go with."""
    if ticket.request is None:
        return []
    known = reading.axis("confirmation") is not None
    rows = whatif.by_regime(ticket.request, ticket.climate, known)
    label = reading.regime.regime.label
    lines = [heading("BY LABEL", "shares")]
    for row in rows:
        span = f"{row.low:,}" if row.low == row.high else f"{row.low:,} to {row.high:,}"
        now = row.label == label
        lines.append(Line([(f"{'▸' if now else ' '}{row.label}", "text" if now else "muted")], [(span, "text")]))
    return lines


def grid(ticket: Ticket) -> list[Line]:
    """Whole shares over the share of equity at risk and the stop's distance in ATR."""
    if ticket.request is None:
        return []
    rows = whatif.grid(ticket.request, ticket.climate, RISKS, STOPS)
    head = "".join(f"{k:>6g}" for k in STOPS)
    lines = [heading("SHARES by risk and stop in ATR"), Line([(f"{'':<7}{head}", "muted")])]
    for risk, row in zip(RISKS, rows, strict=True):
        shown = "".join(f"{'--' if shares is None else f'{shares:,}':>6}" for shares in row)
        lines.append(Line([(f" {fmt.trimmed(risk):<6}", "muted"), (shown, "text")]))
    return lines


def turns(ticket: Ticket, reading: Reading) -> list[Line]:
    """The closes, and the entry, that would change the suggestion."""
    if ticket.request is None or ticket.sizing is None:
        return []
    rows = whatif.changes(ticket.request, reading.axes, ticket.climate)
    lines = [heading("WHAT WOULD CHANGE IT")]
    return [*lines, *(Line([(f" {row.words}", "text")]) for row in rows)] if rows else [
        *lines, Line([(" no single close: what binds stays", "muted")])
    ]  # fmt: skip


def reference(ticket: Ticket) -> list[Line]:
    """Kelly's fraction, which nothing here uses."""
    made = ticket.sizing.r_multiple if ticket.sizing else None
    if made is None:
        return []
    try:
        kelly = whatif.kelly(WIN_RATE, made)
    except UsageError:
        return []
    return [
        heading("KELLY, a reference only", f"1/4 of {fmt.share(kelly.full, 1)}: {fmt.share(kelly.used, 1)}"),
        Line([(f" {fmt.share(WIN_RATE)} win {made:.2f} R, a loss is 1 R,", "muted")]),
        Line([(" and no trade hangs on another", "muted")]),
    ]


def _means(field: Field, ticket: Ticket) -> str:
    """What a sound field comes to, in few words."""
    asked, sized = ticket.request, ticket.sizing
    if asked is None or sized is None:
        return ""
    away = abs(asked.entry - sized.stop)
    return {
        "side": f"x {sized.multiplier:.2f}",
        "stop": f"{fmt.price(sized.stop)}, {_atrs(away, ticket)}",
        "target": "none" if sized.r_multiple is None else f"{sized.r_multiple:.2f} R",
        "cash": "all of it" if asked.cash is None else "",
        "risk": fmt.dollars(asked.equity * asked.risk_fraction),
        "max_weight": fmt.dollars(asked.equity * asked.max_weight),
        "target_vol": f"its own {fmt.share(ticket.climate.realized_vol, 1)}",
    }.get(field.question.key, "")


def _atrs(away: float, ticket: Ticket) -> str:
    return f"{away / ticket.climate.atr:.1f} ATR" if ticket.climate.atr > 0 else "ATR not known"


def _step(step: Step, width: int) -> Line:
    ink = "spike" if step.bound else "text"
    name, shown = f"{'▸' if step.bound else ' '}{step.name}", f"{step.shown():>10}{_binds(step, width)}"
    formula = f"{step.formula} " if len(name) + len(step.formula) + len(shown) + 2 <= width else ""
    return Line([(name, ink)], [(formula, "muted"), (shown, ink)])


def _binds(step: Step, width: int) -> str:
    return " binds" if step.bound else " " * 6 * (width >= NARROW)


def _outcome(sized: Sizing, width: int) -> Line:
    left: list[Word] = [(f" → {fmt.count(sized.shares, 'share')}", "up" if sized.shares else "muted")]
    parts = [f"{fmt.dollars(sized.risk_dollars)} at risk", fmt.dollars(sized.notional), fmt.share(sized.weight, 1)]
    if width < NARROW:
        del parts[1]
    return Line(left, [("  ".join(parts), "text")])


def _cell(cell: Cell, now: Cell, assumed: Cell | None) -> str:
    return "spike" if cell == assumed else "a" if cell == now else "text"
