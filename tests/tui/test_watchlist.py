"""The watchlist, kept by two keys and in sight at every height."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.live.archive import Archive
from smallcap.tui.screens.find import Find
from smallcap.tui.widgets.watchlist import Watchlist
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.feeding.conftest import Quiet, archive, fill, made, opened, ticked
from tests.tui.stage import Counted, play, press, staged
from tests.tui.test_finding import kept, offered, remembered

__all__ = ["archive", "made"]


def test_x_takes_the_ticker_off_the_list_at_once_and_a_puts_it_back_where_it_was(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j", "x")
        assert app.wanted.settings.watchlist == ("IWM", "QQQ", "XLF")
        assert [row.ticker for row in app.shown.reading.watch] == ["IWM", "QQQ", "XLF"]
        assert "SPY is off the watchlist  a: put it back" in app.rows()[-1]
        assert app.shown.ticker == "SPY"
        assert remembered(tmp_path)["watchlist"] == ("IWM", "QQQ", "XLF")
        await press(pilot, "x")
        assert "SPY is not on the watchlist  a: put it there" in app.rows()[-1]
        await press(pilot, "a")
        assert [row.ticker for row in app.shown.reading.watch] == ["IWM", "SPY", "QQQ", "XLF"]
        assert "SPY is on the watchlist  x: take it off" in app.rows()[-1]
        assert remembered(tmp_path)["watchlist"] == ("IWM", "SPY", "QQQ", "XLF")

    play(kept(panel, tmp_path, watchlist=("IWM", "SPY", "QQQ", "XLF")), use)


@pytest.mark.parametrize(("key", "there"), [("j", "QQQ"), ("k", "IWM")])
def test_the_next_ticker_after_one_that_was_taken_off_is_its_neighbour(panel: Panel, key: str, there: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "j", "x", key)
        assert app.shown.ticker == there

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ")), use)


def test_both_tickers_of_the_pair_may_go_but_never_the_last_one(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "x", "j", "x", "j", "x")
        assert app.wanted.settings.watchlist == ("QQQ",)
        assert "QQQ is the only ticker on the watchlist" in app.rows()[-1]
        assert str(app.shown.reading.pair) == "IWM/SPY"
        await press(pilot, "j", "k", "z", "d", "e", "escape")
        assert app.shown.ticker == "QQQ"

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ")), use)


def test_a_asks_for_another_ticker_when_this_one_is_on_the_list(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "a")
        assert isinstance(app.screen, Find)
        assert set(offered(app)).isdisjoint({"IWM", "SPY", "IWM/QQQ"})
        for typed, said in (("iwm", "IWM is on the watchlist already"), ("iwm/qqq", "IWM/QQQ is a pair")):
            app.screen.query_one(Input).value = typed
            await press(pilot, "enter")
            assert said in app.text()
        app.screen.query_one(Input).value = "xlu"
        await press(pilot, "enter")
        assert remembered(tmp_path)["watchlist"] == ("IWM", "SPY", "XLU")
        assert app.shown.ticker == "XLU"
        assert "XLU" in [row.ticker for row in app.shown.reading.watch]
        assert "XLU is on the watchlist" in app.rows()[-1]

    play(kept(panel, tmp_path, watchlist=("IWM", "SPY"), recent=("IWM/QQQ",)), use)


def test_a_found_ticker_is_not_watched_by_itself(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "a", "escape", "slash", *"xlu", "enter")
        assert app.wanted.settings.watchlist == ("IWM", "SPY")
        await press(pilot, "a")
        assert app.wanted.settings.watchlist == ("IWM", "SPY", "XLU")

    play(staged(panel, watchlist=("IWM", "SPY")), use)


@pytest.mark.parametrize("height", range(7, 25))
def test_the_chosen_ticker_is_in_sight_at_every_height(panel: Panel, height: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for _ in range(len(panel.bars)):
            await press(pilot, "j")
            if app.screen.query_one(Watchlist).size.height > 1:
                assert f"▸{app.shown.ticker} " in app.text()

    play(staged(panel, watchlist=tuple(panel.bars)), use, (80, height))


def test_more_tickers_than_rows_scroll_with_the_chosen_one_in_sight(panel: Panel):
    tickers = ("IWM", "SPY", "QQQ", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV", "AAA", "BBB", "CCC")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        widget = app.screen.query_one(Watchlist)
        assert widget.size.height - 1 < len(tickers)
        for ticker in (*tickers[1:], tickers[0]):
            await press(pilot, "j")
            assert f"▸{ticker} " in app.text(), ticker
            first, last = (widget._shown[row].text for row in (1, -1))
            assert (first[0] == "↑") == (tickers[0] not in first)
            assert (last[0] == "↓") == (tickers[-1] not in last)
        await press(pilot, "slash", *"zzz", "escape", "k")
        assert "▸CCC" in widget._shown[-1].text

    play(staged(panel, watchlist=tickers), use, (80, 24))


def test_a_ticker_to_be_watched_is_watched_once_it_has_come(archive: Archive, made: list[Quiet]):
    fill(archive)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "a", *"xlk", "enter")
        assert app.notice == "asking Yahoo for XLK ..."
        assert app.wanted.settings.watchlist == ("IWM", "SPY")
        fill(archive, "IWM", "SPY", "XLF", "XLI", "XLY", "XLU", "XLP", "XLV", "XLK")
        await ticked(app, pilot)
        await ticked(app, pilot)
        assert app.shown.ticker == "XLK"
        assert app.wanted.settings.watchlist == ("IWM", "SPY", "XLK")
        assert app.wanted.settings.recent == ("XLK",)

    play(opened(archive), use)
