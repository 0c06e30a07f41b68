"""KEYS: one table that dispatch, footer, help and palette all read."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """One action: its keys as Textual names them and as written, the action, its words, and the footer's short form."""

    keys: str
    written: str
    action: str
    words: str
    footer: str = ""


KEYS = (
    Key("j,down", "j down", "step_ticker(1)", "next ticker of the watchlist", "j/k ticker"),
    Key("k,up", "k up", "step_ticker(-1)", "previous ticker of the watchlist"),
    Key("slash", "/", "find", "switch to any ticker, or to a pair like IWM/QQQ"),
    Key("a", "a", "watch", "put the ticker on the watchlist, or choose one to put there"),
    Key("x", "x", "unwatch", "take the ticker off the watchlist"),
    Key("right_square_bracket", "]", "step_range(1)", "longer range", "[ ] range"),
    Key("left_square_bracket", "[", "step_range(-1)", "shorter range"),
    Key("1", "1", "set_range('1D')", "range 1D, in bars of a minute"),
    Key("2", "2", "set_range('5D')", "range 5D, in bars of five minutes"),
    Key("3", "3", "set_range('1M')", "range 1M"),
    Key("4", "4", "set_range('3M')", "range 3M"),
    Key("5", "5", "set_range('6M')", "range 6M"),
    Key("6", "6", "set_range('YTD')", "range YTD"),
    Key("7", "7", "set_range('1Y')", "range 1Y"),
    Key("8", "8", "set_range('5Y')", "range 5Y"),
    Key("9", "9", "set_range('max')", "the whole history"),
    Key("left,right", "← →", "on_chart('the crosshair')", "crosshair by sessions; on the chart"),
    Key("home,end", "home end", "on_chart('the crosshair')", "crosshair to the ends; on the chart"),
    Key("plus,equals_sign,minus", "+ -", "on_chart('the zoom')", "fewer or more sessions; on the chart"),
    Key("i,I", "i I", "on_chart('overlays and panes')", "overlays, and panes beneath; on the chart"),
    Key("c", "c", "switch('candles')", "line or candles"),
    Key("v", "v", "switch('volume')", "volume behind the price"),
    Key("R", "R", "toggle_basis", "ratio on total return or on price"),
    Key("less_than_sign", "<", "travel(-1)", "one session back in time", "< > time"),
    Key("greater_than_sign", ">", "travel(1)", "one session forward in time"),
    Key("left_curly_bracket", "{", "travel_months(-1)", "a month back in time"),
    Key("right_curly_bracket", "}", "travel_months(1)", "a month forward in time"),
    Key("t", "t", "go_to_date", "go to a date"),
    Key("T", "T", "now", "back to now"),
    Key("space", "space", "replay", "replay: play the sessions forward from here, or pause"),
    Key("f", "f", "replay_speed", "replay at 1, 2, 5 or 10 sessions a second"),
    Key("Q", "Q", "quiz", "quiz: a past session, and what came of it"),
    Key("tab", "tab", "step_panel(1)", "focus the next panel"),
    Key("shift+tab", "shift+tab", "step_panel(-1)", "focus the panel before"),
    Key("d", "d", "show_mode('dashboard')", "dashboard"),
    Key("g", "g", "show_mode('chart')", "chart: the ticker full screen, with crosshair, overlays and panes", "g chart"),
    Key("o", "o", "show_mode('sectors')", "sectors against the market, and their rotation map"),
    Key("m", "m", "show_mode('macro')", "macro: yields, curve, credit, volatility, and what they mean for small caps"),
    Key("z", "z", "show_mode('sizing')", "size: every input, every step, and what would change it", "z size"),
    Key("w", "w", "show_mode('wizard')", "wizard: from the reading to a plan, a question at a time", "w plan"),
    Key("h", "h", "show_mode('evidence')", "evidence: what labels and sizing were worth, and what people claim"),
    Key("p", "p", "show_mode('plans')", "plans: those that were saved, compared with today"),
    Key("A", "A", "show_mode('alerts')", "alerts: what to be told of, how far it is, and what has fired"),
    Key("e", "e", "explain", "explain every number of the panel in focus"),
    Key("S", "S", "show_mode('settings')", "settings: each with where it is from; theme, red for up"),
    Key("L", "L", "log", "log: what was asked of whom, and what came back"),
    Key("r", "r", "refresh_source", "read the source again"),
    Key("y", "y", "copy_text", "copy the panel in focus, or the screen, as text"),
    Key("s", "s", "save_screen", "save the screen as SVG and as text"),
    Key("question_mark", "?", "help", "all keys", "? help"),
    Key("escape", "esc", "close_open", "close what is open, or leave the panel in focus"),
    Key("q", "q", "quit", "quit", "q quit"),
)
