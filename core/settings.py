"""Settings: what the user may choose, as one table of keys with their types and ranges, read from smallcap.toml."""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from . import composite, keybinding
from .bars import TICKER
from .errors import UsageError, bare, named, nearest, said

RANGES = ("1D", "5D", "1M", "3M", "6M", "YTD", "1Y", "5Y", "max")
THEMES = ("dark", "light", "contrast")
SPARE = ("auto", "on", "off")
MAX_WEIGHT = 100.0
LONGEST = 4096
"""Characters of a text: as many as a path may have; and of a value in a sentence."""
FOUND = re.compile(f"{TICKER.pattern}(/{TICKER.pattern})?")
"""What can be looked for: a ticker or a pair of them."""
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
WATCHLIST = ("IWM", "SPY", "QQQ", "VTWO", "KRE", "RSP", "MDY")


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings; fractions, not percent."""

    source: str = "demo"
    pair: str = "IWM/SPY"
    watchlist: tuple[str, ...] = WATCHLIST
    price_ratio: bool = False
    range: str = "1Y"
    equity: float = 100_000.0
    risk_fraction: float = 0.01
    stop_atr: float = 2.0
    max_weight: float = 0.25
    target_vol: float = 0.20
    composite_weights: tuple[tuple[str, float], ...] = ()
    recent: tuple[str, ...] = ()
    theme: str = "dark"
    red_up: bool = False
    bell: bool = True
    low_bandwidth: str = "auto"
    keys: keybinding.Chosen = ()

    def but(self, **changes: object) -> Settings:
        """These settings with some changed; a value of None keeps what is there."""
        return replace(self, **{key: value for key, value in changes.items() if value is not None})  # type: ignore[arg-type]


class Key(NamedTuple):
    """One key of the file: its name, the kind of its value, what it is for, a number's range or a word's choices."""

    name: str
    kind: type
    words: str
    low: float = 0.0
    high: float = math.inf
    choices: tuple[str, ...] = ()


KEYS = (
    Key(
        "source",
        str,
        "where prices come from: a source like demo (simulated) or yahoo (live), or a folder of CSV files",
    ),
    Key("pair", str, "the two tickers whose ratio is read"),
    Key("watchlist", tuple, "the tickers beside the charts"),
    Key("price_ratio", bool, "the ratio of closes in the place of total returns; the axes stay on total return"),
    Key("range", str, "the charts' range at the start", choices=RANGES),
    Key("equity", float, "the account's value, for sizing"),
    Key("risk_fraction", float, "share of equity that one position may lose at its stop", high=0.10),
    Key("stop_atr", float, "distance of the stop from the entry, in ATR", high=20.0),
    Key("max_weight", float, "largest position, as a share of equity", high=1.0),
    Key("target_vol", float, "volatility that a position may bring, as a share of equity a year", high=2.0),
    Key("recent", tuple, "the tickers to offer first when one is looked for"),
    Key("theme", str, "colours of the app", choices=THEMES),
    Key("red_up", bool, "red for up and green for down"),
    Key("bell", bool, "ring the terminal's bell with an alert"),
    Key(
        "low_bandwidth",
        str,
        "on: 16 colours and nothing dimmed; auto: nothing dimmed over a slow SSH line",
        choices=SPARE,
    ),
    Key("composite_weights", dict, "weight of each signal; one left out is 1", high=MAX_WEIGHT, choices=composite.KEYS),
    Key("keys", dict, "keys of the app, one or a list for each action; an action left out keeps its own"),
)
DEFAULTS = Settings()
RENAMED: Mapping[str, str] = {}
"""Keys that had another name, old to new: the old one is read, and said to be old."""


class Given(NamedTuple):
    """What a file gives: the settings with the defaults around them, the keys that it names, what is to be mended."""

    settings: Settings
    names: frozenset[str]
    warnings: tuple[str, ...]


NOTHING = Given(DEFAULTS, frozenset(), ())


def read(path: Path) -> Settings:
    """The settings in a TOML file, defaults where it says nothing or isn't there; UsageError naming file and key."""
    return given(path).settings


def given(path: Path) -> Given:
    """What a TOML file gives, nothing where it isn't there; UsageError naming file and key.

    One that every user may write is refused, as ssh refuses its own: it says whose prices are read, and how much is
    put at risk.
    """
    import tomllib  # noqa: PLC0415  most users have no file

    try:
        if path.stat().st_mode & stat.S_IWOTH:
            raise UsageError(f"{path} is not read, as every user of this machine may write to it: chmod go-w {path}")
        with path.open("rb") as file:
            table = tomllib.load(file)
    except FileNotFoundError:
        return NOTHING
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} can't be read: {error}") from None
    found, warnings = current(table, str(path))
    return Given(parse(found, str(path)), frozenset(found), warnings)


