"""`smallcap watch` tells alerts: its own and the app's, each once."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Last, arm
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.slate import Slate, added
from smallcap.core.triggers import parse
from smallcap.tui.armed import Armed
from smallcap.tui.watch_flags import Options

from tests.tui.watching.conftest import FLIP, Desk, Make


def kept(home: Path) -> Slate:
    return Alarms(home / "alerts.json").read().slate


def keep(desk: Desk, *texts: str) -> None:
    """Arm alerts as the app does."""
    assert desk.home
    standpoint = desk.standpoint()
    made = standpoint.read(standpoint.load())
    for text in texts:
        alert = arm(parse(text), made, Last(), desk.clock.now())
        Alarms(desk.home / "alerts.json").update([lambda slate, alert=alert: added(slate, alert)])


def alerts(lines: list[str]) -> list[str]:
    return [line.split(" alert ", 1)[1] for line in lines if " watching " not in line and " alert " in line]


def test_an_alert_of_this_run_is_told_once_and_kept_nowhere(desk: Make, tmp_path: Path):
    here = desk(options=Options(alerts=("IWM < 80", "regime not NARROW")))
    (opening,) = here.begin()
    assert opening.endswith("; 2 alerts armed")
    assert here.look(after=1) == []
    here.source.prices["IWM"] = 79.5
    assert alerts(here.look(after=1)) == ["IWM below 80.00: last price 01:00 ET is 79.50"]
    assert here.look(after=1) == []
    here.source.rows = FLIP + 1
    (told,) = alerts(here.look())
    assert told.startswith("regime of IWM/SPY is no longer NARROW: label of 2017-")
    assert not (tmp_path / "alerts.json").exists()


def test_alerts_on_other_data_are_counted_apart(desk: Make):
    here = desk()
    keep(here, "IWM < 80", "IWM < 50")

    def other(slate: Slate) -> Slate:
        first, *rest = slate.alerts
        return slate._replace(alerts=(first._replace(simulated=not first.simulated), *rest))

    Alarms(here.home / "alerts.json").update([other])
    (opening,) = here.begin()
    assert re.search(r"; 1 alert armed, 1 more on (real|simulated) data not looked at$", opening)


def test_an_alert_of_the_app_is_told_and_written_back_as_fired(desk: Make, tmp_path: Path):
    here = desk()
    keep(here, "IWM < 80", "IWM < 50")
    (opening,) = here.begin()
    assert opening.endswith("; 2 alerts armed")
    here.source.prices["IWM"] = 79.5
    assert alerts(here.look(after=1)) == ["IWM below 80.00: last price 01:00 ET is 79.50"]
    slate = kept(tmp_path)
    assert [alert.words for alert in slate.alerts] == ["IWM below 50.00"]
    assert [alert.words for alert in slate.history] == ["IWM below 80.00"]
    assert here.look(after=1) == []


def test_an_alert_armed_in_the_app_meanwhile_is_told(desk: Make):
    here = desk()
    here.begin()
    keep(here, "IWM > 100000")
    assert here.look(after=1) == []
    keep(here, "close IWM > 0.01")
    assert len(alerts(here.look(after=1))) == 1


def test_of_two_watches_one_tells_an_alert(desk: Make, tmp_path: Path):
    """Both have seen it armed; whoever writes it first tells it."""
    here, there = desk(), desk()
    keep(here, "IWM < 80")
    here.begin()
    there.begin()
    here.source.prices["IWM"] = there.source.prices["IWM"] = 79.0
    assert len(alerts(here.look(after=1))) == 1
    there.clock.instant += timedelta(seconds=1)
    # As if both had read the file before either wrote it.
    there.watch._armed._seen = _now(tmp_path)
    assert alerts(there.look(after=0)) == []
    assert len(kept(tmp_path).history) == 1


def _now(home: Path) -> tuple[int, ...]:
    found = os.stat(home / "alerts.json")
    return found.st_ino, found.st_mtime_ns, found.st_size


def test_an_alert_that_cannot_be_written_is_told_once_and_written_later(
    desk: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = desk()
    keep(here, "IWM < 80")
    here.begin()
    here.source.prices["IWM"] = 79.0
    with monkeypatch.context() as full:

        def update(*_: object) -> None:
            raise SmallcapError("alerts.json can't be written: No space left on device")

        full.setattr(Alarms, "update", update)
        assert len(alerts(here.look(after=1))) == 1
        assert here.said() == ["smallcap: the alerts: alerts.json can't be written: No space left on device"]
        assert (here.look(after=1), here.said()) == ([], [])
        assert len(kept(tmp_path).alerts) == 1
    assert (here.look(after=1), here.said()) == ([], ["smallcap: the alerts: all right again"])
    assert (kept(tmp_path).alerts, len(kept(tmp_path).history)) == ((), 1)


def test_a_broken_file_of_alerts_is_said_and_left_alone(desk: Make, tmp_path: Path):
    (tmp_path / "alerts.json").write_text("{")
    here = desk()
    assert len(here.begin()) == 1
    (said,) = here.said()
    assert "the file is left alone" in said
    assert (here.look(), here.said()) == ([], [])
    assert (tmp_path / "alerts.json").read_text() == "{"


def test_the_same_alert_in_both_places_is_told_once(desk: Make, tmp_path: Path):
    here = desk(options=Options(alerts=("close IWM > 0.01",)))
    keep(here, "close IWM > 0.01")
    assert len(alerts(here.begin())) == 1
    assert len(kept(tmp_path).history) == 1


def test_an_alert_on_a_ticker_that_is_not_there_ends_it(desk: Make):
    here = desk(options=Options(alerts=("IWMM < 90",)))
    with pytest.raises(SmallcapError, match="did you mean IWM"):
        here.begin()
    with pytest.raises(UsageError, match="can't be read: write it like"):
        Armed(None, ("IWM ? 90",))
