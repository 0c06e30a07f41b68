"""What the tests of pages need: a page taken apart, a plan and a curve to draw, and texts that mean harm."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
from smallcap.core.framework.curve import Curve
from smallcap.core.framework.plan import Condition, Plan, Row, Standing

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
