"""The whole reading of many tickers, what a new last bar costs, and the same indicators as others make them."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import numpy as np
from smallcap.core import reading
from smallcap.core.bars import Bars, Origin, Panel
from smallcap.core.calendar import sessions
from smallcap.core.settings import Settings
from smallcap.core.sources.demo import Demo

from . import rivals
from .screen import Section
from .table import Row, median_ms

FIRST, LAST = date(1999, 1, 4), date(2022, 12, 30)
NAMES = ("IWM", "SPY", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV", "QQQ", "RSP", "MDY", "KRE", "HYG", "IEF", "VTWO")
FEW, MANY = 28, 500
RUNS, LONG_RUNS, MANY_RUNS = 15, 3, 99
MEMORY_LIMIT_MB = 400


def simulated(tickers: int) -> Panel:
    """That many random walks of 24 years, the reading's own inputs among them, with the simulated macro series."""
    days = sessions(FIRST, LAST)
    names = [*NAMES, *(f"T{n:03d}" for n in range(tickers))][:tickers]
    macro = Demo().load(datetime(LAST.year + 1, 1, 3, tzinfo=UTC)).macro
    return Panel({name: _walk(name, n, days) for n, name in enumerate(names)}, Origin("random walks", True, ""), macro)


def _walk(name: str, seed: int, days: np.ndarray) -> Bars:
    rng = np.random.RandomState(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0002, 0.012, len(days))))
    spread = np.abs(rng.normal(0, 0.006, len(days)))
    return Bars(
        name, days, close, close * (1 + spread), close * (1 - spread), close, close, rng.gamma(4, 1e6, len(days))
    )


def section() -> Section:
    """All rows."""
    few, many = simulated(FEW), simulated(MANY)
    # As the app does once it runs: the collector is not what is measured.
    gc.freeze()
    every = list(few.bars.values())
    _check(every[0])
    whole, bare = _ms(lambda: _whole(few)), _ms(lambda: _bare(few))
    name = f"reading and every indicator of {FEW} tickers, all history columns"
    rows = [
        Row(name, whole, "ms", limit=60),
        Row("the same", whole, "ms", bare, "the indicators alone in bare numpy", limit=3, limits_ratio=True),
        *_rivals(every),
        _new_bar(few),
        _linear(few, many),
        Row(f"peak memory with {MANY} tickers", _memory(), "MB", limit=MEMORY_LIMIT_MB),
    ]
    note = f"{FEW} and {MANY} random walks of {len(every[0]):,} sessions (24 years); medians."
    return "The whole reading", note, rows


def _check(bars: Bars) -> None:
    """The rivals must have worked out the same before their times are worth a row."""
    known = rivals.ours(bars)
    for do in (rivals.by_numpy, rivals.by_pandas, rivals.by_talib):
        for name, values in do(bars).items():
            if name in known:
                np.testing.assert_allclose(values[-1000:], known[name][-1000:], rtol=1e-6, atol=1e-6)


def _rivals(every: list[Bars]) -> list[Row]:
    mine = _ms(partial(_each, rivals.ours, every))
    others = (("bare numpy", rivals.by_numpy), ("pandas", rivals.by_pandas), ("TA-Lib", rivals.by_talib))
    return [
        Row(f"every indicator of {FEW} tickers", mine, "ms", _ms(partial(_each, do, every)), name)
        for name, do in others
    ]


def _each(do: Callable[[Bars], object], every: list[Bars]) -> None:
    for bars in every:
        do(bars)


def _ms(run: Callable[[], object]) -> float:
    return median_ms(run, time.perf_counter, RUNS)


def _whole(panel: Panel) -> None:
    """The reading with its history, and every indicator of every ticker."""
    reading.build(panel, LAST, Settings(), closed=LAST)
    for bars in panel.bars.values():
        rivals.ours(bars)


def _bare(panel: Panel) -> None:
    """The indicators of every ticker and no more: less than the whole reading consists of."""
    for bars in panel.bars.values():
        rivals.by_numpy(bars)


def _new_bar(panel: Panel) -> Row:
    """A reading made anew after one more session has closed: every ticker has a new last bar."""
    days = next(iter(panel.bars.values())).sessions
    before = panel.until(days[-2])
    reading.build(before, LAST, Settings(), closed=LAST)
    after = median_ms(lambda: reading.build(panel, LAST, Settings(), closed=LAST), time.perf_counter, MANY_RUNS)
    return Row("reading after a new last bar of every ticker", after, "ms", limit=5)


def _linear(few: Panel, many: Panel) -> Row:
    """The cost of a ticker among 500 against that of one among 28: 1 when the cost is linear."""
    each = [median_ms(partial(_whole, panel), time.perf_counter, LONG_RUNS) / len(panel.bars) for panel in (many, few)]
    shown = f"reading and every indicator, a ticker of {MANY}"
    return Row(shown, each[0], "ms", each[1], f"a ticker of {FEW}", limit=1.25, limits_ratio=True)


def _memory() -> float:
    """The peak of a process that holds 500 tickers, reads them and works out every indicator of each."""
    program = (
        "import resource\n"
        "from benchmarks import reading\n"
        f"reading._whole(reading.simulated({MANY}))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)
