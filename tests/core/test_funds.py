"""The facts: every figure of the specification, how old each is, and a user's file that is wrong in every way."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import funds
from smallcap.core.errors import UsageError
from smallcap.core.funds import Fact, Facts

TODAY = date(2026, 11, 21)
TOP = 'source = "fund page"\nrecorded = 2026-03-01\n'


@pytest.fixture(scope="module")
def facts() -> Facts:
    return funds.read()


def fact(**changes: object) -> Fact:
    plain = {"subject": "IWM", "figure": "holdings", "value": 1920, "unit": "count", "source": "fund page"}
    return Fact(**{**plain, "recorded": date(2025, 11, 21), "since": None, "until": None, **changes})


def from_text(text: str) -> list[Fact]:
    return funds.parse(tomllib.loads(text), "facts.toml")


@pytest.mark.parametrize(
    ("ticker", "index", "holdings", "expense_ratio"),
    [
        ("IWM", "Russell 2000", "1,920", "0.19%"),
        ("SPY", "S&P 500", "503", "0.0945%"),
        ("QQQ", "Nasdaq-100", "101", "0.18%"),
        ("VTWO", "Russell 2000", "1,950", "0.07%"),
        ("SCHA", "Dow Jones U.S. Small-Cap Total Stock Market", "1,750", "0.04%"),
    ],
)
def test_a_fund_has_the_figures_of_the_specification(facts, ticker, index, holdings, expense_ratio):
    found = {fact.figure: fact.shown() for fact in facts.about(ticker, TODAY) if "weight" not in fact.figure}
    assert list(found) == ["name", "index", "holdings", "expense_ratio"]
    assert list(found.values())[1:] == [index, holdings, expense_ratio]
    assert facts.of(ticker, "holdings", TODAY).note == "approximate"
    assert facts.of(ticker, "index", TODAY).note == ("not the Russell 2000" if ticker == "SCHA" else "")


def test_an_expense_ratio_is_a_fraction(facts):
    ratios = [facts.of(ticker, "expense_ratio", TODAY).value for ticker in ("IWM", "SPY", "QQQ", "VTWO", "SCHA")]
    assert ratios == [0.0019, 0.000945, 0.0018, 0.0007, 0.0004]


@pytest.mark.parametrize(
    ("ticker", "last_day", "before", "after"),
    [
        ("QQQ", date(2025, 11, 30), 0.0020, 0.0018),
        ("VTWO", date(2024, 12, 31), 0.0010, 0.0007),
        ("SCHA", date(2024, 12, 31), 0.0003, 0.0004),
    ],
)
def test_an_expense_ratio_changes_on_its_day(facts, ticker, last_day, before, after):
    assert facts.of(ticker, "expense_ratio", date(1993, 1, 1)).value == before
    assert facts.of(ticker, "expense_ratio", last_day).value == before
    assert facts.of(ticker, "expense_ratio", last_day + timedelta(1)).value == after
    assert facts.of(ticker, "expense_ratio", date(2036, 12, 31)).value == after


def test_the_sector_weights_are_those_of_the_specification_and_add_up(facts):
    sectors = "Financials, Health care, Industrials, Technology, Consumer discretionary, Real estate, Energy, Other"
    weights = {"IWM": [17, 15, 15, 13, 12, 7, 5, 16], "SPY": [13, 12, 8, 32, 10, 2, 4, 19]}
    for ticker, percent in weights.items():
        found = [fact for fact in facts.about(ticker, TODAY) if fact.figure.startswith("weight ")]
        assert [fact.figure for fact in found] == [f"weight {sector}" for sector in sectors.split(", ")]
        assert [fact.value for fact in found] == pytest.approx([weight / 100 for weight in percent])
        assert sum(percent) == 100


def test_domestic_revenue_belongs_to_the_index(facts):
    ends = ("domestic_revenue_low", "domestic_revenue_high")
    assert [facts.of("Russell 2000", end, TODAY).shown() for end in ends] == ["70%", "80%"]
    assert [facts.of("S&P 500", end, TODAY).shown() for end in ends] == ["57%", "57%"]


def test_only_what_the_specification_knows_is_built_in(facts):
    assert facts.subjects() == ("IWM", "SPY", "QQQ", "VTWO", "SCHA", "Russell 2000", "S&P 500")
    assert facts.about("IJR", TODAY) == ()
    assert facts.of("IWM", "dividend", TODAY) is None


def test_every_built_in_fact_has_a_source_and_a_date_and_is_fresh_the_day_it_was_read(facts):
    assert len(facts.rows) == 5 * 4 + 3 + 2 * 2 + 2 * 8
    for row in facts.rows:
        assert row.source
        assert row.origin == "built in"
        assert (row.recorded, row.age_words(TODAY), row.stale(TODAY)) == (TODAY, "recorded 2026-11-21", False)


@pytest.mark.parametrize(
    ("recorded", "as_of", "months", "stale"),
    [
        ("2025-11-21", "2025-12-21", 1, False),
        ("2025-11-21", "2026-11-20", 11, False),
        ("2025-11-21", "2026-11-21", 12, False),  # twelve months old, not more
        ("2025-11-21", "2026-11-22", 12, True),
        ("2024-02-29", "2025-02-28", 11, False),
        ("2024-02-29", "2025-03-01", 12, True),
        ("2025-11-21", "2020-01-01", 0, False),
    ],
)
def test_a_fact_is_stale_when_more_than_12_months_old(recorded, as_of, months, stale):
    row = fact(recorded=date.fromisoformat(recorded))
    assert row.age_months(date.fromisoformat(as_of)) == months
    assert row.stale(date.fromisoformat(as_of)) is stale


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2025-12-01", "recorded 2025-11-21"),
        ("2025-12-21", "recorded 2025-11-21, 1 month old"),
        ("2026-11-22", "recorded 2025-11-21, 12 months old: stale"),
        ("2027-01-21", "recorded 2025-11-21, 14 months old: stale"),
        ("2025-11-20", "recorded 2025-11-21, after this date"),
    ],
)
def test_the_age_of_a_fact_is_said(as_of, words):
    assert fact().age_words(date.fromisoformat(as_of)) == words
    assert fact().later(date.fromisoformat(as_of)) is words.endswith("after this date")


@given(st.dates(), st.dates())
def test_an_age_is_whole_months_that_only_grow(recorded, as_of):
    row = fact(recorded=recorded)
    assert row.age_months(as_of) >= 0
    assert not (row.stale(as_of) and row.later(as_of))
    if as_of < date.max:
        assert 0 <= row.age_months(as_of + timedelta(1)) - row.age_months(as_of) <= 1
        assert row.stale(as_of + timedelta(1)) >= row.stale(as_of)


def test_an_own_figure_takes_the_place_of_every_built_in_row_and_says_where_it_came_from(facts, tmp_path):
    own = tmp_path / "facts.toml"
    own.write_text(
        f"{TOP}[funds.QQQ]\nexpense_ratio = 0.0015\n[funds.IJR]\nholdings = {{ value = 600, recorded = 2026-05-05 }}\n"
        '[sectors.IWM]\nsource = "own count"\n"Health care" = "16%"\n',
    )
    found = funds.read(own)
    for as_of in (date(2020, 1, 1), TODAY):
        ratio = found.of("QQQ", "expense_ratio", as_of)
        assert (ratio.value, ratio.source, ratio.origin) == (0.0015, "fund page", str(own))
    assert found.of("IJR", "holdings", TODAY).recorded == date(2026, 5, 5)
    health = found.of("IWM", "weight Health care", TODAY)
    assert (health.value, health.source, health.note) == (0.16, "own count", "")
    assert found.subjects() == (*facts.subjects(), "IJR")
    assert [row.figure for row in found.about("IWM", TODAY)] == [row.figure for row in facts.about("IWM", TODAY)]
    assert sum(row.origin == "built in" for row in found.rows) == len(facts.rows) - 2 - 1


def test_no_own_file_and_an_empty_one_leave_the_built_in_facts(facts, tmp_path):
    (tmp_path / "facts.toml").write_text("")
    assert funds.read(tmp_path / "nowhere" / "facts.toml") == facts
    assert funds.read(tmp_path / "facts.toml") == facts


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path):
    own = tmp_path / "facts.toml"
    for text in (b"[funds.IWM\n", b"\xff\xfe", b"holdings = " + b"9" * 5000, b"a = " + b"[" * 100_000):
        own.write_bytes(text)
        with pytest.raises(UsageError, match=r"facts\.toml can't be read: "):
            funds.read(own)
    with pytest.raises(UsageError, match="can't be read: "):
        funds.read(tmp_path)


def test_periods_may_touch_leave_gaps_and_stand_in_any_order():
    rows = "{ value = 3, since = 2022-01-01 }, { value = 1, until = 2019-12-31 }"
    known = Facts(tuple(from_text(f"{TOP}[funds.IWM]\nholdings = [{rows}]")))
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1))
    found = [known.of("IWM", "holdings", day) for day in days]
    assert [row and row.value for row in found] == [1, None, None, 3]


FRACTION, COUNT = "is not a fraction from 0 to 0.05", "is not a whole number from 1 to 100,000"
PLAIN = "is not plain text of at most 200 characters on one line"
DAY = "is not a date, written without quotes like 2026-11-21"
APART = "let one's `until` be a day before the other's `since`"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("expense_ratio", "0.19", f" 0.19 {FRACTION}: 0.19 % is written 0.0019"),
        ("expense_ratio", "'0.19'", f" 0.19 {FRACTION}: 0.19 % is written 0.0019"),
        ("expense_ratio", "-0.01", f" -0.01 {FRACTION}, like 0.0019"),
        ("expense_ratio", "19", f" 19 {FRACTION}, like 0.0019"),
        ("expense_ratio", "true", " true is not a number like 0.0019"),
        ("expense_ratio", "'low'", " 'low' is not a number like 0.01 or 1%"),
        ("expense_ratio", "[]", " [] has no row in it: write a value like 0.0019"),
        ("holdings", "1920.5", f" 1920.5 {COUNT}"),
        ("holdings", f"0x{'f' * 5000}", f" (too long to show) {COUNT}"),
        ("index", "2000", " 2000 is not text in quotes"),
        ("index", r'"a\u001b[2J"', rf" 'a\x1b[2J' {PLAIN}"),
        ("index", r'"a\u202eb"', rf" 'a\u202eb' {PLAIN}"),
        ("index", f"'{'x' * 201}'", f" '{'x' * 56}... {PLAIN}"),
        ("holdings", "{ value = 1, since = '2020' }", f".since '2020' {DAY}"),
        ("holdings", "{ value = 1, until = 2020-01-01T00:00:00 }", f".until 2020-01-01 00:00:00 {DAY}"),
        ("holdings", "{ value = 1, since = 2021-01-01, until = 2020-01-01 }",
         " has since 2021-01-01 after until 2020-01-01: write the earlier day as `since`"),
        ("holdings", "{ since = 2021-01-01 }", " has no value: write value = 1920"),
        ("holdings", "{ k = 2 }", f" has 'k', which is not a key there; the keys are {', '.join(funds.ROW)}"),
        ("holdings", "[{ value = 1, until = 2020-01-01 }, { value = 2, since = 2020-01-01 }]",
         f" has two rows for 2020-01-01, 1 and 2: {APART}"),
        ("holdings", "[{ value = 1, until = 2021-01-01 }, { value = 2, until = 2020-01-01 }]",
         f" has two rows for 2020-01-01, 2 and 1: {APART}"),
        ("holdings", "[1, 2]", f" has two rows for every day, 1 and 2: {APART}"),
    ],
)  # fmt: skip
def test_a_figure_that_is_wrong_is_named_with_what_would_be_right(key, value, sentence):
    with pytest.raises(UsageError) as caught:
        from_text(f"{TOP}[funds.IWM]\n{key} = {value}")
    assert str(caught.value) == f"facts.toml: funds.IWM.{key}{sentence}"


TICKER = "is not named by a ticker: upper-case, at most 12 characters, like"
EVERYWHERE = "with it, or at the top of the file for all"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("funds = 3", "funds 3 is not a table like [funds.IWM]"),
        ("funds.IWM = 3", "funds.IWM 3 is not a table like [funds.IWM]"),
        ("[fund.IWM]", "the file has 'fund', which is not a key there; did you mean funds?"),
        ("[funds.IWM]\nexpense-ratio = 0.0019",
         "funds.IWM has 'expense-ratio', which is not a key there; did you mean expense_ratio?"),
        ("[funds.iwm]", f"funds.iwm {TICKER} [funds.IWM]"),
        ("[sectors.ABCDEFGHIJKLM]", f"sectors.ABCDEFGHIJKLM {TICKER} [sectors.IWM]"),
        (r'[funds."A\u0007"]', rf"funds.'A\x07' {TICKER} [funds.IWM]"),
        (r'[indexes."A\u0007"]', rf"indexes 'A\x07' {PLAIN}"),
        (f'{TOP}[indexes."S&P 500"]\ndomestic_revenue_low = 57',
         "indexes.'S&P 500'.domestic_revenue_low 57 is not a fraction from 0 to 1: 57 % is written 0.57"),
        (f"{TOP}[sectors.IWM]\nEnergy = 5", "sectors.IWM.Energy 5 is not a fraction from 0 to 1: 5 % is written 0.05"),
        ('[sectors.IWM]\n"Health Care" = 0.15',
         "sectors.IWM has 'Health Care', which is not a key there; did you mean Health care?"),
        ("recorded = 2026-01-01\n[funds.IWM]\nholdings = 1",
         f'funds.IWM.holdings has no source: write source = "where it was read" {EVERYWHERE}'),
        ('source = "a"\n[funds.IWM]\nholdings = 1',
         f"funds.IWM.holdings has no recorded: write recorded = 2026-11-21 {EVERYWHERE}"),
        ('recorded = "2026-01-01"', f"recorded '2026-01-01' {DAY}"),
        ("[funds.IWM]\nsource = ''", "funds.IWM.source '' is not text in quotes"),
    ],
)  # fmt: skip
def test_a_table_that_is_wrong_is_named_with_what_would_be_right(text, sentence):
    with pytest.raises(UsageError) as caught:
        from_text(text)
    assert str(caught.value) == f"facts.toml: {sentence}"


keys = st.sampled_from([*funds.FIGURES, *funds.ROW, "IWM", "holdings", "index", "expense_ratio", "Energy"]) | st.text()
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | st.times()
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4))
figures = st.dictionaries(st.sampled_from([*funds.FIGURES["funds"], *funds.DEFAULTS]), values)
good = {"source": "fund page", "recorded": date(2026, 3, 1)}
ends = {"since": st.dates(), "until": st.dates()}
rows = st.lists(st.fixed_dictionaries({"value": st.integers(1, 9)}, optional=ends))


@given(st.dictionaries(keys, values) | st.fixed_dictionaries({"funds": st.fixed_dictionaries({"IWM": figures})}))
def test_whatever_a_file_holds_it_is_facts_or_one_printable_sentence(given_):
    said = ""
    try:
        found = funds.parse({**good, **given_}, "facts.toml")
    except UsageError as error:
        found, said = [], str(error)
    assert said.isprintable()
    assert not said or said.startswith("facts.toml: ")
    assert all(row.shown().isprintable() and row.age_words(TODAY) for row in found)


@given(rows)
def test_on_no_day_are_two_rows_of_a_figure_in_force(given_):
    try:
        found = funds.parse({**good, "funds": {"IWM": {"holdings": given_}}}, "facts.toml")
    except UsageError:
        return
    for day in (end for row in found for end in (row.since, row.until) if end):
        assert len(Facts(tuple(found)).about("IWM", day)) == 1


@given(st.binary() | st.text().map(lambda text: f"[funds.IWM]\n{text}".encode("utf-8", "replace")))
def test_whatever_bytes_a_file_holds_only_a_usage_error_comes_of_it(facts, tmp_path_factory, content):
    own = tmp_path_factory.getbasetemp() / "garbage.toml"
    own.write_bytes(content)
    try:
        assert funds.read(own).subjects()[:5] == facts.subjects()[:5]
    except UsageError:
        return
