"""The store through anything: whatever is written, opened anew, torn or turned over, it holds whole writes only."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from smallcap.core.bars import COLUMNS, Bars, Series, series_of
from smallcap.core.store import SCHEMA, Store, Thing, _pack

from tests.conftest import random_bars
from tests.machines import extent

KEYS, STAMPS = ("a", "b", "c"), ("1", "2")
THINGS: tuple[Thing, ...] = (
    *(random_bars("IWM", n, n) for n in (1, 7, 300)),
    series_of("DGS2", np.array(["2020-01-02"], "datetime64[D]"), np.array([-0.0])),
    series_of("^X", np.arange("2020-01-01", "2020-02-01", dtype="datetime64[D]"), np.linspace(1e-300, 1e300, 31)),
)
INSERT = "insert or replace into arrays values (?, ?, ?, ?, ?, ?, ?, ?)"
Held = dict[str, tuple[str, Thing]]
rows = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(STAMPS), st.sampled_from(THINGS)), max_size=3)


def same(one: Thing, other: Thing) -> bool:
    """Bit for bit."""
    if type(one) is not type(other):
        return False
    names = ("sessions", *COLUMNS) if isinstance(one, Bars) else ("dates", "values")
    whose = ("ticker", "adjusted") if isinstance(one, Bars) else ("name",)
    bits = all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in names)
    return bits and all(getattr(one, name) == getattr(other, name) for name in whose)


def holds(store: Store, held: Held) -> bool:
    """Whether the store holds exactly that, and nothing under another stamp."""
    found = {stamp: store.kept(dict.fromkeys(KEYS, stamp)) for stamp in STAMPS}
    whole = {(key, stamp) for stamp in STAMPS for key in found[stamp]} == {(key, row[0]) for key, row in held.items()}
    return whole and all(same(found[stamp][key], thing) for key, (stamp, thing) in held.items())


class StoreMachine(RuleBasedStateMachine):
    """One user's file, and what must be in it: `past` is what was in it after each transaction."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(self.folder / "deep" / "store.sqlite3")
        self.held: Held = {}
        self.past: list[Held] = [{}]

    @rule(rows=rows)
    def keep(self, rows: list[tuple[str, str, Thing]]) -> None:
        self.store.keep(rows)
        assert self.store.trouble is None
        self.held = {**self.held, **{key: (stamp, thing) for key, stamp, thing in rows}}
        self.past.append(self.held)

    @rule()
    def open_anew(self) -> None:
        self.store = Store(self.store.path)

    @rule(rows=rows)
    def another_process_keeps(self, rows: list[tuple[str, str, Thing]]) -> None:
        other, self.store = self.store, Store(self.store.path)
        self.keep(rows)
        self.store = other

    @rule(rows=rows, reaches=st.floats(0, 1))
    def power_fails_while_another_writes(self, rows: list[tuple[str, str, Thing]], reaches: float) -> None:
        """What is on the disk then, the log of what is new cut off somewhere, holds what was there after some write."""
        path = self.store.path
        assert path
        if not path.exists():
            return
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("begin immediate")
            db.executemany(INSERT, [(key, SCHEMA, stamp, *_pack(thing)) for key, stamp, thing in rows])
            after = self.copied(path)
            db.execute("rollback")
        assert holds(Store(after), self.held)
        log = after.with_name(f"{after.name}-wal")
        if log.exists():
            cut = log.read_bytes()
            log.write_bytes(cut[: int(len(cut) * reaches)])
        torn = Store(after)
        assert any(holds(torn, past) for past in reversed(self.past))
        torn.keep([("a", "1", THINGS[0])])
        assert same(torn.kept({"a": "1"})["a"], THINGS[0])

    @rule(key=st.sampled_from(KEYS), at=st.integers(0, 10**6))
    def a_bit_turns_over(self, key: str, at: int) -> None:
        """What holds it is gone, and nothing else is."""
        if key not in self.held:
            return
        with closing(sqlite3.connect(str(self.store.path))) as db, db:
            payload = bytearray(db.execute("select payload from arrays where key = ?", (key,)).fetchone()[0])
            payload[at % len(payload)] ^= 1 << at % 8
            db.execute("update arrays set payload = ? where key = ?", (bytes(payload), key))
        del self.held[key]
        self.held = dict(self.held)
        self.past = [self.held]

    @invariant()
    def it_holds_what_was_kept(self) -> None:
        assert holds(self.store, self.held)

    def copied(self, path: Path) -> Path:
        """The file and its log as a machine that stops now leaves them."""
        to = Path(tempfile.mkdtemp(dir=self.folder))
        for name in (path.name, f"{path.name}-wal"):
            if (path.parent / name).exists():
                shutil.copy(path.parent / name, to / name)
        return to / path.name

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)


def test_nothing_that_was_kept_is_lost_and_nothing_is_there_by_half():
    StoreMachine.TestCase.settings = extent(12, 15)
    StoreMachine.TestCase("runTest").runTest()


def test_it_tells_a_series_from_bars():
    assert not same(THINGS[0], THINGS[-1])
    assert isinstance(THINGS[-1], Series)
