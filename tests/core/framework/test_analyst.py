"""The analyst's report: questions, labels, axes and divergences reckoned a second time, and nothing of the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import isnan, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import funds, reading
from smallcap.core.bars import Bars, Panel, bars_of, to_day
from smallcap.core.calendar import same_day
from smallcap.core.claims.claims import claims
from smallcap.core.errors import UsageError
from smallcap.core.evidence.quote import quotes_of
from smallcap.core.framework.analyst import ANALYST, consequence, questions
from smallcap.core.framework.analyst_divergences import DIVERGENCES, QUIET, divergences
from smallcap.core.framework.analyst_panels import NEWEST, PANELS
from smallcap.core.framework.analyst_window import changes, episodes, sessions_of, summaries, window
from smallcap.core.framework.document import Saved, document
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.review import review
from smallcap.core.framework.wizard import Wizard, made, resolve
from smallcap.core.history import Pair
from smallcap.core.reading import Reading
from smallcap.core.regime import INSUFFICIENT, REGIMES
from smallcap.core.settings import Settings

from tests.conftest import NOW, random_bars, random_panel

FACTS = funds.read()
IWM_SPY = Pair("IWM", "SPY")
SEEDS = 8


def read(panel: Panel, row: int = -1, **chosen: object) -> Reading:
    day = to_day(panel["SPY"].sessions[row])
    return reading.build(panel, day, replace(Settings(), **chosen), closed=day)


def world(panel: Panel, row: int = -1, **chosen: object) -> World:
    return World(read(panel, row, **chosen), FACTS)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """A random panel whose last year has had every label but one."""
    return random_panel(seed=6)


@pytest.fixture(scope="module")
def here(panel: Panel) -> World:
    return world(panel)


def planned(where: World, **texts: str) -> Plan:
    return made(ANALYST, where, {{"since": "from"}.get(key, key): text for key, text in texts.items()})


def rows(plan: Plan) -> dict[str, tuple[str, str]]:
    return {row.name: (row.value, row.how) for row in plan.rows}


def day_of(panel: Panel, row: int) -> str:
    return str(panel["SPY"].sessions[row])


def test_the_questions_and_their_defaults(panel: Panel, here: World):
    last = here.reading.as_of
    assert [(question.key, question.default) for question in questions(here, {})] == [
        ("pair", "IWM/SPY"), ("from", str(same_day(last, -12))), ("to", str(last)), ("panels", "all"),
    ]  # fmt: skip
    early = world(panel, 100)
    asked = {question.key: question.default for question in questions(early, {})}
    assert asked["from"] == day_of(panel, 0)
    assert list(planned(here).answers.items()) == [
        ("pair", "IWM/SPY"), ("from", str(same_day(last, -12))), ("to", str(last)), ("panels", "all"),
    ]  # fmt: skip


def test_the_wizard_says_what_each_answer_means(here: World):
    at, said = Wizard(ANALYST), {}
    while question := at.question(here):
        said[question.key] = at.consequence(here, question.default)
        at = at.answered(here, question.default)
    past, first = here.reading.history, np.datetime64(same_day(here.reading.as_of, -12))
    codes = past.codes[past.sessions >= first].tolist()
    longest = max(set(codes), key=codes.count)
    now = REGIMES[codes[-1]].label
    most = f"the longest {REGIMES[longest].label} with {codes.count(longest)} sessions"
    words = f"{len(codes)} sessions; {len(set(codes))} labels, {most}"
    assert said["pair"] == f"700 sessions since {past.sessions[0]}, with sectors; {now} on {here.reading.as_of}"
    assert said["from"] == said["to"] == words
    counts = [int(part.split()[0]) for part in said["panels"].split(": ")[1].split(", ")]
    assert said["panels"].startswith(f"{sum(counts)} rows: ")
    assert len(planned(here).rows) == sum(counts) + 4


def test_a_later_answer_is_judged_by_the_earlier_ones(here: World, panel: Panel):
    one = {"pair": "QQQ/SPY", "from": to_day(panel["SPY"].sessions[-40])}
    assert consequence(here, one, "from").startswith("40 sessions; ")
    two = {**one, "to": to_day(panel["SPY"].sessions[-21])}
    assert consequence(here, two, "to").startswith("20 sessions; ")
    assert consequence(here, {"pair": "IWM/QQQ"}, "pair").startswith("700 sessions since 2015-01-02, without sectors")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"pair": "IWM"}, "pair 'IWM' is not two different tickers"),
        ({"pair": "IWN/SPY"}, "pair IWN/SPY: ticker 'IWN' is not in random walk"),
        ({"pair": "IWM/IWM"}, "pair 'IWM/IWM' is not two different tickers"),
        ({"since": "x"}, "from 'x' is not a date like 2020-03-23"),
        ({"since": "2015-01-01"}, "from 2015-01-01 is not from 2015-01-02 to 2017-10-11"),
        ({"since": "2017-10-12"}, "from 2017-10-12 is not from 2015-01-02 to 2017-10-11"),
        ({"to": "2017-10-12"}, "to 2017-10-12 is after 2017-10-11, the session that is read"),
        ({"to": "2016-01-04"}, "to 2016-01-04 is before from, 2016-10-11: one of them must be another date"),
        ({"since": "2017-10-07", "to": "2017-10-08"}, "to 2017-10-08: there is no session from 2017-10-07 to it"),
        ({"panels": "axis"}, "panels 'axis' is not a panel; did you mean axes?; they are regimes, axes"),
        ({"panels": " , "}, "panels is empty: name one or more of regimes, axes"),
    ],
)
def test_what_is_wrong_names_the_question_and_what_is_right(here: World, texts: dict[str, str], words: str):
    with pytest.raises(UsageError) as caught:
        planned(here, **texts)
    assert str(caught.value).startswith(words)


def test_two_tickers_that_never_met_are_refused(panel: Panel):
    late = {**panel.bars, "NEW": random_bars("NEW", 50, 1, first="2017-01-03"), "OLD": random_bars("OLD", 50, 2)}
    with pytest.raises(UsageError, match="pair NEW/OLD: its tickers have no session in common in random walk"):
        planned(world(replace(panel, bars=late)), pair="NEW/OLD")


def test_panels_come_in_the_tables_order_and_only_those(here: World):
    plan = planned(here, panels="macro,  regimes")
    names = [row.name for row in plan.rows[4:]]
    assert names[-1] == "macro"
    assert all(name.endswith(" in all") or name.startswith(("label from", "earlier labels")) for name in names[:-1])
    assert [*planned(here, panels="regimes macro").rows] == [*plan.rows]
    assert len(planned(here, panels="ALL, axes").rows) == len(planned(here).rows)
    for section in PANELS:
        assert len(planned(here, panels=section.word).rows) > 4, section.word


@settings(max_examples=60, deadline=None)
@given(st.integers(0, SEEDS), st.integers(0, 699), st.integers(0, 699))
def test_the_labels_cover_the_window_and_their_moves_multiply_to_its_own(seed: int, one: int, two: int):
    panel = random_panel(seed=seed)
    first, last = sorted((one, two))
    whole = read(panel)
    seen = window(whole, IWM_SPY, to_day(panel["SPY"].sessions[first]), to_day(panel["SPY"].sessions[last]))
    found = episodes(seen)
    codes = whole.history.codes[first : last + 1].tolist()
    told = [(REGIMES.index(e.regime), e.sessions) for e in found]
    assert told == [(code, len([*group])) for code, group in groupby(codes)]
    assert [e.last < f.first for e, f in pairwise(found)] == [True] * (len(found) - 1)
    for side, ticker in enumerate(IWM_SPY):
        close = panel[ticker].adj_close
        assert prod(1 + e.moves[side] for e in found) == pytest.approx(close[last] / close[first], rel=1e-12)
    together = summaries(found)
    assert sum(row.share for row in together) == pytest.approx(1.0)
    assert {row.regime: row.sessions for row in together} == {REGIMES[code]: codes.count(code) for code in set(codes)}
    assert sum(row.episodes for row in together) == len(found)


def test_an_episodes_moves_by_hand(panel: Panel, here: World):
    """From the close on which a label was first read to the close on which the next one was."""
    seen = window(here.reading, IWM_SPY, to_day(panel["SPY"].sessions[-252]), here.reading.as_of)
    one, two = episodes(seen)[1:3]
    rows_ = [int(np.searchsorted(panel["IWM"].sessions, np.datetime64(e.first))) for e in (one, two)]
    a, b = (panel[t].adj_close[rows_[1]] / panel[t].adj_close[rows_[0]] - 1.0 for t in IWM_SPY)
    assert one.moves == pytest.approx((a, b))
    assert one.moves.ratio == pytest.approx((1 + a) / (1 + b) - 1)
    assert one.moves.words(IWM_SPY) == f"IWM {100 * a:+.1f}%, SPY {100 * b:+.1f}%, ratio {100 * one.moves.ratio:+.1f}%"


def test_an_episode_that_the_window_cuts_says_when_it_began(panel: Panel, here: World):
    past = here.reading.history
    start, stop = max(past.runs(), key=lambda run: run[1] - run[0])
    plan = planned(here, since=str(past.sessions[start + 3]), to=str(past.sessions[stop - 2]))
    _, how = rows(plan)[f"label from {past.sessions[start + 3]}"]
    assert how.startswith(f"began {past.sessions[start]}; to {past.sessions[stop - 2]}; IWM ")
    whole = planned(here, since=str(past.sessions[start]), to=str(past.sessions[stop - 2]))
    assert "began" not in rows(whole)[f"label from {past.sessions[start]}"][1]


def test_the_axes_changes_are_those_of_the_history(panel: Panel, here: World):
    past, first = here.reading.history, 300
    seen = window(here.reading, IWM_SPY, to_day(panel["SPY"].sessions[first]), here.reading.as_of)
    expected = sorted(
        (to_day(past.sessions[row]), place, int(track.state[row - 1]), int(track.state[row]), int(track.held[row - 1]))
        for place, track in enumerate(past.tracks)
        for row in range(first, 700)
        if track.state[row] != track.state[row - 1]
    )
    keys = [track.axis.key for track in past.tracks]
    found = [(c.day, keys.index(c.axis.key), c.before, c.after, c.held) for c in changes(seen)]
    assert found == expected
    assert len(found) > NEWEST
    on_it = window(here.reading, IWM_SPY, found[3][0], here.reading.as_of)
    assert changes(on_it)[0].day == found[3][0]


def extreme(values: np.ndarray, row: int, *, low: bool = False) -> float:
    """The highest, or lowest, of the 63 values up to a row; NaN when there aren't as many."""
    part = values[row - 62 : row + 1] if row >= 62 else np.array([np.nan])
    return float(part.min() if low else part.max())


