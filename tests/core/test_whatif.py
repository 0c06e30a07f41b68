"""What if: other risks, stops, states, regimes and entries against sizing itself, and Kelly against known odds."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from smallcap.core import reading
from smallcap.core.errors import UsageError
from smallcap.core.flips import Flip
from smallcap.core.label import AxisReading
from smallcap.core.settings import Settings
from smallcap.core.sizing import Climate, Request, size
from smallcap.core.whatif import by_regime, by_state, changes, grid, kelly

from tests.conftest import random_panel

CALM = Climate(atr=2.0, realized_vol=0.2, leadership=1, confirmation=0, words="leading, mixed")
PLAIN = Request(100_000, 100.0)
STATES = (1, 0, -1)
sides = st.sampled_from(("long", "short"))
states = st.integers(-1, 1)


def turning(key: str, *turns: Flip) -> AxisReading:
    """An axis of which only the key and the turns matter here."""
    return AxisReading(key, "", 0.0, 0, "", None, 0, 0, turns)


def test_the_grid_has_the_shares_of_every_risk_and_stop():
    # equity 100,000 at 100: 0.5% risks 500, 1% risks 1,000; stops 2, 4 and 8 below; 250 shares are the position cap
    assert grid(PLAIN, CALM, (0.005, 0.01), (1.0, 2.0, 4.0)) == ((250, 125, 62), (250, 250, 125))


def test_the_grid_ignores_a_stop_price_of_ones_own_and_is_empty_where_sizing_refuses():
    own = replace(PLAIN, stop=99.0)
    assert grid(own, CALM, (0.005, 0.11), (4.0, 60.0)) == ((62, None), (None, None))
    assert grid(own, replace(CALM, atr=math.nan), (0.005,), (4.0,)) == ((None,),)
    assert grid(own, CALM, (), (4.0,)) == ()


@pytest.mark.parametrize(
    ("p", "b", "full"),
    [
        (0.60, 1.0, 0.20),  # an even bet won 60 times in 100: 2p - 1
        (0.60, 2.0, 0.40),
        (0.40, 1.5, 0.0),  # 0.4 - 0.6 / 1.5: fair odds
        (0.50, 1.0, 0.0),
        (0.30, 2.0, -0.05),
        (1.0, 3.0, 1.0),
        (0.0, 4.0, -0.25),
    ],
)
def test_kelly_is_the_fraction_for_known_odds(p: float, b: float, full: float):
    made = kelly(p, b)
    assert made.full == pytest.approx(full)
    assert made.used == pytest.approx(max(0.0, full) / 4)


def test_kelly_says_what_it_supposes():
    assert kelly(0.55, 1.5, 0.5).words == (
        "Kelly (1956) would risk 25% of equity, of which 50% is 12.5%, if 55% of trades win 1.5 R each, "
        "every loss is exactly 1 R, and trades are independent"
    )


def test_kelly_risks_nothing_without_an_edge():
    assert "would risk 0% of equity, of which 25% is 0%" in kelly(0.3, 2.0).words


@given(st.floats(0.01, 0.99), st.floats(0.05, 20))
def test_no_other_fraction_grows_faster_than_kellys(p: float, b: float):
    def growth(f: float) -> float:
        return p * math.log1p(b * f) + (1 - p) * math.log1p(-f)

    best = max(0.0, kelly(p, b).full)
    assert all(growth(best) >= growth(f) - 1e-12 for f in (0.0, best * 0.9, min(best * 1.1 + 1e-4, 0.999)))


@pytest.mark.parametrize(
    ("given_as", "says"),
    [
        ((1.01, 2.0), "win_rate 1.01 is not from 0 to 1"),
        ((-0.1, 2.0), "win_rate -0.1 is not from 0 to 1"),
        ((math.nan, 2.0), "win_rate nan is not from 0 to 1"),
        ((0.5, 0.0), "r_multiple 0 is not a finite number above 0"),
        ((0.5, -1.0), "r_multiple -1 is not a finite number above 0"),
        ((0.5, math.nan), "r_multiple nan is not a finite number above 0"),
        ((0.5, math.inf), "r_multiple inf is not a finite number above 0"),
        ((0.5, 2.0, 1.5), "fraction 1.5 is not from 0 to 1"),
        ((0.5, 2.0, math.nan), "fraction nan is not from 0 to 1"),
    ],
)
def test_kelly_refuses_with_one_sentence_that_names_field_and_value(given_as: tuple[float, ...], says: str):
    with pytest.raises(UsageError) as refused:
        kelly(*given_as)
    assert str(refused.value) == says


def test_the_nine_cells_are_the_table_of_the_definitions():
    # 1,000 at risk, stop 4 away: 250 shares x the table; 250 is also the position cap
    assert [row[2:] for row in by_state(PLAIN, CALM)] == [
        ("LEADING, CONFIRMED", 1.25, 250, 1000.0, "position cap"),
        ("LEADING, MIXED", 1.00, 250, 1000.0, "risk budget"),
        ("LEADING, DENIED", 0.50, 125, 500.0, "risk budget"),
        ("FLAT, CONFIRMED", 1.00, 250, 1000.0, "risk budget"),
        ("FLAT, MIXED", 0.75, 187, 748.0, "risk budget"),
        ("FLAT, DENIED", 0.50, 125, 500.0, "risk budget"),
        ("LAGGING, CONFIRMED", 0.50, 125, 500.0, "risk budget"),
        ("LAGGING, MIXED", 0.50, 125, 500.0, "risk budget"),
        ("LAGGING, DENIED", 0.25, 62, 248.0, "risk budget"),
    ]


@given(sides, states, states)
def test_the_cell_of_today_is_what_is_suggested_today(side: str, ratio: int, sectors: int):
    request, seen = replace(PLAIN, side=side), replace(CALM, leadership=ratio, confirmation=sectors)
    here = next(row for row in by_state(request, CALM) if row[:2] == (ratio, sectors))
    made = size(request, seen)
    assert here[3:] == (made.multiplier, made.shares, made.risk_dollars, made.bound_by)


ANY = "LEADING with any confirmation; FLAT with any confirmation; "


def test_a_regime_has_the_fewest_and_the_most_shares_of_its_cells():
    roomy = replace(PLAIN, max_weight=1.0)  # 250 shares x the table, nothing capped
    assert by_regime(roomy, CALM, True) == (
        ("RISK-ON", 250, 312, "LEADING with CONFIRMED or MIXED"),
        ("NARROW", 125, 125, "LAGGING with CONFIRMED or MIXED"),
        ("NEUTRAL", 125, 312, f"{ANY}LAGGING with CONFIRMED or MIXED"),
        ("RISK-OFF", 62, 312, f"{ANY}LAGGING with any confirmation"),
    )
    assert by_regime(replace(roomy, side="short"), CALM, True)[:2] == (
        ("RISK-ON", 62, 125, "LEADING with CONFIRMED or MIXED"),
        ("NARROW", 125, 250, "LAGGING with CONFIRMED or MIXED"),
    )


def test_without_sectors_a_regime_has_only_the_cells_that_sizing_then_looks_at():
    assert by_regime(replace(PLAIN, max_weight=1.0), CALM, False) == (
        ("RISK-ON", 250, 250, "LEADING"),
        ("NARROW", 125, 125, "LAGGING"),
        ("NEUTRAL", 125, 250, "LEADING; FLAT; LAGGING"),
        ("RISK-OFF", 125, 250, "LEADING; FLAT; LAGGING"),
    )


def test_a_turn_says_the_close_the_closes_and_the_shares_then():
    leadership = turning("leadership", Flip("LAGGING", "IWM/SPY", True, 0.5640, -0.047, 10))
    sectors = turning("confirmation", Flip("DENIED", "SPY", False, 301.2, 0.012, 4))
    own = replace(PLAIN, stop=96.0)
    assert changes(own, (leadership, sectors), replace(CALM, confirmation=1)) == (
        ("IWM/SPY < 0.5640 (-4.7%) for 10 closes: LAGGING, x 0.50, 125 shares", 0.5640, 10, 0.5, 125),
        ("SPY > 301.20 (+1.2%) for 4 closes: DENIED, x 0.50, 125 shares", 301.2, 4, 0.5, 125),
    )


def test_a_turn_moves_its_own_axis_and_leaves_the_other():
    up = Flip("CONFIRMED", "SPY", True, 99.0, -0.01, 10)
    roomy, flat = replace(PLAIN, max_weight=1.0), replace(CALM, leadership=0)
    assert changes(roomy, (turning("confirmation", up),), flat)[0][3:] == (1.0, 250)
    down = up._replace(to="LAGGING")
    assert changes(roomy, (turning("leadership", down),), replace(CALM, confirmation=-1))[0][3:] == (0.25, 62)


def test_turns_that_leave_the_shares_alone_and_the_markets_are_left_out():
    capped = replace(PLAIN, stop=98.0)  # 500 shares x 1.25, x 1.00 or x 0.75: the position cap allows 250
    leadership = turning("leadership", Flip("FLAT", "IWM", True, 90.0, -0.1, 10))
    market = turning("market", Flip("DOWN", "SPY", True, 80.0, -0.2, 10))
    assert changes(capped, (leadership, market), CALM) == ()
    assert len(changes(replace(capped, max_weight=1.0), (leadership, market), CALM)) == 1


def test_a_turn_that_any_close_brings_has_no_price():
    anyway = turning("leadership", Flip("FLAT", "IWM", False, math.nan, math.nan, 3))
    (row,) = changes(replace(PLAIN, stop=96.0), (anyway,), CALM)
    assert row.words == "IWM at any close for 3 closes: FLAT, x 0.75, 187 shares"
    assert math.isnan(row.close)


def test_the_entry_at_which_a_cap_begins_to_bind():
    # 1,000 / 4 = 250 shares; 31,250 of notional are the cap: 125.00; x 1.25 it is 312.5 shares: 100.00
    request = replace(PLAIN, max_weight=0.3125)
    assert changes(request, (), CALM) == (("entry above 125.00: position cap binds", 125.0, 0, 1.0, 250),)
    dearer = replace(request, entry=160.0)
    assert changes(dearer, (), CALM) == (("entry below 125.00: risk budget binds", 125.0, 0, 1.0, 250),)
    wild = replace(CALM, realized_vol=1.0, confirmation=1)
    assert [row.words for row in changes(request, (), wild)] == ["entry below 64.00: risk budget binds"]
    poor = replace(request, cash=28_000.0)
    assert [row.words for row in changes(poor, (), CALM)] == ["entry above 112.00: cash binds"]


def test_no_entry_is_named_where_none_follows():
    assert changes(replace(PLAIN, stop=96.0), (), CALM) == ()  # one's own stop wouldn't move along
    assert changes(replace(PLAIN, risk_fraction=0.0), (), CALM) == ()
    assert changes(replace(PLAIN, cash=0.0), (), CALM) == ()
    # 1,000 / 4 = 250 shares, 750 of cash: 3.00, which a stop 4 below can't be under; a short's is above it
    assert changes(replace(PLAIN, cash=750.0), (), CALM) == ()
    short = changes(replace(PLAIN, cash=750.0, side="short"), (), replace(CALM, leadership=-1))
    assert [row.words for row in short] == ["entry below 3.00: risk budget binds"]


def test_a_target_does_not_stop_the_entry_from_moving_past_it():
    request = replace(PLAIN, max_weight=0.3125, target=110.0)
    assert [row.close for row in changes(request, (), CALM)] == [125.0]


@given(
    sides,
    st.floats(1_000, 1e6),
    st.floats(5, 500),
    st.floats(0.001, 0.1),
    st.floats(0.05, 2),
    st.floats(0.05, 1),
    st.none() | st.floats(100, 1e6),
    states,
    states,
)
@example("long", 100_000.0, 5.0, 0.001, 1.0, 1.0, 100.0, 0, 1)  # the stop lies at 0 there
def test_at_the_entry_named_what_binds_changes(side, equity, entry, risk, weight, vol, cash, ratio, sectors):
    request = Request(equity, entry, side, risk, max_weight=weight, cash=cash)
    climate = Climate(0.02 * entry, vol, ratio, sectors, "as drawn")
    for row in changes(request, (), climate):
        below, above = (size(replace(request, entry=row.close * (1 + d)), climate) for d in (-1e-6, 1e-6))
        assert below.bound_by == "risk budget"
        binding = above.bound_by
        words = {"above": f"{binding} binds", "below": "risk budget binds"}
        today = size(request, climate).bound_by
        assert row.words.endswith(words["above" if today == "risk budget" else "below"])
        assert today in ("risk budget", binding)
        assert below.shares - 1 <= row.shares <= below.shares + 1


def test_the_changes_of_a_reading_are_sizings_in_its_climate():
    made = reading.build(random_panel(600, 3), date(2017, 4, 3), Settings(), closed=date(2017, 4, 3))
    climate = reading.climate(made, "IWM")
    request = reading.request_for(made.settings, made.panel["IWM"])
    rows = changes(request, made.axes, climate)
    cells = {(row.multiplier, row.shares) for row in by_state(request, climate)}
    turned = [row for row in rows if row.closes]
    assert turned
    assert {(row.multiplier, row.shares) for row in turned} <= cells
    assert size(request, climate).shares not in {row.shares for row in turned}


def test_what_cannot_be_sized_is_refused_here_too():
    blind = replace(CALM, atr=math.nan)
    for ask in (
        lambda: by_state(PLAIN, blind),
        lambda: by_regime(PLAIN, blind, True),
        lambda: changes(PLAIN, (), blind),
    ):
        with pytest.raises(UsageError, match="the ATR is missing or 0"):
            ask()
