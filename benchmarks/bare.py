"""A bare Textual app, one Static full of text: the least that any Textual screen costs to start and to keep."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

COLUMNS, ROWS = 120, 40


class Bare(App[None]):
    """A screen full of text."""

    def compose(self) -> ComposeResult:
        """One widget."""
        words = "the quick brown fox jumps over the lazy dog " * COLUMNS
        yield Static("\n".join(words[row : row + COLUMNS] for row in range(ROWS)), markup=False)


if __name__ == "__main__":
    Bare().run()
