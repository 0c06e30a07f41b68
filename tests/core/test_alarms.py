"""Armed alerts stay: through kills, full disks, hostile files and two processes at once.

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
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Alert, Fired, Reference
from smallcap.core.errors import SmallcapError
from smallcap.core.slate import MOST, REMEMBERED, Slate, added, changed, removed
from smallcap.core.triggers import Trigger

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
KILLS, PROCESSES, EACH = 16, 2, 40
ALERT = Alert(
    "",
    Trigger("close", "IWM", "<", 213.4),
    "IWM closes below the stop, 213.40 (p3)",
    NOW,
    date(2026, 11, 20),
    True,
    Reference(date(2026, 11, 20), 218.2),
)
LABEL = ALERT._replace(
    trigger=Trigger("regime", "IWM/SPY", "is not", label="RISK-ON"), words="label", quiet=True, reference=None
)
TOLD = ALERT._replace(words="told", fired=Fired(NOW, date(2026, 11, 20), 212.88, "close of 2026-11-20 is 212.88"))
HOSTILE = '\x1b[31m\x00\x07\n\r\u2028\u202e "}{\\ é 漢 😀 \ufeff\ud800'


def add(alert: Alert) -> Callable[[Slate], Slate]:
    return partial(added, alert=alert)


def tell(alert: Alert) -> Callable[[Slate], Slate]:
    return partial(changed, alerts=(alert,))


@pytest.fixture
def alarms(tmp_path: Path) -> Alarms:
    return Alarms(tmp_path / "data" / "alerts.json")


def armed(alarms: Alarms) -> list[str]:
    return [alert.words for alert in alarms.read().slate.alerts]


def test_what_was_never_written_is_empty_and_makes_nothing(alarms: Alarms):
    assert alarms.read() == (Slate(), (), ())
    assert not alarms.path.parent.exists()


def test_every_field_comes_back(alarms: Alarms):
    there = timezone(timedelta(hours=-5))
    live = TOLD._replace(words="live", fired=Fired(NOW, None, 212.88, "last price 15:04 ET is 212.88"))
    snoozed = ALERT._replace(words="snoozed", snoozed_until=NOW.astimezone(there) + timedelta(days=2))
    waiting = [alert._replace(fired=None) for alert in (ALERT, LABEL, snoozed, TOLD, live)]
    kept = alarms.update([*map(add, waiting), tell(TOLD), tell(live)])
    found = Alarms(alarms.path).read()
    assert found == kept
    assert [alert._replace(name="") for alert in found.slate.alerts] == [ALERT, LABEL, snoozed]
    assert [alert.fired for alert in found.slate.history] == [live.fired, TOLD.fired]
    assert found.slate.alerts[2].snoozed_until.tzinfo is UTC
    assert found.slate.highest == 5
    assert alarms.path.read_bytes().isascii()


def test_the_file_is_of_this_shape(alarms: Alarms):
    alarms.update([add(ALERT)])
    assert json.loads(alarms.path.read_text()) == {
        "schema": 1,
        "highest": 1,
        "alerts": [
            {
                "name": "a1",
                "kind": "close",
                "on": "IWM",
                "test": "<",
                "level": 213.4,
                "label": "",
                "words": "IWM closes below the stop, 213.40 (p3)",
                "armed_at": "2026-11-20T21:30:00+00:00",
                "since": "2026-11-20",
                "simulated": True,
                "reference": {"session": "2026-11-20", "close": 218.2},
                "quiet": False,
                "snoozed_until": None,
                "fired": None,
            }
        ],
        "history": [],
    }


def test_a_name_is_not_given_again_when_its_alert_has_gone(alarms: Alarms):
    alarms.update([add(ALERT), add(LABEL), partial(removed, alert=LABEL)])
    assert alarms.update([add(TOLD._replace(fired=None))]).slate.alerts[-1].name == "a3"


def test_what_changes_nothing_writes_nothing(alarms: Alarms):
    alarms.update([add(ALERT)])
    before = alarms.path.stat()
    alarms.update([add(ALERT), partial(removed, alert=LABEL)])
    assert alarms.path.stat().st_ino == before.st_ino


def test_file_folder_and_lock_are_private(alarms: Alarms):
    old = os.umask(0)
    try:
        alarms.update([add(ALERT)])
    finally:
        os.umask(old)
    files = [alarms.path.parent, alarms.path, Path(f"{alarms.path}.lock")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o700, 0o600, 0o600]
    assert sorted(path.name for path in alarms.path.parent.iterdir()) == ["alerts.json", "alerts.json.lock"]


def test_what_is_kept_is_on_the_disk_first(alarms: Alarms):
    seen: list[bytes] = []

    def sync(file: int) -> None:
        draft = alarms.path.with_name(".alerts.json.part")
        assert os.path.samestat(os.fstat(file), draft.stat())
        assert not alarms.path.exists() or b"told" not in alarms.path.read_bytes()
        seen.append(draft.read_bytes())

    synced = Alarms(alarms.path, sync)
    synced.update([add(ALERT)])
    synced.update([add(TOLD._replace(fired=None))])
    assert [data.count(b'"name"') for data in seen] == [1, 2]


def test_a_disk_that_fails_to_sync_leaves_the_file_as_it_was(alarms: Alarms):
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    alarms.update([add(ALERT)])
    before = alarms.path.read_bytes()
    with pytest.raises(SmallcapError, match=r"can't be written, so nothing in it was changed: Input/output error$"):
        Alarms(alarms.path, fail).update([add(LABEL)])
    assert alarms.path.read_bytes() == before


def test_a_draft_that_a_kill_left_is_no_trouble(alarms: Alarms):
    alarms.path.parent.mkdir()
    alarms.path.with_name(".alerts.json.part").write_text("half")
    alarms.update([add(ALERT)])
    assert armed(alarms) == [ALERT.words]


def test_what_could_not_be_read_back_is_not_written(alarms: Alarms):
    alarms.update([add(ALERT)])
    before = alarms.path.read_bytes()
    for wrong in (
        LABEL._replace(since=date(1, 1, 1)),
        LABEL._replace(armed_at=datetime(1, 1, 1, tzinfo=UTC)),
        LABEL._replace(reference=Reference(date(2026, 11, 20), -1.0)),
        LABEL._replace(trigger=LABEL.trigger._replace(kind="moon")),
        LABEL._replace(trigger=ALERT.trigger._replace(level=float("nan"))),
    ):
        with pytest.raises(SmallcapError):
            alarms.update([add(wrong)])
        assert alarms.path.read_bytes() == before


def test_text_from_outside_comes_back_as_it_was(alarms: Alarms):
    alarms.update([add(ALERT._replace(words=HOSTILE)), add(ALERT._replace(words="x" * 1_000_000))])
    assert alarms.path.read_bytes().isascii()
    assert armed(alarms) == [HOSTILE, "x" * 1_000_000]


def written(alarms: Alarms, **change: object) -> bytes:
    """The file of one alert and one that was told, with fields of the first changed."""
    alarms.update([add(ALERT), add(TOLD._replace(fired=None)), tell(TOLD)])
    found = json.loads(alarms.path.read_text())
    found["alerts"][0] |= change
    alarms.path.write_text(json.dumps(found))
    return alarms.path.read_bytes()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "p1", "'name' is not a name like a7"),
        ("name", "a01", "'name' is not a name like a7"),
        ("name", "a" + "9" * 30, "'name' is not a name like a7"),
        ("kind", "moon", "'kind' is not one of price, close, ratio, rsi, composite, regime, volume"),
        ("kind", [], "'kind' is not text"),
        ("on", "IWM/SPY", "'on' is not a ticker like IWM"),
        ("on", "\x1b[2J", "'on' is not a ticker like IWM"),
        ("test", "is", "'test' is not < or >"),
        ("level", None, "'level' is not a number above 0"),
        ("level", -1, "'level' is not a number above 0"),
        ("level", True, "'level' is not a number"),
        ("level", 10**400, "'level' is not a number"),
        ("label", 3, "'label' is not text"),
        ("words", None, "'words' is not text"),
        ("armed_at", "soon", "'armed_at' is not an instant with a time zone, like 2020-03-23T20:00:00+00:00"),
        ("armed_at", "2026-11-20T21:30:00", "'armed_at' is not an instant"),
        ("armed_at", "0001-01-01T00:00:00+14:00", "'armed_at' is not an instant"),
        ("since", "9999-12-31", "'since' is not a date like 2020-03-23"),
        ("simulated", 1, "'simulated' is not true or false"),
        ("reference", {"session": "2026-11-20", "close": 0}, "'close' is not a price above 0"),
        ("reference", 7, "'session' is not text"),
        ("quiet", None, "'quiet' is not true or false"),
        ("snoozed_until", "Monday", "'snoozed_until' is not an instant"),
        ("fired", {}, "'fired' is not null"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named_by_field_and_kept(alarms: Alarms, field: str, value: object, words: str):
    data = written(alarms, **{field: value})
    kept = alarms.read()
    assert (kept.slate.alerts, len(kept.slate.history)) == ((), 1)
    (trouble,) = kept.trouble
    assert trouble.startswith(f"alerts.json, entry 1 of alerts can't be read: {words}")
    assert trouble.isprintable()
    alarms.update([add(LABEL)])
    assert armed(alarms) == [LABEL.words]
    there = json.loads(alarms.path.read_text())["alerts"]
    assert json.loads(data)["alerts"][0] in there
    assert alarms.read().trouble == (trouble.replace("entry 1", "entry 2"),)


def test_what_was_told_needs_what_it_was_told_on(alarms: Alarms):
    written(alarms)
    found = json.loads(alarms.path.read_text())
    for fired, words in (
        (None, "'fired' is not a table"),
        ({**found["history"][0]["fired"], "value": None}, "'value' is not a number"),
        ({**found["history"][0]["fired"], "session": "soon"}, "'session' is not a date"),
        ({**found["history"][0]["fired"], "at": None}, "'at' is not text"),
    ):
        found["history"][0]["fired"] = fired
        alarms.path.write_text(json.dumps(found))
        assert alarms.read().trouble[0].startswith(f"alerts.json, entry 1 of history can't be read: {words}")
        assert armed(alarms) == [ALERT.words]


DEEP = b'{"schema": 1, "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is not one whole JSON document"),
        (b'{"schema": 1, "highest": 3, "aler', "it is not one whole JSON document"),
        (b"\x00" * 4096, "it is not one whole JSON document"),
        (b"\xff\xfe{}", "it is not one whole JSON document"),
        (DEEP, "it is not one whole JSON document"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "it is not one whole JSON document"),
        (b'{"schema": 1, "highest": NaN}', "it is not one whole JSON document"),
        (b'{"schema": 1, "highest": 1e999}', "it is not one whole JSON document"),
        (b"null", "'schema' is not a whole number"),
        (b"[]", "'schema' is not a whole number"),
        (b'{"schema": 2}', "'schema' is not 1, the one that this version knows"),
        (b'{"schema": 1}', "'highest' is not a whole number"),
        (b'{"schema": 1, "highest": -1}', "'highest' is not how many names were given"),
        (b'{"schema": 1, "highest": 1, "alerts": {}}', "'alerts' is not a list"),
        (b'{"schema": 1, "highest": 1, "alerts": []}', "'history' is not a list"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_said_and_left_alone(alarms: Alarms, data: bytes, words: str):
    alarms.path.parent.mkdir()
    alarms.path.write_bytes(data)
    for act in (alarms.read, lambda: alarms.update([add(ALERT)])):
        with pytest.raises(SmallcapError) as refused:
            act()
        assert f"alerts.json can't be read, so the file is left alone: {words}" in str(refused.value)
    assert alarms.path.read_bytes() == data


def test_more_alerts_than_there_can_be_are_refused(alarms: Alarms):
    written(alarms)
    found = json.loads(alarms.path.read_text())
    found["alerts"] = [{**found["alerts"][0], "words": f"{n}"} for n in range(MOST + 1)]
    found["history"] *= REMEMBERED + 7
    alarms.path.write_text(json.dumps(found))
    with pytest.raises(SmallcapError, match="'alerts' are more than 200"):
        alarms.read()
    found["alerts"].pop()
    alarms.path.write_text(json.dumps(found))
    slate = alarms.read().slate
    assert (len(slate.alerts), len(slate.history)) == (MOST, REMEMBERED)


def test_numbers_in_the_file_count_as_given_whatever_it_says(alarms: Alarms):
    written(alarms, name="a77")
    assert alarms.update([add(LABEL)]).slate.alerts[-1].name == "a78"


def test_a_file_that_is_a_folder_and_a_folder_that_is_a_file(alarms: Alarms, tmp_path: Path):
    alarms.path.mkdir(parents=True)
    with pytest.raises(SmallcapError, match=r"can't be read: Is a directory$"):
        alarms.read()
    (tmp_path / "file").write_text("")
    with pytest.raises(SmallcapError, match="can't be written, so nothing in it was changed: "):
        Alarms(tmp_path / "file" / "data" / "alerts.json").update([add(ALERT)])


def test_somebody_who_writes_is_waited_for_and_then_named(alarms: Alarms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("smallcap.core.filing.BUSY_SECONDS", 0.05)
    alarms.update([add(ALERT)])
    with (
        FileLock(f"{alarms.path}.lock"),
        pytest.raises(SmallcapError, match=r"another smallcap is writing to .*: try again"),
    ):
        alarms.update([add(LABEL)])
    assert armed(alarms) == [ALERT.words]


def add_for_ever(path: Path) -> None:
    """Arm alerts and disarm those before the last five, and say of each that it is armed."""
    alarms, n = Alarms(path, os.fsync), 0
    sys.stdin.readline()
    while True:
        n += 1
        alert = ALERT._replace(words=f"{os.getpid()} {n} " + "x" * (n * 7919 % 20_000))
        old = alarms.read().slate.alerts[:-5]
        alarms.update([add(alert), *(partial(removed, alert=each) for each in old)])
        print(os.getpid(), n, flush=True)


def add_some(path: Path) -> None:
    alarms = Alarms(path, os.fsync)
    sys.stdin.readline()
    for n in range(EACH):
        alarms.update([add(ALERT._replace(words=f"{os.getpid()} {n}"))])
        print(os.getpid(), n, flush=True)


def command(scenario: Callable[[Path], None], path: Path, *before: str) -> list[str]:
    code = f"from pathlib import Path; from {__name__} import {scenario.__name__} as s; s(Path({str(path)!r}))"
    return [*before, sys.executable, "-W", "error", "-c", code]


def run(scenario: Callable[[Path], None], path: Path, *before: str) -> None:
    """Run a scenario in a process of its own; fail with what it says when it fails."""
    done = subprocess.run(
        command(scenario, path, *before), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def begun(scenario: Callable[[Path], None], path: Path) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    writer = subprocess.Popen(command(scenario, path), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    assert writer.stdin
    writer.stdin.write("\n")
    writer.stdin.flush()
    return writer


def test_kills_lose_nothing_that_was_said_to_be_armed(alarms: Alarms):
    chance, newest = random.Random(20261121), ""
    for _ in range(KILLS):
        with begun(add_for_ever, alarms.path) as writer:
            assert writer.stdout
            said = [writer.stdout.readline() for _ in range(chance.randint(1, 6))]
            timer = threading.Timer(chance.uniform(0.0, 0.01), writer.kill)
            timer.start()
            said += writer.stdout.readlines()
            timer.join()
            assert writer.wait() == -signal.SIGKILL
        newest = [line.strip() for line in said if line.endswith("\n")][-1]
        kept = alarms.read()
        assert kept.trouble == ()
        # At most one more was armed than was said.
        assert newest in [" ".join(alert.words.split()[:2]) for alert in kept.slate.alerts[-2:]]
    assert alarms.update([add(ALERT)]).slate.alerts[-1].words == ALERT.words


def test_two_processes_at_once_lose_nothing_and_never_take_the_same_name(alarms: Alarms):
    writers = [begun(add_some, alarms.path) for _ in range(PROCESSES)]
    said = [line for writer in writers for line in writer.communicate(timeout=60)[0].splitlines()]
    assert len(said) == PROCESSES * EACH
    slate = alarms.read().slate
    assert sorted(alert.words for alert in slate.alerts) == sorted(said)
    assert [alert.name for alert in slate.alerts] == [f"a{n}" for n in range(1, PROCESSES * EACH + 1)]


def refused(alarms: Alarms, why: str) -> None:
    before = alarms.path.read_bytes()
    with pytest.raises(SmallcapError, match=f"can't be written, so nothing in it was changed: {why}"):
        alarms.update([add(LABEL._replace(words="x" * 50_000))])
    assert alarms.path.read_bytes() == before


def a_limit_on_the_size_of_files(folder: Path) -> None:
    alarms = Alarms(folder / "alerts.json", os.fsync)
    alarms.update([add(ALERT)])
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    refused(alarms, "File too large|.*size")
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    alarms.update([add(LABEL)])
    assert armed(alarms) == [ALERT.words, LABEL.words]


def a_full_file_system(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    alarms = Alarms(folder / "alerts.json", os.fsync)
    alarms.update([add(ALERT)])
    filler = os.open(folder / "other", os.O_CREAT | os.O_WRONLY)
    room = os.statvfs(folder)
    os.posix_fallocate(filler, 0, room.f_bavail * room.f_bsize)
    refused(alarms, "No space left on device")
    os.ftruncate(filler, 0)
    alarms.update([add(LABEL)])
    assert armed(alarms) == [ALERT.words, LABEL.words]


def a_file_system_that_is_only_read(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "smallcap", str(folder)], check=True)
    alarms = Alarms(folder / "alerts.json", os.fsync)
    alarms.update([add(ALERT)])
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    refused(alarms, "Read-only file system")
    assert armed(alarms) == [ALERT.words]


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path):
    run(a_limit_on_the_size_of_files, tmp_path)


@pytest.mark.parametrize("scenario", [a_full_file_system, a_file_system_that_is_only_read])
def test_a_real_file_system(scenario: Callable[[Path], None], tmp_path: Path):
    able = ["unshare", "-rm", "true"]
    if not shutil.which("unshare") or subprocess.run(able, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of their own: what it does is tested without, above")
    run(scenario, tmp_path, "unshare", "-rm")
