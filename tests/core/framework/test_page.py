"""A plan's page: whole and well formed, its charts to scale, and whatever comes from outside stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
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
from smallcap.core.framework.plan import Condition, Plan, Row, Standing
from smallcap.core.reading import ADVICE

VOID = {"meta", "br", "hr", "img", "link", "input"}
LOADING = {"src", "href", "srcset", "action", "data", "poster", "background", "xlink:href", "style"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "dl", "div", "dt", "dd", "figure"),
    *("figcaption", "span", "ul", "li", "svg", "path", "text", "circle", "table", "thead", "tbody", "tr", "th", "td"),
    "footer",
}
HOSTILE = (
    "</title></style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onload='alert(1)",
    "</svg><iframe src=//evil>",
    "<!-- -->]]>&lt;script&gt;&#60;b>",
    "javascript:alert(1)",
    "\x1b[31mred\x00\u202eevil\u2066\ud800",
)
PLAN = Plan(
    profile="analyst",
    title="IWM/SPY to 2026-11-20",
    answers={"pair": "IWM/SPY", "panels": "all"},
    standing=Standing("2026-11-20", "IWM/SPY", "RISK-ON", "2026-11-11", 62.4, "the demo", True),
    decision={},
    rows=(Row("window", "252 sessions", "of IWM/SPY"), Row("label", "RISK-ON")),
    why=("It was RISK-ON.",),
    invalidated_by=(Condition("the label is no longer RISK-ON", regime="RISK-ON"),),
    warnings=("no sectors",),
)
DAYS = np.arange("2026-01-01", "2026-01-11", dtype="datetime64[D]")
UP, DOWN = np.linspace(100.0, 200.0, 10), np.linspace(190.0, 110.0, 10)
CURVE = Curve("Savings", DAYS, (("IWM", UP), ("SPY", DOWN)), "$", "in dollars")


class Page(HTMLParser):
    """A page taken apart: every tag must be closed in order; `text` by the tag it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def said(self, tag: str) -> list[str]:
        return [text for name, text in self.text if name == tag and text.strip()]


def checked(page: str) -> Page:
    """A page that is well formed, and in which nothing runs or is loaded."""
    found = Page(page)
    assert {tag for tag, _ in found.tags} <= TAGS
    for _, attrs in found.tags:
        assert not LOADING & attrs.keys()
        assert not [name for name in attrs if name.startswith("on")]
    assert "<script" not in page.lower()
    assert not re.search(r"url\(|@import|expression", page[page.index("<style>") : page.index("</style>")])
    names = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(names) == len(set(names))
    return found


def test_the_page_says_everything_once_and_the_badge_first():
    page = as_html(PLAN, (CURVE,))
    found = checked(page)
    assert page.startswith("<!doctype html>\n")
    body = [(tag, text) for tag, text in found.text if text.strip()]
    after = body[[tag for tag, _ in body].index("style") + 1 :]
    assert after[:2] == [("p", "SIMULATED"), ("h1", PLAN.title)]
    assert found.said("title")[0] == "SIMULATED IWM/SPY to 2026-11-20"
    assert page.count(ADVICE) == 1
    assert found.said("footer") == [ADVICE]
    assert found.said("h2") == ["Decision", "Why", "No longer valid if", "Answers", "Notes"]
    assert found.said("dd")[:6] == [
        *("analyst", "IWM/SPY", "Fri 2026-11-20 close", "the demo", "RISK-ON since 2026-11-11", "62 of 100"),
    ]
    assert found.said("td") == ["252 sessions", "of IWM/SPY", "RISK-ON"]
    assert "http:" not in page
    assert "https:" not in page


def test_what_is_to_be_known_first_stands_under_the_title():
    page = as_html(replace(PLAN, opening=("You named no holdings.",)), (CURVE,))
    assert checked(page).said("p") == ["SIMULATED", "You named no holdings."]
    assert page.index("62 of 100") < page.index("You named no holdings.") < page.index("<figure>")


def test_a_real_market_has_no_badge_and_what_is_empty_is_left_out():
    standing = PLAN.standing._replace(simulated=False, composite=None)
    bare = replace(PLAN, standing=standing, rows=(), why=(), invalidated_by=(), warnings=(), answers={})
    found = checked(as_html(bare))
    assert "SIMULATED" not in as_html(bare)
    assert found.said("h2") == []
    assert "not known" in found.said("dd")
    assert found.all("svg") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_stays_text(text: str):
    plan = Plan(
        text,
        text,
        {text: text},
        Standing("2026-11-20", text, text, text, 1.0, text, True),
        {text: text},
        (Row(text, text, text),),
        (text,),
        (Condition(text, text),),
        (text,),
        (text,),
    )
    page = as_html(plan, (Curve(text, DAYS, ((text, UP), (text, DOWN)), "", text),))
    found = checked(page)
    shown = plain(text)
    for tag in ("h1", "p", "th", "td", "li", "dt", "dd", "figcaption", "span"):
        assert shown.strip() in [said.strip() for said in found.said(tag)] or tag in ("figcaption", "li"), tag
    assert any(shown.strip() in said for said in found.said("li"))
    assert sum(shown in said for said in found.said("title")) == 2
    assert page.isascii() or all(c.isprintable() or c == "\n" for c in page)
    page.encode()


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


def test_the_page_is_legible_light_dark_and_on_paper():
    page = as_html(PLAN)
    assert "@media (prefers-color-scheme:dark)" in page
    assert "@media print" in page

    def luminance(colour: str) -> float:
        full = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
        parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for block in re.findall(r":root{([^}]*)}", page):
        inks = dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", block))
        paper = luminance(inks.pop("paper"))
        inks.pop("rule")
        assert len(inks) == 3 + len(LIGHT)
        for name, ink in inks.items():
            high, low = sorted((luminance(ink), paper), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, name
