"""The walk forward: what was known of today's labels at each year's end, and what the year after then showed."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import format as fmt
from ...core.evidence.page import Page
from ...core.evidence.report import between, cells
from ...core.evidence.walk import Walk, Year
from ..rows import Line
from .evidence_labels import named
from .evidence_sheet import BLANK, Look, Sheet, said, titled

NONE = "No label of this close can be walked: none of its kinds is known yet."
AGREED = {True: "✓ agreed", False: "✗ turned", None: "  --"}


def walks(page: Page, look: Look) -> Sheet:
    """Every walk of the page, one after the other."""
    if not page.walks:
        return Sheet((), said(NONE, look.width))
    head = Line([("known at each year's end, and the year after", "text")])
    return Sheet([head, names(look.width)], [line for one in page.walks for line in (*walked(one, look.width), BLANK)])


def names(width: int) -> Line:
    """The columns' names."""
    verdict = f"  {'verdict then':<15}" if width >= 76 else "  "
    return Line([(f"  {'year':<6}{'known':>7}{'95%':>18}{verdict}{'next year':>10}  sign", "muted")])


def walked(one: Walk, width: int) -> Iterator[Line]:
    """One walk: what it came to, then its years."""
    yield titled(f"{named(one.case.kind)} {one.case.label}, {one.case.target} over {one.case.horizon} sessions")
    yield from said(one.words(), width)
    for year in one.rows:
        yield _year(year, width)


def _year(year: Year, width: int) -> Line:
    *_, verdict = cells(year.known)
    words = f"  {year.year:<6}{fmt.percent(year.known.difference):>7}{between(year.known.ci95):>18}"
    return Line(
        [
            (words, "text"),
            (f"  {verdict:<15}" if width >= 76 else "  ", "muted"),
            (f"{fmt.percent(year.next_difference):>10}", "text"),
            (f"  {AGREED[year.agreed]}", "muted"),
        ]
    )