def meets(key: str, made_: Reading, row: int) -> bool | None:
    """A divergence on one session, from its words; None where that is not known."""
    past, bars = made_.history, made_.panel["IWM"]
    if key in ("price_alone", "ratio_alone"):
        tops = [values[row] == extreme(values, row) for values in (bars.close, past.ratio)]
        return None if row < 62 else tops == ([True, False] if key == "price_alone" else [False, True])
    if key in ("rsi_weaker", "rsi_stronger"):
        rsi, low = past.inputs.studies.rsi14, key == "rsi_stronger"
        if isnan(extreme(rsi, row)):
            return None
        at = bars.adj_close[row] == extreme(bars.adj_close, row, low=low)
        apart = rsi[row] - extreme(rsi, row, low=True) if low else extreme(rsi, row) - rsi[row]
        return bool(at and apart >= 5.0)
    ratio, sectors = past.leadership, past.confirmation
    if key == "axes_apart":
        return None if not (ratio.held[row] and sectors.held[row]) else ratio.state[row] * sectors.state[row] == -1
    near = [close[row] >= 0.98 * max(close[row - 251 : row + 1]) for close in leaders(made_)] if row >= 251 else []
    return None if not near or not ratio.held[row] else any(near) and ratio.state[row] == -1


def leaders(made_: Reading) -> list[np.ndarray]:
    return [made_.panel[ticker].close for ticker in ("SPY", "QQQ")]


