"""What a watch tells: every change of label, axis and count, session by session, once, and safe to print."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from smallcap.core import reading, watching
from smallcap.core.alerts import Last, arm, check
from smallcap.core.bars import Origin, Panel, to_day
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.core.triggers import parse
from smallcap.core.watching import ROWS, Line

NOW = datetime(2026, 11, 20, 21, 0, 5, tzinfo=UTC)


def as_on(panel: Panel, row: int, pair: str = "IWM/SPY") -> Reading:
    """The reading of a panel that ends with SPY's session at `row`."""
    cut = replace(panel.until(panel["SPY"].sessions[row]), upto=None)
    day = to_day(cut["SPY"].sessions[-1])
    return reading.build(cut, day, Settings(pair=pair), closed=day)


def words(line: Line) -> tuple[date, str, str, str]:
    return line.as_of, line.what, line.before, line.after


def test_the_same_reading_has_nothing_to_tell(panel: Panel):
    made = as_on(panel, 650)
    assert watching.changes(made, made, NOW) == ()
    assert watching.changes(made, as_on(panel, 650), NOW) == ()


def test_each_session_is_held_against_the_one_before_it(panel: Panel):
    """Whatever is skipped, the same lines come: one look after 80 sessions tells what 80 looks tell."""
    first, last = 505, 585
    at_once = watching.changes(as_on(panel, first), as_on(panel, last), NOW)
    one_by_one = [
        words(line)
        for row in range(first, last)
        for line in watching.changes(as_on(panel, row), as_on(panel, row + 1), NOW)
    ]
    assert [words(line) for line in at_once] == one_by_one
    assert len(one_by_one) > 20
    assert {line.what for line in at_once} >= {"regime", "leadership", "leadership pending"}


def test_a_change_of_label_is_what_the_history_says(panel: Panel):
    past = as_on(panel, 699).history
    row = int(np.flatnonzero(np.diff(past.codes[300:]))[0]) + 301
    before, after = as_on(panel, row - 1), as_on(panel, row)
    lines = {line.what: line for line in watching.changes(before, after, NOW)}
    told = lines["regime"]
    assert (told.before, told.after) == (before.regime.regime.label, after.regime.regime.label)
    assert told.before != told.after
    assert told.as_of == after.as_of
    for axis_before, axis in zip(before.axes, after.axes, strict=True):
        assert (axis.key in lines) == (axis_before.state != axis.state)


def test_a_count_is_told_as_the_app_words_it(panel: Panel):
    tellings = [(row, as_on(panel, row)) for row in range(600, 640)]
    row, made = next((row, made) for row, made in tellings if any(axis.closes > 1 for axis in made.axes))
    axis = next(axis for axis in made.axes if axis.closes > 1)
    line = next(
        line for line in watching.changes(as_on(panel, row - 1), made, NOW) if line.what == f"{axis.key} pending"
    )
    assert line.after == f"{axis.pending} {axis.closes} of 10 closes"
    assert line.before == f"{axis.pending} {axis.closes - 1} of 10 closes"


def test_bars_that_came_late_are_told_of_the_session_they_change(panel: Panel):
    whole = as_on(panel, 660)
    lacking = {t: b if t in {"IWM", "SPY"} else b.until(panel["SPY"].sessions[640]) for t, b in panel.bars.items()}
    early = as_on(replace(panel, bars=lacking), 660)
    lines = watching.changes(early, whole, NOW)
    assert lines
    assert {line.as_of for line in lines} == {whole.as_of}
    later = watching.changes(early, as_on(panel, 663), NOW)
    assert [words(line) for line in later] == [
        *map(words, lines), *map(words, watching.changes(whole, as_on(panel, 663), NOW))
    ]  # fmt: skip


def test_a_pair_without_sectors_has_no_confirmation(panel: Panel):
    made = as_on(panel, 660, "IWM/QQQ")
    line = watching.opening(made, 0, NOW)
    assert "confirmation none" in line.after
    assert "IWM/QQQ from random walk: regime " in line.after
    assert not watching.comparable(made, as_on(panel, 660))


