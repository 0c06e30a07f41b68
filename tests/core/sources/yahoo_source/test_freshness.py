"""How fresh all of the archive is, in words, and the outlook."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from smallcap.core.history import Pair
from smallcap.core.live.archive import Archive, Versions
from smallcap.core.live.raw import Quote
from smallcap.core.sources.yahoo import Yahoo

from tests.core.sources.yahoo_source.conftest import LIVE, OPEN, looked_at, opened, quote, states, stored

# --- how fresh ----------------------------------------------------------------------------------------------------


def trouble(kind: str, minutes: int = 30, since: datetime = OPEN - timedelta(minutes=10)) -> dict[str, object]:
    return {"kind": kind, "until": (OPEN + timedelta(minutes=minutes)).timestamp(), "since": since.timestamp()}


def with_notes(archive: Archive, notes: dict[str, object], *quotes: Quote, now: datetime = OPEN) -> Yahoo:
    return opened(archive, lambda change: (change.note(notes), change.quotes(quotes)), now)


AGO = (LIVE[0], quote("SPY", 240.0, OPEN - timedelta(seconds=300)))


@pytest.mark.parametrize(
    ("notes", "quotes", "prices", "daily"),
    [
        ({}, LIVE, "LIVE", "CLOSED as of Fri 2026-11-20 16:00 ET"),
        ({}, AGO, "DELAYED 5 min", "CLOSED"),
        ({}, (AGO[1], LIVE[0]), "DELAYED 5 min", "CLOSED"),
        ({}, LIVE[1:], "STALE since 09:30 ET: no trade seen", "CLOSED"),
        ({}, (LIVE[0], LIVE[1]._replace(delay=15)), "DELAYED 15 min", "CLOSED"),
        ({"status": {"poll": 60.0}}, AGO, "DELAYED 5 min", "CLOSED"),
        ({"status": {"poll": 120.0}}, AGO, "LIVE", "CLOSED"),
        *[({"status": {"poll": poll}}, AGO, "DELAYED 5 min", "CLOSED") for poll in ("soon", 4e3, -120.0, None)],
        ({}, (), "STALE since 09:30 ET: no trade seen", "CLOSED"),
        ({"quote/XLF": "5.00 is too far"}, LIVE, "SUSPECT XLF: 5.00 is too far", "CLOSED"),
        (
            {"refused/SPY": {"why": "SPY: odd", "since": "2026-11-20T22:00"}},
            LIVE,
            "LIVE",
            "SUSPECT SPY: odd; not renewed since 2026-11-20",
        ),
        ({"status": {"yahoo": trouble("offline")}}, LIVE, "CACHED offline since 10:50 ET", "CLOSED"),
        (
            {"status": {"yahoo": trouble("rate limited")}},
            AGO,
            "DELAYED 5 min; Yahoo: rate limited until 11:30 ET",
            "CLOSED",
        ),
        (
            {"status": {"yahoo": trouble("upstream", -1)}},
            AGO,
            "DELAYED 5 min; Yahoo: answers with errors, being",
            "CLOSED",
        ),
        ({"status": {"fred": trouble("offline")}}, LIVE, "LIVE", "CLOSED"),
        ({"status": {"fred": trouble("rate limited")}}, LIVE, "LIVE", "CLOSED"),
    ],
)
def test_the_state_of_prices_and_closes(archive, notes, quotes, prices, daily):
    found = states(with_notes(archive, notes, *quotes))
    assert str(found.prices).startswith(prices)
    assert str(found.daily).startswith(daily)
    assert found.macro.word == "CLOSED"


def test_the_bars_own_flags_are_doubts_of_the_closes(tmp_path):
    archive = stored(tmp_path, "IWM", "SPY", flags=("IWM 2026-11-18: close is missing, left out",))
    assert str(states(opened(archive)).daily) == "SUSPECT IWM 2026-11-18: close is missing, left out"


@pytest.mark.parametrize(
    ("status", "macro"),
    [
        ({}, "STALE DGS2 is late"),
        ({"fred": trouble("offline")}, "CACHED offline since 10:50 ET"),
        ({"yahoo": trouble("offline")}, "STALE DGS2 is late"),
        (
            {"yahoo": trouble("offline"), "fred": trouble("offline", since=OPEN - timedelta(hours=1))},
            "CACHED offline since 10:00",
        ),
    ],
)
def test_the_state_of_macro_series_hangs_on_fred_alone(archive, status, macro):
    found = states(with_notes(archive, {"status": status}, *LIVE), late=("DGS2",))
    assert str(found.macro).startswith(macro)


def test_each_provider_is_offline_since_its_own_failure(archive):
    status = {"yahoo": trouble("offline"), "fred": trouble("offline", since=OPEN - timedelta(hours=1))}
    assert str(states(with_notes(archive, {"status": status}, *LIVE)).prices).startswith("CACHED offline since 10:50")


def test_a_close_that_is_missing_is_stale_and_says_why_it_is(archive):
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    source = with_notes(archive, {"status": {"yahoo": trouble("rate limited", 900)}}, now=night)
    assert str(states(source, night).daily) == (
        "STALE since 2026-11-23 16:20 ET: close of Mon 2026-11-23 is due; Yahoo: rate limited until 02:00 ET"
    )


def test_the_trade_that_counts_is_the_oldest_of_what_is_shown(archive):
    source = with_notes(archive, {}, *AGO)
    assert str(states(source).prices).startswith("DELAYED 5 min")
    shown = looked_at(source.load(OPEN))
    shown.pair = Pair("IWM", "IWM")
    assert source.freshness(OPEN, shown, "IWM", replay=False).prices.word == "LIVE"
    assert str(source.freshness(OPEN, shown, "SPY", replay=False).prices).startswith("DELAYED 5 min")


def test_a_replay_says_so_before_all_else(archive):
    found = states(with_notes(archive, {"status": {"yahoo": trouble("offline")}}, *LIVE), replay=True)
    assert {state.word for state in found} == {"REPLAY"}


NONSENSE = [
    "x",
    [],
    {"yahoo": 5},
    {"yahoo": {}},
    {"yahoo": {"kind": "offline"}},
    {"yahoo": {"kind": "unheard of", "until": 2.0, "since": 1.0}},
    {"yahoo": {"kind": "offline", "until": "soon", "since": 1.0}},
    {"yahoo": {"kind": "offline", "until": float("inf"), "since": 1.0}},
    {"yahoo": {"kind": "offline", "until": 2.0, "since": float("nan")}},
    {"next": 5},
    {"next": "soon"},
    {"next": "2026-11-23T16:00"},
    {"next": "2026-11-23T16:00:00+00:00", "fred": None},
]


@pytest.mark.parametrize("status", NONSENSE)
def test_a_status_that_is_nonsense_is_no_trouble(archive, status):
    notes = {"status": status, "quote/": None, "refused/IWM": ["x"], "unknown/IWM": 7}
    source = with_notes(archive, notes, *LIVE)
    assert states(source).prices.word == "LIVE"
    assert len(source.outlook(OPEN)) == 1


# --- the outlook --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({}, ("nothing is being fetched",)),
        ({"next": "2026-11-23T21:20+00:00"}, ("next question: 2026-11-23 16:20 ET",)),
        ({"next": "2026-11-23T15:59+00:00"}, ("next question: 2026-11-23 10:59 ET",)),
        ({"next": "2026-11-23T15:57+00:00"}, ("nothing is being fetched",)),  # by a fetcher that is gone
        (
            {"next": "2026-11-23T16:30+00:00", "yahoo": trouble("rate limited"), "fred": trouble("offline", 1)},
            (
                "Yahoo: rate limited until 11:30 ET",
                "FRED: offline, not asked until 11:01 ET",
                "next question: 2026-11-23 11:30 ET",
            ),
        ),
        (
            {"yahoo": trouble("upstream", 0)},
            ("Yahoo: answers with errors, being tried again", "nothing is being fetched"),
        ),
    ],
)
def test_the_outlook_says_what_is_wrong_and_what_comes_next(archive, status, words):
    assert with_notes(archive, {"status": status}).outlook(OPEN) == words


def test_what_could_not_be_read_is_read_again_though_nothing_is_written(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
):
    source = Yahoo(archive)
    failing = sqlite3.OperationalError("disk I/O error")
    failing.sqlite_errorcode = sqlite3.SQLITE_BUSY
    with monkeypatch.context() as broken:
        broken.setattr(Archive, "_select", Mock(side_effect=failing))
        assert source.versions() == Versions()
    assert source.versions() == archive.versions() != Versions()
