"""A plan's page: whole, well formed and legible, and whatever comes from outside stays text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from smallcap.core.framework.curve import Curve
from smallcap.core.framework.document import plain
from smallcap.core.framework.page import as_html
from smallcap.core.framework.page_style import LIGHT
from smallcap.core.framework.plan import Condition, Plan, Row, Standing
from smallcap.core.reading import ADVICE

from tests.core.framework.page.conftest import CURVE, DAYS, DOWN, HOSTILE, PLAN, UP, checked


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
