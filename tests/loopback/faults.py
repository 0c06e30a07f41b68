"""The table of faults, each with the kinds of request it applies to, and those that are on at the moment."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from . import broken_chart, broken_tables, broken_wire, stream

KINDS = ("cookie", "crumb", "consent", "chart", "quote", "summary", "stream", "fred", "other")
EVERY = "*"
# Where a fault takes hold: no answer comes, an answer's bytes come badly, another answer comes, its content is spoilt.
SILENCE, BYTES, PAGE, CONTENT, SCRIPT = "silence", "bytes", "page", "content", "script"
# These change a split there has to be.
OF_SPLITS = frozenset({"unadjusted_split", "late_split"})


class Act(NamedTuple):
    """What does it to one kind of request, and where."""

    stage: str
    does: Callable[..., object]


class Fault(NamedTuple):
    """A fault in one sentence, and what does it by kind of request."""

    words: str
    acts: dict[str, Act]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of request it applies to."""
        return tuple(self.acts)


def _on(stage: str, does: Callable[..., object], kinds: Sequence[str] = KINDS) -> dict[str, Act]:
    return dict.fromkeys(kinds, Act(stage, does))


def _status(code: int) -> dict[str, Act]:
    return _on(PAGE, broken_wire.status(code))


def _chart(does: broken_chart.Spoil) -> dict[str, Act]:
    return _on(CONTENT, does, ("chart",))


def _quote(does: Callable[..., object]) -> dict[str, Act]:
    return _on(CONTENT, does, ("quote",))


def _fred(does: Callable[..., object]) -> dict[str, Act]:
    return _on(CONTENT, does, ("fred",))


def _stream(does: Callable[..., stream.Script]) -> dict[str, Act]:
    return _on(SCRIPT, does, ("stream",))


HTTP = tuple(kind for kind in KINDS if kind != "stream")
DATA = ("chart", "quote", "summary", "fred")

FAULTS: dict[str, Fault] = {
    "401": Fault("Status 401 with Yahoo's words about a crumb that doesn't fit.", _status(401)),
    "403": Fault("Status 403 with a page.", _status(403)),
    "404": Fault("Status 404 with a page.", _status(404)),
    "429": Fault("Status 429, with a Retry-After when `retry_after` gives one.", _status(429)),
    "500": Fault("Status 500 with a page.", _status(500)),
    "502": Fault("Status 502 with a page.", _status(502)),
    "503": Fault("Status 503 with a page.", _status(503)),
    "504": Fault("Status 504 with a page.", _status(504)),
    "hang": Fault("The request is taken and never answered.", _on(SILENCE, broken_wire.hang)),
    "dropped": Fault("The connection is closed without an answer.", _on(SILENCE, broken_wire.dropped)),
    "reset": Fault(
        "The connection breaks off with an RST; on the stream `after` so many messages.",
        _on(SILENCE, broken_wire.reset, HTTP) | _stream(stream.reset),
    ),
    "drip": Fault("The answer comes in drops: `size` bytes every `every` seconds.", _on(BYTES, broken_wire.drip, HTTP)),
    "slow": Fault("The answer comes `seconds` late.", _on(BYTES, broken_wire.slow, HTTP)),
    "truncated": Fault("The body is shorter than its Content-Length.", _on(BYTES, broken_wire.truncated, HTTP)),
    "cut": Fault("The body is cut in the middle, its Content-Length too.", _on(PAGE, broken_wire.cut, HTTP)),
    "empty": Fault("Status 200 and no body.", _on(PAGE, broken_wire.empty, HTTP)),
    "html": Fault("Status 200 and a page instead of data.", _on(PAGE, broken_wire.html, HTTP)),
    "consent": Fault("The European consent form, until it is submitted.", _on(PAGE, broken_wire.consent, DATA[:3])),
    "null_result": Fault("A chart that is null, without an error.", _on(PAGE, broken_wire.null_result, ("chart",))),
    "not_found": Fault("The answer to an unknown ticker.", _on(PAGE, broken_wire.not_found, ("chart",))),
    "no_rows": Fault("A chart with its meta and without a row.", _chart(broken_chart.no_rows)),
    "null_rows": Fault("Rows of nulls, volume too: `count` of them from `back` on.", _chart(broken_chart.null_rows)),
    "null_last": Fault("The newest row's prices are null, its volume isn't.", _chart(broken_chart.null_last)),
    "missing_session": Fault(
        "Sessions left out: `count` of them from `back` on.", _chart(broken_chart.missing_session)
    ),
    "wrong_symbol": Fault(
        "Another ticker's data under its name, `other`; in a quote only the name.",
        _chart(broken_chart.wrong_symbol) | _quote(broken_tables.wrong_symbol),
    ),
    "duplicate_live": Fault("The newest session is there twice.", _chart(broken_chart.duplicate_live)),
    "unadjusted_split": Fault("A split's event over an unadjusted past.", _chart(broken_chart.unadjusted_split)),
    "late_split": Fault("A split's fall without its event.", _chart(broken_chart.late_split)),
    "restated_dividend": Fault("A past dividend's amount times `factor`.", _chart(broken_chart.restated_dividend)),
    "hundredfold": Fault(
        "Prices times `factor`, 100 unless told; in a chart those of the newest `count` rows.",
        _chart(broken_chart.hundredfold) | _quote(broken_tables.hundredfold),
    ),
    "price_hundredfold": Fault("Only a quote's last price times `factor`.", _quote(broken_tables.price_only)),
    "spike": Fault("One row's prices times `factor`, 3 unless told.", _chart(broken_chart.spike)),
    "bad_tick": Fault("One row's low is `value`, 0 unless told.", _chart(broken_chart.bad_tick)),
    "negative_price": Fault("One row's prices are negative.", _chart(broken_chart.negative_price)),
    "high_below_low": Fault("One row's high and low are changed over.", _chart(broken_chart.high_below_low)),
    "infinity": Fault(
        "Infinity for a number: one in a chart, the newest `count` of FRED's.",
        _chart(broken_chart.infinity) | _fred(broken_tables.infinity),
    ),
    "nan": Fault("NaN for a number of a chart.", _chart(broken_chart.nan)),
    "stale": Fault("A history that ended `sessions` ago.", _chart(broken_chart.stale)),
    "shifted": Fault("Stamps off by `hours`, so that dates change.", _chart(broken_chart.shifted)),
    "wrong_timezone": Fault("Another exchange's time zone, `zone`.", _chart(broken_chart.wrong_timezone)),
    "unsorted": Fault("Rows out of order.", _chart(broken_chart.unsorted)),
    "zero_volume": Fault("Zero volume in every row.", _chart(broken_chart.zero_volume)),
    "no_adjclose": Fault("No adjusted closes.", _chart(broken_chart.no_adjclose)),
    "future": Fault("Rows of `count` sessions that are not yet.", _chart(broken_chart.future)),
    "partial": Fault("A third of the quotes left out, a third without a price.", _quote(broken_tables.partial)),
    "left_out": Fault("The quotes of these tickers are left out.", _quote(broken_tables.left_out)),
    "priceless": Fault(
        "Quotes without a price; on the stream a price of zero.",
        _quote(broken_tables.priceless) | _stream(stream.priceless),
    ),
    "old": Fault("Quotes of `hours` ago.", _quote(broken_tables.old)),
    "dots": Fault("A dot where FRED has no value.", _fred(broken_tables.dots)),
    "blank_days": Fault("The newest `count` days of FRED are blank.", _fred(broken_tables.blank_days)),
    "garbage_numbers": Fault("FRED's newest `count` values are no numbers.", _fred(broken_tables.garbage_numbers)),
    "header_date": Fault("FRED's header begins with DATE.", _fred(broken_tables.header_date)),
    "ragged": Fault("FRED's newest `count` rows have a value too many.", _fred(broken_tables.ragged)),
    "zip": Fault("FRED's answer is an archive with a CSV a series.", _on(PAGE, broken_wire.zipped, ("fred",))),
    "refused": Fault("The streamer refuses the websocket with status 503.", {"stream": _status(503)["stream"]}),
    "closed": Fault("The stream is closed normally `after` so many messages.", _stream(stream.closed)),
    "silent": Fault("The stream sends nothing.", _stream(stream.silent)),
    "flood": Fault("The stream sends `rate` messages a second.", _stream(stream.flood)),
    "garbage": Fault("The stream sends text that is no JSON.", _stream(stream.garbage)),
    "garbage_protobuf": Fault("The stream's messages are no protobuf.", _stream(stream.garbage_protobuf)),
    "bare_protobuf": Fault("The stream's messages have no envelope.", _stream(stream.bare_protobuf)),
    "largest_integers": Fault("The stream's time and volume are 2**63 - 1.", _stream(stream.largest_integers)),
}


