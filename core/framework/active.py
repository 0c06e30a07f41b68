"""The active profile: one trade, from instrument and side to whole shares, a checklist, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .. import format as fmt
from ..errors import SmallcapError
from ..reading import climate
from ..sizing import Request, Sizing, multiplier
from ..whatif import changes
from .checklist import AGAINST, FOR, checklist
from .curve import Curve
from .plan import Condition, Figure, Plan, Row, standing, worth_of
from .profile import Command, Profile, World
from .question import Answers
from .trade import SPREAD, costs, entry_words, figure, questions, request, word

SHOWN = 126


def consequence(world: World, answers: Answers, key: str) -> str:
    """What an answer means, in a line; empty where that is known only later."""
    try:
        return _CONSEQUENCES.get(key, lambda _world, _answers: "")(world, answers)
    except SmallcapError as error:
        return str(error)


def plan(world: World, answers: Answers, texts: Mapping[str, str]) -> Plan:
    """The trade with its size, the checklist, and what makes it invalid."""
    asked, name = request(world, answers), word(answers, "ticker")
    sized, state = world.reading.size(asked, name), climate(world.reading, name)
    checks = checklist(world.reading, name, asked.side)
    paid = costs(answers, sized)
    in_r = paid / sized.risk_dollars if sized.risk_dollars else None
    return Plan(
        profile="active",
        title=f"{asked.side} {sized.shares:,} {name} at {fmt.price(asked.entry)}",
        answers=texts,
        standing=standing(world.reading),
        decision={
            "ticker": name,
            **_decision(asked, sized),
            "cost_dollars": paid,
            "cost_r": in_r,
            "close": float(world.reading.panel[name].close[-1]),
        },
        rows=(
            *_rows(sized, paid, in_r),
            *(Row("would change it", change.words) for change in changes(asked, world.reading.axes, state)),
            *(Row(c.name, c.value, c.how(asked.side)) for c in checks),
        ),
        why=(
            f"The checklist has {sum(c.verdict == FOR for c in checks)} of {len(checks)} rows for a {asked.side} and "
            f"{sum(c.verdict == AGAINST for c in checks)} against.",
            f"The size is bound by the {sized.bound_by}.",
            *(f"Evidence on its multiplier: {words}." for words in worth_of(world.reading, "sectors", "ratio trend")),
        ),
        invalidated_by=_ends(world, asked, sized, name),
        warnings=sized.warnings,
        opening=(entry_words(world, name, asked.entry),),
    )


def curves(world: World, answers: Answers) -> tuple[Curve, ...]:
    """The last closes with entry, stop and target."""
    name = word(answers, "ticker")
    bars = world.reading.panel[name]
    closes = bars.close[-SHOWN:]
    levels = [(key, level) for key in ("entry", "stop", "target") if isinstance(level := answers.get(key), float)]
    lines = ((name, closes), *((key, np.full(len(closes), level)) for key, level in levels))
    return (Curve(f"{name} and the trade", bars.sessions[-SHOWN:], lines, "", f"the last {len(closes)} closes"),)


def _decision(asked: Request, sized: Sizing) -> Mapping[str, Figure]:
    return {
        "side": asked.side,
        "entry": asked.entry,
        "stop": sized.stop,
        "target": asked.target,
        "shares": sized.shares,
        "notional": sized.notional,
        "weight": sized.weight,
        "risk_dollars": sized.risk_dollars,
        "r_multiple": sized.r_multiple,
        "multiplier": sized.multiplier,
        "bound_by": sized.bound_by,
    }


def _rows(sized: Sizing, paid: float, in_r: float | None) -> tuple[Row, ...]:
    steps = tuple(
        Row(step.name, step.shown(), f"{step.formula}{' <- binds' if step.bound else ''}") for step in sized.steps
    )
    r = "--" if sized.r_multiple is None else f"{sized.r_multiple:.2f} R"
    share = "" if in_r is None else f"{in_r:.2f} R, both orders and the spread"
    return (
        Row("at risk", fmt.dollars(sized.risk_dollars), f"{fmt.share(sized.weight, 1)} of the account is in it"),
        Row("target", r, "the way to the target over the way to the stop"),
        Row("costs", f"${paid:,.2f}", share),
        *steps,
    )


def _ends(world: World, asked: Request, sized: Sizing, name: str) -> tuple[Condition, ...]:
    long = asked.side == "long"
    side = "below" if long else "above"
    now = world.reading.regime.regime.label
    return (
        Condition(f"{name} closes {side} the stop, {fmt.price(sized.stop)}", name, long, sized.stop),
        Condition(f"the label is no longer {now}", regime=now),
    )


def _of_ticker(world: World, answers: Answers) -> str:
    name = word(answers, "ticker")
    state, close = climate(world.reading, name), float(world.reading.panel[name].close[-1])
    moves = f"it moves {fmt.price(state.atr)} a session, {fmt.share(state.atr / close, 1)}" if state.atr > 0 else ""
    return "; ".join(filter(None, (f"closed at {fmt.price(close)} on {world.reading.as_of}", moves)))


def _of_entry(world: World, answers: Answers) -> str:
    entry, close = figure(answers, "entry"), float(world.reading.panel[word(answers, "ticker")].close[-1])
    return f"{fmt.percent(entry / close - 1, 2)} from the close of {world.reading.as_of}, {fmt.price(close)}"


def _of_side(world: World, answers: Answers) -> str:
    state, side = climate(world.reading, word(answers, "ticker")), word(answers, "side")
    factor = multiplier(side, state.leadership, state.confirmation)
    return f"{state.words}: a {side} is sized x {factor:.2f}"


def _of_stop(world: World, answers: Answers) -> str:
    entry, stop = figure(answers, "entry"), figure(answers, "stop")
    atr = climate(world.reading, word(answers, "ticker")).atr
    return f"{fmt.price(abs(entry - stop))} a share at risk, {abs(entry - stop) / atr:.1f} ATR" if atr > 0 else ""


def _of_target(_: World, answers: Answers) -> str:
    target = answers.get("target")
    if not isinstance(target, float):
        return "no target: no R multiple is shown"
    entry = figure(answers, "entry")
    return f"{abs(target - entry) / abs(entry - figure(answers, 'stop')):.2f} R"


def _of_size(world: World, answers: Answers) -> str:
    sized = world.reading.size(request(world, answers), word(answers, "ticker"))
    return f"{fmt.count(sized.shares, 'share')}, {fmt.dollars(sized.risk_dollars)} at risk; {sized.bound_by} binds"


def _of_cost(world: World, answers: Answers) -> str:
    filled = {"commission": 0.0, "spread": SPREAD, **answers}
    sized = world.reading.size(request(world, filled), word(answers, "ticker"))
    return f"${costs(filled, sized):,.2f} for both ways"


_CONSEQUENCES = {
    "ticker": _of_ticker,
    "entry": _of_entry,
    "side": _of_side,
    "stop": _of_stop,
    "target": _of_target,
    "equity": _of_size,
    "cash": _of_size,
    "risk": _of_size,
    "commission": _of_cost,
    "spread": _of_cost,
}

COMMAND = Command(
    does="plan one trade: its size, a checklist, and what ends it",
    words="Whole shares, stop, target and costs of one trade, a checklist of what speaks for it and against it, and "
    "the closes on which it is over.",
    examples=(
        "smallcap plan active --side long --stop 2atr --save",
        "smallcap plan active --ticker KRE --risk 0.5% --stop-atr 3 --format json",
    ),
    flags=(
        ("ticker", "TICKER", "what to buy or sell short (default: the pair's first)"),
        ("side", "long|short", "which way (default: long)"),
        ("entry", "N", "entry price (default: the newest close)"),
        ("stop", "N", "stop price, or a distance like 2atr"),
        ("target", "N", "target price (default: 2 R away)"),
        ("equity", "N", "the account's value"),
        ("cash", "N", "cash at hand (default: all of it)"),
        ("risk", "N", "share of equity at risk, 1% or 0.01"),
        ("commission", "N", "what one order costs, in dollars"),
        ("spread", "N", "the spread as a share of the price, 0.02%"),
    ),
)
ACTIVE = Profile(
    key="active",
    name="active",
    words="One trade: side, entry, stop, whole shares, and what ends it.",
    questions=questions,
    consequence=consequence,
    plan=plan,
    command=COMMAND,
    curves=curves,
)
