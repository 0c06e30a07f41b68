"""What today's labels were worth, on the banner, the sizing and the card: of the day that is shown and no other."""

from __future__ import annotations

from smallcap.core.axes import DWELL
from smallcap.core.bars import Panel
from smallcap.core.evidence.quote import quotes_of
from smallcap.core.evidence.worth import worth
from smallcap.tui.screens.explain import Explain
from smallcap.tui.widgets.banner import Banner
from textual.pilot import Pilot

from tests.tui.stage import Counted, Given, as_day, play, press, settle, staged

WIDE = (200, 60)


async def quoted(app: Counted, pilot: Pilot[int]) -> None:
    """Once the reading has rested."""
    app.quote(app.shown.reading)
    await settle(pilot)


def banner(app: Counted) -> str:
    return "\n".join(app.rows()[: app.screen.query_one(Banner).size.height])


def test_the_banner_says_what_the_label_was_worth(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert "evidence" not in banner(app)
        await quoted(app, pilot)
        (regime, *_) = quotes_of(app.shown.reading)
        assert f"; evidence: {regime.found()}" in banner(app)

    play(staged(panel), use, WIDE)


def test_at_80x24_it_says_so_in_a_word(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await quoted(app, pilot)
        (regime, *_) = quotes_of(app.shown.reading)
        assert f"; {regime.row.verdict.removesuffix(' to tell')}" in banner(app)

    play(staged(panel), use, (80, 24))


def test_without_room_for_both_the_evidence_goes_before_nothing_pending(panel: Panel):
    """So it is in time travel at 120x40, where the way back takes a third of the row."""
    day = next(
        day
        for day in (as_day(panel, row) for row in range(-2, -60, -1))
        if not any(axis.pending for axis in staged(panel, asked=day).shown.reading.axes)
    )

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert "; nothing pending" in banner(app)
        await quoted(app, pilot)
        assert "; evidence: " in banner(app)
        assert "nothing pending" not in banner(app)

    play(staged(panel, asked=day), use, (120, 40))


def test_two_axes_that_change_are_named_both_before_the_sessions_are_counted(panel: Panel):
    day, axes = next(
        (day, axes)
        for day in (as_day(panel, row) for row in range(-2, -800, -1))
        if len(axes := [axis for axis in staged(panel, asked=day).shown.reading.axes if axis.pending]) == 2
    )

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        changes = "; ".join(f"{axis.state} -> {axis.pending} {axis.closes}/{DWELL}" for axis in axes)
        assert f"since {app.shown.reading.regime.since}; {changes}" in banner(app)

    play(staged(panel, asked=day), use, (120, 40))


def test_another_day_takes_the_evidence_away_until_its_own_is_there(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await quoted(app, pilot)
        await press(pilot, "less_than_sign")
        assert app.shown.quotes == ()
        assert app.shown.sized is None
        assert "evidence" not in banner(app)
        await quoted(app, pilot)
        assert app.shown.quotes == quotes_of(app.shown.reading)

    play(staged(panel), use, WIDE)


def test_what_was_worked_out_for_a_day_that_is_gone_is_not_shown(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        before = app.shown.reading
        await press(pilot, "less_than_sign")
        app.quote(before)
        await settle(pilot)
        assert app.shown.quotes == ()

    play(staged(panel), use, WIDE)


def test_a_refresh_of_the_same_close_keeps_what_is_shown(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await quoted(app, pilot)
        shown, before = app.shown.quotes, app.shown.reading
        assert isinstance(app.standpoint.source, Given)
        app.standpoint.source.panel = Panel(panel.bars, panel.origin, panel.macro)
        await press(pilot, "r")
        assert app.shown.reading is not before
        assert app.shown.quotes == shown

    play(staged(panel), use, WIDE)


def test_the_sizing_says_what_the_multiplier_and_the_whole_of_it_were_worth(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await quoted(app, pilot)
        await press(pilot, "z")
        reading = app.shown.reading
        found = worth(reading.history, reading.panel, reading.settings)
        assert found is not None
        flowing = " ".join(app.text().split())
        assert app.shown.sized == found.rows[-1]
        assert found.rows[-1].shown() in flowing
        for quote in quotes_of(reading)[1:]:
            assert f"{quote.name}: " in flowing

    play(staged(panel), use, WIDE)


def test_the_card_on_the_banner_has_the_numbers_that_it_is_said_by(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await quoted(app, pilot)
        await press(pilot, "e")
        assert isinstance(app.screen, Explain)
        names = [topic.name for topic in app.screen._topics]
        found = [f"evidence: {one.name} {one.row.label}" for one in quotes_of(app.shown.reading)]
        assert names[1 : 1 + len(found)] == found

    play(staged(panel), use, (120, 40))
