"""Every setting as a row: its words, its value, where that is from, and what changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ...core import format as fmt
from ...core.keybinding import written
from ...core.settings import DEFAULTS, THEMES, Settings

Change = Callable[[Settings, int], Mapping[str, object]]


class Effective(NamedTuple):
    """The settings in use, the config file's with the defaults around them, what is remembered, what the file names."""

    settings: Settings
    config: Settings
    remembered: Mapping[str, object]
    given: frozenset[str] = frozenset()


class Setting(NamedTuple):
    """One setting: its name in the config file, its words, what changes it, and how it is changed on the spot."""

    name: str
    words: str
    how: str
    change: Change | None = None


def _theme(settings: Settings, step: int) -> Mapping[str, object]:
    return {"theme": THEMES[(THEMES.index(settings.theme) + step) % len(THEMES)]}


def _other(name: str) -> Change:
    return lambda settings, _: {name: not getattr(settings, name)}


SETTINGS = (
    Setting("theme", "theme", "← →", _theme),
    Setting("red_up", "red for up", "← →", _other("red_up")),
    Setting("price_ratio", "ratio on price", "← →", _other("price_ratio")),
    Setting("pair", "pair", "/"),
    Setting("range", "range at the start", "smallcap.toml"),
    Setting("watchlist", "watchlist", "a x"),
    Setting("recent", "looked up lately", "/"),
    Setting("source", "source", "--source"),
    Setting("equity", "equity", "z"),
    Setting("risk_fraction", "risk", "z"),
    Setting("stop_atr", "stop, in ATR", "z"),
    Setting("max_weight", "largest position", "z"),
    Setting("target_vol", "volatility cap", "z"),
    Setting("bell", "bell with an alert", "smallcap.toml"),
    Setting("low_bandwidth", "low bandwidth", "smallcap.toml"),
    Setting("composite_weights", "composite weights", "smallcap.toml"),
    Setting("keys", "keys of your own", "smallcap.toml"),
)


def value(settings: Settings, name: str) -> str:
    """A setting's value as it is written for people."""
    found = getattr(settings, name)
    if isinstance(found, bool):
        return "on" if found else "off"
    if name == "composite_weights":
        return ", ".join(f"{key} {weight:g}" for key, weight in found) or "all 1"
    if name == "keys":
        return ", ".join(f"{action} {' '.join(map(written, keys)) or 'none'}" for action, keys in found) or "none"
    if isinstance(found, tuple):
        return " ".join(found) or "none"
    if isinstance(found, str):
        return found
    return {"equity": fmt.price(found), "stop_atr": f"{found:g}"}.get(name) or fmt.trimmed(found)


def origin(known: Effective, name: str) -> str:
    """Where a setting's value is from; a flag that repeats what would be so without it counts as what it repeats."""
    found = getattr(known.settings, name)
    if name in known.remembered and known.remembered[name] == found:
        return "remembered"
    if found == getattr(known.config, name):
        return "smallcap.toml" if name in known.given or found != getattr(DEFAULTS, name) else "default"
    return "flag or key"


def remembered(known: Effective) -> str:
    """What is remembered, by its words; `nothing`."""
    return ", ".join(setting.words for setting in SETTINGS if setting.name in known.remembered) or "nothing"
