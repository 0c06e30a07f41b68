"""The app: its keys and its screens."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from datetime import datetime

from textual.events import Key as KeyPressed

from ..core.bars import Panel
from ..core.reading import Reading
from ..core.sources import Logged, Minuted, Ticking
from .accounting import Accounting
from .alerting import Alerting
from .commanding import Commanding
from .copying import Copying
from .evidencing import Evidencing
from .explaining import Explaining
from .foreseeing import Foreseeing
from .intraday import Asker
from .keeping import Keeping
from .looking import Looking
from .modes import MODES, Modes
from .quizzing import Quizzing
from .recounting import Recounting, Told
from .remembering import Remembering
from .replaying import Replaying
from .saving import Saving
from .scene import Scene
from .sparing import Sparing
from .standpoint import Standpoint
from .theme import STYLES
from .travelling import Travelling
from .welcome import first_notice

TICK_SECONDS = 1.0
REFRESH_SECONDS = 60.0


class Smallcap(
    Looking,
    Travelling,
    Replaying,
    Foreseeing,
    Quizzing,
    Copying,
    Saving,
    Explaining,
    Recounting,
    Accounting,
    Keeping,
    Alerting,
    Evidencing,
    Commanding,
    Sparing,
    Remembering,
    Modes,
):
    """Small-cap risk appetite, full screen."""

    TITLE = "smallcap"
    CSS_PATH = [STYLES / f"{name}.tcss" for name in ("base", "dashboard")]  # noqa: RUF012
    MODES = MODES
    DEFAULT_MODE = "dashboard"

    def __init__(self, standpoint: Standpoint, panel: Panel, reading: Reading, *, ascii_only: bool = False) -> None:
        super().__init__()
        # A scroll that glides sends every row over and over.
        self.animation_level = "none"
        self.spare(standpoint.settings.low_bandwidth)
        self.dress(standpoint.settings)
        self.bind_keys(standpoint.settings.keys)
        self.standpoint = self.wanted = standpoint
        self.panel = panel
        scene = Scene(
            reading,
            ticker=reading.pair.a,
            range=standpoint.settings.range,
            ascii_only=ascii_only,
            colourless=ascii_only or self.no_color,
            travelling=standpoint.asked is not None,
            hours=standpoint.hours(),
        )
        self.set_reactive(Smallcap.scene, scene)
        self._curtain = ExitStack()

    def on_load(self) -> None:
        """Hold the first paints back: Textual would send the whole screen again for every step of its start."""
        self._curtain.enter_context(self.batch_update())

    def on_ready(self) -> None:
        """Paint once, when everything is in its place."""
        self._curtain.close()
        gc.freeze()
        gc.enable()

    def on_mount(self) -> None:
        """Tick and refresh from now on; say what was missing."""
        self.feed()
        if isinstance(self.standpoint.source, Ticking):
            self.tick()
            self.set_interval(TICK_SECONDS, self.tick)
        self.set_interval(REFRESH_SECONDS, self.read_again)
        self.notice = first_notice(self.standpoint, self.shown.reading, self.size.width)

    @property
    def asker(self) -> Asker | None:
        """The source's answer to questions for minutes; None when it has none."""
        return source.minutes if isinstance(source := self.standpoint.source, Minuted) else None

    def told(self, now: datetime) -> Told | None:
        """The source's own log and outlook, with what became of its fetcher; None when it keeps none."""
        source = self.fetched or self.standpoint.source
        return (source.log(), (*self.feeding_trouble(), *source.outlook(now))) if isinstance(source, Logged) else None

    def on_key(self, event: KeyPressed) -> None:
        """Any key takes the notice away."""
        self.notice = ""
        self.keyed()
