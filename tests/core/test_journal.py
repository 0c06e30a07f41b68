"""Saved plans stay: through kills, full disks, torn lines and two processes at once, each under its own name.

Limits, file systems and kills belong to a process, so what needs one is a function here that is run in one of its own.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core.errors import SmallcapError
from smallcap.core.framework.document import document
from smallcap.core.framework.plan import Condition, Plan, Row, Standing
from smallcap.core.journal import Journal

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
KILLS, PROCESSES, EACH = 32, 2, 50
NOBODY = 65534
PLAN = Plan(
    profile="active",
    title="Buy IWM",
    answers={"equity": "100000"},
    standing=Standing("2026-03-02", "IWM/SPY", "RISK-ON", "2026-01-20", 62.4, "the demo", True),
    decision={"ticker": "IWM", "entry": 200.0, "target": None},
    rows=(Row("shares", "107"),),
    why=("it leads",),
    invalidated_by=(Condition("not RISK-ON", regime="RISK-ON"),),
)
HOSTILE = '\x1b[31m\x00\x07\n\r\n\u2028\u202e\u2066 "}{\\ {"schema": 1, "id": "p999"} é 漢 😀 \ufeff'


def titled(title: str) -> Plan:
    return replace(PLAN, title=title)


def names(journal: Journal) -> list[str]:
    return [saved.id for saved in journal.all()]


def line_of(name: str, **change: object) -> bytes:
    plan = {**document(PLAN), **change}
    return json.dumps({"schema": 1, "id": name, "saved": NOW.isoformat(), "plan": plan}).encode()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "plans.jsonl")


def test_a_journal_that_was_never_written_is_empty_and_makes_nothing(journal: Journal):
    assert journal.all() == ()
    assert journal.trouble == ()
    assert not journal.path.parent.exists()
    with pytest.raises(SmallcapError, match=r"^there is no plan 'p1'; none is saved yet$"):
        journal.one("p1")


def test_a_plan_is_saved_and_found_by_another_journal(journal: Journal):
    saved = journal.save(PLAN, NOW)
    assert (saved.id, saved.saved, saved.plan) == ("p1", NOW, PLAN)
    found = Journal(journal.path).one("p1")
    assert (found.id, found.saved) == ("p1", NOW)
    assert document(found.plan) == document(PLAN)


def test_an_entry_is_one_line_of_the_contracts_shape(journal: Journal):
    journal.save(PLAN, NOW)
    journal.delete("p1", LATER)
    first, second = journal.path.read_text().splitlines()
    saved = {"schema": 1, "id": "p1", "saved": "2026-03-02T21:30:00+00:00", "plan": document(PLAN)}
    assert json.loads(first) == saved
    assert json.loads(second) == {"schema": 1, "deleted": "p1", "at": "2026-03-05T21:30:00+00:00"}


def test_instants_are_kept_in_utc_and_need_a_zone(journal: Journal):
    there = timezone(timedelta(hours=-5))
    saved = journal.save(PLAN, NOW.astimezone(there))
    assert saved.saved.tzinfo is UTC
    assert b"21:30:00+00:00" in journal.path.read_bytes()
    before = journal.path.read_bytes()
    for act in (
        lambda: journal.save(PLAN, NOW.replace(tzinfo=None)),
        lambda: journal.delete("p1", datetime(2026, 3, 2)),
    ):
        with pytest.raises(SmallcapError, match="no time zone"):
            act()
    assert journal.path.read_bytes() == before


def test_a_name_is_never_given_again(journal: Journal):
    for _ in range(3):
        journal.save(PLAN, NOW)
    for name in ("p3", "p2"):
        assert journal.delete(name, NOW).id == name
    assert names(journal) == ["p1"]
    assert journal.save(PLAN, NOW).id == "p4"
    assert names(journal) == ["p1", "p4"]


def test_the_tenth_plan_comes_after_the_ninth(journal: Journal):
    assert [journal.save(PLAN, NOW).id for _ in range(12)][-3:] == ["p10", "p11", "p12"]
    assert names(journal)[-1] == "p12"


def test_what_was_deleted_stays_in_the_file_and_is_said_to_be_deleted(journal: Journal):
    journal.save(titled("Precious"), NOW)
    before = journal.path.read_bytes()
    journal.delete("p1", LATER)
    assert journal.path.read_bytes().startswith(before)
    for act in (lambda: journal.one("p1"), lambda: journal.delete("p1", LATER)):
        with pytest.raises(SmallcapError, match=r"^plan p1 was deleted on 2026-03-05$"):
            act()
    assert len(journal.path.read_bytes().splitlines()) == 2


def test_a_name_that_is_not_there_is_answered_with_those_that_are(journal: Journal):
    for _ in range(12):
        journal.save(PLAN, NOW)
    journal.delete("p5", NOW)
    with pytest.raises(SmallcapError, match=r"'p77'; the newest are p2, p3, p4, p6, p7, p8, p9, p10, p11, p12$"):
        journal.one("p77")
    with pytest.raises(SmallcapError, match=r"^there is no plan '3'; did you mean p3\?$"):
        journal.delete("3", NOW)
    with pytest.raises(SmallcapError, match=r"plan '\\x1b\[31m'"):
        journal.one("\x1b[31m")


def test_file_folder_and_lock_are_private(journal: Journal):
    old = os.umask(0)
    try:
        journal.save(PLAN, NOW)
    finally:
        os.umask(old)
    files = [journal.path.parent, journal.path, Path(f"{journal.path}.lock")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o700, 0o600, 0o600]


def test_an_entry_is_on_the_disk_before_it_is_said_to_be_saved(journal: Journal):
    seen: list[bytes] = []

    def sync(file: int) -> None:
        os.fsync(file)
        assert os.path.samestat(os.fstat(file), journal.path.stat())
        seen.append(journal.path.read_bytes())

    synced = Journal(journal.path, sync)
    synced.save(PLAN, NOW)
    synced.delete("p1", NOW)
    assert [data.count(b"\n") for data in seen] == [1, 2]


def test_a_disk_that_fails_to_sync_leaves_the_file_as_it_was(journal: Journal):
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    journal.save(PLAN, NOW)
    before = journal.path.read_bytes()
    with pytest.raises(SmallcapError, match=r"can't be written, so nothing in it was changed: Input/output error$"):
        Journal(journal.path, fail).save(PLAN, NOW)
    assert journal.path.read_bytes() == before
    assert journal.save(PLAN, NOW).id == "p2"


def test_a_save_that_is_interrupted_leaves_the_file_as_it_was(journal: Journal):
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    journal.save(PLAN, NOW)
    before = journal.path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        Journal(journal.path, interrupt).delete("p1", NOW)
    assert journal.path.read_bytes() == before


def test_a_plan_that_could_not_be_read_back_is_not_saved(journal: Journal):
    with pytest.raises(SmallcapError, match="'as_of' is not a date"):
        journal.save(replace(PLAN, standing=PLAN.standing._replace(as_of="soon")), NOW)
    assert not journal.path.exists()


@pytest.mark.parametrize("text", [HOSTILE, "x" * 1_000_000, "\u202e" * 350_000], ids=["hostile", "1 MB", "RTL"])
def test_text_from_outside_comes_back_as_it_was_in_one_line(journal: Journal, text: str):
    plan = replace(PLAN, title=text, answers={text: text}, decision={text: text}, why=(text,))
    journal.save(plan, NOW)
    journal.save(PLAN, NOW)
    data = journal.path.read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == 2
    assert all(byte >= 32 for byte in data.replace(b"\n", b""))
    assert document(journal.one("p1").plan) == document(plan)
    assert (names(journal), journal.trouble) == (["p1", "p2"], ())


@pytest.mark.parametrize("cut", [1, 3, 40, 500, -2])
def test_a_line_that_was_torn_off_harms_nothing_and_is_named(journal: Journal, cut: int):
    journal.save(PLAN, NOW)
    whole = line_of("p2")
    torn = journal.path.read_bytes() + whole[:cut]
    journal.path.write_bytes(torn)
    assert names(journal) == ["p1"]
    (trouble,) = journal.trouble
    known = " (p2)" if cut not in {1, 3} else ""
    assert trouble == f"plans.jsonl line 2{known} can't be read: it is not one whole entry"
    saved = journal.save(titled("next"), NOW)
    assert saved.id == "p3"
    assert journal.path.read_bytes().startswith(torn + b"\n{")
    assert (names(journal), journal.trouble) == (["p1", "p3"], (trouble,))
    assert journal.one("p3").plan.title == "next"


def test_a_whole_entry_without_its_newline_is_read_and_not_written_into(journal: Journal):
    journal.path.parent.mkdir()
    journal.path.write_bytes(line_of("p1"))
    assert (names(journal), journal.trouble) == (["p1"], ())
    journal.save(PLAN, NOW)
    assert (names(journal), journal.trouble) == (["p1", "p2"], ())
    assert b"\n\n" not in journal.path.read_bytes()


DEEP = b'{"schema": 1, "id": "p1", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\x00" * 4096, " can't be read: it is not one whole entry"),
        (b"\xff\xfe{}", " can't be read: it is not one whole entry"),
        (b"null", " can't be read: 'schema' is not a whole number"),
        (b"[]", " can't be read: 'schema' is not a whole number"),
        (b"3", " can't be read: 'schema' is not a whole number"),
        (b'{"schema": ' + b"9" * 5000 + b"}", " can't be read: it is not one whole entry"),
        (b'{"schema": ' + b"9" * 4000 + b"}", " can't be read: its schema is not 1"),
        (DEEP, " (p1) can't be read: it is not one whole entry"),
        (line_of("p1").replace(b'"schema": 1, "id"', b'"schema": 2, "id"'), " (p1) can't be read: its schema is not 1"),
        (line_of("p1", profile=[]), " (p1) can't be read: 'profile' is not text"),
        (line_of("p1", decision={"entry": float("nan")}), " (p1) can't be read: 'entry' is not a number"),
        (
            line_of("p1", decision={"entry": 0.5}).replace(b"0.5", b"1e999"),
            "(p1) can't be read: 'entry' is not a number",
        ),
        (line_of("p1").replace(b"+00:00", b""), " (p1) can't be read: 'saved' is not an instant"),
        (line_of("p1").replace(NOW.isoformat().encode(), b"soon"), " (p1) can't be read: 'saved' is not an instant"),
        (line_of("1"), " can't be read: 'id' is not a name like p7"),
        (line_of("p01"), " can't be read: 'id' is not a name like p7"),
        (line_of("p" + "9" * 5000), " can't be read: 'id' is not a name like p7"),
        (b'{"schema": 1, "deleted": 7, "at": "2026-03-02T00:00:00Z"}', " can't be read: 'deleted' is not text"),
        (b'{"schema": 1, "deleted": "p2"}', " can't be read: 'at' is not text"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_skipped_and_kept(journal: Journal, line: bytes, words: str):
    journal.path.parent.mkdir()
    journal.path.write_bytes(line + b"\n")
    assert journal.all() == ()
    (trouble,) = journal.trouble
    assert trouble.startswith("plans.jsonl line 1")
    assert words in trouble
    assert trouble.isprintable()
    # The number that the line gave, or may have given, is taken.
    assert journal.save(PLAN, NOW).id == "p2"
    assert journal.path.read_bytes().startswith(line + b"\n")
    assert names(journal) == ["p2"]


def test_a_second_entry_of_the_same_name_is_named_and_the_first_stays(journal: Journal):
    journal.path.parent.mkdir()
    journal.path.write_bytes(b"\n".join([line_of("p1", title="first"), b"  \r", line_of("p1", title="second"), b""]))
    assert [saved.plan.title for saved in journal.all()] == ["first"]
    assert journal.trouble == ("plans.jsonl line 3 (p1) can't be read: there is a plan p1 before it",)
    assert journal.save(PLAN, NOW).id == "p2"


def test_a_deleted_name_stays_taken_whatever_the_order_of_the_lines(journal: Journal):
    journal.path.parent.mkdir()
    gone = b'{"schema": 1, "deleted": "p7", "at": "2026-03-02T00:00:00Z"}\n'
    journal.path.write_bytes(gone + line_of("p7") + b"\n" + gone.replace(b"03-02", b"03-09"))
    assert (names(journal), journal.trouble) == ([], ())
    with pytest.raises(SmallcapError, match="2026-03-02"):
        journal.one("p7")
    assert journal.save(PLAN, NOW).id == "p8"


def test_somebody_who_writes_is_waited_for_and_then_named(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("smallcap.core.filing.BUSY_SECONDS", 0.05)
    journal.save(PLAN, NOW)
    with (
        FileLock(f"{journal.path}.lock"),
        pytest.raises(SmallcapError, match=r"another smallcap is writing to .*: try again"),
    ):
        journal.save(PLAN, NOW)
    assert names(journal) == ["p1"]


def test_half_a_line_that_somebody_is_writing_is_no_trouble(journal: Journal):
    journal.save(PLAN, NOW)
    line = line_of("p2")
    with journal.path.open("ab", buffering=0) as file, FileLock(f"{journal.path}.lock", thread_local=False) as lock:
        file.write(line[:100])
        found: list[list[str]] = []
        reader = threading.Thread(target=lambda: found.append(names(journal)))
        reader.start()
        reader.join(0.2)
        assert found == []
        file.write(line[100:] + b"\n")
        lock.release()
        reader.join()
    assert (found, journal.trouble) == ([["p1", "p2"]], ())


def test_a_file_that_cannot_be_read_is_said_to_be_so(journal: Journal):
    journal.path.mkdir(parents=True)
    for act in (journal.all, lambda: journal.one("p1"), lambda: journal.save(PLAN, NOW)):
        with pytest.raises(SmallcapError, match=r"plans.jsonl can't be read: Is a directory$"):
            act()


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SmallcapError, match="can't be written, so nothing in it was changed: "):
        Journal(tmp_path / "file" / "data" / "plans.jsonl").save(PLAN, NOW)


def save_for_ever(path: Path) -> None:
    """Save plans of many sizes, and say of each that it is saved."""
    journal, n = Journal(path, os.fsync), 0
    sys.stdin.readline()
    while True:
        n += 1
        saved = journal.save(titled(f"{n} " + "x" * (n * 7919 % 20_000)), NOW)
        print(saved.id, saved.plan.title.split()[0], flush=True)


def save_some(path: Path) -> None:
    journal = Journal(path, os.fsync)
    sys.stdin.readline()
    for n in range(EACH):
        print(journal.save(titled(f"{os.getpid()} {n}"), NOW).id, flush=True)


def command(scenario: Callable[[Path], None], path: Path, *before: str) -> list[str]:
    code = f"from pathlib import Path; from {__name__} import {scenario.__name__} as s; s(Path({str(path)!r}))"
    return [*before, sys.executable, "-W", "error", "-c", code]


def run(scenario: Callable[[Path], None], path: Path, *before: str) -> None:
    """Run a scenario in a process of its own; fail with what it says when it fails."""
    done = subprocess.run(
        command(scenario, path, *before), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def saving(path: Path) -> subprocess.Popen[str]:
    """A process that saves for ever once it is told to begin."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(save_for_ever, path), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def killed(writer: subprocess.Popen[str], lines: int, patience: float) -> list[list[str]]:
    """Let it begin, and kill it some time after it has said so many lines; all that it said, in words."""
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write("\n")
    writer.stdin.flush()
    said = [writer.stdout.readline() for _ in range(lines)]
    timer = threading.Timer(patience, writer.kill)
    timer.start()
    said += writer.stdout.readlines()
    timer.join()
    assert writer.wait() == -signal.SIGKILL
    return [line.split() for line in said if line.endswith("\n")]


