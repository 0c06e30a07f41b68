"""Every fault of the loopback, met by the real clients: no traceback, the past unchanged, the state right, healed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import pytest

from tests.loopback import FAULTS

from . import sessions, table
from .campaigns import ALL, BEFORE, DURING, MACRO, SERIES, TICKERS, Look, Outcome, charts, wire
from .sessions import Bars, Seen, words
from .store import past, same, same_series

HELD = BEFORE.date()
# Faults of the whole wire that the loopback has no row for, as it isn't the answer that is bad.
NO_ROWS_OF_ITS_OWN = {"offline"}
AT_ONCE = 16
ALONE_OR_TOGETHER = (*table.WIRE, *itertools.chain(*table.TOGETHER))


class Campaigns(NamedTuple):
    """Everything under way at once; each is waited for by the tests that look at it."""

    wire: dict[str, tuple[Future[Outcome], tuple[str, ...]]]
    pushed: dict[str, Future[Seen]]
    polled: dict[str, Future[Seen]]
    charts: Future[Outcome]
    quotes: Future[Seen]
    minutes: Future[Bars]


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaigns]:
    """All tables, the slowest rows first."""
    homes = (tmp_path_factory.mktemp("home") for _ in itertools.count())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        every = pool.submit(charts, next(homes))
        alone = {name(row): (pool.submit(wire, [row], next(homes)), TICKERS) for row in table.WIRE}
        pushed = [(row, pool.submit(sessions.pushed, row, next(homes))) for row in table.STREAM]
        for rows in table.TOGETHER:
            future = pool.submit(wire, rows, next(homes))
            alone |= {name(row): (future, (ticker,)) for row, ticker in zip(rows, TICKERS, strict=True)}
        polled = [(row, pool.submit(sessions.polled, row, next(homes))) for row in table.QUOTED]
        rest = (pool.submit(sessions.quotes, next(homes)), pool.submit(sessions.minutes, next(homes)))
        yield Campaigns(alone, _by_name(pushed), _by_name(polled), every, *rest)


def _by_name(pairs):
    """The futures by their row's name, as a row with options can't be hashed."""
    return {name(row): future for row, future in pairs}


def name(row) -> str:
    """A row's name in a test's id."""
    parts = (getattr(row, "kind", ""), row.fault, *map(str, getattr(row, "options", {}).values()))
    return " ".join(part for part in parts if part)


each: Callable = lambda rows: pytest.mark.parametrize("row", rows, ids=name)  # noqa: E731  a decorator


def log_of(look: Look) -> str:
    return words(look.log)


def unchanged(outcome: Outcome, ticker: str) -> bool:
    """Whether nothing up to the session held for final has changed, neither during the fault nor after it."""
    before = outcome.before[ticker]
    return all(past(look.held[ticker].raw, HELD) == past(before.raw, HELD) for look in (outcome.during, outcome.after))


def test_every_fault_of_the_loopback_has_a_row():
    tables = (
        table.CHARTS, table.OBSERVATIONS, ALONE_OR_TOGETHER, table.QUOTES, table.STREAM, table.QUOTED, table.MINUTES
    )  # fmt: skip
    met = {row.fault for rows in tables for row in rows}
    assert met - NO_ROWS_OF_ITS_OWN == set(FAULTS), set(FAULTS) ^ met


# --- the daily bars of one ticker each, all in one fetch ----------------------------------------------------------


@each(table.CHARTS)
def test_a_fault_in_the_daily_bars_stays_with_its_ticker(campaigns: Campaigns, row: table.Spoilt):
    outcome = campaigns.charts.result()
    ticker = ALL[table.CHARTS.index(row)]
    look, state = outcome.during, outcome.during.fresh[ticker].daily
    lines = [entry.words for entry in look.log if entry.what == ticker]
    assert any(row.log in line for line in lines), lines
    assert (look.held[ticker].final_through == DURING.date()) == row.stored
    assert past(look.held[ticker].raw, HELD) == past(outcome.before[ticker].raw, HELD)
    assert state.word == row.state, state
    assert row.stored or "close of Wed 2024-10-09 is due" in state.detail


@each(table.CHARTS)
def test_after_the_fault_the_daily_bars_are_the_truth(campaigns: Campaigns, row: table.Spoilt):
    outcome = campaigns.charts.result()
    ticker = ALL[table.CHARTS.index(row)]
    assert same(outcome.after.held[ticker].raw, outcome.after.truth[ticker].raw)
    assert str(outcome.after.fresh[ticker].daily) == "CLOSED as of Thu 2024-10-10 16:00 ET"
    assert "split" in row.fault or unchanged(outcome, ticker)


def test_the_ticker_beside_all_that_trouble_is_renewed(campaigns: Campaigns):
    outcome = campaigns.charts.result()
    for look in (outcome.during, outcome.after):
        assert same(look.held["^VIX"].raw, look.truth["^VIX"].raw)


def test_a_fetch_that_failed_in_part_says_so_without_a_traceback(campaigns: Campaigns):
    outcome = campaigns.charts.result()
    assert (outcome.during.code, outcome.after.code) == (3, 0)
    assert "Traceback" not in outcome.during.errors + outcome.after.errors
    said = " ".join(outcome.during.errors.split())
    for row, ticker in zip(table.CHARTS, ALL, strict=False):
        refused = [
            entry for entry in outcome.during.log if entry.kind in {"refused", "failed"} and entry.what == ticker
        ]
        assert bool(refused) == (f"{ticker}: " in said), row
    assert outcome.during.said == outcome.after.said == ""


@each(table.OBSERVATIONS)
def test_a_fault_in_a_column_of_freds_stays_in_it(campaigns: Campaigns, row: table.Column):
    outcome = campaigns.charts.result()
    for series in row.series or set(MACRO) - {name for other in table.OBSERVATIONS for name in other.series}:
        now, truth = outcome.during.series[series], outcome.during.observed[series]
        kept = same_series(now, truth)
        assert kept == row.stored, (series, now.dates[-3:], truth.dates[-3:])
        assert kept or now.dates[-1] < truth.dates[-1]
        assert same_series(outcome.after.series[series], outcome.after.observed[series])


# --- the whole wire -----------------------------------------------------------------------------------------------


@each(ALONE_OR_TOGETHER)
def test_a_fault_of_the_wire_leaves_the_past_and_says_what_it_is(campaigns: Campaigns, row: table.Down):
    future, tickers = campaigns.wire[name(row)]
    outcome = future.result()
    look = outcome.during
    assert row.log in log_of(look)
    assert bool(look.said) == bool(row.failed)
    assert "Traceback" not in look.errors + outcome.after.errors
    for ticker in tickers:
        assert row.failed.format(ticker=ticker) in look.said
        assert (look.held[ticker].final_through == DURING.date()) == row.stored
        assert unchanged(outcome, ticker)
        state = look.fresh[ticker].daily
        assert state.word == row.state, state
        assert row.stored or "close of Wed 2024-10-09 is due" in state.detail
    for series in SERIES:
        assert same_series(look.series[series], look.observed[series]) == row.observed


@each(ALONE_OR_TOGETHER)
def test_after_a_fault_of_the_wire_all_is_the_truth(campaigns: Campaigns, row: table.Down):
    future, tickers = campaigns.wire[name(row)]
    outcome = future.result()
    assert (outcome.after.code, outcome.after.said) == (0, "")
    for ticker in tickers:
        assert same(outcome.after.held[ticker].raw, outcome.after.truth[ticker].raw)
        assert str(outcome.after.fresh[ticker].daily) == "CLOSED as of Thu 2024-10-10 16:00 ET"
    for series in SERIES:
        assert same_series(outcome.after.series[series], outcome.after.observed[series])


# --- a session: last trades, minutes, the stream ------------------------------------------------------------------


@each(table.QUOTES)
def test_a_fault_in_a_last_trade_shows_no_wrong_price(campaigns: Campaigns, row: table.Trade):
    seen = campaigns.quotes.result()
    ticker = ALL[1 + table.QUOTES.index(row)]
    lines = [entry.words for entry in seen.log if entry.what == ticker]
    assert not row.log or any(row.log in line for line in lines), lines
    assert seen.fresh[ticker].prices.word == row.state, seen.fresh[ticker].prices
    assert seen.healed[ticker].prices.word == "LIVE"


def test_of_partial_quotes_the_whole_one_is_shown(campaigns: Campaigns):
    seen = campaigns.quotes.result()
    left_out, priceless, whole = ALL[len(table.QUOTES) : len(table.QUOTES) + 3]
    assert seen.fresh[whole].prices.word == seen.fresh[ALL[0]].prices.word == "LIVE"
    assert {left_out, priceless}.isdisjoint(seen.during)
    assert "Traceback" not in seen.errors


@each(table.QUOTED)
def test_without_quotes_the_panel_says_that_no_trade_is_seen(campaigns: Campaigns, row: table.Polled):
    seen = campaigns.polled[name(row)].result()
    assert not seen.during
    for ticker in TICKERS:
        assert seen.fresh[ticker].prices.word == "STALE"
        assert "no trade seen" in seen.fresh[ticker].prices.detail
        assert seen.fresh[ticker].daily.word == "CLOSED"
        assert seen.healed[ticker].prices.word == "LIVE"
    assert "Traceback" not in seen.errors


@each(table.STREAM)
def test_a_fault_of_the_stream_leaves_the_quotes_and_the_stream_comes_back(campaigns: Campaigns, row: table.Pushed):
    seen = campaigns.pushed[name(row)].result()
    assert set(seen.during) == set(TICKERS)
    for ticker in TICKERS:
        assert seen.fresh[ticker].prices.word == row.state, seen.fresh[ticker].prices
        assert seen.healed[ticker].prices.word == "LIVE"
    assert "Traceback" not in seen.errors


@each(table.MINUTES)
def test_a_fault_in_the_minutes_shows_no_wrong_bar(campaigns: Campaigns, row: table.Spoilt):
    bars = campaigns.minutes.result()
    ticker = TICKERS[table.MINUTES.index(row)]
    assert row.log in words(bars.log)
    assert (bars.during[ticker] is not None) == row.stored
    healed, truth = bars.healed[ticker]
    assert healed is not None
    assert (healed.times == truth.times).all()
    assert (healed.close == truth.close).all()
