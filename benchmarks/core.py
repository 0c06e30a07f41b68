"""The parts without a screen: the reading, the store, and the simulated market."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from smallcap.core import reading, settings
from smallcap.core.bars import Panel
from smallcap.core.sources.demo import Demo
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store

from .screen import Section
from .table import Row, median_ms

RUNS, LOADS, COLD_LOADS = 15, 9, 3


def section(source: Path, home: Path) -> Section:
    """All rows."""
    now = datetime.now(UTC)
    kept = Folder(source, Store(home / "core.sqlite3"))
    panel = kept.load(now)
    rows = [_built(panel, kept, now), _loaded(source, kept, now), _generated(now)]
    longest = max(len(bars) for bars in panel.bars.values())
    note = f"{len(panel.bars)} tickers of up to {longest:,} sessions; medians."
    return "Core", note, rows


def _built(panel: Panel, source: Folder, now: datetime) -> Row:
    closed = source.closed(now)
    chosen = settings.Settings()
    ms = median_ms(lambda: reading.build(panel, closed, chosen, closed=closed), time.perf_counter, RUNS)
    return Row("reading built from the panel", ms, "ms")


def _loaded(source: Path, kept: Folder, now: datetime) -> Row:
    warm = median_ms(lambda: kept.load(now), time.perf_counter, LOADS)
    cold = median_ms(lambda: Folder(source, Store(None)).load(now), time.perf_counter, COLD_LOADS)
    return Row("folder loaded from the store", warm, "ms", cold, "from the CSV files")


def _generated(now: datetime) -> Row:
    return Row("simulated market drawn", median_ms(lambda: Demo().load(now), time.perf_counter, COLD_LOADS), "ms")
