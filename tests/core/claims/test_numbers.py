"""The numbers of the cards, worked out again session by session, and the fees of domain.md."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core import calendar
from smallcap.core.bars import Floats, Panel
from smallcap.core.claims.claims import claims
from smallcap.core.claims.conditions import rolling_rank
from smallcap.core.claims.estimates import difference as difference_of
from smallcap.core.claims.market import Market
from smallcap.core.claims.seasons import before_reconstitution, place_in_month
from smallcap.core.claims.verdict import close_call
from smallcap.core.evidence.table import evidence
from smallcap.core.history import compute, parse_pair
from smallcap.core.studies import Studies

from tests.core.claims.markets import DAYS, DRAWS, card_of, market, noise

NAN = float("nan")
EVERY: list[date] = calendar.sessions(date(2000, 12, 1), date(2017, 1, 31)).tolist()
FRIDAYS = [date(2007, 6, 22), date(2008, 6, 27), date(2009, 6, 26), date(2010, 6, 25), date(2011, 6, 24)]
FRIDAYS += [date(2012, 6, 22), date(2013, 6, 28), date(2014, 6, 27), date(2015, 6, 26), date(2016, 6, 24)]
SEASON = {day for friday in FRIDAYS for day in EVERY[EVERY.index(friday) - 20 : EVERY.index(friday) + 1]}


@pytest.fixture(scope="module")
def panel() -> Panel:
    vix = 15 + 5 * np.abs(noise(6, 1.0))
    return market(3, QQQ=noise(11), VIXCLS=vix)


def after(level: Floats, row: int, horizon: int) -> float:
    """The return from the close of the next session on; NaN where it isn't over yet."""
    return level[row + 1 + horizon] / level[row + 1] - 1 if row + 1 + horizon < len(level) else NAN


def difference(held: list[bool | None], values: list[float]) -> float:
    """The mean of the values held less the mean of the others; None is not known."""
    sides: dict[bool, list[float]] = {True: [], False: []}
    for one, value in zip(held, values, strict=True):
        if one is not None and not np.isnan(value):
            sides[one].append(value)
    return float(np.mean(sides[True]) - np.mean(sides[False]))


def turns(day: date) -> bool:
    """Whether a month begins on the session after this one, on it, or on one of the two before it."""
    at = EVERY.index(day)
    return any(EVERY[row].month != EVERY[row - 1].month for row in range(at - 2, at + 2))


def test_volume_counts_from_the_day_after(panel):
    iwm, spy = panel["IWM"], panel["SPY"]
    ratio = iwm.adj_close / spy.adj_close
    held = [None if t < 20 else bool(iwm.volume[t] >= 2 * iwm.volume[t - 20 : t].mean()) for t in range(len(ratio))]
    card = card_of("volume_event", panel)
    assert card.result == pytest.approx(difference(held, [after(ratio, t, 21) for t in range(len(ratio))]), abs=1e-12)
    assert card.n_words == "80 sessions in 80 episodes"


def test_breadth_is_what_spy_did(panel):
    iwm, qqq, spy = (panel[ticker].adj_close for ticker in ("IWM", "QQQ", "SPY"))
    held = [None if t < 20 else bool(iwm[t] / iwm[t - 20] > qqq[t] / qqq[t - 20]) for t in range(len(spy))]
    expected = difference(held, [after(spy, t, 21) for t in range(len(spy))])
    assert card_of("ahead_of_qqq", panel).result == pytest.approx(expected, abs=1e-12)


def test_a_breakout_is_the_highest_of_twenty(panel):
    ratio = panel["IWM"].adj_close / panel["SPY"].adj_close
    held = [None if t < 19 else bool(ratio[t] == ratio[t - 19 : t + 1].max()) for t in range(len(ratio))]
    expected = difference(held, [after(ratio, t, 21) for t in range(len(ratio))])
    assert card_of("breakout", panel).result == pytest.approx(expected, abs=1e-12)


def test_a_cross_counts_on_its_session_alone(panel):
    ratio = panel["IWM"].adj_close / panel["SPY"].adj_close
    gap = [NAN if t < 199 else ratio[t - 49 : t + 1].mean() - ratio[t - 199 : t + 1].mean() for t in range(len(ratio))]
    held = [None if t < 200 else bool(gap[t - 1] <= 0 < gap[t]) for t in range(len(ratio))]
    card = card_of("golden_cross", panel)
    assert card.result == pytest.approx(difference(held, [after(ratio, t, 63) for t in range(len(ratio))]), abs=1e-12)
    assert card.n == sum(one is True for one in held[:-64])


