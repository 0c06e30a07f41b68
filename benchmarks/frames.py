"""Which rows of the screen a program's output goes to, by the cursor's moves in it."""

from __future__ import annotations

import re
from collections.abc import Collection

import pyte

from .terminal import Size

MOVE = re.compile(rb"\x1b\[(\d+);\d+H")
# What the emulator doesn't know and would show as text.
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\|\x1b\[[0-9;]*t", re.DOTALL)
BEFORE = -1


def sent(data: bytes) -> dict[int, int]:
    """Bytes by row from 0 on, the moves to it included; what comes before the first move has a row of its own."""
    moves = list(MOVE.finditer(data))
    starts = [0, *(move.start() for move in moves)]
    ends = [*starts[1:], len(data)]
    found: dict[int, int] = {}
    for row, start, end in zip((BEFORE, *(int(move[1]) - 1 for move in moves)), starts, ends, strict=True):
        found[row] = found.get(row, 0) + end - start
    return found


def outside(data: bytes, rows: Collection[int]) -> int:
    """The bytes that don't go to `rows`: those of all other rows, and of no row."""
    return sum(size for row, size in sent(data).items() if row not in rows)


def matching(data: bytes, size: Size, words: re.Pattern[str]) -> list[int]:
    """The rows that begin with `words` once all of `data` has been written to an empty screen."""
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(UNKNOWN.sub(b"", data))
    return [row for row, text in enumerate(screen.display) if words.match(text)]
