"""The cells of a frame as strokes of one style each, a row's in the order that takes the fewer bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from .sgr import RESET, UNLINK, Codes, change, needed

NOWHERE = -1


class Run(NamedTuple):
    """Cells beside each other that are to be sent, and whether the cursor is where it should be after them."""

    x: int
    y: int
    texts: list[str]
    styles: list[Codes]
    sure: bool


class Stroke(NamedTuple):
    """Text of one style, the column that it begins in, and the one after it: NOWHERE where terminals may disagree."""

    x: int
    text: str
    style: Codes
    end: int


class Drawn(NamedTuple):
    """The sequence of a row, and the style that the terminal has after it."""

    text: str
    style: Codes | None


def written(runs: Iterable[Run]) -> str:
    """The sequence that draws runs, which go by rows, and leaves the terminal its own style."""
    parts: list[str] = []
    now: Codes | None = None
    for y, row in groupby(runs, key=attrgetter("y")):
        strokes = _strokes(row, now)
        drawn = _drawn(strokes, y, now)
        if len({stroke.style for stroke in strokes}) < len(strokes) and all(one.end >= 0 for one in strokes):
            drawn = min(drawn, _drawn(_by_style(strokes, now), y, now), key=_size)
        parts.append(drawn.text)
        now = drawn.style
    return "".join([*parts, UNLINK if now and now.link else "", RESET])


def _size(drawn: Drawn) -> int:
    return len(drawn.text)


def _strokes(row: Iterable[Run], now: Codes | None) -> list[Stroke]:
    """A row's strokes from left to right; a blank goes with what is before it where its ground is the same."""
    strokes: list[Stroke] = []
    for x, _, texts, styles, sure in row:
        begin = 0
        for at, (text, style) in enumerate(zip(texts, styles, strict=True)):
            if style is not now and style != now and (wanted := needed(now, style, text)) != now:
                if at > begin:
                    assert now is not None
                    strokes.append(Stroke(x + begin, "".join(texts[begin:at]), now, x + at))
                begin, now = at, wanted
        assert now is not None
        end = x + len(texts) if sure else NOWHERE
        strokes.append(Stroke(x + begin, "".join(texts[begin:]), now, end))
    return strokes


def _by_style(strokes: Sequence[Stroke], now: Codes | None) -> list[Stroke]:
    """One style after the other, the one that the terminal has already first."""
    styles = dict.fromkeys([*([now] if now else []), *(stroke.style for stroke in strokes)])
    order = {style: at for at, style in enumerate(styles)}
    return sorted(strokes, key=lambda stroke: order[stroke.style])


def _drawn(strokes: Iterable[Stroke], y: int, now: Codes | None) -> Drawn:
    """The sequence of a row's strokes in this order; of a move only what is needed.

    Back it goes by the whole place: where the cursor is after the last column isn't the same on every terminal.
    """
    parts: list[str] = []
    column = NOWHERE
    for x, text, style, end in strokes:
        if column < 0 or x < column:
            parts.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x - column > 1:
            parts.append(f"\x1b[{x - column}C")
        elif x > column:
            parts.append("\x1b[C")
        if style is not now and style != now:
            parts.append(change(now, style))
            now = style
        parts.append(text)
        column = end
    return Drawn("".join(parts), now)
