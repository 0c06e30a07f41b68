"""The macro screen: each series as it was known with what it means, missing, stale and negative ones looking right."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core import calendar
from smallcap.core import format as fmt
from smallcap.core.bars import Panel, Series, to_day
from smallcap.core.macro import MACRO, MacroReading, RateCycle, known_on
from smallcap.tui.screens.explain import Explain
from smallcap.tui.screens.macro import Macro
from smallcap.tui.widgets.macro_chart import MacroChart
from smallcap.tui.widgets.macro_meaning import MEANINGS, meaning
from smallcap.tui.widgets.macro_table import MacroTable
from smallcap.tui.widgets.macro_view import MacroView, in_time, rescaled, viewed
from smallcap.tui.widgets.macro_words import explain_macro
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged

SIZES = [(80, 24), (120, 40), (200, 60)]
LEVELS = {"DGS2": 3.0, "DGS10": 3.5, "T10Y2Y": -0.5, "DFF": 4.0, "BAMLH0A0HYM2": 4.0, "VIXCLS": 20.0}


def series(panel: Panel, name: str, *, seed: int = 0, until: int = 0, months: int = 0) -> Series:
    """A random walk on the panel's sessions; without its last `until`."""
    days = panel["SPY"].sessions[: len(panel["SPY"].sessions) - until]
    moves = np.random.RandomState(seed).normal(0, 0.04, len(days))
    return Series(name, days, np.round(LEVELS[name] + np.cumsum(moves) - moves.sum(), 2), months)


@pytest.fixture(scope="module")
def known(panel: Panel) -> Panel:
    """The panel with all six series."""
    return replace(panel, macro={row.series: series(panel, row.series, seed=at) for at, row in enumerate(MACRO)})


def but(panel: Panel, **changed: Series | None) -> Panel:
    """The panel with some series others, or gone."""
    macro = {**panel.macro, **changed}
    return replace(panel, macro={name: one for name, one in macro.items() if one is not None})


def view(app: Counted) -> MacroView:
    found = app.screen.query_one(MacroTable).view
    assert found is not None
    return found


def row_of(app: Counted, name: str) -> str:
    return next(row for row in app.rows()[4:] if row[2:].startswith(f"{name} "))


