"""The composite and the votes it is made from, two in a row."""

from __future__ import annotations

from itertools import zip_longest

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.composite import SIGNALS, Vote
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget

ARM, NAME = 2, 7
SHORT = {"fibonacci": "Fib"}


class CompositePanel(StripWidget):
    """The score out of 100, how many signals it has, and each vote as a gauge with its number."""

    KINDS = ("daily",)
    PANELS = ("composite",)
    AHEAD = True

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The heading, the votes, and a row of air."""
        return 1 + -(-len(SIGNALS) // 2) + 1

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, then the votes in pairs."""
        read = scene.reading.composite
        score: list[Word] = [("COMPOSITE ", "muted"), (fmt.price(read.score, 0), "text")]
        count = f"{read.present} of {len(SIGNALS)} signals"
        present: list[Word] = [(count, "muted" if read.present == len(SIGNALS) else "warn")]
        head = heading(size.width, palette, scene.state("daily"), score, right=present)
        cells = [
            _cell(SHORT.get(signal.key, signal.name), vote) for signal, vote in zip(SIGNALS, read.votes, strict=True)
        ]
        rows = [row(size.width, palette, [*a, *b]) for a, b in zip_longest(cells[::2], cells[1::2], fillvalue=())]
        return column([head, *rows], size.width, size.height, palette)


def _cell(name: str, vote: Vote) -> list[Word]:
    ink = "risk_on" if vote.vote > 0 else "risk_off" if vote.vote < 0 else "muted"
    return [(f" {name[:NAME]:<{NAME}}", "text"), (gauge(vote.vote), ink), (f"{fmt.signed(vote.vote, 1):>5}", ink)]


def gauge(vote: float) -> str:
    """A vote of -1..+1 as an arm to the left or to the right of the middle: `──·━━`; blank when not known."""
    if vote != vote:  # noqa: PLR0124  NaN
        return " " * (2 * ARM + 1)
    reach = round(abs(vote) * ARM)
    arm = "━" * reach + "─" * (ARM - reach)
    return f"{'─' * ARM}·{arm}" if vote > 0 else f"{arm[::-1]}·{'─' * ARM}"
