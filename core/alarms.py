"""Alarms: the alerts that are armed and what became of them, kept in one file for many processes at once."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from . import filing
from .alerts import Alert, Fired, Reference
from .calendar import FIRST, LAST
from .errors import SmallcapError
from .framework.document import field, instant
from .slate import MOST, REMEMBERED, Change, Slate
from .triggers import Trigger, sound

SCHEMA = 1
NAME = re.compile(r"a([1-9][0-9]{0,17})")
LISTS = ("alerts", "history")
HIGHEST = 10**18


class Kept(NamedTuple):
    """What the file holds: the slate, the entries of its lists that can't be read, as they are, and why not."""

    slate: Slate
    refused: tuple[tuple[str, object], ...] = ()
    trouble: tuple[str, ...] = ()


class Alarms:
    """The slate in a file that is replaced as a whole; an entry that can't be read is named and stays in it.

    `sync`, given a file descriptor, must return when the file is on the disk (os.fsync).
    """

    def __init__(self, path: Path, sync: Callable[[int], None] | None = None) -> None:
        """Use the file at `path`, made, with its folder, by the first change."""
        self.path, self._sync = path, sync

    def read(self) -> Kept:
        """What is kept; an empty slate where there is no file, SmallcapError for one that can't be read at all."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Kept(Slate())
        except OSError as error:
            raise SmallcapError(f"the alerts in {self.path} can't be read: {error.strerror or error}") from None
        try:
            return _kept(data)
        except SmallcapError as error:
            raise SmallcapError(
                f"the alerts in {self.path} can't be read, so the file is left alone: {error}"
            ) from None

    def update(self, changes: Sequence[Change]) -> Kept:
        """Make the changes to what is kept by now, all or none.

        SmallcapError, with the file as it was, when it can't be read or written, or couldn't be read back.
        """
        with filing.changing(self.path):
            kept = self.read()
            slate = kept.slate
            for change in changes:
                slate = change(slate)
            if slate != kept.slate:
                data = _written(kept._replace(slate=slate))
                if _kept(data).slate != slate:
                    raise SmallcapError(f"{self.path} was not changed: what it would hold couldn't be read back")
                filing.replace(self.path, data, self._sync)
        return kept._replace(slate=slate)


def _written(kept: Kept) -> bytes:
    lists: dict[str, list[object]] = {key: [_document(alert) for alert in getattr(kept.slate, key)] for key in LISTS}
    for key, entry in kept.refused:
        lists[key].append(entry)
    try:
        return json.dumps({"schema": SCHEMA, "highest": kept.slate.highest, **lists}, indent=1).encode("ascii")
    except RecursionError:
        raise SmallcapError("the alerts are nested too deeply to be written") from None


def _document(alert: Alert) -> dict[str, Any]:
    """An alert as JSON: instants and dates in ISO 8601, null for what there isn't."""
    until, fired, reference = alert.snoozed_until, alert.fired, alert.reference
    return {
        "name": alert.name,
        **alert.trigger._asdict(),
        "words": alert.words,
        "armed_at": alert.armed_at.isoformat(),
        "since": alert.since.isoformat(),
        "simulated": alert.simulated,
        "reference": {"session": reference.session.isoformat(), "close": reference.close} if reference else None,
        "quiet": alert.quiet,
        "snoozed_until": until.isoformat() if until else None,
        "fired": _fired_document(fired) if fired else None,
    }


def _fired_document(fired: Fired) -> dict[str, Any]:
    session = fired.session.isoformat() if fired.session else None
    return {"at": fired.at.isoformat(), "session": session, "value": fired.value, "words": fired.words}


def _kept(data: bytes) -> Kept:
    try:
        found = json.loads(data.decode(), parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        raise SmallcapError("it is not one whole JSON document") from None
    if field(found, "schema", int) != SCHEMA:
        raise SmallcapError(f"'schema' is not {SCHEMA}, the one that this version knows")
    highest = field(found, "highest", int)
    if not 0 <= highest < HIGHEST:
        raise SmallcapError("'highest' is not how many names were given")
    refused, trouble = list[tuple[str, object]](), list[str]()
    read: dict[str, list[Alert]] = {key: [] for key in LISTS}
    for key in LISTS:
        for n, entry in enumerate(field(found, key, list), 1):
            try:
                read[key].append(_alert(entry, fired=key == "history"))
            except SmallcapError as error:
                refused.append((key, entry))
                trouble.append(f"alerts.json, entry {n} of {key} can't be read: {error}")
    if len(read["alerts"]) > MOST:
        raise SmallcapError(f"'alerts' are more than {MOST}")
    numbers = [int(alert.name[1:]) for alert in (*read["alerts"], *read["history"])]
    slate = Slate(tuple(read["alerts"]), tuple(read["history"][:REMEMBERED]), max([highest, *numbers]))
    return Kept(slate, tuple(refused), tuple(trouble))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _alert(found: object, *, fired: bool) -> Alert:
    name = field(found, "name", str)
    if not NAME.fullmatch(name):
        raise SmallcapError("'name' is not a name like a7")
    kind, on, test, label, words = (field(found, key, str) for key in ("kind", "on", "test", "label", "words"))
    reference, until = _given(found, "reference"), _given(found, "snoozed_until")
    return Alert(
        name=name,
        trigger=sound(Trigger(kind, on, test, _number(found, "level"), label)),
        words=words,
        armed_at=_instant(found, "armed_at"),
        since=_day(found, "since"),
        simulated=field(found, "simulated", bool),
        reference=Reference(_day(reference, "session"), _price(reference, "close")) if reference else None,
        quiet=field(found, "quiet", bool),
        snoozed_until=_instant(found, "snoozed_until") if until else None,
        fired=_fired(found, wanted=fired),
    )


def _given(found: object, key: str) -> object:
    return found.get(key) if isinstance(found, dict) else None


def _fired(found: object, *, wanted: bool) -> Fired | None:
    """What an entry of the history fired on; one that is armed has nothing there."""
    if not wanted:
        if _given(found, "fired") is not None:
            raise SmallcapError("'fired' is not null")
        return None
    table = field(found, "fired", dict)
    session, value = _given(table, "session"), _number(table, "value")
    if value is None:
        raise SmallcapError("'value' is not a number")
    day = None if session is None else _day(table, "session")
    return Fired(_instant(table, "at"), day, value, field(table, "words", str))


def _number(found: object, key: str) -> float | None:
    """A number that a double can hold, or None."""
    value = _given(found, key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise SmallcapError(f"{key!a} is not a number")
    return float(value)


def _price(found: object, key: str) -> float:
    price = _number(found, key)
    if price is None or price <= 0:
        raise SmallcapError(f"{key!a} is not a price above 0")
    return price


def _day(found: object, key: str) -> date:
    try:
        day = date.fromisoformat(field(found, key, str))
    except ValueError:
        day = date.min
    if not FIRST <= day <= LAST:
        raise SmallcapError(f"{key!a} is not a date like 2020-03-23")
    return day


def _instant(found: object, key: str) -> datetime:
    """An instant with a time zone, in UTC, of a year that the exchange's calendar knows."""
    at = instant(found, key)
    if not FIRST <= at.date() <= LAST:
        raise SmallcapError(f"{key!a} is not an instant of {FIRST.year} to {LAST.year}")
    return at.astimezone(UTC)
