"""`smallcap plan`: the profiles without the screens, and the plans that were saved."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ..core import document as documents
from ..core import settings
from ..core.errors import UsageError
from ..core.framework.curve import Curve
from ..core.framework.document import Saved, document, plain
from ..core.framework.page import as_html
from ..core.framework.plan import Plan
from ..core.framework.plan_text import as_markdown, as_text
from ..core.framework.profile import Profile, World
from ..core.framework.profiles import PROFILES, name_of
from ..core.framework.review import Review, lines, review
from ..core.framework.review_words import short
from ..core.framework.wizard import made as made_of
from ..core.framework.wizard import resolve
from ..core.reading import Reading
from .output import PARTIAL, finish, put, put_text
from .standpoint import Standpoint

CAPS = (("max_weight", 1.0), ("target_vol", 2.0))


def plan(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """A new plan, or what is to be done with saved ones."""
    return ACTIONS.get(args.what, make)(args, standpoint)


def make(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """A plan of a profile, by the flags, its defaults where there are none; kept with --save."""
    profile = next(row for row in PROFILES if row.key == args.what)
    standpoint = _with_caps(args, standpoint)
    reading = standpoint.read(standpoint.load())
    world, texts = World(reading, standpoint.facts()), _texts(profile, args)
    found = made_of(profile, world, texts)
    curves = profile.curves(world, resolve(profile, world, texts)) if args.format == "html" else ()
    saved = standpoint.journal().save(found, standpoint.clock.now()) if args.save else None
    _put_plan(args, found, saved, curves)
    if saved:
        print(f"smallcap: saved as {saved.id}; see `smallcap plan review {saved.id}` later", file=sys.stderr)
    return finish(reading, standpoint)


def show(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """A saved plan as it was made, without charts: they are not kept."""
    saved = standpoint.journal().one(args.id)
    _put_plan(args, saved.plan, saved)
    return 0


def listed(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Every saved plan with one line on how it stands."""
    journal = standpoint.journal()
    rows = journal.all()
    for trouble in journal.trouble:
        print(f"smallcap: {trouble}", file=sys.stderr)
    if not rows:
        print("smallcap: no plan is saved yet; `smallcap plan active --save` keeps one", file=sys.stderr)
    found, code = _reviews(rows, standpoint) if rows else ([], 0)
    if args.format == "json":
        put(args, documents.as_json([_as_json(one) for one in found]))
    elif found:
        put_text(args, "\n".join([f"{_badge(one)}{_line(one)}" for one in found]) + "\n")
    return PARTIAL if journal.trouble else code


def look_back(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """A saved plan held against today."""
    (found,), code = _reviews((standpoint.journal().one(args.id),), standpoint)
    if args.format == "json":
        put(args, documents.as_json(_as_json(found)))
    else:
        saved = found.saved
        head = f"{_badge(found)}{saved.id}  {saved.plan.title}, as on {found.as_of}"
        put_text(args, "\n".join([plain(head), "", *(f"  {line}" for line in lines(found))]) + "\n")
    return code


def delete(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Delete a saved plan, when that is said explicitly."""
    journal = standpoint.journal()
    saved = journal.one(args.id)
    if not args.yes:
        raise UsageError(f"{saved.id} ({saved.plan.title}) is deleted only with --yes")
    journal.delete(args.id, standpoint.clock.now())
    print(f"smallcap: {saved.id} is deleted", file=sys.stderr)
    return 0


def _texts(profile: Profile, args: argparse.Namespace) -> Mapping[str, str]:
    """The answers that were given as flags."""
    texts = {key: text for key, _, _ in profile.command.flags if (text := getattr(args, key)) is not None}
    if args.what == "active" and args.stop_atr is not None:
        if "stop" in texts:
            raise UsageError("--stop and --stop-atr are two stops: give one of them")
        texts["stop"] = f"{settings.fraction('--stop-atr', args.stop_atr):g}atr"
    return texts


def _with_caps(args: argparse.Namespace, standpoint: Standpoint) -> Standpoint:
    given = {
        name: settings.fraction(f"--{name.replace('_', '-')}", text, high=most)
        for name, most in CAPS
        if (text := getattr(args, name, None)) is not None
    }
    return standpoint.but(settings=standpoint.settings.but(**given))


def _put_plan(args: argparse.Namespace, found: Plan, saved: Saved | None, curves: tuple[Curve, ...] = ()) -> None:
    if args.format == "json":
        name = {"id": saved.id, "saved": saved.saved.isoformat(timespec="seconds")} if saved else {}
        put(args, documents.as_json({**name, **document(found)}))
    elif args.format == "html":
        put(args, as_html(found, curves))
    elif args.format == "md":
        put(args, as_markdown(found))
    else:
        put_text(args, as_text(found))


def _reviews(rows: tuple[Saved, ...], standpoint: Standpoint) -> tuple[list[Review], int]:
    """Each plan held against the reading of the pair it was made on, and the exit code that goes with those."""
    panel, readings, code = standpoint.load(), dict[str, Reading](), 0
    found = []
    for saved in rows:
        pair = saved.plan.standing.pair
        if pair not in readings:
            readings[pair] = standpoint.but(settings=standpoint.settings.but(pair=pair)).read(panel)
            code = max(code, finish(readings[pair], standpoint))
        bars = readings[pair].panel.bars.get(str(saved.plan.decision.get("ticker")))
        found.append(review(saved, readings[pair], bars))
    return found, code


def _line(found: Review) -> str:
    """`p1  2026-11-20  active  long 74 IWM at 333.57  made in RISK-ON, now NARROW; stop 3.0% away`."""
    saved = found.saved
    parts = (saved.id, saved.plan.standing.as_of, name_of(saved.plan.profile), saved.plan.title, short(found))
    return plain("  ".join(parts))


def _badge(found: Review) -> str:
    return "SIMULATED  " if found.saved.plan.standing.simulated else ""


def _as_json(found: Review) -> dict[str, Any]:
    saved, score = found.saved, found.score
    return {
        "id": saved.id,
        "saved": saved.saved.isoformat(timespec="seconds"),
        "plan": document(saved.plan),
        "review": {
            "as_of": found.as_of.isoformat(),
            "headline": found.headline,
            "rate_cycle": found.rates or None,
            "checks": [
                {
                    "words": check.condition.words,
                    "met": check.today,
                    "first": check.first.isoformat() if check.first else None,
                }
                for check in found.checks
            ],
            "state": score.state if score else None,
            "r": score.r if score else None,
            "sessions": score.held if score else None,
            "stop_away": score.to_stop.fraction if score and score.to_stop else None,
            "base_rate": found.base._asdict() if found.base else None,
            "notes": list(found.notes),
        },
    }


ACTIONS: dict[str, Callable[[argparse.Namespace, Standpoint], int]] = {
    "list": listed,
    "show": show,
    "review": look_back,
    "delete": delete,
}
