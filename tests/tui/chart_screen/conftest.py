"""What the tests of the chart screen need: what it reads out, what it sent, and panels of other bars."""

from __future__ import annotations

import re

from smallcap.tui.widgets.chart_desk import ChartDesk

from tests.tui.stage import Counted

SIZES = [(80, 24), (120, 40), (200, 60)]
MEANS = ["g", "i", "1", "escape"]


def desk(app: Counted) -> ChartDesk:
    return app.screen.query_one(ChartDesk)


def readout(app: Counted) -> str:
    """The row of the session that is read out."""
    return app.rows()[desk(app).region.y + 1]


def in_full_colour(frame: bytes) -> bytes:
    """The frame as it is where 16 million colours are told apart, whatever this console can do."""
    return re.sub(rb"\x1b\[(?!0m)[0-9;]*m", b"\x1b[38;2;108;178;247;48;2;16;19;26m", frame)
