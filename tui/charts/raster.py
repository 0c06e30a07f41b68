"""The canvas: braille dots and block glyphs with one ink a cell, turned into strips by runs of equal ink."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ..palette import Palette

Ints = NDArray[np.int64]
Codes = NDArray[np.uint32]
Glyphs = Literal["braille", "ascii"]

BLANK = 0x20
FULL = 0x2588
_BRAILLE = 0x2800
# The ink of a blank cell is code 0 (faint), so that grid dots and the blanks between them are one run.
_INKS = ("faint", *(f.name for f in fields(Palette) if f.name != "faint"))
_CODE = {name: code for code, name in enumerate(_INKS)}
_TAG, _UNDER = 32, 64
_DOTS = ((1, 2, 4, 64), (8, 16, 32, 128))


def _span_bits(side: int) -> NDArray[np.uint8]:
    """The bits of dot rows `start..stop-1` of one half of a cell, at start * 5 + stop."""
    bits = [sum(_DOTS[side][start:stop]) for start in range(5) for stop in range(5)]
    return np.array(bits, dtype=np.uint8)


_LEFT, _RIGHT = _span_bits(0), _span_bits(1)


class Canvas:
    """A `width` x `height` grid of cells, painted in order: later ink wins a cell, dots of lines that share it merge.

    Inks are names of Palette fields. Drawing outside the canvas is cut off, never an error.
    """

    def __init__(self, width: int, height: int, palette: Palette, glyphs: Glyphs = "braille") -> None:
        self.width, self.height, self.palette = width, height, palette
        self.ascii = glyphs == "ascii"
        self._dots = np.zeros((height, width), dtype=np.uint8)
        self._glyph: Codes = np.full((height, width), BLANK, dtype=np.uint32)
        self._ink = np.zeros((height, width), dtype=np.uint8)
        self._under = np.zeros((height, width), dtype=np.uint8)

    def spans(self, top: Ints, bottom: Ints, ink: str, *, rows: int | None = None, mark: str = "*") -> None:
        """Fill, in each dot column, the dot rows `top..bottom` (from above, both included); nothing where top > bottom.

        Both have two entries a cell column; what lies outside the first `rows` cell rows is cut off. `mark` is the
        line's character in ascii.
        """
        bits = _pack(top, bottom, self.height if rows is None else rows)[: self.height, : self.width]
        area = np.s_[: bits.shape[0], : bits.shape[1]]
        hit = bits > 0
        self._ink[area][hit] = _CODE[ink]
        if self.ascii:
            self._glyph[area][hit] = ord(mark)
        else:
            self._dots[area] |= bits

    def stamp(self, glyphs: Codes, ink: str, *, x: int = 0, y: int = 0) -> None:
        """Write code points, shape (rows, columns), with the corner at `x`, `y`; blanks leave what is there."""
        block = glyphs[: max(self.height - y, 0), : max(self.width - x, 0)]
        area = np.s_[y : y + block.shape[0], x : x + block.shape[1]]
        hit = block != BLANK
        self._glyph[area][hit] = block[hit]
        self._ink[area][hit] = _CODE[ink]
        self._dots[area][hit] = 0

    def bars(self, eighths: Ints, ink: str, *, rows: int, mark: str = "#", ground: bool = False) -> None:
        """Bars, one a cell column, in eighths of a cell, standing on the lower edge of cell row `rows - 1`.

        With `ground` a line that later runs through a full cell keeps the bar's colour behind it.
        """
        tall = min(int(-(-eighths.max(initial=0) // 8)), rows)
        level = np.clip(eighths - 8 * np.arange(tall - 1, -1, -1)[:, None], 0, 8).astype(np.uint32)
        block = np.where(level > 0, ord(mark) if self.ascii else FULL - 8 + level, BLANK).astype(np.uint32)
        self.stamp(block, ink, y=rows - tall)
        if ground and not self.ascii:
            self._under[rows - tall : rows, : level.shape[1]][level[:, : self.width] == 8] = _CODE[ink]

    def text(self, x: int, y: int, string: str, ink: str, *, tag: bool = False) -> None:
        """Write `string` at `x`, `y`, spaces included; `tag` turns the ink inside out. All characters one cell wide."""
        if not 0 <= y < self.height:
            return
        shown = string[max(-x, 0) : max(self.width - x, 0)]
        area = np.s_[y, max(x, 0) : max(x, 0) + len(shown)]
        self._glyph[area] = [ord(c) for c in shown]
        self._ink[area] = _CODE[ink] + (_TAG if tag else 0)
        self._dots[area] = 0
        self._under[area] = 0

    def strips(self) -> list[Strip]:
        """The picture as `height` strips of `width` cells, neighbours of equal style in one segment."""
        flat = self._runs()
        change = np.empty(flat.size, dtype=bool)
        change[1:] = flat[1:] != flat[:-1]
        change[:: self.width] = True
        starts = np.flatnonzero(change)
        firsts = np.searchsorted(starts, np.arange(0, flat.size + 1, self.width)).tolist()
        segments = self._segments(starts.tolist(), flat[starts].tolist())
        return [Strip(segments[a:b], self.width) for a, b in pairwise(firsts)]

    def plain(self) -> str:
        """The picture without colour, one line a row, blanks at the right kept."""
        text = self._characters()
        return "\n".join(text[at : at + self.width] for at in range(0, len(text), self.width))

    def _segments(self, starts: list[int], codes: list[int]) -> list[Segment]:
        text = self._characters()
        styles = {code: self._style(code) for code in set(codes)}
        ends = [*starts[1:], len(text)]
        return [Segment(text[a:b], styles[code]) for a, b, code in zip(starts, ends, codes, strict=True)]

    def _characters(self) -> str:
        codes = np.where(self._dots > 0, self._dots + np.uint32(_BRAILLE), self._glyph)
        return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")

    def _runs(self) -> NDArray[np.uint16]:
        """Style codes of all cells; a blank takes the ink to its left, since only its background shows."""
        codes = self._ink.astype(np.uint16)
        if self._under.any():
            solid = (self._glyph == FULL) & (self._dots == 0)
            codes += np.where(solid, 0, self._under) * np.uint16(_UNDER)
        blank = (self._glyph == BLANK) & (self._dots == 0) & (codes == 0)
        index = np.arange(codes.size).reshape(codes.shape)
        inked = np.maximum.accumulate(np.where(blank, index[:, :1], index).ravel())
        carried = codes.ravel()[inked]
        carried[blank.ravel() & (carried >= _TAG)] = 0
        return carried

    def _style(self, code: int) -> Style:
        under, ink = divmod(code, _UNDER)
        style: Style = getattr(self.palette, _INKS[ink % _TAG])
        if ink >= _TAG:
            return self.palette.tag(style)
        ground: Style = getattr(self.palette, _INKS[under])
        return self.palette.on(style, ground.color) if under and ground.color else style


def _pack(top: Ints, bottom: Ints, rows: int) -> NDArray[np.uint8]:
    """Spans in dot rows as braille bits a cell, shape (rows, len(top) // 2)."""
    above = 4 * np.arange(rows, dtype=np.int16)[:, None]
    start = np.minimum(np.maximum(top.astype(np.int16) - above, 0), 4)
    stop = np.minimum(np.maximum(bottom.astype(np.int16) - above, -1), 3)
    key = start * 5 + stop + 1
    bits: NDArray[np.uint8] = _LEFT[key[:, ::2]] | _RIGHT[key[:, 1::2]]
    return bits


def plain(strips: list[Strip]) -> str:
    """Strips as text, one line a strip, blanks at the right kept."""
    return "\n".join(strip.text for strip in strips)
