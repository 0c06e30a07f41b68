"""What fees cost: hand-worked cases to the cent, what must hold of any savings, and what is refused."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.errors import UsageError
from smallcap.core.framework import fees
from smallcap.core.framework.fees import Request

ANSWERS = Path(__file__).resolve().parents[2] / "answers" / "fees.csv"
CASES = list(csv.DictReader(line for line in ANSWERS.read_text().splitlines() if not line.startswith("#")))
PLAIN = Request(amount=100_000.0, years=30, rate=0.08, fee=0.0019, fee_against=0.0003, inflation=0.025)
CENT = 0.005

fee = st.integers(0, 500).map(lambda n: n / 10_000)
rate = st.integers(-500, 500).map(lambda n: n / 1_000)
dollars = st.integers(1, 10_000_000).map(float)
years = st.integers(1, 60)


def request_of(row: dict[str, str]) -> Request:
    given = {("rate" if name == "return" else name): float(row[name]) for name in fees.LIMITS}
    return Request(**{**given, "years": int(row["years"])})


@pytest.mark.parametrize("row", CASES, ids=lambda row: ",".join(list(row.values())[:8]))
def test_a_case_worked_by_hand_agrees_to_the_cent(row):
    made = fees.compare(request_of(row))
    for name in ("end_value", "end_value_against", "difference", "difference_today", "after_cost"):
        assert getattr(made, name) == pytest.approx(float(row[name]), abs=CENT), name
    assert made.break_even_months == (int(row["break_even_months"]) if row["break_even_months"] else None)


def test_there_are_enough_cases_worked_by_hand():
    assert len(CASES) >= 20


@pytest.mark.parametrize(("fee_against", "dollars_more"), [(0.0003, 43_424), (0.0010, 24_196)])
def test_the_specifications_figures_to_the_dollar(fee_against: float, dollars_more: int):
    assert round(fees.compare(replace(PLAIN, fee_against=fee_against)).difference) == dollars_more


def test_the_lump_sum_grows_by_return_less_fee_every_year():
    path = fees.growth(100_000.0, 0.0, 30, 0.08, 0.0019)
    assert path.shape == (31,)
    assert path == pytest.approx(100_000.0 * 1.0781 ** np.arange(31), rel=1e-13)


def test_a_contribution_comes_at_the_months_end_so_the_last_one_earns_nothing():
    assert fees.growth(0.0, 100.0, 1, 0.0, 0.0).tolist() == [0.0, 1200.0]
    monthly = 1.08 ** (1 / 12)
    assert fees.growth(0.0, 100.0, 1, 0.08, 0.0)[-1] == pytest.approx(100 * sum(monthly**n for n in range(12)))


def test_the_figures_of_a_comparison_fit_together():
    made = fees.compare(replace(PLAIN, monthly=200.0))
    assert made.paid_in == 100_000 + 360 * 200
    assert (made.path[-1], made.path_against[-1]) == (made.end_value, made.end_value_against)
    assert (made.path[0], made.path_against[0], len(made.path), len(made.path_against)) == (1e5, 1e5, 31, 31)
    assert made.difference == made.end_value_against - made.end_value
    assert made.share == pytest.approx(made.difference / made.end_value_against)
    assert made.difference_today == pytest.approx(made.difference / 1.025**30)
    assert made.after_cost == pytest.approx(made.difference)


def test_it_does_not_matter_which_of_the_two_is_the_cheaper():
    there = fees.compare(replace(PLAIN, switch_cost=700.0, monthly=50.0))
    back = fees.compare(replace(PLAIN, switch_cost=700.0, monthly=50.0, fee=0.0003, fee_against=0.0019))
    for name in ("difference", "difference_today", "share", "after_cost", "break_even_months", "paid_in"):
        assert getattr(there, name) == getattr(back, name)
    assert (there.end_value, there.end_value_against) == (back.end_value_against, back.end_value)


def test_break_even_is_the_first_month_that_is_ahead_and_not_one_before_or_after():
    # 1,000 at 9 % less a cost of x against 8 % for a year: ahead from x = 1000 - 1080 / 1.09 = 9.1743 down.
    case = Request(amount=1000.0, years=1, rate=0.10, fee=0.02, fee_against=0.01)
    assert fees.break_even_months(replace(case, switch_cost=9.1743)) == 12
    assert fees.break_even_months(replace(case, switch_cost=9.1744)) is None
    assert fees.break_even_months(replace(case, switch_cost=9.1744, years=2)) == 13


def test_switching_for_nothing_is_ahead_as_soon_as_money_has_grown_for_a_month():
    assert fees.break_even_months(PLAIN) == 1
    assert fees.break_even_months(replace(PLAIN, amount=0.0, monthly=100.0)) == 2


def test_equal_fees_part_nothing_and_are_never_ahead():
    made = fees.compare(replace(PLAIN, fee_against=0.0019))
    assert (made.difference, made.difference_today, made.share, made.break_even_months) == (0.0, 0.0, 0.0, None)


def test_the_smallest_sum_and_the_worst_return_are_still_figures():
    worst = Request(amount=5e-324, years=60, rate=-0.5, fee=0.05, fee_against=0.05, inflation=-0.5)
    assert fees.compare(worst).share == 0.0
    most = Request(
        amount=1e12, monthly=1e12, years=60, rate=0.5, fee=0.05, fee_against=0.0, inflation=-0.5, switch_cost=1e12
    )
    made = fees.compare(most)
    assert np.isfinite([made.end_value, made.difference_today, made.share, made.after_cost]).all()
    assert (fees.growth(1.0, 1.0, 60, -0.5, 0.05) > 0).all()


@given(st.floats(0, 0.05), st.floats(0, 0.05), dollars, years)
def test_a_return_that_the_fee_all_but_eats_keeps_its_digits(rate: float, fee: float, monthly: float, years: int):
    months = 12 * years
    end = fees.growth(0.0, monthly, years, rate, fee)[-1]
    steps = ((1 + rate - fee) ** (1 / 12)) ** np.arange(months)
    assert end == pytest.approx(monthly * float(steps.sum()), rel=1e-9)


@given(dollars, dollars, years, rate, fee, fee)
def test_a_cheaper_fund_never_ends_lower(amount, monthly, years, rate, a, b):
    cheap, dear = (fees.growth(amount, monthly, years, rate, f) for f in sorted((a, b)))
    assert (cheap >= dear).all()
    assert a == b or cheap[-1] > dear[-1]


@given(dollars, dollars, years, rate, fee, fee, fee)
def test_the_difference_grows_with_the_gap_of_the_fees(amount, monthly, years, rate, a, b, c):
    low, mid, high = sorted((a, b, c))
    wide, narrow = (fees.compare(Request(amount, years, rate, low, f, monthly=monthly)).difference for f in (high, mid))
    assert wide > narrow if high > mid else wide == narrow


@given(dollars, st.floats(1.1, 10), years, rate, fee)
def test_the_difference_grows_with_the_amount(amount, times, years, rate, fee):
    less, more = (fees.compare(Request(sum_, years, rate, fee, 0.05)).difference for sum_ in (amount, amount * times))
    assert more > less or fee == 0.05


@given(dollars, years, rate, fee, fee, st.floats(0, 0.5))
def test_inflation_never_makes_the_difference_more_than_it_is(amount, years, rate, a, b, inflation):
    made = fees.compare(Request(amount, years, rate, a, b, inflation=inflation))
    assert 0 <= made.difference_today <= made.difference


@given(dollars, dollars, years, rate, fee, fee, st.floats(0, 1))
def test_switching_is_ahead_at_the_end_exactly_when_it_breaks_even(amount, monthly, years, rate, a, b, part):
    made = fees.compare(Request(amount, years, rate, a, b, monthly=monthly, switch_cost=amount * part))
    assert (made.after_cost > 0) == (made.break_even_months is not None)
    assert made.break_even_months is None or 1 <= made.break_even_months <= 12 * years


@given(dollars, years, rate, fee, fee, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_cost_never_breaks_even_sooner(amount, years, rate, a, b, less, more):
    low, high = sorted((less * amount, more * amount))
    first, second = (fees.break_even_months(Request(amount, years, rate, a, b, switch_cost=x)) for x in (low, high))
    assert second is None or (first is not None and first <= second)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", -1.0, "amount -1 is not from 0 to 1,000,000,000,000"),
        ("amount", 1.1e12, "amount 1,100,000,000,000 is not from 0 to 1,000,000,000,000"),
        ("monthly", -0.5, "monthly -0.5 is not from 0 to 1,000,000,000,000"),
        ("years", 0, "years 0 is not a whole number from 1 to 60"),
        ("years", 61, "years 61 is not a whole number from 1 to 60"),
        ("years", 2.5, "years 2.5 is not a whole number from 1 to 60"),
        ("rate", -0.51, "return -51% is not from -50% to 50%"),
        ("rate", 8.0, "return 800% is not from -50% to 50%; 8 % is written 8%"),
        ("fee", -0.0001, "fee -0.01% is not from 0% to 5%"),
        ("fee", 0.19, "fee 19% is not from 0% to 5%; 0.19 % is written 0.19%"),
        ("fee", 5.5, "fee 550% is not from 0% to 5%"),
        ("fee_against", 0.051, "fee_against 5.1% is not from 0% to 5%; 0.051 % is written 0.051%"),
        ("inflation", 0.51, "inflation 51% is not from -50% to 50%; 0.51 % is written 0.51%"),
        ("switch_cost", -1.0, "switch_cost -1 is not from 0 to 1,000,000,000,000"),
        (
            "switch_cost",
            100_000.01,
            "switch_cost 100,000.01 is more than the amount that it is paid from: it is at most 100,000",
        ),
        ("amount", 0.0, "monthly 0 with an amount of 0 leaves nothing to invest: let one of them be above 0"),
    ],
)
def test_a_figure_out_of_range_is_refused_by_name_value_and_what_is_right(field: str, value: float, said: str):
    wrong = replace(PLAIN, **{field: value})
    for refusing in (fees.compare, fees.break_even_months):
        with pytest.raises(UsageError) as refused:
            refusing(wrong)
        assert str(refused.value) == said


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("field", list(fees.LIMITS))
def test_what_is_not_finite_is_refused(field: str, value: float):
    with pytest.raises(UsageError, match=f"^{field} {value} is not a finite number$"):
        fees.compare(replace(PLAIN, **{"rate" if field == "return" else field: value}))


def test_growth_alone_refuses_too():
    for at, name in enumerate(("amount", "monthly", "years", "return", "fee")):
        given = [100.0, 1.0, 10, 0.08, 0.001]
        given[at] = -0.6 if name == "return" else -1
        with pytest.raises(UsageError, match=f"^{name} "):
            fees.growth(*given)


@pytest.mark.parametrize(("name", "ends"), [("return", (-0.5, 0.5)), ("fee", (0.0, 0.05)), ("years", (1, 60))])
def test_the_ends_of_a_range_are_in_it(name: str, ends: tuple[float, float]):
    for end in ends:
        fees.check(name, end)
