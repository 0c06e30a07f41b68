"""The archive in a refresh: staged until its end, and a number that grows with each change."""

from __future__ import annotations

import numpy as np
import pytest
from smallcap.core.live.archive import Archive, Versions
from smallcap.core.live.log import Entry

from tests.core.live.kept import AT, QUOTE, SERIES, bars, closes, edit, minutes_of


def test_what_is_staged_is_not_read_as_held(full: Archive):
    assert closes(full) == {"IWM": 1.0, "SPY": 3.0}
    assert closes(full, staged=True) == {"IWM": 2.0}


def test_the_end_of_a_refresh_replaces_what_it_brought_and_nothing_else(full: Archive):
    full.write(lambda change: change.stage(bars(5.0, "QQQ")))
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 2.0, "QQQ": 5.0, "SPY": 3.0}
    assert closes(full, staged=True) == {}
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 2.0, "QQQ": 5.0, "SPY": 3.0}


@pytest.mark.parametrize("damage", ["hash = zeroblob(32)", "schema = 2", "payload = zeroblob(10)"])
def test_a_staged_row_that_is_damaged_does_not_replace_a_sound_one(full: Archive, damage: str):
    full.write(lambda change: change.stage(bars(5.0, "QQQ")))
    edit(full.path, (f"update held set {damage} where staged = 1 and ticker = 'IWM'",))
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 1.0, "QQQ": 5.0, "SPY": 3.0}
    assert closes(full, staged=True) == {}
    assert full.trouble == ""


def test_what_was_staged_can_be_dropped(full: Archive):
    full.write(lambda change: change.drop_staged())
    full.write(lambda change: change.promote())
    assert closes(full) == {"IWM": 1.0, "SPY": 3.0}


GROWTH = {
    "stage": (lambda change: change.stage(bars(9.0)), Versions(0, 0, 0, 0)),
    "drop": (lambda change: change.drop_staged(), Versions(0, 0, 0, 0)),
    "note": (lambda change: change.note({"x": 1}), Versions(0, 0, 0, 0)),
    "hold": (lambda change: change.hold(bars(9.0)), Versions(1, 0, 0, 0)),
    "promote": (lambda change: change.promote(), Versions(1, 0, 0, 0)),
    "series": (lambda change: change.series([SERIES], AT), Versions(1, 0, 0, 0)),
    "quotes": (lambda change: change.quotes([QUOTE, QUOTE._replace(ticker="SPY")]), Versions(0, 1, 0, 0)),
    "minutes": (lambda change: change.minutes(minutes_of(), AT), Versions(0, 0, 1, 0)),
    "log": (lambda change: change.log([Entry(AT, "note", "", "")] * 3), Versions(0, 0, 0, 1)),
}


@pytest.mark.parametrize("what", GROWTH)
def test_each_change_makes_its_own_number_grow(full: Archive, what: str):
    change, growth = GROWTH[what]
    for _ in range(12):  # past nine, where numbers kept as text would begin to lie
        before = full.versions()
        full.write(change)
        assert tuple(np.subtract(full.versions(), before)) == growth


def test_nobody_has_to_remember_the_numbers_and_no_note_turns_them_back(full: Archive):
    notes, before = full.notes(), full.versions()
    assert not any(key.startswith("version/") for key in notes)
    full.write(lambda change: change.hold(bars(9.0)))
    full.write(lambda change: change.note(notes))
    assert full.versions().market == before.market + 1
