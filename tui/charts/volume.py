"""Volume behind the price: quiet bars at the foot of the plot, spikes lit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .axis import Floats
from .frame import Frame, bucket_starts
from .raster import Canvas, Ints

_SHARE = 0.15  # of the plot's height
_LIT_SHARE = 0.2  # of a column's sessions: one in a week lights it, one in a quarter does not
_HIGHEST = 3.0  # times the median: the bars are a texture, one panic must not flatten the rest


class Volume(NamedTuple):
    """Volume a session (NaN = unknown, no bar) and which sessions are spikes (relative volume of 2 or more)."""

    values: Floats
    spikes: NDArray[np.bool_]


def volume_rows(rows: int) -> int:
    """How many of the plot's cell rows the bars may fill; 0 when the plot is too low to spare one."""
    return max(1, round(rows * _SHARE)) if rows >= 4 else 0


def draw_volume(canvas: Canvas, frame: Frame, volume: Volume, *, letters: bool = False) -> None:
    """Draw the bars, each column the mean volume of its sessions; with `letters` a lit bar has a `!` at its foot."""
    rows = volume_rows(frame.rows)
    mean, lit = _per_column(volume, frame)
    eighths = _eighths(mean, 8 * rows)
    if not eighths.any():
        return
    lit &= eighths > 0
    canvas.bars(np.where(lit, 0, eighths), "volume", rows=frame.rows, mark=":", ground=True)
    canvas.bars(np.where(lit, eighths, 0), "spike", rows=frame.rows, mark="#")
    if letters and not canvas.ascii:
        canvas.stamp(np.where(lit, ord("!"), ord(" ")).astype(np.uint32)[None], "spike", y=frame.rows - 1)


def _per_column(volume: Volume, frame: Frame) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean volume and whether lit, a plot column; wide shares leave a blank column between two sessions."""
    n, columns = frame.sessions, frame.columns
    if n < columns:
        index = frame.nearest()
        apart = np.append(index[1:] != index[:-1], True) & (columns >= 3 * n)
        return np.where(apart, np.nan, volume.values[index]), volume.spikes[index]
    starts = bucket_starts(n, columns)
    known = np.isfinite(volume.values)
    count = np.add.reduceat(known, starts, dtype=np.int64)
    total = np.add.reduceat(np.where(known, volume.values, 0.0), starts)
    lit = np.add.reduceat(volume.spikes, starts, dtype=np.int64) >= np.maximum(_LIT_SHARE * count, 1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), lit


def _eighths(mean: Floats, height: int) -> Ints:
    """Bar heights in eighths of a cell, up to `height`; any volume shows as one eighth at least, none or NaN not."""
    traded = mean[mean > 0]
    if not traded.size:
        return np.zeros(len(mean), dtype=np.int64)
    ordered, n = np.sort(traded), len(traded)
    # As np.median, which would import numpy's masked arrays: 15 ms of every start.
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    full = min(float(ordered[-1]), _HIGHEST * float(median))
    share = np.where(mean > 0, np.clip(mean / full, 0.0, 1.0) * height, 0.0)
    return np.ceil(share).astype(np.int64)
