"""The themes: every ink and ground by meaning, in colours that stay apart with any kind of colour vision."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from textual.theme import Theme

STYLES = Path(__file__).resolve().parents[1] / "styles"


class Tint(NamedTuple):
    """One thing a colour may mean, in each theme; the last two are of the 16 colours that every terminal has.

    What those look like is the user's choice: only such are taken as can be read on black, or on white, in most
    terminals, so not blue on black nor yellow on white, and no ground but one.
    """

    name: str
    dark: str
    light: str
    contrast: str
    dark16: str
    light16: str


GROUNDS = (
    Tint("background", "#10131a", "#fbfaf7", "#000000", "#000000", "#ffffff"),
    Tint("banner", "#161b23", "#f3f2ef", "#000000", "#000000", "#ffffff"),
    Tint("chosen", "#1f2a38", "#dbe5f0", "#00005f", "#000000", "#ffffff"),
)
INKS = (
    Tint("text", "#d8dee6", "#20262d", "#ffffff", "#ffffff", "#000000"),
    Tint("muted", "#98a2ae", "#545b64", "#d8d8d8", "#aaaaaa", "#555555"),
    Tint("faint", "#3a4049", "#cfccc4", "#707070", "#555555", "#aaaaaa"),
    Tint("a", "#6cb2f7", "#0b5cad", "#8cc8ff", "#55ffff", "#0000aa"),
    Tint("b", "#e08fa8", "#c0497a", "#e89ab4", "#ff55ff", "#555555"),
    Tint("fast", "#f0d860", "#8a7d00", "#fff0a0", "#ffff55", "#aa00aa"),
    Tint("slow", "#ee5a36", "#66210c", "#ff6a44", "#ff5555", "#aa0000"),
    Tint("up", "#62dccb", "#00606e", "#7cf7e2", "#55ffff", "#0000aa"),
    Tint("down", "#ee6a48", "#971d0c", "#ff8a5c", "#ff5555", "#aa0000"),
    Tint("risk-on", "#62dccb", "#00606e", "#7cf7e2", "#55ffff", "#0000aa"),
    Tint("narrow", "#f0d24f", "#987000", "#fff07a", "#ffff55", "#aa00aa"),
    Tint("neutral", "#838a94", "#6f757c", "#9aa6b8", "#aaaaaa", "#555555"),
    Tint("risk-off", "#ee6a48", "#971d0c", "#ff8a5c", "#ff5555", "#aa0000"),
    Tint("spike", "#f0d24f", "#8a6600", "#fff07a", "#ffff55", "#aa00aa"),
    Tint("volume", "#3a424c", "#d3d0c8", "#626262", "#555555", "#aaaaaa"),
    Tint("warn", "#f0d24f", "#8a4b00", "#fff07a", "#ffff55", "#aa00aa"),
)
FEW = {"dark": "dark16", "light": "light16", "contrast": "dark16"}
"""Which colours a theme has where there are only 16."""
SWAPPED = {"up": "down", "down": "up"}


class Look(NamedTuple):
    """How the app looks, as it is chosen: fields of the settings."""

    theme: str = "dark"
    red_up: bool = False


def colours(look: Look, *, few: bool = False) -> dict[str, str]:
    """Every ground and ink by name, as #rrggbb; `few` for a terminal that has 16 colours."""
    column = FEW[look.theme] if few else look.theme
    found = {tint.name: str(getattr(tint, column)) for tint in (*GROUNDS, *INKS)}
    return {name: found[SWAPPED.get(name, name) if look.red_up else name] for name in found}


def themed(look: Look, *, few: bool = False) -> Theme:
    """The look as Textual's theme; what is its own, such as a scroll bar, gets its colours from ours."""
    found = colours(look, few=few)
    marks = f"{'-16' if few else ''}{'-red-up' if look.red_up else ''}"
    return Theme(
        name=f"smallcap-{look.theme}{marks}",
        primary=found["a"],
        warning=found["warn"],
        success=found["risk-on"],
        error=found["risk-off"],
        foreground=found["text"],
        background=found["background"],
        surface=found["banner"],
        panel=found["banner"],
        dark=look.theme != "light",
        variables={
            **{f"ink-{tint.name}": found[tint.name] for tint in INKS},
            "text-ink": found["text"],
            "banner": found["banner"],
            "chosen": found["chosen"],
            "scrollbar": found["muted"],
        },
    )


DARK = themed(Look())
