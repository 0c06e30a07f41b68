"""The CSV folder: bad rows refused by file, line, field and value; the rest used; parsed once."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import COLUMNS, Bars, Panel
from smallcap.core.errors import SourceError
from smallcap.core.sources import folder as folders
from smallcap.core.sources.folder import Folder
from smallcap.core.store import Store

HEAD = "date,open,high,low,close,adj_close,volume"
GOOD = ("2020-03-19,10,12,9,11,11,100", "2020-03-20,11,12,9,10,10,100", "2020-03-23,10,11,9,10,10,100")
NOW = datetime(2020, 3, 24, 12, tzinfo=UTC)
NO_STORE = Store(None)
Write = Callable[..., Path]


def load(path: Path, now: datetime = NOW, store: Store = NO_STORE, *, replay: bool = False) -> Panel:
    return Folder(path, store).load(now, replay=replay)


def test_what_was_written_is_what_is_read(panel: Panel, write_folder: Write):
    back = load(write_folder(panel), datetime(2030, 1, 2, tzinfo=UTC))
    assert set(back.bars) == set(panel.bars)
    assert back.refused == ()
    for ticker, bars in panel.bars.items():
        np.testing.assert_array_equal(back[ticker].sessions, bars.sessions)
        for column in COLUMNS:
            np.testing.assert_array_equal(getattr(back[ticker], column), getattr(bars, column))


BAD_ROWS = [
    ("2020-03-24,abc,12,9,11,11,100", "open 'abc' is not a number"),
    ("2020-03-24,10,12,9,,11,100", "close '' is not a number"),
    ("2020-03-24,10,12,9,nan,11,100", "close 'nan' is not a number"),
    ("2020-03-24,10,inf,9,11,11,100", "high 'inf' is not a number"),
    ("2020-03-24,10,12,-9,11,11,100", "low '-9' is not above 0"),
    ("2020-03-24,10,12,9,0,11,100", "close '0' is not above 0"),
    ("2020-03-24,10,12,9,11,-1,100", "adj_close '-1' is not above 0"),
    ("2020-03-24,10,12,9,11,11,-5", "volume '-5' is below 0"),
    ("2020-03-24,10,8,9,9,11,100", "high '8' is below the low"),
    ("2020-03-24,13,12,9,11,11,100", "open '13' is above the high"),
    ("2020-03-24,10,12,9,8,8,100", "close '8' is below the low"),
    ("2020-03-23,10,12,9,11,11,100", "date '2020-03-23' is there twice"),
    ("2020-03-18,10,12,9,11,11,100", "date '2020-03-18' comes after a later date"),
    ("2020-04-01,10,12,9,11,11,100", "date '2020-04-01' is in the future; today is 2020-03-24"),
    ("24.3.2020,10,12,9,11,11,100", "date '24.3.2020' is not a date like 2020-03-23"),
    ("2020-3-24,10,12,9,11,11,100", "date '2020-3-24' is not a date like 2020-03-23"),
    ("2020-02-30,10,12,9,11,11,100", "date '2020-02-30' is not a date like 2020-03-23"),
    ("2020-03-24,10,12", "3 fields instead of 7"),
    ("2020-03-24,\x1b[31m,12,9,11,11,100", "open '\\x1b[31m' is not a number"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS, ids=[reason for _, reason in BAD_ROWS])
def test_a_bad_row_is_refused_by_line_and_reason_and_the_rest_used(
    panel: Panel, write_folder: Write, row: str, reason: str
):
    read = load(write_folder(Panel({}, panel.origin), IWM="\n".join([HEAD, *GOOD, row])))
    assert read.refused == (f"daily/IWM.csv line 5: {reason}",)
    assert read["IWM"].sessions.astype(str).tolist() == ["2020-03-19", "2020-03-20", "2020-03-23"]


def test_a_weekend_between_sessions_is_refused_as_such(panel: Panel, write_folder: Write):
    rows = [HEAD, *GOOD[:2], "2020-03-21,10,12,9,11,11,100", GOOD[2]]
    read = load(write_folder(Panel({}, panel.origin), IWM="\n".join(rows)))
    assert read.refused == ("daily/IWM.csv line 4: date '2020-03-21' is not a day the NYSE was open",)
    assert len(read["IWM"]) == 3


def test_many_bad_rows_are_counted_not_listed(panel: Panel, write_folder: Write):
    rows = [HEAD, *GOOD, *["2020-03-24,x,12,9,11,11,100"] * 40]
    read = load(write_folder(Panel({}, panel.origin), IWM="\n".join(rows)))
    assert len(read.refused) == 6
    assert read.refused[-1] == "daily/IWM.csv: 35 more rows refused, the last at line 44"


def test_a_bad_file_leaves_the_other_files(panel: Panel, write_folder: Write):
    path = write_folder(panel, EMPTY="", NOHEAD="a,b,c\n1,2,3", NOROWS=HEAD, BADROWS=f"{HEAD}\nx,1,1,1,1,1,1")
    (path / "daily" / "BYTES.csv").write_bytes(b"\xff\xfe\x00")
    (path / "daily" / "not a ticker;rm.csv").write_text(HEAD)
    (path / "daily" / "GONE.csv").symlink_to("nowhere")
    (path / "daily" / "DIR.csv").mkdir()
    read = load(path, datetime(2030, 1, 2, tzinfo=UTC))
    assert set(read.bars) == set(panel.bars)
    said = "\n".join(read.refused)
    assert "daily/EMPTY.csv is empty" in said
    assert "daily/NOHEAD.csv line 1: the header lacks date, open" in said
    assert "daily/NOROWS.csv has no sound row" in said
    assert "daily/BADROWS.csv has no sound row; daily/BADROWS.csv line 2: date 'x' is not a date" in said
    assert "daily/BYTES.csv is not a CSV file in UTF-8" in said
    assert "daily/GONE.csv can't be read: No such file or directory" in said
    assert "daily/DIR.csv can't be read: Is a directory" in said
    assert "daily/'not a ticker;rm.csv' is left out: its name is not a ticker's" in said


def test_a_missing_or_empty_folder_says_so(tmp_path: Path):
    with pytest.raises(SourceError, match="nowhere is not a folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(SourceError, match=r"has no usable daily/TICKER.csv in it"):
        load(tmp_path)


def test_a_ticker_without_adj_close_has_its_closes(panel: Panel, write_folder: Write):
    none = [HEAD, *(row.replace(",11,100", ",,100").replace(",10,100", ",,100") for row in GOOD)]
    read = load(write_folder(Panel({}, panel.origin), NONE="\n".join(none)))
    assert not read["NONE"].adjusted
    np.testing.assert_array_equal(read["NONE"].adj_close, read["NONE"].close)
    assert read.refused == ()


DAYS = ("2020-03-16", "2020-03-17", "2020-03-18", "2020-03-19", "2020-03-20", "2020-03-23")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("5", "6", "", "", "10", "11"), (5, 6, 6.5, 7, 10, 11)),
        (("", "", "6.5", "7", "10", "11"), (5, 6, 6.5, 7, 10, 11)),
        (("5", "6", "6.5", "7", "10", ""), (5, 6, 6.5, 7, 10, 10.625)),
        (("", "", "", "", "", "11"), (110 / 17, 132 / 17, 143 / 17, 154 / 17, 176 / 17, 11)),
    ],
)
def test_an_unknown_adj_close_follows_the_close_and_says_so(
    panel: Panel, write_folder: Write, written: tuple[str, ...], read: tuple[float, ...]
):
    """Closes of 10, 12, 13, 14, 16 and 17: an adj_close that is empty has the close's return from the one before."""
    closes = (10, 12, 13, 14, 16, 17)
    rows = [f"{d},{c},{c},{c},{c},{a},100" for d, c, a in zip(DAYS, closes, written, strict=True)]
    found = load(write_folder(Panel({}, panel.origin), SOME="\n".join([HEAD, *rows])))
    assert found["SOME"].adjusted
    places = [place for place, text in enumerate(written) if not text]
    line = 2 + places[0]
    more = f", and on {len(places) - 1} more" if len(places) > 1 else ""
    assert found.refused == (f"daily/SOME.csv line {line}: adj_close '' is not known{more}; the close is used there",)
    expected = [float(a) if a else None for a in written]
    assert [v if e else None for v, e in zip(found["SOME"].adj_close, expected, strict=True)] == expected
    np.testing.assert_allclose(found["SOME"].adj_close, read)


