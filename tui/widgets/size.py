"""The suggested position in the chosen ticker, step by step, or in two rows where there is no room."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from ...core import format as fmt
from ...core.errors import SmallcapError
from ...core.sizing import Sizing, Step
from ..decimals import aligned
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .strips import StripWidget

FULL_HEIGHT = 9


class SizePanel(StripWidget):
    """The waterfall of sizing for a long position, the step that bound lit."""

    READS = ("reading", "ticker")
    KINDS = ("daily",)
    PANELS = ("size",)
    AHEAD = True

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """Heading, steps and outcome."""
        equity: list[Word] = [(f"equity {scene.reading.settings.equity:,.0f}", "muted")]
        title: list[Word] = [(f"SIZE  long {scene.ticker}", "muted")]
        head = heading(size.width, palette, scene.state("daily"), title, right=equity)
        try:
            sizing = scene.reading.suggestion(scene.ticker)
        except SmallcapError as error:
            rows = [row(size.width, palette, [(f" none: {error}", "warn")])]
        else:
            steps = sizing.steps[:-1] if size.height >= FULL_HEIGHT else ()
            places = max((len(step.shown().partition(".")[2]) for step in steps), default=0) + 1
            rows = [*(_step(step, places, size.width, palette) for step in steps)]
            rows += [_outcome(sizing, size.width, palette)]
            rows += [row(size.width, palette, [(f" ! {words}", "warn")]) for words in sizing.warnings]
        return column([head, *rows], size.width, size.height, palette)


def _step(step: Step, places: int, width: int, palette: Palette) -> Strip:
    ink = "spike" if step.bound else "muted" if "cap" in step.name or step.name == "cash" else "text"
    mark = "▸" if step.bound else " "
    return row(width, palette, [(f"{mark}{_brief(step)}", ink)], [(aligned(step.shown(), 0, places), ink)])


def _brief(step: Step) -> str:
    """A step in the words of a narrow column."""
    return {
        "stop": f"stop {step.formula}",
        "multiplier": step.formula,
        "position cap": f"cap {step.formula}",
        "volatility cap": f"cap {step.formula}",
        "cash": f"cash {step.formula}",
        "risk budget": f"risk {step.formula.partition(' x ')[2]}",
    }.get(step.name, step.name)


def _outcome(sizing: Sizing, width: int, palette: Palette) -> Strip:
    words: list[Word] = [(f" → {fmt.count(sizing.shares, 'share')}", "risk_on" if sizing.shares else "muted")]
    risk: list[Word] = [(f"{fmt.dollars(sizing.risk_dollars)} at risk  {fmt.share(sizing.weight)}", "text")]
    return row(width, palette, words, risk)
