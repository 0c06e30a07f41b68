"""Universe: every pair once, each as the table has it, a planted trend on top, and none called a find by chance."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import history
from smallcap.core.bars import Panel
from smallcap.core.errors import SourceError
from smallcap.core.evidence import universe
from smallcap.core.evidence.bootstrap import Interval
from smallcap.core.evidence.table import evidence
from smallcap.core.evidence.universe import PairRow, Universe, chunks_of, pairs_of, ranked, rows_of, work
from smallcap.core.history import Pair
from smallcap.core.regime import REGIMES

from tests.conftest import random_bars

NAMES = ("AA", "BB", "CC", "DD", "EE", "FF")


def walks(panel: Panel, n: int = 2500, first: int = 0) -> Panel:
    bars = {name: random_bars(name, n, first + at, first="2000-01-03") for at, name in enumerate(NAMES)}
    return Panel(bars, panel.origin)


def trending(panel: Panel, name: str) -> Panel:
    """One of the tickers drifts up for a year and down for as long, again and again."""
    bars = panel[name]
    drift = np.exp(np.cumsum(np.where(np.arange(len(bars)) // 260 % 2, -0.004, 0.004)))
    return replace(panel, bars={**panel.bars, name: replace(bars, adj_close=bars.adj_close * drift)})


def row(at: int, p: float, difference: float = 0.01, **other: bool) -> PairRow:
    made = PairRow(Pair("A", f"B{at}"), "NEUTRAL", "FLAT", 90, 9, difference, Interval(-0.01, 0.03, p), True)
    return made._replace(**other)


def test_a_hundred_tickers_make_4950_pairs_each_once_in_the_order_of_their_names():
    names = [f"T{n:02d}" for n in range(100)]
    pairs = pairs_of(reversed([*names, *names]))
    assert len(set(pairs)) == len(pairs) == 4950
    assert list(pairs) == sorted(pairs)
    assert all(a < b for a, b in pairs)
    assert [pair for chunk in chunks_of(pairs) for pair in chunk] == list(pairs)


@pytest.mark.parametrize("lacking", [(), (300, 301, 420)])
def test_a_pairs_row_is_the_evidence_of_the_table(panel: Panel, lacking: tuple[int, ...]):
    bars = panel["IWM"]
    kept = np.delete(np.arange(len(bars)), lacking)
    columns = {name: getattr(bars, name)[kept] for name in ("open", "high", "low", "close", "adj_close", "volume")}
    holed = replace(panel, bars={**panel.bars, "IWM": replace(bars, sessions=bars.sessions[kept], **columns)})
    for pair in (Pair("IWM", "SPY"), Pair("IWM", "QQQ")):
        (found,) = rows_of(holed, [pair], draws=200)
        past = history.compute(holed, pair)
        table = evidence(past, holed, horizons=(21,), draws=200)
        (known,) = (row for row in table if (row.kind, row.label, row.target) == ("leadership", "LEADING", str(pair)))
        mine = (found.days, found.episodes, found.difference, found.ci95, found.enough)
        assert repr(mine) == repr((known.days, known.episodes, known.difference, known.ci95, known.enough))
        assert found.label == REGIMES[int(past.codes[-1])].label
        assert found.leadership == past.leadership.axis.word(int(past.leadership.state[-1]))


def test_a_planted_trend_is_ranked_first_and_found(panel: Panel):
    planted = trending(walks(panel, 6000), "CC")
    found = ranked([rows_of(planted, pairs_of(NAMES), draws=500)])
    first = found.rows[:5]
    assert all("CC" in row.pair and row.q <= 0.05 and row.difference > 0 for row in first)
    assert found.finds == 5
    assert all("CC" not in row.pair for row in found.rows[5:])


def test_where_nothing_is_planted_nothing_is_found(panel: Panel):
    told = [ranked([rows_of(walks(panel, first=seed), pairs_of(NAMES), draws=200)]) for seed in range(100, 140, 10)]
    assert sum(found.finds for found in told) == 0
    assert sum(found.tested for found in told) == 60


def test_the_order_of_tickers_and_of_parts_changes_nothing(panel: Panel):
    market = walks(panel)
    backwards = replace(market, bars=dict(reversed(market.bars.items())))
    pairs = pairs_of(NAMES)
    here = ranked([work(market, NAMES, draws=100)(pairs)])
    parts = [work(backwards, NAMES[::-1], draws=100)(pairs[at : at + 4]) for at in (12, 4, 8, 0)]
    assert repr(ranked(parts)) == repr(here)


def test_what_is_sent_holds_what_the_pairs_need_and_pickles(panel: Panel):
    assert sorted(work(panel, ["IWM", "QQQ"]).args[0].bars) == ["IWM", "QQQ"]
    sent = pickle.loads(pickle.dumps(work(panel, ["IWM", "SPY"], draws=50)))
    assert sorted(sent.args[0].bars) == sorted(history.inputs(Pair("IWM", "SPY")))
    assert repr(sent([Pair("IWM", "SPY")])) == repr(rows_of(panel, [Pair("IWM", "SPY")], draws=50))


def test_a_ticker_that_is_not_there_is_named(panel: Panel):
    with pytest.raises(SourceError, match="ticker 'NOPE' is not in random walk"):
        work(panel, ["IWM", "NOPE"])


def test_a_pair_without_a_session_in_common_is_last_and_tells_nothing(panel: Panel):
    market = walks(panel)
    market = replace(market, bars={**market.bars, "OLD": random_bars("OLD", 300, 1, first="1994-01-03")})
    found = ranked([rows_of(market, [Pair("AA", "OLD"), Pair("AA", "BB")], draws=50)])
    assert found.tested == 1
    assert found.rows[-1].pair == Pair("AA", "OLD")
    assert (found.rows[-1].label, found.rows[-1].days, found.rows[-1].strength) == ("INSUFFICIENT DATA", 0, 0.0)
    assert np.isnan(found.rows[-1].q)


def test_pairs_are_ranked_by_q_then_by_strength_then_by_name():
    rows = [row(0, 0.5), row(1, 0.04), row(2, 0.9, enough=False), row(3, 0.04, 0.02), row(4, 0.04)]
    found = ranked([rows[2:], rows[:2]])
    assert [one.pair.b for one in found.rows] == ["B3", "B1", "B4", "B0", "B2"]
    assert [one.q for one in found.rows[:4]] == pytest.approx([0.04 * 4 / 3] * 3 + [0.5])
    assert np.isnan(found.rows[4].q)
    assert found.rows[0].strength == pytest.approx(0.02 / 0.02)


def test_the_words_hold_what_was_seen_against_chance():
    apart = row(1, 0.01)._replace(ci95=Interval(0.001, 0.02, 0.01), q=0.04)
    blind = row(3, 0.01, enough=False)._replace(ci95=Interval(0.001, 0.02, 0.01))
    found = Universe((apart, apart._replace(q=0.2), *[row(2, 0.5)._replace(q=0.9)] * 38, blind))
    assert found.words == (
        "2 of 40 pairs have an interval without zero, 2 would by chance alone; 1 left after Benjamini-Hochberg at 5%"
    )
    assert universe.HORIZON == 21
