"""Alerts are told once, at once when they are met already, late rather than never, and never of what isn't known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import reading as readings
from smallcap.core.alerts import Alert, Last, again, arm, check, distance, next_open, of_plan
from smallcap.core.bars import Bars, Panel, bars_of, to_day
from smallcap.core.errors import SmallcapError, UsageError
from smallcap.core.framework.plan import Condition, Plan, Standing
from smallcap.core.reading import Reading
from smallcap.core.regime import INSUFFICIENT, NARROW, REGIMES, RISK_OFF, RISK_ON
from smallcap.core.settings import Settings
from smallcap.core.slate import MOST, REMEMBERED, Slate, added, changed, fresh, full, removed
from smallcap.core.triggers import KINDS, LABELS, Look, Trigger, described, known, parse, sound

from tests.conftest import random_panel

PANEL = random_panel(320)
DAYS = PANEL["SPY"].sessions
BUILT = readings.build(PANEL, to_day(DAYS[-1]), Settings(), closed=to_day(DAYS[-1]))
BEFORE = 300
NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
NONE = Last()
LEVEL = 100.0


def ten(closes: Sequence[float | None], split: float = 1.0) -> Bars:
    """Bars of TEN from the session BEFORE on; no bar where the close is None."""
    days = [day for day, close in zip(DAYS[BEFORE:], closes, strict=False) if close is not None]
    rows = np.array([close for close in closes if close is not None]) * split
    return bars_of("TEN", np.array(days, "datetime64[D]"), [*[rows] * 5, np.ones(len(rows))])


def on(row: int, closes: Sequence[float | None], *, simulated: bool = True, split: float = 1.0) -> Reading:
    """The reading on a session, BEFORE + row, that knows only TEN's closes up to then."""
    known_then = closes[: row + 1]
    bars = {"TEN": ten(known_then, split)} if any(close is not None for close in known_then) else {}
    panel = Panel(bars, replace(BUILT.origin, simulated=simulated))
    return replace(BUILT, as_of=to_day(DAYS[BEFORE + row]), origin=panel.origin, panel=panel)


def fired(found: Sequence[Alert]) -> list[str]:
    return [alert.told() for alert in found if alert.fired]


def armed(text: str, reading: Reading, last: Last = NONE) -> Alert:
    return arm(parse(text), reading, last, NOW)


def live(price: float) -> Last:
    return Last({"TEN": price}, "15:04")


def run(alert: Alert, path: Sequence[float | None], first: int = 1) -> list[tuple[int, str]]:
    """The sessions on which the alert is told, when it is checked twice on each."""
    told = []
    for row in range(first, len(path)):
        for _ in range(2):
            for found in check([alert] if not alert.fired else [], on(row, path), NONE, NOW):
                alert = found
                told += [(row, alert.told())] if alert.fired else []
    return told


# Text.


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


# Once, at once, and late rather than never.


def test_one_that_is_met_when_it_is_armed_is_told_at_once():
    found = check([armed("close TEN < 100", on(1, [101.0, 99.0]))], on(1, [101.0, 99.0]), NONE, NOW)
    day = to_day(DAYS[BEFORE + 1])
    assert fired(found) == [f"TEN closes below 100.00: close of {day} is 99.00"]
    assert found[0].fired
    assert found[0].fired[:3] == (NOW, day, 99.0)


def test_a_close_before_the_arming_does_not_count():
    path = [99.0, 101.0, 101.0]
    assert run(armed("close TEN < 100", on(1, path)), path) == []


def test_a_close_that_nobody_saw_is_told_late():
    path = [101.0, 101.0, 99.0, 101.0, 101.0]
    found = check([armed("close TEN < 100", on(1, path))], on(4, path), NONE, NOW)
    assert fired(found) == [f"TEN closes below 100.00: close of {to_day(DAYS[BEFORE + 2])} was 99.00"]


def test_the_level_itself_is_neither_below_nor_above():
    path = [101.0, 100.0, 100.0]
    assert run(armed("close TEN < 100", on(0, path)), path) == []
    assert run(armed("close TEN > 100", on(1, path)), path) == []


def test_one_that_is_armed_again_while_it_is_met_waits_until_it_was_not():
    path = [101.0, 99.0, 98.0, 101.0, 97.0, 96.0]
    (told,) = check([armed("close TEN < 100", on(1, path))], on(1, path), NONE, NOW)
    quiet = again(told, on(1, path), NONE, NOW)
    assert (quiet.quiet, quiet.fired, quiet.snoozed_until) == (True, None, None)
    day = to_day(DAYS[BEFORE + 4])
    assert run(quiet, path) == [(4, f"TEN closes below 100.00: close of {day} is 97.00")]
    assert check([quiet], on(5, path), NONE, NOW)[0].fired[1] == day


