"""History: the same rows whether the days arrive one by one or all at once, with gaps, and for other pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from smallcap.core import reading, tables
from smallcap.core.axes import CYCLICAL, DEFENSIVE
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of
from smallcap.core.errors import SourceError
from smallcap.core.history import History, compute, earlier, parse_pair
from smallcap.core.settings import Settings
from smallcap.core.studies import STUDIES, Studies

from tests.conftest import random_bars

IWM_SPY = parse_pair("IWM/SPY")
Row = dict[str, Any]


def rows(panel: Panel, pair: str = "IWM/SPY") -> list[Row]:
    return list(tables.history_rows(compute(panel, parse_pair(pair))))


def columns(past: History) -> list[np.ndarray]:
    """All that a history says of its sessions."""
    axes = [getattr(track, name) for track in past.tracks for name in ("score", "state", "pending", "closes", "held")]
    signals = [past.composite.score, *past.composite.votes]
    return [*axes, past.codes, past.coverage, past.price_ratio, *past.votes, *past.gaps, *signals]


def read(panel: Panel, day: str, pair: str = "IWM/SPY") -> reading.Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), pair=pair), closed=asked)


def pick(bars: Bars, keep: np.ndarray) -> Bars:
    """The bars where `keep` is true."""
    return bars_of(bars.ticker, bars.sessions[keep], [getattr(bars, c)[keep] for c in COLUMNS], adjusted=bars.adjusted)


def lacking(panel: Panel, ticker: str, *missing: int) -> Panel:
    """The panel with some of one ticker's sessions missing, by their rows."""
    bars = panel[ticker]
    return Panel({**panel.bars, ticker: pick(bars, ~np.isin(np.arange(len(bars)), missing))}, panel.origin)


def test_every_session_reads_the_same_on_its_own_day_as_in_one_pass(real_panel: Panel):
    """Axes, regime and composite of all 5,686 sessions from 2000 to 2022, the days arriving one by one."""
    read_from = {ticker: real_panel[ticker] for ticker in ("IWM", "SPY", "QQQ", *CYCLICAL, *DEFENSIVE)}
    panel = Panel(read_from, real_panel.origin)
    past = compute(panel, IWM_SPY)
    assert len(past.sessions) == 5686
    whole = np.array(columns(past), dtype=float)
    for at, day in enumerate(past.sessions):
        newest = [column[-1] for column in columns(compute(panel.until(day), IWM_SPY))]
        np.testing.assert_array_equal(newest, whole[:, at], str(day))


def test_the_label_changes_about_four_times_a_year(real_panel: Panel):
    past = compute(real_panel, IWM_SPY)
    inside = past.codes[(past.sessions >= np.datetime64("2001-01-01")) & (past.sessions < np.datetime64("2023-01-01"))]
    assert 3.0 <= np.count_nonzero(np.diff(inside)) / 22 <= 5.0


def cut(bars: Bars, n: int) -> Bars:
    return pick(bars, np.arange(len(bars)) < n)


def garbled(bars: Bars, n: int) -> Bars:
    rng = np.random.RandomState(n)
    columns = [
        np.concatenate((v[:n], v[n:] * rng.uniform(0.2, 5.0, len(v) - n))) for v in map(bars.__getattribute__, COLUMNS)
    ]
    return bars_of(bars.ticker, bars.sessions, columns, adjusted=bars.adjusted)


@pytest.mark.parametrize("spoil", [cut, garbled])
def test_a_spoilt_future_changes_no_earlier_row(real_panel: Panel, spoil: Callable[[Bars, int], Bars]):
    whole = rows(real_panel)
    for n in range(450, len(whole), 523):
        last = np.datetime64(str(whole[n - 1]["date"]), "D")
        tickers = {t: real_panel[t] for t in ("IWM", "SPY", "QQQ", *CYCLICAL, *DEFENSIVE)}
        places = {t: int(np.searchsorted(b.sessions, last, "right")) for t, b in tickers.items()}
        spoilt = Panel({t: spoil(b, places[t]) for t, b in tickers.items()}, real_panel.origin)
        assert rows(spoilt)[:n] == whole[:n]


def test_history_ends_in_what_the_report_says(real_panel: Panel):
    for day in ("2008-10-10", "2013-05-22", "2018-09-20", "2020-03-23"):
        made = read(real_panel, day)
        row = rows(made.panel)[-1]
        assert row["date"] == day
        assert row["ratio"] == pytest.approx(made.ratio.value, rel=1e-12)
        assert row["regime"] == made.regime.regime.label
        assert row["composite"] == made.composite.score
        assert row["coverage"] == made.regime.coverage
        for axis in made.axes:
            shown = [row[f"{axis.key}{part}"] for part in ("_score", "", "_pending")]
            assert shown == [axis.score, axis.state, axis.pending]


