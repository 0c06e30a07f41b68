"""What the tests of armed alerts need: their file, and alerts to be armed and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Alert, Fired, Reference
from smallcap.core.errors import SmallcapError
from smallcap.core.slate import Slate, added, changed
from smallcap.core.triggers import Trigger

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
ALERT = Alert(
    "",
    Trigger("close", "IWM", "<", 213.4),
    "IWM closes below the stop, 213.40 (p3)",
    NOW,
    date(2026, 11, 20),
    True,
    Reference(date(2026, 11, 20), 218.2),
)
LABEL = ALERT._replace(
    trigger=Trigger("regime", "IWM/SPY", "is not", label="RISK-ON"), words="label", quiet=True, reference=None
)
TOLD = ALERT._replace(words="told", fired=Fired(NOW, date(2026, 11, 20), 212.88, "close of 2026-11-20 is 212.88"))


def add(alert: Alert) -> Callable[[Slate], Slate]:
    return partial(added, alert=alert)


def tell(alert: Alert) -> Callable[[Slate], Slate]:
    return partial(changed, alerts=(alert,))


@pytest.fixture
def alarms(tmp_path: Path) -> Alarms:
    return Alarms(tmp_path / "data" / "alerts.json")


def armed(alarms: Alarms) -> list[str]:
    return [alert.words for alert in alarms.read().slate.alerts]


def refused(alarms: Alarms, why: str) -> None:
    before = alarms.path.read_bytes()
    with pytest.raises(SmallcapError, match=f"can't be written, so nothing in it was changed: {why}"):
        alarms.update([add(LABEL._replace(words="x" * 50_000))])
    assert alarms.path.read_bytes() == before
