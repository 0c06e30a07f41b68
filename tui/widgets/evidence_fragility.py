"""The fragility: today's label by every setting of the rule, as a square of letters, each on its label's ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core import format as fmt
from ...core.evidence.fragility import ENTERS, EXITS, SIDE, Fragility, Setting
from ...core.regime import REGIMES
from ...core.rule import RULE
from ..rows import Line, Word
from .evidence_sheet import BLANK, Look, Sheet, said

NARROW, WIDE = 4, 9
"""Cells of a setting: its letter alone, or with the difference in return."""
VARIED = (
    "Varied: the rule's windows by 0.75, 1 and 1.25 (rows, short/long), its dwell of 5, 10 or 15 closes (rows), the "
    "score that enters a state by 0.8, 1 and 1.2 (columns), and by which share the score that leaves it is moved to it."
)


def fragility(found: Fragility, look: Look) -> Sheet:
    """The square with its headings, what it comes to in words, and what was varied."""
    rows = found.heat().rows
    left = max(map(len, rows)) + 2
    wide = WIDE if look.width >= left + WIDE * SIDE else NARROW
    lines = [
        Line([(f"{name:<{left}}", "muted"), *_cells(found.settings[at * SIDE : (at + 1) * SIDE], wide, look)])
        for at, name in enumerate(rows)
    ]
    words = [f"{each[0].upper()}{each[1:]}." for each in (found.label_words, found.evidence_words)]
    lines += [BLANK, *(line for sentence in words for line in said(sentence, look.width))]
    lines += [line for sentence in (VARIED, _legend(wide)) for line in said(sentence, look.width, "muted")]
    return Sheet(_head(left, wide), lines)


def _head(left: int, wide: int) -> Sequence[Line]:
    """The score that enters over three columns each, and under it how it is left."""
    group = "enter x{:g}, exit" if wide > NARROW else "x{:g}, exit"
    enters = "".join(f"{group.format(enter):<{wide * len(EXITS)}}" for enter in ENTERS)
    exits = "".join(f"{f'{100 * leave:g}%':<{wide}}" for _ in ENTERS for leave in EXITS)
    return [
        Line([(f"{'' if wide > NARROW else 'enter':<{left}}{enters}", "muted")]),
        Line([(f"{'windows, dwell':<{left}}{exits}", "muted")]),
    ]


def _cells(settings: Sequence[Setting], wide: int, look: Look) -> Iterator[Word]:
    for one in settings:
        regime = next(regime for regime in REGIMES if regime.label == one.label)
        letter = f"[{regime.letter}]" if one.rule == RULE else f" {regime.letter} "
        yield (letter, look.palette.tag(getattr(look.palette, regime.ink)))
        yield (f"{fmt.signed(100 * one.difference, 1):<{wide - 3}}" if wide > NARROW else " " * (wide - 3), "muted")


def _legend(wide: int) -> str:
    letters = ", ".join(f"{regime.letter} {regime.label}" for regime in REGIMES)
    beside = " Beside it: mean return after the label less that after other days, in percent." if wide > NARROW else ""
    return f"{letters}; [ ] is the rule as it is.{beside}"
