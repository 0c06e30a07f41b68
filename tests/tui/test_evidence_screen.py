"""The evidence screen: the command's numbers, of the close that is shown and no other, while every key works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing import active_children

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.claims.claims import claims
from smallcap.core.claims.report import MARKS, summary
from smallcap.core.errors import SmallcapError
from smallcap.core.evidence import fragility, page
from smallcap.core.evidence.page import Page
from smallcap.core.evidence.report import cells
from smallcap.core.reading import Reading, build
from smallcap.core.settings import Settings
from smallcap.tui import sweeping
from smallcap.tui.evidence_work import Work
from smallcap.tui.screens.evidence import EvidenceScreen
from smallcap.tui.screens.explain import Explain
from smallcap.tui.sweeping import Stopped, Telling
from smallcap.tui.widgets.evidence_body import EvidenceBody
from smallcap.tui.widgets.evidence_found import Found
from smallcap.tui.widgets.evidence_view import SECTIONS
from textual.pilot import Pilot

from tests.tui.stage import Counted, as_day, play, press, settle, staged

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]


class InProcesses(Counted):
    """The app as it is, with processes for its work."""

    processes = None


async def until(pilot: Pilot[int], there: Callable[[], object]) -> None:
    """Wait for something that other threads or processes bring about."""
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        await pilot.pause(0.02)
    await settle(pilot)


async def opened(app: Counted, pilot: Pilot[int], section: str = "labels") -> None:
    """On the screen, with everything of the section worked out."""
    await press(pilot, "h")
    await until(pilot, lambda: app.found.page)
    for _ in range(SECTIONS.index(section)):
        await press(pilot, "right")
    if section == "fragility":
        await until(pilot, lambda: app.found.fragile)


def whole(panel: Panel, row: int = -1) -> Page:
    """The page as of a session, made without a screen, from a panel that ends with it."""
    ask = page.asked(panel.until(panel["SPY"].sessions[row]), Settings(), as_day(panel, row))
    return page.assembled(ask, {name: page.part(ask, name) for name in page.PARTS})


def reading_of(panel: Panel) -> Reading:
    day = to_day(panel["SPY"].sessions[-1])
    return build(panel, day, Settings(), closed=day)


def flat(app: Counted) -> str:
    """The screen's words with single spaces, whatever rows they are on."""
    return " ".join(app.text().split())


def body(app: Counted) -> EvidenceBody:
    return app.screen.query_one(EvidenceBody)


async def everything(app: Counted, pilot: Pilot[int]) -> list[str]:
    """All rows of the body, by scrolling through it."""
    await press(pilot, "home")
    seen: list[str] = []
    for _ in range(200):
        seen += [row for row in app.rows()[4:-1] if row not in seen and "more lines" not in row]
        before = app.text()
        await press(pilot, "j")
        if app.text() == before or app.notice:
            return seen
    raise AssertionError


@pytest.fixture(scope="module")
def expected(panel: Panel) -> Page:
    return whole(panel)


