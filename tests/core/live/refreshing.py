"""The process that is killed: one refresh after another; told where on standard input, it says how far it got."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from smallcap.core.live.archive import Archive, Change
from smallcap.core.live.raw import FIELDS, Held, Raw

TICKERS = tuple(f"T{n}" for n in range(10))
ROWS = 2000
SESSIONS = np.datetime64("2000-01-03", "D") + np.arange(ROWS)
NONE = np.array([], "datetime64[D]"), np.array([])
AT, FINAL = datetime(2026, 11, 20, 21, 30, tzinfo=UTC), date(2026, 11, 20)


def bars(ticker: str, generation: int) -> Held:
    """Bars that say in every number which refresh wrote them."""
    column = np.full(ROWS, float(generation))
    return Held(Raw(ticker, SESSIONS, *[column] * len(FIELDS), *NONE, *NONE), AT, FINAL)


def refresh(archive: Archive, generation: int) -> None:
    """Stage every ticker in a transaction of its own, as they come in, then promote them all."""
    for n, ticker in enumerate(TICKERS):
        held = bars(ticker, generation)
        archive.write(lambda change, held=held: change.stage(held))
        print("staged", n, flush=True)
    archive.write(Change.promote)


def refresh_from(path: Path, generation: int) -> None:
    """Refresh from the generation after this one, for ever."""
    archive, at = Archive(path), generation
    archive.prepare()
    while True:
        at += 1
        print("begins", at, flush=True)
        refresh(archive, at)
        print("is there", at, flush=True)


def main() -> None:
    """Refresh as it is told."""
    path, generation = sys.stdin.readline().rstrip("\n").rsplit(" ", 1)
    refresh_from(Path(path), int(generation))


if __name__ == "__main__":
    main()
