"""The store: what is kept comes back whole or not at all, and trouble with the file is no trouble for the reader."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from smallcap.core.bars import COLUMNS, Bars, Series
from smallcap.core.store import Store

from tests.conftest import random_bars


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "store.sqlite3"


def same(a: Bars, b: Bars) -> bool:
    columns = all(np.array_equal(getattr(a, c), getattr(b, c)) for c in ("sessions", *COLUMNS))
    return columns and (a.ticker, a.adjusted) == (b.ticker, b.adjusted)


def test_bars_and_series_come_back_bit_for_bit(path: Path):
    bars, series = random_bars("IWM", 50, 1), Series("DGS2", np.array(["2020-01-02"], "datetime64[D]"), np.array([1.5]))
    Store(path).keep([("a", "1", bars), ("b", "1", series)])
    back = Store(path).kept({"a": "1", "b": "1"})
    assert isinstance(back["a"], Bars)
    assert same(back["a"], bars)
    assert isinstance(back["b"], Series)
    assert (back["b"].name, back["b"].values.tolist()) == ("DGS2", [1.5])


def test_another_stamp_or_another_key_is_not_there(path: Path):
    store = Store(path)
    store.keep([("a", "1", random_bars("IWM", 5, 1))])
    assert store.kept({"a": "2", "b": "1"}) == {}


def test_a_row_whose_bytes_changed_is_not_used(path: Path):
    Store(path).keep([("a", "1", random_bars("IWM", 5, 1))])
    with sqlite3.connect(path) as db:
        payload = bytearray(db.execute("select payload from arrays").fetchone()[0])
        payload[100] ^= 1
        db.execute("update arrays set payload = ?", (bytes(payload),))
    db.close()
    assert Store(path).kept({"a": "1"}) == {}


def test_a_file_that_is_no_database_is_said_and_survived(path: Path):
    path.parent.mkdir()
    path.write_bytes(b"not a database at all, but long enough to be taken for one" * 20)
    store = Store(path)
    assert store.kept({"a": "1"}) == {}
    assert "can't be read" in str(store.trouble)
    store.keep([("a", "1", random_bars("IWM", 5, 1))])
    assert "nothing is kept" in str(store.trouble)


def test_a_folder_that_cannot_be_made_is_said_and_survived(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "store.sqlite3")
    store.keep([("a", "1", random_bars("IWM", 5, 1))])
    assert "nothing is kept" in str(store.trouble)


def test_no_path_keeps_nothing_quietly():
    store = Store(None)
    store.keep([("a", "1", random_bars("IWM", 5, 1))])
    assert store.kept({"a": "1"}) == {}
    assert store.trouble is None
