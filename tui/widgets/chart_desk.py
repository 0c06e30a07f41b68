"""The chart desk: one ticker or the pair's ratio as large as the screen, with crosshair, zoom, overlays and panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from ...core.bars import Bars, Days
from ..charts import CHARTS, chart_of
from ..charts.compose import Options
from ..palette import Palette
from ..rows import Word, column, row
from ..scene import Prices, Scene
from .chart_curves import Curves
from .chart_heading import chart_heading
from .chart_picture import Picture, crossed, dated, picture
from .chart_plots import Chosen
from .chart_readout import Session, overlay_words, pane_words, session_words
from .chart_view import View, Window, moved, to_edge, window, zoomed
from .minute_chart import grid_of, price_picture, ratio_picture, why_none
from .strips import StripWidget

READINGS, PICTURES = 2, 4
"""So many readings' overlays and so many pictures are at hand."""
MINUTES = "minutes: no overlays, panes or crosshair; 3 to 9 have them"


class Look(NamedTuple):
    """What is switched on: overlays and panes by their keys, a log axis, the ratio, the tickers held against it."""

    overlays: tuple[str, ...] = ()
    panes: tuple[str, ...] = ("rsi",)
    log: bool = False
    ratio: bool = False
    others: tuple[str, ...] = ()


