"""What becomes of a plan that is to be kept: it is in the journal, or in memory and said to be, and never gone."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from smallcap.core.bars import Panel
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.core.funds import Facts
from smallcap.core.journal import Journal
from smallcap.tui.messages import PlanMade, PlanUnwanted
from textual.pilot import Pilot

from tests.tui.stage import Counted, play, press, settle, staged
from tests.tui.test_sizing import kept


def plan_of(app: Counted, title: str = "") -> Plan:
    row = next(row for row in PROFILES if row.key == "active")
    found = made(row, World(app.shown.reading, Facts()), {})
    return replace(found, title=title or found.title)


def saved(home: Path) -> list[str]:
    return [each.plan.title for each in Journal(home / "plans.jsonl").all()]


async def tell(app: Counted, pilot: Pilot[int], *plans: Plan) -> None:
    """Have plans kept, all at once."""
    for plan in plans:
        app.post_message(PlanMade(plan))
    await pilot.pause()
    await settle(pilot)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A disk without room, until it is undone."""

    def write(self: Journal, file: object, line: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Journal, "_write", write)
    return monkeypatch


def test_a_plan_is_saved_and_its_name_said(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await tell(app, pilot, plan_of(app, "first"))
        assert "saved as p1; p shows your plans" in app.text()
        await tell(app, pilot, plan_of(app, "second"))
        assert app.notice == "saved as p2; p shows your plans"
        assert app.unsaved == ()

    play(app, use)
    assert saved(tmp_path) == ["first", "second"]
    instants = [each.saved for each in Journal(tmp_path / "plans.jsonl").all()]
    assert instants == [app.standpoint.clock.now()] * 2


def test_plans_that_come_at_once_are_all_saved(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    titles = [f"plan {n}" for n in range(8)]

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await tell(app, pilot, *(plan_of(app, title) for title in titles))

    play(app, use)
    assert sorted(saved(tmp_path)) == titles


def test_a_plan_that_is_told_twice_before_it_is_saved_is_saved_once(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plan = plan_of(app)
        await tell(app, pilot, plan, plan)

    play(app, use)
    assert len(saved(tmp_path)) == 1


def test_on_a_full_disk_the_plan_stays_and_is_saved_once_when_there_is_room(
    panel: Panel, tmp_path: Path, full: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plan = plan_of(app, "dear to me")
        await tell(app, pilot, plan)
        assert app.unsaved == (plan,)
        assert app.notice.startswith("NOT SAVED, but kept in memory")
        assert "No space left on device" in app.notice
        await press(pilot, "p")
        assert "dear to me" in app.text()
        assert "NOT SAVED" in app.text()
        assert "No space left on device" in " ".join(app.text().split())
        await press(pilot, "u")
        assert app.unsaved == (plan,)
        full.undo()
        await press(pilot, "u")
        assert app.unsaved == ()
        assert "saved as p1" in app.text()
        assert "NOT SAVED" not in app.text()
        assert "No space left" not in app.text()
        await press(pilot, "u")
        assert app.notice == "every plan is saved"

    play(app, use)
    assert saved(tmp_path) == ["dear to me"]


@pytest.mark.parametrize("broken", ["a file for a folder", "a folder for a file", "read-only"])
def test_where_nothing_can_be_written_the_plan_stays(panel: Panel, tmp_path: Path, broken: str):
    home = tmp_path / "home"
    if broken == "a file for a folder":
        home.touch()
    else:
        home.mkdir()
    if broken == "a folder for a file":
        (home / "plans.jsonl").mkdir()
    if broken == "read-only":
        home.chmod(0o500)
        try:
            (home / "probe").touch()
        except PermissionError:
            pass
        else:
            pytest.skip("whoever runs this may write everywhere")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plan = plan_of(app)
        await tell(app, pilot, plan)
        assert app.unsaved == (plan,)
        assert "NOT SAVED" in app.notice
        assert "plans.jsonl" in app.notice
        await press(pilot, "p")
        assert plan.title in app.text()

    play(kept(panel, home), use)


def test_without_a_folder_the_plan_stays(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plan = plan_of(app)
        await tell(app, pilot, plan)
        assert app.unsaved == (plan,)
        assert "there is no folder to keep plans in" in app.notice

    play(staged(panel), use)


def test_an_error_that_nobody_foresaw_does_not_lose_the_plan(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def save(self: Journal, *_: object) -> None:
        raise NotImplementedError("no locks here")

    monkeypatch.setattr(Journal, "save", save)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plan = plan_of(app)
        await tell(app, pilot, plan)
        assert app.unsaved == (plan,)
        assert "no locks here" in app.notice
        assert app.shown.trouble == ""

    play(kept(panel, tmp_path), use)


def test_the_first_q_says_what_would_be_lost_and_the_second_quits(
    panel: Panel, tmp_path: Path, full: pytest.MonkeyPatch
):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        quits: list[object] = []
        app.exit = lambda *args, **_: quits.append(args)  # type: ignore[method-assign]
        await tell(app, pilot, plan_of(app, "one"))
        await press(pilot, "q")
        assert quits == []
        assert "1 plan NOT SAVED: q again quits and loses them" in app.text()
        await tell(app, pilot, plan_of(app, "two"))
        await press(pilot, "q")
        assert quits == []
        assert "2 plans NOT SAVED" in app.text()
        await press(pilot, "q")
        assert len(quits) == 1

    play(kept(panel, tmp_path), use)


def test_with_every_plan_saved_q_quits_at_once(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        quits: list[object] = []
        app.exit = lambda *args, **_: quits.append(args)  # type: ignore[method-assign]
        await tell(app, pilot, plan_of(app))
        await press(pilot, "q")
        assert len(quits) == 1

    play(kept(panel, tmp_path), use)


def test_a_deletion_that_cannot_be_written_is_said(panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plan = plan_of(app)
        await tell(app, pilot, plan)

        def write(*_: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(Journal, "_write", write)
        app.post_message(PlanUnwanted(plan, "p1"))
        await pilot.pause()
        await settle(pilot)
        assert app.notice.startswith("p1 is not deleted: ")
        assert "Read-only file system" in app.notice

    play(kept(panel, tmp_path), use)
    assert len(saved(tmp_path)) == 1


def test_a_plan_that_was_never_saved_can_be_forgotten(panel: Panel, tmp_path: Path, full: pytest.MonkeyPatch):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        plans: Sequence[Plan] = [plan_of(app, "one"), plan_of(app, "two")]
        await tell(app, pilot, *plans)
        app.post_message(PlanUnwanted(plans[0]))
        await pilot.pause()
        assert app.unsaved == (plans[1],)

    play(kept(panel, tmp_path), use)
