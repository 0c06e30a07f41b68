"""A refresh that is killed at any moment leaves the old bars or the new ones, whole and of one generation."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from smallcap.core.live.archive import Archive
from smallcap.core.live.raw import FIELDS, Held

from tests.core.live.forking import forking, said_until_killed
from tests.core.live.refreshing import ROWS, TICKERS, bars, refresh

ROOT = Path(__file__).resolve().parents[3]
# Lines said before a kill: of two refreshes at most. Seconds after the last of them.
KILLS, STEPS, LONGEST = 200, 24, 0.01


class Said(NamedTuple):
    """What a process had said when it was killed: the last generation that began, the last that was there."""

    begun: int
    there: int


class Look(NamedTuple):
    """The generation of the bars held, those of the bars staged by ticker, and how often what is held was changed."""

    held: int
    staged: dict[str, int]
    changes: int


@contextmanager
def process() -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to refresh, and killed when it was not before."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.core.live.refreshing"]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def tell(started: subprocess.Popen[str], path: Path, generation: int) -> None:
    """Let it begin."""
    assert started.stdin
    started.stdin.write(f"{path} {generation}\n")
    started.stdin.flush()


def killed(forks: subprocess.Popen[str], path: Path, generation: int, steps: int, after: float) -> Said:
    """Have one refresh, and kill it some time after it has said so many lines."""
    said = said_until_killed(forks, path, generation, steps, after)
    numbers = {word: int(number) for word, number in (line.rsplit(" ", 1) for line in said if line.endswith("\n"))}
    return Said(numbers["begins"], numbers.get("is there", 0))


def look(archive: Archive) -> Look:
    """Read everything, and hold every number against every other."""
    held = {ticker: generation(bars) for ticker, bars in archive.histories().items()}
    staged = {ticker: generation(bars) for ticker, bars in archive.histories(staged=True).items()}
    assert archive.trouble == ""
    assert set(held) == set(TICKERS)
    assert len(set(held.values())) == 1, held
    return Look(held["T0"], staged, archive.versions().market)


def generation(held: Held) -> int:
    """Which refresh wrote these bars: all of them."""
    columns = np.array([getattr(held.raw, name) for name in FIELDS])
    assert columns.shape == (len(FIELDS), ROWS)
    assert (columns == columns[0, 0]).all()
    return int(columns[0, 0])


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with a first generation."""
    made = Archive(tmp_path / "store.sqlite3")
    made.prepare()
    made.write(lambda change: [change.stage(bars(ticker, 1)) for ticker in TICKERS])
    made.write(lambda change: change.promote())
    return made


def test_two_hundred_kills_leave_one_generation_each(archive: Archive):
    chance, path = random.Random(20261120), archive.path
    before, last, inside, ended = look(archive), 1, 0, 0
    with forking() as forks:
        for _ in range(KILLS):
            end = killed(forks, path, last, chance.randint(1, STEPS), chance.uniform(0.0, LONGEST))
            seen = look(Archive(path))
            # What was said to be there is there; else what was there before, or what had just begun.
            assert seen.held in {end.there or before.held, end.begun}, (before, end, seen)
            assert seen.changes - before.changes == max(0, seen.held - last), (before, end, seen)
            new = [ticker for ticker, staged in seen.staged.items() if staged == end.begun]
            assert new == list(TICKERS[: len(new)])
            assert new == [] or seen.held < end.begun
            assert set(seen.staged.values()) - {end.begun} <= set(before.staged.values())
            again = Archive(path)
            again.prepare()
            assert again.trouble == ""
            inside += seen.held < end.begun
            ended += seen.held > last
            before, last = seen, end.begun
    assert inside > KILLS // 2, f"only {inside} kills met a refresh under way"
    assert ended > KILLS // 4, f"only {ended} processes ended a refresh"


def test_a_refresh_after_a_killed_one_ends_with_all_of_its_own(archive: Archive):
    archive.write(lambda change: [change.stage(bars(ticker, 2)) for ticker in TICKERS[:4]])
    assert look(archive).held == 1
    refresh(archive, 3)
    assert look(archive) == Look(3, {}, 2)


READS, GENERATIONS = 200, 10


def read(path: Path, into: list[int], failed: list[BaseException]) -> None:
    """Read two hundred times and until the writer has gone on, as an app beside the fetcher does."""
    archive = Archive(path)
    try:
        while len(into) < READS or len(set(into)) <= GENERATIONS:
            found = {generation(held) for held in archive.histories().values()}
            assert archive.trouble == ""
            assert len(found) == 1, found
            into.extend(found)
    except BaseException as error:
        failed.append(error)


def test_readers_beside_a_writer_see_one_generation_each_time(archive: Archive):
    seen: tuple[list[int], list[int]] = ([], [])
    failed: list[BaseException] = []
    with process() as writer:
        tell(writer, archive.path, 1)
        assert writer.stdout
        drain = threading.Thread(target=writer.stdout.read)
        threads = [threading.Thread(target=read, args=(archive.path, into, failed)) for into in seen]
        for thread in (drain, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        writer.kill()
        drain.join()
    assert failed == []
    for generations in seen:
        assert len(generations) >= READS
        assert generations == sorted(generations)
