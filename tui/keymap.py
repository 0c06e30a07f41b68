"""KEYS: one table that dispatch, footer, help and palette all read."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from ..core.keybinding import Bound, Chosen, bind, written


class Key(NamedTuple):
    """One action: its keys as Textual names them and as written, the action, its words, the footer's short form.

    `name` is what the config file calls it.
    """

    keys: str
    written: str
    action: str
    words: str
    footer: str = ""
    name: str = ""


KEYS = (
    Key("j,down", "j down", "step_ticker(1)", "next ticker of the watchlist", "j/k ticker", name="next_ticker"),
    Key("k,up", "k up", "step_ticker(-1)", "previous ticker of the watchlist", name="previous_ticker"),
    Key("slash", "/", "find", "switch to any ticker, or to a pair like IWM/QQQ", name="find"),
    Key("a", "a", "watch", "put the ticker on the watchlist, or choose one to put there", name="watch"),
    Key("x", "x", "unwatch", "take the ticker off the watchlist", name="unwatch"),
    Key("right_square_bracket", "]", "step_range(1)", "longer range", "[ ] range", name="longer_range"),
    Key("left_square_bracket", "[", "step_range(-1)", "shorter range", name="shorter_range"),
    Key("1", "1", "set_range('1D')", "range 1D, in bars of a minute", name="range_1d"),
    Key("2", "2", "set_range('5D')", "range 5D, in bars of five minutes", name="range_5d"),
    Key("3", "3", "set_range('1M')", "range 1M", name="range_1m"),
    Key("4", "4", "set_range('3M')", "range 3M", name="range_3m"),
    Key("5", "5", "set_range('6M')", "range 6M", name="range_6m"),
    Key("6", "6", "set_range('YTD')", "range YTD", name="range_ytd"),
    Key("7", "7", "set_range('1Y')", "range 1Y", name="range_1y"),
    Key("8", "8", "set_range('5Y')", "range 5Y", name="range_5y"),
    Key("9", "9", "set_range('max')", "the whole history", name="range_max"),
    Key("left,right", "← →", "on_chart('the crosshair')", "crosshair by sessions; on the chart", name="crosshair"),
    Key(
        "home,end",
        "home end",
        "on_chart('the crosshair')",
        "crosshair to the ends; on the chart",
        name="crosshair_ends",
    ),
    Key("plus,equals_sign,minus", "+ -", "on_chart('the zoom')", "fewer or more sessions; on the chart", name="zoom"),
    Key("i,I", "i I", "on_chart('overlays and panes')", "overlays, and panes beneath; on the chart", name="overlays"),
    Key("c", "c", "step_chart", "line, candles: the next way to draw prices", name="candles"),
    Key("v", "v", "switch_volume", "volume behind the price", name="volume"),
    Key("R", "R", "toggle_basis", "ratio on total return or on price", name="ratio_basis"),
    Key("less_than_sign", "<", "travel(-1)", "one session back in time", "< > time", name="session_back"),
    Key("greater_than_sign", ">", "travel(1)", "one session forward in time", name="session_forward"),
    Key("left_curly_bracket", "{", "travel_months(-1)", "a month back in time", name="month_back"),
    Key("right_curly_bracket", "}", "travel_months(1)", "a month forward in time", name="month_forward"),
    Key("t", "t", "go_to_date", "go to a date", name="date"),
    Key("T", "T", "now", "back to now", name="now"),
    Key("space", "space", "replay", "replay: play the sessions forward from here, or pause", name="replay"),
    Key("f", "f", "replay_speed", "replay at 1, 2, 5 or 10 sessions a second", name="replay_speed"),
    Key("Q", "Q", "quiz", "quiz: a past session, and what came of it", name="quiz"),
    Key("tab", "tab", "step_panel(1)", "focus the next panel", name="next_panel"),
    Key("shift+tab", "shift+tab", "step_panel(-1)", "focus the panel before", name="previous_panel"),
    Key("d", "d", "show_mode('dashboard')", "dashboard", name="dashboard"),
    Key(
        "g",
        "g",
        "show_mode('chart')",
        "chart: the ticker full screen, with crosshair, overlays and panes",
        "g chart",
        name="chart",
    ),
    Key("o", "o", "show_mode('sectors')", "sectors against the market, and their rotation map", name="sectors"),
    Key(
        "m",
        "m",
        "show_mode('macro')",
        "macro: yields, curve, credit, volatility, and what they mean for small caps",
        name="macro",
    ),
    Key(
        "z",
        "z",
        "show_mode('sizing')",
        "size: every input, every step, and what would change it",
        "z size",
        name="sizing",
    ),
    Key(
        "w",
        "w",
        "show_mode('wizard')",
        "wizard: from the reading to a plan, a question at a time",
        "w plan",
        name="wizard",
    ),
    Key(
        "h",
        "h",
        "show_mode('evidence')",
        "evidence: what labels and sizing were worth, and what people claim",
        name="evidence",
    ),
    Key("p", "p", "show_mode('plans')", "plans: those that were saved, compared with today", name="plans"),
    Key(
        "A", "A", "show_mode('alerts')", "alerts: what to be told of, how far it is, and what has fired", name="alerts"
    ),
    Key("e", "e", "explain", "explain every number of the panel in focus", name="explain"),
    Key("S", "S", "show_mode('settings')", "settings: each with where it is from; theme, red for up", name="settings"),
    Key("L", "L", "log", "log: what was asked of whom, and what came back", name="log"),
    Key("r", "r", "refresh_source", "read the source again", name="refresh"),
    Key("y", "y", "copy_text", "copy the panel in focus, or the screen, as text", name="copy"),
    Key("s", "s", "save_screen", "save the screen as SVG and as text", name="save_screen"),
    Key("ctrl+l", "ctrl+l", "redraw", "draw the screen again, if something else wrote on it", name="redraw"),
    Key("question_mark", "?", "help", "all keys", "? help", name="help"),
    Key("escape", "esc", "close_open", "close what is open, or leave the panel in focus", name="back"),
    Key("q", "q", "quit", "quit", "q quit", name="quit"),
)

NO_KEY = "none"
FIXED = frozenset(key.name for key in KEYS if key.action.startswith("on_chart"))
"""Actions that are the chart's own: elsewhere their keys only say so."""
HINT = re.compile(r"(?:(\S)([/ ])(\S)|(\S+)) (.+)")
"""A footer's hint: one key, or two with a sign between, and what they do."""
BY_KEY = {key.written.split()[0]: place for place, key in enumerate(KEYS)}


