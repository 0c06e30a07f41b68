"""Faults of last trades, minutes and the stream, met by a fetcher that follows a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from smallcap.core.freshness import Freshness
from smallcap.core.live.archive import Archive
from smallcap.core.live.log import Entry
from smallcap.core.live.protocol import Alive, Ready, Refresh, Ticks, Want
from smallcap.core.live.raw import Minutes, Quote

from tests.loopback import Loopback, World

from . import table
from .campaigns import ALL, BEFORE, FIRST, TICKERS
from .process import Fetching, start, until
from .states import alone, states
from .store import filled

MORNING = datetime(2024, 10, 9, 14, 30, tzinfo=UTC)
LATER = timedelta(minutes=10)


class Seen(NamedTuple):
    """The last trades and states during the fault, those after it, and what was logged and said all along."""

    during: Mapping[str, Quote]
    fresh: Mapping[str, Freshness]
    healed: Mapping[str, Freshness]
    log: Sequence[Entry]
    errors: str


class Bars(NamedTuple):
    """The minutes held during the fault and after it, each beside the truth."""

    during: Mapping[str, Minutes | None]
    healed: Mapping[str, tuple[Minutes | None, Minutes]]
    log: Sequence[Entry]


def quotes(home: Path) -> Seen:
    """A fault in the last trade of each ticker but the first; the next look at the same tickers is sound."""
    tickers = ALL[: len(table.QUOTES) + 3]
    world = World(MORNING, tickers, FIRST, (), speed=1)
    archive = filled(home, world, BEFORE)
    with Loopback(world) as net:
        net.fault("stream", "silent")
        for ticker, row in zip(tickers[1:], table.QUOTES, strict=False):
            names = tickers[-3:] if row.fault == "partial" else [ticker]
            net.fault("quote", row.fault, names, **row.options)
        environment = net.environment(home / "client")
        with Fetching(environment, start(home, MORNING.timestamp(), tickers, (), once=False)) as fetching:
            until(lambda: tickers[0] in archive.quotes(), "a last trade")
            during, fresh = archive.quotes(), _fresh(archive, tickers, world, home / "during")
            net.heal()
            net.fault("stream", "silent")
            until(lambda: len(archive.quotes()) == len(tickers), "the last trades of all")
            until(lambda: not any(key.startswith("quote/") for key in archive.notes()), "no doubt left")
            return Seen(
                during, fresh, _fresh(archive, tickers, world, home / "after"), archive.log(), fetching.errors()
            )


def polled(row: table.Polled, home: Path) -> Seen:
    """A fault of the batch quote as a whole, then none."""
    world = World(MORNING, TICKERS, FIRST, (), speed=1)
    archive = filled(home, world, BEFORE)
    with Loopback(world) as net:
        net.fault("stream", "silent")
        net.fault("quote", row.fault)
        environment = net.environment(home / "client")
        with Fetching(environment, start(home, MORNING.timestamp(), TICKERS, (), once=False)) as fetching:
            until(lambda: row.log in words(archive.log()) and net.count("quote"), f"{row.fault} in the log")
            during, fresh = archive.quotes(), _fresh(archive, TICKERS, world, home / "during")
            net.heal()
            net.fault("stream", "silent")
            fetching.send(Refresh())
            until(lambda: len(archive.quotes()) == len(TICKERS), "the last trades of all")
            healed = _fresh(archive, TICKERS, world, home / "after")
            return Seen(during, fresh, healed, archive.log(), fetching.errors())


def pushed(row: table.Pushed, home: Path) -> Seen:
    """A fault of the stream beside sound quotes; then the stream is sound and the quotes are gone."""
    world = World(MORNING, TICKERS, FIRST, (), speed=1)
    archive = filled(home, world, BEFORE)
    with Loopback(world) as net:
        net.fault("stream", row.fault)
        environment = net.environment(home / "client")
        with Fetching(environment, start(home, MORNING.timestamp(), TICKERS, (), once=False)) as fetching:
            until(lambda: len(archive.quotes()) == len(TICKERS), "the last trades of all")
            until(lambda: row.log in words(archive.log()), f"{row.log} in the log")
            during, fresh = archive.quotes(), _fresh(archive, TICKERS, world, home / "during")
            net.heal()
            net.fault("quote", "left_out")
            fetching.wait_for(Alive, after=len(fetching.messages))
            said, at = len(fetching.messages), world.now.timestamp()
            fetching.wait_for(Ticks, lambda ticks: ticks.quotes[0].at > at, after=said)
            return Seen(
                during, fresh, _fresh(archive, TICKERS, world, home / "after"), archive.log(), fetching.errors()
            )


def minutes(home: Path) -> Bars:
    """A fault in the minutes of each ticker, then another fetcher without it."""
    world = World(MORNING, TICKERS, FIRST, ())
    archive = filled(home, world, BEFORE)
    want = Want(TICKERS, TICKERS[0], 1, TICKERS)
    with Loopback(world) as net:
        net.fault("stream", "silent")
        for ticker, row in zip(TICKERS, table.MINUTES, strict=True):
            net.fault("chart", row.fault, [ticker], **row.options)
        environment = net.environment(home / "client")
        found: list[dict[str, Minutes | None]] = []
        for now in (MORNING, MORNING + LATER):
            world.now, asked = now, net.count("chart")
            with Fetching(environment, start(home, now.timestamp(), TICKERS, (), once=False)) as fetching:
                fetching.send(want)
                fetching.wait_for(Ready)
                until(lambda asked=asked: net.count("chart") >= asked + len(TICKERS), "minutes of all")
                until(lambda now=now: _minutes_said(archive, now), "minutes stored or refused")
            found.append({ticker: archive.minutes(ticker, 1) for ticker in TICKERS})
            net.heal()
            net.fault("stream", "silent")
        during, healed = found
        return Bars(during, {t: (healed[t], world.minutes(t)) for t in TICKERS}, archive.log())


def words(log: Sequence[Entry]) -> str:
    """Everything that a log says."""
    return "\n".join(f"{entry.what} {entry.words}" for entry in log)


def _minutes_said(archive: Archive, now: datetime) -> bool:
    """Whether each ticker's minutes were answered for since `now` and nothing is left to be written."""
    answered = archive.notes().get("answered", {})
    failed = {entry.what for entry in archive.log() if entry.kind == "failed" and entry.at >= now}
    keys = {ticker: f"minutes {ticker} 1" for ticker in TICKERS}
    return all(ticker in failed or answered.get(key, "") >= now.isoformat() for ticker, key in keys.items())


def _fresh(archive: Archive, tickers: Sequence[str], world: World, folder: Path) -> dict[str, Freshness]:
    return {t: states(alone(archive, t, folder / t), t, world.now) for t in tickers}
