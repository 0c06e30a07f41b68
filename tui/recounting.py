"""What the key for the log does: what the source tells of itself, or why it has nothing to tell."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..core.bars import Panel
from ..core.calendar import new_york
from ..core.live.log import Entry
from .stage import Stage

if TYPE_CHECKING:
    from .widgets.log_view import Account

Told = tuple[tuple[Entry, ...], tuple[str, ...]]


class Recounting(Stage):
    """The action that opens the log."""

    def told(self, now: datetime) -> Told | None:
        """The source's own entries and outlook; None when it asks nobody and so keeps no log."""
        return None

    def action_log(self) -> None:
        """What was asked of whom, what came back, and what is tried next."""
        from .screens.log import Log  # noqa: PLC0415  the first screen doesn't pay for it

        self.push_screen(Log(self._account))

    def _account(self) -> Account:
        from .widgets.log_view import Account  # noqa: PLC0415

        now = self.standpoint.clock.now()
        entries, outlook = self.told(now) or (_refusals(self.panel), (_nobody(self.panel),))
        trouble = (f"not refreshed {self.shown.trouble}",) if self.shown.trouble else ()
        return Account(entries, (*trouble, *outlook), new_york(now).date())


def _nobody(panel: Panel) -> str:
    if panel.origin.simulated:
        return f"the {panel.origin.name} is made here: nothing is asked of anyone"
    return f"{panel.origin.name} is read again every minute and at r: nothing is asked of anyone"


def _refusals(panel: Panel) -> tuple[Entry, ...]:
    """The rows and files that were left out, as entries of the moment the panel was read."""
    at = datetime.fromisoformat(panel.origin.fetched_at)
    parts = (sentence.partition(" ") for sentence in panel.refused)
    return tuple(Entry(at, "refused", what.rstrip(":"), words) for what, _, words in parts)
