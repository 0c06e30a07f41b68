"""The sectors screen's table: every sector or why not, the score as the banner has it, sorted by keys."""

from __future__ import annotations

import numpy as np
import pytest
from smallcap.core import format as fmt
from smallcap.core.bars import Panel, to_day
from smallcap.core.rotation import SECTORS as TICKERS
from smallcap.core.rotation import read_rotation
from smallcap.tui.messages import TickerChosen
from smallcap.tui.screens.sectors import Sectors
from smallcap.tui.widgets.sector_spark import spark
from smallcap.tui.widgets.sector_view import ORDERS
from textual.pilot import Pilot

from tests.tui.sectors_screen.conftest import listed, row_of, view
from tests.tui.stage import Counted, play, press, settle, staged

SIZES = [(80, 24), (120, 40), (200, 60)]


class Hearing(Counted):
    """The app, with the tickers that it was told to look at."""

    def __init__(self, *args: object, **given: object) -> None:
        super().__init__(*args, **given)  # type: ignore[arg-type]
        self.heard: list[str] = []

    def on_ticker_chosen(self, message: TickerChosen) -> None:
        self.heard.append(message.ticker)


@pytest.mark.parametrize("size", SIZES)
def test_every_sector_has_its_numbers_and_one_that_is_missing_says_so(whole: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        assert isinstance(app.screen, Sectors)
        made = app.shown.reading
        for sector in read_rotation(made.panel, "SPY", made.as_of):
            line = row_of(app, sector.ticker)
            assert (sector.group or "no vote") in line
            if sector.why:
                assert f"none: not in this source by {made.as_of}" in line
                continue
            for number in (sector.gap, sector.performance_20, sector.performance_63):
                assert fmt.percent(number) in line
            assert {1: "▲", -1: "▼"}[sector.sign] in line
            assert ("✓" in line) == (sector.confirms and bool(sector.group))
            assert ("✗" in line) == (bool(sector.group) and not sector.confirms)
        assert [s.ticker for s in view(app).sectors][-1] == "XLC"
        assert sorted(listed(app)) == sorted(ticker for ticker, _ in TICKERS)
        await press(pilot, "escape")
        assert not isinstance(app.screen, Sectors)

    play(staged(whole), use, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("row", [-1, 400, 250])
def test_the_score_is_the_banners_to_the_last_digit(whole: Panel, size: tuple[int, int], row: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        axis, text = app.shown.reading.axis("confirmation"), app.text()
        assert axis is not None
        banner = "\n".join(app.rows()[:3])
        # A narrow banner leaves the scores out where the data's state takes their room.
        assert f"{axis.state} {axis.score_words()}" in banner or size == (80, 24)
        assert f"/ 30 votes = {axis.score_words()}" in text
        head = next(line for line in app.rows() if "CONFIRMATION" in line)
        assert f"{axis.state} {axis.score_words():>6}" in head
        assert f"{axis.state} for {fmt.count(axis.sessions_in_state, 'session')}" in text
        assert (axis.pending_words() or "nothing pending") in text
        sums = next(line for line in app.rows() if "/ 30 votes" in line)
        left, total = sums.split(";")[0].split(" = ")
        assert sum(map(int, left.split())) == int(total)
        assert fmt.signed(int(total) / 30) == axis.score_words()

    play(staged(whole, asked=to_day(whole["SPY"].sessions[row])), use, size)


def test_left_and_right_sort_and_keep_the_chosen_one(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o", "j", "j")
        chosen, seen = view(app).chosen, []
        for _ in ORDERS:
            seen.append(listed(app))
            assert view(app).chosen == chosen
            await press(pilot, "right")
        assert listed(app) == seen[0]
        known = {s.ticker: s for s in view(app).sectors if not s.why}
        for order, number in zip(seen, ("gap", "performance_20", "performance_63"), strict=False):
            values = [getattr(known[name], number) for name in order[:-1]]
            assert values == sorted(values, reverse=True)
            assert order[-1] == "XLC"
        assert [known[name].group for name in seen[3][:-1]] == ["cyclical"] * 3 + ["defensive"] * 3 + [""] * 5
        assert seen[4] == [*sorted(known), "XLC"]
        await press(pilot, "left")
        assert listed(app) == seen[4]
        assert "by ticker" in app.text()

    play(staged(whole), use)


def test_enter_asks_for_the_chosen_ticker_and_a_missing_one_is_not_asked_for(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Hearing)
        await press(pilot, "o", "j", "enter")
        assert app.heard == [view(app).chosen]
        await press(pilot, "k", "k")
        assert view(app).chosen == "XLC"
        await press(pilot, "enter")
        assert len(app.heard) == 1

    app = staged(whole)
    play(Hearing(app.standpoint), use)


def test_time_travel_and_another_reading_keep_the_order_and_the_chosen_one(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o", "right", "j", "j")
        chosen = view(app).chosen
        await press(pilot, "less_than_sign")
        day = to_day(whole["SPY"].sessions[-2])
        assert view(app).reading.as_of == day
        assert (view(app).chosen, view(app).order) == (chosen, 1)
        found = {s.ticker: s for s in read_rotation(whole.until(np.datetime64(day)), "SPY", day)}
        assert fmt.percent(found[chosen].performance_20) in row_of(app, chosen)
        assert f"/ 30 votes = {app.shown.reading.axis('confirmation').score_words()}" in app.text()  # type: ignore[union-attr]
        assert f"{day:%m-%d}" in next(line for line in app.rows() if "vote for small-cap risk" in line)
        assert listed(app)[:11] == sorted(set(found) - {"XLC"}, key=lambda name: -found[name].performance_20)

    play(staged(whole), use)


@pytest.mark.parametrize("size", [(1, 1), (20, 6), (60, 15), (80, 24), (111, 33), (120, 34), (250, 70)])
def test_any_size_is_drawn(whole: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o", "j", "tab", "j", "right", "k", "tab")
        assert [len(row) for row in app.rows()] == [size[0]] * size[1]

    play(staged(whole), use, size)


def test_a_low_screen_keeps_the_chosen_row_in_sight(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o", *["j"] * 10)
        assert f"▸{view(app).chosen}" in app.text()

    play(staged(whole), use, (80, 16))


def test_in_ascii_it_says_the_same(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        assert app.text().isascii()
        assert "?" not in "".join(row.partition("ROTATION")[2] for row in app.rows())
        assert f"@{view(app).chosen}" in app.text()
        assert f">{view(app).chosen}" in app.text()

    app = staged(whole)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True))
    play(app, use)


def test_a_move_sends_little_and_nothing_is_sent_while_nothing_changes(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        app.frames.clear()
        app.tick()
        app.read_again()
        app.show(range="max")
        await settle(pilot)
        assert app.frames == []
        for key in "jjjjkkk":
            app.frames.clear()
            await press(pilot, key)
            assert 0 < sum(map(len, app.frames)) < 1800
        await press(pilot, "tab", "tab")

    play(staged(whole), use)


def test_in_the_table_alone_a_move_sends_a_few_cells(whole: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "o")
        for key in "jjk":
            app.frames.clear()
            await press(pilot, key)
            assert 0 < sum(map(len, app.frames)) < 500

    play(staged(whole), use, (80, 24))


@pytest.mark.parametrize("values", [[], [float("nan")] * 5])
def test_a_sparkline_of_nothing_known_is_blank(values: list[float]):
    assert spark(np.array(values, float), 4) == "    "


@pytest.mark.parametrize("n", [1, 2, 3, 8, 63, 252])
@pytest.mark.parametrize("width", [0, 1, 4, 16])
def test_a_sparkline_is_as_wide_as_asked(n: int, width: int):
    for ascii_only in (False, True):
        assert len(spark(np.sin(np.arange(n)), width, ascii_only=ascii_only)) == width


def test_a_sparkline_rises_and_falls_with_its_values():
    up, down = (spark(np.array(x, float), 4, ascii_only=True) for x in ([1, 2, 3, 4], [4, 3, 2, 1]))
    assert (up, down) == ('.-^"', '"^-.')
    assert spark(np.array([1.0, 4.0, np.nan, np.nan]), 2)[1] == " "
    assert spark(np.array([1.0, 1.0]), 4).strip()
