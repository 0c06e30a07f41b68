"""A damaged archive: what is sound is read, the rest is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from smallcap.core.bars import Series
from smallcap.core.live.archive import Archive, Versions
from smallcap.core.live.log import Entry

from tests.core.live.kept import AT, NOTHING, QUOTE, SERIES, all_of, bars, closes, edit, everything, minutes_of


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