def test_a_warm_history_has_every_column(real_panel: Panel):
    # IWM's 200th session is the first with all four leadership votes; everything else is known by then.
    cold, warm = rows(real_panel)[:199], rows(real_panel)[199:]
    pending = {"leadership_pending", "confirmation_pending", "market_pending"}
    assert warm[0]["date"] == str(real_panel["IWM"].sessions[199]) == "2001-03-13"
    assert all(row[key] is not None for row in warm for key in row if key not in pending)
    assert all(tuple(row) == tables.HISTORY_COLUMNS for row in warm)
    assert all(0 <= row["composite"] <= 100 for row in warm)
    assert {row["regime"] for row in cold} == {"INSUFFICIENT DATA"}
    assert {row["leadership"] for row in cold} == {None}
    assert "INSUFFICIENT DATA" not in {row["regime"] for row in warm}
    assert all(any(row[key] for row in warm) for key in pending)


def test_the_composite_begins_with_the_fifth_signal(panel: Panel):
    # RSI has its first value on the 15th session, relative volume and breadth on the 21st, MACD's slope on the 35th,
    # the sectors on the 54th: that is the fifth. Trend, ratio (200) and Fibonacci (126) come later.
    scores = [row["composite"] for row in rows(panel)]
    assert scores[52] is None
    assert all(score is not None for score in scores[53:])


def test_history_leaves_empty_what_is_not_known(panel: Panel):
    made = rows(panel)
    assert made[0]["leadership"] is None
    assert made[0]["leadership_score"] is None
    assert made[199]["leadership"] == "FLAT"
    lines = tables.as_csv(tables.HISTORY_COLUMNS, made).splitlines()
    assert lines[0] == ",".join(tables.HISTORY_COLUMNS)
    assert lines[1].split(",")[2:11] == [""] * 9
    assert float(lines[-1].split(",")[1]) == made[-1]["ratio"]


@pytest.mark.parametrize(
    ("pair", "first", "says"),
    [
        ("KRE/SPY", "2006-06-22", []),
        ("IWM/QQQ", "2000-05-26", ["confirmation"]),
        ("QQQ/SPY", "1999-03-10", ["breadth"]),
        ("VTWO/IWM", "2010-09-22", ["confirmation"]),
    ],
)
def test_another_pair_works_and_says_what_it_leaves_out(real_panel: Panel, pair: str, first: str, says: list[str]):
    made, past = read(real_panel, "2022-12-30", pair), rows(real_panel, pair)
    assert past[0]["date"] == first
    sectors = "confirmation" not in says
    for row in past[199:]:
        assert None not in (row["leadership_score"], row["market_score"], row["composite"])
        assert [row[f"confirmation{part}"] is not None for part in ("", "_score")] == [sectors] * 2
        assert row["regime"] != "INSUFFICIENT DATA"
    assert past[-1]["coverage"] == 1.0
    left_out = {vote.key: vote.why for vote in made.composite.votes if "left out" in vote.why}
    reasons = {"confirmation": f"{pair} has no sectors", "breadth": "QQQ can't be held against itself"}
    assert left_out == {key: f"left out: {reasons[key]}" for key in says}
    warning = f"{pair} has no sectors to confirm it: the regime is read without that axis"
    assert made.warnings == (() if sectors else (warning,))


def test_a_pair_without_sectors_is_labelled_by_its_other_two_axes(real_panel: Panel):
    found = {(row["leadership"], row["market"]): row["regime"] for row in rows(real_panel, "IWM/QQQ")[199:]}
    expected = {
        **{(leads, "DOWN"): "RISK-OFF" for leads in ("LEADING", "FLAT", "LAGGING")},
        **{(leads, "SIDEWAYS"): "NEUTRAL" for leads in ("LEADING", "FLAT", "LAGGING")},
        ("LEADING", "UP"): "RISK-ON",
        ("FLAT", "UP"): "NEUTRAL",
        ("LAGGING", "UP"): "NARROW",
    }
    assert len(found) >= 6
    assert found.items() <= expected.items()


def test_the_market_is_followed_from_its_own_first_session(real_panel: Panel):
    """VTWO came in 2010, IWM ten years before: the market's axis is warm on the pair's first row."""
    first, iwm = rows(real_panel, "VTWO/IWM")[0], real_panel["IWM"].until(np.datetime64("2010-09-22"))
    closes = iwm.adj_close.tolist()[-200:]
    assert first["market_score"] == pytest.approx(closes[-1] / (sum(closes) / 200) - 1, rel=1e-9)
    assert (first["market"], first["leadership"]) == ("DOWN", None)
    # The fourth close in a row more than 1 % above that mean: ten would make it UP.
    assert first["market_pending"] == "UP"


def test_two_tickers_that_never_met_are_refused(panel: Panel):
    old = random_bars("OLD", 100, 1, first="2005-01-03")
    with pytest.raises(SourceError, match="OLD and SPY have no session in common in random walk"):
        compute(Panel({**panel.bars, "OLD": old}, panel.origin), parse_pair("OLD/SPY"))