@pytest.mark.parametrize("divergence", DIVERGENCES, ids=lambda row: row.key)
def test_a_divergence_is_what_its_words_say(divergence):
    met = 0
    for seed in range(SEEDS):
        made_ = read(random_panel(seed=seed))
        found = divergence.met(made_)
        told = [None if isnan(value) else bool(value) for value in found.tolist()]
        assert told == [meets(divergence.key, made_, row) for row in range(700)]
        met += told.count(True)
    assert met > 10


@pytest.mark.parametrize("row", [*range(290, 700, 13), 699])
def test_the_narrow_high_is_the_readings_narrow_divergence(row: int):
    for seed in range(SEEDS):
        made_ = read(random_panel(seed=seed), row)
        found = next(each for each in divergences(made_, 0) if each.divergence.key == "narrow")
        assert made_.context.divergence is not None
        assert found.on == made_.context.divergence.active


@pytest.mark.parametrize("stays", [1, QUIET])
def test_a_divergence_stays_on_for_its_sessions_and_begins_with_a_close_that_meets_it(stays: int):
    made_ = read(random_panel(seed=3))
    row = next(row for row in DIVERGENCES if row.stays == stays)
    met = row.met(made_) == 1.0
    found = next(each for each in divergences(made_, 100) if each.divergence.key == row.key)
    on = [bool(met[max(0, at - stays + 1) : at + 1].any()) for at in range(700)]
    starts = [at for at in range(1, 700) if on[at] and not on[at - 1]]
    stops = [next((at for at in range(start, 700) if not on[at]), 700) for start in starts]
    kept = [(start, stop) for start, stop in zip(starts, stops, strict=True) if stop > 100]
    days = made_.history.sessions
    assert [spell.began for spell in found.spells] == [to_day(days[start]) for start, _ in kept]
    assert [spell.closes for spell in found.spells] == [int(met[start:stop].sum()) for start, stop in kept]
    lasts = [to_day(days[start:stop][met[start:stop]][-1]) for start, stop in kept]
    assert [spell.last for spell in found.spells] == lasts
    assert [spell.on for spell in found.spells] == [stop == 700 for _, stop in kept]
    assert found.on == on[-1]
    assert len(kept) > 2


