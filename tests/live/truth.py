"""What the screen has to say of a market: the reading of its true closes at an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from smallcap.core import reading
from smallcap.core.bars import Origin, Panel
from smallcap.core.live.adjust import adjusted
from smallcap.core.live.raw import FIELDS, Raw
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings

from tests.loopback import World


class Words(NamedTuple):
    """What of a reading stands on the screen: the label, since when, and the size suggested."""

    label: str
    since: str
    shares: str

    def shown(self, text: str) -> bool:
        """Whether a screen says all of it."""
        return all(word in text for word in self)


def closes(world: World, session: date, now: datetime) -> Reading:
    """The reading of everything up to a session, on the scale that the splits up to `now` give the prices."""
    bars = {ticker: adjusted(_until(world.raw(ticker, now, told=False), session)) for ticker in world.tickers}
    panel = Panel(bars, Origin("the truth", False, now.isoformat()), {name: world.macro(name) for name in world.series})
    return reading.build(panel, session, Settings(), closed=session)


def words(of: Reading, ticker: str = "IWM") -> Words:
    """What the screen says of a reading."""
    regime = of.regime
    sessions = f"since {regime.since}, {regime.sessions} sessions"
    return Words(f" {regime.regime.label} ", sessions, f"→ {of.suggestion(ticker).shares} shares")


def _until(raw: Raw, session: date) -> Raw:
    kept = raw.sessions <= np.datetime64(session)
    return replace(raw, **{name: getattr(raw, name)[kept] for name in ("sessions", *FIELDS)})
