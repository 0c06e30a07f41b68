"""The merge of dividends and splits: added, restated, and what is held rescaled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from smallcap.core.live.merge import merge

from tests.core.live.make import held, only, raw, times
from tests.core.live.merge.conftest import BARS, HELD, LATER, PAID, WINDOW, halved, joined, same


def test_a_dividend_that_was_not_known_is_added():
    known = held(replace(BARS, dividend_days=BARS.dividend_days[:1], dividends=BARS.dividends[:1]))
    made = joined(known, PAID)
    assert made.outcome == "backfilled"
    assert made.why == "IWM: 2026-11-10 dividends added or restated"
    same(made.held.raw, BARS)


def test_a_dividend_of_another_amount_is_restated():
    made = joined(held(BARS), replace(PAID, dividends=np.array([0.6])))
    assert made.outcome == "backfilled"
    assert "restated" in made.why
    assert made.held.raw.dividends.tolist() == [0.4, 0.6]


def test_a_dividend_that_vanished_from_the_span_goes_and_an_older_one_stays():
    made = joined(held(BARS), replace(PAID, dividend_days=PAID.dividend_days[:0], dividends=PAID.dividends[:0]))
    assert made.outcome == "backfilled"
    assert "2026-11-10 dividends added or restated" in made.why
    assert made.held.raw.dividends.tolist() == [0.4]


def test_a_dividend_of_a_new_session_is_part_of_appending():
    paid = replace(PAID, dividend_days=np.append(PAID.dividend_days, WINDOW.sessions[-1:]))
    made = joined(HELD, replace(paid, dividends=np.array([0.5, 0.7])))
    assert made.outcome == "appended"
    assert made.held.raw.dividends.tolist() == [0.4, 0.5, 0.7]


def test_a_split_rescales_what_is_held_and_asks_for_the_history():
    made = joined(HELD, halved(PAID, "2026-11-19"))
    assert (made.outcome, made.refetch) == ("rescaled", True)
    assert made.why == (
        "IWM: prices held are rescaled x0.5000 for the split 2:1 of 2026-11-19; 2026-11-19, 2026-11-20 added"
    )
    same(made.held.raw, halved(BARS, "2026-11-19"), rtol=1e-12)


def test_a_split_of_the_session_in_progress_rescales_and_is_written_down_with_its_bar():
    first = joined(held(BARS), halved(PAID, "2026-11-23"))
    assert first.outcome == "rescaled"
    assert first.held.raw.splits.tolist() == []
    np.testing.assert_allclose(first.held.raw.close, BARS.close / 2, rtol=1e-14)
    again = joined(first.held, halved(PAID, "2026-11-23"))
    assert again.outcome == "unchanged"
    longer = raw(np.append(BARS.close / 2, BARS.close[-1] / 2), date(2026, 11, 23), splits={"2026-11-23": 2.0})
    after = merge(first.held, only(longer, slice(-22, None)), LATER, date(2026, 11, 23))
    assert after.outcome == "backfilled"
    assert after.held.raw.splits.tolist() == [2.0]


def test_a_split_noted_before_it_took_effect_still_explains_the_new_prices():
    early = replace(BARS, split_days=np.array(["2026-11-23"], "M8[D]"), splits=np.array([2.0]))
    assert joined(held(early), halved(PAID, "2026-11-23")).outcome == "rescaled"


def test_a_split_that_is_known_rescales_nothing():
    known = held(halved(BARS, "2026-11-17"))
    made = joined(known, halved(PAID, "2026-11-17"))
    assert made.outcome == "unchanged"
    assert made.held.raw.splits.tolist() == [2.0]


def test_a_split_that_does_not_explain_the_closes_asks_for_everything():
    wrong = replace(halved(PAID, "2026-11-19"), splits=np.array([3.0]))
    assert joined(HELD, wrong).outcome == "needs_full"
    assert joined(HELD, replace(times(PAID, slice(None), 0.5))).outcome == "needs_full"
    part = times(halved(PAID, "2026-11-19"), slice(None, 5), 2.0)
    assert joined(HELD, part).outcome == "needs_full"


def test_a_split_before_the_window_explains_nothing_in_it():
    assert joined(HELD, halved(PAID, "2026-10-01")).outcome == "needs_full"
