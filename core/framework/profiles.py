"""PROFILES: the kinds of people that a plan is made for, one row each."""

from __future__ import annotations

from .active import ACTIVE
from .analyst import ANALYST
from .core_satellite import CORE_SATELLITE
from .passive import PASSIVE

PROFILES = (PASSIVE, ACTIVE, CORE_SATELLITE, ANALYST)
