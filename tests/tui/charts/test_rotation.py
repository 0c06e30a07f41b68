"""The rotation map: pictures as they were, labels that never touch, heads in their quarters, at any size."""

import difflib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.tui.charts.raster import plain
from smallcap.tui.charts.rotation import Trail, rotation_chart

from .chart_samples import PALETTE, dots, rows, style_at, walk

GOLDEN = Path(__file__).parent / "golden" / "rotation"
NAMES = ("XLB", "XLC", "XLE", "XLF", "XLI", "XLK", "XLP", "XLRE", "XLU", "XLV", "XLY", "KRE")
AXES = ("% from SMA63 →", "↑ its change in 10, pp")
SIZES = ((60, 15), (120, 30), (5, 2), (1, 1), (200, 60))
PICTURES = (
    *((f"{w}x{h}", (w, h), {}) for w, h in SIZES),
    ("ascii-60x15", (60, 15), {"glyphs": "ascii", "axes": ("% from SMA63 >", "")}),
    ("unchosen-60x15", (60, 15), {"chosen": ""}),
)


def trails():
    """Twelve ways of nine points, the same on every machine."""
    found = []
    for at, name in enumerate(NAMES):
        xs, ys = (np.log(walk(9, 20 * at + way, start=1.0, step=0.9)) for way in (1, 2))
        found.append(Trail(name, xs, ys))
    return found


def draw(size, given=None, **options):
    options = {"chosen": "XLE", "axes": AXES, **options}
    return rotation_chart(trails() if given is None else given, size=size, palette=PALETTE, **options)


def point(x, y, label="XLF"):
    return Trail(label, np.full(9, float(x)), np.full(9, float(y)))


def place(strips, text):
    """Column and row of a text."""
    return next((line.index(text), y) for y, line in enumerate(rows(strips)) if text in line)


def numbered(strips):
    """The digits in the chosen one's ink, from left to right."""
    cells = [(x, c) for y, line in enumerate(rows(strips)) for x, c in enumerate(line) if c.isdigit()
             and style_at(strips, x, y) == PALETTE.a]  # fmt: skip
    return "".join(c for _, c in sorted(cells))


@pytest.mark.parametrize(("name", "size", "options"), PICTURES, ids=[p[0] for p in PICTURES])
def test_a_picture_looks_as_it_did(name, size, options):
    drawn = [line.rstrip() for line in rows(draw(size, **options))]
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("SMALLCAP_UPDATE_GOLDENS") == "1":
        file.write_text("\n".join(drawn) + "\n", encoding="utf-8")
    golden = file.read_text(encoding="utf-8").split("\n")[:-1]
    diff = "\n".join(difflib.unified_diff(golden, drawn, str(file), "drawn now", lineterm="", n=0))
    assert not diff, f"{diff}\n\nthe picture now:\n" + "\n".join(drawn)


def test_no_golden_is_left_over():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {p[0] for p in PICTURES}


def test_every_label_stands_whole_and_once_where_there_is_room():
    text = plain(draw((120, 30)))
    for name in NAMES:
        assert text.count(name) == 1
    assert text.count("●") == 11
    assert text.count("◆") == 1


@given(st.integers(1, 90), st.integers(1, 30), st.integers(0, 500), st.booleans())
def test_any_size_and_any_way_is_drawn_exactly_and_no_label_is_cut(width, height, seed, ascii_only):
    draw_from = np.random.RandomState(seed)
    given_trails = [
        Trail(name, *(np.where(draw_from.rand(2, 9) < 0.1, np.nan, draw_from.standard_cauchy((2, 9)))))
        for name in NAMES
    ]
    options = {"glyphs": "ascii" if ascii_only else "braille", "axes": ("x", "y")}
    lines = rows(draw((width, height), given_trails, **options))
    assert [len(line) for line in lines] == [width] * height
    text = "\n".join(lines)
    assert text.isascii() or not ascii_only
    for word in ("LEADING", "WEAKENING", "LAGGING", "IMPROVING"):
        assert text.count(word) <= 1
        text = text.replace(word, "")
    # Whatever is left of letters is whole labels, each once, none touching another.
    found = ["".join(c if c.isupper() else " " for c in line).split() for line in text.split("\n")]
    names = [name for line in found for name in line]
    assert len(set(names)) == len(names)
    assert set(names) <= set(NAMES)


@pytest.mark.parametrize(
    ("x", "y", "name"), [(1, 1, "LEADING"), (1, -1, "WEAKENING"), (-1, -1, "LAGGING"), (-1, 1, "IMPROVING")]
)
def test_a_head_is_in_the_quarter_that_its_signs_name(x, y, name):
    lines = draw((80, 21), [point(x, y), point(-3 * x, -3 * y, "far")])
    (column, row), (corner, corner_row) = place(lines, "●XLF"), place(lines, name)
    middle, level = (80 - 6) // 2, 1 + 18 // 2
    assert (column > middle) == (corner > middle) == (x > 0)
    assert (row < level) == (corner_row < level) == (y > 0)


def test_zero_is_in_the_middle_and_the_ticks_say_the_units_given():
    lines = draw((80, 21), [point(10, 4), point(-2, 1, "far")])
    text = rows(lines)
    zero = place(lines, "┊")[0]
    assert abs(zero - (80 - 6) // 2) <= 1
    assert text[-1][zero] == "0"
    assert "+10" in text[-1]
    assert "-10" in text[-1]
    assert any(line.rstrip().endswith("+4") for line in text)
    assert any(line.rstrip().endswith("-4") for line in text)


def test_the_tail_of_the_chosen_one_is_numbered_backwards():
    way = Trail("XLE", np.linspace(-8, 8, 9), np.linspace(-4, 4, 9))
    lines = draw((90, 30), [way])
    assert numbered(lines) == "87654321"
    assert "XLE◆" in plain(lines)
    assert style_at(lines, *place(lines, "XLE")) == PALETTE.tag(PALETTE.a)
    unchosen = draw((90, 30), [way], chosen="")
    assert numbered(unchosen) == ""
    assert "XLE●" in plain(unchosen)


def test_every_week_of_a_tail_is_a_dot():
    way = Trail("XLF", np.array([-8.0, -6, -4, -2, 0, 2, 4, 6, 8]), np.array([-4.0, -1, -3, 2, 3, -2, 1, -4, 4]))
    alone = dots(draw((90, 30), [way], chosen=""))
    still = dots(draw((90, 30), [way._replace(xs=way.xs[-2:], ys=way.ys[-2:])], chosen=""))
    assert len(alone - still) == 7


def test_what_is_not_known_is_not_drawn():
    gone = Trail("XLF", np.append(np.ones(8), np.nan), np.ones(9))
    assert "XLF" not in plain(draw((80, 20), [gone, point(1, 1, "XLI")]))
    nothing = plain(draw((80, 20), [gone]))
    assert "LEADING" in nothing
    assert not any(c.isdigit() and c not in "6310" for c in nothing)
    assert "●" not in nothing


def test_two_on_the_same_spot_are_both_named():
    text = plain(draw((80, 20), [point(1, 1, "XLF"), point(1, 1, "XLI"), point(-1, -1, "XLK")]))
    for name in ("XLF", "XLI", "XLK"):
        assert name in text


def test_the_chosen_one_has_its_label_before_all_others():
    crowd = [point(1 + at / 1000, 1, name) for at, name in enumerate(NAMES)]
    for name in NAMES:
        assert name in plain(draw((60, 15), crowd, chosen=name))


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_no_room_at_all_is_an_error(size):
    with pytest.raises(ValueError, match="at least 1x1"):
        draw(size)
