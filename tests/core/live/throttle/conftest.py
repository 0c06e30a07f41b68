"""What the tests of the throttle need: one at an instant, requests sent through it, and its pauses."""

from __future__ import annotations

from smallcap.core.live.throttle import Refusal, Throttle

T0 = 1_795_190_400.0  # a Friday in November 2026


def throttle(jitter: float = 0.0) -> Throttle:
    return Throttle("Yahoo", lambda: jitter)


def send(throttle: Throttle, now: float) -> float | None:
    """Wait as told and send: when the request went out, None when it was refused."""
    while (answer := throttle.ask(now)) != 0.0:
        if isinstance(answer, Refusal):
            return None
        now += answer
    return now


def sent_at(throttle: Throttle, now: float, n: int) -> list[float]:
    """When `n` requests go out that are all asked for as soon as may be, and all succeed."""
    times = []
    for _ in range(n):
        at = send(throttle, now)
        assert at is not None
        now = at
        throttle.answered(now, 200)
        times.append(now - T0)
    return times


def shut_until(throttle: Throttle, now: float) -> float:
    answer = throttle.ask(now)
    assert isinstance(answer, Refusal), answer
    return answer.until - now


def cool(throttle: Throttle, now: float, retry_after: float | None = None) -> float:
    """A request that is answered with 429: how long the group is shut."""
    assert send(throttle, now) == now
    throttle.answered(now, 429, retry_after)
    return shut_until(throttle, now)
