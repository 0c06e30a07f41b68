"""Sources: where bars come from. SOURCES has one word a kind; anything else that is named is a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from ..bars import Panel
from ..live.log import Entry
from ..live.raw import Minutes, Quote
from ..store import Store

if TYPE_CHECKING:
    from ..freshness import Freshness
    from ..live.archive import Archive, Versions
    from ..reading import Reading


class Source(Protocol):
    """Anything that can load a panel as of an instant; `replay` says that the instant is not today's."""

    @property
    def simulated(self) -> bool: ...

    def closed(self, now: datetime) -> date: ...

    def load(self, now: datetime, *, replay: bool = False) -> Panel: ...


@runtime_checkable
class Ticking(Protocol):
    """A source with a session in progress: last prices by ticker beside a panel, and the session they belong to."""

    def ticks(self, now: datetime, panel: Panel) -> Mapping[str, float]: ...

    def session_in_progress(self, now: datetime) -> date: ...


@runtime_checkable
class Fetched(Ticking, Protocol):
    """A source that a fetcher fills: its archive, what came straight from the fetcher, and how fresh it all is."""

    archive: Archive
    loaded: int

    def move(self, archive: str) -> None: ...

    def refusal(self, ticker: str) -> str: ...

    def push(self, quotes: Iterable[Quote]) -> None: ...

    def versions(self) -> Versions: ...

    def freshness(self, now: datetime, reading: Reading, ticker: str, *, replay: bool) -> Freshness: ...


@runtime_checkable
class Minuted(Protocol):
    """A source with bars shorter than a day: of one session in minutes, or of five in steps of five minutes.

    `minutes` answers at once with what is known at `now`, None when that is nothing: when to fetch it is the source's
    own affair. Bars of sessions that had not begun at `now` are not in the answer.
    """

    def minutes(self, ticker: str, days: int, now: datetime) -> Minutes | None: ...


@runtime_checkable
class Logged(Protocol):
    """A source that asks others: what it asked and got, oldest first, and what it will do next, in sentences."""

    def log(self) -> tuple[Entry, ...]: ...

    def outlook(self, now: datetime) -> tuple[str, ...]: ...


class Kind(Protocol):
    """What a source's module has: how it is opened."""

    def opened(self, store: Store) -> Source: ...


SOURCES = ("demo", "yahoo")
"""What `--source` may name beside a folder; each is a module here of the same name."""


def open_source(name: str, store: Store) -> Source:
    """The source of that name, or the folder at that path."""
    if name in SOURCES:
        # Whoever reads a folder doesn't pay for the generator, nor the demo for the store's other tables.
        kind = cast("Kind", import_module(f".{name}", __package__))
        return kind.opened(store)
    from .folder import Folder  # noqa: PLC0415  the demo doesn't pay for the CSV reader

    return Folder(Path(name), store)
