"""Freshness: what a panel's numbers are, LIVE to STALE, from the calendar and the data's own times."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from . import format as fmt
from .calendar import hours, last_closed_session, new_york, next_session_after, previous_session, sessions_between
from .publication import closes_at, due_at, due_session, opens_at

WORDS = ("LIVE", "CLOSED", "DELAYED", "STALE", "CACHED", "SUSPECT", "SIMULATED", "REPLAY")
CALM = frozenset({"LIVE", "CLOSED"})
POLLS = 3
# A trade this far ahead of the machine's clock says that the clock is wrong, and with it every age shown.
SKEW = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


class State(NamedTuple):
    """One of WORDS and what it has to say more, such as `since 14:32 ET`, `5 min`, `as of Fri 2026-11-20 16:00 ET`."""

    word: str
    detail: str = ""

    @property
    def calm(self) -> bool:
        """Whether nothing is wrong: the numbers are as new as they can be."""
        return self.word in CALM

    def __str__(self) -> str:
        """The word and its detail."""
        return f"{self.word} {self.detail}".rstrip()

    def short(self, width: int) -> str:
        """As much of it as fits into `width` columns: all, or up to a `;` or `:` in the detail, or the word alone.

        The word is never cut, not even when it is wider than `width`.
        """
        text = str(self)
        ends = [len(text), *(found.start() for found in re.finditer(r"[;:] ", text))]
        return text[: max((end for end in ends if end <= width), default=len(self.word))]


class Freshness(NamedTuple):
    """The states of the three kinds of numbers on a screen: last prices, daily closes, and macro series."""

    prices: State
    daily: State
    macro: State


class _Fault(NamedTuple):
    """Something that is wrong: as a state of its own, and in few words behind a graver one."""

    state: State
    words: str


class _Trades(NamedTuple):
    """The last trades shown: the newest one's instant, the provider's delay in minutes, how old a live one may be."""

    at: datetime | None
    delay: int
    patience: timedelta


def freshness(
    now: datetime,
    *,
    simulated: bool,
    replay: bool,
    fetching: bool | None,
    as_of: date,
    macro_late: tuple[str, ...] = (),
    quote_at: datetime | None = None,
    quote_delay: int = 0,
    poll: float = 15.0,
    flags: tuple[str, ...] = (),
    quote_flags: tuple[str, ...] = (),
    offline_since: datetime | None = None,
    trouble: str = "",
) -> Freshness:
    """What the numbers shown are at `now`, the worst for a decision about money first.

    `fetching` says whether a fetch is under way, None for a source that never fetches (a folder); `as_of` is the
    session of the newest close that all tickers have; `quote_at` the newest trade of what is shown, `quote_delay` the
    provider's own delay in minutes, `poll` the seconds between two questions; `flags` and `quote_flags` the gate's
    doubts about the closes and the last trades; `trouble` why a fetch can't be made, such as a rate limit.

    SIMULATED and REPLAY say that no number is of now, and go before all else. Then SUSPECT (a number may be wrong),
    CACHED (no connection), STALE (something newer is due), DELAYED. What is wrong besides follows in the detail, so a
    graver word hides none. CLOSED are closes that are as new as can be, connection or not; last prices without a
    connection are CACHED even then. No detail changes more often than once a minute. SmallcapError for an instant
    without a time zone and outside the exchange calendar.
    """
    if simulated:
        return Freshness(*[State("SIMULATED")] * 3)
    if replay:
        past = _Fault(State("REPLAY", f"as of {fmt.day(as_of)}"), "")
        return Freshness(*(_told((past, *_doubts(d)), past.state) for d in (quote_flags + flags, flags, ())))
    since = None if fetching is None else offline_since
    offline = () if since is None else (_offline(now, since),)
    why = tuple(words for words in ("being fetched" if fetching else "", "" if offline else trouble) if words)
    as_of = previous_session(as_of + timedelta(1))  # a folder may end on a day that is none
    missing = _missing_close(now, as_of)
    known = State("CLOSED", _as_of(closes_at(min(as_of, last_closed_session(now)))))
    daily = _told((*_doubts(flags), *(offline if missing else ()), *missing), known, why if missing else ())
    late = _late(macro_late)
    observed = State("CLOSED", f"as of {fmt.day(as_of)}")
    macro = _told(((*offline, *late) if late else ()), observed)
    if fetching is None:
        return Freshness(daily, daily, macro)
    trades = _Trades(quote_at, quote_delay, POLLS * timedelta(seconds=poll))
    closes, calm, faults = _prices(now, as_of, trades)
    doubts = (*_behind(now, quote_at), *_doubts(quote_flags + flags if closes else quote_flags))
    return Freshness(_told((*doubts, *offline, *faults), calm, why if faults else ()), daily, macro)


def _told(faults: tuple[_Fault, ...], calm: State, why: tuple[str, ...] = ()) -> State:
    """The gravest fault, then the others in few words and `why` they last; `calm` when there is none."""
    if not faults:
        return calm
    worst, *others = faults
    return State(worst.state.word, "; ".join((worst.state.detail, *(fault.words for fault in others), *why)))


def _prices(now: datetime, as_of: date, trades: _Trades) -> tuple[bool, State, tuple[_Fault, ...]]:
    """Whether the prices shown are closes, what they are when nothing is wrong, and what is."""
    session = hours(now)
    if not session.open:
        return _after_hours(now, as_of, trades)
    opened = opens_at(session.session)
    if trades.at is not None and trades.at >= opened:
        return False, State("LIVE"), _delayed(now, trades, now - trades.at)
    if now - opened > trades.patience:
        unseen = State("STALE", f"since {_clock(now, opened)}: no trade seen")
        return True, unseen, (_Fault(unseen, "no trade seen"),)
    return _after_hours(now, as_of, trades)


def _after_hours(now: datetime, as_of: date, trades: _Trades) -> tuple[bool, State, tuple[_Fault, ...]]:
    """Closes, or last trades near enough to the close to stand for it until it is held."""
    closed = last_closed_session(now)
    shown = closes_at(min(as_of, closed))
    if trades.at is not None:
        shown = max(shown, min(trades.at, closes_at(closed)))
    held = shown >= closes_at(due_session(now)) - trades.patience
    return True, State("CLOSED", _as_of(shown)), () if held else _missing_close(now, as_of)


def _delayed(now: datetime, trades: _Trades, age: timedelta) -> tuple[_Fault, ...]:
    if trades.at is None or (age <= trades.patience and not trades.delay):
        return ()
    minutes = max(1, age // MINUTE, trades.delay)
    return (_Fault(State("DELAYED", f"{minutes} min"), f"last trade {_clock(now, trades.at)}"),)


def _missing_close(now: datetime, as_of: date) -> tuple[_Fault, ...]:
    """The closes after `as_of` that are due, if any: since when, and which or how many."""
    newest = due_session(now)
    if as_of >= newest:
        return ()
    first, n = next_session_after(as_of), sessions_between(as_of, newest)
    words = f"close of {fmt.day(first)} is due" if n == 1 else f"{n} closes are due"
    return (_Fault(State("STALE", f"since {new_york(due_at(first)):%Y-%m-%d %H:%M} ET: {words}"), words),)


def _late(series: tuple[str, ...]) -> tuple[_Fault, ...]:
    if not series:
        return ()
    more = len(series) - 1
    words = f"{series[0]} and {more} more are late" if more else f"{series[0]} is late"
    return (_Fault(State("STALE", words), words),)


def _doubts(flags: tuple[str, ...]) -> tuple[_Fault, ...]:
    """The first doubt, and how many there are besides."""
    told = tuple(dict.fromkeys(flags))
    if not told:
        return ()
    words = told[0] if len(told) == 1 else f"{told[0]}; {fmt.count(len(told) - 1, 'more doubt')}"
    return (_Fault(State("SUSPECT", words), words),)


def _behind(now: datetime, quote_at: datetime | None) -> tuple[_Fault, ...]:
    if quote_at is None or quote_at - now <= SKEW:
        return ()
    words = f"this machine's clock is {(quote_at - now) // MINUTE} min behind the newest trade"
    return (_Fault(State("SUSPECT", words), words),)


def _offline(now: datetime, since: datetime) -> _Fault:
    words = f"offline since {_clock(now, since)}"
    return _Fault(State("CACHED", words), words)


def _as_of(at: datetime) -> str:
    local = new_york(at)
    return f"as of {fmt.day(local.date())} {local:%H:%M} ET"


def _clock(now: datetime, at: datetime) -> str:
    """An instant as `14:32 ET`, with its date when that is another one than now's."""
    local = new_york(at)
    same = local.date() == new_york(now).date()
    return f"{local:%H:%M} ET" if same else f"{local:%Y-%m-%d %H:%M} ET"
