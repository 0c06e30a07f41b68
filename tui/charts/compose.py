"""What all charts share: frame, range, grid, volume, layers, axis, tag, ribbon and dates, in painter's order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Required, TypedDict

import numpy as np
from textual.strip import Strip

from ..palette import Palette
from .axis import Floats, Scale, aligned, number, round_ticks, value_range
from .dates import Days, date_labels
from .frame import AXIS_WIDTH, Frame
from .logs import log, log_ticks
from .raster import BLANK, Canvas, Glyphs
from .ribbon import Ribbon, draw_ribbon
from .times import time_labels
from .volume import Volume, draw_volume, volume_rows

Layer = Callable[[Canvas, Frame, Scale], None]

_GRID_STEP, _LEVEL_STEP = 4, 2
_LONGEST = 11


class Options(TypedDict, total=False):
    """What every chart can be given; `size` is (width, height) in cells.

    `decimals`: of the tag. `tag`: its value, where that is newer than the main line's last one. `axis_width`: to
    align charts (default: what the labels need, at least frame.AXIS_WIDTH). `bounds`: the values at the lower and
    upper edge (default: all data). `volume`: bars behind the plot. `ribbon`: a row under it. `level`: a value to
    measure from, as a dotted line. `log`: a logarithmic axis, on which what is not above 0 has no place. `dates`: False
    leaves the date row out. `glyphs`: "ascii" for screens without
    braille. `letters`: say with letters what colour says.
    """

    size: Required[tuple[int, int]]
    palette: Required[Palette]
    decimals: int
    tag: float
    axis_width: int
    bounds: tuple[float, float]
    volume: Volume | None
    ribbon: Ribbon | None
    level: float
    log: bool
    dates: bool
    glyphs: Glyphs
    letters: bool


class Mark(NamedTuple):
    """A line's last value on the axis (NaN = it has none), and the letter that stands for its colour."""

    value: float
    ink: str
    letter: str = ""


class Plot(NamedTuple):
    """The layers in painter's order, the arrays that the range has to hold, and the last values, the tag's first.

    On a logarithmic axis all of them are powers of ten already.
    """

    layers: Sequence[Layer]
    data: Sequence[Floats]
    marks: Sequence[Mark]


def compose(sessions: Days, plot: Plot, options: Options) -> list[Strip]:
    """Draw a chart of exactly the size asked for.

    `sessions` are days, datetime64[D], or the minutes of a few sessions on New York clocks, datetime64[m]. Values are
    finite or NaN; with nothing but NaN the plot is empty. ValueError if an array isn't as long as
    `sessions`, the size is below 1x1 or the bounds aren't low < high.
    """
    _check(sessions, plot.data, options)
    marks = _tagged(plot.marks, options)
    frame, scale, labels = _layout(sessions, plot.data, marks, options)
    canvas = Canvas(frame.width, frame.height, options["palette"], options.get("glyphs", "braille"))
    if scale is not None and len(sessions):
        _plot(canvas, frame, scale, plot.layers, marks, labels=labels, options=options)
    if len(sessions):
        _below(canvas, frame, sessions, options)
    return canvas.strips()


def layout(sessions: Days, plot: Plot, options: Options) -> tuple[Frame, Scale | None]:
    """Where `compose` would draw it: its cells, and the values at its edges; None with nothing but NaN."""
    _check(sessions, plot.data, options)
    return _layout(sessions, plot.data, _tagged(plot.marks, options), options)[:2]


def _tagged(marks: Sequence[Mark], options: Options) -> Sequence[Mark]:
    if not marks or "tag" not in options:
        return marks
    return [marks[0]._replace(value=_placed(options["tag"], options)), *marks[1:]]


def _placed(value: float, options: Options) -> float:
    """A value where the axis has it."""
    return log(value) if options.get("log") else value


def _check(sessions: Days, data: Sequence[Floats], options: Options) -> None:
    volume, ribbon = options.get("volume"), options.get("ribbon")
    lengths = [len(a) for a in data] + ([len(volume.values), len(volume.spikes)] if volume else [])
    lengths += [len(ribbon.codes)] if ribbon else []
    if any(length != len(sessions) for length in lengths):
        raise ValueError(f"all arrays need one value a session: {len(sessions)} sessions, arrays of {lengths}")
    if (bounds := options.get("bounds")) and not bounds[0] < bounds[1]:
        raise ValueError(f"bounds must be low < high, got {bounds}")


