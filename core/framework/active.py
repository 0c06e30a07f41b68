"""The active profile: one trade, from instrument and side to whole shares, a checklist, and what ends it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import partial
from typing import cast

from .. import format as fmt
from ..axes import LEADERSHIP
from ..errors import SmallcapError, UsageError
from ..reading import ADVICE, climate
from ..settings import number
from ..sizing import MAX_RISK, Request, Sizing, multiplier
from .checklist import AGAINST, FOR, checklist
from .plan import Condition, Plan, Row, standing
from .profile import Profile, World
from .question import Answers, Choice, Question, amount, one_of, optional, ticker

SIDES = (
    Choice("long", "gains when the price rises"),
    Choice("short", "gains when the price falls; borrowing costs are not counted here"),
)
BY_ATR = re.compile(r"\s*(\d+(?:\.\d+)?)\s*atr\s*", re.IGNORECASE)
TARGET_R = 2.0
SPREAD = 0.0002


def questions(world: World, answers: Answers) -> tuple[Question, ...]:
    """Those that the answers so far lead to; prices are asked for once ticker and side are known."""
    reading = world.reading
    first = (
        Question(
            "ticker",
            "Which ticker is it about?",
            "Its own ATR and volatility set the distance of the stop and the caps.",
            reading.pair.a,
            partial(_held, world=world),
        ),
        Question(
            "side",
            "Long or short?",
            "The table of ratio trend and sectors is read the other way round for a short.",
            "long",
            one_of(SIDES),
            SIDES,
        ),
    )
    if not {"ticker", "side"} <= answers.keys():
        return first
    return (*first, *_prices(world, answers), *_money(world))


def consequence(world: World, answers: Answers, key: str) -> str:
    """What an answer means, in a line; empty where that is known only later."""
    try:
        return _CONSEQUENCES.get(key, lambda _world, _answers: "")(world, answers)
    except SmallcapError as error:
        return str(error)


def plan(world: World, answers: Answers, texts: Mapping[str, str]) -> Plan:
    """The trade with its size, the checklist, and what makes it invalid."""
    request, name = _request(world, answers), _text(answers, "ticker")
    sized = world.reading.size(request, name)
    checks = checklist(world.reading, name, request.side)
    costs = _costs(answers, sized)
    in_r = costs / sized.risk_dollars if sized.risk_dollars else None
    return Plan(
        profile="active",
        title=f"{request.side} {sized.shares:,} {name} at {fmt.price(request.entry)}",
        answers=texts,
        standing=standing(world.reading),
        decision={
            "ticker": name,
            "side": request.side,
            "entry": request.entry,
            "stop": sized.stop,
            "target": request.target,
            "shares": sized.shares,
            "notional": sized.notional,
            "weight": sized.weight,
            "risk_dollars": sized.risk_dollars,
            "r_multiple": sized.r_multiple,
            "multiplier": sized.multiplier,
            "bound_by": sized.bound_by,
            "cost_dollars": costs,
            "cost_r": in_r,
            "close": float(world.reading.panel[name].close[-1]),
        },
        rows=(*_rows(sized, costs, in_r), *(Row(c.name, c.value, f"{c.verdict}: {c.why}") for c in checks)),
        why=(
            f"{sum(c.verdict == FOR for c in checks)} of {len(checks)} rows of the checklist are for it, "
            f"{sum(c.verdict == AGAINST for c in checks)} against.",
            f"The size is bound by the {sized.bound_by}.",
            ADVICE,
        ),
        invalidated_by=_ends(world, request, sized, name),
        warnings=sized.warnings,
    )


def _prices(world: World, answers: Answers) -> tuple[Question, ...]:
    reading, name, side = world.reading, _text(answers, "ticker"), _text(answers, "side")
    last, atr = world.price(name), climate(reading, name).atr
    entry = cast("float", answers.get("entry", last))
    sign = 1 if side == "long" else -1
    stop = cast("float", answers.get("stop", entry - sign * reading.settings.stop_atr * atr))
    target = entry + TARGET_R * (entry - stop)
    beyond = "below" if side == "long" else "above"
    return (
        Question(
            "entry",
            f"At which price would you {'buy' if side == 'long' else 'sell'}?",
            f"Its last price is {fmt.price(last)}, its ATR(14) {fmt.price(atr)}.",
            f"{last:.2f}",
            amount(),
        ),
        Question(
            "stop",
            "At which price were you wrong?",
            f"A price {beyond} the entry, or a distance like 2atr; the money at risk is the way there.",
            f"{reading.settings.stop_atr:g}atr",
            partial(_stop, entry=entry, sign=sign, atr=atr),
        ),
        Question(
            "target",
            "Is there a price to take the gain at?",
            "It only sets the R multiple that is shown; leave it empty for none.",
            f"{target:.2f}" if target > 0 else "",
            optional(partial(_target, entry=entry, sign=sign)),
        ),
    )


def _money(world: World) -> tuple[Question, ...]:
    settings = world.reading.settings
    return (
        Question(
            "equity",
            "How much is in the account, in dollars?",
            f"Everything is a share of it; a position is at most {fmt.trimmed(settings.max_weight)} of it.",
            f"{settings.equity:.0f}",
            amount(),
        ),
        Question(
            "risk",
            "How much of it may this trade lose at the stop?",
            "Before the multiplier of ratio trend and sectors; a gap can lose more.",
            fmt.trimmed(settings.risk_fraction),
            amount(high=MAX_RISK, above=False, unit="%"),
        ),
        Question(
            "commission",
            "What does one order cost, in dollars?",
            "It is paid twice, on the way in and out.",
            "0",
            amount(above=False),
        ),
        Question(
            "spread",
            "How wide is the spread, as a share of the price?",
            "Half of it is paid on the way in and half on the way out.",
            fmt.trimmed(SPREAD),
            amount(high=0.05, above=False, unit="%"),
        ),
    )


def _held(key: str, text: str, *, world: World) -> str:
    name = ticker(key, text)
    if name not in world.reading.panel.bars:
        raise UsageError(f"{key} {name} has no bars in {world.reading.origin.name}")
    return name


def _stop(key: str, text: str, *, entry: float, sign: int, atr: float) -> float:
    """A price on the losing side of the entry, given as such or in ATRs."""
    found = BY_ATR.fullmatch(text)
    if found and not atr > 0:
        raise UsageError(f"{key} {text.strip()}: the ATR is missing or 0; give a price")
    price = entry - sign * float(found[1]) * atr if found else number(key, text)
    if price <= 0 or (entry - price) * sign <= 0:
        side = "below" if sign > 0 else "above"
        raise UsageError(f"{key} {fmt.price(price)} is not {side} the entry, {fmt.price(entry)}, and above 0")
    return price


def _target(key: str, text: str, *, entry: float, sign: int) -> float:
    price = number(key, text)
    if price <= 0 or (price - entry) * sign <= 0:
        side = "above" if sign > 0 else "below"
        raise UsageError(f"{key} {fmt.price(price)} is not {side} the entry, {fmt.price(entry)}, and above 0")
    return price


def _request(world: World, answers: Answers) -> Request:
    settings = world.reading.settings
    return Request(
        equity=_number(answers, "equity", settings.equity),
        entry=_number(answers, "entry"),
        side=_text(answers, "side"),
        risk_fraction=_number(answers, "risk", settings.risk_fraction),
        stop=_number(answers, "stop"),
        target=cast("float | None", answers.get("target")),
        max_weight=settings.max_weight,
        target_vol=settings.target_vol,
    )


def _costs(answers: Answers, sized: Sizing) -> float:
    """Both orders' commission and the whole spread, in dollars; nothing where nothing is traded."""
    if not sized.shares:
        return 0.0
    return 2 * _number(answers, "commission") + _number(answers, "spread") * sized.notional


