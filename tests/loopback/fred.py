"""FRED's keyless CSV: the observations of several series in one table, blank where a series has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from .wire import HTML, Reply
from .world import World

CSV = "application/csv"


@dataclass
class Table:
    """A table that can still be spoilt: `rows` hold a date and as many values as `header` has ids after the date."""

    header: list[str]
    rows: list[list[str]]

    def encoded(self) -> bytes:
        """The CSV of it."""
        return "\n".join(",".join(row) for row in [self.header, *self.rows]).encode() + b"\n"


Edit = Callable[[Table], None]


def table(world: World, names: Sequence[str], since: str | None, now: datetime) -> Table | None:
    """The series from `since` (YYYY-MM-DD) on as FRED has them at `now`; None when it doesn't know one of them."""
    if not names or not set(names) <= set(world.series):
        return None
    first = np.datetime64(since or date.min)
    found = [world.observations(name, now) for name in names]
    every = np.unique(np.concatenate([dates[dates >= first] for dates, _ in found]))
    columns = [_column(every, dates, values) for dates, values in found]
    rows = [list(row) for row in zip(every.astype(str).tolist(), *columns, strict=True)]
    return Table(["observation_date", *names], rows)


def answer(world: World, names: Sequence[str], since: str | None, now: datetime, edit: Edit) -> Reply:
    """The CSV, or FRED's page for a series it doesn't know."""
    found = table(world, names, since, now)
    if found is None:
        return Reply(404, b"<!DOCTYPE html><html><title>FRED: page not found</title></html>", HTML)
    edit(found)
    return Reply(200, found.encoded(), CSV)


def _column(every: np.ndarray, dates: np.ndarray, values: np.ndarray) -> list[str]:
    told = dict(zip(dates.tolist(), values.tolist(), strict=True))
    return ["" if (value := told.get(day)) is None or np.isnan(value) else f"{value:g}" for day in every.tolist()]
