"""What comes from elsewhere: the fetcher's lines, FRED's tables, and typed text."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from smallcap.core import settings
from smallcap.core.bars import series_of, to_day
from smallcap.core.errors import SmallcapError
from smallcap.core.framework import question
from smallcap.core.framework.profile import World as Known
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import Wizard, made
from smallcap.core.funds import read as read_facts
from smallcap.core.history import parse_pair
from smallcap.core.keybinding import key_of
from smallcap.core.live import fred, protocol
from smallcap.core.live.archive import Archive
from smallcap.core.live.intake import Intake
from smallcap.core.live.protocol import (
    MESSAGES,
    Alive,
    Busy,
    Done,
    Progress,
    Ready,
    Refresh,
    Start,
    Stored,
    Ticks,
    Want,
)
from smallcap.core.live.raw import Held, Quote, Raw
from smallcap.core.live.trouble import Trouble
from smallcap.core.triggers import described, parse
from smallcap.tui.clock import clock_from

from tests.core.live import make
from tests.fuzz.run import Target, fit
from tests.fuzz.sound import market

AT = datetime(2024, 11, 20, 23, 0, tzinfo=UTC)
SERIES = ("DGS2", "DGS10")
QUOTE = Quote("IWM", 200.5, 1_700_000_000, 199.0, 1e6, 15)
LINES = (
    Start(1.7e9, "a.sqlite3", "cache", ("IWM", "SPY"), SERIES, True, "2024-01-01"),
    Want(("IWM", "SPY"), "IWM", 5, ("SPY",), True),
    *(Refresh(), Busy(), Alive(), Ready("a.sqlite3", "why"), Progress(3, 9, "IWM", "offline"), Stored(("IWM 1m",))),
    Ticks((QUOTE, QUOTE._replace(previous_close=float("nan")))),
    Done(("IWM: offline",)),
)


assert {type(line) for line in LINES} == set(MESSAGES)


TEXTS = (
    *("IWM < 210", "close IWM < 190", "IWM/SPY > 0.1", "rsi IWM < 35", "composite > 70", "regime not RISK-OFF"),
    *(
        "volume IWM",
        "100,000",
        "1%",
        "2atr",
        "IWM=120 SPY=40",
        "2020-03-23",
        "long",
        "yes",
        "IWM/QQQ",
        "ctrl+n",
        "space",
    ),
    *("2020-03-23T20:00:00+00:00", "IWM", "25,000.50", "passive", "0.07%"),
)
PARSERS: tuple[Callable[[str], object], ...] = (
    *(parse, parse_pair, key_of, clock_from),
    lambda text: settings.number("equity", text),
    lambda text: settings.fraction("risk", text, high=0.1),
    lambda text: question.amount(0, 100, unit="%")("share", text),
    lambda text: question.holdings("held", text),
    lambda text: question.ticker("ticker", text),
    lambda text: question.day("from", text),
)


def targets(home: Path) -> tuple[Target, ...]:
    """Those that need no client of Yahoo's."""
    reader = Reader(home)
    return (
        Target("fetcher's lines", lambda: [protocol.encode(line).encode() for line in LINES], line, 420),
        Target("FRED's answer", table_and_archive, reader.fred, 60),
        Target("typed text", lambda: [text.encode() for text in TEXTS], typed, 240),
        Target("typed answers of a plan", lambda: [json.dumps(one).encode() for one in answers()], planned, 10),
    )


def line(body: bytes) -> bool:
    """One line of the fetcher's: a message that comes back as it was, or none."""
    found = protocol.decode(body)
    if found is not None:
        again = protocol.decode(protocol.encode(found))
        assert repr(again) == repr(found)
    return found is not None


def typed(body: bytes) -> bool:
    """What somebody types or gives as a flag, to whatever may be asked."""
    text, taken = body.decode("utf-8", "replace")[:5000], False
    for read in PARSERS:
        try:
            found = read(text)
        except SmallcapError as error:
            fit(str(error))
        else:
            taken = True
            if read is parse:
                assert described(found).isprintable()  # type: ignore[arg-type]
            if read is clock_from:
                found.now()  # type: ignore[attr-defined]
    return taken