def test_fear_is_ranked_among_what_was_known(panel):
    vix, iwm = panel.macro["VIXCLS"].values, panel["IWM"].adj_close
    held: list[bool | None] = [None] * 252
    for t in range(252, len(iwm)):
        year = vix[t - 252 : t]
        held.append(bool(np.mean(year < year[-1]) + np.mean(year == year[-1]) / 2 >= 0.9))
    expected = difference(held, [after(iwm, t, 21) for t in range(len(iwm))])
    assert card_of("fear", panel).result == pytest.approx(expected, abs=1e-12)


def test_a_yield_is_held_against_the_ratio_as_it_was_known(panel):
    rate, ratio = panel.macro["DGS2"].values, np.log(panel["IWM"].adj_close / panel["SPY"].adj_close)
    rows = range(64, len(ratio))
    moved, changed = [rate[t - 1] - rate[t - 64] for t in rows], [ratio[t] - ratio[t - 63] for t in rows]
    assert card_of("yield_falls", panel).result == pytest.approx(np.corrcoef(moved, changed)[0, 1], abs=1e-12)


def test_fragile_is_the_deepest_fall_beside_that_of_other_highs(panel):
    past = compute(panel, parse_pair("IWM/SPY"))
    spy, qqq = panel["SPY"].close, panel["QQQ"].close
    held: list[bool | None] = [None] * len(spy)
    for t in range(251, len(spy)):
        near = any(close[t] >= 0.98 * close[t - 251 : t + 1].max() for close in (spy, qqq))
        held[t] = bool(past.leadership.state[t] == -1) if near and past.leadership.held[t] else None
    falls = [deepest(spy[t + 1 : t + 65]) if t + 64 < len(spy) else NAN for t in range(len(spy))]
    assert card_of("narrow_highs", panel).result == pytest.approx(difference(held, falls), abs=1e-12)


def deepest(window: Floats) -> float:
    return min(window[at:].min() / window[at] - 1 for at in range(len(window)))


def test_confirmation_is_held_against_other_rises(panel):
    past, iwm = compute(panel, parse_pair("IWM/SPY")), panel["IWM"].adj_close
    ratio = iwm / panel["SPY"].adj_close
    mean = [NAN if t < 49 else ratio[t - 49 : t + 1].mean() for t in range(len(ratio))]
    rising = [None if t < 69 else bool(mean[t] > mean[t - 20]) for t in range(len(ratio))]
    confirmed = [
        bool(state == 1) if known else None
        for state, known in zip(past.confirmation.state, past.confirmation.held, strict=True)
    ]
    values = [after(iwm, t, 21) for t in range(len(iwm))]
    both = [one if up else None for up, one in zip(rising, confirmed, strict=True)]
    assert card_of("rising_ratio", panel).result == pytest.approx(difference(rising, values), abs=1e-12)
    assert card_of("sector_confirmation", panel).result == pytest.approx(difference(both, values), abs=1e-12)


def test_credit_is_held_against_its_mean_of_fifty(panel):
    pair, iwm = panel["HYG"].adj_close / panel["IEF"].adj_close, panel["IWM"].adj_close
    held = [None if t < 49 else bool(pair[t] > pair[t - 49 : t + 1].mean()) for t in range(len(pair))]
    expected = difference(held, [after(iwm, t, 21) for t in range(len(iwm))])
    assert card_of("credit", panel).result == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("key", "length", "inside"),
    [
        ("january", 21, lambda day: day.month == 1),
        ("sell_in_may", 126, lambda day: day.month in {5, 6, 7, 8, 9, 10}),
        ("turn_of_month", 4, turns),
        ("june_reconstitution", 21, lambda day: day in SEASON if day.year >= 2007 else None),
    ],
)
def test_a_season_is_the_mean_of_its_sessions_against_all_others(panel, key, length, inside):
    level = panel["IWM"].adj_close / (panel["SPY"].adj_close if key in {"january", "june_reconstitution"} else 1.0)
    held = [inside(day) for day in DAYS.tolist()[1:]]
    values = [length * np.log(level[t] / level[t - 1]) for t in range(1, len(level))]
    card = card_of(key, panel)
    assert card.result == pytest.approx(difference(held, values), abs=1e-12)
    assert card.n == sum(one is True for one in held)


def test_a_dip_is_between_35_and_42(panel):
    rsi, iwm = Studies(panel["IWM"]).rsi14.tolist(), panel["IWM"].adj_close
    held = [None if np.isnan(one) else 35 <= one <= 42 for one in rsi]
    expected = difference(held, [after(iwm, t, 21) for t in range(len(iwm))])
    assert card_of("rsi_dips", panel).result == pytest.approx(expected, abs=1e-12)


