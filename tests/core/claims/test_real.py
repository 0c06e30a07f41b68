"""The cards of the real history to the end of 2022: what the rule said when first asked, and how long it takes."""

from __future__ import annotations

import time
from datetime import date

import pytest
from smallcap.core.claims.claims import CLOSE, claims

AS_OF = date(2022, 12, 30)
SAID = {
    "atr_level": ("1.93%", "1.65%", "2.28%", 5672, "SUPPORTED"),
    "atr_like_qqq": ("1.07x", "0.94x", "1.18x", 5672, "NOT SUPPORTED"),
    "yield_falls": ("+0.18", "-0.05", "+0.42", 5623, "NOT SUPPORTED"),
    "rsi_dips": ("+0.83%", "-0.24%", "+1.87%", 637, "NOT SUPPORTED"),
    "volume_event": ("-0.22%", "-1.05%", "+0.51%", 167, "NOT SUPPORTED"),
    "ahead_of_qqq": ("-0.28%", "-1.05%", "+0.47%", 2835, "NOT SUPPORTED"),
    "rising_ratio": ("+0.02%", "-1.42%", "+1.39%", 2815, "NOT SUPPORTED"),
    "sector_confirmation": ("+1.77%", "-0.32%", "+4.05%", 1679, "NOT SUPPORTED"),
    "narrow_highs": ("-2.10%", "-5.87%", "+0.71%", 939, "NOT SUPPORTED"),
    "cuts_begin": ("-1.32%", "-6.39%", "+3.59%", 2, "CAN'T TELL"),
    "hikes_lag": ("-0.09%", "-1.85%", "+1.65%", 1470, "NOT SUPPORTED"),
    "june_reconstitution": ("+1.39%", "+0.49%", "+2.33%", 336, "SUPPORTED"),
    "small_cap_premium": ("+0.87%", "-3.32%", "+4.87%", 5685, "NOT SUPPORTED"),
    "fee_drag": ("$43,424", None, None, 0, "SUPPORTED"),
    "fee_drag_vtwo": ("$24,196", None, None, 0, "NOT SUPPORTED"),
    "near_identical": ("-0.05%", "-0.33%", "+0.21%", 3090, "NOT SUPPORTED"),
    "january": ("-0.07%", "-1.33%", "+1.20%", 446, "NOT SUPPORTED"),
    "sell_in_may": ("-4.67%", "-13.70%", "+4.07%", 2926, "NOT SUPPORTED"),
    "turn_of_month": ("+0.01%", "-0.37%", "+0.36%", 1085, "NOT SUPPORTED"),
    "golden_cross": ("+2.20%", "-0.24%", "+5.41%", 17, "NOT SUPPORTED"),
    "breakout": ("-0.28%", "-0.73%", "+0.19%", 764, "NOT SUPPORTED"),
    "fear": ("+0.66%", "-1.87%", "+2.52%", 667, "NOT SUPPORTED"),
    "credit": ("-0.13%", "-1.99%", "+1.69%", 2351, "NOT SUPPORTED"),
}


@pytest.fixture(scope="module")
def timed(real_panel):
    claims(real_panel, AS_OF, draws=10)
    begun = time.process_time()
    return claims(real_panel, AS_OF), time.process_time() - begun


def test_the_verdicts_are_those_that_the_rule_gave(timed):
    cards, _ = timed
    assert {card.key: said(card) for card in cards} == SAID


def test_a_verdict_on_the_edge_says_so(timed):
    cards, _ = timed
    assert [card.key for card in cards if CLOSE in card.words] == ["june_reconstitution"]


def test_all_cards_take_less_than_a_second_and_a_half(timed):
    assert timed[1] < 1.5


def test_before_its_fund_was_listed_a_claim_cant_be_told(real_panel):
    card = claims(real_panel, date(2009, 12, 31), draws=10, only=["near_identical"])[0]
    assert (card.verdict, card.missing) == ("CAN'T TELL", "no data of VTWO")


def said(card):
    low, high = (None, None) if card.ci95 is None else (card.shown(end) for end in card.ci95[:2])
    return card.shown(card.result), low, high, card.n, card.verdict


def test_a_mean_of_few_blocks_has_no_interval(real_panel):
    """Of half a year of 2020 nearly every draw would be all of it, and the interval as narrow as a point."""
    card = next(card for card in claims(real_panel, date(2020, 6, 23), draws=50) if card.key == "atr_level")
    shown = {part.name: part.ci95.low == part.ci95.low for part in card.periods}
    assert shown == {"2000-2009": True, "2010-2019": True, "2020-2020": False}
    early = next(card for card in claims(real_panel, date(2003, 6, 2), draws=50) if card.key == "atr_level")
    assert early.verdict == "CAN'T TELL"
    assert "interval" not in early.words
