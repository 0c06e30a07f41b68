"""What the analyst's report says: its figures, reasons, lists and ends, on the pair that is asked for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from smallcap.core import reading
from smallcap.core.bars import Panel, to_day
from smallcap.core.claims.claims import claims
from smallcap.core.evidence.quote import quotes_of
from smallcap.core.framework.analyst import ANALYST
from smallcap.core.framework.analyst_divergences import divergences
from smallcap.core.framework.analyst_panels import NEWEST
from smallcap.core.framework.analyst_window import changes, window
from smallcap.core.framework.document import Saved, document
from smallcap.core.framework.profile import World
from smallcap.core.framework.review import review
from smallcap.core.framework.wizard import made
from smallcap.core.regime import REGIMES
from smallcap.core.settings import Settings

from tests.conftest import NOW
from tests.core.framework.analyst.conftest import FACTS, IWM_SPY, day_of, planned, read, rows, world


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
