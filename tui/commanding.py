"""The app's keys, the user's own among them, and what ctrl+p offers: every key's action by name, and the looks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import SystemCommand
from textual.screen import Screen

from ..core.keybinding import Chosen
from .keymap import KEYS, Key, effective
from .screens.help import own_keys
from .theming import Theming


class Commanding(Theming):
    """Binds the keys, and fills the command palette."""

    keys: tuple[Key, ...] = KEYS
    """The key table with the user's keys in it: what footer, help and palette name."""

    def bind_keys(self, chosen: Chosen) -> None:
        """Bind every action to its keys."""
        self.keys = effective(chosen)
        for key in self.keys:
            if key.keys:
                self.bind(key.keys, key.action, description=key.words, show=False)

    def action_help_quit(self) -> None:
        """What ctrl+c does where nothing is selected: say how to quit."""
        quitting = next(key for key in self.keys if key.name == "quit")
        # Textual's own key for it can't be taken away.
        self.notice = f"{quitting.written if quitting.keys else 'ctrl+q'}: {quitting.words}"

    def action_command_palette(self) -> None:
        """Every action by name, once."""
        from .screens.palette import Palette  # noqa: PLC0415  the first screen doesn't pay for it

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Name, keys and action of each."""
        yield from self.look_commands()
        for key in self.keys:
            words = key.words[0].upper() + key.words[1:]
            yield SystemCommand(words, key.written, partial(self.run_action, key.action))
        for own in own_keys(screen):
            run = partial(self.run_action, own.action, own.node)
            yield SystemCommand(own.words, f"{own.written}, on this screen", run)
