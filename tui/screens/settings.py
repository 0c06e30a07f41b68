"""The settings screen: every setting, where it is from, and those that are changed by keys."""

from __future__ import annotations

from textual.app import ComposeResult

from ...core.errors import UsageError
from ..messages import AccountChanged
from ..widgets.setting_list import SettingList
from ..widgets.setting_rows import Effective
from .ask import Ask
from .full import Full


class SettingsScreen(Full):
    """A list; what is changed is used at once and remembered by the app."""

    HINTS = ("↑↓ choose", "←→ change", "esc back", "z size", "d dashboard", "? help", "q quit")
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("j,down", "choose(1)", "Next setting"),
        ("k,up", "choose(-1)", "Setting before"),
        ("right", "change(1)", "Change the setting"),
        ("left", "change(-1)", "Change the setting back"),
        ("enter", "enter", "Change the setting, or forget what is remembered"),
    ]

    def middle(self) -> ComposeResult:
        """The list."""
        yield SettingList(id="settings").data_bind(SettingsScreen.scene)

    def on_mount(self) -> None:
        """Follow the app's settings."""
        self.watch(self.app, "effective", self._follow)

    async def on_screen_resume(self) -> None:
        """Something was perhaps changed on the screen that has gone."""
        await self.run_action("app.look_up_settings")

    def action_choose(self, step: int) -> None:
        """The next setting, or the one before."""
        self._list.choose(step)

    def action_change(self, step: int) -> None:
        """Change the chosen setting; one that is changed elsewhere says where in its row."""
        setting, known = self._list.setting, self._list.known
        if setting and setting.change and known:
            self.post_message(AccountChanged(setting.change(known.settings, step)))

    def action_enter(self) -> None:
        """Change the chosen setting, or forget what is remembered after a typed yes."""
        if self._list.setting is not None:
            self.action_change(1)
        elif self._list.known and self._list.known.remembered:
            question = "Forget what is remembered of the account? Type yes to forget it, esc keeps it"
            self.app.push_screen(Ask(question, "yes", _agreed), self._forget)

    async def _forget(self, text: str | None) -> None:
        if text:
            await self.run_action("app.forget")

    def _follow(self, known: Effective | None) -> None:
        self._list.take(known)

    @property
    def _list(self) -> SettingList:
        return self.query_one(SettingList)


def _agreed(text: str) -> None:
    if text != "yes":
        raise UsageError("it is forgotten only by yes, in full; esc keeps it")
