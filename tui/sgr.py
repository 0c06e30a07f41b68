"""Segments as a terminal reads them, naming of each style only what differs from the one before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

RESET = "\x1b[0m"
ATTRIBUTES = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5"), ("blink2", "6"), ("reverse", "7"),
    ("conceal", "8"), ("strike", "9"), ("underline2", "21"), ("frame", "51"), ("encircle", "52"), ("overline", "53"),
)  # fmt: skip


class Codes(NamedTuple):
    """A style's parameters: its attributes, its colour and its ground, each as they stand in a sequence."""

    attributes: tuple[str, ...]
    ink: str
    ground: str


class Pen:
    """Writes one frame; what the terminal had before it isn't known, and after `done` it is as at first."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
        self._now: Codes | None = None
        self._parts: list[str] = []

    def move(self, sequence: str) -> None:
        """Take over a sequence that leaves the style as it is."""
        self._parts.append(sequence)

    def write(self, segments: Iterable[Segment]) -> None:
        """Text in its styles; text without one, in the terminal's own."""
        parts, system = self._parts, self._system
        for text, style, control in segments:
            if control or not text:
                parts.append(text)
                continue
            wanted = codes(style, system) if style else PLAIN
            if wanted != self._now:
                parts.append(_change(self._now, wanted))
                self._now = wanted
            parts.append(text if style is None or not style.link else _linked(style, text))

    def done(self) -> str:
        """All of it, and back to the terminal's own style."""
        return "".join([*self._parts, RESET])


PLAIN = Codes((), "39", "49")


@lru_cache(4096)
def codes(style: Style, system: ColorSystem) -> Codes:
    """The parameters of a style on a terminal of these colours."""
    attributes = tuple(code for name, code in ATTRIBUTES if getattr(style, name))
    ink, ground = style.color, style.bgcolor
    return Codes(
        attributes,
        ";".join(ink.downgrade(system).get_ansi_codes()) if ink else PLAIN.ink,
        ";".join(ground.downgrade(system).get_ansi_codes(foreground=False)) if ground else PLAIN.ground,
    )


def _change(before: Codes | None, wanted: Codes) -> str:
    """The sequence from one style to another; attributes can only be taken back by beginning anew."""
    if before is None or before.attributes != wanted.attributes:
        colours = [code for code, own in ((wanted.ink, PLAIN.ink), (wanted.ground, PLAIN.ground)) if code != own]
        return f"\x1b[{';'.join(['0', *wanted.attributes, *colours])}m"
    pairs = zip(wanted[1:], before[1:], strict=True)
    return f"\x1b[{';'.join(code for code, was in pairs if code != was)}m"


def _linked(style: Style, text: str) -> str:
    return f"\x1b]8;id={style.link_id};{style.link}\x1b\\{text}\x1b]8;;\x1b\\"
