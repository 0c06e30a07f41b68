"""When a session opens and closes, and from when on its close is due: the instants that everything due hangs on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from .calendar import hours, last_closed_session

GRACE = timedelta(minutes=20)
# 00:00 or 01:00, and 11:00 or 12:00 in New York: before every opening, and inside every session, short ones included.
NIGHT, MIDDAY = time(5, tzinfo=UTC), time(16, tzinfo=UTC)


def opens_at(session: date) -> datetime:
    """The instant (UTC) at which `session` opens; for a day that is no session, the next session's."""
    return hours(datetime.combine(session, NIGHT)).changes_at.astimezone(UTC)


def closes_at(session: date) -> datetime:
    """The instant (UTC) of the close of `session`, early closes included; `session` must be a session."""
    return hours(datetime.combine(session, MIDDAY)).changes_at.astimezone(UTC)


def due_at(session: date) -> datetime:
    """The instant (UTC) from which a provider is expected to know the close of `session`: 20 minutes after it."""
    return closes_at(session) + GRACE


def due_session(now: datetime) -> date:
    """The newest session whose close is due at `now`."""
    return last_closed_session(now - GRACE)
