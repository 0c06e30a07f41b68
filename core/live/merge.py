"""A fresh answer joined with the bars held: what is new, what was restated, and when only the whole history will do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import format as fmt
from ..bars import Days, Floats, to_day
from .raw import FIELDS, PRICES, Held, Raw

Outcome = Literal["unchanged", "appended", "backfilled", "rescaled", "needs_full"]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

SAME_CLOSE = 1e-4  # the provider's prices are float32 at heart
SAME_RANGE = 1e-3  # open, high and low; and a split's ratio or a dividend
SAME_VOLUME = 0.02  # volumes settle for about a day
NAMED = 3  # sessions a sentence names before it only counts
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Merged(NamedTuple):
    """What to hold from now on (None: nothing can be said without the full history) and how it came about.

    `appended` changes only sessions after held.final_through, `backfilled` earlier ones too, `rescaled` all of them by
    a split. `why` is a sentence; `refetch` asks for the full history in the background.
    """

    held: Held | None
    outcome: Outcome
    why: str
    refetch: bool = False


def merge(held: Held, fresh: Raw, fetched_at: datetime, final_through: date, flags: tuple[str, ...] = ()) -> Merged:
    """Join a fresh window of bars that passed the gate with the bars held.

    Closes of final sessions both have must agree to 1e-4, or to 1 / the splits that held doesn't know; else
    `needs_full`. Then a final row stays as held unless open, high or low differ by more than 1e-3 or the volume by more
    than 2 %; any other row is the fresh one; sessions held lacked are filled in. Within the span of `fresh` its
    dividends and splits replace those held. A fresh window that ends before the bars held changes nothing.
    `final_through` is the newest session final by the clock. Neither argument is changed.
    """
    if _ends_early(held, fresh):
        return Merged(held, "unchanged", _stale(held, fresh))
    factor = _scale(held, fresh)
    if factor is None:
        return Merged(None, "needs_full", _disagreement(held, fresh), True)
    old = rescaled(held.raw, factor)
    fresh_rows = ~np.isin(fresh.sessions, old.sessions[_stays(old, fresh, held.final_through)])
    kept_rows = ~np.isin(old.sessions, fresh.sessions[fresh_rows])
    raw = _joined(old, kept_rows, fresh, fresh_rows)
    said = _changes(old, raw, held.final_through)
    kept = _held(held, raw, fetched_at, final_through, _still(held, fresh) + flags)
    if factor != 1.0:
        words = f"{raw.ticker}: prices held are rescaled x{factor:.4f} for {_split_words(held.raw, fresh)}"
        return Merged(kept, "rescaled", "; ".join([words, *said.words]), True)
    return Merged(kept, said.outcome, f"{raw.ticker}: {'; '.join(said.words) or 'nothing changed'}")


def replaced(held: Held, fresh: Raw, fetched_at: datetime, final_through: date, flags: tuple[str, ...] = ()) -> Merged:
    """Put a full history that passed the gate in the place of the bars held.

    A session that only `held` has stays when the closes of the sessions next to it that both have agree to 1e-4 (after
    the splits that held doesn't know); else it goes. A history that ends before the bars held changes nothing.
    """
    if _ends_early(held, fresh):
        return Merged(held, "unchanged", _stale(held, fresh))
    factors = (1.0, 1.0 / new_splits(held.raw, fresh))
    old = max((rescaled(held.raw, f) for f in factors), key=lambda raw: int(_agreeing(raw, fresh)[1].sum()))
    kept_rows = _fits(old, fresh)
    raw = _joined(old, kept_rows, fresh, np.ones(len(fresh), bool))
    said = _changes(old, raw, held.final_through)
    words = ["the full history takes the place of the bars held", *(said.words or ("nothing changed",))]
    if kept_rows.any():
        words.append(f"kept though it lacks them: {_named(old.sessions[kept_rows])}")
    outcome: Outcome = said.outcome if old is held.raw else "rescaled"
    kept = _held(held, raw, fetched_at, final_through, flags)
    return Merged(kept, outcome, f"{raw.ticker}: {'; '.join(words)}")


def new_splits(old: Raw, fresh: Raw) -> float:
    """The product of the splits in `fresh` that `old` doesn't know, of those after both begin; 1 when there is none."""
    return float(np.prod(fresh.splits[_unknown_splits(old, fresh)]))


def rescaled(raw: Raw, factor: float) -> Raw:
    """Prices and dividends times `factor`, volumes divided by it: the same bars after a split 1 / factor."""
    if factor == 1.0:
        return raw
    prices = {name: getattr(raw, name) * factor for name in PRICES}
    return replace(raw, **prices, volume=raw.volume / factor, dividends=raw.dividends * factor)


def in_common(a: Days, b: Days) -> tuple[Places, Places]:
    """The places in each of two increasing arrays of the days that both have."""
    _, i, j = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    return i, j


def _unknown_splits(old: Raw, fresh: Raw) -> Mask:
    """The fresh splits that the old prices may not have in them; one after the last old bar may be there unapplied."""
    same_day = (fresh.split_days[:, None] == old.split_days) & (old.split_days <= old.sessions[-1])
    known = (same_day & np.isclose(fresh.splits[:, None], old.splits, rtol=SAME_RANGE, atol=0)).any(1)
    within = fresh.split_days > max(old.sessions[0], fresh.sessions[0])
    unknown: Mask = within & ~known
    return unknown


def _split_words(old: Raw, fresh: Raw) -> str:
    unknown = _unknown_splits(old, fresh)
    pairs = zip(fresh.splits[unknown].tolist(), fresh.split_days[unknown], strict=True)
    return " and ".join(f"the split {split_name(ratio)} of {day}" for ratio, day in pairs)


def split_name(ratio: float) -> str:
    """`2:1` for two new shares for an old one, `1:10` for the reverse."""
    return f"{ratio:.4g}:1" if ratio >= 1 else f"1:{1 / ratio:.4g}"


def _ends_early(held: Held, fresh: Raw) -> bool:
    return not len(fresh) or bool(fresh.sessions[-1] < held.raw.sessions[-1])


def _stale(held: Held, fresh: Raw) -> str:
    last = f"ends on {fresh.sessions[-1]}" if len(fresh) else "is empty"
    return f"{held.ticker}: the answer {last}, and the bars held end on {held.raw.sessions[-1]}: they stay as they are"


def _final_in_common(held: Held, fresh: Raw) -> tuple[Places, Places]:
    i, j = in_common(held.raw.sessions, fresh.sessions)
    final = fresh.sessions[j] <= np.datetime64(held.final_through, "D")
    return i[final], j[final]


def _scale(held: Held, fresh: Raw) -> float | None:
    """What the prices held are to be multiplied by to be on the fresh scale; None when no factor fits every close."""
    i, j = _final_in_common(held, fresh)
    for factor in (1.0, 1.0 / new_splits(held.raw, fresh)):
        if len(i) and np.allclose(fresh.close[j], held.raw.close[i] * factor, rtol=SAME_CLOSE, atol=0):
            return factor
    return None


def _disagreement(held: Held, fresh: Raw) -> str:
    i, j = _final_in_common(held, fresh)
    if not len(i):
        return (
            f"{held.ticker}: the answer from {fresh.sessions[0]} on shares no final session with the bars held, "
            f"which are final through {held.final_through}: the full history is needed"
        )
    old, new = held.raw.close[i], fresh.close[j]
    first = int(np.argmin(np.isclose(new, old, rtol=SAME_CLOSE, atol=0)))
    return (
        f"{held.ticker} {fresh.sessions[j[first]]}: close {_exact(new[first])} differs from {_exact(old[first])} held "
        "and no split says why: the full history is needed"
    )


def _exact(price: float) -> str:
    return fmt.price(price, 4)


def _stays(old: Raw, fresh: Raw, final_through: date) -> Mask:
    """The rows of `old` that are final and that the fresh bars don't correct."""
    stays = np.zeros(len(old), bool)
    i, j = in_common(old.sessions, fresh.sessions)
    stays[i] = _same_rows(old, i, fresh, j) & (old.sessions[i] <= np.datetime64(final_through, "D"))
    return stays


def _same_rows(a: Raw, i: Places, b: Raw, j: Places) -> Mask:
    limits = dict.fromkeys(PRICES, SAME_RANGE) | {"close": SAME_CLOSE, "volume": SAME_VOLUME}
    same = [np.isclose(getattr(b, name)[j], getattr(a, name)[i], rtol=rtol, atol=0) for name, rtol in limits.items()]
    rows: Mask = np.logical_and.reduce(same)
    return rows


def _joined(old: Raw, old_rows: Mask, fresh: Raw, fresh_rows: Mask) -> Raw:
    """Those rows of both by session; of the events, the fresh ones within the fresh span and the old ones outside."""
    order = np.argsort(np.concatenate((old.sessions[old_rows], fresh.sessions[fresh_rows])), kind="stable")
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(old, name)[old_rows], getattr(fresh, name)[fresh_rows]))[order]
        for name in ("sessions", *FIELDS)
    }
    span = (fresh.sessions[0], fresh.sessions[-1])
    paid = _events((old.dividend_days, old.dividends), (fresh.dividend_days, fresh.dividends), span)
    split = _events((old.split_days, old.splits), (fresh.split_days, fresh.splits), span)
    return Raw(old.ticker, **columns, dividend_days=paid[0], dividends=paid[1], split_days=split[0], splits=split[1])


