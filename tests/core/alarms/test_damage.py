"""Armed alerts in a file that is hostile, too long, or held by somebody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core.alarms import Alarms
from smallcap.core.errors import SmallcapError
from smallcap.core.slate import MOST, REMEMBERED

from tests.core.alarms.conftest import ALERT, LABEL, TOLD, add, armed, tell


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
