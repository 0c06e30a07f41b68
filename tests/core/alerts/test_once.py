"""Alerts are told once, at once when they are met already, and late rather than never."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.alerts import Alert, again, check
from smallcap.core.bars import to_day

from tests.core.alerts.conftest import BEFORE, DAYS, NONE, NOW, armed, fired, on

LEVEL = 100.0


def run(alert: Alert, path: Sequence[float | None], first: int = 1) -> list[tuple[int, str]]:
    """The sessions on which the alert is told, when it is checked twice on each."""
    told = []
    for row in range(first, len(path)):
        for _ in range(2):
            for found in check([alert] if not alert.fired else [], on(row, path), NONE, NOW):
                alert = found
                told += [(row, alert.told())] if alert.fired else []
    return told


def test_one_that_is_met_when_it_is_armed_is_told_at_once():
    found = check([armed("close TEN < 100", on(1, [101.0, 99.0]))], on(1, [101.0, 99.0]), NONE, NOW)
    day = to_day(DAYS[BEFORE + 1])
    assert fired(found) == [f"TEN closes below 100.00: close of {day} is 99.00"]
    assert found[0].fired
    assert found[0].fired[:3] == (NOW, day, 99.0)


def test_a_close_before_the_arming_does_not_count():
    path = [99.0, 101.0, 101.0]
    assert run(armed("close TEN < 100", on(1, path)), path) == []


def test_a_close_that_nobody_saw_is_told_late():
    path = [101.0, 101.0, 99.0, 101.0, 101.0]
    found = check([armed("close TEN < 100", on(1, path))], on(4, path), NONE, NOW)
    assert fired(found) == [f"TEN closes below 100.00: close of {to_day(DAYS[BEFORE + 2])} was 99.00"]


def test_the_level_itself_is_neither_below_nor_above():
    path = [101.0, 100.0, 100.0]
    assert run(armed("close TEN < 100", on(0, path)), path) == []
    assert run(armed("close TEN > 100", on(1, path)), path) == []


def test_one_that_is_armed_again_while_it_is_met_waits_until_it_was_not():
    path = [101.0, 99.0, 98.0, 101.0, 97.0, 96.0]
    (told,) = check([armed("close TEN < 100", on(1, path))], on(1, path), NONE, NOW)
    quiet = again(told, on(1, path), NONE, NOW)
    assert (quiet.quiet, quiet.fired, quiet.snoozed_until) == (True, None, None)
    day = to_day(DAYS[BEFORE + 4])
    assert run(quiet, path) == [(4, f"TEN closes below 100.00: close of {day} is 97.00")]
    assert check([quiet], on(5, path), NONE, NOW)[0].fired[1] == day


def test_one_that_is_armed_again_while_it_is_not_met_is_told_at_the_next_close():
    path = [101.0, 99.0, 101.0, 98.0]
    (told,) = check([armed("close TEN < 100", on(1, path))], on(1, path), NONE, NOW)
    ready = again(told, on(2, path), NONE, NOW)
    assert not ready.quiet
    assert [row for row, _ in run(ready, path)] == [3]


CLOSES = st.lists(st.sampled_from([98.0, 99.0, 101.0, 102.0, None]), min_size=3, max_size=15).map(lambda p: [101.0, *p])


def edge(path: Sequence[float | None], first: int, *, quiet: bool) -> int | None:
    """The session that should be told, the plain way: the first met one, after an unmet one where it is quiet."""
    for row in range(first, len(path)):
        close = path[row]
        if close is None:
            continue
        if close < LEVEL and not quiet:
            return row
        quiet = quiet and close < LEVEL
    return None


@settings(max_examples=200)
@given(CLOSES)
def test_it_is_told_on_the_first_close_that_meets_it_and_never_twice(path):
    told = [row for row, _ in run(armed("close TEN < 100", on(0, path)), path)]
    first = edge(path, 0, quiet=False)
    assert told == ([] if first is None else [first])


@settings(max_examples=200)
@given(CLOSES, st.integers(0, 3))
def test_armed_again_it_is_told_on_the_next_edge_and_what_is_not_known_is_none(path, row):
    alert = again(armed("close TEN < 100", on(0, path)), on(row, path), NONE, NOW)
    told = [at for at, _ in run(alert, path, row + 1)]
    # Where the newest close isn't known it might be met, so it waits.
    first = edge(path, row + 1, quiet=path[row] is None or path[row] < LEVEL)
    assert told == ([] if first is None else [first])


@given(CLOSES, st.randoms())
def test_the_order_of_the_alerts_does_not_matter(path, chance):
    alerts = [armed(f"close TEN {test} {level}", on(0, path)) for test in "<>" for level in (98.5, 99.5, 101.5)]
    found = check(alerts, on(len(path) - 1, path), NONE, NOW)
    chance.shuffle(alerts)
    assert sorted(check(alerts, on(len(path) - 1, path), NONE, NOW), key=repr) == sorted(found, key=repr)


@given(CLOSES, st.integers(1, 9))
def test_it_does_not_matter_how_often_it_is_checked(path, step):
    alert, last = armed("close TEN < 100", on(0, path)), len(path) - 1
    told = []
    for row in sorted({*range(step, last, step), last}):
        found = fired(check([alert], on(row, path), NONE, NOW))
        told += [found[0].replace(" was ", " is ")] if found and not told else []
    assert told == [words for _, words in run(alert, path, 0)]
