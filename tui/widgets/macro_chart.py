"""The chosen macro series over the range, the pair's ratio laid over it, and the rate cycle as a ribbon under both."""

from __future__ import annotations

import numpy as np
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core.bars import Days, Floats
from ...core.macro import known_on
from ..charts.compose import Options
from ..charts.line import Line, line_chart
from ..charts.ribbon import Ribbon
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene, range_start
from ..states import heading
from .macro_view import MacroKnown, MacroView, in_time, rate_codes, rescaled
from .strips import StripWidget

SHORTEST = "1M"
"""What is shown of series of days where the range is one of minutes."""
INKS, LETTERS = ("a", "neutral", "b"), ("CUT", "HOLD", "HIKE")
ABOUT_ZERO = frozenset({"T10Y2Y"})
"""Series whose sign is what they say."""


class MacroChart(StripWidget):
    """A heading that is the legend, and the chart; a series without observations has none."""

    READS = ("reading", "range")
    KINDS = ("macro",)

    view: var[MacroView | None] = var(None, init=False)

    def watch_view(self) -> None:
        """Another series, or another reading's."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, then the chart in what is left."""
        view, (width, height) = self.view, size
        if view is None:
            return column([], width, height, palette)
        known, shown = view.chosen, SHORTEST if scene.sessions else scene.range
        title: list[Word] = [(f"{known.row.name}", "fast"), (f" {known.row.series}", "muted")]
        right: list[Word] = [(f"{shown}, {scene.range} has no days" if scene.sessions else f"{shown}  daily", "muted")]
        sessions, values, ratio = _series(view, shown)
        if not np.isfinite(values).any():
            head = heading(width, palette, scene.state("macro"), title, right=right)
            return column([head, row(width, palette, [(_none(view, known, shown), "warn")])], width, height, palette)
        legend: list[Word] = [(f"  {view.reading.pair} at the same height", "a"), ("  ribbon: Fed", "muted")]
        head = heading(width, palette, scene.state("macro"), title, beside=legend, right=right)
        if height < 2:
            return [head]
        lines = [Line(values, "fast", "S"), Line(rescaled(ratio, values), "a", "R")]
        return [head, *line_chart(sessions, lines, **_options(scene, view, sessions, (width, height - 1), palette))]


def _series(view: MacroView, shown: str) -> tuple[Days, Floats, Floats]:
    """The range's sessions, on them the chosen series in the unit that is written, and the ratio on the shown basis."""
    made = view.reading
    first = np.datetime64(range_start(shown, made.as_of), "D")
    start = min(int(np.searchsorted(made.history.sessions, first)), len(made.history.sessions) - 1)
    sessions = made.history.sessions
    series = made.panel.macro.get(view.chosen.row.series)
    values = np.full(len(sessions), np.nan) if series is None else in_time(series, sessions, known_on(series, sessions))
    return sessions[start:], values[start:], made.shown_ratio[start:]


def _none(view: MacroView, known: MacroKnown, shown: str) -> str:
    if known.reading is None:
        return f" none: {known.row.series} is not in this source by {view.reading.as_of}"
    return f" none within {shown}: the newest observation is of {known.reading.observed}"


def _options(scene: Scene, view: MacroView, sessions: Days, size: tuple[int, int], palette: Palette) -> Options:
    options: Options = {
        "size": size,
        "palette": palette,
        "decimals": 2 if view.chosen.row.unit == "percent" else 1,
        "glyphs": "ascii" if scene.ascii_only else "braille",
        "letters": True,
    }
    if view.chosen.row.series in ABOUT_ZERO:
        options["level"] = 0.0
    codes = rate_codes(view.reading.panel.macro, view.reading.history.sessions)
    if codes is not None:
        shown = codes[-len(sessions) :]
        options["ribbon"] = Ribbon(
            np.where(np.isnan(shown), -1, np.nan_to_num(shown) + 1).astype(np.int64), INKS, LETTERS
        )
    return options
