"""Armed alerts are kept whole in one file, private and on the disk first."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Fired, Reference
from smallcap.core.errors import SmallcapError
from smallcap.core.slate import Slate, removed

from tests.core.alarms.conftest import ALERT, LABEL, NOW, TOLD, add, armed, tell

HOSTILE = '\x1b[31m\x00\x07\n\r\u2028\u202e "}{\\ é 漢 😀 \ufeff\ud800'


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
