"""Faults in the content of batch quotes and of FRED's table; each gets only the rows or columns it is meant for."""

from __future__ import annotations

from collections.abc import Iterable

from .fred import Table
from .quote import Row

HOUR = 3600
MONEY = ("Price", "PreviousClose", "Open", "DayHigh", "DayLow", "Change")


def left_out(rows: list[Row]) -> list[Row]:
    """No row at all."""
    return []


def priceless(rows: list[Row]) -> list[Row]:
    """Rows without a price."""
    return [{name: value for name, value in row.items() if name != "regularMarketPrice"} for row in rows]


def partial(rows: list[Row]) -> list[Row]:
    """Of three rows one is left out, one has no price, one is whole."""
    return [row for at, row in enumerate(rows) if at % 3 == 2] + priceless(rows[1::3])


def hundredfold(rows: list[Row], *, factor: float = 100.0) -> list[Row]:
    """Prices in another unit."""
    names = {f"regularMarket{name}" for name in MONEY}
    return [{name: _times(value, factor) if name in names else value for name, value in row.items()} for row in rows]


def price_only(rows: list[Row], *, factor: float = 100.0) -> list[Row]:
    """A last price that is far away from everything else in its row."""
    return [row | {"regularMarketPrice": _times(row["regularMarketPrice"], factor)} for row in rows]


def old(rows: list[Row], *, hours: float = 26.0) -> list[Row]:
    """Trades of hours ago."""
    return [row | {"regularMarketTime": int(str(row["regularMarketTime"])) - int(hours * HOUR)} for row in rows]


def wrong_symbol(rows: list[Row], *, other: str = "WRONG") -> list[Row]:
    """Another ticker's name in the row."""
    return [row | {"symbol": other} for row in rows]


def dots(table: Table, columns: Iterable[int]) -> None:
    """A dot where nothing was observed, as FRED wrote until 2024."""
    for row, at in _cells(table, columns):
        row[at] = row[at] or "."


def blank_days(table: Table, columns: Iterable[int], *, count: int = 3) -> None:
    """Nothing on the newest days."""
    _last(table, columns, count, "")


def garbage_numbers(table: Table, columns: Iterable[int], *, count: int = 3, text: str = "4.2x") -> None:
    """Words for numbers on the newest days."""
    _last(table, columns, count, text)


def infinity(table: Table, columns: Iterable[int], *, count: int = 3) -> None:
    """The word Infinity for a number on the newest days."""
    _last(table, columns, count, "Infinity")


def header_date(table: Table, columns: Iterable[int]) -> None:
    """The header's first word as it was until 2024."""
    table.header[0] = "DATE"


def ragged(table: Table, columns: Iterable[int], *, count: int = 3) -> None:
    """A value too many in the newest rows."""
    for row in table.rows[-count:]:
        row.append("1")


def _cells(table: Table, columns: Iterable[int]) -> Iterable[tuple[list[str], int]]:
    wanted = list(columns)
    return ((row, at) for row in table.rows for at in wanted)


def _last(table: Table, columns: Iterable[int], count: int, text: str) -> None:
    for at in columns:
        for row in table.rows[-count:]:
            row[at] = text


def _times(value: object, factor: float) -> float:
    return float(str(value)) * factor
