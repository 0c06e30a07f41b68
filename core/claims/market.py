"""Market: what the claims are tested on, all of it on the sessions of IWM, and the bootstrap's draws for it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..bars import Days, Floats, Panel, to_day
from ..evidence.bootstrap import Blocks, block_of
from ..evidence.followed import Followed, Target, followed
from ..history import History, Pair, compute
from ..macro import cycles_between, known_on, recent_sessions
from ..matching import match, spread
from ..studies import Studies

SMALL, LARGE = "IWM", "SPY"
RATIO = f"{SMALL}/{LARGE}"
CYCLE = "DFF"


class Market:
    """A panel as the claims see it, each part worked out when it is first asked for.

    Every array lies on the sessions of IWM, NaN where it isn't known. SourceError where a ticker isn't there.
    """

    def __init__(self, panel: Panel, seed: int, draws: int) -> None:
        self.panel, self._seed, self._draws = panel, seed, draws
        self._after: dict[tuple[str, int], Followed] = {}
        self._blocks: dict[tuple[int, int], Blocks] = {}

    @property
    def sessions(self) -> Days:
        """IWM's own sessions."""
        return self.panel[SMALL].sessions

    @cached_property
    def past(self) -> History:
        """The history of IWM/SPY, whatever pair is being read."""
        return compute(self.panel, Pair(SMALL, LARGE))

    @cached_property
    def studies(self) -> Studies:
        """IWM's indicators."""
        return Studies(self.panel[SMALL])

    def level(self, name: str) -> Floats:
        """The total-return level of a ticker, or of two of them as `A/B`."""
        if "/" not in name:
            bars = self.panel[name]
            return spread(bars.adj_close, bars.sessions, self.sessions)
        a, b = (self.panel[ticker] for ticker in name.split("/"))
        m = match(a, b)
        return spread(m.a_adj / m.b_adj, m.sessions, self.sessions)

    def returns(self, name: str) -> Floats:
        """The log return of every session; NaN for the first, and beside a missing one."""
        return np.diff(np.log(self.level(name)), prepend=np.nan)

    def after(self, name: str, horizon: int) -> Followed:
        """What followed every session, from the close of the next."""
        if (name, horizon) not in self._after:
            self._after[name, horizon] = followed(Target(name, self.level(name)), horizon)
        return self._after[name, horizon]

    def of_history(self, values: Floats) -> Floats:
        """A row of the history on these sessions."""
        return spread(values, self.past.sessions, self.sessions)

    def macro(self, name: str) -> Floats:
        """The value of a series known on every session, in the series' own unit."""
        return known_on(self.panel.macro[name], self.sessions)

    def rate_cycle(self, before: int = 0) -> Floats:
        """-1 CUTTING, 0 HOLD, +1 HIKING; on so many sessions before IWM's first, too, fewer where there are."""
        days = self._since(before)
        at, found = cycles_between(self.panel.macro[CYCLE], to_day(days[0]), to_day(days[-1]))
        return spread(found, at, days)

    def macro_since(self, name: str, before: int) -> Floats:
        """As `macro`, on so many sessions before IWM's first, too, fewer where the calendar begins."""
        return known_on(self.panel.macro[name], self._since(before))

    def _since(self, before: int) -> Days:
        return np.concatenate((recent_sessions(to_day(self.sessions[0]), before + 1)[:-1], self.sessions))

    def blocks(self, sessions: int, horizon: int) -> Blocks:
        """The draws for so many sessions in a row; the same ones whenever they are asked for."""
        asked = sessions, block_of(horizon)
        if asked not in self._blocks:
            self._blocks[asked] = Blocks(*asked, self._draws, self._seed)
        return self._blocks[asked]
