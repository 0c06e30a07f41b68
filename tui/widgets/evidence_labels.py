"""The labels: what followed each of them beside what followed all other days, kind by kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...core import format as fmt
from ...core.evidence.page import Page
from ...core.evidence.quote import KINDS
from ...core.evidence.report import cells
from ...core.evidence.table import Evidence
from ..rows import Line, Word
from .evidence_found import Found
from .evidence_marks import span_of, whisker
from .evidence_sheet import BLANK, Look, Sheet, said, titled
from .evidence_view import View

NAMES = dict(KINDS)
HELD = "●"
FULL, DRAWN = 76, 103
"""From which width on all columns are there, and from which the intervals are drawn, too."""
NARROWEST, WIDEST = 21, 61


class Column(NamedTuple):
    """One of the report's cells: its place there, its heading, how wide it is, and whether a narrow row has it."""

    at: int
    head: str
    width: int
    kept: bool = False


COLUMNS = (
    Column(1, "days", 6),
    Column(2, "eps", 5),
    Column(3, "mean", 7, kept=True),
    Column(4, "others", 7),
    Column(5, "difference, 95%", 17, kept=True),
    Column(6, "vol/oth", 8),
)
VERDICT = 7


def label_rows(page: Page, view: View) -> list[Evidence]:
    """The rows of a horizon and of what followed, in the page's order."""
    target = (page.pair.a, page.pair.b, str(page.pair))[view.target]
    return [row for row in page.rows if row.horizon == view.sessions and row.target == target]


def labels(found: Found, page: Page, view: View, look: Look) -> Sheet:
    """Today's labels in sentences, how many rows chance alone would show, and every label's row."""
    rows = label_rows(page, view)
    width = _drawn_width(look.width)
    span = span_of([row.ci95 for row in rows]) if width else 0.0
    lines = [*_above(page, look), _names(look, span, width)]
    sticky = len(lines) - 1
    places, kind = [], ""
    for row in rows:
        if row.kind != kind:
            kind = row.kind
            lines.append(titled(named(kind)))
        places.append(len(lines))
        held = (row.kind, row.label) in found.held
        drawn = whisker(row.difference, row.ci95, span, width, ascii_only=look.ascii_only) if width else ""
        lines.append(Line(list(_words(row, look.width, drawn, held=held))))
    lines += [BLANK, *said(_legend(look), look.width, "muted")]
    return Sheet([_title(page, view, look)], lines, places, sticky)


def named(kind: str) -> str:
    """What the evidence of a kind is called."""
    return NAMES.get(kind, kind)


def _above(page: Page, look: Look) -> Iterator[Line]:
    """What is said before the table."""
    for quote in page.quotes:
        first, *rest = said(quote.words(), look.width - 2)
        yield Line([(f"{HELD} ", "a"), *first.left])
        yield from (Line([("  ", "text"), *line.left]) for line in rest)
    shown, of, chance = page.beyond_chance
    words = f"{shown} of {of} rows show a return edge; {chance:.0f} would by chance alone if none of them had one."
    yield from said(words, look.width, "muted")


def _title(page: Page, view: View, look: Look) -> Line:
    target = (page.pair.a, page.pair.b, str(page.pair))[view.target]
    what = f"{target} over {view.sessions} sessions"
    full = f"{what}, from the next session's close on, against all other days"
    return Line([(full if len(full) < look.width else f"{what}, against all other days", "text")])


def _names(look: Look, span: float, width: int) -> Line:
    """The columns' names; `width` is that of the drawn intervals, which end at `span` on either side."""
    names = "".join(f"{column.head:>{column.width}}" for column in _columns(look.width))
    scale = f"{fmt.percent(-span):<{width // 2}}0{fmt.percent(span):>{width // 2}}  " if width else ""
    return Line([(f"  {'after':<13}{names}  {scale}returns", "muted")])


def _words(row: Evidence, width: int, drawn: str, *, held: bool) -> Iterator[Word]:
    found = cells(row)
    yield (f"{HELD if held else ' '} ", "a")
    yield (f"{row.label:<13}", "text")
    for column in _columns(width):
        yield (f"{found[column.at]:>{column.width}}", "text" if column.kept else "muted")
    edge = row.enough and not row.ci95.spans_zero
    if drawn:
        yield (f"  {drawn}", "a" if edge else "muted")
    # What a screen as narrow as the report has no room for is two words shorter.
    word = found[VERDICT] if width >= FULL + 2 else found[VERDICT].removesuffix(" shown")
    yield (f"  {word}", "text" if edge else "muted")


def _columns(width: int) -> list[Column]:
    return [column for column in COLUMNS if column.kept or width >= FULL]


def _drawn_width(width: int) -> int:
    """How many cells an interval is drawn on, an odd number; 0 without room."""
    room = min(width - DRAWN + NARROWEST, WIDEST)
    return room - 1 + room % 2 if width >= DRAWN else 0


def _legend(look: Look) -> str:
    held = "*" if look.ascii_only else HELD
    return (
        f"{held} before a label: held on this close. eps: separate episodes. vol/oth: mean volatility after it and "
        "after other days; * behind it: they differ beyond chance."
    )
