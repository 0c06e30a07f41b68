"""Checks of the files: the config, the data folder, the store with its age, the plans, the alerts, who fetches."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

from ..core import calendar, diagnosis
from ..core import format as fmt
from ..core.alarms import Alarms
from ..core.bars import to_day
from ..core.diagnosis import Check
from ..core.errors import SmallcapError
from ..core.journal import Journal
from ..core.live.archive import Archive
from ..core.live.child import free, lock_of
from ..core.publication import due_session
from .alerting import ALERTS
from .standpoint import ACCOUNT, CONFIG, FACTS, PLANS, STORE
from .surroundings import Surroundings

MEGABYTE = 2**20
# Megabytes: a store of thirty tickers takes about ten, and SQLite needs as much again beside it for a while.
TIGHT, FULL = 200, 20
FILES = ("", "-wal", "-shm")


def config(here: Surroundings) -> Check:
    """Whether the settings can be read."""
    path = here.config / CONFIG
    if here.trouble:
        return diagnosis.failure("config", here.trouble, f"mend {path}; until then no other command runs")
    if not path.exists():
        return diagnosis.ok("config", f"{path} is not there: every setting is the default")
    return diagnosis.ok("config", f"{path}; source {here.settings.source}, pair {here.settings.pair}")


def data(here: Surroundings) -> Check:
    """Whether there is a folder to keep things in, and room."""
    folder = here.data
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        why = f"{folder} can't be written: {error.strerror or error}"
        advice = f"give yourself the right to write in {there}, or set SMALLCAP_HOME to another folder"
        return diagnosis.failure("data folder", f"{why}; nothing would be kept", advice)
    spare = shutil.disk_usage(there).free // MEGABYTE
    words = f"{folder}{'' if folder == there else ' (made when first needed)'}, {spare:,} MB free"
    if spare >= TIGHT:
        return diagnosis.ok("data folder", words)
    advice = "make room there, or set SMALLCAP_HOME to a folder with more"
    return (diagnosis.failure if spare < FULL else diagnosis.warning)("data folder", words, advice)


def store(here: Surroundings) -> Check:
    """What was fetched, and how old it is."""
    path, live = here.data / STORE, here.settings.source == "yahoo"
    if not path.exists():
        words = f"{path} is not there: nothing was fetched yet"
        return diagnosis.warning("store", words, "smallcap fetch") if live else diagnosis.ok("store", words)
    archive = Archive(path)
    held = archive.histories()
    if archive.trouble:
        return diagnosis.failure("store", archive.trouble, "smallcap fetch builds it anew; the old file is set aside")
    words = f"{path}, {_size(path)}"
    if not held:
        found = f"{words}, without a history"
        return diagnosis.warning("store", found, "smallcap fetch") if live else diagnosis.ok("store", found)
    newest = max(to_day(one.raw.sessions[-1]) for one in held.values())
    age = calendar.sessions_between(newest, due_session(here.now()))
    words += f", {fmt.count(len(held), 'ticker')}, newest close {fmt.day(newest)}"
    if age > 0:
        found = f"{words}: {fmt.count(age, 'session')} behind"
        return diagnosis.warning("store", found, "smallcap fetch") if live else diagnosis.ok("store", found)
    return diagnosis.ok("store", f"{words}: up to date")


def plans(here: Surroundings) -> Check:
    """Whether every saved plan can be read."""
    journal = Journal(here.data / PLANS)
    try:
        saved = journal.all()
    except SmallcapError as error:
        return diagnosis.failure("plans", str(error), f"give yourself the right to read {journal.path}")
    if journal.trouble:
        return diagnosis.warning(
            "plans", _listed(journal.trouble), f"the lines stay in {journal.path}: mend them there"
        )
    return diagnosis.ok("plans", f"{journal.path}, {fmt.count(len(saved), 'plan')}" if saved else "none saved")


def alerts(here: Surroundings) -> Check:
    """Whether every alert can be read."""
    path = here.data / ALERTS
    try:
        kept = Alarms(path).read()
    except SmallcapError as error:
        return diagnosis.failure("alerts", str(error), f"mend {path}, or move it away to begin without alerts")
    if kept.trouble:
        return diagnosis.warning("alerts", _listed(kept.trouble), f"the entries stay in {path}: mend them there")
    armed, fired = len(kept.slate.alerts), len(kept.slate.history)
    return diagnosis.ok("alerts", f"{path}, {armed} armed, {fired} in the history" if path.exists() else "none armed")


def rights(here: Surroundings) -> Check:
    """Whether another user may write what is read here, or read what is the user's own affair."""
    kept = [here.data / name for name in (STORE, ACCOUNT, PLANS, ALERTS)]
    troubles = [
        f"{path} {words}"
        for path in dict.fromkeys((here.config, here.data, here.config / CONFIG, here.config / FACTS, *kept))
        if path.exists() and (words := _open_to(path, private=path in kept))
    ]
    if troubles:
        return diagnosis.warning("rights", _listed(tuple(troubles)), "chown it to yourself, then chmod go-w, or go-rw")
    return diagnosis.ok("rights", "nobody else may write what is read here")


def _open_to(path: Path, *, private: bool) -> str:
    """What others may do with a file or folder, wherever a link leads; empty where that is nothing."""
    found = path.stat()
    if found.st_uid not in {os.geteuid(), 0}:
        return f"belongs to user {found.st_uid}, who may write it"
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "may be written by others"
    return "may be read by others" if private and found.st_mode & (stat.S_IRGRP | stat.S_IROTH) else ""


def fetcher(here: Surroundings) -> Check:
    """Whether another process writes to the store now."""
    lock = lock_of(here.data / STORE)
    if lock.exists() and not os.access(lock, os.R_OK | os.W_OK):
        words = f"{lock} belongs to another user: who fetches can't be told"
        return diagnosis.warning("fetcher", words, f"take {lock} away if no smallcap runs")
    if lock.exists() and not free(lock):
        return diagnosis.ok("fetcher", "another smallcap fetches into the store now; this one would read along")
    return diagnosis.ok("fetcher", "nobody fetches now")


def _size(path: Path) -> str:
    """The size of the store with the files beside it that belong to it."""
    whole = sum(part.stat().st_size for end in FILES if (part := path.with_name(path.name + end)).exists())
    return f"{whole / MEGABYTE:,.1f} MB"


def _listed(troubles: tuple[str, ...]) -> str:
    return troubles[0] + (f"; and {len(troubles) - 1} more like it" if len(troubles) > 1 else "")
