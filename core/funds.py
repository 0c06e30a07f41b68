"""Facts about funds, indexes and sectors: each with source and date, as built in or as the user's own file has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from . import format as fmt
from .errors import UsageError, nearest
from .settings import number

STALE_AFTER_MONTHS = 12
BUILT_IN = "built in"
TICKER = re.compile(r"[A-Z0-9^][A-Z0-9.=-]{0,11}")
LONGEST_TEXT, LONGEST_SAID = 200, 60
DEFAULTS = ("source", "recorded", "note")
ROW = ("value", "since", "until", *DEFAULTS)


class Kind(NamedTuple):
    """What a figure's value may be: its unit, the range of a number, and how such a value is written."""

    unit: str
    low: float = 0.0
    high: float = 1.0
    like: str = "0.17"


TEXT = Kind("text", like='"Russell 2000"')
# One row a figure: the section of the file, then the figure's key there.
FIGURES: dict[str, dict[str, Kind]] = {
    "funds": {
        "name": TEXT,
        "index": TEXT,
        "holdings": Kind("count", 1, 100_000, "1920"),
        "expense_ratio": Kind("fraction", high=0.05, like="0.0019"),
    },
    "indexes": {
        "domestic_revenue_low": Kind("fraction", like="0.7"),
        "domestic_revenue_high": Kind("fraction", like="0.8"),
    },
    "sectors": {
        sector: Kind("fraction")
        for sector in (
            "Financials", "Health care", "Industrials", "Technology", "Consumer discretionary", "Consumer staples",
            "Real estate", "Energy", "Materials", "Utilities", "Communication services", "Other",
        )
    },
}  # fmt: skip


class Fact(NamedTuple):
    """One figure of a fund or an index, in force from `since` to `until`, both included (None: no limit).

    `value` is text, a whole number or a fraction, as `unit` says; `recorded` is the day somebody read it at `source`.
    """

    subject: str
    figure: str
    value: float | str
    unit: str
    source: str
    recorded: date
    since: date | None
    until: date | None
    note: str = ""
    origin: str = BUILT_IN

    def in_force(self, as_of: date) -> bool:
        """Whether the figure held on `as_of`."""
        return (self.since or date.min) <= as_of <= (self.until or date.max)

    def age_months(self, as_of: date) -> int:
        """Whole months from the day it was recorded to `as_of`, never below 0."""
        months = 12 * (as_of.year - self.recorded.year) + as_of.month - self.recorded.month
        return max(0, months - (as_of.day < self.recorded.day))

    def stale(self, as_of: date) -> bool:
        """Whether it was recorded more than 12 months before `as_of`; on the very anniversary it is not stale yet."""
        months = self.age_months(as_of)
        return months > STALE_AFTER_MONTHS or (months == STALE_AFTER_MONTHS and as_of.day != self.recorded.day)

    def later(self, as_of: date) -> bool:
        """Whether it was recorded after `as_of`: nobody could have read it there then."""
        return self.recorded > as_of

    def shown(self) -> str:
        """The value in words: `0.19%`, `1,920`, or the text."""
        if isinstance(self.value, str):
            return self.value
        return fmt.trimmed(self.value) if self.unit == "fraction" else f"{self.value:,}"

    def age_words(self, as_of: date) -> str:
        """`recorded 2026-11-21`, and from a month on how old that is, whether stale; or that it was after `as_of`."""
        words = f"recorded {self.recorded}"
        if self.later(as_of):
            return f"{words}, after this date"
        months = self.age_months(as_of)
        if not months:
            return words
        return f"{words}, {fmt.count(months, 'month')} old{': stale' if self.stale(as_of) else ''}"


class Facts(NamedTuple):
    """All that is known, in the order of the files; at most one row of a subject's figure is in force on a day."""

    rows: tuple[Fact, ...] = ()

    def of(self, subject: str, figure: str, as_of: date) -> Fact | None:
        """The row of this figure in force on `as_of`, or None when nothing is known for that day."""
        return next((fact for fact in self.about(subject, as_of) if fact.figure == figure), None)

    def about(self, subject: str, as_of: date) -> tuple[Fact, ...]:
        """What is in force on `as_of`, one row a figure."""
        return tuple(fact for fact in self.rows if fact.subject == subject and fact.in_force(as_of))

    def subjects(self) -> tuple[str, ...]:
        """Every fund and index something is known about."""
        return tuple(dict.fromkeys(fact.subject for fact in self.rows))


def read(override: Path | None = None) -> Facts:
    """The built-in facts, each figure that the file `override` has taken from there; UsageError naming file and key."""
    seeds = Path(__file__).resolve().parents[1] / "seeds"
    known = [fact for name in ("funds", "sectors") for fact in parse(_load(seeds / f"{name}.toml"), BUILT_IN)]
    if override is None:
        return Facts(tuple(known))
    try:
        own = parse(_load(override), str(override))
    except FileNotFoundError:
        own = []
    by_figure = {**_by_figure(known), **_by_figure(own)}
    return Facts(tuple(fact for rows in by_figure.values() for fact in rows))


def parse(given: Mapping[str, Any], origin: str) -> list[Fact]:
    """The facts in a file's tables, in their order; UsageError naming `origin`, key, value and what would be right."""
    try:
        _check_keys("the file", given, [*DEFAULTS, *FIGURES])
        above = {"origin": origin, **_defaults("", given)}
        return [
            fact
            for section in FIGURES
            for subject, table in _table(section, given.get(section, {})).items()
            for fact in _subject(section, subject, table, above)
        ]
    except UsageError as error:
        raise UsageError(f"{origin}: {error}") from None


