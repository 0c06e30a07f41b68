"""When what failed is asked again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from smallcap.core.live.due import Failure, Known, due, next_due

from tests.core.live.due.conftest import DAY, FRIDAY, IWM, MINUTE, SECOND, THURSDAY, at, held


@pytest.mark.parametrize(("times", "pause"), [(1, 15), (2, 30), (3, 60), (6, 480), (7, 900), (8, 900), (10**6, 900)])
def test_a_failed_job_waits_15_seconds_doubling_to_15_minutes(times, pause):
    now = at("2026-11-20 20:00")
    known = replace(held(THURSDAY), failures={"daily IWM": Failure(times, now)})
    assert next_due(now, IWM, known) == now + pause * SECOND
    assert due(now + (pause - 1) * SECOND, IWM, known) == ()
    assert len(due(now + pause * SECOND, IWM, known)) == 1


def test_failed_quotes_and_minutes_are_tried_every_minute_at_least():
    now = at("2026-11-20 11:00")
    wants = IWM._replace(visible="IWM", minutes=1)
    failed = Failure(9, now)
    known = replace(held(FRIDAY, THURSDAY, answered="2026-11-20 10:00"), failures={})
    known = replace(known, failures={"quotes": failed, "minutes IWM 1": failed})
    assert due(now + 59 * SECOND, wants, known) == ()
    assert [job.kind for job in due(now + MINUTE, wants, known)] == ["minutes", "quotes"]


def test_an_answer_from_just_before_the_opening_delays_nothing():
    early, opening = at("2026-11-20 09:29:59"), at("2026-11-20 09:30")
    answered = dict.fromkeys(("daily IWM", "quotes", "minutes IWM 1"), early)
    known = replace(held(THURSDAY), answered_at=answered)
    wants = IWM._replace(visible="IWM", minutes=1)
    assert next_due(early, wants, known) == opening
    assert [job.kind for job in due(opening, wants, known)] == ["minutes", "quotes"]


def test_failed_quotes_are_not_tried_again_after_the_session():
    now = at("2026-11-20 16:00:50")
    known = held(FRIDAY, THURSDAY, answered="2026-11-20 10:00")
    known = replace(known, failures={"quotes": Failure(3, now)})
    assert due(now + 20 * SECOND, IWM, known) == ()


def test_a_ticker_that_does_not_exist_is_asked_for_once_a_day():
    now = at("2026-11-20 20:00")
    known = Known(failures={"daily IWM max": Failure(1, now, unknown=True)})
    assert due(now + DAY - SECOND, IWM, known) == ()
    assert [job.key for job in due(now + DAY, IWM, known)] == ["daily IWM max"]