def test_an_unknown_adj_close_changes_no_session_before_it(panel: Panel, write_folder: Write):
    closes, adjusted = (10, 12, 13, 14, 16, 17), ("5", "6", "6.5", "7", "10", "11")
    rows = [f"{d},{c},{c},{c},{c},{a},100" for d, c, a in zip(DAYS, closes, adjusted, strict=True)]
    last = rows[-1].replace(",11,100", ",,100")
    found = load(
        write_folder(Panel({}, panel.origin), WHOLE="\n".join([HEAD, *rows]), SOME="\n".join([HEAD, *rows[:-1], last]))
    )
    np.testing.assert_array_equal(found["WHOLE"].adj_close[:-1], found["SOME"].adj_close[:-1])


def test_byte_order_mark_crlf_blank_lines_and_column_order_are_harmless(panel: Panel, write_folder: Write):
    path = write_folder(Panel({}, panel.origin), IWM="x")
    text = "\ufeffClose,Date,Open,High,Low,Adj_Close,Volume,extra\r\n\r\n11,2020-03-19,10,12,9,11,100,?\r\n"
    (path / "daily" / "IWM.csv").write_bytes(text.encode())
    read = load(path)
    assert read.refused == ()
    assert (read["IWM"].close[0], read["IWM"].open[0]) == (11.0, 10.0)


