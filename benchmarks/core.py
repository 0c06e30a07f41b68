"""The parts without a screen: the reading, the store, the simulated market and two indicators beside TA-Lib."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from smallcap.core import reading, settings
from smallcap.core.bars import Bars, Floats, Panel
from smallcap.core.indicators import atr, sma
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
    rows = [_built(panel, kept, now), _loaded(source, kept, now), _generated(now), *_indicators(panel)]
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


def _indicators(panel: Panel) -> list[Row]:
    """Ours and TA-Lib's over every ticker, in turns."""
    import talib

    every = list(panel.bars.values())
    cases: tuple[tuple[str, Callable[[Bars], Floats], Callable[[Bars], Floats]], ...] = (
        ("SMA 50", lambda b: sma(b.close, 50), lambda b: talib.SMA(b.close, 50)),
        ("ATR 14", lambda b: atr(b.high, b.low, b.close), lambda b: talib.ATR(b.high, b.low, b.close, 14)),
    )
    rows = []
    for name, mine, other in cases:
        ours, theirs = (median_ms(partial(_each, do, every), time.perf_counter, RUNS) for do in (mine, other))
        rows.append(Row(f"{name} of every ticker", ours, "ms", theirs, "TA-Lib"))
    return rows


def _each(do: Callable[[Bars], Floats], every: list[Bars]) -> None:
    for bars in every:
        do(bars)
