"""The app by its keys: what each does, what it sends, and at every size."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core import document as documents
from smallcap.core import reading
from smallcap.core.bars import Panel
from smallcap.core.funds import Facts
from smallcap.core.settings import RANGES, Settings
from smallcap.tui.app import Smallcap
from smallcap.tui.keymap import KEYS
from smallcap.tui.screens.ask import Ask
from smallcap.tui.screens.help import Help
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.stage import Counted, Given, as_day, play, press, settle, staged

SIZES = [(80, 24), (120, 40), (200, 60), (60, 16), (20, 5), (3, 2)]


def test_the_screen_says_what_the_report_says(real_panel: Panel):
    for row in (-2, 5000, 6000, 7000):
        day = as_day(real_panel, row)
        made = reading.build(real_panel, day, Settings(), closed=day)

        async def look(app: Counted, pilot: Pilot[int], made: reading.Reading = made) -> None:
            shown = app.text()
            document = documents.document(made, Facts())
            assert document["regime"]["label"] in shown
            assert f"since {document['regime']['since']}, {document['regime']['sessions']} sessions" in shown
            for axis in document["axes"].values():
                assert axis["state"] in shown
            assert f"→ {document['sizing']['shares']} share" in shown
            assert f"{document['ratio']['value']:.4f}" in shown
            assert f"{made.as_of} close" in shown

        play(staged(real_panel, asked=day), look)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_filled_to_the_last_cell(panel: Panel, size: tuple[int, int]):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        rows = app.rows()
        assert len(rows) == size[1]
        assert {len(row) for row in rows} == {size[0]}

    play(staged(panel), look, size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_banner_charts_watchlist_sectors_and_size_are_there_at_every_size(panel: Panel, size: tuple[int, int]):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        for words in ("since ", "IWM/SPY", "WATCH", "QQQ", "SECTORS vs SPY", "XLV", "SIZE  long IWM", "SIMULATED"):
            assert words in app.text(), words

    play(staged(panel), look, size)


def test_next_and_previous_ticker_go_round(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        seen = []
        for key in ("j", "j", "j", "k", "k", "k", "k"):
            await press(pilot, key)
            seen.append(app.shown.ticker)
        assert seen == ["SPY", "QQQ", "IWM", "QQQ", "SPY", "IWM", "QQQ"]
        assert " QQQ " in app.rows()[4]
        assert "SIZE  long QQQ" in app.text()

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ")), use)


def test_a_ticker_the_source_has_not_is_said_where_its_chart_would_be(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j")
        assert "NOPE is not in random walk up to 2017-10-11" in app.text()
        assert "none: ticker 'NOPE' is not in" in app.text()
        await press(pilot, "j")
        assert "SIZE  long SPY" in app.text()

    play(staged(panel, watchlist=("IWM", "NOPE", "SPY")), use)


def test_ranges_by_number_and_by_bracket(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for key, name in zip("123456789", RANGES, strict=True):
            await press(pilot, key)
            assert app.shown.range == name
        await press(pilot, "right_square_bracket")
        assert "max is the longest range" in app.rows()[-1]
        await press(pilot, "left_square_bracket")
        assert app.shown.range == "5Y"
        await press(pilot, "1", "left_square_bracket")
        assert "1D is the shortest range" in app.rows()[-1]

    play(staged(panel), use)


def test_candles_volume_and_basis(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "c")
        assert "candles" in app.rows()[4]
        await press(pilot, "v", "R")
        assert not app.shown.volume
        assert "price; axes on total return" in app.text()
        await press(pilot, "R")
        assert "total return" in app.text()

    play(staged(panel), use)


def test_time_travel_is_the_report_of_that_day(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "less_than_sign", "less_than_sign")
        day = as_day(panel, -3)
        assert app.shown.reading.as_of == day
        assert "REPLAY" in app.text()
        there = reading.build(panel.until(panel["SPY"].sessions[-3]), day, Settings(), closed=day)
        assert documents.document(app.shown.reading, Facts()) == documents.document(there, Facts())
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert app.shown.reading.as_of == as_day(panel, -1)
        await press(pilot, "greater_than_sign")
        assert not app.shown.travelling
        await press(pilot, "greater_than_sign")
        assert "is the newest session that has closed" in app.rows()[-1]

    play(staged(panel), use)


def test_steps_in_time_pressed_faster_than_they_are_read_all_count(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for _ in range(12):
            app.action_travel(-1)
        app.action_refresh_source()
        app.action_travel(1)
        await settle(pilot)
        assert app.shown.reading.as_of == as_day(panel, -12)
        await press(pilot, "T")
        assert app.shown.reading.as_of == as_day(panel, -1)

    play(staged(panel), use)


def test_travelling_does_not_hide_that_the_source_failed(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app.standpoint.source, Given)
        app.standpoint.source.fails = "gone"
        await press(pilot, "r", "less_than_sign")
        assert app.shown.reading.as_of == as_day(panel, -2)
        assert "NOT REFRESHED" in app.text()

    play(staged(panel), use)


def test_going_to_a_date_checks_it_beside_the_field(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "t")
        await press(pilot, *"soon", "enter")
        assert isinstance(app.screen, Ask)
        assert "'soon' is not a date like 2020-03-23" in app.text()
        app.screen.query_one(Input).value = str(as_day(panel, 400))
        await press(pilot, "enter")
        assert app.shown.reading.as_of == as_day(panel, 400)
        await press(pilot, "T")
        assert app.shown.reading.as_of == as_day(panel, -1)

    play(staged(panel), use)


def test_a_date_before_the_data_keeps_the_reading_and_says_why(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "t")
        app.screen.query_one(Input).value = "2001-01-02"
        await press(pilot, "enter")
        assert "as-of 2001-01-02 is before the first session" in app.rows()[-1]
        assert app.shown.reading.as_of == as_day(panel, -1)
        assert app.shown.trouble == ""

    play(staged(panel), use)


def test_finding_a_ticker_and_a_pair(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash", *"xle", "enter")
        assert "ticker 'XLE' is not in random walk; did you mean XL" in app.text()
        app.screen.query_one(Input).value = "xlf"
        await press(pilot, "enter")
        assert app.shown.ticker == "XLF"
        await press(pilot, "slash", *"iwm/qqq", "enter")
        assert "IWM/QQQ" in app.text()
        assert "none confirm IWM/QQQ" in app.text()
        assert app.shown.ticker == "IWM"

    play(staged(panel), use)


def test_resizing_keeps_what_is_looked_at(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j", "c", "3")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert {len(row) for row in app.rows()} == {size[0]}
        assert (app.shown.ticker, app.shown.chart, app.shown.range) == ("SPY", "candles", "1M")

    play(staged(panel), use)


def test_ascii_sends_nothing_else(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j", "c")
        assert app.text().isascii()
        assert all(frame.isascii() for frame in app.frames)

    app = staged(panel)
    play(Counted(app.standpoint, ascii_only=True), look)


def test_saving_the_screen_writes_a_picture_and_text(panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "s")
        assert "saved smallcap-" in app.rows()[-1]
        assert "WATCH" in next(tmp_path.glob("*.txt")).read_text()
        picture = next(tmp_path.glob("*.svg")).read_text()
        assert picture.startswith("<svg")
        assert picture.count("http") == picture.count("http://www.w3.org") + picture.count("https://www.textualize.io")

    play(staged(panel), use)


def test_help_lists_every_key_and_closes(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "question_mark")
        assert isinstance(app.screen, Help)
        for key in KEYS:
            assert key.words in app.text(), key
        await press(pilot, "escape")
        assert not isinstance(app.screen, Help)

    play(staged(panel), use, (100, 80))


def test_every_action_in_the_key_table_exists():
    for key in KEYS:
        assert hasattr(Counted, f"action_{key.action.partition('(')[0]}"), key


def test_the_footer_names_at_most_eight_keys():
    assert 1 <= sum(bool(key.footer) for key in KEYS) <= 8


def test_no_part_of_the_app_takes_anothers_private_name():
    """The parts are one object: a second `_found` in one would quietly be the first in all of them."""
    parts = [kind for kind in Smallcap.__mro__ if kind.__module__.startswith("smallcap.")]
    methods = [
        name
        for kind in parts
        for name, value in vars(kind).items()
        if name.startswith("_") and not name.startswith("__") and callable(value)
    ]
    assert sorted(name for name in set(methods) if methods.count(name) > 1) == []