def test_a_close_that_is_not_known_says_so_but_ends_nothing(panel: Panel):
    """The pair's second ticker has no bar on the last session, so the ratio has no value on it."""
    spy = panel["SPY"]
    row = next(
        row
        for row in range(300, 690)
        if meets("ratio_alone", read(panel), row) and not meets("ratio_alone", read(panel), row + 1)
    )
    day = panel["IWM"].sessions[row + 1]
    gone = [int(np.searchsorted(spy.sessions, day))]
    holed = bars_of("SPY", np.delete(spy.sessions, gone), [np.delete(c, gone) for c in columns(spy)])
    asked = to_day(day)
    made_ = reading.build(replace(panel, bars={**panel.bars, "SPY": holed}), asked, Settings(), closed=asked)
    found = {each.divergence.key: each for each in divergences(made_, row - 20)}
    assert found["ratio_alone"].on is True
    assert found["price_alone"].on in (None, True)
    plan = made(ANALYST, World(made_, FACTS), {})
    assert rows(plan)["ratio at its end"][0] == "--"
    assert document(plan)["decision"]["ratio"] is None


def columns(bars: Bars) -> list[np.ndarray]:
    return [bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume]


def shaken(panel: Panel, row: int, seed: int) -> Panel:
    """The panel with another future: every price and volume after a row is something else."""
    rng = np.random.RandomState(seed)
    bars = {}
    for ticker, each in panel.bars.items():
        factor = np.where(np.arange(len(each)) > row, np.exp(rng.normal(0, 0.2, len(each))), 1.0)
        bars[ticker] = bars_of(ticker, each.sessions, [column * factor for column in columns(each)])
    return replace(panel, bars=bars)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, SEEDS), st.integers(1, 698), st.integers(0, 300), st.sampled_from(["IWM/SPY", "QQQ/SPY", "XLF/IWM"])
)
def test_a_report_to_a_session_is_the_one_that_was_made_on_it(seed: int, row: int, back: int, pair: str):
    """Neither cutting the future off nor making it another one changes a letter of the report or a point of a chart."""
    panel = random_panel(seed=seed)
    last = panel["SPY"].sessions[row]
    texts = {"pair": pair, "from": day_of(panel, max(0, row - back)), "to": str(last), "panels": "all"}
    then = world(panel.until(last))
    others = [world(panel), world(shaken(panel, row, seed)), world(panel, row)]
    told, drawn = made(ANALYST, then, texts), ANALYST.curves(then, resolve(ANALYST, then, texts))
    for other in others:
        assert document(made(ANALYST, other, texts)) == document(told)
        for a, b in zip(ANALYST.curves(other, resolve(ANALYST, other, texts)), drawn, strict=True):
            assert (a.days == b.days).all()
            assert [name for name, _ in a.lines] == [name for name, _ in b.lines]
            for (_, x), (_, y) in zip(a.lines, b.lines, strict=True):
                np.testing.assert_array_equal(x, y)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, SEEDS), st.integers(0, 698))
