"""The plain ASCII twin of the few characters beyond ASCII that text on the screen uses."""

from __future__ import annotations

PLAIN = str.maketrans({
    "▲": "^", "▼": "v", "◆": "*", "■": "=", "✓": "y", "✗": "n", "→": ">", "▸": ">", "━": "=", "─": "-", "·": "|",
    "●": "*", "□": "#", "≈": "~", "○": "o", "◊": "+", "«": "<", "←": "<",
})  # fmt: skip


def plain(text: str) -> str:
    """The text with every character beyond ASCII replaced; one for one, so that widths stay."""
    return text.translate(PLAIN).encode("ascii", "replace").decode("ascii")
