"""A trade: the questions that make one, what their answers may be, and the sizing request they come to."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import cast

from .. import format as fmt
from ..bars import to_day
from ..errors import UsageError
from ..reading import climate
from ..settings import number
from ..sizing import MAX_RISK, Request, Sizing, places
from .profile import World
from .question import Answers, Choice, Question, amount, one_of, optional, ticker

SIDES = (
    Choice("long", "gains when the price rises"),
    Choice("short", "gains when the price falls; borrowing costs are not counted here"),
)
BY_ATR = re.compile(r"\s*(\d+(?:\.\d+)?)\s*atr\s*", re.IGNORECASE)
TARGET_R = 2.0
SPREAD = 0.0002


class ByAtr(float):
    """A stop's price that was asked for as a number of ATRs from the entry: `atrs` of them."""

    atrs: float

    def __new__(cls, price: float, atrs: float) -> ByAtr:
        made = super().__new__(cls, price)
        made.atrs = atrs
        return made


def questions(world: World, answers: Answers) -> tuple[Question, ...]:
    """Those that the answers so far lead to; prices are asked for once ticker and side are known."""
    first = (
        Question(
            "ticker",
            "Which ticker is it about?",
            "Its own ATR and volatility set the distance of the stop and the caps.",
            world.looked_at or world.reading.pair.a,
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


def _prices(world: World, answers: Answers) -> tuple[Question, ...]:
    reading, name, side = world.reading, word(answers, "ticker"), word(answers, "side")
    close, day, atr = *last_close(world, name), climate(reading, name).atr
    entry = figure(answers, "entry", close)
    newer = f"; its last price is {_like(price, close)}" if (price := world.prices.get(name)) else ""
    sign = 1 if side == "long" else -1
    stop = figure(answers, "stop", entry - sign * reading.settings.stop_atr * atr)
    target = entry + TARGET_R * (entry - stop)
    beyond = "below" if side == "long" else "above"
    return (
        Question(
            "entry",
            f"At which price would you {'buy' if side == 'long' else 'sell'}?",
            f"It closed at {_like(close, close)} on {fmt.day(day)}, its ATR(14) is {_like(atr, close)}{newer}.",
            _like(close, close),
            partial(_entry, close=close),
        ),
        Question(
            "stop",
            f"{beyond.capitalize()} which price is the idea wrong?",
            f"A price {beyond} the entry, or a distance like 2atr; the money at risk is the way there.",
            f"{reading.settings.stop_atr:g}atr",
            partial(_stop, entry=entry, sign=sign, atr=atr),
        ),
        Question(
            "target",
            "Is there a price to take the gain at?",
            "It only sets the R multiple that is shown; leave it empty for none.",
            _like(target, entry) if target > 0 else "",
            optional(partial(_target, entry=entry, sign=sign)),
        ),
    )


def last_close(world: World, name: str) -> tuple[float, date]:
    """The newest close of the reading, which an entry is unless another is given, in dollars, and its session.

    A last price isn't taken: a plan is as on its reading's close, on the screen as by the command.
    """
    bars = world.reading.panel[name]
    return float(bars.close[-1]), to_day(bars.sessions[-1])


def entry_words(world: World, name: str, entry: float) -> str:
    """What price an entry is, in a sentence: `The entry, 333.57, is IWM's close of Fri 2026-11-20.`"""
    close, day = last_close(world, name)
    price, its = fmt.price(entry, places(entry)), f"{name}'s close of {fmt.day(day)}"
    if price == _like(close, close):
        return f"The entry, {price}, is {its}."
    away = f"{fmt.percent(entry / close - 1, 2)} from {its}, {_like(close, close)}"
    return f"The entry, {price}, is the price you gave: {away}."


def _money(world: World) -> tuple[Question, ...]:
    settings = world.reading.settings
    return (
        Question(
            "equity",
            "How much is in the account, in dollars?",
            f"Everything is a share of it; a position is at most {fmt.trimmed(settings.max_weight)} of it.",
            f"{settings.equity:,.15g}",
            amount(),
        ),
        Question(
            "cash",
            "How much of that is cash to buy with, in dollars?",
            "A position costs no more than it; leave it empty when all of it is.",
            "",
            optional(amount(above=False)),
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
    if name.startswith("^"):
        raise UsageError(f"{key} {name} is an index, which can't be bought or sold short; name a fund, such as IWM")
    if name not in world.reading.panel.bars:
        raise UsageError(f"{key} {name} has no bars in {world.reading.origin.name}")
    return name


def _entry(key: str, text: str, *, close: float) -> float:
    """A price; the close itself where it is the one that is shown, which may have been rounded."""
    amount()(key, text)
    given = number(key, text)
    return close if given == number(key, _like(close, close)) else given


def _stop(key: str, text: str, *, entry: float, sign: int, atr: float) -> float:
    """A price on the losing side of the entry, given as such or in ATRs."""
    found = BY_ATR.fullmatch(text)
    if found and not atr > 0:
        raise UsageError(f"{key} {text.strip()}: the ATR is missing or 0; give a price")
    price = entry - sign * float(found[1]) * atr if found else number(key, text)
    if price <= 0 or (entry - price) * sign <= 0:
        side = "below" if sign > 0 else "above"
        raise UsageError(f"{key} {_like(price, entry)} is not {side} the entry, {_like(entry, entry)}, and above 0")
    return ByAtr(price, float(found[1])) if found else price


def _target(key: str, text: str, *, entry: float, sign: int) -> float:
    price = number(key, text)
    if price <= 0 or (price - entry) * sign <= 0:
        side = "above" if sign > 0 else "below"
        raise UsageError(f"{key} {_like(price, entry)} is not {side} the entry, {_like(entry, entry)}, and above 0")
    return price


def _like(value: float, price: float) -> str:
    """A value with the decimals that prices like `price` are told apart by."""
    return fmt.price(value, places(price))


def limits(world: World) -> tuple[Question, ...]:
    """The caps that hold for every trade: asked for where all of them are on the screen, taken as set elsewhere."""
    settings = world.reading.settings
    return (
        Question(
            "max_weight",
            "How large may one position be, as a share of the account?",
            "It binds when the stop is near: a small risk a share would make a large position.",
            fmt.trimmed(settings.max_weight),
            amount(high=1.0, unit="%"),
        ),
        Question(
            "target_vol",
            "How much volatility may it bring, as a share of the account a year?",
            "It binds for what moves more than that.",
            fmt.trimmed(settings.target_vol),
            amount(high=2.0, unit="%"),
        ),
    )


def request(world: World, answers: Answers) -> Request:
    """The sizing that the answers ask for; a stop given in ATRs stays one, so that it moves with the entry."""
    settings, stop = world.reading.settings, answers.get("stop")
    return Request(
        equity=figure(answers, "equity", settings.equity),
        entry=figure(answers, "entry"),
        side=word(answers, "side"),
        risk_fraction=figure(answers, "risk", settings.risk_fraction),
        stop=None if isinstance(stop, ByAtr) else figure(answers, "stop"),
        stop_atr=stop.atrs if isinstance(stop, ByAtr) else settings.stop_atr,
        target=cast("float | None", answers.get("target")),
        max_weight=figure(answers, "max_weight", settings.max_weight),
        target_vol=figure(answers, "target_vol", settings.target_vol),
        cash=cast("float | None", answers.get("cash")),
    )


def costs(answers: Answers, sized: Sizing) -> float:
    """Both orders' commission and the whole spread, in dollars; nothing where nothing is traded."""
    if not sized.shares:
        return 0.0
    return 2 * figure(answers, "commission") + figure(answers, "spread") * sized.notional


def figure(answers: Answers, key: str, default: float = 0.0) -> float:
    """A number that was answered, `default` where none was."""
    found = answers.get(key)
    return float(found) if isinstance(found, int | float) else default


def word(answers: Answers, key: str) -> str:
    """A word that was answered; KeyError when its question wasn't."""
    found = answers[key]
    assert isinstance(found, str)
    return found
