"""A month of days at a time, at speed: `python -m benchmarks.long_days`; exits with 1 when something was missed.

The market is served here; the app, a watch and the fetcher live through the days in a process of their own (days.py).
Each month's requests are held against the calendar, its closes against what was shown, its memory against its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from smallcap.core import calendar
from smallcap.core.live.raw import Raw
from smallcap.core.publication import closes_at, due_at
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.live.store import filled
from tests.loopback import Loopback, World

ROOT = Path(__file__).resolve().parents[1]
NEW_YORK = ZoneInfo("America/New_York")
FIRST = date(2022, 1, 3)
TICKERS, SERIES = wanted(Settings())
MOST, WARM = 0.05, 0.3
CEILING = 300
PATIENCE = 4 * 3600.0
"""Seconds that a month may take."""
LATE = 400.0
"""Seconds from the moment that a close is due until it must be shown, where nothing hinders it."""
Event = tuple[str, str, Any]
"""An instant on New York clocks, what happens, and its arguments."""


class Month(NamedTuple):
    """The days from one evening to another, what happens in them; `exact` when the requests must be the schedule's."""

    name: str
    first: date
    last: date
    events: tuple[tuple[Any, ...], ...] = ()
    exact: bool = False
    live: bool = True
    streaming: bool = True


HOURS = 3600.0
MONTHS = (
    Month("November: clocks go back, Thanksgiving, a half day", date(2024, 10, 29), date(2024, 12, 2), exact=True),
    Month(
        "March: clocks go forward, faults, a lid, a clock set wrong",
        date(2024, 3, 1),
        date(2024, 4, 2),
        (
            ("2024-03-04 10:00", "fault", "quote", "hang"),
            ("2024-03-04 10:10", "heal"),
            ("2024-03-04 16:15", "fault", "chart", "500"),
            ("2024-03-04 17:00", "heal"),
            ("2024-03-05 09:00", "fault", "*", "429"),
            ("2024-03-05 12:00", "heal"),
            ("2024-03-06 16:15", "fault", "chart", "cut"),
            ("2024-03-06 18:00", "heal"),
            ("2024-03-07 11:00", "clock", 3 * HOURS),
            ("2024-03-08 15:00", "clock", 14 * HOURS),
            ("2024-03-11 12:00", "clock", -2 * HOURS),
            ("2024-03-12 11:00", "clock", 300.0),
            ("2024-03-12 12:00", "clock", -1800.0),
            ("2024-03-13 09:00", "clock", 26 * HOURS),
            ("2024-03-15 13:00", "fault", "quote", "truncated"),
            ("2024-03-15 14:00", "heal"),
            ("2024-03-18 16:10", "offline"),
            ("2024-03-18 20:00", "heal"),
            ("2024-03-19 16:10", "fault", "chart", "stale"),
            ("2024-03-19 19:00", "heal"),
            ("2024-03-20 16:25", "clock", -0.5 * HOURS),
            ("2024-03-22 18:00", "clock", 60 * HOURS),
            ("2024-03-25 16:00", "fault", "fred", "hang"),
            ("2024-03-26 12:00", "heal"),
            ("2024-03-27 16:15", "fault", "*", "429"),
            ("2024-03-27 22:00", "heal"),
        ),
    ),
    Month(
        "June: a split, dividends, Juneteenth, the Russell reconstitution, a half day",
        date(2024, 6, 14),
        date(2024, 7, 8),
        (
            ("2024-06-14 17:00", "split", "XLK", "2024-06-20", 4.0),
            ("2024-06-14 17:00", "split", "IWM", "2024-06-28", 2.0),
            ("2024-06-14 17:00", "dividend", "SPY", "2024-06-21", 1.7),
            ("2024-06-24 10:00", "keys", ["j"]),
            ("2024-06-24 10:20", "keys", ["k"]),
            ("2024-06-24 10:40", "keys", ["j", "k"]),
        ),
        exact=True,
    ),
    Month(
        "December: Christmas Eve's half day, a holiday, no stream",
        date(2024, 12, 20),
        date(2024, 12, 29),
        exact=True,
        streaming=False,
    ),
    Month("a simulated year: the simulated market", date(2025, 1, 2), date(2026, 1, 3), live=False),
)


