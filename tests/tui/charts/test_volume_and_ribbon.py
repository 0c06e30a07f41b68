"""The layers below the line: volume with its spikes, the regime with its letters."""

import numpy as np
import pytest
from smallcap.tui.charts.line import Line, line_chart
from smallcap.tui.charts.ribbon import Ribbon
from smallcap.tui.charts.volume import Volume

from .chart_samples import PALETTE, price, ratio, ribbon, ribbon_strip, rows, style_at, weekdays


def foot(values, spikes, n=20, width=28, **options):
    """A flat line over volume; the strips."""
    volume = Volume(np.asarray(values, float), np.asarray(spikes, bool))
    return line_chart(
        weekdays(n), [(np.full(n, 9.0), "a")], size=(width, 9), palette=PALETTE, volume=volume, dates=False, **options
    )


def test_a_spike_is_lit_and_the_rest_is_quiet():
    strips = foot(np.where(np.arange(20) == 5, 3.0, 1.0), np.arange(20) == 5)
    assert style_at(strips, 5, 8) == PALETTE.spike
    assert style_at(strips, 6, 8) == PALETTE.volume


def test_a_spike_says_so_without_colour():
    strips = foot(np.where(np.arange(20) == 5, 3.0, 1.0), np.arange(20) == 5, letters=True)
    assert rows(strips)[8][:20].count("!") == 1
    ascii_only = foot(np.where(np.arange(20) == 5, 3.0, 1.0), np.arange(20) == 5, glyphs="ascii")
    assert rows(ascii_only)[8][:20] == ":" * 5 + "#" + ":" * 14


def test_unknown_volume_has_no_bar():
    values = np.ones(20)
    values[3] = np.nan
    assert rows(foot(values, np.zeros(20)))[8][:20].count(" ") == 1


def test_one_spike_in_a_week_lights_a_column_and_one_in_a_quarter_does_not():
    for per, lit in ((5, True), (60, False)):
        n = 20 * per
        strips = foot(np.ones(n), np.arange(n) == per // 2, n=n)
        assert (style_at(strips, 0, 8) == PALETTE.spike) is lit


def test_the_volume_lies_under_the_line():
    picture = "".join(rows(price((80, 20)))[-3:-1])
    assert "█" in picture
    strips = line_chart(
        weekdays(20),
        [Line(np.full(20, 9.0), "a")],
        size=(28, 9),
        palette=PALETTE,
        volume=Volume(np.ones(20), np.zeros(20, bool)),
        bounds=(9.0, 99.0),
        dates=False,
    )
    assert rows(strips)[8][:20].strip("⣀⢀⡀") == ""
    assert style_at(strips, 9, 8) == PALETTE.on(PALETTE.a, PALETTE.volume.color)


@pytest.mark.parametrize("n", [40, 400])
def test_the_ribbon_shows_each_code_in_its_ink_and_the_unknown_as_blank(n):
    strip = ribbon_strip(ribbon(n), 40, PALETTE)
    assert strip.text == "    " + "▄" * 36
    inks = [style_at([strip], x, 0) for x in (5, 12, 20, 39)]
    assert inks == [PALETTE.risk_on, PALETTE.narrow, PALETTE.neutral, PALETTE.risk_off]


def test_letters_open_each_run_that_has_room():
    strip = ribbon_strip(ribbon(400), 40, PALETTE, letters=True)
    assert strip.text == "    ON▄▄▄▄▄▄" + "▄▄" + "N▄▄▄▄▄▄▄▄▄▄▄▄▄" + "OFF▄▄▄▄▄▄▄▄▄"


def test_a_run_too_short_for_its_letters_keeps_its_ink_only():
    codes = np.array([0] * 3 + [1] * 2 + [0] * 5)
    strip = ribbon_strip(Ribbon(codes, ("up", "down"), ("U", "DOWN")), 10, PALETTE, glyphs="ascii")
    assert strip.text == "U====U===="


def test_the_ribbon_lies_between_the_plot_and_the_dates():
    picture = rows(ratio((100, 20)))
    assert set(picture[18].strip()) == {"▄"}
    assert "2021" in picture[19]


def test_lines_are_named_beside_the_axis_without_colour():
    gap = "".join(line[92] for line in rows(ratio((100, 20), letters=True)))
    assert set(gap.replace(" ", "")) == {"<", "5", "2"}
    assert {line[93] for line in rows(ratio((100, 20), letters=True))} == {" "}
