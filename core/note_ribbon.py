"""The ribbon under a chart as SVG: a lane for each label, named, and in it the days that had the label."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .bars import to_day
from .framework.page_chart import GAP, Frame, shown
from .note import Band, Drawing
from .regime import REGIMES

LANE, THICK = 15, 9
SHORT = {"INSUFFICIENT DATA": "no label"}
"""What has no room beside a lane."""


def ribbon(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """The bands of a drawing over the same days as its chart; nothing where it has none."""
    if not drawing.bands:
        return
    held = {band.regime for band in drawing.bands}
    lanes = [regime for regime in REGIMES if regime in held]
    height = LANE * len(lanes)
    yield f'<svg class="ribbon" role="img" aria-label="{shown(_spoken(drawing))}" '
    yield f'viewBox="0 0 {frame.sheet.width} {height}">'
    for lane, regime in enumerate(lanes):
        middle = LANE * lane + LANE / 2
        name = f"{regime.shape} {SHORT.get(regime.label, regime.label)}"
        yield f'<text x="{frame.left - GAP:.1f}" y="{middle + 3.5:.1f}" text-anchor="end">{shown(name)}</text>'
        yield f'<path class="grid" d="M{frame.left:.1f} {middle:.1f}H{frame.right:.1f}"/>'
        for band in drawing.bands:
            if band.regime is regime:
                yield _bar(drawing, band, frame, middle - THICK / 2)
    yield "</svg>"


def _bar(drawing: Drawing, band: Band, frame: Frame, top: float) -> str:
    """From the band's first day to the next band's, or to the last day there is."""
    days = drawing.curve.days
    left, right = (frame.x(_count(to_day(days[min(row, len(days) - 1)]))) for row in (band.first, band.last + 1))
    width = max(right - left, 1.0)
    return f'<rect class="{band.regime.ink}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{THICK}"/>'


def _count(day: date) -> float:
    return (day - date(1970, 1, 1)) / timedelta(1)


def _spoken(drawing: Drawing) -> str:
    """The labels in words, for who can't see them."""
    days = drawing.curve.days
    return "Labels: " + "; ".join(
        f"{band.regime.label} from {days[band.first]} to {days[band.last]}" for band in drawing.bands
    )
