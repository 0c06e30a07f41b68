"""One CSV file as checked columns: what is unsound is masked out and named by line, field, value and reason."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .. import calendar
from ..bars import Days, Floats
from ..errors import SourceError

Mask = NDArray[np.bool_]

SHOWN = 5
DATE = len("2020-01-01")
WIDEST = 40


class Table:
    """The rows of a CSV file as text columns, a mask of those still sound, and the reasons for the others."""

    def __init__(self, path: Path, name: str, fields: Sequence[str]) -> None:
        """Read `path`; SourceError, under `name`, when it is no readable CSV or its header lacks one of `fields`."""
        self.name = name
        rows, self.lines = _rows(path, name)
        header = [word.strip().lower() for word in rows[0]]
        lacking = [field for field in fields if field not in header]
        if lacking:
            raise SourceError(f"{name} line 1: the header lacks {', '.join(lacking)}; it needs {','.join(fields)}")
        self.reasons: dict[int, str] = {}
        whole = [len(row) == len(header) for row in rows[1:]]
        self.sound: Mask = np.array(whole, dtype=bool)
        for at in np.flatnonzero(~self.sound):
            self.reasons[int(at)] = f"{len(rows[at + 1])} fields instead of {len(header)}"
        blank = [""] * len(header)
        columns = list(zip(*(row if ok else blank for row, ok in zip(rows[1:], whole, strict=True)), strict=True))
        self.columns = {f: columns[header.index(f)] if columns else () for f in fields}

    def refuse(self, wrong: Mask, field: str, reason: str) -> None:
        """Take the rows of `wrong` out, unless they are out already, saying that `field` has a value that `reason`."""
        for at in np.flatnonzero(wrong & self.sound):
            self.reasons[int(at)] = f"{field} {shown(self.columns[field][at])} {reason}"
        self.sound &= ~wrong

    def days(self, field: str, today: np.datetime64 | None) -> Days:
        """The field as datetime64[D]; refused: what is no date, later than `today` or not after the row before."""
        words = self.columns[field]
        days = _dates(words)
        self.refuse(np.isnat(days), field, "is not a date like 2020-03-23")
        if today is not None:
            self.refuse(days > today, field, f"is in the future; today is {today}")
        whole = np.where(self.sound, days.astype(np.int64), np.iinfo(np.int64).min)
        before = np.concatenate(([np.iinfo(np.int64).min], np.maximum.accumulate(whole)[:-1]))[: len(whole)]
        self.refuse(self.sound & (whole == before), field, "is there twice")
        self.refuse(self.sound & (whole < before), field, "comes after a later date")
        return days

    def on_sessions(self, days: Days, field: str) -> None:
        """Refuse the rows whose date is no NYSE session."""
        first, last = np.datetime64(calendar.FIRST, "D"), np.datetime64(calendar.LAST, "D")
        known = (days >= first) & (days <= last)
        every = calendar.sessions(calendar.FIRST, calendar.LAST)
        closed = known & (every[np.minimum(np.searchsorted(every, days), len(every) - 1)] != days)
        self.refuse(closed, field, "is not a day the NYSE was open")

    def numbers(self, field: str, blanks: frozenset[str] = frozenset()) -> Floats:
        """The field as float64, NaN for the words in `blanks`; refused: anything else that is not finite."""
        words = [word.strip() for word in self.columns[field]]
        empty = np.array([word in blanks for word in words], dtype=bool)
        if blanks:
            words = ["nan" if hole else word for word, hole in zip(words, empty, strict=True)]
        values = _floats(words)
        self.refuse(~np.isfinite(values) & ~empty, field, "is not a number")
        return values

    def refusals(self) -> tuple[str, ...]:
        """One sentence a refused row, the first few of the file; then one that counts the rest."""
        at = sorted(self.reasons)
        said = [f"{self.name} line {self.lines[i]}: {self.reasons[i]}" for i in at[:SHOWN]]
        if len(at) > SHOWN:
            said.append(f"{self.name}: {len(at) - SHOWN} more rows refused, the last at line {self.lines[at[-1]]}")
        return tuple(said)


def shown(value: str) -> str:
    """A value from outside as a short quoted word with nothing in it that a terminal would obey."""
    return ascii(value if len(value) <= WIDEST else value[: WIDEST - 3] + "...")


def _rows(path: Path, name: str) -> tuple[list[list[str]], list[int]]:
    """The header and the rows that aren't blank; the line number of each row after the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            numbered = [(reader.line_num, row) for row in reader if row]
    except OSError as error:
        raise SourceError(f"{name} can't be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{name} is not a CSV file in UTF-8: {error}") from None
    if not numbered:
        raise SourceError(f"{name} is empty")
    return [row for _, row in numbered], [line for line, _ in numbered[1:]]


def _dates(words: Sequence[str]) -> Days:
    """The words as datetime64[D], NaT where one is no date."""
    # Others numpy would read as well, such as `today` or an instant with a zone, and warn of.
    words = [word if len(word) == DATE else "NaT" for word in words]
    try:
        return np.array(words, dtype="datetime64[D]")
    except ValueError:
        return np.array([_date(word) for word in words], dtype="datetime64[D]")


def _date(word: str) -> np.datetime64:
    try:
        return np.datetime64(word, "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def _floats(words: Sequence[str]) -> Floats:
    """The words as float64, NaN where one is no number."""
    try:
        return np.array([float(word) for word in words])
    except ValueError:
        return np.array([_float(word) for word in words])


def _float(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")
