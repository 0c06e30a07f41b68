"""The dashboard's keys, next to the same dashboard drawn by plotext."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from smallcap.core.settings import WATCHLIST
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store

from . import presses
from .presses import NEXT_BYTES, NEXT_MS, NEXT_SHARE, SETTLE, Key
from .screen import Section, ours
from .table import Row
from .terminal import SIZE, Size, Terminal, module

MAX_RANGE = "9"
IDLE_SECONDS = 3.0
REST_SECONDS = 1.0
QUOTED_SECONDS = 0.9
"""What a day's labels were worth is told once it has been looked at for a while: by then that is on the screen."""
KEYS: Sequence[Key] = (
    Key("next ticker (`j`)", "j", limits=NEXT_MS, share=NEXT_SHARE, most=NEXT_BYTES),
    Key("line and candles (`c`)", "c", limits={}),
    Key("shorter and longer range (`[` `]`)", "[]"),
    Key("one session back in time (`<`)", "<", SETTLE),
    Key("none twice in a row (`j` `[` `<` `k` `]` `>`)", "j[<k]>", rest=QUOTED_SECONDS),
)


def section(source: Path, home: Path, size: Size) -> Section:
    """Each key's time and bytes with the whole history on the screen."""
    env = {"SMALLCAP_HOME": str(home)}
    plotext = module("benchmarks.plotext_screen", str(source), str(home))
    rows: list[Row] = []
    with Terminal(ours(source), env, size) as app, Terminal(plotext, env, size) as plain:
        for terminal in (app, plain):
            terminal.first_screen()
            terminal.press(MAX_RANGE, SETTLE)
        for key in KEYS:
            rows += presses.rows(key, presses.pressed(app, plain, key), size)
        if size == SIZE:
            rows += _at_rest(app, plain)
    return presses.title("Keys", size), _note(source, home, size), rows


def _note(source: Path, home: Path, size: Size) -> str:
    return (
        f"{presses.named(size)}, the whole history on the screen, {_lengths(source, home)} sessions a chart; four"
        " charts: price with the market beside\nit, volume, ratio with two means, ribbon. From the key to the last byte"
        f" read from the pty;\n{presses.counted(size)}, in turns. The baseline is the same dashboard drawn by plotext,"
        " two points a column.\nA key that is pressed again finds its frame drawn, and so does a traveller's next step"
        " (record 27). Keys none of which\ncomes twice in a row are pressed a second apart."
    )


def _lengths(source: Path, home: Path) -> str:
    """The fewest and the most sessions that a ticker of the watchlist has."""
    panel = Folder(source, Store(home / "lengths.sqlite3")).load(datetime.now(UTC))
    lengths = [len(panel[ticker]) for ticker in WATCHLIST]
    return f"{min(lengths):,} to {max(lengths):,}"


def _at_rest(app: Terminal, plain: Terminal) -> list[Row]:
    """The memory that the presses took, and what is sent once they are over."""
    peaks = app.peak_mb(), plain.peak_mb()
    # What the last step in time brings once it rests is no idling yet.
    for terminal in (app, plain):
        terminal.watch(REST_SECONDS)
    sizes = [terminal.watch(IDLE_SECONDS).size for terminal in (app, plain)]
    return [
        Row("peak memory after those presses", peaks[0], "MB", peaks[1], limit=80),
        Row(f"nothing changed, bytes in {IDLE_SECONDS:g} s", sizes[0], "B", sizes[1], limit=0),
    ]
