"""Finding by typed letters, and what is remembered of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core import account
from smallcap.core.bars import Panel
from smallcap.core.live.archive import Archive
from smallcap.core.store import Store
from smallcap.tui.screens.find import Find
from smallcap.tui.widgets.find_list import FindList
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.feeding.conftest import Quiet, archive, fill, made, opened
from tests.tui.stage import Counted, as_day, play, press, staged

__all__ = ["archive", "made"]


def kept(panel: Panel, home: Path, **chosen: object) -> Counted:
    """The app with a folder to remember things in."""
    app = staged(panel, **chosen)  # type: ignore[arg-type]
    app.standpoint = app.wanted = app.standpoint.but(store=Store(home / "store.sqlite3"))
    return app


def remembered(home: Path) -> dict[str, object]:
    return dict(account.read(home / "account.json"))


def offered(app: Counted) -> list[str]:
    return [one.symbol for one in app.screen.query_one(FindList)._offered]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)])
def test_the_finder_offers_everything_it_knows_and_says_why(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash")
        assert isinstance(app.screen, Find)
        assert offered(app)[:3] == ["KRE", "IWM/QQQ", "IWM"]
        assert set(panel.bars) <= set(offered(app))
        assert "recent" in app.text()
        await press(pilot, *"scha")
        assert "▸ SCHA" in app.text()
        if size[0] >= 80:
            assert "Schwab U.S. Small-Cap ETF" in app.text()
            assert "not in random walk" in app.text()
        assert {len(row) for row in app.rows()} == {size[0]}

    play(staged(panel, recent=("KRE", "IWM/QQQ", "IWM")), use, size)


def test_letters_of_a_ticker_or_of_a_name_and_enter(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash", *"qq", "enter")
        assert app.shown.ticker == "QQQ"
        await press(pilot, "slash", *"russell", "enter")
        assert app.shown.ticker == "IWM"
        await press(pilot, "slash", *"xf", "enter")
        assert app.shown.ticker == "XLF"
        assert not isinstance(app.screen, Find)

    play(staged(panel), use)


def test_the_arrows_choose_and_tab_writes_the_chosen_one_out(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash", *"xl", "down", "down", "up", "enter")
        assert app.shown.ticker == "XLI"
        await press(pilot, "slash", *"xl", "tab")
        assert app.screen.query_one(Input).value == "XLF"
        await press(pilot, "slash", *"sp", "tab", "enter")
        assert str(app.shown.reading.pair) == "XLF/SPY"
        await press(pilot, "slash", *"xl", "up", "up", "enter")
        assert app.shown.ticker == "XLI"
        await press(pilot, "slash", *"xl", *["pagedown"] * 3, "enter")
        assert app.shown.ticker == "XLY"

    play(staged(panel), use)


def test_a_long_list_scrolls_and_says_where_one_is(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash")
        last = offered(app)[-1]
        assert f"▸ {last}" not in app.text()
        await press(pilot, *["down"] * (len(offered(app)) + 3))
        assert f"▸ {last}" in app.text()
        assert f"{len(offered(app))} of {len(offered(app))}" in app.text()

    play(staged(panel), use, (80, 16))


def test_a_pair_by_letters_of_both_sides(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash", *"iw/qq", "enter")
        assert str(app.shown.reading.pair) == "IWM/QQQ"
        await press(pilot, "slash", *"russ/500", "enter")
        assert str(app.shown.reading.pair) == "IWM/SPY"

    play(staged(panel), use)


def test_esc_leaves_everything_as_it_was(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        before = app.shown
        await press(pilot, "slash", *"qqq", "escape")
        assert not isinstance(app.screen, Find)
        assert app.shown.ticker == before.ticker
        assert app.shown.reading is before.reading
        assert remembered(tmp_path) == {}

    play(kept(panel, tmp_path), use)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("zzz", "ticker 'ZZZ' is not in random walk"),
        ("iwm/zzz", "ticker 'ZZZ' is not in random walk"),
        ("iwm/iwm", "is not two different tickers with a slash between them"),
        ("[red]x", "ticker '[RED]X' is not in random walk"),
        ("scha", "ticker 'SCHA' is not in random walk"),
    ],
)
def test_what_is_not_there_is_said_beside_the_field(panel: Panel, typed: str, said: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash")
        app.screen.query_one(Input).value = typed
        await press(pilot, "enter")
        assert isinstance(app.screen, Find)
        assert said in " ".join(app.text().split())
        app.screen.query_one(Input).value = "spy"
        await press(pilot, "slash", "backspace")
        assert said not in " ".join(app.text().split())
        await press(pilot, "enter")
        assert app.shown.ticker == "SPY"

    play(staged(panel), use)


def test_a_ticker_that_came_later_than_the_time_shown_is_refused(panel: Panel):
    late = panel["QQQ"]
    young = type(late)(
        "QQQ", *(getattr(late, c)[600:] for c in ("sessions", "open", "high", "low", "close", "adj_close", "volume"))
    )

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash", *"qqq", "enter")
        assert f"QQQ has no session before {as_day(panel, 500)}" in app.text()

    play(staged(Panel({**panel.bars, "QQQ": young}, panel.origin), asked=as_day(panel, 500)), use)


def test_the_nine_most_recent_are_remembered_newest_first_each_once(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for typed in ("xlf", "iwm/qqq", "qqq", "xlf"):
            await press(pilot, "slash", *typed, "enter")
        assert remembered(tmp_path)["recent"] == ("XLF", "QQQ", "IWM/QQQ")
        await press(pilot, "slash")
        assert offered(app)[0] == "QQQ"
        await press(pilot, "escape")
        for ticker in ("xli", "xly", "xlu", "xlp", "xlv", "spy", "iwm"):
            await press(pilot, "slash", *ticker, "enter")
        recent = remembered(tmp_path)["recent"]
        assert recent == ("IWM", "SPY", "XLV", "XLP", "XLU", "XLY", "XLI", "XLF", "QQQ")
        assert app.wanted.settings.recent == recent
        assert app.shown.ticker == "IWM"
        assert str(app.shown.reading.pair) == "IWM/QQQ"

    play(kept(panel, tmp_path), use)


def test_a_source_that_asks_others_is_offered_what_is_typed(archive: Archive, made: list[Quiet]):
    fill(archive)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "slash", *"xk")
        assert offered(app) == ["XK"]
        assert "as typed" in app.text()
        await press(pilot, "enter")
        assert app.notice == "asking Yahoo for XK ..."
        await press(pilot, "slash", *"xf")
        assert offered(app) == ["XF", "XLF"]
        await press(pilot, "escape")

    play(opened(archive), use)
