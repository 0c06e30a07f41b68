"""The child: listened to while it speaks, killed when it hangs or nobody wants it, started again, never one of two."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core.live import child as children
from smallcap.core.live import place as places
from smallcap.core.live.child import COMMAND, Child, Timing, free, lock_of
from smallcap.core.live.place import PREFIX
from smallcap.core.live.protocol import Busy, Done, Message, Progress, Ready, Refresh, Start, Stored, Want, encode

from tests.live.process import ended

ROOT = Path(__file__).resolve().parents[3]
DEADLINE = 20.0
# Long where a test must not meet it, short where it waits for it.
PATIENT = Timing(silence=DEADLINE, look_again=0.02, first_pause=0.02, longest_pause=0.1)
HASTY = Timing(silence=0.3, look_again=0.02, first_pause=0.02, longest_pause=0.1)

SPEAKING = """
import json, os, signal, sys, time
def say(kind, **fields): print(json.dumps({"is": kind, **fields}), flush=True)
def hear(): return json.loads(sys.stdin.readline())
start = hear()
say("stored", what=["pid", str(os.getpid())])
"""
LISTENING = "for line in sys.stdin: say('stored', what=['heard', line.strip()])\n"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(60)\n"


def fake(script: str, *, opening: str = SPEAKING) -> tuple[str, ...]:
    """A command that speaks the protocol."""
    return sys.executable, "-S", "-c", opening + script


class Family:
    """A child with everything that it said, and those that came before it."""

    def __init__(self, archive: Path, command: tuple[str, ...], timing: Timing = PATIENT) -> None:
        self.said: list[Message] = []
        self.start = Start(1.0, str(archive), str(archive.parent / "cache"), ("IWM",), ("DGS2",))
        self.starts = 0
        self.child = Child(self._started, self.said.append, timing, command)

    def _started(self) -> Start:
        self.starts += 1
        return self.start

    @property
    def pids(self) -> list[int]:
        return [int(m.what[1]) for m in self.said if isinstance(m, Stored) and m.what[0] == "pid"]

    @property
    def heard(self) -> list[str]:
        return [m.what[1] for m in self.said if isinstance(m, Stored) and m.what[0] == "heard"]


async def until(met: Callable[[], object]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + DEADLINE
    while not met():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.005)


def living(family: Family, story: Callable[[], Awaitable[None]]) -> None:
    """Run the child while a story is told, then cancel it, and see that nothing is left."""

    async def tell() -> None:
        run = asyncio.create_task(family.child.run())
        try:
            await story()
        finally:
            run.cancel()
            at = time.monotonic()
            with suppress(asyncio.CancelledError):
                async with asyncio.timeout(DEADLINE):
                    await run
        assert run.cancelled()
        assert time.monotonic() - at < 1.0
        assert family.child.pid is None

    asyncio.run(tell())
    assert not any(is_running(pid) for pid in family.pids)


def is_running(pid: int) -> bool:
    """Whether a process is there, a dead one that nobody asked about included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "store.sqlite3"


# What is said.


def test_it_is_told_where_to_begin_and_what_it_says_is_passed_on(archive: Path):
    script = "say('ready', archive=start['archive'], why='')\nsay('alive')\nsay('progress', done=1, of=2, what='IWM')\n"
    family = Family(archive, fake(script + LISTENING))

    async def story() -> None:
        await until(lambda: len(family.said) == 3)
        family.child.send(Refresh())
        await until(lambda: family.heard)

    living(family, story)
    assert family.said[1:3] == [Ready(str(archive)), Progress(1, 2, "IWM")]
    assert family.heard == [encode(Refresh()).strip()]


def test_lines_that_are_no_messages_are_passed_over(archive: Path):
    garbage = r"""
out = sys.stdout.buffer
for line in (b"", b"\x00\xff\xfe", b"{", b"[]", b'{"is": "nobody"}', b"x" * 2_000_000, b'{"is": "stored", "what": 5}'):
    out.write(line + b"\n")
    out.flush()
say("progress", done=1, of=1, what="after all that")
"""
    family = Family(archive, fake(garbage + DEAF))
    living(family, lambda: until(lambda: len(family.said) == 2))
    assert family.said[1] == Progress(1, 1, "after all that")
    assert len(family.pids) == 1


def test_what_is_wanted_is_said_to_every_child_and_only_the_newest(archive: Path):
    script = "say('stored', what=['heard', sys.stdin.readline().strip()])\n"
    family = Family(archive, fake(script))
    wanted = Want(("IWM", "SPY"), "IWM", 1)
    family.child.send(Want(("old",)))
    family.child.send(wanted)
    living(family, lambda: until(lambda: len(family.heard) >= 3))
    assert set(family.heard) == {encode(wanted).strip()}
    assert len(set(family.pids)) >= 3


