"""The rotation map: where each ticker stands in two measures around zero, with the way it came as dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Required, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from ...core import format as fmt
from ..palette import Palette
from .axis import Floats, Scale, Ticks, round_ticks
from .raster import BLANK, Canvas, Codes, Glyphs, Ints

_AXIS_WIDTH = 6
_COLUMNS_A_ROW = 3  # a label across takes about three times the room of one down
_GRID_STEP, _LINE_STEP = 4, 2
_SIDE = 0.05
_JOINED = 48  # points of a step: a line where it is short, dots where it is long
_DIGITS = 9
_BRAILLE = 0x2800
_BITS = np.array([[1, 8], [2, 16], [4, 32], [64, 128]], dtype=np.uint32)
_CORNERS = (("IMPROVING", "LEADING"), ("LAGGING", "WEAKENING"))


class Trail(NamedTuple):
    """A ticker's way over the map, oldest first; the last point is where it stands. NaN where it is not known."""

    label: str
    xs: Floats
    ys: Floats


class _Plot(NamedTuple):
    """The plot's cells: its size, and how many rows lie above it; names and ticks are outside."""

    columns: int
    rows: int
    top: int
    ticks: bool


class _Marks(NamedTuple):
    """The glyphs: a head, the chosen head, the line across, the line down, a grid dot."""

    head: str
    chosen: str
    across: str
    down: str
    grid: str


_GLYPHS = {"braille": _Marks("●", "◆", "╌", "┊", "·"), "ascii": _Marks("o", "@", "-", ":", ".")}


class Options(TypedDict, total=False):
    """What the map can be given: `size` is (width, height) in cells, `axes` the names of the way across and up."""

    size: Required[tuple[int, int]]
    palette: Required[Palette]
    glyphs: Glyphs
    axes: tuple[str, str]


def rotation_chart(trails: Sequence[Trail], *, chosen: str = "", **options: Unpack[Options]) -> list[Strip]:
    """Draw a map of exactly the size asked for: heads with labels that don't overlap, tails, the four quarters.

    Zero is in the middle both ways; the ticks are in the units of the numbers given. The tail of the `chosen` label is
    numbered, 1 the last point before the head. What has no room is left out: first labels, then the quarters' names,
    then the ticks. A trail whose last point is not known is left out. ValueError below 1x1.
    """
    plot, glyphs = _fit(options["size"]), options.get("glyphs", "braille")
    canvas = Canvas(*options["size"], options["palette"], glyphs)
    known = [t for t in trails if np.isfinite(t.xs[-1]) and np.isfinite(t.ys[-1])]
    across, up = (_reach([getattr(t, name) for t in known]) for name in ("xs", "ys"))
    marks = _GLYPHS[glyphs]
    _draw_ground(canvas, plot, marks, (across, up), known=bool(known))
    if plot.top:
        _draw_names(canvas, plot, options.get("axes", ("", "")))
    _draw_tails(canvas, plot, (across, up), known, chosen)
    first = sorted(known, key=lambda t: (t.label != chosen, -_far(t, across, up), t.label))
    _draw_heads(canvas, plot, marks, [(t.label, *_cell(t, plot, across, up)) for t in first], chosen)
    return canvas.strips()


def _fit(size: tuple[int, int]) -> _Plot:
    width, height = size
    if width < 1 or height < 1:
        raise ValueError(f"a chart needs at least 1x1 cells, got {width}x{height}")
    ticks = height >= 6 and width >= 4 * _AXIS_WIDTH
    names = height >= 9 and width >= 5 * _AXIS_WIDTH
    return _Plot(width - _AXIS_WIDTH * ticks, height - ticks - 2 * names, int(names), ticks)


def _reach(arrays: Sequence[Floats]) -> Scale:
    """As far to one side of zero as to the other, so that all finite values are within; +-1 without any."""
    far = max((float(np.nanmax(np.abs(a))) for a in arrays), default=0.0) * (1 + _SIDE)
    return Scale(-far, far) if far > 0 else Scale(-1.0, 1.0)


def _far(trail: Trail, across: Scale, up: Scale) -> float:
    return float(np.hypot(trail.xs[-1] / across.high, trail.ys[-1] / up.high))


def _dots(xs: Floats, ys: Floats, plot: _Plot, across: Scale, up: Scale) -> tuple[Ints, Ints]:
    """The points that are known as dot columns and dot rows of the plot."""
    known = np.isfinite(xs) & np.isfinite(ys)
    # The scale is as long to the left as to the right: a column is the row of the opposite value.
    columns, rows = across.rows(-xs[known], 2 * plot.columns), up.rows(ys[known], 4 * plot.rows)
    return columns.astype(np.int64), rows.astype(np.int64)


def _cell(trail: Trail, plot: _Plot, across: Scale, up: Scale) -> tuple[int, int]:
    columns, rows = _dots(trail.xs[-1:], trail.ys[-1:], plot, across, up)
    return int(columns[0]) // 2, int(rows[0]) // 4


def _draw_ground(canvas: Canvas, plot: _Plot, marks: _Marks, scales: tuple[Scale, Scale], *, known: bool) -> None:
    """The grid, the two lines through zero and, where something is known, the ticks."""
    across, up = scales
    ground = np.full((plot.rows, plot.columns), BLANK, dtype=np.uint32)
    ticks = round_ticks(up, plot.rows)
    if known and plot.ticks:
        ground[[up.row(v, plot.rows) for v in ticks.values], ::_GRID_STEP] = ord(marks.grid)
        _draw_ticks(canvas, plot, ticks, scales)
    canvas.stamp(ground, "faint", y=plot.top)
    lines = np.full((plot.rows, plot.columns), BLANK, dtype=np.uint32)
    lines[up.row(0.0, plot.rows), ::_LINE_STEP] = ord(marks.across)
    lines[:, _column(0.0, across, plot.columns)] = ord(marks.down)
    canvas.stamp(lines, "faint", y=plot.top)


