"""What comes from outside stays text in every format: no tag, no attribute, no markup, nothing a terminal obeys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from smallcap.core.bars import Origin, Panel
from smallcap.core.framework.document import plain
from smallcap.core.funds import Facts
from smallcap.core.note import Block, Drawing, Drawings, Lead, Listing, Note, Table
from smallcap.core.note_markdown import as_markdown
from smallcap.core.note_page import as_html
from smallcap.core.note_style import DARK, LIGHT, STYLE

from tests.core.framework.page.conftest import HOSTILE, LOADING
from tests.papers import FACTS, Sheet, as_text, markdown_rows, noted, read_on, unescaped

EVIL = (
    *(text for text in HOSTILE if "\ud800" not in text),
    '"><img onerror=alert(1) src=x>',
    "a | b `c` **d** [e](http://f) #g\n# h\r\n| i | j |",
    "\x1b]8;;http://evil\x07click\x1b]8;;\x07\x9b2J\u202ekcilc\u2067\u200f",
    "&lt;script&gt; &#60;b&#62;",
    "風險" * 30,
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "p", "strong", "h1", "h2", "div"),
    *("figure", "figcaption", "span", "ul", "li", "svg", "path", "rect", "text", "circle", "table", "caption", "thead"),
    *("tbody", "tr", "th", "td", "footer"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "scope", "role", "aria-labelledby", "aria-label"),
    *("aria-hidden", "viewbox", "id", "d", "x", "y", "cx", "cy", "r", "width", "height", "text-anchor"),
}


def evil(panel: Panel, text: str) -> Note:
    """A note in which everything that may come from outside is `text`."""
    name = text.upper().replace("/", "")
    bars = {**panel.bars, name: replace(panel["IWM"], ticker=name)}
    facts = Facts(
        tuple(fact._replace(subject=name, value=text if isinstance(fact.value, str) else fact.value, source=text,
              note=text, origin=text) for fact in FACTS.rows if fact.subject == "IWM")
    )  # fmt: skip
    market = Panel(bars, Origin(text, True, text), panel.macro, (f"daily/{text}.csv is left out", text))
    made = read_on(market, str(panel["SPY"].sessions[650]), pair=f"{name}/SPY", watchlist=("IWM", name, text))
    return noted(made, facts)


def scaffold(page: Sheet) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """The tags and the attributes that hold no words."""
    said = {"aria-label"}
    return [(tag, tuple((k, v) for k, v in attrs.items() if k not in said)) for tag, attrs in page.tags]


@pytest.mark.parametrize("text", EVIL)
def test_a_page_holds_it_harmlessly(panel: Panel, text: str):
    made = as_html(evil(panel, text))
    page = Sheet(made)
    assert {tag for tag, _ in page.tags} <= TAGS
    for _, attrs in page.tags:
        assert attrs.keys() <= ATTRIBUTES
        assert not LOADING & attrs.keys()
    usual = Sheet(as_html(evil(panel, "X")))
    assert [tag for tag, _ in page.tags if tag != "path"] == [tag for tag, _ in usual.tags if tag != "path"]
    assert {c for _, attrs in scaffold(page) for c in attrs if c[0] == "class"} <= {
        c for _, attrs in scaffold(usual) for c in attrs if c[0] == "class"
    } | {("class", "full"), ("class", "short")}
    shown = " ".join(plain(text).split())
    assert " ".join(page.words.split()).count(shown) >= 9
    assert all(c.isprintable() or c == "\n" for c in made)


def shape(markdown: str) -> list[tuple[str, int]]:
    """What each line is, and how many cells it has."""
    marks = ("# ", "##", "- ", "| ", "**")
    return [
        (line[:2] if line.startswith(marks) else line[:1].strip() and "text", len(re.findall(r"(?<!\\)\|", line)))
        for line in markdown.splitlines()
    ]


@pytest.mark.parametrize("text", EVIL)
def test_a_markdown_page_holds_it_harmlessly(panel: Panel, text: str):
    made, usual = as_markdown(evil(panel, text)), as_markdown(evil(panel, "X"))
    assert shape(made) == shape(usual)
    ours = re.sub(r"\\.", "", made).replace("**", "").replace("|", "")
    assert not re.search(r"[<>`*\[\]~&@]", ours)
    assert not re.search(r"(?<=:)//|www\.", ours)
    assert all(c.isprintable() or c == "\n" for c in made)
    assert " ".join(plain(text).split()) in " ".join(unescaped(made).split())
    assert any(" ".join(plain(text).split()) == " ".join(cell.split()) for row in markdown_rows(made) for cell in row)


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_text_holds_it_harmlessly(panel: Panel, text: str, width: int, ascii_only: bool):
    made = as_text(evil(panel, text), width, ascii_only=ascii_only)
    lines = made.split("\n")
    assert all(line.isprintable() for line in lines)
    assert not [c for c in made if unicodedata.bidirectional(c) in {"RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI"}]
    assert all(len(line) <= width for line in lines)
    assert not ascii_only or made.isascii()
    if not text.startswith("風") or not ascii_only:
        assert "".join(plain(text).split()) in "".join(made.split())
    else:
        assert "\\u98a8\\u96aa" in made


def words_of(block: Block) -> Iterator[str]:
    match block:
        case Lead():
            yield from (block.label, block.meaning, *block.sentences)
        case Table() if block.rows:
            yield from (block.title, block.words, *block.head, *(cell for row in block.rows for cell in row))
        case Listing():
            yield from (block.title, *block.sentences)
        case Drawing():
            yield from (block.curve.title, block.curve.words, *(name for name, _ in block.curve.lines))
        case Drawings():
            yield from (words for one in block.drawings for words in words_of(one))


def test_every_word_of_the_note_is_on_the_page(panel: Panel):
    note = evil(panel, "X")
    page = " ".join(Sheet(as_html(note)).words.split()).lower()
    missing = [words for block in note.blocks if not isinstance(block, Listing) or block.sentences
               for words in words_of(block) if " ".join(words.split()).lower() not in page]  # fmt: skip
    assert missing == []


def test_the_page_loads_nothing_and_runs_nothing(panel: Panel):
    made = as_html(noted(read_on(panel, str(panel["SPY"].sessions[650]))))
    page = Sheet(made)
    assert page.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    assert page.all("meta")[1]["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a", "use"} & {
        t for t, _ in page.tags
    }
    for _, attrs in page.tags:
        assert not LOADING & attrs.keys()
        assert not [name for name in attrs if name.startswith("on")]
        assert not [value for value in attrs.values() if value and re.search(r"https?:|//|javascript:|data:", value)]
    assert not re.search(r"url\(|@import|expression|image-set|@font-face|https?:|//", STYLE)
    assert "prefers-color-scheme:dark" in STYLE
    assert "@media print" in STYLE


def test_the_page_is_built_of_headings_tables_with_captions_and_figures(panel: Panel):
    page = Sheet(as_html(noted(read_on(panel, str(panel["SPY"].sessions[650])))))
    assert len(page.all("h1")) == 1
    assert [tag for tag, _ in page.tags if re.fullmatch(r"h[3-6]", tag)] == []
    assert len(page.all("h2")) == len(page.all("section"))
    assert len(page.all("caption")) == len(page.all("table")) - 1
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.all("th"))
    assert len(page.all("figcaption")) == len(page.all("figure")) == 3
    charts = [attrs for attrs in page.all("svg") if "aria-hidden" not in attrs]
    assert all(attrs.get("role") == "img" for attrs in charts)
    assert all(attrs.get("aria-labelledby") or attrs.get("aria-label") for attrs in charts)


def test_a_label_in_the_ribbon_is_told_by_its_lane_and_its_name_too(panel: Panel):
    made = as_html(noted(read_on(panel, str(panel["SPY"].sessions[650]))))
    ribbon = made[made.index('<svg class="ribbon"') :]
    ribbon = ribbon[: ribbon.index("</svg>")]
    by_lane = dict(re.findall(r'<rect class="(\w+)" x="[\d.]+" y="([\d.]+)"', ribbon))
    assert len(by_lane) == len(set(by_lane.values())) == len(re.findall("<text", ribbon)) > 1
    for x, width in re.findall(r'<rect class="\w+" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', ribbon):
        assert 60 <= float(x) < float(x) + float(width) <= 340.1


@pytest.mark.parametrize(("inks", "paper"), [(LIGHT, "#ffffff"), (DARK, "#14171b")])
def test_labels_can_be_seen_on_their_ground(inks: dict[str, str], paper: str):
    for ink in inks.values():
        assert contrast(ink, paper) >= 3.0, ink


def contrast(a: str, b: str) -> float:
    """As WCAG 2.2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)
