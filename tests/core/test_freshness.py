"""Freshness as a table: what the screen says of prices, closes and series at an instant, by what is held."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.errors import SmallcapError
from smallcap.core.freshness import CALM, WORDS, Freshness, State, freshness

NEW_YORK = ZoneInfo("America/New_York")
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)
NOON, EVENING, SATURDAY = "2026-11-20 12:00", "2026-11-20 19:00", "2026-11-21 12:00"


def at(text: str) -> datetime:
    """`2026-11-20 16:20` on New York clocks, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def fresh(now: str, as_of: date = FRIDAY, *, quote: str = "", offline: str = "", **more) -> Freshness:
    """Freshness of a fetched source that has no trouble, but for what a test says."""
    facts = {"simulated": False, "replay": False, "fetching": False} | more
    seen = {"quote_at": at(quote)} if quote else {}
    cut = {"offline_since": at(offline)} if offline else {}
    return freshness(at(now), as_of=as_of, **facts, **seen, **cut)


def folder(now: str, as_of: date, **more) -> Freshness:
    return fresh(now, as_of, fetching=None, **more)


@pytest.mark.parametrize(
    ("now", "quote", "more", "words"),
    [
        (NOON, "2026-11-20 12:00:00", {}, "LIVE"),
        (NOON, "2026-11-20 11:59:15", {}, "LIVE"),
        (NOON, "2026-11-20 11:59:14", {}, "DELAYED 1 min"),
        (NOON, "2026-11-20 11:57:00", {"poll": 60.0}, "LIVE"),
        (NOON, "2026-11-20 11:56:59", {"poll": 60.0}, "DELAYED 3 min"),
        (NOON, "2026-11-20 11:58:01", {}, "DELAYED 1 min"),
        (NOON, "2026-11-20 11:58:00", {}, "DELAYED 2 min"),
        (NOON, "2026-11-20 11:59:59", {"quote_delay": 15}, "DELAYED 15 min"),
        (NOON, "2026-11-20 11:40:00", {"quote_delay": 15}, "DELAYED 20 min"),
        (
            NOON,
            "2026-11-20 11:40:00",
            {"trouble": "rate limited until 12:20 ET"},
            "DELAYED 20 min; rate limited until 12:20 ET",
        ),
        (NOON, "2026-11-20 11:59:59", {"trouble": "rate limited until 12:20 ET"}, "LIVE"),
        (NOON, "2026-11-20 12:02:00", {}, "LIVE"),
        (NOON, "2026-11-20 12:05:00", {}, "SUSPECT this machine's clock is 5 min behind the newest trade"),
        (NOON, "2026-11-19 15:59:59", {}, "STALE since 09:30 ET: no trade seen"),
        (NOON, "", {}, "STALE since 09:30 ET: no trade seen"),
        (NOON, "", {"fetching": True}, "STALE since 09:30 ET: no trade seen; being fetched"),
        ("2026-11-20 09:29:59", "2026-11-19 16:00", {}, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 09:30", "2026-11-19 16:00", {}, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 09:30:45", "", {}, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 09:30:46", "", {}, "STALE since 09:30 ET: no trade seen"),
        ("2026-11-20 09:30:46", "2026-11-20 09:30", {}, "DELAYED 1 min"),
        ("2026-11-20 09:30:20", "2026-11-20 09:30", {}, "LIVE"),
        ("2026-11-20 15:59:59", "2026-11-20 15:59:50", {}, "LIVE"),
        ("2026-11-20 16:00", "2026-11-20 15:59:50", {}, "CLOSED as of Fri 2026-11-20 15:59 ET"),
        ("2026-11-20 16:15", "2026-11-20 16:10", {}, "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ("2026-11-20 16:05", "2026-11-20 16:00:04", {}, "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ("2026-11-20 16:05", "2026-11-20 14:12", {}, "CLOSED as of Fri 2026-11-20 14:12 ET"),
        ("2026-11-20 16:05", "", {}, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 16:19:59", "2026-11-20 14:12", {}, "CLOSED as of Fri 2026-11-20 14:12 ET"),
        ("2026-11-20 16:20", "2026-11-20 14:12", {}, "STALE since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due"),
        ("2026-11-20 16:20", "2026-11-20 15:59:15", {}, "CLOSED as of Fri 2026-11-20 15:59 ET"),
        (
            "2026-11-20 16:20",
            "2026-11-20 15:59:14",
            {},
            "STALE since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due",
        ),
        ("2026-11-27 12:59:59", "2026-11-27 12:59:55", {}, "LIVE"),
        ("2026-11-27 13:00", "2026-11-27 13:00", {}, "CLOSED as of Fri 2026-11-27 13:00 ET"),
    ],
)
def test_prices_while_yesterdays_close_is_the_newest_held(now, quote, more, words):
    yesterday = THURSDAY if now < "2026-11-21" else date(2026, 11, 25)
    assert str(fresh(now, yesterday, quote=quote, **more).prices) == words


@pytest.mark.parametrize(
    ("now", "as_of", "words"),
    [
        ("2026-11-20 16:19:59", THURSDAY, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 16:20", THURSDAY, "STALE since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due"),
        ("2026-11-20 16:20", FRIDAY, "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ("2026-11-20 12:00", FRIDAY, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 12:00", THURSDAY, "CLOSED as of Thu 2026-11-19 16:00 ET"),
        ("2026-11-20 12:00", WEDNESDAY, "STALE since 2026-11-19 16:20 ET: close of Thu 2026-11-19 is due"),
        ("2026-11-22 03:00", FRIDAY, "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ("2026-11-22 03:00", date(2026, 11, 13), "STALE since 2026-11-16 16:20 ET: 5 closes are due"),
        ("2026-11-22 03:00", date(2026, 11, 21), "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ("2026-11-23 16:10", date(2026, 11, 22), "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ("2026-11-26 12:00", date(2026, 11, 25), "CLOSED as of Wed 2026-11-25 16:00 ET"),
        ("2026-11-27 13:00", date(2026, 11, 25), "CLOSED as of Wed 2026-11-25 16:00 ET"),
        ("2026-11-27 13:19:59", date(2026, 11, 25), "CLOSED as of Wed 2026-11-25 16:00 ET"),
        ("2026-11-27 13:20", date(2026, 11, 25), "STALE since 2026-11-27 13:20 ET: close of Fri 2026-11-27 is due"),
        ("2026-11-27 13:20", date(2026, 11, 27), "CLOSED as of Fri 2026-11-27 13:00 ET"),
    ],
)
def test_closes_are_closed_or_stale_by_the_calendar_for_fetched_and_for_a_folder_alike(now, as_of, words):
    assert str(fresh(now, as_of).daily) == words
    assert [str(state) for state in folder(now, as_of)[:2]] == [words, words]


@pytest.mark.parametrize(
    ("now", "as_of", "more", "prices", "daily"),
    [
        (
            NOON,
            THURSDAY,
            {},
            "CACHED offline since 10:02 ET; last trade 10:01 ET",
            "CLOSED as of Thu 2026-11-19 16:00 ET",
        ),
        (SATURDAY, FRIDAY, {}, "CACHED offline since 2026-11-20 10:02 ET", "CLOSED as of Fri 2026-11-20 16:00 ET"),
        (
            EVENING,
            THURSDAY,
            {"trouble": "offline, next try 19:01 ET"},
            "CACHED offline since 10:02 ET; close of Fri 2026-11-20 is due",
            "CACHED offline since 10:02 ET; close of Fri 2026-11-20 is due",
        ),
        (
            EVENING,
            THURSDAY,
            {"flags": ("2026-11-18 has no close",), "fetching": True},
            "SUSPECT 2026-11-18 has no close; offline since 10:02 ET; close of Fri 2026-11-20 is due; being fetched",
            "SUSPECT 2026-11-18 has no close; offline since 10:02 ET; close of Fri 2026-11-20 is due; being fetched",
        ),
    ],
)
def test_without_a_connection_the_word_is_cached_and_what_is_due_is_still_said(now, as_of, more, prices, daily):
    told = fresh(now, as_of, quote="2026-11-20 10:01", offline="2026-11-20 10:02", **more)
    assert (str(told.prices), str(told.daily)) == (prices, daily)


@pytest.mark.parametrize(
    ("now", "flags", "quote_flags", "prices", "daily"),
    [
        (NOON, ("A is odd",), (), "LIVE", "SUSPECT A is odd"),
        (NOON, (), ("B jumped 40%",), "SUSPECT B jumped 40%", "CLOSED as of Thu 2026-11-19 16:00 ET"),
        (SATURDAY, ("A is odd",), ("B jumped 40%",), "SUSPECT B jumped 40%; 1 more doubt", "SUSPECT A is odd"),
        (SATURDAY, ("A", "B", "C", "A"), (), "SUSPECT A; 2 more doubts", "SUSPECT A; 2 more doubts"),
    ],
)
def test_doubts_of_the_gate_go_before_what_is_merely_old(now, flags, quote_flags, prices, daily):
    as_of = THURSDAY if now == NOON else FRIDAY
    told = fresh(now, as_of, quote="2026-11-20 11:59:55", flags=flags, quote_flags=quote_flags)
    assert (str(told.prices), str(told.daily)) == (prices, daily)


def test_why_nothing_is_fetched_is_not_said_of_what_is_not_missing():
    told = fresh(SATURDAY, trouble="rate limited until 12:20 ET", flags=("A is odd",), fetching=True)
    assert str(told.daily) == str(told.prices) == "SUSPECT A is odd"


def test_a_missing_close_does_not_make_last_trades_stale_that_are_seen():
    told = fresh(NOON, WEDNESDAY, quote="2026-11-20 11:59:55")
    assert (told.prices.word, told.daily.word) == ("LIVE", "STALE")


def test_why_a_close_stays_missing_is_said_with_it():
    told = fresh(EVENING, THURSDAY, trouble="rate limited until 19:20 ET")
    due = "since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due"
    assert str(told.daily) == str(told.prices) == f"STALE {due}; rate limited until 19:20 ET"
    assert (
        str(fresh(EVENING, FRIDAY, trouble="rate limited until 19:20 ET").daily)
        == "CLOSED as of Fri 2026-11-20 16:00 ET"
    )


@pytest.mark.parametrize(
    ("late", "offline", "words"),
    [
        ((), "", "CLOSED as of Fri 2026-11-20"),
        ((), "2026-11-21 10:02", "CLOSED as of Fri 2026-11-20"),
        (("DGS10",), "", "STALE DGS10 is late"),
        (("DGS10", "DGS2", "DFF"), "", "STALE DGS10 and 2 more are late"),
        (("DGS10",), "2026-11-21 10:02", "CACHED offline since 10:02 ET; DGS10 is late"),
    ],
)
def test_series_are_closed_unless_one_is_late(late, offline, words):
    assert str(fresh(SATURDAY, macro_late=late, offline=offline, trouble="rate limited", flags=("A",)).macro) == words


def test_a_folder_has_late_series_too_but_no_connection_to_lose():
    told = folder(SATURDAY, FRIDAY, macro_late=("DGS2",), offline="2026-11-21 10:02", quote="2026-11-21 11:00")
    assert [str(state) for state in told] == [*["CLOSED as of Fri 2026-11-20 16:00 ET"] * 2, "STALE DGS2 is late"]


def test_the_simulated_market_is_simulated_whatever_else_is_true():
    told = fresh(NOON, WEDNESDAY, simulated=True, replay=True, flags=("A",), macro_late=("DGS2",), offline=NOON)
    assert set(told) == {State("SIMULATED")}


def test_a_replay_says_of_when_and_hides_no_doubt():
    told = fresh(NOON, date(2020, 3, 20), replay=True, flags=("A is odd",), macro_late=("DGS2",), offline=NOON)
    assert str(told.daily) == str(told.prices) == "REPLAY as of Fri 2020-03-20; A is odd"
    assert str(told.macro) == "REPLAY as of Fri 2020-03-20"


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(SmallcapError, match="time zone"):
        freshness(datetime(2026, 11, 20, 12), simulated=False, replay=False, fetching=None, as_of=FRIDAY)


def test_only_live_and_closed_are_calm():
    assert [word for word in WORDS if State(word).calm] == ["LIVE", "CLOSED"]


STALE = State("STALE", "since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due; rate limited until 19:20 ET")


@pytest.mark.parametrize(
    ("state", "width", "text"),
    [
        (STALE, 92, str(STALE)),
        (STALE, 91, "STALE since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due"),
        (STALE, 63, "STALE since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due"),
        (STALE, 62, "STALE since 2026-11-20 16:20 ET"),
        (STALE, 31, "STALE since 2026-11-20 16:20 ET"),
        (STALE, 30, "STALE"),
        (STALE, 3, "STALE"),
        (State("LIVE"), 12, "LIVE"),
        (State("DELAYED", "15 min"), 14, "DELAYED 15 min"),
        (State("DELAYED", "15 min"), 13, "DELAYED"),
    ],
)
def test_a_state_is_shortened_at_a_pause_never_inside_a_word(state, width, text):
    assert state.short(width) == text


sometimes = st.none() | st.integers(-300, 200_000)


@settings(deadline=None)
@given(
    st.integers(0, 14 * 86400), st.integers(0, 8), sometimes, sometimes, st.booleans(), st.sampled_from([(), ("A",)])
)
def test_calm_words_are_only_said_of_numbers_that_are_as_new_as_can_be(second, days, quote, cut, fetching, flags):
    now = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(seconds=second)
    as_of = (now - timedelta(days=days)).date()
    ago = [None if age is None else now - timedelta(seconds=age) for age in (quote, cut)]
    told = freshness(
        now,
        simulated=False,
        replay=False,
        fetching=fetching,
        as_of=as_of,
        quote_at=ago[0],
        offline_since=ago[1],
        flags=flags,
    )
    assert all(state.word in WORDS for state in told)
    if told.daily.calm:
        assert not flags
        assert now - datetime.combine(as_of, datetime.min.time(), UTC) < timedelta(days=6)
    if told.prices.word == "LIVE":
        assert quote is not None
        assert -120 <= quote <= 45
        assert cut is None
    assert told.macro.word in CALM


def test_nothing_changes_more_often_than_once_a_minute_while_time_passes():
    """Every change is bytes over a slow line."""
    start, told = at("2026-11-20 15:50"), []
    for second in range(0, 2400):
        now = start + timedelta(seconds=second)
        told.append(
            freshness(
                now, simulated=False, replay=False, fetching=False, as_of=THURSDAY, quote_at=at("2026-11-20 15:50")
            )
        )
    changes = [n for n, (one, other) in enumerate(itertools.pairwise(told)) if one != other]
    assert all(later - earlier >= 13 for earlier, later in itertools.pairwise(changes))
    assert 10 <= len(changes) <= 12
