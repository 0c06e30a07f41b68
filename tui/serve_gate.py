"""Who may ask the served app: by the name it is asked by, and by the page that asks.

Any page in the user's browser may open a WebSocket to this machine: the browser only tells from which page it comes
(RFC 6455, 10.2). And a page whose name its owner points to 127.0.0.1 (DNS rebinding) is of one origin with what it
finds there; only the name gives it away.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
"""A Host header in lower case (RFC 9110, 7.2)."""
SCHEMES = ("http://", "https://")


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches a numeric address; False for what is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


class Gate(NamedTuple):
    """The names in lower case, beside numeric addresses, that the server may be asked by."""

    names: frozenset[str]
    anywhere: bool
    """Whether any numeric address may be asked, not only this machine's own."""

    def refusal(self, host: str, origin: str | None, *, needs_origin: bool) -> str:
        """Why a request with these headers is refused, as a sentence; "" when it isn't.

        The port isn't looked at but for being the same in both: a port that is forwarded has another number.
        """
        host = host.lower()
        if not self._known(host):
            return "smallcap isn't served under that name; open the address that smallcap serve printed."
        if origin is None:
            return "Only smallcap's own page may ask for that." if needs_origin else ""
        own = origin.lower() in {scheme + host for scheme in SCHEMES}
        return "" if own else "Another site's page may not use smallcap."

    def _known(self, host: str) -> bool:
        if not (found := HOST.fullmatch(host)):
            return False
        name = found["name"].strip("[]")
        return name in self.names or is_loopback(name) or (self.anywhere and _is_numeric(name))


def _is_numeric(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
