"""What a random user presses, types and pastes: every key of the tables, and words that fit or don't."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from smallcap.tui import screens, widgets
from smallcap.tui.keymap import KEYS
from textual.binding import Binding

TYPED = (
    *("IWM/QQQ", "KRE", "qqq", "IWM/IWM", "XLF/SPY", "VTWO", "IWM<210", "SPY>1", "IWM/SPY < 0.9", "volume", "ratio<0"),
    *("1e300", "-5", "100,000", "1%", "0.07", "2atr", "nan", "inf", "9" * 40, "0x1F", "1_000", "٣", "IWM=120", "SPY=0"),
    *("2020-03-23", "2009-03-09", "1066-01-01", "9999-12-31", "2022-02-30", "2036-12-31", "no", "y", " ", "/", "IWM/"),
)
DATES = ("2008-10-10", "2009-03-09", "2015-08-24", "2020-03-23", "2006-06-01", "2000-05-26", "2022-12-30")
PASTED = (
    *TYPED,
    *("\x1b[31mred\x1b]0;title\x07", "[bold red]markup[/]", "\x00\x01\x7f\x9b2J", "a\nb\r\nc\td", "\u202egnirts\u2066"),
    *("👩‍👩‍👧‍👦" * 9, "e\u0301\u0301\u0301" * 50, "\ufeff\u200b\u200d", "漢字" * 99, "'; drop table arrays; --"),
    *("A" * 10_000, "%s%n{0}{x!r}", "\ud7ff\uffff\U0010ffff", "^VIX", "1," * 500, "[/]", "[@click=app.quit]x[/]"),
    *("../../etc/passwd", "$(reboot)`id`"),
)  # fmt: skip
OTHERS = (
    *("enter", "escape", "escape", "enter", "backspace", "delete", "pageup", "pagedown", "ctrl+u", "ctrl+p", "ctrl+c"),
    *("ctrl+q", "ctrl+z", "f1", "f5", "ctrl+left", "shift+right", "ctrl+a", "ctrl+k", "ctrl+w", "insert", "shift+home"),
    *"0123456789.,-+/%=aZx",
)


def keys_of_the_tables() -> tuple[str, ...]:
    """Every key of the app's table, and those of each screen and each widget, modal or not."""
    found = [key for row in KEYS for key in row.keys.split(",")]
    for package in (screens, widgets):
        for module in iter_modules(package.__path__, package.__name__ + "."):
            for thing in vars(import_module(module.name)).values():
                for row in vars(thing).get("BINDINGS", ()) if isinstance(thing, type) else ():
                    found += (row.key if isinstance(row, Binding) else row[0]).split(",")
    return tuple(dict.fromkeys(found))
