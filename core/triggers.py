"""Triggers: what an alert can be on, a row a kind, with how it is written, its values over time and its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import format as fmt
from .bars import TICKER, Days, Floats, Panel
from .errors import SmallcapError, UsageError, nearest
from .history import parse_pair
from .matching import match
from .reading import Reading
from .regime import INSUFFICIENT, REGIMES
from .settings import fraction
from .signals import EVENT_VOLUME
from .studies import Studies

Known = tuple[Days, Floats]
LABELS = tuple(regime.label for regime in REGIMES if regime is not INSUFFICIENT)
CODES = {regime.label: float(code) for code, regime in enumerate(REGIMES)}
NOTHING: Known = np.array([], "datetime64[D]"), np.array([])
MOST_DECIMALS, INDEX = 4, 100.0


class Trigger(NamedTuple):
    """What an alert is on: a row of KINDS, a ticker or a pair, one of TESTS, and a level or else a label.

    `on` is empty for the pair that is read, until the alert is armed.
    """

    kind: str
    on: str
    test: str
    level: float | None = None
    label: str = ""


class Look:
    """A reading as alerts look at it; the indicators of a ticker are worked out once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.studies = cache(self._studies)

    def _studies(self, ticker: str) -> Studies | None:
        bars = self.reading.panel.bars.get(ticker)
        return Studies(bars) if bars else None


class Kind(NamedTuple):
    """One kind: an example and the form of its text, the words of a trigger and of its value, and its values.

    `text` is a pattern over upper case with single spaces, `level` the name of the level and the highest it may be,
    `last` whether last prices of a session in progress count like closes, `pair` whether it is on two tickers.
    """

    key: str
    example: str
    text: str
    words: str
    noun: str
    values: Callable[[Look, str], Known]
    tests: tuple[str, ...] = ("<", ">")
    most: float = float("inf")
    decimals: int = 2
    pair: bool = False
    last: bool = False

    @property
    def on(self) -> str:
        """A ticker or a pair that a trigger of this kind may be on."""
        return "IWM/SPY" if self.pair else "IWM"


TESTS: Mapping[str, tuple[str, Callable[[Floats, float], NDArray[np.bool_]]]] = {
    "<": ("below", np.less),
    ">": ("above", np.greater),
    ">=": ("at or above", np.greater_equal),
    "is": ("becomes", np.equal),
    "is not": ("is no longer", np.not_equal),
}


def closes(panel: Panel, on: str) -> Known:
    """The closes of a ticker, or of a pair their ratio on the sessions that both have."""
    a, slash, b = on.partition("/")
    if not slash:
        return (panel.bars[a].sessions, panel.bars[a].close) if a in panel.bars else NOTHING
    if a not in panel.bars or b not in panel.bars:
        return NOTHING
    m = match(panel.bars[a], panel.bars[b])
    return m.sessions, m.a_close / m.b_close


def _ratio(look: Look, on: str) -> Known:
    """The ratio on the shown basis, on the scale of the newest closes."""
    reading = look.reading
    if on == str(reading.pair):
        return reading.history.sessions, reading.shown_ratio
    days, ratio = closes(reading.panel, on)
    if reading.ratio.basis == "price" or not len(days):
        return days, ratio
    m = match(*(reading.panel.bars[ticker] for ticker in on.split("/")))
    total = m.a_adj / m.b_adj
    return days, total * (ratio[-1] / total[-1])


def _rsi(look: Look, on: str) -> Known:
    found = look.studies(on)
    return (found.bars.sessions, found.rsi14) if found else NOTHING


def _volume(look: Look, on: str) -> Known:
    found = look.studies(on)
    return (found.bars.sessions, found.relative_volume) if found else NOTHING


def _composite(look: Look, on: str) -> Known:
    past = look.reading.history
    return (past.sessions, past.composite.score) if on == str(past.pair) else NOTHING


def _regime(look: Look, on: str) -> Known:
    past = look.reading.history
    if on != str(past.pair):
        return NOTHING
    return past.sessions, np.where(past.codes == CODES[INSUFFICIENT.label], np.nan, past.codes)


_ON = rf"(?P<on>{TICKER.pattern})"
_PAIR = rf"(?P<on>{TICKER.pattern}/{TICKER.pattern})"
_LEVEL = r"(?P<test>[<>]) (?P<level>[0-9.,]+)"

