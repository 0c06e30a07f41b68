"""MODES: the screens that fill everything, one row each, and what the keys that change the screen do."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from ..core.errors import SmallcapError
from .alerting import Alerting
from .evidencing import Evidencing
from .screens.dashboard import Dashboard
from .screens.help import Help
from .stage import Stage


def _dashboard() -> Screen[None]:
    return Dashboard().data_bind(Stage.scene, Stage.prices, Stage.notice)


def _sizing() -> Screen[None]:
    from .screens.sizing import Sizing  # noqa: PLC0415  the first screen doesn't pay for it

    return Sizing().data_bind(Stage.scene, Stage.prices, Stage.notice)


def _wizard() -> Screen[None]:
    from .screens.wizard import Wizard  # noqa: PLC0415  as above

    return Wizard().data_bind(Stage.scene, Stage.prices, Stage.notice, Stage.facts)


def _chart() -> Screen[None]:
    from .screens.chart import Chart  # noqa: PLC0415  as above

    return Chart().data_bind(Stage.scene, Stage.prices, Stage.notice)


def _sectors() -> Screen[None]:
    from .screens.sectors import Sectors  # noqa: PLC0415  as above

    return Sectors().data_bind(Stage.scene, Stage.prices, Stage.notice)


def _macro() -> Screen[None]:
    from .screens.macro import Macro  # noqa: PLC0415  as above

    return Macro().data_bind(Stage.scene, Stage.prices, Stage.notice)


def _evidence() -> Screen[None]:
    from .screens.evidence import EvidenceScreen  # noqa: PLC0415  as above

    return EvidenceScreen().data_bind(Stage.scene, Stage.prices, Stage.notice, Evidencing.found)


def _plans() -> Screen[None]:
    from .screens.plans import Plans  # noqa: PLC0415  as above

    return Plans().data_bind(Stage.scene, Stage.prices, Stage.notice, Stage.unsaved)


def _alerts() -> Screen[None]:
    from .screens.alerts import Alerts  # noqa: PLC0415  as above

    return Alerts().data_bind(Stage.scene, Stage.prices, Stage.notice, Alerting.slate)


def _settings() -> Screen[None]:
    from .screens.settings import SettingsScreen  # noqa: PLC0415  as above

    return SettingsScreen().data_bind(Stage.scene, Stage.prices, Stage.notice)


MODES: dict[str, str | Callable[[], Screen[None]]] = {
    "dashboard": _dashboard,
    "chart": _chart,
    "sectors": _sectors,
    "macro": _macro,
    "sizing": _sizing,
    "wizard": _wizard,
    "evidence": _evidence,
    "plans": _plans,
    "alerts": _alerts,
    "settings": _settings,
}


class Modes(Stage):
    """Actions that change the screen."""

    opening = "dashboard"
    """The mode that the app begins in."""

    def on_mount(self) -> None:
        """Begin where the user asked to; esc leads to the dashboard from there, too."""
        if self.opening != self.current_mode:
            self.action_show_mode(self.opening)

    def action_show_mode(self, mode: str) -> None:
        """One of MODES."""
        if mode == self.current_mode:
            self.notice = f"this is it: {mode}"
        if mode == "wizard":
            self._read_facts()
        self.switch_mode(mode)

    def _read_facts(self) -> None:
        """What is known of funds; the built-in facts alone when the user's own can't be read, which is said."""
        try:
            self.facts = self.standpoint.facts()
        except SmallcapError as error:
            self.facts = self.standpoint.but(own_facts=None).facts()
            self.notice = str(error)

    def action_help(self) -> None:
        """All keys."""
        self.push_screen(Help())

    def action_close_open(self) -> None:
        """Close what is open, go back to the dashboard, or take the focus away."""
        if isinstance(self.screen, Help):
            self.pop_screen()
        elif self.current_mode != self.DEFAULT_MODE:
            self.switch_mode(self.DEFAULT_MODE)
        else:
            if not self.shown.focus:
                self.notice = "nothing is open  q: quit"
            self.show(focus="")
