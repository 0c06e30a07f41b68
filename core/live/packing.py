"""Arrays as bytes and back: what a row of the archive holds, with a hash over all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from ..bars import Days, Floats, Series, series_of
from .raw import FIELDS, Minutes, Raw

Column = Days | Floats


def pack_raw(raw: Raw) -> bytes:
    """Three counts, then sessions and columns, dividends, splits."""
    counts = np.array([len(raw), len(raw.dividends), len(raw.splits)], "<i8")
    columns = [getattr(raw, name) for name in FIELDS]
    parts: list[Column] = [raw.sessions, *columns, raw.dividend_days, raw.dividends, raw.split_days, raw.splits]
    return counts.tobytes() + _bytes(parts)


def unpack_raw(ticker: str, payload: bytes) -> Raw:
    """What `pack_raw` wrote, read-only views of the bytes."""
    bars, dividends, splits = (int(n) for n in np.frombuffer(payload, "<i8", 3))
    lengths = [*[bars] * (1 + len(FIELDS)), dividends, dividends, splits, splits]
    columns = _columns(payload, 3, lengths)
    days = {0, 1 + len(FIELDS), 3 + len(FIELDS)}
    return Raw(ticker, *(c.view("datetime64[D]") if at in days else c.view("<f8") for at, c in enumerate(columns)))


def pack_minutes(minutes: Minutes) -> bytes:
    """Times and columns."""
    return _bytes([minutes.times, *(getattr(minutes, name) for name in FIELDS)])


def unpack_minutes(ticker: str, interval: int, payload: bytes) -> Minutes:
    """What `pack_minutes` wrote."""
    width = 1 + len(FIELDS)
    times, *columns = _columns(payload, 0, [len(payload) // 8 // width] * width)
    return Minutes(ticker, interval, times.view("datetime64[s]"), *(c.view("<f8") for c in columns))


def pack_series(series: Series) -> bytes:
    """Dates and values."""
    return _bytes([series.dates, series.values])


def unpack_series(name: str, payload: bytes) -> Series:
    """What `pack_series` wrote; its delay of publication follows from its rhythm again."""
    dates, values = _columns(payload, 0, [len(payload) // 16] * 2)
    return series_of(name, dates.view("datetime64[D]"), values.view("<f8"))


def digest(*parts: str | bytes) -> bytes:
    """The hash of a row: its words and its bytes, each with its length so that none runs into the next."""
    found = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        found.update(len(raw).to_bytes(8, "little") + raw)
    return found.digest()


def _bytes(columns: Sequence[Column]) -> bytes:
    return b"".join(c.astype("<i8" if c.dtype.kind == "M" else "<f8").tobytes() for c in columns)


def _columns(payload: bytes, skip: int, lengths: Sequence[int]) -> list[np.ndarray]:
    words = np.frombuffer(payload, "<i8")[skip:]
    ends = np.cumsum(lengths)
    return [words[end - n : end] for end, n in zip(ends, lengths, strict=True)]
