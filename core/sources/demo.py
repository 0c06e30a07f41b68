"""The simulated market: 31 funds and indices and 7 macro series from a seed, the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from ..bars import Days, Origin, Panel, Series
from ..calendar import new_york, next_session, previous_session, sessions
from ..errors import SourceError
from .demo_bars import History, index, stage, ticker
from .demo_model import Table, factor, stream, weather
from .demo_rates import rates, series
from .demo_ticks import Tape, tape

NAME = "simulated market"
VIX = "^VIX"


class Demo:
    """A market made up from `seed` and the tables in seeds/demo.toml: fixed first and last session, cut at `now`.

    The history before a date never changes, whatever `now` is. The whole is drawn once, at the first question, and kept.
    """

    name = NAME
    simulated = True

    def __init__(self, seed: int | None = None, table: Table | None = None) -> None:
        """Draw nothing yet; `seed` and `table` are the ones of seeds/demo.toml unless given."""
        self.table = table or published()
        self.seed = int(self.table["seed"]) if seed is None else seed
        self._tape: Tape | None = None

    def closed(self, now: datetime) -> date:
        """The last session before the New York date of `now`: the one on that date, or after it, is in progress."""
        return previous_session(new_york(now).date())

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        """Every session before the New York date of `now`, for all tickers; macro up to the same session.

        SourceError outside the simulated years.
        """
        n = self._place(new_york(now).date())
        histories, macro = self._market
        last = self._sessions[n - 1]
        return Panel(
            {name: history.until(n) for name, history in histories.items()},
            Origin(NAME, True, now.isoformat()),
            {name: _published_by(one, last) for name, one in macro.items()},
        )

    def session_in_progress(self, now: datetime) -> date:
        """The first session on or after the New York date of `now`: the one `ticks` plays, at any hour."""
        return next_session(new_york(now).date())

    def ticks(self, now: datetime) -> Mapping[str, float]:
        """The last price of every ticker in the session in progress.

        The New York time of day from 00:00 to 24:00 stands for 09:30 to 16:00. A price stays what it is within a slot of
        two seconds; the last one of the day is the close that history will show.
        """
        session = self.session_in_progress(now)
        if self._tape is None or self._tape.session != session:
            self._tape = self._play(session)
        return self._tape.at(new_york(now))

    def _play(self, session: date) -> Tape:
        place = self._place(session)
        histories = {name: history.bars for name, history in self._market[0].items()}
        candles = {
            name: (float(b.open[place]), float(b.high[place]), float(b.low[place]), float(b.close[place]))
            for name, b in histories.items()
        }
        return tape(self.seed, session, candles)

    def _place(self, day: date) -> int:
        """How many simulated sessions lie before `day`."""
        place = int(np.searchsorted(self._sessions, np.datetime64(day)))
        if not 0 < place < len(self._sessions):
            raise SourceError(f"the {NAME} runs from {self._sessions[0]} to {self._sessions[-1]}: {day} is outside it")
        return place

    @cached_property
    def _sessions(self) -> Days:
        return sessions(self.table["first"], self.table["last"])

    @cached_property
    def _market(self) -> tuple[Mapping[str, History], Mapping[str, Series]]:
        seed, table, days = self.seed, self.table, self._sessions
        air = weather(seed, table, len(days))
        curve = rates(seed, table, air)
        factors = {name: factor(stream(seed, name), row, air.heat) for name, row in table["factors"].items()}
        scene = stage(seed, days, {"market": air.market, **factors, **curve.factors(air.heat)}, air, table["volume"])
        histories = {name: ticker(scene, table, name) for name in table["tickers"]}
        histories[VIX] = index(scene, table, VIX, air.vix)
        return histories, series(curve, histories[VIX].bars.close, days)


def _published_by(one: Series, last: np.datetime64) -> Series:
    """The observations known on the evening of `last`; a monthly mean only once its month is over."""
    upto = last.astype("datetime64[M]").astype("datetime64[D]") - 1 if one.name == "FEDFUNDS" else last
    n = int(np.searchsorted(one.dates, upto, "right"))
    return Series(one.name, one.dates[:n], one.values[:n])


@cache
def published() -> Table:
    """The tables of seeds/demo.toml."""
    import tomllib  # noqa: PLC0415  read once in a process

    with open(Path(__file__).resolve().parents[2] / "seeds" / "demo.toml", "rb") as file:
        return tomllib.load(file)
