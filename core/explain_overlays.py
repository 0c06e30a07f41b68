"""Explanations of the chart: each overlay and each pane with its formula and its values on the as-of session."""

from __future__ import annotations

import math
from collections.abc import Sequence

from . import format as fmt
from .bars import Bars, to_day
from .explanation import Explanation, Found, Input
from .funds import Facts
from .overlays import OVERLAYS, Curve
from .panes import PANES
from .reading import Reading
from .studies import Studies


def overlays(reading: Reading, ticker: str, _: Facts) -> Found:
    """Those of one ticker; none for one without bars."""
    bars = reading.panel.bars.get(ticker)
    if bars is not None:
        yield from explain_overlays(reading, bars)


def explain_overlays(reading: Reading, bars: Bars) -> Found:
    """Those of some bars, a ratio's among them."""
    studies, last, day = Studies(bars), len(bars) - 1, to_day(bars.sessions[-1])
    source = f"{reading.origin.name}, close of {day}"
    for overlay in OVERLAYS:
        named = _values([curve for curve in overlay.of(studies, last) if curve.name], bars, "")
        value = f"of {bars.ticker}"
        yield Explanation(f"overlays.{overlay.key}", "overlays", overlay.name, value, overlay.formula, named, source)
    for pane in PANES:
        found = pane.of(studies, reading.panel.bars.get(reading.pair.b))
        value, curves = (found, ()) if isinstance(found, str) else (f"of {bars.ticker}", found)
        inputs = _values(curves, bars, pane.unit)
        yield Explanation(f"panes.{pane.key}", "overlays", pane.name, value, pane.formula, inputs, source)


def _values(curves: Sequence[Curve], bars: Bars, unit: str) -> tuple[Input, ...]:
    """Each curve's value on the last session."""
    day, values = to_day(bars.sessions[-1]), [(curve.name or "value", float(curve.values[-1])) for curve in curves]
    return tuple(Input(name, f"{_short(value)}{unit * math.isfinite(value)}", day) for name, value in values)


def _short(value: float) -> str:
    return fmt.price(value, 4 if abs(value) < 1 else 2)
