"""Flips and turns where a label, inputs or a session are missing: nothing is promised that can't be kept."""

from __future__ import annotations

import numpy as np
import pytest
from smallcap.core import flips, levers
from smallcap.core.bars import COLUMNS, Bars, Panel, bars_of
from smallcap.core.history import Pair, compute

from tests.conftest import SECTORS
from tests.core.test_flips import check, check_turns, read


@pytest.mark.parametrize("n", [1, 2, 49, 50, 55, 120, 198, 199])
def test_a_history_without_a_label_has_nothing_that_flips_it(panel: Panel, n: int):
    made = read(panel, str(panel["SPY"].sessions[n - 1]))
    assert made.regime.flips == ()
    turned = {axis.key for axis in made.axes if axis.turns}
    # The sectors are known after 54 sessions; the other two on the 200th, so that on the 199th the next close decides.
    assert turned <= ({"confirmation"} if n >= 54 else set()) | ({"leadership", "market"} if n == 199 else set())
    check_turns(made)


def test_too_few_inputs_have_no_label_and_nothing_that_flips_it(panel: Panel):
    few = Panel({t: b for t, b in panel.bars.items() if t not in SECTORS[2:]}, panel.origin)
    made = read(few, str(panel["SPY"].sessions[-1]))
    assert made.regime.regime.label == "INSUFFICIENT DATA"
    assert made.regime.no_flips[0] == "no label to flip: too few inputs are there"
    assert made.regime.flips == ()


def without_last(bars: Bars) -> Bars:
    return bars.until(bars.sessions[-2])


@pytest.mark.parametrize("ticker", ["IWM", "SPY"])
def test_a_session_without_a_ratio_promises_nothing(panel: Panel, ticker: str):
    late = Panel({**panel.bars, ticker: without_last(panel[ticker])}, panel.origin)
    past = compute(late, Pair("IWM", "SPY"))
    ways = levers.levers(past, late)
    assert ways == ()
    assert flips.find(past, ways) == ()
    assert [flips.turns(ways, track.axis, 0) for track in past.tracks] == [()] * len(past.tracks)


@pytest.mark.parametrize("back", [1, 2, 4, 5, 6, 30])
def test_a_sector_with_a_missing_session_answers_only_when_it_can(real_panel: Panel, back: int):
    """A session missing among the last five takes the sectors' answer away; one further back does not."""
    whole = real_panel.until(np.datetime64("2018-09-20"))
    xlf = whole["XLF"]
    keep = np.arange(len(xlf)) != len(xlf) - back
    holed = bars_of("XLF", xlf.sessions[keep], [getattr(xlf, c)[keep] for c in COLUMNS])
    made = read(Panel({**whole.bars, "XLF": holed}, whole.origin), "2018-09-20")
    confirmation = made.axis("confirmation")
    assert confirmation is not None
    assert bool(confirmation.turns) == (back >= 5)
    check(made)