def test_macro_blanks_are_left_out(panel: Panel, write_folder: Write):
    path = write_folder(panel)
    (path / "macro").mkdir()
    (path / "macro" / "DGS2.csv").write_text("date,value\n2020-03-19,0.4\n2020-03-20,.\n2020-03-23,\n2020-03-24,x\n")
    read = load(path, datetime(2030, 1, 2, tzinfo=UTC))
    assert read.macro["DGS2"].values.tolist() == [0.4]
    assert read.refused == ("macro/DGS2.csv line 5: value 'x' is not a number",)


def test_a_replay_hides_the_future_without_calling_it_wrong(panel: Panel, write_folder: Write):
    path = write_folder(Panel({}, panel.origin), IWM="\n".join([HEAD, *GOOD]))
    assert load(path, datetime(2020, 3, 20, 22, tzinfo=UTC)).refused != ()
    assert load(path, datetime(2020, 3, 20, 22, tzinfo=UTC), replay=True).refused == ()


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from here on."""
    seen: list[str] = []
    real = folders.read_bars

    def counted(path: Path, today: np.datetime64 | None) -> tuple[Bars, tuple[str, ...]]:
        seen.append(path.stem)
        return real(path, today)

    monkeypatch.setattr(folders, "read_bars", counted)
    return seen


def test_a_file_is_parsed_once_until_it_changes(panel: Panel, write_folder: Write, tmp_path: Path, parses: list[str]):
    path, now = write_folder(panel), datetime(2030, 1, 2, tzinfo=UTC)
    first = load(path, now, Store(tmp_path / "store.sqlite3"))
    assert len(parses) == len(panel.bars)
    second = load(path, now, Store(tmp_path / "store.sqlite3"))
    assert len(parses) == len(panel.bars)
    for column in COLUMNS:
        np.testing.assert_array_equal(getattr(second["IWM"], column), getattr(first["IWM"], column))
    file = path / "daily" / "IWM.csv"
    file.write_text("\n".join([HEAD, *GOOD]))
    os.utime(file, ns=(1, 1))
    assert len(load(path, now, Store(tmp_path / "store.sqlite3"))["IWM"]) == 3
    assert parses[len(panel.bars) :] == ["IWM"]


def test_a_file_with_refused_rows_says_so_every_time(panel: Panel, write_folder: Write, tmp_path: Path):
    path = write_folder(Panel({}, panel.origin), IWM="\n".join([HEAD, *GOOD, "x"]))
    said = [load(path, NOW, Store(tmp_path / "store.sqlite3")).refused for _ in range(2)]
    assert said[0] == said[1] != ()


def _rewritten(folder: Path) -> None:
    with (folder / "daily" / "IWM.csv").open("a", encoding="utf-8") as file:
        file.write("\n2020-03-24,10,12,9,11,11,100\n")


def _touched(folder: Path) -> None:
    os.utime(folder / "macro" / "DGS10.csv", ns=(1, 1))


def _removed(folder: Path) -> None:
    (folder / "daily" / "SPY.csv").unlink()


def _added(folder: Path) -> None:
    (folder / "daily" / "QQQ.csv").write_text("\n".join([HEAD, *GOOD]))


def _added_with_no_name(folder: Path) -> None:
    (folder / "daily" / "not a ticker.csv").write_text(HEAD)


@pytest.fixture
def small_folder(panel: Panel, write_folder: Write) -> Path:
    bars = "\n".join([HEAD, *GOOD])
    folder = write_folder(Panel({}, panel.origin), IWM=bars, SPY=bars)
    (folder / "macro").mkdir(exist_ok=True)
    (folder / "macro" / "DGS10.csv").write_text("date,value\n2020-03-19,1.5\n")
    return folder


def test_a_folder_in_which_nothing_has_changed_is_the_panel_of_the_last_time(small_folder: Path):
    source = Folder(small_folder, NO_STORE)
    first = source.load(NOW)
    assert source.load(NOW + timedelta(hours=3)) is first


@pytest.mark.parametrize("change", [_rewritten, _touched, _removed, _added, _added_with_no_name])
def test_a_folder_in_which_something_has_changed_is_read_anew(small_folder: Path, change: Callable[[Path], None]):
    source = Folder(small_folder, NO_STORE)
    first = source.load(NOW)
    change(small_folder)
    again, fresh = source.load(NOW), load(small_folder)
    assert again is not first
    assert (again.refused, list(again.bars)) == (fresh.refused, list(fresh.bars))
    assert [len(bars) for bars in again.bars.values()] == [len(bars) for bars in fresh.bars.values()]


def test_what_was_the_future_yesterday_is_read_today(small_folder: Path):
    source = Folder(small_folder, NO_STORE)
    before = source.load(NOW - timedelta(days=2))
    assert len(before["IWM"]) == 2
    assert before.refused
    assert len(source.load(NOW)["IWM"]) == 3


def test_files_that_cannot_be_looked_at_are_tried_again(small_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folders, "_stamp", lambda *_: "")
    source = Folder(small_folder, NO_STORE)
    assert source.load(NOW) is not source.load(NOW)


def test_the_whole_real_history_is_sound(real_panel: Panel):
    assert real_panel.refused == ()
    assert len(real_panel.bars) == 28
    assert not real_panel["^VIX"].adjusted
