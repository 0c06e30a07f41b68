"""A plan's chart: a title, a legend with each line's last value, and the lines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from textual.strip import Strip

from ...core import format as fmt
from ...core.bars import Floats
from ...core.framework.curve import Curve
from ..charts.compose import Options
from ..charts.line import Line as Drawn
from ..charts.line import line_chart
from ..palette import Palette
from ..rows import Word, column, row
from .plan_blocks import flowed, kept_whole

INKS = ("a", "b", "fast", "slow")
LEVELS = {"stop": "risk_off", "target": "risk_on"}
"""The levels of a trade, which stand beside a price: what is bad and what is good to reach."""
LEAST_ROWS = 3
MANY_DOLLARS = 1000.0


class Look(NamedTuple):
    """How strips are drawn: their inks, and what the screen is without."""

    palette: Palette
    ascii_only: bool = False
    colourless: bool = False


def plan_chart(curve: Curve, width: int, height: int, look: Look) -> list[Strip]:
    """Exactly `height` strips of `width` cells; the words alone where no row is left for the lines."""
    letters = _letters([name for name, _ in curve.lines])
    title = kept_whole([(curve.title, "text"), *_legend(curve, letters, look)], width)
    said = [*title, *(flowed([(curve.words, "muted")], width) if curve.words else [])]
    if len(said) + LEAST_ROWS > height:
        said = title
    rows = [row(width, look.palette, *line) for line in said]
    room = height - len(rows)
    chart = _lines(curve, letters, (width, room), look) if room >= LEAST_ROWS else []
    return column([*rows, *chart], width, height, look.palette)


def shown(value: float, unit: str) -> str:
    """A value of a curve with its unit; `--` when it isn't known."""
    if unit == "$" and abs(value) < MANY_DOLLARS:
        return f"${fmt.price(value)}"
    return fmt.dollars(value) if unit == "$" else fmt.share(value, 1) if unit == "%" else fmt.price(value)


def _legend(curve: Curve, letters: list[str], look: Look) -> list[Word]:
    """Each line's name and last value; before it the letter that stands for its colour where there are none."""
    words: list[Word] = []
    for place, (name, values) in enumerate(curve.lines):
        letter = f"{letters[place]}=" if letters[place] and _lettered(look) else ""
        words.append((f"   {letter}{name} {shown(_last(values), curve.unit)}", _ink(name, place)))
    return words


def _lines(curve: Curve, letters: list[str], size: tuple[int, int], look: Look) -> list[Strip]:
    scale = 100.0 if curve.unit == "%" else 1.0
    drawn = [
        Drawn(values * scale, _ink(name, place), letters[place]) for place, (name, values) in enumerate(curve.lines)
    ]
    large = curve.unit == "$" and any(abs(_last(values)) >= MANY_DOLLARS for _, values in curve.lines)
    options: Options = {
        "size": size,
        "palette": look.palette,
        "decimals": 0 if large else 1 if curve.unit == "%" else 2,
        "glyphs": "ascii" if look.ascii_only else "braille",
        "letters": _lettered(look),
    }
    return line_chart(curve.days, drawn, **options)


def _ink(name: str, place: int) -> str:
    """A level's own; else that of the line's place, the first never a level."""
    return LEVELS.get(name, INKS[place % len(INKS)]) if place else INKS[0]


def _lettered(look: Look) -> bool:
    return look.ascii_only or look.colourless


def _letters(names: list[str]) -> list[str]:
    """A letter for each line but the first, which has the tag: the first of its name that no other has."""
    taken: list[str] = [""]
    for name in names[1:]:
        free = [letter for letter in (*filter(str.isalnum, name), *"123456789") if letter not in taken]
        taken.append(free[0])
    return taken


def _last(values: Floats) -> float:
    known = np.flatnonzero(np.isfinite(values))
    return float(values[known[-1]]) if known.size else float("nan")