def test_one_that_is_armed_again_while_it_is_not_met_is_told_at_the_next_close():
    path = [101.0, 99.0, 101.0, 98.0]
    (told,) = check([armed("close TEN < 100", on(1, path))], on(1, path), NONE, NOW)
    ready = again(told, on(2, path), NONE, NOW)
    assert not ready.quiet
    assert [row for row, _ in run(ready, path)] == [3]


CLOSES = st.lists(st.sampled_from([98.0, 99.0, 101.0, 102.0, None]), min_size=3, max_size=15).map(lambda p: [101.0, *p])


def edge(path: Sequence[float | None], first: int, *, quiet: bool) -> int | None:
    """The session that should be told, the plain way: the first met one, after an unmet one where it is quiet."""
    for row in range(first, len(path)):
        close = path[row]
        if close is None:
            continue
        if close < LEVEL and not quiet:
            return row
        quiet = quiet and close < LEVEL
    return None


@settings(max_examples=200)
@given(CLOSES)
def test_it_is_told_on_the_first_close_that_meets_it_and_never_twice(path):
    told = [row for row, _ in run(armed("close TEN < 100", on(0, path)), path)]
    first = edge(path, 0, quiet=False)
    assert told == ([] if first is None else [first])


@settings(max_examples=200)
@given(CLOSES, st.integers(0, 3))
def test_armed_again_it_is_told_on_the_next_edge_and_what_is_not_known_is_none(path, row):
    alert = again(armed("close TEN < 100", on(0, path)), on(row, path), NONE, NOW)
    told = [at for at, _ in run(alert, path, row + 1)]
    # Where the newest close isn't known it might be met, so it waits.
    first = edge(path, row + 1, quiet=path[row] is None or path[row] < LEVEL)
    assert told == ([] if first is None else [first])


@given(CLOSES, st.randoms())
def test_the_order_of_the_alerts_does_not_matter(path, chance):
    alerts = [armed(f"close TEN {test} {level}", on(0, path)) for test in "<>" for level in (98.5, 99.5, 101.5)]
    found = check(alerts, on(len(path) - 1, path), NONE, NOW)
    chance.shuffle(alerts)
    assert sorted(check(alerts, on(len(path) - 1, path), NONE, NOW), key=repr) == sorted(found, key=repr)


@given(CLOSES, st.integers(1, 9))
def test_it_does_not_matter_how_often_it_is_checked(path, step):
    alert, last = armed("close TEN < 100", on(0, path)), len(path) - 1
    told = []
    for row in sorted({*range(step, last, step), last}):
        found = fired(check([alert], on(row, path), NONE, NOW))
        told += [found[0].replace(" was ", " is ")] if found and not told else []
    assert told == [words for _, words in run(alert, path, 0)]


# What isn't known.


def test_what_is_not_known_neither_fires_nor_counts_as_not_met():
    alert = armed("close TEN < 100", on(0, [99.0]))
    for reading in (
        on(0, [None]),
        on(0, [99.0], simulated=False),
        on(3, [None, None, None, None]),
        replace(on(0, [99.0]), as_of=to_day(DAYS[BEFORE - 5]), panel=Panel({}, BUILT.origin)),
    ):
        assert check([alert], reading, NONE, NOW) == ()
    quiet = again(alert, on(0, [99.0]), NONE, NOW)
    assert check([quiet], on(2, [99.0, None, None]), NONE, NOW) == ()
    assert check([quiet], on(3, [99.0, None, None, 98.0]), NONE, NOW) == ()


def test_an_old_close_is_not_one_of_now():
    stale = on(3, [99.0, None, None, None])
    assert check([armed("close TEN < 100", stale)], stale, NONE, NOW) == ()
    assert distance(armed("close TEN < 100", stale), Look(stale), NONE).startswith("not known: TEN has no close of ")


def test_values_that_are_nan_are_left_out():
    past = BUILT.history
    for text in ("composite > 1", "IWM/SPY > 0.0001", "regime not RISK-OFF"):
        trigger = parse(text)
        trigger = trigger if trigger.on else trigger._replace(on="IWM/SPY")
        blank = np.full(len(past.sessions), np.nan)
        bare = replace(
            past,
            ratio=blank,
            price_ratio=blank,
            composite=past.composite._replace(score=blank),
            codes=np.full(len(past.sessions), REGIMES.index(INSUFFICIENT)),
        )
        reading = replace(BUILT, history=bare, ratio=BUILT.ratio._replace(basis="price"))
        assert len(known(trigger, Look(BUILT))[0])
        assert not len(known(trigger, Look(reading))[0])
        assert check([arm(trigger, reading, NONE, NOW)], reading, NONE, NOW) == ()


