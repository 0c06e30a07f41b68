"""A sparkline: the newest values of a series as a line of braille dots in one row, from the lowest to the highest."""

from __future__ import annotations

from ...core.bars import Floats
from ..charts.axis import value_range
from ..charts.trace import line_spans

DOTS = ((1, 2, 4, 64), (8, 16, 32, 128))
"""The bits of a braille cell's left and right column, from above."""
PLAIN = '"^-._'
"""The same in ascii, by the height of the characters, from above."""


def spark(values: Floats, width: int, *, ascii_only: bool = False) -> str:
    """`values` (t,), oldest first, drawn over exactly `width` cells; blank where they are NaN, and without any.

    With fewer values than dots they are joined by straight lines; equal ones are a level line.
    """
    scale = value_range([values])
    if scale is None or width < 1:
        return " " * max(width, 0)
    spans = zip(*(part.tolist() for part in line_spans(values, scale, width, 1)), strict=True)
    bits = [sum(DOTS[at % 2][top : bottom + 1]) for at, (top, bottom) in enumerate(spans)]
    return "".join(_cell(*halves, ascii_only=ascii_only) for halves in zip(bits[::2], bits[1::2], strict=True))


def _cell(left: int, right: int, *, ascii_only: bool) -> str:
    """A cell's two columns of dots as a character; in ascii that of the highest dot."""
    if not left | right:
        return " "
    if not ascii_only:
        return chr(0x2800 + left + right)
    return next(mark for mark, one, other in zip(PLAIN, *DOTS, strict=True) if left & one or right & other)
