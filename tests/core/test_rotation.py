"""Rotation: the formulas against loops, no look ahead, missing sectors said, and thirty votes that are the score."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import format as fmt
from smallcap.core import reading
from smallcap.core.bars import Bars, Floats, Panel, to_day
from smallcap.core.explain_rotation import explain_rotation
from smallcap.core.reading import Reading
from smallcap.core.rotation import (
    GROUPS,
    SECTORS,
    TAIL,
    WEEK,
    Sector,
    momentum,
    quadrant,
    read_ballot,
    read_rotation,
    strength,
)
from smallcap.core.settings import Settings

from tests.conftest import random_bars


def walk(n: int, seed: int) -> Floats:
    return 0.5 * np.exp(np.cumsum(np.random.RandomState(seed).normal(0, 0.01, n)))


def read(panel: Panel, row: int, **chosen: object) -> Reading:
    asked = to_day(panel["SPY"].sessions[row])
    return reading.build(panel, asked, Settings().but(**chosen), closed=asked)


def rotation(made: Reading) -> dict[str, Sector]:
    return {sector.ticker: sector for sector in read_rotation(made.panel, made.pair.b, made.as_of)}


@pytest.fixture(scope="module")
def whole(panel: Panel) -> Panel:
    """The panel with all twelve sectors."""
    more = {t: random_bars(t, 700, 5000 + at) for at, (t, _) in enumerate(SECTORS) if t not in panel.bars}
    return Panel({**panel.bars, **more}, panel.origin)


def test_strength_and_momentum_are_what_their_formulas_say():
    ratio = walk(120, 1)
    strengths, momenta = strength(ratio), momentum(strength(ratio))
    assert np.isnan(strengths[:62]).all()
    assert np.isnan(momenta[:72]).all()
    for t in range(62, 120):
        assert strengths[t] == pytest.approx(ratio[t] / (sum(ratio[t - 62 : t + 1]) / 63) - 1, abs=1e-14)
    for t in range(72, 120):
        assert momenta[t] == strengths[t] - strengths[t - 10]


@given(st.integers(1, 200), st.integers(0, 50))
def test_cutting_the_future_off_changes_no_bit_of_the_past(n: int, seed: int):
    ratio = walk(200, seed)
    strengths = strength(ratio)
    np.testing.assert_array_equal(strength(ratio[:n]), strengths[:n])
    np.testing.assert_array_equal(momentum(strength(ratio[:n])), momentum(strengths)[:n])


def test_a_ratio_that_stands_still_has_no_strength_and_no_momentum():
    for value in np.random.RandomState(0).uniform(0.01, 2.0, 50):
        still = strength(np.full(100, value))
        assert (still[62:] == 0.0).all()
        assert momentum(still)[-1] == 0.0
    assert quadrant(0.0, 0.0) == "LEVEL"


@pytest.mark.parametrize(
    ("across", "up", "name"),
    [
        (0.01, 0.01, "LEADING"),
        (0.01, -0.01, "WEAKENING"),
        (-0.01, -0.01, "LAGGING"),
        (-0.01, 0.01, "IMPROVING"),
        (0.0, 0.01, "LEVEL"),
        (0.01, 1e-13, "LEVEL"),
        (float("nan"), 0.01, "--"),
        (0.01, float("nan"), "--"),
    ],
)
def test_the_quarter_is_named_by_the_two_signs(across: float, up: float, name: str):
    assert quadrant(across, up) == name


@pytest.mark.parametrize("row", [-1, 300, 120])
def test_gap_and_sign_are_the_ones_that_the_confirmation_uses_to_the_last_bit(whole: Panel, row: int):
    made = read(whole, row)
    found = rotation(made)
    assert len(found) == 12
    for sector in made.sectors:
        own = found[sector.ticker]
        assert (own.gap, own.sign, own.group) == (sector.ratio_vs_sma50, sector.sign, sector.group)
        assert own.confirms == sector.confirms
    assert {t for t, s in found.items() if s.group} == set(GROUPS) == {s.ticker for s in made.sectors}
    assert not found["XLK"].confirms


def test_the_numbers_are_those_of_the_bars(whole: Panel):
    made = read(whole, -1)
    for sector in rotation(made).values():
        ratio = whole[sector.ticker].adj_close / whole["SPY"].adj_close
        assert sector.performance_20 == pytest.approx(ratio[-1] / ratio[-21] - 1)
        assert sector.performance_63 == pytest.approx(ratio[-1] / ratio[-64] - 1)
        np.testing.assert_array_equal(sector.ratio, ratio[-63:])
        assert sector.strengths[-1] == strength(ratio)[-1]
        assert sector.momenta[-1] == momentum(strength(ratio))[-1]
        assert sector.quadrant == quadrant(sector.strengths[-1], sector.momenta[-1])


def test_a_tail_is_where_the_sector_stood_on_those_days(whole: Panel):
    """Read eight times in the past, it was there: the tail knows nothing that the day did not."""
    now = rotation(read(whole, 600))
    for back in range(1, TAIL + 1):
        then = rotation(read(whole, 600 - WEEK * back))
        for ticker, sector in now.items():
            assert sector.strengths[-1 - back] == then[ticker].strengths[-1]
            assert sector.momenta[-1 - back] == then[ticker].momenta[-1]


def test_what_comes_later_changes_nothing(whole: Panel):
    made = read(whole, 400)
    day = np.datetime64(made.as_of)
    after = {t: b.sessions > day for t, b in whole.bars.items()}
    other = {t: replace(b, adj_close=np.where(after[t], b.adj_close * 3.0, b.adj_close)) for t, b in whole.bars.items()}
    for one, two in zip(rotation(made).values(), rotation(read(Panel(other, whole.origin), 400)).values(), strict=True):
        np.testing.assert_array_equal(one.strengths, two.strengths)
        assert (one.gap, one.performance_63) == (two.gap, two.performance_63)


def cut(bars: Bars, n: int) -> Bars:
    return bars.until(bars.sessions[n])


def test_a_sector_that_is_missing_or_late_or_the_market_itself_says_so(whole: Panel):
    bars = {t: b for t, b in whole.bars.items() if t != "XLC"}
    made = read(Panel({**bars, "XLE": cut(bars["XLE"], -4)}, whole.origin), -1)
    found = rotation(made)
    assert found["XLC"].why == f"not in this source by {made.as_of}"
    assert found["XLE"].why == f"newest close {to_day(whole['XLE'].sessions[-4])}"
    for ticker in ("XLC", "XLE"):
        assert np.isnan(found[ticker].gap)
        assert found[ticker].quadrant == "--"
        assert not found[ticker].confirms
    itself = {s.ticker: s for s in read_rotation(whole, "XLK", made.as_of)}
    assert itself["XLK"].why == "is the market here"
    assert not itself["XLF"].why


@pytest.mark.parametrize(("sessions", "known"), [(30, 0), (63, 0), (73, 1), (77, 1), (78, 2), (113, 9)])
def test_a_young_sector_has_as_much_of_a_tail_as_is_known(whole: Panel, sessions: int, known: int):
    old = whole["XLRE"]
    young = Bars("XLRE", *(getattr(old, name)[-sessions:] for name in Bars.__slots__[1:-1]))
    sector = rotation(read(Panel({**whole.bars, "XLRE": young}, whole.origin), -1))["XLRE"]
    assert not sector.why
    assert len(sector.strengths) == len(sector.momenta) == TAIL + 1
    assert np.isfinite(sector.momenta).sum() == known
    assert np.isnan(sector.gap) == (sessions < 50)
    assert np.isfinite(sector.performance_20)
    assert len(sector.ratio) == min(sessions, 63)


def test_a_session_that_a_sector_lacks_is_left_out_and_not_filled(whole: Panel):
    old = whole["XLB"]
    keep = np.arange(700) != 690
    gappy = Bars("XLB", *(getattr(old, name)[keep] for name in Bars.__slots__[1:-1]))
    sector = rotation(read(Panel({**whole.bars, "XLB": gappy}, whole.origin), -1))["XLB"]
    ratio = old.adj_close[keep] / whole["SPY"].adj_close[keep]
    assert sector.performance_20 == ratio[-1] / ratio[-21] - 1
    assert sector.strengths[-1] == strength(ratio)[-1]


@pytest.mark.parametrize("row", range(56, 700, 23))
def test_thirty_votes_over_thirty_are_the_score_of_the_banner(whole: Panel, row: int):
    made = read(whole, row)
    ballot, axis = read_ballot(made.history), made.axis("confirmation")
    assert ballot is not None
    assert axis is not None
    assert ballot.divisor == 30
    assert ballot.total == sum(vote for voter in ballot.voters for vote in voter.votes)
    assert ballot.total / ballot.divisor == pytest.approx(axis.score, abs=1e-12)
    assert fmt.signed(ballot.total / ballot.divisor) == axis.score_words()
    for voter, sector in zip(ballot.voters, made.sectors, strict=True):
        assert voter.ticker == sector.ticker
        assert voter.votes[-1] == (1 if sector.confirms else -1)
    assert [to_day(day) for day in ballot.sessions] == [to_day(day) for day in whole["SPY"].sessions[row - 4 : row + 1]]


def test_a_missing_vote_leaves_the_sum_unknown_and_a_young_history_says_that_it_is_incomplete(whole: Panel):
    bars = {t: b for t, b in whole.bars.items() if t != "XLI"}
    ballot = read_ballot(read(Panel(bars, whole.origin), -1).history)
    assert ballot is not None
    assert np.isnan(ballot.total)
    assert ballot.complete
    young = read_ballot(read(whole, 2).history)
    assert young is not None
    assert not young.complete


def test_a_pair_without_sectors_has_no_votes(whole: Panel):
    made = read(whole, -1, pair="IWM/QQQ")
    assert read_ballot(made.history) is None
    assert not rotation(made)["XLF"].why


@pytest.mark.parametrize("day", ["2004-03-23", "2020-03-23", "2022-12-30"])
def test_a_real_day_adds_up_and_is_explained_in_plain_words(real_panel: Panel, day: str):
    asked = date.fromisoformat(day)
    made = reading.build(real_panel, asked, Settings(), closed=asked)
    ballot, sectors = read_ballot(made.history), read_rotation(made.panel, "SPY", made.as_of)
    assert ballot is not None
    assert fmt.signed(ballot.total / ballot.divisor) == made.axis("confirmation").score_words()  # type: ignore[union-attr]
    topics = explain_rotation(made, sectors, ballot)
    for text in (t for topic in topics for t in (*topic[:5], topic.source, *(p for i in topic.inputs for p in i[:2]))):
        assert text.strip()
        assert text.isprintable()
        assert not re.search(r"\b(nan|NaN|inf\b|None\b|np\.)|%%", text), text
    assert all(part.date is None or part.date <= made.as_of for topic in topics for part in topic.inputs)
    assert [t.key for t in topics[:2]] == ["axes.confirmation", "rotation.votes"]
    by_key = {topic.key: topic for topic in topics}
    votes = [" ".join(fmt.signed(vote, 0) for vote in voter.votes) for voter in ballot.voters]
    assert [part.value for part in by_key["rotation.votes"].inputs[:-1]] == votes
    for sector in (s for s in sectors if not s.why):
        numbers = [part.value for part in by_key[f"rotation.{sector.ticker}"].inputs]
        assert numbers[:3] == [fmt.percent(x) for x in (sector.gap, sector.performance_20, sector.performance_63)]
        assert numbers[3:] == [fmt.percent(sector.strengths[-1], 2), fmt.points(sector.momenta[-1])]
    assert by_key["rotation.XLF"].value.endswith(", cyclical")
    assert by_key["rotation.XLE"].value.endswith(", no vote")
    assert (by_key["rotation.XLC"].value == "none") == (day == "2004-03-23")


def test_a_pair_without_sectors_is_explained_without_a_score(whole: Panel):
    made = read(whole, -1, pair="IWM/QQQ")
    topics = explain_rotation(made, tuple(rotation(made).values()), read_ballot(made.history))
    assert topics[0].key == "rotation.strength"
    assert "QQQ" in topics[0].formula
