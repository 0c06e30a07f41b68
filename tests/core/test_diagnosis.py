"""A diagnosis as text of any width, and as a document."""

from __future__ import annotations

import pytest
from smallcap.core import diagnosis
from smallcap.core.diagnosis import Section

FOUND = "three words and a few more of them, so that the line has to be folded somewhere in the middle of it"
SECTION = Section(
    "Files",
    (
        diagnosis.ok("plans", "none saved"),
        diagnosis.warning("store", FOUND, "smallcap fetch"),
        diagnosis.failure("config", "/a/path/that/is/longer/than/forty/cells/and/stays/whole.toml is wrong", "mend it"),
    ),
)


def plain(_: str, words: str) -> str:
    return words


@pytest.mark.parametrize("width", [40, 60, 71, 72, 80, 120])
def test_no_line_is_wider_but_for_a_word_that_is(width: int):
    lines = diagnosis.text(SECTION, width, plain)
    wide = [line for line in lines if len(line) > width]
    assert all("/a/path" in line and len(line.split()) <= 4 for line in wide)
    assert " ".join(" ".join(lines).split()).count("three words and a few more of them") == 1


@pytest.mark.parametrize("width", [20, 40, 80])
def test_each_state_has_a_sign_and_a_word_and_whoever_fails_says_what_to_do(width: int):
    told = "\n".join(diagnosis.text(SECTION, width, plain))
    for words in ("+ ok", "! warning", "x failure", "-> "):
        assert words in told
    assert told.count("->") == 2


def test_only_the_state_is_painted():
    lines = diagnosis.text(SECTION, 100, lambda state, words: f"<{state}>{words}</>")
    assert next(line for line in lines if "<" in line).startswith("  <ok>+ ok     </>  plans ")


def test_the_document_counts_and_has_null_for_nothing_to_do():
    made = diagnosis.document([SECTION])
    assert (made["failures"], made["warnings"]) == (1, 1)
    assert [check["advice"] for check in made["checks"]] == [None, "smallcap fetch", "mend it"]
    assert made["checks"][0] == {
        "section": "Files",
        "name": "plans",
        "state": "ok",
        "found": "none saved",
        "advice": None,
    }


def test_the_summary_counts_all_three():
    assert diagnosis.summary([SECTION, SECTION]) == "2 failures, 2 warnings, 2 ok"
