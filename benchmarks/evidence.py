"""The evidence: what its page costs in one process and in two, and what a key costs while it is worked out."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from smallcap.core.bars import to_day
from smallcap.core.claims.claims import claims
from smallcap.core.evidence import page
from smallcap.core.evidence.quote import quotes
from smallcap.core.history import compute, parse_pair
from smallcap.core.settings import Settings
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store
from smallcap.tui.sweeping import sweep

from .screen import Section, ours
from .table import Row, median_ms, percentile
from .terminal import Paint, Terminal

RUNS = 5
ROUNDS, PRESSES = 6, 7
QUIET = 0.04
LIMIT_MS, KEY_MS = 1000, 16


def section(source: Path, home: Path) -> Section:
    """All rows."""
    panel = Folder(source, Store(home / "evidence.sqlite3")).load(datetime.now(UTC))
    last: date = to_day(panel["IWM"].sessions[-1])
    ask = page.asked(panel, Settings(), last)
    work, parts = partial(page.part, ask), tuple(page.PARTS)
    past = compute(panel, parse_pair("IWM/SPY"))
    one, two = (_ms(lambda n=n: sweep(work, parts, workers=n)) for n in (1, 2))
    busy, idle = _keys(source, home)
    rows = [
        Row("the whole page, one process", one, "ms"),
        Row("the whole page, two processes and their start", two, "ms", one, "one process", limit=LIMIT_MS),
        Row("what the banner and the sizing quote", _ms(lambda: quotes(past, panel)), "ms"),
        Row("every claim", _ms(lambda: claims(panel, last)), "ms"),
        Row("next ticker (`j`) meanwhile, p50", *_beside(busy, idle, 50), "nothing worked out"),
        Row("next ticker (`j`) meanwhile, p95", *_beside(busy, idle, 95), "nothing worked out", limit=KEY_MS),
    ]
    note = (
        f"IWM/SPY over {len(past.sessions):,} sessions to {last}, {ask.draws:,} draws; medians of {RUNS}. Keys: the"
        f" dashboard at 120x40,\n{ROUNDS * PRESSES} presses from the moment the evidence of another session is begun,"
        " then as many with nothing going on."
    )
    return "Evidence", note, rows


def _ms(run: object) -> float:
    assert callable(run)
    return median_ms(run, time.perf_counter, RUNS)


def _keys(source: Path, home: Path) -> tuple[list[Paint], list[Paint]]:
    """Presses while the evidence is worked out, and as many after it."""
    busy: list[Paint] = []
    with Terminal(ours(source), {"SMALLCAP_HOME": str(home)}) as app:
        app.first_screen()
        for _ in range(ROUNDS):
            app.press("<", 0.2)
            app.press("h", QUIET)
            app.press("d", QUIET)
            busy += [app.press("j", QUIET) for _ in range(PRESSES)]
            app.watch(2.0)
        idle = [app.press("j", QUIET) for _ in range(ROUNDS * PRESSES)]
    return busy, idle


def _beside(busy: list[Paint], idle: list[Paint], share: int) -> tuple[float, str, float]:
    first, second = (percentile([paint.ms for paint in paints], share) for paints in (busy, idle))
    return first, "ms", second
