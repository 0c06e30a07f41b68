"""The inks: one Style for each thing a colour may mean, made from the theme's semantic variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from rich.color import Color
from rich.style import Style


@dataclass(frozen=True, slots=True)
class Palette:
    """Rich styles by meaning; every one carries the background, so that a strip never shows through."""

    text: Style
    muted: Style
    faint: Style
    a: Style
    b: Style
    fast: Style
    slow: Style
    up: Style
    down: Style
    risk_on: Style
    narrow: Style
    neutral: Style
    risk_off: Style
    spike: Style
    volume: Style
    warn: Style

    def tag(self, style: Style) -> Style:
        """`style` turned inside out: the ink as ground, for the last value on its axis and for the banner."""
        return Style(color=self.text.bgcolor, bgcolor=style.color, bold=style.bold)

    def on(self, style: Style, background: Color) -> Style:
        """`style` on another ground, for the selected row."""
        return Style(color=style.color, bgcolor=background, bold=style.bold)


def palette_from(variables: Mapping[str, str], background: str) -> Palette:
    """The palette of a theme: its variables `ink-text`, `ink-muted`, ... on `background` (all as #rrggbb)."""
    ground = Color.parse(background)
    inks = {
        f.name: Style(color=Color.parse(variables[f"ink-{f.name.replace('_', '-')}"]), bgcolor=ground)
        for f in fields(Palette)
    }
    return Palette(**inks)


def tone(value: float) -> str:
    """The ink of a signed number; the sign itself is always written too."""
    return "up" if value > 0 else "down" if value < 0 else "muted"
