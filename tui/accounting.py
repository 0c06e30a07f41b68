"""What happens to the account: a change is used at once everywhere, and remembered for the next time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.reactive import var

from ..core import account, settings
from ..core.errors import SmallcapError
from .messages import AccountChanged
from .standpoint import ACCOUNT, CONFIG
from .theme import Look
from .theming import Theming

if TYPE_CHECKING:
    from .widgets.setting_rows import Effective


class Accounting(Theming):
    """Takes the account's changes over into the settings and the look, and forgets them when it is told to."""

    effective: var[Effective | None] = var(None, init=False)
    """The settings and where they are from; None until somebody has looked."""

    def on_account_changed(self, message: AccountChanged) -> None:
        """Look or read anew, whatever was changed; say it when it can't be remembered, and go on."""
        looks = {name: value for name, value in message.values.items() if name in Look._fields}
        rest = {name: value for name, value in message.values.items() if name not in looks}
        if looks:
            self.look = Look(**{**self.look._asdict(), **looks})
        if rest:
            self.read(self.wanted.but(settings=self.wanted.settings.but(**rest)))
        try:
            if chosen := {name: value for name, value in message.values.items() if name in account.FIELDS}:
                self._remember(chosen)
        except SmallcapError as error:
            self.notice = str(error)
        if self.effective is not None:
            self.action_look_up_settings()

    def action_forget(self) -> None:
        """Remember nothing of the account any more; what is in use stays until the app ends."""
        try:
            if self._kept is not None:
                account.forget(self._kept)
        except SmallcapError as error:
            self.notice = str(error)
        else:
            self.notice = "forgotten; what is in use stays until the app ends"
        self.action_look_up_settings()

    def action_look_up_settings(self) -> None:
        """Find the settings that are in use, and where they are from."""
        from .widgets.setting_rows import Effective  # noqa: PLC0415  the first screen doesn't pay for it

        file = self.standpoint.own_facts
        try:
            config, given, _ = settings.given(file.with_name(CONFIG)) if file else settings.NOTHING
        except SmallcapError as error:
            (config, given, _), self.notice = settings.NOTHING, str(error)
        used = self.wanted.settings.but(**self.look._asdict())
        self.effective = Effective(used, config, account.read(self._kept) if self._kept else {}, given)

    @property
    def _kept(self) -> Path | None:
        """The file of the account; None where nothing is kept."""
        store = self.standpoint.store.path
        return None if store is None else store.with_name(ACCOUNT)

    def _remember(self, values: dict[str, object]) -> None:
        if self._kept is not None:
            account.remember(self._kept, values)
