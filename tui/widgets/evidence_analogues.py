"""The analogues: the earlier sessions most like this one, what came after them, and how little that proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core import format as fmt
from ...core.evidence.analogues import Analogue, Analogues
from ..palette import tone
from ..rows import Line, Word
from .evidence_sheet import BLANK, Look, Sheet, said, titled
from .evidence_view import View

CELL = 8
LEFT = 33
"""Session, label and distance."""


def analogues(found: Analogues, view: View, look: Look) -> Sheet:
    """The nearest first: over the horizon that was chosen, over all of them where there is room."""
    if not found.rows:
        return Sheet((), said(f"No analogues: {found.reason}.", look.width))
    horizons = _horizons(found, view, look.width)
    lines = [Line(list(_words(row, horizons))) for row in found.rows]
    lines += [BLANK, titled("what followed them, and what followed all sessions"), *_tallies(found, view)]
    lines += [BLANK, *said(found.words(), look.width)]
    compared = f"Compared by {', '.join(found.features)}; no two of them within 64 sessions of each other."
    return Sheet(_head(found, horizons), [*lines, *said(compared, look.width, "muted")])


def _horizons(found: Analogues, view: View, width: int) -> Sequence[int]:
    """Places of the horizons that are shown."""
    every = range(len(found.horizons))
    return every if width >= LEFT + CELL * len(every) * len(found.targets) else (view.horizon,)


def _head(found: Analogues, horizons: Sequence[int]) -> Sequence[Line]:
    title = ", ".join(str(found.horizons[place]) for place in horizons)
    wide = CELL * len(horizons)
    groups = "".join(f"{name:>{wide}}" for name in found.targets)
    cells = "".join(f"{found.horizons[place]:>{CELL}}" for _ in found.targets for place in horizons)
    first = Line([(f"most like {found.as_of}; returns over the next {title} sessions", "text")])
    left = f"  {'session':<12}{'label':<10}{'distance':>9}"
    if len(horizons) == 1:
        return [first, Line([(f"{left}{groups}", "muted")])]
    return [first, Line([(f"{'':<{LEFT}}{groups}", "muted")]), Line([(f"{left}{cells}", "muted")])]


def _words(row: Analogue, horizons: Sequence[int]) -> Iterator[Word]:
    yield (f"  {row.session.isoformat():<12}{row.regime[:9]:<10}", "text")
    yield (f"{fmt.price(row.distance):>9}", "muted")
    for values in row.returns:
        for place in horizons:
            yield (f"{fmt.percent(values[place]):>{CELL}}", tone(values[place]))


def _tallies(found: Analogues, view: View) -> Iterator[Line]:
    yield Line([(f"  {'':<16}{'median':>9}{'all':>8}{'rose':>12}{'of all':>8}", "muted")])
    for row in found.tallies:
        if row.horizon == view.sessions:
            rose = f"{row.up} of {row.cases}"
            numbers = f"{fmt.percent(row.median):>9}{fmt.percent(row.all_median):>8}{rose:>12}"
            name = f"{row.target}, {row.horizon}"
            yield Line([(f"  {name:<16}{numbers}{fmt.share(row.all_up / row.sessions):>8}", "text")])
