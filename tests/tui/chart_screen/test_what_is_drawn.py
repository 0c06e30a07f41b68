"""The chart screen's overlays, panes, ratio and other tickers: switched by keys, kept, and whole at any size."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from smallcap.core import format as fmt
from smallcap.core.bars import Bars, Panel, to_day
from smallcap.core.panes import PANES
from smallcap.tui.screens.ask import Ask
from smallcap.tui.screens.explain import Explain
from smallcap.tui.widgets.chart_view import View, window
from textual.pilot import Pilot
from textual.widgets import Input

from tests.conftest import random_panel
from tests.tui.chart_screen.conftest import MEANS, SIZES, desk, readout
from tests.tui.stage import Counted, play, press, settle, staged

EVERYTHING = ["i", *"123456", "escape", "I", *"1345", "escape"]


def with_bars(panel: Panel, **changed: Bars) -> Panel:
    return replace(panel, bars={**panel.bars, **changed})


def test_overlays_and_panes_are_switched_by_their_numbers_and_the_footer_says_what_is_on(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS[:3])
        assert app.rows()[-1].strip().startswith("[1 sma]  2 bollinger   3 donchian")
        await press(pilot, "2", "1")
        assert "1 sma  [2 bollinger]" in app.rows()[-1]
        assert "boll up" in app.text()
        assert "sma200" not in app.text()
        await press(pilot, "I")
        assert app.rows()[-1].strip().startswith("1 volume  [2 rsi]")
        await press(pilot, "1", "0")
        assert desk(app).look.panes == ()
        assert "RSI14" not in app.text()
        await press(pilot, "escape")
        assert "i overlays" in app.rows()[-1]
        await press(pilot, "i", "j")
        assert "i overlays" in app.rows()[-1], "another key closes the menu"
        assert app.shown.ticker == "SPY"
        assert desk(app).look.overlays == ("bollinger",)

    play(staged(panel), use, (80, 24))


@pytest.mark.parametrize("size", SIZES)
def test_everything_at_once_still_has_room_for_the_price(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", *EVERYTHING, "left")
        for pane in PANES:
            assert pane.name in app.text()
        assert ("no room" in app.text()) == (size == (80, 24))
        assert ("more" in app.text()) == (size == (80, 24))
        assert "●" in app.text()

    play(staged(panel), use, size)


def test_the_ratio_is_a_line_with_the_regimes_and_says_that_it_has_no_candles(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "b", "I", "1", "5", "escape")
        ratio = app.shown.reading.ratio.value
        assert f"IWM/SPY {fmt.ratio(ratio)}" in app.text()
        assert f"C {fmt.price(ratio, 4)}" in readout(app)
        assert "O " not in readout(app)
        assert "IWM/SPY has no volume" in app.text()
        assert "IWM/SPY isn't held against a market" in app.text()
        assert "candles" not in app.text()
        await press(pilot, "c")
        assert "line: a ratio has no candles" in app.text()
        await press(pilot, "b")
        assert "candles" in app.text()
        assert "no candles" not in app.text()

    play(staged(panel), use)


async def compare(app: Counted, pilot: Pilot[int], text: str) -> None:
    await press(pilot, "n")
    app.screen.query_one(Input).value = text
    await press(pilot, "enter")


def test_others_begin_at_100_with_the_ticker(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS)
        await compare(app, pilot, "spy, qqq")
        close, first = panel["SPY"].close, window(View(), panel["SPY"].sessions, app.shown.first_session()).first
        assert f"SPY {100 * close[-1] / close[first]:6.2f}" in app.text()
        assert "sma50" not in app.text()
        await press(pilot, "home")
        assert re.search(r"IWM +100\.00 .*SPY +100\.00 .*QQQ +100\.00", app.text())
        await compare(app, pilot, "IWM ZZZ")
        assert isinstance(app.screen, Ask)
        assert "ZZZ" in app.text()
        await press(pilot, "escape")
        assert desk(app).look.others == ("SPY", "QQQ")
        await compare(app, pilot, "")
        assert "sma50" in app.text()

    play(staged(panel), use)


def test_a_log_axis_where_there_can_be_one_and_why_not_where_there_cannot(panel: Panel):
    bars = panel["IWM"]
    below = replace(bars, low=np.where(np.arange(len(bars)) == len(bars) - 5, -1.0, bars.low))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "l")
        assert "linear: a price is not above 0" in app.text()
        await press(pilot, "j")
        assert "linear" not in app.text()
        assert "log" in app.rows()[desk(app).region.y]

    play(staged(with_bars(panel, IWM=below)), use)


def rising(bars: Bars) -> Bars:
    """From 10 to 1,000, a little every session."""
    close = np.geomspace(10.0, 1000.0, len(bars))
    return replace(bars, open=close, high=close * 1.01, low=close * 0.99, close=close, adj_close=close)


def test_numbers_with_more_digits_have_their_room_from_the_start(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS, "9", "I", "3", "escape")
        ends = set()
        for key in ("home", "end"):
            await press(pilot, key)
            y = next(y for y, row in enumerate(app.rows()) if "histogram" in row)
            ends.add((app.rows()[desk(app).region.y + 2].index("sma200"), app.rows()[y].index("histogram")))
        assert len(ends) == 1

    play(staged(with_bars(panel, IWM=rising(panel["IWM"]))), use)


def test_a_ticker_that_did_far_better_is_held_against_whole(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "9")
        await compare(app, pilot, "QQQ")
        assert any(row.rstrip().endswith((" 7500", " 10000")) for row in app.rows()), "a tick of the axis"

    play(staged(with_bars(panel, QQQ=rising(panel["QQQ"]))), use)


def test_an_overlay_far_from_the_price_leaves_it_room_and_an_arrow_points_to_it(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, *MEANS, "3")
        assert re.search(r"sma200 +[\d.,]+↓", app.text())
        assert re.search(r"sma20 +[\d.,]+ ", app.text())
        await press(pilot, "9")
        assert "↓" not in app.text()

    play(staged(with_bars(panel, IWM=rising(panel["IWM"]))), use)


def test_what_was_chosen_is_kept(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "l", "I", "3", "escape", *["left"] * 9, "plus")
        look, view, before = desk(app).look, desk(app).view, app.text()
        await press(pilot, "d", "g")
        assert app.text() == before
        await pilot.resize_terminal(90, 30)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert app.text() == before
        await press(pilot, "j", "less_than_sign")
        assert (desk(app).look, desk(app).view) == (look, view)
        assert str(to_day(panel["IWM"].sessions[-10])) in readout(app)
        await press(pilot, "8")
        assert desk(app).view == View(view.cursor)

    play(staged(panel), use)


def test_e_explains_what_is_on_first(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", "i", "3", "escape", "e")
        assert isinstance(app.screen, Explain)
        names = [row for row in app.rows() if "of IWM" in row]
        assert "Donchian channel" in names[0]
        assert "RSI14" in names[1]
        await press(pilot, "escape", "tab", "e")
        assert "regime" in app.text()

    play(staged(panel), use)


def test_in_ascii_it_says_the_same(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", *EVERYTHING, "left")
        assert app.text().isascii()
        assert "@" in app.text()
        assert "^" in app.rows()[-2]

    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True, colourless=True))
    play(app, use)


@pytest.mark.parametrize(("size", "name"), [((120, 40), "Russell"), ((200, 60), "Russell reconstitution")])
def test_a_reconstitution_is_marked_and_named(real_panel: Panel, size: tuple[int, int], name: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", *["left"] * 3)
        assert "2022-06-24" in readout(app)
        assert name in readout(app)
        assert any("R▄" in row or "▄R" in row for row in app.rows())

    play(staged(real_panel, asked=to_day(np.datetime64("2022-06-29"))), use, size)


def extreme(kind: str, n: int = 300) -> Bars:
    bars = random_panel(n).bars["IWM"]
    close = bars.close.copy()
    if kind == "equal":
        close[:] = 5.0
    elif kind == "spike":
        close[n // 2] *= 10_000
    elif kind == "negative":
        close -= 100.0
    elif kind == "zero":
        close[n // 3] = 0.0
    volume = np.zeros(n) if kind == "silent" else bars.volume
    return Bars("IWM", bars.sessions, close, close + 1, close - 1, close, close, volume)


@pytest.mark.parametrize("kind", ["equal", "spike", "negative", "zero", "silent", "one", "two"])
def test_extremes_are_drawn_with_everything_on(kind: str):
    n = {"one": 1, "two": 2}.get(kind, 300)
    market = random_panel(300)
    bars = extreme(kind).until(market["SPY"].sessions[n - 1])
    panel = replace(market, bars={**market.bars, "KRE": replace(bars, ticker="KRE")})

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", *EVERYTHING, *["j"] * 4, "9")
        assert app.shown.ticker == "KRE"
        for key in ("left", "c", "l", "home", "plus", "plus", "minus", "end", "0", "v", "b", "b", "e", "escape"):
            await press(pilot, key)
        await compare(app, pilot, "IWM")
        await press(pilot, "left")

    with np.errstate(all="ignore"):
        play(staged(panel), use)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (12, 6), (30, 9), (60, 15), (300, 90)])
def test_any_size_is_filled_and_nothing_raises(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "g", *EVERYTHING, "left", "c", "l", "b")
        assert all(len(row) == size[0] for row in app.rows())

    play(staged(panel), use, size)
