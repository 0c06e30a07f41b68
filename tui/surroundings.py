"""Surroundings: what the checks of `doctor` look at, each thing asked for once and only when a check wants it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from ..core import account, settings
from ..core.errors import UsageError
from ..core.settings import Settings
from .clock import Clock, clock_from
from .doctor_asking import Heard
from .doctor_reaching import Reply, reach
from .standpoint import ACCOUNT, CONFIG, folders


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The environment, the folders, the settings as far as they can be read, and who answers what."""

    env: Mapping[str, str]
    config: Path
    data: Path
    settings: Settings
    trouble: str
    """Why the settings can't be read; empty when they can."""
    clock: Clock
    out_of_time: str
    """Why SMALLCAP_NOW can't be used; empty when it can."""
    online: bool
    """Whether the providers are asked."""
    hear: Callable[[], Heard]
    reach: Callable[[], tuple[Reply, ...]]

    def now(self) -> datetime:
        """The instant that everything is looked at from."""
        return self.clock.now()


def look_around(args: argparse.Namespace, env: Mapping[str, str], hear: Callable[[], Heard]) -> Surroundings:
    """What there is, whatever is wrong with it; `hear` asks the terminal."""
    config, data = folders(env)
    chosen, trouble = _settings(config / CONFIG, data / ACCOUNT)
    chosen = chosen.but(source=getattr(args, "source", None))
    clock, out_of_time = _clock(env)
    online = args.online or (chosen.source == "yahoo" and not args.offline)
    asked = cache(lambda: reach(clock.now()))
    return Surroundings(env, config, data, chosen, trouble, clock, out_of_time, online, hear, asked)


def _settings(config: Path, remembered: Path) -> tuple[Settings, str]:
    """The settings without the flags, the defaults where the file is wrong, and what is wrong with it."""
    try:
        chosen, trouble = settings.read(config), ""
    except Exception as error:  # whatever it is, the other checks go on
        chosen, trouble = Settings(), str(error)
    return chosen.but(**account.read(remembered)), trouble


def _clock(env: Mapping[str, str]) -> tuple[Clock, str]:
    try:
        return clock_from(env.get("SMALLCAP_NOW")), ""
    except UsageError as error:
        return Clock(), str(error)
