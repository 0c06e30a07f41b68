"""What was seen in a month held against what was promised: requests, closes and memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from smallcap.core import calendar
from smallcap.core.publication import closes_at, due_at
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from .months import NEW_YORK, Month, evening, instant

TICKERS, _ = wanted(Settings())
MOST, WARM = 0.05, 0.3
CEILING = 300
LATE = 400.0
"""Seconds from the moment that a close is due until it must be shown, where nothing hinders it."""


def judged(month: Month, seen: Mapping[str, Any]) -> list[str]:
    """What is wrong with what was seen, in words."""
    wrong = [*seen["wrong"], *(f"held wrongly: {day}" for day in seen["held"])]
    for who in ("app", "watch"):
        wrong += missed(month, [(at, date.fromisoformat(day)) for at, day in seen["shown"][who]], who)
    wrong += [f"asked for {leak}" for leak in seen["leaks"]]
    if month.live and seen["busiest"] > CEILING + 1:
        wrong.append(f"{seen['busiest']} requests in an hour")
    if month.exact:
        backs = {at[:10] for at, what, *rest in month.events if what == "clock" and rest[0] < 0}
        for day, promised in schedule(month).items():
            found = dict(seen["days"].get(day, {}))
            # Whether the look that was ahead when the clock was set back is among them hangs on the second.
            once_more = promised | {"quote": promised.get("quote", 0) + 1} if day in backs else promised
            if found not in (promised, once_more):
                wrong.append(f"{day}: {found}, not {promised}")
    wrong += [f"{what} grew by {grown:.1%}" for what, grown in growth(seen).items() if grown > MOST]
    return wrong


def missed(month: Month, shown: Sequence[tuple[float, date]], who: str) -> list[str]:
    """Closes that were shown twice, not at all, or, where nothing hinders, late."""
    days = [day for _, day in shown]
    # The simulated market's newest close is of the session before the New York date.
    first, last = (calendar.last_closed_session(evening(day)) for day in (month.first, month.last))
    if not month.live:
        first, last = (calendar.previous_session(day) for day in (first, month.last))
    true = [date.fromisoformat(str(day)) for day in calendar.sessions(first, last)]
    wrong = [f"{who}: {day} was shown {days.count(day)} times" for day in true if days.count(day) != 1 and month.exact]
    wrong += [f"{who}: {day} is no session" for day in days if day not in true]
    asleep = [] if month.exact else slept(month, true)
    wrong += [f"{who}: {day} was never shown" for day in true if day not in days and day not in asleep]
    if days and days[-1] != true[-1]:
        wrong.append(f"{who} ends on {days[-1]}, not on {true[-1]}")
    if month.exact:
        late = [(day, at - due_at(day).timestamp()) for at, day in shown[1:] if at - due_at(day).timestamp() > LATE]
        wrong += [f"{who}: {day} was shown {seconds:.0f} s late" for day, seconds in late]
    return wrong


def slept(month: Month, days: Sequence[date]) -> list[date]:
    """The sessions whose close and the next one both went by under a closed lid."""
    lids = [(instant(at), rest[0]) for at, what, *rest in month.events if what == "clock" and rest[0] > 0]
    return [d for d in days for at, long in lids if at <= closes_at(d) and due_at(d) <= at + timedelta(seconds=long)]


def schedule(month: Month) -> dict[str, dict[str, int]]:
    """The requests of each day in New York that are promised, when nobody presses a key for half an hour.

    A session: each ticker's bars 20 minutes after its close and two hours after it, and the last trades in between.
    FRED twice on every business day. The first quotes bring the cookie and the crumb. A clock that is set back in a
    session makes it longer.
    """
    found: dict[str, dict[str, int]] = {}
    day, keyed = month.first + timedelta(1), {at[:10] for at, what, *_ in month.events if what == "keys"}
    split = {rest[1]: 1 for _, what, *rest in month.events if what == "split"}
    fresh = True
    while day < month.last:
        asked: dict[str, int] = {}
        if calendar.is_session(day):
            opens = datetime.combine(day, datetime.min.time(), NEW_YORK) + timedelta(hours=9, minutes=30)
            back = -sum(rest[0] for at, what, *rest in month.events if what == "clock" and at.startswith(str(day)))
            asked = {"quote": looks((closes_at(day) - opens).total_seconds() + back, month), "chart": 2 * len(TICKERS)}
            if fresh:
                asked |= {"cookie": 1, "crumb": 1}
                fresh = False
        if day.weekday() < calendar.SATURDAY:
            asked["fred"] = 2
        if asked and day.isoformat() not in keyed and day.isoformat() not in split:
            found[day.isoformat()] = asked
        day += timedelta(1)
    return found


def looks(seconds: float, month: Month) -> int:
    """How often the last trades of a session are asked for: first at its opening, last at its close or 30 s later."""
    apart = 4 * 60 if month.streaming else 60
    times, over = divmod(seconds, apart)
    return int(times) + 1 + (over > 0)


def growth(seen: Mapping[str, Any]) -> dict[str, float]:
    """How much memory and objects grew, once everything was met."""
    warm, end = measured(seen)
    return {"memory": end[1] / warm[1] - 1, "objects": end[2] / warm[2] - 1}


def measured(seen: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Day, bytes and objects once everything was met, and at the end."""
    rows = seen["memory"]
    return rows[int(WARM * len(rows))], rows[-1]
