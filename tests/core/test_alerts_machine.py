"""Alerts through anything: closes come or not, somebody snoozes, arms again, disarms, another program writes."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import NIGHT, Alert, Last, again, arm, check, newest, next_open
from smallcap.core.bars import to_day
from smallcap.core.errors import SmallcapError
from smallcap.core.slate import REMEMBERED, Change, Slate, added, changed, removed
from smallcap.core.triggers import Look, parse

from tests.core.alerts.conftest import BEFORE, DAYS, NOW, on
from tests.machines import extent

CLOSES = (90.0, 95.0, 99.99, 100.0, 100.01, 105.0, 110.0)
TEXTS = ("TEN < 100", "TEN > 100", "close TEN < 95", "close TEN > 105", "TEN < 90.5")
levels = st.sampled_from(CLOSES)
places = st.integers(0, 30)


class AlertsMachine(RuleBasedStateMachine):
    """One file of alerts, two programs that change it, and a market of one ticker that goes on."""

    @initialize(first=levels)
    def begin(self, first: float) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.alarms = Alarms(self.folder / "alerts.json")
        self.slate, self.seen = Slate(), Slate()
        self.closes: list[float | None] = [first]
        self.now = NOW
        self.last = Last()
        self.armings = 0
        self.gone: set[str] = set()

    @property
    def reading(self):
        return on(len(self.closes) - 1, self.closes)

    def change(self, *changes: Change) -> None:
        """In the file, and what is shown."""
        self.slate = self.alarms.update(changes).slate

    def one(self, place: int) -> Alert | None:
        return self.slate.alerts[place % len(self.slate.alerts)] if self.slate.alerts else None

    @rule(close=st.none() | levels, check_too=st.booleans())
    def a_session_closes(self, close: float | None, check_too: bool) -> None:
        if len(self.closes) < 18:
            self.closes.append(close)
            self.now += timedelta(1)
            self.last = Last()
            if check_too:
                self.it_is_checked()

    @rule(price=levels | st.sampled_from((math.nan, math.inf)))
    def it_trades(self, price: float) -> None:
        self.last = Last({"TEN": price}, "15:04")

    @rule(text=st.sampled_from(TEXTS))
    def somebody_arms(self, text: str) -> None:
        try:
            alert = arm(parse(text), self.reading, self.last, self.now)
        except SmallcapError:
            assert all(close is None for close in self.closes)
            return
        if not any(alert.same(each) for each in self.slate.alerts):
            self.armings += 1
        self.change(lambda slate: added(slate, alert))

    @rule()
    def it_is_checked(self) -> None:
        found = check(self.slate.alerts, self.reading, self.last, self.now)
        for alert in found:
            if alert.fired:
                self.is_true(alert)
        self.change(lambda slate: changed(slate, found))
        again_found = check(self.slate.alerts, self.reading, self.last, self.now)
        assert not again_found
        for alert in self.slate.alerts:
            assert alert.quiet or alert.snoozed_until or not self.met_since(alert), alert

    @rule(place=places)
    def somebody_disarms(self, place: int) -> None:
        if alert := self.one(place):
            self.change(lambda slate: removed(slate, alert))
            # A check that was on its way brings nothing back.
            before = self.slate
            self.change(lambda slate: changed(slate, (alert._replace(quiet=True),)))
            assert self.slate == before

    @rule(place=places)
    def somebody_snoozes(self, place: int) -> None:
        if alert := self.one(place):
            until = next_open(self.now)
            assert until > self.now
            self.change(lambda slate: changed(slate, (alert._replace(snoozed_until=until),)))
            silent = next(each for each in self.slate.alerts if each.same(alert))
            assert check((silent,), self.reading, self.last, self.now) == ()

    @rule(place=places)
    def what_fired_is_armed_again(self, place: int) -> None:
        if self.slate.history:
            told = self.slate.history[place % len(self.slate.history)]
            alert = again(told, self.reading, self.last, self.now)
            if not any(alert.same(each) for each in self.slate.alerts):
                self.armings += 1
            self.change(lambda slate: added(slate, alert))
            armed = next(each for each in self.slate.alerts if each.same(alert))
            if armed == alert._replace(name=armed.name):
                assert not any(each.fired for each in check((armed,), self.reading, self.last, self.now))

    @rule()
    def it_ends_and_begins_again(self) -> None:
        """Killed while it wrote: the draft stays behind, and is nobody's."""
        (self.folder / ".alerts.json.part").write_bytes(b'{"schema": 1, "high')
        self.alarms = Alarms(self.folder / "alerts.json")
        assert self.alarms.read().slate == self.slate

    @rule(text=st.sampled_from(TEXTS))
    def another_program_arms(self, text: str) -> None:
        before, self.alarms = self.alarms, Alarms(self.folder / "alerts.json")
        self.somebody_arms(text)
        self.alarms = before

    @invariant()
    def the_file_holds_what_is_shown(self) -> None:
        kept = self.alarms.read()
        assert kept.slate == self.slate
        assert kept.trouble == ()

    @invariant()
    def each_arming_is_told_once(self) -> None:
        history = self.slate.history
        told = Counter((each.trigger, each.words, each.armed_at, each.since, each.name) for each in history)
        assert all(count == 1 for count in told.values())
        assert len(history) <= min(self.armings, REMEMBERED)
        assert all(each.fired for each in history)
        assert not any(each.fired for each in self.slate.alerts)
        assert [each.fired.at for each in history if each.fired] == sorted(
            (each.fired.at for each in history if each.fired), reverse=True
        )

    @invariant()
    def names_are_given_once(self) -> None:
        names = [each.name for each in self.slate.alerts]
        assert len(set(names)) == len(names)
        assert all(int(name[1:]) <= self.slate.highest for name in names)
        assert self.slate.highest >= self.seen.highest
        self.seen = self.slate

    @invariant()
    def what_is_newest_agrees_with_the_closes(self) -> None:
        look, close = Look(self.reading), self.closes[-1]
        for alert in self.slate.alerts:
            found = newest(alert, look, Last())
            assert (found is None) == (close is None)
            assert found is None or found.value == close

    def is_true(self, alert: Alert) -> None:
        """What is told is so: a close since it was armed, or the last price, on the right side of the level."""
        fired, trigger = alert.fired, alert.trigger
        assert fired
        assert trigger.level
        assert fired.value < trigger.level if trigger.test == "<" else fired.value > trigger.level
        if fired.session is None:
            assert trigger.kind == "price"
            assert fired.value == self.last.by_ticker["TEN"]
        else:
            assert fired.session >= alert.since
            assert fired.value == dict(self.days())[fired.session]

    def met_since(self, alert: Alert) -> bool:
        """Whether a close that counts is on the side of the level that it is to be told of."""
        level = alert.trigger.level
        assert level
        values = [close for day, close in self.days() if day >= alert.since and close is not None]
        return any(close < level if alert.trigger.test == "<" else close > level for close in values)

    def days(self):
        return [(to_day(DAYS[BEFORE + row]), close) for row, close in enumerate(self.closes)]

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)


def test_an_alert_is_told_once_when_it_is_true_and_never_lost():
    assert timedelta(1) == NIGHT
    AlertsMachine.TestCase.settings = extent(12, 20)
    AlertsMachine.TestCase("runTest").runTest()
