"""Sources: where bars come from. SOURCES has one row a kind; anything else that is named is a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from ..bars import Panel
from ..errors import UsageError
from ..store import Store


class Source(Protocol):
    """Anything that can load a panel as of an instant; `replay` says that the instant is not today's."""

    @property
    def simulated(self) -> bool: ...

    def closed(self, now: datetime) -> date: ...

    def load(self, now: datetime, *, replay: bool = False) -> Panel: ...


@runtime_checkable
class Ticking(Protocol):
    """A source with a session in progress: last prices by ticker, and the session they belong to."""

    def ticks(self, now: datetime) -> Mapping[str, float]: ...

    def session_in_progress(self, now: datetime) -> date: ...


def _demo(store: Store) -> Source:
    from .demo import Demo  # noqa: PLC0415  a folder's reader doesn't pay for the generator

    return Demo()


def _yahoo(store: Store) -> Source:
    raise UsageError("--source yahoo is not in this version yet; use demo, or a folder of CSV files")


SOURCES: tuple[tuple[str, Callable[[Store], Source]], ...] = (("demo", _demo), ("yahoo", _yahoo))


def open_source(name: str, store: Store) -> Source:
    """The source of that name, or the folder at that path."""
    for key, opened in SOURCES:
        if name == key:
            return opened(store)
    from .folder import Folder  # noqa: PLC0415  the demo doesn't pay for the CSV reader

    return Folder(Path(name), store)
