"""Every claim where it is so by construction, where it is the other way round, and where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from smallcap.core.bars import Floats, Panel
from smallcap.core.claims.claims import claims
from smallcap.core.claims.table import CLAIMS
from smallcap.core.claims.verdict import Direction

from tests.core.claims.markets import DAYS, DRAWS, FUNDS_RATE, SECTORS, card_of, last, market, noise

N = len(DAYS)
DATES: list[date] = DAYS.tolist()
SPY, SMALL = noise(1), noise(2, 0.004)
"""What SPY does, and what IWM does on top of it."""


def spells(length: int) -> Floats:
    """+1 and -1 in turns, for so many sessions each."""
    return np.where(np.arange(N) // length % 2, 1.0, -1.0)


def delayed(values: Floats, by: int = 1) -> Floats:
    return np.concatenate((np.zeros(by), values[:-by]))


def pair(ratio: Floats, spy: Floats = SPY, **others: Floats) -> Panel:
    """SPY, and IWM with the log returns of the ratio on top."""
    return market(3, SPY=spy, IWM=spy + ratio, **others)


def in_january(side: int) -> Panel:
    return pair(SMALL + side * 0.003 * np.array([day.month == 1 for day in DATES]))


def in_summer(side: int) -> Panel:
    return pair(SMALL, SPY - side * 0.002 * np.array([5 <= day.month <= 10 for day in DATES]))


def at_the_turn(side: int) -> Panel:
    turn = np.zeros(N)
    for at in range(1, N - 2):
        if DATES[at].month != DATES[at - 1].month:
            turn[at - 1 : at + 3] = 1.0
    return pair(SMALL, SPY + side * 0.004 * turn)


def before_reconstitution(side: int) -> Panel:
    season = np.zeros(N)
    for year in range(2007, 2017):
        june = date(year, 6, 1)
        friday = june + timedelta((4 - june.weekday()) % 7 + 21)
        at = DATES.index(friday)
        season[at - 20 : at + 1] = 1.0
    return pair(SMALL + side * 0.004 * season)


def premium(side: int) -> Panel:
    return pair(SMALL + side * 0.0005)


def trending_ratio(side: int) -> Panel:
    """A ratio that goes on as it went, or that swings about one level every forty sessions."""
    swings = np.diff(0.05 * np.sin(2.0 * np.pi * np.arange(N) / 40), prepend=0.0)
    return pair((0.002 * spells(150) if side > 0 else swings) + SMALL / 4)


def spy_with_the_ratio(side: int) -> Panel:
    trend = spells(150)
    return pair(0.002 * trend + SMALL / 4, SPY / 4 + (0.001 if side > 0 else -0.004) * trend)


def dips(side: int) -> Panel:
    """IWM that swings about one price, or that goes on as it went."""
    wave = 0.05 * np.sin(np.arange(N) / 6)
    swings = np.diff(wave, prepend=0.0) + SMALL / 4
    return market(3, IWM=swings if side > 0 else 0.001 * spells(150) + SMALL)


def after_volume(side: int) -> Panel:
    rise = np.zeros(N)
    for at in range(25, N - 30, 50):
        rise[at + 2 : at + 23] = 1.0
    return pair(SMALL + side * 0.002 * rise)


def spy_after_small(side: int) -> Panel:
    trend = spells(100)
    spy = SPY / 2 + side * 0.001 * trend
    return market(3, SPY=spy, IWM=spy + SMALL, QQQ=spy + SMALL - 0.002 * trend)


def confirmed(side: int) -> Panel:
    trend = spells(120)
    spy = SPY / 4 + side * 0.001 * trend
    tilt = {name: spy + (0.002 if at < 3 else -0.002) * trend for at, name in enumerate(SECTORS)}
    return pair(0.0005 + SMALL / 8, spy, **tilt)


def narrow(side: int) -> Panel:
    trend = spells(300)
    rough = np.where(side * trend < 0, 1.0, 0.1)
    return pair(0.002 * trend + SMALL / 4, 0.0005 + SPY * rough)


def cuts(side: int, rate: Floats = FUNDS_RATE) -> Panel:
    cutting = delayed(rate, 1) - delayed(rate, 127) <= -0.25
    cutting[:128] = False
    lead = np.zeros(N)
    for at in range(128, N):
        if cutting[at] and not cutting[max(0, at - 252) : at].any():
            lead[at + 2 : at + 66] = 1.0
    return pair(SMALL + side * 0.003 * lead, DFF=rate)


def hikes(side: int) -> Panel:
    hiking = delayed(FUNDS_RATE, 1) - delayed(FUNDS_RATE, 127) >= 0.25
    hiking[:128] = False
    return pair(SMALL - side * 0.002 * delayed(hiking.astype(float), 2))


def yields(side: int) -> Panel:
    moves = noise(7, 0.05)
    return pair(SMALL - side * 0.1 * delayed(moves), DGS2=3.0 + np.cumsum(moves))


def fear(side: int) -> Panel:
    afraid = np.arange(N) % 150 < 20
    vix = 15 + noise(5, 0.5) + 15.0 * afraid
    return pair(SMALL, SPY + side * 0.004 * delayed((np.arange(N) % 150 < 40).astype(float), 2), VIXCLS=vix)


def credit(side: int) -> Panel:
    trend = spells(120)
    common = noise(8, 0.002)
    return pair(SMALL, SPY + side * 0.002 * trend, HYG=common + 0.001 * trend, IEF=common)


PLANTED: dict[str, Callable[[int], Panel]] = {
    "yield_falls": yields,
    "rsi_dips": dips,
    "volume_event": after_volume,
    "ahead_of_qqq": spy_after_small,
    "rising_ratio": spy_with_the_ratio,
    "sector_confirmation": confirmed,
    "narrow_highs": narrow,
    "cuts_begin": cuts,
    "hikes_lag": hikes,
    "june_reconstitution": before_reconstitution,
    "small_cap_premium": premium,
    "january": in_january,
    "sell_in_may": in_summer,
    "turn_of_month": at_the_turn,
    "golden_cross": trending_ratio,
    "breakout": trending_ratio,
    "fear": fear,
    "credit": credit,
}
NEVER_REVERSED_HERE = {"golden_cross"}
"""Crosses are rare, and swings that turn just after one would have to be as slow as the means themselves."""


def test_every_direction_is_planted():
    assert set(PLANTED) == {claim.key for claim in CLAIMS if isinstance(claim.rule, Direction)}


@pytest.mark.parametrize("key", PLANTED)
def test_what_is_so_is_supported(key):
    card = card_of(key, PLANTED[key](1))
    assert card.verdict == "SUPPORTED", card.words


@pytest.mark.parametrize("key", [key for key in PLANTED if key not in NEVER_REVERSED_HERE])
def test_what_is_the_other_way_round_is_reversed(key):
    card = card_of(key, PLANTED[key](-1))
    assert card.verdict == "REVERSED", card.words


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_without_any_effect_no_direction_is_supported(seed):
    panel = market(seed)
    for card in claims(panel, last(panel), draws=DRAWS):
        if card.key in PLANTED:
            assert card.verdict == "NOT SUPPORTED", card.words


def test_three_beginnings_of_cuts_are_too_few():
    card = card_of("cuts_begin", cuts(1, 3.0 + 2.0 * np.sin(2.0 * np.pi * np.arange(N) / 1300)))
    assert (card.verdict, card.n) == ("CAN'T TELL", 3)
    assert card.missing == "3 separate episodes, 5 are needed on either side"
    assert card.words.startswith(f"It can't be told: {card.missing}. IWM/SPY's mean return was ")
    assert np.isnan([card.p, card.q]).all()


def test_too_few_other_sessions_are_too_few_as_well():
    # Above its mean for all but three spells: the pair rises, and falls three times.
    falls = np.isin(np.arange(N) // 10, (100, 200, 300))
    card = card_of("credit", market(3, HYG=np.where(falls, -0.02, 0.002), IEF=np.zeros(N)))
    assert card.n_words.endswith("in 4 episodes")
    assert card.missing == "3 separate episodes, 5 are needed on either side"


@pytest.mark.parametrize(
    ("key", "panel", "verdict"),
    [
        ("atr_level", market(3), "SUPPORTED"),
        ("atr_level", market(3, IWM=noise(1, 0.03)), "NOT SUPPORTED"),
        ("atr_level", market(3, IWM=noise(1, 0.0005)), "SUPPORTED"),
        ("atr_like_qqq", market(3), "SUPPORTED"),
        ("atr_like_qqq", market(3, QQQ=noise(1, 0.03)), "NOT SUPPORTED"),
        ("atr_like_qqq", market(3, IWM=noise(1, 0.03)), "NOT SUPPORTED"),
        ("near_identical", pair(SMALL, VTWO=SPY + SMALL + noise(9, 0.0002)), "SUPPORTED"),
        ("near_identical", pair(SMALL, VTWO=SPY + SMALL + noise(9, 0.0002) + 0.003 / 252), "NOT SUPPORTED"),
        ("near_identical", pair(SMALL, VTWO=SPY + SMALL + noise(9, 0.0002) - 0.003 / 252), "NOT SUPPORTED"),
        ("fee_drag", market(3), "SUPPORTED"),
        ("fee_drag_vtwo", market(3), "NOT SUPPORTED"),
    ],
)
def test_a_range_is_supported_where_result_and_interval_lie_inside(key, panel, verdict):
    card = card_of(key, panel)
    assert card.verdict == verdict, card.words
    assert np.isnan([card.p, card.q]).all()
