"""`smallcap watch` over the real fetcher: a new close is told, a killed fetcher comes back, and none is left behind."""

from __future__ import annotations

import os
import signal
from datetime import UTC, date, datetime
from pathlib import Path

from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.loopback import Loopback, World
from tests.tui.test_watch_command import Watching

from .process import ended, until
from .store import filled

ALL, MACRO = wanted(Settings())
FIRST = date(2022, 1, 3)
BEFORE, EVENING = (datetime(2024, 8, day, 23, 30, tzinfo=UTC) for day in (26, 27))
"""Between them this market's label changes."""


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_what_is_fetched_is_told_and_no_fetcher_outlives_the_watch(tmp_path: Path):
    with Loopback(World(BEFORE, ALL, FIRST, MACRO, speed=1)) as net:
        filled(tmp_path, net.world, BEFORE)
        net.world.now = EVENING
        environment = net.environment(tmp_path / "client")
        with Watching(tmp_path, "--source", "yahoo", now=EVENING.isoformat(), **environment) as watch:
            assert " 2024-08-26 watching IWM/SPY from Yahoo and FRED: regime RISK-OFF, " in watch.prints("watching")
            assert watch.prints(" -> ").split(maxsplit=1)[1] == "2024-08-27 regime RISK-OFF -> NARROW"
            until(lambda: children(watch.pid), "a fetcher")
            (first,) = children(watch.pid)
            os.kill(first, signal.SIGKILL)
            watch.says("the fetcher: ended; it is started again")
            watch.says("the fetcher: all right again")
            until(lambda: children(watch.pid), "another fetcher")
            (second,) = children(watch.pid)
            watch.send(signal.SIGTERM)
            assert watch.ends() == 0
            assert until(lambda: ended(first) and ended(second), "the end of both fetchers") < 5.0
        assert not net.leaks
