"""A line as dots: which dot rows it covers in each dot column, exact and equally fast at any history length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .axis import Floats, Scale
from .frame import bucket_starts
from .raster import Ints


class Columns(NamedTuple):
    """The values of a line in each dot column: lowest, highest, first and last; NaN where it has none."""

    low: Floats
    high: Floats
    first: Floats
    last: Floats


def per_column(values: Floats, columns: int) -> Columns:
    """Values, one a session, spread over `columns` equal shares; nothing is drawn into or across a NaN.

    With more sessions than columns the extremes of each column are kept, with fewer the sessions are joined by straight
    lines.
    """
    n = len(values)
    if n < columns:
        dense = _interpolated(values, columns)
        return Columns(dense, dense, dense, dense)
    starts = bucket_starts(n, columns)
    lasts = np.append(starts[1:], n) - 1
    return Columns(np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts), values[starts], values[lasts])


def line_spans(values: Floats, scale: Scale, columns: int, rows: int) -> tuple[Ints, Ints]:
    """The line through `values` as (top, bottom) dot rows of each of `2 * columns` dot columns, for Canvas.spans.

    Neighbouring columns are joined halfway between the last value of one and the first of the next, unless one is NaN.
    """
    lines = per_column(values, 2 * columns)
    bottom, top, first, last = (scale.rows(v, 4 * rows) for v in lines)
    left, right = last[:-1], first[1:]
    middle = np.floor((left + right) / 2)
    falls, rises = left < right, left > right  # both False beside a NaN
    bottom[:-1] = np.where(falls, np.maximum(bottom[:-1], middle), bottom[:-1])
    top[1:] = np.where(falls, np.minimum(top[1:], middle + 1), top[1:])
    top[:-1] = np.where(rises, np.minimum(top[:-1], middle + 1), top[:-1])
    bottom[1:] = np.where(rises, np.maximum(bottom[1:], middle), bottom[1:])
    empty = np.isnan(top)
    return np.where(empty, 1, top).astype(np.int64), np.where(empty, 0, bottom).astype(np.int64)


def _interpolated(values: Floats, columns: int) -> Floats:
    """Straight lines between the middles of the sessions' shares; each session's own column holds exactly its value."""
    n = len(values)
    middles = (np.arange(n) + 0.5) * columns / n - 0.5
    dense = np.interp(np.arange(columns), middles, values, left=np.nan, right=np.nan)
    dense[(2 * np.arange(n) + 1) * columns // (2 * n)] = values
    return dense
