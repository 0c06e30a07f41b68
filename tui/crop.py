"""Sends of an update only what the terminal doesn't show yet; the one file that knows Textual from inside.

Textual 8.2 renders every widget that touches the rectangle around all changed regions, sends each row of a region
from the left edge of the widget it lies in, with each run of cells its whole style, and never asks what is there
already. Should its internals change, its own update is sent as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual.app import App
from textual.color import Color
from textual.events import Resize
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from .shadow import Shadow
from .strokes import written

Placed = tuple[int, int, Strip]
"""Column, row, and the cells that begin there."""
WHERE = "\x1b[6n"
Columns = list[tuple[int, int]]
"""Where runs of cells of a row begin, and where the cell after them is."""


@lru_cache(1024)
def _grounds(base: Color, background: Color) -> tuple[Style, Style]:
    """The styles of a widget's ground and of the one beneath it."""
    return Style(background=base + background), Style(background=base)


def _of_no_widget(_: StylesCache, base: Color, background: Color) -> tuple[Style, Style]:
    return _grounds(base, background)


# Textual remembers 1,024 answers by the widget that asked, and with it all its rows long after it has gone: megabytes a
# screen. By the colours alone they are the same.
StylesCache.get_inner_outer = _of_no_widget  # type: ignore[assignment]


class Changed(CompositorUpdate):
    """The cells that have changed."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.placed = placed

    def render_segments(self, console: Console) -> str:
        """As Textual would write it."""
        return "".join(Control.move_to(x, y).segment.text + strip.render(console) for x, y, strip in self.placed)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As Rich would print it."""
        for x, y, strip in self.placed:
            yield Control.move_to(x, y)
            yield from strip


class CroppingCompositor(Compositor):
    """Has only those rows rendered, and of those widgets, in which cells have changed."""

    def render_partial_update(self) -> Changed | ChopsUpdate | None:  # type: ignore[override]
        """The changed cells, from the widgets that are in front there."""
        try:
            screen = self.size.region
            dirty = [part for region in self._dirty_regions if (part := region.intersection(screen))]
            missing: dict[int, Columns] = {}
            for y, left, right in self._regions_to_spans(dirty):
                missing.setdefault(y, []).append((left, right))
            placed = [cells for each in self.visible_widgets.items() for cells in _taken(missing, *each)]
        except (AttributeError, TypeError, ValueError):
            return super().render_partial_update()
        self._dirty_regions.clear()
        return Changed(placed) if placed else None


def _taken(missing: dict[int, Columns], widget: Widget, at: tuple[Region, Region]) -> Iterator[Placed]:
    """The cells of a widget that are missing and not hidden by those before it; they aren't missing any more.

    at: where the whole widget lies, and the part of the screen that it is cut to.
    """
    region, clip = at
    left, top, width, height = region.intersection(clip)
    right = left + width
    rows = [y for y in missing if top <= y < top + height and any(a < right and left < b for a, b in missing[y])]
    if not rows:
        return
    first, last = min(rows), max(rows)
    strips = widget.render_lines(Region(left - region.x, first - region.y, width, last + 1 - first))
    for y in rows:
        rest: Columns = []
        for a, b in missing.pop(y):
            start, end = max(a, left), min(b, right)
            if start < end:
                yield start, y, strips[y - first].crop(start - left, end - left)
                rest += [part for part in ((a, start), (end, b)) if part[0] < part[1]]
            else:
                rest.append((a, b))
        if rest:
            missing[y] = rest


class Sent(CompositorUpdate):
    """What is left to send of an update."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:
        """The terminal sequence."""
        return self.text


def _pieces(update: CompositorUpdate) -> Iterator[Placed]:
    """The cells of an update of Textual's, a partial one cut to its spans on both sides."""
    if isinstance(update, Changed):
        yield from update.placed
    elif isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            yield update.region.x, y, Strip.join(line)
    elif isinstance(update, ChopsUpdate):
        yield from _spans(update)
    else:
        raise TypeError(update)


def _spans(update: ChopsUpdate) -> Iterator[Placed]:
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= right or end <= left:
                continue
            first, last = max(x, left), min(end, right)
            yield first, y, strip.crop(first - x, last - x)


class CroppingApp(App[int]):
    """An app that remembers what the terminal shows."""

    def __init__(self) -> None:
        super().__init__()
        self._shadow = Shadow()
        self._last_size: Size | None = None

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, self.differing(screen, renderable))

    def differing(self, screen: Screen[object], renderable: RenderableType | None) -> RenderableType | None:
        """What of a screen's update is to be sent, and from now on counts as sent; anything else as it is."""
        if not isinstance(renderable, CompositorUpdate) or isinstance(renderable, Sent):
            return renderable
        try:
            if self._batch_count or not self._running or self._closed:
                return renderable
            if screen._compositor.size != self.size:
                # The terminal has another size already: where these cells go isn't known, all of it comes once more.
                self._shadow.forget()
                return renderable
            runs = self._shadow.take(_pieces(renderable), self.console._color_system or ColorSystem.TRUECOLOR)
            if not runs and not self._cursor_has_moved():
                return None
            return Sent(written(runs) if runs else "")
        except (AttributeError, TypeError, ValueError):
            self._shadow.forget()
            return renderable

    def _cursor_has_moved(self) -> bool:
        """Whether an input method is to write elsewhere."""
        return self.screen.outer_size.clamp_offset(self.cursor_position) != self._previous_cursor_position

    def on_resize(self, event: Resize) -> None:
        """Send all of it again: it's another terminal now, or one that was put away and shows nothing.

        A screen that is to get another size is drawn when it has it. A size told again with the pixels of it is the
        terminal's answer to a question, nothing more.
        """
        if event.size != self._last_size or event.pixel_size is None:
            self._shadow.forget()
            if self.screen_stack and self.screen._compositor.size == event.size:
                self.screen.refresh()
        self._last_size = event.size

    def redraw(self) -> None:
        """Send all of it again."""
        self._shadow.forget()
        self.screen.refresh()

    def limit_colours(self) -> None:
        """Send no others than the 16 that every terminal has: each takes 5 bytes where one of all takes 17."""
        if self.console._color_system is not None:
            self.console._color_system = ColorSystem.STANDARD

    def ask_for_cursor(self) -> None:
        """Have the terminal say where the cursor is, which all of them do; the answer is a CursorPosition."""
        if self._driver is not None:
            self._driver.write(WHERE)
            self._driver.flush()


class CroppingScreen(Screen[None], inherit_bindings=False):
    """A screen whose changed cells alone are rendered."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = CroppingCompositor()
        # A new screen is styled as it is put in its place; Textual would then have every style sheet parsed again.
        self._css_update_count = self.app._css_update_count

    def _compositor_refresh(self) -> None:
        """Render nothing that Textual wouldn't send: what is dirty stays so until the batch is over."""
        if not self.app._batch_count:
            super()._compositor_refresh()
