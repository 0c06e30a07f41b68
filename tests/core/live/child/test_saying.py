"""The child is listened to while it speaks, and told what is wanted."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from smallcap.core.live.protocol import Progress, Ready, Refresh, Want, encode

from tests.core.live.child.conftest import DEAF, Family, fake, living, until

LISTENING = "for line in sys.stdin: say('stored', what=['heard', line.strip()])\n"


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
