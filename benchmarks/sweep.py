"""The sweeps, 81 settings of the rule and 300 pairs: in one process, in two, and on a Dask cluster of two workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from smallcap.core.evidence import fragility, universe
from smallcap.core.history import parse_pair
from smallcap.tui.sweeping import sweep

from .cluster import cluster
from .reading import simulated
from .screen import Section
from .table import Row, median_ms

TICKERS = 25
RUNS = 5
PAIR = parse_pair("IWM/SPY")

Run = Callable[[], object]


def section() -> Section:
    """All rows."""
    panel = simulated(TICKERS)
    settings = fragility.work(panel, PAIR, fragility.label_today(panel, PAIR))
    pairs = universe.pairs_of(panel.bars)
    with cluster() as address:
        rows = [
            *_rows(f"{len(fragility.GRID)} settings", partial(sweep, settings), fragility.CHUNKS, address),
            *_rows(
                f"{len(pairs)} pairs",
                partial(sweep, universe.work(panel, panel.bars)),
                universe.chunks_of(pairs),
                address,
            ),
        ]
    note = (
        f"{TICKERS} random walks of 24 years, 2,000 draws; medians of {RUNS}. Starting is what a sweep of two empty"
        " lots takes: two new\nprocesses with their imports and the panel, or the panel's way to a cluster that runs"
        " already. All results are checked to be\nthe same bit for bit."
    )
    return "Sweeps", note, rows


def _rows(what: str, run: Callable[..., object], chunks: Sequence[Sequence[object]], address: str) -> Iterator[Row]:
    """Two processes and the cluster against one process, with their start and without."""
    alone = partial(run, chunks, workers=1)
    base = _ms(alone)
    yield Row(f"{what}, 1 process", base, "ms")
    for name, how in (("2 processes", {"workers": 2}), ("a cluster of 2", {"cluster": address})):
        together = partial(run, chunks, **how)
        if repr(together()) != repr(alone()):
            raise AssertionError(f"{what}: {name} and 1 process differ")
        took, starting = _ms(together), _ms(partial(run, ((), ()), **how))
        yield Row(f"{what}, {name}", took, "ms", base, "1 process")
        yield Row(f"{what}, {name}, once started", max(took - starting, 0.0), "ms", base, "1 process")


def _ms(run: Run) -> float:
    return median_ms(run, time.perf_counter, RUNS)
