"""A widget that remembers the strips it shows and, given new ones, refreshes only the rows that differ."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from .. import ascii as plain_ascii
from ..palette import Palette, palette_from
from ..scene import Scene

# An attribute, not a colour: it is there without colours too.
FOCUSED = Style(underline=True)

DRAWN = 8
"""So many drawings are at hand: what is shown, what was, what the same key brings, a step in time and a range either
way."""
READINGS = 3
"""They are of so many readings: the one that is shown and its neighbours."""


class Drawn(NamedTuple):
    """Strips, and what they were drawn from."""

    scene: Scene
    by: tuple[object, ...]
    strips: list[Strip]


class StripWidget(Widget):
    """Draws strips from the scene; `draw` is the subclass's one job."""

    DEFAULT_CSS = "StripWidget { height: 1fr; width: 1fr; }"

    scene: var[Scene | None] = var(None, init=False)

    READS: ClassVar[tuple[str, ...]] = ("reading",)
    """The fields of the scene that `draw` looks at: while none of them changes, nothing is drawn."""

    KINDS: ClassVar[tuple[str, ...]] = ()
    """The kinds of numbers that are shown here, fields of Freshness: their states are said in the heading."""

    PANELS: ClassVar[tuple[str, ...]] = ()
    """The panels of core.explain that say what is shown here; tab gives the focus to a widget that has some."""

    LEAST: ClassVar[int] = 8
    """On fewer columns nothing is drawn: nobody could read it, and no drawing has to think of them."""

    AHEAD: ClassVar[bool] = False
    """Whether `draw` reads nothing but those fields, the prices and `also`, and changes nothing that is shown: what it
    draws can then be kept, and drawn before it is asked for."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self._shown: list[Strip] = []
        self._at_hand: list[Drawn] = []
        self._behind = False
        self._palette: tuple[tuple[str, str], Palette] | None = None

    def draw(self, scene: Scene, size: Size, palette: Palette) -> list[Strip]:
        """The strips to show: exactly `size.height` of them, each `size.width` cells wide."""
        raise NotImplementedError

    def also(self, scene: Scene) -> object:
        """What else than the scene and the prices a drawing of it hangs on; compared by equality."""

    @property
    def palette(self) -> Palette:
        """The inks of the current theme on this widget's own ground."""
        ground = self.background_colors[1].hex6
        key = (self.app.theme, ground)
        if self._palette is None or self._palette[0] != key:
            self._palette = key, palette_from(self.app.theme_variables, ground)
        return self._palette[1]

    def watch_scene(self, old: Scene | None, new: Scene | None) -> None:
        """Show the new scene where it differs from the old one; the focus only underlines the first row."""
        if self._focused(old) != self._focused(new):
            self.refresh(Region(0, 0, self.size.width, 1))
        if old is None or new is None or self._differ(old, new):
            self._show()

    def _differ(self, old: Scene, new: Scene) -> bool:
        read = any(getattr(old, name) is not getattr(new, name) for name in self.READS)
        return read or any(old.state(kind) != new.state(kind) for kind in self.KINDS)

    def redraw(self) -> None:
        """Draw anew and refresh the rows that have changed; what has never been shown is drawn when it is."""
        self._at_hand = []
        self._show()

    def draw_ahead(self, scene: Scene) -> bool:
        """Have at hand what a scene would show that may come next; False when there was nothing to do."""
        wanted = self.AHEAD and self._shown and not self._covered and self.scene and self._differ(self.scene, scene)
        if wanted:
            self._finished(self._strips_of(scene, self.content_size))
        return bool(wanted)

    def _show(self) -> None:
        if not self._shown:
            return
        if self._covered:
            self._behind = True
            return
        # What is left now is the likeliest to be come back to.
        self._at_hand.sort(key=lambda one: one.strips is not self._shown)
        old, self._shown = self._shown, self._drawn()
        if len(old) != len(self._shown) or old[0].cell_length != self._shown[0].cell_length:
            self.refresh()
        elif regions := changed(old, self._shown):
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """The strip of a row, all of them drawn anew when the size is not theirs."""
        size = self.content_size
        if len(self._shown) != size.height or self._shown[0].cell_length != size.width:
            self._shown = self._drawn()
        strip = self._shown[y] if y < len(self._shown) else Strip.blank(size.width, self.rich_style)
        return strip.apply_style(FOCUSED) if y == 0 and self._focused(self.scene) else strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a part of the widget; Textual would look for a border and a padding in each, and none has any."""
        strips = self._finished([self.render_line(y) for y in crop.line_range])
        whole = crop.column_span == (0, self.size.width)
        return strips if whole else [strip.crop(*crop.column_span) for strip in strips]

    def _finished(self, strips: list[Strip]) -> list[Strip]:
        """The strips in the colours that the terminal has; each remembers its own."""
        ground = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, ground) for strip in strips]
        return strips

    def let_go(self) -> None:
        """Keep no drawings but the one that is shown: another screen is in front."""
        self._at_hand = []

    def catch_up(self) -> None:
        """Show what has changed while another screen hid this one."""
        if self._behind:
            self._behind = False
            self.redraw()

    @property
    def _covered(self) -> bool:
        """Whether another screen hides this one: Textual would send that one's cells wherever this one changes.

        So does the app's end, which takes all screens away before the last message is through.
        """
        stack = self.app.screen_stack
        return not stack or (stack[-1] is not self.screen and stack[-1].styles.background.a == 1)

    def _focused(self, scene: Scene | None) -> bool:
        return scene is not None and self.id is not None and scene.focus == self.id

    def _drawn(self) -> list[Strip]:
        return self._strips_of(self.scene, self.content_size) if self.scene is not None else []

    def _strips_of(self, scene: Scene, size: Size) -> list[Strip]:
        """A scene's strips: those at hand, else drawn; none where there is no room for any."""
        if not size or size.width < self.LEAST:
            return []
        if not self.AHEAD:
            return self._draw_fresh(scene, size)
        by = (size, self.palette, getattr(self, "prices", None), self.also(scene))
        found = next((one for one in self._at_hand if one.by == by and not self._differ(one.scene, scene)), None)
        used = found or Drawn(scene, by, self._draw_fresh(scene, size))
        self._at_hand = self._near([used, *(one for one in self._at_hand if one is not used)])[:DRAWN]
        return used.strips

    def _near(self, drawings: list[Drawn]) -> list[Drawn]:
        """Those of the last few readings: of any more they would hold the whole history with them."""
        readings = dict.fromkeys(id(one.scene.reading) for one in drawings)
        near = list(readings)[:READINGS]
        return [one for one in drawings if id(one.scene.reading) in near]

    def _draw_fresh(self, scene: Scene, size: Size) -> list[Strip]:
        strips = self.draw(scene, size, self.palette)
        return [_ascii(strip) for strip in strips] if scene.ascii_only else strips


def changed(old: list[Strip], new: list[Strip]) -> list[Region]:
    """The regions, as wide as the rows, that cover every row in which two lists of equal shape differ."""
    rows = [
        y for y, (before, after) in enumerate(zip(old, new, strict=True)) if before is not after and before != after
    ]
    return [Region(0, y, new[y].cell_length, 1) for y in rows]


def _ascii(strip: Strip) -> Strip:
    if all(text.isascii() for text, _, _ in strip):
        return strip
    return Strip([Segment(plain_ascii.plain(text), style) for text, style, _ in strip], strip.cell_length)