def test_another_pair_is_not_known_and_cannot_be_armed():
    alert = armed("composite > 1", BUILT)
    other = replace(BUILT, history=replace(BUILT.history, pair=BUILT.pair._replace(b="QQQ")))
    assert check([alert], other, NONE, NOW) == ()
    with pytest.raises(UsageError, match="composite of IWM/SPY is not what is read: that is IWM/QQQ"):
        arm(alert.trigger, other, NONE, NOW)


# Last prices.


def test_a_last_price_is_told_as_one():
    alert = armed("TEN < 100", on(1, [101.0, 101.0]), live(101.0))
    assert check([alert], on(1, [101.0, 101.0]), live(100.0), NOW) == ()
    (found,) = check([alert], on(1, [101.0, 101.0]), live(99.5), NOW)
    assert found.told() == "TEN below 100.00: last price 15:04 ET is 99.50"
    assert found.fired
    assert found.fired.session is None


def test_only_closes_count_for_an_alert_on_closes():
    alert = armed("close TEN < 100", on(1, [101.0, 101.0]), live(101.0))
    assert check([alert], on(1, [101.0, 101.0]), live(99.5), NOW) == ()


def test_a_last_price_makes_the_close_before_it_old():
    reading = on(1, [101.0, 99.0])
    assert fired(check([armed("TEN < 100", reading)], reading, NONE, NOW))
    assert check([armed("TEN < 100", reading, live(101.0))], reading, live(101.0), NOW) == ()
    assert fired(check([armed("TEN < 100", reading, live(99.5))], reading, live(99.5), NOW))


@pytest.mark.parametrize("price", [float("nan"), float("inf"), float("-inf")])
def test_a_last_price_that_is_no_number_is_not_known(price: float):
    reading = on(1, [101.0, 101.0])
    assert check([armed("TEN < 100", reading), armed("TEN > 102", reading)], reading, live(price), NOW) == ()
    real = armed("TEN < 100", reading)._replace(simulated=False)
    assert check([real], reading, live(99.0), NOW) == ()


def test_a_last_price_that_does_not_meet_it_ends_the_waiting():
    reading = on(1, [101.0, 99.0])
    quiet = again(armed("TEN < 100", reading), reading, live(99.0), NOW)
    assert quiet.quiet
    assert check([quiet], reading, live(98.0), NOW) == ()
    (ready,) = check([quiet], reading, live(100.5), NOW)
    assert (ready.quiet, ready.fired) == (False, None)
    assert check([ready], reading, live(100.5), NOW) == ()
    assert fired(check([ready], reading, live(99.9), NOW)) == ["TEN below 100.00: last price 15:04 ET is 99.90"]


# Snooze, splits, every kind.


def test_a_snoozed_one_is_silent_until_its_instant_and_then_tells_what_came_meanwhile():
    path = [101.0, 101.0, 99.0, 101.0]
    alert = armed("close TEN < 100", on(1, path))._replace(snoozed_until=NOW + timedelta(days=1))
    assert check([alert], on(3, path), NONE, NOW) == ()
    (found,) = check([alert], on(3, path), NONE, NOW + timedelta(days=1))
    assert found.fired
    (awake,) = check([alert], on(1, path), NONE, NOW + timedelta(days=1))
    assert (awake.snoozed_until, awake.fired) == (None, None)


def test_the_next_open_is_after_now():
    friday, monday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC), datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert next_open(friday) == monday
    assert next_open(friday + timedelta(days=1)) == monday
    assert next_open(monday) == monday + timedelta(days=1)


def test_a_split_moves_the_level_with_the_bars():
    path = [101.0, 101.0, 101.0, 99.0]
    alert = armed("close TEN < 100", on(1, path))
    assert check([alert], on(2, path, split=0.5), NONE, NOW) == ()
    (found,) = check([alert], on(3, path, split=0.5), NONE, NOW)
    assert found.told().endswith("is 49.50, its level after a split 50.00")
    assert distance(alert, Look(on(2, path, split=0.5)), NONE) == "close 50.50, 1.0% above 50.00"


