"""Run every benchmark and write docs/benchmarks.md: `python -m benchmarks`, from the checkout's root."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import core, reading, screen, table
from .terminal import ROOT

OUTPUT = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Every section in turn; the table also goes to standard output."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        source = screen.folder(home)
        parts: tuple[tuple[str, Callable[[], screen.Section]], ...] = (
            ("start", lambda: screen.start(source, home)),
            ("keys", lambda: screen.keys(source, home)),
            ("ticks", lambda: screen.ticks(home)),
            ("core", lambda: core.section(source, home)),
            ("reading", reading.section),
        )
        sections = []
        for words, run in parts:
            print(f"{time.perf_counter() - began:5.0f} s  {words}", file=sys.stderr, flush=True)
            sections.append(run())
    print(table.write(OUTPUT, sections))
    print(f"{time.perf_counter() - began:5.0f} s  wrote {OUTPUT.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
