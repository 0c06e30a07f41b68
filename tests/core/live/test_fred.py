"""FRED's answers as series: any table or archive that is one is read, everything else is a sentence."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.bars import series_of
from smallcap.core.live import fred
from smallcap.core.live.fred import Fred, merged, parse
from smallcap.core.live.trouble import Failing, Offline, Paused, Trouble, Upstream

NAMES = ("DGS2", "DGS10", "ICSA")
TABLE = b"observation_date,DGS2,DGS10\n2026-11-18,4.01,4.31\n2026-11-19,4.02,4.32\n2026-11-20,4.03,4.33\n"


def told(series) -> dict[str, float]:
    return dict(zip(series.dates.astype(str).tolist(), series.values.tolist(), strict=True))


def table(*rows: str, header: str = "observation_date,DGS2,DGS10") -> bytes:
    return "\n".join((header, *rows)).encode()


def packed(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", how) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return body.getvalue()


# --- tables -------------------------------------------------------------------------------------------------------


def test_a_table_is_read_by_its_columns():
    found = parse(TABLE, NAMES)
    assert told(found["DGS2"]) == {"2026-11-18": 4.01, "2026-11-19": 4.02, "2026-11-20": 4.03}
    assert told(found["DGS10"])["2026-11-20"] == 4.33
    assert list(found) == ["DGS2", "DGS10"]
    assert found["DGS2"].dates.dtype == np.dtype("datetime64[D]")


@pytest.mark.parametrize("header", ["DATE", "observation_date", "", "\ufeffobservation_date", "anything at all"])
def test_the_headers_first_word_does_not_matter(header):
    body = table("2026-11-20,4.03,4.33", header=f"{header},DGS2,DGS10")
    assert told(parse(body, NAMES)["DGS10"]) == {"2026-11-20": 4.33}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_a_line_will_do(end):
    assert told(parse(TABLE.replace(b"\n", end.encode()), NAMES)["DGS2"]) == told(parse(TABLE, NAMES)["DGS2"])


@pytest.mark.parametrize("mark", ["", ".", " ", "NaN", "nan", "Infinity", "-inf", "1e999", "4.2x", "#N/A", '"'])
def test_what_is_no_finite_number_is_no_observation(mark):
    found = parse(table("2026-11-19,4.02,4.32", f"2026-11-20,{mark},4.33"), NAMES)
    assert told(found["DGS2"]) == {"2026-11-19": 4.02}


def test_a_blank_of_one_series_is_none_of_another():
    assert told(parse(table("2026-11-20,.,4.33"), NAMES)["DGS10"]) == {"2026-11-20": 4.33}


@pytest.mark.parametrize("row", ["2026-11-20", "2026-11-20,9", "2026-11-20,9,9,9", "", "2026-11-31,9,9", "total,9,9"])
def test_a_row_of_another_width_or_without_a_date_is_left_out(row):
    found = parse(table("2026-11-19,4.02,4.32", row), NAMES)
    assert told(found["DGS2"]) == {"2026-11-19": 4.02}


def test_of_a_date_that_is_there_twice_the_last_counts_and_order_does_not():
    found = parse(table("2026-11-20,5,5", "2026-11-18,1,1", "2026-11-20,6,6"), NAMES)
    assert told(found["DGS2"]) == {"2026-11-18": 1.0, "2026-11-20": 6.0}


def test_negative_values_and_zero_are_values():
    assert told(parse(table("2020-04-20,-36.98,0"), NAMES)["DGS2"]) == {"2020-04-20": -36.98}
    assert told(parse(table("2020-04-20,-36.98,0"), NAMES)["DGS10"]) == {"2020-04-20": 0.0}


def test_series_that_nobody_asked_for_are_left_out():
    assert list(parse(TABLE, ("DGS10",))) == ["DGS10"]


def test_a_table_without_an_observation_is_no_nonsense():
    """A short window may hold nothing of a monthly series."""
    assert parse(table("2026-11-20,.,"), NAMES) == {}
    assert parse(table(), NAMES) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"<!DOCTYPE html><html><title>504 Gateway Time-out</title></html>",
        b"{}",
        b"observation_date,OTHER\n2026-11-20,1\n",
        b"DGS2\n2026-11-20\n",
        b"\xff\xfe\x00\x00",
        b"\x00" * 100,
        b'"' + b"x" * 200_000,
    ],
)
def test_what_holds_no_table_of_the_series_is_nonsense(body):
    with pytest.raises(Upstream, match="FRED answers nonsense: there is no table with the series in it"):
        parse(body, NAMES)


@given(st.binary(max_size=400) | st.binary(max_size=300).map(lambda tail: TABLE + tail))
def test_no_bytes_raise_anything_but_a_trouble(body):
    try:
        found = parse(body, NAMES)
    except Trouble:
        return
    check(found)


CELL = st.sampled_from(["", ".", "1.5", "-2", "nan", "inf", "1e400", "x", "\x00", '"', "1,5", "２", "1_0"])
DAY = st.sampled_from(["2026-11-19", "2026-11-20", "20261120", "2026-W47-1", "0001-01-01", "9999-12-31", "x", ""])


@given(st.lists(st.tuples(DAY, CELL, CELL).map(",".join), max_size=12), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
def test_any_cells_make_sound_series_or_none(rows, end):
    try:
        found = parse(end.join(("DATE,DGS2,DGS10", *rows)).encode(), NAMES)
    except Upstream:
        return
    check(found)


def check(found) -> None:
    for name, series in found.items():
        assert name == series.name in NAMES
        assert len(series.dates) == len(series.values) > 0
        assert np.isfinite(series.values).all()
        assert (np.diff(series.dates) > np.timedelta64(0)).all()


# --- archives -----------------------------------------------------------------------------------------------------


def test_an_archive_of_tables_is_read_as_one():
    files = {"daily.csv": TABLE, "weekly.csv": b"observation_date,ICSA\n2026-11-14,220000\n", "README.txt": b"hello"}
    found = parse(packed(files), NAMES)
    assert sorted(found) == ["DGS10", "DGS2", "ICSA"]
    assert told(found["ICSA"]) == {"2026-11-14": 220000.0}


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(fred, "LARGEST", 1_000_000)
    big = TABLE + b"\n" * 900_000
    with pytest.raises(Upstream, match="no table"):
        parse(packed({"bomb.csv": TABLE + b"\n" * 1_000_001}), NAMES)
    assert told(parse(packed({"one.csv": big}), NAMES)["DGS2"])
    read = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda pack, part: read.append(part.filename) or big)
    parse(packed({f"{n}.csv": big for n in range(9)}), NAMES)
    assert read == ["0.csv"]


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_says():
    body = bytearray(packed({"a.csv": TABLE + b"\n" * 3_000_000}))
    at = body.rindex(b"PK\x01\x02") + 24
    body[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Upstream):
        parse(bytes(body), NAMES)


@given(st.data())
def test_a_damaged_archive_is_nonsense_or_read(data):
    body = bytearray(
        packed({"a.csv": TABLE, "b.csv": b"DATE,ICSA\n2026-11-14,1\n"}, data.draw(st.sampled_from([0, 8])))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    for damaged in (bytes(body), bytes(body[:cut])):
        try:
            check(parse(damaged, NAMES))
        except Upstream:
            continue


def test_a_locked_archive_is_nonsense():
    body = bytearray(packed({"a.csv": TABLE}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(mark) + at] |= 1
    with pytest.raises(Upstream, match="a damaged archive"):
        parse(bytes(body), NAMES)


# --- requests -----------------------------------------------------------------------------------------------------


class Asked:
    """A session that answers what it is told to."""

    def __init__(self, status: int = 200, content: bytes = TABLE, error: Exception | None = None) -> None:
        self.answer, self.error = SimpleNamespace(status_code=status, content=content), error
        self.params: dict[str, str] = {}

    def get(self, url: str, *, params: dict[str, str]):
        self.url, self.params = url, params
        if self.error:
            raise self.error
        return self.answer


def test_all_series_are_asked_for_in_one_request():
    asked = Asked()
    assert sorted(Fred(asked).read(NAMES, date(2026, 10, 12))) == ["DGS10", "DGS2"]
    assert asked.params == {"id": "DGS2,DGS10,ICSA", "cosd": "2026-10-12"}
    Fred(asked).read(NAMES, None)
    assert asked.params == {"id": "DGS2,DGS10,ICSA"}


class Refused(OSError):
    """An error of the session that has an answer."""

    def __init__(self, status: int) -> None:
        self.response = SimpleNamespace(status_code=status)


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        (Asked(404), Failing, "FRED answered 404"),
        (Asked(error=Refused(504)), Failing, "FRED answered 504"),
        (Asked(error=Refused(0)), Offline, "no connection to FRED"),
        (Asked(error=Refused(200)), Offline, "no connection to FRED"),
        (Asked(error=OSError("x")), Offline, "no connection to FRED"),
        (Asked(error=TimeoutError()), Offline, "no connection to FRED"),
        (Asked(content=b"<html>"), Upstream, "FRED answers nonsense"),
        (Asked(error=Paused("FRED", 0.0, "rest")), Paused, "FRED is not asked until"),
    ],
)
def test_each_failure_is_a_trouble_with_a_sentence(asked, kind, words):
    with pytest.raises(Trouble, match=words) as caught:
        Fred(asked).read(NAMES, None)
    assert type(caught.value) is kind


# --- joined -------------------------------------------------------------------------------------------------------


def series(values: dict[str, float], name: str = "DGS2"):
    return series_of(name, np.array(list(values), "datetime64[D]"), np.array(list(values.values())))


def test_what_is_fresh_replaces_what_was_held_of_its_day_and_no_other():
    held = series({"2026-11-17": 1.0, "2026-11-18": 2.0, "2026-11-20": 3.0})
    fresh = series({"2026-11-18": 9.0, "2026-11-19": 8.0})
    assert told(merged(held, fresh)) == {"2026-11-17": 1.0, "2026-11-18": 9.0, "2026-11-19": 8.0, "2026-11-20": 3.0}
    assert told(held)["2026-11-18"] == 2.0
    assert merged(None, fresh) is fresh


DAYS = st.dictionaries(st.dates(date(2020, 1, 1), date(2020, 3, 1)).map(str), st.floats(-9, 9), min_size=1)


@given(DAYS, DAYS)
def test_joining_loses_nothing_and_keeps_the_order(held, fresh):
    found = merged(series(dict(sorted(held.items()))), series(dict(sorted(fresh.items()))))
    assert told(found) == dict(sorted((held | fresh).items()))


def test_the_rhythm_of_a_window_is_the_rhythm_of_the_whole():
    """One observation of a month within 40 days says nothing about how late the series is published."""
    months = {f"{2020 + n // 12}-{n % 12 + 1:02d}-01": float(n) for n in range(24)}
    found = merged(series(months), series({"2022-01-01": 9.0}))
    assert (found.months, found.days) == (1, 0)
