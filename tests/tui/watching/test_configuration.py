"""`smallcap watch` reads its configuration anew when it is told to."""

from __future__ import annotations

from dataclasses import replace

from smallcap.core.bars import Origin, Panel
from smallcap.core.errors import UsageError
from smallcap.core.settings import Settings
from smallcap.tui.standpoint import Standpoint

from tests.tui.watching.conftest import FLIP, Growing, Make


def test_hanging_up_with_somebody_there_reads_the_configuration_anew(desk: Make):
    here = desk()
    here.begin()
    here.settings = Settings(pair="IWM/QQQ")
    assert here.look() == []
    here.watch.hang_up()
    (opening,) = here.look(after=1)
    assert "watching IWM/QQQ from random walk: " in opening
    assert here.said() == ["smallcap: the configuration was read anew"]
    assert here.look() == []


def test_a_wrong_configuration_keeps_the_old_one(desk: Make):
    here = desk()
    here.begin()

    def refuse() -> Standpoint:
        raise UsageError("smallcap.toml: 'equty' is not a key; did you mean equity?")

    here.again = refuse
    here.watch.hang_up()
    assert here.look() == []
    assert here.said() == [
        "smallcap: smallcap.toml: 'equty' is not a key; did you mean equity?; the configuration stays as it was"
    ]
    here.source.rows = FLIP + 1
    assert "regime NARROW -> " in here.look()[0]


def test_a_configuration_whose_pair_is_not_there_keeps_the_last_reading(desk: Make):
    here = desk()
    here.begin()
    here.settings = Settings(pair="IWM/SPX")
    here.watch.hang_up()
    assert here.look() == []
    said = here.said()
    assert any("ticker 'SPX' is not in random walk" in line and "is kept" in line for line in said)
    here.settings = Settings()
    here.watch.hang_up()
    assert here.look() == []
    assert "smallcap: the source: all right again" in here.said()


def test_another_source_after_a_reload_is_announced_and_not_compared(desk: Make, panel: Panel):
    here = desk()
    here.begin()
    real = Growing(replace(panel, origin=Origin("CSV folder", False, "")), rows=FLIP + 20, simulated=False)
    here.settings, here.source = Settings(source="folder"), real
    here.watch.hang_up()
    (opening,) = here.look()
    assert opening.startswith("2026-11-20T06:01:00Z ")
    assert "watching IWM/SPY from CSV folder" in opening
