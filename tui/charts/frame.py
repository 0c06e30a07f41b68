"""The layout of a chart: where plot, axis, ribbon and dates lie, and which session is in which column."""

from __future__ import annotations

from typing import NamedTuple, overload

import numpy as np

from .raster import Ints

AXIS_WIDTH = 8  # a gap and seven characters, as in 1234.56: charts of ordinary prices and ratios align by themselves
_LEAST_COLUMNS = 8


class Frame(NamedTuple):
    """A chart's cells, computed once: the plot's corner is the chart's; the axis is at its right, the rest below.

    Two charts with the same size, session count and axis width have the same columns.
    """

    width: int
    height: int
    sessions: int
    axis_width: int
    ribbon: bool
    dates: bool
    grid: bool

    @classmethod
    def fit(
        cls,
        size: tuple[int, int],
        sessions: int,
        *,
        axis_width: int = AXIS_WIDTH,
        ribbon: bool = False,
        dates: bool = True,
    ) -> Frame:
        """The frame for `size` (width, height); what has no room is dropped: first the dates, then the axis, the grid.

        ValueError if width or height is below 1.
        """
        width, height = size
        if width < 1 or height < 1:
            raise ValueError(f"a chart needs at least 1x1 cells, got {width}x{height}")
        roomy = height >= 3 and width >= axis_width + _LEAST_COLUMNS
        return cls(
            width,
            height,
            sessions,
            axis_width=axis_width if roomy else 0,
            ribbon=ribbon and height >= 3,
            dates=dates and height >= 5 + ribbon and width >= 2 * _LEAST_COLUMNS,
            grid=height >= 3 and width >= 6,
        )

    @property
    def columns(self) -> int:
        """The plot's width in cells."""
        return self.width - self.axis_width

    @property
    def rows(self) -> int:
        """The plot's height in cells."""
        return self.height - self.ribbon - self.dates

    @overload
    def column_of(self, index: int) -> int: ...
    @overload
    def column_of(self, index: Ints) -> Ints: ...
    def column_of(self, index: int | Ints) -> int | Ints:
        """The plot column in which the session at `index` (0 = oldest) is drawn: the middle of its equal share."""
        return (2 * index + 1) * self.columns // (2 * max(self.sessions, 1))

    def nearest(self) -> Ints:
        """The session at every plot column, shape (columns,): the last one drawn there, or the nearest if none is."""
        n, columns = self.sessions, self.columns
        if n >= columns:
            return np.append(bucket_starts(n, columns)[1:], n) - 1
        found: Ints = (2 * np.arange(columns) + 1) * n // (2 * columns)
        return found


def bucket_starts(sessions: int, columns: int) -> Ints:
    """The first session of each of `columns` equal shares, shared as in column_of; needs sessions >= columns."""
    starts: Ints = -((columns - 2 * np.arange(columns) * sessions) // (2 * columns))
    return starts
