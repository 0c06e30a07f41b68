"""An honest state on every panel: its shape always, its word where it matters, all in the banner, and no byte twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from smallcap.core.bars import Panel
from smallcap.core.freshness import CALM, WORDS, Freshness, State
from smallcap.tui.ascii import plain
from smallcap.tui.palette import palette_from
from smallcap.tui.scene import Scene
from smallcap.tui.states import EVERYWHERE, SHAPES, WORST, heading, urgent
from smallcap.tui.theme import DARK
from smallcap.tui.widgets.strips import StripWidget
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, settle, staged

PALETTE = palette_from(DARK.variables, DARK.background or "")
LIVE, CLOSED = State("LIVE"), State("CLOSED", "as of Fri 2026-11-20 16:00 ET")
STALE = State("STALE", "since 2026-11-20 16:20 ET: close of Fri 2026-11-20 is due")
ALL_CLOSED = Freshness(CLOSED, CLOSED, CLOSED)
SIZES = [(80, 24), (120, 40), (200, 60)]


class Told(Counted):
    """The app with a freshness of our own choice."""

    fresh = ALL_CLOSED

    def freshness_of(self, scene: Scene) -> Freshness:
        return self.fresh


def told(panel: Panel, fresh: Freshness, *, simulated: bool = False, ascii_only: bool = False) -> Told:
    """The app on a panel that is or isn't simulated, with that freshness."""
    origin = replace(panel.origin, simulated=simulated)
    standpoint = staged(replace(panel, origin=origin)).standpoint
    app = Told(standpoint, ascii_only=ascii_only)
    app.fresh = fresh
    return app


def headings(app: Counted) -> dict[str, str]:
    """The first row of every panel in sight that shows numbers of some freshness."""
    lines = app.screen._compositor.render_strips()
    rows = {
        panel.id or "": "".join(text for text, _, _ in lines[panel.region.y].crop(*panel.region.column_span))
        for panel in app.screen.query(StripWidget)
        if panel.KINDS and panel.size.height and panel.id != "banner"
    }
    # With one row of room the reasons say nothing, so they need no state.
    return {name: row for name, row in rows.items() if name != "reasons" or row.strip()}


async def say(app: Told, pilot: Pilot[int], fresh: Freshness) -> int:
    """Another freshness comes to be known; the bytes it sends."""
    app.fresh = fresh
    sent = len(app.frames)
    app._say_how_fresh()
    await settle(pilot)
    return sum(map(len, app.frames[sent:]))


def test_every_state_has_a_shape_of_its_own_in_one_cell_and_in_ascii_too():
    assert set(SHAPES) == set(WORDS) == set(WORST)
    assert all(cell_len(shape) == 1 for shape in SHAPES.values())
    assert len(set(SHAPES.values())) == len({plain(shape) for shape in SHAPES.values()}) == len(WORDS)
    assert all(plain(shape).isascii() and plain(shape) not in "? " for shape in SHAPES.values() if shape != "?")
    assert {word for word in WORDS if urgent(State(word))} == set(WORDS) - CALM - EVERYWHERE


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("word", WORDS)
def test_every_panel_says_its_state(panel: Panel, size: tuple[int, int], word: str):
    state = State(word, "since 14:32 ET; and so on")

    async def look(app: Counted, pilot: Pilot[int]) -> None:
        rows = headings(app)
        assert {"price", "ratio", "watch", "sectors", "size"} <= set(rows)
        assert {name for name, row in rows.items() if not row.startswith(f"{SHAPES[word]} ")} == set(), rows
        if urgent(state):
            assert {name for name, row in rows.items() if word not in row} == set(), rows

    play(told(panel, Freshness(state, state, state)), look, size)


@pytest.mark.parametrize("size", SIZES)
def test_each_panel_says_the_state_of_its_own_numbers(panel: Panel, size: tuple[int, int]):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        rows = headings(app)
        assert {name for name, row in rows.items() if row.startswith("● ")} == {"price", "watch"}
        assert {name for name, row in rows.items() if row.startswith("! ")} <= {"macro"}
        assert ("macro" in rows) == (size == (200, 60))
        assert not any("as of" in row for row in rows.values())

    play(told(panel, Freshness(LIVE, CLOSED, STALE)), look, size)


def test_a_calm_state_is_quiet_and_any_other_is_in_the_ink_of_warnings(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Told)
        lines = app.screen._compositor.render_strips()
        muted, warn = (app.theme_variables[f"ink-{name}"] for name in ("muted", "warn"))

        def ink_of(row: int, text: str) -> str:
            return next(str(s.color.name) for t, s, _ in lines[row] if s and s.color and text in t)

        assert ink_of(4, "□") == muted
        await say(app, pilot, Freshness(STALE, STALE, STALE))
        lines = app.screen._compositor.render_strips()
        assert ink_of(4, "!") == warn

    play(told(panel, ALL_CLOSED), look)


def test_the_watchlists_price_column_is_named_after_what_its_prices_are(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Told)
        assert headings(app)["watch"].startswith("□ WATCH     CLOSED    day %")
        await say(app, pilot, Freshness(State("DELAYED", "15 min"), CLOSED, CLOSED))
        assert headings(app)["watch"].startswith("≈ WATCH    DELAYED    day %")

    play(told(panel, ALL_CLOSED), look)


