"""The analyst profile: a pair, a window and panels; what it asks, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import cast

import numpy as np

from .. import format as fmt
from ..bars import Days, to_day
from ..calendar import same_day
from ..errors import SmallcapError, UsageError, nearest
from ..history import Pair, parse_pair
from ..reading import Reading
from . import analyst_report
from .analyst_panels import PANELS, Section
from .analyst_window import Window, episodes, sessions_of, summaries, window
from .curve import Curve
from .plan import Plan
from .profile import Command, Profile, World
from .question import Answers, Choice, Question, day

ALL = "all"
CHOICES = (Choice(ALL, "every panel"), *(Choice(section.word, section.words) for section in PANELS))


def questions(world: World, answers: Answers) -> tuple[Question, ...]:
    """All four; UsageError where the window that the answers so far ask for has no session."""
    reading, days = world.reading, sessions_of(world.reading.panel, _pair(world, answers))
    first, last = to_day(days[0]), reading.as_of
    return (
        Question(
            "pair",
            "Which pair is it about, like IWM/SPY?",
            "The first over the second, as small caps over the market; over SPY the sectors can confirm it.",
            str(reading.pair),
            partial(_pair_of, reading=reading),
        ),
        Question(
            "from",
            "From which date?",
            f"Labels are read from {first} on; the window's returns are counted from its first close.",
            str(_usual_first(reading, days)),
            partial(_first_of, earliest=first, latest=min(last, to_day(days[-1]))),
        ),
        Question(
            "to",
            "To which date?",
            "Everything is read as it was known on that close; nothing later is looked at.",
            str(last),
            partial(_last_of, first=answers.get("from"), latest=last, days=days),
        ),
        Question(
            "panels",
            "Which panels, like regimes, axes?",
            f"Name one or more, or {ALL}.",
            ALL,
            panels_of,
            CHOICES,
        ),
    )


def consequence(world: World, answers: Answers, key: str) -> str:
    """What an answer means, in a line with its numbers; UsageError as for `questions`."""
    return _CONSEQUENCES[key](_window(world, answers), answers)


def plan(world: World, answers: Answers, texts: Mapping[str, str]) -> Plan:
    """The report: what was found in the window, and where things stood at its end."""
    return analyst_report.made(_window(world, answers), _sections(answers), texts)


def curves(world: World, answers: Answers) -> tuple[Curve, ...]:
    """The ratio over the window, and the two tickers' total returns."""
    return analyst_report.curves(_window(world, answers))


def panels_of(key: str, text: str) -> str:
    """Words of PANELS in the table's order, `all` for every one; UsageError, naming it, for another."""
    words = text.replace(",", " ").lower().split()
    known = [section.word for section in PANELS]
    for word in words:
        if word not in (*known, ALL):
            raise UsageError(f"{key} {word!r} is not a panel{nearest(word, known)}; they are {', '.join(known)}")
    if not words:
        raise UsageError(f"{key} is empty: name one or more of {', '.join(known)}, or {ALL}")
    return ALL if ALL in words else " ".join(word for word in known if word in words)


def _pair_of(key: str, text: str, *, reading: Reading) -> str:
    """The pair in capitals; UsageError for a ticker without bars, and for two that share no session."""
    pair = parse_pair(text)
    try:
        days = sessions_of(reading.panel, pair)
    except SmallcapError as error:
        raise UsageError(f"{key} {pair}: {error}") from None
    if not len(days):
        raise UsageError(f"{key} {pair}: its tickers have no session in common in {reading.origin.name}")
    return str(pair)


def _first_of(key: str, text: str, *, earliest: date, latest: date) -> date:
    found = day(key, text)
    if not earliest <= found <= latest:
        raise UsageError(f"{key} {found} is not from {earliest} to {latest}, the sessions that are known")
    return found


def _last_of(key: str, text: str, *, first: object, latest: date, days: Days) -> date:
    found = day(key, text)
    if found > latest:
        raise UsageError(f"{key} {found} is after {latest}, the session that is read")
    if isinstance(first, date) and found < first:
        raise UsageError(f"{key} {found} is before from, {first}: one of them must be another date")
    if isinstance(first, date) and not np.any((days >= np.datetime64(first)) & (days <= np.datetime64(found))):
        raise UsageError(f"{key} {found}: there is no session from {first} to it")
    return found


def _usual_first(reading: Reading, days: Days) -> date:
    """A year before the newest session that is read, or the pair's first where that is later."""
    return max(to_day(days[0]), same_day(min(reading.as_of, to_day(days[-1])), -12))


def _pair(world: World, answers: Answers) -> Pair:
    return parse_pair(str(answers.get("pair", world.reading.pair)))


def _window(world: World, answers: Answers) -> Window:
    """The window of the answers, with the defaults of those that are not there yet."""
    reading, pair = world.reading, _pair(world, answers)
    usual = _usual_first(reading, sessions_of(reading.panel, pair))
    first, last = answers.get("from", usual), answers.get("to", reading.as_of)
    return window(reading, pair, cast("date", first), cast("date", last))


def _sections(answers: Answers) -> tuple[Section, ...]:
    words = str(answers.get("panels", ALL)).split()
    return tuple(section for section in PANELS if section.word in words or ALL in words)


def _pair_means(window: Window, _: Answers) -> str:
    past = window.past
    sectors = "with" if past.pair.sectors else "without"
    known = f"{fmt.count(len(past.sessions), 'session')} since {window.day(0)}"
    return f"{known}, {sectors} sectors; {window.reading.regime.regime.label} on {window.day(-1)}"


def _window_means(window: Window, _: Answers) -> str:
    rows = summaries(episodes(window))
    longest = f"the longest {rows[0].regime.label} with {fmt.count(rows[0].sessions, 'session')}"
    return f"{fmt.count(len(window.sessions), 'session')}; {fmt.count(len(rows), 'label')}, {longest}"


def _panels_mean(window: Window, answers: Answers) -> str:
    sizes = [(section.word, len(tuple(section.rows(window)))) for section in _sections(answers)]
    return f"{fmt.count(sum(n for _, n in sizes), 'row')}: {', '.join(f'{n} {word}' for word, n in sizes)}"


_CONSEQUENCES: Mapping[str, Callable[[Window, Answers], str]] = {
    "pair": _pair_means,
    "from": _window_means,
    "to": _window_means,
    "panels": _panels_mean,
}

COMMAND = Command(
    does="report on a pair over a window: labels, axes, divergences",
    words="The regimes of a window and what happened in each, divergences between the axes and prices, where things "
    "stand, and what the evidence says of it. Nothing after the window is looked at.",
    examples=(
        "smallcap plan analyst --from 2026-01-01 --panels regimes,divergences",
        "smallcap plan analyst --pair KRE/SPY --from 2025-11-01 --to 2026-10-30 --format json",
    ),
    flags=(
        ("from", "DATE", "first date of the window (default: a year before the last session)"),
        ("to", "DATE", "last date; nothing later is looked at (default: the last session)"),
        ("panels", "WORDS", "what the report is made of, like regimes,axes (default: all)"),
    ),
)
ANALYST = Profile(
    key="analyst",
    name="analyst",
    words="A pair over a window: its labels, axes, divergences, and where it stood at the end.",
    questions=questions,
    consequence=consequence,
    plan=plan,
    command=COMMAND,
    curves=curves,
)