def test_what_is_said_of_a_session_was_known_on_it(seed: int, row: int):
    panel = random_panel(seed=seed)
    whole, cut = read(panel), read(panel, row)
    for divergence in DIVERGENCES:
        np.testing.assert_array_equal(divergence.met(whole)[: row + 1], divergence.met(cut), err_msg=divergence.key)


def test_another_pair_is_read_as_if_it_had_been_the_readings(panel: Panel, here: World):
    for pair in ("QQQ/SPY", "IWM/QQQ", "XLF/XLU"):
        other = world(panel, pair=pair)
        assert document(planned(here, pair=pair.lower())) == {
            **document(planned(other)), "answers": dict(planned(here, pair=pair.lower()).answers)
        }  # fmt: skip
        assert planned(here, pair=pair).standing.pair == pair


def test_a_pair_without_sectors_says_so(here: World):
    plan = planned(here, pair="IWM/QQQ")
    assert rows(plan)["sectors"] == ("--", "IWM/QQQ has no sectors that could confirm it")
    assert rows(plan)["ratio and sectors apart"][0] == "not known: it needs a pair with sectors, and both axes scored"
    assert plan.decision["confirmation"] is None
    assert plan.decision["divergence_axes_apart"] is None
    assert any("has no sectors to confirm it" in words for words in plan.warnings)


@pytest.mark.parametrize("row", [0, 1, 3, 60, 130, 210])
def test_a_young_history_and_a_window_of_one_session_are_a_report_too(panel: Panel, row: int):
    where = world(panel, row)
    assert planned(where).decision["sessions"] == row + 1
    plan = planned(where, since=day_of(panel, row))
    assert (plan.decision["sessions"], plan.decision["return_a"], plan.decision["label_changes"]) == (1, 0.0, 0)
    label = where.reading.regime.regime
    assert plan.why[1] == f"IWM/SPY was {label.label} on 1 of 1 session; the label never changed."
    assert (label == INSUFFICIENT) == (row < 200)
    assert plan.invalidated_by[0].regime == label.label


def test_too_little_data_is_a_label_like_another(panel: Panel, here: World):
    plan = planned(here, since=day_of(panel, 0))
    assert plan.decision["sessions_insufficient_data"] == int((here.reading.history.codes == 0).sum()) > 100
    assert "INSUFFICIENT DATA in all" in rows(plan)
    assert sum(int(plan.decision[key]) for key in plan.decision if key.startswith("sessions_")) == 700


def test_long_lists_keep_the_newest_and_count_the_others(panel: Panel, here: World):
    plan = planned(here, since=day_of(panel, 0), panels="axes")
    turned = [row for row in plan.rows if row.name.startswith("axis on ")]
    assert len(turned) == NEWEST
    assert [row.name for row in turned] == sorted((row.name for row in turned), reverse=True)
    assert (
        turned[0].name
        == f"axis on {changes(window(here.reading, IWM_SPY, date(2015, 1, 2), here.reading.as_of))[-1].day}"
    )
    (more,) = (row for row in plan.rows if row.name == "earlier changes of axes")
    assert more.value == f"{plan.decision['axis_changes'] - NEWEST} more"
    began = [row.name for row in planned(here, since=day_of(panel, 0), panels="divergences").rows if "from" in row.name]
    assert began == sorted(began, reverse=True)
    assert len(began) == NEWEST
    few = planned(here, since=day_of(panel, -2), panels="axes")
    assert not any(row.name.startswith("earlier") for row in few.rows)


