"""Styles as a terminal reads them, each naming only what differs from the one before."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style

RESET = "\x1b[0m"
UNLINK = "\x1b]8;;\x1b\\"
ATTRIBUTES = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5"), ("blink2", "6"), ("reverse", "7"),
    ("conceal", "8"), ("strike", "9"), ("underline2", "21"), ("frame", "51"), ("encircle", "52"), ("overline", "53"),
)  # fmt: skip
FLAT = frozenset({"1", "2", "3"})
"""Attributes that a blank doesn't show."""


class Codes(NamedTuple):
    """A style's parameters: its attributes, its colour and its ground, each as they stand in a sequence; its link."""

    attributes: tuple[str, ...]
    ink: str
    ground: str
    link: str = ""


PLAIN = Codes((), "39", "49")


@lru_cache(4096)
def codes(style: Style | None, system: ColorSystem) -> Codes:
    """The parameters of a style on a terminal of these colours; without a style, the terminal's own."""
    if style is None:
        return PLAIN
    ink, ground = style.color, style.bgcolor
    return Codes(
        tuple(code for name, code in ATTRIBUTES if getattr(style, name)),
        ";".join(ink.downgrade(system).get_ansi_codes()) if ink else PLAIN.ink,
        ";".join(ground.downgrade(system).get_ansi_codes(foreground=False)) if ground else PLAIN.ground,
        f"id={style.link_id};{style.link}" if style.link else "",
    )


@lru_cache(4096)
def seen_of_blank(style: Codes) -> Codes:
    """What a blank shows of a style: its ground alone, where nothing goes through or under it."""
    return PLAIN._replace(ground=style.ground) if _is_flat(style) else style


def _is_flat(style: Codes) -> bool:
    return not style.link and FLAT.issuperset(style.attributes)


def needed(now: Codes | None, style: Codes, text: str) -> Codes:
    """The style to have for a text, by that of what is written before it; None where that isn't known."""
    return _for_blank(now, style) if text == " " else style


@lru_cache(4096)
def _for_blank(now: Codes | None, style: Codes) -> Codes:
    """What is the style already, with the ground that a blank is to show; else the style itself."""
    if not _is_flat(style):
        return style
    return (now if now and _is_flat(now) else PLAIN)._replace(ground=style.ground)


@lru_cache(4096)
def change(before: Codes | None, wanted: Codes) -> str:
    """The sequence from one style to another; attributes can only be taken back by beginning anew."""
    if before is None or not set(before.attributes) <= set(wanted.attributes):
        before, changes = PLAIN._replace(link=before.link if before else ""), ["0"]
    else:
        changes = []
    changes += [code for code in wanted.attributes if code not in before.attributes]
    changes += [code for code, was in ((wanted.ink, before.ink), (wanted.ground, before.ground)) if code != was]
    link = f"\x1b]8;{wanted.link or ';'}\x1b\\" if wanted.link != before.link else ""
    return f"{link}\x1b[{';'.join(changes)}m" if changes else link
