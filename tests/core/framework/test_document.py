"""A plan goes to JSON and back as it was, damaged documents are refused by field, and its text stays text."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.document import as_json
from smallcap.core.errors import SmallcapError
from smallcap.core.framework.document import document, escaped, plain, plan_of
from smallcap.core.framework.plan import Condition, Plan, Row, Standing, of_cycle
from smallcap.core.framework.plan_text import as_markdown, as_text

TEXT = st.text(max_size=20)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
DAY = st.dates().map(str)
STANDING = st.builds(Standing, DAY, TEXT, TEXT, DAY, st.none() | NUMBER, TEXT, st.booleans())
CONDITION = st.builds(Condition, TEXT, TEXT, st.booleans(), st.none() | NUMBER, TEXT, TEXT)
PLANS = st.builds(
    Plan,
    profile=TEXT,
    title=TEXT,
    answers=st.dictionaries(TEXT, TEXT, max_size=4),
    standing=STANDING,
    decision=st.dictionaries(TEXT, TEXT | NUMBER | st.booleans() | st.none() | st.integers(), max_size=6),
    rows=st.lists(st.builds(Row, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    why=st.lists(TEXT, max_size=3).map(tuple),
    invalidated_by=st.lists(CONDITION, max_size=3).map(tuple),
    warnings=st.lists(TEXT, max_size=3).map(tuple),
    opening=st.lists(TEXT, max_size=3).map(tuple),
)
HOSTILE = "\x1b[31mred\x1b[0m\n# \u202eevil\u2066 <b>&amp; [x](http://x) `c` *b* _i_ a|b www.x.y ~s~ \x9b2J \x00"
MADE = Plan(
    profile="active",
    title="Buy IWM",
    answers={"equity": "100,000"},
    standing=Standing("2026-03-02", "IWM/SPY", "RISK-ON", "2026-01-20", 62.4, "the demo", True),
    decision={"ticker": "IWM", "entry": 200.0, "target": None, "shares": 107, "fractional": False},
    rows=(Row("shares", "107", "500 / 4.67"), Row("stop", "195.33")),
    why=("IWM/SPY above SMA50",),
    invalidated_by=(
        Condition("SPY closes below 500.00", "SPY", True, 500.0),
        Condition("not RISK-ON", regime="RISK-ON"),
    ),
    warnings=("no sectors",),
)
TABLE = document(MADE)


def same(a: Plan, b: Plan) -> bool:
    return all(getattr(a, each.name) == getattr(b, each.name) for each in fields(Plan))


@given(PLANS)
def test_a_plan_comes_back_from_json_as_it_was(plan: Plan):
    back = plan_of(json.loads(as_json(document(plan))))
    assert same(plan, back)
    assert [type(value) for value in plan.decision.values()] == [type(value) for value in back.decision.values()]


def test_the_document_has_the_contracts_shape():
    assert list(TABLE) == [
        *("schema", "profile", "title", "opening", "answers", "reading", "decision", "rows", "why", "invalidated_by"),
        "warnings",
    ]
    assert TABLE["schema"] == 1
    assert TABLE["reading"] == {
        "as_of": "2026-03-02",
        "pair": "IWM/SPY",
        "regime": "RISK-ON",
        "since": "2026-01-20",
        "composite": 62.4,
        "source": {"name": "the demo", "simulated": True},
    }
    assert TABLE["decision"] == {"ticker": "IWM", "entry": 200.0, "target": None, "shares": 107, "fractional": False}
    assert TABLE["rows"][1] == {"name": "stop", "value": "195.33", "how": ""}
    assert TABLE["invalidated_by"][0] == {
        "words": "SPY closes below 500.00",
        "ticker": "SPY",
        "below": True,
        "close": 500.0,
        "regime": "",
        "rate_cycle": "",
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_known_is_null(value: float):
    made = MADE.standing._replace(composite=value)
    plan = replace(MADE, decision={"entry": value}, standing=made, invalidated_by=(Condition("x", close=value),))
    found = json.loads(as_json(document(plan)))
    assert found["decision"] == {"entry": None}
    assert found["reading"]["composite"] is None
    assert found["invalidated_by"][0]["close"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": 2}, "schema is not 1"),
        ({"schema": True}, "'schema' is not a whole number"),
        ({"profile": 3}, "'profile' is not text"),
        ({"title": None}, "'title' is not text"),
        ({"answers": []}, "'answers' is not a table"),
        ({"answers": {"equity": 5}}, "'equity' is not text"),
        ({"reading": {}}, "'source' is not a table"),
        ({"reading": {**TABLE["reading"], "as_of": "soon"}}, "'as_of' is not a date"),
        ({"reading": {**TABLE["reading"], "since": 3}}, "'since' is not text"),
        ({"reading": {**TABLE["reading"], "composite": True}}, "'composite' is not a number"),
        (
            {"reading": {**TABLE["reading"], "source": {"name": "x", "simulated": 1}}},
            "'simulated' is not true or false",
        ),
        ({"decision": {"entry": []}}, "'entry' is not a number"),
        ({"decision": {"entry": float("nan")}}, "'entry' is not a number"),
        ({"decision": {"entry": 10**400}}, "'entry' is not a number"),
        ({"decision": {"\x1b" * 100: {}}}, r"^'(\\x1b){40}' is not a number"),
        ({"rows": [{}]}, "'name' is not text"),
        ({"rows": ["x"]}, "'name' is not text"),
        ({"why": "x"}, "'why' is not a list"),
        ({"opening": "x"}, "'opening' is not a list"),
        ({"opening": [1]}, "'opening' is not text"),
        ({"why": [1]}, "'why' is not text"),
        ({"invalidated_by": [None]}, "'words' is not text"),
        ({"invalidated_by": [{**TABLE["invalidated_by"][0], "close": "x"}]}, "'close' is not a number"),
        ({"invalidated_by": [{**TABLE["invalidated_by"][0], "below": 0}]}, "'below' is not true or false"),
        ({"invalidated_by": [{**TABLE["invalidated_by"][0], "rate_cycle": 1}]}, "'rate_cycle' is not text"),
        ({"warnings": {}}, "'warnings' is not a list"),
    ],
)
def test_a_damaged_document_is_refused_by_field(change: dict[str, object], words: str):
    with pytest.raises(SmallcapError, match=words):
        plan_of({**TABLE, **change})


# Plans that were saved before there was an opening have none.
@pytest.mark.parametrize("key", [key for key in TABLE if key != "opening"])
def test_every_field_is_needed(key: str):
    with pytest.raises(SmallcapError, match=key):
        plan_of({name: value for name, value in TABLE.items() if name != key})


@pytest.mark.parametrize("other", [None, [], 3, "x"])
def test_what_is_no_table_is_no_plan(other: object):
    with pytest.raises(SmallcapError):
        plan_of(other)


def test_keys_of_a_later_version_are_no_trouble():
    assert same(plan_of({**TABLE, "mood": "good"}), MADE)


def test_the_text_has_everything():
    assert as_text(MADE).splitlines() == [
        "SIMULATED  Buy IWM",
        "active plan, IWM/SPY as of Mon 2026-03-02 close, the demo: RISK-ON since 2026-01-20, composite 62 of 100",
        "",
        "  shares: 107  (500 / 4.67)",
        "  stop: 195.33",
        "",
        "Why",
        "  IWM/SPY above SMA50",
        "",
        "No longer valid if",
        "  SPY closes below 500.00",
        "  not RISK-ON",
        "",
        "Answers",
        "  equity: 100,000",
        "",
        "Notes",
        "  no sectors",
        "",
        "A planning aid, not advice.",
    ]


def test_the_markdown_has_everything():
    assert as_markdown(MADE).splitlines() == [
        "# SIMULATED  Buy IWM",
        "",
        "active plan, IWM/SPY as of Mon 2026-03-02 close, the demo: RISK-ON since 2026-01-20, composite 62 of 100",
        "",
        "| Decision | Value | How |",
        "|---|---|---|",
        "| shares | 107 | 500 / 4.67 |",
        "| stop | 195.33 |  |",
        "",
        "## Why",
        "",
        "- IWM/SPY above SMA50",
        "",
        "## No longer valid if",
        "",
        "- SPY closes below 500.00",
        "- not RISK-ON",
        "",
        "## Answers",
        "",
        "- equity: 100,000",
        "",
        "## Notes",
        "",
        "- no sectors",
        "",
        "A planning aid, not advice.",
    ]


def test_what_is_not_there_has_no_heading():
    real = MADE.standing._replace(simulated=False, composite=None)
    bare = replace(MADE, standing=real, rows=(), why=(), invalidated_by=(), warnings=(), answers={})
    for text in (as_text(bare), as_markdown(bare)):
        assert text.count("\n") == 5
        assert "SIMULATED" not in text
        assert "composite not known" in text


def hostile() -> Plan:
    made = MADE.standing._replace(pair=HOSTILE, regime=HOSTILE, source=HOSTILE)
    return Plan(
        *(HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, made, {HOSTILE: HOSTILE}),
        rows=(Row(HOSTILE, HOSTILE, HOSTILE),),
        why=(HOSTILE,),
        invalidated_by=(Condition(HOSTILE, HOSTILE),),
        warnings=(HOSTILE,),
    )


@pytest.mark.parametrize("form", [as_text, as_markdown])
def test_a_terminal_has_nothing_to_obey(form):
    lines = form(hostile()).splitlines()
    assert len(lines) == len(
        form(replace(MADE, rows=MADE.rows[:1], invalidated_by=MADE.invalidated_by[:1])).splitlines()
    )
    assert all(line.isprintable() for line in lines)
    assert any("u202e" in line for line in lines)


def test_control_characters_are_spelled_out():
    assert plain("a\x1b[0m\u202e\x9b\tb\n\u2028c\ud800é") == "a\\x1b[0m\\u202e\\x9b b  c\\ud800é"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a|b", "a\\|b"),
        ("*b* _i_ `c` ~s~", "\\*b\\* \\_i\\_ \\`c\\` \\~s\\~"),
        ("<b>&amp;", "\\<b\\>\\&amp;"),
        ("![x](http://x)", "!\\[x\\](http:\\//x)"),
        ("a@b.c www.x.y", "a\\@b.c www\\.x.y"),
        ("back\\|slash", "back\\\\\\|slash"),
        ("1. one", "1\\. one"),
        ("12) one", "12\\) one"),
        (" - one", "\\- one"),
        ("+1", "\\+1"),
        ("# one", "\\# one"),
        ("=", "\\="),
        ("RISK-ON on 2026-03-02, 1.5% of 100.00", "RISK-ON on 2026-03-02, 1.5% of 100.00"),
        ("a\n\n# b", "a  \\# b"),
    ],
)
def test_text_cannot_become_markup(text: str, markdown: str):
    assert escaped(text) == markdown


@pytest.mark.parametrize("state", ["CUTTING", "HOLD", "HIKING", None])
def test_a_plan_saved_before_the_rate_cycle_had_a_field_means_it_all_the_same(state: str | None):
    plan = replace(MADE, invalidated_by=(*MADE.invalidated_by, of_cycle(state)))
    old = json.loads(as_json(document(plan)))
    for each in old["invalidated_by"]:
        del each["rate_cycle"]
    assert plan_of(old).invalidated_by == plan.invalidated_by
    del old["opening"]
    assert plan_of(old).opening == ()
    old["invalidated_by"][2]["words"] = "the rate cycle is no longer known"
    assert plan_of(old).invalidated_by[2].rate_cycle == ""


def test_what_is_to_be_known_first_stands_before_the_figures_and_stays_text():
    plan = replace(MADE, opening=("You named no holdings.", HOSTILE))
    text, markdown = as_text(plan), as_markdown(plan)
    for page in (text, markdown):
        assert page.index("composite 62 of 100") < page.index("You named no holdings.") < page.index("500 / 4.67")
    assert "\x1b" not in text + markdown
    assert f"\n{plain(HOSTILE)}\n" in text
    assert f"\n\n{escaped(HOSTILE)}\n" in markdown