class Remembering(World):
    """A market that works out a ticker's bars once an instant."""

    def __init__(self, month: Month) -> None:
        self._found: dict[tuple[str, bool], tuple[object, Raw]] = {}
        super().__init__(evening(month.first), TICKERS, FIRST, SERIES)

    def raw(self, ticker: str, now: datetime, *, told: bool = True) -> Raw:
        """The bars that were worked out last, or others."""
        key, at = (ticker, told), (now, self.version)
        if key not in self._found or self._found[key][0] != at:
            self._found[key] = at, super().raw(ticker, now, told=told)
        return self._found[key][1]


def main() -> None:
    """Every month, or those whose name holds a word, and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only the months whose name holds it")
    word = parser.parse_args().word.lower()
    print("| days | sessions | took | requests | busiest hour | memory | objects | wrong |\n|" + 8 * "---|", flush=True)
    bad = False
    for month in (month for month in MONTHS if word in month.name.lower()):
        seen = lived(month)
        wrong = judged(month, seen)
        bad = bad or bool(wrong)
        print(line(month, seen, wrong), flush=True)
    sys.exit(bad)


def lived(month: Month) -> dict[str, Any]:
    """What was seen in a month."""
    with tempfile.TemporaryDirectory() as name, Loopback(Remembering(month)) as net:
        home = Path(name)
        if month.live:
            filled(home, net.world, evening(month.first))
        env = net.environment(home / "client") | {"SMALLCAP_HOME": name, "OPENBLAS_NUM_THREADS": "1"}
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.days"],
            env=env | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin
            assert process.stdout
            limit = threading.Timer(PATIENCE, process.kill)
            limit.start()
            events = [(instant(at).timestamp(), *rest) for at, *rest in month.events]
            days = {"from": evening(month.first).timestamp(), "to": evening(month.last).timestamp()}
            process.stdin.write(
                json.dumps({**days, "live": month.live, "streaming": month.streaming, "events": events}) + "\n"
            )
            process.stdin.flush()
            seen = None
            for told in process.stdout:
                found = json.loads(told)
                if "seen" in found:
                    seen = found["seen"]
                    break
                process.stdin.write(json.dumps(served(net, found)) + "\n")
                process.stdin.flush()
            limit.cancel()
        if seen is None:
            raise RuntimeError(f"{month.name}: the days ended early, with {process.returncode}")
        return dict(seen) | {"leaks": net.leaks}


def served(net: Loopback, told: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Do what is asked of the market or its server; the requests since."""
    asked = [(request.kind, request.status) for request in net.requests]
    net.requests.clear()
    if "now" in told:
        net.world.now = datetime.fromtimestamp(told["now"], NEW_YORK)
    match told.get("do", ()):
        case ["fault", kind, name]:
            net.fault(kind, name)
        case ["heal"]:
            net.heal()
        case ["offline"]:
            net.offline()
        case ["split", ticker, day, ratio]:
            net.world.split(ticker, date.fromisoformat(day), ratio)
        case ["dividend", ticker, day, amount]:
            net.world.dividend(ticker, date.fromisoformat(day), amount)
    return asked


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
    first = calendar.last_closed_session(evening(month.first))
    days = [day for _, day in shown]
    true = [date.fromisoformat(str(day)) for day in calendar.sessions(first, month.last)]
    if not month.live:
        # The simulated market's newest close is of the session before the New York date.
        true = [day for day in true if day < month.last and day >= days[0]]
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
    rows = seen["memory"]
    warm, end = rows[int(WARM * len(rows))], rows[-1]
    return {"memory": end[1] / warm[1] - 1, "objects": end[2] / warm[2] - 1}


def line(month: Month, seen: Mapping[str, Any], wrong: Sequence[str]) -> str:
    """A row of the table."""
    rows = seen["memory"]
    warm, end = rows[int(WARM * len(rows))], rows[-1]
    asked = sum(sum(kinds.values()) for kinds in seen["days"].values())
    grown = growth(seen)
    cells = (
        month.name,
        len({day for _, day in seen["shown"]["app"]}),
        f"{seen['seconds']:.0f} s",
        f"{asked:,}",
        seen["busiest"],
        f"{warm[1] / 1e6:.1f} -> {end[1] / 1e6:.1f} MB ({grown['memory']:+.1%})",
        f"{warm[2]:,} -> {end[2]:,} ({grown['objects']:+.1%})",
        "; ".join(wrong[:6]) + (f" and {len(wrong) - 6} more" if len(wrong) > 6 else "") or "nothing",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def evening(day: date) -> datetime:
    """Half past eleven on New York clocks."""
    return datetime(day.year, day.month, day.day, 23, 30, tzinfo=NEW_YORK)


def instant(text: str) -> datetime:
    """A moment on New York clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


if __name__ == "__main__":
    main()
