"""Why the label is what it is, what speaks against it first; below, the labels before it."""

from __future__ import annotations

from textwrap import wrap

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.bars import to_day
from ...core.regime import REGIMES
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget


class Reasons(StripWidget):
    """As many reasons as there is room for; none without room for two."""

    KINDS = ("daily",)
    PANELS = ("banner",)
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """Heading and rows, or nothing."""
        regime = scene.reading.regime
        said: list[Word] = [
            *((f"✗ {words}", "risk_off") for words in regime.against),
            *((f"✓ {words}", "muted") for words in regime.why),
            *((f"! {words}", "warn") for words in scene.reading.warnings),
        ]
        title: list[Word] = [(f"WHY {regime.regime.label}", "muted")]
        head = heading(size.width, palette, scene.state("daily"), title)
        lines = [line for words in said for line in _wrapped(words, size.width)]
        rows = [head, *(row(size.width, palette, [line]) for line in lines)] if size.height > 1 else []
        rows += [row(size.width, palette, words) for words in _earlier(scene, size.height - len(rows) - 2)]
        return column(rows, size.width, size.height, palette)


def _wrapped(words: Word, width: int) -> list[Word]:
    """Words that are too long for a row, in as many as they need."""
    text, ink = words
    return [(f" {line}", ink) for line in wrap(text, max(width - 1, 4), subsequent_indent="  ")]


def _earlier(scene: Scene, room: int) -> list[list[Word]]:
    """The labels before this one, the latest first, where there is room for them."""
    past = scene.reading.history
    runs = past.runs()[-2::-1][: max(room, 0)]
    rows: list[list[Word]] = [[], [("  EARLIER", "muted")]] if runs else []
    for first, end in runs:
        regime = REGIMES[int(past.codes[first])]
        label = f" {regime.shape} {regime.label:<10}"
        rows.append(
            [
                (f" {to_day(past.sessions[first])}", "text"),
                (label, regime.ink),
                (f"{fmt.count(end - first, 'session').ljust(len('9 sessions')):>12}", "muted"),
            ]
        )
    return rows
