"""A damaged archive: what is sound is read, the rest is named, and a file that is none is set aside and built anew."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from smallcap.core.bars import Series
from smallcap.core.live.archive import Archive, Change, Versions
from smallcap.core.live.log import Entry
from smallcap.core.store import Store

from tests.conftest import random_bars
from tests.core.live.kept import AT, NOTHING, QUOTE, SERIES, all_of, bars, closes, edit, everything, minutes_of, same


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "store.sqlite3"


@pytest.fixture
def archive(path: Path) -> Archive:
    made = Archive(path)
    made.prepare()
    return made


@pytest.fixture
def full(archive: Archive) -> Archive:
    archive.write(everything)
    return archive


# Damage to rows.


def test_nothing_is_read_where_nothing_is_and_nothing_is_made(path: Path):
    archive = Archive(path)
    assert (all_of(archive), archive.trouble) == (NOTHING, "")
    assert not path.parent.exists()


READERS = {
    "held": lambda archive: archive.histories(),
    "series": lambda archive: archive.series(),
    "minutes": lambda archive: {} if archive.minutes("IWM", 1) is None else {"IWM": 1},
}


@pytest.mark.parametrize("table", READERS)
@pytest.mark.parametrize(
    "damage",
    [
        "schema = 2",
        "schema = 'x'",
        "hash = zeroblob(32)",
        "hash = 'text'",
        "hash = 5",
        "payload = zeroblob(0)",
        "payload = zeroblob(length(payload))",
        "payload = payload || x'00'",
        "payload = 'text'",
        "payload = 17",
        "fetched_at = '2026-11-20T21:30:01+00:00'",
        "fetched_at = 'yesterday'",
        "fetched_at = x'ff00ff'",
        "fetched_at = cast(x'ff00ff' as text)",
        "fetched_at = 1.5",
    ],
)
def test_a_damaged_row_is_left_out_and_named_and_the_others_are_read(full: Archive, table: str, damage: str):
    full.write(lambda change: change.series([Series("DGS10", SERIES.dates, SERIES.values)], AT))
    full.write(lambda change: change.minutes(minutes_of("SPY"), AT))
    whose = {"held": "ticker = 'IWM' and staged = 0", "series": "name = 'DGS2'", "minutes": "ticker = 'IWM'"}[table]
    edit(full.path, (f"update {table} set {damage} where {whose}",))
    others = {"held": {"SPY"}, "series": {"DGS10"}, "minutes": set()}[table]
    assert set(READERS[table](full)) == others
    assert full.trouble == (
        f"{full.path}: a row of {table} is damaged or of another version; it is left out until it is fetched again"
    )
    assert full.minutes("SPY", 1) is not None


@pytest.mark.parametrize(
    "damage", ["ticker = 'QQQ'", "final_through = '2026-11-19'", "flags = '[\"sure\"]'", "flags = '['"]
)
def test_the_hash_covers_every_word_of_a_row_of_bars(full: Archive, damage: str):
    edit(full.path, (f"update held set {damage} where ticker = 'IWM' and staged = 0",))
    assert set(full.histories()) == {"SPY"}


def test_the_hash_covers_the_name_of_a_series_and_the_length_of_a_minute_bar(full: Archive):
    edit(full.path, ("update series set name = 'DGS10'",), ("update minutes set interval = 5",))
    assert full.series() == {}
    assert full.minutes("IWM", 5) is None


def test_a_row_that_was_fetched_again_is_no_trouble_any_more(full: Archive):
    edit(full.path, ("update held set hash = zeroblob(32) where ticker = 'IWM'",))
    assert set(full.histories()) == {"SPY"}
    full.quotes()
    full.versions()
    assert "damaged" in full.trouble
    full.write(lambda change: change.hold(bars(4.0)))
    assert closes(full) == {"IWM": 4.0, "SPY": 3.0}
    assert full.trouble == ""


def test_nonsense_among_quotes_and_notes_and_entries_is_left_out(full: Archive):
    full.write(lambda change: change.note({"sound": 1}))
    edit(
        full.path,
        ("insert into quotes values ('BAD', 'cheap', 'now', 1, 1, 1)",),
        ("insert into quotes values ('BAD2', 1, 1, x'ff', 1, 1)",),
        ("insert into notes values ('bad', '{')",),
        ("insert into notes values ('bad2', ?)", "[" * 100_000),
        ("insert into notes values ('bad3', x'ff')",),
        ("insert into notes values ('bad4', cast(x'ff' as text))",),
        ("insert into log (at, kind, what, words) values ('now', 'note', '', '')",),
        ("insert into log (at, kind, what, words) values (x'ff', 'note', '', '')",),
    )
    assert full.quotes() == {"IWM": QUOTE}
    assert full.notes() == {"a": {"b": [1, None, "c"]}, "sound": 1}
    assert full.log() == (Entry(AT, "note", "IWM", "hello"),)
    assert "damaged" in full.trouble


def test_a_number_of_changes_that_is_none_counts_from_nothing(full: Archive):
    edit(full.path, ("update notes set value = 'many' where key = 'version/market'",))
    assert full.versions() == Versions(0, 1, 1, 1)
    full.write(lambda change: change.promote())
    assert full.versions().market == 1


def test_tables_of_another_layout_are_read_as_nothing_and_made_anew(path: Path):
    path.parent.mkdir()
    edit(
        path,
        ("create table held (ticker text, bars blob)",),
        ("insert into held values ('IWM', x'00')",),
        ("create table quotes (ticker text primary key, price real not null)",),
        ("insert into quotes values ('IWM', 1)",),
        ("create table arrays (key text)",),
        ("insert into arrays values ('kept')",),
    )
    archive = Archive(path)
    assert all_of(archive) == NOTHING
    archive.prepare()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}
    assert archive.quotes() == {"IWM": QUOTE}
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select key from arrays").fetchall() == [("kept",)]


# Damage to the file.


def broken_files(sound: bytes) -> Iterator[tuple[str, bytes]]:
    yield "garbage", random.Random(1).randbytes(50_000)
    yield "text", b"this is no database at all\n" * 1000
    yield "a header and no more", sound[:100]
    yield "a header and garbage", sound[:100] + random.Random(2).randbytes(len(sound) - 100)
    for cut in (50, 512, 4095, 4096, len(sound) // 2, len(sound) - 4096):
        yield f"cut at {cut}", sound[:cut]


def test_a_file_that_is_no_database_is_read_as_nothing_and_set_aside_and_built_anew(full: Archive, tmp_path: Path):
    for what, content in broken_files(full.path.read_bytes()):
        path = tmp_path / what / "store.sqlite3"
        path.parent.mkdir()
        path.write_bytes(content)
        archive = Archive(path)
        assert all_of(archive) == NOTHING, what
        assert "can't be read" in archive.trouble, what
        archive.prepare()
        assert archive.trouble == f"{path} was no database; it is kept as store.sqlite3.bad and built anew", what
        assert path.with_name("store.sqlite3.bad").read_bytes() == content, what
        archive.write(everything)
        assert all_of(archive) == all_of(full), what
        archive.prepare()
        assert archive.trouble == "", what


@pytest.mark.parametrize("content", [b"", b"x"])
def test_an_empty_file_is_built(path: Path, content: bytes):
    path.parent.mkdir()
    path.write_bytes(content)
    archive = Archive(path)
    assert (all_of(archive), archive.trouble) == (NOTHING, "")
    archive.prepare()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}


def test_a_folder_in_the_place_of_the_file_is_set_aside(path: Path):
    path.mkdir(parents=True)
    (path / "something").touch()
    archive = Archive(path)
    assert all_of(archive) == NOTHING
    assert "can't be read" in archive.trouble
    archive.prepare()
    assert "built anew" in archive.trouble
    assert (path.with_name("store.sqlite3.bad") / "something").exists()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}


def test_the_journal_of_a_broken_file_goes_with_it(full: Archive):
    with closing(sqlite3.connect(full.path)) as reader:
        reader.execute("begin").execute("select * from notes").fetchone()
        full.write(lambda change: change.hold(bars(9.0, "QQQ")))
        pages = full.path.stat().st_size // 4096
        with full.path.open("r+b") as file:
            file.seek(4096)
            file.write(bytes((pages - 1) * 4096))
        full.prepare()
        assert "built anew" in full.trouble
        bad = {file.name for file in full.path.parent.iterdir() if ".bad" in file.name}
        assert bad == {"store.sqlite3.bad", "store.sqlite3.bad-wal", "store.sqlite3.bad-shm"}
        full.write(everything)
        assert closes(full) == {"IWM": 1.0, "SPY": 3.0}


def test_a_second_broken_file_takes_the_place_of_the_first(path: Path):
    archive = Archive(path)
    path.parent.mkdir()
    for content in (b"first" * 1000, b"second" * 1000):
        path.write_bytes(content)
        archive.prepare()
    assert path.with_name("store.sqlite3.bad").read_bytes() == b"second" * 1000


def test_a_page_broken_anywhere_does_no_more_harm_than_to_lose_rows(full: Archive):
    sound, before = full.path.read_bytes(), full.histories()
    chance = random.Random(7)
    lost = 0
    for _ in range(150):
        content = bytearray(sound)
        at = chance.randrange(100, len(content))
        content[at : at + 16] = chance.randbytes(len(content[at : at + 16]))
        full.path.write_bytes(content)
        archive = Archive(full.path)
        all_of(archive)
        found = archive.histories()
        lost += len(found) < len(before)
        assert all(ticker in before and same(held, before[ticker]) for ticker, held in found.items())
        archive.prepare()
        archive.write(lambda change: change.hold(bars(6.0)))
        assert closes(archive)["IWM"] == 6.0
        for left in full.path.parent.iterdir():
            left.unlink()
    assert lost > 10


def test_damage_that_only_a_full_look_finds_is_found_when_it_is_prepared(full: Archive):
    full.write(lambda change: [change.hold(bars(float(n), f"T{n}", 2000)) for n in range(5)])
    content = bytearray(full.path.read_bytes())
    with closing(sqlite3.connect(full.path)) as db:
        root = db.execute("select rootpage from sqlite_master where name = 'held'").fetchone()[0]
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    full.path.write_bytes(content)
    assert full.histories() == {}
    full.prepare()
    assert "built anew" in full.trouble
    full.write(everything)
    assert closes(full) == {"IWM": 1.0, "SPY": 3.0}


# Whose files.


def test_files_are_private_to_the_user(path: Path):
    archive = Archive(path)
    archive.prepare()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    seen = set()

    def look(_: Change) -> None:
        seen.update((file.name, file.stat().st_mode & 0o777) for file in path.parent.iterdir())

    archive.write(look)
    assert seen == {("store.sqlite3", 0o600), ("store.sqlite3-wal", 0o600), ("store.sqlite3-shm", 0o600)}


def test_a_file_that_the_store_made_for_all_to_read_becomes_private(path: Path):
    Store(path).keep([("a", "1", random_bars("IWM", 50, 1))])
    with closing(sqlite3.connect(path)) as db:  # keeps the journal there
        db.execute("select * from arrays").fetchone()
        for file in path.parent.iterdir():
            file.chmod(0o644)
        Archive(path).prepare()
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["a b?c#d%20e&f", "'quoted\"", "ünï\u202ecode", "mode=ro", "\udcff not text"])
def test_any_file_name_will_do(tmp_path: Path, name: str):
    archive = Archive(tmp_path / name / name)
    archive.prepare()
    archive.write(everything)
    assert closes(archive) == {"IWM": 1.0, "SPY": 3.0}
    assert archive.path.exists()


def test_a_relative_path_and_one_with_two_slashes_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Archive(Path("here")).prepare()
    Archive(Path("here")).write(everything)
    assert closes(Archive(Path(f"/{tmp_path}/here"))) == {"IWM": 1.0, "SPY": 3.0}


def test_a_path_that_cannot_be_is_read_as_nothing(tmp_path: Path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "below", tmp_path / ("x" * 300), Path("/proc/nobody/store")):
        archive = Archive(path)
        assert all_of(archive) == NOTHING
        with pytest.raises(OSError):  # noqa: PT011  each system has its own words
            archive.prepare()


def test_writing_where_nothing_was_prepared_is_an_error(path: Path):
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Archive(path).write(everything)
    assert not path.exists()