def _events(
    old: tuple[Days, Floats], fresh: tuple[Days, Floats], span: tuple[np.datetime64, np.datetime64]
) -> tuple[Days, Floats]:
    """Days and values. An event after the last fresh bar waits: no bar shows yet whether it took effect."""
    outside = (old[0] < span[0]) | (old[0] > span[1])
    inside = (fresh[0] >= span[0]) & (fresh[0] <= span[1])
    days = np.concatenate((old[0][outside], fresh[0][inside]))
    order = np.argsort(days, kind="stable")
    return days[order], np.concatenate((old[1][outside], fresh[1][inside]))[order]


def _agreeing(old: Raw, fresh: Raw) -> tuple[Days, Mask]:
    """The sessions both have, and whether their closes agree."""
    i, j = in_common(old.sessions, fresh.sessions)
    return old.sessions[i], np.isclose(fresh.close[j], old.close[i], rtol=SAME_CLOSE, atol=0)


def _fits(old: Raw, fresh: Raw) -> Mask:
    """The rows that only `old` has and whose neighbours in common agree."""
    days, agrees = _agreeing(old, fresh)
    alone = ~np.isin(old.sessions, fresh.sessions)
    if not len(days):
        return np.zeros(len(old), bool)
    after = np.searchsorted(days, old.sessions)
    last = len(days) - 1
    return np.asarray(alone & agrees[np.clip(after - 1, 0, last)] & agrees[np.clip(after, 0, last)])


