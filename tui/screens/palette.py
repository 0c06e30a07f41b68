"""The command palette: Textual's, which keys that come faster than it is laid out or closes would end the app."""

from __future__ import annotations

from textual import on
from textual.command import CommandList, CommandPalette
from textual.widgets import LoadingIndicator, OptionList

from .modal import Modal


class Palette(CommandPalette, Modal[None]):
    """Every action by name."""

    @on(OptionList.OptionSelected)
    def once(self, event: OptionList.OptionSelected) -> None:
        """What is chosen again before the palette has gone is not done again."""
        if not self.is_active:
            event.stop()
            event.prevent_default()

    def _action_command_list(self, action: str) -> None:
        """Nothing as long as the list has no room: Textual looks for the highlighted row among those laid out."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)

    def _watch__list_visible(self) -> None:
        """Nothing once the palette has been taken away: what gathers its commands may end after that."""
        if self._whole:
            super()._watch__list_visible()

    async def _watch__show_busy(self) -> None:
        """As above."""
        if self._whole:
            await super()._watch__show_busy()

    @property
    def _whole(self) -> bool:
        return bool(self.query(CommandList) and self.query(LoadingIndicator) and self.query("#--input"))