def labelled(*codes: int) -> Reading:
    """The reading of as many sessions with these labels."""
    n = len(codes)
    past = replace(BUILT.history, sessions=DAYS[BEFORE : BEFORE + n], codes=np.array(codes))
    return replace(BUILT, history=past, as_of=to_day(DAYS[BEFORE + n - 1]))


def test_a_label_comes_and_goes():
    on_, off, narrow = (REGIMES.index(regime) for regime in (RISK_ON, RISK_OFF, NARROW))
    blind = REGIMES.index(INSUFFICIENT)
    becomes, ends = armed("regime risk-off", labelled(on_)), armed("regime not risk-on", labelled(on_))
    assert check([becomes, ends], labelled(on_, blind, on_), NONE, NOW) == ()
    day = to_day(DAYS[BEFORE + 1])
    assert fired(check([becomes, ends], labelled(on_, narrow), NONE, NOW)) == [
        f"regime of IWM/SPY is no longer RISK-ON: label of {day} is NARROW"
    ]
    assert len(fired(check([becomes, ends], labelled(on_, off), NONE, NOW))) == 2
    assert distance(becomes, Look(labelled(on_, narrow)), NONE) == "label is NARROW"


def test_every_kind_fires_on_what_the_screens_show():
    value = {
        "rsi": float(Look(BUILT).studies("IWM").rsi14[-1]),
        "composite": BUILT.composite.score,
        "ratio": BUILT.ratio.value,
        "price": float(PANEL["IWM"].close[-1]),
        "close": float(PANEL["IWM"].close[-1]),
    }
    for kind in KINDS:
        trigger = parse(kind.example)
        trigger = trigger if trigger.on else trigger._replace(on="IWM/SPY")
        if kind.key in value:
            low, high = (trigger._replace(test=">", level=value[kind.key] * by) for by in (0.999, 1.001))
            assert fired(check([arm(low, BUILT, NONE, NOW)], BUILT, NONE, NOW)), kind.key
            assert check([arm(high, BUILT, NONE, NOW)], BUILT, NONE, NOW) == (), kind.key
            assert " below " in distance(arm(high, BUILT, NONE, NOW), Look(BUILT), NONE)
    for label in LABELS:
        alert = arm(Trigger("regime", "IWM/SPY", "is", label=label), BUILT, NONE, NOW)
        assert bool(fired(check([alert], BUILT, NONE, NOW))) is (BUILT.regime.regime.label == label)


def test_the_ratio_of_another_pair_is_on_the_shown_basis_too():
    raised = {name: replace(bars, adj_close=bars.adj_close * 3.0) for name, bars in PANEL.bars.items() if name == "IWM"}
    panel = replace(PANEL, bars={**PANEL.bars, **raised})
    for price_ratio in (True, False):
        reading = readings.build(panel, BUILT.as_of, Settings(price_ratio=price_ratio), closed=BUILT.as_of)
        days, own = known(Trigger("ratio", "IWM/SPY", ">", 1.0), Look(reading))
        fake = replace(reading, history=replace(reading.history, pair=reading.pair._replace(b="QQQ")))
        other_days, other = known(Trigger("ratio", "IWM/SPY", ">", 1.0), Look(fake))
        assert np.array_equal(days, other_days)
        np.testing.assert_allclose(own, other)
        assert own[-1] == pytest.approx(reading.ratio.value)


def test_a_volume_event_is_twice_the_mean_or_more():
    volume = PANEL["IWM"].volume.copy()
    alert = armed("volume IWM", BUILT)
    for times, told in ((1.99, False), (2.0, True)):
        volume[-1] = times * volume[-21:-1].mean()
        panel = replace(PANEL, bars={**PANEL.bars, "IWM": replace(PANEL["IWM"], volume=volume)})
        found = fired(check([alert], replace(BUILT, panel=panel), NONE, NOW))
        assert bool(found) is told
    assert found[0].endswith(f"volume against its mean of 20 sessions of {BUILT.as_of} is 2.00x")
    assert "its mean, an event from 2.00x" in distance(alert, Look(BUILT), NONE)


# Plans.


def plan(*ends: Condition, simulated: bool = True, close: float = 101.0) -> Plan:
    made = Standing(str(DAYS[BEFORE]), "IWM/SPY", "NEUTRAL", str(DAYS[BEFORE]), None, "the demo", simulated)
    return Plan("active", "Buy TEN", {}, made, {"ticker": "TEN", "close": close}, (), (), ends)


