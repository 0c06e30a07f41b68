"""A label's card: what followed it in words and as a histogram, by decade, and how its evidence held year by year."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import format as fmt
from ...core.claims.card import Chart
from ...core.claims.charts import histogram
from ...core.evidence.followed import follow_all
from ...core.evidence.labels import labels
from ...core.evidence.page import Page
from ...core.evidence.quote import HORIZON, Quote
from ...core.evidence.report import between, cells, difference
from ...core.evidence.table import Evidence
from ...core.reading import Reading
from ..rows import Line
from .claim_card import WIDEST, drawn
from .evidence_labels import named
from .evidence_sheet import BLANK, Look, Sheet, listed, said, titled
from .evidence_walks import names, walked


def chart_of(reading: Reading, row: Evidence) -> Chart:
    """The returns that followed a label's sessions beside those that followed the others, as shares of their days.

    Some hundredths of a second of work: not for the thread that draws.
    """
    label = next(one for one in labels(reading.history) if (one.kind, one.name) == (row.kind, row.label))
    after = follow_all(reading.history, reading.panel, (row.horizon,))
    returns = next(one.returns for one in after if one.target == row.target)
    others = label.known & ~label.held
    title = f"{row.target}'s return in {row.horizon} sessions: share of the days"
    return histogram(title, ((f"after {row.label}", returns[label.held]), ("after other days", returns[others])))


def label_card(page: Page, row: Evidence, chart: Chart | None, look: Look) -> Sheet:
    """The whole card; `chart` is None until it has been worked out."""
    width = min(look.width, WIDEST)
    what = f"{row.target} over {row.horizon} sessions"
    lines = [*_said(row, width), BLANK]
    lines += drawn(chart, look, charted=True) if chart else [Line([("the histogram is being worked out", "muted")])]
    lines += [BLANK, *_decades(page, row, width), *_walked(page, row, width)]
    return Sheet([Line([(f"after {named(row.kind)} {row.label}", "a"), (f", {what}", "text")])], lines)


def _said(row: Evidence, width: int) -> Iterator[Line]:
    if row.horizon == HORIZON:
        yield from said(Quote(named(row.kind), row).words(), width)
    yield from listed("days", f"{row.days:,} in {fmt.count(row.episodes, 'episode')}", width)
    returned = f"{fmt.percent(row.mean)} against {fmt.percent(row.others_mean)} after other days"
    yield from listed("returned", returned, width)
    yield from listed("difference", f"{difference(row.difference, row.ci95)}: {row.verdict}", width)
    vols = f"{fmt.share(row.vol)} against {fmt.share(row.others_vol)}; difference {between(row.vol_ci95)}"
    yield from listed("volatility", f"{vols}: {row.vol_verdict}", width)
    falls = f"{fmt.percent(row.worst_fall)} against {fmt.percent(row.others_worst_fall)}"
    yield from listed("worst fall", f"{falls} within such a stretch", width)
    yield from listed("chance", f"p {fmt.price(row.ci95.p, 3)} for this row alone", width)


def _decades(page: Page, row: Evidence, width: int) -> Iterator[Line]:
    """The same label and target within each decade, over the one horizon that decades are worked out for."""
    yield titled(f"by decade, {row.target} over {HORIZON} sessions")
    yield Line([(f"  {'':<11}{'days':>6}{'eps':>5}{'mean':>7}{'others':>8}{'difference, 95%':>18}", "muted")])
    for period in page.periods:
        key = (row.kind, row.label, row.target)
        found = next((one for one in period.rows if (one.kind, one.label, one.target) == key), None)
        years = f"{period.first.year}-{period.last.year}"
        if found is None:
            yield Line([(f"  {years:<11}{fmt.UNKNOWN:>6}", "muted")])
            continue
        _, days, episodes, mean, others, interval, _, verdict = cells(found)
        words = f"  {years:<11}{days:>6}{episodes:>5}{mean:>7}{others:>8}{interval:>18}"
        yield Line([(words, "text"), (f"  {verdict}" if width >= 76 else "", "muted")])


def _walked(page: Page, row: Evidence, width: int) -> Iterator[Line]:
    """Year by year, where it is one of today's labels."""
    for walk in page.walks:
        if walk.case[:3] == (row.kind, row.label, row.target):
            yield from (BLANK, titled("walking forward"), names(width), *walked(walk, width))