def test_the_figures_and_the_reasons_are_the_windows(panel: Panel, here: World):
    plan = planned(here, since=day_of(panel, 500), to=day_of(panel, 650))
    then = read(panel, 650)
    moved = [panel[t].adj_close[650] / panel[t].adj_close[500] - 1.0 for t in IWM_SPY]
    assert (plan.decision["from"], plan.decision["to"]) == (day_of(panel, 500), day_of(panel, 650))
    assert (plan.decision["return_a"], plan.decision["return_b"]) == pytest.approx(tuple(moved))
    assert plan.decision["label"] == then.regime.regime.label == plan.standing.regime
    assert plan.decision["leadership"] == then.axis("leadership").state
    assert plan.decision["composite"] == then.composite.score
    assert plan.standing.as_of == day_of(panel, 650)
    score = then.history.composite.score[500:]
    assert rows(plan)["composite, lowest"][0] == f"{np.nanmin(score):.0f}"
    assert rows(plan)["composite, highest"] == (
        f"{np.nanmax(score):.0f}", f"on {then.history.sessions[500 + int(np.nanargmax(score))]}"
    )  # fmt: skip
    assert plan.why[0] == (
        f"From {day_of(panel, 500)} to {day_of(panel, 650)}, dividends included: "
        f"IWM {100 * moved[0]:+.1f}%, SPY {100 * moved[1]:+.1f}%, "
        f"ratio {100 * ((1 + moved[0]) / (1 + moved[1]) - 1):+.1f}%."
    )
    found = [each for each in divergences(then, 500) if each.on]
    named = (
        f": {', '.join(f'{each.divergence.name} (since {each.spells[-1].began})' for each in found)}" if found else ""
    )
    many = len(found) or "none"
    assert f"Divergences on the close of {day_of(panel, 650)}: {many} of 6 known{named}." in plan.why
    assert plan.why[-1].endswith("what its labels were worth is under evidence alone.")


def test_a_report_ends_with_its_label_or_outside_of_its_range(panel: Panel, here: World):
    plan = planned(here, since=day_of(panel, 500), to=day_of(panel, 600))
    label, low, high = plan.invalidated_by
    ratio = here.reading.history.price_ratio
    assert (low.close, high.close) == (min(ratio[500:601]), max(ratio[500:601]))
    assert (low.ticker, low.below, high.below) == ("IWM/SPY", True, False)
    found = review(Saved("p1", NOW, plan), here.reading, None)
    after = slice(601, None)
    days, past = here.reading.history.sessions, here.reading.history
    firsts = [
        days[after][past.codes[after] != REGIMES.index(next(r for r in REGIMES if r.label == label.regime))],
        days[after][ratio[after] < low.close],
        days[after][ratio[after] > high.close],
    ]
    assert [check.first for check in found.checks] == [to_day(each[0]) if len(each) else None for each in firsts]


def test_the_charts_are_the_ratio_and_both_total_returns(panel: Panel):
    for price in (False, True):
        where = world(panel, price_ratio=price)
        ratio, returns = ANALYST.curves(where, resolve(ANALYST, where, {"from": day_of(panel, 400)}))
        assert [name for name, _ in ratio.lines] == ["IWM/SPY", "50-session mean"]
        assert ratio.lines[0][1][-1] == pytest.approx(panel["IWM"].close[-1] / panel["SPY"].close[-1])
        np.testing.assert_allclose(ratio.lines[0][1], where.reading.shown_ratio[400:])
        assert ratio.lines[1][1][-1] == pytest.approx(where.reading.ratio.sma50)
        assert ratio.words.startswith("on price" if price else "on total return")
        assert len(ratio.days) == 300
        assert [name for name, _ in returns.lines] == ["IWM", "SPY"]
        assert returns.unit == "%"
        close = panel["IWM"].adj_close
        np.testing.assert_allclose(returns.lines[0][1], close[400:] / close[400] - 1)


def test_a_day_without_a_bar_is_a_gap_in_the_chart_and_no_hole_in_the_returns(panel: Panel):
    spy = panel["SPY"]
    holed = bars_of("SPY", np.delete(spy.sessions, [600, 650]), [np.delete(c, [600, 650]) for c in columns(spy)])
    where = world(replace(panel, bars={**panel.bars, "SPY": holed}))
    texts = {"from": day_of(panel, 600), "to": day_of(panel, 650)}
    plan, (ratio, returns) = made(ANALYST, where, texts), ANALYST.curves(where, resolve(ANALYST, where, texts))
    assert isnan(ratio.lines[0][1][0])
    assert isnan(returns.lines[1][1][-1])
    assert returns.lines[1][1][1] == 0.0
    assert plan.decision["return_b"] == pytest.approx(spy.adj_close[649] / spy.adj_close[599] - 1.0)
    assert plan.decision["sessions"] == 51


