"""What holds for every chart of every size and every data: exact size, no exception, a mark at the last value."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from smallcap.tui.charts import CHARTS
from smallcap.tui.charts.axis import number
from smallcap.tui.charts.chart import Ohlc
from smallcap.tui.charts.compose import Plot
from smallcap.tui.charts.line import Line, line_chart, line_layers, line_marks
from smallcap.tui.charts.pane import band_layer, bar_layer
from smallcap.tui.charts.ribbon import Ribbon
from smallcap.tui.charts.stack import Floor, date_row, marked, stack
from smallcap.tui.charts.volume import Volume

from .chart_samples import PALETTE, ribbon_strip, rows, style_at, weekdays

LENGTHS = st.one_of(st.integers(0, 3), st.integers(4, 600))
SIZES = st.tuples(st.integers(1, 220), st.integers(1, 70))
VALUES = st.one_of(
    st.floats(-1e12, 1e12),
    st.floats(0.01, 1000.0),
    st.sampled_from([np.nan, 0.0, 100.0, 1e6, 1e-9]),
)
MODES = st.fixed_dictionaries(
    {"glyphs": st.sampled_from(["braille", "ascii"]), "letters": st.booleans()},
    optional={"axis_width": st.integers(2, 20), "decimals": st.integers(0, 4), "dates": st.booleans()},
)


def series(n):
    constant = VALUES.map(lambda v: np.full(n, v))
    spike = st.floats(0.1, 10.0).map(lambda v: np.where(np.arange(n) == n // 2, 10_000 * v, v))
    return st.one_of(constant, spike, arrays(np.float64, n, elements=VALUES, fill=VALUES))


@st.composite
def cases(draw):
    n = draw(LENGTHS)
    days = draw(st.sampled_from([weekdays(n), weekdays(n, "1999-12-31"), (40 * np.arange(n)).astype("datetime64[D]")]))
    layers = {
        "volume": draw(st.none() | st.builds(Volume, series(n), arrays(np.bool_, n))),
        "ribbon": draw(st.none() | st.builds(lambda c: Ribbon(c, ("up", "down"), ("U", "DO")), codes(n))),
    }
    return days, [draw(series(n)) for _ in range(4)], draw(SIZES), {**layers, **draw(MODES)}


def codes(n):
    return arrays(np.int64, n, elements=st.integers(-1, 1), fill=st.integers(-1, 1))


def assert_exact(strips, size):
    width, height = size
    assert len(strips) == height
    for strip in strips:
        assert strip.cell_length == width == sum(segment.cell_length for segment in strip)
        styles = [segment.style for segment in strip]
        assert all(a != b for a, b in pairwise(styles))
        assert all(style.bgcolor is not None for style in styles)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_line_chart_has_exactly_its_size(case):
    days, values, size, options = case
    lines = [Line(v, ink, ink) for v, ink in zip(values[:3], "abb", strict=True)]
    strips = line_chart(days, lines, size=size, palette=PALETTE, **options)
    assert_exact(strips, size)
    if options["glyphs"] == "ascii":
        assert "".join(rows(strips)).isascii()


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_every_chart_of_a_price_has_exactly_its_size(chart, case):
    days, values, size, options = case
    strips = chart.draw(days, Ohlc(*values), [Line(values[0], "b")], {"size": size, "palette": PALETTE, **options})
    assert_exact(strips, size)
    if options["glyphs"] == "ascii":
        assert "".join(rows(strips)).isascii()


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_logarithmic_chart_has_exactly_its_size_whatever_its_values(case):
    days, values, size, options = case
    ends = {"dotted": True, "fits": False, "name": "61.8"}
    lines = [Line(values[0], "a"), Line(values[1], "b", "b", **ends)]
    assert_exact(line_chart(days, lines, size=size, palette=PALETTE, log=True, **options), size)
    for chart in CHARTS:
        logarithmic = {"size": size, "palette": PALETTE, "log": True, **options}
        assert_exact(chart.draw(days, Ohlc(*values), lines, logarithmic), size)


@settings(max_examples=100, deadline=None)
@given(cases(), st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_plots_above_each_other_have_exactly_their_sizes_and_the_same_columns(case, heights):
    days, values, (width, _), options = case
    modes = {"palette": PALETTE, "size": (1, 1), "glyphs": options["glyphs"], "letters": options["letters"]}
    layers = [bar_layer(values[1], "volume", letter="!", letters=True), band_layer(-1.0, 2.0, "volume")]
    lines = [Line(values[0], "a")]
    plot = Plot([*layers, *line_layers(lines)], values, line_marks(lines))
    floors = [Floor(rows, plot, {**modes, **({"level": 0.0} if at % 2 else {})}) for at, rows in enumerate(heights)]
    drawn = stack(days, floors, width)
    for rows_, one in zip(heights, drawn, strict=True):
        assert_exact(one.strips, (width, rows_))
    assert len({(one.frame.columns, one.frame.sessions) for one in drawn}) == 1
    at = drawn[0].frame.column_of(len(days) // 2) if len(days) else 0
    row = date_row(days, drawn[0].frame, PALETTE, (at, "^"))
    assert row.cell_length == width
    assert row.text[at] == "^"
    assert (
        marked(drawn[0].strips[0], at, "@").text
        == drawn[0].strips[0].text[:at] + "@" + drawn[0].strips[0].text[at + 1 :]
    )


@pytest.mark.parametrize("width", [1, 2, 7, 60])
def test_a_ribbon_alone_has_exactly_its_width(width):
    for n in (0, 1, 5, 500):
        strip = ribbon_strip(Ribbon(np.arange(n) // 3 % 2, ("up", "down"), ("U", "D")), width, PALETTE, letters=True)
        assert strip.cell_length == len(strip.text) == width


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 400), st.integers(16, 200), st.integers(3, 60), st.floats(0.01, 9999.0))
def test_the_last_value_is_a_tag_on_the_axis(n, width, height, last):
    values = np.append(np.full(n, 50.0), last)
    values[n // 2 : n] = np.nan
    strips = line_chart(weekdays(n + 1), [(values, "a")], size=(width, height), palette=PALETTE)
    text = number(last, 2, 11)
    tagged = [segment.text.strip() for strip in strips for segment in strip if segment.style == PALETTE.tag(PALETTE.a)]
    assert tagged == [text]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_every_chart_of_a_price_refuses_arrays_of_another_length(chart):
    short = Ohlc(*[np.ones(3)] * 4)
    with pytest.raises(ValueError, match="4 sessions"):
        chart.draw(weekdays(4), short, [], {"size": (20, 5), "palette": PALETTE})


def test_a_chart_without_room_or_with_bounds_upside_down_is_refused():
    with pytest.raises(ValueError, match="1x1"):
        line_chart(weekdays(2), [(np.ones(2), "a")], size=(0, 5), palette=PALETTE)
    with pytest.raises(ValueError, match="low < high"):
        line_chart(weekdays(2), [(np.ones(2), "a")], size=(9, 5), palette=PALETTE, bounds=(2.0, 1.0))


def test_the_tag_has_the_main_lines_ink_as_its_ground():
    strips = line_chart(weekdays(9), [(np.arange(9.0), "a"), (np.arange(9.0), "b")], size=(40, 9), palette=PALETTE)
    x = rows(strips)[0].index("8.00")
    assert style_at(strips, x, 0) == PALETTE.tag(PALETTE.a)


def test_a_main_line_without_values_has_no_tag_and_lends_it_to_no_other():
    lines = [(np.full(9, np.nan), "a"), (np.arange(9.0), "b")]
    strips = line_chart(weekdays(9), lines, size=(40, 9), palette=PALETTE)
    inks = {segment.style for strip in strips for segment in strip}
    assert not inks & {PALETTE.tag(PALETTE.a), PALETTE.tag(PALETTE.b)}


def test_nothing_but_gaps_still_has_its_dates():
    strips = line_chart(weekdays(252), [(np.full(252, np.nan), "a")], size=(60, 12), palette=PALETTE)
    assert [line.strip() != "" for line in rows(strips)] == [False] * 11 + [True]