KINDS = (
    Kind(
        "price",
        "IWM < 210",
        f"{_ON} {_LEVEL}",
        "{on} {test} {level}",
        "close",
        lambda look, on: closes(look.reading.panel, on),
        last=True,
    ),
    Kind(
        "close",
        "close IWM < 210",
        f"CLOSE {_ON} {_LEVEL}",
        "{on} closes {test} {level}",
        "close",
        lambda look, on: closes(look.reading.panel, on),
    ),
    Kind(
        "ratio",
        "IWM/SPY > 0.36",
        f"{_PAIR} {_LEVEL}",
        "{on} {test} {level}",
        "ratio",
        _ratio,
        decimals=4,
        pair=True,
    ),
    Kind(
        "rsi",
        "rsi IWM < 35",
        f"RSI {_ON} {_LEVEL}",
        "RSI(14) of {on} {test} {level}",
        "RSI(14)",
        _rsi,
        most=INDEX,
    ),
    Kind(
        "composite",
        "composite > 70",
        f"COMPOSITE {_LEVEL}",
        "composite of {on} {test} {level}",
        "composite",
        _composite,
        most=INDEX,
        pair=True,
    ),
    Kind(
        "regime",
        "regime RISK-OFF",
        r"REGIME (?P<test>NOT )?(?P<label>.+)",
        "regime of {on} {test} {label}",
        "label",
        _regime,
        tests=("is", "is not"),
        pair=True,
    ),
    Kind(
        "volume",
        "volume IWM",
        f"VOLUME {_ON}",
        "volume event of {on}",
        "volume against its mean of 20 sessions",
        _volume,
        tests=(">=",),
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
EXAMPLES = ", ".join(kind.example for kind in KINDS)


def parse(text: str) -> Trigger:
    """The trigger that a text like `IWM < 210` asks for; UsageError naming what is wrong and what would be right."""
    words = re.sub(r"\s*/\s*", "/", re.sub(r"([<>])", r" \1 ", text.upper()))
    words = " ".join({"BELOW": "<", "ABOVE": ">"}.get(word, word) for word in words.split())
    first = words.partition(" ")[0].lower()
    kind = BY_KEY.get(first) or BY_KEY["ratio" if "/" in first else "price"]
    found = re.fullmatch(kind.text, words)
    if found is None:
        right = f"write it like {kind.example}" if kind.key in {first, "ratio"} else f"write it like one of {EXAMPLES}"
        raise UsageError(f"alert {text[:60]!r} can't be read: {right}")
    given = found.groupdict(default="")
    if kind.key == "regime":
        return Trigger("regime", "", "is not" if given["test"] else "is", label=_label(given["label"]))
    if kind.key == "volume":
        return Trigger("volume", given["on"], ">=", EVENT_VOLUME)
    level = fraction(kind.key, given["level"], high=kind.most)
    on = str(parse_pair(given["on"])) if kind.key == "ratio" else given.get("on", "")
    return Trigger(kind.key, on, given["test"], level)


def _label(text: str) -> str:
    if text not in LABELS:
        raise UsageError(f"regime {text[:40]!r} is not one of {', '.join(LABELS)}{nearest(text, list(LABELS))}")
    return text


def sound(trigger: Trigger) -> Trigger:
    """The trigger itself; SmallcapError naming the first field that its kind can't have."""
    kind = BY_KEY.get(trigger.kind)
    if kind is None:
        raise SmallcapError(f"'kind' is not one of {', '.join(BY_KEY)}")
    form = f"{TICKER.pattern}/{TICKER.pattern}" if kind.pair else TICKER.pattern
    if not re.fullmatch(form, trigger.on):
        raise SmallcapError(f"'on' is not {'a pair' if kind.pair else 'a ticker'} like {kind.on}")
    if trigger.test not in kind.tests:
        raise SmallcapError(f"'test' is not {' or '.join(kind.tests)}")
    if kind.key == "regime":
        if trigger.label not in LABELS:
            raise SmallcapError(f"'label' is not one of {', '.join(LABELS)}")
    elif trigger.level is None or not 0 < trigger.level <= kind.most:
        raise SmallcapError(f"'level' is not a number above 0{f' up to {kind.most:g}' if kind.most <= INDEX else ''}")
    return trigger


def known(trigger: Trigger, look: Look) -> Known:
    """The values of the trigger on the sessions on which they are known, oldest first: none of them is NaN."""
    days, values = BY_KEY[trigger.kind].values(look, trigger.on)
    there = ~np.isnan(values)
    return days[there], values[there]


def met(trigger: Trigger, values: Floats, scale: float = 1.0) -> NDArray[np.bool_]:
    """Whether each value meets the trigger, its level multiplied by `scale`."""
    level = CODES[trigger.label] if trigger.level is None else trigger.level * scale
    return TESTS[trigger.test][1](values, level)


def described(trigger: Trigger) -> str:
    """`IWM below 210.00`, `RSI(14) of IWM below 35`, `regime of IWM/SPY becomes RISK-OFF`."""
    kind = BY_KEY[trigger.kind]
    return kind.words.format(
        on=trigger.on, test=TESTS[trigger.test][0], level=level_words(trigger), label=trigger.label
    )


def level_words(trigger: Trigger, scale: float = 1.0) -> str:
    """The level with all its decimals, up to four; empty where there is none."""
    if trigger.level is None:
        return ""
    kind = BY_KEY[trigger.kind]
    return _number(kind, trigger.level * scale, 0 if kind.most <= INDEX else kind.decimals)


def value_words(trigger: Trigger, value: float) -> str:
    """A value as the trigger's kind is written: a label, or a number with as many decimals as the level has."""
    kind = BY_KEY[trigger.kind]
    if trigger.level is None:
        return REGIMES[int(value)].label
    least = max(kind.decimals, _decimals(trigger.level, kind.decimals))
    return fmt.ratio(value) if kind.key == "ratio" else fmt.price(value, least) + "x" * (kind.key == "volume")


def _number(kind: Kind, value: float, least: int) -> str:
    return fmt.ratio(value) if kind.key == "ratio" else fmt.price(value, _decimals(value, least))


def _decimals(value: float, least: int) -> int:
    return next((n for n in range(least, MOST_DECIMALS) if round(value, n) == value), MOST_DECIMALS)
