"""What can go wrong with a request, each as one sentence that a person can act on."""

from __future__ import annotations

from datetime import UTC, datetime

from ..calendar import new_york


class Trouble(Exception):
    """A request that brought nothing; `kind` is what the throttle and the log know it by."""

    kind = "upstream"


class RateLimited(Trouble):
    """The provider asked for a pause, or the throttle keeps one; `until` is epoch seconds."""

    kind = "rate limited"

    def __init__(self, who: str, until: float) -> None:
        super().__init__(f"{who} asks for a pause: rate limited until {clock(until)}")
        self.until = until


class Paused(Trouble):
    """The throttle lets nothing through for now; nothing was sent. `until` is epoch seconds."""

    kind = "paused"

    def __init__(self, who: str, until: float, why: str) -> None:
        super().__init__(f"{who} is not asked until {clock(until)}: {why}")
        self.until = until


class Offline(Trouble):
    """No connection: no network, no name service, a proxy that refuses, or a time-out."""

    kind = "offline"


class Upstream(Trouble):
    """The provider failed or answered nonsense."""


class Failing(Trouble):
    """The provider answered with an error status, or can't answer for want of something; the throttle knows of it."""


class NoSuchTicker(Trouble):
    """The provider doesn't know the ticker; only to be believed while it answers for others."""

    kind = "no such ticker"


class NoBars(Trouble):
    """An answer without a bar."""

    kind = "no data"


def clock(at: float) -> str:
    """An instant of epoch seconds as `14:32 ET`."""
    return f"{new_york(datetime.fromtimestamp(at, UTC)):%H:%M} ET"
