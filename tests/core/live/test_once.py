"""One fetch from beginning to end, in virtual time: every due job once or twice, short pauses waited for, then over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from smallcap.core.live.due import Failure, Job, Kept, Known
from smallcap.core.live.once import PATIENCE, Desk, Once, Shut
from smallcap.core.live.protocol import Progress, Start

from tests.core.live import make

NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TICKERS, SERIES = ("IWM", "SPY", "XLF"), ("DGS2", "DGS10")
STEP = timedelta(seconds=0.25)
Answer = Callable[[Job], tuple[str, bool]]


def sound(job: Job) -> tuple[str, bool]:
    return "", True


class Office:
    """What a fetch needs of the fetcher: a desk, and answers to what is put; a request takes `pace` seconds."""

    def __init__(self, answer: Answer = sound, *, since: str = "", held: tuple[str, ...] = ()) -> None:
        self.now, self.answer = NIGHT, answer
        self.put: list[Job] = []
        self.put_at: list[float] = []
        self.said: list[Progress] = []
        self.shut: Callable[[Job], Shut | None] = lambda job: None
        self.waiting: list[Job] = []
        self.pace = 0.5
        self.failures: dict[str, Failure] = {}
        self.answered_at: dict[str, datetime] = {}
        self.held = {ticker: Kept(make.LAST, make.LAST) for ticker in held}
        if held:
            self.answered_at = {f"macro {','.join(SERIES)} max": NIGHT}
        self.once = Once(Start(0.0, "", "", TICKERS, SERIES, True, since), self.desk())

    def desk(self):
        return Desk(
            lambda: self.now,
            self.known,
            self.take,
            lambda: bool(self.waiting),
            self.why_shut,
            self.said.append,
        )

    def why_shut(self, job: Job) -> Shut | None:
        return self.shut(job)

    def known(self) -> Known:
        return Known(dict(self.held), dict(self.answered_at), self.failures)

    def take(self, job: Job) -> None:
        self.put.append(job)
        self.put_at.append(self.seconds)
        self.waiting.append(job)

    @property
    def seconds(self) -> float:
        return (self.now - NIGHT).total_seconds()

    def run(self, longest: float = 300.0) -> tuple[str, ...]:
        """To the end; what failed."""
        while not self.once.over():
            assert self.seconds < longest, "the fetch goes on for ever"
            self.now += STEP
            if self.waiting and self.seconds % self.pace == 0:
                self._settle(self.waiting.pop(0))
        return self.once.failures()

    def _settle(self, job: Job) -> None:
        why, sent = self.answer(job)
        if sent and not why:
            self.answered_at[job.key] = self.now
            if job.kind == "daily":
                self.held[job.tickers[0]] = Kept(make.LAST, make.LAST)
        self.once.took(job, why, sent=sent)

    def keys(self) -> list[str]:
        return [job.key for job in self.put]


WHOLE = ["daily IWM max", "daily SPY max", "daily XLF max", "macro DGS2,DGS10 max"]


# --- what is due --------------------------------------------------------------------------------------------------


def test_everything_that_is_due_is_fetched_once_and_each_is_told():
    office = Office()
    assert office.run() == ()
    assert sorted(office.keys()) == WHOLE
    assert [(told.done, told.of) for told in office.said] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(told.what for told in office.said) == ["FRED", "IWM", "SPY", "XLF"]


def test_when_nothing_is_due_it_is_over_at_once_without_a_word():
    office = Office(held=TICKERS)
    assert office.once.over()
    assert office.once.failures() == ()
    assert (office.put, office.said) == ([], [])


def test_neither_quotes_nor_minutes_are_part_of_it():
    office = Office(held=TICKERS)
    office.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # in a session, when last trades are due
    office.answered_at[f"macro {','.join(SERIES)} max"] = office.now
    assert office.once.over()
    assert office.put == []


def test_it_is_not_over_while_something_is_under_way():
    office = Office()
    assert not office.once.over()
    assert not office.once.over()
    assert len(office.put) == 4


# --- failures -----------------------------------------------------------------------------------------------------


def test_what_fails_is_tried_once_more_and_then_named():
    office = Office(lambda job: ("no connection" if job.tickers[0] == "SPY" else "", True))
    assert office.run() == ("SPY: no connection",)
    assert office.keys().count("daily SPY max") == 2
    assert len(office.put) == 5
    assert office.said[-1] == Progress(4, 4, "SPY", "no connection")


def test_what_failed_before_the_fetch_is_tried_at_once():
    office = Office()
    failed = Failure(9, NIGHT - timedelta(seconds=1), unknown=True)
    office.failures = dict.fromkeys(WHOLE, failed)
    assert office.run() == ()
    assert sorted(office.keys()) == WHOLE


def test_what_succeeds_the_second_time_did_not_fail():
    tries = iter(["no connection", ""])
    office = Office(lambda job: (next(tries) if job.tickers[0] == "SPY" else "", True))
    assert office.run() == ()
    assert office.keys().count("daily SPY max") == 2


def test_everything_failing_ends_too():
    office = Office(lambda job: ("no", True))
    assert sorted(office.run()) == ["FRED: no", "IWM: no", "SPY: no", "XLF: no"]
    assert len(office.put) == 8


def test_an_answer_that_did_not_fit_is_made_good_by_the_whole_history():
    """The refusal of the window asks for all bars within the same fetch, and nothing has failed when they come."""
    office = Office(held=TICKERS)
    office.held["SPY"] = Kept(date(2026, 11, 18), date(2026, 11, 18))

    def answer(job: Job) -> tuple[str, bool]:
        if job.key == "daily SPY":
            office.answered_at[job.key] = office.now
            office.held["SPY"] = office.held["SPY"]._replace(full=True)
            return "the full history is needed", True
        return "", True

    office.answer = answer
    assert office.run() == ()
    assert office.keys() == ["daily SPY", "daily SPY max"]


# --- pauses -------------------------------------------------------------------------------------------------------


def until(seconds: float, words: str = "rate limited until 20:00 ET") -> Callable[[Office], None]:
    def shut(office: Office) -> None:
        end = NIGHT.timestamp() + seconds
        office.shut = lambda job: Shut(end, words) if office.now.timestamp() < end else None

    return shut


def test_a_short_pause_is_waited_for():
    office = Office()
    until(20.0)(office)
    assert office.run() == ()
    assert min(office.put_at) == 20.0
    assert sorted(office.keys()) == WHOLE


@pytest.mark.parametrize("seconds", [PATIENCE + 1, 1800.0])
def test_a_long_pause_ends_the_fetch_and_is_the_reason(seconds):
    office = Office()
    until(seconds)(office)
    assert sorted(office.run()) == [f"{name}: rate limited until 20:00 ET" for name in ("FRED", "IWM", "SPY", "XLF")]
    assert office.put == []
    assert office.seconds == 0.0


def test_pauses_one_after_the_other_are_waited_for_no_longer_than_one():
    office = Office()
    office.shut = lambda job: Shut(office.now.timestamp() + 5.0, "not asked")
    assert len(office.run(longest=60.0)) == 4
    assert office.seconds <= PATIENCE


def test_a_pause_late_in_a_long_fetch_is_waited_for_too():
    """The patience is for pauses; the first fetch of thirty tickers takes longer than that without any."""
    tries = iter(["no connection", ""])
    office = Office(lambda job: (next(tries) if job.tickers[0] == "SPY" else "", True))
    office.pace = 30.0
    end = NIGHT.timestamp() + 140.0
    office.shut = lambda job: Shut(end, "not asked") if 100 < office.seconds < 140 else None
    assert office.run() == ()
    assert office.put_at == [0.0] * 4 + [140.0]


def test_one_provider_in_trouble_does_not_hold_up_the_other():
    office = Office()
    office.shut = lambda job: Shut(NIGHT.timestamp() + 999, "FRED can't be reached") if job.kind == "macro" else None
    assert office.run() == ("FRED: FRED can't be reached",)
    assert sorted(office.keys()) == WHOLE[:3]


def test_what_the_throttle_held_back_was_not_tried():
    held_back = iter([False, False, True])
    office = Office(lambda job: ("", next(held_back)) if job.tickers[0] == "SPY" else ("", True))
    assert office.run() == ()
    assert office.keys().count("daily SPY max") == 3
    assert [told.what for told in office.said].count("SPY") == 1


def test_what_is_held_back_for_ever_is_given_up_and_named_and_not_put_again_at_once():
    """As by the hourly ceiling, which is no trouble of the provider's that a desk could know of."""
    office = Office(lambda job: ("Yahoo is not asked until 20:00 ET", False) if job.kind == "daily" else ("", True))
    failed = office.run(longest=60.0)
    assert sorted(failed) == [f"{ticker}: Yahoo is not asked until 20:00 ET" for ticker in TICKERS]
    assert office.seconds <= PATIENCE + 5
    assert office.keys().count("daily IWM max") <= PATIENCE / 2 + 1


