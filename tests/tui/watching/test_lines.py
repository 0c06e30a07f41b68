"""`smallcap watch`, look by look on a clock that is set: what it prints, and a source that fails."""

from __future__ import annotations

import json

import pytest
from smallcap.core.bars import to_day
from smallcap.core.errors import SmallcapError
from smallcap.tui.watch_flags import Options

from tests.tui.watching.conftest import FLIP, Growing, Make


def test_the_first_line_says_what_is_watched_and_then_only_changes_are_printed(desk: Make):
    here = desk()
    (opening,) = here.begin()
    assert opening.startswith("SIMULATED 2026-11-20T06:00:00Z 2017-01-2")
    assert "watching IWM/SPY from random walk: regime NARROW, " in opening
    assert opening.endswith("; 0 alerts armed")
    assert here.look() == []
    here.source.rows = FLIP + 1
    lines = here.look()
    day = to_day(here.source.panel["SPY"].sessions[FLIP])
    assert all(line.startswith(f"SIMULATED 2026-11-20T06:02:00Z {day} ") for line in lines)
    assert lines[0].partition(f"{day} ")[2].startswith("regime NARROW -> ")
    assert any(f"{day} leadership " in line for line in lines)
    assert here.look() == []
    assert here.said() == []


def test_json_is_one_object_a_line(desk: Make):
    here = desk(options=Options(json=True))
    (opening,) = map(json.loads, here.begin())
    assert (opening["what"], opening["before"], opening["source"]["simulated"]) == ("watching", None, True)
    here.source.rows = FLIP + 1
    found = {each["what"]: each for each in map(json.loads, here.look())}
    assert found["regime"]["before"] == "NARROW"
    assert found["regime"]["at"] == "2026-11-20T06:01:00Z"


def test_a_source_that_fails_is_said_once_keeps_the_last_reading_and_is_said_to_be_back(desk: Make):
    here = desk()
    here.begin()
    here.source.fails = "the disk is gone"
    assert here.look() == []
    (said,) = here.said()
    as_of = here.watch.follower.reading.as_of  # type: ignore[union-attr]
    assert said == f"smallcap: the source: the disk is gone; the reading of {as_of} is kept"
    here.source.fails = "the disk is still gone"
    assert (here.look(), here.said()) == ([], [])
    here.source.fails, here.source.rows = "", FLIP + 1
    assert "regime NARROW -> " in here.look(after=1)[0]
    assert here.said() == ["smallcap: the source: all right again"]


def test_an_error_that_nobody_foresaw_does_not_end_it(desk: Make, monkeypatch: pytest.MonkeyPatch):
    here = desk()
    here.begin()
    with monkeypatch.context() as broken:
        broken.setattr(Growing, "load", lambda *_, **__: 1 / 0)
        assert here.look() == []
        assert "unexpected: ZeroDivisionError" in here.said()[0]
    assert (here.look(), here.said()) == ([], ["smallcap: the source: all right again"])


def test_a_source_that_is_not_there_at_the_start_ends_it(desk: Make):
    here = desk()
    here.source.fails = "no such folder"
    with pytest.raises(SmallcapError, match="no such folder"):
        here.begin()


def test_a_machine_that_slept_tells_every_session_it_missed(desk: Make):
    here = desk()
    here.begin()
    here.source.rows = FLIP + 25
    lines = here.look(after=30 * 24 * 3600.0)
    days = [line.split()[2] for line in lines]
    assert days == sorted(days)
    assert len(set(days)) > 5
    assert sum(" regime " in line for line in lines) == 2


@pytest.mark.parametrize("seconds", [-7200.0, 59.0, 61.0])
def test_a_source_with_prices_is_read_again_every_minute_and_when_the_clock_jumps(desk: Make, seconds: float):
    here = desk()
    here.begin()
    loads = here.source.loads
    here.look(after=seconds)
    assert here.source.loads - loads == (0 if seconds == 59.0 else 1)


def test_a_session_that_closed_is_read_at_once(desk: Make):
    here = desk()
    here.begin()
    here.source.rows = FLIP + 1
    assert here.look(after=1)
