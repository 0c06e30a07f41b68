"""Yahoo and FRED on this machine: what the real clients ask for, over TLS behind a CONNECT proxy, with every fault."""

from __future__ import annotations

from .faults import FAULTS
from .server import Loopback, Request
from .world import World

__all__ = ["FAULTS", "Loopback", "Request", "World"]
