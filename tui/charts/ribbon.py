"""The regime as a coloured ribbon of one row, with a letter a run where colour can't be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...core.regime import runs
from .frame import Frame
from .raster import BLANK, Canvas, Ints


class Ribbon(NamedTuple):
    """One code a session (-1 = unknown: blank), the ink of each code, and its letters for screens without colour.

    `events`: the sessions, by their place, at which `sign` stands on it.
    """

    codes: Ints
    inks: Sequence[str]
    letters: Sequence[str]
    events: Sequence[int] = ()
    sign: str = ""


def draw_ribbon(canvas: Canvas, frame: Frame, ribbon: Ribbon, row: int, *, letters: bool = False) -> None:
    """Draw the ribbon into a row of the canvas, each column the code of its last session.

    With `letters`, or in ascii, each run begins with its code's letters if it is at least that wide.
    """
    codes = ribbon.codes[frame.nearest()]
    glyph = ord("=") if canvas.ascii else ord("▄")
    # Not np.unique, which would import numpy's masked arrays: 15 ms of every start.
    for code in sorted({*codes[codes >= 0].tolist()}):
        canvas.stamp(np.where(codes == code, glyph, BLANK).astype(np.uint32)[None], ribbon.inks[code], y=row)
    if letters or canvas.ascii:
        _write_letters(canvas, codes, ribbon, row)
    for event in ribbon.events:
        canvas.text(frame.column_of(event), row, ribbon.sign, "text")


def _write_letters(canvas: Canvas, codes: Ints, ribbon: Ribbon, row: int) -> None:
    for start, end in runs(codes):
        code = int(codes[start])
        if code >= 0 and end - start >= len(ribbon.letters[code]):
            canvas.text(start, row, ribbon.letters[code], ribbon.inks[code])
