"""Saved plans in a file that is torn, garbled or written by somebody else at that moment."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from smallcap.core.errors import SmallcapError
from smallcap.core.framework.document import document
from smallcap.core.journal import Journal

from tests.core.journal.conftest import NOW, PLAN, names, titled


def line_of(name: str, **change: object) -> bytes:
    plan = {**document(PLAN), **change}
    return json.dumps({"schema": 1, "id": name, "saved": NOW.isoformat(), "plan": plan}).encode()


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
