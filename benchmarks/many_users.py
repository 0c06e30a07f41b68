"""Many sessions of one user on one machine and one store: `python -m benchmarks.many_users`; 1 when a promise broke.

Each is the app in a terminal of its own over a live source served on this machine. What is measured: the memory of
each, the processor's time of all while nothing happens, how many fetchers there are, what a key takes while another
process writes the store, and how soon another session fetches once the one that did is killed.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.live.store import NAME, filled
from tests.loopback import Loopback, World

from .terminal import Paint, Terminal, module

ALL, MACRO = wanted(Settings())
FIRST = date(2022, 1, 3)
SATURDAY = datetime(2024, 10, 12, 15, tzinfo=UTC)
FRIDAY = datetime(2024, 10, 11, 23, 30, tzinfo=UTC)
SECONDS, CALM = 25.0, 5.0
TAKEN_OVER = 8.0
"""Seconds within which another session looks at the lock and fetches: 5 between two looks, and its own start."""
CPU, MEGABYTES = 5.0, 60.0
KEYS = "jk"


class Memory(NamedTuple):
    """Megabytes of a process: all that is resident, its share of it, and what is its own alone."""

    rss: float
    pss: float
    own: float


class Seen(NamedTuple):
    """What many sessions came to."""

    memory: Sequence[Memory]
    fetcher: Memory
    cpu: float
    fetching: float
    sent: int
    fetchers: int
    keys: Sequence[float]
    taken_over: float
    load: float


def main() -> None:
    """So many sessions, and the table of what they came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="to look at them while nothing happens")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        seen = looked_at(Path(home), asked.sessions, asked.seconds)
    rows = told(seen, asked.sessions)
    print("\n".join(f"| {what} | {goal} | {found} | {'yes' if met else 'NO'} |" for what, goal, found, met in rows))
    sys.exit(not all(met for *_, met in rows))


def told(seen: Seen, sessions: int) -> tuple[tuple[str, str, str, bool], ...]:
    """What was measured, beside what it should be, and whether it is."""
    pss, rss = [one.pss for one in seen.memory], [one.rss for one in seen.memory]
    return (
        ("fetchers", "1", str(seen.fetchers), seen.fetchers == 1),
        (
            f"memory of each of {sessions}",
            f"{MEGABYTES:.0f} MB",
            f"PSS {statistics.median(pss):.1f} (most {max(pss):.1f}), RSS {statistics.median(rss):.1f}, "
            f"its own {statistics.median(one.own for one in seen.memory):.1f} MB",
            statistics.median(pss) <= MEGABYTES,
        ),
        ("memory of the fetcher", "", f"PSS {seen.fetcher.pss:.1f}, RSS {seen.fetcher.rss:.1f} MB", True),
        ("processor, all sessions idle", f"{CPU:g} %", f"{seen.cpu:.2f} %", seen.cpu <= CPU),
        ("processor, the fetcher idle", "", f"{seen.fetching:.2f} %", True),
        ("bytes sent, all sessions idle", "0", str(seen.sent), seen.sent == 0),
        (
            "a key while another writes the store",
            "all answered",
            f"median {statistics.median(seen.keys):.0f}, slowest {max(seen.keys):.0f} ms",
            max(seen.keys) < 1000,
        ),
        (
            "another fetches after a kill",
            f"{TAKEN_OVER:g} s",
            f"{seen.taken_over:.1f} s",
            seen.taken_over <= TAKEN_OVER,
        ),
        ("load of the machine meanwhile", "", f"{seen.load:.1f}", True),
    )


def looked_at(home: Path, sessions: int, seconds: float) -> Seen:
    """Open the sessions, look at them, and kill the one that fetches."""
    world = World(FRIDAY, ALL, FIRST, MACRO)
    with Loopback(world) as net, ExitStack() as stack:
        filled(home, world, FRIDAY)
        world.now = SATURDAY
        env = net.environment(home / "client")
        env |= {"SMALLCAP_HOME": str(home), "SMALLCAP_NOW": SATURDAY.isoformat()}
        crowd = []
        for _ in range(sessions):
            crowd.append(stack.enter_context(Terminal(module("smallcap.tui", "--source", "yahoo"), env)))
            crowd[-1].first_screen()
        pool = stack.enter_context(ThreadPoolExecutor(sessions))

        def all_watch(seconds: float) -> list[Paint]:
            return list(pool.map(lambda one: one.watch(seconds), crowd))

        owner, fetcher = until_one_fetches(crowd, all_watch)
        all_watch(CALM)
        before, fetched = [one.cpu_seconds() for one in crowd], cpu(fetcher)
        sent = sum(paint.size for paint in all_watch(seconds))
        spent = sum(one.cpu_seconds() for one in crowd) - sum(before)
        fetching, load = (cpu(fetcher) - fetched) / seconds * 100, os.getloadavg()[0]
        memory, own = [mapped(one.pid) for one in crowd], mapped(fetcher)
        fetchers = len(children(crowd))
        with writing(home / NAME):
            keys = [one.press(key).ms for one in crowd for key in KEYS]
        taken_over = time_to_take_over(crowd, owner, all_watch)
        return Seen(memory, own, 100 * spent / seconds, fetching, sent, fetchers, keys, taken_over, load)


def until_one_fetches(crowd: Sequence[Terminal], all_watch) -> tuple[Terminal, int]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """The session whose child fetches, and that child; RuntimeError when there never is one."""
    for _ in range(60):
        if len(found := children(crowd)) == 1:
            return found[0]
        all_watch(0.5)
    raise RuntimeError(f"{len(children(crowd))} fetchers")


def time_to_take_over(crowd: Sequence[Terminal], owner: Terminal, all_watch) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Kill a session; the seconds until the child of another holds the store's lock."""
    os.kill(owner.pid, 9)
    began = time.monotonic()
    others = [one for one in crowd if one is not owner]
    while not children(others) and time.monotonic() - began < 10 * TAKEN_OVER:
        time.sleep(0.05)
    return time.monotonic() - began


def children(crowd: Sequence[Terminal]) -> list[tuple[Terminal, int]]:
    """The fetchers, each with the session whose child it is."""
    found = []
    for one in crowd:
        try:
            pids = Path(f"/proc/{one.pid}/task/{one.pid}/children").read_text("ascii").split()
        except OSError:
            continue
        found += [(one, int(pid)) for pid in pids if fetches(int(pid))]
    return found


def fetches(pid: int) -> bool:
    """Whether a process is a fetcher that goes on: one that finds the lock held ends at once."""
    try:
        return b"smallcap.core.live" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def cpu(pid: int) -> float:
    """The processor's seconds of all threads of a process."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text("ascii").split()[0]) for task in tasks) / 1e9


def mapped(pid: int) -> Memory:
    """The memory of a process, as the kernel adds it up."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    kilobytes = {name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    own = kilobytes["Private_Dirty"] + kilobytes["Private_Clean"]
    return Memory(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024, own / 1024)


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Another process's long transactions on the store, one after the other, as a thread that holds its lock."""
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            with closing(sqlite3.connect(store, timeout=5)) as db, db:
                db.execute("begin immediate")
                db.execute("insert or replace into notes values ('benchmark', '1')")
                over.wait(0.3)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