@pytest.mark.parametrize("size", SIZES)
def test_each_series_has_its_value_changes_percentile_date_and_age(known: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        assert isinstance(app.screen, Macro)
        made = app.shown.reading
        assert len(made.macro) == 6
        assert f"Fed {made.rate_cycle.state}" in app.text()  # type: ignore[union-attr]
        for read in made.macro:
            line = row_of(app, read.row.name)
            sessions = known["SPY"].sessions
            then = known_on(known.macro[read.row.series], sessions)[-22] / (100 if read.row.unit == "percent" else 1)
            for part in (
                read.row.shown(read.value),
                read.row.shown_change(read.value - then),
                read.row.shown_change(read.change_63),
                f"{100 * read.percentile:.0f}",
                str(read.observed),
            ):
                assert part in line
        assert "-0.5" in row_of(app, "curve, 10y - 2y")
        await press(pilot, "escape")
        assert not isinstance(app.screen, Macro)

    play(staged(known), use, size)


@pytest.mark.parametrize(("size", "all_"), [((80, 24), False), ((120, 40), True), ((200, 60), True)])
def test_what_it_means_is_said_for_each_or_for_the_chosen_one(known: Panel, size: tuple[int, int], all_: bool):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        made = app.shown.reading
        for at, read in enumerate(made.macro):
            said = "{}: {}".format(*meaning(read, made.rate_cycle))
            assert (said in app.text()) == (all_ or at == 0 or said == "{}: {}".format(*meaning(made.macro[0], None)))
        for read in made.macro[1:]:
            await press(pilot, "j")
            assert "{}: {}".format(*meaning(read, made.rate_cycle)) in app.text()

    play(staged(known), use, size)


def test_j_and_k_choose_what_is_drawn_and_the_range_keys_work(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        for row in [*MACRO[1:], MACRO[0]]:
            await press(pilot, "j")
            assert view(app).chosen.row is row
            assert f"{row.name} {row.series}" in app.text()
            assert f"▸{row.name}" in app.text()
            last = view(app).chosen.recent[-1]
            shown = fmt.price(100 * last if row.unit == "percent" else last, 2 if row.unit == "percent" else 1)
            assert shown in "\n".join(app.rows()[17:])
        await press(pilot, "k")
        assert view(app).chosen.row is MACRO[-1]
        assert "IWM/SPY at the same height" in app.text()
        assert "1Y  daily" in app.text()
        before = app.text()
        await press(pilot, "4")
        assert "3M  daily" in app.text()
        await press(pilot, "right_square_bracket")
        assert "6M  daily" in app.text()
        await press(pilot, "7")
        assert app.text() == before

    play(staged(known), use)


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_range_of_minutes_shows_a_month_of_days(known: Panel, key: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", key)
        assert f"1M, {app.shown.range} has no days" in app.text()

    play(staged(known), use)


def test_a_missing_series_is_listed_and_has_no_chart(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        told = f"none: BAMLH0A0HYM2 is not in this source by {app.shown.reading.as_of}"
        assert told in row_of(app, "high-yield spread")
        assert app.text().count(told) == 1
        await press(pilot, *"jjjj")
        assert app.text().count(told) == 2
        assert "at the same height" not in app.text()
        await press(pilot, "j")
        assert "at the same height" in app.text()

    play(staged(but(known, BAMLH0A0HYM2=None)), use)


def test_a_source_without_macro_says_so_for_every_series(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "j", "e")
        assert isinstance(app.screen, Explain)
        await press(pilot, "e")
        for row in MACRO:
            assert f"{row.series} is not in this source" in row_of(app, row.name)
        assert "Fed " not in app.text()

    play(staged(panel), use)


def test_a_series_that_ended_is_marked_says_nothing_of_now_and_its_line_ends(known: Panel):
    ended = but(known, T10Y2Y=series(known, "T10Y2Y", until=60))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "j", "j")
        when = to_day(known["SPY"].sessions[-61])
        line = row_of(app, "curve, 10y - 2y")
        assert f"{when}  60!" in line
        assert f"stale: its newest observation is of {when}: it says nothing of now" in app.text()
        shown = view(app).chosen.recent
        assert np.isnan(shown[-55:]).all()
        assert np.isfinite(shown[-56])
        await press(pilot, "3")
        assert f"none within 1M: the newest observation is of {when}" in app.text()
        await press(pilot, "7")
        assert "at the same height" in app.text()

    play(staged(ended), use)


def test_the_line_ends_exactly_where_the_reading_would_call_it_stale(known: Panel):
    for months, until in ((0, 30), (1, 90)):
        one = series(known, "DGS2", until=until, months=months)
        if months:
            one = Series("DGS2", one.dates[::21], one.values[::21], 1)
        sessions = known["SPY"].sessions
        shown = np.isfinite(in_time(one, sessions, known_on(one, sessions)))
        for row in range(len(sessions) - until, len(sessions)):
            panel = but(known, DGS2=one).until(sessions[row])
            made = staged(panel).shown.reading
            assert shown[row] == (not made.macro[0].stale)


def test_nothing_is_known_before_it_was_published(known: Panel):
    """Whatever is observed on the as-of session and later changes nothing on it."""
    day = known["SPY"].sessions[500]
    later = {
        name: replace(one, values=np.where(one.dates >= day, 99.0, one.values)) for name, one in known.macro.items()
    }
    both = (viewed(staged(p, asked=to_day(day)).shown.reading).rows for p in (known, but(known, **later)))
    for one, two in zip(*both, strict=True):
        assert one.change_21 == two.change_21
        np.testing.assert_array_equal(one.recent, two.recent)
        assert one.reading is not None
        assert one.reading.observed == to_day(known["SPY"].sessions[499])


def test_the_ratio_is_brought_to_the_height_of_the_series_and_not_the_series_to_the_ratio(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "k")
        chart = app.screen.query_one(MacroChart).region
        labels = (re.search(r"-?\d+(\.\d+)?(?= *$)", row) for row in app.rows()[chart.y + 1 : -3])
        ticks = [float(label[0]) for label in labels if label]
        low, high = (float(find(known.macro["VIXCLS"].values[-260:])) for find in (np.min, np.max))
        assert len(ticks) > 1
        assert all(low - 0.2 < tick < high + 0.2 for tick in ticks)

    play(staged(known), use)


def test_the_ribbon_says_what_the_rate_cycle_was(known: Panel):
    days = known["SPY"].sessions
    raised = Series("DFF", days, np.where(np.arange(700) < 640, 1.0, 1.5))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        ribbon = app.rows()[-3]
        assert ribbon[1:5] == "HOLD"
        share = ribbon.index("HIKE") / ribbon.rindex("▄")
        first = np.searchsorted(days, days[-1] - np.timedelta64(365, "D"))
        assert share == pytest.approx((641 - first) / (700 - first), abs=0.03)
        assert "CUT" not in ribbon

    play(staged(but(known, DFF=raised)), use)


def test_laid_over_each_other_two_lines_have_the_same_height():
    laid = rescaled(np.array([np.nan, 10.0, 20.0, 15.0]), np.array([-3.0, np.nan, -1.0, -2.0]))
    np.testing.assert_allclose(laid, [np.nan, -3.0, -1.0, -2.0])
    np.testing.assert_allclose(rescaled(np.array([5.0, 5.0]), np.array([1.0, 2.0])), [1.5, 1.5])
    assert np.isnan(rescaled(np.full(3, np.nan), np.ones(3))).all()
    assert np.isnan(rescaled(np.ones(3), np.full(3, np.nan))).all()


def reading_of(
    name: str, value: float = 0.0, change: float = 0.0, percentile: float = 0.5, **more: object
) -> MacroReading:
    row = next(row for row in MACRO if row.series == name)
    made = MacroReading(row, value, change, percentile, 252, date(2022, 6, 14), 1, stale=False)
    return made._replace(**more)  # type: ignore[arg-type]


CUTTING = RateCycle("CUTTING", -0.01, 0.03, date(2022, 6, 14), 0.04, date(2022, 1, 3))


@pytest.mark.parametrize(
    ("read", "cycle", "state"),
    [
        (reading_of("DGS2", change=0.0025), None, "rising"),
        (reading_of("DGS2", change=-0.0025), None, "falling"),
        (reading_of("DGS2", change=0.0024), None, "steady"),
        (reading_of("DGS10", change=0.01), None, "rising"),
        (reading_of("DGS10", change=-0.01), None, "falling"),
        (reading_of("DGS10"), None, "steady"),
        (reading_of("T10Y2Y", -0.005, 0.001), None, "inverted, steepening"),
        (reading_of("T10Y2Y", -0.005, -0.001), None, "inverted"),
        (reading_of("T10Y2Y", 0.005, 0.001), None, "steepening"),
        (reading_of("T10Y2Y", 0.005, -0.001), None, "flattening"),
        (reading_of("T10Y2Y", 0.005, 0.0), None, "unchanged"),
        (reading_of("DFF"), CUTTING, "cutting"),
        (reading_of("DFF"), CUTTING._replace(state="HIKING"), "hiking"),
        (reading_of("DFF"), CUTTING._replace(state="HOLD"), "on hold"),
        (reading_of("DFF"), None, "no state"),
        (reading_of("BAMLH0A0HYM2", percentile=0.8), None, "wide"),
        (reading_of("BAMLH0A0HYM2", percentile=0.2), None, "tight"),
        (reading_of("BAMLH0A0HYM2", change=0.001), None, "widening"),
        (reading_of("BAMLH0A0HYM2", change=-0.001), None, "tightening"),
        (reading_of("BAMLH0A0HYM2"), None, "unchanged"),
        (reading_of("VIXCLS", percentile=0.9), None, "high"),
        (reading_of("VIXCLS", percentile=0.1), None, "low"),
        (reading_of("VIXCLS"), None, "middling"),
        (reading_of("VIXCLS", percentile=0.9, stale=True), None, "stale"),
        (reading_of("VIXCLS", change=math.nan), None, "new"),
    ],
)
def test_a_state_is_named_by_the_first_rule_that_fits(read: MacroReading, cycle: RateCycle | None, state: str):
    said, words = meaning(read, cycle)
    assert said == state
    assert words
    assert len(f" {said}: {words}") <= 78


def test_every_series_has_rules_and_none_speaks_of_the_future():
    assert {rule.series for rule in MEANINGS} == {row.series for row in MACRO}
    for rule in MEANINGS:
        assert len(f" {rule.state}: {rule.words}") <= 78
        assert not {"will", "soon", "expect", "should", "likely"} & set(rule.words.split())


def test_e_explains_every_series_the_rules_and_the_chart(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "e")
        assert isinstance(app.screen, Explain)
        assert "2-year yield" in app.text()
        topics = explain_macro(viewed(app.shown.reading))
        keys = [topic.key for topic in topics]
        assert keys == [
            *(f"macro.{row.series}" for row in MACRO),
            "rates",
            "macro.change_21",
            "macro.meaning",
            "macro.chart",
        ]
        await press(pilot, "e", "tab", "e")
        assert app.shown.focus == "banner"
        assert "regime" in app.text()

    play(staged(known), use)


def test_time_travel_keeps_the_chosen_series_and_takes_its_numbers(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "j", "less_than_sign")
        day = to_day(known["SPY"].sessions[-3])
        assert view(app).chosen.row is MACRO[1]
        assert str(day) in row_of(app, "10-year yield")
        assert calendar.sessions_between(day, view(app).reading.as_of) == 1

    play(staged(known), use)


@pytest.mark.parametrize("size", [(1, 1), (20, 6), (60, 15), (80, 31), (80, 32), (149, 40), (150, 20), (250, 70)])
def test_any_size_is_drawn(known: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m", "j", "9", "k")
        assert [len(row) for row in app.rows()] == [size[0]] * size[1]

    play(staged(known), use, size)


def test_in_ascii_it_says_the_same(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        assert app.text().isascii()
        assert ">2-year yield" in app.text()

    app = staged(known)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True))
    play(app, use)


def test_nothing_is_sent_while_nothing_changes(known: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        app.frames.clear()
        app.tick()
        app.read_again()
        app.show(chart="candles")
        await settle(pilot)
        assert app.frames == []

    play(staged(known), use)


@pytest.mark.parametrize("day", ["1999-06-15", "2008-10-10", "2020-03-23", "2022-12-30"])
def test_a_real_day_is_shown(real_panel: Panel, day: str):
    if np.datetime64(day) < real_panel["IWM"].sessions[0]:
        pytest.skip("before the pair")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "m")
        for read in app.shown.reading.macro:
            assert read.row.shown(read.value) in row_of(app, read.row.name)
        await press(pilot, *"jjjjj", "9")
        assert "nan" not in app.text()

    play(staged(real_panel, asked=date.fromisoformat(day)), use)
