"""A folder of CSV files as a source: DIR/daily/TICKER.csv and DIR/macro/SERIES.csv, each row checked at this door."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar, cast

import numpy as np

from .. import calendar
from ..bars import COLUMNS, Bars, Floats, Origin, Panel, Series, bars_of, series_of
from ..errors import SourceError
from ..store import Store
from .table import Table, shown

KINDS = ("daily", "macro")
NAME = re.compile(r"\^?[A-Z0-9][A-Z0-9.=-]{0,11}")
PRICES = ("open", "high", "low", "close", "adj_close")
NOT_KNOWN = frozenset({""})
MISSING = frozenset({"", "."})
SLACK = 1e-6

T = TypeVar("T", Bars, Series)
Parsed = tuple[T, tuple[str, ...]]


def read_bars(path: Path, today: np.datetime64 | None) -> tuple[Bars, tuple[str, ...]]:
    """The bars of one ticker's file and a sentence for each row refused; SourceError when nothing in it is sound.

    Where an adj_close is empty the close takes its place, and that is said: as a return, so that there is no jump
    beside it, and no session before depends on it. A ticker without any has its closes.
    """
    table = Table(path, f"daily/{path.name}", ("date", *COLUMNS))
    days = table.days("date", today)
    table.on_sessions(days, "date")
    columns = {name: table.numbers(name, NOT_KNOWN if name == "adj_close" else frozenset()) for name in COLUMNS}
    for name in PRICES:
        table.refuse(columns[name] <= 0, name, "is not above 0")
    table.refuse(columns["volume"] < 0, "volume", "is below 0")
    table.refuse(columns["high"] < columns["low"] * (1 - SLACK), "high", "is below the low")
    for name in ("open", "close"):
        table.refuse(columns[name] > columns["high"] * (1 + SLACK), name, "is above the high")
        table.refuse(columns[name] < columns["low"] * (1 - SLACK), name, "is below the low")
    if not table.sound.any():
        raise SourceError("; ".join((f"{table.name} has no sound row", *table.refusals()[:1])))
    kept = {name: values[table.sound] for name, values in columns.items()}
    said = table.refusals()
    unknown = np.isnan(kept["adj_close"])
    if unknown.any():
        kept["adj_close"] = _by_close(kept["adj_close"], kept["close"])
        if not unknown.all():
            lines = [table.lines[row] for row in np.flatnonzero(table.sound)[unknown].tolist()]
            more = f", and on {len(lines) - 1} more" if len(lines) > 1 else ""
            said += (f"{table.name} line {lines[0]}: adj_close '' is not known{more}; the close is used there",)
    columns_kept = [kept[name] for name in COLUMNS]
    return bars_of(path.stem, days[table.sound], columns_kept, adjusted=not unknown.all()), said


def _by_close(adj_close: Floats, close: Floats) -> Floats:
    """`adj_close` with the close's own returns where it is NaN, from the last known value on; the first ones before it.

    Both (t,). The close itself where none is known.
    """
    known = np.flatnonzero(~np.isnan(adj_close))
    if not len(known):
        return close
    last = known[np.maximum(np.searchsorted(known, np.arange(len(close)), "right") - 1, 0)]
    return np.where(np.isnan(adj_close), close * (adj_close[last] / close[last]), adj_close)


def read_series(path: Path, today: np.datetime64 | None) -> tuple[Series, tuple[str, ...]]:
    """One macro series' file and a sentence for each row refused; SourceError when nothing in it is sound."""
    table = Table(path, f"macro/{path.name}", ("date", "value"))
    days = table.days("date", today)
    values = table.numbers("value", MISSING)
    kept = table.sound & ~np.isnan(values)
    if not kept.any():
        raise SourceError("; ".join((f"{table.name} has no sound row", *table.refusals()[:1])))
    return series_of(path.stem, days[kept], values[kept]), table.refusals()


class Folder:
    """The CSV files of a folder, parsed once and kept in the store until a file changes."""

    simulated = False

    def __init__(self, path: Path, store: Store) -> None:
        self.path = path.expanduser().absolute()
        self.name = f"CSV folder {path}"
        self.store = store
        self._last: tuple[object, Panel] | None = None

    def closed(self, now: datetime) -> date:
        """The exchange's newest closed session."""
        return calendar.last_closed_session(now)

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        """Every sound row of every file; SourceError when the folder is missing or has no bars.

        Rows dated after `now` are refused; in a replay, where `now` is not today, the caller cuts them off instead.
        The panel of the last time again where no file has changed since.
        """
        today = None if replay else np.datetime64(calendar.new_york(now).date(), "D")
        if not self.path.is_dir():
            raise SourceError(f"--source {self.path} is not a folder")
        found = {path: _stamp(path, today) for kind in KINDS for path in self._paths(kind)}
        version = today, found
        if self._last and self._last[0] == version and all(found.values()):
            return self._last[1]
        panel = self._read(now, today)
        self._last = version, panel
        return panel

    def _read(self, now: datetime, today: np.datetime64 | None) -> Panel:
        daily, macro_kind = KINDS
        bars, refused = self._all(daily, read_bars, today)
        macro, more = self._all(macro_kind, read_series, today)
        if not bars:
            why = f"; {refused[0]}" if refused else ""
            raise SourceError(f"--source {self.path} has no usable daily/TICKER.csv in it{why}")
        origin = Origin(self.name, self.simulated, now.isoformat(timespec="seconds"))
        return Panel(bars, origin, macro, (*refused, *more))

    def _paths(self, kind: str) -> list[Path]:
        return sorted((self.path / kind).glob("*.csv"))

    def _all(
        self, kind: str, read: Callable[[Path, np.datetime64 | None], Parsed[T]], today: np.datetime64 | None
    ) -> tuple[dict[str, T], tuple[str, ...]]:
        """Every file of one kind by its name, from the store where it is unchanged, and what was refused."""
        paths = self._paths(kind)
        stamps = {str(path): _stamp(path, today) for path in paths if NAME.fullmatch(path.stem)}
        kept = self.store.kept({key: stamp for key, stamp in stamps.items() if stamp})
        found: dict[str, T] = {}
        refused: list[str] = []
        fresh: list[tuple[str, str, T]] = []
        for path in paths:
            key = str(path)
            if key not in stamps:
                refused.append(f"{kind}/{shown(path.name)} is left out: its name is not a ticker's")
            elif key in kept:
                found[path.stem] = cast("T", kept[key])
            else:
                try:
                    thing, said = read(path, today)
                except SourceError as error:
                    refused.append(str(error))
                    continue
                found[path.stem] = thing
                refused.extend(said)
                # Only a clean file is kept, so that refusals are said every time.
                if not said and stamps[key]:
                    fresh.append((key, stamps[key], thing))
        self.store.keep(fresh)
        return found, tuple(refused)


def _stamp(path: Path, today: np.datetime64 | None) -> str:
    """What tells one version of a file, and how it was read, from another; empty when it can't be looked at."""
    try:
        state = path.stat()
    except OSError:
        return ""
    return f"{state.st_size}:{state.st_mtime_ns}:{'replay' if today is None else 'today'}"
