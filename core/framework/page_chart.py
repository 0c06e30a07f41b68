"""A plan's chart as SVG inside of its page: axes with labels, each line in its own dashes, its last value beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

import numpy as np

from .. import format as fmt
from ..bars import Floats, to_day
from .curve import Curve
from .document import plain
from .page_style import DASHES

TOP, BOTTOM, GAP = 12, 28, 8
LABEL_HEIGHT, DIGIT = 15, 7.5
TICKS = 5
LEVEL = 1e-9
FINER = {"$": 0, "%": 1, "": 2}
EXACT = {"ratio": fmt.ratio, "price": fmt.price}
"""How the values of these units are written wherever else they are shown; beside an axis they are rounded."""
LEVELS = {"entry": 3, "stop": 1, "target": 2}
"""The dashes and inks of a trade's levels, which stand beside a price: the stop's is the one nearest to red."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
YEARS_ALONE, MONTHS_ALONE = timedelta(4 * 366), timedelta(150)


def shown(text: str) -> str:
    """A text as HTML that shows it on one line, for between tags and inside of quotes."""
    return escape(plain(text))


class Line(NamedTuple):
    """A line as it is drawn: its place among the chart's, its name, its values, and its last known row."""

    place: int
    name: str
    values: Floats
    last: int

    @property
    def style(self) -> int:
        """Which dashes and ink it has; the first line never a level's."""
        return LEVELS.get(self.name, self.place % len(DASHES)) if self.place else 0


class Sheet(NamedTuple):
    """What a chart is drawn on: its size, and the least room beside the lines, all in units of the drawing."""

    width: int = 480
    height: int = 280
    margin: float = 40.0


SHEET = Sheet()


