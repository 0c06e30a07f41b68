"""The evidence page: all of it in parts that can be made apart from each other, in other processes too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from .. import history
from ..bars import Panel, to_day
from ..history import History, Pair
from ..settings import Settings
from ..signals import BREADTH_BENCHMARK
from .analogues import Analogues, analogues
from .bootstrap import DRAWS, SEED
from .followed import HORIZONS
from .quote import HORIZON, Quote, quotes
from .table import Evidence, decades, evidence, within
from .walk import Case, Walk, walk
from .worth import Worth, worth


class Asked(NamedTuple):
    """What a page is made from; it can be sent to another process."""

    panel: Panel
    settings: Settings
    as_of: date
    seed: int = SEED
    draws: int = DRAWS

    def past(self) -> tuple[History, Panel]:
        """The pair's history up to the as-of session, and the panel cut there."""
        cut = self.panel.until(np.datetime64(self.as_of, "D"))
        return history.compute(cut, history.parse_pair(self.settings.pair), dict(self.settings.composite_weights)), cut


class Period(NamedTuple):
    """The evidence over 21 sessions within a stretch of sessions, both ends included."""

    first: date
    last: date
    rows: tuple[Evidence, ...]


class Page(NamedTuple):
    """The evidence as on the close of `as_of`; `walks` are those of today's labels, as `quotes` are."""

    as_of: date
    pair: Pair
    seed: int
    draws: int
    rows: tuple[Evidence, ...]
    periods: tuple[Period, ...]
    quotes: tuple[Quote, ...]
    walks: tuple[Walk, ...]
    worth: Worth | None
    analogues: Analogues

    @property
    def beyond_chance(self) -> tuple[int, int, float]:
        """How many rows show a return edge, of how many that could, and how many would by chance alone."""
        could = [row for row in self.rows if row.enough]
        return sum(not row.ci95.spans_zero for row in could), len(could), 0.05 * len(could)


def asked(panel: Panel, settings: Settings, as_of: date, *, seed: int = SEED, draws: int = DRAWS) -> Asked:
    """What a page of a reading is made from: only the tickers that its history reads, nothing after `as_of`."""
    needed = (*history.inputs(history.parse_pair(settings.pair)), BREADTH_BENCHMARK)
    cut = panel.until(np.datetime64(as_of, "D"))
    bars = {ticker: cut.bars[ticker] for ticker in needed if ticker in cut.bars}
    return Asked(Panel(bars, cut.origin, {}, (), cut.upto), settings, as_of, seed, draws)


def _rows(ask: Asked, horizon: int) -> tuple[Evidence, ...]:
    past, panel = ask.past()
    return evidence(past, panel, seed=ask.seed, draws=ask.draws, horizons=(horizon,))


def _periods(ask: Asked) -> tuple[Period, ...]:
    past, panel = ask.past()
    spans = decades(past.sessions)
    found = within(past, panel, spans, HORIZON, seed=ask.seed, draws=ask.draws)
    return tuple(Period(to_day(a), to_day(b), rows) for (a, b), rows in zip(spans, found, strict=True))


def _today(ask: Asked) -> tuple[tuple[Quote, ...], tuple[Walk, ...], Worth | None, Analogues]:
    past, panel = ask.past()
    quoted = quotes(past, panel, seed=ask.seed, draws=ask.draws)
    cases = (Case(one.row.kind, one.row.label, one.row.target, HORIZON) for one in quoted)
    walks = tuple(walk(past, panel, case, seed=ask.seed, draws=ask.draws) for case in cases)
    return quoted, walks, worth(past, panel, ask.settings, seed=ask.seed, draws=ask.draws), analogues(past, panel)


PARTS: Mapping[str, Callable[[Asked], Any]] = {
    **{f"{horizon} sessions": partial(_rows, horizon=horizon) for horizon in HORIZONS},
    "decades": _periods,
    "today": _today,
}
"""Every part by what it is about, each some tenths of a second of work."""


def part(ask: Asked, name: str) -> Any:  # noqa: ANN401  each part has a type of its own
    """One of PARTS."""
    return PARTS[name](ask)


def assembled(ask: Asked, made: Mapping[str, Any]) -> Page:
    """The page of all its parts, whatever order they were made in."""
    by_label: dict[tuple[str, str], list[Evidence]] = {}
    for horizon in HORIZONS:
        for row in made[f"{horizon} sessions"]:
            by_label.setdefault((row.kind, row.label), []).append(row)
    quoted, walks, sized, near = made["today"]
    return Page(
        as_of=ask.as_of,
        pair=history.parse_pair(ask.settings.pair),
        seed=ask.seed,
        draws=ask.draws,
        rows=tuple(row for rows in by_label.values() for row in rows),
        periods=made["decades"],
        quotes=quoted,
        walks=walks,
        worth=sized,
        analogues=near,
    )