def _layout(
    sessions: Days, data: Sequence[Floats], marks: Sequence[Mark], options: Options
) -> tuple[Frame, Scale | None, _Labels]:
    def fit(axis_width: int) -> Frame:
        ribbon, dates = options.get("ribbon") is not None, options.get("dates", True)
        return Frame.fit(options["size"], len(sessions), axis_width=axis_width, ribbon=ribbon, dates=dates)

    frame = fit(options.get("axis_width", AXIS_WIDTH))
    below = volume_rows(frame.rows) / frame.rows if options.get("volume") else 0.0
    bounds = options.get("bounds")
    level = np.array([_placed(options.get("level", math.nan), options)])
    scale = Scale(*(_placed(v, options) for v in bounds)) if bounds else value_range([*data, level], below=below)
    if scale is None:
        return frame, scale, _Labels([], [], 0)
    # Letters stand between plot and labels: one that touched a number would read as its first digit.
    gap = 2 if _lettered(options) else 1
    labels = _labels(frame, scale, marks, options, room=_LONGEST)
    needed = gap + max(len(text) for _, text in [*labels.ticks, *labels.tag, (0, "")])
    if needed > frame.axis_width and "axis_width" not in options:
        wider = fit(needed)
        frame = wider if wider.axis_width else frame
    if needed > frame.axis_width > 0:
        labels = _labels(frame, scale, marks, options, room=max(frame.axis_width - gap, 0))
    return frame, scale, labels._replace(column=frame.columns + gap)


def _plot(
    canvas: Canvas,
    frame: Frame,
    scale: Scale,
    layers: Sequence[Layer],
    marks: Sequence[Mark],
    *,
    labels: _Labels,
    options: Options,
) -> None:
    letters = _lettered(options)
    if frame.grid:
        _draw_grid(canvas, frame, labels)
    if volume := options.get("volume"):
        draw_volume(canvas, frame, volume, letters=letters)
    if math.isfinite(level := _placed(options.get("level", math.nan), options)):
        _draw_level(canvas, frame, scale.row(level, frame.rows))
    for layer in layers:
        layer(canvas, frame, scale)
    if frame.axis_width:
        _draw_axis(canvas, labels, marks)
        if letters:
            _draw_letters(canvas, frame, scale, marks)


def _lettered(options: Options) -> bool:
    return options.get("letters", False) or options.get("glyphs") == "ascii"


class _Labels(NamedTuple):
    """The axis: row and text of each tick, and of the tag (one or none), and the column that they begin at."""

    ticks: list[tuple[int, str]]
    tag: list[tuple[int, str]]
    column: int


def _labels(frame: Frame, scale: Scale, marks: Sequence[Mark], options: Options, *, room: int) -> _Labels:
    logarithmic, decimals = options.get("log", False), options.get("decimals", 2)
    ticks = (log_ticks if logarithmic else round_ticks)(scale, frame.rows)
    last = [mark.value for mark in marks[:1] if not math.isnan(mark.value)]
    wanted = [*((v, ticks.decimals) for v in ticks.values), *((v, decimals) for v in last)]
    texts = [number(10.0**v if logarithmic else v, places, room) for v, places in wanted]
    rows = [scale.row(v, frame.rows) for v in (*ticks.values, *last)]
    labels = list(zip(rows, aligned(texts, room), strict=True))
    return _Labels(labels[: len(ticks.values)], labels[len(ticks.values) :], frame.columns + 1)


def _draw_grid(canvas: Canvas, frame: Frame, labels: _Labels) -> None:
    dots = np.full((frame.rows, frame.columns), BLANK, dtype=np.uint32)
    for row, _ in labels.ticks:
        dots[row, ::_GRID_STEP] = ord("." if canvas.ascii else "·")
    canvas.stamp(dots, "faint")


def _draw_level(canvas: Canvas, frame: Frame, row: int) -> None:
    """Dots twice as close as the grid's, in an ink that is seen beside them."""
    dots = np.full((1, frame.columns), BLANK, dtype=np.uint32)
    dots[0, ::_LEVEL_STEP] = ord("-" if canvas.ascii else "╌")
    canvas.stamp(dots, "muted", y=row)


def _draw_axis(canvas: Canvas, labels: _Labels, marks: Sequence[Mark]) -> None:
    """The labels right of the plot; a tick in the tag's row gives way to it."""
    taken = [row for row, _ in labels.tag]
    for row, text in labels.ticks:
        if row not in taken:
            canvas.text(labels.column, row, text, "muted")
    for row, text in labels.tag:
        canvas.text(labels.column, row, text, marks[0].ink, tag=True)


def _draw_letters(canvas: Canvas, frame: Frame, scale: Scale, marks: Sequence[Mark]) -> None:
    """In the gap beside the axis, without colour: whose line ends here; `<` points from the tag."""
    for mark in reversed([m for m in marks if scale.low <= m.value <= scale.high]):
        canvas.text(frame.columns, scale.row(mark.value, frame.rows), mark.letter or "<", mark.ink)


def _below(canvas: Canvas, frame: Frame, sessions: Days, options: Options) -> None:
    ribbon = options.get("ribbon")
    if ribbon is not None and frame.ribbon:
        draw_ribbon(canvas, frame, ribbon, frame.rows, letters=_lettered(options))
    if frame.dates:
        labels = date_labels if sessions.dtype == np.dtype("datetime64[D]") else time_labels
        for column, text in labels(sessions, frame):
            canvas.text(column, frame.height - 1, text, "muted")
