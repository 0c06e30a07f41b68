"""PROFILES: the kinds of people that a plan is made for, one row each."""

from __future__ import annotations

from .active import ACTIVE
from .analyst import ANALYST
from .core_satellite import CORE_SATELLITE
from .passive import PASSIVE

PROFILES = (PASSIVE, ACTIVE, CORE_SATELLITE, ANALYST)


def name_of(key: str) -> str:
    """What the profile of a plan is called wherever it is shown; the key itself where no profile has it."""
    return next((profile.name for profile in PROFILES if profile.key == key), key)
