"""Run every benchmark and write docs/benchmarks.md: `python -m benchmarks`, from the checkout's root.

`python -m benchmarks start cold` runs those sections alone, and puts them in the place of what the file has of them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import chart, cold, core, dashboard, evidence, peers, reading, screen, sweep, table
from .presses import LARGE
from .terminal import ROOT, SIZE

OUTPUT = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Every section in turn; the table also goes to standard output."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        source = screen.folder(home)
        parts: tuple[tuple[str, Callable[[], screen.Section]], ...] = (
            ("start", lambda: screen.start(source, home)),
            ("other programs", peers.section),
            ("cold", lambda: cold.section(source, home)),
            ("keys", lambda: dashboard.section(source, home, SIZE)),
            ("keys, large", lambda: dashboard.section(source, home, LARGE)),
            ("chart", lambda: chart.section(source, home, SIZE)),
            ("chart, large", lambda: chart.section(source, home, LARGE)),
            ("ticks", lambda: screen.ticks(home)),
            ("core", lambda: core.section(source, home)),
            ("reading", reading.section),
            ("evidence", lambda: evidence.section(source, home)),
            ("sweeps", sweep.section),
        )
        asked = sys.argv[1:] or [words for words, _ in parts]
        if unknown := [words for words in asked if words not in dict(parts)]:
            sys.exit(f"no section {unknown[0]!r}; there are {', '.join(dict(parts))}")
        sections = []
        for words in asked:
            print(f"{time.perf_counter() - began:5.0f} s  {words}", file=sys.stderr, flush=True)
            sections.append(dict(parts)[words]())
    print(table.write(OUTPUT, sections, whole=len(asked) == len(parts)))
    print(f"{time.perf_counter() - began:5.0f} s  wrote {OUTPUT.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