def test_an_alert_for_each_thing_that_ends_a_plan_and_that_a_reading_can_tell():
    ends = (
        Condition("TEN closes below the stop, 95.00", "TEN", True, 95.0),
        Condition("the label is no longer NEUTRAL", regime="NEUTRAL"),
        Condition("the fee is no longer 0.03% a year"),
        Condition("either", "IWM/SPY", False, 0.5, "NEUTRAL"),
    )
    found = of_plan(plan(*ends), "p3", on(1, [101.0, 101.0]), NOW)
    assert [(alert.trigger, alert.words) for alert in found] == [
        (Trigger("close", "TEN", "<", 95.0), "TEN closes below the stop, 95.00 (p3)"),
        (Trigger("regime", "IWM/SPY", "is not", label="NEUTRAL"), "the label is no longer NEUTRAL (p3)"),
        (Trigger("ratio", "IWM/SPY", ">", 0.5), "either (p3)"),
        (Trigger("regime", "IWM/SPY", "is not", label="NEUTRAL"), "either (p3)"),
    ]
    assert of_plan(plan(ends[0]), "", on(1, [101.0, 101.0]), NOW)[0].words == ends[0].words


def test_a_stop_that_has_been_passed_is_told_at_once():
    path = [101.0, 94.0]
    stop = Condition("TEN closes below the stop, 95.00", "TEN", True, 95.0)
    found = check(of_plan(plan(stop), "p3", on(1, path), NOW), on(1, path), NONE, NOW)
    assert fired(found) == [
        f"TEN closes below the stop, 95.00 (p3): close of {to_day(DAYS[BEFORE + 1])} is 94.00",
    ]


def test_a_plan_from_before_a_split_has_its_stop_moved():
    stop = Condition("stop", "TEN", True, 95.0)
    reading = on(1, [101.0, 101.0], split=0.5)
    assert check(of_plan(plan(stop), "", reading, NOW), reading, NONE, NOW) == ()


def test_a_plan_on_simulated_data_has_no_alerts_on_real_ones():
    with pytest.raises(UsageError, match="the plan was made on real data and random walk is simulated"):
        of_plan(plan(Condition("x", "TEN", True, 1.0), simulated=False), "p1", on(0, [101.0]), NOW)


def test_hostile_words_of_a_plan_are_plain_and_short():
    hostile = Condition("\x1b[2J\n\u202e" * 1000, "TEN", True, 1.0)
    (alert,) = of_plan(plan(hostile), "p1", on(0, [101.0]), NOW)
    assert alert.words.isprintable()
    assert len(alert.words) < 300
    for wrong in (Condition("x", "\x1b", True, 1.0), Condition("x", "TEN", True, -1.0), Condition("x", regime="?")):
        with pytest.raises(SmallcapError):
            of_plan(plan(wrong), "p1", on(0, [101.0]), NOW)


# The slate.


def test_the_slate_names_finds_and_forgets():
    a, b = armed("close TEN < 100", on(0, [101.0])), armed("close TEN < 99", on(0, [101.0]))
    slate = added(added(added(Slate(), a), b), a)
    assert [alert.name for alert in slate.alerts] == ["a1", "a2"]
    slate = added(removed(slate, b), armed("close TEN < 98", on(0, [101.0])))
    assert [alert.name for alert in slate.alerts] == ["a1", "a3"]
    (told,) = check(slate.alerts[:1], on(1, [101.0, 99.0]), NONE, NOW)
    after = changed(slate, [told])
    assert ([alert.name for alert in after.alerts], after.history) == (["a3"], (told,))
    assert changed(after, [told]) == after
    assert fresh(slate, after) == (told,)
    assert fresh(after, after) == ()
    # Somebody else told it a moment later: the same arming is told once.
    assert told.fired
    assert (
        fresh(after, after._replace(history=(told._replace(fired=told.fired._replace(at=NOW + timedelta(1))),))) == ()
    )
    back = added(after, again(told, on(1, [101.0, 99.0]), NONE, NOW + timedelta(1)))
    assert back.alerts[-1].name == "a1"
    twice = changed(back, [told._replace(armed_at=NOW + timedelta(1))])
    assert len(fresh(after, twice)) == 1


def test_the_slate_has_an_end():
    alert = armed("close TEN < 100", on(0, [101.0]))
    slate = Slate()
    for n in range(MOST):
        assert full(slate) == ""
        slate = added(slate, alert._replace(words=f"{n}"))
    assert "200 alerts are armed" in full(slate)
    (told,) = check([alert], on(1, [101.0, 99.0]), NONE, NOW)
    many = slate._replace(history=(told,) * REMEMBERED)
    assert len(changed(many, [told._replace(words="7")]).history) == REMEMBERED
    assert changed(many, [told._replace(words="7")]).history[0].words == "7"
