"""The child is killed when it hangs, and started again after pauses that grow."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from smallcap.core.live import child as children
from smallcap.core.live.child import Timing

from tests.core.live.child.conftest import DEAF, PATIENT, Family, fake, is_running, living, until

HASTY = Timing(silence=0.3, look_again=0.02, first_pause=0.02, longest_pause=0.1)


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
