"""Packing: arrays come back bit for bit, whatever is in them, and a hash tells every part from every other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.core.bars import Series, series_of
from smallcap.core.live.packing import (
    digest,
    pack_minutes,
    pack_raw,
    pack_series,
    unpack_minutes,
    unpack_raw,
    unpack_series,
)
from smallcap.core.live.raw import FIELDS, Minutes, Raw

from tests.core.live import make

EVERY_FIELD = ("sessions", *FIELDS, *make.EVENTS)


def bits(array: np.ndarray) -> bytes:
    return array.dtype.str.encode() + array.tobytes()


def floats(n: int) -> st.SearchStrategy:
    return arrays("<f8", n)


def days(n: int) -> st.SearchStrategy:
    return arrays("<i8", n).map(lambda found: found.view("datetime64[D]"))


@st.composite
def raws(draw: st.DrawFn) -> Raw:
    bars, paid, split = (draw(st.integers(0, 5)) for _ in range(3))
    columns = [draw(floats(bars)) for _ in FIELDS]
    events = [draw(days(paid)), draw(floats(paid)), draw(days(split)), draw(floats(split))]
    return Raw("IWM", draw(days(bars)), *columns, *events)


@given(raws())
@settings(deadline=None)
def test_bars_and_events_come_back_bit_for_bit(raw: Raw):
    back = unpack_raw("IWM", pack_raw(raw))
    assert back.ticker == "IWM"
    for name in EVERY_FIELD:
        assert bits(getattr(back, name)) == bits(getattr(raw, name)), name


@given(st.integers(0, 6).flatmap(lambda n: st.tuples(arrays("<i8", n), *(floats(n) for _ in FIELDS))))
@settings(deadline=None)
def test_minutes_come_back_bit_for_bit(columns: tuple[np.ndarray, ...]):
    minutes = Minutes("^VIX", 5, columns[0].view("datetime64[s]"), *columns[1:])
    back = unpack_minutes("^VIX", 5, pack_minutes(minutes))
    assert (back.ticker, back.interval) == ("^VIX", 5)
    for name in ("times", *FIELDS):
        assert bits(getattr(back, name)) == bits(getattr(minutes, name)), name


@pytest.mark.parametrize(("step", "months", "delay"), [(1, 0, 0), (7, 0, 7), (30, 1, 0), (91, 4, 0)])
def test_a_series_comes_back_with_the_delay_of_its_rhythm(step: int, months: int, delay: int):
    dates = np.datetime64("2020-01-01", "D") + np.arange(40) * step
    series = series_of("ICSA", dates, np.linspace(-1, 1, 40))
    back = unpack_series("ICSA", pack_series(series))
    assert (bits(back.dates), bits(back.values)) == (bits(dates), bits(series.values))
    assert (back.name, back.months, back.days) == ("ICSA", months, delay)


def test_a_series_without_an_observation_comes_back_empty():
    none = Series("DGS2", np.array([], "datetime64[D]"), np.array([]))
    assert len(unpack_series("DGS2", pack_series(none)).dates) == 0


def test_what_comes_back_cannot_be_changed():
    back = unpack_raw("IWM", pack_raw(make.raw([1.0, 2.0])))
    with pytest.raises(ValueError, match="read-only"):
        back.close[0] = 3.0


def test_columns_that_are_views_or_of_other_widths_are_packed_by_value():
    raw = make.raw(np.arange(1.0, 9.0))
    every_other = make.only(raw, slice(None, None, 2))
    assert unpack_raw("IWM", pack_raw(every_other)).close.tolist() == [1.0, 3.0, 5.0, 7.0]
    whole = replace(raw, **{name: getattr(raw, name).astype(int) for name in FIELDS})
    assert unpack_raw("IWM", pack_raw(whole)).close.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_bytes_cut_anywhere_are_refused_or_of_another_length():
    payload = pack_raw(make.raw([1.0, 2.0, 3.0], dividends={"2026-11-19": 0.3}))
    for cut in range(len(payload)):
        with pytest.raises((ValueError, TypeError)):
            assert_whole(unpack_raw("IWM", payload[:cut]))


def assert_whole(raw: Raw) -> None:
    if {len(getattr(raw, name)) for name in ("sessions", *FIELDS)} != {3} or len(raw.dividends) != 1:
        raise ValueError("not whole")


@given(st.lists(st.text() | st.binary(), max_size=4), st.lists(st.text() | st.binary(), max_size=4))
@settings(deadline=None)
def test_a_hash_tells_where_one_part_ends_and_the_next_begins(a: list[str | bytes], b: list[str | bytes]):
    same = [p.encode() if isinstance(p, str) else p for p in a] == [p.encode() if isinstance(p, str) else p for p in b]
    assert (digest(*a) == digest(*b)) == same


def test_parts_that_read_the_same_when_joined_have_other_hashes():
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", ""), digest("", "abc")}) == 5
