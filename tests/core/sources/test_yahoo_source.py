"""The archive as a source: a panel of what is stored, trades newer than it, and words for how fresh all of it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import Panel, series_of
from smallcap.core.errors import SourceError
from smallcap.core.freshness import Freshness
from smallcap.core.history import Pair
from smallcap.core.live.adjust import adjusted
from smallcap.core.live.archive import Archive, Change, Versions
from smallcap.core.live.log import Entry
from smallcap.core.live.raw import FIELDS, Held, Minutes, Quote
from smallcap.core.settings import Settings
from smallcap.core.sources import Fetched, Logged, Minuted
from smallcap.core.sources.yahoo import Yahoo, wanted

from tests.core.live import make

FRIDAY, MONDAY = make.LAST, date(2026, 11, 23)
NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
OPEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday 11:00 in New York
INPUTS = ("IWM", "SPY", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV")


def stored(path: Path, *tickers: str, last: date = FRIDAY, n: int = 400, flags: tuple[str, ...] = ()) -> Archive:
    """An archive with a history of each ticker."""
    archive = Archive(path / "store.sqlite3")
    archive.prepare()
    helds = [
        make.held(make.raw(make.walk(n, seed), last, ticker=ticker, dividends={str(make.days_up_to(90)[0]): 0.5}))
        for seed, ticker in enumerate(tickers)
    ]
    helds = [
        Held(one.raw, one.fetched_at + timedelta(minutes=at), one.final_through, flags) for at, one in enumerate(helds)
    ]
    archive.write(lambda change: [change.hold(one) for one in helds])
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return stored(tmp_path, "IWM", "SPY")


def opened(archive: Archive, write: Callable[[Change], object] | None = None, now: datetime = NIGHT) -> Yahoo:
    """The source once it has loaded and looked, after something more was written."""
    if write:
        archive.write(write)
    source = Yahoo(archive)
    source.load(now)
    source.versions()
    return source


def ticks(source: Yahoo, now: datetime) -> Mapping[str, float]:
    return source.ticks(now, source.load(now))


def quote(ticker: str, price: float, at: datetime, delay: int = 0, before: float = np.nan) -> Quote:
    return Quote(ticker, price, int(at.timestamp()), before, 1e6, delay)


# --- the panel ----------------------------------------------------------------------------------------------------


def test_it_keeps_the_protocols(archive):
    source = Yahoo(archive)
    assert isinstance(source, Fetched)
    assert isinstance(source, Minuted)
    assert isinstance(source, Logged)
    assert not source.simulated


@pytest.mark.parametrize("prepared", [True, False])
def test_an_empty_archive_says_what_to_do(tmp_path, prepared):
    archive = Archive(tmp_path / "store.sqlite3")
    if prepared:
        archive.prepare()
    with pytest.raises(SourceError, match=r"^nothing of Yahoo's is in the store yet: run `smallcap fetch`$"):
        Yahoo(archive).load(NIGHT)


def test_an_archive_that_cannot_be_read_says_why_and_what_to_do(tmp_path):
    (tmp_path / "store.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(SourceError, match=r"store\.sqlite3 can't be read.*run `smallcap fetch`"):
        Yahoo(Archive(tmp_path / "store.sqlite3")).load(NIGHT)


def test_the_panel_is_what_is_stored(archive):
    days = make.days_up_to(30)
    dgs2 = series_of("DGS2", days, np.linspace(4.0, 4.3, 30))
    archive.write(lambda change: change.series([dgs2], NIGHT))
    panel = Yahoo(archive).load(NIGHT)
    held = archive.histories()
    assert sorted(panel.bars) == ["IWM", "SPY"]
    for ticker, bars in panel.bars.items():
        truth = adjusted(held[ticker].raw)
        for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume"):
            assert getattr(bars, name).tolist() == getattr(truth, name).tolist()
        assert bars.adj_close[0] < bars.close[0]
        assert bars.adj_close[-1] == bars.close[-1]
    assert panel.macro["DGS2"].values.tolist() == dgs2.values.tolist()
    origin = panel.origin
    assert (origin.name, origin.simulated) == ("Yahoo and FRED", False)
    assert origin.fetched_at == (make.AT + timedelta(minutes=1)).isoformat()
    assert panel.refused == ()


def test_what_a_refresh_has_only_staged_is_not_shown(archive):
    newer = make.held(make.raw(make.walk(401), MONDAY))
    archive.write(lambda change: change.stage(newer))
    assert Yahoo(archive).load(OPEN).bars["IWM"].sessions[-1] == np.datetime64(FRIDAY)


def test_flags_and_refusals_are_the_panels_doubts(tmp_path):
    archive = stored(tmp_path, "IWM", flags=("IWM 2026-11-18: close is missing, left out",))
    archive.write(lambda change: change.note({"refused/SPY": {"why": "SPY: nonsense", "since": "2026-11-19T21:00:00"}}))
    assert Yahoo(archive).load(NIGHT).refused == (
        "SPY: nonsense; not renewed since 2026-11-19",
        "IWM 2026-11-18: close is missing, left out",
    )


def test_a_damaged_row_is_left_out_and_said(tmp_path):
    import sqlite3

    archive = stored(tmp_path, "IWM", "SPY")
    with sqlite3.connect(archive.path) as db:
        db.execute("update held set final_through = '2026-11-19' where ticker = 'SPY'")
    db.close()
    panel = Yahoo(archive).load(NIGHT)
    assert list(panel.bars) == ["IWM"]
    assert "damaged" in panel.refused[0]


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 21, 19, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 21, 20, tzinfo=UTC), FRIDAY),
        (NIGHT, FRIDAY),
        (OPEN, FRIDAY),
        (datetime(2026, 11, 27, 18, 20, tzinfo=UTC), date(2026, 11, 27)),  # after Thanksgiving, closed at 13:00
    ],
)
def test_a_session_counts_as_closed_once_its_close_is_due(archive, now, closed):
    assert Yahoo(archive).closed(now) == closed


def test_a_reading_of_the_past_is_of_what_was_known_then(tmp_path):
    asked = date(2026, 6, 30)
    then = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    whole = Yahoo(stored(tmp_path / "whole", *INPUTS, n=800))
    raws = [one.raw for one in whole.archive.histories().values()]
    short = Archive(tmp_path / "short" / "store.sqlite3")
    short.prepare()
    for raw in raws:
        cut = make.only(raw, raw.sessions <= np.datetime64(asked))
        short.write(lambda change, cut=cut: change.hold(make.held(cut)))
    readings = [
        reading.build(source.load(then, replay=True), asked, Settings(watchlist=("IWM",)), closed=source.closed(then))
        for source in (whole, Yahoo(short))
    ]
    assert [one.as_of for one in readings] == [asked, asked]
    assert readings[0].panel.bars["IWM"].sessions[-1] == np.datetime64(asked)
    assert readings[0].regime == readings[1].regime
    assert readings[0].composite.score == pytest.approx(readings[1].composite.score, rel=1e-12)


# --- trades -------------------------------------------------------------------------------------------------------


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


# --- the other tables ---------------------------------------------------------------------------------------------


def bars_of_minutes(interval: int) -> Minutes:
    close = np.linspace(180.0, 181.0, 60)
    times = np.datetime64("2026-11-23T15:30", "s") + np.arange(60) * 60 * interval
    return Minutes("IWM", interval, times, close, close + 1, close - 1, close, close * 0)


def test_minutes_are_those_that_had_begun(archive):
    archive.write(lambda change: change.minutes(bars_of_minutes(1), OPEN))
    source = Yahoo(archive)
    seen = source.minutes("IWM", 1, OPEN)
    assert len(seen) == 31
    assert seen.times[-1] == np.datetime64("2026-11-23T16:00:00")
    assert {len(getattr(seen, name)) for name in FIELDS} == {31}
    assert len(source.minutes("IWM", 1, OPEN + timedelta(hours=1))) == 60
    assert source.minutes("IWM", 1, OPEN - timedelta(hours=1)) is None
    assert source.minutes("IWM", 5, OPEN) is None
    assert source.minutes("SPY", 1, OPEN) is None


def test_five_days_are_bars_of_five_minutes(archive):
    archive.write(lambda change: change.minutes(bars_of_minutes(5), OPEN))
    assert Yahoo(archive).minutes("IWM", 5, OPEN + timedelta(days=1)).interval == 5


def test_the_log_is_the_archives(archive):
    entries = [Entry(NIGHT, "note", "x", "one"), Entry(OPEN, "failed", "y", "two")]
    archive.write(lambda change: change.log(entries))
    assert Yahoo(archive).log() == tuple(entries)


def test_another_archive_is_read_from_its_beginning(archive, tmp_path):
    source = opened(archive, lambda change: change.quotes([quote("IWM", 181.0, OPEN)]), OPEN)
    source.move(str(archive.path))
    assert source.archive is archive
    other = stored(tmp_path / "other", "IWM", "SPY")
    other.write(lambda change: change.quotes([quote("IWM", 190.0, OPEN)]))
    assert other.versions() == archive.versions()
    source.move(str(other.path))
    source.versions()
    assert ticks(source, OPEN) == {"IWM": 190.0}


def test_why_a_ticker_is_not_there(archive):
    notes = {
        "unknown/NOPE": {"why": "Yahoo does not know NOPE", "at": 1.0},
        "refused/ODD": {"why": "ODD: nonsense", "since": "2026-11-19"},
        "unknown/BAD": "nonsense",
    }
    source = opened(archive, lambda change: (change.note(notes), change.quotes([])))
    assert [source.refusal(t) for t in ("NOPE", "ODD", "BAD", "IWM")] == [
        "Yahoo does not know NOPE",
        "ODD: nonsense",
        "",
        "",
    ]


def test_everything_a_reading_looks_at_is_wanted():
    tickers, series = wanted(Settings(watchlist=("KRE", "IWM"), pair="IWM/QQQ"))
    assert {*INPUTS, "QQQ", "KRE", "^VIX", "HYG", "IEF"} <= set(tickers)
    assert len(tickers) == len(set(tickers))
    assert {"DGS2", "DGS10"} <= set(series)


# --- how fresh ----------------------------------------------------------------------------------------------------


def looked_at(panel: Panel, as_of: date = FRIDAY, late: tuple[str, ...] = ()) -> SimpleNamespace:
    rows = tuple(SimpleNamespace(row=SimpleNamespace(series=name), stale=True) for name in late)
    return SimpleNamespace(as_of=as_of, pair=Pair("IWM", "SPY"), macro=rows, panel=panel)


def states(
    source: Yahoo, now: datetime = OPEN, ticker: str = "IWM", *, replay: bool = False, **looked: object
) -> Freshness:
    return source.freshness(now, looked_at(source.load(now), **looked), ticker, replay=replay)


def trouble(kind: str, minutes: int = 30, since: datetime = OPEN - timedelta(minutes=10)) -> dict[str, object]:
    return {"kind": kind, "until": (OPEN + timedelta(minutes=minutes)).timestamp(), "since": since.timestamp()}


def with_notes(archive: Archive, notes: dict[str, object], *quotes: Quote, now: datetime = OPEN) -> Yahoo:
    return opened(archive, lambda change: (change.note(notes), change.quotes(quotes)), now)


LIVE = (quote("IWM", 181.0, OPEN - timedelta(seconds=10)), quote("SPY", 240.0, OPEN - timedelta(seconds=20)))
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
