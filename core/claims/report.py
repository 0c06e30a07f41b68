"""The claims as plain text, in one table or as whole cards, and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap

from .. import format as fmt
from ..evidence.bootstrap import Interval
from ..evidence.report import folded
from ..reading import ADVICE, Reading
from ..report import WIDTH, heading
from .card import Card
from .verdict import DISCOVERY, VERDICTS

RULE = (
    "SUPPORTED: the 95% interval lies on the claimed side and the finding survives Benjamini-Hochberg at"
    f" {fmt.share(DISCOVERY)} over all claims. REVERSED: on the other side. The rule was fixed before looking."
)
MARKS = {"SUPPORTED": "✓", "NOT SUPPORTED": "✗", "REVERSED": "↔", "CAN'T TELL": "?"}


def text(reading: Reading, cards: Sequence[Card]) -> str:
    """Every claim with its verdict, what was found and the interval."""
    lines = [heading(reading), "", summary(cards), ""]
    for one in cards:
        lines += [f"{MARKS[one.verdict]} {one.verdict:<14}{one.claim}", *_found(one), ""]
    lines += [RULE, "A whole card: smallcap claims KEY", ADVICE]
    return _joined(lines)


def cards(reading: Reading, chosen: Sequence[Card]) -> str:
    """Whole cards."""
    lines = [heading(reading), ""]
    for one in chosen:
        lines += [*card_lines(one), ""]
    return _joined([*lines, RULE, ADVICE])


def card_lines(one: Card) -> list[str]:
    """One card: claim, verdict, definition, result, sub-periods."""
    return [
        f"{MARKS[one.verdict]} {one.verdict}: {one.claim}",
        *_listed("said by", one.said_by),
        *_listed("defined as", one.definition),
        *_listed("data", ", ".join(one.needs)),
        *_listed("found", one.words or one.missing),
        *_listed("result", f"{one.shown(one.result)}{_interval(one, one.ci95)}" if one.n else ""),
        *_listed("from", one.n_words),
        *_listed("chance", _chance(one)),
        *(
            line
            for part in one.periods
            for line in _listed(part.name, f"{one.shown(part.result)}{_interval(one, part.ci95)}")
        ),
    ]


def markdown(reading: Reading, cards: Sequence[Card]) -> str:
    """A table of all claims, then every card."""
    head = ["| claim | result | 95% interval | n | q | verdict |", "|---|---:|---|---|---:|---|"]
    rows = [
        f"| {one.claim} | {one.shown(one.result)} | {_interval(one, one.ci95).strip() or '--'} | {one.n_words} |"
        f" {fmt.price(one.q, 3)} | {one.verdict} |"
        for one in cards
    ]
    told = [line for one in cards for line in (f"## {one.claim}", "", *(f"- {x.strip()}" for x in _plain(one)), "")]
    return (
        "\n".join([f"# Claims, {heading(reading)}", "", summary(cards), "", *head, *rows, "", RULE, "", *told, ADVICE])
        + "\n"
    )


def summary(cards: Sequence[Card]) -> str:
    """`18 claims: 3 SUPPORTED, 12 NOT SUPPORTED, 1 REVERSED, 2 CAN'T TELL`."""
    counted = Counter(one.verdict for one in cards)
    said = ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS if counted[verdict])
    return f"{fmt.count(len(cards), 'claim')}: {said}"


def _plain(one: Card) -> list[str]:
    return [
        f"{one.verdict}: {one.words or one.missing}",
        f"Said by: {one.said_by}",
        f"Defined as: {one.definition}",
        f"Data: {', '.join(one.needs)}",
        *(f"{part.name}: {one.shown(part.result)}{_interval(one, part.ci95)}" for part in one.periods),
    ]


def _found(one: Card) -> Iterator[str]:
    yield from _wrapped(f"{one.words or one.missing}", "    ")
    if one.n:
        yield from _wrapped(f"{one.shown(one.result)}{_interval(one, one.ci95)}; {one.n_words}  [{one.key}]", "    ")
    else:
        yield f"    [{one.key}]"


def _chance(one: Card) -> str:
    if one.p != one.p:
        return "not a test: arithmetic, or a range that the result lies in or not"
    return f"p {fmt.price(one.p, 3)}; {fmt.price(one.q, 3)} with all claims counted"


def _interval(one: Card, found: Interval | None) -> str:
    """` (-0.1% to +2.7%)`; nothing where there is none."""
    return "" if found is None or found.low != found.low else f" ({one.shown(found.low)} to {one.shown(found.high)})"


def _listed(name: str, words: str) -> list[str]:
    return wrap(words, WIDTH, initial_indent=f"  {name:<11}", subsequent_indent=" " * 13) if words else []


def _wrapped(words: str, indent: str) -> list[str]:
    return wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(short for line in lines for short in folded(line)) + "\n"
