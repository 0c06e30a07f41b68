"""Due: what is to be asked of the providers now, and when the next thing will be, by the exchange's calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from .. import format as fmt
from ..calendar import SATURDAY, hours, last_closed_session, new_york, next_session_after, sessions_between
from ..publication import closes_at, due_at, due_session, opens_at

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
SETTLING = 2 * HOUR
# Requests in an hour from which on the quotes get rarer, so that what is due besides fits under the hard ceiling.
BUSY = 280
QUOTES, RARE_QUOTES, MINUTES, RARE_MINUTES, IDLE = 15 * SECOND, MINUTE, MINUTE, 2 * MINUTE, 4
# The last trades are asked for until a minute after the close, so that the close itself is seen.
LINGER, LAST_LOOK = MINUTE, 30 * SECOND
FIRST_LATE, LAST_LATE = 5 * MINUTE, HOUR
FIRST_RETRY, LAST_RETRY, LAST_RETRY_SHOWN = 15 * SECOND, 15 * MINUTE, MINUTE
SPANS = ((20, "1mo"), (60, "3mo"), (240, "1y"))
# FRED shows VIX, spreads and the funds rate on a business day's morning, the Treasury's yields by its late afternoon.
MACRO_SHOWN, MACRO_FULL = (time(10), time(17)), 7 * DAY
ON_SCREEN, LAST_TRADES, CLOSES, OBSERVATIONS, BACKFILL = range(5)
Kind = Literal["daily", "quotes", "minutes", "macro"]


class Job(NamedTuple):
    """One thing to ask: of `tickers` (one for daily and minutes, the series' names for macro) over `period`.

    `period` is 1mo, 3mo, 1y or max for daily, 1d or 5d for minutes, 40d or max for macro; `interval` the minutes of a
    bar, 0 where there is none; `why` a few words for the log; the most urgent `priority` is 0.
    """

    kind: Kind
    tickers: tuple[str, ...]
    period: str
    interval: int
    why: str
    priority: int

    @property
    def key(self) -> str:
        """What it is known by: `daily IWM`, `daily IWM max`, `minutes IWM 1`, `quotes`, `macro DGS2,DGS10 max`."""
        tickers = "" if self.kind == "quotes" else ",".join(self.tickers)
        parts = (self.kind, tickers, "max" * (self.period == "max"), str(self.interval or ""))
        return " ".join(part for part in parts if part)


class Wants(NamedTuple):
    """What is followed: tickers, macro series, the ticker on the chart and the length of its bars in minutes (0: none).

    `idle` when nobody looks, `streaming` while the stream of trades is healthy.
    """

    tickers: tuple[str, ...]
    series: tuple[str, ...] = ()
    visible: str = ""
    minutes: int = 0
    idle: bool = False
    streaming: bool = False


class Kept(NamedTuple):
    """Which daily bars of a ticker are held: up to `last_session`, not expected to change up to `final_through`.

    `full` when they don't fit the newest answer and all are to be asked for again; `gap_until` the last day (New York)
    on which a session that is missing inside is asked for once more.
    """

    last_session: date
    final_through: date
    full: bool = False
    gap_until: date | None = None


class Failure(NamedTuple):
    """How often a job failed in a row, and when last; `unknown` when the ticker of its bars doesn't exist."""

    times: int
    at: datetime
    unknown: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What is held and what was asked: bars by ticker, and by Job.key the last answer and the failures since.

    An answer is whatever the provider said, what the gate refused included; a job leaves `failures` when answered.
    Instants that lie ahead of `now` were written by a wrong clock and count as never.
    """

    daily: Mapping[str, Kept] = field(default_factory=dict)
    answered_at: Mapping[str, datetime] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    requests_last_hour: int = 0

    def answered(self, key: str, now: datetime) -> datetime | None:
        """When the job was last answered, None for never."""
        at = self.answered_at.get(key)
        return at if at is not None and at <= now else None


class _Close(NamedTuple):
    """The newest session whose close is due, since when, when its volume has settled, and the same of the next one."""

    session: date
    due_at: datetime
    settles_at: datetime
    following: date
    following_due_at: datetime


class Planned(NamedTuple):
    """A job, and the instant from which on it is due."""

    at: datetime
    job: Job


def due(now: datetime, wants: Wants, known: Known) -> tuple[Job, ...]:
    """What is to be asked at `now`, the most urgent first; nothing twice as long as `known` hears of the answers.

    SmallcapError for an instant without a time zone and outside the exchange calendar.
    """
    ready = (planned.job for planned in _plan(now, wants, known) if planned.at <= now)
    return tuple(sorted(ready, key=lambda job: job.priority))


def next_due(now: datetime, wants: Wants, known: Known) -> datetime:
    """When there will be something to ask, if nothing changes meanwhile: `now` itself, or later (UTC).

    The exchange's next opening or close when nothing at all is wanted. Errors as `due`.
    """
    ahead = (planned.at for planned in _plan(now, wants, known))
    return max(now, min(ahead, default=hours(now).changes_at)).astimezone(UTC)


def final_through(fetched_at: datetime) -> date:
    """The newest session whose bar, fetched at `fetched_at`, is not expected to change: 2 hours after its close.

    Volumes go on settling for a while after a close.
    """
    return last_closed_session(fetched_at - SETTLING)


def _plan(now: datetime, wants: Wants, known: Known) -> Iterator[Planned]:
    """Every job there could be, each with the instant from which it is due; no job before and after a session's hours
    for last trades and minutes, as what is shown then are closes."""
    now = new_york(now).astimezone(UTC)
    tickers = tuple(ticker for ticker in dict.fromkeys((wants.visible, *wants.tickers)) if ticker)
    close = _close(due_session(now))
    for ticker in tickers:
        yield _daily(now, ticker, known, close)
    if tickers:
        job = Job("quotes", tickers, "", 0, "last trades", LAST_TRADES)
        yield Planned(_quotes_at(now, quotes_apart(wants, known), known), job)
    if wants.visible and wants.minutes:
        yield _minutes(now, wants, known)
    if wants.series:
        yield _macro(now, wants.series, known)


def _close(session: date) -> _Close:
    following = next_session_after(session)
    return _Close(session, due_at(session), closes_at(session) + SETTLING, following, due_at(following))


def _daily(now: datetime, ticker: str, known: Known, close: _Close) -> Planned:
    kept, today = known.daily.get(ticker), new_york(now).date()
    if kept is not None and max(kept.final_through, kept.last_session) > today:
        kept = None  # written by a wrong clock
    job = Job("daily", (ticker,), _period(today, kept), 0, "", CLOSES)
    usual, whole = (known.answered(job._replace(period=period).key, now) for period in ("1mo", "max"))
    answered = _newer(usual, whole)
    reasons = [_session_reason(kept, answered, close)]
    if kept is not None and kept.full:
        reasons.append((_again_in_full(usual, whole) or now, "all bars: the newest don't fit those held", BACKFILL))
    if kept is not None and kept.gap_until is not None:
        again = (answered or now - DAY) + DAY
        if new_york(again).date() <= kept.gap_until:
            reasons.append((again, "a session is missing among the last", BACKFILL))
    at, why, priority = min(reasons, key=lambda reason: (max(reason[0], now), reason[2]))
    return Planned(_after_failure(at, known.failures.get(job.key), now), job._replace(why=why, priority=priority))


def _session_reason(kept: Kept | None, answered: datetime | None, close: _Close) -> tuple[datetime, str, int]:
    """When the newest session's bar is to be asked for, why, and how urgent that is."""
    missing = kept is None or kept.last_session < close.session
    at, why = close.following_due_at, f"the close of {fmt.day(close.following)}"
    if kept is not None and not missing and kept.final_through >= close.session:
        pass
    elif answered is None or answered < close.due_at:
        at, why = close.due_at, "no bars are held" if kept is None else f"the close of {fmt.day(close.session)}"
    elif missing:
        late = answered + min(answered - close.due_at + FIRST_LATE, LAST_LATE)
        at, why = min(late, at), f"the close of {fmt.day(close.session)}, which is late"
    elif answered < close.settles_at:
        at, why = close.settles_at, f"the settled volume of {fmt.day(close.session)}"
    return at, why, CLOSES


def _again_in_full(usual: datetime | None, whole: datetime | None) -> datetime | None:
    """When all bars are asked for again: at once after the answer that didn't fit, daily while that goes on."""
    if whole is None or (usual is not None and usual > whole):
        return usual
    return whole + DAY


def _period(today: date, kept: Kept | None) -> str:
    if kept is None or kept.full:
        return "max"
    gap = sessions_between(min(kept.final_through, kept.last_session), today)
    return next((period for most, period in SPANS if gap <= most), "max")


def quotes_apart(wants: Wants, known: Known) -> timedelta:
    """The time between two questions for last trades while the session runs."""
    rare = wants.streaming or known.requests_last_hour > BUSY
    return (RARE_QUOTES if rare else QUOTES) * (IDLE if wants.idle else 1)


def _quotes_at(now: datetime, apart: timedelta, known: Known) -> datetime:
    session = hours(now)
    if not session.open and not (session := hours(now - LINGER)).open:
        return _after_failure(hours(now).changes_at, known.failures.get("quotes"), now, LAST_RETRY_SHOWN)
    opens, closes = opens_at(session.session), session.changes_at
    asked = known.answered("quotes", now)
    at = opens if asked is None or asked < opens else asked + apart
    if asked is not None and asked < closes and at >= closes + LINGER:
        at = closes + LAST_LOOK
    at = _after_failure(at, known.failures.get("quotes"), now, LAST_RETRY_SHOWN)
    return at if at < closes + LINGER else opens_at(next_session_after(session.session))


def _minutes(now: datetime, wants: Wants, known: Known) -> Planned:
    period = "1d" if wants.minutes == 1 else "5d"
    why = f"{wants.minutes}-minute bars on the screen"
    job = Job("minutes", (wants.visible,), period, wants.minutes, why, ON_SCREEN)
    apart = (RARE_MINUTES if known.requests_last_hour > BUSY else MINUTES) * (IDLE if wants.idle else 1)
    return Planned(_minutes_at(now, apart, known.answered(job.key, now), known.failures.get(job.key)), job)


def _minutes_at(now: datetime, apart: timedelta, asked: datetime | None, failure: Failure | None) -> datetime:
    """In a session `apart` from each other, after it once when its close is due."""
    session, closed = hours(now), due_session(now)
    opens = opens_at(session.session)
    at = opens if asked is None or asked < opens else asked + apart
    if session.open and (at := _after_failure(at, failure, now, LAST_RETRY_SHOWN)) < session.changes_at:
        return at
    if session.open:
        at = due_at(session.session)
    elif asked is None or asked < due_at(closed):
        at = due_at(closed)
    else:
        at = min(session.changes_at, due_at(next_session_after(closed)))
    return _after_failure(at, failure, now, LAST_RETRY_SHOWN)


def _macro(now: datetime, series: tuple[str, ...], known: Known) -> Planned:
    """Due when new observations can have come since the last answer, so at most twice on a business day and not on a
    weekend; all of them weekly, as old ones get revised."""
    job = Job("macro", series, "40d", 0, "new observations", OBSERVATIONS)
    usual, whole = (known.answered(job._replace(period=period).key, now) for period in ("40d", "max"))
    if whole is None or new_york(now).date() - new_york(whole).date() >= MACRO_FULL:
        job = job._replace(period="max", why="all observations, as every week" if whole else "no observations are held")
    asked = _newer(usual, whole)
    at = now if asked is None or whole is None else _observations_after(asked)
    return Planned(_after_failure(at, known.failures.get(job.key), now), job)


def _observations_after(asked: datetime) -> datetime:
    """The first instant after `asked` at which a business day's observations are shown; bank holidays are not known."""
    local = new_york(asked)
    days = (local.date() + timedelta(n) for n in range(4))
    shown = (datetime.combine(day, at, local.tzinfo) for day in days if day.weekday() < SATURDAY for at in MACRO_SHOWN)
    return next(at for at in shown if at > local)


def _after_failure(
    at: datetime, failure: Failure | None, now: datetime, longest: timedelta = LAST_RETRY
) -> datetime:  # fmt: skip
    """`at`, or later when the job failed: 15 s doubling to `longest`, a day for a ticker that doesn't exist."""
    if failure is None or failure.at > now:
        return at
    doubled = FIRST_RETRY * 2 ** min(max(failure.times - 1, 0), 10)
    return max(at, failure.at + (DAY if failure.unknown else min(doubled, longest)))


def _newer(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
