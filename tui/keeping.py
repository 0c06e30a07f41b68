"""What happens to plans: kept in the journal, deleted, held against the reading; none is lost when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import var
from textual.worker import get_current_worker

from ..core.bars import Panel
from ..core.errors import SmallcapError
from ..core.format import count
from ..core.reading import Reading
from .messages import (
    PlanDeleted,
    PlanKept,
    PlanMade,
    PlansReviewed,
    PlanUnwanted,
)
from .stage import Stage
from .standpoint import Standpoint

if TYPE_CHECKING:
    from ..core.framework.plan import Plan
    from ..core.framework.review_words import Stand, Standings

TELL_SECONDS = 0.2
"""How long plans are reviewed before those that are done are shown."""

Known = dict[tuple[str, datetime], "Stand"]
"""How plans stand, by their names and the instants that they were saved at."""


class Keeping(Stage):
    """Takes plans over into the journal, and says how those in it stand."""

    standings: var[Standings | None] = var(None, init=False)
    """How the saved plans stood when somebody last asked."""
    _reviewed: tuple[Reading | None, Known] = None, {}
    """The reading that plans were last held against, and how those stand that were."""
    _saving: tuple[Plan, ...] = ()
    _refusal = ""
    _warned: tuple[Plan, ...] = ()

    def on_plan_made(self, message: PlanMade) -> None:
        """Keep it."""
        self._keep((message.plan,))

    def on_plan_retried(self) -> None:
        """Try those again that couldn't be written."""
        if self.unsaved:
            self._keep(self.unsaved)
        else:
            self.notice = "every plan is saved"

    def on_plan_kept(self, message: PlanKept) -> None:
        """Say its name; or why it has none, and hold it here until it can be written."""
        plan = message.plan
        self._saving = tuple(other for other in self._saving if other is not plan)
        others = tuple(other for other in self.unsaved if other is not plan)
        if message.name:
            self.unsaved = others
            self.notice = f"saved as {message.name}; p shows your plans"
        else:
            self.unsaved = self.unsaved if plan in self.unsaved else (*others, plan)
            self._refusal = message.reason
            self.notice = f"NOT SAVED, but kept in memory: on p, u tries again; {message.reason}"
        self._look_again()

    def on_plan_unwanted(self, message: PlanUnwanted) -> None:
        """Delete it from the journal, or forget it when it never got there."""
        if message.name:
            self._delete(self.standpoint, message.name)
        else:
            self.unsaved = tuple(other for other in self.unsaved if other is not message.plan)
            self._look_again()

    def on_plan_deleted(self, message: PlanDeleted) -> None:
        """Say it."""
        self.notice = (
            f"{message.name} is not deleted: {message.reason}" if message.reason else f"{message.name} is deleted"
        )
        self._look_again()

    def on_plans_asked(self) -> None:
        """Have the saved plans held against the reading that is shown."""
        reading = self.shown.reading
        if self._reviewed[0] is not reading:
            self._reviewed = (reading, {})
        self._review(self.standpoint, self.panel, reading, self._reviewed[1])

    def on_plans_reviewed(self, message: PlansReviewed) -> None:
        """Show them, unless another reading is shown by now."""
        if message.standings.reading is self.shown.reading:
            trouble = (*([self._refusal] if self.unsaved else ()), *message.standings.trouble)
            self.standings = message.standings._replace(trouble=trouble)

    async def action_quit(self) -> None:
        """Quit; with plans that would be lost, only when it is asked for again."""
        lost = (*self.unsaved, *(plan for plan in self._saving if plan not in self.unsaved))
        if any(plan not in self._warned for plan in lost):
            self._warned = lost
            self.notice = f"{count(len(lost), 'plan')} NOT SAVED: q again quits and loses them; on p, u tries again"
        else:
            await super().action_quit()

    def _keep(self, plans: tuple[Plan, ...]) -> None:
        fresh = tuple(plan for plan in plans if plan not in self._saving)
        self._saving = (*self._saving, *fresh)
        if fresh:
            self._save(self.standpoint, fresh)

    def _look_again(self) -> None:
        """The screen that comes back asks by itself."""
        if self.current_mode == "plans":
            self.on_plans_asked()

    @work(thread=True, group="journal", exit_on_error=False)
    def _save(self, standpoint: Standpoint, plans: tuple[Plan, ...]) -> None:
        for plan in plans:
            try:
                saved = standpoint.journal().save(plan, standpoint.clock.now())
            except Exception as error:  # whatever it was, the plan must not be lost with it
                reason = str(error) if isinstance(error, SmallcapError) else f"unexpected: {error!r}"
                self.post_message(PlanKept(plan, reason=reason))
            else:
                self.post_message(PlanKept(plan, saved.id))

    @work(thread=True, group="journal", exit_on_error=False)
    def _delete(self, standpoint: Standpoint, name: str) -> None:
        try:
            standpoint.journal().delete(name, standpoint.clock.now())
        except SmallcapError as error:
            self.post_message(PlanDeleted(name, str(error)))
        else:
            self.post_message(PlanDeleted(name))

    @work(thread=True, exclusive=True, group="plans", exit_on_error=False)
    def _review(self, standpoint: Standpoint, panel: Panel, reading: Reading, known: Known) -> None:
        worker = get_current_worker()
        for found in _standings(standpoint, panel, reading, known):
            if worker.is_cancelled:
                return
            self.post_message(PlansReviewed(found))


def _standings(standpoint: Standpoint, panel: Panel, reading: Reading, known: Known) -> Iterator[Standings]:
    """How every plan of the journal stands, newest first; again and again while more of them get `known`."""
    from ..core.framework.review_words import Stand, Standings, stands  # noqa: PLC0415  the first screen needs none

    def read(pair: str) -> Reading:
        return standpoint.but(settings=standpoint.settings.but(pair=pair)).read(panel)

    try:
        journal = standpoint.journal()
        saved = journal.all()[::-1]
    except SmallcapError as error:
        yield Standings((), reading, (str(error),))
        return
    fresh = [each for each in saved if each[:2] not in known]
    told = monotonic()
    for each, found in zip(fresh, stands(fresh, reading, read), strict=True):
        known[each[:2]] = found
        if monotonic() - told > TELL_SECONDS:
            rows = (known.get(each[:2]) or Stand(each, None, "...") for each in saved)
            yield Standings(tuple(rows), reading, journal.trouble, whole=False)
            told = monotonic()
    yield Standings(tuple(known[each[:2]] for each in saved), reading, journal.trouble)