def test_kills_lose_nothing_that_was_said_to_be_saved(journal: Journal):
    chance, path = random.Random(20261121), journal.path
    told: dict[str, str] = {}
    with ExitStack() as stack:
        following = stack.enter_context(saving(path))
        for _ in range(KILLS):
            # The next one starts while this one is at work.
            now, following = following, stack.enter_context(saving(path))
            stack.callback(following.kill)
            new = dict(killed(now, chance.randint(1, 6), chance.uniform(0.0, 0.01)))
            assert not new.keys() & told.keys(), "a name was given twice"
            told |= new
            there = {saved.id: saved.plan.title.split()[0] for saved in journal.all()}
            assert {name: there.get(name) for name in told} == told
            assert len(journal.trouble) <= KILLS
    assert int(journal.save(PLAN, NOW).id[1:]) > max(int(name[1:]) for name in told)
    assert len(told) > KILLS


def test_two_processes_at_once_never_take_the_same_name(journal: Journal):
    pipe = subprocess.PIPE
    writers = [
        subprocess.Popen(command(save_some, journal.path), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for _ in range(PROCESSES)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=60)[0].split() for writer in writers]
    assert [len(each) for each in said] == [EACH] * PROCESSES
    every = [f"p{n}" for n in range(1, PROCESSES * EACH + 1)]
    assert sorted(name for each in said for name in each) == sorted(every)
    assert (names(journal), journal.trouble) == (every, ())
    assert len({saved.plan.title for saved in journal.all()}) == PROCESSES * EACH


