"""Meet every fault with the running app and write docs/faults.md: `make faults`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.live import table as rows
from tests.live.store import filled
from tests.loopback import FAULTS, Loopback, World

from .table import machine, percentile
from .terminal import ROOT, Terminal, module

OUTPUT = ROOT / "docs" / "faults.md"
ALL, MACRO = wanted(Settings())
FIRST = date(2022, 1, 3)
BEFORE, EVENING = (datetime(2024, 10, day, 23, 30, tzinfo=UTC) for day in (8, 9))
MORNING = datetime(2024, 10, 9, 14, 30, tzinfo=UTC)
SPLIT = date(2024, 10, 9)
# Long enough for the fetcher to start, to meet the fault and to take in what else came.
SECONDS, QUIET, LIMIT = 8.0, 0.02, 50.0
NONE, KEYS = "none", "jk[]c"
HEAD = """# Faults

Written by `make faults`; not edited by hand. The tests run the real clients against a server on this
machine that does each of these things, and demand what the tables say: no traceback, nothing that is held changes, the
state is the one named here, and after the fault everything is the truth again.

The last column was measured, from a key to the end of its frame: keys pressed for {seconds:g} s from the first screen
on, while the fetcher starts, meets the fault and takes in what else comes; 120x40, {machine}, the server on the same
machine. All {n:,} keys: {every}; {over} took more than {limit:g} ms. Without a fault, in the same run: {base}.
"""


class Row(NamedTuple):
    """A fault: the kind of request that it meets, whom, and what comes of it in words."""

    kind: str
    fault: str
    tickers: tuple[str, ...]
    options: dict[str, object]
    outcome: tuple[str, str, str]


class Section(NamedTuple):
    """Faults of one kind of data: their heading, the outcome's columns, the instant they are met at."""

    title: str
    note: str
    columns: tuple[str, str, str]
    now: datetime
    rows: tuple[Row, ...]
    first: str = ""
    keys: str = KEYS


def main() -> None:
    """Every section in turn; how long each key took goes beside what the tests demand."""
    quiet = Row("chart", NONE, (), {}, ("yes", "CLOSED", ""))
    body, every = [], list[float]()
    base = _pressed(quiet, EVENING)
    for section in _sections():
        body += [
            f"## {section.title}\n",
            f"{section.note}\n",
            _line("fault", "what it is", *section.columns, "slowest key"),
        ]
        body.append("|---|---|---|---|---|---:|")
        for row in section.rows:
            print(f"{section.title}: {row.kind} {row.fault}", file=sys.stderr, flush=True)
            took = _pressed(row, section.now, section.first, section.keys)
            every += took
            about = FAULTS[row.fault].words if row.fault in FAULTS else "Every connection is closed, old and new."
            options = "".join(f", {name} {value}" for name, value in row.options.items())
            met = "" if row.kind in {"*", "chart", "quote", "stream", "fred"} else f"{row.kind}: "
            body.append(_line(f"{met}`{row.fault}`{options}", about, *row.outcome, f"{max(took):.0f} ms"))
        body.append("")
    text = "\n".join([_head(base, every), *body])
    OUTPUT.write_text(text, encoding="utf-8")
    print(text)


def _sections() -> Iterator[Section]:
    """The tables that the tests demand, as rows of this page."""
    closes = ("newest close stored", "the log says", "closes are")
    yield Section(
        "Daily bars",
        "One ticker's bars; all the others are renewed beside it. What is held up to the session before never changes.",
        closes,
        EVENING,
        tuple(
            Row("chart", row.fault, (ticker,), row.options, (_yes(row.stored), row.log, row.state))
            for row, ticker in zip(rows.CHARTS, ALL, strict=False)
        ),
    )
    yield Section(
        "FRED",
        "Some series of FRED's table, or the whole of it; each series stands for itself.",
        ("newest value stored", "series", "heals"),
        EVENING,
        tuple(
            Row("fred", row.fault, row.series, {}, (_yes(row.stored), ", ".join(row.series) or "all", "yes"))
            for row in rows.OBSERVATIONS
        ),
    )
    yield Section(
        "The wire",
        "Whatever is asked for, unless a kind of request is named.",
        closes,
        EVENING,
        tuple(
            Row(row.kind, row.fault, (), row.options, (_yes(row.stored), row.log, row.state))
            for row in (*rows.WIRE, *(one for together in rows.TOGETHER for one in together))
        ),
    )
    prices = ("price shown", "the log says", "prices are")
    yield Section(
        "Last trades",
        "A ticker's row of the batch quote, then the whole answer.",
        prices,
        MORNING,
        (
            *(
                Row("quote", row.fault, (ticker,), row.options, (_yes(row.shown), row.log, row.state))
                for row, ticker in zip(rows.QUOTES, ALL[1:], strict=False)
            ),
            *(Row("quote", row.fault, (), {}, ("no", row.log, "STALE")) for row in rows.QUOTED),
        ),
    )
    yield Section(
        "Minutes",
        "The bars of 1D and 5D.",
        ("bars shown", "the log says", "prices are"),
        MORNING,
        tuple(
            Row("chart", row.fault, (ticker,), row.options, (_yes(row.stored), row.log, row.state or "LIVE"))
            for row, ticker in zip(rows.MINUTES, ("IWM", "SPY", "QQQ"), strict=True)
        ),
        "1",
        "jkc",
    )
    yield Section(
        "The stream",
        "The quotes of every 15 s go on beside it.",
        prices,
        MORNING,
        tuple(Row("stream", row.fault, (), {}, ("of the quotes", row.log, row.state)) for row in rows.STREAM),
    )


def _pressed(row: Row, now: datetime, first: str = "", keys: str = KEYS) -> list[float]:
    """The milliseconds from each key to the end of what it paints, pressed all the while a fault is met."""
    world = World(now, ALL, FIRST, MACRO, speed=1.0)
    with tempfile.TemporaryDirectory() as name, Loopback(world) as net:
        home = Path(name)
        filled(home, world, BEFORE)
        world.now = now
        if "split" in row.fault:
            world.split(row.tickers[0], SPLIT, 2.0)
        if row.fault == "offline":
            net.offline()
        elif row.fault != NONE:
            net.fault(row.kind, row.fault, row.tickers or None, **row.options)
        env = net.environment(home / "client") | {"SMALLCAP_HOME": name, "SMALLCAP_NOW": now.isoformat()}
        with Terminal(module("smallcap.tui", "--source", "yahoo"), env) as app:
            app.first_screen()
            for key in first:
                app.press(key)
            end, took = time.monotonic() + SECONDS, list[float]()
            while time.monotonic() < end:
                took += [app.press(key, QUIET).ms for key in keys]
            if not net.count(None if row.kind == "*" else row.kind) and row.fault != "offline":
                raise RuntimeError(f"{row.kind} {row.fault} was not met within {SECONDS:g} s")
        return took


def _head(base: Sequence[float], every: Sequence[float]) -> str:
    def figures(took: Sequence[float]) -> str:
        return (
            f"median {percentile(took, 50):.0f}, 99th percentile {percentile(took, 99):.0f}, slowest {max(took):.0f} ms"
        )

    return HEAD.format(
        seconds=SECONDS,
        machine=machine(),
        n=len(every),
        every=figures(every),
        over=sum(ms > LIMIT for ms in every),
        limit=LIMIT,
        base=figures(base),
    )


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _yes(stored: bool) -> str:
    return "yes" if stored else "no"


if __name__ == "__main__":
    main()