def _load(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  only what asks for a fact pays for it

    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} can't be read: {error}") from None


def _by_figure(facts: list[Fact]) -> dict[tuple[str, str], list[Fact]]:
    found: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.subject, fact.figure), []).append(fact)
    return found


def _subject(section: str, subject: str, given: object, above: Mapping[str, Any]) -> Iterator[Fact]:
    path = f"{section}.{_key(subject)}"
    if section == "indexes":
        _text(section, subject)
    elif not TICKER.fullmatch(subject):
        raise UsageError(f"{path} is not named by a ticker: upper-case, at most 12 characters, like [{section}.IWM]")
    table = _table(path, given)
    kinds = FIGURES[section]
    _check_keys(path, table, [*DEFAULTS, *kinds])
    above = {**above, **_defaults(path, table), "subject": subject}
    for key, value in table.items():
        if key in kinds:
            figure = f"weight {key}" if section == "sectors" else key
            yield from _figure(f"{path}.{_key(key)}", kinds[key], value, {**above, "figure": figure})


def _figure(path: str, kind: Kind, given: object, above: Mapping[str, Any]) -> list[Fact]:
    rows = given if isinstance(given, list) else [given]
    if not rows:
        raise UsageError(f"{path} [] has no row in it: write a value like {kind.like}")
    facts = [_fact(path, kind, row if isinstance(row, dict) else {"value": row}, above) for row in rows]
    for earlier, later in pairwise(sorted(facts, key=lambda fact: (fact.since or date.min, fact.until or date.max))):
        if (earlier.until or date.max) >= (later.since or date.min):
            raise UsageError(
                f"{path} has two rows for {later.since or earlier.until or 'every day'}, {earlier.shown()} and "
                f"{later.shown()}: let one's `until` be a day before the other's `since`"
            )
    return facts


def _fact(path: str, kind: Kind, row: Mapping[str, Any], above: Mapping[str, Any]) -> Fact:
    _check_keys(path, row, ROW)
    if "value" not in row:
        raise UsageError(f"{path} has no value: write value = {kind.like}")
    told = {**above, **_defaults(path, row)}
    for key, like in (("source", '"where it was read"'), ("recorded", "2026-11-21")):
        if key not in told:
            raise UsageError(f"{path} has no {key}: write {key} = {like} with it, or at the top of the file for all")
    since, until = (_day(f"{path}.{key}", row[key]) if key in row else None for key in ("since", "until"))
    if since and until and since > until:
        raise UsageError(f"{path} has since {since} after until {until}: write the earlier day as `since`")
    return Fact(value=_value(path, kind, row["value"]), unit=kind.unit, since=since, until=until, **told)


def _defaults(path: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """What a table says for everything in it: source, recorded and note, where it does."""
    found: dict[str, Any] = {}
    for key in DEFAULTS:
        if key in table:
            where = f"{path}.{key}".removeprefix(".")
            found[key] = _day(where, table[key]) if key == "recorded" else _text(where, table[key], blank=key == "note")
    return found


def _value(path: str, kind: Kind, value: object) -> float | str:
    if kind.unit == "text":
        return _text(path, value)
    if kind.unit == "count":
        if type(value) is int and kind.low <= value <= kind.high:
            return value
        raise UsageError(f"{path} {_said(value)} is not a whole number from {kind.low:,} to {kind.high:,}")
    found = number(path, _text(path, value)) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise UsageError(f"{path} {_said(found)} is not a number like {kind.like}")
    if kind.low <= found <= kind.high:
        return float(found)
    percent = kind.high < found <= 100 * kind.high
    right = f": {found:g} % is written {found / 100:.6g}" if percent else f", like {kind.like}"
    raise UsageError(f"{path} {_said(found)} is not a fraction from {kind.low:g} to {kind.high:g}{right}")


def _text(path: str, value: object, blank: bool = False) -> str:
    """Text that a screen can show as it is: a terminal obeys control characters, so a file must not bring any."""
    if not isinstance(value, str) or not (value.strip() or blank):
        raise UsageError(f"{path} {_said(value)} is not text in quotes")
    if not value.isprintable() or len(value) > LONGEST_TEXT:
        raise UsageError(f"{path} {_said(value)} is not plain text of at most {LONGEST_TEXT} characters on one line")
    return value


def _day(path: str, value: object) -> date:
    if type(value) is date:  # a datetime is a date too
        return value
    raise UsageError(f"{path} {_said(value)} is not a date, written without quotes like 2026-11-21")


def _table(path: str, value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise UsageError(f"{path} {_said(value)} is not a table like [funds.IWM]")


def _check_keys(path: str, table: Mapping[str, Any], valid: Sequence[str]) -> None:
    for key in table:
        if key not in valid:
            hint = nearest(key, list(valid)) or f"; the keys are {', '.join(valid)}"
            raise UsageError(f"{path} has {_said(key)}, which is not a key there{hint}")


def _key(key: str) -> str:
    """A key as a TOML path has it: bare where it can be."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", key) else _said(key)


def _said(value: object) -> str:
    """A value for a sentence: one line, nothing unprintable, cut where it gets long."""
    try:
        text = repr(value) if isinstance(value, str | list | dict) else str(value).lower()
    except (ValueError, RecursionError):  # a number of thousands of digits, a list in a list in a list
        return "(too long to show)"
    return text if len(text) <= LONGEST_SAID else f"{text[: LONGEST_SAID - 3]}..."