class Frame(NamedTuple):
    """Days and values as places on the sheet: days are counted from 1970, `low` to `high` are whole steps of the grid.

    `left` and `right` are where the lines may begin and must end, with room for the labels beside them.
    """

    sheet: Sheet
    first: float
    last: float
    low: float
    high: float
    step: float
    left: float
    right: float

    def x(self, day: float) -> float:
        """From the left; in the middle where there is one day only."""
        across = (day - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return self.left + across * (self.right - self.left)

    def y(self, value: float) -> float:
        """From the top."""
        return TOP + (self.high - value) / (self.high - self.low) * (self.sheet.height - TOP - BOTTOM)


def nothing(_: Frame) -> Iterator[str]:
    """What stands below a chart that nothing stands below."""
    return iter(())


def figure(
    curve: Curve, name: str, sheet: Sheet = SHEET, below: Callable[[Frame], Iterator[str]] = nothing
) -> Iterator[str]:
    """A curve as a figure with caption, legend and chart; `name` is its own on the page.

    `below` draws what is to stand under the chart and share its days.
    """
    words = f" <span>{shown(curve.words)}</span>" if curve.words else ""
    lines = _lines(curve)
    yield f"<figure><figcaption>{shown(curve.title)}{words}</figcaption>"
    if not lines:
        yield "<p>No value is known.</p></figure>"
        return
    frame = _frame(curve, lines, sheet)
    yield '<ul class="legend">'
    yield from (_legend(line, _value(curve, line, frame.step)) for line in lines)
    yield "</ul>"
    yield f'<svg class="chart" role="img" aria-labelledby="{name}" viewBox="0 0 {sheet.width} {sheet.height}">'
    yield f'<title id="{name}">{shown(_spoken(curve, lines, frame.step))}</title>'
    yield from _grid(curve, frame)
    yield from (_drawn(curve, line, frame) for line in lines)
    yield from _last_values(curve, lines, frame)
    yield "</svg>"
    yield from below(frame)
    yield "</figure>"


def spoken(curve: Curve, sheet: Sheet = SHEET) -> str:
    """The chart in words, for who can't see it."""
    lines = _lines(curve)
    return _spoken(curve, lines, _frame(curve, lines, sheet).step) if lines else f"{curve.title}: no value is known"


def _lines(curve: Curve) -> list[Line]:
    """The lines that have a value, with what is infinite left out as not known."""
    found = []
    for place, (name, values) in enumerate(curve.lines):
        known = np.flatnonzero(np.isfinite(values))
        if len(known):
            found.append(Line(place, name, np.where(np.isfinite(values), values, np.nan), int(known[-1])))
    return found


def _frame(curve: Curve, lines: list[Line], sheet: Sheet) -> Frame:
    low = min(float(np.nanmin(line.values)) for line in lines)
    high = max(float(np.nanmax(line.values)) for line in lines)
    size = max(abs(low), abs(high))
    if high - low <= LEVEL * size:
        low, high = low - (size / 2 or 1.0), high + (size / 2 or 1.0)
    step = _step((high - low) / TICKS)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    labels = max(len(_said(value, curve.unit, step)) for value in (low, high))
    ends = max(len(_value(curve, line, step)) for line in lines)
    days = _days(curve)
    # Half a date must fit left and right of the lines, too.
    left, right = (max(sheet.margin, 2 * GAP + DIGIT * letters) for letters in (labels, ends))
    return Frame(sheet, days[0], days[-1], low, high, step, left, sheet.width - right)


def _days(curve: Curve) -> list[float]:
    """The curve's days, counted from 1970."""
    return [float(day) for day in curve.days.astype("datetime64[D]").astype(np.int64)]


def _step(least: float) -> float:
    """The round number next above: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * step for step in STEPS if power * step >= least * (1 - 1e-9))


def _said(value: float, unit: str, step: float, finer: int = 0) -> str:
    """A value in the curve's unit with as many decimals as the step needs, and `finer` more."""
    decimals = max(0, _decimals(step * 100.0 if unit == "%" else step)) + finer
    if unit == "%":
        return fmt.share(value, decimals)
    return f"${fmt.price(value, decimals)}" if unit == "$" else fmt.price(value, decimals)


def _decimals(step: float) -> int:
    """The least number of decimals that a step is written in whole."""
    return next((n for n in range(12) if abs(round(step, n) - step) <= step * 1e-9), 12)


def _finely(value: float, unit: str, step: float) -> str:
    """A value that a line has, with more decimals than the axis."""
    return EXACT[unit](value) if unit in EXACT else _said(value, unit, step, FINER[unit])


def _value(curve: Curve, line: Line, step: float) -> str:
    return _finely(float(line.values[line.last]), curve.unit, step)


def _spoken(curve: Curve, lines: list[Line], step: float) -> str:
    said = [
        f"{line.name} from {_finely(float(np.nanmin(line.values)), curve.unit, step)}"
        f" to {_finely(float(np.nanmax(line.values)), curve.unit, step)},"
        f" last {_value(curve, line, step)} on {to_day(curve.days[line.last])}"
        for line in lines
    ]
    return f"{curve.title}, {to_day(curve.days[0])} to {to_day(curve.days[-1])}: {'; '.join(said)}"


def _legend(line: Line, value: str) -> str:
    sample = f'<svg aria-hidden="true" viewBox="0 0 38 10"><path class="line line-{line.style}" d="M0 5H38"/></svg>'
    return f"<li>{sample}{shown(line.name)} {value}</li>"


def _grid(curve: Curve, frame: Frame) -> Iterator[str]:
    step = frame.step
    for n in range(round((frame.high - frame.low) / step) + 1):
        value = frame.low + n * step
        y = frame.y(value)
        yield f'<path class="grid" d="M{frame.left:.1f} {y:.1f}H{frame.right:.1f}"/>'
        label = _said(value if abs(value) > step / 2 else 0.0, curve.unit, step)
        yield f'<text x="{frame.left - GAP:.1f}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    for day, words in _dates(frame):
        yield f'<text x="{frame.x(day):.1f}" y="{frame.sheet.height - 8}" text-anchor="middle">{words}</text>'


def _dates(frame: Frame) -> Iterator[tuple[float, str]]:
    """Up to five days evenly over the chart, as years, months or dates by how long it is, or as many as fit."""
    first, length = date(1970, 1, 1) + timedelta(frame.first), timedelta(frame.last - frame.first)
    letters = 4 if length > YEARS_ALONE else 7 if length > MONTHS_ALONE else 10
    room = int((frame.right - frame.left) // (DIGIT * letters + GAP))
    steps = min(TICKS - 1, length.days, max(room, 1))
    seen = ""
    for n in range(steps + 1):
        after = round(length.days * n / steps) if steps else 0
        words = (first + timedelta(after)).isoformat()[:letters]
        if words != seen:
            yield frame.first + after, words
        seen = words


def _drawn(curve: Curve, line: Line, frame: Frame) -> str:
    """The line as a path, broken where a value is not known; one alone makes no line."""
    parts, pen = [], "M"
    for day, value in zip(_days(curve), line.values.tolist(), strict=True):
        if math.isnan(value):
            pen = "M"
            continue
        parts.append(f"{pen}{frame.x(day):.1f} {frame.y(value):.1f}")
        pen = "L"
    return f'<path class="line line-{line.style}" d="{"".join(parts)}"/>'


def _last_values(curve: Curve, lines: list[Line], frame: Frame) -> Iterator[str]:
    """Each line's last value beside its end, moved apart where two would cover each other, none under the chart."""
    ends = sorted((frame.y(float(line.values[line.last])), line.place, line) for line in lines)
    days = _days(curve)
    places = list[float]()
    for y, _, _ in ends:
        places.append(max(y, places[-1] + LABEL_HEIGHT) if places else y)
    room = float(frame.sheet.height - BOTTOM)
    for at in reversed(range(len(places))):
        places[at] = min(places[at], room)
        room = places[at] - LABEL_HEIGHT
    for (y, _, line), place in zip(ends, places, strict=True):
        x = frame.x(days[line.last])
        yield f'<circle class="dot-{line.style}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        words = _value(curve, line, frame.step)
        yield f'<text class="last" x="{frame.right + GAP:.1f}" y="{place + 4:.1f}">{words}</text>'
