"""The running app in a pty: keys, start, memory, idle and ticks, in turns with what it is compared to."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from smallcap.core.bars import COLUMNS, Panel
from smallcap.core.settings import WATCHLIST
from smallcap.core.sources.demo import Demo
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store

from .table import Row, percentile
from .terminal import END, ROOT, Paint, Terminal, module

MARKET = ROOT.parent / "shared" / "market"
PRESSES = 42
PAIRS = 9
IDLE_SECONDS = 3.0
REST_SECONDS = 1.0
TICK_SECONDS = 66.0
MAX_RANGE = "9"
SETTLE = 0.15

Started = tuple[float, float, float, float]
Section = tuple[str, str, Sequence[Row]]
# What is pressed, in turns; the words of the table; the time without output after which the answer is whole.
KEYS: tuple[tuple[str, str, float], ...] = (
    ("j", "next ticker (`j`)", 0.06),
    ("c", "line and candles (`c`)", 0.06),
    ("[]", "shorter and longer range (`[` `]`)", 0.06),
    ("<", "one session back in time (`<`)", SETTLE),
)


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


def plotext_app(source: Path, home: Path) -> list[str]:
    """The command of the same screen drawn by plotext."""
    return module("benchmarks.plotext_screen", str(source), str(home))


def keys(source: Path, home: Path) -> Section:
    """Each key's time and bytes, pressed in turns in both programs with the whole history on the screen."""
    env = {"SMALLCAP_HOME": str(home)}
    rows: list[Row] = []
    with Terminal(ours(source), env) as app, Terminal(plotext_app(source, home), env) as plain:
        for terminal in (app, plain):
            terminal.first_screen()
            terminal.press(MAX_RANGE, SETTLE)
        for cycle, words, quiet in KEYS:
            mine, other = _in_turns(app, plain, cycle, quiet)
            rows += _key_rows(words, mine, other, target=cycle == "j")
        rows.append(Row("peak memory after those presses", app.peak_mb(), "MB", plain.peak_mb(), limit=80))
        rows.append(_idle(app, plain))
    note = (
        f"120x40, the whole history on the screen, {_lengths(source, home)} sessions a chart; four charts: price with"
        " the market beside it, volume, ratio\nwith two means, ribbon. From the key to the last byte read from the pty;"
        f" {PRESSES} presses each, in turns. The baseline is\nthe same dashboard drawn by plotext, two points a column."
    )
    return "Keys", note, rows


def _lengths(source: Path, home: Path) -> str:
    """The fewest and the most sessions that a ticker of the watchlist has."""
    panel = Folder(source, Store(home / "lengths.sqlite3")).load(datetime.now(UTC))
    lengths = [len(panel[ticker]) for ticker in WATCHLIST]
    return f"{min(lengths):,} to {max(lengths):,}"


def _in_turns(app: Terminal, plain: Terminal, cycle: str, quiet: float) -> tuple[list[Paint], list[Paint]]:
    mine, other = [], []
    for at in range(PRESSES):
        key = cycle[at % len(cycle)]
        mine.append(app.press(key, quiet))
        other.append(plain.press(key, quiet))
    return mine, other


def _key_rows(words: str, mine: Sequence[Paint], other: Sequence[Paint], *, target: bool) -> list[Row]:
    def row(what: str, of: Callable[[Paint], float], share: int, unit: str, limit: float | None = None) -> Row:
        first, second = (percentile([of(paint) for paint in paints], share) for paints in (mine, other))
        return Row(f"{words}, {what}", first, unit, second, limit=limit)

    return [
        row("p50", lambda paint: paint.ms, 50, "ms"),
        row("p95", lambda paint: paint.ms, 95, "ms", 16 if target else None),
        row("bytes, p50", lambda paint: paint.size, 50, "B"),
    ]


def _idle(app: Terminal, plain: Terminal) -> Row:
    watched = app.watch(IDLE_SECONDS).size, plain.watch(IDLE_SECONDS).size
    return Row(f"nothing changed, bytes in {IDLE_SECONDS:g} s", *_with_unit(watched), limit=0)


def _with_unit(watched: tuple[int, int]) -> tuple[float, str, float]:
    return watched[0], "B", watched[1]


def start(source: Path, home: Path) -> Section:
    """From the start of the process to the last byte of the first screen, in pairs with a bare Textual app."""
    env = {"SMALLCAP_HOME": str(home)}
    commands = ours(source), module("benchmarks.bare")
    for command in commands:
        _started(command, env)
    mine, other = zip(*((_started(commands[0], env), _started(commands[1], env)) for _ in range(PAIRS)), strict=True)
    pairs = [a[0] / b[0] for a, b in zip(mine, other, strict=True)]
    ms, size, peak, cpu = ([_median(ones, at) for ones in (mine, other)] for at in range(4))
    rows = [
        Row("first full screen", ms[0], "ms", ms[1], ratio=percentile(pairs, 50), limit=2, limits_ratio=True),
        Row("bytes of it", size[0], "B", size[1]),
        Row("peak memory", peak[0], "MB", peak[1], limit=80),
        Row(f"processor while idle for {REST_SECONDS:g} s", cpu[0], "%", cpu[1]),
    ]
    note = (
        f"120x40, warm: the folder has been read into the store before. {PAIRS} pairs, medians; the ratio of the times"
        " is the median of the\npairs' ratios. The baseline is a bare Textual app with one Static full of text."
    )
    return "Start", note, rows


def _median(starts: Sequence[Started], at: int) -> float:
    return percentile([one[at] for one in starts], 50)


def _started(command: Sequence[str], env: dict[str, str]) -> Started:
    """One start: its milliseconds, bytes and peak memory, and the percentage of a core used while idle afterwards."""
    with Terminal(command, env) as terminal:
        painted = terminal.first_screen()
        before = terminal.cpu_seconds()
        terminal.watch(REST_SECONDS)
        busy = 100 * (terminal.cpu_seconds() - before) / REST_SECONDS
        return painted.ms, painted.size, terminal.peak_mb(), busy


def ticks(home: Path) -> Section:
    """The bytes of each frame that a running simulated session paints by itself."""
    with Terminal(ours("demo"), {"SMALLCAP_HOME": str(home)}) as app:
        app.first_screen()
        before = app.cpu_seconds()
        seen = app.watch(TICK_SECONDS)
        busy = 100 * (app.cpu_seconds() - before) / TICK_SECONDS
    sizes = [len(frame) for frame in seen.frames]
    loose = len(re.sub(rb"\x1b\[\?2026h.*?" + re.escape(END), b"", seen.data, flags=re.DOTALL))
    note = (
        f"120x40, `--source demo`: {len(sizes)} frames in {TICK_SECONDS:g} s, {loose} bytes outside of them. A frame"
        " holds every price that changed\nsince the last one; each ticker trades once in 15 s."
    )
    rows = [
        Row("bytes of a frame, median", percentile(sizes, 50), "B", limit=300),
        Row("bytes of a frame, largest: the shown ticker's", max(sizes), "B", limit=300),
        Row("bytes a second", seen.size / TICK_SECONDS, "B"),
        Row("processor", busy, "%"),
    ]
    return "Ticks", note, rows
