"""Other programs for the terminal that show stocks, each in an environment of its own: what a start costs, beside ours.

None of them has a network, and each has an empty home; what they draw then is what is timed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyte

from tests.terminal import UNKNOWN

from .screen import Section
from .table import Row, percentile
from .terminal import ROOT, SIZE, Terminal

ENVIRONMENTS = ROOT / "build" / "peers"
RUNS = 3
LONGEST, REST_SECONDS = 8.0, 10.0
INK = 0.5
"""A first screen stands once so much of what is there in the end is."""
NOBODY = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"), "http://127.0.0.1:9")
"""A proxy that nobody is behind."""


class Peer(NamedTuple):
    """A program: what the registry calls it, and its command."""

    package: str
    command: str


class Start(NamedTuple):
    """Milliseconds to the first screen, the bytes until then, megabytes, and at rest percent and bytes a second."""

    ms: float
    size: float
    peak: float
    cpu: float
    rest: float


OURS = Peer("smallcap", "smallcap")
PEERS = (Peer("stockstui", "stockstui"), Peer("etfray", "etfray"), Peer("bbterm-tui", "bbterm"))
WHAT = (
    ("first screen", "ms"),
    ("bytes of it", "B"),
    ("peak memory", "MB"),
    ("processor at rest", "%"),
    ("bytes a second at rest", "B"),
)
"""The fields of a Start in words."""


def section() -> Section:
    """Every peer, in turns with ours."""
    installed = {peer: install(peer) for peer in (OURS, *PEERS)}
    seen: dict[Peer, list[Start]] = {peer: [] for peer in installed}
    with tempfile.TemporaryDirectory() as name:
        for run in range(RUNS + 1):
            for peer, python in installed.items():
                found = started([str(python.with_name(peer.command))], Path(name) / f"{peer.command}{run}")
                # The first run compiles modules.
                if run:
                    seen[peer].append(found)
    rows = [row for peer in PEERS for row in _rows(peer, seen[OURS], seen[peer], version(peer, installed[peer]))]
    note = (
        f"{SIZE[0]}x{SIZE[1]}, each installed as its package; {RUNS} runs in turns, medians; no network, an empty home."
        " Ours draws its simulated market with\nlive charts. A first screen stands once half of what is there"
        f" {LONGEST:g} s after the start is. At rest: the {REST_SECONDS:g} s after that."
    )
    return "Beside other programs", note, rows


def _rows(peer: Peer, mine: Sequence[Start], theirs: Sequence[Start], version: str) -> list[Row]:
    found = []
    for at, (what, unit) in enumerate(WHAT):
        ours, other = (percentile([one[at] for one in ones], 50) for ones in (mine, theirs))
        found.append(Row(f"{what}: {peer.package} {version}", ours, unit, other))
    return found


def install(peer: Peer) -> Path:
    """The Python of an environment that has the peer: made where there is none; ours is installed anew."""
    python = ENVIRONMENTS / peer.command / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not python.with_name(peer.command).exists():
        subprocess.run([*pip, ROOT if peer is OURS else peer.package], check=True, capture_output=True)
    elif peer is OURS:
        # The version may be the same, the code isn't.
        subprocess.run([*pip, "--no-deps", "--force-reinstall", ROOT], check=True, capture_output=True)
    return python


def version(peer: Peer, python: Path) -> str:
    """What of it is installed."""
    code = f"from importlib.metadata import version; print(version({peer.package!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def started(command: Sequence[str], home: Path) -> Start:
    """One start, with nothing of the user's."""
    home.mkdir(exist_ok=True)
    empty = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SMALLCAP_HOME"), "")
    with Terminal(command, {"HOME": str(home), **empty, **NOBODY}) as terminal:
        pieces = [(data, 1000 * (at - terminal.began)) for data, at in terminal.pieces(LONGEST)]
        before, began = terminal.cpu_seconds(), time.perf_counter()
        idle = terminal.watch(REST_SECONDS)
        spent = time.perf_counter() - began
        busy = 100 * (terminal.cpu_seconds() - before) / spent
        return Start(*first_screen(pieces), terminal.peak_mb(), busy, idle.size / spent)


def first_screen(pieces: Sequence[tuple[bytes, float]]) -> tuple[float, int]:
    """When the first screen stood, and the bytes until then; of pieces and when each came."""
    screen = pyte.Screen(*SIZE)
    stream = pyte.ByteStream(screen)
    inks = []
    for data, _ in pieces:
        stream.feed(UNKNOWN.sub(b"", data))
        inks.append(sum(cell != " " for row in screen.display for cell in row))
    first = next(at for at, ink in enumerate(inks) if ink >= INK * inks[-1])
    return pieces[first][1], sum(len(data) for data, _ in pieces[: first + 1])
