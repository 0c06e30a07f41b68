"""A claim's card: its definition, who says it, the result with its interval, sub-periods, and its chart."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import format as fmt
from ...core.claims.card import Card, Chart
from ...core.claims.report import MARKS, RULE
from ..rows import Line
from .claim_list import found, ink, interval
from .evidence_sheet import BLANK, Look, Sheet, listed, runs, said, titled

HEIGHT = 13
WIDEST = 100


def claim_card(card: Card, look: Look, *, charted: bool) -> Sheet:
    """The whole card; `charted` once what draws the chart is there."""
    width = min(look.width, WIDEST)
    title = Line([(f"{MARKS[card.verdict]} {card.verdict}", ink(card)), (f"  {card.key}", "muted")])
    lines = [*said(card.claim, width, "a"), *_said(card, width), BLANK]
    if card.chart:
        lines += [*drawn(card.chart, look, charted=charted), BLANK]
    return Sheet([title], [*lines, *said(RULE, width, "muted")])


def drawn(chart: Chart, look: Look, *, charted: bool) -> Iterator[Line]:
    """A chart under its title; until it can be drawn, that it will be."""
    yield titled(chart.title)
    if charted:
        from ..charts.stats import bars  # noqa: PLC0415  only a card has a chart

        rows = bars(chart, min(look.width, WIDEST), HEIGHT, ascii_only=look.ascii_only)
        yield from runs(rows) if rows else said("no values to draw", look.width, "muted")
    else:
        yield Line([("drawing", "muted")])


def _said(card: Card, width: int) -> Iterator[Line]:
    yield from listed("found", card.words or card.missing, width)
    yield from listed("result", found(card), width)
    yield from listed("chance", _chance(card), width)
    yield from listed("from", card.n_words, width)
    yield from listed("defined as", card.definition, width)
    yield from listed("said by", card.said_by, width)
    yield from listed("data", ", ".join(card.needs), width)
    for part in card.periods:
        yield from listed(part.name, f"{card.shown(part.result)} {interval(card, part.ci95)}".rstrip(), width)


def _chance(card: Card) -> str:
    if card.p != card.p:
        return "not a test: arithmetic, or a range that the result lies in or not"
    return f"p {fmt.price(card.p, 3)}; q {fmt.price(card.q, 3)} with all claims counted (Benjamini-Hochberg)"
