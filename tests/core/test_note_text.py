"""The note as text: no line too long, nothing lost, the same picture as before; accepted as the charts' goldens are."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.bars import Panel
from smallcap.core.evidence.quote import quotes
from smallcap.core.note import Drawing, Drawings, Lead, Listing, Note, Table
from smallcap.core.note_text import cells, fold, text
from smallcap.core.reading import ADVICE
from smallcap.core.sources import open_source
from smallcap.core.store import Store

from tests.conftest import NOW
from tests.papers import WIDTHS, as_text, noted, read_on

GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("SMALLCAP_UPDATE_GOLDENS") == "1"
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60) | st.sampled_from(["風險" * 30, "x" * 300, ""])


def lines(note: Note, width: int, *, ascii_only: bool = False) -> list[str]:
    return as_text(note, width, ascii_only=ascii_only).splitlines()


@pytest.fixture(scope="module")
def demo() -> Panel:
    return open_source("demo", Store(None)).load(NOW)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_longer_than_the_page(real_panel: Panel, demo: Panel, width: int):
    for panel, seed in ((real_panel, 1), (demo, 2)):
        for day in random.Random(seed).sample([str(day) for day in panel["IWM"].sessions[1:]], 12):
            made = read_on(panel, day)
            note = noted(made, quotes=quotes(made.history, made.panel, draws=20))
            assert max(map(cells, lines(note, width))) <= width
            plain = lines(note, width, ascii_only=True)
            assert max(map(len, plain)) <= width
            assert "\n".join(plain).isascii()
            assert [line for line in plain if "?" in line.replace("? INSUFFICIENT", "") and line.strip("? ^v*=")] == []


@pytest.mark.parametrize("width", [-3, 0, 1, 39])
def test_a_page_that_is_too_narrow_is_set_40_wide(demo: Panel, width: int):
    note = noted(read_on(demo, "2022-12-30"))
    assert as_text(note, width) == as_text(note, 40)


def test_it_is_one_page_and_wider_pages_are_shorter(demo: Panel):
    note = noted(read_on(demo, "2022-12-30"))
    tall = [len(lines(note, width)) for width in WIDTHS]
    assert tall == sorted(tall, reverse=True)
    assert tall[WIDTHS.index(80)] <= 86
    assert tall[WIDTHS.index(120)] <= 72


def test_every_width_says_the_same_words(demo: Panel):
    note = noted(read_on(demo, "2022-12-30"))
    blocks = tuple(block for block in note.blocks if not isinstance(block, Drawing | Drawings))
    # Each page has the names of a table's columns as often as it has columns of records.
    told = [sorted({*as_text(note._replace(blocks=blocks), width).replace(",", " ").split()}) for width in WIDTHS]
    assert all(words == told[0] for words in told)


@pytest.mark.parametrize(("width", "ascii_only"), [(80, False), (40, False), (80, True)])
def test_the_note_looks_as_it_did(demo: Panel, width: int, ascii_only: bool):
    made = read_on(demo, "2022-12-30")
    note = noted(made, quotes=quotes(made.history, made.panel))
    drawn = as_text(note, width, ascii_only=ascii_only)
    file = GOLDEN / f"note-{'ascii-' if ascii_only else ''}{width}.txt"
    if UPDATE:
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


@given(TEXT, st.integers(8, 90))
def test_a_folded_sentence_loses_nothing_and_fits(words: str, width: int):
    folded = fold(words, width)
    assert max(map(cells, folded)) <= width
    assert "".join("".join(folded).split()) == "".join(words.split())


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5), st.integers(40, 130), st.booleans())
def test_a_table_of_anything_fits_and_loses_nothing(rows: list[tuple[str, str, str]], width: int, named: bool):
    table = Table("T", "", ("a", "b", "c"), "lrl", tuple(rows), 3, named)
    made = text(Note("", "", False, (table,), ADVICE), width, lambda *_: [], lambda words: words)
    assert all(cells(line) <= width for line in made.splitlines())
    for row in rows:
        for cell in row:
            assert "".join(cell.split()) in "".join(made.split()).replace(",", ",") or "," in cell or cells(cell) > 20


def test_wide_characters_take_two_columns():
    assert cells("風險 x") == 6
    assert fold("風險風險", 6, 0) == ["風險風", "險"]


def test_what_a_terminal_would_obey_is_spelled_out():
    evil = "\x1b[31mred\x1b]0;title\x07\u202eevil\nnew\rline\x9b2J"
    note = Note(
        evil,
        evil,
        True,
        (
            Lead(evil, evil, (evil,)),
            Table(evil, evil, (evil,), "l", ((evil,), (evil,)), 1, named=True),
            Listing(evil, (evil, evil)),
            Listing(evil, (evil,), running=True),
        ),
        ADVICE,
    )
    for ascii_only in (False, True):
        made = as_text(note, 200, ascii_only=ascii_only)
        assert all(line.isprintable() for line in made.split("\n"))
        assert " ".join(made.split()).count("\\x1b[31mred\\x1b]0;title\\x07\\u202eevil new line\\x9b2J") == 16
