"""The child is never one of two: who holds the lock fetches."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from filelock import FileLock
from smallcap.core.live.child import free, lock_of
from smallcap.core.live.protocol import Busy, Done, Ready

from tests.core.live.child.conftest import DEAF, Family, fake, is_running, living, until


def test_none_is_started_while_another_process_holds_the_lock(archive: Path):
    archive.parent.mkdir()
    family = Family(archive, fake(DEAF))

    async def story() -> None:
        with FileLock(lock_of(archive), is_singleton=False):
            await until(lambda: family.starts >= 5)
            assert family.child.pid is None
            assert family.pids == []
        await until(lambda: family.pids)

    living(family, story)


def test_one_that_says_another_fetches_ends_and_is_tried_later(archive: Path):
    family = Family(archive, fake("say('busy')\n" + DEAF))

    async def story() -> None:
        await until(lambda: Busy() in family.said)
        await until(lambda: family.child.busy)
        await until(lambda: len(family.pids) >= 2)
        assert family.child.ended == "done"

    living(family, story)


def test_that_another_fetched_once_is_forgotten_by_the_next_child(archive: Path):
    mark = archive.parent / "first"
    script = f"""
if os.path.exists({str(mark)!r}):
    say("ready", archive=start["archive"], why="")
    while True: time.sleep(60)
open({str(mark)!r}, "w").close()
say("busy")
"""
    family = Family(archive, fake(script))

    async def story() -> None:
        await until(lambda: family.child.busy)
        await until(lambda: Ready(str(archive)) in family.said)
        assert not family.child.busy

    living(family, story)


def test_one_fetch_ends_with_its_last_word(archive: Path):
    family = Family(archive, fake("say('done', failed=['IWM: no'])\n" + DEAF))
    lively = asyncio.run(family.child.once(family.start))
    assert not lively
    assert family.said[1:] == [Done(("IWM: no",))]
    assert not family.child.busy
    assert not is_running(family.pids[0])


def test_the_lock_is_free_unless_somebody_holds_it(archive: Path):
    lock = lock_of(archive)
    assert lock == archive.with_name("store.sqlite3.lock")
    assert free(lock)
    assert free(lock)
    with FileLock(lock, is_singleton=False):
        assert not free(lock)
    assert free(lock)


def test_the_lock_of_a_process_that_was_killed_is_free(archive: Path):
    hold = f"""
from filelock import FileLock
import time
lock = FileLock({str(lock_of(archive))!r})
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""
    archive.parent.mkdir()
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        assert not free(lock_of(archive))
        holder.kill()
    assert free(lock_of(archive))


def test_a_look_at_the_lock_makes_private_files_only(archive: Path):
    assert free(lock_of(archive))
    assert archive.parent.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in archive.parent.iterdir()} == {
        "store.sqlite3.lock": 0o600
    }


def test_where_no_lock_can_be_kept_the_fetcher_is_started_to_find_a_place():
    assert free(Path("/proc/nobody/store.sqlite3.lock"))