def _rows(sized: Sizing, costs: float, in_r: float | None) -> tuple[Row, ...]:
    steps = tuple(
        Row(step.name, step.shown(), f"{step.formula}{' <- binds' if step.bound else ''}") for step in sized.steps
    )
    r = "--" if sized.r_multiple is None else f"{sized.r_multiple:.2f} R"
    share = "" if in_r is None else f"{in_r:.2f} R, both orders and the spread"
    return (
        *steps,
        Row("at risk", fmt.dollars(sized.risk_dollars), f"{fmt.share(sized.weight, 1)} of the account is in it"),
        Row("target", r, "the way to the target over the way to the stop"),
        Row("costs", f"${costs:,.2f}", share),
    )


def _ends(world: World, request: Request, sized: Sizing, name: str) -> tuple[Condition, ...]:
    long = request.side == "long"
    word, label = ("below", "RISK-OFF") if long else ("above", "RISK-ON")
    now, state = world.reading.regime.regime.label, climate(world.reading, name)
    ends = [Condition(f"{name} closes {word} the stop, {fmt.price(sized.stop)}", name, long, sized.stop)]
    if now != label:
        ends.append(Condition(f"the label turns {label}", regime=now))
    axis = world.reading.axis("leadership")
    for flip in axis.turns if axis else ():
        then = multiplier(request.side, LEADERSHIP.states.index(flip.to) - 1, state.confirmation)
        if then < sized.multiplier and math.isfinite(flip.close):
            ends.append(Condition(f"{flip.words()}: {flip.to}", flip.ticker, flip.below, flip.close))
    return tuple(ends)


