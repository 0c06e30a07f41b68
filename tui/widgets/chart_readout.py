"""What the crosshair reads out: one session's prices, volume and regime, the overlays' values and the panes' titles.

Every number has the width that the largest one needs, so that nothing moves while the crosshair does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...core import format as fmt
from ...core.bars import Bars, Floats, to_day
from ...core.calendar import RECONSTITUTION
from ...core.overlays import Curve
from ...core.panes import Pane
from ...core.regime import REGIMES
from ...core.signals import EVENT_VOLUME
from ...core.studies import Studies
from ..palette import tone
from ..rows import Word

WIDE, WIDEST = 100, 140
UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "K"), (1.0, ""))
INDENT = "  "
MORE = 8
"""Room for saying how many have none."""


class Read(NamedTuple):
    """A curve, its decimals, the cells that its numbers need, and an arrow towards it where it is out of sight."""

    curve: Curve
    decimals: int
    width: int
    arrow: str = " "

    def value(self, row: int) -> str:
        """Its value on a session."""
        return f"{fmt.price(float(self.curve.values[row]), self.decimals):>{self.width}}"


class Title(NamedTuple):
    """A pane's title: the pane, what is read of it (nothing without room), and words about it."""

    pane: Pane
    reads: tuple[Read, ...] = ()
    words: str = ""


class Field(NamedTuple):
    """Words that stay together, and how soon they are left out where there is no room (0 = never)."""

    words: list[Word]
    spare: int = 0


def read(curve: Curve, decimals: int, rows: slice) -> Read:
    """A curve and the width of its numbers among some rows."""
    return Read(curve, decimals, number_width(curve.values[rows], decimals))


def number_width(values: Floats, decimals: int) -> int:
    """The cells that the longest of the values needs."""
    ends = (float(np.fmin.reduce(values)), float(np.fmax.reduce(values))) if len(values) else ()
    return max((len(fmt.price(value, decimals)) for value in ends), default=0)


class Session(NamedTuple):
    """What is known of the session at `row`: its regime (-1 = none) and whether the Russell indexes change after it."""

    bars: Bars
    studies: Studies
    row: int
    code: int
    russell: bool


def session_words(session: Session, decimals: int, width: int) -> list[Word]:
    """The session's row, as much of it as fits into `width`; only the close of bars that hold nothing else."""
    bars, row, wide = session.bars, session.row, width >= WIDE
    day = to_day(bars.sessions[row])
    fields = [Field([(fmt.day(day) if wide else str(day), "text")]), *_prices(bars, row, decimals)]
    if bars.volume.any():
        fields += _volume(bars, float(session.studies.relative_volume[row]), row)
    regime = REGIMES[session.code] if session.code >= 0 else None
    fields.append(Field([(f"{regime.shape} {regime.label}", regime.ink) if regime else ("no regime", "muted")]))
    if session.russell:
        fields.append(Field([(RECONSTITUTION if width >= WIDEST else "Russell", "spike")], 5))
    return fitted(fields, width - len(INDENT) - 1, "   " if wide else " ")


def _prices(bars: Bars, row: int, decimals: int) -> list[Field]:
    names = (("O", bars.open), ("H", bars.high), ("L", bars.low), ("C", bars.close))
    width = number_width(bars.high, decimals)
    fields = [
        Field([(f"{name} ", "muted"), (f"{fmt.price(float(values[row]), decimals):>{width}}", "text")])
        for name, values in (names[3:] if bars.open is bars.close else names)
    ]
    change = float(bars.close[row] / bars.close[row - 1] - 1.0) if row and bars.close[row - 1] else math.nan
    return [*fields, Field([(f"{fmt.percent(change, 2):>8}", tone(change))], 2)]


def _volume(bars: Bars, relative: float, row: int) -> list[Field]:
    divisor, unit = next((size, word) for size, word in UNITS if bars.volume.max() >= size or size == 1.0)
    width = number_width(bars.volume / divisor, 1) + len(unit)
    shown = fmt.price(float(bars.volume[row]) / divisor, 1) + unit
    times = f"{relative:.2f}x" if math.isfinite(relative) else fmt.UNKNOWN
    event = relative >= EVENT_VOLUME
    return [
        Field([("V ", "muted"), (f"{shown:>{width}}", "text")], 1),
        Field([(f"{times:>7}{'!' if event else ' '}", "spike" if event else "text")], 4),
    ]


def fitted(fields: Sequence[Field], width: int, gap: str) -> list[Word]:
    """The fields side by side; those that can be spared most are left out while there is no room for all."""
    kept = list(fields)
    while _width(kept, gap) > width and any(field.spare for field in kept):
        kept.remove(max(kept, key=lambda field: field.spare))
    words: list[Word] = [(INDENT, "text")]
    for field in kept:
        words += [*field.words, (gap, "text")]
    return words


def _width(fields: Sequence[Field], gap: str) -> int:
    return sum(len(text) for field in fields for text, _ in field.words) + len(gap) * (len(fields) - 1)


def packed(reads: Sequence[Read], width: int, most: int, *, letters: bool) -> list[list[Read]]:
    """What has a name, on as many rows as it needs, at most `most`; what is left over has no row."""
    rows: list[list[Read]] = []
    room = 0
    for one in reads:
        needs = sum(len(text) for text, _ in _item(one, 0, letters=letters))
        if one.curve.name and needs > room:
            if len(rows) == most:
                break
            rows.append([])
            room = width - len(INDENT) - (MORE if len(rows) == most else 0)
        if one.curve.name:
            rows[-1].append(one)
            room -= needs
    return rows


def overlay_words(reads: Sequence[Read], row: int, *, letters: bool) -> list[Word]:
    """Names in their inks with the values on a session; their letters where colours can't be seen."""
    return [(INDENT, "text"), *(word for one in reads for word in _item(one, row, letters=letters))]


def _item(one: Read, row: int, *, letters: bool) -> list[Word]:
    curve = one.curve
    letter = f" {curve.letter}" if curve.letter and letters else ""
    return [(f"{curve.name}{letter} ", _legible(curve.ink)), (f"{one.value(row)}{one.arrow} ", "text")]


def pane_words(title: Title, row: int) -> list[Word]:
    """A pane's title: its name and its curves' values on the session, or why there is nothing to see."""
    words: list[Word] = [(f"{INDENT}{title.pane.name}", "muted"), (f"  {title.words}" * bool(title.words), "muted")]
    for one in title.reads:
        name = f"  {one.curve.name}" * bool(one.curve.name)
        words += [(name, _legible(one.curve.ink)), (f"  {one.value(row)}{title.pane.unit}", "text")]
    return words


def _legible(ink: str) -> str:
    """An ink for words: bars and the quietest lines are too dark for them."""
    return "muted" if ink in {"volume", "faint"} else ink