def current(given: Mapping[str, Any], file: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """A table with its old names made new, and a sentence for each; UsageError where both names are given."""
    if both := next((old for old, new in RENAMED.items() if old in given and new in given), None):
        raise UsageError(f"{file}: {both!r} is now {RENAMED[both]!r} and both are given: take {both!r} out")
    old_ones = tuple(f"{file}: {old!r} is now called {RENAMED[old]!r}: rename it" for old in given if old in RENAMED)
    return {RENAMED.get(name, name): value for name, value in given.items()}, old_ones


def parse(given: Mapping[str, Any], file: str) -> Settings:
    """The settings from a table of keys; UsageError naming the file, the key, the value and what would be right."""
    known = {key.name: key for key in KEYS}
    for name in given:
        if name not in known:
            hint = nearest(name, list(known)) or f"; the keys are {', '.join(known)}"
            raise UsageError(f"{file}: {said(name)} is not a key{hint}")
    try:
        return Settings(**{name: _value(known[name], value) for name, value in given.items()})
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def _value(key: Key, value: object) -> Any:  # noqa: ANN401  whatever type the key has
    if key.kind is float:
        return fraction(key.name, value, key.low, key.high)
    if key.kind is tuple:
        # What is empty by itself may be given as empty.
        words = value if isinstance(value, list) else []
        sound = FOUND if key.name == "recent" else TICKER
        if (words or value == list(getattr(DEFAULTS, key.name))) and all(
            isinstance(word, str) and sound.fullmatch(word.upper()) for word in words
        ):
            return tuple(word.upper() for word in words)
        raise UsageError(f"{key.name} {said(value)} is not a list of tickers like {list(WATCHLIST[:2])}")
    if key.kind is dict:
        return _weights(key, value) if key.choices else keybinding.chosen(value)
    if not isinstance(value, key.kind):
        like = "true or false" if key.kind is bool else "text in quotes"
        raise UsageError(f"{key.name} {said(value)} is not {like}")
    if isinstance(value, str) and len(value) > LONGEST:
        raise UsageError(f"{key.name} {said(value)} is longer than {LONGEST:,} characters")
    if key.choices and value not in key.choices:
        raise UsageError(f"{key.name} {said(value)} is not one of {', '.join(key.choices)}")
    return value


def _weights(key: Key, value: object) -> tuple[tuple[str, float], ...]:
    """A table of numbers, none below 0 and not all 0; those it doesn't name are 1."""
    if not isinstance(value, dict):
        raise UsageError(
            f"{key.name} {said(value)} is not a table like {{{key.choices[0]} = 2, {key.choices[1]} = 0.5}}"
        )
    for word in value:
        if word not in key.choices:
            hint = nearest(str(word), list(key.choices)) or f"; they are {', '.join(key.choices)}"
            raise UsageError(f"{key.name}.{named(str(word))} is not a signal{hint}")
    weights = {word: number(f"{key.name}.{word}", weight) for word, weight in value.items()}
    for word, weight in weights.items():
        if not 0 <= weight <= MAX_WEIGHT:
            raise UsageError(f"{key.name}.{word} {weight:g} is not from 0 to {MAX_WEIGHT:g}")
    if len(weights) == len(key.choices) and not any(weights.values()):
        raise UsageError(f"{key.name} leaves every signal out: at least one weight must be above 0")
    return tuple(weights.items())


def fraction(name: str, value: object, low: float = 0.0, high: float = math.inf) -> float:
    """A number above `low` and at most `high`; UsageError naming the field."""
    found = number(name, value)
    if not low < found <= high:
        most = f" and at most {high:g}" if math.isfinite(high) else ""
        raise UsageError(f"{name} {bare(value)} is not above {low:g}{most}")
    return found


def number(name: str, value: object) -> float:
    """A finite number, or text like `0.01`, `1%` or `100,000`; UsageError naming the field."""
    try:
        found = _number(value)
    except (ValueError, OverflowError):
        raise UsageError(f"{name} {said(value)} is not a number like 0.01 or 1%") from None
    if not math.isfinite(found):
        raise UsageError(f"{name} {bare(value)} is not a finite number")
    return found


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    if isinstance(value, str) and value.strip().endswith("%") and value.count("%") == 1:
        from decimal import Decimal  # noqa: PLC0415  exact where a division by 100.0 is not: 0.07% is 0.0007

        return float(Decimal(repr(_number(value.strip()[:-1]))) / 100)
    if isinstance(value, str) and "," in value:
        # Only as 100,000: a decimal comma dropped would make a number ten or a thousand times larger.
        if not THOUSANDS.fullmatch(value.strip()):
            raise ValueError
        value = value.replace(",", "")
    return float(value)
