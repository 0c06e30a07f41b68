"""Finding: what is typed is found however it is typed, the likelier meaning first, and nothing is found by accident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.finder import (
    AS_TYPED,
    EXACT,
    PREFIX,
    ROW,
    SCATTERED,
    WORD,
    Candidate,
    candidates,
    literal,
    offers,
    score,
)

NAMES = {
    "IWM": "iShares Russell 2000 ETF",
    "SPY": "SPDR S&P 500 ETF",
    "VTWO": "Vanguard Russell 2000 ETF",
    "SCHA": "Schwab U.S. Small-Cap ETF",
}
KNOWN = candidates(
    (("recent", ("IWM/QQQ", "KRE")), ("watched", ("IWM", "SPY", "QQQ", "KRE")), ("held", ("MDY",)), ("fund", NAMES)),
    NAMES,
)
LETTERS = st.text("ABCxyz /&.é", max_size=8)


def symbols(typed: str, *, asks: bool = False) -> list[str]:
    return [one.symbol for one in offers(typed, KNOWN, asks=asks)]


def within(want: str, there: str) -> bool:
    """Whether the letters are there in their order, the plain way."""
    letters = iter(there.casefold())
    return all(letter in letters for letter in want.casefold())


def test_every_symbol_is_offered_once_by_its_first_reason_with_its_name():
    assert symbols("") == ["IWM/QQQ", "KRE", "IWM", "SPY", "QQQ", "MDY", "VTWO", "SCHA"]
    assert KNOWN[1] == Candidate("KRE", "", "recent")
    assert KNOWN[-1] == Candidate("SCHA", NAMES["SCHA"], "fund")
    assert offers("  ", KNOWN, asks=True) == KNOWN


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("russell", EXACT), ("rus", PREFIX), ("sell", ROW), ("rsl", SCATTERED), ("x", None), ("lle", None)],
)
def test_the_kinds_of_a_match(typed: str, kind: int | None):
    fits = score(typed, "Russell")
    assert (fits and fits[0]) == kind


def test_the_beginning_of_a_word_is_better_than_its_middle_though_the_middle_comes_first():
    assert score("cap", "recap Small-Cap") == (WORD, 3, 12, 15)
    assert score("rus", "iShares Russell") == (WORD, 3, 8, 15)
    assert score("2000", "Russell 2000 ETF") == (WORD, 4, 8, 16)


def test_of_scattered_letters_the_shortest_stretch_counts():
    assert score("abc", "a1b23c4a5bc") == (SCATTERED, 4, 7, 11)


@given(LETTERS, LETTERS)
def test_a_match_is_exactly_a_subsequence_in_any_case(typed: str, text: str):
    assert (score(typed, text) is not None) == within(typed, text)
    assert score(typed.swapcase(), text) == score(typed, text.upper())


@given(LETTERS.filter(bool), LETTERS)
def test_one_more_letter_never_finds_more(typed: str, text: str):
    if score(typed, text) is not None:
        shorter = score(typed[:-1], text)
        assert shorter is not None
        assert shorter[1] <= score(typed, text)[1]  # type: ignore[index]


@given(st.text("abc", min_size=1, max_size=4), st.text("de", min_size=1, max_size=3))
def test_a_beginning_beats_a_word_beats_a_row_beats_scattered_letters(typed: str, other: str):
    places = (typed, typed + other, f"{other} {typed}", other + typed + other)
    ranks = [score(typed, place) for place in places]
    assert ranks == sorted(ranks)
    assert [rank[0] for rank in ranks if rank] == [EXACT, PREFIX, WORD, ROW]


@given(
    st.lists(st.text("ABC", min_size=1, max_size=4), unique=True, max_size=8), st.text("ABC", min_size=1, max_size=4)
)
def test_what_is_typed_in_full_comes_first_and_nothing_twice(tickers: list[str], typed: str):
    known = candidates((("held", tickers),), {})
    found = [one.symbol for one in offers(typed, known, asks=True)]
    assert len(found) == len(set(found))
    assert found.count(typed) == 1
    if typed in tickers:
        assert found[0] == typed
    assert set(found) - {typed} == {ticker for ticker in tickers if within(typed, ticker)} - {typed}


@given(LETTERS)
def test_any_text_can_be_typed(typed: str):
    for one in offers(typed, KNOWN, asks=True):
        assert one.symbol


def test_a_ticker_is_likelier_than_a_name_of_the_same_kind():
    assert symbols("s")[:2] == ["SPY", "SCHA"]
    assert symbols("v") == ["VTWO"]
    assert symbols("russell") == ["IWM", "VTWO"]
    assert symbols("small") == ["SCHA"]
    assert symbols("iwm")[:2] == ["IWM", "IWM/QQQ"]


def test_scattered_letters_of_a_name_count_as_initials_only():
    assert symbols("vr2") == ["VTWO"]
    assert symbols("vrl") == []
    assert symbols("ki") == []


def test_a_pair_is_found_by_either_side():
    assert symbols("iwm/s")[:2] == ["IWM/SPY", "IWM/SCHA"]
    assert symbols("vt/500")[0] == "VTWO/SPY"
    assert symbols("iwm/qqq")[0] == "IWM/QQQ"
    assert symbols("iwm/")[0] == "IWM/QQQ"
    assert "IWM/IWM" not in symbols("iwm/")
    assert symbols("/spy")[0] == "KRE/SPY"
    assert len(symbols("/")) > 20
    assert symbols("iwm/zzz") == []
    assert symbols("a/b/c") == []


def test_a_pair_says_what_is_over_what():
    found = {one.symbol: one.name for one in offers("i/sp", KNOWN, asks=False)}
    assert found["IWM/SPY"] == "iShares Russell 2000 ETF over SPDR S&P 500 ETF"
    assert {one.symbol: one.name for one in offers("kre/mdy", KNOWN, asks=False)}["KRE/MDY"] == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (" xle ", "XLE"), ("^gspc", "^GSPC"), ("brk-b", "BRK-B"), ("iwm/xle", "IWM/XLE"), ("iwm/iwm", ""),
        ("iwm/", ""), ("two words", ""), ("a" * 13, ""), ("[red]", ""), ("\x1b[31m", ""), ("../x", ""), ("a/b/c", ""),
    ],
)  # fmt: skip
def test_only_a_ticker_or_a_pair_is_taken_as_typed(typed: str, said: str):
    assert literal(typed) == said


def test_a_source_that_can_be_asked_is_offered_the_text_before_what_only_resembles_it():
    assert symbols("sy") == ["SPY"]
    assert symbols("sy", asks=True) == ["SY", "SPY"]
    assert symbols("sp", asks=True)[-1] == "SP"
    assert offers("sy", KNOWN, asks=True)[0].origin == AS_TYPED
    assert symbols("spy", asks=True) == ["SPY"]
    assert symbols("iwm/zz", asks=True) == ["IWM/ZZ"]
    assert symbols("a b", asks=True) == []
