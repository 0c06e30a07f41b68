"""Tables: the history and a ticker's indicators as rows, one a session, for CSV and JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from .axes import AXES, Track
from .bars import Bars, Days, Floats
from .history import History
from .regime import REGIMES
from .studies import STUDIES, Studies

HISTORY_COLUMNS = (
    "date",
    "ratio",
    *(f"{axis.key}{part}" for axis in AXES for part in ("_score", "", "_pending")),
    "regime",
    "composite",
    "coverage",
)
INDICATOR_COLUMNS = ("date", *(row.key for row in STUDIES))

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet takes for a formula."""

Row = dict[str, Any]


def history_rows(history: History, first: date | None = None, last: date | None = None) -> Iterable[Row]:
    """One row a session with the contract's columns; None where not known.

    `ratio` is what the ratio was on the close of its own session, when total return and price agree.
    """
    days = history.sessions
    columns: dict[str, Sequence[Any]] = {"date": _iso(days), "ratio": _known(history.price_ratio)}
    tracks = {track.axis.key: track for track in history.tracks}
    for axis in AXES:
        columns.update(_track_columns(axis.key, tracks.get(axis.key), len(days)))
    columns["regime"] = [REGIMES[code].label for code in history.codes.tolist()]
    columns["composite"] = _known(history.composite.score)
    columns["coverage"] = _known(history.coverage)
    return _rows(HISTORY_COLUMNS, columns, _span(days, first, last))


def indicator_rows(bars: Bars, first: date | None = None, last: date | None = None) -> Iterable[Row]:
    """One row a session of the ticker with every indicator; None while warming up.

    adj_close is None where the source knew none; RSI and volatility are then of the close.
    """
    studies = Studies(bars)
    columns: dict[str, Sequence[Any]] = {"date": _iso(bars.sessions)}
    columns.update((row.key, _known(row.of(studies))) for row in STUDIES)
    if not bars.adjusted:
        columns["adj_close"] = [None] * len(bars)
    return _rows(INDICATOR_COLUMNS, columns, _span(bars.sessions, first, last))


def _span(days: Days, first: date | None, last: date | None) -> range:
    """The rows from the session `first` to `last`, both included."""
    start = 0 if first is None else int(np.searchsorted(days, np.datetime64(first, "D")))
    return range(start, len(days) if last is None else int(np.searchsorted(days, np.datetime64(last, "D"), "right")))


def _rows(names: Sequence[str], columns: dict[str, Sequence[Any]], span: range) -> Iterable[Row]:
    for row in span:
        yield {name: columns[name][row] for name in names}


def _iso(days: Days) -> list[str]:
    return [str(day) for day in days]


def _known(values: Floats) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _track_columns(key: str, track: Track | None, n: int) -> dict[str, Sequence[Any]]:
    if track is None:
        return {f"{key}{part}": [None] * n for part in ("_score", "", "_pending")}
    word = track.axis.word
    rows = list(zip(track.state.tolist(), track.pending.tolist(), track.held.tolist(), strict=True))
    return {
        f"{key}_score": _known(track.score),
        key: [word(state) if held else None for state, _, held in rows],
        f"{key}_pending": [word(pending) if pending != state else None for state, pending, _ in rows],
    }


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Rows as CSV: full precision, empty where not known.

    A text that a spreadsheet would take for a formula is behind an apostrophe (OWASP, CSV Injection); numbers stay
    numbers.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
