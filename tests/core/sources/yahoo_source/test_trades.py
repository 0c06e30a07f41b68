"""The archive as a source of last prices: trades that are newer than its bars and fit them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from smallcap.core.sources.yahoo import Yahoo

from tests.core.live import make
from tests.core.sources.yahoo_source.conftest import MONDAY, NIGHT, OPEN, opened, quote, states, ticks


def test_ticks_are_the_trades_of_the_session_in_progress(archive):
    rows = [quote("IWM", 181.0, OPEN), quote("SPY", 240.0, OPEN)]
    source = opened(archive, lambda change: change.quotes(rows), OPEN)
    assert source.session_in_progress(OPEN) == MONDAY
    assert ticks(source, OPEN) == {"IWM": 181.0, "SPY": 240.0}


@pytest.mark.parametrize(
    ("at", "now", "seen"),
    [
        (OPEN, OPEN, True),
        (OPEN, OPEN + timedelta(hours=4), True),
        (OPEN, datetime(2026, 11, 24, 1, 0, tzinfo=UTC), True),  # until Monday's bar is held
        (OPEN, datetime(2026, 11, 24, 16, 0, tzinfo=UTC), False),  # Tuesday's session has other prices
        (OPEN + timedelta(seconds=121), OPEN, False),  # known only later
        (OPEN + timedelta(hours=3), OPEN, False),
        (OPEN + timedelta(days=1), OPEN, False),
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), OPEN, False),  # the bar of that day is held
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), NIGHT, False),
        (datetime(1990, 1, 2, 16, 0, tzinfo=UTC), OPEN, False),
    ],
)
def test_a_trade_ticks_only_in_its_session_and_only_until_its_bar_is_held(archive, at, now, seen):
    source = opened(archive, lambda change: change.quotes([quote("IWM", 181.0, at)]), now)
    assert ticks(source, now) == ({"IWM": 181.0} if seen else {})


def test_a_ticker_without_bars_does_not_tick(archive):
    source = opened(archive, lambda change: change.quotes([quote("NEW", 5.0, OPEN)]), OPEN)
    source.push([quote("NEW", 6.0, OPEN)])
    assert ticks(source, OPEN) == {}


def test_of_what_is_pushed_and_what_is_stored_the_newer_counts(archive):
    source = opened(archive, lambda change: change.quotes([quote("IWM", 181.0, OPEN)]), OPEN)
    source.push([quote("IWM", 182.0, OPEN + timedelta(seconds=5)), quote("SPY", 240.0, OPEN)])
    assert ticks(source, OPEN) == {"IWM": 182.0, "SPY": 240.0}
    archive.write(lambda change: change.quotes([quote("IWM", 183.0, OPEN + timedelta(seconds=9))]))
    assert ticks(source, OPEN)["IWM"] == 182.0
    source.versions()
    assert ticks(source, OPEN)["IWM"] == 183.0


@pytest.mark.parametrize(
    ("price", "before", "seen"),
    [
        (90.0, 89.2, False),  # a split of 2:1 that these closes don't know
        (178.0, 89.2, False),
        (90.0, np.nan, False),
        (178.0, 178.4, True),
        (178.0, np.nan, True),
        (1e-300, 178.4, False),
    ],
)
def test_a_trade_of_another_scale_than_the_closes_beside_it_does_not_tick(archive, price, before, seen):
    trade = quote("IWM", price, OPEN, before=before)
    source = opened(archive, lambda change: change.quotes([trade, quote("SPY", 240.0, OPEN)]), OPEN)
    assert ticks(source, OPEN).get("IWM") == (price if seen else None)
    assert states(source).prices.word == ("LIVE" if seen else "STALE")


def test_the_panel_shown_decides_which_side_of_a_split_ticks(archive):
    whole, half = quote("IWM", 180.0, OPEN, before=178.41), quote("IWM", 90.0, OPEN, before=89.21)
    source = opened(archive, lambda change: change.quotes([half]), OPEN)
    unsplit = source.load(OPEN)
    archive.write(lambda change: change.hold(make.held(make.raw(make.walk(400, 0) / 2))))
    split = source.load(OPEN)
    assert source.ticks(OPEN, unsplit) == {}
    assert source.ticks(OPEN, split) == {"IWM": 90.0}
    source.push([whole._replace(at=half.at + 1)])
    assert source.ticks(OPEN, unsplit) == {"IWM": 180.0}
    assert source.ticks(OPEN, split) == {}


def test_what_was_loaded_is_known_by_the_markets_version(archive):
    source = Yahoo(archive)
    assert source.loaded == 0
    source.load(NIGHT)
    assert source.loaded == archive.versions().market > 0
    archive.write(lambda change: change.hold(make.held(make.raw(make.walk(401), MONDAY))))
    assert source.loaded < archive.versions().market


def test_ticks_end_when_the_bar_of_their_session_is_loaded(archive):
    evening = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    source = opened(archive, lambda change: change.quotes([quote("IWM", 181.0, OPEN)]), OPEN)
    archive.write(lambda change: change.hold(make.held(make.raw(make.walk(401), MONDAY))))
    source.load(evening)
    assert ticks(source, evening) == {}
