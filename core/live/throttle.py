"""Throttle: how often one host group may be asked, and when it must be left alone."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

HOUR, DAY = 3600.0, 86400.0
RATE, BURST, CEILING = 1.0, 5, 300
COOLDOWN, LONGEST_COOLDOWN = 60.0, 1800.0
CRUMB_CLOSED = 1800.0
IN_A_ROW, LONGEST_OUTAGE = 3, 60.0
# Longer than any request can take: a probe without an answer by then was given up by whoever sent it.
PROBE = 30.0
TURN = 0.5
# Two threads read the clock in one order and get the lock in the other; only more than that is a clock set back.
SET_BACK = 60.0
ROUNDING = 1e-6
RATE_LIMITED = "rate limited"
Outage = Literal["offline", "upstream"]
WHY = {
    RATE_LIMITED: "{} answered 429, too many requests",
    "offline": "{} can't be reached",
    "upstream": "{} answers with errors",
}


class Refusal(NamedTuple):
    """No request may be sent before `until` (epoch seconds), and why, in a few words."""

    until: float
    why: str


class Trouble(NamedTuple):
    """What is wrong with the host, `rate limited`, `offline` or `upstream`; next try and beginning in epoch seconds."""

    kind: str
    until: float
    since: float


class Throttle:
    """The state of a polite client of one host group: a token bucket, an hourly ceiling, a cooldown and a circuit.

    One request a second with bursts of 5, never more than 300 in an hour. A 429 shuts the group for Retry-After or for
    60 s, doubled with each further one up to 30 min, whichever is longer, and up to as much again by `jitter` (0 to 1)
    so that clients spread. Three failures in a row shut it for 1, 2, 4 ... 60 s times jitter, at least 1 s. After
    either, one request at a time probes until one succeeds. Every `now` is in epoch seconds. Not thread-safe.
    """

    def __init__(self, name: str, jitter: Callable[[], float]) -> None:
        self.name = name
        self._jitter = jitter
        self._tokens, self._filled_at = float(BURST), -math.inf
        self._sent: deque[float] = deque()
        self._refused = self._failed = 0
        self._kind, self._since, self._until = "", 0.0, -math.inf
        self._probed_at = -math.inf
        self._crumb_until, self._crumb_doubtful = -math.inf, False
        self._now = -math.inf

    def ask(self, now: float) -> float | Refusal:
        """0.0 when a request may go out now, and counts as sent; else the seconds to wait before asking again.

        A Refusal while the group is shut, and while its single probe is under way.
        """
        self._follow(now)
        if now < self._until:
            return Refusal(self._until, self._why())
        if self._on_probation and now < self._probed_at + PROBE:
            # Only the crumb was refused so far: the others wait for the first answer, they are not turned away.
            return Refusal(self._probed_at + PROBE, f"{self._why()}; one request tries again") if self._shut else TURN
        wait = self._wait(now)
        if wait == 0.0:
            self._tokens -= 1.0
            self._sent.append(now)
            self._probed_at = now if self._on_probation else -math.inf
        return wait

    def answered(self, now: float, status: int, retry_after: float | None = None) -> None:
        """An answer came, with its HTTP status and its Retry-After in seconds (a negative or NaN one is ignored).

        A 401 or 403 is about who asks, not how often: it neither counts nor heals. Retry-After counts up to a day.
        """
        self._follow(now)
        if status == 429:
            self._cool(now, retry_after)
        elif status >= 500:
            self.failed(now, "upstream")
        elif status in (401, 403):
            self._try_again_later(now)
        elif not (self._refused and now < self._until):  # an answer to a request from before the 429 proves nothing
            self._heal()

    def failed(self, now: float, kind: Outage) -> None:
        """No answer came (`offline`) or one that is no answer (`upstream`: a status of 500 and more, nonsense)."""
        self._follow(now)
        if now < self._until:  # sent before the group was shut: known already
            return
        self._failed += 1
        if not self._refused:
            self._since = self._since if self._kind else now
            self._kind = kind
        self._try_again_later(now)

    def undecided(self, now: float) -> None:
        """A request that was let through ended without saying anything about the group: another may probe.

        For hosts beside the group, such as those of the cookies, and for a crumb that came: it proves nothing about
        the charts.
        """
        self._follow(now)
        self._probed_at = -math.inf

    def crumb_refused(self, now: float, retry_after: float | None = None) -> None:
        """The request for Yahoo's crumb, and it alone, was answered with 429.

        While everything else works only the crumb is closed, for 30 minutes; a second 429 of any kind before a success
        is a 429 of the whole group.
        """
        self._follow(now)
        if self._crumb_doubtful or self._refused or self._failed:
            self._cool(now, retry_after)
            return
        self._crumb_until, self._crumb_doubtful = now + max(CRUMB_CLOSED, _seconds(retry_after)), True

    def crumb_open(self, now: float) -> bool:
        """Whether the crumb may be asked for: never between a 429 of the group and its next success."""
        return now >= self._crumb_until and not self._refused

    def state(self, now: float) -> Trouble | None:
        """What is wrong until the next success, for words; None when nothing is or too few requests failed to tell."""
        self._follow(now)
        return Trouble(self._kind, self._until, self._since) if self._shut else None

    def sent_last_hour(self, now: float) -> int:
        """How many requests went out in the hour before `now`."""
        self._follow(now)
        return len(self._sent)

    def memory(self) -> dict[str, object]:
        """What a restart must not forget, ready for JSON: the cooldown and the hour's requests by the minute."""
        sent = Counter(int(at // 60) for at in self._sent)
        memory: dict[str, object] = {"sent": [[minute, count] for minute, count in sorted(sent.items())]}
        if self._refused:
            memory |= {"refused": self._refused, "until": self._until, "since": self._since}
        if math.isfinite(self._crumb_until):
            memory["crumb_until"] = self._crumb_until
        return memory

    def remember(self, memory: Mapping[str, object], now: float) -> None:
        """Take up what `memory` of an earlier run says; whatever in it makes no sense at `now` is ignored."""
        self._follow(now)
        self._sent = deque(_stamps(memory.get("sent"), now))
        crumb_until = _number(memory.get("crumb_until"))
        if crumb_until < now + DAY:
            self._crumb_until = crumb_until
        refused, until, since = (_number(memory.get(name)) for name in ("refused", "until", "since"))
        if refused >= 1 and now - DAY < until <= now + 2 * DAY and 0 <= since <= now:
            self._refused, self._until, self._since, self._kind = int(min(refused, 99)), until, since, RATE_LIMITED

    @property
    def _shut(self) -> bool:
        return self._refused > 0 or self._failed >= IN_A_ROW

    @property
    def _on_probation(self) -> bool:
        return self._shut or self._crumb_doubtful

    def _why(self) -> str:
        return WHY[self._kind].format(self.name)

    def _wait(self, now: float) -> float:
        self._tokens = min(BURST, self._tokens + max(0.0, now - self._filled_at) * RATE)
        self._filled_at = max(now, self._filled_at)
        bucket = (1.0 - self._tokens) / RATE
        ceiling = self._sent[-CEILING] + HOUR - now if len(self._sent) >= CEILING else 0.0
        wait = max(bucket, ceiling)
        return wait if wait > ROUNDING else 0.0

    def _cool(self, now: float, retry_after: float | None) -> None:
        if self._refused and now < self._until:  # sent before the group was shut: no new refusal, but its own wish
            self._until = max(self._until, now + _seconds(retry_after))
            return
        self._since = self._since if self._refused else now
        base = min(COOLDOWN * 2.0 ** min(self._refused, 10), LONGEST_COOLDOWN)
        self._refused += 1
        self._failed, self._kind, self._probed_at = 0, RATE_LIMITED, -math.inf
        self._until = now + max(base, _seconds(retry_after)) + base * self._jitter()

    def _try_again_later(self, now: float) -> None:
        """End a probe that didn't succeed, or shut the group when too many failed."""
        self._probed_at = -math.inf
        if self._shut:
            longest = min(2.0 ** min(max(0, self._failed - IN_A_ROW), 10), LONGEST_OUTAGE)
            self._until = now + max(1.0, longest * self._jitter())

    def _heal(self) -> None:
        self._refused = self._failed = 0
        self._kind, self._until, self._probed_at = "", -math.inf, -math.inf
        self._crumb_doubtful = False

    def _follow(self, now: float) -> None:
        """Forget requests older than an hour, and move every instant along when the clock was set back."""
        if now < self._now - SET_BACK:
            back = now - self._now
            self._sent = deque(at + back for at in self._sent)
            self._filled_at += back
            self._since += back
            self._until += back
            self._probed_at += back
            self._crumb_until += back
        self._now = max(now, self._now) if now >= self._now - SET_BACK else now
        while self._sent and self._sent[0] <= now - HOUR + ROUNDING:
            self._sent.popleft()


def _seconds(retry_after: float | None) -> float:
    """A Retry-After that can be meant: 0 for none or nonsense, at most a day."""
    return min(retry_after, DAY) if retry_after is not None and retry_after > 0 else 0.0


def _number(value: object) -> float:
    """A finite number from a memory, else minus infinity, which no test in `remember` lets through."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e15:
        return -math.inf
    return float(value)


def _stamps(sent: object, now: float) -> list[float]:
    """The requests of the last hour from pairs of minute and count, each taken as sent at the end of its minute."""
    stamps: list[float] = []
    for pair in sent if isinstance(sent, list) else ():
        if not (isinstance(pair, list) and len(pair) == 2):
            continue
        minute, count = (_number(part) for part in pair)
        if now - HOUR - 60 < 60 * minute <= now and count >= 1:
            stamps += [min(60 * minute + 60, now)] * int(min(count, CEILING))
    return sorted(stamps)[-CEILING:]
