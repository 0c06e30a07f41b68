"""What ctrl+p offers: the looks, every key's action by name, and those of the screen that is open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import SystemCommand
from textual.screen import Screen

from .keymap import KEYS
from .screens.help import own_keys
from .theming import Theming


class Commanding(Theming):
    """Fills the command palette."""

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Name, keys and action of each."""
        yield from self.look_commands()
        for key in KEYS:
            words = key.words[0].upper() + key.words[1:]
            yield SystemCommand(words, key.written, partial(self.run_action, key.action))
        for own in own_keys(screen):
            run = partial(self.run_action, own.action, own.node)
            yield SystemCommand(own.words, f"{own.written}, on this screen", run)
