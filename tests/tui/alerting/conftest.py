"""What the tests of alerts in the app need: the app with a folder, the next close, and what is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from smallcap.core.alarms import Alarms
from smallcap.core.bars import Panel
from smallcap.core.slate import Slate
from smallcap.core.store import Store
from smallcap.tui.alerting import Alerting
from smallcap.tui.messages import AlertTyped
from smallcap.tui.screens.alerts import Alerts
from smallcap.tui.stage import Stage
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.stage import Counted, Given, settle, staged
from tests.tui.stage import play as played

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def _alerts() -> Screen[None]:
    return Alerts().data_bind(Stage.scene, Stage.prices, Stage.notice, Alerting.slate)


class Alarmed(Counted, Alerting):
    """The app with alerts and their screen, its bells counted."""

    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {**Counted.MODES, "alerts": _alerts}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("A", "show_mode('alerts')", "alerts", show=False)]
    bells = 0

    def bell(self) -> None:
        self.bells += 1


Act = Callable[[Alarmed, Pilot[int]], object]


def app_on(panel: Panel, home: Path | None, *, ascii_only: bool = False) -> Alarmed:
    """The app on a panel, an hour after its last close, with a folder to keep things in."""
    standpoint = staged(panel).standpoint
    return Alarmed(standpoint.but(store=Store(home / "store.sqlite3" if home else None)), ascii_only=ascii_only)


def play(app: Alarmed, act: Act, size: tuple[int, int] = (120, 40)) -> None:
    played(app, act, size)  # type: ignore[arg-type]


def source(app: Alarmed) -> Given:
    assert isinstance(app.standpoint.source, Given)
    return app.standpoint.source


def close(panel: Panel, row: int = -1) -> float:
    return float(panel["IWM"].close[row])


def kept(home: Path) -> Slate:
    return Alarms(home / "alerts.json").read().slate


def names(app: Alarmed) -> tuple[list[str], list[str]]:
    assert app.slate is not None
    return [alert.name for alert in app.slate.alerts], [alert.name for alert in app.slate.history]


async def typed(app: Alarmed, pilot: Pilot[int], text: str) -> None:
    """Arm an alert without its screen."""
    app.post_message(AlertTyped(text))
    await twice(pilot)


async def twice(pilot: Pilot[int]) -> None:
    """Until the file is written and what came back from it is taken over."""
    for _ in range(3):
        await settle(pilot)


async def tick(app: Alarmed, pilot: Pilot[int], price: float) -> None:
    source(app).prices = {"IWM": price}
    app.tick()
    await twice(pilot)


async def next_day(app: Alarmed, pilot: Pilot[int], panel: Panel) -> None:
    """The source has new closes."""
    source(app).panel = panel
    app.read_again()
    await twice(pilot)
