"""The evidence screen shows what the command says: every section, the cards, fragility, in every size."""

from __future__ import annotations

import pytest
from smallcap.core.bars import Panel, to_day
from smallcap.core.claims.claims import claims
from smallcap.core.claims.report import MARKS, summary
from smallcap.core.evidence import fragility
from smallcap.core.evidence.page import Page
from smallcap.core.evidence.report import cells
from smallcap.tui.screens.evidence import EvidenceScreen
from smallcap.tui.screens.explain import Explain
from smallcap.tui.widgets.evidence_body import EvidenceBody
from smallcap.tui.widgets.evidence_view import SECTIONS
from textual.pilot import Pilot

from tests.tui.evidence_screen.conftest import opened, reading_of, until
from tests.tui.stage import Counted, play, press, staged

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]


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
