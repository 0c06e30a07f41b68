"""A frame in few bytes: the same cells as with every style in full, whatever the styles are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from smallcap.tui import strokes
from smallcap.tui.sgr import codes
from smallcap.tui.strokes import Run

from tests.tui.screenful import Screenful

WIDTH, HEIGHT = 80, 4
HOME = "\x1b[1H"
COLOURS = st.sampled_from([None, "#10131a", "#d8dee6", "#4fb286", "red", "bright_blue", "default"])
FLAGS = ("bold", "italic", "underline", "reverse", "strike", "blink")
STYLES = st.builds(
    lambda color, bgcolor, on: Style(color=color, bgcolor=bgcolor, **dict.fromkeys(on, True)),
    COLOURS,
    COLOURS,
    st.sets(st.sampled_from(FLAGS)),
)
SEGMENTS = st.lists(
    st.tuples(st.text("abc ▲⣿", min_size=1, max_size=6), st.none() | STYLES).map(lambda pair: Segment(*pair)),
    min_size=1,
    max_size=12,
)


def shown(*frames: str) -> list[list[object]]:
    """What a terminal shows after the frames."""
    return Screenful(WIDTH, HEIGHT).send(frame.encode() for frame in frames)


def written(segments: list[Segment], system: ColorSystem) -> str:
    texts = [one for segment in segments for one in segment.text]
    styles = [codes(style, system) for text, style, _ in segments for _ in text]
    return strokes.written([Run(0, 0, texts, styles, sure=True)])


def in_full(segments: list[Segment], system: ColorSystem) -> str:
    """Every style from the beginning, as Rich writes them."""
    return HOME + "".join(s.style.render(s.text, color_system=system) if s.style else s.text for s in segments)


@given(st.lists(SEGMENTS, min_size=1, max_size=3))
def test_the_picture_is_that_of_every_style_in_full(frames: list[list[Segment]]):
    few = [written(frame, ColorSystem.TRUECOLOR) for frame in frames]
    full = [in_full(frame, ColorSystem.TRUECOLOR) for frame in frames]
    assert shown(*few) == shown(*full)


def test_what_stays_is_not_named_again():
    ink, ground = "#d8dee6", "#10131a"
    segments = [
        Segment("a", Style(color=ink, bgcolor=ground)),
        Segment("b", Style(color="#4fb286", bgcolor=ground)),
        Segment("c", Style(color="#4fb286", bgcolor=ground)),
        Segment("d", Style(color="#4fb286", bgcolor=ground, bold=True)),
        Segment("e"),
    ]
    assert written(segments, ColorSystem.TRUECOLOR) == (
        f"{HOME}\x1b[0;38;2;216;222;230;48;2;16;19;26ma\x1b[38;2;79;178;134mbc\x1b[1md\x1b[0me\x1b[0m"
    )


def test_a_terminal_of_16_colours_gets_its_own():
    assert written([Segment("x", Style(color="red"))], ColorSystem.STANDARD) == f"{HOME}\x1b[0;31mx\x1b[0m"


def test_a_link_goes_where_it_did():
    segment = Segment("x", Style(color="red", link="https://example.org"))
    opened, _, _ = in_full([segment], ColorSystem.STANDARD).removeprefix(HOME).partition("\x1b[")
    assert opened.endswith("https://example.org\x1b\\")
    assert opened in written([segment], ColorSystem.STANDARD)
    assert written([segment], ColorSystem.STANDARD).endswith("x\x1b]8;;\x1b\\\x1b[0m")
