"""The charts of a plan's page: to scale, labelled, spoken, and told apart by more than colour."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.framework.curve import Curve
from smallcap.core.framework.document import plain
from smallcap.core.framework.page import as_html
from smallcap.core.framework.page_chart import SHEET
from smallcap.core.framework.page_style import DARK, DASHES, LIGHT

from tests.core.framework.page.conftest import CURVE, DAYS, HOSTILE, PLAN, UP, Page, checked

TEXT = st.text(max_size=12) | st.sampled_from(HOSTILE)
VALUES = st.floats(-1e15, 1e15, allow_subnormal=False) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1e-9])


@settings(max_examples=150, deadline=None)
@given(
    TEXT,
    st.sampled_from(["$", "%", ""]),
    st.lists(st.lists(VALUES, min_size=6, max_size=6), max_size=7),
    st.lists(st.dates(date(1990, 1, 1), date(2090, 1, 1)), min_size=6, max_size=6, unique=True),
    st.integers(1, 6),
)
def test_any_curve_is_drawn_inside_of_its_sheet(
    text: str, unit: str, lines: list[list[float]], days: list[date], n: int
):
    named = tuple((text, np.array(values[:n])) for values in lines)
    curve = Curve(text, np.array(sorted(days)[:n], dtype="datetime64[D]"), named, unit, text)
    page = as_html(PLAN, (curve, curve))
    checked(page)
    drawn = len([1 for _, values in named if np.isfinite(values).any()])
    charts = re.findall(r'<svg class="chart".*?</svg>', page, re.S)
    assert len(charts) == (2 if drawn else 0)
    for chart in charts:
        assert "nan" not in chart.replace(plain(text), "").lower() or "nan" in plain(text).lower()
        xs = [float(x) for x in re.findall(r'\b(?:x|cx)="([^"]+)"', chart)]
        ys = [float(y) for y in re.findall(r'\b(?:y|cy)="([^"]+)"', chart)]
        points = re.findall(r"[ML]([\d.e+-]+) ([\d.e+-]+)", "".join(re.findall(r' d="([^"]+)"', chart)))
        assert all(0 <= x <= SHEET.width for x in [*xs, *(float(x) for x, _ in points)])
        assert all(0 <= y <= 280 + 15 * drawn for y in ys)
        assert all(11.9 <= float(y) <= 252.1 for _, y in points)
        assert chart.count("<circle") == drawn
        assert len(re.findall(r'class="grid"', chart)) <= 9


def chart(curve: Curve) -> str:
    page = as_html(PLAN, (curve,))
    checked(page)
    return page[page.index("<figure>") : page.index("</figure>")]


def test_the_levels_of_a_trade_have_inks_of_their_own_and_the_targets_is_not_that_of_what_is_bad():
    lines = [(name, UP) for name in ("IWM", "entry", "stop", "target")]
    trade, review = chart(Curve("T", DAYS, tuple(lines))), chart(Curve("T", DAYS, (lines[0], *lines[2:])))
    assert re.findall(r'<circle class="dot-(\d)"', trade) == ["0", "3", "1", "2"]
    assert re.findall(r'<circle class="dot-(\d)"', review) == ["0", "1", "2"]
    assert re.findall(r'<circle class="dot-(\d)"', chart(Curve("W", DAYS, (("target", UP),)))) == ["0"]
    red, green = (int(LIGHT[2][at : at + 2], 16) for at in (1, 3))
    assert red < green
    red, green = (int(LIGHT[1][at : at + 2], 16) for at in (1, 3))
    assert red > green


def test_a_chart_is_to_scale_labelled_and_spoken():
    drawn = chart(CURVE)
    svg = Page(f"<div>{drawn}</figure></div>")
    (image,) = [attrs for attrs in svg.all("svg") if attrs.get("role")]
    assert image["role"] == "img"
    assert svg.all("title") == [{"id": image["aria-labelledby"]}]
    assert svg.said("title") == [
        "Savings, 2026-01-01 to 2026-01-10: IWM from $100 to $200, last $200 on 2026-01-10; "
        "SPY from $110 to $190, last $110 on 2026-01-10"
    ]
    grid = [float(y) for y in re.findall(r'class="grid" d="M[\d.]+ ([\d.]+)H', drawn)]
    labels = [text for text in svg.said("text") if text.startswith("$")]
    assert labels == ["$100", "$120", "$140", "$160", "$180", "$200", "$200", "$110"]
    np.testing.assert_allclose(np.diff(grid), np.diff(grid)[0], atol=0.11)
    first, second = re.findall(r'class="line line-\d" d="(M[^H"]+)"', drawn)
    ends = [tuple(map(float, point.split())) for point in re.split("[ML]", first)[1:]]
    assert (ends[0][1], ends[-1][1]) == (grid[0], grid[-1])
    np.testing.assert_allclose(np.diff([x for x, _ in ends]), np.diff([x for x, _ in ends])[0], atol=0.11)
    assert float(second.split("L")[-1].split()[1]) == pytest.approx(grid[0] + (grid[1] - grid[0]) / 2, abs=0.1)
    assert svg.said("li") == ["IWM $200", "SPY $110"]
    dates = [text for text in svg.said("text") if text.startswith("20")]
    assert (dates[0], dates[-1], len(dates)) == ("2026-01-01", "2026-01-10", 5)


@pytest.mark.parametrize(
    ("days", "first", "last"), [(400, "2020-01", "2021-02"), (3000, "2020", "2028"), (1, "2020-01-01", "2020-01-02")]
)
def test_dates_are_as_fine_as_the_chart_is_long(days: int, first: str, last: str):
    ends = np.array([date(2020, 1, 1), date(2020, 1, 1) + timedelta(days)], dtype="datetime64[D]")
    drawn = chart(Curve("x", ends, (("y", np.array([1.0, 2.0])),)))
    told = re.findall(r'text-anchor="middle">([^<]+)<', drawn)
    assert (told[0], told[-1]) == (first, last)
    assert len(told) == len(set(told)) <= 5


def test_lines_differ_by_more_than_colour():
    assert len(set(DASHES)) == len(DASHES) == len(LIGHT) == len(DARK)
    page = as_html(PLAN, (CURVE,))
    styles = [re.search(rf"\.line-{n}{{[^}}]*stroke-dasharray:([^}}]+)}}", page) for n in range(len(DASHES))]
    assert [found[1] for found in styles if found] == list(DASHES)
    assert page.count('class="line line-0"') == page.count('class="line line-1"') == 2
    many = chart(Curve("x", DAYS, tuple((f"{n}", UP * (n + 1)) for n in range(7))))
    assert many.count('class="line line-1"') == 4


def test_what_is_not_known_breaks_the_line_and_last_values_keep_apart():
    holed = np.where(np.arange(10) == 4, np.nan, UP)
    drawn = chart(Curve("x", DAYS, (("a", holed), ("b", np.append(UP[:-1], np.nan)), ("c", UP)), "%"))
    first = re.findall(r'class="line line-0" d="(M[^H"]+)"', drawn)[0]
    assert (first.count("M"), first.count("L")) == (2, 7)
    lasts = [float(y) for y in re.findall(r'class="last" x="[\d.]+" y="([\d.]+)"', drawn)]
    assert all(low - high >= 15 for high, low in pairwise(lasts))
    assert len(lasts) == 3
    assert "b from 10000.0% to 18888.9%, last 18888.9% on 2026-01-09" in drawn


@pytest.mark.parametrize(
    ("values", "unit", "words"),
    [
        ([0.4321, 0.4487], "", "a 0.44870"),
        ([-0.328, 0.14], "%", "a 14.0%"),
        ([0.0001, 0.00012], "%", "a 0.01200%"),
        ([1234567.8, 7654321.2], "$", "a $7,654,321"),
        ([5.0, 5.0], "$", "a $5"),
        ([0.0, 0.0], "", "a 0.000"),
        ([1e15, 1e15 + 0.125], "", "a 1,000,000,000,000,000.12"),
    ],
)
def test_a_value_has_the_decimals_that_the_chart_needs(values: list[float], unit: str, words: str):
    assert f"{words}</li>" in chart(Curve("x", DAYS[:2], (("a", np.array(values)),), unit))


def test_nothing_known_is_said():
    drawn = chart(Curve("x", DAYS, (("a", np.full(10, np.nan)),)))
    assert "No value is known." in drawn
    assert "<svg" not in drawn
