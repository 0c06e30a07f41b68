"""The files that a user may write or damage, each read as the program reads it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from smallcap.core import account, funds, reading
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Alert, Fired, Last, check, distance, of_plan
from smallcap.core.bars import COLUMNS, Bars
from smallcap.core.errors import SmallcapError
from smallcap.core.framework.document import document, plan_of
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.plan_text import as_markdown, as_text
from smallcap.core.framework.review_words import stands
from smallcap.core.history import parse_pair
from smallcap.core.journal import Journal
from smallcap.core.keybinding import written
from smallcap.core.reading import Reading
from smallcap.core.settings import Settings
from smallcap.core.slate import Slate, added
from smallcap.core.sources import open_source
from smallcap.core.sources.folder import Folder, read_bars, read_series
from smallcap.core.store import Store
from smallcap.core.template import literal
from smallcap.core.triggers import Look
from smallcap.tui.keymap import KEYS
from smallcap.tui.standpoint import configured

from tests.conftest import as_csv, random_bars
from tests.fuzz.run import Target, fit
from tests.fuzz.sound import NOW, armed, market, plans

TODAY = np.datetime64("2023-01-03")
ROWS = 25
FACTS = b"""source = "fund page"
recorded = 2022-03-01
[funds.IWM]
name = "a fund"
holdings = 1900
expense_ratio = [{ value = 0.002, until = 2021-12-31 }, { value = "0.19%", since = 2022-01-01, note = "from its page" }]
[indexes."Russell 2000"]
domestic_revenue_low = 0.7
[sectors.IWM]
Financials = 0.16
"Health care" = { value = 0.15, recorded = 2022-06-30, source = "index provider" }
"""


class Files:
    """The readers of a user's files, in a folder of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for name in ("daily", "macro", "market/daily"):
            (home / name).mkdir(parents=True, exist_ok=True)
        (home / "market" / "daily" / "SPY.csv").write_text(as_csv(random_bars("SPY", ROWS, 2)))
        self.chance = random.Random(1)

    def targets(self) -> tuple[Target, ...]:
        """Every one of them, with its share of the cases."""
        return (
            Target("daily/TICKER.csv", lambda: [as_csv(random_bars("IWM", ROWS, 1)).encode()], self.daily, 16),
            Target("macro/SERIES.csv", self.series_csv, self.macro, 14),
            Target("a folder of CSV files", lambda: [as_csv(random_bars("IWM", ROWS, 1)).encode()], self.folder, 2),
            Target("smallcap.toml", self.toml, self.config, 6),
            Target("facts.toml", lambda: [FACTS], self.facts, 6),
            Target("plans.jsonl", self.jsonl, self.journal, 8),
            Target("alerts.json", self.alerts_json, self.alerts, 8),
            Target("account.json", self.account_json, self.account, 10),
        )

    def daily(self, body: bytes) -> bool:
        path = self.home / "daily" / "IWM.csv"
        path.write_bytes(body)
        try:
            bars, said = read_bars(path, TODAY)
        except SmallcapError as error:
            return fit(str(error))
        assert sound(bars)
        return all(words.isprintable() for words in said) or fit("\n".join(said))

    def macro(self, body: bytes) -> bool:
        path = self.home / "macro" / "DGS2.csv"
        path.write_bytes(body)
        try:
            found, said = read_series(path, TODAY)
        except SmallcapError as error:
            return fit(str(error))
        assert len(found.dates) == len(found.values) > 0
        assert (np.diff(found.dates.astype(int)) > 0).all()
        assert np.isfinite(found.values).all()
        return all(words.isprintable() for words in said) or fit("\n".join(said))

    def folder(self, body: bytes) -> bool:
        """The file beside a sound one, which is there whatever this one holds; kept, it is read again as it was."""
        folder, kept = self.home / "market", self.home / "kept.sqlite3"
        (folder / "daily" / "IWM.csv").write_bytes(body)
        for stale in self.home.glob("kept.sqlite3*"):
            stale.unlink()
        first, again = (Folder(folder, Store(kept)).load(NOW) for _ in range(2))
        assert len(first["SPY"]) == ROWS
        assert set(first.bars) == set(again.bars)
        assert first.refused == again.refused
        for name in first.bars:
            for column in ("sessions", *COLUMNS):
                assert np.array_equal(getattr(first[name], column), getattr(again[name], column))
        return "IWM" in first.bars

    def config(self, body: bytes) -> bool:
        path = self.home / "smallcap.toml"
        path.write_bytes(body)
        try:
            found = configured(path)
            parse_pair(found.settings.pair)
            if found.settings.source not in {"demo", "yahoo"}:
                open_source(found.settings.source, Store(None)).load(NOW)
        except SmallcapError as error:
            return fit(str(error))
        assert all(words.isprintable() for words in found.warnings)
        assert 0 < found.settings.risk_fraction <= 0.1
        return True

    def facts(self, body: bytes) -> bool:
        path = self.home / "facts.toml"
        path.write_bytes(body)
        try:
            found = funds.read(path)
        except SmallcapError as error:
            return fit(str(error))
        for fact in found.rows:
            words = f"{fact.shown()} {fact.age_words(NOW.date())} {fact.source} {fact.note} {fact.subject}"
            assert words.isprintable(), words
        return True

    def journal(self, body: bytes) -> bool:
        """Read, reviewed and added to; what stands in the file stays there."""
        path = self.home / "plans.jsonl"
        path.write_bytes(body)
        journal = Journal(path)
        try:
            found = journal.all()
        except SmallcapError as error:
            return fit(str(error))
        assert path.read_bytes() == body
        assert all(words.isprintable() for words in journal.trouble), journal.trouble
        for saved in found:
            assert document(plan_of(json.loads(json.dumps(document(saved.plan))))) == document(saved.plan)
            assert all(line.isprintable() for line in as_text(saved.plan).splitlines())
            as_markdown(saved.plan)
        if self.chance.random() < 0.2:
            for stand in stands(found, market(), read_pair):
                assert stand.words().isprintable()
            for saved in found:
                self.watched(saved.plan, saved.id)
            new = journal.save(plans()[0], NOW)
            assert path.read_bytes().startswith(body)
            assert [one.id for one in journal.all()] == [*(one.id for one in found), new.id]
        return bool(found)

    @staticmethod
    def watched(plan: Plan, name: str) -> None:
        """What ends a plan, armed."""
        try:
            alerts = of_plan(plan, name, market(), NOW)
        except SmallcapError as error:
            fit(str(error))
        else:
            held_against(alerts)

    def alerts(self, body: bytes) -> bool:
        """Read, held against a reading, and added to: all or nothing."""
        path = self.home / "alerts.json"
        path.write_bytes(body)
        alarms = Alarms(path)
        try:
            kept = alarms.read()
        except SmallcapError as error:
            assert path.read_bytes() == body
            return fit(str(error))
        assert all(words.isprintable() for words in kept.trouble)
        if self.chance.random() < 0.2:
            held_against(kept.slate.alerts)
            alert = armed()[0]._replace(words="one more")
            try:
                after = alarms.update([lambda slate: added(slate, alert)]).slate
            except SmallcapError as error:
                assert path.read_bytes() == body
                return fit(str(error))
            assert alarms.read().slate == after
            assert any(alert.same(each) for each in after.alerts)
        return bool(kept.slate.alerts)

    def account(self, body: bytes) -> bool:
        path = self.home / "account.json"
        path.write_bytes(body)
        found = account.read(path)
        Settings().but(**found)
        if self.chance.random() < 0.1:
            account.remember(path, {"equity": 5.0})
            assert account.read(path) == {**found, "equity": 5.0}
        return bool(found)

    @staticmethod
    def series_csv() -> Sequence[bytes]:
        days = [f"2022-{month:02d}-15,{month / 7}" for month in range(1, 12)]
        return ["\n".join(["date,value", *days[:4], "2022-05-01,.", "2022-05-02,", *days[4:]]).encode()]

    @staticmethod
    def toml() -> Sequence[bytes]:
        default = Settings()
        names = [name for name in Settings.__slots__ if name not in {"keys", "composite_weights", "recent"}]
        rows = [f"{name} = {literal(getattr(default, name))}" for name in names]
        keys = [f"{key.name} = {literal(tuple(map(written, key.keys.split(','))))}" for key in KEYS[:8] if key.name]
        weights = ["[composite_weights]", "trend = 2", "rsi = 0.5", "[keys]", *keys]
        return [
            "\n".join([*rows, 'recent = ["KRE"]', *weights]).encode(),
            b'equity = "100,000"\nrisk_fraction = "1%"\n',
        ]

    @staticmethod
    def jsonl() -> Sequence[bytes]:
        rows = [
            {"schema": 1, "id": f"p{n}", "saved": NOW.isoformat(), "plan": document(p)}
            for n, p in enumerate(plans(), 1)
        ]
        lines = [json.dumps(row) for row in rows]
        lines.append(json.dumps({"schema": 1, "deleted": "p3", "at": NOW.isoformat()}))
        return ["".join(f"{line}\n" for line in lines).encode(), *((line + "\n").encode() for line in lines[:3])]

    def alerts_json(self) -> Sequence[bytes]:
        path = self.home / "made.json"
        path.unlink(missing_ok=True)
        told = armed()[0]._replace(words="told", name="a90", fired=Fired(NOW, NOW.date(), 212.8, "close is 212.8"))
        slate = Slate(history=(told,), highest=90)
        Alarms(path).update([lambda _: slate, *(lambda each, alert=alert: added(each, alert) for alert in armed())])
        return [path.read_bytes()]

    @staticmethod
    def account_json() -> Sequence[bytes]:
        values: Mapping[str, object] = {"equity": 5e4, "stop_atr": 3.0, "watchlist": ["IWM", "KRE"], "theme": "light"}
        return [json.dumps({**values, "red_up": True, "recent": [], "max_weight": 0.5}).encode()]


def sound(bars: Bars) -> bool:
    """Whether every row is one that the program may reckon with."""
    prices = np.array([bars.open, bars.high, bars.low, bars.close, bars.adj_close])
    assert len(bars) > 0
    assert (np.diff(bars.sessions.astype(int)) > 0).all()
    assert np.isfinite(prices).all()
    assert (prices > 0).all()
    return bool((bars.volume >= 0).all() and np.isfinite(bars.volume).all())


def read_pair(pair: str) -> Reading:
    """A reading of another pair of the same panel."""
    settings = replace(Settings(), pair=pair)
    return reading.build(market().panel, market().as_of, settings, closed=market().as_of)


def held_against(alerts: Sequence[Alert]) -> None:
    """Alerts from outside are checked, and say how far they are."""
    look = Look(market())
    for found in check(alerts, market(), Last({"IWM": 200.0}, "15:04"), NOW):
        found.told()
    for alert in alerts:
        distance(alert, look, Last())
