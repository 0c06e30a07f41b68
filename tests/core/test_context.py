"""Context: breadth, divergence, credit, volume and the ATR band, worked out once more in plain Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

DAYS = ("2004-06-30", "2008-10-10", "2013-01-02", "2018-10-03", "2020-03-23", "2021-11-16")


def read(panel: Panel, day: str, pair: str = "IWM/SPY") -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), pair=pair), closed=asked)


def newest(panel: Panel) -> Reading:
    return read(panel, str(panel["SPY"].sessions[-1]))


def until(panel: Panel, ticker: str, day: str, column: str) -> dict[str, float]:
    bars = panel[ticker].until(np.datetime64(day))
    return dict(zip(bars.sessions.astype(str).tolist(), getattr(bars, column).tolist(), strict=True))


def ratio(panel: Panel, a: str, b: str, day: str, column: str = "adj_close") -> list[float]:
    one, other = until(panel, a, day, column), until(panel, b, day, column)
    return [one[session] / other[session] for session in one if session in other]


def share_below(values: list[float]) -> float:
    """The percentile of the last of the values, at most 252 of them."""
    year = values[-252:]
    return (sum(v < year[-1] for v in year) + sum(v == year[-1] for v in year) / 2) / len(year)


@pytest.mark.parametrize("day", DAYS)
def test_breadth_is_the_performance_of_one_over_the_other(real_panel: Panel, day: str):
    rows = read(real_panel, day).context.breadth
    pairs = [("IWM", "QQQ"), ("RSP", "SPY"), ("MDY", "SPY"), ("KRE", "SPY")]
    assert [(row.a, row.b) for row in rows] == (pairs if day > "2006" else pairs[:3])
    for row in rows:
        r = ratio(real_panel, row.a, row.b, day)
        performance = [now / before - 1 for now, before in zip(r[20:], r, strict=False)]
        assert row.relative_performance == pytest.approx(performance[-1], rel=1e-9)
        assert row.percentile == pytest.approx(share_below(performance), rel=1e-9)
        assert row.window == min(252, len(performance))


def test_breadth_is_of_the_pairs_own_first_ticker(real_panel: Panel):
    def rows(pair: str) -> list[tuple[str, str]]:
        return [(row.a, row.b) for row in read(real_panel, "2021-11-16", pair).context.breadth]

    assert rows("KRE/SPY")[0] == ("KRE", "QQQ")
    # Against itself there is nothing to say.
    assert rows("QQQ/SPY") == [("RSP", "SPY"), ("MDY", "SPY"), ("KRE", "SPY")]


def test_breadth_begins_with_the_twenty_first_session(real_panel: Panel):
    first = real_panel["RSP"].sessions[20]
    assert [row.a for row in read(real_panel, str(first - 1)).context.breadth] == ["IWM", "MDY"]
    begun = read(real_panel, str(first)).context.breadth[1]
    assert (begun.a, begun.window, begun.percentile) == ("RSP", 1, 0.5)


def naive_divergence(panel: Panel, day: str) -> dict[str, float]:
    closes = {ticker: list(until(panel, ticker, day, "close").values())[-252:] for ticker in ("SPY", "QQQ")}
    return {ticker: 1 - year[-1] / max(year) for ticker, year in closes.items()}


@pytest.mark.parametrize(
    ("day", "active", "near"),
    [
        ("2004-06-30", True, ("SPY",)),
        ("2006-11-01", True, ("SPY",)),
        ("2014-06-09", True, ("SPY", "QQQ")),
        ("2015-10-23", True, ("QQQ",)),
        ("2018-10-03", True, ("SPY", "QQQ")),
        ("2021-11-16", True, ("SPY", "QQQ")),
        ("2020-03-23", False, ()),  # lagging, and far from any high
        ("2016-12-09", False, ("SPY", "QQQ")),  # at the high, and leading
        ("2008-10-10", False, ()),
    ],
)
def test_a_narrow_high_is_a_leader_near_its_high_while_small_caps_lag(
    real_panel: Panel, day: str, active: bool, near: tuple[str, ...]
):
    made = read(real_panel, day)
    apart = made.context.divergence
    assert apart
    assert dict(apart.below_high) == pytest.approx(naive_divergence(real_panel, day), abs=1e-12)
    assert apart.near == near == tuple(t for t, gap in naive_divergence(real_panel, day).items() if gap <= 0.02)
    assert apart.active is active
    assert apart.active == (bool(near) and made.axes[0].state == "LAGGING")


def test_there_were_narrow_highs_in_one_session_of_six(real_panel: Panel):
    found = [read(real_panel, str(day)).context.divergence for day in real_panel["IWM"].sessions[300::40]]
    assert 0.10 < sum(apart.active for apart in found if apart) / len(found) < 0.25


def test_a_high_is_of_252_sessions_and_two_percent_is_near(panel: Panel):
    spy = panel["SPY"]
    for gap, age, near in ((0.0199, 251, True), (0.0201, 251, False), (0.0201, 252, True)):
        close = np.full(len(spy), 100.0 * (1 - gap))
        close[-1 - age] = 100.0
        made = newest(Panel({**panel.bars, "SPY": replace(spy, close=close)}, panel.origin))
        apart = made.context.divergence
        assert apart
        assert ("SPY" in apart.near) is near
        assert dict(apart.below_high)["SPY"] == pytest.approx(gap if age < 252 else 0.0, abs=1e-12)


def test_divergence_is_not_known_before_the_axis_and_a_year_of_closes(panel: Panel):
    assert read(panel, str(panel["SPY"].sessions[198])).context.divergence is None
    assert read(panel, str(panel["SPY"].sessions[250])).context.divergence is None
    assert read(panel, str(panel["SPY"].sessions[251])).context.divergence


@pytest.mark.parametrize("day", DAYS[1:])
def test_credit_is_the_junk_bonds_over_the_treasuries(real_panel: Panel, day: str):
    credit = read(real_panel, day).context.credit
    assert credit
    r = ratio(real_panel, "HYG", "IEF", day)
    gaps = [r[at] / (sum(r[at - 49 : at + 1]) / 50) - 1 for at in range(49, len(r))]
    assert credit.gap == pytest.approx(gaps[-1], rel=1e-9)
    assert credit.percentile == pytest.approx(share_below(gaps), rel=1e-9)
    assert credit.window == 252
    # Shown on the scale of the day's own closes, whatever was paid out since.
    assert credit.value == pytest.approx(ratio(real_panel, "HYG", "IEF", day, "close")[-1], rel=1e-12)
    assert credit.value / credit.sma50 - 1 == pytest.approx(credit.gap, rel=1e-9)


def test_credit_begins_with_the_fiftieth_session_of_the_younger(real_panel: Panel):
    first = real_panel["HYG"].sessions[49]
    assert read(real_panel, str(first - 1)).context.credit is None
    credit = read(real_panel, str(first)).context.credit
    assert credit
    assert (credit.window, credit.percentile) == (1, 0.5)


def naive_atr_pct(panel: Panel, ticker: str, day: str) -> list[float]:
    high, low, close = (list(until(panel, ticker, day, c).values()) for c in ("high", "low", "close"))
    true = [max(h, c) - min(low_, c) for h, low_, c in zip(high[1:], low[1:], close, strict=False)]
    mean = sum(true[:14]) / 14
    rows = [mean / close[14]]
    for t, c in zip(true[14:], close[15:], strict=True):
        mean = (mean * 13 + t) / 14
        rows.append(mean / c)
    return rows


@pytest.mark.parametrize(
    ("day", "where"),
    [("2018-03-06", "inside"), ("2008-10-16", "above"), ("2017-05-12", "below"), ("2020-03-23", "above")],
)
def test_the_atr_band_is_wilders_range_over_the_close(real_panel: Panel, day: str, where: str):
    band = read(real_panel, day).context.atr_band
    assert band
    rows = naive_atr_pct(real_panel, "IWM", day)
    assert (band.ticker, band.where, band.window) == ("IWM", where, 252)
    assert band.value == pytest.approx(rows[-1], rel=1e-9)
    assert band.percentile == pytest.approx(share_below(rows), rel=1e-9)
    assert band.benchmark == pytest.approx(naive_atr_pct(real_panel, "QQQ", day)[-1], rel=1e-9)
    assert where == ("below" if rows[-1] < 0.015 else "above" if rows[-1] > 0.025 else "inside")


def test_the_atr_band_begins_with_the_fifteenth_session(panel: Panel):
    assert read(panel, str(panel["SPY"].sessions[13])).context.atr_band is None
    band = read(panel, str(panel["SPY"].sessions[14])).context.atr_band
    assert band
    assert (band.window, band.percentile) == (1, 0.5)


def traded(panel: Panel, closes: tuple[float, ...], times: float) -> Reading:
    """IWM at 100 every day but for its last closes, its last volume that many times the one of the days before."""
    iwm = panel["IWM"]
    close, volume = np.full(len(iwm), 100.0), np.full(len(iwm), 1e6)
    close[-len(closes) :] = closes
    volume[-1] *= times
    return newest(Panel({**panel.bars, "IWM": replace(iwm, close=close, volume=volume)}, panel.origin))


@pytest.mark.parametrize(
    ("closes", "times", "kind", "words"),
    [
        ((100.0, 101.0), 2.0, "breakout", "2.00x its mean of 20 sessions, breakout"),
        ((101.0, 99.0, 100.0), 2.5, "rising day", "2.50x its mean of 20 sessions, rising day"),
        ((101.0, 100.0), 9.0, "falling day", "9.00x its mean of 20 sessions, falling day"),
        ((100.0, 101.0), 1.99, None, "1.99x its mean of 20 sessions, no event"),
        ((101.0, 100.0), 0.5, None, "0.50x its mean of 20 sessions, no event"),
        ((101.0, 100.0, 100.0), 3.0, "unchanged day", "3.00x its mean of 20 sessions, unchanged day"),
    ],
)
def test_twice_the_volume_is_an_event_of_one_kind(
    panel: Panel, closes: tuple[float, ...], times: float, kind: str | None, words: str
):
    made = traded(panel, closes, times)
    volume = made.context.volume
    assert volume
    assert volume.relative == pytest.approx(times, rel=1e-12)
    assert (volume.event, volume.kind, volume.words) == (kind is not None, kind, words)
    vote = next(vote for vote in made.composite.votes if vote.key == "volume")
    assert vote.vote == {"breakout": 1.0, "falling day": -1.0}.get(kind or "", 0.0)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2007-02-27", "falling day"),  # Shanghai
        ("2016-11-09", "rising day"),  # the morning after the election
        ("2016-11-14", "breakout"),
        ("2013-05-22", None),
    ],
)
def test_the_real_events_are_the_days_people_remember(real_panel: Panel, day: str, kind: str | None):
    volume = read(real_panel, day).context.volume
    assert volume
    traded = list(until(real_panel, "IWM", day, "volume").values())
    assert volume.relative == pytest.approx(traded[-1] / (sum(traded[-21:-1]) / 20), rel=1e-12)
    closes = list(until(real_panel, "IWM", day, "close").values())
    assert volume.kind == kind
    assert (kind == "breakout") <= (closes[-1] == max(closes[-63:]))
    assert (kind == "falling day") <= (closes[-1] < closes[-2])


def late(bars: Bars, n: int = 1) -> Bars:
    return bars.until(bars.sessions[-1 - n])


def but(panel: Panel, **tickers: Bars | None) -> Panel:
    """The panel with some tickers changed, or gone."""
    bars = {**panel.bars, **tickers}
    return Panel({t: b for t, b in bars.items() if b is not None}, panel.origin, panel.macro)


def test_what_the_source_lacks_is_left_out(real_panel: Panel):
    panel = real_panel.until(np.datetime64("2018-10-03"))
    bare = newest(but(panel, QQQ=None, RSP=None, MDY=None, KRE=None, HYG=None)).context
    assert bare.breadth == ()
    assert bare.credit is None
    assert bare.divergence
    assert bare.divergence.near == ("SPY",)
    assert bare.atr_band
    assert np.isnan(bare.atr_band.benchmark)
    assert bare.volume == newest(panel).context.volume


def test_a_late_ticker_is_not_used_and_yesterday_does_not_stand_in(real_panel: Panel):
    panel = real_panel.until(np.datetime64("2018-10-03"))
    behind = newest(but(panel, QQQ=late(panel["QQQ"]), RSP=late(panel["RSP"], 30), IEF=late(panel["IEF"]))).context
    assert [(row.a, row.b) for row in behind.breadth] == [("MDY", "SPY"), ("KRE", "SPY")]
    assert behind.credit is None
    assert behind.divergence
    assert [ticker for ticker, _ in behind.divergence.below_high] == ["SPY"]
    assert behind.atr_band
    assert np.isnan(behind.atr_band.benchmark)


def test_a_late_first_ticker_has_neither_volume_nor_a_band(real_panel: Panel):
    panel = real_panel.until(np.datetime64("2018-10-03"))
    made = newest(but(panel, IWM=late(panel["IWM"])))
    assert made.as_of == date(2018, 10, 3)
    assert made.context.volume is None
    assert made.context.atr_band is None
    assert [row.a for row in made.context.breadth] == ["RSP", "MDY", "KRE"]


def test_a_gap_in_one_ticker_leaves_the_sessions_both_have(panel: Panel):
    """Twenty sessions are twenty that both have, and a year is a year of them."""
    qqq = panel["QQQ"]
    keep = ~np.isin(np.arange(len(qqq)), [len(qqq) - 5, len(qqq) - 9])
    holed = but(panel, QQQ=bars_of("QQQ", qqq.sessions[keep], [getattr(qqq, c)[keep] for c in COLUMNS]))
    made = newest(holed)
    r = ratio(holed, "IWM", "QQQ", str(made.as_of))
    row = made.context.breadth[0]
    assert (row.relative_performance, row.window) == (pytest.approx(r[-1] / r[-21] - 1, rel=1e-12), 252)


def test_nothing_of_it_is_in_the_label(real_panel: Panel):
    panel = real_panel.until(np.datetime64("2018-10-03"))
    bare = newest(Panel({t: b for t, b in panel.bars.items() if t in ("IWM", "SPY") or t[:2] == "XL"}, panel.origin))
    assert bare.regime == newest(panel).regime
    assert bare.axes == newest(panel).axes