class ChartDesk(StripWidget):
    """Holds where one looks and what is switched on; everything else comes from the scene."""

    READS = ("reading", "ticker", "range", "chart", "volume", "minutes")
    KINDS = ("prices", "daily")
    PANELS = ("overlays", "price")
    AHEAD = True

    prices: var[Prices] = var(Prices(), init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.look = Look()
        self.view = View()
        self._curves: tuple[Curves, ...] = ()
        self._pictures: tuple[tuple[Chosen, Picture], ...] = ()

    def watch_prices(self, old: Prices, new: Prices) -> None:
        """A tick of the chosen ticker moves the tag and the heading."""
        if self.scene and old.of(self.scene.ticker) != new.of(self.scene.ticker):
            self.redraw()

    def watch_scene(self, old: Scene | None, new: Scene | None) -> None:
        """Another range is shown whole."""
        if old is not None and new is not None and old.range != new.range:
            self.view = View(self.view.cursor)
        super().watch_scene(old, new)

    def also(self, scene: Scene) -> object:
        """What is switched on, and where one looks."""
        return self.look, self._view_of(scene)

    def change(self, look: Look) -> None:
        """Switch something on or off."""
        self.look = look
        self.redraw()

    def step(self, sessions: int) -> None:
        """The crosshair so many sessions on."""
        self._see(lambda days, start: moved(self.view, days, start, sessions))

    def edge(self, way: int) -> None:
        """The crosshair on the first or last session in sight, or of all."""
        self._see(lambda days, start: to_edge(self.view, days, start, way))

    def zoom(self, way: int) -> None:
        """Fewer or more sessions; the range's own for 0."""
        self._see(lambda days, start: zoomed(self.view, days, start, way) if way else View(self.view.cursor))
        if way:
            # Two times: the first overtakes this widget's own wish to be drawn.
            self.call_after_refresh(self.call_after_refresh, self._draw_closer, way, self.view)

    def _draw_closer(self, way: int, view: View) -> None:
        """Have the picture at hand that zooming once more the same way would show."""
        scene = self.scene
        bars = self.bars(scene) if scene and self.view == view and not scene.sessions else None
        if scene is None or bars is None or not self._shown:
            return
        start = scene.first_session()
        seen = window(zoomed(view, bars.sessions, start, way), bars.sessions, start)
        self._picture(self._chosen(scene, bars, seen, self.content_size, self.palette), self.curves(scene))

    def leave(self) -> bool:
        """Take the crosshair away; False when there is none."""
        there = self.view.cursor is not None
        self._see(lambda _days, _start: self.view._replace(cursor=None))
        return there

    def _see(self, where: Callable[[Days, np.datetime64], View]) -> None:
        """Look elsewhere; minutes have no elsewhere."""
        bars = self.bars(self.scene) if self.scene and not self.scene.sessions else None
        if bars is not None and self.scene is not None:
            view = where(bars.sessions, self.scene.first_session())
            changed, self.view = view != self.view, view
            if changed:
                self.redraw()

    def bars(self, scene: Scene) -> Bars | None:
        """What is drawn: the ticker's bars, or the ratio as bars."""
        return self.curves(scene).ratio() if self.look.ratio else scene.bars

    def curves(self, scene: Scene) -> Curves:
        """The overlays of the scene's reading."""
        for curves in self._curves:
            if curves.reading is scene.reading:
                return curves
        self._curves = (Curves(scene.reading), *self._curves)[:READINGS]
        return self._curves[0]

    def _view_of(self, scene: Scene) -> View:
        """Where one looks; another range is shown whole."""
        return self.view if self.scene and scene.range == self.scene.range else View(self.view.cursor)

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The heading, the session that is read out, the overlays' values, and the picture."""
        bars = self.bars(scene)
        if bars is None:
            nowhere = f"is not in {scene.reading.origin.name} up to {scene.reading.as_of}"
            words: list[Word] = [(f"  {scene.ticker} ", "a"), (nowhere, "warn")]
            return column([row(size.width, palette, words)], size.width, size.height, palette)
        strips = (
            self._minutes(scene, bars, size, palette) if scene.sessions else self._daily(scene, bars, size, palette)
        )
        return column(strips, size.width, size.height, palette)

    def _daily(self, scene: Scene, bars: Bars, size: Size, palette: Palette) -> list[Strip]:
        seen = window(self._view_of(scene), bars.sessions, scene.first_session())
        chosen = self._chosen(scene, bars, seen, size, palette)
        if size.height == 1:
            return [chart_heading(scene, chosen, "", size.width)]
        drawn = self._picture(chosen, self.curves(scene))
        strips = [chart_heading(scene, chosen, drawn.linear, size.width)]
        if drawn.words:
            strips += self._words(scene, chosen, drawn, seen.at)
        strips += crossed(chosen, drawn, seen.cursor)
        plots = iter(drawn.plots[1:])
        for title in drawn.titles:
            strips.append(row(size.width, palette, pane_words(title, seen.at)))
            strips += next(plots).strips if title.reads else []
        return [*strips, dated(chosen, drawn, seen.cursor)] if drawn.dates else strips

    def _picture(self, chosen: Chosen, curves: Curves) -> Picture:
        """What is chosen, drawn: what was shown last is at hand."""
        for kept, drawn in self._pictures:
            if kept == chosen:
                return drawn
        self._pictures = ((chosen, picture(chosen, curves)), *self._pictures)[:PICTURES]
        return self._pictures[0][1]

    def _words(self, scene: Scene, chosen: Chosen, drawn: Picture, at: int) -> list[Strip]:
        """The session that is read out, and the overlays' values."""
        width, curves = chosen.size[0], self.curves(scene)
        bars = chosen.bars
        code, russell = int(curves.codes(bars)[at]), bool(curves.russell(bars)[at])
        session = Session(bars, curves.studies(bars), at, code, russell)
        rows = [row(width, chosen.palette, session_words(session, chosen.decimals, width))]
        for reads in drawn.legend:
            more: list[Word] = [(f"{drawn.more} more ", "muted")] if drawn.more and reads is drawn.legend[-1] else []
            rows.append(row(width, chosen.palette, overlay_words(reads, at, letters=chosen.lettered), more))
        return rows

    def _chosen(self, scene: Scene, bars: Bars, seen: Window, size: Size, palette: Palette) -> Chosen:
        known, look = scene.reading.panel.bars, self.look
        return Chosen(
            bars=bars,
            others=tuple(known[t] for t in look.others if t in known and t != bars.ticker),
            overlays=look.overlays,
            panes=look.panes,
            first=seen.first,
            last=seen.last,
            chart=CHARTS[0] if look.ratio else chart_of(scene.chart),
            volume=scene.volume,
            log=look.log,
            letters=scene.colourless,
            ascii_only=scene.ascii_only,
            decimals=4 if look.ratio and not look.others else 2,
            tag=None if look.ratio else self.prices.of(scene.ticker),
            size=(size.width, size.height - 1),
            palette=palette,
        )

    def _minutes(self, scene: Scene, bars: Bars, size: Size, palette: Palette) -> list[Strip]:
        """The minutes as on the dashboard."""
        seen = Window(0, len(bars) - 1, None)
        chosen = self._chosen(scene, bars, seen, size, palette)
        head = [chart_heading(scene, chosen, "", size.width), row(size.width, palette, [(f"  {MINUTES}", "muted")])]
        options: Options = {
            "size": (size.width, max(size.height - 2, 1)),
            "palette": palette,
            "glyphs": "ascii" if scene.ascii_only else "braille",
            "letters": scene.colourless,
        }
        if chosen.tag is not None:
            options["tag"] = chosen.tag
        what = str(scene.reading.pair) if self.look.ratio else scene.ticker
        picture_ = self._ratio_minutes(scene, options) if self.look.ratio else self._price_minutes(scene, bars, options)
        return [*head, *(picture_ or [row(size.width, palette, [(f"  {why_none(scene, what)}", "warn")])])]

    def _ratio_minutes(self, scene: Scene, options: Options) -> list[Strip]:
        a, b = (grid_of(scene, ticker) for ticker in scene.reading.pair)
        options["decimals"] = 4
        return ratio_picture(a, b, options)[1] if a is not None and b is not None else []

    def _price_minutes(self, scene: Scene, bars: Bars, options: Options) -> list[Strip]:
        grid = grid_of(scene, scene.ticker)
        return price_picture(scene, bars, grid, options) if grid is not None else []
