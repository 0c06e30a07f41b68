"""Yahoo in a storm of 429: few requests, the consent form and the crumb, and no secret in the log."""

from __future__ import annotations

import pytest

from tests.core.live.yahoo.conftest import TEN, ask, trouble


@pytest.mark.parametrize("threads", [1, 3])
def test_ten_tickers_in_a_storm_of_429_cost_two_requests(market, threads):
    market.net.fault("*", "429")
    market.client.run("guard._clock = Clock(lambda: hands.at, time.sleep)")  # threads that wait for another really do
    kinds = market.client.run(
        f"with ThreadPoolExecutor({threads}) as pool:\n"
        f"    answer = list(pool.map(lambda t: raises(yahoo.daily, t, 'max')[0], {TEN!r}))"
    )
    assert set(kinds) <= {"RateLimited", "Paused"}
    assert market.net.count() <= 2
    assert ask(market, "throttle.state(hands.at).kind") == "rate limited"
    before = market.net.count()
    assert trouble(market, "yahoo.quotes(['IWM'])")[0] in {"Failing", "Paused"}
    assert market.net.count() == before


def test_a_storm_on_the_charts_alone_costs_one_of_them(market):
    market.net.fault("chart", "429")
    market.client.run(
        f"with ThreadPoolExecutor(3) as pool:\n    list(pool.map(lambda t: raises(yahoo.daily, t, 'max'), {TEN!r}))"
    )
    assert market.net.count("chart") <= 3  # those that were under way when the first answer came
    assert ask(market, "throttle.state(hands.at).kind") == "rate limited"


@pytest.mark.parametrize("kind", ["crumb", "cookie"])
def test_a_crumb_that_is_rate_limited_leaves_the_charts_alone(market, kind):
    market.net.fault(kind, "429")
    for ticker in TEN[:4]:
        assert len(ask(market, f"daily({ticker!r}, '1mo')")["sessions"]) == 23
    assert market.net.count(kind) == 1
    assert market.net.count() - market.net.count("chart") <= 2
    assert trouble(market, "yahoo.quotes(['IWM'])")[0] == "Failing"
    assert market.net.count("quote") == 0
    market.net.heal()
    market.client.run("hands.at += 1800")
    assert len(ask(market, "yahoo.quotes(['IWM'])")) == 1


def test_a_page_for_a_crumb_is_never_sent_as_one(market):
    market.net.fault("crumb", "429", times=1)
    ask(market, "daily('IWM', '1mo')")
    assert all("Too Many" not in r.query.get("crumb", "") for r in market.net.requests)


@pytest.mark.parametrize("fault", ["hang", "dropped", "503", "html"])
def test_cookies_that_do_not_come_leave_the_charts_alone(market, fault):
    for kind in ("cookie", "consent"):
        market.net.fault(kind, fault)
    market.client.run("guarding.COOKIE_TIMEOUT = 0.2")
    for ticker in TEN[:3]:
        assert len(ask(market, f"daily({ticker!r}, '1mo')")["sessions"]) == 23
    if fault in {"hang", "dropped"}:
        assert market.net.count("cookie") + market.net.count("consent") == 2
    market.client.run("guarding.COOKIE_TIMEOUT = 2.0")


def test_the_european_consent_form_is_submitted(market):
    market.net.fault("chart", "consent")
    assert len(ask(market, "daily('IWM', '1mo')")["sessions"]) == 23


def test_the_log_has_every_request_and_no_crumb(market):
    ask(market, "yahoo.quotes(['IWM', 'SPY'])[0]")
    told = ask(market, "[[entry.kind, entry.what, entry.words] for entry in log]")
    assert [row[1] for row in told] == [r.host for r in market.net.requests]
    crumb = market.net.requests[-1].query["crumb"]
    assert crumb
    assert not any(crumb in part for row in told for part in row)