def test_what_is_said_to_nobody_is_forgotten_unless_it_is_wanted(archive: Path):
    family = Family(archive, fake(LISTENING))
    family.child.send(Refresh())

    async def story() -> None:
        await until(lambda: family.pids)
        family.child.send(Want(("IWM",)))
        await until(lambda: family.heard)

    living(family, story)
    assert family.heard == [encode(Want(("IWM",))).strip()]


def test_to_speak_to_one_that_has_just_ended_is_no_error(archive: Path):
    family = Family(archive, fake("os.close(0)\nsay('stored', what=['heard', 'deaf'])\n" + DEAF))

    async def story() -> None:
        await until(lambda: family.heard)
        for _ in range(20):
            family.child.send(Refresh())
            await asyncio.sleep(0)
        os.kill(family.pids[0], signal.SIGKILL)
        for _ in range(20):
            family.child.send(Refresh())
            await asyncio.sleep(0)
        await until(lambda: len(family.pids) == 2)

    living(family, story)


# How it ends.


def test_one_that_ends_is_started_again(archive: Path):
    family = Family(archive, fake(""))
    living(family, lambda: until(lambda: len(family.pids) >= 3))
    assert len(set(family.pids)) == len(family.pids)
    assert family.child.ended == "ended"
    assert family.starts >= 3


def test_one_that_is_silent_is_killed_and_another_started(archive: Path):
    family = Family(archive, fake(DEAF), HASTY)

    async def story() -> None:
        await until(lambda: len(family.pids) >= 2)
        assert family.child.ended == "hung"
        assert not is_running(family.pids[0])

    living(family, story)


def test_one_that_gives_signs_of_life_is_left_alone(archive: Path):
    beating = (
        "for n in range(15):\n    say('alive')\n    time.sleep(0.1)\nsay('stored', what=['heard', 'long'])\n" + DEAF
    )
    family = Family(archive, fake(beating), PATIENT._replace(silence=1.0))
    living(family, lambda: until(lambda: family.heard))
    assert len(family.pids) == 1
    assert len(family.said) == 2, "signs of life are nobody else's business"


def test_one_that_sends_an_endless_line_is_killed(archive: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "LINE_LIMIT", 50_000)
    family = Family(archive, fake("while True: sys.stdout.write('x' * 10_000)\n"))

    async def story() -> None:
        await until(lambda: len(family.pids) >= 2)
        assert family.child.ended == "sent too long a line"

    living(family, story)


def test_a_command_that_cannot_be_run_is_tried_again_and_said(archive: Path, tmp_path: Path):
    family = Family(archive, (str(tmp_path / "no such program"),))
    living(family, lambda: until(lambda: family.starts >= 3))
    assert "could not be started" in family.child.ended
    assert "no such program" in family.child.ended


class Pauses:
    """Stands in for the event loop's sleep: remembers for how long, and goes on at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slept: list[float] = []
        sleep = asyncio.sleep

        async def short(seconds: float) -> None:
            if seconds >= 1:
                self.slept.append(seconds)
            await sleep(min(seconds, 0.005))

        monkeypatch.setattr(children.asyncio, "sleep", short)


@pytest.mark.parametrize("script", ["", DEAF])
def test_pauses_grow_up_to_a_longest_while_it_ends_or_hangs_at_once(
    archive: Path, monkeypatch: pytest.MonkeyPatch, script: str
):
    pauses = Pauses(monkeypatch)
    family = Family(archive, fake(script), Timing(0.2, 5.0, 1.0, 5.0))
    living(family, lambda: until(lambda: len(pauses.slept) >= 5))
    assert pauses.slept[:5] == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_pauses_begin_anew_after_one_that_lived(archive: Path, monkeypatch: pytest.MonkeyPatch):
    pauses = Pauses(monkeypatch)
    mark = archive.parent / "lived"
    script = f"""
import pathlib
count = pathlib.Path({str(mark)!r})
n = len(count.read_text()) if count.exists() else 0
count.write_text("x" * (n + 1))
for _ in range(25 if n == 2 else 0):
    time.sleep(0.05)
    say("alive")
"""
    family = Family(archive, fake(script), Timing(1.0, 5.0, 1.0, 60.0))
    living(family, lambda: until(lambda: len(pauses.slept) >= 5))
    assert pauses.slept[:5] == [1.0, 2.0, 1.0, 2.0, 4.0]


# Whose turn it is.


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


# At the end.


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
