"""The chart screen's keys, next to the same chart drawn by plotext."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from smallcap.core.settings import WATCHLIST

from . import frames, presses
from .presses import NEXT_BYTES, NEXT_MS, NEXT_SHARE, SETTLE, Key
from .screen import Section, ours
from .table import Row
from .terminal import SIZE, Paint, Size, Terminal, module

MAX_RANGE, CHART = "9", "g"
# By the menus of overlays and panes: the three means, and a pane of volume above that of RSI, which is always there.
CHOSEN = "i1iI1I"
LEFT, RIGHT = "\x1b[D", "\x1b[C"
CROSSHAIR_BYTES = 150
KEYS: Sequence[Key] = (
    Key("next ticker (`j`)", "j", limits=NEXT_MS, share=NEXT_SHARE, most=NEXT_BYTES),
    Key("shorter and longer range (`[` `]`)", "[]"),
    Key("one session back in time (`<`)", "<", SETTLE),
    Key("zoom in and out (`+` `-`)", "+++---"),
)
# Half a year has about a session a column, so that nearly every step moves the crosshair; none leaves the chart.
CROSSHAIR = Key("crosshair (left, right)", (LEFT,) * 21 + (RIGHT,) * 21, first=("5", LEFT))
READOUT = re.compile(r" *([A-Z][a-z]{2} \d{4}-\d\d-\d\d|sma20|volume|RSI14) ")
READOUT_ROWS = 4


def section(source: Path, home: Path, size: Size) -> Section:
    """Each key's time and bytes with the whole history on the screen; the crosshair's over half a year."""
    env = {"SMALLCAP_HOME": str(home)}
    plotext = module("benchmarks.plotext_chart_screen", str(source), str(home))
    rows: list[Row] = []
    with Terminal(ours(source), env, size) as app, Terminal(plotext, env, size) as plain:
        written = [_opened(app, MAX_RANGE + CHART), _opened(plain, MAX_RANGE)]
        rows.append(_as_opened(app, size))
        written[0] += _typed(app, CHOSEN)
        for key in KEYS:
            rows += presses.rows(key, presses.pressed(app, plain, key), size)
        rows += _crosshair(app, plain, [_readout(data, size) for data in written])
    return presses.title("Chart screen", size), _note(size), rows


def _opened(terminal: Terminal, keys: str) -> bytes:
    """All that is written until the screen is the one to measure."""
    return terminal.first_screen().data + _typed(terminal, keys)


def _typed(terminal: Terminal, keys: str) -> bytes:
    return b"".join(terminal.press(key, SETTLE).data for key in keys)


def _as_opened(app: Terminal, size: Size) -> Row:
    """Every ticker once before anything has been switched on; the baseline has no such chart."""
    largest = max(app.press("j").size for _ in WATCHLIST)
    limit = NEXT_BYTES if size == SIZE else None
    return Row("next ticker (`j`) with RSI alone, as the screen opens, bytes, largest", largest, "B", limit=limit)


def _crosshair(app: Terminal, plain: Terminal, readouts: Sequence[Sequence[int]]) -> list[Row]:
    """The rows of a key, and the bytes that go anywhere but to the rows that are read out."""
    found = presses.pressed(app, plain, CROSSHAIR)
    besides = [_largest(paints, rows) for paints, rows in zip(found, readouts, strict=True)]
    what = f"{CROSSHAIR.words}, bytes without the readout, largest"
    return [*presses.rows(CROSSHAIR, found, app.size), Row(what, besides[0], "B", besides[1], limit=CROSSHAIR_BYTES)]


def _largest(paints: Sequence[Paint], readout: Sequence[int]) -> int:
    return max(frames.outside(paint.data, readout) for paint in paints)


def _readout(data: bytes, size: Size) -> list[int]:
    """The rows that say what the crosshair is on: the session, the means, and the titles of the panes."""
    rows = frames.matching(data, size, READOUT)
    if len(rows) != READOUT_ROWS:
        raise RuntimeError(f"the readout has {READOUT_ROWS} rows, and these were found: {rows}")
    return rows


def _note(size: Size) -> str:
    return (
        f"{presses.named(size)}, the whole history on the screen: price with three means, regimes, panes of volume and"
        f" RSI;\n{presses.counted(size)}, in turns. The crosshair moves over half a year, a session at a time;\nwithout"
        " the readout: all bytes but those of the rows that say what it is on. The baseline is the same chart drawn\nby"
        " plotext, two points a column; a step of its crosshair draws the price anew."
    )