def test_another_source_is_not_compared(panel: Panel):
    made = as_on(panel, 660)
    real = as_on(replace(panel, origin=Origin("Yahoo and FRED", False, "2020-01-01T00:00:00+00:00")), 660)
    assert not watching.comparable(made, real)
    assert watching.comparable(made, as_on(panel, 661))
    same_name = as_on(replace(panel, origin=replace(panel.origin, simulated=False)), 660)
    assert not watching.comparable(made, same_name)
    assert watching.comparable(same_name, same_name)


def test_the_opening_names_the_state_and_how_many_alerts(panel: Panel):
    made = as_on(panel, 660)
    text = watching.opening(made, 1, NOW).text()
    assert text.startswith(f"SIMULATED 2026-11-20T21:00:05Z {made.as_of} watching IWM/SPY from random walk: regime ")
    assert f"regime {made.regime.regime.label}, leadership {made.axes[0].state}, " in text
    assert text.endswith("; 1 alert armed")
    assert all(f"{row.what} " in text for row in ROWS)


def test_a_line_is_in_utc_and_simulated_where_it_is():
    at = NOW.astimezone(timezone(timedelta(hours=9)))
    line = Line(at, date(2026, 11, 20), "IWM/SPY", "CSV", False, "regime", "NEUTRAL", "RISK-ON")
    assert line.text() == "2026-11-20T21:00:05Z 2026-11-20 regime NEUTRAL -> RISK-ON"
    assert line._replace(simulated=True).text() == f"SIMULATED {line.text()}"
    assert json.loads(line.document()) == {
        "schema": 1,
        "at": "2026-11-20T21:00:05Z",
        "as_of": "2026-11-20",
        "pair": "IWM/SPY",
        "source": {"name": "CSV", "simulated": False},
        "what": "regime",
        "before": "NEUTRAL",
        "after": "RISK-ON",
    }
    assert json.loads(line._replace(before="").document())["before"] is None


@pytest.mark.parametrize("nasty", ["\x1b]0;own\a", "a\nb", "\x9b31m", "\u202e"])
def test_text_from_outside_stays_on_its_line(nasty: str):
    line = Line(NOW, date(2026, 11, 20), "IWM/SPY", nasty, False, "alert", "", f"IWM {nasty} below")
    for written in (line.text(), line.document()):
        assert written.isprintable()
        assert json.loads(line.document())["after"].isprintable()
        assert json.loads(line.document())["source"]["name"].isprintable()


def test_a_fired_alert_is_told_in_its_own_words(panel: Panel):
    made = as_on(panel, 660)
    alert = arm(parse("close IWM > 0.01"), made, Last(), NOW)
    fired = check((alert,), made, Last(), NOW)
    (line,) = watching.fired(fired, made, NOW)
    assert line.text().startswith(f"SIMULATED 2026-11-20T21:00:05Z {made.as_of} alert IWM closes above 0.01: close of ")


def test_the_headline_is_the_newest_alert_or_regime():
    base = Line(NOW, date(2026, 11, 20), "IWM/SPY", "CSV", False, "regime", "A", "B")
    leading, count = base._replace(what="leadership"), base._replace(what="market pending")
    assert watching.headline([base, leading, count]) is base
    assert watching.headline([base, base._replace(what="alert"), count]).what == "alert"
    assert watching.headline([leading, count]) is count


def test_a_trouble_is_told_when_it_begins_and_when_it_is_over():
    assert list(watching.news({}, {"Yahoo": "offline"})) == ["Yahoo: offline"]
    assert list(watching.news({"Yahoo": "offline"}, {"Yahoo": "offline still"})) == []
    assert list(watching.news({"Yahoo": "offline"}, {})) == ["Yahoo: all right again"]
