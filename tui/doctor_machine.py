"""Checks of the machine: its encoding, its time zone, its clock, and the clock that is set for a replay."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from ..core import calendar, diagnosis
from ..core.diagnosis import Check
from ..core.errors import SmallcapError
from .clock import new_york_minute
from .surroundings import Surroundings

# Seconds by which the clock may be wrong: beyond the first the age of a price is, beyond the second so is everything.
ODD, WRONG = 60.0, 300.0
LINK = Path("/etc/localtime")
ZONES = "zoneinfo/"
COERCED = "C.UTF-8"
PLAIN = ("", "C", "POSIX")


def encoding(here: Surroundings) -> Check:
    """Whether the characters beyond ASCII arrive."""
    name, output = _locale(here.env), (sys.stdout.encoding or "unknown").lower()
    found = f"locale {name or '(not set)'}, output {output}"
    wrong = [what for what, word in (("locale", name), ("output", output)) if not _is_utf8(word)]
    if not wrong:
        return diagnosis.ok("encoding", found)
    advice = "smallcap --ascii draws without other characters; for all of them: export LANG=C.UTF-8"
    return diagnosis.warning("encoding", f"{found}; not UTF-8: the {' and the '.join(wrong)}", advice)


def time_zone(here: Surroundings) -> Check:
    """The system's zone, and whether New York's hours are known."""
    zone = here.env.get("TZ") or _zone_of(LINK) or "UTC"
    words = f"{zone} ({time.strftime('%z')})"
    try:
        at = new_york_minute(here.now())
    except SmallcapError as error:
        return diagnosis.failure("time zone", f"{words}; {error}", f"{sys.executable} -m pip install tzdata")
    return diagnosis.ok("time zone", f"{words}; in New York it is {at}")


def clock(here: Surroundings) -> Check:
    """The machine's clock against the dates of what the providers answer."""
    if not here.online:
        return diagnosis.ok("clock", "not compared: no provider is asked what time it is")
    found = [reply.ahead for reply in here.reach() if reply.ahead is not None]
    if not found:
        return diagnosis.ok("clock", "not compared: no provider answered with a date")
    ahead = min(found, key=abs)
    words = f"{_duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} the providers' clocks"
    advice = "set the clock by the network: timedatectl set-ntp true, or your system's settings"
    if abs(ahead) > WRONG:
        return diagnosis.failure("clock", f"{words}: prices get the wrong age, secure connections may fail", advice)
    if abs(ahead) > ODD:
        return diagnosis.warning("clock", words, advice)
    return diagnosis.ok("clock", words if abs(ahead) >= 1 else "agrees with the providers' clocks")


def replay(here: Surroundings) -> Check:
    """The instant that everything takes for the present, when it isn't."""
    setting = here.env.get("SMALLCAP_NOW")
    if here.out_of_time:
        return diagnosis.failure("SMALLCAP_NOW", here.out_of_time, "write it like that, or unset SMALLCAP_NOW")
    if setting:
        now = calendar.new_york(here.now())
        words = f"it is set: everything is shown as on {now:%Y-%m-%d %H:%M} ET, a replay"
        return diagnosis.warning("SMALLCAP_NOW", words, "unset SMALLCAP_NOW to come back to the present")
    return diagnosis.ok("SMALLCAP_NOW", "not set: the time is the machine's")


def _locale(env: Mapping[str, str]) -> str:
    """The locale that was asked for; what Python puts in the place of a plain C for its own sake (PEP 538) is none."""
    asked = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "")
    coerced = asked == COERCED and not env.get("LC_ALL") and env.get("LANG", "") in PLAIN
    return env.get("LANG", "") if coerced else asked


def _is_utf8(word: str) -> bool:
    return "utf8" in word.lower().replace("-", "")


def _zone_of(link: Path) -> str:
    """The name of the zone that the system's link leads to; empty when it doesn't."""
    place = os.path.realpath(link)
    return place.partition(ZONES)[2] if ZONES in place else ""


def _duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h` or `40 days`."""
    for size, unit in ((86_400 * 2, 86_400), (7_200, 3_600), (120, 60)):
        if seconds >= size:
            return f"{seconds / unit:,.0f} {({86_400: 'days', 3_600: 'h', 60: 'min'})[unit]}"
    return f"{seconds:.0f} s"
