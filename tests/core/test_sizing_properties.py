"""Sizing by properties: never above a cap, never the wrong way, whatever the numbers."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.errors import UsageError
from smallcap.core.sizing import Climate, Request, Sizing, multiplier, size

from tests.core.test_sizing import CALM, CAPS, STATES

CALM_CHEAP = replace(CALM, atr=0.25)
money = st.floats(1_000, 1e7)
prices = st.floats(1, 1_000)
states = st.integers(-1, 1)
sides = st.sampled_from(("long", "short"))
hair = 1 + 1e-9


@st.composite
def sized(draw: st.DrawFn) -> tuple[Request, Climate, Sizing]:
    """Any request and climate that sizing accepts, by ATR or by a stop price, with or without a target."""
    side, entry, atr = draw(sides), draw(prices), draw(st.floats(0.01, 0.2))
    away = 1 if side == "long" else -1
    request = Request(
        equity=draw(money),
        entry=entry,
        side=side,
        risk_fraction=draw(st.floats(0, 0.1)),
        stop=draw(st.none() | st.floats(0.01, 0.9).map(lambda d: entry * (1 - away * d))),
        stop_atr=draw(st.floats(0.1, 4)),
        target=draw(st.none() | st.floats(0.01, 0.9).map(lambda d: entry * (1 + away * d))),
        max_weight=draw(st.floats(0.01, 2)),
        target_vol=draw(st.floats(0.01, 1)),
        cash=draw(st.none() | st.floats(0, 1e7)),
    )
    vol = draw(st.floats(0.01, 2) | st.just(math.nan))
    climate = Climate(atr * entry, vol, draw(states), draw(states), "as drawn")
    return request, climate, size(request, climate)


@given(sized())
def test_never_more_at_risk_than_the_budget_times_the_multiplier(case: tuple[Request, Climate, Sizing]):
    request, _, made = case
    assert made.risk_dollars <= request.equity * request.risk_fraction * made.multiplier * hair
    assert made.risk_dollars == pytest.approx(made.shares * abs(request.entry - made.stop))


@given(sized())
def test_the_notional_is_never_above_any_cap(case: tuple[Request, Climate, Sizing]):
    request, climate, made = case
    assert made.notional == made.shares * request.entry
    assert made.notional <= request.equity * request.max_weight * hair
    assert made.notional <= (request.equity if request.cash is None else request.cash) * hair
    if not math.isnan(climate.realized_vol):
        assert made.weight * climate.realized_vol <= request.target_vol * hair


@given(sized())
def test_shares_are_whole_and_one_more_would_break_what_bound(case: tuple[Request, Climate, Sizing]):
    request, _, made = case
    assert type(made.shares) is int
    assert made.shares >= 0
    limits = {step.name: step.value for step in made.steps if step.unit == "shares"}
    binding = limits["multiplier" if made.bound_by == "risk budget" else made.bound_by]
    assert binding == min(value for name, value in limits.items() if name in ("multiplier", *CAPS))
    assert made.shares <= binding * hair
    assert made.shares + 1 > binding
    assert made.weight == pytest.approx(made.shares * request.entry / request.equity)


@given(sized(), st.floats(1, 3))
def test_more_equity_never_means_fewer_shares(case: tuple[Request, Climate, Sizing], more: float):
    request, climate, made = case
    assert made.shares <= size(replace(request, equity=request.equity * more), climate).shares


@given(money, prices, st.floats(0.01, 0.4), st.floats(1.0, 2.0), sides)
def test_a_wider_stop_never_means_more_shares(equity, entry, distance, wider, side):
    away = 1 if side == "long" else -1
    stops = (entry * (1 - away * d) for d in (distance, distance * wider))
    near, far = (size(Request(equity, entry, side=side, stop=stop), CALM) for stop in stops)
    assert far.shares <= near.shares
    tight, loose = (size(Request(equity, entry, side=side, stop_atr=k), CALM_CHEAP) for k in (1.0, wider))
    assert loose.shares <= tight.shares


@given(sized())
def test_a_higher_multiplier_never_means_fewer_shares(case: tuple[Request, Climate, Sizing]):
    request, climate, _ = case
    cells = [size(request, replace(climate, leadership=a, confirmation=b)) for a in STATES for b in STATES]
    cells.sort(key=lambda made: (made.multiplier, made.shares))
    shares = [made.shares for made in cells]
    assert shares == sorted(shares)
    assert {made.shares for made in cells if made.multiplier == 0.5} <= {cells[1].shares}


@given(st.integers(64, 64_000), st.integers(1, 63), money, states, states)
def test_a_short_is_the_mirror_of_a_long(ticks: int, away: int, equity: float, ratio: int, sectors: int):
    entry, distance = ticks / 64, away / 64  # so that both stops are exact
    seen, mirrored = (replace(CALM, leadership=s * ratio, confirmation=s * sectors) for s in (1, -1))
    long = size(Request(equity, entry, stop=entry - distance, target=entry + distance), seen)
    short = size(Request(equity, entry, side="short", stop=entry + distance, target=entry - distance), mirrored)
    same = ("shares", "notional", "risk_dollars", "weight", "r_multiple", "multiplier", "bound_by")
    assert [getattr(long, name) for name in same] == [getattr(short, name) for name in same]


def test_shorts_read_the_table_mirrored():
    assert all(multiplier("short", -a, -b) == multiplier("long", a, b) for a in STATES for b in STATES)


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", [name for name in Request.__dataclass_fields__ if name != "side"])
def test_no_field_takes_what_is_not_a_finite_number(field: str, nonsense: float):
    with pytest.raises(UsageError) as refused:
        size(replace(Request(100_000, 100.0), **{field: nonsense}), CALM)
    assert str(refused.value) == f"{field} {nonsense} is not a finite number"


positive = st.floats(0, exclude_min=True, allow_infinity=False)


@given(positive, positive, sides, positive, st.none() | positive, st.none() | positive, positive)
def test_numbers_of_any_size_are_refused_or_every_number_made_of_them_is_finite(
    equity: float, entry: float, side: str, k: float, stop: float | None, target: float | None, atr: float
):
    request = Request(equity, entry, side, stop=stop, stop_atr=k, target=target)
    with suppress(UsageError):
        made = size(request, replace(CALM, atr=atr))
        numbers = [value for value in astuple(made) if isinstance(value, int | float)]
        assert all(math.isfinite(value) for value in (*numbers, *(step.value for step in made.steps)))