class _Said(NamedTuple):
    outcome: Outcome
    words: tuple[str, ...]


def _changes(old: Raw, new: Raw, final_through: date) -> _Said:
    """What is different in `new`, in words, and the outcome of it."""
    i, j = in_common(old.sessions, new.sessions)
    final = old.sessions[i] <= np.datetime64(final_through, "D")
    exact = np.logical_and.reduce([getattr(old, name)[i] == getattr(new, name)[j] for name in FIELDS])
    moved = ~np.where(final, _same_rows(old, i, new, j), exact)
    added = new.sessions[~np.isin(new.sessions, old.sessions)]
    days = {
        "added": added[added > old.sessions[-1]],
        "filled in": added[added <= old.sessions[-1]],
        "restated": new.sessions[j][moved],
        "dropped": old.sessions[~np.isin(old.sessions, new.sessions)],
        "dividends added or restated": _moved_events(old, new),
    }
    words = tuple(f"{_named(found)} {verb}" for verb, found in days.items() if len(found))
    touched = np.concatenate(list(days.values()))
    if not len(touched):
        return _Said("unchanged", ())
    return _Said("appended" if touched.min() > np.datetime64(final_through, "D") else "backfilled", words)


def _moved_events(old: Raw, new: Raw) -> Days:
    """The ex-dates whose dividend is new, gone or of another amount."""
    days = np.union1d(old.dividend_days, new.dividend_days)
    was, now = (np.array([raw.dividends[raw.dividend_days == day].sum() for day in days]) for raw in (old, new))
    moved: Days = days[~np.isclose(was, now, rtol=SAME_RANGE, atol=0)]
    return moved


def _named(days: Days) -> str:
    """`2026-11-18, 2026-11-19` or `2026-11-18, 2026-11-19, 2026-11-20 and 4 more`."""
    more = f" and {len(days) - NAMED} more" if len(days) > NAMED else ""
    return ", ".join(str(day) for day in days[:NAMED]) + more


def _still(held: Held, fresh: Raw) -> tuple[str, ...]:
    """The flags held about sessions before the fresh ones; about its own, the fresh answer's flags say all there is."""
    first = str(fresh.sessions[0])
    dated = [(ISO_DATE.search(flag), flag) for flag in held.flags]
    return tuple(flag for found, flag in dated if found is None or found[0] < first)


def _held(held: Held, raw: Raw, fetched_at: datetime, final_through: date, flags: tuple[str, ...]) -> Held:
    final = max(held.final_through, min(final_through, to_day(raw.sessions[-1])))
    return Held(raw, fetched_at, final, tuple(dict.fromkeys(flags)))
