"""Keys and ticks over SSH on a line of 100 ms and 1 Mbit/s, as rows of a table: `python -m benchmarks.slow_link`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.ssh_server import Server, why_not

from .line import Line, SlowLine
from .screen import folder, ours
from .table import percentile
from .terminal import Paint, Terminal

LINE = Line()
PRESSES, TICKS, WARM = 30, 10, 8
# Longer than a piece takes to follow the one before, shorter than the seconds between ticks.
QUIET, SETTLE = 0.15, 1.5
BURST = 0.5
HEAD = """\
ssh on a line of {ms:.0f} ms there and back and {rate:.0f} kB/s, TERM=xterm-256color, 120x40; loadavg {load:.1f}.

| what | how often | p50 | p95 | limit | bytes on the screen, p50 |
|---|---:|---:|---:|---:|---:|"""


class Asked(NamedTuple):
    """What a pair of rows is about: its words, the app's setting low_bandwidth, the client's own options."""

    words: str
    setting: str
    options: Sequence[str] = ()


ASKED = (
    Asked("", "auto"),
    Asked(", low bandwidth off", "off"),
    Asked(", low bandwidth on", "on"),
    Asked(", low bandwidth off, ssh -C", "off", ("-C",)),
    Asked(", low bandwidth on, ssh -C", "on", ("-C",)),
)


def main() -> None:
    """Every row in turn."""
    if why_not():
        sys.exit(why_not())
    print(HEAD.format(ms=2000 * LINE.delay, rate=LINE.rate / 1000, load=os.getloadavg()[0]))
    with tempfile.TemporaryDirectory() as name, Server(_made(Path(name) / "ssh")) as server:
        home = _made(Path(name) / "home")
        source = folder(home)
        with SlowLine(server.port, LINE) as line:
            for one in ASKED:
                (home / "smallcap.toml").write_text(f'low_bandwidth = "{one.setting}"\n')
                keys = _pressed(server, line, home, source, one)
                print(_row(f"next ticker{one.words}", keys, 200), flush=True)
                print(_row(f"tick{one.words}", _ticks(server, line, home, one), 130), flush=True)


def _made(path: Path) -> Path:
    path.mkdir()
    return path


def _app(server: Server, line: SlowLine, home: Path, source: str | Path, asked: Asked) -> Terminal:
    words = ["env", f"SMALLCAP_HOME={home}", *ours(source)]
    return Terminal(server.client(words, port=line.port, options=asked.options), {"COLORTERM": ""})


def _pressed(server: Server, line: SlowLine, home: Path, source: Path, asked: Asked) -> list[Paint]:
    """From a key to the last byte of what it paints, the way there and back included."""
    with _app(server, line, home, source, asked) as app:
        app.press("", SETTLE)
        for _ in range(WARM):
            app.press("j", QUIET)
        app.press("j", SETTLE)
        return [app.press("j", QUIET) for _ in range(PRESSES)]


def _ticks(server: Server, line: SlowLine, home: Path, asked: Asked) -> list[Paint]:
    """From a tick's first byte on the far end of the line to its last here, and the way there, as a key has it."""
    with _app(server, line, home, "demo", asked) as app:
        app.press("", SETTLE)
        return [_tick(app, line) for _ in range(TICKS)]


def _tick(app: Terminal, line: SlowLine) -> Paint:
    began = time.monotonic()
    painted = app.press("", QUIET)
    last = began + painted.ms / 1000
    # There is one a second: what was heard shortly before is of this one.
    first = min(at for at in line.heard if last - BURST < at < last)
    return Paint(1000 * (last - first + LINE.delay), painted.data)


def _row(words: str, paints: Sequence[Paint], limit: float) -> str:
    times = [paint.ms for paint in paints]
    size = percentile([paint.size for paint in paints], 50)
    middle, slow = percentile(times, 50), percentile(times, 95)
    late = "" if middle < limit else " MISSED"
    return f"| {words} | {len(paints)} | {middle:.0f} ms{late} | {slow:.0f} ms | {limit:.0f} ms | {size:,.0f} |"


if __name__ == "__main__":
    main()
