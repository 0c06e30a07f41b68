"""What every command and the app stand on: settings, clock, source, store, and the date travelled to."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import account, calendar, reading, settings
from ..core.bars import Panel
from ..core.calendar import Hours
from ..core.errors import SmallcapError, UsageError
from ..core.history import parse_pair
from ..core.reading import Reading
from ..core.settings import Given, Settings
from ..core.sources import Source, open_source
from ..core.store import Store
from .clock import Clock, clock_from

if TYPE_CHECKING:
    from ..core.funds import Facts
    from ..core.journal import Journal

CONFIG, STORE, FACTS = "smallcap.toml", "store.sqlite3", "facts.toml"
ACCOUNT, PLANS = "account.json", "plans.jsonl"
FLAGS = ("source", "pair", "price_ratio", "theme", "low_bandwidth")
"""Settings that every command takes as flags of the same name."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What a command stands on: the effective settings, the clock, the source, and the date travelled to."""

    settings: Settings
    clock: Clock
    source: Source
    store: Store
    asked: date | None
    own_facts: Path | None
    """The user's file of facts; it need not be there. None for the built-in facts alone."""
    pending: Source | None = None
    """The source that is wanted but has nothing yet: `source` stands in for it until it has."""
    later: Reading | None = field(default=None, compare=False)
    """A reading of a later session that may hold what is asked for; it changes no number."""
    warnings: tuple[str, ...] = ()
    """What is to be mended in the config file."""

    @staticmethod
    def from_environment(args: argparse.Namespace, env: Mapping[str, str]) -> Standpoint:
        """The flags over what was last chosen for sizing over the config file over the defaults."""
        clock = clock_from(env.get("SMALLCAP_NOW"))
        config, data = folders(env)
        given = configured(config / CONFIG)
        chosen = given.settings.but(**account.read(data / ACCOUNT)).but(**flags(args))
        parse_pair(chosen.pair)
        asked = getattr(args, "as_of", None)
        today = calendar.new_york(clock.now()).date()
        if asked and asked > today:
            raise UsageError(f"as-of {asked} is in the future; today is {today}")
        store = Store(data / STORE)
        source = open_source(chosen.source, store)
        return Standpoint(chosen, clock, source, store, asked, config / FACTS, warnings=given.warnings)

    def but(self, **changes: object) -> Standpoint:
        """This standpoint with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def closed(self) -> date:
        """The source's newest session that has closed."""
        return self.source.closed(self.clock.now())

    def hours(self) -> Hours | None:
        """The exchange's hours now; None while another time is looked at, when nobody knew of later closings."""
        return None if self.asked else calendar.hours(self.clock.now())

    def load(self) -> Panel:
        """The source's panel as of the clock."""
        return self.source.load(self.clock.now(), replay=self.clock.replay)

    def journal(self) -> Journal:
        """The saved plans, beside the store; SmallcapError where nothing is kept."""
        from ..core.journal import Journal  # noqa: PLC0415  most of what is done saves nothing

        if self.store.path is None:
            raise SmallcapError("there is no folder to keep plans in")
        return Journal(self.store.path.with_name(PLANS), os.fsync)

    def facts(self) -> Facts:
        """What is known of funds and indexes; UsageError for a wrong figure in the user's file."""
        from ..core import funds  # noqa: PLC0415  most of what is done needs none

        return funds.read(self.own_facts)

    def wanted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tickers and the macro series to fetch for these settings."""
        from ..core.sources.yahoo import wanted  # noqa: PLC0415  only what fetches asks

        return wanted(self.settings)

    def read(self, panel: Panel) -> Reading:
        """The reading as of the date travelled to, or of now."""
        closed = self.closed()
        return reading.build(panel, self.asked or closed, self.settings, closed=closed, later=self.later)


def flags(args: argparse.Namespace) -> dict[str, object]:
    """The settings that were given as flags."""
    return {name: value for name in FLAGS if (value := getattr(args, name, None)) is not None}


def configured(path: Path) -> Given:
    """What the config file gives; UsageError naming it for whatever is wrong with it, the keys of the app included."""
    given = settings.given(path)
    if given.settings.keys:
        from .keymap import bound  # noqa: PLC0415  only who chose keys pays for the table

        try:
            bound(given.settings.keys)
        except UsageError as error:
            raise UsageError(f"{path}: {error}") from None
    return given


def folders(env: Mapping[str, str]) -> tuple[Path, Path]:
    """The folders of the config and of the data: $SMALLCAP_HOME for both when it is set, else the platform's."""
    if home := env.get("SMALLCAP_HOME"):
        return Path(home), Path(home)
    from platformdirs import user_config_path, user_data_path  # noqa: PLC0415

    return user_config_path("smallcap", appauthor=False), user_data_path("smallcap", appauthor=False)
