"""The claims: each with its verdict, what was found and its interval, one or two rows a claim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from textwrap import wrap

from ...core import format as fmt
from ...core.claims.card import Card
from ...core.claims.report import MARKS, summary
from ...core.evidence.bootstrap import Interval
from ..rows import Line
from .evidence_sheet import Look, Sheet

ONE_ROW = 140
NONE = "no claim was tested"
CLAIM, RESULT = 74, 30
INDENT = 17
"""Cells before a claim: the verdict with its mark."""


def claim_list(cards: Sequence[Card], look: Look) -> Sheet:
    """Every claim in the table's order."""
    lines: list[Line] = []
    places = []
    for card in cards:
        places.append(len(lines))
        lines += _rows(card, look.width)
    title = Line([(summary(cards) if cards else NONE, "text")])
    return Sheet([title], lines, places)


def interval(card: Card, found: Interval | None) -> str:
    """`(-0.1% to +2.7%)`; nothing where there is none."""
    known = found is not None and found.low == found.low
    return f"({card.shown(found.low)} to {card.shown(found.high)})" if found and known else ""


def _rows(card: Card, width: int) -> Iterator[Line]:
    verdict = (f" {MARKS[card.verdict]} {card.verdict:<14}", ink(card))
    result = found(card) or card.missing
    if width >= ONE_ROW:
        words = (f"{card.claim:<{CLAIM}}", "text"), (f"{result:<{RESULT}}", "text")
        yield Line([verdict, *words, (_q(card), "muted")])
        return
    first, *rest = wrap(card.claim, width - INDENT)
    yield Line([verdict, (first, "text")])
    yield from (Line([(" " * INDENT, "text"), (line, "text")]) for line in rest)
    yield Line([(" " * INDENT, "muted"), (result, "muted"), (_q(card), "muted")])


def found(card: Card) -> str:
    """The result with its interval; nothing where there is none."""
    return f"{card.shown(card.result)} {interval(card, card.ci95)}".rstrip() if math.isfinite(card.result) else ""


def ink(card: Card) -> str:
    """The ink of a verdict, whose mark and word say the same."""
    return {"SUPPORTED": "risk_on", "REVERSED": "warn"}.get(card.verdict, "muted")


def _q(card: Card) -> str:
    return f"  q {fmt.price(card.q, 3)}" if card.q == card.q else ""
