"""The quiz on the screen: nothing later is shown before both answers are given, then what came, and the tally.

Needs wired: the mixin Quizzing in the app's bases, and the row of `Q` (action `quiz`) in the key table.
"""

from __future__ import annotations

import pytest
from smallcap.core import quiz
from smallcap.core.bars import Panel, to_day
from smallcap.tui.screens.dashboard import Dashboard
from smallcap.tui.screens.quiz import Quiz
from textual.pilot import Pilot

from tests.conftest import random_panel
from tests.tui.stage import Counted, as_day, play, press, settle, staged


async def opened(app: Counted, pilot: Pilot[int]) -> Quiz:
    """The quiz, its question asked."""
    await press(pilot, "Q")
    await settle(pilot)
    assert isinstance(app.screen, Quiz)
    assert "QUIZ" in app.text()
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_question_shows_a_past_session_and_nothing_later(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        reading = app.shown.reading
        assert as_day(panel, quiz.BEFORE) <= reading.as_of < as_day(panel, -quiz.HORIZON)
        assert all(to_day(bars.sessions[-1]) <= reading.as_of for bars in reading.panel.bars.values())
        text = app.text()
        assert f"{reading.as_of}, after the close; nothing later is shown" in text
        assert "r rise   f fall" in text
        assert "1 ▲ RISK-ON  2 ◆ NARROW  3 ■ NEUTRAL  4 ▼ RISK-OFF" in text
        assert "ROSE" not in text
        assert "FELL" not in text
        assert "IWM/SPY " in text
        assert "REPLAY" in text

    play(staged(panel), use, size)


@pytest.mark.parametrize("keys", [("r", "2"), ("2", "r"), ("f", "4"), ("f", "r", "1")])
def test_both_answers_in_any_order_bring_what_came(panel: Panel, keys: tuple[str, ...]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        asked = app.shown.reading.as_of
        for key in keys[:-1]:
            await press(pilot, key)
            assert "you say" in app.text()
            assert app.shown.reading.as_of == asked
            assert "of 1 right" not in app.text()
        await press(pilot, keys[-1])
        drawn = app._quiz_drawn
        assert drawn is not None
        came = quiz.outcome(drawn.past, panel, asked)
        assert app.shown.reading.as_of == came.end
        assert f"{came.start} to {came.end}: IWM/SPY {'ROSE' if came.ratio > 0 else 'FELL'}" in app.text()
        said = "rise" if "r" in keys else "fall"
        right = said == came.direction
        assert f"you said {said}: {'✓ right' if right else '✗ wrong'}" in app.text()
        assert f'direction: {int(right)} of 1 right; always saying "{came.direction}" would have had 1' in app.text()
        assert f"label: {came.regime.shape} {came.regime.label}; you said" in app.text()
        assert app.shown.reading.regime.regime is came.regime

    play(staged(panel), use)


def test_the_tally_goes_on_over_questions_and_over_closing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        first = app.shown.reading.as_of
        await press(pilot, "r", "1", "enter")
        await settle(pilot)
        assert "QUIZ 2" in app.text()
        assert app.shown.reading.as_of != first
        await press(pilot, "r", "1")
        assert "of 2 right" in app.text()
        await press(pilot, "escape")
        await opened(app, pilot)
        assert "QUIZ 3" in app.text()
        await press(pilot, "r", "1")
        came = [one.outcome.direction for one in app._quiz_rounds or []]
        assert quiz.tally(["rise"] * 3, came).words() in app.text()

    play(staged(panel), use)


def test_no_key_looks_into_the_future_and_none_asks_again_before_the_answers(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        asked = app.shown.reading.as_of
        keys = ("T", "greater_than_sign", "right_curly_bracket", "t", "space", "enter", "n", "g", "w", "Q")
        await press(pilot, *keys)
        assert isinstance(app.screen, Quiz)
        assert app.shown.reading.as_of == asked
        await press(pilot, "j", "c", "right_square_bracket")
        assert (app.shown.ticker, app.shown.chart, app.shown.range) == ("SPY", "candles", "5Y")
        assert app.shown.reading.as_of == asked

    play(staged(panel), use)


@pytest.mark.parametrize("asked", [None, 300])
def test_esc_goes_back_to_the_time_that_was_shown(panel: Panel, asked: int | None):
    day = None if asked is None else as_day(panel, asked)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "z")
        await opened(app, pilot)
        assert isinstance(app.screen_stack[-2], Dashboard)
        await press(pilot, "f", "escape")
        assert isinstance(app.screen, Dashboard)
        assert app.standpoint.asked == day
        assert app.shown.reading.as_of == (day or as_day(panel, -1))
        assert app.shown.travelling is (day is not None)
        assert app.rows()[-1].startswith(" j/k ticker")

    play(staged(panel, asked=day), use)


def test_a_history_too_short_for_a_question_says_so():
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "Q")
        assert "needs 252 sessions before the one asked about" in app.text()
        await press(pilot, "r", "1", "enter")
        assert "there are 200 sessions" in " ".join(app.text().split())
        await press(pilot, "escape")
        assert isinstance(app.screen, Dashboard)

    play(staged(random_panel(200)), use)


def test_the_same_clock_asks_the_same_and_the_next_question_is_another(panel: Panel):
    asked = []

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        asked.append(app.shown.reading.as_of)

    play(staged(panel), use)
    play(staged(panel), use)
    assert asked[0] == asked[1]