# --- since --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "period"),
    [
        ("2026-11-20", "1mo"),
        ("2026-11-02", "1mo"),
        ("2026-10-01", "3mo"),
        ("2026-03-02", "1y"),
        ("2020-01-02", "max"),
        ("2027-01-01", "1mo"),
    ],
)
def test_the_bars_since_a_date_are_asked_for_again(since, period):
    office = Office(since=since, held=TICKERS)
    assert office.run() == ()
    assert [(job.tickers, job.period) for job in office.put] == [((ticker,), period) for ticker in TICKERS]
    assert office.said[-1].of == 3


@pytest.mark.parametrize("since", ["2026-11-02", "2026-03-02", "2020-01-02"])
def test_a_ticker_of_which_nothing_is_held_is_asked_for_once_and_whole(since):
    office = Office(since=since)
    assert office.run() == ()
    assert sorted(office.keys()) == WHOLE


def test_a_ticker_that_is_due_anyway_is_asked_for_once_over_the_longer_period():
    office = Office(since="2026-03-02", held=TICKERS)
    office.held["SPY"] = Kept(date(2026, 11, 18), date(2026, 11, 18))
    office.held["XLF"] = Kept(date(2024, 11, 18), date(2024, 11, 18))
    assert office.run() == ()
    assert sorted((job.tickers[0], job.period) for job in office.put) == [
        ("IWM", "1y"),
        ("SPY", "1y"),
        ("XLF", "max"),
    ]


def test_when_nothing_of_a_new_ticker_can_be_kept_no_part_of_it_is_asked_for():
    """A window would be taken for the whole history of a ticker of which nothing is held."""
    office = Office(since="2026-11-02")

    def refused(job: Job) -> tuple[str, bool]:
        office.answered_at[job.key] = office.now
        return "refused", True

    office.answer = refused
    assert len(office.run()) == 4
    assert sorted(office.keys()) == WHOLE


def test_what_fails_since_a_date_is_tried_once_more():
    office = Office(lambda job: ("no", True), since="2026-11-02", held=TICKERS)
    assert len(office.run()) == 3
    assert len(office.put) == 6
