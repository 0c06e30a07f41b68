"""The journal behind the plans screen: damaged, written elsewhere, or full of words that mean harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from smallcap.core.bars import Panel
from smallcap.tui.screens.ask import Ask
from textual.pilot import Pilot

from tests.tui.plans.conftest import calm, keep, plan_on
from tests.tui.stage import Counted, as_day, play, press
from tests.tui.test_sizing import kept


def test_a_line_of_the_journal_that_cannot_be_read_is_said(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    keep(app, plan_on(app, as_day(panel, -60), "sound"))
    with (tmp_path / "plans.jsonl").open("a") as file:
        file.write("not an entry\n" * 5)

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "plans.jsonl line 2 (" not in app.text()
        assert "plans.jsonl line 2 can't be read" in app.text()
        assert "and 2 more lines" in app.text()
        assert "sound" in app.text()

    play(app, use)


def test_a_journal_that_cannot_be_read_at_all_is_said(panel: Panel, tmp_path: Path):
    (tmp_path / "plans.jsonl").mkdir()

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "can't be read" in app.text()

    play(kept(panel, tmp_path), use)


def test_words_from_the_journal_are_shown_and_not_obeyed(panel: Panel, tmp_path: Path):
    app = kept(panel, tmp_path)
    plan = plan_on(app, as_day(panel, -60), "\x1b[2J[bold]x[/bold] \u202e\nFAKE")
    keep(app, replace(plan, profile="\x1b]0;me\x07" * 9, standing=plan.standing._replace(regime="\x1b[31mRED")))

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p")
        assert "\\x1b]0;me\\x... \\x1b[2J[bold]x[/bold] \\u202e FAKE" in app.text()
        await press(pilot, "enter", "x")
        assert isinstance(app.screen, Ask)
        await press(pilot, "escape", "delete")
        sent = b"".join(app.frames)
        for evil in (b"\x1b[2J", b"\x1b]0;me", b"\x1b[31mRED", "\u202e".encode()):
            assert evil not in sent

    play(app, use)


def test_a_plan_saved_elsewhere_is_there_when_one_comes_back(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await press(pilot, "p", "d")
        keep(app, plan_on(app, as_day(panel, -60), "from the command line"))
        await press(pilot, "p")
        await calm(pilot)
        assert "from the command line" in app.text()

    play(kept(panel, tmp_path), use)