def _draw_names(canvas: Canvas, plot: _Plot, axes: tuple[str, str]) -> None:
    """The quarters in their corners, and between them, where there is room, the way up above and across below."""
    across, up = axes
    for row, (left, right), name in zip((0, plot.top + plot.rows), _CORNERS, (up, across), strict=True):
        canvas.text(0, row, left, "muted")
        canvas.text(plot.columns - len(right), row, right, "muted")
        start = (plot.columns - len(name)) // 2
        if len(left) < start - 1 and start + len(name) < plot.columns - len(right) - 1:
            canvas.text(start, row, name, "muted")


def _column(value: float, across: Scale, columns: int) -> int:
    return int(across.rows(np.array([-value]), 2 * columns)[0]) // 2


def _draw_ticks(canvas: Canvas, plot: _Plot, ticks: Ticks, scales: tuple[Scale, Scale]) -> None:
    across, up = scales
    for value in ticks.values:
        canvas.text(plot.columns + 1, plot.top + up.row(value, plot.rows), _written(value, ticks.decimals), "muted")
    below, free = round_ticks(across, plot.columns // _COLUMNS_A_ROW), 0
    for value in below.values:
        text = _written(value, below.decimals)
        start = max(_column(value, across, plot.columns) - len(text) // 2, 0)
        if free <= start <= plot.columns - len(text):
            canvas.text(start, canvas.height - 1, text, "muted")
            free = start + len(text) + 1


def _written(value: float, decimals: int) -> str:
    """A tick with its sign, zero without one."""
    return fmt.signed(value, decimals) if abs(value) > 1e-12 else "0"


def _draw_tails(canvas: Canvas, plot: _Plot, scales: tuple[Scale, Scale], known: Sequence[Trail], chosen: str) -> None:
    """Each point as a dot, the last step as a line; the chosen one's points numbered backwards."""
    steps, points = (np.zeros((plot.rows, plot.columns), dtype=np.uint32) for _ in range(2))
    for trail in known:
        _set(points, *_dots(trail.xs, trail.ys, plot, *scales))
        _set(steps, *_dots(_joined(trail.xs[-2:]), _joined(trail.ys[-2:]), plot, *scales))
    _stamp(canvas, plot, steps, "faint")
    _stamp(canvas, plot, points, "muted")
    for trail in (t for t in known if t.label == chosen):
        for back in range(min(len(trail.xs) - 1, _DIGITS), 0, -1):
            columns, rows = _dots(trail.xs[-1 - back : -back], trail.ys[-1 - back : -back], plot, *scales)
            for x, y in zip(columns.tolist(), rows.tolist(), strict=True):
                canvas.text(x // 2, plot.top + y // 4, str(back), "a")


def _joined(values: Floats) -> Floats:
    """The way from the first to the last of two values; NaN beside a NaN."""
    return np.linspace(values[0], values[-1], _JOINED)


def _set(bits: Codes, columns: Ints, rows: Ints) -> None:
    np.bitwise_or.at(bits, (rows // 4, columns // 2), _BITS[rows % 4, columns % 2])


def _stamp(canvas: Canvas, plot: _Plot, bits: Codes, ink: str) -> None:
    glyphs = np.full_like(bits, ord(",")) if canvas.ascii else bits + np.uint32(_BRAILLE)
    canvas.stamp(np.where(bits > 0, glyphs, BLANK).astype(np.uint32), ink, y=plot.top)


def _draw_heads(canvas: Canvas, plot: _Plot, marks: _Marks, heads: Sequence[tuple[str, int, int]], chosen: str) -> None:
    """The heads, and beside them, the chosen one's first, the labels that there is room for."""
    taken = np.zeros((plot.rows, plot.columns), dtype=bool)
    for label, x, y in reversed(heads):
        own = label == chosen
        canvas.text(x, plot.top + y, marks.chosen if own else marks.head, "a" if own else "text")
        taken[y, x] = True
    for label, x, y in heads:
        spot = next((at for at in _spots(len(label), x, y) if _free(taken, at, len(label), (x, y))), None)
        if spot is not None:
            canvas.text(spot[0], plot.top + spot[1], label, "a" if label == chosen else "text", tag=label == chosen)
            taken[spot[1], spot[0] : spot[0] + len(label)] = True


def _spots(length: int, x: int, y: int) -> list[tuple[int, int]]:
    """Where a label may begin, the best first: beside its head, then above and below it."""
    right, left, middle = x + 1, x - length, x - length // 2
    return [(right, y), (left, y), *((at, y + step) for step in (-1, 1) for at in (right, left, middle))]


def _free(taken: NDArray[np.bool_], spot: tuple[int, int], length: int, head: tuple[int, int]) -> bool:
    """Whether a label fits into the plot there, a blank cell away from all that is taken but its own head."""
    (x, y), (rows, columns) = spot, taken.shape
    if not (0 <= y < rows and 0 <= x <= columns - length):
        return False
    own = head[1] == y and x - 1 <= head[0] <= x + length
    return int(taken[y, max(x - 1, 0) : x + length + 1].sum()) == own
