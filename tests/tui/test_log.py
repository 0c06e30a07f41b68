"""The log screen: states, outlook and entries, newest first; text from outside is shown and never obeyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from smallcap.core.bars import Origin, Panel
from smallcap.core.freshness import Freshness, State
from smallcap.core.live.log import KINDS, Entry
from smallcap.core.sources import Logged
from smallcap.tui.screens.log import Log
from smallcap.tui.widgets import log_view
from textual.pilot import Pilot

from tests.tui.stage import Counted, Given, play, press, settle, staged

# The staged clock stands at 23:00 UTC of 2017-10-11, which is 19:00 in New York.
NOW = datetime(2017, 10, 11, 23, tzinfo=UTC)
ESCAPES = "\x1b[31mred\x1b]0;title\x07 \x9b2J \u202eback"


@dataclass
class Asking(Given):
    """A source that keeps a log."""

    entries: tuple[Entry, ...] = ()
    next: tuple[str, ...] = ("the next try is at 19:05 ET", "Yahoo allows nothing until 19:30 ET")
    asked_at: list[datetime] = field(default_factory=list)

    def log(self) -> tuple[Entry, ...]:
        return self.entries

    def outlook(self, now: datetime) -> tuple[str, ...]:
        self.asked_at.append(now)
        return self.next


def entry(seconds: int, kind: str = "answered", what: str = "IWM", words: str = "22 bars") -> Entry:
    """An entry so many seconds before now."""
    return Entry(NOW - timedelta(seconds=seconds), kind, what, words)


def logged(panel: Panel, *entries: Entry) -> Counted:
    app = staged(panel)
    app.standpoint = app.wanted = app.standpoint.but(source=Asking(panel, entries=entries))
    return app


def source_of(app: Counted) -> Asking:
    assert isinstance(app.standpoint.source, Asking)
    return app.standpoint.source


def row_of(app: Counted, text: str) -> int:
    return next(at for at, row in enumerate(app.rows()) if text in row)


def view(app: Counted) -> log_view.LogView:
    return app.screen.query_one(log_view.LogView)


def test_the_protocol_is_met():
    assert isinstance(Asking.__new__(Asking), Logged)
    assert set(log_view.SHAPES) == set(KINDS)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_states_then_outlook_then_entries_newest_first(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        late = State("STALE", "DGS2 is late")
        app.freshness_of = lambda scene: Freshness(State("LIVE"), State("CLOSED", "as of Tue"), late)  # type: ignore[method-assign]
        app._say_how_fresh()
        await press(pilot, "L")
        assert isinstance(app.screen, Log)
        found = [
            row_of(app, text)
            for text in (
                "last prices   ● LIVE",
                "daily closes  □ CLOSED as of Tue",
                "macro series  ! STALE DGS2 is late",
                "the next try is at 19:05 ET",
                "Yahoo allows nothing until 19:30 ET",
                "18:59:30  ← answered  IWM    22 bars",
                "18:59:00  → asked     yahoo  daily bars of IWM",
                "Tue 2017-10-10",
                "18:00:00  ✗ refused   SPY    close is NaN",
            )
        ]
        assert found == sorted(found)
        assert source_of(app).asked_at[-1] == NOW
        for key in ("L", "L", "escape"):
            await press(pilot, key)
        assert not isinstance(app.screen, Log)

    old = entry(25 * 3600, "refused", "SPY", "close is NaN")
    play(logged(panel, old, entry(60, "asked", "yahoo", "daily bars of IWM"), entry(30)), use, size)


def test_it_scrolls_to_both_ends_and_no_further(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        first = app.rows()
        await press(pilot, "k", "pageup", "home")
        assert app.rows() == first
        await press(pilot, "j", "down")
        assert app.rows()[1:-3] == first[3:-1]
        await press(pilot, "up", "k", "pagedown")
        assert app.rows()[1] == first[-1]
        await press(pilot, "end")
        last = app.rows()
        assert "entry 0" in last[-1]
        await press(pilot, "j", "pagedown")
        assert app.rows() == last
        await press(pilot, "home")
        assert app.rows() == first

    play(logged(panel, *(entry(900 - n, words=f"entry {n}") for n in range(90))), use)


def test_new_entries_come_in_while_it_is_open(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        sent = len(app.frames)
        view(app).look()
        await settle(pilot)
        assert app.frames[sent:] == []
        source_of(app).entries += (entry(0, words="just now"),)
        source_of(app).next = ("nothing is tried before 20:00 ET",)
        view(app).look()
        await settle(pilot)
        assert row_of(app, "just now") < row_of(app, "22 bars")
        assert "nothing is tried before 20:00 ET" in app.text()
        assert "19:05" not in app.text()

    play(logged(panel, entry(30)), use)


def test_what_is_being_read_stays_in_its_place_when_entries_are_added_above(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L", "pagedown")
        before = app.rows()
        source_of(app).entries += (entry(0, words="just now"), entry(0, words="and again"))
        view(app).look()
        await settle(pilot)
        assert app.rows() == before
        await press(pilot, "home")
        assert "and again" in app.text()

    play(logged(panel, *(entry(900 - n, words=f"entry {n}") for n in range(90))), use)


def test_f_shows_only_what_went_wrong(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        assert all(f"words of {kind}" in app.text() for kind in KINDS)
        assert "f: all" in app.rows()[0]
        await press(pilot, "f")
        shown = {kind for kind in KINDS if f"words of {kind}" in app.text()}
        assert shown == {"refused", "failed", "flag"}
        assert "f: refused, failed, flags" in app.rows()[0]
        await press(pilot, "f")
        assert "words of note" in app.text()

    play(logged(panel, *(entry(9 - n, kind, words=f"words of {kind}") for n, kind in enumerate(KINDS))), use)


@pytest.mark.parametrize("width", [80, 120])
def test_text_from_outside_is_shown_and_not_obeyed(panel: Panel, width: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        assert "?[31mred" in app.text()
        assert "[bold]not markup[/]" in app.text()
        assert all(c.isprintable() for row in app.rows() for c in row)
        sent = b"".join(app.frames).decode()
        for harm in ("\x1b[31m", "\x1b]0;", "\x9b", "\x07", "\u202e"):
            assert harm not in sent

    harmful = entry(1, "failed", ESCAPES, f"{ESCAPES} [bold]not markup[/]")
    play(logged(panel, harmful, entry(0, "note", "ok", "[bold]not markup[/]")), use, (width, 30))


@pytest.mark.parametrize("size", [(80, 24), (50, 20), (20, 5), (3, 2)])
def test_wide_characters_and_long_words_fill_every_row_exactly(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        for _ in range(30):
            assert {cell_len(row) for row in app.rows()} == {size[0]}
            await press(pilot, "j")

    wide = "株式会社の値段がおかしい" * 8
    play(logged(panel, entry(1, "flag", wide, wide), entry(0, "failed", "x" * 99, "y" * 300)), use, size)


def test_long_words_are_wrapped_and_none_is_lost(panel: Panel):
    said = " ".join(f"word{n}" for n in range(60))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        assert all(f"word{n}" in app.text() for n in range(60))

    play(logged(panel, entry(1, "failed", "IWM", said)), use, (80, 30))


def test_characters_without_a_width_take_one_so_that_nothing_is_cut_off(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        assert app.text().count("株") == 60

    play(logged(panel, entry(1, "flag", "IWM", "\x1b\x1b\x1b株" * 60)), use, (80, 30))


def test_the_log_in_ascii_is_ascii(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L", "f")
        assert app.text().isascii()
        assert all(frame.isascii() for frame in app.frames)

    app = logged(panel, *(entry(9, kind, "株", "株") for kind in KINDS))
    play(Counted(app.standpoint, ascii_only=True), use)


def test_the_simulated_market_asks_nobody(panel: Panel):
    named = replace(panel, origin=Origin("simulated market", True, panel.origin.fetched_at))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        assert "the simulated market is made here: nothing is asked of anyone" in app.text()
        assert "no entries" in app.text()

    play(staged(named), use)


def test_a_folders_refused_rows_are_its_entries(write_folder: Callable[..., Path], panel: Panel):
    from smallcap.core.sources.folder import Folder
    from smallcap.core.store import Store

    folder = write_folder(panel, BAD="date,open,high,low,close,adj_close,volume\n2017-10-11,1,1,1,x,1,1\n")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        assert "is read again every minute and at r: nothing is asked of anyone" in " ".join(app.text().split())
        assert "19:00:00  ✗ refused   daily/BAD.csv" in app.text()
        assert "close 'x' is not a number" in app.text()

    app = staged(panel)
    standpoint = app.standpoint.but(source=Folder(folder, Store(None)))
    play(Counted(standpoint), use, (120, 30))


def test_a_failed_refresh_is_in_the_outlook(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source_of(app).fails = "gone"
        await press(pilot, "r", "L")
        assert "not refreshed since 19:00 ET" in app.text()

    play(logged(panel), use)


def test_what_changes_behind_the_log_is_sent_when_it_closes(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L")
        sent = len(app.frames)
        source_of(app).prices = {"IWM": 123.45, "QQQ": 67.89}
        app.tick()
        await settle(pilot)
        assert app.frames[sent:] == []
        await press(pilot, "L")
        assert app.text().count("123.45") >= 2
        assert "67.89" in app.text()

    play(logged(panel), use)


def test_the_keys_of_the_dashboard_do_nothing_behind_the_log(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "L", "j", "c", "3")
        assert (app.shown.ticker, app.shown.range, app.shown.chart) == ("IWM", "1Y", "line")
        await press(pilot, "q")
        assert not isinstance(app.screen, Log)
        assert app.is_running

    play(logged(panel), use)
