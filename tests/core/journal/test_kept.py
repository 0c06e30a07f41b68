"""Saved plans are kept in one file, each under its own name, private and on the disk first."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from smallcap.core.errors import SmallcapError
from smallcap.core.framework.document import document
from smallcap.core.journal import Journal

from tests.core.journal.conftest import NOW, PLAN, names, titled

LATER = NOW + timedelta(days=3)
HOSTILE = '\x1b[31m\x00\x07\n\r\n\u2028\u202e\u2066 "}{\\ {"schema": 1, "id": "p999"} é 漢 😀 \ufeff'


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
