"""`--exec`: what the command gets, what is said when it fails, and that nothing of it is left behind."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from smallcap.core.errors import UsageError
from smallcap.tui.executing import Executor, Job

from tests.live.process import ended, until

JOB = Job("2026-11-20 regime NEUTRAL -> RISK-ON", '{"schema": 1}\n')
Act = Callable[[Executor], Awaitable[None]]


def script(folder: Path, *lines: str) -> str:
    """A shell script of the user's; the command that runs it."""
    path = folder / "hook"
    path.write_text("\n".join(("#!/bin/sh", f"cd '{folder}'", *lines)) + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"'{path}'"


def play(command: str, act: Act, seconds: float = 60.0) -> list[str]:
    """What is said while `act` uses an executor."""
    said: list[str] = []

    async def use() -> None:
        await act(Executor(command, seconds, said.append))

    asyncio.run(use())
    return said


async def once(executor: Executor) -> None:
    executor.run(JOB)
    await executor.finish()


async def while_not(holds: Callable[[], object]) -> None:
    """Let the loop run until something holds; the test's own patience ends it."""
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


def test_the_command_gets_the_document_and_the_lines(tmp_path: Path):
    command = script(tmp_path, "cat >document", 'printf %s "$SMALLCAP_CHANGE" >lines', 'printf %s "$1" >argument')
    assert play(f"{command} 'two words; $HOME'", once) == []
    assert (tmp_path / "document").read_text() == JOB.document
    assert (tmp_path / "lines").read_text() == JOB.lines
    assert (tmp_path / "argument").read_text() == "two words; $HOME"


def test_what_it_prints_is_on_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    assert play(script(tmp_path, "echo printed", "echo complained >&2"), once) == []
    assert capfd.readouterr() == ("", "printed\ncomplained\n")


@pytest.mark.parametrize(
    ("lines", "says"), [(("exit 3",), "ended with exit code 3"), (("kill -9 $$",), "was ended by signal 9")]
)
def test_a_command_that_fails_is_said_in_a_sentence(tmp_path: Path, lines: tuple[str, ...], says: str):
    assert play(script(tmp_path, *lines), once) == [f"--exec {tmp_path}/hook {says}"]


def test_a_command_that_is_not_there_is_said(tmp_path: Path):
    assert play("no-such-command-here", once) == [
        "--exec no-such-command-here can't be started: No such file or directory"
    ]
    (tmp_path / "hook").write_text("not to be run")
    (said,) = play(f"{tmp_path}/hook", once)
    assert said.endswith("can't be started: Permission denied")


def test_a_command_that_reads_nothing_is_no_error(tmp_path: Path):
    async def much(executor: Executor) -> None:
        executor.run(Job("line", "x" * 1_000_000))
        await executor.finish()

    assert play(script(tmp_path, "exec <&-", "exit 0"), much) == []


def test_one_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path):
    command = script(tmp_path, "sleep 600 & echo $! >pid", "wait")
    # Nobody reads 600 seconds of sleep: it has to be gone long before.
    assert play(command, once, seconds=1.0) == [f"--exec {tmp_path}/hook took longer than 1 s and was ended"]
    until(lambda: ended(int((tmp_path / "pid").read_text())), "the end of what the command started", 30)


def test_after_a_failure_the_next_one_runs(tmp_path: Path):
    async def twice(executor: Executor) -> None:
        await once(executor)
        await once(executor)

    assert len(play(script(tmp_path, "echo run >>runs", "exit 1"), twice)) == 2
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_while_one_runs_only_the_newest_waits(monkeypatch: pytest.MonkeyPatch):
    ran: list[str] = []
    most = running = 0
    go = asyncio.Event()

    async def hold(_: Executor, job: Job) -> str:
        nonlocal most, running
        ran.append(job.lines)
        running += 1
        most = max(most, running)
        await go.wait()
        running -= 1
        return ""

    monkeypatch.setattr(Executor, "_once", hold)

    async def many(executor: Executor) -> None:
        for n in range(50):
            executor.run(JOB._replace(lines=f"{n}"))
            await asyncio.sleep(0)
        go.set()
        await executor.finish()

    assert play("any", many) == []
    assert (ran, most) == (["0", "49"], 1)


def test_what_still_runs_when_the_loop_ends_is_ended_and_what_waits_never_runs(tmp_path: Path):
    command = script(tmp_path, "echo run >>runs", "sleep 600 & echo $! >pid.new; mv pid.new pid", "wait")

    async def left(executor: Executor) -> None:
        executor.run(JOB)
        await while_not((tmp_path / "pid").exists)
        executor.run(JOB)

    assert play(command, left) == []
    assert (tmp_path / "runs").read_text() == "run\n"
    until(lambda: ended(int((tmp_path / "pid").read_text())), "the end of what the command started", 30)


@pytest.mark.parametrize(("command", "says"), [("", "--exec is empty"), ("echo 'a", "no closing quotation")])
def test_a_command_that_is_none_is_refused(command: str, says: str):
    with pytest.raises(UsageError, match=says):
        Executor(command, 1.0, print)


def test_the_environment_is_this_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MINE", "kept")
    assert play(script(tmp_path, 'printf %s "$MINE" >mine'), once) == []
    assert (tmp_path / "mine").read_text() == "kept"
    assert "SMALLCAP_CHANGE" not in os.environ
