"""The running app over the real fetcher: what its screen says while all goes well, and while something doesn't."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from smallcap.core.live.archive import Archive
from smallcap.core.settings import Settings
from smallcap.core.sources.yahoo import wanted

from tests.loopback import Loopback, World

from . import truth
from .process import ended, until
from .screen import Screen
from .store import NAME, filled

ALL, MACRO = wanted(Settings())
FIRST = date(2022, 1, 3)
BEFORE, EVENING = (datetime(2024, 10, day, 23, 30, tzinfo=UTC) for day in (8, 9))
MORNING = datetime(2024, 10, 9, 14, 30, tzinfo=UTC)
TUESDAY, WEDNESDAY = date(2024, 10, 8), date(2024, 10, 9)
JUST_BEFORE_DUE = datetime(2024, 10, 9, 20, 19, 55, tzinfo=UTC)
IWM = re.compile(r"IWM +(\d+\.\d\d) +([+-]\d+\.\d\d)")


class Desk:
    """A market that runs on, its server, and a screen on it."""

    def __init__(self, net: Loopback, home: Path) -> None:
        self.net, self.world, self.home = net, net.world, home
        self._screens: list[Screen] = []

    def held(self) -> None:
        """Fill the store up to Tuesday."""
        filled(self.home, self.world, BEFORE)

    def open(self, now: datetime) -> Screen:
        """The app at an instant."""
        self.world.now = now
        environment = self.net.environment(self.home / "client")
        self._screens.append(Screen(environment | {"SMALLCAP_HOME": str(self.home), "SMALLCAP_NOW": now.isoformat()}))
        return self._screens[-1]

    def close(self) -> None:
        """End every screen whatever it does."""
        for screen in self._screens:
            screen.kill()


def a_first_start_shows_the_simulated_market_and_then_the_real_one(desk: Desk) -> None:
    screen = desk.open(EVENING)
    screen.shows("SIMULATED")
    screen.shows(f"of {len(ALL)}")
    screen.shows("this is Yahoo and FRED now", "CLOSED", "Wed 2024-10-09 close")
    assert "SIMULATED" not in screen.text()
    assert truth.words(truth.closes(desk.world, WEDNESDAY, EVENING)).shown(screen.text()), screen.text()
    screen.quit()


def a_first_start_without_a_network_is_simulated_and_says_why(desk: Desk) -> None:
    desk.net.offline()
    screen = desk.open(EVENING)
    screen.shows("SIMULATED")
    screen.shows("no connection to Yahoo for")
    assert "SIMULATED" in screen.text()
    screen.quit()


def in_a_session_prices_move_and_everything_is_live(desk: Desk) -> None:
    desk.held()
    screen = desk.open(MORNING)
    screen.shows("● LIVE", "Tue 2024-10-08 close")
    first = _price(screen.text())
    screen.until(lambda text: _price(text) != first, "another price of IWM")
    last_minute = [desk.world.now - timedelta(seconds=seconds) for seconds in range(60)]
    assert _price(screen.text()) in {f"{desk.world.quote('IWM', at).price:.2f}" for at in last_minute}
    assert truth.words(truth.closes(desk.world, TUESDAY, MORNING)).shown(screen.text()), screen.text()
    screen.press("1")
    screen.shows("1D  1 min", "minutes: price ratio", "10:00 ET")
    minutes = Archive(desk.home / NAME).minutes("IWM", 1)
    assert minutes is not None
    assert len(minutes) >= 61
    screen.press("/")
    screen.shows("Switch to which ticker or pair?")
    screen.press("ZZZZ\r")
    screen.shows("Yahoo does not know ZZZZ")
    assert "LIVE" in screen.text()
    screen.quit()


def a_split_in_the_morning_changes_no_label_and_shows_no_half_price(desk: Desk) -> None:
    desk.held()
    before = truth.words(truth.closes(desk.world, TUESDAY, BEFORE))
    desk.world.split("IWM", WEDNESDAY, 2.0)
    after = truth.words(truth.closes(desk.world, TUESDAY, MORNING))
    assert before.label == after.label
    assert before.shares != after.shares
    screen = desk.open(MORNING)
    changes: list[float] = []

    def seen(text: str) -> None:
        changes.extend(float(found[2]) for found in IWM.finditer(text))
        assert "close" not in text or before.label in text, text

    screen.seen = seen
    screen.shows(before.label, before.shares)
    screen.shows("● LIVE", *after)
    half = desk.world.quote("IWM").price
    screen.until(lambda text: abs(float(_price(text)) / half - 1) < 0.01, "the price after the split")
    assert changes
    assert max(map(abs, changes)) < 5.0, sorted(set(changes))
    screen.quit()


def a_split_and_a_dividend_at_a_close_give_the_label_that_is_true(desk: Desk) -> None:
    desk.held()
    before = truth.words(truth.closes(desk.world, TUESDAY, BEFORE))
    desk.world.split("IWM", WEDNESDAY, 2.0)
    desk.world.dividend("IWM", WEDNESDAY, 0.7)
    desk.world.dividend("SPY", WEDNESDAY, 1.9)
    screen = desk.open(JUST_BEFORE_DUE)
    desk.world.now = JUST_BEFORE_DUE
    after = truth.words(truth.closes(desk.world, WEDNESDAY, EVENING))

    def seen(text: str) -> None:
        if "SIZE  long IWM" in text and "coverage 8/8" in text:
            assert after.since in text or before.since in text, text

    screen.seen = seen
    screen.shows(before.label, before.since, before.shares)
    screen.shows("Wed 2024-10-09 close", "CLOSED", *after)
    screen.quit()


def a_doubtful_close_is_suspect_and_the_log_names_what_was_refused(desk: Desk) -> None:
    desk.held()
    desk.net.fault("chart", "spike", ["IWM"], back=1)
    desk.net.fault("chart", "wrong_symbol", ["KRE"], other="IWM")
    screen = desk.open(EVENING)
    screen.shows("? SUSPECT", "SIZE  long IWM")
    screen.until(lambda _: desk.net.count("chart") >= len(ALL), "an answer for every ticker")
    screen.press("Lf")
    screen.shows("LOG  newest first", "refused", "KRE: the answer is about 'IWM'")
    screen.shows("IWM 2024-10-09: close", "no split says why, left")
    screen.press("\x1b")
    screen.shows("SIZE  long IWM", "SUSPECT")
    screen.quit()


def a_rate_limit_is_stale_and_the_log_says_until_when(desk: Desk) -> None:
    desk.held()
    desk.net.fault("*", "429")
    screen = desk.open(EVENING)
    screen.shows("! STALE since 2024-10-09 16:20 ET", "Tue 2024-10-08 close")
    assert truth.words(truth.closes(desk.world, TUESDAY, BEFORE)).shown(screen.text()), screen.text()
    screen.press("L")
    screen.shows("close of Wed 2024-10-09 is due", "Yahoo: rate limited until 19:3", "FRED: rate limited until 19:3")
    screen.press("\x1b")
    screen.shows("SIZE  long IWM")
    screen.quit()


def a_stale_answer_is_stale(desk: Desk) -> None:
    desk.held()
    desk.net.fault("chart", "stale")
    screen = desk.open(EVENING)
    screen.shows("! STALE since 2024-10-09 16:20 ET", "Tue 2024-10-08 close")
    screen.press("L")
    screen.shows("stay as they are", "daily closes  ! STALE")
    screen.press("\x1b")
    screen.shows("SIZE  long IWM", "STALE")
    screen.quit()


def without_a_network_it_is_cached_and_a_killed_app_leaves_no_child(desk: Desk) -> None:
    desk.held()
    desk.net.offline()
    screen = desk.open(EVENING)
    screen.shows("○ CACHED offline since 19:3", "Tue 2024-10-08 close")
    assert truth.words(truth.closes(desk.world, TUESDAY, BEFORE)).shown(screen.text()), screen.text()
    child = screen.child()
    assert child
    screen.kill()
    assert until(lambda: ended(child), "the end of the fetcher") < 5.0


def quitting_is_over_at_once_though_a_request_hangs(desk: Desk) -> None:
    desk.held()
    desk.net.fault("*", "hang")
    screen = desk.open(EVENING)
    screen.shows("SIZE  long IWM")
    screen.until(lambda _: desk.net.count(), "a request that hangs")
    child = screen.child()
    assert child
    assert screen.quit() < 5.0
    assert until(lambda: ended(child), "the end of the fetcher") < 5.0


SCENARIOS = (
    a_first_start_shows_the_simulated_market_and_then_the_real_one,
    a_split_and_a_dividend_at_a_close_give_the_label_that_is_true,
    a_doubtful_close_is_suspect_and_the_log_names_what_was_refused,
    a_split_in_the_morning_changes_no_label_and_shows_no_half_price,
    in_a_session_prices_move_and_everything_is_live,
    a_first_start_without_a_network_is_simulated_and_says_why,
    a_rate_limit_is_stale_and_the_log_says_until_when,
    a_stale_answer_is_stale,
    without_a_network_it_is_cached_and_a_killed_app_leaves_no_child,
    quitting_is_over_at_once_though_a_request_hangs,
)


@pytest.fixture(scope="module")
def under_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[None]]]:
    """All scenarios at once, each at a desk of its own, as they wait rather than compute."""

    def run(scenario: Callable[[Desk], None], home: Path) -> None:
        with Loopback(World(BEFORE, ALL, FIRST, MACRO, speed=1)) as net:
            desk = Desk(net, home)
            try:
                scenario(desk)
                assert not net.leaks
            finally:
                desk.close()

    with ThreadPoolExecutor(len(SCENARIOS)) as pool:
        yield {one.__name__: pool.submit(run, one, tmp_path_factory.mktemp("home")) for one in SCENARIOS}


@pytest.mark.parametrize("story", [scenario.__name__ for scenario in SCENARIOS])
def test_the_app(under_way: dict[str, Future[None]], story: str):
    under_way[story].result()


def _price(text: str) -> str:
    """The price of IWM in the heading of its chart."""
    found = IWM.search(text)
    assert found, text
    return found[1]
