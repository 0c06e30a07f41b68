"""The labels: one of a kind on every session it is known on, ranks by a slow loop, and nothing that looks ahead."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core import history
from smallcap.core.bars import Floats, Panel
from smallcap.core.composite import Composite
from smallcap.core.evidence.labels import FIFTHS, RANKED, Label, labels, rank_so_far
from smallcap.core.history import History
from smallcap.core.regime import INSUFFICIENT, REGIMES

NAN = float("nan")
IWM_SPY = history.parse_pair("IWM/SPY")


@pytest.fixture(scope="module")
def past(panel: Panel) -> History:
    return history.compute(panel, IWM_SPY)


def by_kind(every: tuple[Label, ...]) -> dict[str, list[Label]]:
    return {kind: list(rows) for kind, rows in groupby(every, key=lambda label: label.kind)}


def slow_rank(values: list[float]) -> list[float]:
    """The rank as it is defined: by looking at all values so far on every row."""
    out = []
    for row, value in enumerate(values):
        so_far = [v for v in values[: row + 1] if v == v]  # noqa: PLR0124  NaN is the one value that isn't itself
        below, equal = sum(v < value for v in so_far), sum(v == value for v in so_far)
        out.append((below + equal / 2) / len(so_far) if value == value and len(so_far) >= RANKED else NAN)  # noqa: PLR0124
    return out


def test_the_kinds_in_their_order_and_each_in_one_stretch(past: History):
    kinds = [kind for kind, _ in groupby(labels(past), key=lambda label: label.kind)]
    signals = ["trend", "RSI", "MACD", "Fibonacci", "volume", "ratio", "sectors", "breadth"]
    expected = ["regime", "leadership", "confirmation", "market", "composite", *(f"signal {s}" for s in signals)]
    assert kinds == expected
    assert [label.name for label in by_kind(labels(past))["market"]] == ["UP", "SIDEWAYS", "DOWN"]
    assert [label.name for label in by_kind(labels(past))["composite"]] == list(FIFTHS)


def test_every_session_has_exactly_one_label_of_a_kind_that_is_known_on_it(past: History):
    for kind, rows in by_kind(labels(past)).items():
        known = rows[0].known
        assert all((row.known == known).all() for row in rows), kind
        assert (np.sum([row.held for row in rows], axis=0) == known).all(), kind
        assert 0 < known.sum() < len(known), kind


def test_a_kind_is_known_from_where_its_reading_is(past: History):
    of = {kind: rows[0].known for kind, rows in by_kind(labels(past)).items()}
    assert of["regime"].tolist() == (past.codes != REGIMES.index(INSUFFICIENT)).tolist()
    assert np.flatnonzero(of["leadership"])[0] == 199
    # 50 sessions of a sector's mean and five of the score's.
    assert np.flatnonzero(of["confirmation"])[0] == 53
    assert (~np.isnan(past.composite.score)).cumsum()[of["composite"]][0] == RANKED
    for vote, name in zip(past.composite.votes, list(of)[5:], strict=True):
        assert of[name].tolist() == (~np.isnan(vote)).tolist()


def test_a_pair_without_sectors_has_neither_their_axis_nor_their_signal(panel: Panel):
    past = history.compute(panel, history.parse_pair("IWM/XLF"))
    kinds = {label.kind for label in labels(past)}
    assert "leadership" in kinds
    assert not kinds & {"confirmation", "signal sectors"}


def voting(past: History, votes: Floats) -> dict[str, list[bool]]:
    """The labels of the first signal when it votes so."""
    _, *others = past.composite.votes
    changed = replace(past, composite=Composite((votes, *others), past.composite.score))
    return {label.name: label.held.tolist() for label in by_kind(labels(changed))["signal trend"]}


def test_a_vote_is_up_down_or_neither(past: History):
    votes = np.full(len(past.sessions), 0.0)
    votes[:5] = [NAN, 1.0, -0.25, 0.0, 1e-6]
    held = voting(past, votes)
    assert [name for row in range(5) for name in held if held[name][row]] == [
        "votes up", "votes down", "votes neither", "votes up"
    ]  # fmt: skip
    assert not any(held[name][0] for name in held)


def test_thirds_that_cancel_are_no_vote(past: History):
    # What is left of five sessions' thirds, on 46 sessions of the real history.
    held = voting(past, np.full(len(past.sessions), 1.4e-17))
    assert list(held) == ["votes neither"]
    assert all(held["votes neither"])


def test_a_vote_that_was_never_cast_has_no_label(past: History):
    assert list(voting(past, np.full(len(past.sessions), 0.5))) == ["votes up"]


@pytest.mark.parametrize("places", [1, 12])
def test_ranks_are_those_of_a_slow_loop(places: int):
    values = np.random.RandomState(1).normal(0, 1, 400).round(places)
    values[[0, 50, 300]] = NAN
    assert rank_so_far(values).tolist() == pytest.approx(slow_rank(values.tolist()), nan_ok=True, rel=1e-15)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 5).map(float), st.just(NAN)), min_size=240, max_size=300))
def test_ranks_with_many_ties_are_those_of_a_slow_loop(values: list[float]):
    assert rank_so_far(np.array(values)).tolist() == pytest.approx(slow_rank(values), nan_ok=True, rel=1e-15)


def test_a_rank_needs_252_values_and_is_never_moved_by_later_ones():
    values = np.random.RandomState(2).normal(0, 1, 600)
    whole = rank_so_far(values)
    assert np.flatnonzero(~np.isnan(whole))[0] == 251
    for cut in (251, 252, 400):
        assert rank_so_far(values[:cut]).tolist() == pytest.approx(whole[:cut].tolist(), nan_ok=True, abs=0)


def test_the_highest_so_far_is_in_the_highest_fifth_and_the_lowest_in_the_lowest(past: History):
    score = np.concatenate((np.linspace(40, 60, len(past.sessions) - 2), [100.0, 0.0]))
    composite = Composite(past.composite.votes, score)
    rows = by_kind(labels(replace(past, composite=composite)))["composite"]
    assert [[row.name for row in rows if row.held[at]] for at in (-2, -1)] == [[FIFTHS[4]], [FIFTHS[0]]]


def test_fifths_are_of_equal_size_where_scores_come_in_no_order(past: History):
    score = np.random.RandomState(3).uniform(0, 100, len(past.sessions))
    rows = by_kind(labels(replace(past, composite=Composite(past.composite.votes, score))))["composite"]
    assert [row.held.sum() / row.known.sum() for row in rows] == pytest.approx([0.2] * 5, abs=0.05)
