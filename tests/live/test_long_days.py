"""A day of the app, a watch and the fetcher at speed, held against the calendar; whole months are in benchmarks."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks import long_days
from benchmarks.long_days import lived
from benchmarks.months import Month
from benchmarks.promised import growth, judged


def test_on_a_half_day_with_the_clock_set_back_all_is_asked_and_shown_as_promised(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(long_days, "PATIENCE", 120.0)
    back = ("2024-11-29 11:00", "clock", -3600.0)
    days = Month("the day after Thanksgiving", date(2024, 11, 28), date(2024, 11, 30), (back,), exact=True)
    seen = lived(days)
    assert [one for one in judged(days, seen) if "grew" not in one] == []
    assert seen["days"]["2024-11-29"]["quote"] in {69, 70}
    assert [day for _, day in seen["shown"]["app"]] == ["2024-11-27", "2024-11-29"]
    assert growth(seen)["memory"] < 0.5
