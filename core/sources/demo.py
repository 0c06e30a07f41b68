"""The simulated market: 27 funds, the VIX and 7 macro series from a seed, the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from ..bars import Days, Origin, Panel, Series, to_day
from ..calendar import new_york, next_session, previous_session, sessions
from ..errors import SourceError
from ..intraday import INTERVALS
from ..live.raw import Minutes
from ..store import Store
from .demo_bars import History, Stage, fund, index
from .demo_minutes import Played, minutes
from .demo_model import Table, factor, stream, weather
from .demo_rates import factors, rates, series
from .demo_ticks import TRADES, Tape, last_trade, path, tape
from .demo_volume import crowd

NAME = "simulated market"
VIX = "^VIX"


@dataclass(frozen=True, eq=False, slots=True)
class Market:
    """Everything that will ever have happened: all tickers and macro series over all simulated sessions."""

    sessions: Days
    histories: Mapping[str, History]
    macro: Mapping[str, Series]


class Demo:
    """A market made up from `seed` and the tables of seeds/demo.toml, with a fixed first and last session, cut at now.

    What a session was never changes, whatever `now` is. The whole is drawn at the first question and kept.
    """

    name = NAME
    simulated = True

    def __init__(self, seed: int | None = None, table: Table | None = None) -> None:
        """Draw nothing yet; the seed and the table are those of seeds/demo.toml unless given."""
        self._table, self._seed = table, seed
        self._tape: Tape | None = None
        self._last: tuple[int, Panel] | None = None

    def closed(self, now: datetime) -> date:
        """The last session before the New York date of `now`: the one on that date, or after it, is in progress."""
        return previous_session(new_york(now).date())

    def load(self, now: datetime, *, replay: bool = False) -> Panel:
        """Every session before the New York date of `now`, all tickers, and the macro series up to the same session.

        The panel of the last time again until another session is over. SourceError outside the simulated years.
        """
        n = self._place(new_york(now).date())
        if self._last is None or self._last[0] != n:
            last = self._market.sessions[n - 1]
            panel = Panel(
                {name: history.until(n) for name, history in self._market.histories.items()},
                Origin(NAME, True, now.isoformat(timespec="seconds")),
                {name: _known_by(one, last) for name, one in self._market.macro.items()},
            )
            self._last = n, panel
        return self._last[1]

    def session_in_progress(self, now: datetime) -> date:
        """The first session on or after the New York date of `now`: the one `ticks` plays, at any hour."""
        return next_session(new_york(now).date())

    def ticks(self, now: datetime, panel: Panel | None = None) -> Mapping[str, float]:
        """The last price of every ticker in the session in progress, in dollars (points for the VIX).

        The New York time of day from 00:00 to 24:00 stands for 09:30 to 16:00. A price holds within a slot of two
        seconds; the last one of the day is the close that history will show. They fit every panel of this market, so
        none is looked at. SourceError outside the simulated years.
        """
        session = self.session_in_progress(now)
        if self._tape is None or self._tape.session != session:
            self._tape = tape(self.seed, session, self._place(session), self._market.histories)
        return self._tape.at(new_york(now))

    def minutes(self, ticker: str, days: int, now: datetime) -> Minutes | None:
        """The session in progress so far in bars of a minute, or with the four before it in bars of five minutes.

        What `ticks` plays up to `now`, on the exchange's own clock from 09:30 on. None for a ticker that isn't there.
        SourceError outside the simulated years.
        """
        histories = self._market.histories
        if ticker not in histories:
            return None
        place = self._place(self.session_in_progress(now))
        row = np.array(list(histories).index(ticker))
        played = [self._played(histories[ticker], at) for at in range(max(place - days + 1, 0), place + 1)]
        played[-1] = played[-1]._replace(traded=int(last_trade(row, new_york(now))) + 1)
        return minutes(self.seed, ticker, played, INTERVALS[days])

    def _played(self, history: History, place: int) -> Played:
        session, ticker = to_day(self._market.sessions[place]), history.bars.ticker
        if self._tape is not None and self._tape.session == session:
            prices = self._tape.prices[self._tape.tickers.index(ticker)]
        else:
            prices = path(self.seed, session, place, history)
        return Played(session, prices, TRADES, float(history.bars.volume[place]))

    @cached_property
    def table(self) -> Table:
        """The tables the market is made from."""
        return published() if self._table is None else self._table

    @cached_property
    def seed(self) -> int:
        """The seed the market is made from."""
        return int(self.table["seed"]) if self._seed is None else self._seed

    @cached_property
    def _market(self) -> Market:
        return simulate(self.seed, self.table)

    def _place(self, day: date) -> int:
        """How many simulated sessions lie before `day`."""
        known = self._market.sessions
        place = int(np.searchsorted(known, np.datetime64(day)))
        if not 0 < place < len(known):
            raise SourceError(f"the {NAME} runs from {known[0]} to {known[-1]}, and {day} is outside it")
        return place


def opened(_store: Store) -> Demo:
    """The simulated market; it keeps nothing."""
    return Demo()


def simulate(seed: int, table: Table) -> Market:
    """The whole market; the same seed and table give the same bytes."""
    days = sessions(table["first"], table["last"])
    air = weather(seed, table, len(days))
    curve = rates(seed, table, air)
    moods = {
        name: factor(stream(seed, name), row, air.heat, table["candles"]) for name, row in table["factors"].items()
    }
    causes = {"market": air.market, **moods, **factors(seed, table, curve, air.heat)}
    stage = Stage(seed, table, days, causes, air, crowd(seed, table["volume"], days, air))
    histories = {name: fund(stage, name) for name in table["tickers"]}
    histories[VIX] = index(stage, VIX, air.vix)
    return Market(days, histories, series(curve, histories[VIX].bars.close, days))


def _known_by(one: Series, last: np.datetime64) -> Series:
    """The observations known on the evening of `last`; a monthly mean only once its month is over."""
    return one.before(last + np.timedelta64(1, "D"))


@cache
def published() -> Table:
    """The tables of seeds/demo.toml."""
    import tomllib  # noqa: PLC0415  read once in a process, by the first question

    with open(Path(__file__).resolve().parents[2] / "seeds" / "demo.toml", "rb") as file:
        return tomllib.load(file)
