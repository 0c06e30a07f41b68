"""The child ends with the app, however that ends."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core.live import place as places
from smallcap.core.live.child import COMMAND, Timing, free, lock_of
from smallcap.core.live.place import PREFIX
from smallcap.core.live.protocol import Busy, Done, Start, encode

from tests.core.live.child.conftest import DEADLINE, DEAF, SPEAKING, Family, fake, is_running, living, until
from tests.live.process import ended

ROOT = Path(__file__).resolve().parents[4]


def test_cancelling_kills_one_that_ignores_requests_to_end(archive: Path):
    family = Family(archive, fake("signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + DEAF))
    living(family, lambda: until(lambda: family.pids))
    assert len(family.pids) == 1


def test_cancelling_is_not_forgotten_when_it_comes_together_with_a_line(archive: Path):
    family = Family(archive, fake("while True: say('alive')\n"))

    async def story() -> None:
        await until(lambda: family.pids)

    for _ in range(20):
        living(family, story)
        family.said.clear()


def test_cancelling_while_it_is_started_leaves_nobody(archive: Path):
    mark = archive.parent / "pid"
    archive.parent.mkdir()
    opening = f"import os\nopen({str(mark)!r}, 'a').write(f'{{os.getpid()}}\\n')\n" + SPEAKING
    for yields in range(8):
        family = Family(archive, fake(DEAF, opening=opening))

        async def story(yields: int = yields) -> None:
            for _ in range(yields):
                await asyncio.sleep(0)

        living(family, story)
    found = mark.read_text().split() if mark.exists() else []
    assert not any(is_running(int(pid)) for pid in found)


def test_cancelling_while_it_is_being_killed_leaves_nothing_of_it(archive: Path):
    family = Family(archive, fake("say('done', failed=[])\n" + DEAF))

    async def tell(yields: int) -> None:
        run = asyncio.create_task(family.child.once(family.start))
        await until(lambda: Done() in family.said)
        for _ in range(yields):
            await asyncio.sleep(0)
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
        assert not is_running(family.pids[-1])

    for yields in range(6):
        family.said.clear()
        asyncio.run(tell(yields))


def test_cancelling_while_the_lock_is_waited_for_or_in_a_pause_ends_at_once(archive: Path):
    slow = Timing(DEADLINE, DEADLINE, DEADLINE, DEADLINE)
    archive.parent.mkdir()
    waiting = Family(archive, fake(""), slow)
    with FileLock(lock_of(archive), is_singleton=False):
        living(waiting, lambda: until(lambda: waiting.starts))
    pausing = Family(archive, fake(""), slow)
    living(pausing, lambda: until(lambda: pausing.child.ended))


@pytest.mark.parametrize("later", ["", "say('ready', archive=start['archive'], why='')\n"], ids=["", "back home"])
def test_an_archive_in_memory_goes_with_the_one_that_made_it(
    archive: Path, monkeypatch: pytest.MonkeyPatch, later: str
):
    memory = Path(tempfile.mkdtemp(prefix=PREFIX))
    monkeypatch.setattr(places, "SHARED_MEMORY", memory.parent)
    there = memory / "store.sqlite3"
    there.touch()
    family = Family(archive, fake(f"say('ready', archive={str(there)!r}, why='full')\n" + later + DEAF))

    async def story() -> None:
        await until(lambda: len(family.said) == (3 if later else 2))
        assert there.exists()

    living(family, story)
    assert not memory.exists()


def test_an_archive_at_home_stays_whoever_ends_and_whatever_its_folder_is_called():
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    archive = home / "store.sqlite3"
    archive.touch()
    family = Family(archive, fake("say('ready', archive=start['archive'], why='')\n" + DEAF))
    living(family, lambda: until(lambda: len(family.said) == 2))
    assert archive.exists()
    shutil.rmtree(home)


PARENT = """
import asyncio, sys
from smallcap.core.live.child import Child, COMMAND
from smallcap.core.live.protocol import Ready, Start
path, *command = sys.argv[1:]
child = Child(lambda: Start(1.7e9, path, path + "-cache", (), ()), lambda m: print(child.pid, flush=True),
              command=tuple(command) or COMMAND)
asyncio.run(child.run())
"""


@pytest.mark.parametrize("command", [fake("sys.stdin.read()\n"), COMMAND], ids=["any", "the fetcher"])
def test_one_whose_parent_is_killed_hears_that_nobody_speaks_any_more(archive: Path, command: tuple[str, ...]):
    run = [sys.executable, "-c", PARENT, str(archive), *command]
    with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()
    # Its threads, and the lock with them, may end a moment after it.
    asyncio.run(until(lambda: ended(pid) and free(lock_of(archive))))


HANGING = """
import time
from smallcap.core.live import __main__ as process, fetcher
process.LAST_WORDS = 0.1
def hang(self):
    process.say(process.Busy())
    time.sleep(1e6)
fetcher.Fetcher.run = hang
process.main()
"""


def test_one_whose_own_thread_hangs_ends_with_its_standard_input_all_the_same(archive: Path):
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HANGING], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(encode(Start(1.7e9, str(archive), str(archive.parent / "cache"), (), ())))
        process.stdin.flush()
        assert process.stdout.readline() == encode(Busy())
        process.stdin.close()
        assert process.wait(DEADLINE) == 0
