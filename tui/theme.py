"""The theme: Textual's own colours and, by meaning, ours."""

from __future__ import annotations

from pathlib import Path

from textual.theme import Theme

STYLES = Path(__file__).resolve().parents[1] / "styles"

INKS = {
    "text": "#d8dee6",
    "muted": "#8b949e",
    "faint": "#3a4049",
    "a": "#56a8f5",
    "b": "#f0a45d",
    "fast": "#ebc667",
    "slow": "#e8593b",
    "up": "#4fb286",
    "down": "#ec6a4e",
    "risk-on": "#4fb286",
    "narrow": "#ebc667",
    "neutral": "#8a93a3",
    "risk-off": "#e8593b",
    "spike": "#ebc667",
    "volume": "#3a424c",
    "warn": "#ebc667",
}

DARK = Theme(
    name="smallcap-dark",
    primary=INKS["a"],
    warning=INKS["warn"],
    success=INKS["up"],
    error=INKS["down"],
    foreground=INKS["text"],
    background="#10131a",
    surface="#161b23",
    panel="#161b23",
    dark=True,
    variables={
        **{f"ink-{name}": colour for name, colour in INKS.items()},
        "text-ink": INKS["text"],
        "banner": "#161b23",
        "chosen": "#1f2a38",
    },
)