def _number(answers: Answers, key: str, default: float = 0.0) -> float:
    found = answers.get(key, default)
    assert isinstance(found, int | float)
    return float(found)


def _text(answers: Answers, key: str) -> str:
    found = answers[key]
    assert isinstance(found, str)
    return found


def _of_side(world: World, answers: Answers) -> str:
    state, side = climate(world.reading, _text(answers, "ticker")), _text(answers, "side")
    factor = multiplier(side, state.leadership, state.confirmation)
    return f"{state.words}: a {side} is sized x {factor:.2f}"


def _of_stop(world: World, answers: Answers) -> str:
    entry, stop = _number(answers, "entry"), _number(answers, "stop")
    atr = climate(world.reading, _text(answers, "ticker")).atr
    return f"{fmt.price(abs(entry - stop))} a share at risk, {abs(entry - stop) / atr:.1f} ATR" if atr > 0 else ""


def _of_target(_: World, answers: Answers) -> str:
    target = answers.get("target")
    if not isinstance(target, float):
        return "no target: no R multiple is shown"
    entry = _number(answers, "entry")
    return f"{abs(target - entry) / abs(entry - _number(answers, 'stop')):.2f} R"


def _of_size(world: World, answers: Answers) -> str:
    sized = world.reading.size(_request(world, answers), _text(answers, "ticker"))
    return f"{fmt.count(sized.shares, 'share')}, {fmt.dollars(sized.risk_dollars)} at risk; {sized.bound_by} binds"


def _of_cost(world: World, answers: Answers) -> str:
    filled = {"commission": 0.0, "spread": SPREAD, **answers}
    sized = world.reading.size(_request(world, filled), _text(answers, "ticker"))
    return f"${_costs(filled, sized):,.2f} for both ways"


_CONSEQUENCES = {
    "side": _of_side,
    "stop": _of_stop,
    "target": _of_target,
    "equity": _of_size,
    "risk": _of_size,
    "commission": _of_cost,
    "spread": _of_cost,
}

ACTIVE = Profile(
    "active",
    "active trader",
    "one trade: side, entry, stop, size, and what ends it",
    questions,
    consequence,
    plan,
)
