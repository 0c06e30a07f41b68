"""The macro screen's rows: each series as it was known, missing, stale and negative ones looking right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.macro import MACRO, known_on
from smallcap.tui.screens.explain import Explain
from smallcap.tui.screens.macro import Macro
from smallcap.tui.widgets.macro_meaning import meaning
from smallcap.tui.widgets.macro_view import viewed
from textual.pilot import Pilot

from tests.tui.macro_screen.conftest import but, row_of, series, view
from tests.tui.stage import Counted, play, press, settle, staged

SIZES = [(80, 24), (120, 40), (200, 60)]


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