def bound(chosen: Chosen) -> Bound:
    """The user's keys over the table's; UsageError for what can't be."""
    return bind(chosen, {key.name: key.keys.split(",") for key in KEYS}, FIXED)


def effective(chosen: Chosen) -> tuple[Key, ...]:
    """The table with the user's keys in it; an action without any is written as NO_KEY."""
    if not chosen:
        return KEYS
    keys = bound(chosen).keys
    table = tuple(_with(key, keys[key.name]) for key in KEYS)
    return tuple(key._replace(footer=hint(key.footer, table)) for key in table)


def _with(key: Key, keys: Sequence[str]) -> Key:
    if ",".join(keys) == key.keys:
        return key
    return key._replace(keys=",".join(keys), written=" ".join(map(written, keys)) or NO_KEY)


def hint(text: str, table: Sequence[Key], own: Container[str] = ()) -> str:
    """A footer's hint with the keys of `table`; as it is where it names keys that are a screen's `own`, or no action's.

    Empty where an action that it names has no key, or one that is the screen's own.
    """
    found = HINT.fullmatch(text)
    if found is None:
        return text
    first, sign, second, only, words = found.groups()
    places = [place for key in (first, second, only) if key and (place := BY_KEY.get(key)) is not None]
    if len(places) < bool(first) + bool(second) + bool(only) or any(_first(KEYS[place]) in own for place in places):
        return text
    rows = [table[place] for place in places]
    if any(row.written == NO_KEY or _first(row) in own for row in rows):
        return ""
    return f"{(sign or '').join(row.written.split()[0] for row in rows)} {words}"


def _first(key: Key) -> str:
    return key.keys.partition(",")[0]
