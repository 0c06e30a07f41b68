"""The rotation map as a panel: where each sector stands, and the way it came over eight weeks."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core.rotation import MOMENTUM_SESSIONS, STRENGTH_WINDOW, TAIL
from ..charts.raster import Glyphs
from ..charts.rotation import Options, Trail, rotation_chart
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Scene
from ..states import heading
from .sector_view import SectorView
from .strips import StripWidget


class RotationMap(StripWidget):
    """A heading that names the axes, and the map; the chosen sector's weeks are numbered backwards."""

    KINDS = ("daily",)

    view: var[SectorView | None] = var(None, init=False)

    def watch_view(self) -> None:
        """Another sector, or another reading's sectors."""
        self.redraw()

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading and, where there is room, the map; why there is none where nothing is known."""
        view, (width, height) = self.view, size
        if view is None:
            return column([], width, height, palette)
        title: list[Word] = [(f"ROTATION MAP vs {view.reading.pair.b}", "muted")]
        tail: list[Word] = [(f"  {TAIL} weeks, 1 the last", "muted")]
        head = heading(width, palette, scene.state("daily"), title, beside=tail)
        # In the table's order a sort would change who gets a label first.
        sectors = sorted((s for s in view.sectors if not s.why), key=lambda s: s.ticker)
        trails = [Trail(s.ticker, 100.0 * s.strengths, 100.0 * s.momenta) for s in sectors]
        if not any((t.xs + t.ys)[-1] == (t.xs + t.ys)[-1] for t in trails):
            nothing = (
                f" none: it takes {STRENGTH_WINDOW + MOMENTUM_SESSIONS} sessions of a sector and {view.reading.pair.b}"
            )
            return column([head, row(width, palette, [(nothing, "warn")])], width, height, palette)
        if height < 2:
            return [head]
        glyphs: Glyphs = "ascii" if scene.ascii_only else "braille"
        names = (f"% from SMA{STRENGTH_WINDOW} →", f"↑ its change in {MOMENTUM_SESSIONS}, pp")
        options: Options = {"size": (width, height - 1), "palette": palette, "glyphs": glyphs, "axes": names}
        return [head, *rotation_chart(trails, chosen=view.chosen, **options)]
