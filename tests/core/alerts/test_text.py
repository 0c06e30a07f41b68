"""Alerts from a text: what can be read is read back, and the rest answered with what would be right."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.triggers import KINDS, Trigger, described, parse, sound

from tests.core.alerts.conftest import BUILT, armed


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_has_an_example_that_is_of_that_kind(kind):
    found = parse(kind.example)
    assert found.kind == kind.key
    whole = found if found.on else found._replace(on="IWM/SPY")
    assert sound(whole) == whole
    assert described(whole).isprintable()


@pytest.mark.parametrize(
    ("text", "trigger", "words"),
    [
        ("IWM < 210", Trigger("price", "IWM", "<", 210.0), "IWM below 210.00"),
        ("  iwm>1,210.125 ", Trigger("price", "IWM", ">", 1210.125), "IWM above 1,210.125"),
        ("brk-b below 210", Trigger("price", "BRK-B", "<", 210.0), "BRK-B below 210.00"),
        ("close ^vix > 20", Trigger("close", "^VIX", ">", 20.0), "^VIX closes above 20.00"),
        ("iwm / spy>0.36", Trigger("ratio", "IWM/SPY", ">", 0.36), "IWM/SPY above 0.3600"),
        ("RSI IWM<35.5", Trigger("rsi", "IWM", "<", 35.5), "RSI(14) of IWM below 35.5"),
        ("composite > 70", Trigger("composite", "", ">", 70.0), "composite of A/B above 70"),
        ("regime risk-off", Trigger("regime", "", "is", label="RISK-OFF"), "regime of A/B becomes RISK-OFF"),
        ("regime not narrow", Trigger("regime", "", "is not", label="NARROW"), "regime of A/B is no longer NARROW"),
        ("volume IWM", Trigger("volume", "IWM", ">=", 2.0), "volume event of IWM"),
    ],
)
def test_what_is_written_is_read(text: str, trigger: Trigger, words: str):
    assert parse(text) == trigger
    assert described(trigger._replace(on=trigger.on or "A/B")) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write it like one of IWM < 210, "),
        ("IWM", "write it like one of IWM < 210, "),
        ("IWM <= 210", "write it like one of"),
        ("IWM < x", "write it like one of"),
        ("IWM < 35%", "write it like one of"),
        ("IWM < -1", "write it like one of"),
        ("IWM < 0", "price 0 is not above 0"),
        ("IWM < 1,5", "price '1,5' is not a number"),
        ("rsi < 35", "write it like rsi IWM < 35"),
        ("rsi IWM < 135", "rsi 135 is not above 0 and at most 100"),
        ("composite > 101", "composite 101 is not above 0 and at most 100"),
        ("IWM/IWM > 1", "is not two different tickers"),
        ("IWM/SPY/QQQ > 1", "write it like IWM/SPY > 0.36"),
        ("regime risk-of", "regime 'RISK-OF' is not one of RISK-ON, NARROW, NEUTRAL, RISK-OFF; did you mean RISK-OFF?"),
        ("regime insufficient data", "is not one of"),
        ("volume", "write it like volume IWM"),
        ("\x1b[2J\u202e < 1", r"alert '\x1b[2J\u202e < 1' can't be read"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_would_be_right(text: str, words: str):
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert words in str(refused.value)
    assert str(refused.value).isprintable()


@given(st.text(max_size=40) | st.text("IWM/rsi<> 1.,volume", max_size=20))
def test_any_text_is_a_trigger_or_a_usage_error(text: str):
    with suppress(UsageError):
        found = parse(text)
        assert sound(found if found.on else found._replace(on="IWM/SPY"))


def test_what_the_source_lacks_cannot_be_armed():
    with pytest.raises(SmallcapError, match="ticker 'NIL' is not in"):
        armed("NIL < 1", BUILT)
    with pytest.raises(SmallcapError, match="ticker 'NIL' is not in"):
        armed("IWM/NIL < 1", BUILT)