def refused(journal: Journal, why: str) -> None:
    """Nothing can be saved or deleted, the file stays as it is, and the caller has the plan still."""
    before = journal.path.read_bytes() if journal.path.exists() else b""
    acts = [lambda: journal.save(titled("x" * 50_000), NOW)]
    for act in [*acts, lambda: journal.delete("p1", NOW)] if "size" not in why and "space" not in why else acts:
        with pytest.raises(SmallcapError, match=f"can't be written, so nothing in it was changed: {why}"):
            act()
    assert (journal.path.read_bytes() if journal.path.exists() else b"") == before


def a_limit_on_the_size_of_files(folder: Path) -> None:
    journal = Journal(folder / "plans.jsonl", os.fsync)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    refused(journal, "File too large|.*size")
    assert journal.path.stat().st_size == 0
    journal.save(PLAN, NOW)
    journal.path.write_bytes(journal.path.read_bytes() + b'{"torn')
    refused(journal, "File too large|.*size")
    assert names(journal) == ["p1"]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    journal.save(titled("x" * 50_000), NOW)
    assert names(journal) == ["p1", "p3"]


def a_full_file_system(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    journal = Journal(folder / "plans.jsonl", os.fsync)
    journal.save(PLAN, NOW)
    filler = os.open(folder / "other", os.O_CREAT | os.O_WRONLY)
    room = os.statvfs(folder)
    os.posix_fallocate(filler, 0, room.f_bavail * room.f_bsize)
    refused(journal, "No space left on device")
    assert names(journal) == ["p1"]
    os.ftruncate(filler, 0)
    journal.save(titled("x" * 50_000), NOW)
    assert (names(journal), journal.trouble) == (["p1", "p2"], ())


def a_file_system_that_is_only_read(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    journal = Journal(folder / "plans.jsonl", os.fsync)
    journal.save(PLAN, NOW)
    journal.path.write_bytes(journal.path.read_bytes() + b'{"torn')
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    refused(journal, "Read-only file system")
    assert names(journal) == ["p1"]
    assert len(journal.trouble) == 1


def a_folder_of_somebody_else(folder: Path) -> None:
    journal = Journal(folder / "data" / "plans.jsonl", os.fsync)
    journal.save(PLAN, NOW)
    journal.path.chmod(0o444)
    journal.path.parent.chmod(0o555)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    refused(journal, "Permission denied")
    assert names(journal) == ["p1"]


def in_a_namespace(scenario: Callable[[Path], None], path: Path) -> None:
    """Run a scenario where it may mount file systems."""
    able = ["unshare", "-rm", "true"]
    if not shutil.which("unshare") or subprocess.run(able, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of their own: what it does is tested without, above")
    run(scenario, path, "unshare", "-rm")


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path):
    run(a_limit_on_the_size_of_files, tmp_path)


def test_a_folder_of_somebody_else_is_read_all_the_same():
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="smallcap-test-"))
    try:
        run(a_folder_of_somebody_else, folder)
    finally:
        (folder / "data").chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize("scenario", [a_full_file_system, a_file_system_that_is_only_read])
def test_a_real_file_system(scenario: Callable[[Path], None], tmp_path: Path):
    in_a_namespace(scenario, tmp_path)
