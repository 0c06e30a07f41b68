"""Each table of faults run against the real fetcher, all of its rows at once: they wait rather than compute."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from smallcap.core.bars import Series
from smallcap.core.freshness import Freshness
from smallcap.core.live.archive import Archive
from smallcap.core.live.log import Entry
from smallcap.core.live.protocol import Done
from smallcap.core.live.raw import Held
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.loopback import Loopback, World

from . import table
from .process import Fetching, start
from .states import alone, states
from .store import filled

SMALLCAP = str(Path(sys.executable).with_name("smallcap"))
FIRST = date(2022, 1, 3)
# The evenings of three sessions: what is held, what the fault meets, and when all is well again.
BEFORE, DURING, AFTER = (datetime(2024, 10, day, 23, 30, tzinfo=UTC) for day in (8, 9, 10))
SPLIT = date(2024, 10, 9)
TICKERS, SERIES = ("IWM", "SPY", "QQQ"), ("DGS2", "DGS10")
ALL, MACRO = wanted(Settings())


class Look(NamedTuple):
    """The store at one moment, with the truth of that moment, and what a command or a fetcher said."""

    held: Mapping[str, Held]
    truth: Mapping[str, Held]
    series: Mapping[str, Series]
    observed: Mapping[str, Series]
    fresh: Mapping[str, Freshness]
    log: Sequence[Entry]
    code: int
    said: str
    errors: str


class Outcome(NamedTuple):
    """What was held before, what came of the fault, and what after it."""

    before: Mapping[str, Held]
    during: Look
    after: Look


def charts(home: Path) -> Outcome:
    """A fault in the bars of each ticker but the VIX, and in FRED's table, met by one `smallcap fetch` of all."""
    world = World(BEFORE, ALL, FIRST, MACRO)
    archive = filled(home, world, BEFORE)
    before = archive.histories()
    with Loopback(world) as net:
        environment = net.environment(home / "client") | {"SMALLCAP_HOME": str(home)}
        for ticker, row in zip(ALL, table.CHARTS, strict=False):
            if "split" in row.fault:
                world.split(ticker, SPLIT, 2.0)
            net.fault("chart", row.fault, [ticker], **row.options)
        for row in table.OBSERVATIONS:
            net.fault("fred", row.fault, row.series or None)
        looks = []
        for now in (DURING, AFTER):
            world.now = now
            done = subprocess.run(
                [SMALLCAP, "fetch"],
                env=environment | {"SMALLCAP_NOW": now.isoformat()},
                capture_output=True,
                text=True,
                check=False,
                timeout=180,
            )
            looks.append(_look(archive, world, home, (done.returncode, done.stdout, done.stderr)))
            net.heal()
        assert not net.leaks
    return Outcome(before, *looks)


def wire(rows: Sequence[table.Down], home: Path) -> Outcome:
    """A fault of the wire, or one for each ticker, met by a fetcher that fetches once."""
    world = World(BEFORE, TICKERS, FIRST, SERIES)
    archive = filled(home, world, BEFORE)
    before = archive.histories()
    with Loopback(world) as net:
        environment = net.environment(home / "client")
        for row, ticker in zip(rows, TICKERS, strict=False):
            if row.fault == "offline":
                net.offline()
            else:
                net.fault(row.kind, row.fault, [ticker] if len(rows) > 1 else None, **row.options)
        looks = []
        for now in (DURING, AFTER):
            world.now = now
            with Fetching(environment, start(home, now.timestamp(), TICKERS, SERIES, once=True)) as fetching:
                failed = fetching.wait_for(Done).failed
                said = (fetching.wait_for_end(), "\n".join(failed), fetching.errors())
            looks.append(_look(archive, world, home, said))
            net.heal()
    return Outcome(before, *looks)


def _look(archive: Archive, world: World, home: Path, said: tuple[int, str, str]) -> Look:
    held = archive.histories()
    truth = {ticker: Held(world.bars(ticker), world.now, world.now.date()) for ticker in world.tickers}
    fresh = {t: states(alone(archive, t, home / f"{t} {world.now:%d}"), t, world.now) for t in world.tickers}
    observed = {name: world.macro(name) for name in world.series}
    return Look(held, truth, archive.series(), observed, fresh, archive.log(), *said)
