"""What the tests of the intake need: a desk with an archive of its own, and answers to be taken in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from smallcap.core.bars import series_of
from smallcap.core.live.archive import Archive
from smallcap.core.live.intake import Intake
from smallcap.core.live.raw import Minutes, Quote

from tests.core.live import make

FRIDAY, MONDAY = make.LAST, date(2026, 11, 23)
NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # Friday 20:00 in New York
TRADED = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday 11:00
EVENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CLOSES = make.walk(120)


@pytest.fixture
def desk(tmp_path: Path) -> SimpleNamespace:
    """An intake into a file of its own, at an hour that a test moves; `again` is the one after a restart."""
    archive = Archive(tmp_path / "store.sqlite3")
    archive.prepare()
    found = SimpleNamespace(archive=archive, now=NIGHT, folder=tmp_path)
    found.again = lambda: Intake(archive, lambda: found.now)
    found.intake = found.again()
    return found


def filled(desk: SimpleNamespace, closes=CLOSES, last: date = FRIDAY, **raw: object) -> Intake:
    """The intake with a history that is held and written."""
    bars = make.raw(closes, last, **raw)
    assert desk.intake.daily(bars.ticker, make.answer(bars), whole=True) == ""
    desk.intake.promote()
    desk.intake.flush()
    return desk.intake


def quote(
    price: float, at: datetime = TRADED, before: float = CLOSES[-1], ticker: str = "IWM", delay: int = 0
) -> Quote:
    return Quote(ticker, price, int(at.timestamp()), before, 1e6, delay)


def minutes(close, ticker: str = "IWM", interval: int = 1) -> Minutes:
    close = np.array(close, float)
    times = np.datetime64("2026-11-23T14:30", "s") + np.arange(len(close)) * 60
    return Minutes(ticker, interval, times, close, close, close, close, close * 0)


def words(desk: SimpleNamespace, kind: str) -> list[str]:
    desk.intake.flush()
    return [entry.words for entry in desk.archive.log() if entry.kind == kind]


@pytest.fixture
def trading(desk: SimpleNamespace) -> SimpleNamespace:
    """A history up to Friday, on Monday at eleven."""
    filled(desk)
    desk.now = TRADED + timedelta(seconds=5)
    return desk


def observed(values, last: date = FRIDAY, name: str = "DGS2"):
    days = np.array([np.datetime64(last) - n for n in range(len(values))][::-1], "datetime64[D]")
    return series_of(name, days, np.array(values, float))
