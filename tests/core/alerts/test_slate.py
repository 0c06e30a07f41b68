"""The slate of alerts names, finds and forgets, and has an end."""

from __future__ import annotations

from datetime import timedelta

from smallcap.core.alerts import again, check
from smallcap.core.slate import MOST, REMEMBERED, Slate, added, changed, fresh, full, removed

from tests.core.alerts.conftest import NONE, NOW, armed, on


def test_the_slate_names_finds_and_forgets():
    a, b = armed("close TEN < 100", on(0, [101.0])), armed("close TEN < 99", on(0, [101.0]))
    slate = added(added(added(Slate(), a), b), a)
    assert [alert.name for alert in slate.alerts] == ["a1", "a2"]
    slate = added(removed(slate, b), armed("close TEN < 98", on(0, [101.0])))
    assert [alert.name for alert in slate.alerts] == ["a1", "a3"]
    (told,) = check(slate.alerts[:1], on(1, [101.0, 99.0]), NONE, NOW)
    after = changed(slate, [told])
    assert ([alert.name for alert in after.alerts], after.history) == (["a3"], (told,))
    assert changed(after, [told]) == after
    assert fresh(slate, after) == (told,)
    assert fresh(after, after) == ()
    # Somebody else told it a moment later: the same arming is told once.
    assert told.fired
    assert (
        fresh(after, after._replace(history=(told._replace(fired=told.fired._replace(at=NOW + timedelta(1))),))) == ()
    )
    back = added(after, again(told, on(1, [101.0, 99.0]), NONE, NOW + timedelta(1)))
    assert back.alerts[-1].name == "a1"
    twice = changed(back, [told._replace(armed_at=NOW + timedelta(1))])
    assert len(fresh(after, twice)) == 1


def test_the_slate_has_an_end():
    alert = armed("close TEN < 100", on(0, [101.0]))
    slate = Slate()
    for n in range(MOST):
        assert full(slate) == ""
        slate = added(slate, alert._replace(words=f"{n}"))
    assert "200 alerts are armed" in full(slate)
    (told,) = check([alert], on(1, [101.0, 99.0]), NONE, NOW)
    many = slate._replace(history=(told,) * REMEMBERED)
    assert len(changed(many, [told._replace(words="7")]).history) == REMEMBERED
    assert changed(many, [told._replace(words="7")]).history[0].words == "7"