def test_a_level_is_a_mean_of_shares_and_of_quotients(panel):
    iwm, qqq = (Studies(panel[ticker]).atr_pct[14:] for ticker in ("IWM", "QQQ"))
    assert card_of("atr_level", panel).result == pytest.approx(iwm.mean() / 100, abs=1e-12)
    assert card_of("atr_like_qqq", panel).result == pytest.approx((iwm / qqq).mean(), abs=1e-12)


@pytest.mark.parametrize(("state", "name"), [(-1, "LAGGING"), (0, "FLAT"), (1, "LEADING")])
def test_a_difference_has_the_interval_that_the_evidence_gives_it(panel, state, name):
    past = compute(panel, parse_pair("IWM/SPY"))
    rows = evidence(past, panel, seed=1, draws=DRAWS, horizons=(21,))
    row = next(row for row in rows if (row.kind, row.label, row.target) == ("leadership", name, "IWM"))
    seen = Market(panel, 1, DRAWS)
    held, known = past.leadership.state == state, past.leadership.held > 0
    found = difference_of(seen, seen.after("IWM", 21).returns, held, known, 21)(slice(None))
    assert found.result == pytest.approx(row.difference, abs=1e-12)
    assert found.ci95 == pytest.approx(row.ci95, abs=1e-12)
    assert (found.n, found.episodes) == (row.days, row.episodes)


def test_the_premium_is_the_whole_way_over_its_years(panel):
    ratio = panel["IWM"].adj_close / panel["SPY"].adj_close
    expected = np.log(ratio[-1] / ratio[0]) / (len(ratio) - 1) * 252
    assert card_of("small_cap_premium", panel).result == pytest.approx(expected, abs=1e-12)


def test_the_fee_is_that_of_the_domain():
    quoted, twin = claims(market(), date(2016, 12, 30), draws=10, only=["fee_drag", "fee_drag_vtwo"])
    assert (round(quoted.result), round(twin.result)) == (43_424, 24_196)
    assert (quoted.verdict, twin.verdict) == ("SUPPORTED", "NOT SUPPORTED")
    assert (quoted.shown(quoted.result), quoted.ci95, quoted.n_words) == ("$43,424", None, "arithmetic")
    assert quoted.chart is not None
    assert quoted.chart.columns[0].values[-1] == pytest.approx(quoted.result)


def test_a_rank_is_among_the_last_n():
    assert rolling_rank(np.array([1.0, 3.0, 2.0, 2.0]), 3).tolist()[2:] == [0.5, pytest.approx(1 / 3)]
    assert np.isnan(rolling_rank(np.array([1.0, NAN, 2.0, 5.0]), 3)).all()
    assert np.isnan(rolling_rank(np.array([1.0]), 3)).all()


def test_the_place_in_a_month_is_the_calendars():
    days = calendar.sessions(date(2022, 6, 1), date(2022, 7, 8))
    place = dict(zip(days.astype(str).tolist(), place_in_month(days).tolist(), strict=True))
    known = {"06-01": 1, "06-02": 2, "06-03": 3, "06-17": 13, "06-24": 17, "06-27": -4, "06-30": -1, "07-01": 1}
    assert {day: place[f"2022-{day}"] for day in known} == known
    # Cut in the middle of a month, no session becomes its last.
    assert place_in_month(days[:10]).tolist() == list(range(1, 11))
    assert place_in_month(days[5:7]).tolist() == [6, 7]


def test_the_season_of_a_coming_reconstitution_is_known_ahead():
    until = calendar.sessions(date(2022, 1, 3), date(2022, 6, 10))
    season = before_reconstitution(until)
    assert (len(season), str(season[0]), str(season[-1])) == (21, "2022-05-25", "2022-06-24")
    years = before_reconstitution(DAYS).astype("datetime64[Y]").astype(str)
    assert sorted(set(years.tolist())) == [str(year) for year in range(2007, 2017)]
    # From 2026 on there is one in November, too.
    later = before_reconstitution(calendar.sessions(date(2026, 1, 2), date(2026, 12, 31)))
    assert (len(later), str(later[-1])) == (21, "2026-06-26")


@pytest.mark.parametrize(
    ("p", "q", "draws", "close"),
    [
        (0.005, 0.085, 2000, True),
        (0.0085, 0.136, 2000, True),
        (0.001, 0.017, 2000, False),
        (0.05, 0.3, 2000, False),
        (0.0085, 0.136, 200_000, False),
        (NAN, NAN, 2000, False),
    ],
)
def test_a_close_call_is_one_that_other_draws_may_turn(p, q, draws, close):
    assert close_call(p, q, draws) is close
