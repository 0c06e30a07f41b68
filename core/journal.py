"""The journal: the plans that were saved, one JSON line an entry, in a file that is only ever added to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

from . import filing
from .errors import SmallcapError, nearest
from .framework.document import Saved, document, field, instant, plan_of
from .framework.plan import Plan

SCHEMA = 1
MOST_NAMED = 10
NAME = re.compile(r"p([1-9][0-9]{0,17})")
START_OF_ENTRY = re.compile(rb'\{"schema": ?[0-9]+, ?"id": ?"p([1-9][0-9]{0,17})"')


class Deleted(NamedTuple):
    """That a plan was deleted, and when; its own line stays in the file."""

    id: str
    at: datetime


class Contents(NamedTuple):
    """What the file holds: plans and deletions by name, lines that can't be read, the highest number ever given."""

    plans: dict[str, Saved]
    deleted: dict[str, datetime]
    trouble: list[str]
    highest: int


class Journal:
    """Saved plans for many processes at once; `trouble` names the lines that couldn't be read, which stay as they are.

    `sync`, given a file descriptor, must return when the file is on the disk (os.fsync); without it an entry outlives
    the process, but perhaps not a power cut.
    """

    def __init__(self, path: Path, sync: Callable[[int], None] | None = None) -> None:
        """Use the file at `path`, made, with its folder, by the first save."""
        self.path, self._sync = path, sync
        self.trouble: tuple[str, ...] = ()

    def all(self) -> tuple[Saved, ...]:
        """Every plan that was not deleted, oldest first; SmallcapError when there is a file that can't be read."""
        contents = self._contents()
        return tuple(saved for name, saved in contents.plans.items() if name not in contents.deleted)

    def one(self, name: str) -> Saved:
        """The plan of that name; SmallcapError naming it and those that are there."""
        return _find(self._contents(), name)

    def save(self, plan: Plan, now: datetime) -> Saved:
        """Keep the plan under a name that was never given before.

        SmallcapError, with the file as it was, when it can't be written or the plan couldn't be read back from it.
        """
        with filing.changing(self.path):
            data = self._data()
            saved = Saved(f"p{self._read(data).highest + 1}", _utc(now), plan)
            kept = {"id": saved.id, "saved": saved.saved.isoformat(), "plan": document(plan)}
            self._append(data, {"schema": SCHEMA, **kept})
        return saved

    def delete(self, name: str, now: datetime) -> Saved:
        """Leave the plan of that name out from now on; what it was. SmallcapError as in `one` and `save`."""
        with filing.changing(self.path):
            data = self._data()
            saved = _find(self._read(data), name)
            self._append(data, {"schema": SCHEMA, "deleted": name, "at": _utc(now).isoformat()})
        return saved

    def _contents(self) -> Contents:
        data = self._data()
        if _torn(data):  # perhaps only because somebody is writing
            with suppress(SmallcapError), filing.changing(self.path):
                data = self._data()
        return self._read(data)

    def _read(self, data: bytes) -> Contents:
        contents = _parse(data, self.path.name)
        self.trouble = tuple(contents.trouble)
        return contents

    def _data(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise SmallcapError(f"the plans in {self.path} can't be read: {error.strerror or error}") from None

    def _append(self, data: bytes, entry: dict[str, Any]) -> None:
        """Add one whole line to a file that holds `data`, after the end of a line that was torn off."""
        line = json.dumps(entry, allow_nan=False).encode("ascii")
        _entry(line)
        if not self.path.exists():
            self.path.touch(mode=0o600)
        with self.path.open("ab", buffering=0) as file:
            self._write(file, b"\n" * _torn(data) + line + b"\n")

    def _write(self, file: FileIO, line: bytes) -> None:
        size = file.tell()
        try:
            # One write, unless there is no room: then the rest fails and says why.
            while line:
                line = line[file.write(line) :]
            if self._sync:
                self._sync(file.fileno())
        except BaseException:
            file.truncate(size)
            raise


def _utc(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise SmallcapError(f"the instant {now.isoformat()} has no time zone: write it with one, such as Z or +00:00")
    return now.astimezone(UTC)


def _torn(data: bytes) -> bool:
    return bool(data) and not data.endswith(b"\n")


def _find(contents: Contents, name: str) -> Saved:
    if name in contents.plans and name not in contents.deleted:
        return contents.plans[name]
    if name in contents.deleted:
        raise SmallcapError(f"plan {name} was deleted on {contents.deleted[name].date()}")
    known = [each for each in contents.plans if each not in contents.deleted]
    hint = "" if NAME.fullmatch(name) else nearest(name, known)
    newest = f"; the newest are {', '.join(known[-MOST_NAMED:])}" if known else "; none is saved yet"
    raise SmallcapError(f"there is no plan {name[:40]!a}{hint or newest}")


def _parse(data: bytes, file: str) -> Contents:
    """The entries of every line, and for each that can't be read why; numbers that it may have given count as given."""
    contents = Contents({}, {}, [], 0)
    for n, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            number = _take(contents, _entry(line))
        except SmallcapError as error:
            start = START_OF_ENTRY.match(line)
            number = int(start[1]) if start else contents.highest + 1
            name = f" (p{number})" if start else ""
            contents.trouble.append(f"{file} line {n}{name} can't be read: {error}")
        contents = contents._replace(highest=max(contents.highest, number))
    return contents


def _take(contents: Contents, entry: Saved | Deleted) -> int:
    """Count an entry in; the number in its name."""
    if isinstance(entry, Deleted):
        contents.deleted.setdefault(entry.id, entry.at)
    elif entry.id in contents.plans:
        raise SmallcapError(f"there is a plan {entry.id} before it")
    else:
        contents.plans[entry.id] = entry
    return int(entry.id[1:])


def _entry(line: bytes) -> Saved | Deleted:
    """What one line says; SmallcapError for whatever else it may hold."""
    try:
        found = json.loads(line.decode())
    except (ValueError, RecursionError):
        raise SmallcapError("it is not one whole entry") from None
    if field(found, "schema", int) != SCHEMA:
        raise SmallcapError(f"its schema is not {SCHEMA}, the one that this version knows")
    if "deleted" in found:
        return Deleted(_name(found, "deleted"), instant(found, "at"))
    return Saved(_name(found, "id"), instant(found, "saved"), plan_of(found.get("plan")))


def _name(found: object, key: str) -> str:
    name = field(found, key, str)
    if not NAME.fullmatch(name):
        raise SmallcapError(f"{key!a} is not a name like p7")
    return name
