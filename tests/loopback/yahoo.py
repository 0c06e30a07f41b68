"""Which question a request is, and its answer when nothing is wrong: Yahoo's hosts and FRED's."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from . import chart, fred, login, quote
from .chart import Build, Chart
from .fred import Table
from .wire import HTML, Call, Reply
from .world import World

STREAMER = "streamer.finance.yahoo.com"
QUERY = ("query1.finance.yahoo.com", "query2.finance.yahoo.com")
CONSENT = ("guce.yahoo.com", "consent.yahoo.com")
COOKIE, HOME, FRED = "fc.yahoo.com", "finance.yahoo.com", "fred.stlouisfed.org"
HOSTS = (COOKIE, *CONSENT, *QUERY, HOME, STREAMER, FRED)
CRUMB, CHART, QUOTE = "/v1/test/getcrumb", "/v8/finance/chart/", "/v7/finance/quote"
SUMMARY, CSV = "/v10/finance/quoteSummary/", "/graph/fredgraph.csv"
KEPT = 48


class Question(NamedTuple):
    """What a request asks for, by one of the kinds, and the tickers or series it is about."""

    kind: str
    subjects: tuple[str, ...] = ()


class Edits(NamedTuple):
    """What is done to an answer's content before it is written; None leaves it as it is."""

    chart: Callable[[Chart, Build], Chart] | None = None
    quote: quote.Edit | None = None
    fred: Callable[[Table], None] | None = None


def question(call: Call) -> Question:
    """What a request asks for."""
    if call.host in QUERY:
        return _query(call)
    if call.host == FRED and call.path == CSV:
        return Question("fred", tuple(filter(None, call.query.get("id", "").split(","))))
    if call.host == COOKIE:
        return Question("cookie")
    if call.host in CONSENT:
        return Question("consent")
    return Question("stream" if call.host == STREAMER else "other")


def _query(call: Call) -> Question:
    if call.path == CRUMB:
        return Question("crumb")
    if call.path.startswith(CHART):
        return Question("chart", (call.path.removeprefix(CHART),))
    if call.path == QUOTE:
        return Question("quote", tuple(filter(None, call.query.get("symbols", "").split(","))))
    if call.path.startswith(SUMMARY):
        return Question("summary", (call.path.removeprefix(SUMMARY),))
    return Question("other")


class Answers:
    """The answers out of a world; charts that nobody spoils are kept, as writing one takes longer than sending it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def reply(self, call: Call, asked: Question, now: datetime, edits: Edits) -> Reply:
        """The answer to a request at `now`."""
        if asked.kind == "chart":
            return self._chart(call, asked.subjects[0], now, edits.chart)
        if asked.kind in {"quote", "summary"} and not login.fits(call):
            return login.unauthorized("Invalid Crumb")
        if asked.kind == "quote":
            return quote.batch(self._world, asked.subjects, now, edits.quote or (lambda rows: rows))
        if asked.kind == "summary":
            return quote.summary(self._world, asked.subjects[0], now)
        if asked.kind == "fred":
            return fred.answer(self._world, asked.subjects, call.query.get("cosd"), now, edits.fred or (lambda _: None))
        return self._page(call, asked.kind)

    def _page(self, call: Call, kind: str) -> Reply:
        if kind == "cookie":
            return login.cookie()
        if kind == "crumb":
            return login.crumb(call)
        if kind == "consent":
            return login.consent(call)
        if call.host == HOME:
            return Reply(200, b"<html><title>Yahoo Finance</title></html>", HTML)
        return Reply(404, json.dumps({"finance": {"result": None, "error": {"code": "Not Found"}}}).encode())

    def _chart(
        self, call: Call, ticker: str, now: datetime, edit: Callable[[Chart, Build], Chart] | None
    ) -> Reply:  # fmt: skip
        try:
            wanted = chart.asked(self._world, ticker, call.query, now)
            if edit is None:
                return Reply(200, self._written(wanted, now))
            whole = edit(chart.build(self._world, wanted, now), lambda t: self._build(t, call, now))
        except chart.Refused as refused:
            return refused.reply
        return Reply(200, whole.encoded())

    def _build(self, ticker: str, call: Call, now: datetime) -> Chart:
        return chart.build(self._world, chart.asked(self._world, ticker, call.query, now), now)

    def _written(self, wanted: chart.Asked, now: datetime) -> bytes:
        key = (wanted, now, self._world.version)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        body = chart.build(self._world, wanted, now).encoded()
        with self._lock:
            self._kept[key] = body
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return body
