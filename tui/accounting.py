"""What happens to the account: a change is used at once everywhere, and remembered for the next time."""

from __future__ import annotations

from ..core import account
from ..core.errors import SmallcapError
from .messages import AccountChanged
from .stage import Stage
from .standpoint import ACCOUNT


class Accounting(Stage):
    """Takes the account's changes over into the settings."""

    def on_account_changed(self, message: AccountChanged) -> None:
        """Read with the new account; say it when it can't be remembered, and go on."""
        self.read(self.wanted.but(settings=self.wanted.settings.but(**message.values)))
        store = self.standpoint.store.path
        if store is None:
            return
        try:
            account.remember(store.with_name(ACCOUNT), message.values)
        except SmallcapError as error:
            self.notice = str(error)