@pytest.mark.parametrize(
    ("fresh", "words"),
    [
        (ALL_CLOSED, "□ CLOSED until"),
        (Freshness(LIVE, CLOSED, CLOSED), "● LIVE"),
        (Freshness(STALE, STALE, CLOSED), "! STALE since 2026-11-20 16:20 ET"),
        (Freshness(CLOSED, CLOSED, State("STALE", "DGS2 is late")), "! macro STALE DGS2 is late"),
        (Freshness(State("DELAYED", "15 min"), CLOSED, CLOSED), "≈ prices DELAYED 15 min"),
        (Freshness(State("CACHED", "offline since 14:32 ET"), State("SUSPECT", "x"), CLOSED), "? daily SUSPECT x"),
    ],
)
@pytest.mark.parametrize("size", SIZES)
def test_the_banner_says_the_worst_state_and_whose_it_is(panel, fresh, words, size):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert words in "\n".join(app.rows()[:3])
        assert "SIMULATED" not in app.text()

    play(told(panel, fresh), look, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_banner_leaves_the_reasons_their_room_however_long_the_trouble(panel: Panel, size: tuple[int, int]):
    long = State("SUSPECT", "; ".join(f"IWM's close of session {n} is in doubt" for n in range(9)))

    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert "SUSPECT" in "\n".join(app.rows()[:3])
        assert "since " in "\n".join(app.rows()[:3])
        assert {len(row) for row in app.rows()} == {size[0]}

    play(told(panel, Freshness(long, long, long)), look, size)


@pytest.mark.parametrize("size", SIZES)
def test_simulated_is_said_in_words_in_the_banner_whatever_else_is_wrong(panel: Panel, size: tuple[int, int]):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Told)
        for state in (State("SIMULATED"), STALE):
            await say(app, pilot, Freshness(state, state, state))
            assert "◊ SIMULATED" in "\n".join(app.rows()[:3])

    play(told(panel, ALL_CLOSED, simulated=True), look, size)


def test_the_same_state_again_sends_not_a_byte(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Told)
        assert await say(app, pilot, Freshness(State("DELAYED", "4 min"), CLOSED, CLOSED)) > 0
        assert await say(app, pilot, Freshness(State("DELAYED", "4 min"), State(*CLOSED), State(*CLOSED))) == 0

    play(told(panel, ALL_CLOSED), look)


def test_a_minute_more_of_delay_sends_only_its_digits(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Told)
        await say(app, pilot, Freshness(State("DELAYED", "4 min"), CLOSED, CLOSED))
        assert 0 < await say(app, pilot, Freshness(State("DELAYED", "5 min"), CLOSED, CLOSED)) < 300

    play(told(panel, ALL_CLOSED), look)


def test_prices_growing_a_digit_move_neither_the_word_nor_the_range(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        source = app.standpoint.source
        places = set()
        for price in (57.2, 61.0, 66.66):
            source.prices = {"IWM": price}  # type: ignore[attr-defined]
            app.tick()
            await settle(pilot)
            row = app.rows()[4]
            places.add((row.index("STALE"), row.index("1Y  daily"), row.index("SPY rebased")))
        assert len(places) == 1, places

    play(told(panel, Freshness(STALE, STALE, STALE)), look, (200, 60))


def test_states_in_ascii_are_ascii(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert isinstance(app, Told)
        for word in WORDS:
            state = State(word, "since 14:32 ET")
            await say(app, pilot, Freshness(state, state, state))
            assert app.text().isascii()
            assert headings(app)["price"].startswith(plain(SHAPES[word]))

    play(told(panel, ALL_CLOSED, ascii_only=True), look)


words = st.text("abc ", min_size=1, max_size=14).map(lambda text: (text, "text"))


@given(
    st.integers(1, 60),
    st.sampled_from(WORDS),
    st.text(max_size=30),
    st.tuples(words, st.lists(words, max_size=3), st.lists(words, max_size=3)),
)
def test_a_heading_is_as_wide_as_asked_and_never_without_its_shape(width, word, detail, parts):
    title, beside, right = parts
    made = heading(width, PALETTE, State(word, detail), [title], beside=beside, right=right)
    assert made.cell_length == width == sum(cell_len(text) for text, _, _ in made)
    assert "".join(text for text, _, _ in made).startswith(SHAPES[word])


def test_an_urgent_word_drives_out_the_last_things_first():
    parts = {"beside": [("  beside", "text")], "right": [("right", "text"), ("  more", "text")]}

    def made(width: int, word: str) -> str:
        row = heading(width, PALETTE, State(word, "since noon"), [("TITLE", "text")], **parts)
        return "".join(text for text, _, _ in row)

    assert made(60, "STALE").split() == ["!", "TITLE", "beside", "STALE", "since", "noon", "right", "more"]
    assert made(36, "STALE").split() == ["!", "TITLE", "beside", "STALE", "right", "more"]
    assert made(30, "STALE").split() == ["!", "TITLE", "STALE", "right", "more"]
    assert made(22, "STALE").split() == ["!", "TITLE", "STALE", "right"]
    assert made(14, "STALE").split() == ["!", "TITLE", "STALE"]
    assert made(9, "STALE").split() == ["!", "TITLE"]
    assert made(30, "CLOSED").split() == ["□", "TITLE", "beside", "right", "more"]
    assert made(40, "CLOSED").split() == ["□", "TITLE", "beside", "CLOSED", "right", "more"]


def test_the_first_notice_says_where_live_data_is_to_be_had(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert app.rows()[-1].strip() == (
            '! simulated market; for live data: smallcap --source yahoo (or source = "yahoo" in the config)'
        )
        await pilot.press("v")
        await settle(pilot)
        assert "j/k ticker" in app.rows()[-1]

    play(staged(panel), look)


def test_the_first_notice_is_shorter_where_there_is_no_room(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert app.rows()[-1].strip() == "! simulated market; for live data: smallcap --source yahoo"

    play(staged(panel), look, (80, 24))


def test_a_market_that_is_not_simulated_needs_no_such_notice(panel: Panel):
    async def look(app: Counted, pilot: Pilot[int]) -> None:
        assert "j/k ticker" in app.rows()[-1]

    play(told(panel, ALL_CLOSED), look)
