"""The running app in a pty: its start, in turns with a bare app, and what it sends by itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from smallcap.core.bars import COLUMNS, Panel
from smallcap.core.sources.demo import Demo
from smallcap.tui import last_screen

from .table import Row, percentile
from .terminal import END, ROOT, Terminal, module

MARKET = ROOT.parent / "shared" / "market"
PAIRS = 9
SETTLE_SECONDS, REST_SECONDS = 2.0, 5.0
TICK_SECONDS = 66.0
TICK_BYTES, SPARED_BYTES = 270, 100

Started = tuple[float, float, float, float]
Section = tuple[str, str, Sequence[Row]]


def folder(temporary: Path) -> Path:
    """The recorded market beside the checkout; where there is none, the simulated one written as CSV."""
    if (MARKET / "daily").is_dir():
        return MARKET
    made = temporary / "market"
    write_folder(Demo().load(datetime.now(UTC)), made)
    return made


def write_folder(panel: Panel, path: Path) -> None:
    """A panel's bars as DIR/daily/TICKER.csv."""
    (path / "daily").mkdir(parents=True)
    for bars in panel.bars.values():
        columns = [bars.sessions.astype(str), *(getattr(bars, name) for name in COLUMNS)]
        with (path / "daily" / f"{bars.ticker}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("date", *COLUMNS))
            out.writerows(zip(*(np.asarray(column).tolist() for column in columns), strict=True))


def ours(source: str | Path) -> list[str]:
    """The app's command."""
    return module("smallcap.tui", "--source", str(source))


def start(source: Path, home: Path) -> Section:
    """From the start of the process to the last byte of the first screen, in pairs with a bare Textual app."""
    env = {"SMALLCAP_HOME": str(home)}
    commands = ours(source), module("benchmarks.bare")
    for command in commands:
        _started(command, env)
    mine, other = zip(*((_started(commands[0], env), _started(commands[1], env)) for _ in range(PAIRS)), strict=True)
    last = [_last_screen(commands[0], env) for _ in range(PAIRS)]
    pairs = [a[0] / b[0] for a, b in zip(mine, other, strict=True)]
    ms, size, peak, cpu = ([_median(ones, at) for ones in (mine, other)] for at in range(4))
    at_once = percentile([a / b[0] for a, b in zip(last, other, strict=True)], 50)
    what = "the last session's screen, marked as such"
    rows = [
        Row(what, percentile(last, 50), "ms", ms[1], ratio=at_once, limit=0.1, limits_ratio=True),
        Row("first full screen", ms[0], "ms", ms[1], ratio=percentile(pairs, 50), limit=1.25, limits_ratio=True),
        Row("bytes of both", size[0], "B", size[1]),
        Row("peak memory", peak[0], "MB", peak[1], limit=60),
        Row(f"processor while idle for {REST_SECONDS:g} s", cpu[0], "%", cpu[1], limit=1.5, limits_ratio=True),
    ]
    note = (
        f"120x40, warm: the folder has been read into the store before. {PAIRS} pairs, medians; the ratio of the times"
        " is the median of the\npairs' ratios. The baseline is a bare Textual app with one Static full of text. Idle is"
        f" measured {SETTLE_SECONDS:g} s after the first screen,\nwhen the evidence has been worked out. This is the"
        " checkout, whose finder costs Python's start some 10 ms; beside other programs the\ninstalled one is measured."
    )
    return "Start", note, rows


def _median(starts: Sequence[Started], at: int) -> float:
    return percentile([one[at] for one in starts], 50)


def _started(command: Sequence[str], env: dict[str, str]) -> Started:
    """One start: its milliseconds, bytes and peak memory, and the percentage of a core used while idle afterwards."""
    with Terminal(command, env) as terminal:
        painted = terminal.first_screen()
        terminal.watch(SETTLE_SECONDS)
        before = terminal.cpu_seconds()
        terminal.watch(REST_SECONDS)
        busy = 100 * (terminal.cpu_seconds() - before) / REST_SECONDS
        return painted.ms, painted.size, terminal.peak_mb(), busy


def _last_screen(command: Sequence[str], env: dict[str, str]) -> float:
    """The milliseconds until the screen is shown that the start before ended on."""
    with Terminal(command, env) as terminal:
        found = terminal.shown(last_screen.HOME.encode())
        terminal.first_screen()
        return found


def ticks(home: Path) -> Section:
    """The bytes of each frame that a running simulated session paints by itself, as it comes and with few bytes."""
    rows, counts = [], []
    for named, flags, limit in (("", (), TICK_BYTES), (", low bandwidth", ("--low-bandwidth",), SPARED_BYTES)):
        with Terminal([*ours("demo"), *flags], {"SMALLCAP_HOME": str(home)}) as app:
            app.first_screen()
            before = app.cpu_seconds()
            seen = app.watch(TICK_SECONDS)
            busy = 100 * (app.cpu_seconds() - before) / TICK_SECONDS
        sizes = [len(frame) for frame in seen.frames]
        counts.append((len(sizes), len(re.sub(rb"\x1b\[\?2026h.*?" + re.escape(END), b"", seen.data, flags=re.DOTALL))))
        rows += [
            Row(f"bytes of a frame{named}, median", percentile(sizes, 50), "B", limit=limit),
            Row(f"bytes of a frame{named}, largest: the shown ticker's", max(sizes), "B", limit=limit),
            Row(f"bytes a second{named}", seen.size / TICK_SECONDS, "B"),
            Row(f"processor{named}", busy, "%"),
        ]
    (frames, loose), (fewer, freed) = counts
    note = (
        f"120x40, `--source demo`: {frames} frames in {TICK_SECONDS:g} s, {loose} bytes outside of them;"
        f" {fewer} and {freed} with `--low-bandwidth`.\nA frame holds every price that changed since the last one; each"
        " ticker trades once in 15 s."
    )
    return "Ticks", note, rows
