"""FRED through its keyless CSV: all series in one request, each as observations without the blanks."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

import numpy as np

from ..bars import Series, series_of
from .trouble import Failing, Offline, Trouble, Upstream

URL = "https://fred.stlouisfed.org/graph/fredgraph.csv"
MISSING = frozenset({"", "."})
ZIP = b"PK\x03\x04"
LARGEST = 50_000_000
ERROR_STATUS = 400


class Response(Protocol):
    """What of an answer is looked at."""

    status_code: int
    content: bytes


class Getter(Protocol):
    """Whatever sends a request."""

    def get(self, url: str, *, params: dict[str, str]) -> Response: ...


class Fred:
    """The reader; `guard` sends its requests."""

    name = "FRED"

    def __init__(self, guard: Getter) -> None:
        self._guard = guard

    def read(self, names: Sequence[str], since: date | None) -> dict[str, Series]:
        """The series from `since` on, or whole; those FRED leaves out or has nothing for are left out.

        Raises Trouble when FRED can't be reached or answers no table.
        """
        params = {"id": ",".join(names)} | ({"cosd": since.isoformat()} if since else {})
        try:
            response = self._guard.get(URL, params=params)
        except Trouble:
            raise
        except OSError as error:
            status = getattr(getattr(error, "response", None), "status_code", 0)
            if status >= ERROR_STATUS:
                raise Failing(f"FRED answered {status}") from error
            raise Offline("no connection to FRED") from error
        if response.status_code != 200:
            raise Failing(f"FRED answered {response.status_code}")
        return parse(response.content, names)


def parse(body: bytes, names: Sequence[str]) -> dict[str, Series]:
    """The series of an answer: a CSV table with the date first, or an archive of such tables.

    Read by position, as the header's first word has changed before; an observation that is no finite number, has no
    date or repeats one is left out. Upstream when no table is in it.
    """
    found: dict[str, Series] = {}
    known = False
    for text in _tables(body):
        header, rows = _rows(text)
        columns = {at: name for at, name in enumerate(header) if at and name in names}
        if columns:
            known = True
            found |= _columns(rows, columns, len(header))
    if not known:
        raise Upstream("FRED answers nonsense: there is no table with the series in it")
    return found


def merged(held: Series | None, fresh: Series) -> Series:
    """What was held with what is fresh: a fresh observation replaces the one of its date, no other is lost."""
    if held is None:
        return fresh
    kept = ~np.isin(held.dates, fresh.dates)
    dates = np.concatenate([held.dates[kept], fresh.dates])
    values = np.concatenate([held.values[kept], fresh.values])
    order = np.argsort(dates)
    return series_of(fresh.name, dates[order], values[order])


def _tables(body: bytes) -> Iterator[str]:
    if not body.startswith(ZIP):
        yield body.decode("utf-8", "replace")
        return
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            for part in pack.infolist():
                left -= part.file_size
                if part.filename.endswith(".csv") and left >= 0:
                    yield pack.read(part).decode("utf-8", "replace")
    except Exception as error:  # as many kinds of it as there are ways to damage an archive
        raise Upstream("FRED answers nonsense: a damaged archive") from error


def _rows(text: str) -> tuple[list[str], list[list[str]]]:
    """The header and the rows below it; none of a text that is no table."""
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""))
    except (csv.Error, ValueError):
        return [], []
    return header, rows


def _columns(rows: Sequence[list[str]], columns: dict[int, str], width: int) -> dict[str, Series]:
    """Each column's observations in the order of their dates, the last one where a date is there twice."""
    whole = [(day, row) for row in rows if len(row) == width and (day := _day(row[0]))]
    found = {}
    for at, name in columns.items():
        seen = {day: value for day, row in whole if (value := _value(row[at])) is not None}
        if seen:
            days = np.array(sorted(seen), "datetime64[D]")
            found[name] = series_of(name, days, np.array([seen[day] for day in sorted(seen)]))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _value(text: str) -> float | None:
    if text.strip() in MISSING:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
