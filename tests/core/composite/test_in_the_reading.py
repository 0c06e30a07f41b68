"""The composite in a reading: its votes with their reasons, and what it leaves out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core import history, reading
from smallcap.core.bars import Bars, Panel, to_day
from smallcap.core.composite import KEYS, SIGNALS, CompositeReading
from smallcap.core.settings import Settings
from smallcap.core.studies import Studies

from tests.conftest import random_panel
from tests.core.composite.conftest import IWM_SPY, WARM, each_signal, left_out, read_last


def test_the_reading_has_all_eight_votes_and_their_score(panel: Panel):
    read = read_last(panel)
    past = history.compute(panel, IWM_SPY)
    assert isinstance(read, CompositeReading)
    assert tuple(vote.key for vote in read.votes) == KEYS
    assert [vote.vote for vote in read.votes] == [float(row[-1]) for row in past.composite.votes]
    full, close = Studies(panel["IWM"]), panel["IWM"].close[-1]
    values = {vote.key: vote.value for vote in read.votes}
    assert values["trend"] == close / full.sma200[-1] - 1
    assert (values["rsi"], values["macd"]) == (full.rsi14[-1], full.macd.histogram[-1])
    assert (values["fibonacci"], values["volume"]) == (full.swing.retracement[-1], full.relative_volume[-1])
    assert past.confirmation is not None
    assert (values["ratio"], values["confirmation"]) == (past.leadership.score[-1], past.confirmation.score[-1])
    assert read.score == past.composite.score[-1]
    assert read.score == pytest.approx(50 + 50 * sum(vote.vote for vote in read.votes) / 8, abs=1e-9)
    assert read.present == 8


@each_signal
@pytest.mark.parametrize("n", [1, 15, 30, 60, 130, 250, 399])
def test_a_reason_is_said_and_never_nan(key: str, n: int):
    panel = random_panel(400, 5)
    read = read_last(panel.until(panel["IWM"].sessions[n]))
    why = next(vote.why for vote in read.votes if vote.key == key)
    assert why
    assert "nan" not in why.lower()
    assert "--" not in why
    assert why.startswith("left out: ") == (n < WARM[key])


def test_a_pair_without_sectors_leaves_them_out_and_says_so(panel: Panel):
    read = read_last(panel, pair="IWM/QQQ")
    assert left_out(read) == {"confirmation": "left out: IWM/QQQ has no sectors"}
    assert read.score == pytest.approx(50 + 50 * np.nansum([vote.vote for vote in read.votes]) / 7, abs=1e-9)


def test_qqq_is_not_held_against_itself(panel: Panel):
    assert left_out(read_last(panel, pair="QQQ/SPY")) == {"breadth": "left out: QQQ can't be held against itself"}


def test_a_source_without_qqq_leaves_breadth_out_and_names_the_source(panel: Panel):
    fewer = Panel({name: bars for name, bars in panel.bars.items() if name != "QQQ"}, panel.origin)
    read = read_last(fewer)
    assert left_out(read) == {"breadth": "left out: QQQ is not in random walk"}
    assert read.present == 7
    assert not np.isnan(read.score)


def test_warming_up_is_said_so():
    panel = random_panel(40, 6)
    assert left_out(read_last(panel)) == dict.fromkeys(
        ("trend", "fibonacci", "ratio", "confirmation"), "left out: too few sessions in a row"
    )


def test_a_first_ticker_that_lacks_the_session_has_no_votes_and_no_composite_on_it(panel: Panel):
    behind = Panel({**panel.bars, "IWM": panel["IWM"].until(panel["SPY"].sessions[-2])}, panel.origin)
    read = read_last(behind)
    assert left_out(read) == dict.fromkeys(KEYS, "left out: IWM has no bar on this session")
    assert np.isnan(read.score)
    assert read.present == 0


def test_a_session_that_the_first_ticker_lacks_is_a_hole_and_not_a_carried_composite(panel: Panel):
    without = np.delete(np.arange(len(panel["IWM"])), 500)
    iwm = panel["IWM"]
    columns = (
        getattr(iwm, name)[without] for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    )
    past = history.compute(Panel({**panel.bars, "IWM": Bars("IWM", *columns)}, panel.origin), IWM_SPY)
    assert past.sessions[500] == panel["SPY"].sessions[500]
    assert np.isnan(past.composite.score[500])
    assert np.isnan([row[500] for row in past.composite.votes]).all()
    assert not np.isnan(past.composite.score[[499, 501]]).any()


def test_nothing_after_the_asked_day_is_read(panel: Panel):
    day = to_day(panel["IWM"].sessions[450])
    asked = reading.build(panel, day, Settings(), closed=date(2029, 1, 2)).composite
    cut = panel.until(np.datetime64(day))
    assert asked == reading.build(cut, day, Settings(), closed=date(2029, 1, 2)).composite
    assert asked == read_last(cut)


def test_every_signal_has_a_name_and_says_its_formula():
    assert len(set(KEYS)) == len(KEYS) == 8
    assert all(signal.name and signal.formula for signal in SIGNALS)