@dataclass
class Active:
    """A fault that is on: for these tickers or all, for so many more requests or until it is healed."""

    kind: str
    fault: Fault
    tickers: frozenset[str] | None
    left: float
    options: dict[str, object]


class Applied(NamedTuple):
    """A fault as it meets one request: `subjects` are those of the request's that it is meant for."""

    act: Act
    options: dict[str, object]
    subjects: tuple[str, ...]


class Faults:
    """The faults that are on; `generation` counts the changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[Active] = []
        self.generation = 0

    def add(
        self, kind: str, name: str, tickers: Iterable[str] | None, times: int | None, options: dict[str, object]
    ) -> None:  # fmt: skip
        """Turn a fault on; ValueError for one that isn't in the table, doesn't fit the kind, or has no such option."""
        if name not in FAULTS:
            raise ValueError(f"{name!r} is no fault; there are {', '.join(FAULTS)}")
        fault = FAULTS[name]
        if kind not in {*fault.kinds, EVERY}:
            raise ValueError(f"{name!r} applies to {', '.join(fault.kinds)}, not to {kind!r}")
        acts = fault.acts.values() if kind == EVERY else [fault.acts[kind]]
        for act in acts:
            _check(name, act, options)
        chosen = None if tickers is None else frozenset(tickers)
        with self._lock:
            self._active.append(Active(kind, fault, chosen, float("inf") if times is None else times, options))
            self.generation += 1

    def take(self, kind: str, subjects: tuple[str, ...]) -> list[Applied]:
        """The faults that meet a request, the oldest first; each has one request fewer left."""
        found = []
        with self._lock:
            for active in self._active:
                meant = tuple(s for s in subjects if active.tickers is None or s in active.tickers)
                wanted = kind in active.fault.kinds and active.kind in {kind, EVERY}
                if wanted and active.left > 0 and (meant or active.tickers is None):
                    active.left -= 1
                    found.append(Applied(active.fault.acts[kind], active.options, meant))
        return found

    def clear(self) -> None:
        """Turn all of them off."""
        with self._lock:
            self._active.clear()
            self.generation += 1


def _check(name: str, act: Act, options: dict[str, object]) -> None:
    known = inspect.signature(act.does).parameters.values()
    named = {p.name for p in known if p.kind is p.KEYWORD_ONLY}
    needed = {p.name for p in known if p.kind is p.KEYWORD_ONLY and p.default is p.empty}
    if unknown := set(options) - named:
        raise ValueError(f"{name!r} has no option {', '.join(sorted(unknown))}; it has {', '.join(sorted(named))}")
    if missing := needed - set(options):
        raise ValueError(f"{name!r} needs the option {', '.join(sorted(missing))}")
