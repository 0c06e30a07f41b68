"""The ledger: what was answered and refused is known after a restart, and nonsense in the notes ends nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smallcap.core.live.archive import Archive
from smallcap.core.live.due import QUOTES, Wants, due, next_due
from smallcap.core.live.intake import Intake
from smallcap.core.live.ledger import Ledger
from smallcap.core.live.throttle import Refusal

from tests.core.live import make

NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
CLOSES = make.walk(120)


@pytest.fixture
def desk(tmp_path: Path) -> SimpleNamespace:
    """A ledger over an intake, at an hour that a test moves; `again` makes those of a new process."""
    archive = Archive(tmp_path / "store.sqlite3")
    archive.prepare()
    found = SimpleNamespace(archive=archive, now=NIGHT)

    def again() -> Ledger:
        found.intake = Intake(archive, lambda: found.now)
        found.ledger = Ledger(found.intake, lambda: found.now, lambda: 0.0)
        return found.ledger

    found.again = again
    again()
    return found


def hold(desk: SimpleNamespace, closes=CLOSES, missing: int | None = None, last: date = make.LAST) -> None:
    bars = make.raw(closes, last)
    bars = bars if missing is None else make.without(bars, missing)
    assert desk.intake.daily("IWM", make.answer(bars), whole=True) == ""
    desk.intake.promote()


def write(desk: SimpleNamespace) -> None:
    desk.ledger.write_down(next_due(desk.now, Wants(("IWM",)), desk.ledger.known()), QUOTES)
    desk.intake.flush()


# --- over restarts ------------------------------------------------------------------------------------------------


def test_what_was_answered_is_known_after_a_restart(desk):
    hold(desk)
    desk.ledger.answered("daily IWM max", ("IWM",))
    assert due(desk.now, Wants(("IWM",)), desk.ledger.known()) == ()
    write(desk)
    ledger = desk.again()
    assert ledger.known().answered_at == {"daily IWM max": NIGHT}
    assert due(desk.now, Wants(("IWM",)), ledger.known()) == ()


def test_an_answer_of_more_than_eight_days_ago_is_forgotten(desk):
    desk.ledger.answered("macro DGS2 max", ("DGS2",))
    desk.now += timedelta(days=7, hours=23)
    write(desk)
    assert desk.again().known().answered_at
    desk.now += timedelta(hours=2)
    write(desk)
    assert desk.again().known().answered_at == {}


def test_a_rate_limit_outlives_the_process(desk):
    at = NIGHT.timestamp()
    throttle = desk.ledger.throttles["yahoo"]
    throttle.ask(at)
    throttle.answered(at, 429, 600.0)
    write(desk)
    ledger = desk.again()
    assert isinstance(ledger.throttles["yahoo"].ask(at + 599), Refusal)
    assert ledger.throttles["fred"].ask(at) == 0.0
    assert ledger.known().requests_last_hour == 1
    assert desk.archive.notes()["status"] == {
        "next": "2026-11-21T01:00+00:00",
        "poll": 15.0,
        "yahoo": {"kind": "rate limited", "until": at + 600, "since": at},
    }


def test_a_throttle_that_heals_takes_its_trouble_out_of_the_status(desk):
    at = NIGHT.timestamp()
    for _ in range(3):
        desk.ledger.throttles["fred"].failed(at, "offline")
    write(desk)
    assert desk.archive.notes()["status"]["fred"]["kind"] == "offline"
    desk.ledger.throttles["fred"].answered(at + 100, 200)
    write(desk)
    assert "fred" not in desk.archive.notes()["status"]


def test_nothing_is_written_while_nothing_changes(desk):
    hold(desk)
    write(desk)
    desk.ledger.write_down(next_due(desk.now, Wants(("IWM",)), desk.ledger.known()), QUOTES)
    assert desk.intake.flush() is False


NOTE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-21", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("answered", "throttle/yahoo", "throttle/fred", "gap/IWM", "status", "refused/IWM", "unknown/IWM", "quote/IWM")


@given(notes=st.dictionaries(st.sampled_from(KEYS), NOTE, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_the_notes_hold_the_ledger_works(desk, notes):
    desk.archive.write(lambda change: change.note({key: json.loads(json.dumps(value)) for key, value in notes.items()}))
    ledger = desk.again()
    hold(desk)
    known = ledger.known()
    due(desk.now, Wants(("IWM",), ("DGS2",)), known)
    ledger.look_for_gaps("IWM")
    desk.intake.daily("IWM", make.answer(make.raw(CLOSES), symbol="SPY"), whole=True)
    write(desk)


@pytest.mark.parametrize("note", [{"daily IWM": 5}, {"daily IWM": "soon"}, {"daily IWM": None}, [], "x", None])
def test_an_answers_instant_that_is_none_is_left_out(desk, note):
    desk.archive.write(lambda change: change.note({"answered": note}))
    assert desk.again().known().answered_at == {}


@pytest.mark.parametrize("note", ["soon", "2026-11-31", 5, ["2026-11-24"], {"until": "2026-11-24"}, None, ""])
def test_a_gaps_last_day_that_is_none_is_noted_anew(desk, note):
    hold(desk, missing=-3)
    desk.intake.notes["gap/IWM"] = note
    assert desk.ledger.known().daily["IWM"].gap_until is None
    desk.ledger.look_for_gaps("IWM")
    assert desk.ledger.known().daily["IWM"].gap_until == date(2026, 11, 23)


# --- failures -----------------------------------------------------------------------------------------------------


def test_failures_in_a_row_are_counted_until_an_answer(desk):
    for _ in range(3):
        desk.ledger.failed("daily IWM")
    assert desk.ledger.known().failures["daily IWM"].times == 3
    desk.ledger.answered("daily IWM", ("IWM",))
    assert desk.ledger.known().failures == {}
    desk.ledger.failed("daily IWM", unknown=True)
    assert desk.ledger.known().failures["daily IWM"] == (1, NIGHT, True)
    desk.ledger.forget_failures()
    assert desk.ledger.known().failures == {}


def test_nonsense_counts_as_a_failure_of_its_provider(desk):
    for _ in range(3):
        desk.ledger.nonsense("yahoo")
    assert desk.ledger.throttles["yahoo"].state(NIGHT.timestamp()).kind == "upstream"
    assert desk.ledger.throttles["fred"].state(NIGHT.timestamp()) is None


# --- the canary ---------------------------------------------------------------------------------------------------


def test_another_ticker_that_was_answered_for_a_moment_ago_is_the_canary(desk):
    assert not desk.ledger.canary(("NOPE",))
    desk.ledger.answered("daily NOPE", ("NOPE",))
    assert not desk.ledger.canary(("NOPE",))
    desk.ledger.answered("daily SPY", ("SPY",))
    assert desk.ledger.canary(("NOPE",))
    desk.now += timedelta(minutes=9, seconds=59)
    assert desk.ledger.canary(("NOPE",))
    desk.now += timedelta(seconds=1)
    assert not desk.ledger.canary(("NOPE",))


def test_fred_is_no_canary_of_yahoos(desk):
    desk.ledger.answered("macro DGS2,DGS10", ("DGS2", "DGS10"))
    desk.ledger.answered("macro DGS2,DGS10 max", ("DGS2", "DGS10"))
    assert not desk.ledger.canary(("NOPE",))


# --- gaps ---------------------------------------------------------------------------------------------------------


def test_a_session_missing_among_the_newest_is_asked_for_again_for_three_days(desk):
    hold(desk, missing=-3)
    desk.ledger.look_for_gaps("IWM")
    assert desk.ledger.known().daily["IWM"].gap_until == date(2026, 11, 23)
    desk.now += timedelta(days=2)
    desk.ledger.look_for_gaps("IWM")
    write(desk)
    assert desk.again().known().daily["IWM"].gap_until == date(2026, 11, 23)


def test_a_gap_is_asked_for_on_no_more_than_three_days(desk):
    hold(desk, missing=-3)
    desk.ledger.answered("daily IWM max", ("IWM",))
    desk.ledger.look_for_gaps("IWM")
    asked = []
    for hour in range(24 * 12):
        desk.now = NIGHT + timedelta(hours=hour)
        jobs = [job for job in due(desk.now, Wants(("IWM",)), desk.ledger.known()) if "missing" in job.why]
        if jobs:
            asked.append(hour)
            desk.ledger.answered(jobs[0].key, ("IWM",))
            desk.ledger.look_for_gaps("IWM")
    assert asked == [24, 48]


def test_a_gap_that_is_filled_is_forgotten(desk):
    hold(desk, missing=-3)
    desk.ledger.look_for_gaps("IWM")
    assert desk.intake.daily("IWM", make.answer(make.raw(CLOSES[-20:])), whole=False) == ""
    desk.ledger.look_for_gaps("IWM")
    assert desk.ledger.known().daily["IWM"].gap_until is None
    assert "gap/IWM" not in desk.intake.notes


@pytest.mark.parametrize("missing", [-12, -60, None])
def test_an_old_gap_and_none_are_left_alone(desk, missing):
    hold(desk, missing=missing)
    desk.ledger.look_for_gaps("IWM")
    assert desk.ledger.known().daily["IWM"].gap_until is None


def test_a_history_that_has_just_begun_has_no_gap_before_it(desk):
    hold(desk, CLOSES[:4])
    desk.ledger.look_for_gaps("IWM")
    assert desk.ledger.known().daily["IWM"].gap_until is None
    desk.ledger.look_for_gaps("NONE")


def test_what_is_held_is_what_the_refresh_has_fetched(desk):
    hold(desk, CLOSES[:-1], last=date(2026, 11, 19))
    desk.intake.daily("IWM", make.answer(make.raw(CLOSES)), whole=True)
    desk.intake.full = {"IWM"}
    assert desk.ledger.known().daily["IWM"] == (make.LAST, make.LAST, True, None)
