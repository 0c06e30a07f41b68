"""The reading on real history, on made-up panels, and with the future cut off or garbled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import reading, report
from smallcap.core.axes import AXES, CYCLICAL, DEFENSIVE
from smallcap.core.bars import COLUMNS, Bars, Panel, to_day
from smallcap.core.errors import SourceError, UsageError
from smallcap.core.history import History, compute, parse_pair
from smallcap.core.reading import Reading
from smallcap.core.regime import REGIMES, labels
from smallcap.core.settings import Settings

from tests.conftest import random_panel

IWM_SPY = parse_pair("IWM/SPY")


def read(panel: Panel, day: str, **chosen: object) -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), **chosen), closed=asked)


def rows(panel: Panel) -> list[dict[str, object]]:
    return list(report.history_rows(compute(panel, IWM_SPY)))


@pytest.mark.parametrize(
    ("day", "label", "states"),
    [
        ("2020-03-23", "RISK-OFF", ["LAGGING", "DENIED", "DOWN"]),
        ("2016-12-09", "RISK-ON", ["LEADING", "CONFIRMED", "UP"]),
        ("2021-03-12", "RISK-ON", ["LEADING", "CONFIRMED", "UP"]),
    ],
)
def test_the_days_everybody_remembers(real_panel: Panel, day: str, label: str, states: list[str]):
    made = read(real_panel, day)
    assert made.regime.regime.label == label
    assert [axis.state for axis in made.axes] == states
    assert made.regime.coverage == 1.0
    assert made.warnings == ()


def test_the_label_changes_about_four_times_a_year(real_panel: Panel):
    past = compute(real_panel, IWM_SPY)
    inside = past.codes[(past.sessions >= np.datetime64("2001-01-01")) & (past.sessions < np.datetime64("2023-01-01"))]
    assert 3.0 <= np.count_nonzero(np.diff(inside)) / 22 <= 5.0


def test_the_real_reading_of_2021_03_12(real_panel: Panel):
    made = read(real_panel, "2021-03-12")
    assert (made.regime.since, made.regime.sessions) == (date(2020, 10, 28), 93)
    assert made.ratio.value == pytest.approx(233.589945 / 394.059979, rel=1e-9)
    assert made.suggestion("IWM").shares == 107


def cut(bars: Bars, n: int) -> Bars:
    return Bars(bars.ticker, bars.sessions[:n], *(getattr(bars, c)[:n] for c in COLUMNS), bars.adjusted)


def garbled(bars: Bars, n: int) -> Bars:
    rng = np.random.RandomState(n)
    columns = [
        np.concatenate((v[:n], v[n:] * rng.uniform(0.2, 5.0, len(v) - n))) for v in map(bars.__getattribute__, COLUMNS)
    ]
    return Bars(bars.ticker, bars.sessions, *columns, bars.adjusted)


@pytest.mark.parametrize("spoil", [cut, garbled])
def test_a_spoilt_future_changes_no_earlier_row(real_panel: Panel, spoil: Callable[[Bars, int], Bars]):
    whole = rows(real_panel)
    for n in range(450, len(whole), 523):
        last = np.datetime64(str(whole[n - 1]["date"]), "D")
        tickers = {t: real_panel[t] for t in ("IWM", "SPY", *CYCLICAL, *DEFENSIVE)}
        places = {t: int(np.searchsorted(b.sessions, last, "right")) for t, b in tickers.items()}
        spoilt = Panel({t: spoil(b, places[t]) for t, b in tickers.items()}, real_panel.origin)
        assert rows(spoilt)[:n] == whole[:n]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 50), st.integers(260, 690))
def test_the_report_of_a_day_is_the_same_without_its_future(seed: int, n: int):
    panel = random_panel(seed=seed)
    day = str(panel["SPY"].sessions[n])
    alone = panel.until(panel["SPY"].sessions[n])
    assert report.document(read(panel, day)) == report.document(read(alone, day))


def test_history_ends_in_what_the_report_says(real_panel: Panel):
    for day in ("2008-10-10", "2013-05-22", "2020-03-23"):
        made = read(real_panel, day)
        row = rows(made.panel)[-1]
        assert row["date"] == day
        assert row["ratio"] == pytest.approx(made.ratio.value, rel=1e-12)
        assert row["regime"] == made.regime.regime.label
        assert [row["leadership"], row["confirmation"], row["market"]] == [axis.state for axis in made.axes]


def test_dividends_after_the_day_do_not_show_in_its_ratio(panel: Panel):
    made = read(panel, str(panel["SPY"].sessions[500]))
    assert made.ratio.value == pytest.approx(panel["IWM"].close[500] / panel["SPY"].close[500], rel=1e-12)
    assert made.shown_ratio[-1] == pytest.approx(made.ratio.value, rel=1e-12)


def test_the_price_ratio_is_labelled_and_leaves_the_axes_alone(panel: Panel):
    day = str(panel["SPY"].sessions[-1])
    total, price = read(panel, day), read(panel, day, price_ratio=True)
    assert (total.ratio.basis, price.ratio.basis) == ("total_return", "price")
    assert total.ratio.value == pytest.approx(price.ratio.value)
    assert total.ratio.sma200 != price.ratio.sma200
    assert total.axes == price.axes


def test_a_weekend_is_read_on_the_session_before_and_says_so(real_panel: Panel):
    made = read(real_panel, "2020-03-22")
    assert made.as_of == date(2020, 3, 20)
    assert made.age_sessions == 0
    assert made.warnings == ("2020-03-22 is no session that has closed; this is the one before it, 2020-03-20",)


def test_old_data_says_how_many_sessions_are_missing(real_panel: Panel):
    made = read(real_panel, "2023-01-06")
    assert (made.as_of, made.age_sessions) == (date(2022, 12, 30), 4)
    assert made.warnings == ("4 sessions missing since 2022-12-30: the newest data is that old",)


def test_a_date_before_the_data_is_refused(real_panel: Panel):
    with pytest.raises(SourceError, match=r"as-of 1999-01-04 is before the first session of IWM, 2000-05-26"):
        read(real_panel, "1999-01-04")


def test_an_unknown_ticker_names_the_nearest(real_panel: Panel):
    with pytest.raises(SourceError, match=r"ticker 'IWN' is not in .*; did you mean IWM\?"):
        read(real_panel, "2020-03-23", pair="IWN/SPY")


@pytest.mark.parametrize("text", ["IWM", "IWM/", "/SPY", "SPY/SPY", "A/B/C", ""])
def test_what_is_no_pair_is_refused(text: str):
    with pytest.raises(UsageError, match="is not two different tickers"):
        parse_pair(text)


def test_another_pair_without_sectors_says_so(real_panel: Panel):
    made = read(real_panel, "2021-03-12", pair="IWM/QQQ")
    assert [axis.key for axis in made.axes] == ["leadership", "market"]
    assert "IWM/QQQ has no sectors to confirm it: the regime is read without that axis" in made.warnings
    assert made.suggestion("IWM").multiplier in (0.5, 0.75, 1.0)


def without(panel: Panel, *tickers: str) -> Panel:
    return Panel({t: b for t, b in panel.bars.items() if t not in tickers}, panel.origin)


def test_one_sector_missing_leaves_a_label_and_names_it(panel: Panel):
    made = read(without(panel, "XLY"), str(panel["SPY"].sessions[-1]))
    assert made.regime.coverage == 7 / 8
    assert made.regime.missing == ("XLY",)
    assert made.regime.regime.label != "INSUFFICIENT DATA"
    confirmation = made.axis("confirmation")
    assert confirmation is not None
    assert np.isnan(confirmation.score)


def test_too_few_inputs_give_no_label(panel: Panel):
    made = read(without(panel, *DEFENSIVE, "XLY"), str(panel["SPY"].sessions[-1]))
    assert made.regime.coverage == 0.5
    assert made.regime.regime.label == "INSUFFICIENT DATA"
    assert made.regime.flips == ()


def test_a_young_ratio_has_no_label_yet(panel: Panel):
    assert read(panel, str(panel["SPY"].sessions[198])).regime.regime.label == "INSUFFICIENT DATA"
    assert read(panel, str(panel["SPY"].sessions[199])).regime.regime.label != "INSUFFICIENT DATA"


def test_a_missing_session_is_missing_and_not_carried_forward(panel: Panel):
    iwm = panel["IWM"]
    keep = np.arange(len(iwm)) != 500
    holed = Bars("IWM", iwm.sessions[keep], *(getattr(iwm, c)[keep] for c in COLUMNS))
    past = compute(Panel({**panel.bars, "IWM": holed}, panel.origin), IWM_SPY)
    assert np.isnan(past.price_ratio[500])
    assert np.isnan(past.leadership.score[500])
    assert past.leadership.closes[500] == 0
    assert past.leadership.state[500] == past.leadership.state[499]
    assert past.coverage[500] == 7 / 8


def appended(bars: Bars, factor: float) -> Bars:
    day = bars.sessions[-1] + 1
    columns = [
        np.append(v, v[-1] * factor if c != "volume" else v[-1]) for c, v in ((c, getattr(bars, c)) for c in COLUMNS)
    ]
    return Bars(bars.ticker, np.append(bars.sessions, day), *columns, bars.adjusted)


def asked_label(before: History, after: History, key: str) -> str:
    """The label that the state which the newest close asks for would give, the other axes as they were."""
    held = {track.axis.key: int(track.state[-1]) for track in before.tracks}
    track = next(t for t in after.tracks if t.axis.key == key)
    held[key] = int(track.pending[-1])
    return REGIMES[int(labels(*(np.array([held[axis.key]]) for axis in AXES))[0])].label


@pytest.mark.parametrize("day", ["2004-03-10", "2009-06-01", "2016-12-09", "2018-09-20", "2021-03-12"])
def test_a_flip_fed_back_in_asks_for_what_it_promised(real_panel: Panel, day: str):
    made = read(real_panel, day)
    assert made.regime.flips
    for flip in made.regime.flips:
        key, ticker = ("market", "SPY") if flip.ticker == "SPY" else ("leadership", "IWM")
        outcomes = []
        for nudge in (-1e-6, 1e-6):
            move = 1.0 + flip.change + nudge
            moved = {t: appended(b, move if t == ticker else 1.0) for t, b in made.panel.bars.items()}
            past = compute(Panel(moved, made.origin), made.pair)
            outcomes.append(asked_label(made.history, past, key))
            if (nudge < 0) == flip.below:
                track = next(t for t in past.tracks if t.axis.key == key)
                assert track.closes[-1] == 10 - flip.closes + 1
        assert outcomes[0 if flip.below else 1] == flip.to
        assert outcomes[1 if flip.below else 0] != flip.to


def test_sectors_confirm_or_deny(real_panel: Panel):
    made = read(real_panel, "2021-03-12")
    assert [(s.ticker, s.confirms) for s in made.sectors] == [
        ("XLF", True), ("XLI", True), ("XLY", False), ("XLU", True), ("XLP", True), ("XLV", True),
    ]  # fmt: skip


def test_the_watchlist_has_a_row_for_a_ticker_that_is_not_there(panel: Panel):
    made = read(panel, str(panel["SPY"].sessions[-1]), watchlist=("IWM", "NOPE"))
    assert made.watch[1].session is None
    assert np.isnan(made.watch[1].last)


def shortened(bars: Bars, n: int) -> Bars:
    return bars.until(bars.sessions[-1 - n])


def test_an_old_ticker_shows_no_change_and_its_size_says_how_old(panel: Panel):
    late = Panel({**panel.bars, "QQQ": shortened(panel["QQQ"], 3)}, panel.origin)
    made = read(late, str(panel["SPY"].sessions[-1]), watchlist=("IWM", "QQQ"))
    row, newest = made.watch[1], str(panel["SPY"].sessions[-4])
    assert (str(row.session), row.last) == (newest, panel["QQQ"].close[-4])
    assert np.isnan(row.before)
    assert np.isnan(row.versus)
    assert made.warnings == (f"newest close older than {made.as_of}: QQQ {newest}",)
    assert made.suggestion("QQQ").warnings == (f"QQQ's newest close is of {newest}, not of {made.as_of}",)
    assert made.suggestion("IWM").warnings == ()


def test_a_change_over_a_gap_is_no_days_change(panel: Panel):
    qqq = panel["QQQ"]
    keep = np.arange(len(qqq)) != len(qqq) - 2
    holed = Bars("QQQ", qqq.sessions[keep], *(getattr(qqq, c)[keep] for c in COLUMNS))
    made = read(Panel({**panel.bars, "QQQ": holed}, panel.origin), str(qqq.sessions[-1]), watchlist=("QQQ",))
    assert np.isnan(made.watch[0].before)
    assert not np.isnan(made.watch[0].versus)


def test_a_session_that_has_not_closed_is_not_read(panel: Panel):
    today, before = (date.fromisoformat(str(panel["SPY"].sessions[row])) for row in (-1, -2))
    made = reading.build(panel, today, Settings(), closed=before)
    assert (made.as_of, made.age_sessions) == (before, 0)
    assert made.warnings == (f"{today} is no session that has closed; this is the one before it, {before}",)
    assert made.panel["IWM"].sessions[-1] == panel["SPY"].sessions[-2]


def test_a_reading_is_as_of_the_close_it_says(panel: Panel):
    day = to_day(panel["SPY"].sessions[600])
    assert read(panel, str(day)).as_of == day
    assert read(panel, str(day)).panel["IWM"].sessions[-1] == panel["SPY"].sessions[600]
