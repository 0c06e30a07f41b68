"""The plain ASCII twin of the few characters beyond ASCII that text on the screen uses."""

from __future__ import annotations

from rich.cells import cell_len

PLAIN = str.maketrans({
    "▲": "^", "▼": "v", "◆": "*", "■": "=", "✓": "y", "✗": "n", "→": ">", "▸": ">", "━": "=", "─": "-", "·": "|",
    "●": "*", "□": "#", "≈": "~", "○": "o", "◊": "+", "«": "<", "←": "<", "↑": "^", "↓": "v",
})  # fmt: skip


def plain(text: str) -> str:
    """The text with every character beyond ASCII replaced; cell for cell, so that widths stay."""
    known = text.translate(PLAIN)
    return known if known.isascii() else "".join(c if c.isascii() else "?" * cell_len(c) for c in known)