def test_missing_sessions_are_missing_and_the_rest_goes_on(panel: Panel):
    holes = (300, 301, 420, 500, 699)
    whole, holed = rows(panel), rows(lacking(panel, "IWM", *holes))
    assert [row["date"] for row in holed] == [row["date"] for row in whole]
    for at, (row, before) in enumerate(zip(holed, whole, strict=True)):
        for part in ("_score", "", "_pending"):
            assert row[f"market{part}"] == before[f"market{part}"]
            assert row[f"confirmation{part}"] == before[f"confirmation{part}"]
        if at in holes:
            assert [row[key] for key in ("ratio", "leadership_score", "composite")] == [None] * 3
            assert row["leadership"] == holed[at - 1]["leadership"]
            assert row["coverage"] == 7 / 8
        else:
            assert row["ratio"] == before["ratio"]
            assert (row["leadership_score"] is None) == (at < 199)
            assert row["coverage"] == 1.0
    assert holed[:300] == whole[:300]


def test_a_missing_session_restarts_the_count_of_closes(panel: Panel):
    past = compute(lacking(panel, "IWM", 500), IWM_SPY)
    assert np.isnan(past.price_ratio[500])
    assert np.isnan(past.leadership.score[500])
    assert past.leadership.closes[500] == 0
    assert past.leadership.closes[501] <= 1
    assert past.leadership.state[500] == past.leadership.state[499]


def test_a_pair_that_lacks_its_first_ticker_for_long_has_no_label(panel: Panel):
    labels = [row["regime"] for row in rows(lacking(panel, "IWM", *range(400, 420)))]
    assert "INSUFFICIENT DATA" not in labels[200:410]
    assert set(labels[410:420]) == {"INSUFFICIENT DATA"}
    assert "INSUFFICIENT DATA" not in labels[420:]


def test_a_market_without_a_session_has_no_score_on_it(panel: Panel):
    holed = rows(lacking(panel, "SPY", 400))
    assert holed[400]["date"] == str(panel["IWM"].sessions[400])
    empty = ("ratio", "leadership_score", "confirmation_score", "market_score")
    assert [holed[400][key] for key in empty] == [None] * 4
    assert all(holed[401][key] is not None for key in ("ratio", "leadership_score", "market_score"))


def test_a_sector_that_lacks_a_month_leaves_its_axis_as_it_was(panel: Panel):
    month = range(400, 421)
    past = compute(lacking(panel, "XLF", *month), IWM_SPY)
    whole = compute(panel, IWM_SPY)
    assert past.confirmation
    assert whole.confirmation
    # The score is a mean of five sessions: the first one after the month that is known is the fifth.
    unknown = np.isnan(past.confirmation.score)
    assert np.flatnonzero(unknown[54:]).tolist() == [at - 54 for at in range(400, 425)]
    assert set(past.confirmation.state[400:425]) == {past.confirmation.state[399]}
    assert not past.confirmation.closes[400:425].any()
    assert past.coverage[399:422].tolist() == [1.0, *[7 / 8] * 21, 1.0]
    assert "INSUFFICIENT DATA" not in {row["regime"] for row in list(tables.history_rows(past))[199:]}
    np.testing.assert_array_equal(past.leadership.score, whole.leadership.score)
    np.testing.assert_array_equal(past.market.score, whole.market.score)
    # The other sectors' gaps are untouched; XLF's mean is of its own last 50 sessions.
    np.testing.assert_array_equal(past.gaps[1:], whole.gaps[1:])
    np.testing.assert_allclose(past.gaps[0][480:], whole.gaps[0][480:], rtol=1e-12)


def test_an_earlier_session_is_in_the_later_history_to_the_last_bit(panel: Panel):
    later = compute(panel, IWM_SPY)
    for row in (5, 60, 199, 250, 251, 400, 698, 699):
        cut = panel.until(panel["SPY"].sessions[row])
        assert as_bytes(earlier(later, cut)) == as_bytes(compute(cut, IWM_SPY))


def test_real_history_is_in_itself(real_panel: Panel):
    later = compute(real_panel, IWM_SPY)
    for day in later.sessions[[0, 40, 260, 1700, 3333, 5001, -2]]:
        cut = real_panel.until(day)
        assert as_bytes(earlier(later, cut)) == as_bytes(compute(cut, IWM_SPY))


def as_bytes(past: History) -> list[object]:
    """Everything of a history, arrays as their bytes, every study worked out."""
    found: list[object] = []

    def add(part: object) -> None:
        if isinstance(part, np.ndarray):
            found.append((part.shape, part.tobytes()))
        elif isinstance(part, Studies):
            found.append(len(part.bars))
            for study in STUDIES:
                add(study.of(part))
            add(part.last_swing)
            add(part.high63)
        elif isinstance(part, tuple):
            for one in part:
                add(one)
        elif is_dataclass(part):
            for field in fields(part):
                add(getattr(part, field.name))
        else:
            found.append(repr(part))

    add(past)
    return found
