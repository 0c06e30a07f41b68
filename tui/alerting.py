"""What alerts do in the app: armed and kept away from the screen, held against what is new, told once with a bell."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial, reduce
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import var

from ..core.errors import SmallcapError, UsageError
from .messages import AlertsKept, AlertTouched, AlertTyped, AlertWanted, ReadingReady
from .scene import Scene
from .stage import Stage

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.alerts import Alert, Last
    from ..core.slate import Change, Slate

ALERTS = "alerts.json"


class Alerting(Stage):
    """Holds the slate. What is changed in it counts at once and is written behind, again and again until it is."""

    slate: var[Slate | None] = var(None, init=False)
    """None until the file has been looked at, or something was armed."""

    _unwritten: tuple[Change, ...] = ()
    _writing: bool = False
    _alerts_read: bool = False
    _alerts_trouble: str = ""

    def on_mount(self) -> None:
        """Look at the file of alerts, then at every reading and every last price that is new."""
        self.watch(self, "scene", self._see_scene, init=False)
        self.watch(self, "prices", partial(self._check_alerts, by_last=True), init=False)
        self._keep_alerts()

    def _see_scene(self, old: Scene | None, new: Scene) -> None:
        """With a new reading see what others have armed or told; then it is checked."""
        if old is None or new.reading is not old.reading or new.travelling is not old.travelling:
            self._keep_alerts()

    def on_reading_ready(self, message: ReadingReady) -> None:
        """So it is when the source, read again, says what it said."""
        if message.fresh and message.reading is self.shown.reading:
            self._keep_alerts()

    def on_alert_wanted(self, message: AlertWanted) -> None:
        """Arm what a reading can tell of what ends a plan."""
        from ..core.alerts import of_plan  # noqa: PLC0415  the first screen doesn't pay for it
        from ..core.framework.plan import NOT_ARMABLE, armable  # noqa: PLC0415

        if not armable(message.plan):
            self.notice = NOT_ARMABLE
            return

        def made() -> tuple[Alert, ...]:
            now = self.standpoint.clock.now()
            return of_plan(message.plan, message.name, self.shown.reading, now)

        self._arm_alerts(made)

    def on_alert_typed(self, message: AlertTyped) -> None:
        """Arm what was written."""
        from ..core.alerts import arm  # noqa: PLC0415  as above
        from ..core.triggers import parse  # noqa: PLC0415

        def made() -> tuple[Alert, ...]:
            now = self.standpoint.clock.now()
            return (arm(parse(message.text), self.shown.reading, self._last_prices(), now),)

        self._arm_alerts(made)

    def on_alert_touched(self, message: AlertTouched) -> None:
        """Disarm an alert, silence it until the next opening, or arm it again."""
        from ..core.slate import removed  # noqa: PLC0415  as above

        alert = message.alert
        if message.what == "disarm":
            self.notice = f"{alert.name} is disarmed: {alert.words}"
            self._change_slate(partial(removed, alert=alert))
        elif message.what == "snooze":
            self._snooze_alert(alert)
        elif alert.snoozed_until:
            self.notice = f"{alert.name} is silent no more"
            self._replace_alert(alert._replace(snoozed_until=None))
        else:
            self._arm_alerts(lambda: (self._armed_again(alert),))

    def on_alerts_kept(self, message: AlertsKept) -> None:
        """Go on with what the file holds and what isn't in it yet; say it once when it couldn't be read or written."""
        self._writing, self._unwritten = False, self._unwritten[message.saved :]
        if message.trouble and message.trouble != self._alerts_trouble:
            self.notice = message.trouble
        self._alerts_trouble = message.trouble
        # Where there is no file yet, whatever comes into it is news.
        self._alerts_read = self._alerts_read or (message.slate is None and not message.trouble)
        if message.slate is not None:
            slate = message.slate
            for change in self._unwritten:
                slate = change(slate)
            self._take_slate(slate, tell=self._alerts_read)
            self._alerts_read = True
        if self._unwritten and (message.slate is not None or not message.trouble):
            self._keep_alerts()
        self._check_alerts()

    def _snooze_alert(self, alert: Alert) -> None:
        from ..core.alerts import next_open  # noqa: PLC0415  as above
        from ..core.calendar import new_york  # noqa: PLC0415

        try:
            until = next_open(self.standpoint.clock.now())
            self.notice = f"{alert.name} is silent until {new_york(until):%Y-%m-%d %H:%M} ET"
        except SmallcapError as error:
            self.notice = str(error)
        else:
            self._replace_alert(alert._replace(snoozed_until=until))

    def _armed_again(self, alert: Alert) -> Alert:
        from ..core.alerts import again  # noqa: PLC0415  as above

        return again(alert, self.shown.reading, self._last_prices(), self.standpoint.clock.now())

    def _arm_alerts(self, made: Callable[[], tuple[Alert, ...]]) -> None:
        """Arm what is made; say what was armed, or why nothing."""
        from ..core.slate import Slate, added, full  # noqa: PLC0415  as above

        slate = self.slate or Slate()
        try:
            if self.shown.travelling:
                raise UsageError("alerts are of now: T goes back to now, where they can be armed")
            if why := full(slate):
                raise UsageError(why)
            alerts = made()
        except SmallcapError as error:
            self.notice = str(error)
            return
        new = [alert for alert in alerts if not any(alert.same(each) for each in slate.alerts)]
        self.notice = _armed(alerts, new)
        if new:
            self._change_slate(lambda slate: reduce(added, new, slate))
            self._check_alerts()

    def _replace_alert(self, alert: Alert) -> None:
        from ..core.slate import changed  # noqa: PLC0415  as above

        self._change_slate(partial(changed, alerts=(alert,)))

    def _check_alerts(self, *, by_last: bool = False) -> None:
        """Hold what is armed against what is known now; only what last prices count for with `by_last`."""
        slate = self.slate
        if slate is None or not slate.alerts or self.shown.travelling:
            return
        from ..core.alerts import check  # noqa: PLC0415  as above
        from ..core.slate import changed  # noqa: PLC0415
        from ..core.triggers import BY_KEY  # noqa: PLC0415

        alerts = [alert for alert in slate.alerts if not by_last or BY_KEY[alert.trigger.kind].last]
        found = check(alerts, self.shown.reading, self._last_prices(), self.standpoint.clock.now())
        if found:
            self._change_slate(partial(changed, alerts=found))

    def _last_prices(self) -> Last:
        from ..core.alerts import Last  # noqa: PLC0415  as above

        return Last(self.prices.by_ticker, self.prices.at)

    def _change_slate(self, change: Change) -> None:
        """Change the slate now, and its file as soon as can be."""
        from ..core.slate import Slate  # noqa: PLC0415  as above

        self._unwritten = (*self._unwritten, change)
        self._take_slate(change(self.slate or Slate()), tell=True)
        self._keep_alerts()

    def _take_slate(self, slate: Slate, *, tell: bool) -> None:
        """Go on with a slate, and tell what has fired since the one before."""
        from ..core.slate import Slate, fresh  # noqa: PLC0415  as above

        told = fresh(self.slate or Slate(), slate) if tell else ()
        self.slate = slate
        if told:
            more = f" (and {len(told) - 1} more: A shows them)" if len(told) > 1 else ""
            self.notice = f"ALERT  {told[-1].told()}{more}"
            if self.standpoint.settings.bell:
                self.bell()

    def _keep_alerts(self) -> None:
        """Write what isn't written yet, and read what is there; one at a time, the rest follows."""
        store = self.standpoint.store.path
        if store is None:
            why = "there is no folder to keep alerts in: they last until smallcap ends" if self._unwritten else ""
            self._unwritten = ()
            self.post_message(AlertsKept(None, 0, why or self._alerts_trouble))
        elif not self._writing:
            self._writing = True
            self._write_alerts(store.with_name(ALERTS), self._unwritten)

    @work(thread=True, group="alerts", exit_on_error=False)
    def _write_alerts(self, path: Path, changes: tuple[Change, ...]) -> None:
        if not changes and not os.path.exists(path):
            self.post_message(AlertsKept(None, 0, ""))
            return
        from ..core.alarms import Alarms  # noqa: PLC0415  who has no alert doesn't pay for it

        alarms = Alarms(path, os.fsync)
        try:
            kept = alarms.update(changes) if changes else alarms.read()
        except SmallcapError as error:
            self.post_message(AlertsKept(None, 0, str(error)))
        else:
            self.post_message(AlertsKept(kept.slate, len(changes), "".join(kept.trouble[:1])))


def _armed(alerts: tuple[Alert, ...], new: list[Alert]) -> str:
    """What was armed, in words."""
    if not new:
        return f"armed already: {alerts[0].words}"
    return f"armed: {new[0].words}{f', and {len(new) - 1} more: A shows them' if len(new) > 1 else ''}"
