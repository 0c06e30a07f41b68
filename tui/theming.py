"""What the app looks like: its theme, changed at once, and what is sent where colours are few or not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from textual.app import SystemCommand
from textual.filter import LineFilter
from textual.reactive import var
from textual.screen import Screen
from textual.theme import Theme

from ..core.settings import THEMES, Settings
from .colourless import Colourless
from .messages import AccountChanged
from .stage import Stage
from .theme import Look, themed
from .widgets.strips import StripWidget

FEW = frozenset({"standard", "windows"})
"""Rich's names for the terminals of 16 colours."""
COLOURLESS = Colourless()


class Theming(Stage):
    """Wears a look; every screen is drawn anew in another one, those that aren't shown once they are."""

    look: var[Look] = var(Look(), init=False)

    def dress(self, settings: Settings) -> None:
        """Begin with the look of these settings, before anything is on the screen.

        Set before anything watches it: a change would have every style sheet parsed again.
        """
        look = Look(settings.theme, settings.red_up)
        self.set_reactive(Theming.look, look)
        self.set_reactive(Stage.theme, self._theme_of(look))
        self.stylesheet.set_variables(self.get_css_variables())

    def watch_look(self, look: Look) -> None:
        """Another look, at once."""
        self.theme = self._theme_of(look)

    def on_mount(self) -> None:
        """Follow Textual when it has changed its own styles."""
        self.theme_changed_signal.subscribe(self, self._redraw)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With NO_COLOR, no colours."""
        return [COLOURLESS] if self.no_color else super().get_line_filters()

    def look_commands(self) -> Iterable[SystemCommand]:
        """Every look by name, for the palette."""
        others = (name for name in THEMES if name != self.look.theme)
        rows: list[tuple[str, dict[str, object]]] = [(f"Theme: {name}", {"theme": name}) for name in others]
        rows.append((f"Red for {'down' if self.look.red_up else 'up'}", {"red_up": not self.look.red_up}))
        for title, values in rows:
            yield SystemCommand(title, "at once, and remembered", partial(self.post_message, AccountChanged(values)))

    def _theme_of(self, look: Look) -> str:
        theme = themed(look, few=self.console.color_system in FEW)
        self.register_theme(theme)
        return theme.name

    def _redraw(self, _: Theme) -> None:
        """Textual repaints what it knows; what widgets have drawn themselves is drawn anew."""
        for screen in self._screens():
            for panel in screen.query(StripWidget):
                panel.redraw()

    def _screens(self) -> Iterator[Screen[object]]:
        """Those of every mode that has been shown."""
        for mode in self.MODES:
            with suppress(KeyError):
                yield from self.get_screen_stack(mode)