def test_a_ticker_that_ended_long_ago_is_reported_to_its_end(panel: Panel):
    gone = replace(panel, bars={**panel.bars, "OLD": random_bars("OLD", 400, 5)})
    where = world(gone)
    asked = {question.key: question.default for question in questions(where, {"pair": "OLD/IWM"})}
    assert asked["from"] == str(same_day(where.reading.as_of, -12))
    quiet = replace(panel, bars={**panel.bars, "OLD": random_bars("OLD", 400, 5), "ELD": random_bars("ELD", 400, 6)})
    plan = planned(world(quiet), pair="OLD/ELD")
    assert plan.standing.as_of == str(random_bars("OLD", 400, 5).sessions[-1])
    assert any("missing since" in words for words in plan.warnings)
    with pytest.raises(UsageError, match=f"from 2017-01-03 is not from 2015-01-02 to {plan.standing.as_of}"):
        planned(world(quiet), pair="OLD/ELD", since="2017-01-03")


def test_the_sessions_of_a_pair_are_those_of_its_history(panel: Panel):
    late = replace(panel, bars={**panel.bars, "NEW": random_bars("NEW", 90, 4, first="2017-01-03")})
    for pair in (IWM_SPY, Pair("NEW", "SPY"), Pair("SPY", "NEW")):
        made_ = reading.build(late, date(2017, 10, 11), Settings(pair=str(pair)), closed=date(2017, 10, 11))
        assert (sessions_of(late, pair) == made_.history.sessions).all()


@pytest.mark.parametrize("day", ["2001-03-13", "2008-10-10", "2020-03-23", "2022-12-30"])
def test_real_history_is_reported_as_it_was_known(real_panel: Panel, day: str):
    asked = date.fromisoformat(day)
    texts = {"pair": "IWM/SPY", "from": str(asked - timedelta(250)), "to": day, "panels": "all"}
    then, now = (
        World(reading.build(real_panel, upto, Settings(), closed=upto), FACTS) for upto in (asked, date(2022, 12, 30))
    )
    plan = made(ANALYST, then, texts)
    assert document(plan) == document(made(ANALYST, now, texts))
    assert plan.standing.regime == then.reading.regime.regime.label
    counted = [int(plan.decision[key]) for key in plan.decision if key.startswith("sessions_")]
    assert sum(counted) == plan.decision["sessions"] > 150


def test_the_crash_of_2020(real_panel: Panel):
    asked = date(2020, 3, 23)
    plan = made(ANALYST, World(reading.build(real_panel, asked, Settings(), closed=asked), FACTS), {})
    assert plan.title == "IWM/SPY from 2019-03-25 to 2020-03-23: RISK-OFF at its end"
    assert rows(plan)["market trend"][0] == "DOWN"
    assert rows(plan)["axis on 2020-03-19"] == ("market trend: UP -> DOWN", "after 265 sessions")
    assert rows(plan)["price low, RSI higher"][0] == "on since 2020-03-06"
    assert rows(plan)["rate cycle"][0] == "CUTTING"
    assert plan.decision["return_a"] == pytest.approx(-0.328, abs=5e-4)


def test_the_report_says_what_its_labels_and_the_folklore_were_worth_by_its_end(panel: Panel, here: World):
    plan = planned(here, since=day_of(panel, 500), to=day_of(panel, 650))
    then = read(panel, 650)
    shown = rows(plan)
    for quote in quotes_of(then):
        assert f"{quote.words()}." in " ".join(plan.why)
        assert shown[f"after {quote.row.label}"][0] == quote.row.verdict
    cards = claims(then.panel, then.as_of)
    assert all(shown[card.claim] == (card.verdict, card.words or card.missing) for card in cards)


def test_evidence_is_of_the_window_s_end_and_of_nothing_later(panel: Panel, here: World):
    later = planned(here, since=day_of(panel, 500), to=day_of(panel, 690), panels="evidence claims")
    cut = planned(here, since=day_of(panel, 500), to=day_of(panel, 650), panels="evidence claims")
    gone = World(read(panel, 650), here.facts)
    again = planned(gone, since=day_of(panel, 500), to=day_of(panel, 650), panels="evidence claims")
    assert cut.rows == again.rows
    assert cut.rows != later.rows
