"""What is done with a plan on its screen: exported over nothing, deleted by a typed yes, rescued from memory."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from smallcap.core import funds
from smallcap.core.bars import Panel
from smallcap.core.framework.page import as_html
from smallcap.core.framework.plan import Plan
from smallcap.core.framework.plan_text import as_markdown, as_text
from smallcap.core.framework.profile import World
from smallcap.core.framework.profiles import PROFILES
from smallcap.core.framework.wizard import made
from smallcap.core.journal import Journal
from smallcap.tui.messages import PlanMade
from smallcap.tui.screens.ask import Ask
from smallcap.tui.screens.plans import Plans
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.plans.conftest import calm, keep, list_of, plan_on
from tests.tui.stage import Counted, as_day, play, press
from tests.tui.test_sizing import kept


async def answer(app: Counted, pilot: Pilot[int], text: str) -> None:
    assert isinstance(app.screen, Ask)
    app.screen.query_one(Input).value = text
    await press(pilot, "enter")


@pytest.mark.parametrize(
    ("name", "made_of"),
    [("mine.md", as_markdown), ("mine.txt", as_text), ("mine.html", as_html), ("MINE.JSON", None)],
)
def test_a_plan_is_exported_as_the_files_name_says(
    panel: Panel,
    tmp_path: Path,
    name: str,
    made_of: Callable[[Plan], str] | None,
    monkeypatch: pytest.MonkeyPatch,
):
    app = kept(panel, tmp_path / "home")
    plan = plan_on(app, as_day(panel, -60), "early")
    keep(app, plan)
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "x")
        assert app.screen.query_one(Input).value == "p1.md"
        await answer(app, pilot, name)
        assert isinstance(app.screen, Plans)
        assert f"p1 is written to {name}" in app.text()

    play(app, use)
    written = (tmp_path / "out" / name).read_text()
    if made_of:
        assert written == made_of(plan)
    else:
        assert json.loads(written)["title"] == "early"
    assert os.listdir(tmp_path / "out") == [name]


def test_an_export_writes_over_nothing_and_says_what_would_do(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path / "home")
    keep(app, plan_on(app, as_day(panel, -60), "early"))
    there = tmp_path / "there.md"
    there.write_text("mine")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "enter", "x")
        for typed, words in (
            (str(there), "is there already and is not overwritten"),
            (str(tmp_path / "plan.exe"), "ends in .md, .txt, .html, .json"),
            ("", "ends in .md, .txt, .html, .json"),
            (str(tmp_path / "nowhere" / "p.md"), "can't be written: No such file or directory"),
            ("~nobody-of-that-name/p.md", "can't be written"),
        ):
            await answer(app, pilot, typed)
            assert isinstance(app.screen, Ask), typed
            assert words in " ".join(app.text().split()), typed
            assert app.screen.query_one(Input).value == typed
        await press(pilot, "escape")
        assert isinstance(app.screen, Plans)
        assert "written" not in app.text()

    play(app, use)
    assert there.read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["home", "there.md"]


def test_an_export_that_fails_half_way_leaves_nothing_behind(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path / "home")
    keep(app, plan_on(app, as_day(panel, -60), "early"))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "x")

        def write(self: Path, *_: object, **__: object) -> int:
            self.touch()
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "write_text", write)
        await answer(app, pilot, str(tmp_path / "p1.md"))
        assert "No space left on device" in " ".join(app.text().split())

    play(app, use)
    assert os.listdir(tmp_path) == ["home"]


def test_a_plan_is_deleted_only_by_a_typed_yes(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, *(plan_on(app, as_day(panel, -60), f"plan {n}") for n in range(3)))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "down", "delete")
        assert "Delete p2 (plan 1)?" in " ".join(app.text().split())
        for typed in ("", "y", "no", "yess"):
            await answer(app, pilot, typed)
            assert isinstance(app.screen, Ask), typed
        await press(pilot, "escape")
        assert "plan 1" in app.text()
        assert len(app.standpoint.journal().all()) == 3
        await press(pilot, "delete")
        await answer(app, pilot, "yes")
        await calm(pilot)
        assert app.notice == "p2 is deleted"
        assert "plan 1" not in app.text()
        assert list_of(app).entry is not None
        assert list_of(app).entry.name == "p1"

    play(app, use)
    assert [each.id for each in Journal(tmp_path / "plans.jsonl").all()] == ["p1", "p3"]


def test_an_open_plan_that_is_deleted_gives_way_to_the_list(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -60), "only one"))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "enter", "delete")
        await answer(app, pilot, "yes")
        await calm(pilot)
        assert "no plan is saved yet" in app.text()

    play(app, use)


def test_what_was_not_saved_stands_on_top_and_can_be_opened_exported_and_forgotten(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -60), "in the journal"))

    def write(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        monkeypatch.setattr(Journal, "_write", write)
        await press(pilot, "p")
        app.post_message(PlanMade(plan_on(app, as_day(panel, -1), "in memory")))
        await calm(pilot)
        text = app.text()
        assert text.index("in memory") < text.index("in the journal")
        assert "NOT SAVED" in text
        assert list_of(app).entry is not None
        assert list_of(app).entry.name == "p1"
        await press(pilot, "up", "enter")
        assert "NOT SAVED" in app.text()
        assert "risk budget" in app.text()
        await press(pilot, "x")
        await answer(app, pilot, str(tmp_path / "rescued.md"))
        await press(pilot, "delete")
        await answer(app, pilot, "yes")
        await calm(pilot)
        assert app.unsaved == ()
        assert "in memory" not in app.text()
        assert "in the journal" in app.text()

    play(app, use)
    assert "in memory" in (tmp_path / "rescued.md").read_text()


def test_the_lists_keys_fit_the_smallest_screen_and_saving_again_is_offered_where_something_is_not_saved(
    panel: Panel, tmp_path: Path
):
    app = kept(panel, tmp_path / "home")
    keep(app, plan_on(app, as_day(panel, -1), "in the journal"))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        keys = app.rows()[-1]
        for told in ("↑↓ choose", "enter open", "esc back", "a alert", "x export", "del delete", "w new"):
            assert told in keys, told
        assert "u save again" not in keys
        app.unsaved = (plan_on(app, as_day(panel, -1), "in memory"),)
        await calm(pilot)
        assert "u save again" in app.rows()[-1]

    play(app, use, (80, 24))


def test_an_alert_is_offered_where_there_is_one_to_arm_and_elsewhere_the_key_says_why(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path / "home")
    row = next(row for row in PROFILES if row.key == "passive")
    keep(app, plan_on(app, as_day(panel, -1), "a trade"), made(row, World(app.shown.reading, funds.read()), {}))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "a alert" not in app.rows()[-1]
        await press(pilot, "j")
        assert "a alert" in app.rows()[-1]
        await press(pilot, "k", "enter")
        assert "a alert" not in app.rows()[-1]
        await press(pilot, "a")
        why = "no alert to arm: what ends this plan is neither a price nor the label"
        assert app.rows()[-1].strip() == f"! {why}"
        assert app.slate is None or not app.slate.alerts

    play(app, use)


def test_what_ends_a_saved_plan_can_be_told_when_it_comes(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path / "home")
    keep(app, plan_on(app, as_day(panel, -1), "now"))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "a")
        assert app.slate is not None
        assert all("(p1)" in alert.words for alert in app.slate.alerts)
        assert app.slate.alerts

    play(app, use)
