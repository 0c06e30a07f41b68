"""The clock: the one place that asks what time it is, so that everything else takes the time as an argument."""

from __future__ import annotations

import time
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import NamedTuple

from ..core.calendar import new_york
from ..core.errors import UsageError


class Clock(NamedTuple):
    """The machine's clock, or one that was set to another instant when the program started and runs on from there."""

    offset: timedelta = timedelta(0)

    @property
    def replay(self) -> bool:
        """Whether the clock was set to another time than the machine's."""
        return self.offset != timedelta(0)

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self.offset


def clock_from(setting: str | None) -> Clock:
    """The clock that SMALLCAP_NOW asks for; the machine's own when it is not set. UsageError for no ISO instant."""
    if not setting:
        return Clock()
    try:
        instant = datetime.fromisoformat(setting)
        # In another zone, or a day later, those of the first and the last year are none.
        if instant.year in {MINYEAR, MAXYEAR}:
            raise ValueError
    except ValueError:
        raise UsageError(f"SMALLCAP_NOW {setting[:40]!r} is not an ISO instant like 2021-03-12T21:00:00Z") from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return Clock(instant - datetime.fromtimestamp(time.time(), UTC))


def new_york_minute(now: datetime) -> str:
    """The instant as hours and minutes on New York clocks."""
    return f"{new_york(now):%H:%M}"
