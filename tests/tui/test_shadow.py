"""The shadow: the same picture, cell for cell, as with every cell sent, and of what is there already not a byte."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from smallcap.core.bars import Panel
from smallcap.tui.keymap import KEYS
from smallcap.tui.shadow import Placed, Shadow
from smallcap.tui.strokes import written
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from tests.tui.screenful import Screenful, whole
from tests.tui.stage import Counted, Given, play, press, settle, staged

AROUND = len("\x1b[?2026h\x1b[1;1H\x1b[?2026l")
"""Bytes that Textual puts around each frame."""
COLOURS = ["#10131a", "#d8dee6", "#ee6a48", "red", None]
FLAGS = ["bold", "dim", "italic", "underline", "reverse", "strike"]
NARROW = ["a", "b", "0", " ", " ", " ", "─", "⣿", "▲", "é"]
WIDE = ["株", "式", "한"]
MARKED = ["e\u0301", "a\u0302"]
Unit = tuple[str, int, Style]
"""A character with its marks, the columns it takes, and its style."""


def style(rng: random.Random) -> Style:
    flags = dict.fromkeys(rng.sample(FLAGS, rng.choice([0, 0, 0, 1, 2])), True)
    return Style(color=rng.choice(COLOURS), bgcolor=rng.choice(COLOURS[:2]), **flags)


def unit(rng: random.Random, columns: int, strange: bool) -> Unit:
    texts = WIDE if columns == 2 else MARKED if strange and rng.random() < 0.1 else NARROW
    return rng.choice(texts), columns, style(rng)


def row(rng: random.Random, width: int, strange: bool) -> list[Unit]:
    found: list[Unit] = []
    while (left := width - sum(columns for _, columns, _ in found)) > 0:
        columns = 2 if strange and left > 1 and rng.random() < 0.08 else 1
        text, _, kind = unit(rng, columns, strange)
        found.append((text, columns, found[-1][2] if found and rng.random() < 0.7 else kind))
    return found


def placed(units: list[Unit], x: int, y: int) -> Placed:
    return x, y, [Segment(text, kind) for text, _, kind in units]


class Rows:
    """A screen that changes at random."""

    def __init__(self, rng: random.Random, width: int, height: int) -> None:
        self.rng, self.height = rng, height
        self.rows = [row(rng, width, strange=y % 2 == 0) for y in range(height)]

    def all(self) -> list[Placed]:
        return [placed(units, 0, y) for y, units in enumerate(self.rows)]

    def update(self) -> list[Placed]:
        """Pieces of some rows in any order, a few of their characters others than before."""
        rows = self.rng.sample(range(self.height), self.rng.randint(1, 3))
        pieces = [piece for y in rows for piece in self._pieces(y)]
        return self.rng.sample(pieces, len(pieces))

    def _pieces(self, y: int) -> Iterator[Placed]:
        rng, units = self.rng, self.rows[y]
        cuts = sorted(rng.sample(range(len(units) + 1), min(len(units) + 1, rng.choice([2, 4]))))
        for place in range(cuts[0], cuts[-1]):
            if rng.random() < 0.15:
                units[place] = unit(rng, units[place][1], strange=y % 2 == 0)
        starts = [0, *accumulate(columns for _, columns, _ in units)]
        for first, last in pairwise(cuts):
            yield placed(units[first:last], starts[first], y)


def in_full(pieces: Iterable[Placed]) -> bytes:
    """Every cell with its whole style."""
    parts = [
        f"\x1b[0m\x1b[{y + 1};{x + 1}H"
        + "".join(text if kind is None else kind.render(text) for text, kind, _ in segments)
        for x, y, segments in pieces
    ]
    return "".join(parts).encode()


def sent(shadow: Shadow, pieces: Iterable[Placed]) -> bytes:
    return written(shadow.take(pieces, ColorSystem.TRUECOLOR)).encode()


@pytest.mark.parametrize("seed", range(4))
def test_the_picture_is_that_of_all_that_was_drawn_and_half_the_bytes_at_most(seed: int):
    rng, shadow = random.Random(seed), Shadow()
    few, full = Screenful(24, 6), Screenful(24, 6)
    spent = needed = 0
    for step in range(500):
        if step % 100 == 0:
            width, height = rng.randint(2, 40), rng.randint(3, 8)
            for terminal in (few, full):
                terminal.screen.resize(height, width)
            shadow.forget()
            rows = Rows(rng, width, height)
            pieces = rows.all()
        else:
            pieces = rows.update()
        mine, theirs = sent(shadow, pieces), in_full(pieces)
        spent, needed = spent + len(mine), needed + len(theirs)
        assert few.send([mine]) == full.send([theirs]), (seed, step)
    assert spent < needed / 2


def plain(text: str, kind: Style | None = None, x: int = 0, y: int = 0) -> Placed:
    return x, y, [Segment(text, kind)]


def test_what_is_there_is_not_sent_again():
    shadow = Shadow()
    assert sent(shadow, [plain("abc")]) == b"\x1b[1H\x1b[0mabc\x1b[0m"
    assert shadow.take([plain("abc"), plain("b", x=1)], ColorSystem.TRUECOLOR) == []
    shadow.forget()
    assert b"abc" in sent(shadow, [plain("abc")])


@pytest.mark.parametrize(
    ("before", "after", "sent_of_it"),
    [
        ("abc", "aXc", b"\x1b[1;2H\x1b[0mX"),
        ("a-b", "x-y", b"\x1b[1H\x1b[0mx-y"),
        ("a----b", "x----y", b"\x1b[1H\x1b[0mx----y"),
        ("a-----b", "x-----y", b"\x1b[1H\x1b[0mx\x1b[5Cy"),
        ("a─b", "x─y", b"\x1b[1H\x1b[0mx\xe2\x94\x80y"),
        ("a──b", "x──y", b"\x1b[1H\x1b[0mx\x1b[2Cy"),
    ],
)
def test_a_gap_is_sent_where_a_move_over_it_takes_as_many_bytes(before: str, after: str, sent_of_it: bytes):
    shadow = Shadow()
    sent(shadow, [plain(before)])
    assert sent(shadow, [plain(after)]) == sent_of_it + b"\x1b[0m"


def test_a_gap_of_another_colour_is_moved_over():
    shadow, red = Shadow(), Style(color="red")
    frames = [[(0, 0, [Segment(one), Segment("-", red), Segment(other)])] for one, other in ("ab", "xy")]
    sent(shadow, frames[0])
    assert sent(shadow, frames[1]) == b"\x1b[1H\x1b[0mx\x1b[Cy\x1b[0m"


def test_of_a_blank_only_the_ground_is_seen():
    shadow, ground = Shadow(), "#10131a"
    sent(shadow, [plain("  ", Style(color="red", bgcolor=ground))])
    assert sent(shadow, [plain("  ", Style(color="blue", bgcolor=ground, bold=True))]) == b"\x1b[0m"
    assert sent(shadow, [plain("  ", Style(color="blue", bgcolor=ground, underline=True))]) != b"\x1b[0m"
    assert sent(shadow, [plain("  ", Style(bgcolor="red"))]) != b"\x1b[0m"


def test_what_terminals_may_draw_otherwise_is_sent_with_all_that_follows_and_the_cursor_put_anew():
    shadow = Shadow()
    sent(shadow, [plain("ab株cd")])
    again = sent(shadow, [plain("ab株cd"), plain("x", x=6)])
    assert "株cd".encode() in again
    assert b"\x1b[1;7Hx" in again


@pytest.mark.parametrize("piece", [Segment("a", None, [(1,)]), Segment("\u0301")])
def test_what_is_no_cell_is_refused(piece: Segment):
    with pytest.raises(ValueError, match=r"control|width"):
        Shadow().take([(0, 0, [piece])], ColorSystem.TRUECOLOR)


def size_of(frames: list[bytes]) -> int:
    """What the frames take in a terminal."""
    return sum(len(frame) + AROUND for frame in frames)


@pytest.mark.parametrize(("low_bandwidth", "tick", "step"), [("auto", 100, 122), ("on", 60, 90)])
def test_a_tick_and_a_step_of_the_cursor_take_few_bytes_and_what_has_not_changed_none(
    panel: Panel, low_bandwidth: str, tick: int, step: int
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        source = app.standpoint.source
        assert isinstance(source, Given)
        source.prices = {"QQQ": 122.45}
        app.tick()
        await settle(pilot)
        app.frames = []
        source.prices = {"QQQ": 124.47}
        app.tick()
        await settle(pilot)
        assert 0 < size_of(app.frames) <= tick
        await press(pilot, "S", "j")
        app.frames = []
        await press(pilot, "j")
        assert 0 < size_of(app.frames) <= step
        app.frames = []
        app.screen.refresh(layout=True)
        await settle(pilot)
        assert app.frames == []

    play(staged(panel, watchlist=("IWM", "SPY", "QQQ", "XLF"), low_bandwidth=low_bandwidth), use)


def test_a_screen_over_another_costs_less_where_nothing_is_dimmed(panel: Panel):
    spent: dict[str, int] = {}

    for chosen in ("off", "on"):

        async def use(app: Counted, pilot: Pilot[int], chosen: str = chosen) -> None:
            app.frames = []
            await press(pilot, "question_mark")
            spent[chosen] = size_of(app.frames)
            assert "next ticker of the watchlist" in app.text()

        play(staged(panel, low_bandwidth=chosen), use)
    assert spent["on"] < 5000
    assert spent["off"] < 13_000


@pytest.mark.parametrize("cause", ["ctrl+l", "resize to the same"])
def test_all_is_sent_again_when_the_terminal_may_show_something_else(panel: Panel, cause: str):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        before = Screenful().send(app.frames)
        app.frames = []
        if cause == "ctrl+l":
            await press(pilot, "ctrl+l")
        else:
            app.post_message(Resize(app.size, app.size))
            await settle(pilot)
        wiped = Screenful().send(app.frames)
        assert wiped == whole(app)
        assert wiped[:-1] == before[:-1]

    play(staged(panel), use)


def test_a_frame_for_another_size_than_the_terminals_is_not_relied_on(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        size, update = app.size, app.screen._compositor.render_full_update()
        app._size = Size(80, 24)
        assert app.differing(app.screen, update) is update
        app._size, app.frames = size, []
        app.screen.refresh()
        await settle(pilot)
        assert Screenful().send(app.frames) == whole(app)

    play(staged(panel), use)


def test_the_pixels_of_the_same_size_change_nothing(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        app.post_message(Resize(app.size, app.size))
        await settle(pilot)
        app.frames = []
        app.post_message(Resize(app.size, app.size, pixel_size=Size(1200, 800)))
        await settle(pilot)
        assert app.frames == []

    play(staged(panel), use)


KEYS_TO_PRESS = [key for each in KEYS for key in each.keys.split(",") if each.action not in {"quit", "save_screen"}]


@pytest.mark.parametrize("seed", [11, 12])
def test_the_picture_is_textuals_own_through_any_keys_and_sizes(panel: Panel, seed: int):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        rng, terminal = random.Random(seed), Screenful()
        for _ in range(20):
            if rng.random() < 0.3:
                width, height = rng.choice([(80, 24), (120, 40), (100, 30), (30, 8), (160, 50)])
                terminal = Screenful(width, height)
                await pilot.resize_terminal(width, height)
                await settle(pilot)
            else:
                await press(pilot, rng.choice(KEYS_TO_PRESS))
            frames, app.frames = app.frames, []
            assert terminal.send(frames) == whole(app)

    play(staged(panel, low_bandwidth=("on", "off")[seed % 2]), use)
