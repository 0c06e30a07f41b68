"""Checks of the program: its version, those it needs, and whether what is installed fits together."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Iterator
from importlib import metadata, util

from ..core import diagnosis, pins
from ..core.diagnosis import Check
from ..core.pins import Pin
from .surroundings import Surroundings

NAME = "smallcap"
FOLDERS = ("core", "tui")
MOST = 3
WRONG_PLOTTER = "textual-plotext"


def ours(_: Surroundings) -> Check:
    """The version of smallcap itself, and where it is."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        return diagnosis.ok(NAME, f"{metadata.version(NAME)}, in {here}")
    except metadata.PackageNotFoundError:
        return diagnosis.failure(NAME, f"runs from {here} without being installed", pip("--editable", here))


def python(_: Surroundings) -> Check:
    """The interpreter."""
    running, wanted = platform.python_version(), _required_python()
    found = f"{running}, {sys.executable}"
    if pins.allows(wanted, running):
        return diagnosis.ok("Python", found)
    return diagnosis.failure("Python", f"{found}: smallcap needs {wanted}", f"install it with a Python {wanted}")


def package(name: str, title: str) -> Check:
    """A package that smallcap needs, against the versions it asks for."""
    wanted = next((one for one in _asked(NAME) if pins.same(one.name) == name), None)
    versions = ",".join(sorted(wanted.versions.split(","), reverse=True)) if wanted else ""
    installed = _version(name)
    if installed is None:
        return diagnosis.failure(title, f"not installed; {NAME} needs {name}{versions}", pip(f"{name}{versions}"))
    if wanted is None:
        why = f"{installed}; {NAME} as it is installed does not say which it needs: an older install"
        return diagnosis.warning(title, why, "install smallcap again, as you did at first")
    if pins.allows(versions, installed):
        return diagnosis.ok(title, f"{installed} (needs {versions})")
    return diagnosis.failure(title, f"{installed}, not {versions} as {NAME} needs", pip(f"{name}{versions}"))


def packages(_: Surroundings) -> Check:
    """Whether everything that smallcap needs, and what that needs, is there in a version that fits."""
    seen: set[str] = set()
    broken = list(_broken(NAME, seen))
    if not broken:
        return diagnosis.ok("packages", f"{len(seen) - 1} packages fit together")
    sentences = [sentence for sentence, _ in broken]
    more = f"; and {len(broken) - MOST} more" if len(broken) > MOST else ""
    wanted = dict.fromkeys(str(one) for _, one in broken)
    return diagnosis.failure("packages", "; ".join(sentences[:MOST]) + more, pip(*wanted))


def strangers(_: Surroundings) -> Check:
    """Packages that take a name of ours, or get in the way."""
    if version := _version(WRONG_PLOTTER):
        why = f"{WRONG_PLOTTER} {version} is installed: it asks for an older plotext than smallcap's charts"
        return diagnosis.warning("strangers", why, f"{_python()} -m pip uninstall {WRONG_PLOTTER}")
    found = [(name, place) for name in FOLDERS if (place := _elsewhere(name))]
    if not found:
        return diagnosis.ok("strangers", "no other package takes a name of smallcap's folders")
    places = ", ".join(f"{name!r} in {place}" for name, place in found)
    advice = "smallcap's own imports are not touched by it; a program of yours may be: uninstall what brought it"
    return diagnosis.warning("strangers", f"another top-level package is called {places}", advice)


def pip(*wanted: str) -> str:
    """The command that installs packages where this program runs."""
    return f"{_python()} -m pip install {shlex.join(wanted)}"


def _python() -> str:
    return shlex.quote(sys.executable)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _required_python() -> str:
    try:
        return str(metadata.metadata(NAME)["Requires-Python"] or "")
    except metadata.PackageNotFoundError:
        return ""


def _asked(name: str) -> list[Pin]:
    """What a package asks for on this machine, without its extras."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    here = _here()
    return [one for line in lines if (one := pins.pin(line)) and pins.applies(one.marker, here)]


def _broken(name: str, seen: set[str]) -> Iterator[tuple[str, Pin]]:
    """A sentence and the pin for everything that a package lacks, and what those that it has lack, each once."""
    seen.add(pins.same(name))
    for one in _asked(name):
        installed = _version(one.name)
        if installed is None:
            yield f"{name} needs {one}, which is not installed", one
        elif not pins.allows(one.versions, installed):
            yield f"{name} needs {one}, {installed} is installed", one
        if installed is not None and pins.same(one.name) not in seen:
            yield from _broken(one.name, seen)


def _elsewhere(name: str) -> str:
    """The place of a top-level package of that name that isn't our own folder; empty when there is none."""
    try:
        spec = util.find_spec(name)
    except (ImportError, ValueError):
        return ""
    places = [*(spec.submodule_search_locations or [spec.origin or ""])] if spec else []
    own = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), name)
    return next((place for place in places if place and os.path.realpath(place) != os.path.realpath(own)), "")


def _here() -> dict[str, str]:
    """What a marker may ask about this interpreter."""
    version = platform.python_version()
    return {
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version,
        "implementation_name": sys.implementation.name,
        "platform_python_implementation": platform.python_implementation(),
        "platform_system": platform.system(),
        "platform_machine": platform.machine(),
        "sys_platform": sys.platform,
        "os_name": os.name,
    }
