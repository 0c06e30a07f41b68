"""Morning notes made and taken apart again: readings of a day, the three formats, and the rows of their tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial

from smallcap.core import funds, reading
from smallcap.core.bars import Panel
from smallcap.core.calendar import Hours
from smallcap.core.evidence.quote import Quote
from smallcap.core.funds import Facts
from smallcap.core.morning import note
from smallcap.core.note import Note
from smallcap.core.note_markdown import as_markdown
from smallcap.core.note_page import as_html
from smallcap.core.note_text import text
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.tui.charts.plots import plot
from smallcap.tui.paper import spelled

from tests.core.framework.page.conftest import Page

FACTS = funds.read()
WIDTHS = (40, 60, 80, 120, 200)


def read_on(panel: Panel, day: str, **chosen: object) -> Reading:
    asked = date.fromisoformat(day)
    return reading.build(panel, asked, replace(Settings(), **chosen), closed=asked)


def noted(made: Reading, facts: Facts = FACTS, hours: Hours | None = None, quotes: tuple[Quote, ...] = ()) -> Note:
    return note(made, facts, hours, quotes)


def as_text(told: Note, width: int = 80, *, ascii_only: bool = False) -> str:
    if ascii_only:
        return text(told, width, partial(plot, ascii_only=True), spelled)
    return text(told, width, plot)


class Sheet(Page):
    """A page with its tables as rows of cells, and its headings."""

    def __init__(self, page: str) -> None:
        self.rows: list[list[str]] = []
        super().__init__(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if {"td", "th"} & {*self.open[-1:]}:
            self.rows[-1][-1] += data

    @property
    def words(self) -> str:
        """Everything that is read, but for the style."""
        return " ".join(data for tag, data in self.text if tag != "style")


def text_rows(made: str) -> list[list[str]]:
    """The words of each line, parted where two blanks or more are."""
    return [re.split(r"\s{2,}", line.strip()) for line in made.splitlines()]


def markdown_rows(made: str) -> list[list[str]]:
    """The cells of each table row, as they are shown."""
    return [
        [unescaped(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in made.splitlines()
        if line.startswith("| ")
    ]


def unescaped(markdown: str) -> str:
    """Markdown without tags or marks, as it is shown."""
    return re.sub(r"\\(.)", r"\1", markdown).strip()


def sheets(told: Note) -> dict[str, tuple[str, list[list[str]]]]:
    """Each format's words as they are read, on one line, and its rows."""
    narrow, markdown, page = as_text(told, 60), as_markdown(told), Sheet(as_html(told))
    return {
        "text": (" ".join(narrow.split()), text_rows(narrow)),
        "md": (" ".join(unescaped(markdown).split()), markdown_rows(markdown)),
        "html": (" ".join(page.words.split()), page.rows),
    }


def beside(rows: list[list[str]], name: str, values: list[str]) -> bool:
    """Whether the values stand in a row behind a name, in their order and next to each other."""
    wanted = [name, *values]
    return any(row[at : at + len(wanted)] == wanted for row in rows for at in range(len(row) - len(wanted) + 1))