@cache
def known() -> Known:
    """What the profiles look at."""
    return Known(market(), read_facts())


@cache
def answers() -> tuple[dict[str, str], ...]:
    """The profiles by their place, and each one's default answers."""
    found = []
    for place, profile in enumerate(PROFILES):
        plan = made(profile, known(), {})
        found.append({"profile": str(place), **plan.answers})
    return tuple(found)


def planned(body: bytes) -> bool:
    """A plan of typed answers: made, or refused in a sentence; its curves drawn and its meanings told."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict):
        return False
    texts = {str(key): str(value)[:5000] for key, value in found.items() if len(str(value)[:5001]) <= 5000}
    place = texts.pop("profile", "0")
    profile = PROFILES[int(place) % len(PROFILES) if place.isascii() and place.isdecimal() and len(place) < 9 else 0]
    try:
        plan = made(profile, known(), texts)
        wizard = Wizard(profile, 99, texts)
        wizard.meanings(known())
        wizard.curves(known())
    except SmallcapError as error:
        return fit(str(error))
    assert all(part.value is not None for part in plan.rows)
    return True


class Reader:
    """Answers for an archive that holds two years of bars and of FRED's series."""

    def __init__(self, home: Path) -> None:
        self.archive = Archive(home / "none.sqlite3")
        self.bars = make.held(make.raw(make.walk(300), date(2024, 11, 19)))
        self.rates = series_of("DGS2", np.array(["2024-11-15"], "datetime64[D]"), np.array([4.3]))

    def intake(self) -> Intake:
        """One that has taken nothing in yet."""
        found = Intake(self.archive, lambda: AT)
        found.held["IWM"], found.series["DGS2"] = self.bars, self.rates
        return found

    def fred(self, body: bytes) -> bool:
        """FRED's answer to a question, into the archive's series: sound ones or none."""
        answered = SimpleNamespace(get=lambda *_, **__: SimpleNamespace(status_code=200, content=body))
        try:
            found = fred.Fred(answered).read(SERIES, None)
        except Trouble as trouble:
            return fit(str(trouble))
        for series in found.values():
            assert (np.diff(series.dates.astype(int)) > 0).all()
            assert np.isfinite(series.values).all()
        intake = self.intake()
        kept = intake.macro(found, AT, whole=False)
        assert set(intake.series) == {"DGS2", *kept}
        assert "DGS2" in kept or intake.series["DGS2"] is self.rates
        assert to_day(self.rates.dates[0]) in {to_day(each) for each in intake.series["DGS2"].dates}
        return bool(kept)

    def taken_in(self, answer: Any) -> bool:
        """Daily bars into the archive: whole and sound, or nothing of them."""
        intake = self.intake()
        why = intake.daily("IWM", answer, whole=False)
        assert intake.held["IWM"] is self.bars
        if why or not intake.staged:
            assert not intake.staged
            return not why or fit(why)
        staged = intake.staged["IWM"]
        assert sound(staged)
        old = staged.raw.close[: len(self.bars.raw) - 30]
        assert intake.full or np.array_equal(old, self.bars.raw.close[: len(old)])
        return True


def sound(held: Held) -> bool:
    """Whether bars that passed the gate are what is said of them."""
    raw: Raw = held.raw
    assert (np.diff(raw.sessions.astype(int)) > 0).all()
    prices = np.array([raw.open, raw.high, raw.low, raw.close])
    assert np.isfinite(prices).all()
    assert (prices > 0).all()
    assert np.isfinite(raw.dividends).all()
    assert np.isfinite(raw.splits).all()
    return all(flag.isprintable() for flag in held.flags)


def table_and_archive() -> Sequence[bytes]:
    """FRED's table, and the same in an archive."""
    rows = [f"2024-11-{day:02d},{4 + day / 70:.2f},{'.' if day == 11 else 4.4}" for day in range(1, 21)]
    table = "\n".join([f"observation_date,{','.join(SERIES)}", *rows]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("daily.csv", table)
    return [table, table, packed.getvalue()]