@pytest.mark.parametrize("size", SIZES)
def test_every_section_is_there_at_every_size_and_named_in_brackets(panel: Panel, size: tuple[int, int]):
    words = {
        "labels": "against all other days",
        "sizing": "the multiplier alone, IWM",
        "walk forward": "known at each year's end",
        "analogues": "most like",
        "fragility": "windows, dwell",
        "claims": "23 claims: ",
    }

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert isinstance(app.screen, EvidenceScreen)
        for name in SECTIONS:
            if name == "fragility":
                await until(pilot, lambda: app.found.fragile)
            shown = "walk" if name == "walk forward" and size == (60, 16) else name
            assert f"[{shown}]" in app.text()
            assert words[name] in app.text(), name
            assert all(len(row) == size[0] for row in app.rows())
            assert str(app.found.as_of) in app.rows()[0]
            await press(pilot, "tab")
        assert "[labels]" in app.text()
        await press(pilot, "shift+tab")
        assert "[claims]" in app.text()

    play(staged(panel), use, size)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_numbers_are_those_of_the_command(panel: Panel, expected: Page, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert repr(app.found.page) == repr(expected)
        rows = await everything(app, pilot)
        shown = [" ".join(row.replace("▸", " ").replace("●", " ").split()) for row in rows]
        for one in (row for row in expected.rows if (row.target, row.horizon) == ("IWM", 21)):
            *numbers, _ = cells(one)
            assert any(row.startswith(" ".join(" ".join(numbers).split())) for row in shown), numbers
        for quote in expected.quotes:
            assert any(quote.words()[:50] in row for row in shown)
        edges, of, chance = expected.beyond_chance
        assert any(f"{edges} of {of} rows show a return edge; {chance:.0f} would by chance" in row for row in shown)

    play(staged(panel), use, size)


def test_labels_held_today_are_marked_and_no_others(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        said = [quote.words()[:40] for quote in expected.quotes]
        rows = {row[2:] for row in await everything(app, pilot) if not any(words in row for words in said)}
        marked = [row[2:].split("  ")[0] for row in rows if row.startswith("●") and "eps:" not in row]
        assert sorted(marked) == sorted(name for _, name in app.found.held)
        for kind in {row.kind for row in expected.rows}:
            assert sum(held == kind for held, _ in app.found.held) <= 1
        assert {(one.row.kind, one.row.label) for one in expected.quotes} <= app.found.held

    play(staged(panel), use)


def test_n_changes_the_horizon_and_b_what_followed(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for horizon in (63, 5, 21):
            await press(pilot, "n")
            assert f"IWM over {horizon} sessions" in app.text()
            first = next(row for row in expected.rows if (row.target, row.horizon) == ("IWM", horizon))
            assert " ".join(cells(first)[:5]) in flat(app)
        for target in ("SPY", "IWM/SPY", "IWM"):
            await press(pilot, "b")
            assert f"{target} over 21 sessions" in app.text()
            first = next(row for row in expected.rows if (row.target, row.horizon) == (target, 21))
            assert " ".join(cells(first)[:5]) in flat(app)
        await press(pilot, "right", "n")
        assert "the horizon is chosen among" in app.notice
        await press(pilot, "b")
        assert "what followed is chosen among" in app.notice

    play(staged(panel), use)


def test_a_labels_card_has_its_numbers_its_histogram_and_its_decades(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        await press(pilot, "j", "enter")
        await until(pilot, lambda: "after other days" in app.rows()[-4] or "█" in app.text())
        one = [row for row in expected.rows if (row.target, row.horizon) == ("IWM", 21)][1]
        text = app.text()
        assert f"after regime {one.label}, IWM over 21 sessions" in text
        assert f"{one.days:,} in {one.episodes} episode" in text
        for mark in ("█", "●"):
            assert f"{mark} after" in text
        rows = await everything(app, pilot)
        for period in expected.periods:
            years = next(row for row in rows if f"{period.first.year}-{period.last.year}" in row)
            found = next(r for r in period.rows if (r.kind, r.label, r.target) == (one.kind, one.label, "IWM"))
            assert f"{found.days:,}" in years
        assert any("walking forward" in row for row in rows) == ((one.kind, one.label) in app.found.held)

    play(staged(panel), use)


def test_esc_closes_the_card_and_then_the_screen(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        before = app.text()
        await press(pilot, "enter")
        assert body(app).opened
        assert "esc back" in app.rows()[-1]
        await press(pilot, "enter")
        assert "the card is open" in app.notice
        await press(pilot, "escape")
        assert app.text() == before
        await press(pilot, "escape")
        assert app.current_mode == "dashboard"

    play(staged(panel), use)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
def test_a_claims_card_is_whole_and_scrolls(panel: Panel, size: tuple[int, int]):
    made = claims(panel, to_day(panel["SPY"].sessions[-1]))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot, "claims")
        assert repr(app.found.cards) == repr(made)
        assert summary(made) in app.text()
        await press(pilot, "j", "j", "j", "enter")
        await until(pilot, lambda: body(app).opened and body(app).opened.charted)
        card = made[3]
        assert f"{MARKS[card.verdict]} {card.verdict}" in app.text()
        words = " ".join(" ".join(row.split()) for row in await everything(app, pilot))
        for said in (card.claim, card.definition, card.said_by, card.shown(card.result), card.chart.title):
            assert said in words
        assert "█" in words
        assert "more lines" not in app.text()
        await press(pilot, "home")
        assert ("more lines" in app.text()) == (size != (200, 60))

    play(staged(panel), use, size)


def test_the_square_of_fragility_is_that_of_the_command(panel: Panel):
    reading = reading_of(panel)
    label = reading.regime.regime.label
    work = fragility.work(reading.panel, reading.pair, label)
    found = fragility.combined(reading.pair, label, [work(chunk) for chunk in fragility.CHUNKS])

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert app.found.fragile is None
        await press(pilot, "right", "right", "right", "right")
        await until(pilot, lambda: app.found.fragile)
        assert repr(app.found.fragile) == repr(found)
        for name, letters in zip(found.heat().rows, found.heat().letters, strict=True):
            line = next(row for row in app.rows() if row.strip().startswith(name))
            assert line.replace(name, "").replace("[", " ").replace("]", " ").split() == list(letters)
            assert ("[" in line) == (name == "50/200, 10 closes")
        assert found.label_words in flat(app)

    play(staged(panel), use, (80, 24))


def test_back_in_time_nothing_of_the_old_close_is_left_and_the_new_one_is_worked_out(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        await pilot.press("less_than_sign")
        await until(pilot, lambda: app.shown.reading.as_of == as_day(panel, -2))
        assert app.found.page is None
        assert f"Working out the evidence as of {as_day(panel, -2)}" in app.text()
        assert "rows show a return edge" not in app.text()
        assert "working out" in app.rows()[4]
        await until(pilot, lambda: app.found.page)
        assert repr(app.found.page) == repr(whole(panel, -2)) != repr(expected)
        assert str(as_day(panel, -2)) in app.rows()[0]

    play(staged(panel), use)


def test_a_session_passed_on_the_way_is_not_worked_out_and_coming_back_is_instant(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    begun: list[object] = []
    sweep = sweeping.sweep

    def counted(function: Work, chunks: Sequence[str], **how: object) -> list[object]:
        begun.append(function.ask.as_of)
        return sweep(function, chunks, **how)  # type: ignore[arg-type]

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for back in (-2, -3, -4):
            await pilot.press("less_than_sign")
            while app.shown.reading.as_of != as_day(panel, back):
                await pilot.pause(0.01)
        await until(pilot, lambda: app.found.page)
        assert begun == [as_day(panel, -1), as_day(panel, -4)]
        await press(pilot, "T")
        assert app.found.as_of == as_day(panel, -1)
        assert app.found.page
        assert "rows show a return edge" in app.text()
        await press(pilot, "d", "h")
        assert "rows show a return edge" in app.text()
        await pilot.pause(0.5)
        await settle(pilot)
        assert len(begun) == 2

    monkeypatch.setattr(sweeping, "sweep", counted)
    play(staged(panel), use)


def test_what_is_found_of_another_close_or_pair_is_never_drawn(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for other in ({"as_of": as_day(panel, -2)}, {"pair": "QQQ/SPY"}):
            app.found = app.found._replace(as_of=expected.as_of, pair="IWM/SPY")._replace(**other)
            await pilot.pause()
            assert "rows show a return edge" not in app.text()

    play(staged(panel), use)


def test_a_source_read_again_without_news_changes_nothing_and_sends_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        found = app.found
        app.frames.clear()
        app.tick()
        app.read_again()
        await settle(pilot)
        assert app.found.page is found.page
        assert app.frames == []

    play(staged(panel), use)


def test_a_row_further_sends_only_the_cells_that_change(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for key in ("j", "k", "j"):
            app.frames.clear()
            await press(pilot, key)
            assert 0 < sum(map(len, app.frames)) < 150
        await press(pilot, "end", "j")
        assert "this is the last of it" in app.notice
        await press(pilot, "home", "k")
        assert "this is the first of it" in app.notice

    play(staged(panel), use)


def test_the_chosen_row_is_always_in_sight(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for section in ("labels", "claims"):
            await opened(app, pilot, section)
            for key in ("down",) * 12 + ("end",) + ("up",) * 12 + ("pageup",) * 5 + ("home", "pagedown"):
                assert sum(row.startswith(" ▸") for row in app.rows()) == 1, section
                await pilot.press(key)
                await pilot.pause()

    play(staged(panel), use, (60, 16))


def test_work_that_nobody_waits_for_any_more_is_stopped(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    stopped: list[object] = []
    begun = threading.Event()

    def endless(function: Work, chunks: Sequence[str], *, telling: Telling, **_: object) -> list[object]:
        telling.progress(2, 6)
        begun.set()
        while not telling.stopped():
            time.sleep(0.01)
        stopped.append(function.ask.as_of)
        raise Stopped("stopped")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await pilot.press("h")
        await until_begun(pilot)
        assert "working out: 2 of 6 parts" in app.rows()[4]
        await pilot.press("less_than_sign")
        while not stopped:
            await pilot.pause(0.02)
        assert stopped == [as_day(panel, -1)]
        begun.clear()
        await until_begun(pilot)
        await pilot.press("d")
        await pilot.press("less_than_sign")
        while len(stopped) < 2:
            await pilot.pause(0.02)
        begun.clear()
        await pilot.press("h")
        await until_begun(pilot)

    async def until_begun(pilot: Pilot[int]) -> None:
        while not begun.is_set():
            await pilot.pause(0.02)
        await pilot.pause(0.05)

    monkeypatch.setattr(sweeping, "sweep", endless)
    play(staged(panel), use)
    assert stopped == [as_day(panel, -1), as_day(panel, -2), as_day(panel, -3)]


def test_work_that_fails_is_said_and_can_be_tried_again(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    sweep = sweeping.sweep

    def broken(*_: object, **__: object) -> list[object]:
        raise SmallcapError("a worker process ended before its work was done")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "h")
        await until(pilot, lambda: app.found.trouble)
        assert "a worker process ended" in app.notice
        assert "Not worked out: a worker process ended" in app.text()
        assert "working out" not in app.rows()[4]
        await press(pilot, "right", "j", "enter", "n", "left")
        assert isinstance(app.screen, EvidenceScreen)
        monkeypatch.setattr(sweeping, "sweep", sweep)
        await pilot.press("r")
        await until(pilot, lambda: app.found.page)
        assert "rows show a return edge" in app.text()

    monkeypatch.setattr(sweeping, "sweep", broken)
    play(staged(panel), use)


def test_in_processes_the_numbers_are_the_same_and_no_process_is_left(panel: Panel, expected: Page):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot, "fragility")
        assert repr(app.found.page) == repr(expected)
        assert app.found.fragile

    app = staged(panel)
    app.__class__ = InProcesses
    play(app, use)
    assert active_children() == []


def test_an_app_that_ends_amid_the_work_leaves_no_process(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await pilot.press("h")
        while not active_children():
            await pilot.pause(0.02)

    app = staged(panel)
    app.__class__ = InProcesses
    play(app, use)
    assert active_children() == []


def test_a_process_that_dies_is_said(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await pilot.press("h")
        while not active_children():
            await pilot.pause(0.02)
        for child in active_children():
            child.kill()
        await until(pilot, lambda: app.found.trouble)
        assert "a worker process ended before its work was done" in app.notice

    app = staged(panel)
    app.__class__ = InProcesses
    play(app, use)
    assert active_children() == []


@pytest.mark.parametrize("sessions", [10, 260, 400])
def test_a_short_history_says_what_it_lacks(panel: Panel, sessions: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        for section in SECTIONS:
            await opened(app, pilot, section)
            assert "Working out" not in app.text(), section
            await press(pilot, "enter", "escape", "h")
            while app.screen.view.section:
                await press(pilot, "left")

    play(staged(panel.until(panel["SPY"].sessions[sessions])), use, (80, 24))


def test_another_pair_has_its_own_evidence(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert app.found.pair == "QQQ/IWM"
        assert "QQQ over 21 sessions" in app.text()
        await press(pilot, "b", "b")
        assert "QQQ/IWM over 21 sessions" in app.text()

    play(staged(panel, pair="QQQ/IWM"), use)


def test_e_explains_the_columns_and_names_the_source(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "h", "e")
        assert isinstance(app.screen, Explain)
        for words in ("from the close of the session after", "circular block bootstrap", "0021-intervals-that-cover"):
            assert words in flat(app), words
        await press(pilot, "escape")
        assert isinstance(app.screen, EvidenceScreen)

    play(staged(panel), use, (120, 100))


@pytest.mark.parametrize("section", SECTIONS)
def test_in_ascii_it_says_the_same(panel: Panel, section: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot, section)
        rows = await everything(app, pilot)
        assert "".join(rows).isascii()
        assert section == "fragility" or "?" not in "".join(rows).replace("? CAN'T TELL", "")
        if section in ("labels", "claims"):
            await press(pilot, "home", "enter")
            await until(pilot, lambda: body(app).opened and body(app).opened.charted)
            card = "".join(await everything(app, pilot))
            assert card.isascii()
            assert "?" not in card.replace("? CAN'T TELL", "")
            assert "#" in card

    app = staged(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True))
    play(app, use)


def test_found_is_of_one_close_of_one_pair(panel: Panel):
    reading = reading_of(panel)
    assert Found(reading.as_of, "IWM/SPY").of(reading)
    assert not Found(reading.as_of, "QQQ/SPY").of(reading)
    assert not Found().of(reading)
